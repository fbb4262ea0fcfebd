//! Dates and times as people spell them.

use super::{days_of, moment_of, not_a_date, to_local, zone};
use crate::pure::Call;
use crate::pure::locales::{self, Locale};
use crate::{Fault, Kind, Value};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

crate::functions! {
    family "dates";

    /// The day that a text spells, or on which a moment lies. Years of two digits are those of
    /// 1930 to 2029. A second argument names the language whose order of day and month counts (day
    /// first without one, unless that is no date), or a pattern.
    ///
    /// `DATEVALUE("15/03/2024")` → `2024-03-15`
    /// `DATEVALUE("March 15, 2024")` → `2024-03-15`
    /// `DATEVALUE("15 de março de 2024")` → `2024-03-15`
    /// `DATEVALUE("3/4/2024", "en-US")` → `2024-03-04`
    /// `DATEVALUE("20240315", "yyyyMMdd")` → `2024-03-15`
    "DATEVALUE" also ["TO DATE", "TODATE"] (date: Any; how: Text) -> Date = date_value;

    /// The moment that a text spells; the day where it spells no time. The second argument is that
    /// of DATEVALUE.
    ///
    /// `CDATE("2024-03-15 2:05 pm")` → `2024-03-15 14:05:00`
    /// `CDATE("15/03/2024")` → `2024-03-15`
    /// `CDATE("15.03.24 14h30", "dd.MM.yy HH'h'mm")` → `2024-03-15 14:30:00`
    "CDATE" also ["PARSEDATE", "PARSE DATE", "TODATETIME", "DATETIMEVALUE", "STRPTIME"]
        (date: Any; how: Text) -> Date = c_date;

    /// The time of day that a text spells, as a length since midnight, to be added to a date.
    ///
    /// `TIMEVALUE("2:05 pm")` → `14:05:00`
    /// `DATEVALUE("2024-03-15") + TIMEVALUE("14h30")` → `2024-03-15 14:30:00`
    "TIMEVALUE" also ["TIME VALUE", "CTIME"] (time: Text) -> Any = time_value;

    /// A day from year, month and day. A month or day beyond the last goes on into the next year or
    /// month, and one below 1 back, as in VB: day 0 is the last of the month before.
    ///
    /// `DATESERIAL(2024, 3, 15)` → `2024-03-15`
    /// `DATESERIAL(2024, 3, 0)` → `2024-02-29`
    /// `DATESERIAL(2023, 14, 1)` → `2024-02-01`
    "DATESERIAL" also ["MAKEDATE", "DATEFROMPARTS"] (year: Int, month: Int, day: Int) -> Date
    = date_serial;

    /// A moment from year, month, day, hour, minute and second.
    ///
    /// `DATETIMESERIAL(2024, 3, 15, 14, 5)` → `2024-03-15 14:05:00`
    /// `DATETIMESERIAL(2024, 3, 15, 25, 0)` → `2024-03-16 01:00:00`
    "DATETIMESERIAL" also ["MAKEDATETIME", "DATETIMEFROMPARTS"]
        (year: Int, month: Int, day: Int; hour: Int, minute: Int, second: Int) -> Date
    = date_time_serial;

    /// A time of day from hour, minute and second, as a length since midnight.
    ///
    /// `TIMESERIAL(14, 5, 9)` → `14:05:09`
    /// `TIMESERIAL(1, 90, 0)` → `02:30:00`
    "TIMESERIAL" also ["MAKETIME"] (hour: Int; minute: Int, second: Int) -> Any = time_serial;

    /// Whether a text spells a time of day.
    ///
    /// `ISTIME("14:30")` → `true`
    /// `ISTIME("25:00")` → `false`
    "ISTIME" also ["IS TIME"] (value: Text) -> Bool = is_time;
}

/// Longer texts are no dates.
const DATE_BYTES_MAX: usize = 64;

/// The day or moment that a text spells: `2024-03-15`, `2024-03-15 14:05[:09]`, with `T`, `Z` or an
/// offset, `15/03/2024`, `15.03.24`, `15 March 2024`, `Mar 15, 2024 2:05 pm`; a moment without
/// offset lies in the zone given. Names of months may be of any language that is known.
pub fn parse(text: &str, zone_name: &str) -> Option<Value> {
    parse_in(text, zone_name, false)
}

fn parse_in(text: &str, zone_name: &str, month_first: bool) -> Option<Value> {
    let text = text.trim();
    if text.len() > DATE_BYTES_MAX || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(Value::moment(timestamp.as_millisecond()));
    }
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let Some(date) = numeric_day(day.trim_end_matches(','), month_first) else {
        return Words::read(text)?.value(zone_name);
    };
    if time.trim().is_empty() {
        return Some(Value::date(days_of(date)));
    }
    let time = time.trim().trim_start_matches("às ").trim_start_matches("at ");
    moment_of(date.to_datetime(parse_time(time)?), zone_name).map(Value::moment)
}

/// A year of two digits: 30 to 99 are of the twentieth century, as in VB.
fn whole_year(year: i16) -> i16 {
    if year >= 30 { 1900 + year } else { 2000 + year }
}

fn numeric_day(text: &str, month_first: bool) -> Option<Date> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let digits = |part: &&str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(digits) {
        return None;
    }
    let number = |part: &&str| part.parse::<i16>().ok();
    let (first, second, third) = (number(a)?, number(b)?, number(c)?);
    let short = text.contains('/') || (a.len() == 2 && b.len() == 2);
    let year = match (a.len(), c.len()) {
        (4, _) => {
            return Date::new(first, i8::try_from(second).ok()?, i8::try_from(third).ok()?).ok();
        }
        (1 | 2, 4) => third,
        (1 | 2, 2) if short => whole_year(third),
        _ => return None,
    };
    let (day, month) = match month_first {
        _ if second > 12 => (second, first),
        true if first <= 12 => (second, first),
        _ => (first, second),
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A date with the name of its month, as its words are read one after the other.
#[derive(Debug, Default)]
struct Words {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<String>,
    /// Seconds that the zone is ahead of UTC, where the text says so.
    offset: Option<i64>,
}

/// Words that may stand in a date and mean nothing.
const FILLERS: &[&str] = &[
    "de", "del", "do", "of", "the", "den", "le", "el", "il", "at", "um", "a", "às", "as", "à",
    "las", "la", "o", "the", "on", "-", "dia", "h", "uhr", "г", "г.",
];

impl Words {
    fn read(text: &str) -> Option<Words> {
        let mut words = Words::default();
        // Most texts are no dates: the year tells.
        let year = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
        if !text.split(|c: char| !c.is_alphanumeric()).any(year) {
            return None;
        }
        for word in text.split(|c: char| c.is_whitespace() || c == ',') {
            if word.contains(':') || words.time.is_some() {
                words.time(word)?;
                continue;
            }
            for part in word.split(['-', '/']).filter(|part| !part.is_empty()) {
                words.part(part)?;
            }
        }
        Some(words)
    }

    fn part(&mut self, part: &str) -> Option<()> {
        let plain = part.trim_end_matches('.');
        let number = plain.trim_end_matches(|c: char| !c.is_ascii_digit());
        let ending = plain.get(number.len()..).unwrap_or("").to_lowercase();
        let ordinal = ["", "st", "nd", "rd", "th", "º", "ª", "er", "o", "°"];
        if let (Ok(n), true) = (number.parse::<i16>(), ordinal.contains(&ending.as_str())) {
            return self.number(n, number.len());
        }
        if parse_time(plain).is_some() {
            self.time = Some(plain.to_string());
            return Some(());
        }
        let lower = plain.to_lowercase();
        if FILLERS.contains(&lower.as_str()) || locales::day_named(&lower).is_some() {
            // `mar` is March, and Tuesday in Spanish: the month is what a date needs.
            if self.month.is_some() || locales::month_named(&lower).is_none() {
                return Some(());
            }
        }
        let month = locales::month_named(&lower)?;
        self.month.replace(month).is_none().then_some(())
    }

    fn number(&mut self, n: i16, digits: usize) -> Option<()> {
        match (digits, self.day, self.year) {
            (4, _, None) => self.year = Some(n),
            (1 | 2, None, _) => self.day = i8::try_from(n).ok(),
            _ => return None,
        }
        Some(())
    }

    fn time(&mut self, word: &str) -> Option<()> {
        let lower = word.to_lowercase();
        match lower.as_str() {
            "" | "h" | "uhr" => {}
            "am" | "a.m." | "a.m" | "pm" | "p.m." | "p.m" => {
                let time = self.time.take()?;
                self.time = Some(format!("{time} {}", lower.replace('.', "")));
            }
            "z" | "utc" | "gmt" => self.offset = Some(0),
            other => match (self.time.is_some(), offset(other)) {
                (true, Some(offset)) => self.offset = Some(offset),
                (true, None) => self.part(word)?,
                (false, _) => self.time = Some(word.to_string()),
            },
        }
        Some(())
    }

    fn value(&self, zone_name: &str) -> Option<Value> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let Some(time) = &self.time else { return Some(Value::date(days_of(date))) };
        let moment = date.to_datetime(parse_time(time)?);
        match self.offset {
            Some(offset) => {
                let ms = moment_of(moment, "UTC")?.checked_sub(offset * 1000)?;
                Some(Value::moment(ms))
            }
            None => moment_of(moment, zone_name).map(Value::moment),
        }
    }
}

/// The seconds of `+02:00` or `-0300`.
pub fn offset(text: &str) -> Option<i64> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let digits: String = text.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The time of day that a text spells: `14:05`, `14:05:09`, `2:05 pm`, `14h05`, `9h`, `9h30min`.
pub fn parse_time(text: &str) -> Option<Time> {
    let lower = text.trim().to_ascii_lowercase();
    let lower = lower.trim_end_matches("min").trim_end_matches(" h").trim_end();
    let (digits, shift) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(rest), _) => (rest.trim(), Some(12)),
        (_, Some(rest)) => (rest.trim(), Some(0)),
        _ => (lower, None),
    };
    let marked = digits.contains([':', 'h']) || shift.is_some();
    if digits.len() > 16 || !marked {
        return None;
    }
    let mut parts = digits.trim_end_matches('h').split([':', 'h']);
    let hour = parts.next()?.trim().parse::<i8>().ok()?;
    let minute = parts.next().map_or(Ok(0), str::parse::<i8>).ok()?;
    let (second, part) = seconds(parts.next().unwrap_or("0"))?;
    let hour = match shift {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, part * 1_000_000).ok()
}

/// Seconds and thousandths of `09.250`.
fn seconds(text: &str) -> Option<(i8, i32)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    Some((whole.parse().ok()?, part.parse().ok()?))
}

/// What an argument says of how a date is written.
enum How {
    Any,
    Region(&'static Locale),
    Pattern(String),
}

fn how(call: &mut Call<'_>, index: usize) -> Result<How, Fault> {
    if call.arg(index).is_null() {
        return Ok(How::Any);
    }
    let text = call.text(index)?;
    Ok(match locales::find(&text) {
        Some(locale) => How::Region(locale),
        None => How::Pattern(text),
    })
}

/// The day or moment of the first argument, read as the second says.
fn read(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::Text {
        return call.date(0);
    }
    let (text, how) = (call.text(0)?, how(call, 1)?);
    call.heap.charge(100)?;
    let zone = &call.env.zone;
    let found = match how {
        How::Any => parse(&text, zone),
        How::Region(locale) => parse_in(&text, zone, locale.month_first()),
        How::Pattern(pattern) => by_pattern(&text, &pattern, zone),
    };
    found.ok_or_else(|| not_a_date(&text))
}

/// The date that a text spells in the way of a pattern such as `dd/MM/yyyy HH:mm`.
fn by_pattern(text: &str, pattern: &str, zone_name: &str) -> Option<Value> {
    if text.len() > DATE_BYTES_MAX || pattern.len() > DATE_BYTES_MAX {
        return None;
    }
    let pattern = from_strftime(pattern);
    let mut found = Found { rest: text.trim(), ..Found::default() };
    let mut rest = pattern.as_str();
    while let Some(first) = rest.chars().next() {
        let quoted = rest.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
        if let Some((literal, after)) = quoted {
            found.rest = found.rest.strip_prefix(literal)?;
            rest = after;
            continue;
        }
        let length = rest.find(|c| c != first).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(length);
        found.token(token, tail)?;
        rest = tail;
    }
    found.value(zone_name)
}

/// The pattern of C as one of letters.
fn from_strftime(pattern: &str) -> String {
    const LETTERS: [(&str, &str); 12] = [
        ("%Y", "yyyy"),
        ("%y", "yy"),
        ("%m", "MM"),
        ("%d", "dd"),
        ("%H", "HH"),
        ("%I", "hh"),
        ("%M", "mm"),
        ("%S", "ss"),
        ("%B", "MMMM"),
        ("%b", "MMM"),
        ("%p", "tt"),
        ("%F", "yyyy-MM-dd"),
    ];
    let marked = pattern.contains('%');
    let replaced = |text: String, (from, to): (&str, &str)| text.replace(from, to);
    if marked { LETTERS.into_iter().fold(pattern.into(), replaced) } else { pattern.into() }
}

/// What a pattern has found in a text.
#[derive(Default)]
struct Found<'t> {
    rest: &'t str,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: i8,
    second: i8,
    after_noon: Option<bool>,
    after_hour: bool,
}

impl Found<'_> {
    /// Takes digits, as many as the token has where another token follows at once.
    fn digits(&mut self, token: &str, tail: &str) -> Option<i16> {
        let glued = tail.starts_with(|c: char| c.is_alphabetic());
        let most = if glued { token.len() } else { token.len().max(2) };
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.parse().ok()
    }
    fn word(&mut self) -> &str {
        let end = self.rest.find(|c: char| !c.is_alphabetic() && c != '.');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }
    fn token(&mut self, token: &str, tail: &str) -> Option<()> {
        let minutes = self.after_hour || tail.trim_start_matches(':').starts_with(['s', 'S']);
        let hour = matches!(token, "HH" | "hh" | "H" | "h");
        self.after_hour = hour || (self.after_hour && matches!(token, ":" | "." | "h"));
        let small = |n: i16| i8::try_from(n).ok();
        match token {
            "yyyy" | "YYYY" => self.year = Some(self.digits(token, tail)?),
            "yy" | "YY" => self.year = Some(whole_year(self.digits(token, tail)?)),
            "MMM" | "MMMM" => {
                let word = self.word().to_string();
                self.month = Some(locales::month_named(&word)?);
            }
            "ddd" | "dddd" => drop(self.word().len()),
            "mm" | "m" | "MM" | "M" if minutes => self.minute = small(self.digits(token, tail)?)?,
            "nn" | "n" => self.minute = small(self.digits(token, tail)?)?,
            "MM" | "M" | "mm" | "m" => self.month = Some(small(self.digits(token, tail)?)?),
            "dd" | "d" | "DD" | "D" => self.day = Some(small(self.digits(token, tail)?)?),
            _ if hour => self.hour = Some(small(self.digits(token, tail)?)?),
            "ss" | "s" | "SS" => self.second = small(self.digits(token, tail)?)?,
            "tt" | "a" | "A" => {
                let half = self.word().to_ascii_lowercase();
                self.after_noon = Some(half.starts_with('p'));
            }
            literal => {
                self.rest = self.rest.strip_prefix(literal)?;
            }
        }
        Some(())
    }
    fn value(&self, zone_name: &str) -> Option<Value> {
        if !self.rest.trim().is_empty() {
            return None;
        }
        let date = Date::new(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let Some(hour) = self.hour else { return Some(Value::date(days_of(date))) };
        let hour = match self.after_noon {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(after) => hour % 12 + if after { 12 } else { 0 },
            None => hour,
        };
        let time = Time::new(hour, self.minute, self.second, 0).ok()?;
        moment_of(date.to_datetime(time), zone_name).map(Value::moment)
    }
}

fn date_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    let date = read(call)?;
    let local = to_local(date, &call.env.zone).ok_or_else(|| not_a_date("this"))?;
    Ok(Value::date(days_of(local.date())))
}

fn c_date(call: &mut Call<'_>) -> Result<Value, Fault> {
    read(call)
}

fn time_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let time = parse_time(&text).or_else(|| {
        let moment = parse(&text, &call.env.zone)?;
        to_local(moment, &call.env.zone).map(DateTime::time)
    });
    let time = time.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Fault::argument(format!("\"{shown}\" is not a time; write one such as 14:30 or 2:30 pm"))
    })?;
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    let ms = (seconds + i64::from(time.second())) * 1000 + i64::from(time.millisecond());
    Ok(Value::span(ms))
}

/// A date whose month and day may lie outside their bounds.
fn overflowing(year: i64, month: i64, day: i64) -> Option<Date> {
    let months = year.checked_mul(12)?.checked_add(month)?.checked_sub(1)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    let days = jiff::Span::new().try_days(day.checked_sub(1)?).ok()?;
    first.checked_add(days).ok()
}

fn date_serial(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (year, month, day) = (call.int(0)?, call.int(1)?, call.int(2)?);
    // Years of two digits mean the same as in texts.
    let year = if (0..100).contains(&year) { whole_year(year as i16).into() } else { year };
    let date = overflowing(year, month, day);
    date.map(|date| Value::date(days_of(date)))
        .ok_or_else(|| not_a_date(&format!("{year}-{month}-{day}")))
}

/// Hours, minutes and seconds from an argument on, in milliseconds.
fn clock_ms(call: &Call<'_>, from: usize) -> Result<i64, Fault> {
    let seconds = call
        .int_or(from, 0)?
        .saturating_mul(3600)
        .saturating_add(call.int_or(from + 1, 0)?.saturating_mul(60))
        .saturating_add(call.int_or(from + 2, 0)?);
    let ms = seconds.saturating_mul(1000);
    match ms.unsigned_abs() <= super::LAST_MS.unsigned_abs() {
        true => Ok(ms),
        false => Err(Fault::new(crate::TrapCode::Overflow, "the time is too long")),
    }
}

fn date_time_serial(call: &mut Call<'_>) -> Result<Value, Fault> {
    let date = date_serial(call)?;
    let ms = clock_ms(call, 3)?;
    let local = to_local(date, "UTC").ok_or_else(|| not_a_date("this"))?;
    let moved = local.checked_add(jiff::Span::new().milliseconds(ms)).ok();
    let moment = moved.and_then(|local| local.to_zoned(zone(&call.env.zone)).ok());
    let moment = moment.ok_or_else(|| not_a_date("this"))?;
    super::in_range(Value::moment(moment.timestamp().as_millisecond()))
}

fn time_serial(call: &mut Call<'_>) -> Result<Value, Fault> {
    clock_ms(call, 0).map(Value::span)
}

fn is_time(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    Ok(Value::bool(parse_time(&text).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    fn shown(text: &str) -> String {
        let found = parse(text, "America/Sao_Paulo");
        found.map_or("none".into(), |value| match value.kind() {
            Kind::Date => super::super::day_text(value.as_i64()),
            _ => super::super::moment_text(value.as_i64(), "America/Sao_Paulo"),
        })
    }

    #[test]
    fn every_spelling_of_a_day() {
        for text in [
            "2024-03-15",
            "2024/3/15",
            "15/03/2024",
            "15.03.2024",
            "3/15/2024",
            "15/3/24",
            "15.03.24",
            "15 March 2024",
            "March 15, 2024",
            "Fri, 15 Mar 2024",
            "15-Mar-2024",
            "15 de março de 2024",
            "viernes 15 de marzo de 2024",
            "15. März 2024",
            "15th of March 2024",
            "le 15 mars 2024",
        ] {
            assert_eq!(shown(text), "2024-03-15", "{text}");
        }
        assert_eq!(shown("1/2/45"), "1945-02-01");
    }

    #[test]
    fn every_spelling_of_a_moment() {
        for text in [
            "2024-03-15 14:05",
            "2024-03-15T17:05:00Z",
            "2024-03-15T14:05-03:00",
            "15/03/2024 14h05",
            "15/03/2024, 2:05 PM",
            "15/03/2024 às 14:05",
            "Mar 15 2024 2:05 p.m.",
            "Fri, 15 Mar 2024 17:05:00 GMT",
            "Fri, 15 Mar 2024 19:05:00 +0200",
            "14:05 15 March 2024",
            "15 de marzo de 2024 a las 14:05",
        ] {
            assert_eq!(shown(text), "2024-03-15 14:05:00", "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "hello",
            "2024-02-30",
            "12",
            "2024-13-01",
            "99/99/9999",
            "1.2.3",
            "10.0.0.1",
            "mar 2024",
            "15 15 2024 march",
            "30 February 2024",
            "v1.02.03",
            "2024",
            "order 12 of 2024",
            "March 2024 2023 1",
            "2024-03-15 25:00",
            "1/2/3",
            "1234-5678-9012",
        ] {
            assert_eq!(shown(text), "none", "{text}");
        }
        assert_eq!(shown(&"1".repeat(500)), "none");
    }

    #[test]
    fn patterns_are_followed_to_the_letter() {
        for (text, pattern, date) in [
            ("20240315", "yyyyMMdd", "2024-03-15"),
            ("03-15-2024", "MM-dd-yyyy", "2024-03-15"),
            ("15 mars 2024", "d MMMM yyyy", "2024-03-15"),
            ("15/03/2024 02:05 pm", "dd/MM/yyyy hh:mm tt", "2024-03-15 14:05:00"),
            ("2024-03-15", "%Y-%m-%d", "2024-03-15"),
        ] {
            let args = format!(r#"["{text}", "{pattern}"]"#);
            assert_eq!(call("CDATE", &args), date, "{pattern}");
        }
        for (text, pattern) in [("15/03/2024", "yyyy-MM-dd"), ("15/03/2024 x", "dd/MM/yyyy")] {
            let args = format!(r#"["{text}", "{pattern}"]"#);
            assert!(call("CDATE", &args).contains("is not a date"), "{pattern}");
        }
    }

    #[test]
    fn times_of_day() {
        assert_eq!(parse_time("2:05 pm"), Some(Time::constant(14, 5, 0, 0)));
        assert_eq!(parse_time("12:00 am"), Some(Time::midnight()));
        assert_eq!(parse_time("9h30min"), Some(Time::constant(9, 30, 0, 0)));
        assert_eq!(parse_time("14:05:09.25"), Some(Time::constant(14, 5, 9, 250_000_000)));
        for none in ["25:00", "12", "", "13 pm", "1:2:3:4", "h", ":"] {
            assert_eq!(parse_time(none), None, "{none}");
        }
    }

    #[test]
    fn dates_from_extreme_numbers_are_refused() {
        assert!(call("DATESERIAL", "[9223372036854775807, 1, 1]").contains("is not a date"));
        assert!(call("DATESERIAL", "[2024, 1, -9223372036854775808]").contains("is not a date"));
        assert!(call("TIMESERIAL", "[9223372036854775807]").contains("too long"));
        assert_eq!(call("DATESERIAL", "[24, 2, 29]"), "2024-02-29");
    }
}
