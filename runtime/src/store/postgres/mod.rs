//! The store on PostgreSQL, for many servers on one database.
//!
//! Operations are queued in lanes by their conversation; each lane commits together what has queued
//! up, sorted by conversation, so that servers that work on the same ones lock them in one order.
//! Transactions of turns have connections of their own: however many are open, reads go on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::sync::mpsc;

use super::group::{self, Answer, Answers, FromAnswer, Job, Operation, Queue};
use crate::crash;
use crate::ports::store::StoreResult;

mod dialect;
mod migrations;
#[allow(clippy::duplicate_mod, reason = "the same statements, against two drivers' types")]
#[path = "../statements/mod.rs"]
mod statements;
#[cfg(test)]
mod tests;

use dialect::Connection;
use {Postgres as Handle, Transaction as Unit};

/// Groups of operations that are committed at the same time.
const LANES: usize = 4;
/// How long a connection is waited for before the database counts as away.
const ACQUIRE: Duration = Duration::from_secs(5);

/// The store on PostgreSQL.
pub struct Postgres {
    lanes: Vec<Queue>,
    /// For reads and groups.
    pool: PgPool,
    /// For transactions of turns.
    turns: PgPool,
}

/// Connections of one server.
const CONNECTIONS: u32 = 16;

/// The store at `url`.
pub async fn connect(url: &str) -> StoreResult<std::sync::Arc<dyn crate::ports::store::Store>> {
    Ok(std::sync::Arc::new(Postgres::open(url, CONNECTIONS).await?))
}

impl Postgres {
    /// Connects, at most `connections` times for reads and as often for turns, and brings the
    /// tables up to date.
    pub async fn open(url: &str, connections: u32) -> StoreResult<Postgres> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(256);
        let pool =
            || PgPoolOptions::new().max_connections(connections.max(1)).acquire_timeout(ACQUIRE);
        let turns = pool().connect_lazy_with(options.clone());
        // The lanes must not take every connection from the reads.
        let lanes = u32::try_from(LANES).unwrap_or(u32::MAX);
        let pool = pool().max_connections(connections.max(1).saturating_add(lanes));
        let pool = pool.connect_with(options).await?;
        migrations::migrator().run(&pool).await?;
        let lanes = (0..LANES).map(|_| lane(&pool)).collect();
        Ok(Postgres { lanes, pool, turns })
    }

    async fn reader(&self) -> StoreResult<PoolConnection<sqlx::Postgres>> {
        Ok(self.pool.acquire().await?)
    }

    async fn ask<T: FromAnswer>(&self, operation: Operation) -> StoreResult<T> {
        let mut hasher = DefaultHasher::new();
        subject(&operation).hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or(0);
        match self.lanes.get(lane) {
            Some(lane) => lane.ask(operation).await,
            None => Err(group::closed()),
        }
    }

    async fn unit(&self) -> StoreResult<Transaction> {
        Ok(Transaction(self.turns.begin().await?))
    }

    async fn finish(&self) {
        for lane in &self.lanes {
            // It is closed already when nobody answers.
            let _ = lane.ask::<()>(Operation::Close).await;
        }
        self.turns.close().await;
        self.pool.close().await;
    }
}

/// The conversation that an operation is about: operations of one keep their order.
fn subject(operation: &Operation) -> &str {
    match operation {
        Operation::Open(new) => &new.id,
        Operation::Reserve(id) => id,
        Operation::Accept(message) => &message.conversation,
        Operation::Commit(turn) => &turn.conversation,
        Operation::Fire(firing) => &firing.conversation.id,
        Operation::Delivered(..) | Operation::Close => "",
    }
}

fn lane(pool: &PgPool) -> Queue {
    let (queue, jobs) = Queue::new();
    tokio::spawn(write(jobs, pool.clone()));
    queue
}

/// Commits what is queued in a lane, until the store is closed or forgotten.
async fn write(mut jobs: mpsc::Receiver<Job>, pool: PgPool) {
    let mut batch = Vec::with_capacity(group::GROUP);
    while jobs.recv_many(&mut batch, group::GROUP).await > 0 {
        let close = group::take_close(&mut batch);
        batch.sort_by(|one, other| subject(&one.operation).cmp(subject(&other.operation)));
        if !batch.is_empty() {
            run(&pool, &mut batch).await;
        }
        if let Some(close) = close {
            return close.reply(Ok(Answer::Done));
        }
    }
}

/// Why a group was not committed.
enum Failure {
    /// A statement was refused: the others may still succeed.
    Statement(Answers),
    /// The database is away, or it is not known whether the commit reached it.
    Database(Answers),
}

/// Runs jobs in one transaction, or each alone when one of them spoils it.
async fn run(pool: &PgPool, batch: &mut Vec<Job>) {
    let failed = match together(pool, batch).await {
        Ok(answers) => return group::reply_all(batch, Ok(answers)),
        Err(failed) => failed,
    };
    match failed {
        Failure::Statement(_) if batch.len() > 1 => alone(pool, batch).await,
        Failure::Statement(answers) | Failure::Database(answers) => {
            group::reply_all(batch, answers);
        }
    }
}

async fn alone(pool: &PgPool, batch: &mut Vec<Job>) {
    let mut jobs = std::mem::take(batch).into_iter();
    while let Some(job) = jobs.next() {
        let mut one = vec![job];
        match together(pool, &one).await {
            Ok(answers) => group::reply_all(&mut one, Ok(answers)),
            Err(Failure::Statement(answers)) => group::reply_all(&mut one, answers),
            Err(Failure::Database(answers)) => {
                one.extend(jobs);
                return group::reply_all(&mut one, answers);
            }
        }
    }
}

async fn together(pool: &PgPool, jobs: &[Job]) -> Result<Vec<StoreResult<Answer>>, Failure> {
    let away = |error: sqlx::Error| Failure::Database(Err(error.into()));
    let mut transaction = pool.begin().await.map_err(away)?;
    match statements::apply_all(&mut transaction, jobs).await {
        Ok(answers) => {
            crash::point("store-before-commit");
            transaction.commit().await.map_err(away)?;
            crash::point("store-after-commit");
            Ok(answers)
        }
        Err(error) => {
            // A connection that cannot undo is given up with all that it began.
            transaction.rollback().await.map_err(away)?;
            Err(Failure::Statement(Err(error)))
        }
    }
}

/// A transaction; dropped without an end, it is undone.
struct Transaction(sqlx::Transaction<'static, sqlx::Postgres>);

impl Transaction {
    fn on(&mut self) -> StoreResult<&mut Connection> {
        Ok(&mut self.0)
    }

    async fn keep(self) -> StoreResult<()> {
        crash::point("rows-before-commit");
        self.0.commit().await?;
        crash::point("rows-after-commit");
        Ok(())
    }

    async fn undo(self) {
        if let Err(error) = self.0.rollback().await {
            tracing::warn!(%error, "a transaction could not be undone");
        }
    }
}
