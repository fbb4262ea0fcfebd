//! SQL over the lists of a script: `x = SELECT … FROM list …`.
//!
//! Reading order: [`ast`] (a query as a tree), [`lex`] and [`parse`] (how it is read), [`eval`]
//! (what a value is), [`run`] (sources, joins, groups, order). A query is a pure function of lists
//! that the script already holds; each row, comparison and group is paid for before it is made.

use super::Call;
use crate::{Fault, Value};

pub mod ast;
pub mod eval;
pub mod lex;
pub mod parse;
pub mod run;
#[cfg(test)]
mod tests;

use run::Query;

crate::functions! {
    family "query";

    /// The rows that a query in SQL answers over lists of maps. A script writes it without quotes,
    /// `x = SELECT … FROM list …`, over one line or several.
    ///
    /// Known are: columns, `*`, `AS`, `DISTINCT`; FROM with JOIN (INNER, LEFT, RIGHT, FULL) … ON
    /// or USING; WHERE with AND, OR, NOT, `=`, `<>`, `<`, LIKE, IN, BETWEEN, IS NULL, CONTAINS;
    /// GROUP BY with COUNT, SUM, AVG, MIN, MAX, MEDIAN, STDDEV, GROUP_CONCAT; HAVING; ORDER BY;
    /// LIMIT and OFFSET; UNION; CASE; CAST; queries in parentheses; and every function of the
    /// vocabulary. A name that is no column is a variable of the script.
    ///
    /// `QUERY_LISTS("SELECT a FROM t LIMIT 1", { "t": [{ "a": 2 }] })` → `[{"a":2}]`
    /// `QUERY_LISTS("SELECT SUM(n) AS s FROM t", { "t": [{ "n": 1 }, { "n": 2 }] })` → `[{"s":3}]`
    "QUERY LISTS" also ["QUERYLISTS"] (query: Text, tables: Map) -> List = query_lists, as [
        "QUERY LISTS {query}, {tables}",
    ];
}

fn query_lists(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(200 + text.len() as u64 * 4)?;
    call.heap.reserve(text.len().saturating_mul(32))?;
    let select = parse::select(&text, call.heap.limits().query_operators)?;
    let tables = call.arg(1);
    let rows = Query { call, tables }.rows(&select)?;
    call.heap.new_list(rows)
}
