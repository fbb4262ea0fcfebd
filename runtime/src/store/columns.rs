//! What a table's declaration says of its rows: types, defaults, required columns, keys.
//!
//! A table without a declaration takes every column as it comes.

use std::time::{SystemTime, UNIX_EPOCH};

use basilect_stdlib::Data;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{document, names, order};
use crate::ports::store::{ColumnShape, Row, StoreError, StoreResult, TableShape};

/// What identifies a row in its table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    /// What is looked up.
    pub text: String,
    /// Whether a value spelled differently can equal it.
    pub odd: bool,
}

/// The shape of a table that nobody declared.
pub(super) fn plain(name: &str) -> TableShape {
    TableShape { name: name.to_string(), key: "id".into(), ..TableShape::default() }
}

/// A new row, complete but for the identifiers that the store makes: declared columns first and in
/// their order, values in their types, defaults for what is missing.
pub(super) fn complete(shape: &TableShape, row: Row) -> StoreResult<Row> {
    let mut given = changes(shape, row)?;
    let mut full = Row::with_capacity(shape.columns.len() + given.len());
    for column in &shape.columns {
        let value = given.shift_remove(&column.name).filter(|value| !value.is_null());
        let value = match value {
            Some(value) => value,
            None => default(shape, column)?,
        };
        full.insert(column.name.clone(), value);
    }
    full.extend(given);
    Ok(full)
}

/// The columns of a change in their declared spelling and type.
pub(super) fn changes(shape: &TableShape, changes: Row) -> StoreResult<Row> {
    let mut out = Row::with_capacity(changes.len());
    for (name, value) in changes {
        names::check("the name of a column", &name)?;
        match declared(shape, &name) {
            Some(column) => out.insert(column.name.clone(), convert(shape, column, value)?),
            None if takes_any(shape, &name) => out.insert(name, value),
            None => return Err(unknown(shape, &name)),
        };
    }
    Ok(out)
}

/// Puts changed columns into a row, under the spelling that the row already has.
pub(super) fn merge(row: &mut Row, changes: Row) {
    for (name, value) in changes {
        let spelled = order::spelling(row, &name).unwrap_or(name);
        row.insert(spelled, value);
    }
}

/// Checks that every required column has a value.
pub(super) fn check_required(shape: &TableShape, row: &Row) -> StoreResult<()> {
    let missing = |column: &&ColumnShape| {
        let needed = column.required || is_key(shape, &column.name);
        needed && row.get(&column.name).is_none_or(Data::is_null)
    };
    match shape.columns.iter().find(missing) {
        Some(column) => Err(invalid(shape, &column.name, "needs a value")),
        None => Ok(()),
    }
}

/// The key of a row; none while it has no value.
pub(super) fn key(shape: &TableShape, row: &Row) -> Option<Key> {
    names::key(order::column(row, &shape.key)?)
}

/// Whether the store makes the value of this column when it is missing.
fn is_made(shape: &TableShape, name: &str) -> bool {
    let integer = declared(shape, name).is_none_or(|column| column.ty == "integer");
    name.eq_ignore_ascii_case("id") || (is_key(shape, name) && integer)
}

/// Gives a row a made identifier in the type of its column; `id` comes first in a table that does
/// not declare it.
pub(super) fn set_made(
    shape: &TableShape,
    row: &mut Row,
    name: &str,
    number: i64,
) -> StoreResult<()> {
    let value = match declared(shape, name) {
        Some(column) => convert(shape, column, Data::Int(number))?,
        None => Data::Int(number),
    };
    match order::spelling(row, name) {
        Some(spelled) => row.insert(spelled, value),
        None => row.shift_insert(0, name.to_string(), value),
    };
    Ok(())
}

/// The identifiers that the store makes for this row.
pub(super) fn to_make(shape: &TableShape, row: &Row) -> Vec<String> {
    let key = shape.key.clone();
    let mut columns = vec![key];
    if !is_key(shape, "id") {
        columns.push(declared(shape, "id").map_or("id".into(), |column| column.name.clone()));
    }
    columns
        .retain(|name| is_made(shape, name) && order::column(row, name).is_none_or(Data::is_null));
    columns
}

/// What is told when another row has the key, or a value that must be unique.
pub(super) fn taken(shape: &TableShape, columns: &str, row: &Row) -> StoreError {
    let shown = |name| {
        let value = order::column(row, name).cloned().unwrap_or_default();
        let text = document::encode(&value).unwrap_or_default();
        text.chars().take(60).collect::<String>()
    };
    let values: Vec<String> = columns.split(',').map(shown).collect();
    let (name, values) = (&shape.name, values.join(", "));
    StoreError::Invalid(format!("table {name} already has a row with {columns} = {values}"))
}

/// What must be unique about a row: the columns, and what they hold together. As in SQL, a set
/// with a null in it is never the same as another.
pub(super) fn unique(shape: &TableShape, row: &Row) -> StoreResult<Vec<(String, String)>> {
    let mut all = Vec::new();
    for columns in &shape.unique {
        let values: Vec<Data> = columns.iter().map(|name| same(order::column(row, name))).collect();
        if !values.iter().any(Data::is_null) {
            let value = document::encode(&Data::List(values))?;
            all.push((columns.join(",").to_lowercase(), names::short(value)));
        }
    }
    Ok(all)
}

/// Equal numbers in one spelling.
fn same(value: Option<&Data>) -> Data {
    match value {
        Some(Data::Num(number)) => {
            order::canonical_integer(*number).map_or(Data::Num(*number), Data::Int)
        }
        Some(value) => value.clone(),
        None => Data::Null,
    }
}

fn is_key(shape: &TableShape, name: &str) -> bool {
    shape.key.eq_ignore_ascii_case(name)
}

fn takes_any(shape: &TableShape, name: &str) -> bool {
    shape.columns.is_empty() || name.eq_ignore_ascii_case("id")
}

/// The declared column of that name: as written, or else ignoring letter case.
pub(super) fn declared<'a>(shape: &'a TableShape, name: &str) -> Option<&'a ColumnShape> {
    let exact = shape.columns.iter().find(|column| column.name == name);
    exact.or_else(|| shape.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)))
}

fn invalid(shape: &TableShape, column: &str, why: &str) -> StoreError {
    StoreError::Invalid(format!("column {column} of table {} {why}", shape.name))
}

fn unknown(shape: &TableShape, name: &str) -> StoreError {
    let known: Vec<&str> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    let name: String = name.chars().take(80).collect();
    StoreError::Invalid(format!(
        "table {} has no column {name} (it has {})",
        shape.name,
        known.join(", ")
    ))
}

/// The value in the type of its column, when nothing is lost by it.
fn convert(shape: &TableShape, column: &ColumnShape, value: Data) -> StoreResult<Data> {
    let empty = matches!(&value, Data::Text(text) if text.trim().is_empty());
    let converted = match column.ty.as_str() {
        _ if value.is_null() => Some(Data::Null),
        "text" => to_text(&value)?,
        // An empty cell or an empty field of a form is no value.
        "integer" | "number" | "boolean" | "date" | "datetime" if empty => Some(Data::Null),
        "integer" => to_integer(&value),
        "number" => to_number(&value),
        "boolean" => to_boolean(&value),
        "date" => to_date(&value),
        "datetime" => to_moment(&value),
        _ => return Ok(value),
    };
    converted.ok_or_else(|| {
        let shown = document::encode(&value).unwrap_or_default();
        let shown: String = shown.chars().take(60).collect();
        invalid(shape, &column.name, &format!("takes a value of type {}, not {shown}", column.ty))
    })
}

fn to_text(value: &Data) -> StoreResult<Option<Data>> {
    let text = match value {
        Data::Text(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Num(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Date(_) | Data::Moment(_) => match document::encode(value)?.split('"').nth(3) {
            Some(text) => text.to_string(),
            None => return Ok(None),
        },
        Data::Span(millis) => millis.to_string(),
        Data::List(_) | Data::Map(_) => document::encode(value)?,
        Data::Null => return Ok(Some(Data::Null)),
    };
    Ok(Some(Data::Text(text)))
}

fn to_integer(value: &Data) -> Option<Data> {
    match value {
        Data::Int(_) => Some(value.clone()),
        Data::Num(number) => order::canonical_integer(*number).map(Data::Int),
        Data::Bool(truth) => Some(Data::Int(i64::from(*truth))),
        Data::Text(text) => match text.trim().parse::<i64>() {
            Ok(number) => Some(Data::Int(number)),
            Err(_) => decimal(text).and_then(order::canonical_integer).map(Data::Int),
        },
        _ => None,
    }
}

fn to_number(value: &Data) -> Option<Data> {
    match value {
        Data::Int(_) | Data::Num(_) => Some(value.clone()),
        Data::Text(text) => match text.trim().parse::<i64>() {
            Ok(number) => Some(Data::Int(number)),
            Err(_) => decimal(text).map(Data::Num),
        },
        _ => None,
    }
}

/// A number as written in data: digits, a point, an exponent; no words such as `nan`.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let written = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    text.parse().ok().filter(|number: &f64| written && number.is_finite())
}

fn to_boolean(value: &Data) -> Option<Data> {
    match value {
        Data::Bool(_) => Some(value.clone()),
        Data::Int(0) => Some(Data::Bool(false)),
        Data::Int(1 | -1) => Some(Data::Bool(true)),
        Data::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "-1" => Some(Data::Bool(true)),
            "false" | "no" | "off" | "0" => Some(Data::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

const DAY_MS: i64 = 86_400_000;

fn to_date(value: &Data) -> Option<Data> {
    match value {
        Data::Date(_) => Some(value.clone()),
        Data::Moment(millis) if millis.rem_euclid(DAY_MS) == 0 => {
            Some(Data::Date(millis.div_euclid(DAY_MS)))
        }
        Data::Text(text) if text.trim().len() == 10 => {
            document::read_date(text.trim()).map(Data::Date)
        }
        Data::Text(text) => moment(text.trim()).map(Data::Moment).and_then(|at| to_date(&at)),
        _ => None,
    }
}

fn to_moment(value: &Data) -> Option<Data> {
    match value {
        Data::Moment(_) => Some(value.clone()),
        Data::Date(days) => days.checked_mul(DAY_MS).map(Data::Moment),
        Data::Text(text) => moment(text.trim()).map(Data::Moment),
        _ => None,
    }
}

/// A date with or without a time; without an offset it is UTC.
fn moment(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    let local: DateTime = text.parse().ok()?;
    let at: Zoned = local.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_millisecond())
}

/// What a missing column gets.
fn default(shape: &TableShape, column: &ColumnShape) -> StoreResult<Data> {
    match column.default.as_deref().map(str::trim) {
        None | Some("") => Ok(Data::Null),
        Some(written) => match default_value(written) {
            Some(value) => convert(shape, column, value),
            None => {
                let why = format!("has the default {written}, which is not known");
                Err(invalid(shape, &column.name, &why))
            }
        },
    }
}

/// The value of a DEFAULT as written: a literal, or one of the few functions that databases have.
fn default_value(written: &str) -> Option<Data> {
    if let Some(text) = quoted(written) {
        return Some(Data::Text(text));
    }
    let word = written.to_ascii_lowercase();
    match word.trim_end_matches("()") {
        "null" => Some(Data::Null),
        "true" => Some(Data::Bool(true)),
        "false" => Some(Data::Bool(false)),
        "now" | "current_timestamp" | "getdate" => Some(Data::Moment(now())),
        "current_date" | "curdate" | "today" => Some(Data::Date(now().div_euclid(DAY_MS))),
        "uuid" | "newid" | "gen_random_uuid" | "uuid_generate_v4" => uuid().map(Data::Text),
        _ => match to_number(&Data::text(written)) {
            Some(number) => Some(number),
            None if written.contains('(') => None,
            None => Some(Data::text(written)),
        },
    }
}

fn quoted(written: &str) -> Option<String> {
    let quote = written.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
}

/// The clock of the database, as `now()` in a DEFAULT means it.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A random identifier (RFC 9562, version 4).
fn uuid() -> Option<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    let mut number = u128::from_be_bytes(bytes);
    number = number & !(0xf << 76) | 4 << 76;
    number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    Some([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, ty: &str, default: Option<&str>) -> ColumnShape {
        ColumnShape {
            name: name.into(),
            ty: ty.into(),
            required: false,
            default: default.map(str::to_string),
        }
    }

    fn shape(columns: Vec<ColumnShape>) -> TableShape {
        TableShape { columns, ..plain("things") }
    }

    fn one(ty: &str, value: Data) -> StoreResult<Data> {
        let shape = shape(vec![column("c", ty, None)]);
        let row = complete(&shape, Row::from_iter([("C".to_string(), value)]))?;
        Ok(row["c"].clone())
    }

    #[test]
    fn values_take_the_type_of_their_column() {
        let pairs = [
            ("integer", Data::text(" 12 "), Data::Int(12)),
            ("integer", Data::text("12.0"), Data::Int(12)),
            ("integer", Data::text(""), Data::Null),
            ("number", Data::text("1.5"), Data::Num(1.5)),
            ("boolean", Data::text("Yes"), Data::Bool(true)),
            ("text", Data::Int(7), Data::text("7")),
            ("text", Data::Date(19_844), Data::text("2024-05-01")),
            ("date", Data::text("2024-05-01"), Data::Date(19_844)),
            ("date", Data::text("2024-05-01T00:00:00Z"), Data::Date(19_844)),
            ("datetime", Data::text("1970-01-02 00:00:01"), Data::Moment(86_401_000)),
            ("datetime", Data::text("1970-01-01T02:00:00+02:00"), Data::Moment(0)),
            ("datetime", Data::Date(1), Data::Moment(86_400_000)),
            ("json", Data::List(vec![]), Data::List(vec![])),
        ];
        for (ty, given, expected) in pairs {
            assert_eq!(one(ty, given.clone()).ok(), Some(expected), "{ty} {given:?}");
        }
    }

    #[test]
    fn what_would_be_lost_is_refused_by_name() {
        for (ty, given) in [
            ("integer", Data::Num(1.5)),
            ("integer", Data::text("12 apples")),
            ("number", Data::text("nan")),
            ("date", Data::text("2024-02-30")),
            ("date", Data::Moment(1)),
            ("boolean", Data::Int(2)),
        ] {
            let error = one(ty, given).expect_err(ty).to_string();
            assert!(error.starts_with("column c of table things takes"), "{error}");
        }
    }

    #[test]
    fn defaults_are_read_as_written() {
        let shape = shape(vec![
            column("state", "text", Some("'it''s new'")),
            column("count", "integer", Some("0")),
            column("made", "datetime", Some("NOW()")),
            column("code", "uuid", Some("gen_random_uuid()")),
            column("odd", "text", Some("lower('A')")),
        ]);
        let error = complete(&shape, Row::new()).expect_err("an unknown function");
        assert!(error.to_string().contains("column odd of table things"), "{error}");
        let row = Row::from_iter([("odd".to_string(), Data::text("x"))]);
        let row = complete(&shape, row).expect("complete");
        assert_eq!(row["state"], Data::text("it's new"));
        assert_eq!(row["count"], Data::Int(0));
        assert!(matches!(row["made"], Data::Moment(at) if at > 0));
        let Data::Text(code) = &row["code"] else { panic!("a text") };
        assert_eq!((code.len(), &code[14..15]), (36, "4"));
    }

    #[test]
    fn the_stored_spelling_of_a_column_wins() {
        let mut row = Row::from_iter([("Name".to_string(), Data::Int(1))]);
        merge(&mut row, Row::from_iter([("NAME".to_string(), Data::Int(2))]));
        assert_eq!(row, Row::from_iter([("Name".to_string(), Data::Int(2))]));
    }
}
