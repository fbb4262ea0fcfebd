//! What the store says to its database, compiled once for SQLite and once for PostgreSQL.
//!
//! Texts of statements are constants or a constant with a number of placeholders; values are always
//! bound. `$1` and `on conflict` mean the same to both; what does not is in the `dialect`. Beside
//! it, each database brings its `Handle` (a reader, a queue, a transaction) and its `Unit` (an open
//! transaction); the port is implemented on them in [`port`].

use super::dialect::{self, Connection};
use super::{Handle, Unit};
use crate::crash;
use crate::ports::store::StoreError;
use crate::store::{columns, document, group, names, order, prefilter};

mod batch;
mod bot_rows;
mod deploy;
mod memory;
mod port;
mod reads;
mod rows;
mod schedules;
mod turns;
mod upkeep;

pub(super) use bot_rows::Selects;

/// Runs operations one after the other on an open transaction. An error is a statement that failed,
/// so that the transaction is lost; an operation that is refused is an answer like any other.
pub(super) async fn apply_all(on: &mut Connection, jobs: &[group::Job]) -> group::Answers {
    let mut answers = Vec::with_capacity(jobs.len());
    crash::point("store-begun");
    for job in jobs {
        if !answers.is_empty() {
            crash::point("store-between-operations");
        }
        match turns::apply(on, &job.operation).await {
            Err(failed @ StoreError::Unavailable(_)) => return Err(failed),
            answer => answers.push(answer),
        }
    }
    Ok(answers)
}
