//! The store: bots and their programs, conversations with their log, journal and state, the inbox,
//! the rows of the bots' tables, memory, schedules and timers.
//!
//! The heart is [`TurnCommit`]: everything that one turn did becomes visible in one transaction or
//! not at all, and only when the conversation's version is still the one that the turn began with,
//! so that two servers can never both continue a conversation.

use async_trait::async_trait;
use basilect_stdlib::Data;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00Z.
pub type Millis = i64;

/// What the store can answer instead of doing its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The conversation was changed by someone else since it was loaded.
    #[error("the conversation was changed meanwhile")]
    Conflict,
    /// There is no such thing.
    #[error("{0} does not exist")]
    NotFound(&'static str),
    /// The request itself is wrong (an unknown column, a broken value).
    #[error("{0}")]
    Invalid(String),
    /// The database cannot be reached or refuses; worth trying again.
    #[error("the database is not available: {0}")]
    Unavailable(String),
}

/// A result of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// A conversation as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Its identifier.
    pub id: String,
    /// SHA-256 of its secret key, hex.
    pub key_hash: String,
    /// The bot's name.
    pub bot: String,
    /// Content hash of the package it runs on until its script ends.
    pub program: String,
    /// Who speaks with the bot: stable over conversations (user memory hangs on it).
    pub person: String,
    /// `web`, `terminal`, `schedule`, `webhook` …
    pub channel: String,
    /// Counts the commits; the check against two servers.
    pub version: i64,
    /// The suspended program and all that belongs to it; empty before the first turn.
    pub state: Vec<u8>,
    /// The last `seq` given in its log.
    pub last_seq: i64,
    /// When a WAIT or timeout of its script is due.
    pub wake_at: Option<Millis>,
    /// When it began.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// A conversation in a list, without what only its person may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its identifier.
    pub id: String,
    /// The bot's name.
    pub bot: String,
    /// Content hash of the package it runs on.
    pub program: String,
    /// Who speaks with the bot.
    pub person: String,
    /// `web`, `terminal`, `schedule`, `webhook` …
    pub channel: String,
    /// When it began.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// The place in a list of conversations behind which to go on: when the last one that was seen
/// changed, and its identifier.
pub type ListedBefore = (Millis, String);

/// A conversation to open.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// Its identifier, chosen by the caller.
    pub id: String,
    /// SHA-256 of its secret key, hex.
    pub key_hash: String,
    /// The bot.
    pub bot: String,
    /// Content hash of its package.
    pub program: String,
    /// The person.
    pub person: String,
    /// The channel.
    pub channel: String,
    /// Now.
    pub at: Millis,
}

/// A message or event that came in, before it is stored.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// The conversation it belongs to.
    pub conversation: String,
    /// The channel's own identifier of this message: unique within the conversation, so that a
    /// message that comes twice is one.
    pub native_id: String,
    /// What it is: JSON of the runtime's `Event`.
    pub body: String,
    /// The log item that shows it, when it is something that the person said.
    pub item: Option<String>,
    /// Now.
    pub at: Millis,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxRow {
    /// Its place in the inbox of its conversation (ascending, not contiguous).
    pub id: i64,
    /// The conversation.
    pub conversation: String,
    /// The channel's identifier.
    pub native_id: String,
    /// JSON of the runtime's `Event`.
    pub body: String,
    /// The `seq` of its log item, if it has one.
    pub seq: Option<i64>,
    /// When it came.
    pub at: Millis,
}

/// The answer to an accepted message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its inbox row.
    pub inbox: i64,
    /// The place in the log.
    pub seq: Option<i64>,
    /// Whether it had been accepted before.
    pub duplicate: bool,
}

/// One item of a conversation's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Place in the log, from 1.
    pub seq: i64,
    /// When.
    pub at: Millis,
    /// JSON: `by`, `kind` and the fields of the kind (see the protocol).
    pub body: String,
}

/// An item that a turn adds.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// The place that was reserved for it while it was streamed; otherwise the next one.
    pub seq: Option<i64>,
    /// JSON of the item.
    pub body: String,
}

/// A step of a turn, recorded for replay and for knowing what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The turn within the conversation, from 1.
    pub turn: i64,
    /// The step within the turn, from 0.
    pub step: i64,
    /// When.
    pub at: Millis,
    /// JSON of the runtime's `Step`.
    pub body: String,
}

/// Where a remembered value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Shared by all conversations of a bot.
    Bot,
    /// Belongs to one person, over all bots.
    User,
}

/// A remembered value to write (`None` forgets it).
#[derive(Clone, Debug)]
pub struct MemoryWrite {
    /// Bot or user.
    pub scope: Scope,
    /// The bot's name or the person.
    pub owner: String,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Option<Data>,
    /// When it is forgotten by itself.
    pub expires_at: Option<Millis>,
}

/// A message to another channel or person, delivered after the commit.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Index within the turn; (conversation, turn, index) is unique.
    pub index: i64,
    /// The channel: `mail`, `whatsapp`, `web` …
    pub channel: String,
    /// The address on that channel.
    pub address: String,
    /// JSON of what is delivered.
    pub body: String,
}

/// A delivery that waits.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Its identifier.
    pub id: i64,
    /// Where it came from.
    pub conversation: String,
    /// The turn.
    pub turn: i64,
    /// The delivery.
    pub delivery: Delivery,
    /// Failed tries so far.
    pub attempts: i64,
}

/// A schedule to keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Unique within the bot: derived from script, rule and arguments.
    pub id: String,
    /// The bot.
    pub bot: String,
    /// The script that runs.
    pub script: String,
    /// The rule as written: cron or words; empty for a single time.
    pub rule: String,
    /// The IANA zone in which the rule is read.
    pub zone: String,
    /// Values for the script's inputs.
    pub args: Data,
    /// The next time.
    pub next_at: Millis,
    /// Whether it was declared in the package (then a deploy without it removes it).
    pub declared: bool,
}

/// All that one turn (or one checkpoint within it) did.
#[derive(Clone, Debug, Default)]
pub struct TurnCommit {
    /// The conversation.
    pub conversation: String,
    /// The version that the turn loaded; the commit makes it one more.
    pub version: i64,
    /// The inbox row that this turn has dealt with (absent in a checkpoint before its end).
    pub done: Option<i64>,
    /// The suspended program.
    pub state: Vec<u8>,
    /// The package it is pinned to.
    pub program: String,
    /// When a timer is due.
    pub wake_at: Option<Millis>,
    /// New items of the log, in order.
    pub items: Vec<NewItem>,
    /// New steps of the journal.
    pub journal: Vec<JournalEntry>,
    /// Remembered values.
    pub memory: Vec<MemoryWrite>,
    /// Schedules set.
    pub schedules: Vec<Schedule>,
    /// Schedules cancelled, by identifier.
    pub unschedule: Vec<String>,
    /// Messages to others.
    pub turn: i64,
    /// Messages to others.
    pub deliveries: Vec<Delivery>,
    /// Now.
    pub at: Millis,
}

/// What a commit gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The new version.
    pub version: i64,
    /// The `seq` of each new item, in order.
    pub seqs: Vec<i64>,
}

/// One row of a bot's table, as a map of its columns. `id` is always there.
pub type Row = indexmap::IndexMap<String, Data>;

/// What FIND asks for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The table.
    pub table: String,
    /// The condition.
    pub filter: Option<basilect_stdlib::pure::condition::Filter>,
    /// Columns to order by, with `true` for descending.
    pub order: Vec<(String, bool)>,
    /// At most so many rows.
    pub limit: Option<u64>,
}

/// The rows of a bot's tables. Values are kept as they are (a document a row, keyed by the table's
/// primary key); conditions mean the same on every store because they are evaluated by
/// `Filter::matches`, and what a database can decide beforehand (equality on a column) is only a
/// faster way to the same answer. Every statement has a fixed shape and bound values.
#[async_trait]
pub trait Rows: Send {
    /// The rows that fit.
    async fn find(&mut self, bot: &str, query: &Query) -> StoreResult<Vec<Row>>;
    /// Inserts a row; a missing `id` is made. The answer is the row as stored.
    /// A second row of the same key, or of the same value in a UNIQUE column, is `Invalid`.
    async fn insert(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row>;
    /// Inserts, or changes the row of the same key. The answer is the row as stored.
    async fn save(&mut self, bot: &str, table: &str, row: Row) -> StoreResult<Row>;
    /// Changes columns of the rows that fit; how many.
    async fn update(&mut self, bot: &str, query: &Query, changes: Row) -> StoreResult<u64>;
    /// Deletes the rows that fit; how many.
    async fn delete(&mut self, bot: &str, query: &Query) -> StoreResult<u64>;
}

/// The declared shape of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableShape {
    /// Its name, lower case.
    pub name: String,
    /// The column whose value identifies a row; `id` when none is declared.
    pub key: String,
    /// Columns in order: name, type in lower case (`text`, `integer`, `number`, `boolean`, `date`,
    /// `datetime`, `json`), whether it must have a value, its default.
    pub columns: Vec<ColumnShape>,
    /// Sets of columns that must be unique together.
    pub unique: Vec<Vec<String>>,
}

/// One declared column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnShape {
    /// Name as written.
    pub name: String,
    /// Type in lower case.
    pub ty: String,
    /// NOT NULL.
    pub required: bool,
    /// DEFAULT, as written.
    pub default: Option<String>,
}

/// An open transaction of one turn: its data writes, and finally the turn itself.
///
/// It is short by construction: the runtime never waits for the outside while it is open, and
/// commits a checkpoint when the program uses up its slice.
#[async_trait]
pub trait TurnTransaction: Rows {
    /// Commits the rows and the turn together.
    async fn commit(self: Box<Self>, turn: TurnCommit) -> StoreResult<Committed>;
    /// Forgets everything.
    async fn rollback(self: Box<Self>);
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    // ---- packages and bots
    /// Keeps a package under its content hash.
    async fn put_package(&self, hash: &str, bytes: &[u8], at: Millis) -> StoreResult<()>;
    /// The package of that hash.
    async fn package(&self, hash: &str) -> StoreResult<Option<Vec<u8>>>;
    /// Points a bot at a package, declares its tables, replaces its declared schedules and
    /// imports the rows that come with the package (per table: the content hash of its file and
    /// the rows; rows written by scripts stay, rows of an older file are replaced), in one
    /// transaction.
    async fn deploy(&self, deploy: &Deploy) -> StoreResult<()>;
    /// What was put into service for a bot, the newest first; at most [`DEPLOYMENTS_MAX`].
    async fn deployments(&self, bot: &str) -> StoreResult<Vec<Deployment>>;
    /// The bots and their current package hashes.
    async fn bots(&self) -> StoreResult<Vec<(String, String)>>;
    /// Packages that no bot, no conversation and no remembered deployment needs are dropped.
    async fn drop_unused_packages(&self) -> StoreResult<u64>;

    // ---- conversations
    /// Opens a conversation; opening one that exists changes nothing and answers false.
    async fn open(&self, new: &NewConversation) -> StoreResult<bool>;
    /// The conversation of that identifier.
    async fn conversation(&self, id: &str) -> StoreResult<Option<Conversation>>;
    /// The conversations of a bot, or of all, those that changed last first; `before` is the last
    /// one of the page before.
    async fn list(
        &self,
        bot: Option<&str>,
        before: Option<ListedBefore>,
        limit: u32,
    ) -> StoreResult<Vec<Listed>>;
    /// Its log after `since`, at most `limit` items.
    async fn items(&self, id: &str, since: i64, limit: u32) -> StoreResult<Vec<Item>>;
    /// Gives the next place in the log to an item that will be streamed.
    async fn reserve_seq(&self, id: &str) -> StoreResult<i64>;
    /// Its journal.
    async fn journal(&self, id: &str) -> StoreResult<Vec<JournalEntry>>;

    // ---- inbox
    /// Stores a message durably and gives it its place in the log. Messages of one conversation
    /// get ascending inbox ids in the order in which this was called.
    async fn accept(&self, message: &Inbound) -> StoreResult<Accepted>;
    /// The oldest messages of a conversation that no turn has dealt with.
    async fn waiting(&self, id: &str, limit: u32) -> StoreResult<Vec<InboxRow>>;
    /// Conversations that have such messages (for the start, and for messages of other servers).
    async fn conversations_waiting(&self, limit: u32) -> StoreResult<Vec<String>>;

    // ---- turns
    /// Commits a turn that wrote no rows.
    async fn commit(&self, turn: TurnCommit) -> StoreResult<Committed>;
    /// Opens a transaction for a turn that writes rows. In an embedded store it has the only
    /// writer: who holds it must end it before waiting for another write.
    async fn begin(&self) -> StoreResult<Box<dyn TurnTransaction>>;
    /// The rows outside any transaction, for reading.
    async fn find(&self, bot: &str, query: &Query) -> StoreResult<Vec<Row>>;
    /// The declared tables of a bot.
    async fn tables(&self, bot: &str) -> StoreResult<Vec<TableShape>>;

    // ---- memory
    /// A remembered value, even when its time is over but [`Store::expire`] has not come by yet.
    async fn memory(&self, scope: Scope, owner: &str, key: &str) -> StoreResult<Option<Data>>;
    /// A remembered value, unless it is forgotten at `now`.
    async fn memory_at(
        &self,
        scope: Scope,
        owner: &str,
        key: &str,
        now: Millis,
    ) -> StoreResult<Option<Data>>;

    // ---- time
    /// Schedules whose time has come.
    async fn due_schedules(&self, now: Millis, limit: u32) -> StoreResult<Vec<Schedule>>;
    /// Moves a schedule on from `due` to `next` (none: it is done), and in the same transaction
    /// opens the conversation in which its script runs and gives it its first message. False when
    /// another server was first.
    async fn fire(
        &self,
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound,
    ) -> StoreResult<bool>;
    /// The schedules of a bot.
    async fn schedules(&self, bot: &str) -> StoreResult<Vec<Schedule>>;
    /// Conversations whose timer is due: (conversation, its `wake_at`).
    async fn due_timers(&self, now: Millis, limit: u32) -> StoreResult<Vec<(String, Millis)>>;
    /// The earliest time at which a schedule or timer is due.
    async fn next_due(&self) -> StoreResult<Option<Millis>>;

    // ---- outbox
    /// Deliveries to try now; each is hidden until `retry_at` unless marked delivered.
    async fn claim_deliveries(
        &self,
        now: Millis,
        retry_at: Millis,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>>;
    /// A delivery is done (or given up for good, with the reason).
    async fn delivered(&self, id: i64, failure: Option<&str>) -> StoreResult<()>;

    // ---- upkeep
    /// Whether the store answers.
    async fn ping(&self) -> StoreResult<()>;
    /// Deletes expired memory and journals, logs and states of conversations that have not changed
    /// since `before`; how many conversations went.
    async fn expire(&self, before: Millis, now: Millis) -> StoreResult<u64>;
    /// Finishes what is queued and closes.
    async fn close(&self);
}

/// What a deploy changes.
#[derive(Clone, Debug, Default)]
pub struct Deploy {
    /// The bot.
    pub bot: String,
    /// The content hash of its package, which has been put before.
    pub hash: String,
    /// Declared tables.
    pub tables: Vec<TableShape>,
    /// Declared schedules.
    pub schedules: Vec<Schedule>,
    /// Rows that come with the package: table, content hash of the file, rows.
    pub imports: Vec<(String, String, Vec<Row>)>,
    /// From where: `folder`, `package`, `studio`, `rollback`; one without it is not remembered.
    pub origin: String,
    /// Now.
    pub at: Millis,
}

/// A package that was put into service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its content hash.
    pub hash: String,
    /// When.
    pub at: Millis,
    /// From where.
    pub origin: String,
}

/// Deployments of one bot that are remembered, with their packages.
pub const DEPLOYMENTS_MAX: u32 = 50;
