//! Statements whose answers nobody waits for, sent with as few round trips as the database allows.

use sqlx::{AssertSqlSafe, query};

use super::{Connection, dialect};
use crate::ports::store::StoreResult;

/// Rows of one insert: few different texts, so that they stay prepared.
const CHUNK: usize = 64;

/// A value to bind.
#[derive(Clone, Copy)]
pub(super) enum Bound<'a> {
    Number(i64),
    Perhaps(Option<i64>),
    Text(&'a str),
}

/// Statements in order, with their values.
#[derive(Default)]
pub(super) struct Batch<'a> {
    parts: Vec<(String, Vec<Bound<'a>>)>,
}

impl<'a> Batch<'a> {
    /// Adds rows of so many values to a table; `head` ends with `values`, and `tail` says what
    /// becomes of rows that are there.
    pub fn insert<const N: usize>(
        &mut self,
        head: &str,
        rows: impl IntoIterator<Item = [Bound<'a>; N]>,
        tail: &str,
    ) {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let values: Vec<Bound<'a>> = rows.by_ref().take(CHUNK).flatten().collect();
            let text = placeholders(head, self.next(), values.len() / N, N);
            self.add(text + tail, values);
        }
    }

    /// Adds a change of the rows in which these columns have these values; `head` ends with
    /// `where`.
    pub fn change<const N: usize>(&mut self, head: &str, is: [(&str, Bound<'a>); N]) {
        let first = self.next();
        let conditions = is.iter().enumerate();
        let conditions = conditions.map(|(n, (column, _))| format!("{column} = ${}", first + n));
        let text = format!("{head} {}", conditions.collect::<Vec<_>>().join(" and "));
        self.add(text, is.map(|(_, value)| value).to_vec());
    }

    /// The number of the next placeholder.
    fn next(&self) -> usize {
        match self.parts.last() {
            Some((_, values)) if dialect::SEVERAL_STATEMENTS => values.len() + 1,
            _ => 1,
        }
    }

    fn add(&mut self, text: String, values: Vec<Bound<'a>>) {
        match self.parts.last_mut() {
            Some((all, bound)) if dialect::SEVERAL_STATEMENTS => {
                all.push_str("; ");
                all.push_str(&text);
                bound.extend(values);
            }
            _ => self.parts.push((text, values)),
        }
    }

    /// Sends them.
    pub async fn run(self, on: &mut Connection) -> StoreResult<()> {
        for (text, values) in self.parts {
            let mut statement = query(AssertSqlSafe(text));
            for value in values {
                statement = match value {
                    Bound::Number(number) => statement.bind(number),
                    Bound::Perhaps(number) => statement.bind(number),
                    Bound::Text(text) => statement.bind(text),
                };
            }
            statement.execute(&mut *on).await?;
        }
        Ok(())
    }
}

/// `head` followed by so many groups of placeholders, from the number `first`.
fn placeholders(head: &str, first: usize, groups: usize, columns: usize) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(head.len() + groups * (columns * 5 + 4));
    text.push_str(head);
    for group in 0..groups {
        text.push_str(if group == 0 { " (" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}${}", first + group * columns + column);
        }
        text.push(')');
    }
    text
}
