//! The order of many values: what SORT, TOP, BOTTOM and ORDER BY sort by.
//!
//! [`crate::pure::logic::order`] compares any two values, but of many it is no order: `"10"` is
//! before `"9"` as a text, and the number 9.5 is between them the other way round. So a column is
//! looked at as a whole first: where it has a number, texts that spell a number count as numbers,
//! and where it has a date, texts that spell a date count as dates. Then nulls come first, numbers,
//! dates, texts, lists and maps follow, and whole numbers are compared with floats exactly.

use crate::pure::logic::Scalar;
use crate::{Heap, Kind, Value};
use std::cmp::Ordering;

/// The places of rows in the order of their columns, the first column first, each with whether it
/// descends. Rows that are equal in all columns keep their order. Without columns there are no
/// rows.
pub fn places(heap: &dyn Heap, columns: &[(Vec<Value>, bool)]) -> Vec<usize> {
    let Some((first, descending)) = columns.first() else { return Vec::new() };
    let turned = |lead: u64| if *descending { !lead } else { lead };
    let keys: Vec<(Keys<'_>, bool)> =
        columns.iter().map(|(values, down)| (Keys::of(heap, values), *down)).collect();
    let mut rows: Vec<(u64, usize)> = match keys.first() {
        Some((lead, _)) => {
            (0..first.len()).map(|place| (turned(lead.lead(heap, place)), place)).collect()
        }
        None => Vec::new(),
    };
    if let [(Keys::Numbers(_), _)] = keys.as_slice() {
        // With their places, equal ones keep their order, and no room is needed beside the rows.
        rows.sort_unstable_by_key(|&(lead, place)| u128::from(lead) << 64 | place as u128);
    } else {
        rows.sort_by(|(a_lead, a), (b_lead, b)| {
            a_lead.cmp(b_lead).then_with(|| {
                let orders = keys.iter().map(|(keys, descending)| {
                    let order = keys.compare(heap, *a, *b);
                    if *descending { order.reverse() } else { order }
                });
                orders.fold(Ordering::Equal, Ordering::then)
            })
        });
    }
    rows.into_iter().map(|(_, place)| place).collect()
}

/// These values in order; equal ones keep their order.
pub fn sorted(heap: &dyn Heap, values: Vec<Value>, descending: bool) -> Vec<Value> {
    let columns = [(values, descending)];
    let places = places(heap, &columns);
    let [(values, _)] = columns;
    let mut sorted = Vec::with_capacity(values.len());
    arrange(&values, &places, &mut sorted);
    sorted
}

/// Writes the values at these places into a list, over what it held.
pub fn arrange(values: &[Value], places: &[usize], into: &mut Vec<Value>) {
    into.clear();
    into.extend(places.iter().filter_map(|place| values.get(*place).copied()));
}

/// What bytes sorting so many rows by so many columns needs for a while.
pub fn bytes(rows: usize, columns: usize) -> usize {
    let key = size_of::<Value>() + size_of::<Key>();
    rows.saturating_mul(columns.saturating_mul(key) + 2 * size_of::<(u64, usize)>())
}

/// A column as what its values are compared by.
enum Keys<'a> {
    /// Numbers alone, each as an integer that is ordered like it.
    Numbers(Vec<u64>),
    /// Texts alone.
    Texts(&'a [Value]),
    /// Anything.
    Any(Vec<Key>),
}

/// What one value is compared by.
#[derive(Clone, Copy)]
enum Key {
    Null,
    Int(i64),
    Num(f64),
    /// Milliseconds since 1970.
    Time(i64),
    Text(Value),
    /// A list or map, by the number of its elements.
    Many(usize),
}

impl<'a> Keys<'a> {
    fn of(heap: &dyn Heap, values: &'a [Value]) -> Keys<'a> {
        let all = |wanted: fn(Kind) -> bool| values.iter().all(|value| wanted(value.kind()));
        if all(|kind| kind == Kind::Text) {
            return Keys::Texts(values);
        }
        if all(|kind| kind == Kind::Int) {
            return Keys::Numbers(values.iter().map(|value| of_int(value.as_i64())).collect());
        }
        if all(|kind| kind == Kind::Num) {
            return Keys::Numbers(values.iter().map(|value| of_float(value.as_f64())).collect());
        }
        let any = |wanted: &[Kind]| values.iter().any(|value| wanted.contains(&value.kind()));
        let numbers = any(&[Kind::Bool, Kind::Int, Kind::Num, Kind::Span]);
        let times = any(&[Kind::Date, Kind::Moment]);
        Keys::Any(values.iter().map(|value| Key::of(heap, *value, numbers, times)).collect())
    }

    /// A number that is less for a value that comes first, and equal where only [`Self::compare`]
    /// tells.
    fn lead(&self, heap: &dyn Heap, place: usize) -> u64 {
        match self {
            Keys::Numbers(numbers) => numbers.get(place).copied().unwrap_or(0),
            Keys::Texts(texts) => texts.get(place).map_or(0, |text| first_bytes(heap, text)),
            Keys::Any(keys) => keys.get(place).map_or(0, |key| u64::from(key.rank())),
        }
    }

    fn compare(&self, heap: &dyn Heap, a: usize, b: usize) -> Ordering {
        match self {
            Keys::Numbers(numbers) => numbers.get(a).cmp(&numbers.get(b)),
            Keys::Texts(texts) => match (texts.get(a), texts.get(b)) {
                (Some(a), Some(b)) => heap.text(a).cmp(heap.text(b)),
                _ => Ordering::Equal,
            },
            Keys::Any(keys) => match (keys.get(a), keys.get(b)) {
                (Some(a), Some(b)) => a.compare(heap, b),
                _ => Ordering::Equal,
            },
        }
    }
}

impl Key {
    fn of(heap: &dyn Heap, value: Value, numbers: bool, times: bool) -> Key {
        let seen = Scalar::of(heap, &value);
        match seen {
            Scalar::Null => Key::Null,
            Scalar::Bool(flag) => Key::Int(i64::from(flag)),
            Scalar::Int(whole) | Scalar::Span(whole) => Key::Int(whole),
            Scalar::Num(number) => Key::Num(number),
            Scalar::Many(many) => Key::Many(many),
            Scalar::Date(_) | Scalar::Moment(_) => Key::Time(seen.time().unwrap_or(i64::MAX)),
            Scalar::Text(_) => {
                let number = if numbers { seen.number().map(Key::Num) } else { None };
                let time = || if times { seen.time().map(Key::Time) } else { None };
                number.or_else(time).unwrap_or(Key::Text(value))
            }
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Key::Null => 0,
            Key::Int(_) | Key::Num(_) => 1,
            Key::Time(_) => 2,
            Key::Text(_) => 3,
            Key::Many(_) => 4,
        }
    }

    fn compare(&self, heap: &dyn Heap, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Int(a), Key::Int(b)) => a.cmp(b),
            (Key::Num(a), Key::Num(b)) => of_float(*a).cmp(&of_float(*b)),
            (Key::Int(a), Key::Num(b)) => int_and_float(*a, *b),
            (Key::Num(a), Key::Int(b)) => int_and_float(*b, *a).reverse(),
            (Key::Time(a), Key::Time(b)) => a.cmp(b),
            (Key::Text(a), Key::Text(b)) => heap.text(a).cmp(heap.text(b)),
            (Key::Many(a), Key::Many(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}

const SIGN: u64 = 1 << 63;

/// An integer as an unsigned one of the same order.
fn of_int(whole: i64) -> u64 {
    whole.cast_unsigned() ^ SIGN
}

/// A float as an integer of the same order: zeros are equal, and what is no number is outside.
fn of_float(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Exactly, also where a float has no room for the integer.
fn int_and_float(whole: i64, number: f64) -> Ordering {
    const EDGE: f64 = 9_223_372_036_854_775_808.0;
    if number.is_nan() {
        return (whole as f64).total_cmp(&number);
    }
    if number >= EDGE {
        return Ordering::Less;
    }
    if number < -EDGE {
        return Ordering::Greater;
    }
    let below = libm::floor(number);
    whole.cmp(&(below as i64)).then(if number > below { Ordering::Less } else { Ordering::Equal })
}

/// The first eight bytes of a text as a number of the same order.
fn first_bytes(heap: &dyn Heap, text: &Value) -> u64 {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(heap.text(text).bytes()) {
        *place = byte;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn values_of_several_kinds_have_one_order() {
        assert_eq!(
            call("SORT", r#"[["10", 9.5, "9", null, "x", 10]]"#),
            r#"[null,"9",9.5,"10",10,"x"]"#
        );
        assert_eq!(call("SORT", r#"[["10", "9", "a"]]"#), r#"["10","9","a"]"#);
        assert_eq!(
            call("SORT", r#"[["b", "abcdefghz", "abcdefgha", "", "abcdefgh"]]"#),
            r#"["","abcdefgh","abcdefgha","abcdefghz","b"]"#
        );
        assert_eq!(call("SORT", r#"[[-1.5, -0.0, 0.0, 2.5, -3.5]]"#), "[-3.5,-1.5,0,0,2.5]");
        assert_eq!(call("SORT", r#"[[3, -7, 0], null, "DESC"]"#), "[3,0,-7]");
        assert_eq!(call("SORT", r#"[[3, -7, 0], " , "]"#), "[3,-7,0]");
        let rows = r#"[{"a":1,"b":"x"},{"a":1,"b":"y"},{"a":0,"b":"x"},{"b":"z"}]"#;
        assert_eq!(
            call("SORT", &format!(r#"[{rows}, "a, b DESC"]"#)),
            r#"[{"b":"z"},{"a":0,"b":"x"},{"a":1,"b":"y"},{"a":1,"b":"x"}]"#
        );
        assert_eq!(
            call("SORT", &format!(r#"[{rows}, "a", "DESC"]"#)),
            r#"[{"a":1,"b":"x"},{"a":1,"b":"y"},{"a":0,"b":"x"},{"b":"z"}]"#
        );
    }

    /// Sorting panics where what it is given is no order, so it must be one for every mixture.
    #[test]
    fn any_mixture_is_sorted() {
        let some = [
            "null",
            "true",
            "1",
            "2",
            "10",
            "9.5",
            "9007199254740993",
            "9007199254740992.0",
            "-9223372036854775808",
            "1e300",
            "-0.0",
            r#""9""#,
            r#""10""#,
            r#""1e1""#,
            r#""x""#,
            r#""""#,
            r#""2024-02-03""#,
            r#""10x""#,
            r#""nan""#,
            r#""inf""#,
            "[]",
            "[1]",
            "{}",
        ];
        let mut seed = 7_u64;
        for round in 0..300 {
            let mut many = Vec::new();
            for _ in 0..100 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                many.push(some[(seed >> 33) as usize % some.len()]);
            }
            let list = many.join(",");
            let once = call("SORT", &format!("[[{list}]]"));
            assert!(once.starts_with('['), "round {round}: {once}");
            assert_eq!(call("SORT", &format!("[{once}]")), once, "sorted again");
            let down = call("SORT", &format!(r#"[[{list}], null, "DESC"]"#));
            assert_eq!(call("SORT", &format!(r#"[{down}, null, "DESC"]"#)), down, "sorted again");
        }
    }

    #[test]
    fn integers_and_floats_are_compared_exactly() {
        let big = 9_007_199_254_740_992_i64;
        assert_eq!(int_and_float(big + 1, big as f64), Ordering::Greater);
        assert_eq!(int_and_float(big, big as f64), Ordering::Equal);
        assert_eq!(int_and_float(i64::MAX, 9.3e18), Ordering::Less);
        assert_eq!(int_and_float(i64::MIN, -9.3e18), Ordering::Greater);
        assert_eq!(int_and_float(i64::MIN, i64::MIN as f64), Ordering::Equal);
        assert_eq!(int_and_float(-2, -1.5), Ordering::Less);
        assert_eq!(int_and_float(1, 1.5), Ordering::Less);
        assert_eq!(int_and_float(5, f64::INFINITY), Ordering::Less);
        assert!(of_float(-0.0) == of_float(0.0) && of_float(-1.0) < of_float(0.5));
    }
}
