//! What is read without changing anything.

use sqlx::{query_as, query_scalar};

use super::turns::scope;
use super::{Connection, dialect, document, names};
use crate::ports::store::{
    Conversation, DEPLOYMENTS_MAX, Deployment, InboxRow, Item, JournalEntry, Listed, ListedBefore,
    Millis, Schedule, Scope, StoreResult, TableShape,
};
use basilect_stdlib::Data;

pub(crate) async fn package(on: &mut Connection, hash: &str) -> StoreResult<Option<Vec<u8>>> {
    names::check("the hash of a package", hash)?;
    Ok(query_scalar("select bytes from packages where hash = $1")
        .bind(hash)
        .fetch_optional(on)
        .await?)
}

pub(crate) async fn bots(on: &mut Connection) -> StoreResult<Vec<(String, String)>> {
    Ok(query_as("select name, hash from bots order by name").fetch_all(on).await?)
}

pub(crate) async fn deployments(on: &mut Connection, bot: &str) -> StoreResult<Vec<Deployment>> {
    names::check("the name of a bot", bot)?;
    let rows: Vec<(String, Millis, String)> = query_as(
        "select hash, at, origin from deployments where bot = $1 order by n desc limit $2",
    )
    .bind(bot)
    .bind(i64::from(DEPLOYMENTS_MAX))
    .fetch_all(on)
    .await?;
    Ok(rows.into_iter().map(|(hash, at, origin)| Deployment { hash, at, origin }).collect())
}

pub(crate) async fn conversation(
    on: &mut Connection,
    id: &str,
) -> StoreResult<Option<Conversation>> {
    names::check("the name of a conversation", id)?;
    let row: Option<dialect::Row> = sqlx::query(
        "select id, key_hash, bot, program, person, channel, \
         version, last_seq, wake_at, created_at, updated_at, state \
         from conversations where id = $1",
    )
    .bind(id)
    .fetch_optional(on)
    .await?;
    row.as_ref().map(read_conversation).transpose()
}

fn read_conversation(row: &dialect::Row) -> StoreResult<Conversation> {
    use sqlx::Row;
    Ok(Conversation {
        id: row.try_get(0)?,
        key_hash: row.try_get(1)?,
        bot: row.try_get(2)?,
        program: row.try_get(3)?,
        person: row.try_get(4)?,
        channel: row.try_get(5)?,
        version: row.try_get(6)?,
        last_seq: row.try_get(7)?,
        wake_at: row.try_get(8)?,
        created_at: row.try_get(9)?,
        updated_at: row.try_get(10)?,
        state: row.try_get(11)?,
    })
}

pub(crate) async fn list(
    on: &mut Connection,
    bot: Option<&str>,
    before: Option<ListedBefore>,
    limit: u32,
) -> StoreResult<Vec<Listed>> {
    let bot = bot.unwrap_or_default();
    let (changed, last) = before.unwrap_or((i64::MAX, String::new()));
    names::check("the name of a bot", bot)?;
    names::check("the name of a conversation", &last)?;
    let rows: Vec<(String, String, String, String, String, i64, i64)> = query_as(
        "select id, bot, program, person, channel, created_at, updated_at from conversations \
         where ($1 = '' or bot = $1) and (updated_at < $2 or (updated_at = $2 and id < $3)) \
         order by updated_at desc, id desc limit $4",
    )
    .bind(bot)
    .bind(changed)
    .bind(&last)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    let listed = |(id, bot, program, person, channel, created_at, updated_at)| Listed {
        id,
        bot,
        program,
        person,
        channel,
        created_at,
        updated_at,
    };
    Ok(rows.into_iter().map(listed).collect())
}

pub(crate) async fn items(
    on: &mut Connection,
    id: &str,
    since: i64,
    limit: u32,
) -> StoreResult<Vec<Item>> {
    names::check("the name of a conversation", id)?;
    let rows: Vec<(i64, i64, String)> = query_as(
        "select seq, at, body from items where conversation = $1 and seq > $2 \
         order by seq limit $3",
    )
    .bind(id)
    .bind(since)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    Ok(rows.into_iter().map(|(seq, at, body)| Item { seq, at, body }).collect())
}

pub(crate) async fn journal(on: &mut Connection, id: &str) -> StoreResult<Vec<JournalEntry>> {
    names::check("the name of a conversation", id)?;
    let rows: Vec<(i64, i64, i64, String)> = query_as(
        "select turn, step, at, body from journal where conversation = $1 order by version, n",
    )
    .bind(id)
    .fetch_all(on)
    .await?;
    let entry = |(turn, step, at, body)| JournalEntry { turn, step, at, body };
    Ok(rows.into_iter().map(entry).collect())
}

pub(crate) async fn waiting(
    on: &mut Connection,
    id: &str,
    limit: u32,
) -> StoreResult<Vec<InboxRow>> {
    names::check("the name of a conversation", id)?;
    let rows: Vec<(i64, String, String, String, Option<i64>, i64)> = query_as(
        "select id, conversation, native_id, body, seq, at from inbox \
         where conversation = $1 and done = 0 order by id limit $2",
    )
    .bind(id)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    let row = |(id, conversation, native_id, body, seq, at)| InboxRow {
        id,
        conversation,
        native_id,
        body,
        seq,
        at,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Those that have waited longest come first.
pub(crate) async fn conversations_waiting(
    on: &mut Connection,
    limit: u32,
) -> StoreResult<Vec<String>> {
    Ok(query_scalar(
        "select conversation from inbox where done = 0 \
         group by conversation order by min(id) limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?)
}

/// A remembered value and when it is forgotten.
pub(crate) async fn memory(
    on: &mut Connection,
    of: Scope,
    owner: &str,
    key: &str,
) -> StoreResult<Option<(Data, Option<Millis>)>> {
    names::check("the owner of a memory", owner)?;
    names::check("the key of a memory", key)?;
    let found: Option<(String, Option<i64>)> = query_as(
        "select value, expires_at from memory where scope = $1 and owner = $2 and key = $3",
    )
    .bind(scope(of))
    .bind(owner)
    .bind(key)
    .fetch_optional(on)
    .await?;
    found.map(|(value, expires)| Ok((document::decode(&value)?, expires))).transpose()
}

type ScheduleRow = (String, String, String, String, String, String, i64, i64);

fn schedule(row: ScheduleRow) -> StoreResult<Schedule> {
    let (id, bot, script, rule, zone, args, next_at, declared) = row;
    let args = document::decode(&args)?;
    Ok(Schedule { id, bot, script, rule, zone, args, next_at, declared: declared != 0 })
}

pub(crate) async fn due_schedules(
    on: &mut Connection,
    now: Millis,
    limit: u32,
) -> StoreResult<Vec<Schedule>> {
    let rows: Vec<ScheduleRow> = query_as(
        "select id, bot, script, rule, zone, args, next_at, declared from schedules \
         where next_at <= $1 order by next_at, bot, id limit $2",
    )
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    rows.into_iter().map(schedule).collect()
}

pub(crate) async fn schedules(on: &mut Connection, bot: &str) -> StoreResult<Vec<Schedule>> {
    names::check("the name of a bot", bot)?;
    let rows: Vec<ScheduleRow> = query_as(
        "select id, bot, script, rule, zone, args, next_at, declared from schedules \
         where bot = $1 order by next_at, id",
    )
    .bind(bot)
    .fetch_all(on)
    .await?;
    rows.into_iter().map(schedule).collect()
}

pub(crate) async fn due_timers(
    on: &mut Connection,
    now: Millis,
    limit: u32,
) -> StoreResult<Vec<(String, Millis)>> {
    Ok(query_as(
        "select id, wake_at from conversations where wake_at <= $1 order by wake_at, id limit $2",
    )
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?)
}

pub(crate) async fn next_due(on: &mut Connection) -> StoreResult<Option<Millis>> {
    let (schedule, timer): (Option<i64>, Option<i64>) = query_as(
        "select (select min(next_at) from schedules), \
         (select min(wake_at) from conversations where wake_at is not null)",
    )
    .fetch_one(on)
    .await?;
    Ok([schedule, timer].into_iter().flatten().min())
}

/// The tables that the bot's package declares, in the order of their declaration.
pub(crate) async fn tables(on: &mut Connection, bot: &str) -> StoreResult<Vec<TableShape>> {
    names::check("the name of a bot", bot)?;
    let shapes: Vec<String> = query_scalar(
        "select shape from bot_tables where bot = $1 and declared = 1 order by place, name",
    )
    .bind(bot)
    .fetch_all(on)
    .await?;
    shapes.iter().map(|shape| super::bot_rows::read_shape(shape)).collect()
}

/// Whether a delivery may be tried now.
pub(crate) async fn has_deliveries(on: &mut Connection, now: Millis) -> StoreResult<bool> {
    let first: Option<i64> =
        query_scalar("select id from outbox where done = 0 and retry_at <= $1 limit 1")
            .bind(now)
            .fetch_optional(on)
            .await?;
    Ok(first.is_some())
}

pub(crate) async fn ping(on: &mut Connection) -> StoreResult<()> {
    let _: i64 = query_scalar("select count(*) from bots where name = ''").fetch_one(on).await?;
    Ok(())
}
