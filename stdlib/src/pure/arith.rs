//! Arithmetic of the machine and of constant folding.

use super::dates::{self, DAY_MS};
use super::numbers::{NUMBER_BYTES, text_to_number};
use super::{Env, display};
use crate::{Fault, Heap, Kind, TrapCode, Value};
use std::cmp::Ordering;

/// The sum. Where either side is a text, both are written one after the other; lists are joined;
/// a number added to a date counts days.
pub fn add(heap: &mut dyn Heap, env: &Env, a: Value, b: Value) -> Result<Value, Fault> {
    match (a.kind(), b.kind()) {
        (Kind::Int, Kind::Int) => Ok(add_ints(a.as_i64(), b.as_i64())),
        (Kind::Text, _) | (_, Kind::Text) => concat(heap, env, a, b),
        (Kind::List, _) => join_lists(heap, a, b),
        (Kind::Map, Kind::Map) => join_maps(heap, a, b),
        _ => match add_times(env, a, b) {
            Some(sum) => sum,
            None => calculate(heap, a, b, "+", |a, b| a + b, i64::checked_add),
        },
    }
}

fn add_ints(a: i64, b: i64) -> Value {
    a.checked_add(b).map_or_else(|| Value::num(a as f64 + b as f64), Value::int)
}

/// The texts of both, one after the other.
pub fn concat(heap: &mut dyn Heap, env: &Env, a: Value, b: Value) -> Result<Value, Fault> {
    let mut text = display::display(heap, a, env)?;
    let right = display::display(heap, b, env)?;
    let bytes = text.len() + right.len();
    heap.charge(bytes as u64 / 64)?;
    if bytes > heap.limits().text_bytes {
        return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
    }
    text.push_str(&right);
    heap.new_text(&text)
}

fn join_lists(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let count = heap.list(a).len() + heap.list(b).len().max(1);
    heap.charge(count as u64 / 8)?;
    heap.reserve(count * size_of::<Value>())?;
    let mut joined = heap.list(a).to_vec();
    match b.kind() {
        Kind::List => joined.extend_from_slice(heap.list(b)),
        Kind::Null => {}
        _ => joined.push(b),
    }
    heap.new_list(joined)
}

fn join_maps(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let joined = heap.new_map()?;
    for map in [a, b] {
        super::maps::copy_into(heap, map, joined)?;
    }
    Ok(joined)
}

fn add_times(env: &Env, a: Value, b: Value) -> Option<Result<Value, Fault>> {
    match (a.kind(), b.kind()) {
        (Kind::Date | Kind::Moment, Kind::Span) => Some(shift(env, a, b.as_i64())),
        (Kind::Span, Kind::Date | Kind::Moment) => Some(shift(env, b, a.as_i64())),
        (Kind::Date | Kind::Moment, Kind::Int | Kind::Num) => Some(shift_days(env, a, b)),
        (Kind::Int | Kind::Num, Kind::Date | Kind::Moment) => Some(shift_days(env, b, a)),
        (Kind::Span, Kind::Span) => Some(span(a.as_i64().checked_add(b.as_i64()))),
        _ => None,
    }
}

fn span(ms: Option<i64>) -> Result<Value, Fault> {
    ms.map(Value::span).ok_or_else(too_large)
}

fn shift_days(env: &Env, time: Value, days: Value) -> Result<Value, Fault> {
    let ms = days.number().unwrap_or(0.0) * DAY_MS as f64;
    if ms.abs() > dates::LAST_MS as f64 {
        return Err(too_large());
    }
    shift(env, time, ms as i64)
}

/// A time moved by milliseconds; a day stays a day when it is moved by whole days.
fn shift(env: &Env, time: Value, ms: i64) -> Result<Value, Fault> {
    if time.kind() == Kind::Date && ms % DAY_MS == 0 {
        return dates::in_range(Value::date(time.as_i64() + ms / DAY_MS));
    }
    let start = dates::to_ms(time, &env.zone).unwrap_or(0);
    dates::in_range(Value::moment(start.checked_add(ms).ok_or_else(too_large)?))
}

/// The difference. Of two days it is a number of days, of two moments a length of time.
pub fn sub(heap: &mut dyn Heap, env: &Env, a: Value, b: Value) -> Result<Value, Fault> {
    match (a.kind(), b.kind()) {
        (Kind::Date, Kind::Date) => Ok(Value::int(a.as_i64() - b.as_i64())),
        (Kind::Date | Kind::Moment, Kind::Date | Kind::Moment) => {
            let (a, b) = (dates::to_ms(a, &env.zone), dates::to_ms(b, &env.zone));
            span(a.zip(b).and_then(|(a, b)| a.checked_sub(b)))
        }
        (Kind::Date | Kind::Moment, Kind::Span) => {
            shift(env, a, b.as_i64().checked_neg().ok_or_else(too_large)?)
        }
        (Kind::Date | Kind::Moment, Kind::Int | Kind::Num) => {
            let back = Value::num(-b.number().unwrap_or(0.0));
            shift_days(env, a, back)
        }
        (Kind::Span, Kind::Span) => span(a.as_i64().checked_sub(b.as_i64())),
        _ => calculate(heap, a, b, "-", |a, b| a - b, i64::checked_sub),
    }
}

/// The product; a length of time may be multiplied by a number.
pub fn mul(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    match (a.kind(), b.kind()) {
        (Kind::Span, Kind::Int | Kind::Num) => scale(a, b.number().unwrap_or(0.0)),
        (Kind::Int | Kind::Num, Kind::Span) => scale(b, a.number().unwrap_or(0.0)),
        _ => calculate(heap, a, b, "*", |a, b| a * b, i64::checked_mul),
    }
}

fn scale(time: Value, factor: f64) -> Result<Value, Fault> {
    let ms = time.as_i64() as f64 * factor;
    if ms.is_finite() && ms.abs() < 9e18 { Ok(Value::span(ms as i64)) } else { Err(too_large()) }
}

/// The exact quotient: an integer where it is one, else a float.
pub fn div(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    if a.kind() == Kind::Span {
        return divide_span(a, b);
    }
    let (a, b) = operands(heap, a, b, "/")?;
    match (a.kind(), b.kind()) {
        (Kind::Int, Kind::Int) if b.as_i64() == 0 => Err(by_zero()),
        (Kind::Int, Kind::Int) if a.as_i64().checked_rem(b.as_i64()) == Some(0) => {
            Ok(Value::int(a.as_i64() / b.as_i64()))
        }
        _ => quotient(a, b, |q| q),
    }
}

fn divide_span(a: Value, b: Value) -> Result<Value, Fault> {
    let divisor =
        if b.kind() == Kind::Span { b.as_i64() as f64 } else { b.number().unwrap_or(0.0) };
    match (b.kind(), divisor == 0.0) {
        (_, true) => Err(by_zero()),
        (Kind::Span, false) => finite(a.as_i64() as f64 / divisor),
        (_, false) => scale(a, 1.0 / divisor),
    }
}

fn quotient(a: Value, b: Value, round: fn(f64) -> f64) -> Result<Value, Fault> {
    let (a, b) = (a.number().unwrap_or(0.0), b.number().unwrap_or(0.0));
    if b == 0.0 { Err(by_zero()) } else { finite(round(a / b)) }
}

/// The quotient without its fraction, towards zero.
pub fn idiv(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = operands(heap, a, b, "\\")?;
    match (a.kind(), b.kind()) {
        (Kind::Int, Kind::Int) if b.as_i64() != 0 => {
            let exact = a.as_i64().checked_div(b.as_i64()).map(Value::int);
            exact.map_or_else(|| quotient(a, b, libm::trunc), Ok)
        }
        _ => quotient(a, b, libm::trunc).map(whole),
    }
}

/// A float that is a whole number, as an integer.
pub fn whole(value: Value) -> Value {
    match value.kind() {
        Kind::Num if value.as_f64().fract() == 0.0 && value.as_f64().abs() < 9e15 => {
            Value::int(value.as_f64() as i64)
        }
        _ => value,
    }
}

/// The remainder, with the sign of the dividend.
pub fn modulo(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = operands(heap, a, b, "MOD")?;
    match (a.kind(), b.kind()) {
        (Kind::Int, Kind::Int) if b.as_i64() == 0 => Err(by_zero()),
        (Kind::Int, Kind::Int) => Ok(Value::int(a.as_i64().checked_rem(b.as_i64()).unwrap_or(0))),
        _ => {
            let (a, b) = (a.number().unwrap_or(0.0), b.number().unwrap_or(0.0));
            if b == 0.0 { Err(by_zero()) } else { finite(libm::fmod(a, b)) }
        }
    }
}

/// The power.
pub fn pow(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = operands(heap, a, b, "^")?;
    if let (Kind::Int, Kind::Int) = (a.kind(), b.kind())
        && let Ok(exponent) = u32::try_from(b.as_i64())
        && let Some(power) = a.as_i64().checked_pow(exponent)
    {
        return Ok(Value::int(power));
    }
    let (a, b) = (a.number().unwrap_or(0.0), b.number().unwrap_or(0.0));
    if a == 0.0 && b < 0.0 {
        return Err(by_zero());
    }
    let power = libm::pow(a, b);
    if power.is_nan() {
        return Err(Fault::argument("a negative number has no such power"));
    }
    finite(power)
}

/// The negative.
pub fn neg(heap: &mut dyn Heap, a: Value) -> Result<Value, Fault> {
    match a.kind() {
        Kind::Num => Ok(Value::num(-a.as_f64())),
        Kind::Span => span(a.as_i64().checked_neg()),
        _ => calculate(heap, Value::int(0), a, "-", |a, b| a - b, i64::checked_sub),
    }
}

/// The order of two values; total across kinds, see [`super::logic::order`].
pub fn compare(heap: &mut dyn Heap, a: Value, b: Value) -> Result<Ordering, Fault> {
    heap.charge(looked_at(heap, a, b) / 64)?;
    Ok(super::logic::compare(heap, a, b))
}

/// Whether two values are equal, see [`super::logic::equal`].
pub fn equal(heap: &mut dyn Heap, a: Value, b: Value) -> Result<bool, Fault> {
    heap.charge(looked_at(heap, a, b) / 64)?;
    super::logic::equal(heap, a, b)
}

/// Bytes that a comparison reads at most: of two texts the shorter one, of a text beside a number
/// or a date what could spell one.
fn looked_at(heap: &dyn Heap, a: Value, b: Value) -> u64 {
    let (left, right) = (text_bytes(heap, a), text_bytes(heap, b));
    if a.kind() == b.kind() { left.min(right) } else { left.max(right).min(NUMBER_BYTES as u64) }
}

fn text_bytes(heap: &dyn Heap, value: Value) -> u64 {
    heap.text(&value).len() as u64
}

/// The number that a value is or spells: null is 0, true is 1.
pub fn to_number(heap: &dyn Heap, value: Value) -> Option<Value> {
    match value.kind() {
        Kind::Int | Kind::Num => Some(value),
        Kind::Bool => Some(Value::int(value.as_i64())),
        Kind::Null => Some(Value::int(0)),
        Kind::Text if heap.text(&value).len() > NUMBER_BYTES => None,
        Kind::Text => {
            let text = heap.text(&value).trim();
            let int = text.parse::<i64>().ok().map(Value::int);
            int.or_else(|| text_to_number(text).map(Value::num))
        }
        _ => None,
    }
}

fn operands(heap: &dyn Heap, a: Value, b: Value, sign: &str) -> Result<(Value, Value), Fault> {
    match (to_number(heap, a), to_number(heap, b)) {
        (Some(a), Some(b)) => Ok((a, b)),
        (None, _) => Err(mismatch(heap, a, sign)),
        (_, None) => Err(mismatch(heap, b, sign)),
    }
}

fn mismatch(heap: &dyn Heap, value: Value, sign: &str) -> Fault {
    let shown: String = heap.text(&value).chars().take(40).collect();
    let what = match value.kind() {
        Kind::Text => format!("the text \"{shown}\" is not a number"),
        kind => format!("a {} is not a number", super::logic::kind_name(kind)),
    };
    Fault::new(TrapCode::TypeMismatch, format!("{what}, so {sign} cannot be applied to it"))
}

fn calculate(
    heap: &dyn Heap,
    a: Value,
    b: Value,
    sign: &str,
    floats: fn(f64, f64) -> f64,
    ints: fn(i64, i64) -> Option<i64>,
) -> Result<Value, Fault> {
    let (a, b) = operands(heap, a, b, sign)?;
    if let (Kind::Int, Kind::Int) = (a.kind(), b.kind())
        && let Some(result) = ints(a.as_i64(), b.as_i64())
    {
        return Ok(Value::int(result));
    }
    finite(floats(a.number().unwrap_or(0.0), b.number().unwrap_or(0.0)))
}

/// A result that is neither infinite nor undefined.
pub fn finite(n: f64) -> Result<Value, Fault> {
    if n.is_finite() { Ok(Value::num(n)) } else { Err(too_large()) }
}

fn too_large() -> Fault {
    Fault::new(TrapCode::Overflow, "the result is too large")
}

fn by_zero() -> Fault {
    Fault::new(TrapCode::DivisionByZero, "division by zero")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestHeap, env, shown};

    fn run(op: fn(&mut dyn Heap, Value, Value) -> Result<Value, Fault>, a: i64, b: i64) -> String {
        let mut heap = TestHeap::default();
        op(&mut heap, Value::int(a), Value::int(b))
            .map_or_else(|f| f.message, |v| shown(&mut heap, v))
    }

    #[test]
    fn integers_promote_and_divide_exactly() {
        assert_eq!(run(div, 7, 2), "3.5");
        assert_eq!(run(div, 8, 2), "4");
        assert_eq!(run(div, 8, 0), "division by zero");
        assert_eq!(run(idiv, -7, 2), "-3");
        assert_eq!(run(idiv, i64::MIN, -1), "9223372036854780000");
        assert_eq!(run(modulo, -7, 3), "-1");
        assert_eq!(run(modulo, i64::MIN, -1), "0");
        assert_eq!(run(mul, i64::MAX, 2), "18446744073709600000");
        assert_eq!(run(pow, 2, 10), "1024");
        assert_eq!(run(pow, 2, -1), "0.5");
        assert_eq!(run(pow, 10, 400), "the result is too large");
    }

    #[test]
    fn texts_concatenate_with_plus_and_convert_elsewhere() {
        let mut heap = TestHeap::default();
        let five = heap.new_text("5").expect("text");
        let sum = add(&mut heap, &env(), Value::int(1), five).expect("sum");
        assert_eq!(shown(&mut heap, sum), "15");
        let product = mul(&mut heap, Value::int(3), five).expect("product");
        assert_eq!(shown(&mut heap, product), "15");
        let word = heap.new_text("five").expect("text");
        let fault = sub(&mut heap, &env(), word, five).expect_err("not a number");
        assert_eq!(fault.code, TrapCode::TypeMismatch);
        assert!(fault.message.contains("\"five\""), "{}", fault.message);
    }

    #[test]
    fn times_move_by_days_and_spans() {
        let mut heap = TestHeap::default();
        let day = Value::date(19_000);
        let next = add(&mut heap, &env(), day, Value::int(1)).expect("next day");
        assert_eq!((next.kind(), next.as_i64()), (Kind::Date, 19_001));
        let later = add(&mut heap, &env(), day, Value::span(60_000)).expect("a minute");
        assert_eq!(later.kind(), Kind::Moment);
        let back = sub(&mut heap, &env(), later, Value::span(60_000)).expect("back");
        let gone = sub(&mut heap, &env(), later, back).expect("difference");
        assert_eq!((gone.kind(), gone.as_i64()), (Kind::Span, 60_000));
        assert!(add(&mut heap, &env(), day, Value::num(1e300)).is_err());
    }

    #[test]
    fn a_long_text_meets_its_limit() {
        let mut heap = TestHeap::default();
        heap.limits.text_bytes = 10;
        let text = heap.new_text("1234567").expect("text");
        let fault = add(&mut heap, &env(), text, text).expect_err("too long");
        assert_eq!(fault.code, TrapCode::LimitReached);
    }
}
