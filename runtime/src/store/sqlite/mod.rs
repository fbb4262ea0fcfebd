//! The store in one file, through SQLite: write-ahead log, every commit on the disk.
//!
//! SQLite has one writer, and so has this store: one connection behind a fair lock. Operations are
//! queued for a task that takes the lock and commits all that has queued up with one wait for the
//! disk; the transaction of a turn that writes rows takes the same lock for itself. Readers are
//! others and wait for nobody.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, query};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc};

use super::group::{self, Answer, Answers, FromAnswer, Job, Operation, Queue};
use crate::crash;
use crate::ports::store::{StoreError, StoreResult};

mod dialect;
mod migrations;
#[allow(clippy::duplicate_mod, reason = "the same statements, against two drivers' types")]
#[path = "../statements/mod.rs"]
mod statements;
#[cfg(test)]
mod tests;

use dialect::Connection;
use {Sqlite as Handle, Transaction as Unit};

/// Connections that read.
const READERS: u32 = 4;
/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(10);
/// How long a reader is waited for.
const ACQUIRE: Duration = Duration::from_secs(10);

/// The store on SQLite.
pub struct Sqlite {
    queue: Queue,
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
    /// The folder of a store that nobody keeps; it goes with the store.
    _folder: Option<Folder>,
}

impl Sqlite {
    /// Opens the file, makes it if there is none, and brings its tables up to date.
    pub async fn open(path: impl AsRef<Path>) -> StoreResult<Sqlite> {
        if let Some(folder) = path.as_ref().parent() {
            tokio::fs::create_dir_all(folder).await.map_err(unavailable)?;
        }
        Sqlite::open_with(path.as_ref(), SqliteSynchronous::Full, None).await
    }

    /// A store that is gone when it is dropped. It lies in a temporary file, because readers of a
    /// database in memory would wait for its writer, and nothing in it waits for the disk.
    pub async fn memory() -> StoreResult<Sqlite> {
        let folder = Folder::new()?;
        let path = folder.0.join("store.db");
        Sqlite::open_with(&path, SqliteSynchronous::Off, Some(folder)).await
    }

    async fn open_with(
        path: &Path,
        synchronous: SqliteSynchronous,
        folder: Option<Folder>,
    ) -> StoreResult<Sqlite> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(false)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256)
            .pragma("temp_store", "memory")
            // A log that grew while someone read for long is cut when it begins anew.
            .pragma("journal_size_limit", "67108864");
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
        let mut connection = writing.connect().await?;
        match folder {
            // Nobody will ever ask in which version these tables are.
            Some(_) => migrations::all_at_once(&mut connection).await?,
            None => migrations::migrator().run(&mut connection).await?,
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options.pragma("query_only", "1"));
        let writer = Writer { connection: Some(connection), in_transaction: false };
        let writer = Arc::new(Mutex::new(writer));
        let (queue, jobs) = Queue::new();
        tokio::spawn(write(jobs, writer.clone()));
        Ok(Sqlite { queue, writer, readers, _folder: folder })
    }

    async fn reader(&self) -> StoreResult<PoolConnection<sqlx::Sqlite>> {
        Ok(self.readers.acquire().await?)
    }

    async fn ask<T: FromAnswer>(&self, operation: Operation) -> StoreResult<T> {
        self.queue.ask(operation).await
    }

    /// A transaction that has the writer for itself.
    async fn unit(&self) -> StoreResult<Transaction> {
        let mut writer = self.writer.clone().lock_owned().await;
        writer.begin().await?;
        Ok(Transaction { writer })
    }

    async fn finish(&self) {
        // It is closed already when nobody answers.
        let _ = self.ask::<()>(Operation::Close).await;
        self.readers.close().await;
        let connection = self.writer.lock().await.connection.take();
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
}

fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// The one connection that writes.
struct Writer {
    /// None once the store is closed.
    connection: Option<Connection>,
    /// A transaction whose owner went away without ending it is undone by the next one.
    in_transaction: bool,
}

impl Writer {
    fn connection(&mut self) -> StoreResult<&mut Connection> {
        self.connection.as_mut().ok_or_else(group::closed)
    }

    async fn begin(&mut self) -> StoreResult<()> {
        if self.in_transaction {
            self.undo().await;
        }
        // The lock is taken at once: a transaction that begins by reading could be refused later.
        query("begin immediate").execute(self.connection()?).await?;
        self.in_transaction = true;
        Ok(())
    }

    async fn end(&mut self, how: &'static str) -> StoreResult<()> {
        query(how).execute(self.connection()?).await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Undoes the transaction, unless SQLite has done so by itself, as when the disk was full.
    async fn undo(&mut self) {
        if let Err(error) = self.end("rollback").await {
            tracing::debug!(%error, "there was nothing to undo");
            self.in_transaction = false;
        }
    }

    /// Runs jobs in one transaction.
    async fn together(&mut self, jobs: &[Job]) -> Answers {
        self.begin().await?;
        let answers = statements::apply_all(self.connection()?, jobs).await;
        crash::point("store-before-commit");
        let ended = match &answers {
            Ok(_) => self.end("commit").await,
            Err(_) => Ok(()),
        };
        crash::point("store-after-commit");
        if self.in_transaction {
            self.undo().await;
        }
        ended.and(answers)
    }

    /// Runs jobs in one transaction, or each alone when one of them spoils it.
    async fn run(&mut self, batch: &mut Vec<Job>) {
        let answers = self.together(batch).await;
        if answers.is_ok() || batch.len() == 1 {
            return group::reply_all(batch, answers);
        }
        for job in std::mem::take(batch) {
            let mut alone = vec![job];
            let answers = self.together(&alone).await;
            group::reply_all(&mut alone, answers);
        }
    }
}

/// Commits what is queued, until the store is closed or forgotten.
async fn write(mut jobs: mpsc::Receiver<Job>, writer: Arc<Mutex<Writer>>) {
    let mut batch = Vec::with_capacity(group::GROUP);
    while jobs.recv_many(&mut batch, group::GROUP).await > 0 {
        let mut writer = writer.lock().await;
        // What queued up while a turn had the writer goes along.
        group::take_more(&mut jobs, &mut batch);
        let close = group::take_close(&mut batch);
        if !batch.is_empty() {
            writer.run(&mut batch).await;
        }
        if let Some(close) = close {
            return close.reply(Ok(Answer::Done));
        }
    }
}

/// A transaction; dropped without an end, it is undone.
struct Transaction {
    writer: OwnedMutexGuard<Writer>,
}

impl Transaction {
    fn on(&mut self) -> StoreResult<&mut Connection> {
        self.writer.connection()
    }

    async fn keep(mut self) -> StoreResult<()> {
        crash::point("rows-before-commit");
        self.writer.end("commit").await?;
        crash::point("rows-after-commit");
        Ok(())
    }

    async fn undo(mut self) {
        self.writer.undo().await;
    }
}

/// A folder that is deleted when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> StoreResult<Folder> {
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let name = format!("basilect-{:016x}", u64::from_le_bytes(random));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).map_err(unavailable)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, "a temporary folder could not be deleted");
        }
    }
}
