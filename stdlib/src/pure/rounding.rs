//! Rounding: to digits, to steps, in every usual way; and what a number is made of.

use super::numbers::round_to;
use super::{Call, arith};
use crate::{Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// Rounds to so many digits behind the point; a half goes to the even digit, so that sums of
    /// many rounded numbers do not drift (the rounding of banks, and of VB).
    ///
    /// `ROUNDEVEN(2.5)` → `2`
    /// `ROUNDEVEN(3.5)` → `4`
    /// `ROUNDEVEN(2.345, 2)` → `2.34`
    "ROUNDEVEN" also ["ROUND EVEN", "BANKERSROUND", "BANKERS ROUND", "BROUND"]
        (number: Num; digits: Int) -> Num = round_even;

    /// Rounds to so many digits behind the point, away from zero.
    ///
    /// `ROUNDUP(2.01)` → `3`
    /// `ROUNDUP(-2.341, 2)` → `-2.35`
    "ROUNDUP" also ["ROUND UP"] (number: Num; digits: Int) -> Num = round_up;

    /// Rounds to so many digits behind the point, towards zero.
    ///
    /// `ROUNDDOWN(2.99)` → `2`
    /// `ROUNDDOWN(-2.349, 2)` → `-2.34`
    "ROUNDDOWN" also ["ROUND DOWN"] (number: Num; digits: Int) -> Num = round_down;

    /// The multiple of a step that is nearest to a number.
    ///
    /// `MROUND(17, 5)` → `15`
    /// `MROUND(1.13, 0.05)` → `1.15`
    "MROUND" also ["ROUNDTO"] (number: Num, step: Num) -> Num = round_to_step;

    /// The least multiple of a step that is not below a number.
    ///
    /// `CEILTO(17, 5)` → `20`
    /// `CEILTO(2.1, 0.5)` → `2.5`
    "CEILTO" (number: Num, step: Num) -> Num = ceil_to;

    /// The greatest multiple of a step that is not above a number.
    ///
    /// `FLOORTO(17, 5)` → `15`
    /// `FLOORTO(-1, 5)` → `-5`
    "FLOORTO" (number: Num, step: Num) -> Num = floor_to;

    /// The nearest whole number; a half goes to the even one, as VB converts.
    ///
    /// `CINT(2.5)` → `2`
    /// `CINT("3.7")` → `4`
    "CINT" also ["CLNG"] (number: Num) -> Int = c_int;

    /// The fraction of a number, with its sign.
    ///
    /// `FRAC(2.25)` → `0.25`
    /// `FRAC(-2.5)` → `-0.5`
    "FRAC" also ["FRACTION"] (number: Num) -> Num = frac;

    /// A number held between two bounds.
    ///
    /// `CLAMP(15, 0, 10)` → `10`
    /// `CLAMP(-3, 0, 10)` → `0`
    /// `CLAMP(5, 0, 10)` → `5`
    "CLAMP" also ["CONSTRAIN"] (number: Num, low: Num, high: Num) -> Num = clamp;

    /// Whether a value lies between two others, both included.
    ///
    /// `ISBETWEEN(5, 1, 10)` → `true`
    /// `ISBETWEEN("2024-05-01", "2024-01-01", "2024-04-30")` → `false`
    "ISBETWEEN" also ["INRANGE"] (value: Any, low: Any, high: Any) -> Bool
    = is_between;

    /// Whether a whole number can be divided by two.
    ///
    /// `ISEVEN(4)` → `true`
    /// `ISEVEN(7)` → `false`
    "ISEVEN" also ["IS EVEN"] (number: Num) -> Bool = is_even;

    /// Whether a whole number cannot be divided by two.
    ///
    /// `ISODD(7)` → `true`
    /// `ISODD(-3)` → `true`
    "ISODD" also ["IS ODD"] (number: Num) -> Bool = is_odd;

    /// Whether a value is a whole number, or a text that spells one.
    ///
    /// `ISINTEGER(3)` → `true`
    /// `ISINTEGER("3.5")` → `false`
    "ISINTEGER" also ["IS INTEGER", "ISINT"] (value: Any) -> Bool = is_integer;

    /// The quotient of two numbers without its fraction, towards zero; as the operator `\`.
    ///
    /// `QUOTIENT(7, 2)` → `3`
    /// `QUOTIENT(-7, 2)` → `-3`
    "QUOTIENT" also ["DIV", "INTDIV"] (dividend: Num, divisor: Num) -> Num = quotient;

    /// The remainder of a division with the sign of the divisor: never negative for a positive one.
    /// MOD has the sign of the dividend.
    ///
    /// `MODULO(-7, 3)` → `2`
    /// `MOD(-7, 3)` → `-1`
    /// `MODULO(7, -3)` → `-2`
    "MODULO" also ["FLOORMOD"] (dividend: Num, divisor: Num) -> Num = modulo;
}

/// Moves the point, rounds, and moves it back. The scaled number is first brought to the digits
/// that are shown, so that 2.675 * 100 is 267.5.
pub fn rounded_by(
    call: &Call<'_>,
    index: usize,
    digits: i32,
    round: fn(f64) -> f64,
) -> Result<Value, Fault> {
    let value = arith::to_number(call.heap, call.arg(index));
    if let Some(whole) = value.filter(|value| value.kind() == Kind::Int && digits >= 0) {
        return Ok(whole);
    }
    let n = call.number(index)?;
    let scale = libm::pow(10.0, f64::from(digits.abs()));
    let scaled = if digits >= 0 { n * scale } else { n / scale };
    if !scaled.is_finite() || scaled.abs() > 4e15 {
        return arith::finite(n).map(arith::whole);
    }
    let rounded = round(shown_digits(scaled));
    arith::finite(if digits >= 0 { rounded / scale } else { rounded * scale }).map(arith::whole)
}

/// The number that the first 15 digits of a number stand for.
fn shown_digits(n: f64) -> f64 {
    format!("{n:.14e}").parse().unwrap_or(n)
}

fn digits(call: &Call<'_>) -> Result<i32, Fault> {
    Ok(call.int_or(1, 0)?.clamp(-15, 15) as i32)
}

fn round_even(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded_by(call, 0, digits(call)?, libm::rint)
}
fn round_up(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded_by(call, 0, digits(call)?, |n| if n < 0.0 { libm::floor(n) } else { libm::ceil(n) })
}
fn round_down(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded_by(call, 0, digits(call)?, libm::trunc)
}
fn c_int(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded_by(call, 0, 0, libm::rint)
}

fn by_step(call: &mut Call<'_>, round: fn(f64) -> f64) -> Result<Value, Fault> {
    let (n, step) = (call.number(0)?, call.number(1)?.abs());
    if step == 0.0 {
        return Ok(Value::int(0));
    }
    let steps = round(shown_digits(n / step));
    arith::finite(shown_digits(steps * step)).map(arith::whole)
}

fn round_to_step(call: &mut Call<'_>) -> Result<Value, Fault> {
    by_step(call, |n| round_to(n, 0))
}
fn ceil_to(call: &mut Call<'_>) -> Result<Value, Fault> {
    by_step(call, libm::ceil)
}
fn floor_to(call: &mut Call<'_>) -> Result<Value, Fault> {
    by_step(call, libm::floor)
}

fn frac(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.number(0)?;
    Ok(arith::whole(Value::num(shown_digits(n) - libm::trunc(n))))
}

fn clamp(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = |index| {
        let value = arith::to_number(call.heap, call.arg(index));
        value.ok_or_else(|| Fault::argument("CLAMP needs three numbers"))
    };
    let (n, low, high) = (number(0)?, number(1)?, number(2)?);
    let float = |value: Value| value.number().unwrap_or(0.0);
    Ok(match (float(n) < float(low), float(n) > float(high)) {
        (true, _) => low,
        (_, true) => high,
        _ => n,
    })
}

fn is_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (value, low, high) = (call.arg(0), call.arg(1), call.arg(2));
    let above = arith::compare(call.heap, value, low)?.is_ge();
    let below = arith::compare(call.heap, value, high)?.is_le();
    Ok(Value::bool(above && below && !value.is_null()))
}

/// The remainder of a whole number divided by two; none of other numbers.
fn half(call: &Call<'_>) -> Result<Option<bool>, Fault> {
    let value = arith::to_number(call.heap, call.arg(0));
    if let Some(int) = value.filter(|value| value.kind() == Kind::Int) {
        return Ok(Some(int.as_i64() % 2 != 0));
    }
    let n = call.number(0)?;
    Ok((n.fract() == 0.0).then(|| libm::fmod(n, 2.0) != 0.0))
}

fn is_even(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(half(call)? == Some(false)))
}
fn is_odd(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(half(call)? == Some(true)))
}

fn is_integer(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    if !matches!(value.kind(), Kind::Int | Kind::Num | Kind::Text) {
        return Ok(Value::FALSE);
    }
    let number = arith::to_number(call.heap, value).and_then(Value::number);
    Ok(Value::bool(number.is_some_and(|n| n.fract() == 0.0)))
}

fn quotient(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (dividend, divisor) = (call.arg(0), call.arg(1));
    arith::idiv(call.heap, dividend, divisor)
}

fn modulo(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (dividend, divisor) = (call.arg(0), call.arg(1));
    let rest = arith::modulo(call.heap, dividend, divisor)?;
    let negative = |value: Value| value.number().is_some_and(|n| n < 0.0);
    let divisor = arith::to_number(call.heap, divisor).unwrap_or(Value::int(1));
    match rest.number() != Some(0.0) && negative(rest) != negative(divisor) {
        true => arith::add(call.heap, call.env, rest, divisor),
        false => Ok(rest),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn halves_as_they_are_shown() {
        for (name, n, digits, expected) in [
            ("ROUNDEVEN", "0.125", 2, "0.12"),
            ("ROUNDEVEN", "2.675", 2, "2.68"),
            ("ROUNDEVEN", "-2.5", 0, "-2"),
            ("ROUNDEVEN", "1250", -2, "1200"),
            ("ROUNDUP", "1.1", 1, "1.1"),
            ("ROUNDUP", "0.1", -1, "10"),
            ("ROUNDDOWN", "-0.9", 0, "0"),
            ("ROUNDDOWN", "0.29", 2, "0.29"),
        ] {
            assert_eq!(call(name, &format!("[{n}, {digits}]")), expected, "{name} {n}");
        }
        assert_eq!(call("ROUNDUP", "[1e300, 2]"), "1E+300");
    }

    #[test]
    fn steps_and_parts() {
        assert_eq!(call("MROUND", "[0.15, 0.1]"), "0.2");
        assert_eq!(call("CEILTO", "[0.3, 0.1]"), "0.3");
        assert_eq!(call("FRAC", "[1.1]"), "0.1");
        assert_eq!(call("FLOORTO", "[5, 0]"), "0");
    }

    #[test]
    fn remainders_of_the_extremes() {
        assert_eq!(call("MODULO", "[-9223372036854775808, -1]"), "0");
        assert_eq!(call("MODULO", "[5.5, -2]"), "-0.5");
        assert_eq!(call("ISODD", "[2.5]"), "false");
        assert_eq!(call("ISEVEN", "[-9223372036854775808]"), "true");
    }
}
