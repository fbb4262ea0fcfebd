//! Truth, equality and order, alike for values of the machine and rows of a table.

use super::numbers::text_to_number;
use super::{Call, dates};
use crate::{Data, Fault, Heap, Kind, Value};
use std::cmp::Ordering;

crate::functions! {
    family "logic";

    /// Gives the second argument when the condition holds, else the third.
    ///
    /// `IIF(2 > 1, "yes", "no")` → `yes`
    "IIF" also ["IF"] (condition: Any, yes: Any; no: Any) -> Any = iif;

    /// Gives the first argument that is neither null nor an empty text.
    ///
    /// `COALESCE(NULL, "", "x")` → `x`
    "COALESCE" also ["NVL", "IFNULL"] (first: Any; second: Any) more others -> Any = coalesce;

    /// Whether a value is null.
    ///
    /// `ISNULL(NULL)` → `true`
    "ISNULL" also ["IS NULL"] (value: Any) -> Bool = is_null;

    /// Whether a value is null, an empty text, an empty list or an empty map.
    ///
    /// `ISEMPTY("")` → `true`
    "ISEMPTY" also ["IS EMPTY"] (value: Any) -> Bool = is_empty;

    /// Whether a value is a number or a text that spells one.
    ///
    /// `ISNUMERIC("12.5")` → `true`
    "ISNUMERIC" also ["IS NUMERIC", "ISNUMBER"] (value: Any) -> Bool = is_numeric;

    /// Whether a value is a date or a text that spells one.
    ///
    /// `ISDATE("2024-02-30")` → `false`
    "ISDATE" also ["IS DATE"] (value: Any) -> Bool = is_date;

    /// Names the kind of a value: null, boolean, number, text, date, duration, list or map.
    ///
    /// `TYPEOF([1])` → `list`
    "TYPEOF" also ["TYPE OF", "TYPENAME"] (value: Any) -> Text = type_of;

    /// Whether a value counts as true: not null, 0, false, "", "false", "0" or an empty list.
    ///
    /// `BOOL("false")` → `false`
    "BOOL" also ["CBOOL", "TOBOOLEAN"] (value: Any) -> Bool = to_bool;
}

/// A value that is compared, wherever it lies.
#[derive(Clone, Copy, Debug)]
pub enum Scalar<'a> {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Num(f64),
    /// A day.
    Date(i64),
    /// A moment.
    Moment(i64),
    /// A length of time.
    Span(i64),
    /// A text.
    Text(&'a str),
    /// A list or map, by the number of its elements.
    Many(usize),
}

impl<'a> Scalar<'a> {
    /// Looks at a value of the machine.
    pub fn of(heap: &'a dyn Heap, value: &'a Value) -> Scalar<'a> {
        match value.kind() {
            Kind::Null => Scalar::Null,
            Kind::Bool => Scalar::Bool(value.as_i64() != 0),
            Kind::Int => Scalar::Int(value.as_i64()),
            Kind::Num => Scalar::Num(value.as_f64()),
            Kind::Date => Scalar::Date(value.as_i64()),
            Kind::Moment => Scalar::Moment(value.as_i64()),
            Kind::Span => Scalar::Span(value.as_i64()),
            Kind::Text => Scalar::Text(heap.text(value)),
            Kind::List => Scalar::Many(heap.list(*value).len()),
            Kind::Map => Scalar::Many(heap.map_len(*value) + 1),
        }
    }
    /// Looks at a value outside the machine.
    pub fn of_data(data: &'a Data) -> Scalar<'a> {
        match data {
            Data::Null => Scalar::Null,
            Data::Bool(b) => Scalar::Bool(*b),
            Data::Int(i) => Scalar::Int(*i),
            Data::Num(n) => Scalar::Num(*n),
            Data::Date(days) => Scalar::Date(*days),
            Data::Moment(ms) => Scalar::Moment(*ms),
            Data::Span(ms) => Scalar::Span(*ms),
            Data::Text(text) => Scalar::Text(text),
            Data::List(list) => Scalar::Many(list.len()),
            Data::Map(map) => Scalar::Many(map.len() + 1),
        }
    }
    /// Whether this counts as true.
    pub fn truth(self) -> bool {
        match self {
            Scalar::Null => false,
            Scalar::Bool(b) => b,
            Scalar::Int(i) | Scalar::Span(i) => i != 0,
            Scalar::Num(n) => n != 0.0 && !n.is_nan(),
            Scalar::Text(text) => !matches!(text, "" | "0") && !text.eq_ignore_ascii_case("false"),
            Scalar::Many(len) => len > 0,
            Scalar::Date(_) | Scalar::Moment(_) => true,
        }
    }
    /// As a number, also of a text that spells one.
    pub fn number(self) -> Option<f64> {
        match self {
            Scalar::Bool(b) => Some(f64::from(u8::from(b))),
            Scalar::Int(i) => Some(i as f64),
            Scalar::Num(n) => Some(n),
            Scalar::Text(text) => text_to_number(text),
            Scalar::Span(ms) => Some(ms as f64),
            _ => None,
        }
    }
    /// Milliseconds since 1970, of a date, a moment, or a text that spells one.
    pub fn time(self) -> Option<i64> {
        match self {
            Scalar::Date(days) => days.checked_mul(dates::DAY_MS),
            Scalar::Moment(ms) => Some(ms),
            Scalar::Text(text) => dates::parse(text, "UTC").and_then(|v| Scalar::parsed(v).time()),
            _ => None,
        }
    }
    fn parsed(value: Value) -> Scalar<'static> {
        match value.kind() {
            Kind::Date => Scalar::Date(value.as_i64()),
            _ => Scalar::Moment(value.as_i64()),
        }
    }
    fn is_time(self) -> bool {
        matches!(self, Scalar::Date(_) | Scalar::Moment(_))
    }
    fn rank(self) -> u8 {
        match self {
            Scalar::Null => 0,
            Scalar::Bool(_) | Scalar::Int(_) | Scalar::Num(_) | Scalar::Span(_) => 1,
            Scalar::Date(_) | Scalar::Moment(_) => 2,
            Scalar::Text(_) => 3,
            Scalar::Many(_) => 4,
        }
    }
}

/// The order of two values, total across kinds: null, numbers, dates, texts, lists and maps.
///
/// A number and a text that spells a number are compared as numbers, a date and a text that spells
/// a date as dates; a day begins at midnight UTC where it meets a moment.
pub fn order(a: Scalar<'_>, b: Scalar<'_>) -> Ordering {
    match (a, b) {
        (Scalar::Text(a), Scalar::Text(b)) => return a.cmp(b),
        (Scalar::Int(a), Scalar::Int(b)) => return a.cmp(&b),
        (Scalar::Many(a), Scalar::Many(b)) => return a.cmp(&b),
        _ => {}
    }
    if (a.is_time() || b.is_time())
        && let (Some(a), Some(b)) = (a.time(), b.time())
    {
        return a.cmp(&b);
    }
    match (a.number(), b.number()) {
        (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or_else(|| a.total_cmp(&b)),
        _ => a.rank().cmp(&b.rank()),
    }
}

/// Whether two values are equal: as [`order`] sees it, and null equals an empty text.
///
/// Lists and maps are equal here only by their length; see [`equal`] and [`data_equal`].
pub fn same(a: Scalar<'_>, b: Scalar<'_>) -> bool {
    match (a, b) {
        (Scalar::Null, Scalar::Null) => true,
        (Scalar::Null, Scalar::Text(text)) | (Scalar::Text(text), Scalar::Null) => text.is_empty(),
        (Scalar::Bool(flag), Scalar::Text(text)) | (Scalar::Text(text), Scalar::Bool(flag)) => {
            text.eq_ignore_ascii_case(if flag { "true" } else { "false" })
                || text_to_number(text) == Some(f64::from(u8::from(flag)))
        }
        _ => order(a, b) == Ordering::Equal,
    }
}

/// Whether a value counts as true.
pub fn truth(heap: &dyn Heap, value: Value) -> bool {
    if value.kind() == Kind::Map {
        return true;
    }
    Scalar::of(heap, &value).truth()
}

/// Whether `data` counts as true: null, false, 0, "", "false", "0" and an empty list do not.
pub fn data_is_true(data: &Data) -> bool {
    Scalar::of_data(data).truth()
}

/// The order of two values of the machine.
pub fn compare(heap: &dyn Heap, a: Value, b: Value) -> Ordering {
    order(Scalar::of(heap, &a), Scalar::of(heap, &b))
}

/// The order of two values outside the machine.
pub fn data_compare(a: &Data, b: &Data) -> Ordering {
    order(Scalar::of_data(a), Scalar::of_data(b))
}

/// Whether two values are equal; lists and maps element by element. Charges for what it visits, so
/// that a list that contains itself ends with the fuel at the latest.
pub fn equal(heap: &mut dyn Heap, a: Value, b: Value) -> Result<bool, Fault> {
    let single = |v: Value| !matches!(v.kind(), Kind::List | Kind::Map);
    if single(a) && single(b) {
        return Ok(same(Scalar::of(heap, &a), Scalar::of(heap, &b)));
    }
    let mut open = vec![(a, b)];
    let deepest = heap.limits().list_elements;
    while let Some((a, b)) = open.pop() {
        heap.charge(1)?;
        if a.tag() == b.tag() && a.bits() == b.bits() && a.kind() != Kind::Num {
            continue;
        }
        let same = match (a.kind(), b.kind()) {
            (Kind::List, Kind::List) => pair_lists(heap, a, b, &mut open),
            (Kind::Map, Kind::Map) => pair_maps(heap, a, b, &mut open),
            (Kind::List | Kind::Map, _) | (_, Kind::List | Kind::Map) => false,
            _ => same(Scalar::of(heap, &a), Scalar::of(heap, &b)),
        };
        if !same || open.len() > deepest {
            return Ok(false);
        }
    }
    Ok(true)
}

fn pair_lists(heap: &dyn Heap, a: Value, b: Value, open: &mut Vec<(Value, Value)>) -> bool {
    let (a, b) = (heap.list(a), heap.list(b));
    open.extend(a.iter().copied().zip(b.iter().copied()));
    a.len() == b.len()
}

fn pair_maps(heap: &dyn Heap, a: Value, b: Value, open: &mut Vec<(Value, Value)>) -> bool {
    if heap.map_len(a) != heap.map_len(b) {
        return false;
    }
    (0..heap.map_len(a)).filter_map(|i| heap.map_entry(a, i)).all(|(key, value)| {
        let other = heap.map_get(b, heap.text(&key));
        open.extend(other.map(|other| (value, other)));
        other.is_some()
    })
}

/// Whether two values outside the machine are equal.
pub fn data_equal(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::List(a), Data::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| data_equal(a, b))
        }
        (Data::Map(a), Data::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| data_equal(a, b)))
        }
        (Data::List(_) | Data::Map(_), _) | (_, Data::List(_) | Data::Map(_)) => false,
        _ => same(Scalar::of_data(a), Scalar::of_data(b)),
    }
}

/// SQL LIKE: `%` is any text, `_` any character; letter case makes no difference. Takes time
/// proportional to both lengths multiplied at worst, and no recursion.
pub fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let (mut t, mut p, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '_' || text.get(t) == Some(c) => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '%')
}

fn iif(call: &mut Call<'_>) -> Result<Value, Fault> {
    let chosen = if truth(call.heap, call.arg(0)) { 1 } else { 2 };
    Ok(call.arg(chosen))
}

fn blank(heap: &dyn Heap, value: Value) -> bool {
    value.is_null() || (value.kind() == Kind::Text && heap.text(&value).is_empty())
}

fn coalesce(call: &mut Call<'_>) -> Result<Value, Fault> {
    let found = call.args.iter().find(|value| !blank(call.heap, **value));
    Ok(found.or(call.args.last()).copied().unwrap_or(Value::NULL))
}

fn is_null(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(call.arg(0).is_null()))
}

fn is_empty(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    Ok(Value::bool(match value.kind() {
        Kind::List => call.heap.list(value).is_empty(),
        Kind::Map => call.heap.map_len(value) == 0,
        _ => blank(call.heap, value),
    }))
}

fn is_numeric(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let spelled = || text_to_number(call.heap.text(&value)).is_some();
    Ok(Value::bool(value.number().is_some() || (value.kind() == Kind::Text && spelled())))
}

fn is_date(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let spelled = || dates::parse(call.heap.text(&value), &call.env.zone).is_some();
    Ok(Value::bool(match value.kind() {
        Kind::Date | Kind::Moment => true,
        Kind::Text => spelled(),
        _ => false,
    }))
}

fn type_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = kind_name(call.arg(0).kind());
    call.heap.new_text(name)
}

/// What people call a kind of value.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "boolean",
        Kind::Int | Kind::Num => "number",
        Kind::Date | Kind::Moment => "date",
        Kind::Span => "duration",
        Kind::Text => "text",
        Kind::List => "list",
        Kind::Map => "map",
    }
}

/// The same for a value outside the machine.
pub fn kind_name_of(data: &Data) -> &'static str {
    match data {
        Data::Null => "null",
        Data::Bool(_) => "boolean",
        Data::Int(_) | Data::Num(_) => "number",
        Data::Date(_) | Data::Moment(_) => "date",
        Data::Span(_) => "duration",
        Data::Text(_) => "text",
        Data::List(_) => "list",
        Data::Map(_) => "map",
    }
}

fn to_bool(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(truth(call.heap, call.arg(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> Data {
        Data::text(t)
    }

    #[test]
    fn loose_equality() {
        assert!(data_equal(&Data::Int(3), &text("3.0")));
        assert!(data_equal(&Data::Null, &text("")));
        assert!(!data_equal(&Data::Null, &Data::Int(0)));
        assert!(data_equal(&Data::Bool(true), &text("TRUE")));
        assert!(!data_equal(&text("A"), &text("a")));
        assert!(data_equal(&Data::Date(0), &text("1970-01-01")));
        assert!(!data_equal(&Data::Int(100), &text("Daily Update")));
    }

    #[test]
    fn truth_of_texts_and_lists() {
        for no in [text(""), text("0"), text("False"), Data::List(vec![]), Data::Int(0)] {
            assert!(!data_is_true(&no), "{no:?}");
        }
        for yes in [text("no"), Data::List(vec![Data::Null]), Data::Map(Default::default())] {
            assert!(data_is_true(&yes), "{yes:?}");
        }
    }

    #[test]
    fn like_patterns() {
        assert!(like("Ada Lovelace", "%love%"));
        assert!(like("Ada", "a_a"));
        assert!(!like("Ada", "a_"));
        assert!(like("", "%"));
        let long = "a".repeat(20_000);
        assert!(!like(&long, "%a%a%a%b"));
    }

    #[test]
    fn order_is_total_across_kinds() {
        assert_eq!(data_compare(&Data::Int(12), &text("Daily")), Ordering::Less);
        assert_eq!(data_compare(&Data::Int(12), &text("9")), Ordering::Greater);
        assert_eq!(data_compare(&Data::Null, &Data::Int(-1)), Ordering::Less);
        assert_eq!(data_compare(&text("2024-01-02"), &Data::Date(0)), Ordering::Greater);
    }
}
