//! What stands in for PostgreSQL in a build without it.

use std::sync::Arc;

use crate::ports::store::{Store, StoreError, StoreResult};

/// Says how to get PostgreSQL.
pub async fn connect(_url: &str) -> StoreResult<Arc<dyn Store>> {
    let message = "this build has no PostgreSQL; build it with `--features postgres`";
    Err(StoreError::Invalid(message.into()))
}
