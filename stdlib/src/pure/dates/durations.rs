//! Lengths of time: made, read, measured and written.

use super::{DAY_MS, LAST_MS, Unit};
use crate::pure::text::case::unaccented;
use crate::pure::{Call, arith};
use crate::{Fault, Kind, TrapCode, Value};

crate::functions! {
    family "dates";

    /// A length of so many milliseconds, to be added to a date.
    ///
    /// `MILLISECONDS(1500)` → `00:00:01`
    /// `TOTALSECONDS(MILLISECONDS(1500))` → `1.5`
    "MILLISECONDS" (count: Num) -> Any = milliseconds;

    /// A length of so many seconds.
    ///
    /// `SECONDS(90)` → `00:01:30`
    /// `SECONDS(0.5) * 4 = SECONDS(2)` → `true`
    "SECONDS" (count: Num) -> Any = seconds;

    /// A length of so many minutes.
    ///
    /// `MINUTES(1) = SECONDS(60)` → `true`
    /// `MINUTES(90)` → `01:30:00`
    "MINUTES" (count: Num) -> Any = minutes;

    /// A length of so many hours.
    ///
    /// `HOURS(2) = MINUTES(120)` → `true`
    /// `HOURS(1.5) + MINUTES(15)` → `01:45:00`
    "HOURS" (count: Num) -> Any = hours;

    /// A length of so many days, to be added to a date.
    ///
    /// `DATEVALUE("2024-03-15") + DAYS(2)` → `2024-03-17`
    /// `DAYS(1) = HOURS(24)` → `true`
    "DAYS" (count: Num) -> Any = days;

    /// A length of so many weeks.
    ///
    /// `DATEVALUE("2024-03-15") + WEEKS(1)` → `2024-03-22`
    /// `WEEKS(2) = DAYS(14)` → `true`
    "WEEKS" (count: Num) -> Any = weeks;

    /// The length of time that a text spells: numbers with units, a clock time, or ISO 8601.
    ///
    /// `DURATION("2h 30m")` → `02:30:00`
    /// `DURATION("1 day and 4 hours")` → `1d 04:00:00`
    /// `DURATION("PT1H5M")` → `01:05:00`
    /// `DURATION("1:30")` → `01:30:00`
    "DURATION" also ["PARSEDURATION", "PARSE DURATION", "TIMESPAN"] (text: Any) -> Any = duration;

    /// A length of time (or a number of seconds) as people write it. The style is `short`, `long`
    /// (words of a language) or `clock`.
    ///
    /// `FORMATDURATION(MINUTES(125))` → `2 h 5 min`
    /// `FORMATDURATION(3661, "long")` → `1 hour, 1 minute, 1 second`
    /// `FORMATDURATION(HOURS(26), "long", "pt")` → `1 dia, 2 horas`
    /// `FORMATDURATION(90, "clock")` → `00:01:30`
    "FORMATDURATION" also ["FORMAT DURATION", "HUMANDURATION"]
        (length: Any; style: Text, language: Text) -> Text = format_duration;

    /// A length of time in the format of ISO 8601.
    ///
    /// `ISODURATION(HOURS(26) + MINUTES(5))` → `P1DT2H5M`
    /// `ISODURATION(0)` → `PT0S`
    "ISODURATION" also ["ISO DURATION", "TOISODURATION"] (length: Any) -> Text = iso_duration;

    /// A length of time in days, with decimals.
    ///
    /// `TOTALDAYS(HOURS(36))` → `1.5`
    /// `TOTALDAYS(CDATE("2024-03-02 12:00") - CDATE("2024-03-01"))` → `1.5`
    "TOTALDAYS" also ["TOTAL DAYS"] (length: Any) -> Num = total_days;

    /// A length of time in hours, with decimals.
    ///
    /// `TOTALHOURS(MINUTES(90))` → `1.5`
    /// `TOTALHOURS(DAYS(2))` → `48`
    "TOTALHOURS" also ["TOTAL HOURS"] (length: Any) -> Num = total_hours;

    /// A length of time in minutes, with decimals.
    ///
    /// `TOTALMINUTES(SECONDS(90))` → `1.5`
    /// `TOTALMINUTES(HOURS(2))` → `120`
    "TOTALMINUTES" also ["TOTAL MINUTES"] (length: Any) -> Num = total_minutes;

    /// A length of time in seconds, with decimals.
    ///
    /// `TOTALSECONDS(MINUTES(2))` → `120`
    /// `TOTALSECONDS("1:30")` → `5400`
    "TOTALSECONDS" also ["TOTAL SECONDS"] (length: Any) -> Num = total_seconds;
}

fn too_long() -> Fault {
    Fault::new(TrapCode::Overflow, "the time is too long")
}

/// A length of a number of milliseconds that is not too large.
fn span(ms: f64) -> Result<Value, Fault> {
    if ms.abs() > LAST_MS as f64 || ms.is_nan() {
        return Err(too_long());
    }
    Ok(Value::span(libm::round(ms) as i64))
}

fn length(call: &mut Call<'_>, unit: Unit) -> Result<Value, Fault> {
    span(call.number(0)? * unit.ms().unwrap_or(1) as f64)
}
fn milliseconds(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Millisecond)
}
fn seconds(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Second)
}
fn minutes(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Minute)
}
fn hours(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Hour)
}
fn days(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Day)
}
fn weeks(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Week)
}

/// The milliseconds of a length that a text spells.
pub fn parse_span(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    if let Some(rest) = text.strip_prefix('-') {
        return parse_span(rest).map(|ms| -ms);
    }
    if text.starts_with(['P', 'p']) {
        return iso(text);
    }
    if text.contains(':') { clock(text) } else { units(text) }
}

/// `1:30`, `1:30:15`, `2d 01:00:00`.
fn clock(text: &str) -> Option<f64> {
    let (days, time) = match text.split_once('d') {
        Some((days, time)) => (days.trim().parse::<f64>().ok()?, time.trim()),
        None => (0.0, text),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let number = |part: &&str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        digits.then(|| part.parse::<f64>().ok()).flatten()
    };
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes] => (number(hours)?, number(minutes)?, 0.0),
        [hours, minutes, seconds] => (number(hours)?, number(minutes)?, number(seconds)?),
        _ => return None,
    };
    let fits = minutes < 60.0 && seconds < 60.0;
    fits.then_some(days * DAY_MS as f64 + hours * 3.6e6 + minutes * 6e4 + seconds * 1e3)
}

/// `2h 30m`, `1 day and 4 hours`, `2 horas e 5 minutos`.
fn units(text: &str) -> Option<f64> {
    let plain = unaccented(text).to_lowercase().replace(',', " ");
    let (mut total, mut rest, mut any) = (0.0, plain.trim(), false);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if number.is_empty() {
            // `and`, `e`, `y`, `und` between the parts.
            if !any || !["and", "e", "y", "und", "et"].contains(&name) {
                return None;
            }
            rest = after.trim_start();
            continue;
        }
        let ms = Unit::named(name)?.ms()?;
        total += number.parse::<f64>().ok()? * ms as f64;
        any = true;
        rest = after.trim_start();
    }
    any.then_some(total)
}

/// `P1DT2H5M`, `PT90S`, `P2W`. Months and years have no fixed length.
fn iso(text: &str) -> Option<f64> {
    let upper = text.to_ascii_uppercase();
    let (date, time) =
        upper.strip_prefix('P')?.split_once('T').unwrap_or((upper.trim_start_matches('P'), ""));
    let part = |mut rest: &str, units: &[(char, f64)]| {
        let mut total = 0.0;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, after) = rest.split_at(end);
            let letter = after.chars().next()?;
            let ms = units.iter().find(|(unit, _)| *unit == letter)?.1;
            total += number.replace(',', ".").parse::<f64>().ok()? * ms;
            rest = after.get(1..)?;
        }
        Some(total)
    };
    let days = part(date, &[('W', 7.0 * DAY_MS as f64), ('D', DAY_MS as f64)])?;
    let clock = part(time, &[('H', 3.6e6), ('M', 6e4), ('S', 1e3)])?;
    (upper.len() > 2).then_some(days + clock)
}

impl Call<'_> {
    /// The argument as milliseconds: a length, a text that spells one, or a number of seconds.
    pub fn span_ms(&mut self, index: usize) -> Result<i64, Fault> {
        let value = self.arg(index);
        if value.kind() == Kind::Span {
            return Ok(value.as_i64());
        }
        let seconds = arith::to_number(self.heap, value).and_then(Value::number);
        if let Some(seconds) = seconds {
            return span(seconds * 1000.0).map(|value| value.as_i64());
        }
        let text = self.text(index)?;
        let ms = parse_span(&text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            let help = "write one such as \"2h 30m\", \"1:30\" or \"3 days\"";
            Fault::argument(format!("\"{shown}\" is no length of time; {help}"))
        })?;
        span(ms).map(|value| value.as_i64())
    }
}

fn duration(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.span_ms(0).map(Value::span)
}

/// Days, hours, minutes and seconds of a length.
fn parts(ms: i64) -> [u64; 4] {
    let seconds = ms.unsigned_abs() / 1000;
    [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60]
}

fn format_duration(call: &mut Call<'_>) -> Result<Value, Fault> {
    let ms = call.span_ms(0)?;
    let style = call.text_or(1, "short")?.trim().to_ascii_lowercase();
    let words = call.locale(2)?.language();
    let sign = if ms < 0 { "-" } else { "" };
    let text = match style.as_str() {
        "clock" => super::span_text(ms),
        "long" => {
            // Days are the fourth of the units that a language knows.
            let shown = written(ms, ", ", |at, n| words.length(at + 3, n));
            format!("{sign}{shown}")
        }
        "short" => {
            let names = ["d", "h", "min", "s"];
            let shown =
                written(ms, " ", |at, n| format!("{n} {}", names.get(at).copied().unwrap_or("")));
            format!("{sign}{shown}")
        }
        _ => return Err(Fault::argument("FORMATDURATION knows the styles short, long and clock")),
    };
    call.give(&text)
}

/// The parts of a length that are not 0; of none the seconds.
fn written(ms: i64, gap: &str, part: impl Fn(usize, u64) -> String) -> String {
    let shown: Vec<String> = parts(ms)
        .into_iter()
        .enumerate()
        .filter(|(_, n)| *n > 0)
        .map(|(at, n)| part(at, n))
        .collect();
    if shown.is_empty() { part(3, 0) } else { shown.join(gap) }
}

fn iso_duration(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = iso_text(call.span_ms(0)?);
    call.give(&text)
}

/// A length in the format of ISO 8601.
fn iso_text(ms: i64) -> String {
    let [days, hours, minutes, seconds] = parts(ms);
    let part = |n: u64, letter: &str| if n > 0 { format!("{n}{letter}") } else { String::new() };
    let milli = ms.unsigned_abs() % 1000;
    let seconds = match milli {
        0 => part(seconds, "S"),
        milli => format!("{seconds}.{}S", format!("{milli:03}").trim_end_matches('0')),
    };
    let clock = format!("{}{}{seconds}", part(hours, "H"), part(minutes, "M"));
    let sign = if ms < 0 { "-" } else { "" };
    match (days, clock.as_str()) {
        (0, "") => "PT0S".to_string(),
        (days, "") => format!("{sign}P{days}D"),
        (days, clock) => format!("{sign}P{}T{clock}", part(days, "D")),
    }
}

fn total(call: &mut Call<'_>, unit: i64) -> Result<Value, Fault> {
    let ms = call.span_ms(0)?;
    Ok(arith::whole(Value::num(ms as f64 / unit as f64)))
}
fn total_days(call: &mut Call<'_>) -> Result<Value, Fault> {
    total(call, DAY_MS)
}
fn total_hours(call: &mut Call<'_>) -> Result<Value, Fault> {
    total(call, 3_600_000)
}
fn total_minutes(call: &mut Call<'_>) -> Result<Value, Fault> {
    total(call, 60_000)
}
fn total_seconds(call: &mut Call<'_>) -> Result<Value, Fault> {
    total(call, 1_000)
}

/// A length by a pattern of `d`, `h`, `m`, `s` (two of them: two digits); without `d` the hours go
/// on beyond 24.
pub fn span_by(ms: i64, pattern: &str) -> String {
    if pattern.eq_ignore_ascii_case("iso") {
        return iso_text(ms);
    }
    let [days, hours, minutes, seconds] = parts(ms);
    let hours = if pattern.contains(['d', 'D']) { hours } else { days * 24 + hours };
    let mut out = String::from(if ms < 0 { "-" } else { "" });
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (token, tail) = rest.split_at(rest.find(|c| c != first).unwrap_or(rest.len()));
        let width = token.len();
        let n = match first {
            'd' | 'D' => Some(days),
            'h' | 'H' => Some(hours),
            'm' | 'M' | 'n' => Some(minutes),
            's' | 'S' => Some(seconds),
            'f' => Some(ms.unsigned_abs() % 1000),
            _ => None,
        };
        match n {
            Some(n) => out.push_str(&format!("{n:0width$}")),
            None => out.push_str(token),
        }
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn lengths_that_texts_spell() {
        for (text, ms) in [
            ("90 s", Some(90e3)),
            ("1.5h", Some(5.4e6)),
            ("2 horas e 5 minutos", Some(7.5e6)),
            ("-1:00", Some(-3.6e6)),
            ("2d 01:00:00", Some(176.4e6)),
            ("P1W2DT3H", Some(788.4e6)),
            ("PT0.5S", Some(500.0)),
            ("P1M", None),
            ("P", None),
            ("1 month", None),
            ("1:75", None),
            ("and", None),
            ("", None),
            ("5", None),
            ("1:-2", None),
        ] {
            assert_eq!(parse_span(text), ms, "{text}");
        }
        assert!(call("DURATION", r#"["soon"]"#).contains("no length of time"));
        assert!(call("DAYS", "[1e300]").contains("too long"));
    }

    #[test]
    fn lengths_by_patterns() {
        assert_eq!(span_by(93_784_000, "hh:mm:ss"), "26:03:04");
        assert_eq!(span_by(93_784_000, "d.hh:mm"), "1.02:03");
        assert_eq!(span_by(-60_000, "h:mm"), "-0:01");
        assert_eq!(iso_text(-90_061_500), "-P1DT1H1M1.5S");
        assert_eq!(iso_text(DAY_MS), "P1D");
        assert_eq!(call("FORMATDURATION", "[0]"), "0 s");
        assert_eq!(call("FORMATDURATION", r#"[-90061]"#), "-1 d 1 h 1 min 1 s");
    }
}
