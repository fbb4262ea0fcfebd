//! The single statements about tables, rows and what is unique in them.

use basilect_stdlib::Data;
use futures_util::TryStreamExt;
use sqlx::{query, query_as, query_scalar};

use super::columns::{self, Key};
use super::prefilter::Prefilter;
use super::{Connection, dialect, document};
use crate::ports::store::{Row, StoreError, StoreResult, TableShape};

/// A row as it lies in the database.
pub(super) struct Stored {
    pub key: String,
    pub row: Row,
}

pub(crate) fn read_shape(json: &str) -> StoreResult<TableShape> {
    serde_json::from_str(json).map_err(|error| {
        StoreError::Unavailable(format!("a table's shape cannot be read: {error}"))
    })
}

pub(super) fn write_shape(shape: &TableShape) -> StoreResult<String> {
    serde_json::to_string(shape).map_err(|error| StoreError::Invalid(error.to_string()))
}

/// The shape of a table, if it was declared or used.
pub(super) async fn shape(
    on: &mut Connection,
    bot: &str,
    table: &str,
) -> StoreResult<Option<TableShape>> {
    let shape: Option<String> =
        query_scalar("select shape from bot_tables where bot = $1 and name = $2")
            .bind(bot)
            .bind(table)
            .fetch_optional(on)
            .await?;
    shape.map(|shape| read_shape(&shape)).transpose()
}

/// The shape of a table that is about to be written; the first use makes it.
pub(super) async fn made_shape(
    on: &mut Connection,
    bot: &str,
    table: &str,
) -> StoreResult<TableShape> {
    if let Some(shape) = shape(on, bot, table).await? {
        return Ok(shape);
    }
    let plain = columns::plain(table);
    query(
        "insert into bot_tables (bot, name, shape, declared) values ($1, $2, $3, 0) \
         on conflict (bot, name) do nothing",
    )
    .bind(bot)
    .bind(table)
    .bind(write_shape(&plain)?)
    .execute(&mut *on)
    .await?;
    Ok(shape(on, bot, table).await?.unwrap_or(plain))
}

/// The next identifier of a table.
pub(super) async fn next_id(on: &mut Connection, bot: &str, table: &str) -> StoreResult<i64> {
    Ok(query_scalar(
        "update bot_tables set next_id = next_id + 1 where bot = $1 and name = $2 \
         returning next_id - 1",
    )
    .bind(bot)
    .bind(table)
    .fetch_one(on)
    .await?)
}

/// An identifier that was given is not made again.
pub(super) async fn skip_id(
    on: &mut Connection,
    bot: &str,
    table: &str,
    id: &Data,
) -> StoreResult<()> {
    let number = match id {
        Data::Int(number) => *number,
        Data::Text(text) => text.parse().unwrap_or(0),
        _ => 0,
    };
    // A far-away number is no reason to begin counting there.
    if !(1..1 << 53).contains(&number) {
        return Ok(());
    }
    query("update bot_tables set next_id = $3 + 1 where bot = $1 and name = $2 and next_id <= $3")
        .bind(bot)
        .bind(table)
        .bind(number)
        .execute(on)
        .await?;
    Ok(())
}

/// Inserts a row; false when there is one of the same key.
pub(super) async fn insert(
    on: &mut Connection,
    bot: &str,
    table: &str,
    key: &Key,
    row: &Row,
    origin: &str,
) -> StoreResult<bool> {
    let done = query(
        "insert into bot_rows (bot, tbl, key, odd, doc, origin) values ($1, $2, $3, $4, $5, $6) \
         on conflict (bot, tbl, key) do nothing",
    )
    .bind(bot)
    .bind(table)
    .bind(&key.text)
    .bind(i64::from(key.odd))
    .bind(document::encode_row(row)?)
    .bind(origin)
    .execute(on)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces what the row of that key holds; a row that a script changed is the script's.
pub(super) async fn replace(
    on: &mut Connection,
    bot: &str,
    table: &str,
    old: &str,
    key: &Key,
    row: &Row,
) -> StoreResult<()> {
    query(
        "update bot_rows set key = $4, odd = $5, doc = $6, origin = 'script' \
         where bot = $1 and tbl = $2 and key = $3",
    )
    .bind(bot)
    .bind(table)
    .bind(old)
    .bind(&key.text)
    .bind(i64::from(key.odd))
    .bind(document::encode_row(row)?)
    .execute(on)
    .await?;
    Ok(())
}

/// Files a row under another key and leaves everything else of it.
pub(super) async fn rename(
    on: &mut Connection,
    bot: &str,
    table: &str,
    old: &str,
    key: &Key,
) -> StoreResult<()> {
    query("update bot_rows set key = $4, odd = $5 where bot = $1 and tbl = $2 and key = $3")
        .bind(bot)
        .bind(table)
        .bind(old)
        .bind(&key.text)
        .bind(i64::from(key.odd))
        .execute(on)
        .await?;
    Ok(())
}

pub(super) async fn remove(
    on: &mut Connection,
    bot: &str,
    table: &str,
    key: &str,
) -> StoreResult<()> {
    query("delete from bot_rows where bot = $1 and tbl = $2 and key = $3")
        .bind(bot)
        .bind(table)
        .bind(key)
        .execute(on)
        .await?;
    Ok(())
}

/// The row of that key, locked until the transaction ends.
pub(super) async fn by_key(
    on: &mut Connection,
    bot: &str,
    table: &str,
    key: &str,
) -> StoreResult<Option<Row>> {
    let doc: Option<String> = query_scalar(dialect::ROW_TO_CHANGE)
        .bind(bot)
        .bind(table)
        .bind(key)
        .fetch_optional(on)
        .await?;
    doc.map(|doc| document::decode_row(&doc)).transpose()
}

/// Takes a unique value for a row; false when another row has it.
pub(super) async fn take_unique(
    on: &mut Connection,
    bot: &str,
    table: &str,
    (columns, value): &(String, String),
    key: &str,
) -> StoreResult<bool> {
    let done = query(
        "insert into row_unique (bot, tbl, cols, value, key) values ($1, $2, $3, $4, $5) \
         on conflict (bot, tbl, cols, value) do nothing",
    )
    .bind(bot)
    .bind(table)
    .bind(columns)
    .bind(value)
    .bind(key)
    .execute(on)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn drop_unique(
    on: &mut Connection,
    bot: &str,
    table: &str,
    key: &str,
) -> StoreResult<()> {
    query("delete from row_unique where bot = $1 and tbl = $2 and key = $3")
        .bind(bot)
        .bind(table)
        .bind(key)
        .execute(on)
        .await?;
    Ok(())
}

/// Reads rows in the order in which they were inserted and keeps those that `wanted` takes, until
/// it has enough of them.
pub(super) async fn scan(
    on: &mut Connection,
    bot: &str,
    table: &str,
    prefilter: &Prefilter,
    change: bool,
    enough: usize,
    mut wanted: impl FnMut(Row) -> Option<Row> + Send,
) -> StoreResult<Vec<Stored>> {
    let texts = if change { &dialect::TO_CHANGE } else { &dialect::TO_READ };
    let mut found = Vec::new();
    if enough == 0 {
        return Ok(found);
    }
    let select = match prefilter {
        Prefilter::All => query_as(texts.all).bind(bot).bind(table).bind(i64::MAX),
        Prefilter::First(rows) => query_as(texts.all).bind(bot).bind(table).bind(rows),
        Prefilter::Key(key) => query_as(texts.key).bind(bot).bind(table).bind(key),
        Prefilter::Text(column, text) => {
            query_as(texts.text).bind(bot).bind(table).bind(dialect::path(column)).bind(text)
        }
        Prefilter::Integer(column, number) => {
            query_as(texts.integer).bind(bot).bind(table).bind(dialect::path(column)).bind(number)
        }
    };
    let mut rows = select.fetch(on);
    while let Some(row) = rows.try_next().await? {
        let (key, doc): (String, String) = row;
        if let Some(row) = wanted(document::decode_row(&doc)?) {
            found.push(Stored { key, row });
            if found.len() >= enough {
                break;
            }
        }
    }
    Ok(found)
}

/// What a select of rows is for, and its texts by prefilter.
pub(crate) struct Selects {
    pub all: &'static str,
    pub key: &'static str,
    pub text: &'static str,
    pub integer: &'static str,
}
