//! What PostgreSQL says in its own way.

use super::statements::Selects;

pub(crate) type Connection = sqlx::PgConnection;
pub(crate) type Row = sqlx::postgres::PgRow;

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
