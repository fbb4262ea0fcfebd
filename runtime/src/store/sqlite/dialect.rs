//! What SQLite says in its own way.

use super::statements::Selects;
use crate::ports::store::{Inbound, StoreResult};

pub(crate) type Connection = sqlx::SqliteConnection;
pub(crate) type Row = sqlx::sqlite::SqliteRow;

/// Several statements may be sent as one text: each text is a trip to the thread of the connection.
pub(crate) const SEVERAL_STATEMENTS: bool = true;

/// Gives a message its place in the log and stores it; none when the conversation is not there or
/// has the message. Nobody writes in between, so that it can be looked for first.
pub(crate) async fn accept(
    on: &mut Connection,
    message: &Inbound,
) -> StoreResult<Option<(i64, Option<i64>)>> {
    let mut rows: Vec<(i64, Option<i64>)> = sqlx::query_as(
        "update conversations set last_seq = last_seq + $2, updated_at = $5 where id = $1 \
         and not exists (select 1 from inbox where conversation = $1 and native_id = $3); \
         insert into inbox (conversation, native_id, body, seq, at) \
         select id, $3, $4, iif($2, last_seq, null), $5 from conversations where id = $1 \
         on conflict (conversation, native_id) do nothing returning id, seq; \
         insert into items (conversation, seq, at, body) select id, last_seq, $5, $6 \
         from conversations where id = $1 and $2 and changes() = 1",
    )
    .bind(&message.conversation)
    .bind(i64::from(message.item.is_some()))
    .bind(&message.native_id)
    .bind(&message.body)
    .bind(message.at)
    .bind(&message.item)
    .fetch_all(on)
    .await?;
    Ok(rows.pop())
}

/// Deliveries to try now. There is one writer, so that nobody else can take them.
pub(crate) const CLAIM: &str = "update outbox set retry_at = $2, attempts = attempts + 1 \
    where id in (select id from outbox where done = 0 and retry_at <= $1 order by id limit $3) \
    returning id, conversation, turn, n, channel, address, body, attempts";

/// The row of a key, to be changed. There is one writer: nothing has to be locked.
pub(crate) const ROW_TO_CHANGE: &str =
    "select doc from bot_rows where bot = $1 and tbl = $2 and key = $3";

/// Rows to be read.
pub(crate) const TO_READ: Selects = Selects {
    all: "select key, doc from bot_rows where bot = $1 and tbl = $2 order by ord limit $3",
    // Two searches, because one with an OR would read the whole table.
    key: "select key, doc from (select ord, key, doc from bot_rows \
        where bot = $1 and tbl = $2 and key = $3 union all select ord, key, doc from bot_rows \
        where bot = $1 and tbl = $2 and odd = 1 and key <> $3) order by ord",
    text: "select key, doc from bot_rows where bot = $1 and tbl = $2 \
        and (json_type(doc, $3) is not 'text' or json_extract(doc, $3) = $4) order by ord",
    integer: "select key, doc from bot_rows where bot = $1 and tbl = $2 \
        and (json_type(doc, $3) is not 'integer' or json_extract(doc, $3) = $4) order by ord",
};

/// Rows to be changed.
pub(crate) const TO_CHANGE: Selects = TO_READ;

/// Where a column lies in a document. The prefilter only names columns of letters and digits.
pub(crate) fn path(column: &str) -> String {
    format!("$.\"{column}\"")
}
