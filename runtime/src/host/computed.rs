//! Changes that are computed from columns: `UPDATE "t" SET stock = stock - 1, total = price * 2`.

use basilect_stdlib::pure::Env;
use basilect_stdlib::pure::condition::{Filter, Op};
use basilect_stdlib::pure::formula::Formula;
use basilect_stdlib::{Data, Fault, TrapCode};

use crate::conversation::{Served, Turn};
use crate::error::{Error, Result};
use crate::ports::store::{Query, Row, TableShape};

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
        let key = shape.as_ref().map_or_else(|| "id".to_string(), |shape| shape.key.clone());
        let env = self.env();
        for _ in 0..TRIES {
            let (computed, same) = match compute(&row, changes, shape.as_ref(), &env) {
                Ok(computed) => computed,
                Err(fault) => return Ok(Err(Served::Answer(Err(fault)))),
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

/// Whether a value is computed from columns.
pub(super) fn is_one(value: &Data) -> bool {
    Formula::from_data(value).is_some()
}

/// The new values of a row, and the condition that what they were computed from is still so.
/// `declared` are the table's columns, if it names them.
fn compute(
    row: &Row,
    changes: &Row,
    declared: Option<&TableShape>,
    env: &Env,
) -> std::result::Result<(Row, Filter), Fault> {
    let key = declared.map_or("id", |shape| shape.key.as_str());
    let data = Data::Map(row.clone());
    let value = |column: &str| data.get(column).cloned().unwrap_or_default();
    let mut computed = Row::new();
    let mut same = is(key, value(key));
    for (column, change) in changes {
        let Some(formula) = Formula::from_data(change) else {
            computed.insert(column.clone(), change.clone());
            continue;
        };
        for used in formula.columns() {
            exists(used, declared)?;
            same = same.and(is(used, value(used)));
        }
        computed.insert(column.clone(), formula.of_row(&data, env)?);
    }
    Ok((computed, same))
}

/// A name in a computed change is a column if nothing sets a variable of that name: then the
/// table must have it.
fn exists(column: &str, declared: Option<&TableShape>) -> std::result::Result<(), Fault> {
    let Some(shape) = declared.filter(|shape| !shape.columns.is_empty()) else { return Ok(()) };
    let known = shape.columns.iter().any(|known| known.name.eq_ignore_ascii_case(column));
    match known || column.eq_ignore_ascii_case(&shape.key) {
        true => Ok(()),
        false => {
            let message = format!(
                "{} has no column {column}, and the script sets no variable of that name",
                shape.name
            );
            Err(Fault::new(TrapCode::BadData, message))
        }
    }
}

fn is(column: &str, value: Data) -> Filter {
    let op = if value == Data::Null { Op::IsNull } else { Op::Eq };
    let value = if value == Data::Null { Data::Bool(true) } else { value };
    Filter::Compare { column: column.to_string(), op, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(op: &str, column: &str, by: Data) -> Row {
        let of = vec![Formula::Column(column.into()), Formula::Value(by)];
        Row::from([("a".to_string(), Formula::Apply(op.into(), of).to_data())])
    }

    #[test]
    fn columns_are_computed_from_what_they_are() {
        let env = Env::new(0, "UTC", 0);
        let row = Row::from([
            ("id".to_string(), Data::Int(1)),
            ("a".to_string(), Data::Int(5)),
            ("b".to_string(), Data::text("x")),
        ]);
        let computed =
            |change: Row| compute(&row, &change, None, &env).map(|(row, _)| row["a"].clone()).ok();
        assert_eq!(computed(change("-", "a", Data::Int(2))), Some(Data::Int(3)));
        assert_eq!(computed(change("*", "A", Data::Num(1.5))), Some(Data::Num(7.5)));
        assert_eq!(computed(change("+", "none", Data::Int(1))), Some(Data::Int(1)));
        assert_eq!(computed(change("+", "b", Data::text("y"))), Some(Data::text("xy")));
        assert_eq!(computed(change("/", "a", Data::Int(0))), None);
        assert_eq!(computed(change("-", "b", Data::Int(1))), None);
    }
}
