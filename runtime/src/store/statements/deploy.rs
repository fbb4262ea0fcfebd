//! Packages, and what pointing a bot at one changes.

use std::collections::HashSet;

use sqlx::{query, query_scalar};

use super::bot_rows::{self, Stored};
use super::prefilter::Prefilter;
use super::{Connection, columns, document, names, rows};
use crate::ports::store::{
    DEPLOYMENTS_MAX, Deploy, Millis, Row, Schedule, StoreError, StoreResult, TableShape,
};

/// Where a row came from.
const PACKAGE: &str = "package";

pub(crate) async fn put_package(
    on: &mut Connection,
    hash: &str,
    bytes: &[u8],
    at: Millis,
) -> StoreResult<()> {
    names::check("the hash of a package", hash)?;
    query(
        "insert into packages (hash, bytes, put_at) values ($1, $2, $3) \
         on conflict (hash) do nothing",
    )
    .bind(hash)
    .bind(bytes)
    .bind(at)
    .execute(on)
    .await?;
    Ok(())
}

pub(crate) async fn drop_unused_packages(on: &mut Connection) -> StoreResult<u64> {
    let done = query(
        "delete from packages where hash not in (select hash from bots) \
         and hash not in (select program from conversations) \
         and hash not in (select hash from deployments)",
    )
    .execute(on)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn deploy(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    names::check("the name of a bot", &deploy.bot)?;
    point(on, deploy).await?;
    remember(on, deploy).await?;
    declare_tables(on, deploy).await?;
    replace_schedules(on, deploy).await?;
    import_all(on, deploy).await
}

async fn point(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    let put: Option<String> = query_scalar("select hash from packages where hash = $1")
        .bind(&deploy.hash)
        .fetch_optional(&mut *on)
        .await?;
    if put.is_none() {
        return Err(StoreError::NotFound("the package"));
    }
    query(
        "insert into bots (name, hash, deployed_at) values ($1, $2, $3) on conflict (name) \
         do update set hash = excluded.hash, deployed_at = excluded.deployed_at",
    )
    .bind(&deploy.bot)
    .bind(&deploy.hash)
    .bind(deploy.at)
    .execute(on)
    .await?;
    Ok(())
}

/// Notes the deployment, if it tells from where; of too many the oldest are forgotten.
async fn remember(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    if deploy.origin.is_empty() {
        return Ok(());
    }
    query("insert into deployments (bot, hash, at, origin) values ($1, $2, $3, $4)")
        .bind(&deploy.bot)
        .bind(&deploy.hash)
        .bind(deploy.at)
        .bind(&deploy.origin)
        .execute(&mut *on)
        .await?;
    query(
        "delete from deployments where bot = $1 and n not in \
         (select n from deployments where bot = $1 order by n desc limit $2)",
    )
    .bind(&deploy.bot)
    .bind(i64::from(DEPLOYMENTS_MAX))
    .execute(on)
    .await?;
    Ok(())
}

async fn declare_tables(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    let mut declared = HashSet::new();
    for (place, shape) in (0i64..).zip(&deploy.tables) {
        let mut shape = shape.clone();
        shape.name = names::table(&shape.name)?;
        if shape.key.is_empty() {
            shape.key = "id".into();
        }
        set_shape(on, &deploy.bot, &shape, Some(place)).await?;
        declared.insert(shape.name);
    }
    let known: Vec<String> =
        query_scalar("select name from bot_tables where bot = $1 and declared = 1 order by name")
            .bind(&deploy.bot)
            .fetch_all(&mut *on)
            .await?;
    for name in known.into_iter().filter(|name| !declared.contains(name)) {
        undeclare(on, &deploy.bot, &name).await?;
    }
    Ok(())
}

/// A table that is no longer declared keeps its rows and their key, and takes any column.
async fn undeclare(on: &mut Connection, bot: &str, name: &str) -> StoreResult<()> {
    let Some(old) = bot_rows::shape(on, bot, name).await? else { return Ok(()) };
    let plain = TableShape { key: old.key, ..columns::plain(name) };
    set_shape(on, bot, &plain, None).await
}

/// Gives a table its shape; the rows it has are filed anew when their key or what must be unique
/// has changed.
async fn set_shape(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    place: Option<i64>,
) -> StoreResult<()> {
    let old = bot_rows::shape(on, bot, &shape.name).await?;
    query(
        "insert into bot_tables (bot, name, shape, declared, place) values ($1, $2, $3, $4, $5) \
         on conflict (bot, name) do update set \
         shape = excluded.shape, declared = excluded.declared, place = excluded.place",
    )
    .bind(bot)
    .bind(&shape.name)
    .bind(bot_rows::write_shape(shape)?)
    .bind(i64::from(place.is_some()))
    .bind(place.unwrap_or(0))
    .execute(&mut *on)
    .await?;
    match old {
        Some(old) if old.key != shape.key || old.unique != shape.unique => {
            file_anew(on, bot, shape).await
        }
        _ => Ok(()),
    }
}

/// Files every row of a table under its key and unique values again, as if it were inserted now,
/// but for its origin and its place.
async fn file_anew(on: &mut Connection, bot: &str, shape: &TableShape) -> StoreResult<()> {
    let stored =
        bot_rows::scan(on, bot, &shape.name, &Prefilter::All, true, usize::MAX, Some).await?;
    query("delete from row_unique where bot = $1 and tbl = $2")
        .bind(bot)
        .bind(&shape.name)
        .execute(&mut *on)
        .await?;
    // Keys may change places: they all step aside first.
    query("update bot_rows set key = 'old:' || key where bot = $1 and tbl = $2")
        .bind(bot)
        .bind(&shape.name)
        .execute(&mut *on)
        .await?;
    for Stored { key, row } in stored {
        rows::file(on, bot, shape, &format!("old:{key}"), &row).await?;
    }
    Ok(())
}

/// The schedules that the package declares replace those of the package before; one that stays the
/// same keeps its next time, so that a deploy neither skips nor repeats it.
async fn replace_schedules(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    let kept: HashSet<&str> = deploy.schedules.iter().map(|s| s.id.as_str()).collect();
    let known: Vec<String> =
        query_scalar("select id from schedules where bot = $1 and declared = 1 order by id")
            .bind(&deploy.bot)
            .fetch_all(&mut *on)
            .await?;
    for id in known.iter().filter(|id| !kept.contains(id.as_str())) {
        query("delete from schedules where bot = $1 and id = $2")
            .bind(&deploy.bot)
            .bind(id)
            .execute(&mut *on)
            .await?;
    }
    for schedule in &deploy.schedules {
        declare_schedule(on, &deploy.bot, schedule).await?;
    }
    Ok(())
}

async fn declare_schedule(on: &mut Connection, bot: &str, new: &Schedule) -> StoreResult<()> {
    query(
        "insert into schedules (bot, id, script, rule, zone, args, next_at, declared) \
         values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict (bot, id) do update set \
         next_at = case when schedules.rule = excluded.rule and schedules.zone = excluded.zone \
         then schedules.next_at else excluded.next_at end, script = excluded.script, \
         rule = excluded.rule, zone = excluded.zone, args = excluded.args, declared = 1",
    )
    .bind(bot)
    .bind(&new.id)
    .bind(&new.script)
    .bind(&new.rule)
    .bind(&new.zone)
    .bind(document::encode(&new.args)?)
    .bind(new.next_at)
    .execute(on)
    .await?;
    Ok(())
}

async fn import_all(on: &mut Connection, deploy: &Deploy) -> StoreResult<()> {
    let mut imported = HashSet::new();
    for (table, hash, rows) in &deploy.imports {
        let table = names::table(table)?;
        import(on, &deploy.bot, &table, hash, rows).await?;
        imported.insert(table);
    }
    let known: Vec<String> = query_scalar("select tbl from imports where bot = $1 order by tbl")
        .bind(&deploy.bot)
        .fetch_all(&mut *on)
        .await?;
    for table in known.into_iter().filter(|table| !imported.contains(table)) {
        remove_import(on, &deploy.bot, &table).await?;
    }
    Ok(())
}

async fn import(
    on: &mut Connection,
    bot: &str,
    table: &str,
    hash: &str,
    rows: &[Row],
) -> StoreResult<()> {
    let done: Option<String> = query_scalar("select hash from imports where bot = $1 and tbl = $2")
        .bind(bot)
        .bind(table)
        .fetch_optional(&mut *on)
        .await?;
    if done.as_deref() == Some(hash) {
        return Ok(());
    }
    remove_import(on, bot, table).await?;
    let shape = bot_rows::made_shape(on, bot, table).await?;
    for (place, row) in (1i64..).zip(rows) {
        import_row(on, bot, &shape, place, row.clone()).await?;
    }
    query("insert into imports (bot, tbl, hash) values ($1, $2, $3)")
        .bind(bot)
        .bind(table)
        .bind(hash)
        .execute(on)
        .await?;
    Ok(())
}

/// A row without an identifier gets its place in the file, so that it is the same row after the
/// next import; a row that a script has written in its place stays.
async fn import_row(
    on: &mut Connection,
    bot: &str,
    shape: &TableShape,
    place: i64,
    row: Row,
) -> StoreResult<()> {
    let mut row = columns::complete(shape, row)?;
    let missing = columns::to_make(shape, &row);
    let mut numbered = row.clone();
    for name in &missing {
        columns::set_made(shape, &mut numbered, name, place)?;
    }
    let free = match columns::key(shape, &numbered) {
        Some(key) => bot_rows::by_key(on, bot, &shape.name, &key.text).await?.is_none(),
        None => true,
    };
    if free {
        row = numbered;
    } else if !missing.contains(&shape.key) {
        return Ok(());
    }
    rows::insert_into(on, bot, shape, row, PACKAGE).await?;
    Ok(())
}

async fn remove_import(on: &mut Connection, bot: &str, table: &str) -> StoreResult<()> {
    query(
        "delete from row_unique where bot = $1 and tbl = $2 and key in \
         (select key from bot_rows where bot = $1 and tbl = $2 and origin = 'package')",
    )
    .bind(bot)
    .bind(table)
    .execute(&mut *on)
    .await?;
    query("delete from bot_rows where bot = $1 and tbl = $2 and origin = 'package'")
        .bind(bot)
        .bind(table)
        .execute(&mut *on)
        .await?;
    query("delete from imports where bot = $1 and tbl = $2")
        .bind(bot)
        .bind(table)
        .execute(on)
        .await?;
    Ok(())
}
