//! A store with a defect: what the drills are for. A drill that passes on it is worth nothing.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use basilect_runtime::ports::store::{
    Accepted, Committed, Conversation, Deploy, Deployment, Inbound, InboxRow, Item, JournalEntry,
    Listed, ListedBefore, Millis, NewConversation, OutboxRow, Query, Row, Schedule, Scope, Store,
    StoreResult, TableShape, TurnCommit, TurnTransaction,
};
use basilect_stdlib::Data;

/// Every so many commits the defect shows.
const EVERY: u64 = 7;

/// What is wrong with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// What a turn said last is forgotten.
    DropOutbox,
    /// A message that was dealt with is not marked so.
    DoubleTurn,
    /// The state of the turn before is kept.
    StaleState,
    /// An acknowledged message is forgotten.
    LostMessage,
}

impl Defect {
    /// All of them, by name.
    pub const ALL: [(&'static str, Defect); 4] = [
        ("drop-outbox", Defect::DropOutbox),
        ("double-turn", Defect::DoubleTurn),
        ("stale-state", Defect::StaleState),
        ("lost-message", Defect::LostMessage),
    ];

    /// The defect of that name.
    pub fn named(name: &str) -> Option<Defect> {
        Defect::ALL.iter().find(|(other, _)| *other == name).map(|(_, defect)| *defect)
    }
}

/// A store that spoils some commits and is otherwise the one behind it.
pub struct Planted {
    store: Arc<dyn Store>,
    defect: Defect,
    count: AtomicU64,
    /// The last state of the conversation that is going to be spoiled.
    states: Mutex<std::collections::HashMap<String, Vec<u8>>>,
}

impl Planted {
    /// Plants a defect.
    pub fn new(store: Arc<dyn Store>, defect: Defect) -> Planted {
        Planted { store, defect, count: AtomicU64::new(0), states: Mutex::default() }
    }

    fn strikes(&self, defect: Defect) -> bool {
        defect == self.defect && self.count.fetch_add(1, Ordering::AcqRel) % EVERY == EVERY - 1
    }

    fn spoil(&self, turn: &mut TurnCommit) {
        let state = turn.state.clone();
        let mut states = self.states.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let before = states.insert(turn.conversation.clone(), state);
        if turn.turn < 3 {
            return;
        }
        if self.strikes(Defect::DropOutbox) {
            turn.items.pop();
        } else if self.strikes(Defect::DoubleTurn) {
            turn.done = None;
        } else if self.strikes(Defect::StaleState)
            && let Some(before) = before
        {
            turn.state = before;
        }
    }
}

#[async_trait]
impl Store for Planted {
    async fn put_package(&self, hash: &str, bytes: &[u8], at: Millis) -> StoreResult<()> {
        self.store.put_package(hash, bytes, at).await
    }
    async fn package(&self, hash: &str) -> StoreResult<Option<Vec<u8>>> {
        self.store.package(hash).await
    }
    async fn deploy(&self, deploy: &Deploy) -> StoreResult<()> {
        self.store.deploy(deploy).await
    }
    async fn deployments(&self, bot: &str) -> StoreResult<Vec<Deployment>> {
        self.store.deployments(bot).await
    }
    async fn bots(&self) -> StoreResult<Vec<(String, String)>> {
        self.store.bots().await
    }
    async fn drop_unused_packages(&self) -> StoreResult<u64> {
        self.store.drop_unused_packages().await
    }

    async fn open(&self, new: &NewConversation) -> StoreResult<bool> {
        self.store.open(new).await
    }
    async fn conversation(&self, id: &str) -> StoreResult<Option<Conversation>> {
        self.store.conversation(id).await
    }
    async fn list(
        &self,
        bot: Option<&str>,
        before: Option<ListedBefore>,
        limit: u32,
    ) -> StoreResult<Vec<Listed>> {
        self.store.list(bot, before, limit).await
    }
    async fn items(&self, id: &str, since: i64, limit: u32) -> StoreResult<Vec<Item>> {
        self.store.items(id, since, limit).await
    }
    async fn reserve_seq(&self, id: &str) -> StoreResult<i64> {
        self.store.reserve_seq(id).await
    }
    async fn journal(&self, id: &str) -> StoreResult<Vec<JournalEntry>> {
        self.store.journal(id).await
    }

    async fn accept(&self, message: &Inbound) -> StoreResult<Accepted> {
        if message.item.is_some() && self.strikes(Defect::LostMessage) {
            return Ok(Accepted { inbox: i64::MAX, seq: Some(1), duplicate: true });
        }
        self.store.accept(message).await
    }
    async fn waiting(&self, id: &str, limit: u32) -> StoreResult<Vec<InboxRow>> {
        self.store.waiting(id, limit).await
    }
    async fn conversations_waiting(&self, limit: u32) -> StoreResult<Vec<String>> {
        self.store.conversations_waiting(limit).await
    }

    async fn commit(&self, mut turn: TurnCommit) -> StoreResult<Committed> {
        self.spoil(&mut turn);
        self.store.commit(turn).await
    }
    async fn begin(&self) -> StoreResult<Box<dyn TurnTransaction>> {
        self.store.begin().await
    }
    async fn find(&self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        self.store.find(bot, query).await
    }
    async fn tables(&self, bot: &str) -> StoreResult<Vec<TableShape>> {
        self.store.tables(bot).await
    }

    async fn memory(&self, scope: Scope, owner: &str, key: &str) -> StoreResult<Option<Data>> {
        self.store.memory(scope, owner, key).await
    }
    async fn memory_at(
        &self,
        scope: Scope,
        owner: &str,
        key: &str,
        now: Millis,
    ) -> StoreResult<Option<Data>> {
        self.store.memory_at(scope, owner, key, now).await
    }

    async fn due_schedules(&self, now: Millis, limit: u32) -> StoreResult<Vec<Schedule>> {
        self.store.due_schedules(now, limit).await
    }
    async fn fire(
        &self,
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound,
    ) -> StoreResult<bool> {
        self.store.fire(schedule, next, conversation, message).await
    }
    async fn schedules(&self, bot: &str) -> StoreResult<Vec<Schedule>> {
        self.store.schedules(bot).await
    }
    async fn due_timers(&self, now: Millis, limit: u32) -> StoreResult<Vec<(String, Millis)>> {
        self.store.due_timers(now, limit).await
    }
    async fn next_due(&self) -> StoreResult<Option<Millis>> {
        self.store.next_due().await
    }

    async fn claim_deliveries(
        &self,
        now: Millis,
        retry_at: Millis,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>> {
        self.store.claim_deliveries(now, retry_at, limit).await
    }
    async fn delivered(&self, id: i64, failure: Option<&str>) -> StoreResult<()> {
        self.store.delivered(id, failure).await
    }

    async fn ping(&self) -> StoreResult<()> {
        self.store.ping().await
    }
    async fn expire(&self, before: Millis, now: Millis) -> StoreResult<u64> {
        self.store.expire(before, now).await
    }
    async fn close(&self) {
        self.store.close().await;
    }
}
