//! How values are ordered, and which of them can only equal themselves.

use std::cmp::Ordering;

use basilect_stdlib::Data;

use crate::ports::store::Row;

/// Integers up to here are exact as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The column of that name: as written, or else ignoring letter case.
pub(super) fn column<'a>(row: &'a Row, name: &str) -> Option<&'a Data> {
    row.get(name).or_else(|| {
        row.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// The spelling under which a row has that column.
pub(super) fn spelling(row: &Row, name: &str) -> Option<String> {
    match row.contains_key(name) {
        true => Some(name.to_string()),
        false => row.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned(),
    }
}

/// Compares two rows by the columns of an ORDER BY. Nulls come last in either direction.
pub(super) fn rows(left: &Row, right: &Row, order: &[(String, bool)]) -> Ordering {
    order
        .iter()
        .map(|(name, descending)| nullable(column(left, name), column(right, name), *descending))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn nullable(left: Option<&Data>, right: Option<&Data>, descending: bool) -> Ordering {
    let left = left.filter(|value| !value.is_null());
    let right = right.filter(|value| !value.is_null());
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) if descending => values(right, left),
        (Some(left), Some(right)) => values(left, right),
    }
}

/// The language's order, made total: numbers by size, times by moment, texts by their characters,
/// lists and maps by their length, and different kinds by kind. A text that spells a number stays a
/// text here, since sorting must not depend on which two values meet first.
fn values(left: &Data, right: &Data) -> Ordering {
    match (left, right) {
        (Data::Text(left), Data::Text(right)) => left.cmp(right),
        _ => place(left).cmp(&place(right)).then_with(|| sizes(left, right)),
    }
}

fn sizes(left: &Data, right: &Data) -> Ordering {
    match (number(left), number(right)) {
        (Some(one), Some(other)) => {
            one.total_cmp(&other).then_with(|| integer(left).cmp(&integer(right)))
        }
        _ => size(left).cmp(&size(right)),
    }
}

fn number(value: &Data) -> Option<f64> {
    match value {
        Data::Bool(truth) => Some(f64::from(*truth)),
        Data::Int(number) | Data::Span(number) => Some(*number as f64),
        // Both zeros are one place in the order.
        Data::Num(number) => Some(*number + 0.0),
        _ => None,
    }
}

/// Tells large integers apart that are the same float.
fn integer(value: &Data) -> i64 {
    match value {
        Data::Int(number) | Data::Span(number) => *number,
        Data::Num(number) => *number as i64,
        _ => 0,
    }
}

fn size(value: &Data) -> i128 {
    match value {
        Data::Date(days) => i128::from(*days) * 86_400_000,
        Data::Moment(millis) => i128::from(*millis),
        Data::List(list) => list.len() as i128,
        Data::Map(map) => map.len() as i128 + 1,
        _ => 0,
    }
}

fn place(value: &Data) -> u8 {
    match value {
        Data::Bool(_) | Data::Int(_) | Data::Num(_) | Data::Span(_) => 1,
        Data::Date(_) | Data::Moment(_) => 2,
        Data::Text(_) => 3,
        Data::List(_) | Data::Map(_) => 4,
        Data::Null => 5,
    }
}

/// The integer that a float is exactly.
pub(super) fn canonical_integer(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// Whether a text has only one spelling: it is a word that no number, truth value or date can
/// equal, or an integer written the shortest way.
pub(super) fn is_plain(text: &str) -> bool {
    is_word(text) || is_canonical_integer(text)
}

/// Whether a text can only be equal to the same text.
pub(super) fn is_word(text: &str) -> bool {
    const VALUES: [&str; 10] =
        ["true", "false", "null", "inf", "infinity", "nan", "on", "off", "yes", "no"];
    text.starts_with(char::is_alphabetic)
        && text.trim_end().len() == text.len()
        && !VALUES.iter().any(|value| text.eq_ignore_ascii_case(value))
}

/// Whether a text is an integer in its shortest spelling.
pub(super) fn is_canonical_integer(text: &str) -> bool {
    text.parse::<i64>()
        .is_ok_and(|number| number.unsigned_abs() < EXACT as u64 && number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: Data) -> Row {
        Row::from_iter([("Size".to_string(), value)])
    }

    fn sorted(descending: bool, values: Vec<Data>) -> Vec<Data> {
        let mut list: Vec<Row> = values.into_iter().map(row).collect();
        list.sort_by(|left, right| rows(left, right, &[("size".into(), descending)]));
        list.into_iter().flat_map(|row| row.into_values()).collect()
    }

    #[test]
    fn nulls_are_last_in_both_directions() {
        let values = || vec![Data::Null, Data::Int(2), Data::Num(1.5), Data::Int(10)];
        let up = vec![Data::Num(1.5), Data::Int(2), Data::Int(10), Data::Null];
        assert_eq!(sorted(false, values()), up);
        let down = vec![Data::Int(10), Data::Int(2), Data::Num(1.5), Data::Null];
        assert_eq!(sorted(true, values()), down);
    }

    #[test]
    fn dates_and_moments_are_on_one_line() {
        let values = vec![Data::Moment(86_400_001), Data::Date(1), Data::Moment(5)];
        let expected = vec![Data::Moment(5), Data::Date(1), Data::Moment(86_400_001)];
        assert_eq!(sorted(false, values), expected);
    }

    #[test]
    fn a_word_has_one_spelling_and_a_number_has_many() {
        assert!(is_plain("Anna") && is_plain("12") && is_plain("-3"));
        assert!(!is_plain("012") && !is_plain("1e3") && !is_plain("TRUE") && !is_plain(" a"));
    }
}
