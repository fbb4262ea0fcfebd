//! Changes that are computed from the column they change: `UPDATE "t" SET stock = stock - 1`.

use basilect_stdlib::keyword::OWN_COLUMN;
use basilect_stdlib::pure::condition::{Filter, Op};
use basilect_stdlib::pure::numbers::data_to_number;
use basilect_stdlib::pure::text::display_data;
use basilect_stdlib::{Data, TrapCode};

use crate::conversation::{Served, Turn};
use crate::error::{Error, Result};
use crate::ports::store::{Query, Row};

/// How often a row that another turn changes meanwhile is looked at again.
const TRIES: usize = 20;

impl Turn<'_> {
    /// Changes rows one by one. A row is changed only while its columns are what was computed from.
    pub(super) async fn change_each(&mut self, query: &Query, changes: Row) -> Result<Served> {
        let bot = self.bot.name.clone();
        let mut changed = 0;
        for row in self.rows().await?.find(&bot, query).await.map_err(Error::from)? {
            match self.change_one(query, row, &changes).await? {
                Ok(count) => changed += count,
                Err(fault) => return Ok(fault),
            }
        }
        Ok(Served::value(Data::Int(changed)))
    }

    async fn change_one(
        &mut self,
        query: &Query,
        mut row: Row,
        changes: &Row,
    ) -> Result<std::result::Result<i64, Served>> {
        let bot = self.bot.name.clone();
        let shape = self.shape(&query.table).await?;
        let key = shape.map_or_else(|| "id".to_string(), |shape| shape.key);
        for _ in 0..TRIES {
            let (computed, same) = match compute(&row, changes, &key) {
                Ok(computed) => computed,
                Err(message) => return Ok(Err(Served::fault(TrapCode::TypeMismatch, message))),
            };
            let unchanged = Query { filter: Some(same), ..query.clone() };
            let count = self.rows().await?.update(&bot, &unchanged, computed).await;
            if count.map_err(Error::from)? > 0 {
                return Ok(Ok(1));
            }
            let again = is(&key, row.get(&key).cloned().unwrap_or_default());
            let both = query.filter.clone().map_or(again.clone(), |filter| {
                Filter::And(Box::new(filter), Box::new(again.clone()))
            });
            let again = Query { filter: Some(both), ..query.clone() };
            match self.rows().await?.find(&bot, &again).await.map_err(Error::from)?.pop() {
                Some(now) => row = now,
                None => return Ok(Ok(0)),
            }
        }
        let text = format!("{} is changed by others all the time", query.table);
        Ok(Err(Served::fault(TrapCode::Unavailable, text)))
    }
}

/// Whether a value is computed from the column that it changes.
pub(super) fn is_one(value: &Data) -> bool {
    matches!(value, Data::Map(map) if map.len() == 2 && map.contains_key(OWN_COLUMN))
}

/// The new values of a row, and the condition that it is still as it was.
fn compute(row: &Row, changes: &Row, key: &str) -> std::result::Result<(Row, Filter), String> {
    let mut computed = Row::new();
    let mut same = is(key, row.get(key).cloned().unwrap_or_default());
    for (column, change) in changes {
        let Data::Map(map) = change else {
            computed.insert(column.clone(), change.clone());
            continue;
        };
        let (Some(Data::Text(op)), Some(by)) = (map.get(OWN_COLUMN), map.get("by")) else {
            computed.insert(column.clone(), change.clone());
            continue;
        };
        let found = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
        let before = found.map(|(_, value)| value.clone()).unwrap_or_default();
        computed.insert(column.clone(), applied(column, &before, op, by)?);
        same = Filter::And(Box::new(same), Box::new(is(column, before)));
    }
    Ok((computed, same))
}

fn is(column: &str, value: Data) -> Filter {
    let op = if value == Data::Null { Op::IsNull } else { Op::Eq };
    let value = if value == Data::Null { Data::Bool(true) } else { value };
    Filter::Compare { column: column.to_string(), op, value }
}

/// Null counts as zero, and a text that is no number is joined with `+`.
fn applied(column: &str, before: &Data, op: &str, by: &Data) -> std::result::Result<Data, String> {
    let number = |data: &Data| match data {
        Data::Null => Some(0.0),
        other => data_to_number(other),
    };
    let (Some(left), Some(right)) = (number(before), number(by)) else {
        return match op {
            "+" => Ok(Data::Text(display_data(before) + &display_data(by))),
            _ => Err(format!("{column} is no number: {}", display_data(before))),
        };
    };
    let result = match op {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        _ if right == 0.0 => return Err(format!("{column} is divided by zero")),
        _ => left / right,
    };
    let whole = result.fract() == 0.0 && result.abs() < 9e15;
    Ok(if whole { Data::Int(result as i64) } else { Data::Num(result) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_computed_from_what_they_are() {
        let int = Data::Int;
        assert_eq!(applied("a", &int(5), "-", &int(2)), Ok(int(3)));
        assert_eq!(applied("a", &Data::text("5"), "*", &Data::Num(1.5)), Ok(Data::Num(7.5)));
        assert_eq!(applied("a", &Data::Null, "+", &int(1)), Ok(int(1)));
        assert_eq!(applied("a", &Data::text("x"), "+", &Data::text("y")), Ok(Data::text("xy")));
        assert!(applied("a", &int(1), "/", &int(0)).is_err());
        assert!(applied("a", &Data::text("x"), "-", &int(1)).is_err());
    }
}
