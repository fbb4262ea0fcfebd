//! What PostgreSQL says in its own way.

use super::statements::Selects;
use crate::ports::store::{Inbound, StoreResult};

pub(crate) type Connection = sqlx::PgConnection;
pub(crate) type Row = sqlx::postgres::PgRow;

/// The protocol takes one statement at a time when values are bound.
pub(crate) const SEVERAL_STATEMENTS: bool = false;

/// Gives a message its place in the log and stores it; none when the conversation is not there or
/// has the message. Taking the place locks the conversation, so that its messages come one after
/// the other, from whatever server, and their inbox ids ascend.
pub(crate) async fn accept(
    on: &mut Connection,
    message: &Inbound,
) -> StoreResult<Option<(i64, Option<i64>)>> {
    let places = i64::from(message.item.is_some());
    let Some(last) = take_places(on, message, places).await? else { return Ok(None) };
    let seq = message.item.as_ref().map(|_| last);
    let inbox: Option<i64> = sqlx::query_scalar(
        "with message as (insert into inbox (conversation, native_id, body, seq, at) \
         values ($1, $2, $3, $4, $5) on conflict (conversation, native_id) do nothing \
         returning id), item as (insert into items (conversation, seq, at, body) \
         select $1, $4, $5, $6 from message where $4 is not null) select id from message",
    )
    .bind(&message.conversation)
    .bind(&message.native_id)
    .bind(&message.body)
    .bind(seq)
    .bind(message.at)
    .bind(&message.item)
    .fetch_optional(&mut *on)
    .await?;
    if inbox.is_none() {
        take_places(on, message, -places).await?;
    }
    Ok(inbox.map(|inbox| (inbox, seq)))
}

async fn take_places(
    on: &mut Connection,
    message: &Inbound,
    places: i64,
) -> StoreResult<Option<i64>> {
    Ok(sqlx::query_scalar(
        "update conversations set last_seq = last_seq + $2, updated_at = $3 \
         where id = $1 returning last_seq",
    )
    .bind(&message.conversation)
    .bind(places)
    .bind(message.at)
    .fetch_optional(on)
    .await?)
}

/// Deliveries to try now; those that another server is taking are passed over.
pub(crate) const CLAIM: &str = "update outbox set retry_at = $2, attempts = attempts + 1 \
    where id in (select id from outbox where done = 0 and retry_at <= $1 order by id limit $3 \
    for update skip locked) \
    returning id, conversation, turn, n, channel, address, body, attempts";

/// The row of a key, locked for a change.
pub(crate) const ROW_TO_CHANGE: &str =
    "select doc from bot_rows where bot = $1 and tbl = $2 and key = $3 for update";

macro_rules! selects {
    ($lock:literal) => {
        Selects {
            all: concat!(
                "select key, doc from bot_rows where bot = $1 and tbl = $2",
                " order by ord limit $3",
                $lock
            ),
            key: concat!(
                "select key, doc from bot_rows where bot = $1 and tbl = $2 ",
                "and (key = $3 or odd = 1)",
                " order by ord",
                $lock
            ),
            text: concat!(
                "select key, doc from bot_rows where bot = $1 and tbl = $2 ",
                "and case json_typeof(doc::json -> $3::text) when 'string' ",
                "then doc::json ->> $3::text = $4::text else true end",
                " order by ord",
                $lock
            ),
            integer: concat!(
                "select key, doc from bot_rows where bot = $1 and tbl = $2 ",
                "and case json_typeof(doc::json -> $3::text) when 'number' ",
                "then (doc::json ->> $3::text)::numeric = $4::bigint else true end",
                " order by ord",
                $lock
            ),
        }
    };
}

/// Rows to be read.
pub(crate) const TO_READ: Selects = selects!("");

/// Rows to be changed, locked in one order so that two transactions do not wait for each other.
pub(crate) const TO_CHANGE: Selects = selects!(" for update");

/// Where a column lies in a document.
pub(crate) fn path(column: &str) -> String {
    column.to_string()
}
