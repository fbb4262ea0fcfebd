//! The port, on what a database brings: a reader, a queue and a transaction.

use async_trait::async_trait;
use basilect_stdlib::Data;

use super::group::{Firing, Operation};
use super::{Handle, Unit, deploy, reads, rows, turns, upkeep};
use crate::ports::store::{
    Accepted, Committed, Conversation, Deploy, Deployment, Inbound, InboxRow, Item, JournalEntry,
    Listed, ListedBefore, Millis, NewConversation, OutboxRow, Query, Row, Rows, Schedule, Scope,
    Store, StoreResult, TableShape, TurnCommit, TurnTransaction,
};

#[async_trait]
impl Store for Handle {
    async fn put_package(&self, hash: &str, bytes: &[u8], at: Millis) -> StoreResult<()> {
        let mut unit = self.unit().await?;
        deploy::put_package(unit.on()?, hash, bytes, at).await?;
        unit.keep().await
    }
    async fn package(&self, hash: &str) -> StoreResult<Option<Vec<u8>>> {
        reads::package(&mut *self.reader().await?, hash).await
    }
    async fn deploy(&self, deploy: &Deploy) -> StoreResult<()> {
        let mut unit = self.unit().await?;
        match deploy::deploy(unit.on()?, deploy).await {
            Ok(()) => unit.keep().await,
            Err(error) => {
                unit.undo().await;
                Err(error)
            }
        }
    }
    async fn deployments(&self, bot: &str) -> StoreResult<Vec<Deployment>> {
        reads::deployments(&mut *self.reader().await?, bot).await
    }
    async fn bots(&self) -> StoreResult<Vec<(String, String)>> {
        reads::bots(&mut *self.reader().await?).await
    }
    async fn drop_unused_packages(&self) -> StoreResult<u64> {
        let mut unit = self.unit().await?;
        let dropped = deploy::drop_unused_packages(unit.on()?).await?;
        unit.keep().await?;
        Ok(dropped)
    }

    async fn open(&self, new: &NewConversation) -> StoreResult<bool> {
        self.ask(Operation::Open(new.clone())).await
    }
    async fn conversation(&self, id: &str) -> StoreResult<Option<Conversation>> {
        reads::conversation(&mut *self.reader().await?, id).await
    }
    async fn list(
        &self,
        bot: Option<&str>,
        before: Option<ListedBefore>,
        limit: u32,
    ) -> StoreResult<Vec<Listed>> {
        reads::list(&mut *self.reader().await?, bot, before, limit).await
    }
    async fn items(&self, id: &str, since: i64, limit: u32) -> StoreResult<Vec<Item>> {
        reads::items(&mut *self.reader().await?, id, since, limit).await
    }
    async fn reserve_seq(&self, id: &str) -> StoreResult<i64> {
        self.ask(Operation::Reserve(id.to_string())).await
    }
    async fn journal(&self, id: &str) -> StoreResult<Vec<JournalEntry>> {
        reads::journal(&mut *self.reader().await?, id).await
    }

    async fn accept(&self, message: &Inbound) -> StoreResult<Accepted> {
        self.ask(Operation::Accept(message.clone())).await
    }
    async fn waiting(&self, id: &str, limit: u32) -> StoreResult<Vec<InboxRow>> {
        reads::waiting(&mut *self.reader().await?, id, limit).await
    }
    async fn conversations_waiting(&self, limit: u32) -> StoreResult<Vec<String>> {
        reads::conversations_waiting(&mut *self.reader().await?, limit).await
    }

    async fn commit(&self, turn: TurnCommit) -> StoreResult<Committed> {
        self.ask(Operation::Commit(Box::new(turn))).await
    }
    async fn begin(&self) -> StoreResult<Box<dyn TurnTransaction>> {
        Ok(Box::new(self.unit().await?))
    }
    async fn find(&self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        rows::find(&mut *self.reader().await?, bot, query).await
    }
    async fn tables(&self, bot: &str) -> StoreResult<Vec<TableShape>> {
        reads::tables(&mut *self.reader().await?, bot).await
    }

    async fn memory(&self, scope: Scope, owner: &str, key: &str) -> StoreResult<Option<Data>> {
        let found = reads::memory(&mut *self.reader().await?, scope, owner, key).await?;
        Ok(found.map(|(value, _)| value))
    }
    async fn memory_at(
        &self,
        scope: Scope,
        owner: &str,
        key: &str,
        now: Millis,
    ) -> StoreResult<Option<Data>> {
        let found = reads::memory(&mut *self.reader().await?, scope, owner, key).await?;
        let alive = found.filter(|(_, expires)| expires.is_none_or(|at| at > now));
        Ok(alive.map(|(value, _)| value))
    }

    async fn due_schedules(&self, now: Millis, limit: u32) -> StoreResult<Vec<Schedule>> {
        reads::due_schedules(&mut *self.reader().await?, now, limit).await
    }
    async fn fire(
        &self,
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound,
    ) -> StoreResult<bool> {
        let firing = Firing {
            schedule: schedule.clone(),
            next,
            conversation: conversation.clone(),
            message: message.clone(),
        };
        self.ask(Operation::Fire(Box::new(firing))).await
    }
    async fn schedules(&self, bot: &str) -> StoreResult<Vec<Schedule>> {
        reads::schedules(&mut *self.reader().await?, bot).await
    }
    async fn due_timers(&self, now: Millis, limit: u32) -> StoreResult<Vec<(String, Millis)>> {
        reads::due_timers(&mut *self.reader().await?, now, limit).await
    }
    async fn next_due(&self) -> StoreResult<Option<Millis>> {
        reads::next_due(&mut *self.reader().await?).await
    }

    async fn claim_deliveries(
        &self,
        now: Millis,
        retry_at: Millis,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>> {
        // Most of the time nothing waits: that is found out without a transaction.
        if !reads::has_deliveries(&mut *self.reader().await?, now).await? {
            return Ok(Vec::new());
        }
        let mut unit = self.unit().await?;
        let claimed = upkeep::claim_deliveries(unit.on()?, now, retry_at, limit).await?;
        unit.keep().await?;
        Ok(claimed)
    }
    async fn delivered(&self, id: i64, failure: Option<&str>) -> StoreResult<()> {
        self.ask(Operation::Delivered(id, failure.map(str::to_string))).await
    }

    async fn ping(&self) -> StoreResult<()> {
        reads::ping(&mut *self.reader().await?).await
    }
    async fn expire(&self, before: Millis, now: Millis) -> StoreResult<u64> {
        let mut gone = 0;
        loop {
            let mut unit = self.unit().await?;
            upkeep::forget_expired(unit.on()?, now).await?;
            let some = upkeep::expire_some(unit.on()?, before).await?;
            unit.keep().await?;
            gone += some;
            if some < upkeep::EXPIRE {
                return Ok(gone);
            }
        }
    }
    async fn close(&self) {
        self.finish().await;
    }
}

#[async_trait]
impl Rows for Unit {
    async fn find(&mut self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        rows::find(self.on()?, bot, query).await
    }
    async fn insert(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        rows::insert(self.on()?, bot, table, row).await
    }
    async fn save(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row> {
        rows::save(self.on()?, bot, table, row).await
    }
    async fn update(&mut self, bot: &str, query: &Query, changes: Row) -> StoreResult<u64> {
        rows::update(self.on()?, bot, query, changes).await
    }
    async fn delete(&mut self, bot: &str, query: &Query) -> StoreResult<u64> {
        rows::delete(self.on()?, bot, query).await
    }
}

#[async_trait]
impl TurnTransaction for Unit {
    async fn commit(mut self: Box<Self>, turn: TurnCommit) -> StoreResult<Committed> {
        match turns::commit(self.on()?, &turn).await {
            Ok(committed) => {
                self.keep().await?;
                Ok(committed)
            }
            Err(error) => {
                self.undo().await;
                Err(error)
            }
        }
    }
    async fn rollback(self: Box<Self>) {
        self.undo().await;
    }
}
