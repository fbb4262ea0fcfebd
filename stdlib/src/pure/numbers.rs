//! Number functions. The mathematics is that of one library, so that every machine agrees.

use super::{Call, arith};
use crate::{Data, Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// The whole number not above.
    ///
    /// `INT(-2.5)` → `-3`
    /// `FLOOR(2.9)` → `2`
    "INT" also ["FLOOR"] (number: Num) -> Int = floor;

    /// The number without its fraction.
    ///
    /// `FIX(-2.5)` → `-2`
    /// `TRUNC(2.9)` → `2`
    "FIX" also ["TRUNC"] (number: Num) -> Int = fix;

    /// The whole number not below.
    ///
    /// `CEIL(2.1)` → `3`
    /// `CEIL(-2.9)` → `-2`
    "CEIL" also ["CEILING"] (number: Num) -> Int = ceil;

    /// The number without its sign.
    ///
    /// `ABS(-3)` → `3`
    /// `ABS("-2.5")` → `2.5`
    "ABS" (number: Num) -> Num = abs;

    /// 1, 0 or -1, by the sign.
    ///
    /// `SGN(-8)` → `-1`
    /// `SGN(0)` → `0`
    "SGN" also ["SIGN"] (number: Num) -> Int = sgn;

    /// Rounds to so many digits behind the point, halves away from zero. ROUNDEVEN sends halves to
    /// the even digit.
    ///
    /// `ROUND(2.345, 2)` → `2.35`
    /// `ROUND(-2.5)` → `-3`
    /// `ROUND(1234, -2)` → `1200`
    "ROUND" (number: Num; digits: Int) -> Num = round;

    /// A number as classic BASIC prints it: a minus or a blank, then digits without a zero before
    /// the point.
    ///
    /// `NUMERAL(0.5)` → ` .5`
    "NUMERAL" (number: Num) -> Text = numeral;

    /// The square root.
    ///
    /// `SQR(9)` → `3`
    /// `SQRT(2.25)` → `1.5`
    "SQR" also ["SQRT"] (number: Num) -> Num = sqr;

    /// The natural logarithm, or the logarithm to a base.
    ///
    /// `LOG(8, 2)` → `3`
    /// `LOG(1)` → `0`
    "LOG" also ["LN"] (number: Num; base: Num) -> Num = log;

    /// The logarithm to the base 10.
    ///
    /// `LOG10(1000)` → `3`
    /// `LOG10(0.01)` → `-2`
    "LOG10" (number: Num) -> Num = log10;

    /// e to the power of a number.
    ///
    /// `EXP(0)` → `1`
    /// `ROUND(EXP(1), 4)` → `2.7183`
    "EXP" (number: Num) -> Num = exp;

    /// The sine of an angle in radians.
    ///
    /// `SIN(0)` → `0`
    /// `ROUND(SIN(PI() / 2), 4)` → `1`
    "SIN" (angle: Num) -> Num = sin;

    /// The cosine of an angle in radians.
    ///
    /// `COS(0)` → `1`
    /// `ROUND(COS(PI()), 4)` → `-1`
    "COS" (angle: Num) -> Num = cos;

    /// The tangent of an angle in radians.
    ///
    /// `TAN(0)` → `0`
    /// `ROUND(TAN(PI() / 4), 4)` → `1`
    "TAN" (angle: Num) -> Num = tan;

    /// The angle in radians whose tangent is given.
    ///
    /// `ATN(0)` → `0`
    /// `ROUND(ATN(1) * 4, 4)` → `3.1416`
    "ATN" also ["ATAN"] (number: Num) -> Num = atn;

    /// The ratio of a circle to its diameter.
    ///
    /// `ROUND(PI(), 4)` → `3.1416`
    /// `ROUND(COS(PI()))` → `-1`
    "PI" () -> Num = pi;

    /// A number to the power of another.
    ///
    /// `POW(2, 8)` → `256`
    /// `POW(9, 0.5)` → `3`
    "POW" also ["POWER"] (base: Num, exponent: Num) -> Num = pow;

    /// The remainder of a division, with the sign of the dividend. MODULO has that of the divisor.
    ///
    /// `MOD(7, 3)` → `1`
    /// `MOD(-7, 3)` → `-1`
    "MOD" (dividend: Num, divisor: Num) -> Num = modulo;

    /// The number that a text begins with or spells; 0 where there is none. `&H`, `&O` and `&B`
    /// begin hexadecimal, octal and binary ones.
    ///
    /// `VAL("12.5 kg")` → `12.5`
    /// `VAL("&HFF")` → `255`
    /// `VAL("none")` → `0`
    "VAL" also ["TO NUMBER", "CDBL", "CSNG", "CDEC", "PARSEFLOAT", "PARSEINT", "NUMBER"] (text: Any)
        -> Num = val;

    /// The whole number that a text begins with or spells.
    ///
    /// `TOINT("12.9")` → `12`
    /// `TOINT("7 days")` → `7`
    "TOINT" also ["TO INTEGER"] (text: Any) -> Int = to_int;

    /// A random float from 0 up to but not 1; with two bounds, a random whole number between them.
    ///
    /// `RANDOM(4, 4)` → `4`
    /// `RANDOM(1, 6) <= 6` → `true`
    "RANDOM" also ["RAND"] (; low: Num, high: Num) -> Num = random;

    /// A random float from 0 up to but not 1.
    ///
    /// `RND() < 1` → `true`
    /// `RND() >= 0` → `true`
    "RND" (; unused: Num) -> Num = rnd;
}

/// The number that `data` is or spells.
pub fn data_to_number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(i) => Some(*i as f64),
        Data::Num(n) => Some(*n),
        Data::Bool(b) => Some(f64::from(u8::from(*b))),
        Data::Text(text) => text_to_number(text),
        _ => None,
    }
}

/// The longest text that can spell a number, in bytes, blanks around it included: what compares a
/// text with a number looks no further.
pub const NUMBER_BYTES: usize = 1_000;

/// The number that a whole text spells, blanks around it aside. Words such as `inf` spell none.
pub fn text_to_number(text: &str) -> Option<f64> {
    if text.len() > NUMBER_BYTES {
        return None;
    }
    let text = text.trim();
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let plausible = text.bytes().all(numeric) && text.bytes().any(|b| b.is_ascii_digit());
    plausible.then(|| text.parse().ok()).flatten().filter(|n: &f64| n.is_finite())
}

/// The number that a text begins with.
pub fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let (mut end, mut point) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => end = at + 1,
            '+' | '-' if at == 0 => {}
            '.' if !point => point = true,
            _ => break,
        }
    }
    text.get(..end).and_then(text_to_number).unwrap_or(0.0)
}

impl Call<'_> {
    /// The argument as a number; a text that spells one is one.
    pub fn number(&self, index: usize) -> Result<f64, Fault> {
        let number = arith::to_number(self.heap, self.arg(index)).and_then(Value::number);
        number.ok_or_else(|| {
            let kind = super::logic::kind_name(self.arg(index).kind());
            Fault::argument(format!("argument {} must be a number, not a {kind}", index + 1))
        })
    }
    /// The argument as a whole number, its fraction dropped.
    pub fn int(&self, index: usize) -> Result<i64, Fault> {
        match arith::to_number(self.heap, self.arg(index)) {
            Some(number) if number.kind() == Kind::Int => Ok(number.as_i64()),
            _ => Ok(self.number(index)? as i64),
        }
    }
    /// The same with a value for an argument that was left out.
    pub fn int_or(&self, index: usize, default: i64) -> Result<i64, Fault> {
        if self.arg(index).is_null() { Ok(default) } else { self.int(index) }
    }
}

/// Applies a function of floats; a whole argument stays as it is where the function rounds.
fn rounded(call: &Call<'_>, round: fn(f64) -> f64) -> Result<Value, Fault> {
    match arith::to_number(call.heap, call.arg(0)) {
        Some(value) if value.kind() == Kind::Int => Ok(value),
        _ => arith::finite(round(call.number(0)?)).map(arith::whole),
    }
}

fn with(call: &Call<'_>, function: fn(f64) -> f64) -> Result<Value, Fault> {
    let n = function(call.number(0)?);
    if n.is_nan() {
        return Err(Fault::argument("the number is outside the range of this function"));
    }
    arith::finite(n).map(|v| if v.as_f64() == 0.0 { Value::int(0) } else { v })
}

fn floor(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded(call, libm::floor)
}
fn fix(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded(call, libm::trunc)
}
fn ceil(call: &mut Call<'_>) -> Result<Value, Fault> {
    rounded(call, libm::ceil)
}
fn abs(call: &mut Call<'_>) -> Result<Value, Fault> {
    match arith::to_number(call.heap, call.arg(0)) {
        Some(v) if v.kind() == Kind::Int && v.as_i64() != i64::MIN => {
            Ok(Value::int(v.as_i64().abs()))
        }
        _ => with(call, libm::fabs),
    }
}
fn sgn(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.number(0)?;
    Ok(Value::int(i64::from(n > 0.0) - i64::from(n < 0.0)))
}

fn round(call: &mut Call<'_>) -> Result<Value, Fault> {
    let digits = call.int_or(1, 0)?.clamp(-15, 15);
    let n = round_to(call.number(0)?, digits as i32);
    arith::finite(n).map(arith::whole)
}

/// Rounds as people do: by the digits that are shown, so that 2.345 is 2.35.
pub fn round_to(n: f64, digits: i32) -> f64 {
    let scale = libm::pow(10.0, f64::from(digits.abs()));
    let scaled = if digits >= 0 { n * scale } else { n / scale };
    if !scaled.is_finite() || scaled.abs() > 4e15 {
        return n;
    }
    let nudged = scaled + scaled.signum() * scaled.abs() * 4e-16;
    let whole = libm::round(nudged);
    if digits >= 0 { whole / scale } else { whole * scale }
}

fn numeral(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = super::display::number_text(call.number(0)?);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => (" ", text.as_str()),
    };
    let digits = match digits.strip_prefix("0.") {
        Some(_) => digits.get(1..).unwrap_or(digits),
        None => digits,
    };
    call.give(&format!("{sign}{digits}"))
}

fn sqr(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::sqrt).map(arith::whole)
}
fn log(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (n, base) = (call.number(0)?, call.arg(1));
    if n <= 0.0 {
        return Err(Fault::argument("only a number above 0 has a logarithm"));
    }
    if base.is_null() {
        return with(call, libm::log);
    }
    arith::finite(libm::log2(n) / libm::log2(call.number(1)?)).map(arith::whole)
}
fn log10(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.number(0)? <= 0.0 {
        return Err(Fault::argument("only a number above 0 has a logarithm"));
    }
    with(call, libm::log10).map(arith::whole)
}
fn exp(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::exp)
}
fn sin(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::sin)
}
fn cos(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::cos)
}
fn tan(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::tan)
}
fn atn(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::atan)
}
fn pi(_: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::num(std::f64::consts::PI))
}
fn pow(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (base, exponent) = (call.arg(0), call.arg(1));
    arith::pow(call.heap, base, exponent)
}
fn modulo(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (dividend, divisor) = (call.arg(0), call.arg(1));
    arith::modulo(call.heap, dividend, divisor)
}

fn val(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    if let Some(number) = arith::to_number(call.heap, value) {
        return Ok(number);
    }
    let text = call.heap.text(&value).trim_start();
    if let Some(number) = based_number(text) {
        return Ok(Value::int(number));
    }
    Ok(arith::whole(Value::num(leading_number(text))))
}

/// The number after `&H`, `&O` or `&B` with which a text begins.
fn based_number(text: &str) -> Option<i64> {
    let base = match text.get(..2)?.to_ascii_uppercase().as_str() {
        "&H" | "0X" => 16,
        "&O" => 8,
        "&B" => 2,
        _ => return None,
    };
    let digits = text.get(2..)?;
    let end = digits.find(|c: char| !c.is_digit(base)).unwrap_or(digits.len());
    u64::from_str_radix(digits.get(..end)?, base).ok().map(|number| number as i64)
}

fn to_int(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = val(call)?;
    Ok(arith::whole(Value::num(libm::trunc(value.number().unwrap_or(0.0)))))
}

fn random(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).is_null() {
        return rnd(call);
    }
    let (low, high) = match call.arg(1).is_null() {
        true => (0, call.int(0)?),
        false => (call.int(0)?, call.int(1)?),
    };
    Ok(Value::int(between(low, high, call.env.next_u64())))
}

/// A whole number between two bounds, both included, from 64 random bits.
fn between(low: i64, high: i64, bits: u64) -> i64 {
    let (low, high) = (low.min(high), low.max(high));
    let count = (high as i128 - low as i128 + 1) as u128;
    let step = (u128::from(bits) * count) >> 64;
    (low as i128 + step as i128) as i64
}

fn rnd(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::num(call.env.next_unit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn rounding() {
        assert_eq!(call("INT", "[-2.5]"), "-3");
        assert_eq!(call("FIX", "[-2.5]"), "-2");
        assert_eq!(call("ROUND", "[2.345, 2]"), "2.35");
        assert_eq!(call("ROUND", "[1.005, 2]"), "1.01");
        assert_eq!(call("ROUND", "[-2.5]"), "-3");
        assert_eq!(call("ROUND", "[1234, -2]"), "1200");
        assert_eq!(call("ABS", r#"["-3.5"]"#), "3.5");
    }

    #[test]
    fn spelled_numbers() {
        assert_eq!(text_to_number(" 1e3 "), Some(1000.0));
        assert_eq!(text_to_number(&"0".repeat(NUMBER_BYTES)), Some(0.0));
        assert_eq!(text_to_number(&"0".repeat(NUMBER_BYTES + 1)), None);
        for none in ["", "inf", "NaN", "12 kg", "-", "0x10", "1e999"] {
            assert_eq!(text_to_number(none), None, "{none}");
        }
        assert_eq!(call("VAL", r#"["12.5.3"]"#), "12.5");
        assert_eq!(call("VAL", r#"["abc"]"#), "0");
    }

    #[test]
    fn random_numbers_stay_inside_their_bounds() {
        for bits in [0, 1, u64::MAX / 2, u64::MAX] {
            assert!((1..=6).contains(&between(6, 1, bits)));
            between(i64::MIN, i64::MAX, bits);
        }
        assert_eq!(between(1, 6, u64::MAX), 6);
    }

    #[test]
    fn what_has_no_answer_is_a_fault() {
        assert!(call("SQR", "[-1]").contains("range"));
        assert!(call("LOG", "[0]").contains("logarithm"));
        assert!(call("ABS", r#"["x"]"#).contains("number"));
    }
}
