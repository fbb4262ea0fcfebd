//! The contract on the store in memory.

use std::sync::Arc;

use super::Memory;
use crate::ports::store_contract::store_contract;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_contract() {
    store_contract(Arc::new(Memory::new())).await;
}
