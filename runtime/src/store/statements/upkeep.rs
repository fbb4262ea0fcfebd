//! The outbox, and what is deleted after its time.

use sqlx::{query, query_as, query_scalar};

use super::{Connection, dialect};
use crate::ports::store::{Delivery, Millis, OutboxRow, StoreResult};

/// Conversations deleted in one transaction: others need not wait long for it.
pub(crate) const EXPIRE: u64 = 200;

type Claimed = (i64, String, i64, i64, String, String, String, i64);

pub(crate) async fn claim_deliveries(
    on: &mut Connection,
    now: Millis,
    retry_at: Millis,
    limit: u32,
) -> StoreResult<Vec<OutboxRow>> {
    let mut rows: Vec<Claimed> = query_as(dialect::CLAIM)
        .bind(now)
        .bind(retry_at)
        .bind(i64::from(limit))
        .fetch_all(on)
        .await?;
    rows.sort_by_key(|row| row.0);
    Ok(rows.into_iter().map(outbox_row).collect())
}

fn outbox_row(row: Claimed) -> OutboxRow {
    let (id, conversation, turn, index, channel, address, body, attempts) = row;
    let delivery = Delivery { index, channel, address, body };
    // The try that begins now is counted already.
    OutboxRow { id, conversation, turn, delivery, attempts: attempts - 1 }
}

pub(crate) async fn forget_expired(on: &mut Connection, now: Millis) -> StoreResult<()> {
    query("delete from memory where expires_at <= $1").bind(now).execute(on).await?;
    Ok(())
}

/// Deletes some of the conversations that have not changed since `before`. One that has a timer, a
/// message that no turn has dealt with, or a delivery that is not done, is still at work.
pub(crate) async fn expire_some(on: &mut Connection, before: Millis) -> StoreResult<u64> {
    let old: Vec<String> = query_scalar(
        "select id from conversations c where updated_at < $1 and wake_at is null \
         and not exists (select 1 from inbox where conversation = c.id and done = 0) \
         and not exists (select 1 from outbox where conversation = c.id and done = 0) limit $2",
    )
    .bind(before)
    .bind(i64::try_from(EXPIRE).unwrap_or(i64::MAX))
    .fetch_all(&mut *on)
    .await?;
    let mut gone = 0;
    for id in &old {
        gone += delete_conversation(on, id, before).await?;
    }
    Ok(gone)
}

async fn delete_conversation(on: &mut Connection, id: &str, before: Millis) -> StoreResult<u64> {
    let done = query("delete from conversations where id = $1 and updated_at < $2")
        .bind(id)
        .bind(before)
        .execute(&mut *on)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(0);
    }
    for statement in [
        "delete from items where conversation = $1",
        "delete from journal where conversation = $1",
        "delete from inbox where conversation = $1",
        "delete from outbox where conversation = $1",
    ] {
        query(statement).bind(id).execute(&mut *on).await?;
    }
    Ok(1)
}
