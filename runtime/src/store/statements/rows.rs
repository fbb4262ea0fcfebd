//! Finding and changing the rows of the bots' tables.
//!
//! A statement that is refused half-way leaves nothing behind: it runs between savepoints, because
//! a script may catch the error and go on with its transaction.

use basilect_stdlib::Data;
use basilect_stdlib::pure::condition::Filter;
use sqlx::query;

use super::bot_rows::{self, Stored};
use super::columns::{self, Key};
use super::{Connection, names, order, prefilter};
use crate::ports::store::{Query, Row, StoreError, StoreResult, TableShape};

/// Where a row came from.
pub(super) const SCRIPT: &str = "script";

pub(crate) async fn find(on: &mut Connection, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
    names::check("the name of a bot", bot)?;
    let table = names::table(&query.table)?;
    let Some(shape) = bot_rows::shape(on, bot, &table).await? else { return Ok(Vec::new()) };
    let found = select(on, bot, &shape, query, false).await?;
    Ok(found.into_iter().map(|stored| stored.row).collect())
}

/// The rows of a table that fit, in the order asked for.
async fn select(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    query: &Query,
    change: bool,
) -> StoreResult<Vec<Stored>> {
    let prefilter = prefilter::of(query, shape);
    let limit = query.limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let enough = if query.order.is_empty() { limit } else { usize::MAX };
    let wanted = |row| fits(query.filter.as_ref(), row);
    let mut found =
        bot_rows::scan(on, bot, &shape.name, &prefilter, change, enough, wanted).await?;
    if !query.order.is_empty() {
        found.sort_by(|left, right| order::rows(&left.row, &right.row, &query.order));
        found.truncate(limit);
    }
    Ok(found)
}

fn fits(filter: Option<&Filter>, row: Row) -> Option<Row> {
    let Some(filter) = filter else { return Some(row) };
    let data = Data::Map(row);
    match (filter.matches(&data), data) {
        (true, Data::Map(row)) => Some(row),
        _ => None,
    }
}

pub(crate) async fn insert(
    on: &mut Connection,
    bot: &str,
    table: &str,
    row: Row,
) -> StoreResult<Row> {
    let shape = shape_to_write(on, bot, table).await?;
    let row = columns::complete(&shape, row)?;
    insert_into(on, bot, &shape, row, SCRIPT).await
}

async fn shape_to_write(on: &mut Connection, bot: &str, table: &str) -> StoreResult<TableShape> {
    names::check("the name of a bot", bot)?;
    bot_rows::made_shape(on, bot, &names::table(table)?).await
}

/// Inserts a complete row, with the identifiers that are missing.
pub(super) async fn insert_into(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    row: Row,
    origin: &str,
) -> StoreResult<Row> {
    let row = identified(on, bot, shape, row).await?;
    columns::check_required(shape, &row)?;
    let key = key_of(shape, &row)?;
    savepoint(on, shape).await?;
    let done = insert_row(on, bot, shape, &key, &row, origin).await;
    release(on, shape, done).await?;
    Ok(row)
}

fn key_of(shape: &TableShape, row: &Row) -> StoreResult<Key> {
    columns::key(shape, row).ok_or_else(|| {
        StoreError::Invalid(format!("column {} of table {} needs a value", shape.key, shape.name))
    })
}

async fn insert_row(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    key: &Key,
    row: &Row,
    origin: &str,
) -> StoreResult<()> {
    if !bot_rows::insert(on, bot, &shape.name, key, row, origin).await? {
        return Err(columns::taken(shape, &shape.key, row));
    }
    take_unique(on, bot, shape, key, row).await
}

/// The row with the identifiers that the store makes.
async fn identified(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    mut row: Row,
) -> StoreResult<Row> {
    if let Some(id) = order::column(&row, "id") {
        bot_rows::skip_id(on, bot, &shape.name, id).await?;
    }
    let missing = columns::to_make(shape, &row);
    if missing.is_empty() {
        return Ok(row);
    }
    let number = bot_rows::next_id(on, bot, &shape.name).await?;
    for name in missing {
        columns::set_made(shape, &mut row, &name, number)?;
    }
    Ok(row)
}

/// Takes the unique values of a row, after those that it had before are free.
async fn take_unique(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    key: &Key,
    row: &Row,
) -> StoreResult<()> {
    for value in columns::unique(shape, row)? {
        if !bot_rows::take_unique(on, bot, &shape.name, &value, &key.text).await? {
            return Err(columns::taken(shape, &value.0, row));
        }
    }
    Ok(())
}

pub(crate) async fn save(
    on: &mut Connection,
    bot: &str,
    table: &str,
    row: Row,
) -> StoreResult<Row> {
    let shape = shape_to_write(on, bot, table).await?;
    let given = columns::changes(&shape, row)?;
    if let Some(old) = saved_before(on, bot, &shape, &given).await? {
        return change_row(on, bot, &shape, old, given).await;
    }
    let full = columns::complete(&shape, given.clone())?;
    match insert_into(on, bot, &shape, full, SCRIPT).await {
        // Someone else may have inserted the row of this key in between.
        Err(refused @ StoreError::Invalid(_)) => {
            match saved_before(on, bot, &shape, &given).await? {
                Some(old) => change_row(on, bot, &shape, old, given).await,
                None => Err(refused),
            }
        }
        done => done,
    }
}

/// The row that has the key of the given columns.
async fn saved_before(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    given: &Row,
) -> StoreResult<Option<Stored>> {
    let Some(key) = columns::key(shape, given) else { return Ok(None) };
    let row = bot_rows::by_key(on, bot, &shape.name, &key.text).await?;
    Ok(row.map(|row| Stored { key: key.text, row }))
}

/// Changes columns of one row; the answer is the row as stored.
async fn change_row(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    old: Stored,
    changes: Row,
) -> StoreResult<Row> {
    let mut row = old.row;
    columns::merge(&mut row, changes);
    columns::check_required(shape, &row)?;
    let key = key_of(shape, &row)?;
    savepoint(on, shape).await?;
    let done = replace(on, bot, shape, &old.key, &key, &row).await;
    release(on, shape, done).await?;
    Ok(row)
}

async fn replace(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    old: &str,
    key: &Key,
    row: &Row,
) -> StoreResult<()> {
    if key.text != old && bot_rows::by_key(on, bot, &shape.name, &key.text).await?.is_some() {
        return Err(columns::taken(shape, &shape.key, row));
    }
    bot_rows::replace(on, bot, &shape.name, old, key, row).await?;
    if !shape.unique.is_empty() {
        bot_rows::drop_unique(on, bot, &shape.name, old).await?;
        take_unique(on, bot, shape, key, row).await?;
    }
    Ok(())
}

/// Puts a row that lies under `old` where its key belongs.
pub(super) async fn file(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    old: &str,
    row: &Row,
) -> StoreResult<()> {
    columns::check_required(shape, row)?;
    let key = key_of(shape, row)?;
    if bot_rows::by_key(on, bot, &shape.name, &key.text).await?.is_some() {
        return Err(columns::taken(shape, &shape.key, row));
    }
    bot_rows::rename(on, bot, &shape.name, old, &key).await?;
    take_unique(on, bot, shape, &key, row).await
}

pub(crate) async fn update(
    on: &mut Connection,
    bot: &str,
    query: &Query,
    changes: Row,
) -> StoreResult<u64> {
    names::check("the name of a bot", bot)?;
    let table = names::table(&query.table)?;
    let Some(shape) = bot_rows::shape(on, bot, &table).await? else { return Ok(0) };
    let changes = columns::changes(&shape, changes)?;
    let found = select(on, bot, &shape, query, true).await?;
    let count = found.len() as u64;
    sqlx::query(STATEMENT.begin).execute(&mut *on).await?;
    let done = change_all(on, bot, &shape, found, changes).await;
    end(on, &STATEMENT, done).await?;
    Ok(count)
}

async fn change_all(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    found: Vec<Stored>,
    changes: Row,
) -> StoreResult<()> {
    for stored in found {
        change_row(on, bot, shape, stored, changes.clone()).await?;
    }
    Ok(())
}

pub(crate) async fn delete(on: &mut Connection, bot: &str, query: &Query) -> StoreResult<u64> {
    names::check("the name of a bot", bot)?;
    let table = names::table(&query.table)?;
    let Some(shape) = bot_rows::shape(on, bot, &table).await? else { return Ok(0) };
    let found = select(on, bot, &shape, query, true).await?;
    for stored in &found {
        bot_rows::remove(on, bot, &shape.name, &stored.key).await?;
        if !shape.unique.is_empty() {
            bot_rows::drop_unique(on, bot, &shape.name, &stored.key).await?;
        }
    }
    Ok(found.len() as u64)
}

/// The texts of a savepoint.
struct Savepoint {
    begin: &'static str,
    undo: &'static str,
    release: &'static str,
}

/// Around a statement of a script.
const STATEMENT: Savepoint = Savepoint {
    begin: "savepoint whole",
    undo: "rollback to savepoint whole",
    release: "release savepoint whole",
};

/// Around one row.
const ROW: Savepoint = Savepoint {
    begin: "savepoint one_row",
    undo: "rollback to savepoint one_row",
    release: "release savepoint one_row",
};

/// A row needs a savepoint when it is written in more than one statement.
async fn savepoint(on: &mut Connection, shape: &TableShape) -> StoreResult<()> {
    if !shape.unique.is_empty() {
        query(ROW.begin).execute(on).await?;
    }
    Ok(())
}

async fn release(
    on: &mut Connection,
    shape: &TableShape,
    done: StoreResult<()>,
) -> StoreResult<()> {
    match shape.unique.is_empty() {
        true => done,
        false => end(on, &ROW, done).await,
    }
}

/// Keeps what was written since the savepoint, or undoes it.
async fn end(on: &mut Connection, savepoint: &Savepoint, done: StoreResult<()>) -> StoreResult<()> {
    if done.is_err() {
        query(savepoint.undo).execute(&mut *on).await?;
    }
    query(savepoint.release).execute(on).await?;
    done
}
