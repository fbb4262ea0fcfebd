//! FORMAT: numbers and dates by a pattern.

use super::numbers::{round_to, text_to_number};
use super::{Call, arith, dates, display};
use crate::{Fault, Kind, Value};
use jiff::civil::DateTime;

crate::functions! {
    family "formats";

    /// A number or date written by a pattern; without one, as TALK shows it.
    ///
    /// Numbers: `#,##0.00`, `R$ #,##0.00`, `0%`, `currency`, `N2`, `C2[pt]`. Dates: `YYYY-MM-DD
    /// HH:mm` or `yyyy-MM-dd`.
    ///
    /// `FORMAT(1234.5, "#,##0.00")` → `1,234.50`
    "FORMAT" (value: Any; pattern: Text) -> Text = format, as [
        "FORMAT {value} AS {pattern}",
        "FORMAT {value}[, {pattern}]",
    ];

    /// A number with so many digits behind the point.
    ///
    /// `TOFIXED(2.5, 2)` → `2.50`
    "TOFIXED" also ["TO FIXED"] (number: Num; digits: Int) -> Text = to_fixed;
}

/// Patterns longer than this are refused.
const PATTERN_BYTES_MAX: usize = 1000;

/// How a language writes numbers.
#[derive(Clone, Copy)]
struct Marks {
    group: &'static str,
    point: &'static str,
    money: &'static str,
}

const ENGLISH: Marks = Marks { group: ",", point: ".", money: "$" };

impl Marks {
    fn of(language: &str) -> Marks {
        match language.get(..2).unwrap_or("").to_ascii_lowercase().as_str() {
            "pt" => Marks { group: ".", point: ",", money: "R$ " },
            "es" | "de" | "it" | "nl" => Marks { group: ".", point: ",", money: "€ " },
            "fr" => Marks { group: " ", point: ",", money: "€ " },
            _ => ENGLISH,
        }
    }
}

fn format(call: &mut Call<'_>) -> Result<Value, Fault> {
    let pattern = call.text_or(1, "")?;
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Fault::argument("the pattern of FORMAT is too long"));
    }
    let value = call.arg(0);
    let shown = match formatted(call, value, &pattern)? {
        Some(text) => text,
        None => call.text(0)?,
    };
    call.give(&shown)
}

fn formatted(call: &mut Call<'_>, value: Value, pattern: &str) -> Result<Option<String>, Fault> {
    if pattern.is_empty() {
        return Ok(None);
    }
    if pattern.eq_ignore_ascii_case("json") {
        return display::json_text(call.heap, value, call.env).map(Some);
    }
    if let Kind::Date | Kind::Moment = value.kind() {
        let local = dates::to_local(value, &call.env.zone);
        return Ok(local.map(|local| date_text(local, pattern)));
    }
    let spelled = call.heap.text(&value);
    let is_text = value.kind() == Kind::Text;
    if is_text && text_to_number(spelled).is_none() {
        let date = dates::parse(spelled, &call.env.zone).filter(|_| is_date_pattern(pattern));
        let local = date.and_then(|date| dates::to_local(date, &call.env.zone));
        return Ok(local.map(|local| date_text(local, pattern)));
    }
    let number = arith::to_number(call.heap, value).and_then(Value::number);
    Ok(number.filter(|n| n.is_finite()).and_then(|n| number_text(n, pattern)))
}

fn is_date_pattern(pattern: &str) -> bool {
    pattern.contains(['y', 'Y', 'd', 'D', 'H', 'h', 'm', 'M'])
}

/// A number by a pattern; `None` where the pattern is none of numbers.
pub fn number_text(n: f64, pattern: &str) -> Option<String> {
    if let Some(text) = by_name(n, pattern) {
        return Some(text);
    }
    let start = pattern.find(['#', '0'])?;
    let end = pattern.rfind(['#', '0'])? + 1;
    let (head, mask, tail) = (pattern.get(..start)?, pattern.get(start..end)?, pattern.get(end..)?);
    let n = if tail.trim_start().starts_with('%') { n * 100.0 } else { n };
    let mask = Mask::read(mask);
    let sign = match (n < 0.0 && mask.shows(n), head.starts_with('+')) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    Some(format!("{sign}{}{}{tail}", head.trim_start_matches('+'), mask.write(n.abs())))
}

/// Named patterns, and a letter with a number of digits and a language: `N2`, `C2[pt]`.
fn by_name(n: f64, pattern: &str) -> Option<String> {
    let lower = pattern.trim().to_ascii_lowercase();
    let (letter, digits) = match lower.as_str() {
        "currency" | "money" => ('c', "2"),
        "percent" => ('p', "0"),
        "number" | "standard" => ('n', "2"),
        "integer" => ('n', "0"),
        "fixed" => ('f', "2"),
        short => {
            let letter = short.chars().next()?;
            (letter, short.get(letter.len_utf8()..)?)
        }
    };
    let (digits, language) = digits.split_once('[').unwrap_or((digits, "]"));
    let marks = Marks::of(language.strip_suffix(']')?);
    let places: usize = if digits.is_empty() { 2 } else { digits.parse().ok()? };
    if places > 15 {
        return None;
    }
    let sign = if n < 0.0 { "-" } else { "" };
    let grouped = |n: f64| written(n, 1, places, places, marks.group, marks.point);
    match letter {
        'n' => Some(format!("{sign}{}", grouped(n.abs()))),
        'c' => Some(format!("{sign}{}{}", marks.money, grouped(n.abs()))),
        'f' => Some(format!("{sign}{}", written(n.abs(), 1, places, places, "", marks.point))),
        'p' => Some(format!("{sign}{}%", grouped(n.abs() * 100.0))),
        _ => None,
    }
}

/// The part of a pattern that stands for digits.
struct Mask {
    /// Digits before the point at least.
    whole: usize,
    /// Digits behind the point at least.
    least: usize,
    /// Digits behind the point at most.
    most: usize,
    group: &'static str,
    point: &'static str,
}

impl Mask {
    fn read(mask: &str) -> Mask {
        let (point, comma) = (mask.rfind('.'), mask.rfind(','));
        let thousands = comma.is_some_and(|at| mask.len() - at == 4);
        let comma_is_point = match (point, comma) {
            (Some(point), Some(comma)) => comma > point,
            (None, Some(_)) => !thousands,
            _ => false,
        };
        let mark = if comma_is_point { ',' } else { '.' };
        let (whole, part) = mask.rsplit_once(mark).unwrap_or((mask, ""));
        let marks = if comma_is_point { Marks::of("pt") } else { ENGLISH };
        Mask {
            whole: whole.matches('0').count(),
            least: part.matches('0').count(),
            most: part.chars().filter(|c| matches!(c, '0' | '#')).count().min(15),
            group: if whole.contains([',', '.']) { marks.group } else { "" },
            point: marks.point,
        }
    }
    fn write(&self, n: f64) -> String {
        written(n, self.whole, self.least, self.most, self.group, self.point)
    }
    /// Whether anything but zeros would be shown.
    fn shows(&self, n: f64) -> bool {
        round_to(n, self.most as i32) != 0.0
    }
}

/// A number that is not negative, with its digits grouped by threes.
fn written(n: f64, whole: usize, least: usize, most: usize, group: &str, point: &str) -> String {
    let digits = format!("{:.most$}", round_to(n, most as i32));
    let (left, right) = digits.split_once('.').unwrap_or((&digits, ""));
    let left = if left == "0" && whole == 0 && most > 0 { "" } else { left };
    let left = format!("{left:0>whole$}");
    let kept = right.trim_end_matches('0').len().max(least);
    let right = right.get(..kept).unwrap_or(right);
    let point = if right.is_empty() { "" } else { point };
    let left = if left.is_empty() && right.is_empty() { "0".into() } else { grouped(&left, group) };
    format!("{left}{point}{right}")
}

fn grouped(digits: &str, group: &str) -> String {
    if group.is_empty() {
        return digits.to_string();
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    out
}

/// A local date and time by a pattern of either style: `YYYY-MM-DD HH:mm`, `dd/MM/yyyy hh:mm tt`.
pub fn date_text(local: DateTime, pattern: &str) -> String {
    let named = match pattern.to_ascii_lowercase().as_str() {
        "short date" | "date" => "yyyy-MM-dd",
        "long date" => "dddd, MMMM d, yyyy",
        "time" | "short time" => "HH:mm",
        "long time" => "HH:mm:ss",
        "iso" => "yyyy-MM-ddTHH:mm:ss",
        _ => pattern,
    };
    let half = ["tt", "AM/PM", "am/pm"].iter().any(|mark| named.contains(mark));
    let mut writer = DateWriter { local, half, after_hour: false, out: String::new() };
    let mut rest = named;
    while let Some(first) = rest.chars().next() {
        let length = match rest.get(..5) {
            Some(mark) if mark.eq_ignore_ascii_case("AM/PM") => 5,
            _ => rest.find(|c| c != first).unwrap_or(rest.len()),
        };
        let (token, tail) = rest.split_at(length);
        writer.token(token, tail);
        rest = tail;
    }
    writer.out
}

struct DateWriter {
    local: DateTime,
    /// Whether hours count to 12.
    half: bool,
    /// Whether the last token was an hour: then `mm` and `MM` are minutes.
    after_hour: bool,
    out: String,
}

impl DateWriter {
    fn token(&mut self, token: &str, tail: &str) {
        let local = self.local;
        let minutes = self.after_hour || tail.trim_start_matches(':').starts_with(['s', 'S']);
        let text = match token {
            "yyyy" | "YYYY" => format!("{:04}", local.year()),
            "yy" | "YY" => format!("{:02}", local.year().rem_euclid(100)),
            "MMMM" => local.strftime("%B").to_string(),
            "MMM" => local.strftime("%b").to_string(),
            "mm" | "MM" if minutes => format!("{:02}", local.minute()),
            "m" | "M" if minutes => local.minute().to_string(),
            "MM" | "mm" => format!("{:02}", local.month()),
            "M" | "m" => local.month().to_string(),
            "dddd" | "DDDD" => local.strftime("%A").to_string(),
            "ddd" | "DDD" => local.strftime("%a").to_string(),
            "dd" | "DD" => format!("{:02}", local.day()),
            "d" | "D" => local.day().to_string(),
            "HH" | "hh" => format!("{:02}", self.hour(token)),
            "H" | "h" => self.hour(token).to_string(),
            "ss" | "SS" => format!("{:02}", local.second()),
            "s" | "S" => local.second().to_string(),
            "fff" | "SSS" => format!("{:03}", local.millisecond()),
            "tt" | "AM/PM" => self.half_name().to_string(),
            "am/pm" => self.half_name().to_ascii_lowercase(),
            literal => literal.to_string(),
        };
        let keeps = matches!(token, ":" | "h") && self.after_hour;
        self.after_hour = matches!(token, "HH" | "hh" | "H" | "h") || keeps;
        self.out.push_str(&text);
    }
    fn hour(&self, token: &str) -> i8 {
        let hour = self.local.hour();
        match (self.half && token.starts_with('h'), hour % 12) {
            (true, 0) => 12,
            (true, hour) => hour,
            (false, _) => hour,
        }
    }
    fn half_name(&self) -> &'static str {
        if self.local.hour() < 12 { "AM" } else { "PM" }
    }
}

fn to_fixed(call: &mut Call<'_>) -> Result<Value, Fault> {
    let places = call.int_or(1, 0)?.clamp(0, 15) as usize;
    let n = call.number(0)?;
    call.heap.charge(50)?;
    let text = format!("{:.places$}", round_to(n, places as i32));
    call.give(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn numbers() {
        for (n, pattern, text) in [
            (1234.5, "#,##0.00", "1,234.50"),
            (1234.5, "R$ #,##0.00", "R$ 1,234.50"),
            (1234.5, "R$ #.##0,00", "R$ 1.234,50"),
            (1234567.0, "$#,###", "$1,234,567"),
            (-1234.5, "#,##0.00", "-1,234.50"),
            (-0.001, "0.00", "0.00"),
            (0.256, "0%", "26%"),
            (0.5, "#.##", ".5"),
            (0.0, "#,###", "0"),
            (2.345, "0.00", "2.35"),
            (7.0, "000", "007"),
            (2.14, "+#.#", "+2.1"),
            (1234.5, "currency", "$1,234.50"),
            (1234.5, "N2", "1,234.50"),
            (1234.5, "C2[pt]", "R$ 1.234,50"),
            (1234.5, "F1", "1234.5"),
            (0.256, "P1", "25.6%"),
            (12.5, "0.0 kg", "12.5 kg"),
        ] {
            assert_eq!(number_text(n, pattern).as_deref(), Some(text), "{pattern}");
        }
        assert_eq!(number_text(1.0, "hello"), None);
    }

    #[test]
    fn dates_of_both_styles() {
        let local = DateTime::constant(2024, 3, 5, 14, 7, 9, 0);
        for (pattern, text) in [
            ("YYYY-MM-DD HH:mm", "2024-03-05 14:07"),
            ("yyyy-MM-dd", "2024-03-05"),
            ("dd/mm/yyyy", "05/03/2024"),
            ("dd/MM/yyyy HH:MM:ss", "05/03/2024 14:07:09"),
            ("hh:mm tt", "02:07 PM"),
            ("dddd, MMMM d, yyyy", "Tuesday, March 5, 2024"),
            ("YYYYMMDDHHmmss", "20240305140709"),
            ("mm:ss", "07:09"),
            ("YYYY", "2024"),
        ] {
            assert_eq!(date_text(local, pattern), text, "{pattern}");
        }
    }

    #[test]
    fn the_function_looks_at_its_value() {
        assert_eq!(call("FORMAT", r#"["2024-03-05", "dd/MM/yyyy"]"#), "05/03/2024");
        assert_eq!(call("FORMAT", r##"["1234.5", "#,##0.00"]"##), "1,234.50");
        assert_eq!(call("FORMAT", r#"["hello", "0.00"]"#), "hello");
        assert_eq!(call("FORMAT", "[0.30000000000000004]"), "0.3");
        assert_eq!(call("FORMAT", r#"[{"a":1}, "JSON"]"#), r#"{"a":1}"#);
        assert_eq!(call("TOFIXED", "[2.5, 2]"), "2.50");
    }
}
