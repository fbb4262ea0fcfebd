//! FORMAT: numbers, dates and lengths of time by a pattern, in the way of a region.

use super::locales::{self, Locale, currencies};
use super::numbers::{round_to, text_to_number};
use super::{Call, arith, dates, display};
use crate::{Fault, Kind, Value};

pub mod moments;
pub mod numerals;

use moments::date_text;
use numerals::{number_text, written};

crate::functions! {
    family "formats";

    /// A number or date written by a pattern, in the way of a language; without a pattern, as TALK
    /// shows it.
    ///
    /// Numbers: `#,##0.00`, `R$ #,##0.00`, `0%`, `+0.0`, `0.00E+00`, `0000`, a picture such as
    /// `000.000.000-00`, up to three parts for positive, negative and zero (`0.0;(0.0);none`),
    /// `currency`, `percent`, `fixed`, `scientific`, `N2`, `C2[pt]`. Dates: `YYYY-MM-DD HH:mm`,
    /// `dd/MM/yyyy`, `dddd, d MMMM yyyy`, `hh:mm AM/PM`, `%Y-%m-%d`, `short date`, `long date`.
    /// Text between quotes is written as it is.
    ///
    /// `FORMAT(1234.5, "#,##0.00")` → `1,234.50`
    /// `FORMAT(1234.5, "#,##0.00", "pt-BR")` → `1.234,50`
    /// `FORMAT(0.256, "0%")` → `26%`
    /// `FORMAT("2024-03-05", "dd/MM/yyyy")` → `05/03/2024`
    /// `FORMAT("2024-03-05", "d 'de' MMMM", "pt")` → `5 de março`
    "FORMAT" (value: Any; pattern: Word, language: Text) -> Text = format, as [
        "FORMAT {value} AS {pattern}",
        "FORMAT {value}[, {pattern}[, {language}]]",
    ];

    /// A number with so many digits behind the point.
    ///
    /// `TOFIXED(2.5, 2)` → `2.50`
    /// `TOFIXED(2.5)` → `3`
    "TOFIXED" also ["TO FIXED"] (number: Num; digits: Int) -> Text = to_fixed;

    /// A number with marks between thousands and so many digits behind the point (2 without).
    ///
    /// `FORMATNUMBER(1234567.891)` → `1,234,567.89`
    /// `FORMATNUMBER(1234.5, 1, "de")` → `1.234,5`
    "FORMATNUMBER" also ["FORMAT NUMBER"] (number: Num; digits: Int, language: Text) -> Text
    = format_number;

    /// An amount of money: the currency by its code (ISO 4217), or that of the region.
    ///
    /// `FORMATCURRENCY(1234.5)` → `$1,234.50`
    /// `FORMATCURRENCY(1234.5, "BRL", "pt-BR")` → `R$ 1.234,50`
    /// `FORMATCURRENCY(-1234.5, "EUR", "de")` → `-1.234,50 €`
    /// `FORMATCURRENCY(1234.5, "JPY")` → `¥1,235`
    "FORMATCURRENCY" also ["FORMAT CURRENCY", "FORMATMONEY", "FORMAT MONEY"]
        (number: Num; currency: Text, language: Text) -> Text = format_currency;

    /// A share as a percentage: 0.256 is 25.6%.
    ///
    /// `FORMATPERCENT(0.256)` → `26%`
    /// `FORMATPERCENT(0.256, 1, "de")` → `25,6 %`
    "FORMATPERCENT" also ["FORMAT PERCENT"] (number: Num; digits: Int, language: Text) -> Text
    = format_percent;

    /// A date by a pattern or by the name of a style (`short`, `long`, `time`), in a language.
    ///
    /// `FORMATDATE("2024-03-05", "long", "en-GB")` → `Tuesday, 5 March 2024`
    /// `FORMATDATE("2024-03-05", "short", "pt-BR")` → `05/03/2024`
    /// `FORMATDATE("2024-03-05 14:07", "time", "en-US")` → `2:07 PM`
    "FORMATDATE" also ["FORMAT DATE", "FORMATDATETIME", "DATEFORMAT", "STRFTIME"]
        (date: Date; pattern: Any, language: Text) -> Text = format_date;

    /// A number of bytes as people write it, in steps of 1024.
    ///
    /// `FORMATBYTES(1536)` → `1.5 KB`
    /// `FORMATBYTES(10485760)` → `10 MB`
    "FORMATBYTES" also ["FORMAT BYTES", "FILESIZE"] (bytes: Num; language: Text) -> Text
    = format_bytes;

    /// A large number in short: 1.2K, 3.4M, 5B.
    ///
    /// `FORMATSHORT(1234)` → `1.2K`
    /// `FORMATSHORT(5600000)` → `5.6M`
    "FORMATSHORT" also ["FORMAT SHORT", "COMPACTNUMBER"] (number: Num; language: Text) -> Text
    = format_short;

    /// A list as people write it: commas, and a word before the last.
    ///
    /// `FORMATLIST(["a", "b", "c"])` → `a, b and c`
    /// `FORMATLIST(["a", "b"], "or")` → `a or b`
    "FORMATLIST" also ["FORMAT LIST", "HUMANLIST"] (list: List; word: Text) -> Text = format_list;

    /// The sign of a currency (its code where it has none).
    ///
    /// `CURRENCYSYMBOL("EUR")` → `€`
    /// `CURRENCYSYMBOL("CHF")` → `CHF`
    "CURRENCYSYMBOL" also ["CURRENCY SYMBOL"] (currency: Text) -> Text = currency_symbol;

    /// How many digits an amount of a currency has behind the point (ISO 4217).
    ///
    /// `CURRENCYDECIMALS("JPY")` → `0`
    /// `CURRENCYDECIMALS("BRL")` → `2`
    "CURRENCYDECIMALS" also ["CURRENCY DECIMALS"] (currency: Text) -> Int = currency_decimals;

    /// An amount rounded to the digits of its currency.
    ///
    /// `ROUNDCURRENCY(10.555, "USD")` → `10.56`
    /// `ROUNDCURRENCY(10.555, "JPY")` → `11`
    "ROUNDCURRENCY" also ["ROUND CURRENCY"] (number: Num, currency: Text) -> Num = round_currency;
}

/// Patterns longer than this are refused.
const PATTERN_BYTES_MAX: usize = 1000;

fn format(call: &mut Call<'_>) -> Result<Value, Fault> {
    let pattern = call.text_or(1, "")?;
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Fault::argument("the pattern of FORMAT is too long"));
    }
    let (pattern, tagged) = tagged(&pattern);
    let locale = match call.arg(2).is_null() {
        true => tagged,
        false => Some(call.locale(2)?),
    };
    let value = call.arg(0);
    call.heap.charge(100 + pattern.len() as u64 * 4)?;
    let shown = match formatted(call, value, pattern, locale)? {
        Some(text) => text,
        None => call.text(0)?,
    };
    call.give(&shown)
}

/// A pattern without the region at its end, `C2[pt]`, and that region.
fn tagged(pattern: &str) -> (&str, Option<&'static Locale>) {
    let tag = pattern.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match tag.and_then(|(before, tag)| locales::find(tag).map(|locale| (before, locale))) {
        Some((before, locale)) => (before.trim_end(), Some(locale)),
        None => (pattern, None),
    }
}

fn formatted(
    call: &mut Call<'_>,
    value: Value,
    pattern: &str,
    locale: Option<&'static Locale>,
) -> Result<Option<String>, Fault> {
    if pattern.is_empty() {
        return Ok(locale.and_then(|locale| by_region(call, value, locale)));
    }
    if pattern.eq_ignore_ascii_case("json") {
        return display::json_text(call.heap, value, call.env).map(Some);
    }
    if let Kind::Date | Kind::Moment = value.kind() {
        let local = dates::to_local(value, &call.env.zone);
        return Ok(local.map(|local| date_text(local, pattern, locale)));
    }
    if value.kind() == Kind::Span {
        return Ok(Some(dates::durations::span_by(value.as_i64(), pattern)));
    }
    if let Some(text) = moments::truth_text(super::logic::truth(call.heap, value), pattern) {
        return Ok(Some(text));
    }
    let spelled = call.heap.text(&value);
    let is_text = value.kind() == Kind::Text;
    if is_text && text_to_number(spelled).is_none() {
        let date = dates::parse(spelled, &call.env.zone).filter(|_| is_date_pattern(pattern));
        let local = date.and_then(|date| dates::to_local(date, &call.env.zone));
        return Ok(local.map(|local| date_text(local, pattern, locale)));
    }
    let number = arith::to_number(call.heap, value).and_then(Value::number);
    Ok(number.filter(|n| n.is_finite()).and_then(|n| number_text(n, pattern, locale)))
}

/// A value without a pattern, in the way of a region.
fn by_region(call: &Call<'_>, value: Value, locale: &'static Locale) -> Option<String> {
    match value.kind() {
        Kind::Int | Kind::Num => {
            number_text(value.number()?, "#,##0.###############", Some(locale))
        }
        Kind::Date => Some(date_text(dates::to_local(value, "UTC")?, "short date", Some(locale))),
        Kind::Moment => {
            let local = dates::to_local(value, &call.env.zone)?;
            let both = format!("{} {}", locale.short_date, locale.time);
            Some(date_text(local, &both, Some(locale)))
        }
        _ => None,
    }
}

/// Whether numbers can be written by a pattern.
pub fn is_number_pattern(pattern: &str) -> bool {
    let (pattern, locale) = tagged(pattern);
    let digits = pattern.strip_prefix('$').unwrap_or(pattern);
    let plain = digits.bytes().all(|byte| matches!(byte, b'#' | b'0' | b',' | b'.'));
    if plain && pattern.contains(['#', '0']) && pattern.matches('.').count() <= 1 {
        return true;
    }
    moments::truth_text(true, pattern).is_some() || number_text(1234.5, pattern, locale).is_some()
}

/// Whether a pattern has parts of a date.
pub fn is_date_pattern(pattern: &str) -> bool {
    pattern.contains(['y', 'Y', 'd', 'D', 'H', 'h', 'm', 'M', '%'])
}

/// How many digits behind the point, with a number for an argument that was left out.
fn places(call: &Call<'_>, index: usize, default: usize) -> Result<usize, Fault> {
    Ok(call.int_or(index, default as i64)?.clamp(0, 15) as usize)
}

fn to_fixed(call: &mut Call<'_>) -> Result<Value, Fault> {
    let places = places(call, 1, 0)?;
    let n = call.number(0)?;
    call.heap.charge(50)?;
    let text = format!("{:.places$}", round_to(n, places as i32));
    call.give(&text)
}

/// A number with the marks of a region, signed where it does not show as 0.
fn plain_number(n: f64, places: usize, locale: &Locale) -> (bool, String) {
    let negative = n < 0.0 && round_to(n, places as i32) != 0.0;
    (negative, written(n.abs(), 1, places, places, &numerals::marks(locale)))
}

fn format_number(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (n, places, locale) = (call.number(0)?, places(call, 1, 2)?, call.locale(2)?);
    call.heap.charge(50)?;
    let (negative, text) = plain_number(n, places, locale);
    call.give(&format!("{}{text}", if negative { "-" } else { "" }))
}

/// The code of a currency, in capitals.
fn currency(call: &mut Call<'_>, index: usize) -> Result<String, Fault> {
    let code = call.text(index)?.trim().to_ascii_uppercase();
    if currencies::is_code(&code) {
        return Ok(code);
    }
    let shown: String = code.chars().take(20).collect();
    Err(Fault::argument(format!(
        "\"{shown}\" is not the code of a currency; write three letters such as USD, EUR or BRL"
    )))
}

fn format_currency(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (n, locale) = (call.number(0)?, call.locale(2)?);
    let code = if call.arg(1).is_null() { locale.currency.into() } else { currency(call, 1)? };
    call.heap.charge(50)?;
    let text = money_text(n, &code, currencies::decimals(&code), locale);
    call.give(&text)
}

/// An amount of a currency in the way of a region.
pub fn money_text(n: f64, code: &str, places: usize, locale: &Locale) -> String {
    let sign = if code == locale.currency { locale.symbol } else { currencies::sign(code) };
    let (negative, amount) = plain_number(n, places, locale);
    let minus = if negative { "-" } else { "" };
    let word = sign.ends_with(char::is_alphabetic) || locale.symbol_gap;
    match (locale.symbol_first, word) {
        (true, true) => format!("{minus}{sign} {amount}"),
        (true, false) => format!("{minus}{sign}{amount}"),
        (false, _) => format!("{minus}{amount} {sign}"),
    }
}

fn format_percent(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (n, places, locale) = (call.number(0)?, places(call, 1, 0)?, call.locale(2)?);
    call.heap.charge(50)?;
    let text = percent_text(n, places, locale);
    call.give(&text)
}

/// A share as a percentage in the way of a region.
pub fn percent_text(n: f64, places: usize, locale: &Locale) -> String {
    let (negative, text) = plain_number(n * 100.0, places, locale);
    let shown = locale.percent.replace('0', &text);
    if negative { format!("-{shown}") } else { shown }
}

fn format_date(call: &mut Call<'_>) -> Result<Value, Fault> {
    let date = call.date(0)?;
    let style = call.text_or(1, "short date")?;
    let (pattern, tagged) = tagged(&style);
    let locale = if call.arg(2).is_null() { tagged } else { Some(call.locale(2)?) };
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Fault::argument("the pattern of FORMATDATE is too long"));
    }
    call.heap.charge(100 + pattern.len() as u64 * 4)?;
    // The numbers are the styles of VB.
    let pattern = match pattern.to_ascii_lowercase().as_str() {
        "0" => "general date",
        "1" | "long" | "full" => "long date",
        "2" | "short" => "short date",
        "3" => "long time",
        "4" => "short time",
        _ => pattern,
    };
    let local = dates::to_local(date, &call.env.zone);
    let shown = local.map(|local| date_text(local, pattern, locale)).unwrap_or_default();
    call.give(&shown)
}

/// A number with its unit: the largest of which there is at least one.
fn in_units(call: &mut Call<'_>, step: f64, units: &[&str], gap: &str) -> Result<Value, Fault> {
    let (n, locale) = (call.number(0)?, call.locale(1)?);
    let (mut amount, mut unit) = (n.abs(), 0);
    while amount >= step && unit + 1 < units.len() {
        amount /= step;
        unit += 1;
    }
    // 999.95 K would be shown as 1000 K.
    if round_to(amount, 1) >= step && unit + 1 < units.len() {
        amount /= step;
        unit += 1;
    }
    let places = if unit == 0 { 0 } else { 1 };
    let text = written(amount, 1, 0, places, &numerals::marks(locale));
    let sign = if n < 0.0 { "-" } else { "" };
    let unit = units.get(unit).copied().unwrap_or("");
    call.give(format!("{sign}{text}{gap}{unit}").trim_end())
}

fn format_bytes(call: &mut Call<'_>) -> Result<Value, Fault> {
    in_units(call, 1024.0, &["B", "KB", "MB", "GB", "TB", "PB"], " ")
}

fn format_short(call: &mut Call<'_>) -> Result<Value, Fault> {
    in_units(call, 1000.0, &["", "K", "M", "B", "T"], "")
}

fn format_list(call: &mut Call<'_>) -> Result<Value, Fault> {
    let word = call.text_or(1, "and")?;
    let list = call.list(0)?;
    let last = list.len().saturating_sub(1);
    let mut text = String::new();
    for (index, element) in list.into_iter().enumerate() {
        if index > 0 {
            text.push_str(&if index == last { format!(" {word} ") } else { ", ".into() });
        }
        text.push_str(&display::display(call.heap, element, call.env)?);
        call.room(text.len())?;
    }
    call.give(&text)
}

fn currency_symbol(call: &mut Call<'_>) -> Result<Value, Fault> {
    let code = currency(call, 0)?;
    call.give(currencies::sign(&code))
}

fn currency_decimals(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(currencies::decimals(&currency(call, 0)?) as i64))
}

fn round_currency(call: &mut Call<'_>) -> Result<Value, Fault> {
    let code = currency(call, 1)?;
    let n = round_to(call.number(0)?, currencies::decimals(&code) as i32);
    arith::finite(n).map(arith::whole)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn the_function_looks_at_its_value() {
        assert_eq!(call("FORMAT", r#"["2024-03-05", "dd/MM/yyyy"]"#), "05/03/2024");
        assert_eq!(call("FORMAT", r##"["1234.5", "#,##0.00"]"##), "1,234.50");
        assert_eq!(call("FORMAT", r#"["hello", "0.00"]"#), "hello");
        assert_eq!(call("FORMAT", "[0.30000000000000004]"), "0.3");
        assert_eq!(call("FORMAT", r#"[{"a":1}, "JSON"]"#), r#"{"a":1}"#);
        assert_eq!(call("FORMAT", r#"[true, "yes/no"]"#), "yes");
        assert_eq!(call("TOFIXED", "[2.5, 2]"), "2.50");
    }

    #[test]
    fn money_of_every_kind() {
        for (arguments, shown) in [
            (r#"[1234.5, null, "fr"]"#, "1 234,50 €"),
            (r#"[1234.5, "USD", "pt-BR"]"#, "$ 1.234,50"),
            (r#"[1234.5, "CHF", "en"]"#, "CHF 1,234.50"),
            (r#"[1234567.5, "INR", "en-IN"]"#, "₹12,34,567.50"),
            (r#"[0.005, "KWD"]"#, "KWD 0.005"),
            (r#"[-0.001, "USD"]"#, "$0.00"),
        ] {
            assert_eq!(call("FORMATCURRENCY", arguments), shown, "{arguments}");
        }
        assert!(call("FORMATCURRENCY", r#"[1, "XYZ"]"#).contains("three letters"));
    }

    #[test]
    fn units_change_where_they_are_full() {
        assert_eq!(call("FORMATBYTES", "[0]"), "0 B");
        assert_eq!(call("FORMATBYTES", "[1023]"), "1,023 B");
        assert_eq!(call("FORMATBYTES", "[1048575]"), "1 MB");
        assert_eq!(call("FORMATSHORT", "[-1500]"), "-1.5K");
        assert_eq!(call("FORMATSHORT", "[999999]"), "1M");
        assert_eq!(call("FORMATLIST", r#"[["a"]]"#), "a");
    }
}
