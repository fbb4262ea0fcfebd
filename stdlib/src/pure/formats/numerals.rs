//! Numbers by a pattern.

use crate::pure::display::number_text as shown;
use crate::pure::locales::{self, Locale, currencies};
use crate::pure::numbers::round_to;

/// What is written between digits.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    group: &'static str,
    point: &'static str,
    indian: bool,
}

/// The marks of a region.
pub fn marks(locale: &Locale) -> Marks {
    Marks { group: locale.group, point: locale.point, indian: locale.indian }
}

/// A number by a pattern; `None` where the pattern is none of numbers.
pub fn number_text(n: f64, pattern: &str, locale: Option<&'static Locale>) -> Option<String> {
    if let Some(text) = by_name(n, pattern, locale.unwrap_or_else(locales::default)) {
        return Some(text);
    }
    let parts = sections(pattern);
    let first = parts.first()?;
    let rounds_to_zero = |part: &str| Pattern::read(part).is_some_and(|p| !p.shows(n));
    match (parts.get(1), parts.get(2)) {
        (_, Some(zero)) if n == 0.0 || rounds_to_zero(first) => Some(text_of(zero, n, locale)),
        (Some(negative), _) if n < 0.0 => Some(text_of(negative, n.abs(), locale)),
        _ => Some(Pattern::read(first)?.write(n, locale)),
    }
}

/// A part of a pattern that may hold no digits, such as `none`.
fn text_of(part: &str, n: f64, locale: Option<&'static Locale>) -> String {
    match Pattern::read(part) {
        Some(pattern) => pattern.write(n, locale),
        None => literal(part),
    }
}

/// The parts of a pattern between semicolons that stand outside quotes.
fn sections(pattern: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, c) in pattern.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if pattern.matches(c).count() > 1 => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ';') => {
                parts.push(pattern.get(from..at).unwrap_or(""));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(pattern.get(from..).unwrap_or(""));
    parts
}

/// Text without the quotes and backslashes that mark it as such.
fn literal(text: &str) -> String {
    let (mut out, mut quote) = (String::new(), None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') if chars.as_str().contains(c) => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '\\') => out.extend(chars.next()),
            (_, c) => out.push(c),
        }
    }
    out
}

/// Named patterns, and a letter with a number of digits: `N2`, `C2`, `D5`.
fn by_name(n: f64, pattern: &str, locale: &'static Locale) -> Option<String> {
    let lower = pattern.trim().to_ascii_lowercase();
    let (letter, digits) = match lower.as_str() {
        "currency" | "money" => {
            let places = currencies::decimals(locale.currency);
            return Some(super::money_text(n, locale.currency, places, locale));
        }
        "percent" => ('p', "0"),
        "number" | "standard" => ('n', "2"),
        "integer" => ('n', "0"),
        "fixed" => ('f', "2"),
        "scientific" | "exponential" => return number_text(n, "0.00E+00", Some(locale)),
        "general" | "general number" => return Some(shown(n)),
        short => {
            let letter = short.chars().next()?;
            (letter, short.get(letter.len_utf8()..)?)
        }
    };
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let places: usize = if digits.is_empty() { 2 } else { digits.parse().ok()? };
    lettered(n, letter, places, digits.is_empty(), locale)
}

fn lettered(
    n: f64,
    letter: char,
    places: usize,
    bare: bool,
    locale: &'static Locale,
) -> Option<String> {
    if places > 15 {
        return None;
    }
    let negative = n < 0.0 && round_to(n, places as i32) != 0.0;
    let sign = if negative { "-" } else { "" };
    let grouped = |n: f64| written(n, 1, places, places, &marks(locale));
    let plain = Marks { group: "", ..marks(locale) };
    let whole = n.fract() == 0.0 && n.abs() < 9e15;
    match letter {
        'n' => Some(format!("{sign}{}", grouped(n.abs()))),
        'c' => Some(super::money_text(n, locale.currency, places, locale)),
        'f' => Some(format!("{sign}{}", written(n.abs(), 1, places, places, &plain))),
        'p' => Some(super::percent_text(n, places, locale)),
        'e' => number_text(n, &format!("0.{}E+00", "0".repeat(places)), Some(locale)),
        'g' if bare => Some(shown(n)),
        'd' if whole => {
            let least = if bare { 1 } else { places };
            Some(format!("{}{:0>least$}", if n < 0.0 { "-" } else { "" }, n.abs() as i64))
        }
        'x' if whole => {
            let least = if bare { 1 } else { places };
            Some(format!("{:0>least$}", format!("{:X}", n as i64)))
        }
        _ => None,
    }
}

/// One part of a pattern: what stands before, between and after the digits.
struct Pattern<'p> {
    head: &'p str,
    mask: &'p str,
    tail: &'p str,
    /// The exponent's digits, and whether a plus is shown.
    exponent: Option<(usize, bool)>,
    signed: bool,
    scale: f64,
}

impl<'p> Pattern<'p> {
    fn read(part: &'p str) -> Option<Pattern<'p>> {
        let places: Vec<usize> = digit_places(part);
        let (start, end) = (*places.first()?, places.last()? + 1);
        // `#,##0` may begin with its comma or point: `.00`.
        let start = match part.get(..start).is_some_and(|head| head.ends_with('.')) {
            true => start - 1,
            false => start,
        };
        let (head, mask, tail) = (part.get(..start)?, part.get(start..end)?, part.get(end..)?);
        let (mask, exponent) = exponent(mask);
        let percent = head.contains('%') || tail.contains('%');
        Some(Pattern {
            head: head.strip_prefix('+').unwrap_or(head),
            mask,
            tail,
            exponent,
            signed: head.starts_with('+'),
            scale: if percent { 100.0 } else { 1.0 },
        })
    }
    fn is_picture(&self) -> bool {
        self.mask.chars().any(|c| !matches!(c, '#' | '0' | ',' | '.'))
            || self.mask.matches('.').count() > 1 && self.mask.matches(',').count() != 1
    }
    /// Whether anything but zeros would be shown.
    fn shows(&self, n: f64) -> bool {
        let mask = Mask::read(self.mask, None);
        self.exponent.is_some() || round_to(n * self.scale, mask.most as i32) != 0.0
    }
    fn write(&self, n: f64, locale: Option<&'static Locale>) -> String {
        let scaled = n * self.scale;
        let digits = match self.exponent {
            Some((least, plus)) => self.scientific(scaled.abs(), least, plus, locale),
            None if self.is_picture() => picture(self.mask, scaled.abs()),
            None => Mask::read(self.mask, locale).write(scaled.abs()),
        };
        let sign = match (n < 0.0 && self.shows(n), self.signed) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        format!("{sign}{}{digits}{}", literal(self.head), literal(self.tail))
    }
    fn scientific(
        &self,
        n: f64,
        least: usize,
        plus: bool,
        locale: Option<&'static Locale>,
    ) -> String {
        let mask = Mask::read(self.mask, locale);
        let whole = mask.whole.max(1) as i32;
        let mut exponent = match n == 0.0 {
            true => 0,
            false => libm::floor(libm::log10(n)) as i32 - (whole - 1),
        };
        let scaled = |exponent: i32| n / libm::pow(10.0, f64::from(exponent));
        // 9.999 rounds up to another power of ten.
        if round_to(scaled(exponent), mask.most as i32) >= libm::pow(10.0, f64::from(whole)) {
            exponent += 1;
        }
        let sign = match (exponent < 0, plus) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        let power = exponent.unsigned_abs();
        format!("{}E{sign}{power:0>least$}", mask.write(scaled(exponent)))
    }
}

/// Where the digits of a pattern stand, outside quotes.
fn digit_places(part: &str) -> Vec<usize> {
    let (mut places, mut quote) = (Vec::new(), None);
    let mut chars = part.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') if chars.as_str().contains(c) => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '\\') => drop(chars.next()),
            (None, '#' | '0') => places.push(at),
            _ => {}
        }
    }
    places
}

/// A mask without its exponent `E+00`.
fn exponent(mask: &str) -> (&str, Option<(usize, bool)>) {
    let Some(at) = mask.find(['E', 'e']) else { return (mask, None) };
    let tail = mask.get(at + 1..).unwrap_or("");
    let digits = tail.trim_start_matches(['+', '-']);
    let fits = !digits.is_empty() && digits.chars().all(|c| matches!(c, '0' | '#'));
    match fits {
        true => (mask.get(..at).unwrap_or(""), Some((digits.len(), tail.starts_with('+')))),
        false => (mask, None),
    }
}

/// The digits of a whole number put into a picture, from the right: `(00) 00000-0000`.
fn picture(mask: &str, n: f64) -> String {
    let mut digits: Vec<char> = format!("{:.0}", round_to(n, 0)).chars().collect();
    let slots = mask.chars().filter(|c| matches!(c, '#' | '0')).count();
    let mut out = Vec::new();
    let mut left = slots;
    for c in mask.chars().rev() {
        match c {
            '#' | '0' => {
                left -= 1;
                match digits.pop() {
                    Some(digit) => out.push(digit),
                    None if c == '0' => out.push('0'),
                    None => {}
                }
                // What does not fit stands before the first digit.
                if left == 0 {
                    out.extend(digits.drain(..).rev());
                }
            }
            mark => out.push(mark),
        }
    }
    out.into_iter().rev().collect()
}

/// The part of a pattern that stands for digits.
struct Mask {
    /// Digits before the point at least.
    whole: usize,
    /// Digits behind the point at least.
    least: usize,
    /// Digits behind the point at most.
    most: usize,
    marks: Marks,
}

impl Mask {
    fn read(mask: &str, locale: Option<&'static Locale>) -> Mask {
        let (point, comma) = (mask.rfind('.'), mask.rfind(','));
        let thousands = comma.is_some_and(|at| mask.len() - at == 4);
        let comma_is_point = match (point, comma) {
            (Some(point), Some(comma)) => comma > point,
            (None, Some(_)) => !thousands,
            _ => false,
        };
        let mark = if comma_is_point { ',' } else { '.' };
        let (whole, part) = mask.rsplit_once(mark).unwrap_or((mask, ""));
        let own = Marks { group: ",", point: ".", indian: false };
        let turned = Marks { group: ".", point: ",", indian: false };
        let marks = locale.map_or(if comma_is_point { turned } else { own }, marks);
        let grouped = whole.contains([',', '.']);
        Mask {
            whole: whole.matches('0').count(),
            least: part.matches('0').count(),
            most: part.chars().filter(|c| matches!(c, '0' | '#')).count().min(15),
            marks: if grouped { marks } else { Marks { group: "", ..marks } },
        }
    }
    fn write(&self, n: f64) -> String {
        written(n, self.whole, self.least, self.most, &self.marks)
    }
}

/// A number that is not negative, with its digits grouped.
pub fn written(n: f64, whole: usize, least: usize, most: usize, marks: &Marks) -> String {
    let digits = format!("{:.most$}", round_to(n, most as i32));
    let (left, right) = digits.split_once('.').unwrap_or((&digits, ""));
    let left = if left == "0" && whole == 0 && most > 0 { "" } else { left };
    let left = format!("{left:0>whole$}");
    let kept = right.trim_end_matches('0').len().max(least);
    let right = right.get(..kept).unwrap_or(right);
    let point = if right.is_empty() { "" } else { marks.point };
    let left = if left.is_empty() && right.is_empty() { "0".into() } else { grouped(&left, marks) };
    format!("{left}{point}{right}")
}

/// Digits in groups of three, in India of two above the thousands.
fn grouped(digits: &str, marks: &Marks) -> String {
    if marks.group.is_empty() {
        return digits.to_string();
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        let starts = match marks.indian {
            true => left == 3 || (left > 3 && (left - 3).is_multiple_of(2)),
            false => left.is_multiple_of(3),
        };
        if index > 0 && starts {
            out.push_str(marks.group);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (0.256, "%0.0", "%25.6"),
            (0.5, "#.##", ".5"),
            (0.5, ".00", ".50"),
            (0.0, "#,###", "0"),
            (2.345, "0.00", "2.35"),
            (7.0, "000", "007"),
            (2.14, "+#.#", "+2.1"),
            (-2.14, "+#.#", "-2.1"),
            (1234.5, "currency", "$1,234.50"),
            (1234.5, "N2", "1,234.50"),
            (1234.5, "F1", "1234.5"),
            (0.256, "P1", "25.6%"),
            (42.0, "D5", "00042"),
            (255.0, "X", "FF"),
            (12.5, "0.0 kg", "12.5 kg"),
            (12345.678, "0.00E+00", "1.23E+04"),
            (0.000_999_96, "0.00E+00", "1.00E-03"),
            (0.0, "scientific", "0.00E+00"),
            (12345.678, "E3", "1.235E+04"),
            (-5.0, "0.0;(0.0)", "(5.0)"),
            (0.0, "0.0;(0.0);none", "none"),
            (0.001, "0.0;(0.0);'zero'", "zero"),
            (5.0, "0 'x0'", "5 x0"),
            (5.0, "\\#0", "#5"),
            (12345678909.0, "000.000.000-00", "123.456.789-09"),
            (11987654321.0, "(00) 00000-0000", "(11) 98765-4321"),
            (123.0, "00-00", "01-23"),
            (12345.0, "0-0", "1234-5"),
        ] {
            assert_eq!(number_text(n, pattern, None).as_deref(), Some(text), "{n} {pattern}");
        }
        assert_eq!(number_text(1.0, "hello", None), None);
    }

    #[test]
    fn the_same_pattern_in_every_region() {
        for (tag, pattern, text) in [
            ("pt-BR", "#,##0.00", "1.234.567,50"),
            ("de-CH", "#,##0.0", "1'234'567.5"),
            ("fr", "#,##0.00 €", "1 234 567,50 €"),
            ("en-IN", "#,##0.00", "12,34,567.50"),
            ("pt", "N1", "1.234.567,5"),
            ("pt", "currency", "R$ 1.234.567,50"),
            ("sv", "percent", "123 456 750 %"),
            ("tr", "percent", "%123.456.750"),
        ] {
            let shown = number_text(1_234_567.5, pattern, locales::find(tag));
            assert_eq!(shown.as_deref(), Some(text), "{tag} {pattern}");
        }
    }
}
