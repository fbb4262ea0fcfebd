//! A store that is late, or not there, as often as one asks it to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use basilect_stdlib::Data;

use super::store::{
    Accepted, Committed, Conversation, Deploy, Deployment, Inbound, InboxRow, Item, JournalEntry,
    Listed, ListedBefore, Millis, NewConversation, OutboxRow, Query, Row, Rows, Schedule, Scope,
    Store, StoreError, StoreResult, TableShape, TurnCommit, TurnTransaction,
};

/// How a faulty store behaves.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// Where the random numbers begin: the same calls in the same order fail again.
    pub seed: u64,
    /// How many calls of a thousand fail before anything is done.
    pub before_per_mille: u64,
    /// How many calls of a thousand fail after all was done: the answer is lost.
    pub after_per_mille: u64,
    /// How many calls of a thousand are delayed.
    pub late_per_mille: u64,
    /// By how much.
    pub delay: Duration,
}

/// A store with faults before it. The store behind it is never wrong: what fails has not been
/// done, or has been done and not been told.
pub struct Faulty {
    inner: Arc<dyn Store>,
    chance: Arc<Chance>,
}

/// Decides which calls fail.
struct Chance {
    faults: Faults,
    calls: AtomicU64,
}

impl Chance {
    /// A number below a thousand for a call, by SplitMix64.
    fn draw(&self) -> u64 {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let step = call.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut z = self.faults.seed.wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % 1_000
    }

    async fn before(&self) -> StoreResult<()> {
        if self.draw() < self.faults.late_per_mille {
            tokio::time::sleep(self.faults.delay).await;
        }
        self.fails(self.faults.before_per_mille, "refused")
    }

    fn after<T>(&self, answer: StoreResult<T>) -> StoreResult<T> {
        self.fails(self.faults.after_per_mille, "the answer was lost")?;
        answer
    }

    fn fails(&self, per_mille: u64, why: &str) -> StoreResult<()> {
        match self.draw() < per_mille {
            true => Err(StoreError::Unavailable(format!("injected: {why}"))),
            false => Ok(()),
        }
    }
}

impl Faulty {
    /// Puts faults before a store.
    pub fn new(inner: Arc<dyn Store>, faults: Faults) -> Faulty {
        Faulty { inner, chance: Arc::new(Chance { faults, calls: AtomicU64::new(0) }) }
    }

    /// How many random numbers were drawn: tells a test that there was a chance at all.
    pub fn draws(&self) -> u64 {
        self.chance.calls.load(Ordering::Relaxed)
    }
}

/// Writes a method that asks chance before and after the one behind it.
macro_rules! faulty {
    ($($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Faulty {
            $(async fn $name(&self, $($arg: $type),*) -> StoreResult<$answer> {
                self.chance.before().await?;
                self.chance.after(self.inner.$name($($arg),*).await)
            })*
            async fn begin(&self) -> StoreResult<Box<dyn TurnTransaction>> {
                self.chance.before().await?;
                let inner = self.inner.begin().await?;
                Ok(Box::new(FaultyTransaction { inner, chance: self.chance.clone() }))
            }
            async fn close(&self) {
                self.inner.close().await;
            }
        }
    };
}

faulty! {
    put_package(hash: &str, bytes: &[u8], at: Millis) -> ();
    package(hash: &str) -> Option<Vec<u8>>;
    deploy(deploy: &Deploy) -> ();
    deployments(bot: &str) -> Vec<Deployment>;
    bots() -> Vec<(String, String)>;
    drop_unused_packages() -> u64;
    open(new: &NewConversation) -> bool;
    conversation(id: &str) -> Option<Conversation>;
    list(bot: Option<&str>, before: Option<ListedBefore>, limit: u32) -> Vec<Listed>;
    items(id: &str, since: i64, limit: u32) -> Vec<Item>;
    reserve_seq(id: &str) -> i64;
    journal(id: &str) -> Vec<JournalEntry>;
    accept(message: &Inbound) -> Accepted;
    waiting(id: &str, limit: u32) -> Vec<InboxRow>;
    conversations_waiting(limit: u32) -> Vec<String>;
    commit(turn: TurnCommit) -> Committed;
    find(bot: &str, query: &Query) -> Vec<Row>;
    tables(bot: &str) -> Vec<TableShape>;
    memory(scope: Scope, owner: &str, key: &str) -> Option<Data>;
    memory_at(scope: Scope, owner: &str, key: &str, now: Millis) -> Option<Data>;
    due_schedules(now: Millis, limit: u32) -> Vec<Schedule>;
    fire(
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound
    ) -> bool;
    schedules(bot: &str) -> Vec<Schedule>;
    due_timers(now: Millis, limit: u32) -> Vec<(String, Millis)>;
    next_due() -> Option<Millis>;
    claim_deliveries(now: Millis, retry_at: Millis, limit: u32) -> Vec<OutboxRow>;
    delivered(id: i64, failure: Option<&str>) -> ();
    ping() -> ();
    expire(before: Millis, now: Millis) -> u64;
}

/// A transaction with faults before each of its statements.
struct FaultyTransaction {
    inner: Box<dyn TurnTransaction>,
    chance: Arc<Chance>,
}

#[async_trait]
impl Rows for FaultyTransaction {
    async fn find(&mut self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        self.chance.before().await?;
        self.inner.find(bot, query).await
    }
    async fn insert(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        self.chance.before().await?;
        self.inner.insert(bot, table, row).await
    }
    async fn save(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        self.chance.before().await?;
        self.inner.save(bot, table, row).await
    }
    async fn update(&mut self, bot: &str, query: &Query, changes: Row) -> StoreResult<u64> {
        self.chance.before().await?;
        self.inner.update(bot, query, changes).await
    }
    async fn delete(&mut self, bot: &str, query: &Query) -> StoreResult<u64> {
        self.chance.before().await?;
        self.inner.delete(bot, query).await
    }
}

#[async_trait]
impl TurnTransaction for FaultyTransaction {
    async fn commit(self: Box<Self>, turn: TurnCommit) -> StoreResult<Committed> {
        if let Err(error) = self.chance.before().await {
            self.inner.rollback().await;
            return Err(error);
        }
        self.chance.after(self.inner.commit(turn).await)
    }
    async fn rollback(self: Box<Self>) {
        self.inner.rollback().await;
    }
}

#[cfg(test)]
mod tests;
