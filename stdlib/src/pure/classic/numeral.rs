//! Numbers as texts, and back.
//!
//! ECMA-55 calls the forms NR1 (`12`), NR2 (`1.5`) and NR3 (`1.5E+20`). With a significance of d
//! digits, a number is written without an exponent where that loses nothing against the form with
//! one: it has at most d digits, the zeros behind the point counted. Microsoft BASIC agrees.

/// Digits of plain numbers.
pub const SINGLE: usize = 6;
/// Digits of numbers with `#`.
pub const DOUBLE: usize = 16;
/// The largest number: what an overflow gives, with its sign.
pub const INFINITY: f64 = f64::MAX;

/// A number as PRINT and STR$ write it: a minus or a blank, then the digits. There is no zero
/// before the point. `letter` marks the exponent: `E`, or `D` of double precision.
pub fn numeral(n: f64, digits: usize, letter: char) -> String {
    let sign = if n < 0.0 { '-' } else { ' ' };
    if n == 0.0 || n.is_nan() {
        return " 0".to_string();
    }
    let size = n.abs().min(INFINITY);
    let written = format!("{size:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let significant: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = significant.trim_end_matches('0');
    format!("{sign}{}", placed(significant, exponent, digits as i32, letter))
}

/// Digits `d.ddd` times ten to the exponent.
fn placed(significant: &str, exponent: i32, digits: i32, letter: char) -> String {
    let count = significant.len() as i32;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    if (0..digits).contains(&exponent) {
        if count <= exponent + 1 {
            return format!("{significant}{}", zeros(exponent + 1 - count));
        }
        let (whole, fraction) = significant.split_at((exponent + 1) as usize);
        return format!("{whole}.{fraction}");
    }
    if exponent < 0 && count - exponent - 1 <= digits {
        return format!(".{}{significant}", zeros(-exponent - 1));
    }
    let (first, rest) = significant.split_at(1.min(significant.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}{letter}{sign}{:02}", exponent.abs())
}

/// The number that a text begins with, and how many bytes it takes: sign, digits with a point,
/// exponent with `E` or `D`, or `&H` and `&O`. The number may be infinite: an overflow.
pub fn leading(text: &str) -> Option<(f64, usize)> {
    if let Some(found) = based(text) {
        return Some(found);
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let run = |from: usize| (from..).take_while(|at| digit(*at)).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = run(at);
    at += whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = run(at + 1);
        at += if whole + fraction > 0 { 1 + fraction } else { 0 };
    }
    if whole + fraction == 0 {
        return None;
    }
    let mantissa = text.get(..at)?;
    let exponent = exponent(bytes, at);
    let power = text.get(at + 1..at + exponent).unwrap_or("0");
    let number = format!("{mantissa}e{power}").parse().ok()?;
    Some((number, at + exponent))
}

/// The bytes of an exponent at `at`: `E5`, `D-3`.
fn exponent(bytes: &[u8], at: usize) -> usize {
    if !matches!(bytes.get(at), Some(b'E' | b'e' | b'D' | b'd')) {
        return 0;
    }
    let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
    let digits = bytes.iter().skip(at + 1 + sign).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

/// `&HFF` and `&O17`, as the signed 16-bit numbers that they are in Microsoft BASIC.
fn based(text: &str) -> Option<(f64, usize)> {
    let rest = text.strip_prefix('&')?;
    let (radix, skip) = match rest.bytes().next()? {
        b'H' | b'h' => (16, 1),
        b'O' | b'o' => (8, 1),
        b'0'..=b'7' => (8, 0),
        _ => return None,
    };
    let digits = rest.get(skip..)?;
    let count = digits.bytes().take_while(|b| (*b as char).is_digit(radix)).count();
    let number = i64::from_str_radix(digits.get(..count)?, radix).ok()?;
    Some((signed(number), 1 + skip + count))
}

/// Numbers of 16 bits are signed; larger ones stay as they are.
fn signed(number: i64) -> f64 {
    let wrapped = if (0x8000..=0xffff).contains(&number) { number - 0x10000 } else { number };
    wrapped as f64
}

/// The number that a whole text spells, blanks around it aside.
pub fn spelled(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, used) = leading(text)?;
    let suffix = text.get(used..).unwrap_or("");
    matches!(suffix, "" | "!" | "#" | "%").then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_six_digits() {
        for (n, text) in [
            (0.0, " 0"),
            (-0.0, " 0"),
            (1.0, " 1"),
            (-1.0, "-1"),
            (100_000.0, " 100000"),
            (999_999.0, " 999999"),
            (1_000_000.0, " 1E+06"),
            (1_234_567.0, " 1.23457E+06"),
            (123_456.7, " 123457"),
            (999_999.5, " 1E+06"),
            (0.5, " .5"),
            (-0.25, "-.25"),
            (1.0 / 3.0, " .333333"),
            (2.0 / 3.0, " .666667"),
            (10.5, " 10.5"),
            (0.00001, " .00001"),
            (0.000001, " .000001"),
            (0.0000001, " 1E-07"),
            (0.0123456, " 1.23456E-02"),
            (0.012345, " .012345"),
            (0.1 + 0.2, " .3"),
            (1e20, " 1E+20"),
            (-1.5e-9, "-1.5E-09"),
            (f64::MAX, " 1.79769E+308"),
            (std::f64::consts::PI, " 3.14159"),
        ] {
            assert_eq!(numeral(n, SINGLE, 'E'), text, "{n}");
        }
    }

    #[test]
    fn doubles_have_sixteen() {
        assert_eq!(numeral(1.0 / 3.0, DOUBLE, 'D'), " .3333333333333333");
        assert_eq!(numeral(0.1 + 0.2, DOUBLE, 'D'), " .3");
        assert_eq!(numeral(1e20, DOUBLE, 'D'), " 1D+20");
        assert_eq!(numeral(123_456_789.125, DOUBLE, 'D'), " 123456789.125");
    }

    #[test]
    fn texts_that_begin_with_a_number() {
        for (text, number) in [
            ("12", Some((12.0, 2))),
            ("-1.5E2X", Some((-150.0, 6))),
            ("1D+3", Some((1000.0, 4))),
            (".5", Some((0.5, 2))),
            ("5.", Some((5.0, 2))),
            ("1E", Some((1.0, 1))),
            ("&HFF", Some((255.0, 4))),
            ("&HFFFF", Some((-1.0, 6))),
            ("&O17", Some((15.0, 4))),
            ("&17", Some((15.0, 3))),
            ("1E999", Some((f64::INFINITY, 5))),
            ("1E-999", Some((0.0, 6))),
            (".", None),
            ("+", None),
            ("E5", None),
            ("&", None),
            ("", None),
        ] {
            assert_eq!(leading(text), number, "{text}");
        }
        assert_eq!(spelled(" 12 "), Some(12.0));
        assert_eq!(spelled("12#"), Some(12.0));
        assert_eq!(spelled("12 kg"), None);
    }
}
