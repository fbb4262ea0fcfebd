//! Mathematics beyond the four operations: angles, powers, whole numbers, bits, bases.

use super::{Call, arith};
use crate::{Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// The angle in radians whose sine is given.
    ///
    /// `ROUND(ASIN(1), 4)` → `1.5708`
    /// `ASIN(0)` → `0`
    "ASIN" also ["ARCSIN"] (number: Num) -> Num = asin;

    /// The angle in radians whose cosine is given.
    ///
    /// `ACOS(1)` → `0`
    /// `ROUND(ACOS(0), 4)` → `1.5708`
    "ACOS" also ["ARCCOS"] (number: Num) -> Num = acos;

    /// The angle in radians of the point x, y, from the x axis; y comes first.
    ///
    /// `ROUND(ATAN2(1, 1), 4)` → `0.7854`
    /// `ATAN2(0, 1)` → `0`
    "ATAN2" also ["ATN2"] (y: Num, x: Num) -> Num = atan2;

    /// The hyperbolic sine.
    ///
    /// `SINH(0)` → `0`
    /// `ROUND(SINH(1), 4)` → `1.1752`
    "SINH" (number: Num) -> Num = sinh;

    /// The hyperbolic cosine.
    ///
    /// `COSH(0)` → `1`
    /// `ROUND(COSH(1), 4)` → `1.5431`
    "COSH" (number: Num) -> Num = cosh;

    /// The hyperbolic tangent.
    ///
    /// `TANH(0)` → `0`
    /// `ROUND(TANH(1), 4)` → `0.7616`
    "TANH" (number: Num) -> Num = tanh;

    /// An angle in radians as degrees.
    ///
    /// `DEGREES(PI())` → `180`
    /// `DEGREES(0)` → `0`
    "DEGREES" also ["RADTODEG"] (radians: Num) -> Num = degrees;

    /// An angle in degrees as radians.
    ///
    /// `ROUND(RADIANS(180), 4)` → `3.1416`
    /// `SIN(RADIANS(90))` → `1`
    "RADIANS" also ["DEGTORAD"] (degrees: Num) -> Num = radians;

    /// The logarithm to the base 2.
    ///
    /// `LOG2(8)` → `3`
    /// `LOG2(0.5)` → `-1`
    "LOG2" (number: Num) -> Num = log2;

    /// The cube root.
    ///
    /// `CBRT(27)` → `3`
    /// `CBRT(-8)` → `-2`
    "CBRT" also ["CUBEROOT"] (number: Num) -> Num = cbrt;

    /// The length of the diagonal: the root of the sum of the squares.
    ///
    /// `HYPOT(3, 4)` → `5`
    /// `HYPOT(1, 2, 2)` → `3`
    "HYPOT" (x: Num, y: Num; z: Num) -> Num = hypot;

    /// The greatest number that divides all of several whole numbers, or of a list of them.
    ///
    /// `GCD(12, 18)` → `6`
    /// `GCD([8, 12, 20])` → `4`
    "GCD" (numbers: Any) more others -> Num = gcd;

    /// The least number that all of several whole numbers divide.
    ///
    /// `LCM(4, 6)` → `12`
    /// `LCM([2, 3, 4])` → `12`
    "LCM" (numbers: Any) more others -> Num = lcm;

    /// The product of the whole numbers from 1 to a number.
    ///
    /// `FACTORIAL(5)` → `120`
    /// `FACTORIAL(0)` → `1`
    "FACTORIAL" also ["FACT"] (number: Int) -> Num = factorial;

    /// How many ways there are to choose so many of so many things, in any order.
    ///
    /// `COMBIN(49, 6)` → `13983816`
    /// `COMBIN(5, 0)` → `1`
    "COMBIN" also ["COMBINATIONS", "BINOMIAL"] (things: Int, chosen: Int) -> Num = combinations;

    /// How many ways there are to choose so many of so many things, where the order counts.
    ///
    /// `PERMUT(5, 2)` → `20`
    /// `PERMUT(3, 3)` → `6`
    "PERMUT" also ["PERMUTATIONS"] (things: Int, chosen: Int) -> Num = permutations;

    /// Whether a whole number has no divisor but 1 and itself.
    ///
    /// `ISPRIME(97)` → `true`
    /// `ISPRIME(91)` → `false`
    "ISPRIME" also ["IS PRIME"] (number: Int) -> Bool = is_prime;

    /// The bits that two whole numbers have in common.
    ///
    /// `BITAND(12, 10)` → `8`
    /// `BITAND(255, 15)` → `15`
    "BITAND" (number: Int, other: Int) -> Int = bit_and;

    /// The bits that one of two whole numbers has.
    ///
    /// `BITOR(12, 10)` → `14`
    /// `BITOR(1, 2)` → `3`
    "BITOR" (number: Int, other: Int) -> Int = bit_or;

    /// The bits that exactly one of two whole numbers has.
    ///
    /// `BITXOR(12, 10)` → `6`
    /// `BITXOR(5, 5)` → `0`
    "BITXOR" (number: Int, other: Int) -> Int = bit_xor;

    /// A whole number with all 64 bits the other way round.
    ///
    /// `BITNOT(0)` → `-1`
    /// `BITNOT(5)` → `-6`
    "BITNOT" (number: Int) -> Int = bit_not;

    /// A whole number with its bits moved up; those beyond 64 are lost.
    ///
    /// `SHL(1, 4)` → `16`
    /// `SHL(1, 64)` → `0`
    "SHL" also ["BITSHIFTLEFT", "LSHIFT"] (number: Int, by: Int) -> Int = shift_left;

    /// A whole number with its bits moved down; the sign stays.
    ///
    /// `SHR(16, 4)` → `1`
    /// `SHR(-8, 1)` → `-4`
    "SHR" also ["BITSHIFTRIGHT", "RSHIFT"] (number: Int, by: Int) -> Int = shift_right;

    /// How many bits of a whole number are set.
    ///
    /// `BITCOUNT(255)` → `8`
    /// `BITCOUNT(-1)` → `64`
    "BITCOUNT" also ["POPCOUNT"] (number: Int) -> Int = bit_count;

    /// Whether a bit of a whole number is set; the lowest is 0.
    ///
    /// `TESTBIT(5, 2)` → `true`
    /// `TESTBIT(5, 1)` → `false`
    "TESTBIT" also ["BITTEST", "GETBIT"] (number: Int, bit: Int) -> Bool = test_bit;

    /// A whole number with a bit set, or cleared where the third argument is FALSE.
    ///
    /// `SETBIT(5, 1)` → `7`
    /// `SETBIT(5, 0, FALSE)` → `4`
    "SETBIT" also ["BITSET"] (number: Int, bit: Int; on: Bool) -> Int = set_bit;

    /// A whole number in hexadecimal, with so many digits at least. A negative one is written with
    /// all its 64 bits.
    ///
    /// `HEX(255)` → `FF`
    /// `HEX(10, 4)` → `000A`
    /// `HEX(-1)` → `FFFFFFFFFFFFFFFF`
    "HEX" also ["DECTOHEX", "DEC2HEX"] (number: Int; digits: Int) -> Text = hex;

    /// A whole number in octal, with so many digits at least.
    ///
    /// `OCT(8)` → `10`
    /// `OCT(8, 4)` → `0010`
    "OCT" also ["DECTOOCT", "DEC2OCT"] (number: Int; digits: Int) -> Text = oct;

    /// A whole number in binary, with so many digits at least.
    ///
    /// `BIN(5)` → `101`
    /// `BIN(5, 8)` → `00000101`
    "BIN" also ["DECTOBIN", "DEC2BIN"] (number: Int; digits: Int) -> Text = bin;

    /// A whole number written in a base from 2 to 36, with so many digits at least.
    ///
    /// `TOBASE(255, 16)` → `FF`
    /// `TOBASE(-35, 36)` → `-Z`
    "TOBASE" also ["BASE"] (number: Int, base: Int; digits: Int) -> Text = to_base;

    /// The whole number that a text spells in a base from 2 to 36; blanks and `_` between digits
    /// do not count.
    ///
    /// `FROMBASE("FF", 16)` → `255`
    /// `FROMBASE("-z", 36)` → `-35`
    "FROMBASE" also ["PARSEBASE"] (text: Text, base: Int) -> Int = from_base;

    /// The whole number that a text spells in hexadecimal, with or without `0x`, `&H` or `#`.
    ///
    /// `HEXTODEC("FF")` → `255`
    /// `HEXTODEC("0x1F")` → `31`
    "HEXTODEC" also ["HEX2DEC", "FROMHEX"] (text: Text) -> Int = hex_to_dec;

    /// The whole number that a text spells in octal, with or without `0o` or `&O`.
    ///
    /// `OCTTODEC("17")` → `15`
    /// `OCTTODEC("0o20")` → `16`
    "OCTTODEC" also ["OCT2DEC"] (text: Text) -> Int = oct_to_dec;

    /// The whole number that a text spells in binary, with or without `0b` or `&B`.
    ///
    /// `BINTODEC("101")` → `5`
    /// `BINTODEC("0b11")` → `3`
    "BINTODEC" also ["BIN2DEC", "FROMBINARY"] (text: Text) -> Int = bin_to_dec;

    /// A whole number from 1 to 3999 in Roman numerals.
    ///
    /// `ROMAN(2024)` → `MMXXIV`
    /// `ROMAN(9)` → `IX`
    "ROMAN" also ["TOROMAN"] (number: Int) -> Text = roman;
}

/// Applies a function of floats; outside its range it is a fault.
fn with(call: &Call<'_>, function: fn(f64) -> f64) -> Result<Value, Fault> {
    let n = function(call.number(0)?);
    if n.is_nan() {
        return Err(Fault::argument("the number is outside the range of this function"));
    }
    arith::finite(n).map(arith::whole)
}

fn asin(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::asin)
}
fn acos(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::acos)
}
fn atan2(call: &mut Call<'_>) -> Result<Value, Fault> {
    arith::finite(libm::atan2(call.number(0)?, call.number(1)?)).map(arith::whole)
}
fn sinh(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::sinh)
}
fn cosh(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::cosh)
}
fn tanh(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::tanh)
}
fn degrees(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, f64::to_degrees)
}
fn radians(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, f64::to_radians)
}
fn log2(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.number(0)? <= 0.0 {
        return Err(Fault::argument("only a number above 0 has a logarithm"));
    }
    with(call, libm::log2)
}
fn cbrt(call: &mut Call<'_>) -> Result<Value, Fault> {
    with(call, libm::cbrt)
}
fn hypot(call: &mut Call<'_>) -> Result<Value, Fault> {
    let z = if call.arg(2).is_null() { 0.0 } else { call.number(2)? };
    let diagonal = libm::hypot(libm::hypot(call.number(0)?, call.number(1)?), z);
    arith::finite(diagonal).map(arith::whole)
}

/// The whole numbers among the values of a call.
fn whole_numbers(call: &mut Call<'_>) -> Result<Vec<i64>, Fault> {
    let values = call.values()?;
    call.heap.charge(values.len() as u64 * 8)?;
    let heap = &*call.heap;
    let whole = |value: Value| match arith::to_number(heap, value).map(arith::whole) {
        Some(number) if number.kind() == Kind::Int => Ok(number.as_i64()),
        _ => Err(Fault::argument("only whole numbers have common divisors and multiples")),
    };
    values.into_iter().map(whole).collect()
}

fn divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A number that may be too large for an integer.
fn wide(n: u128) -> Value {
    i64::try_from(n).map_or_else(|_| Value::num(n as f64), Value::int)
}

fn gcd(call: &mut Call<'_>) -> Result<Value, Fault> {
    let numbers = whole_numbers(call)?;
    let common = numbers.into_iter().fold(0, |common, n| divisor(common, n.unsigned_abs()));
    Ok(wide(common.into()))
}

fn lcm(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut multiple = 1u128;
    for n in whole_numbers(call)? {
        let n = n.unsigned_abs();
        if n == 0 {
            return Ok(Value::int(0));
        }
        let rest = u64::try_from(multiple % u128::from(n)).unwrap_or(0);
        let common = u128::from(divisor(n, rest));
        let larger = (multiple / common).checked_mul(u128::from(n));
        multiple = larger.ok_or_else(|| {
            Fault::new(crate::TrapCode::Overflow, "the least common multiple is too large")
        })?;
    }
    Ok(wide(multiple))
}

/// The product of the numbers from `low` to `high`, which holds at most so many factors as a float
/// can hold products of.
fn product(low: i64, high: i64) -> Result<Value, Fault> {
    let mut exact = Some(1i64);
    let mut float = 1.0;
    for n in low..=high {
        exact = exact.and_then(|product| product.checked_mul(n));
        float *= n as f64;
        if !f64::is_finite(float) {
            break;
        }
    }
    exact.map_or_else(|| arith::finite(float), |exact| Ok(Value::int(exact)))
}

fn factorial(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.heap.charge(200)?;
    match call.int(0)? {
        n if n < 0 => Err(Fault::argument("a negative number has no factorial")),
        n => product(1, n),
    }
}

/// How many things there are and how many are chosen.
fn choice(call: &Call<'_>) -> Result<(i64, i64), Fault> {
    match (call.int(0)?, call.int(1)?) {
        (things, chosen) if things < 0 || chosen < 0 => {
            Err(Fault::argument("there cannot be fewer than 0 things"))
        }
        pair => Ok(pair),
    }
}

fn permutations(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (things, chosen) = choice(call)?;
    call.heap.charge(1_000)?;
    if chosen > things {
        return Ok(Value::int(0));
    }
    product(things - chosen + 1, things)
}

fn combinations(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (things, chosen) = choice(call)?;
    if chosen > things {
        return Ok(Value::int(0));
    }
    let chosen = chosen.min(things - chosen);
    call.heap.charge(1_000 + chosen as u64)?;
    let (mut exact, mut float) = (Some(1u128), 1.0);
    for n in 1..=chosen {
        let factor = things - chosen + n;
        exact = exact.and_then(|ways| Some(ways.checked_mul(factor as u128)? / n as u128));
        float *= factor as f64 / n as f64;
        if !f64::is_finite(float) {
            break;
        }
    }
    exact.map_or_else(|| arith::finite(float), |ways| Ok(wide(ways)))
}

/// Miller and Rabin's test; with these bases it is exact for all numbers of 64 bits (Sorenson and
/// Webster 2015).
fn is_prime(call: &mut Call<'_>) -> Result<Value, Fault> {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    call.heap.charge(4_000)?;
    let Ok(n) = u64::try_from(call.int(0)?) else { return Ok(Value::FALSE) };
    if n < 2 || BASES.iter().any(|p| n.is_multiple_of(*p)) {
        return Ok(Value::bool(BASES.contains(&n)));
    }
    let twos = (n - 1).trailing_zeros();
    let odd = (n - 1) >> twos;
    let witness = |base: &u64| {
        let mut x = power_mod(*base, odd, n);
        let mut composite = x != 1 && x != n - 1;
        for _ in 1..twos {
            x = (u128::from(x) * u128::from(x) % u128::from(n)) as u64;
            composite &= x != n - 1;
        }
        composite
    };
    Ok(Value::bool(!BASES.iter().any(witness)))
}

fn power_mod(base: u64, exponent: u64, modulus: u64) -> u64 {
    let wide = u128::from(modulus);
    let (mut power, mut square, mut exponent) = (1u128, u128::from(base) % wide, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * square % wide;
        }
        square = square * square % wide;
        exponent >>= 1;
    }
    power as u64
}

fn bit_and(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)? & call.int(1)?))
}
fn bit_or(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)? | call.int(1)?))
}
fn bit_xor(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)? ^ call.int(1)?))
}
fn bit_not(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(!call.int(0)?))
}

/// By how many bits to move; a negative number is refused.
fn moved_by(call: &Call<'_>) -> Result<u32, Fault> {
    let by = u32::try_from(call.int(1)?.min(64));
    by.map_err(|_| Fault::argument("bits cannot be moved by a negative number"))
}

fn shift_left(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)?.checked_shl(moved_by(call)?).unwrap_or(0)))
}
fn shift_right(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)? >> moved_by(call)?.min(63)))
}
fn bit_count(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.int(0)?.count_ones().into()))
}

/// The mask of a bit.
fn mask(call: &Call<'_>) -> Result<i64, Fault> {
    match call.int(1)? {
        bit @ 0..=63 => Ok(1i64 << bit),
        _ => Err(Fault::argument("a whole number has the bits 0 to 63")),
    }
}

fn test_bit(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(call.int(0)? & mask(call)? != 0))
}
fn set_bit(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (number, mask) = (call.int(0)?, mask(call)?);
    Ok(Value::int(if call.flag_or(2, true) { number | mask } else { number & !mask }))
}

/// Answers digits, with zeros before them up to a number of them.
fn padded(call: &mut Call<'_>, index: usize, sign: &str, digits: &str) -> Result<Value, Fault> {
    let least = call.int_or(index, 0)?.clamp(0, 64) as usize;
    call.give(&format!("{sign}{digits:0>least$}"))
}

fn hex(call: &mut Call<'_>) -> Result<Value, Fault> {
    let digits = format!("{:X}", call.int(0)?);
    padded(call, 1, "", &digits)
}
fn oct(call: &mut Call<'_>) -> Result<Value, Fault> {
    let digits = format!("{:o}", call.int(0)?);
    padded(call, 1, "", &digits)
}
fn bin(call: &mut Call<'_>) -> Result<Value, Fault> {
    let digits = format!("{:b}", call.int(0)?);
    padded(call, 1, "", &digits)
}

fn radix(call: &Call<'_>) -> Result<u32, Fault> {
    match call.int(1)? {
        base @ 2..=36 => Ok(base as u32),
        _ => Err(Fault::argument("a base must be between 2 and 36")),
    }
}

fn to_base(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (number, base) = (call.int(0)?, radix(call)?);
    let (mut rest, mut digits) = (number.unsigned_abs(), Vec::new());
    while rest > 0 || digits.is_empty() {
        let digit = (rest % u64::from(base)) as u32;
        digits.push(char::from_digit(digit, base).unwrap_or('0').to_ascii_uppercase());
        rest /= u64::from(base);
    }
    let digits: String = digits.into_iter().rev().collect();
    padded(call, 2, if number < 0 { "-" } else { "" }, &digits)
}

/// The number that digits spell. All 64 bits may be given, as HEX writes a negative number.
fn spelled(text: &str, base: u32) -> Result<Value, Fault> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    let number = u64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with('+'));
    let number = number.map(|number| match negative {
        true => (number as i64).wrapping_neg(),
        false => number as i64,
    });
    number.map(Value::int).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Fault::argument(format!("\"{shown}\" is not a number in the base {base}"))
    })
}

fn from_base(call: &mut Call<'_>) -> Result<Value, Fault> {
    let base = radix(call)?;
    let text = call.text(0)?;
    spelled(&text, base)
}

/// The same with a mark before it.
fn marked(call: &mut Call<'_>, marks: &[&str], base: u32) -> Result<Value, Fault> {
    let text = call.text(0)?.trim().to_ascii_lowercase();
    let digits = marks.iter().find_map(|mark| text.strip_prefix(mark));
    spelled(digits.unwrap_or(&text), base)
}

fn hex_to_dec(call: &mut Call<'_>) -> Result<Value, Fault> {
    marked(call, &["0x", "&h", "#"], 16)
}
fn oct_to_dec(call: &mut Call<'_>) -> Result<Value, Fault> {
    marked(call, &["0o", "&o"], 8)
}
fn bin_to_dec(call: &mut Call<'_>) -> Result<Value, Fault> {
    marked(call, &["0b", "&b"], 2)
}

fn roman(call: &mut Call<'_>) -> Result<Value, Fault> {
    const LETTERS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = call.int(0)?;
    if !(1..=3999).contains(&rest) {
        return Err(Fault::argument("Roman numerals go from 1 to 3999"));
    }
    let mut out = String::new();
    for (value, letters) in LETTERS {
        while rest >= value {
            out.push_str(letters);
            rest -= value;
        }
    }
    call.give(&out)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn primes_of_every_size() {
        for (n, prime) in [
            ("0", "false"),
            ("1", "false"),
            ("2", "true"),
            ("37", "true"),
            ("561", "false"),
            ("3215031751", "false"),
            ("9223372036854775783", "true"),
            ("9223372036854775807", "false"),
            ("-7", "false"),
        ] {
            assert_eq!(call("ISPRIME", &format!("[{n}]")), prime, "{n}");
        }
    }

    #[test]
    fn products_of_many_factors_end() {
        assert_eq!(call("FACTORIAL", "[20]"), "2432902008176640000");
        assert_eq!(call("FACTORIAL", "[9000000000000000000]"), "the result is too large");
        assert_eq!(call("COMBIN", "[64, 32]"), "1832624140942590534");
        assert_eq!(call("COMBIN", "[3, 5]"), "0");
        assert!(call("COMBIN", "[9000000000000000000, 4000000000000000000]").contains("fuel"));
        assert_eq!(call("PERMUT", "[1000000000, 500000000]"), "the result is too large");
    }

    #[test]
    fn bases_go_there_and_back() {
        assert_eq!(call("HEXTODEC", r#"["FFFFFFFFFFFFFFFF"]"#), "-1");
        assert_eq!(call("TOBASE", "[-9223372036854775808, 2]").len(), 65);
        assert_eq!(call("FROMBASE", r#"["ff ff", 16]"#), "65535");
        for bad in [r#"["", 10]"#, r#"["--1", 10]"#, r#"["+1", 10]"#, r#"["9", 8]"#] {
            assert!(call("FROMBASE", bad).contains("is not a number"), "{bad}");
        }
    }

    #[test]
    fn multiples_meet_their_end() {
        assert_eq!(call("GCD", "[0, 0]"), "0");
        assert_eq!(
            call("LCM", "[9223372036854775807, 9223372036854775806, 9223372036854775805]"),
            "the least common multiple is too large"
        );
        assert_eq!(call("GCD", "[-9223372036854775808, 6]"), "2");
        assert!(call("GCD", "[1.5]").contains("whole numbers"));
    }
}
