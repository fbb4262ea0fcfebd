//! PRINT USING of classic BASIC: a pattern of fields, and values that fill them in turn.

use super::Call;
use super::numbers::round_to;
use crate::{Fault, Kind, Value};

crate::functions! {
    family "using";

    /// Values in the fields of a pattern, as PRINT USING writes them.
    ///
    /// Numbers: `##.##`, `#,###`, `+##`, `##-`, `$$##`, `**##`, `##^^^^`. Texts: `!` for the first
    /// character, `\  \` for as many as it is wide, `&` for all. `_` takes the next character as it
    /// is. The pattern begins anew while values are left.
    ///
    /// `USING("##.##", 3.14159)` → ` 3.14`
    "USING" (pattern: Text, value: Any) more others -> Text = using;
}

/// The longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1024;

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Literal(String),
    First,
    Wide(usize),
    All,
    Number(Field),
}

/// A field for a number.
#[derive(Clone, Debug, Default, PartialEq)]
struct Field {
    /// Places before the point, signs, stars and currency counted.
    whole: usize,
    point: bool,
    decimals: usize,
    grouped: bool,
    stars: bool,
    currency: bool,
    sign_first: bool,
    sign_last: Option<char>,
    exponent: bool,
}

fn using(call: &mut Call<'_>) -> Result<Value, Fault> {
    let pattern = call.text(0)?;
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Fault::argument("the pattern of PRINT USING is too long"));
    }
    let count = call.args.len();
    call.room(pattern.len().saturating_mul(count))?;
    let pieces = pieces(&pattern);
    let fields = pieces.iter().any(|piece| !matches!(piece, Piece::Literal(_)));
    let mut out = String::new();
    let mut next = 1;
    loop {
        for piece in &pieces {
            if let Piece::Literal(text) = piece {
                out.push_str(text);
                continue;
            }
            if next >= count {
                return call.give(&out);
            }
            out.push_str(&filled(call, piece, next)?);
            next += 1;
        }
        if next >= count {
            return call.give(&out);
        }
        if !fields {
            return Err(Fault::argument("the pattern of PRINT USING has no place for a value"));
        }
    }
}

fn filled(call: &mut Call<'_>, piece: &Piece, index: usize) -> Result<String, Fault> {
    let value = call.arg(index);
    let text = call.text(index)?;
    Ok(match piece {
        Piece::First => text.chars().next().unwrap_or(' ').to_string(),
        Piece::Wide(width) => {
            let cut: String = text.chars().take(*width).collect();
            format!("{cut:<width$}")
        }
        Piece::Number(field) => match value.kind() {
            Kind::Int | Kind::Num | Kind::Bool => number(field, value.number().unwrap_or(0.0)),
            _ => text,
        },
        Piece::All | Piece::Literal(_) => text,
    })
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        let (piece, used) = piece(rest);
        match (pieces.last_mut(), piece) {
            (Some(Piece::Literal(before)), Piece::Literal(more)) => before.push_str(&more),
            (_, piece) => pieces.push(piece),
        }
        at += used;
    }
    pieces
}

fn piece(chars: &[char]) -> (Piece, usize) {
    let literal =
        |c: Option<&char>, used| (Piece::Literal(c.map(char::to_string).unwrap_or_default()), used);
    match chars.first() {
        Some('_') if chars.len() > 1 => literal(chars.get(1), 2),
        Some('!') => (Piece::First, 1),
        Some('&') => (Piece::All, 1),
        Some('\\') => {
            let blanks = chars.iter().skip(1).take_while(|c| **c == ' ').count();
            match chars.get(blanks + 1) {
                Some('\\') => (Piece::Wide(blanks + 2), blanks + 2),
                _ => literal(chars.first(), 1),
            }
        }
        first => match field(chars) {
            Some((field, used)) => (Piece::Number(field), used),
            None => literal(first, 1),
        },
    }
}

/// The field for a number that begins here, and how long it is.
fn field(chars: &[char]) -> Option<(Field, usize)> {
    let is = |at: usize, wanted: char| chars.get(at) == Some(&wanted);
    let mut field = Field { sign_first: is(0, '+'), ..Field::default() };
    let mut at = usize::from(field.sign_first);
    field.stars = is(at, '*') && is(at + 1, '*');
    at += 2 * usize::from(field.stars);
    let dollars = if field.stars { 1 } else { 2 };
    field.currency = is(at, '$') && (field.stars || is(at + 1, '$'));
    at += dollars * usize::from(field.currency);
    let digits = at;
    while is(at, '#') || is(at, ',') && at > 0 {
        field.grouped |= is(at, ',');
        at += 1;
    }
    field.whole = at;
    let marked = at > digits || field.stars || field.currency;
    if is(at, '.') && (marked || is(at + 1, '#')) {
        field.point = true;
        field.decimals = chars.iter().skip(at + 1).take_while(|c| **c == '#').count();
        at += 1 + field.decimals;
    }
    if !marked && field.decimals == 0 {
        return None;
    }
    field.exponent = (0..4).all(|i| is(at + i, '^'));
    at += 4 * usize::from(field.exponent);
    if !field.sign_first && (is(at, '-') || is(at, '+')) {
        field.sign_last = chars.get(at).copied();
        at += 1;
    }
    Some((field, at))
}

fn number(field: &Field, n: f64) -> String {
    let (size, power) = if field.exponent { scaled(field, n.abs()) } else { (n.abs(), None) };
    let size = round_to(size, i32::try_from(field.decimals).unwrap_or(15).min(15));
    let written = format!("{size:.*}", field.decimals);
    let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
    let whole = if whole == "0" && field.whole == 0 { "" } else { whole };
    let mut text = if field.grouped { grouped(whole) } else { whole.to_string() };
    if field.currency {
        text.insert(0, '$');
    }
    let minus = n < 0.0;
    match (minus, field.sign_first, field.sign_last) {
        (true, _, None) => text.insert(0, '-'),
        (false, true, _) => text.insert(0, '+'),
        _ => {}
    }
    let fill = if field.stars { '*' } else { ' ' };
    let missing = field.whole.checked_sub(text.chars().count());
    let front = match missing {
        Some(missing) => fill.to_string().repeat(missing),
        None => "%".to_string(),
    };
    let point = if field.point { "." } else { "" };
    let power = power.map_or(String::new(), |power| format!("E{power:+03}"));
    let last = match field.sign_last {
        Some(_) if minus => "-",
        Some('+') => "+",
        Some(_) => " ",
        None => "",
    };
    format!("{front}{text}{point}{decimals}{power}{last}")
}

/// The number with as many digits before the point as fit beside a sign, and its power of ten.
fn scaled(field: &Field, size: f64) -> (f64, Option<i32>) {
    if size == 0.0 || !size.is_finite() {
        return (size, Some(0));
    }
    let sign = usize::from(field.sign_last.is_none());
    let digits = i32::try_from(field.whole.saturating_sub(sign)).unwrap_or(0).min(15);
    let written = format!("{size:e}");
    let exponent = written.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let power: i32 = exponent + 1 - digits;
    (size / 10f64.powi(power), Some(power))
}

fn grouped(digits: &str) -> String {
    let count = digits.len();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (count - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn fields_of_numbers() {
        for (pattern, n, text) in [
            ("###.##", "3.14159", "  3.14"),
            ("#,###,###", "1234567", "1,234,567"),
            ("$$##.##", "5.5", "  $5.50"),
            ("**##", "7", "***7"),
            ("+##", "5", " +5"),
            ("##-", "-5", " 5-"),
            ("##", "-5", "-5"),
            ("##", "1234", "%1234"),
            (".##", "0.5", ".50"),
            ("#.##", "0.5", "0.50"),
            ("##.##^^^^", "1234", " 1.23E+03"),
            ("<#>", "3", "<3>"),
            ("_##", "3", "#3"),
        ] {
            assert_eq!(call("USING", &format!(r#"["{pattern}", {n}]"#)), text, "{pattern}");
        }
    }

    #[test]
    fn fields_of_texts_and_the_pattern_again() {
        assert_eq!(call("USING", r#"["!", "XYZ"]"#), "X");
        assert_eq!(call("USING", r#"["\\  \\|", "ABCDEF"]"#), "ABCD|");
        assert_eq!(call("USING", r#"["&-", "AB"]"#), "AB-");
        assert_eq!(call("USING", r###"["## ", 1, 2, 3]"###), " 1  2  3 ");
        assert_eq!(call("USING", r###"["# and #, done", 1]"###), "1 and ");
        assert!(call("USING", r#"["none", 1]"#).contains("no place"));
    }
}
