//! Tables: the keywords FIND, SAVE, INSERT, UPDATE, DELETE, MERGE and AGGREGATE.

use basilect_stdlib::keyword::{Condition, Rows};
use basilect_stdlib::pure::condition::{self, Filter, Op, parse_query};
use basilect_stdlib::words::rows::{Aggregate, Call, Delete, Find, Merge, Save, Update};
use basilect_stdlib::{Data, Fault, TrapCode};
use indexmap::IndexMap;

use super::computed;
use super::not_configured;
use crate::conversation::{Served, Turn};
use crate::error::{Error, Result};
use crate::ports::store::{Query, Row, StoreError, StoreResult, TableShape};

/// Rows of one answer at most.
const ROWS_MAX: u64 = 10_000;

impl Turn<'_> {
    pub(super) async fn serve_rows(&mut self, call: Call) -> Result<Served> {
        match call {
            Call::Find(find) => self.find(find).await,
            Call::FindAll(find) => {
                let mut query = query(&find.table, find.condition.map(|c| c.0));
                order(&mut query, find.order.map(|o| o.0), find.descending);
                limit(&mut query, find.limit);
                self.rows_found(&query).await
            }
            Call::Save(save) => self.save(save).await,
            Call::Insert(insert) => self.insert(&insert.table, insert.values, insert.list).await,
            Call::InsertInto(insert) => {
                self.insert(&insert.table, insert.values, insert.list).await
            }
            Call::Update(update) => self.update(update).await,
            Call::Delete(delete) => self.delete(delete).await,
            Call::DeleteFrom(delete) => {
                let query = query(&delete.table, delete.condition.map(|c| c.0));
                self.delete_rows(&query).await
            }
            Call::Merge(merge) => self.merge(merge).await,
            Call::Aggregate(aggregate) => self.aggregate(aggregate).await,
            Call::GetLast(last) => {
                let mut query = query(&last.table, None);
                query.order = vec![("id".into(), true)];
                query.limit = Some(1);
                let rows = self.found(&query).await?;
                Ok(rows.map(first).into())
            }
            Call::CreateIndex(_) => Ok(Served::nothing()),
            other => Ok(not_configured(other.words())),
        }
    }

    /// Rows as of this turn: in its transaction once it writes, else outside any.
    async fn found(&mut self, query: &Query) -> Result<std::result::Result<Vec<Row>, Fault>> {
        let bot = self.bot.name.clone();
        let query = match self.settled(query) {
            Ok(query) => query,
            Err(fault) => return Ok(Err(fault)),
        };
        let rows = match self.transaction.as_mut() {
            Some(transaction) => transaction.find(&bot, &query).await,
            None => self.services().store.find(&bot, &query).await,
        };
        caught(rows)
    }

    /// The query with the time in place of `NOW()` and its kin.
    fn settled(&self, query: &Query) -> std::result::Result<Query, Fault> {
        let filter = query.filter.clone().map(|filter| filter.settled(&self.env())).transpose()?;
        Ok(Query { filter, ..query.clone() })
    }

    async fn rows_found(&mut self, query: &Query) -> Result<Served> {
        let rows = self.found(query).await?;
        Ok(rows.map(|rows| Data::List(rows.into_iter().map(Data::Map).collect())).into())
    }

    async fn find(&mut self, find: Find) -> Result<Served> {
        let mut query = query(&find.table, find.condition.map(|c| c.0));
        if let Some(column) = find.column {
            let value = find.value.unwrap_or_default();
            query.filter = Some(Filter::Compare { column, op: Op::Eq, value });
        }
        order(&mut query, find.order.map(|o| o.0), find.descending);
        limit(&mut query, if find.first { Some(1) } else { find.limit });
        let rows = match self.found(&query).await? {
            Ok(rows) => rows,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        if find.first {
            return Ok(Served::value(first(rows)));
        }
        let skip = find.last.map_or(0, |last| rows.len().saturating_sub(last.max(0) as usize));
        Ok(Served::value(Data::List(rows.into_iter().skip(skip).map(Data::Map).collect())))
    }

    /// The table's declared columns, for values that come without names.
    pub(super) async fn shape(&mut self, table: &str) -> Result<Option<TableShape>> {
        let tables = self.services().store.tables(&self.bot.name).await?;
        Ok(tables.into_iter().find(|shape| shape.name.eq_ignore_ascii_case(own(table))))
    }

    async fn named(
        &mut self,
        table: &str,
        values: Vec<Data>,
    ) -> Result<std::result::Result<Row, Fault>> {
        let Some(shape) = self.shape(table).await? else {
            let message =
                format!("values without names need a TABLE {table} that names its columns");
            return Ok(Err(Fault::new(TrapCode::BadData, message)));
        };
        let names = shape.columns.iter().map(|column| column.name.clone());
        Ok(Ok(names.zip(values).collect()))
    }

    async fn save(&mut self, save: Save) -> Result<Served> {
        let rows = match (save.values, save.row, save.list) {
            (Some(values), ..) => match values.keyed() {
                Some((id, row)) => vec![self.with_key(&save.table, id.clone(), row.clone()).await?],
                None => rows_of(values),
            },
            (None, Some(Data::Map(row)), _) => match save.id {
                Some(id) => vec![self.with_key(&save.table, id, row).await?],
                None => vec![row],
            },
            (None, Some(Data::List(rows)), _) => maps(rows),
            (None, _, list) => match self.named(&save.table, list).await? {
                Ok(row) => vec![row],
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            },
        };
        self.write_rows(&save.table, rows, true).await
    }

    async fn with_key(&mut self, table: &str, id: Data, row: Row) -> Result<Row> {
        let key = self.shape(table).await?.map_or_else(|| "id".to_string(), |shape| shape.key);
        let mut keyed = IndexMap::from([(key, id)]);
        keyed.extend(row);
        Ok(keyed)
    }

    async fn insert(&mut self, table: &str, rows: Option<Rows>, list: Vec<Data>) -> Result<Served> {
        let rows = match rows {
            Some(rows) => rows_of(rows),
            None => match self.named(table, list).await? {
                Ok(row) => vec![row],
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            },
        };
        self.write_rows(table, rows, false).await
    }

    /// Writes rows; the answer is the row as stored, or the number of several.
    async fn write_rows(&mut self, table: &str, rows: Vec<Row>, upsert: bool) -> Result<Served> {
        let (bot, count, table) = (self.bot.name.clone(), rows.len(), own(table));
        let mut stored = Row::new();
        for row in rows {
            let transaction = self.rows().await?;
            let written = match upsert {
                true => transaction.save(&bot, table, row).await,
                false => transaction.insert(&bot, table, row).await,
            };
            match caught(written)? {
                Ok(row) => stored = row,
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            }
        }
        Ok(Served::value(match count {
            1 => Data::Map(stored),
            count => Data::Int(count as i64),
        }))
    }

    async fn update(&mut self, update: Update) -> Result<Served> {
        let filter = match (update.condition, update.filter) {
            (Some(condition), _) => Some(condition.0.filter),
            (None, Some(filter)) => match self.row_filter(&update.table, filter).await? {
                Ok(filter) => Some(filter),
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            },
            (None, None) => None,
        };
        let changes = match (update.values, update.column) {
            (Some(values), _) => unwrapped(values.0).pop().unwrap_or_default(),
            (None, Some(column)) => IndexMap::from([(column, update.value.unwrap_or_default())]),
            (None, None) => match self.named(&update.table, update.list).await? {
                Ok(row) => row,
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            },
        };
        let query = match self.settled(&Query { filter, ..query(&update.table, None) }) {
            Ok(query) => query,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        match changes.values().any(computed::is_one) {
            true => self.change_each(&query, changes).await,
            false => self.change_rows(&query, changes).await,
        }
    }

    /// A filter text, a map of columns, or the key of one row.
    async fn row_filter(
        &mut self,
        table: &str,
        filter: Data,
    ) -> Result<std::result::Result<Filter, Fault>> {
        let text_filter =
            matches!(&filter, Data::Text(text) if text.contains(['=', '<', '>', ' ']));
        if text_filter || matches!(filter, Data::Map(_)) {
            return Ok(Filter::from_data(&filter).map_err(Fault::argument));
        }
        let column = self.shape(table).await?.map_or_else(|| "id".to_string(), |s| s.key);
        Ok(Ok(Filter::Compare { column, op: Op::Eq, value: filter }))
    }

    async fn change_rows(&mut self, query: &Query, changes: Row) -> Result<Served> {
        let bot = self.bot.name.clone();
        let changed = self.rows().await?.update(&bot, query, changes).await;
        Ok(caught(changed)?.map(|count| Data::Int(count as i64)).into())
    }

    /// SET "table", "filter", "column=value".
    pub(super) async fn set_rows(
        &mut self,
        table: &str,
        filter: Data,
        changes: Data,
    ) -> Result<Served> {
        let filter = match self.row_filter(table, filter).await? {
            Ok(filter) => filter.settled(&self.env()),
            Err(fault) => Err(fault),
        };
        let filter = match filter {
            Ok(filter) => filter,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        let changes = match changes {
            Data::Map(map) => map,
            Data::Text(text) => assignments(&text),
            _ => {
                let message = "SET changes rows by \"column = value\" or a map";
                return Ok(Served::fault(TrapCode::BadArgument, message));
            }
        };
        self.change_rows(&Query { filter: Some(filter), ..query(table, None) }, changes).await
    }

    async fn delete(&mut self, delete: Delete) -> Result<Served> {
        let table = match &delete.subject {
            Data::Text(text) if !text.contains('/') => text.clone(),
            _ => return Ok(not_configured("DELETE of a file or an address")),
        };
        let query = query(&table, delete.condition.map(|c| c.0));
        self.delete_rows(&query).await
    }

    async fn delete_rows(&mut self, query: &Query) -> Result<Served> {
        let bot = self.bot.name.clone();
        let query = match self.settled(query) {
            Ok(query) => query,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        let deleted = self.rows().await?.delete(&bot, &query).await;
        Ok(caught(deleted)?.map(|count| Data::Int(count as i64)).into())
    }

    async fn merge(&mut self, merge: Merge) -> Result<Served> {
        let rows = match merge.rows {
            Data::List(rows) => rows,
            one => vec![one],
        };
        let table = match merge.table {
            Data::Text(table) => table,
            Data::List(mut list) => {
                list.extend(rows);
                return Ok(Served::value(Data::List(list)));
            }
            _ => return Ok(Served::fault(TrapCode::BadArgument, "MERGE needs a table or a list")),
        };
        let key = merge.key.map(|key| key.0);
        let (mut inserted, mut updated) = (0, 0);
        for row in maps(rows) {
            match self.merge_row(&table, key.as_deref(), row).await? {
                Ok(true) => updated += 1,
                Ok(false) => inserted += 1,
                Err(fault) => return Ok(Served::Answer(Err(fault))),
            }
        }
        let counts = [("inserted", Data::Int(inserted)), ("updated", Data::Int(updated))];
        Ok(Served::value(Data::map(counts)))
    }

    /// Changes the rows with the same key, or inserts; true when there were some.
    async fn merge_row(
        &mut self,
        table: &str,
        key: Option<&str>,
        row: Row,
    ) -> Result<std::result::Result<bool, Fault>> {
        let bot = self.bot.name.clone();
        let value = key.and_then(|key| Some((key, Data::Map(row.clone()).get(key)?.clone())));
        if let Some((column, value)) = value {
            let filter = Filter::Compare { column: column.to_string(), op: Op::Eq, value };
            let same = Query { filter: Some(filter), ..query(table, None) };
            match caught(self.rows().await?.update(&bot, &same, row.clone()).await)? {
                Ok(0) => {}
                Ok(_) => return Ok(Ok(true)),
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(caught(self.rows().await?.save(&bot, own(table), row).await)?.map(|_| false))
    }

    async fn aggregate(&mut self, mut aggregate: Aggregate) -> Result<Served> {
        if let Err(fault) = field_or_filter(&mut aggregate) {
            return Ok(Served::Answer(Err(fault)));
        }
        let Some((source, operation, field)) = sorted_out(&aggregate) else {
            let message =
                "AGGREGATE needs SUM, AVG, MIN, MAX or COUNT, a table or list, and a field";
            return Ok(Served::fault(TrapCode::BadArgument, message));
        };
        let filter = aggregate.condition.map(|condition| condition.0.filter);
        let rows = match source {
            Data::List(rows) => {
                let filter = match filter.map(|filter| filter.settled(&self.env())).transpose() {
                    Ok(filter) => filter,
                    Err(fault) => return Ok(Served::Answer(Err(fault))),
                };
                let fits = |row: &Data| filter.as_ref().is_none_or(|f| f.matches(row));
                Ok(maps(rows.into_iter().filter(fits).collect()))
            }
            other => {
                let table = basilect_stdlib::pure::text::display_data(&other);
                self.found(&Query { filter, ..query(&table, None) }).await?
            }
        };
        Ok(rows.map(|rows| aggregated(&operation, &field, &rows)).into())
    }
}

impl From<std::result::Result<Data, Fault>> for Served {
    fn from(answer: std::result::Result<Data, Fault>) -> Served {
        Served::Answer(answer)
    }
}

/// What the script did wrong is its fault and catchable; what the database suffers is not.
fn caught<T>(result: StoreResult<T>) -> Result<std::result::Result<T, Fault>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(StoreError::Invalid(message)) => Ok(Err(Fault::new(TrapCode::BadData, message))),
        Err(error) => Err(Error::from(error)),
    }
}

/// The name of a table without the point that marks it as the bot's own.
fn own(table: &str) -> &str {
    table.trim_start_matches('.')
}

/// A query of a table; a filter text may bring its own order and limit.
fn query(table: &str, condition: Option<condition::Query>) -> Query {
    let table = own(table).to_lowercase();
    let all = Query { table, filter: None, order: Vec::new(), limit: Some(ROWS_MAX) };
    match condition {
        Some(condition) => Query {
            filter: Some(condition.filter),
            order: condition.order,
            limit: Some(condition.limit.unwrap_or(ROWS_MAX).min(ROWS_MAX)),
            ..all
        },
        None => all,
    }
}

fn order(query: &mut Query, column: Option<String>, descending: bool) {
    if let Some(text) = column {
        // `ORDER BY` may come as one text: "price DESC".
        let parsed = parse_query(&format!("ORDER BY {text}")).ok().map(|query| query.order);
        query.order = parsed.filter(|o| !o.is_empty()).unwrap_or_else(|| vec![(text, false)]);
        query.order.iter_mut().for_each(|(_, down)| *down |= descending);
    }
}

fn limit(query: &mut Query, limit: Option<i64>) {
    if let Some(limit) = limit {
        query.limit = Some((limit.max(0) as u64).min(ROWS_MAX));
    }
}

fn first(rows: Vec<Row>) -> Data {
    rows.into_iter().next().map_or(Data::Null, Data::Map)
}

fn maps(rows: Vec<Data>) -> Vec<Row> {
    rows.into_iter()
        .filter_map(|row| match row {
            Data::Map(row) => Some(row),
            _ => None,
        })
        .collect()
}

/// The rows to write: those that the script gives, or one of named values.
fn rows_of(rows: Rows) -> Vec<Row> {
    match rows {
        Rows::Named(row) => unwrapped(row),
        Rows::Given(rows) => rows,
    }
}

/// `SAVE "t", order` names the variable: one value that is a map (or a list of maps) is the row
/// itself and not a column.
fn unwrapped(row: Row) -> Vec<Row> {
    match (row.len(), row.values().next()) {
        (1, Some(value)) if computed::is_one(value) => vec![row],
        (1, Some(Data::Map(inner))) => vec![inner.clone()],
        (1, Some(Data::List(list))) if list.iter().all(|row| matches!(row, Data::Map(_))) => {
            maps(list.clone())
        }
        _ => vec![row],
    }
}

/// `a = 1, b = two` as columns.
fn assignments(text: &str) -> Row {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(column, value)| {
            let value = value.trim().trim_matches(['\'', '"']);
            (column.trim().to_string(), Data::text(value))
        })
        .collect()
}

/// In `AGGREGATE "orders", "SUM(total)", "status = paid"` the third text is the condition.
fn field_or_filter(aggregate: &mut Aggregate) -> std::result::Result<(), Fault> {
    let sides = [Some(&aggregate.source), aggregate.operation.as_ref()];
    let named =
        sides.into_iter().flatten().filter_map(operation_of).any(|(_, inner)| inner.is_some());
    if named
        && aggregate.condition.is_none()
        && let Some(text) = aggregate.field.take()
    {
        aggregate.condition = Some(Condition(parse_query(&text)?));
    }
    Ok(())
}

/// Which argument is the source, which the operation, which the field.
fn sorted_out(aggregate: &Aggregate) -> Option<(Data, String, String)> {
    let named = [
        ("SUM", &aggregate.sum),
        ("AVG", &aggregate.avg),
        ("MIN", &aggregate.min),
        ("MAX", &aggregate.max),
        ("COUNT", &aggregate.count),
    ];
    if let Some((operation, field)) = named.iter().find_map(|(op, f)| Some((op, f.as_ref()?))) {
        // `COUNT` without a column comes as true.
        let field = if field.0 == "true" { String::new() } else { field.0.clone() };
        return Some((aggregate.source.clone(), operation.to_string(), field));
    }
    let field = aggregate.field.clone().unwrap_or_default();
    let other = aggregate.operation.clone()?;
    let first = operation_of(&aggregate.source);
    match (first, operation_of(&other)) {
        (Some((operation, inner)), _) => Some((other, operation, inner.unwrap_or(field))),
        (None, Some((operation, inner))) => {
            Some((aggregate.source.clone(), operation, inner.unwrap_or(field)))
        }
        (None, None) => None,
    }
}

/// `SUM`, or `SUM(amount)` with its field.
fn operation_of(data: &Data) -> Option<(String, Option<String>)> {
    let Data::Text(text) = data else { return None };
    let text = text.trim();
    let (name, field) = match text.split_once('(') {
        Some((name, field)) => (name, Some(field.trim_end_matches(')').trim().to_string())),
        None => (text, None),
    };
    let name = name.trim().to_uppercase();
    let name = if name == "AVERAGE" { "AVG".to_string() } else { name };
    ["SUM", "AVG", "MIN", "MAX", "COUNT"].contains(&name.as_str()).then_some((name, field))
}

fn aggregated(operation: &str, field: &str, rows: &[Row]) -> Data {
    let all = || rows.iter().filter_map(|row| Data::Map(row.clone()).get(field).cloned());
    if operation == "COUNT" {
        let counted = field.is_empty() || field == "*";
        let count = if counted { rows.len() } else { all().filter(|v| !v.is_null()).count() };
        return Data::Int(count as i64);
    }
    let numbers: Vec<f64> =
        all().filter_map(|v| basilect_stdlib::pure::numbers::data_to_number(&v)).collect();
    let sum: f64 = numbers.iter().sum();
    let value = match operation {
        "SUM" => Some(sum),
        "AVG" => (!numbers.is_empty()).then(|| sum / numbers.len() as f64),
        "MIN" => numbers.iter().copied().reduce(f64::min),
        _ => numbers.iter().copied().reduce(f64::max),
    };
    value.map_or(Data::Null, whole)
}

/// A float without a fraction is shown, and stored, as the integer it is.
fn whole(value: f64) -> Data {
    match value.fract() == 0.0 && value.abs() < 9e15 {
        true => Data::Int(value as i64),
        false => Data::Num(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(amount: i64) -> Row {
        IndexMap::from([("amount".to_string(), Data::Int(amount))])
    }

    #[test]
    fn the_operation_may_stand_first_or_second() {
        let text = |text: &str| Data::text(text);
        for (source, operation) in [("SUM", "orders"), ("orders", "SUM"), ("orders", "SUM(amount)")]
        {
            let aggregate = Aggregate {
                source: text(source),
                operation: Some(text(operation)),
                field: Some("amount".into()),
                sum: None,
                avg: None,
                min: None,
                max: None,
                count: None,
                condition: None,
            };
            let expected = (text("orders"), "SUM".to_string(), "amount".to_string());
            assert_eq!(sorted_out(&aggregate), Some(expected));
        }
    }

    #[test]
    fn columns_are_aggregated() {
        let rows = [row(2), row(3)];
        assert_eq!(aggregated("SUM", "amount", &rows), Data::Int(5));
        assert_eq!(aggregated("AVG", "amount", &rows), Data::Num(2.5));
        assert_eq!(aggregated("COUNT", "*", &rows), Data::Int(2));
        assert_eq!(aggregated("MAX", "amount", &[]), Data::Null);
    }

    #[test]
    fn a_single_map_is_the_row() {
        let named = IndexMap::from([("order".to_string(), Data::Map(row(2)))]);
        assert_eq!(rows_of(Rows::Named(named.clone())), vec![row(2)]);
        assert_eq!(rows_of(Rows::Named(row(2))), vec![row(2)]);
        assert_eq!(rows_of(Rows::Given(vec![named.clone()])), vec![named]);
    }
}
