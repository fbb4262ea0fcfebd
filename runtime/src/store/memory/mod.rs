//! The store in the memory of this process: for talking in the terminal and for tests of bots,
//! where nothing needs to outlive the process.
//!
//! All of it is one [`World`] of persistent maps (copies share what did not change), so that a
//! transaction is a copy that takes the place of the original when it is kept, and readers never
//! wait. There is one writer at a time, as with SQLite. What a table's declaration says of its
//! rows, and what may be a name, is decided by the same modules as for the databases.
//!
//! Reading order: [`World`], [`talks`] (conversations), [`tables`] (rows), [`deploy`].

mod deploy;
mod tables;
mod talks;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use basilect_stdlib::Data;
use imbl::{OrdMap, Vector};
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

use super::{group, names};
use crate::ports::store::{
    Accepted, Committed, Conversation, Deploy, Deployment, Inbound, InboxRow, Item, JournalEntry,
    Listed, ListedBefore, Millis, NewConversation, OutboxRow, Query, Row, Rows, Schedule, Scope,
    Store, StoreResult, TableShape, TurnCommit, TurnTransaction,
};

/// The store in memory.
#[derive(Default)]
pub struct Memory {
    /// What is committed, and what readers see.
    world: Arc<Mutex<World>>,
    /// Whose turn it is to write.
    turns: Arc<Turns<()>>,
}

/// All that is stored.
#[derive(Clone, Default)]
struct World {
    closed: bool,
    /// By content hash.
    packages: OrdMap<String, Arc<[u8]>>,
    /// The package of each bot.
    bots: OrdMap<String, String>,
    /// What was put into service for each bot, the oldest first.
    deployments: OrdMap<String, Vector<Deployment>>,
    talks: OrdMap<String, talks::Talk>,
    /// Messages that no turn has dealt with, and their conversations.
    waiting: OrdMap<i64, String>,
    /// The last number given in the inbox, and in the outbox.
    last_inbox: i64,
    last_outbox: i64,
    outbox: OrdMap<i64, talks::Letter>,
    /// By scope, owner and key: the value, and when it is forgotten.
    remembered: OrdMap<(bool, String, String), (Data, Option<Millis>)>,
    /// By bot and identifier.
    schedules: OrdMap<(String, String), Schedule>,
    /// By bot and name.
    tables: OrdMap<(String, String), tables::Table>,
    /// The content hash of the file that a table's package rows came from, by bot and table.
    imports: OrdMap<(String, String), String>,
}

impl Memory {
    /// A store with nothing in it.
    pub fn new() -> Memory {
        Memory::default()
    }

    fn read(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something in one piece: all of it, or nothing.
    async fn write<T>(&self, change: impl FnOnce(&mut World) -> StoreResult<T>) -> StoreResult<T> {
        let _turn = self.turns.lock().await;
        let mut next = self.read().clone();
        if next.closed {
            return Err(group::closed());
        }
        let answer = change(&mut next)?;
        *self.read() = next;
        Ok(answer)
    }
}

/// Rows of more than a limit, as numbers.
fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[async_trait]
impl Store for Memory {
    async fn put_package(&self, hash: &str, bytes: &[u8], _at: Millis) -> StoreResult<()> {
        names::check("the hash of a package", hash)?;
        let put = |world: &mut World| {
            world.packages.entry(hash.to_string()).or_insert_with(|| bytes.into());
            Ok(())
        };
        self.write(put).await
    }
    async fn package(&self, hash: &str) -> StoreResult<Option<Vec<u8>>> {
        names::check("the hash of a package", hash)?;
        Ok(self.read().packages.get(hash).map(|bytes| bytes.to_vec()))
    }
    async fn deploy(&self, deploy: &Deploy) -> StoreResult<()> {
        self.write(|world| world.deploy(deploy)).await
    }
    async fn deployments(&self, bot: &str) -> StoreResult<Vec<Deployment>> {
        names::check("the name of a bot", bot)?;
        let known = self.read().deployments.get(bot).cloned().unwrap_or_default();
        Ok(known.into_iter().rev().collect())
    }
    async fn bots(&self) -> StoreResult<Vec<(String, String)>> {
        let bots = self.read().bots.clone();
        Ok(bots.into_iter().collect())
    }
    async fn drop_unused_packages(&self) -> StoreResult<u64> {
        self.write(|world| Ok(world.drop_unused_packages())).await
    }

    async fn open(&self, new: &NewConversation) -> StoreResult<bool> {
        self.write(|world| world.open(new)).await
    }
    async fn conversation(&self, id: &str) -> StoreResult<Option<Conversation>> {
        names::check("the name of a conversation", id)?;
        Ok(self.read().talks.get(id).map(|talk| talk.head.clone()))
    }
    async fn list(
        &self,
        bot: Option<&str>,
        before: Option<ListedBefore>,
        limit: u32,
    ) -> StoreResult<Vec<Listed>> {
        let talks = self.read().talks.clone();
        let before = before.unwrap_or((i64::MAX, String::new()));
        let heads = talks.values().map(|talk| &talk.head);
        let own = heads.filter(|head| bot.is_none_or(|bot| head.bot == bot));
        let key = |head: &Conversation| (head.updated_at, head.id.clone());
        let mut own: Vec<&Conversation> = own.filter(|head| key(head) < before).collect();
        own.sort_by_key(|head| std::cmp::Reverse(key(head)));
        let listed = |head: &Conversation| Listed {
            id: head.id.clone(),
            bot: head.bot.clone(),
            program: head.program.clone(),
            person: head.person.clone(),
            channel: head.channel.clone(),
            created_at: head.created_at,
            updated_at: head.updated_at,
        };
        Ok(own.into_iter().take(most(limit)).map(listed).collect())
    }
    async fn items(&self, id: &str, since: i64, limit: u32) -> StoreResult<Vec<Item>> {
        names::check("the name of a conversation", id)?;
        let items = self.read().talks.get(id).map(|talk| talk.items.clone()).unwrap_or_default();
        let after = items.range(since.saturating_add(1)..);
        Ok(after.take(most(limit)).map(|(_, item)| item.clone()).collect())
    }
    async fn reserve_seq(&self, id: &str) -> StoreResult<i64> {
        self.write(|world| world.reserve(id)).await
    }
    async fn journal(&self, id: &str) -> StoreResult<Vec<JournalEntry>> {
        names::check("the name of a conversation", id)?;
        let journal = self.read().talks.get(id).map(|talk| talk.journal.clone());
        Ok(journal.unwrap_or_default().into_iter().collect())
    }

    async fn accept(&self, message: &Inbound) -> StoreResult<Accepted> {
        self.write(|world| world.accept(message)).await
    }
    async fn waiting(&self, id: &str, limit: u32) -> StoreResult<Vec<InboxRow>> {
        names::check("the name of a conversation", id)?;
        let inbox = self.read().talks.get(id).map(|talk| talk.inbox.clone()).unwrap_or_default();
        Ok(inbox.values().take(most(limit)).cloned().collect())
    }
    async fn conversations_waiting(&self, limit: u32) -> StoreResult<Vec<String>> {
        let waiting = self.read().waiting.clone();
        let mut first: Vec<String> = Vec::new();
        for id in waiting.values() {
            if first.len() < most(limit) && !first.contains(id) {
                first.push(id.clone());
            }
        }
        Ok(first)
    }

    async fn commit(&self, turn: TurnCommit) -> StoreResult<Committed> {
        self.write(|world| world.commit(turn)).await
    }
    async fn begin(&self) -> StoreResult<Box<dyn TurnTransaction>> {
        let turn = self.turns.clone().lock_owned().await;
        let world = self.read().clone();
        match world.closed {
            true => Err(group::closed()),
            false => Ok(Box::new(Transaction { world, kept: self.world.clone(), _turn: turn })),
        }
    }
    async fn find(&self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        let world = self.read().clone();
        world.find(bot, query)
    }
    async fn tables(&self, bot: &str) -> StoreResult<Vec<TableShape>> {
        names::check("the name of a bot", bot)?;
        Ok(self.read().declared_tables(bot))
    }

    async fn memory(&self, scope: Scope, owner: &str, key: &str) -> StoreResult<Option<Data>> {
        self.memory_at(scope, owner, key, Millis::MIN).await
    }
    async fn memory_at(
        &self,
        scope: Scope,
        owner: &str,
        key: &str,
        now: Millis,
    ) -> StoreResult<Option<Data>> {
        names::check("the owner of a memory", owner)?;
        names::check("the key of a memory", key)?;
        let of = (scope == Scope::User, owner.to_string(), key.to_string());
        let found = self.read().remembered.get(&of).cloned();
        let alive = found.filter(|(_, expires)| expires.is_none_or(|at| at > now));
        Ok(alive.map(|(value, _)| value))
    }

    async fn due_schedules(&self, now: Millis, limit: u32) -> StoreResult<Vec<Schedule>> {
        Ok(self.read().schedules_by_time(limit, |schedule| schedule.next_at <= now))
    }
    async fn fire(
        &self,
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound,
    ) -> StoreResult<bool> {
        self.write(|world| world.fire(schedule, next, conversation, message)).await
    }
    async fn schedules(&self, bot: &str) -> StoreResult<Vec<Schedule>> {
        names::check("the name of a bot", bot)?;
        Ok(self.read().schedules_by_time(u32::MAX, |schedule| schedule.bot == bot))
    }
    async fn due_timers(&self, now: Millis, limit: u32) -> StoreResult<Vec<(String, Millis)>> {
        let mut timers = self.read().timers();
        timers.retain(|(_, at)| *at <= now);
        timers.sort_by(|(left, soon), (right, late)| soon.cmp(late).then(left.cmp(right)));
        timers.truncate(most(limit));
        Ok(timers)
    }
    async fn next_due(&self) -> StoreResult<Option<Millis>> {
        let world = self.read();
        let timer = world.timers().into_iter().map(|(_, at)| at).min();
        let schedule = world.schedules.values().map(|schedule| schedule.next_at).min();
        Ok([timer, schedule].into_iter().flatten().min())
    }

    async fn claim_deliveries(
        &self,
        now: Millis,
        retry_at: Millis,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>> {
        self.write(|world| Ok(world.claim(now, retry_at, most(limit)))).await
    }
    async fn delivered(&self, id: i64, _failure: Option<&str>) -> StoreResult<()> {
        self.write(|world| world.delivered(id)).await
    }

    async fn ping(&self) -> StoreResult<()> {
        match self.read().closed {
            true => Err(group::closed()),
            false => Ok(()),
        }
    }
    async fn expire(&self, before: Millis, now: Millis) -> StoreResult<u64> {
        self.write(|world| Ok(world.expire(before, now))).await
    }
    async fn close(&self) {
        let _turn = self.turns.lock().await;
        self.read().closed = true;
    }
}

/// A world that may take the place of the one it was copied from.
struct Transaction {
    world: World,
    kept: Arc<Mutex<World>>,
    _turn: OwnedMutexGuard<()>,
}

#[async_trait]
impl Rows for Transaction {
    async fn find(&mut self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        self.world.find(bot, query)
    }
    async fn insert(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        self.world.change(bot, table, |table| table.insert(row))
    }
    async fn save(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        self.world.change(bot, table, |table| table.save(row))
    }
    async fn update(&mut self, bot: &str, query: &Query, changes: Row) -> StoreResult<u64> {
        self.world.change_known(bot, &query.table, |table| table.update(query, changes))
    }
    async fn delete(&mut self, bot: &str, query: &Query) -> StoreResult<u64> {
        self.world.change_known(bot, &query.table, |table| table.delete(query))
    }
}

#[async_trait]
impl TurnTransaction for Transaction {
    async fn commit(mut self: Box<Self>, turn: TurnCommit) -> StoreResult<Committed> {
        let committed = self.world.commit(turn)?;
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = self.world;
        Ok(committed)
    }
    async fn rollback(self: Box<Self>) {}
}
