//! Conditions over rows: one tree for WHERE clauses and for filter texts.
//!
//! A compiled WHERE clause builds the tree as a value, in this encoding (maps with exactly these
//! keys; anything else is read as said below):
//!
//! ```text
//! {"and": [l, r]}   {"or": [l, r]}   {"not": x}   {"all": true}
//! {"column": "price", "op": "<=", "value": v}
//! {"formula": f, "op": "<=", "value": v}
//! op: =  <>  <  <=  >  >=  like  contains  startswith  in  isnull  between
//! ```
//!
//! A value may itself be computed from columns: see [`super::formula`].
//!
//! A text is parsed with the same grammar (`stage != Closed Won AND age > 18`), a map without those
//! keys means that every entry is equal, any other value is the `id` of a row.

use std::cmp::Ordering;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::pure::Env;
use crate::pure::formula::Formula;
use crate::pure::logic::{data_compare, data_equal, data_is_true, like};
use crate::pure::text::display_data;
use crate::{Data, Fault};

mod parse;

pub use parse::parse_query;

/// A condition whose values are already known. Left sides are columns, right sides are values:
/// text never reaches a query as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// Every row.
    All,
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// One holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A column compared with a value.
    Compare {
        /// The column.
        column: String,
        /// The comparison.
        op: Op,
        /// The value compared with (a list for `In`, a list of two for `Between`).
        value: Data,
    },
    /// A comparison in which a side is computed from columns.
    Computed {
        /// The left side.
        left: Formula,
        /// The comparison.
        op: Op,
        /// The right side.
        right: Formula,
    },
}

/// A comparison of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Equal (text ignores nothing; numbers and their spelling are equal).
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// SQL LIKE with `%` and `_`, ignoring letter case.
    Like,
    /// Contains the text or element.
    Contains,
    /// Starts with the text.
    StartsWith,
    /// Is one of a list.
    In,
    /// Is null (value true) or is not null (value false).
    IsNull,
    /// Lies between two values, both included.
    Between,
}

const OPS: [(&str, Op); 12] = [
    ("=", Op::Eq),
    ("<>", Op::Ne),
    ("<", Op::Lt),
    ("<=", Op::Le),
    (">", Op::Gt),
    (">=", Op::Ge),
    ("like", Op::Like),
    ("contains", Op::Contains),
    ("startswith", Op::StartsWith),
    ("in", Op::In),
    ("isnull", Op::IsNull),
    ("between", Op::Between),
];

/// How deep conditions may nest.
const DEPTH_MAX: usize = 64;
/// How many comparisons one condition has at most: each joined to those before it is one level of
/// the tree that reading, settling and asking go down.
const PARTS_MAX: usize = 500;

impl Op {
    /// Its name in the encoding.
    pub fn name(self) -> &'static str {
        OPS.iter().find(|(_, op)| *op == self).map_or("=", |(name, _)| name)
    }
    /// The comparison of that name.
    pub fn named(name: &str) -> Option<Op> {
        OPS.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, op)| *op)
    }
}

/// A condition with the order and bound that may follow it in a filter text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Which rows.
    pub filter: Filter,
    /// Columns to sort by, with `true` for descending.
    pub order: Vec<(String, bool)>,
    /// At most so many rows.
    pub limit: Option<u64>,
}

impl Query {
    /// Reads what [`Filter::from_data`] reads, and the tail of a filter text.
    pub fn from_data(data: &Data) -> Result<Query, String> {
        match data {
            Data::Text(text) => parse_query(text).map_err(|fault| fault.message),
            other => {
                let filter = Filter::from_data(other)?;
                Ok(Query { filter, order: Vec::new(), limit: None })
            }
        }
    }
}

impl Filter {
    /// Reads a condition from a value, as the module says.
    pub fn from_data(data: &Data) -> Result<Filter, String> {
        read(data, 0)
    }
    /// The condition in the encoding of the module.
    pub fn to_data(&self) -> Data {
        let pair = |key: &str, l: &Filter, r: &Filter| {
            Data::map([(key, Data::List(vec![l.to_data(), r.to_data()]))])
        };
        match self {
            Filter::All => Data::map([("all", Data::Bool(true))]),
            Filter::And(l, r) => pair("and", l, r),
            Filter::Or(l, r) => pair("or", l, r),
            Filter::Not(x) => Data::map([("not", x.to_data())]),
            Filter::Compare { column, op, value } => Data::map([
                ("column", Data::text(column.as_str())),
                ("op", Data::text(op.name())),
                ("value", value.clone()),
            ]),
            Filter::Computed { left, op, right } => Data::map([
                ("formula", left.to_data()),
                ("op", Data::text(op.name())),
                ("value", right.to_data()),
            ]),
        }
    }
    /// The condition with all parts computed that need no row, such as `TODAY()`.
    pub fn settled(self, env: &Env) -> Result<Filter, Fault> {
        let boxed = |filter: Box<Filter>| filter.settled(env).map(Box::new);
        Ok(match self {
            Filter::And(l, r) => Filter::And(boxed(l)?, boxed(r)?),
            Filter::Or(l, r) => Filter::Or(boxed(l)?, boxed(r)?),
            Filter::Not(x) => Filter::Not(boxed(x)?),
            Filter::Computed { left, op, right } => {
                computed(left.settled(env)?, op, right.settled(env)?)
            }
            other => other,
        })
    }
    /// Parses a filter text such as `stage != Closed Won AND age > 18` with the same grammar.
    pub fn parse(text: &str) -> Result<Filter, Fault> {
        parse_query(text).map(|query| query.filter)
    }
    /// Both hold.
    pub fn and(self, other: Filter) -> Filter {
        match (self, other) {
            (Filter::All, other) | (other, Filter::All) => other,
            (l, r) => Filter::And(Box::new(l), Box::new(r)),
        }
    }
    /// Whether a row fulfils the condition. A comparison that cannot be computed, such as one of
    /// a division by zero, does not hold.
    pub fn matches(&self, row: &Data) -> bool {
        match self {
            Filter::All => true,
            Filter::And(l, r) => l.matches(row) && r.matches(row),
            Filter::Or(l, r) => l.matches(row) || r.matches(row),
            Filter::Not(x) => !x.matches(row),
            Filter::Compare { column, op, value } => {
                holds(*op, row.get(column).unwrap_or(&Data::Null), value)
            }
            Filter::Computed { left, op, right } => {
                let env = Env::new(0, "UTC", 0);
                let side = |formula: &Formula| formula.of_row(row, &env);
                matches!((side(left), side(right)), (Ok(l), Ok(r)) if holds(*op, &l, &r))
            }
        }
    }
}

/// A comparison; one of a column with a value is the simple kind.
fn computed(left: Formula, op: Op, right: Formula) -> Filter {
    match (left, right) {
        (Formula::Column(column), Formula::Value(value)) => Filter::Compare { column, op, value },
        (left, right) => Filter::Computed { left, op, right },
    }
}
/// A formula, or the value as it is.
fn formula_of(data: &Data) -> Formula {
    Formula::from_data(data).unwrap_or_else(|| Formula::Value(data.clone()))
}

fn read(data: &Data, depth: usize) -> Result<Filter, String> {
    if depth > DEPTH_MAX {
        return Err("a condition that is not nested so deep".into());
    }
    match data {
        Data::Null => Ok(Filter::All),
        Data::Text(text) => Filter::parse(text).map_err(|fault| fault.message),
        Data::Map(map) => read_map(map, depth),
        other => Ok(equal("id", other)),
    }
}

fn read_map(map: &IndexMap<String, Data>, depth: usize) -> Result<Filter, String> {
    let two = |data: &Data| match data {
        Data::List(sides) => match sides.as_slice() {
            [l, r] => Ok((Box::new(read(l, depth + 1)?), Box::new(read(r, depth + 1)?))),
            _ => Err("a condition with two sides".to_string()),
        },
        _ => Err("a condition with two sides".to_string()),
    };
    if let (1, Some((key, value))) = (map.len(), map.first()) {
        match (key.as_str(), value) {
            ("and", Data::List(_)) => return two(value).map(|(l, r)| Filter::And(l, r)),
            ("or", Data::List(_)) => return two(value).map(|(l, r)| Filter::Or(l, r)),
            ("not", Data::Map(_)) => {
                return Ok(Filter::Not(Box::new(read(value, depth + 1)?)));
            }
            ("all", Data::Bool(true)) => return Ok(Filter::All),
            _ => {}
        }
    }
    if let (3, Some(Data::Text(column)), Some(Data::Text(op)), Some(value)) =
        (map.len(), map.get("column"), map.get("op"), map.get("value"))
        && let Some(op) = Op::named(op)
    {
        return Ok(computed(Formula::Column(column.clone()), op, formula_of(value)));
    }
    if let (3, Some(left), Some(Data::Text(op)), Some(value)) =
        (map.len(), map.get("formula"), map.get("op"), map.get("value"))
        && let Some(op) = Op::named(op)
    {
        return Ok(computed(formula_of(left), op, formula_of(value)));
    }
    if map.len() > PARTS_MAX {
        return Err(format!("a condition of at most {PARTS_MAX} fields"));
    }
    Ok(map.iter().fold(Filter::All, |all, (column, value)| all.and(equal(column, value))))
}

fn equal(column: &str, value: &Data) -> Filter {
    Filter::Compare { column: column.to_string(), op: Op::Eq, value: value.clone() }
}

/// Whether two values stand in a relation.
pub fn compares(op: Op, left: &Data, right: &Data) -> bool {
    holds(op, left, right)
}

fn holds(op: Op, left: &Data, right: &Data) -> bool {
    let ordered = |wanted: fn(Ordering) -> bool| {
        !left.is_null() && !right.is_null() && wanted(data_compare(left, right))
    };
    match op {
        Op::Eq => data_equal(left, right),
        Op::Ne => !data_equal(left, right),
        Op::Lt => ordered(Ordering::is_lt),
        Op::Le => ordered(Ordering::is_le),
        Op::Gt => ordered(Ordering::is_gt),
        Op::Ge => ordered(Ordering::is_ge),
        Op::Like => like(&display_data(left), &display_data(right)),
        Op::Contains => contains(left, right),
        Op::StartsWith => {
            display_data(left).to_lowercase().starts_with(&display_data(right).to_lowercase())
        }
        Op::In => match right {
            Data::List(list) => list.iter().any(|one| data_equal(left, one)),
            one => data_equal(left, one),
        },
        Op::IsNull => missing(left) == data_is_true(right),
        Op::Between => match right {
            Data::List(ends) => match ends.as_slice() {
                [low, high] => holds(Op::Ge, left, low) && holds(Op::Le, left, high),
                _ => false,
            },
            _ => false,
        },
    }
}

fn missing(data: &Data) -> bool {
    matches!(data, Data::Null) || matches!(data, Data::Text(text) if text.is_empty())
}

fn contains(left: &Data, right: &Data) -> bool {
    match left {
        Data::List(list) => list.iter().any(|one| data_equal(one, right)),
        other => display_data(other).to_lowercase().contains(&display_data(right).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Data {
        Data::map([
            ("stage", Data::text("Closed Won")),
            ("Age", Data::Int(30)),
            ("price", Data::text("12.50")),
            ("tags", Data::List(vec![Data::text("a"), Data::text("b")])),
            ("note", Data::Null),
        ])
    }

    fn fits(text: &str) -> bool {
        Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).matches(&row())
    }

    #[test]
    fn filter_texts_are_understood() {
        for text in [
            "stage = Closed Won",
            "stage='Closed Won' AND age > 18",
            "stage != Lost",
            "age >= 30 AND (age < 31 OR stage = x)",
            "price < 100",
            "stage LIKE '%won'",
            "stage like Closed%",
            "age IN (1, 30, 40)",
            "age BETWEEN 20 AND 40 AND stage <> x",
            "note IS NULL",
            "stage IS NOT NULL",
            "NOT stage = Lost",
            "tags CONTAINS a",
            "stage NOT LIKE 'x%'",
            "",
            "AGE = '30'",
            "stage!=Lost",
            "age>18&&stage!=Lost",
            "stage=Lost||age<=30",
        ] {
            assert!(fits(text), "{text}");
        }
        for text in ["stage = Closed", "age > 30", "age NOT IN (30)", "note IS NOT NULL", "x = 1"] {
            assert!(!fits(text), "{text}");
        }
    }

    #[test]
    fn marks_inside_a_word_belong_to_it() {
        for name in ["O'Brien", "Yahoo!", "R&D", "Ann O'Neil Jr"] {
            let filter = Filter::parse(&format!("name={name} AND age>1")).expect("parses");
            let row = Data::map([("name", Data::text(name)), ("age", Data::Int(2))]);
            assert!(filter.matches(&row), "{name}");
        }
    }

    #[test]
    fn functions_of_databases_are_computed() {
        let now = crate::testing::env();
        let day = |text: &str| Data::text(text);
        let row = Data::map([("made", day("2024-03-14 10:00")), ("name", Data::text("Tea"))]);
        let fits = |text: &str| {
            let filter = Filter::parse(text).and_then(|f| f.settled(&now));
            filter.unwrap_or_else(|e| panic!("{text}: {e}")).matches(&row)
        };
        for text in [
            "DATE(made) = '2024-03-14'",
            "DATE(made) = DATE('2024-03-14 23:00')",
            "made < CURDATE()",
            "made >= DATE_SUB(NOW(), INTERVAL 90 DAY) AND name LIKE 'T%'",
            "made < DATE_ADD(CURDATE(), INTERVAL 1 DAY)",
            "LOWER(name) = tea",
            "YEAR(made) = 2024 AND MONTH(made) = 3",
            "UPPER(name) IN ('TEA', 'SALT')",
        ] {
            assert!(fits(text), "{text}");
        }
        for text in ["DATE(made) = CURDATE()", "made < DATE_SUB(NOW(), INTERVAL 90 DAY)"] {
            assert!(!fits(text), "{text}");
        }
    }

    #[test]
    fn the_encoding_is_read_back() {
        let filter = Filter::parse("a = 1 AND (b like 'x%' OR NOT c IS NULL)").expect("parses");
        assert_eq!(Filter::from_data(&filter.to_data()), Ok(filter));
    }

    #[test]
    fn order_and_limit_may_follow() {
        let query = parse_query("age > 1 ORDER BY price DESC, age LIMIT 5").expect("parses");
        assert!(query.filter.matches(&row()));
        assert_eq!(query.order, [("price".to_string(), true), ("age".to_string(), false)]);
        assert_eq!(query.limit, Some(5));
    }

    #[test]
    fn injections_are_only_values() {
        let filter = Filter::parse("name = x'; DROP TABLE users; --").expect("a value");
        assert!(matches!(filter, Filter::Compare { op: Op::Eq, .. }));
        assert!(!filter.matches(&row()));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "(".repeat(10_000) + "a = 1" + &")".repeat(10_000);
        assert!(Filter::parse(&text).is_err());
    }

    #[test]
    fn like_is_bounded() {
        assert!(!like(&"a".repeat(2_000), &("%a".repeat(200) + "b")));
        assert!(like("Maçã verde", "ma%VERDE"));
    }
}
