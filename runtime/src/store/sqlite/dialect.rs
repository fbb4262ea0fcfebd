//! What SQLite says in its own way.

use super::statements::Selects;

pub(crate) type Connection = sqlx::SqliteConnection;
pub(crate) type Row = sqlx::sqlite::SqliteRow;

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
