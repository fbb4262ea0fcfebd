//! The store on SQLite, on PostgreSQL and in memory.
//!
//! What it is *not*: it knows no scripts and no machines; a state is bytes, an event is text.
//!
//! The two databases run the same statements: the folder `statements` is compiled once for each of
//! them, against the small `dialect` that holds what they say differently. So a difference in
//! meaning has one place to hide in, and the contract of the port is run on both.
//!
//! Reading order: [`group`] (many operations, one commit), `statements/turns.rs` (what an operation
//! does), `statements/rows.rs` with `columns`, `document`, `order` and `prefilter` (the rows of the
//! bots' tables), then [`sqlite`] and `postgres`. [`memory`] is a store without a database.

mod columns;
mod document;
mod group;
mod names;
mod order;
mod prefilter;

pub mod memory;
pub mod sqlite;

#[cfg(feature = "postgres")]
pub mod postgres;

pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use sqlite::Sqlite;

#[cfg(not(feature = "postgres"))]
mod without_postgres;
#[cfg(not(feature = "postgres"))]
use without_postgres as postgres;

use std::path::Path;
use std::sync::Arc;

use crate::ports::store::{Store, StoreError, StoreResult};

/// The store at a PostgreSQL URL, or the embedded one in `data`.
pub async fn open(url: Option<&str>, data: &Path) -> StoreResult<Arc<dyn Store>> {
    match url {
        Some(url) => postgres::connect(url).await,
        None => Ok(Arc::new(Sqlite::open(data.join("basilect.db")).await?)),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        StoreError::Unavailable(error.to_string())
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> StoreError {
        StoreError::Unavailable(format!("its tables cannot be brought up to date: {error}"))
    }
}
