//! What a database can decide of a condition before it is evaluated.
//!
//! A prefilter may let rows pass that do not fit, never keep one back that does. So it speaks only
//! of values that can be spelled in one way, and lets everything pass that is stored differently.

use basilect_stdlib::Data;
use basilect_stdlib::pure::condition::{Filter, Op};

use super::{columns, names, order};
use crate::ports::store::{Query, TableShape};

/// The part of a condition that is given to the database.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Prefilter {
    /// Nothing.
    All,
    /// There is no condition and no order: the first rows will do.
    First(i64),
    /// The row's key, or a key with several spellings.
    Key(String),
    /// A column that, if it is a text, is this one.
    Text(String, String),
    /// A column that, if it is an integer, is this one.
    Integer(String, i64),
}

/// The best prefilter for a query: a key, or else the first column that will do.
pub(super) fn of(query: &Query, shape: &TableShape) -> Prefilter {
    let mut equalities = Vec::new();
    match (&query.filter, query.limit) {
        (Some(filter), _) => collect(filter, &mut equalities),
        (None, Some(limit)) if query.order.is_empty() => {
            return Prefilter::First(i64::try_from(limit).unwrap_or(i64::MAX));
        }
        (None, _) => return Prefilter::All,
    }
    let by_key = equalities.iter().find_map(|(column, value)| key(shape, column, value));
    by_key
        .or_else(|| equalities.iter().find_map(|(column, value)| plain(shape, column, value)))
        .unwrap_or(Prefilter::All)
}

/// The equalities that must all hold.
fn collect<'a>(filter: &'a Filter, into: &mut Vec<(&'a str, &'a Data)>) {
    match filter {
        Filter::And(left, right) => {
            collect(left, into);
            collect(right, into);
        }
        Filter::Compare { column, op: Op::Eq, value } => into.push((column, value)),
        _ => {}
    }
}

fn key(shape: &TableShape, column: &str, value: &Data) -> Option<Prefilter> {
    if !shape.key.eq_ignore_ascii_case(column) || !has_one_spelling(value) {
        return None;
    }
    names::key(value).map(|key| Prefilter::Key(key.text))
}

fn has_one_spelling(value: &Data) -> bool {
    match value {
        Data::Int(number) => order::is_canonical_integer(&number.to_string()),
        Data::Num(number) => order::canonical_integer(*number).is_some(),
        Data::Text(text) => order::is_plain(text),
        _ => false,
    }
}

fn plain(shape: &TableShape, column: &str, value: &Data) -> Option<Prefilter> {
    let name = columns::declared(shape, column).map_or(column, |column| column.name.as_str());
    let simple = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !simple || name.is_empty() {
        return None;
    }
    match value {
        Data::Text(text) if order::is_word(text) && !text.contains('\0') => {
            Some(Prefilter::Text(name.to_string(), text.clone()))
        }
        Data::Int(number) if order::is_canonical_integer(&number.to_string()) => {
            Some(Prefilter::Integer(name.to_string(), *number))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eq(column: &str, value: Data) -> Filter {
        Filter::Compare { column: column.into(), op: Op::Eq, value }
    }

    fn prefilter(filter: Filter) -> Prefilter {
        let query = Query { filter: Some(filter), limit: Some(1), ..Query::default() };
        of(&query, &columns::plain("t"))
    }

    #[test]
    fn a_limit_is_for_the_database_only_when_nothing_else_decides() {
        let shape = columns::plain("t");
        let first = Query { limit: Some(3), ..Query::default() };
        assert_eq!(of(&first, &shape), Prefilter::First(3));
        let sorted = Query { order: vec![("a".into(), false)], ..first };
        assert_eq!(of(&sorted, &shape), Prefilter::All);
        assert_eq!(of(&Query::default(), &shape), Prefilter::All);
    }

    #[test]
    fn a_key_is_better_than_a_column() {
        let both = Filter::And(
            Box::new(eq("name", Data::text("Anna"))),
            Box::new(eq("ID", Data::Num(7.0))),
        );
        assert_eq!(prefilter(both), Prefilter::Key("7".into()));
        let name = eq("name", Data::text("Anna"));
        assert_eq!(prefilter(name), Prefilter::Text("name".into(), "Anna".into()));
    }

    #[test]
    fn what_can_be_spelled_in_many_ways_is_left_to_the_condition() {
        for value in [Data::text("007"), Data::text("true"), Data::Bool(true), Data::Num(1.5)] {
            assert_eq!(prefilter(eq("id", value.clone())), Prefilter::All);
            assert_eq!(prefilter(eq("name", value)), Prefilter::All);
        }
    }

    #[test]
    fn alternatives_are_not_taken_apart() {
        let name = || Box::new(eq("name", Data::text("Anna")));
        assert_eq!(prefilter(Filter::Or(name(), name())), Prefilter::All);
        assert_eq!(prefilter(Filter::Not(name())), Prefilter::All);
        assert_eq!(prefilter(eq("a.b", Data::text("x"))), Prefilter::All);
    }
}
