//! Days, moments and lengths of time. The clock is never asked: now is what `Env` says.

use super::Call;
use crate::{Fault, Kind, TrapCode, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// The last moment that can be shown: the end of the year 9999, nearly.
pub const LAST_MS: i64 = 253_370_764_800_000;

crate::functions! {
    family "dates";

    /// The moment at which this turn began.
    ///
    /// `YEAR(NOW()) > 2000` → `true`
    "NOW" () -> Date = now;

    /// Today's date.
    ///
    /// `TODAY() = DATEVALUE(NOW())` → `true`
    "TODAY" also ["DATE"] () -> Date = today;

    /// The time of day as a text.
    ///
    /// `LEN(TIME())` → `8`
    "TIME" () -> Text = time;

    /// The seconds since midnight.
    ///
    /// `TIMER() >= 0` → `true`
    "TIMER" () -> Num = timer;

    /// The year of a date.
    ///
    /// `YEAR("2024-03-15")` → `2024`
    "YEAR" (; date: Date) -> Int = year;

    /// The month of a date, 1 to 12.
    ///
    /// `MONTH("2024-03-15")` → `3`
    "MONTH" (; date: Date) -> Int = month;

    /// The day of a date, 1 to 31.
    ///
    /// `DAY("2024-03-15")` → `15`
    "DAY" (; date: Date) -> Int = day;

    /// The hour of a moment, 0 to 23.
    ///
    /// `HOUR("2024-03-15 14:05")` → `14`
    "HOUR" (; date: Date) -> Int = hour;

    /// The minute of a moment.
    ///
    /// `MINUTE("2024-03-15 14:05")` → `5`
    "MINUTE" (; date: Date) -> Int = minute;

    /// The second of a moment.
    ///
    /// `SECOND("2024-03-15 14:05:09")` → `9`
    "SECOND" (; date: Date) -> Int = second;

    /// The day of the week, 1 for Sunday to 7 for Saturday.
    ///
    /// `WEEKDAY("2024-03-15")` → `6`
    "WEEKDAY" (; date: Date) -> Int = weekday;

    /// A date moved by a number of units; the order of the arguments is free.
    ///
    /// `DATEADD("2024-01-31", 1, "month")` → `2024-02-29`
    "DATEADD" also ["DATE ADD"] (first: Any, second: Any; third: Any) -> Date = date_add;

    /// The units between two dates, in days where none is named; the unit may stand anywhere.
    ///
    /// `DATEDIFF("2024-01-01", "2024-03-01", "day")` → `60`
    "DATEDIFF" also ["DATE DIFF"] (first: Any, second: Any; third: Any) -> Int = date_diff;

    /// The day that a text spells, or on which a moment lies.
    ///
    /// `DATEVALUE("15/03/2024")` → `2024-03-15`
    "DATEVALUE" also ["CDATE", "PARSEDATE", "TO DATE"] (date: Any) -> Date = date_value;

    /// A day from year, month and day.
    ///
    /// `DATESERIAL(2024, 3, 15)` → `2024-03-15`
    "DATESERIAL" (year: Int, month: Int, day: Int) -> Date = date_serial;

    /// A length of so many days, to be added to a date.
    ///
    /// `DATEVALUE("2024-03-15") + DAYS(2)` → `2024-03-17`
    "DAYS" (count: Num) -> Any = days;

    /// A length of so many hours.
    ///
    /// `HOURS(2) = MINUTES(120)` → `true`
    "HOURS" (count: Num) -> Any = hours;

    /// A length of so many minutes.
    ///
    /// `MINUTES(1) = SECONDS(60)` → `true`
    "MINUTES" (count: Num) -> Any = minutes;

    /// A length of so many seconds.
    ///
    /// `SECONDS(90)` → `00:01:30`
    "SECONDS" (count: Num) -> Any = seconds;

    /// The whole days from one date to another.
    ///
    /// `DAYS_BETWEEN("2024-01-01", "2024-01-31")` → `30`
    "DAYS BETWEEN" (from: Date, to: Date) -> Int = days_between;

    /// The whole hours from one moment to another.
    ///
    /// `HOURS_BETWEEN("2024-01-01 08:00", "2024-01-01 17:30")` → `9`
    "HOURS BETWEEN" (from: Date, to: Date) -> Int = hours_between;

    /// The whole minutes from one moment to another.
    ///
    /// `MINUTES_BETWEEN("2024-01-01 08:00", "2024-01-01 09:30")` → `90`
    "MINUTES BETWEEN" (from: Date, to: Date) -> Int = minutes_between;

    /// The seconds from one moment to another.
    ///
    /// `SECONDS_BETWEEN("2024-01-01 08:00", "2024-01-01 08:01")` → `60`
    "SECONDS BETWEEN" (from: Date, to: Date) -> Int = seconds_between;

    /// A date moved by days.
    ///
    /// `ADD_DAYS("2024-02-28", 2)` → `2024-03-01`
    "ADD DAYS" (date: Date, count: Int) -> Date = add_days;

    /// A moment moved by hours.
    ///
    /// `ADD_HOURS("2024-01-01 23:00", 2)` → `2024-01-02 01:00:00`
    "ADD HOURS" (date: Date, count: Int) -> Date = add_hours;

    /// A date moved by months.
    ///
    /// `ADD_MONTHS("2024-01-31", 1)` → `2024-02-29`
    "ADD MONTHS" (date: Date, count: Int) -> Date = add_months;
}

/// A unit of time as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    fn named(name: &str) -> Option<Unit> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => Unit::Second,
            "m" | "n" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
            "h" | "hour" | "hours" => Unit::Hour,
            "d" | "y" | "day" | "days" => Unit::Day,
            "w" | "ww" | "week" | "weeks" => Unit::Week,
            "mm" | "mon" | "month" | "months" => Unit::Month,
            "q" | "quarter" | "quarters" => Unit::Quarter,
            "yy" | "yyyy" | "year" | "years" => Unit::Year,
            _ => return None,
        })
    }
    fn ms(self) -> Option<i64> {
        match self {
            Unit::Second => Some(1_000),
            Unit::Minute => Some(60_000),
            Unit::Hour => Some(3_600_000),
            Unit::Day => Some(DAY_MS),
            Unit::Week => Some(7 * DAY_MS),
            Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }
    fn months(self) -> i64 {
        match self {
            Unit::Quarter => 3,
            Unit::Year => 12,
            _ => 1,
        }
    }
}

/// A zone by its name; UTC where it is unknown.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn zoned(ms: i64, zone_name: &str) -> Option<Zoned> {
    Timestamp::from_millisecond(ms).ok().map(|t| t.to_zoned(zone(zone_name)))
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

fn date_of(days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    epoch().checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// The days since 1970 of a date.
pub fn days_of(date: Date) -> i64 {
    epoch().until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// A day as `YYYY-MM-DD`.
pub fn day_text(days: i64) -> String {
    date_of(days).map_or_else(|| format!("day {days}"), |date| date.to_string())
}

/// A moment as `YYYY-MM-DD HH:MM:SS` in a zone.
pub fn moment_text(ms: i64, zone_name: &str) -> String {
    let Some(moment) = zoned(ms, zone_name) else { return format!("moment {ms}") };
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A length of time as `HH:MM:SS`, with days before it where it has some.
pub fn span_text(ms: i64) -> String {
    let seconds = ms.unsigned_abs() / 1000;
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let sign = if ms < 0 { "-" } else { "" };
    let days = if days > 0 { format!("{days}d ") } else { String::new() };
    format!("{sign}{days}{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60)
}

/// The day or moment that a text spells: `2024-03-15`, `2024-03-15 14:05[:09]`, with `T`, `Z` or an
/// offset, `15/03/2024`, `15.03.2024`; a moment without offset lies in the zone given.
pub fn parse(text: &str, zone_name: &str) -> Option<Value> {
    let text = text.trim();
    if text.len() > 64 || !text.is_ascii() || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(Value::moment(timestamp.as_millisecond()));
    }
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date = parse_day(day)?;
    if time.trim().is_empty() {
        return Some(Value::date(days_of(date)));
    }
    let moment = date.to_datetime(parse_time(time)?);
    moment_of(moment, zone_name).map(Value::moment)
}

fn moment_of(moment: DateTime, zone_name: &str) -> Option<i64> {
    moment.to_zoned(zone(zone_name)).ok().map(|z| z.timestamp().as_millisecond())
}

fn parse_day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |part: &&str| part.parse::<i16>().ok();
    let (a_number, b, c_number) = (number(a)?, number(b)?, number(c)?);
    let (year, month, day) = match (a.len(), c.len()) {
        (4, _) => (a_number, b, c_number),
        (_, 4) if b > 12 => (c_number, a_number, b),
        (_, 4) => (c_number, b, a_number),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The time of day that a text spells: `14:05`, `14:05:09`, `2:05 pm`, `14h05`, `9h`.
pub fn parse_time(text: &str) -> Option<Time> {
    let lower = text.trim().to_ascii_lowercase();
    let (digits, shift) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(rest), _) => (rest.trim(), Some(12)),
        (_, Some(rest)) => (rest.trim(), Some(0)),
        _ => (lower.as_str(), None),
    };
    let mut parts = digits.trim_end_matches('h').split([':', 'h']);
    let mut next = || parts.next().map(|p| p.split('.').next().unwrap_or("").parse::<i8>());
    let hour = next()?.ok()?;
    let minute = next().unwrap_or(Ok(0)).ok()?;
    let second = next().unwrap_or(Ok(0)).ok()?;
    let hour = match shift {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

/// Milliseconds since 1970 of a date (its midnight in the zone) or a moment.
pub fn to_ms(value: Value, zone_name: &str) -> Option<i64> {
    match value.kind() {
        Kind::Moment => Some(value.as_i64()),
        Kind::Date => moment_of(date_of(value.as_i64())?.to_datetime(Time::midnight()), zone_name),
        _ => None,
    }
}

/// The local date and time of a date or moment.
pub fn to_local(value: Value, zone_name: &str) -> Option<DateTime> {
    match value.kind() {
        Kind::Date => Some(date_of(value.as_i64())?.to_datetime(Time::midnight())),
        Kind::Moment => zoned(value.as_i64(), zone_name).map(|z| z.datetime()),
        _ => None,
    }
}

/// Fails where a date or moment lies outside the years that can be shown.
pub fn in_range(value: Value) -> Result<Value, Fault> {
    let ms = match value.kind() {
        Kind::Date => value.as_i64().checked_mul(DAY_MS),
        _ => Some(value.as_i64()),
    };
    match ms {
        Some(ms) if ms.abs() <= LAST_MS => Ok(value),
        _ => Err(Fault::new(TrapCode::Overflow, "the date is too far away")),
    }
}

impl Call<'_> {
    /// The argument as a day or moment; now where it was left out.
    pub fn date(&mut self, index: usize) -> Result<Value, Fault> {
        let value = self.arg(index);
        match value.kind() {
            Kind::Date | Kind::Moment => Ok(value),
            Kind::Null => Ok(Value::moment(self.env.now_ms)),
            Kind::Map => self.formatted(value),
            _ => {
                let text = self.text(index)?;
                parse(&text, &self.env.zone).ok_or_else(|| not_a_date(&text))
            }
        }
    }
    fn formatted(&mut self, map: Value) -> Result<Value, Fault> {
        let text = self.heap.map_get(map, "formatted").unwrap_or(Value::NULL);
        let text = self.heap.text(&text);
        parse(text, &self.env.zone).ok_or_else(|| not_a_date(text))
    }
    pub(super) fn local(&mut self, index: usize) -> Result<DateTime, Fault> {
        let date = self.date(index)?;
        to_local(date, &self.env.zone).ok_or_else(|| not_a_date("this"))
    }
    /// The unit that an argument names, if it does.
    fn unit(&mut self, index: usize) -> Option<Unit> {
        let value = self.arg(index);
        (value.kind() == Kind::Text).then(|| Unit::named(self.heap.text(&value))).flatten()
    }
}

fn not_a_date(text: &str) -> Fault {
    let shown: String = text.chars().take(40).collect();
    Fault::argument(format!("\"{shown}\" is not a date"))
}

fn now(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::moment(call.env.now_ms))
}

fn today(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::date(days_of(call.local(0)?.date())))
}

fn time(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.local(0)?.strftime("%H:%M:%S").to_string();
    call.give(&text)
}

fn timer(call: &mut Call<'_>) -> Result<Value, Fault> {
    let time = call.local(0)?.time();
    let whole = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    let part = f64::from(time.second()) + f64::from(time.millisecond()) / 1000.0;
    Ok(Value::num(whole as f64 + part))
}

fn part(call: &mut Call<'_>, part: fn(DateTime) -> i64) -> Result<Value, Fault> {
    call.local(0).map(|local| Value::int(part(local)))
}
fn year(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.year().into())
}
fn month(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.month().into())
}
fn day(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.day().into())
}
fn hour(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.hour().into())
}
fn minute(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.minute().into())
}
fn second(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.second().into())
}
fn weekday(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.weekday().to_sunday_one_offset().into())
}

/// Which arguments are the date, the number and the unit.
fn date_add(call: &mut Call<'_>) -> Result<Value, Fault> {
    let unit_at = (0..3).find(|at| call.unit(*at).is_some());
    let unit = unit_at.and_then(|at| call.unit(at)).unwrap_or(Unit::Day);
    let rest: Vec<usize> = (0..call.args.len().min(3)).filter(|at| Some(*at) != unit_at).collect();
    let [first, second] = rest.as_slice() else {
        return Err(Fault::argument("DATEADD needs a date, a number and a unit"));
    };
    match call.arg(*first).kind() {
        Kind::Int | Kind::Num => add_units(call, *second, *first, unit),
        _ => add_units(call, *first, *second, unit),
    }
}

fn add_units(call: &mut Call<'_>, date: usize, n: usize, unit: Unit) -> Result<Value, Fault> {
    let (value, count) = (call.date(date)?, call.number(n)?);
    move_by(value, count, unit, &call.env.zone)
}

fn move_by(value: Value, count: f64, unit: Unit, zone_name: &str) -> Result<Value, Fault> {
    let far = || Fault::new(TrapCode::Overflow, "the date is too far away");
    if let Unit::Second | Unit::Minute | Unit::Hour = unit {
        let start = to_ms(value, zone_name).ok_or_else(far)?;
        let ms = count * unit.ms().unwrap_or(1) as f64;
        if ms.abs() > LAST_MS as f64 {
            return Err(far());
        }
        return in_range(Value::moment(start + ms as i64));
    }
    let local = to_local(value, zone_name).ok_or_else(far)?;
    let moved = local.checked_add(calendar_span(count as i64, unit).ok_or_else(far)?);
    let moved = moved.map_err(|_| far())?;
    in_range(match value.kind() {
        Kind::Date => Value::date(days_of(moved.date())),
        _ => Value::moment(moment_of(moved, zone_name).ok_or_else(far)?),
    })
}

fn calendar_span(count: i64, unit: Unit) -> Option<jiff::Span> {
    if count.abs() > 4_000_000 {
        return None;
    }
    match unit {
        Unit::Day => 0.days().try_days(count).ok(),
        Unit::Week => 0.weeks().try_weeks(count).ok(),
        _ => 0.months().try_months(count.checked_mul(unit.months())?).ok(),
    }
}

fn date_diff(call: &mut Call<'_>) -> Result<Value, Fault> {
    let unit_at = (0..3).find(|at| call.unit(*at).is_some());
    let unit = unit_at.and_then(|at| call.unit(at)).unwrap_or(Unit::Day);
    let rest: Vec<usize> = (0..call.args.len().min(3)).filter(|at| Some(*at) != unit_at).collect();
    let [from, to] = rest.as_slice() else {
        return Err(Fault::argument("DATEDIFF needs two dates"));
    };
    between(call, *from, *to, unit)
}

fn between(call: &mut Call<'_>, from: usize, to: usize, unit: Unit) -> Result<Value, Fault> {
    let (a, b) = (call.local(from)?, call.local(to)?);
    let days = days_of(b.date()) - days_of(a.date());
    let months = (i64::from(b.year()) - i64::from(a.year())) * 12 + i64::from(b.month())
        - i64::from(a.month());
    let distance = match unit {
        Unit::Day => days,
        Unit::Week => days / 7,
        Unit::Month | Unit::Quarter | Unit::Year => {
            let step = unit.months();
            months / step
        }
        _ => {
            let (a, b) = (call.date(from)?, call.date(to)?);
            let ms = |v| to_ms(v, &call.env.zone).unwrap_or(0);
            (ms(b) - ms(a)) / unit.ms().unwrap_or(1)
        }
    };
    Ok(Value::int(distance))
}

fn date_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    today(call)
}

fn date_serial(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (year, month, day) = (call.int(0)?, call.int(1)?, call.int(2)?);
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    date.map(|date| Value::date(days_of(date)))
        .ok_or_else(|| not_a_date(&format!("{year}-{month}-{day}")))
}

fn length(call: &mut Call<'_>, unit: Unit) -> Result<Value, Fault> {
    let ms = call.number(0)? * unit.ms().unwrap_or(1) as f64;
    if ms.abs() > LAST_MS as f64 {
        return Err(Fault::new(TrapCode::Overflow, "the time is too long"));
    }
    Ok(Value::span(ms as i64))
}
fn days(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Day)
}
fn hours(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Hour)
}
fn minutes(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Minute)
}
fn seconds(call: &mut Call<'_>) -> Result<Value, Fault> {
    length(call, Unit::Second)
}
fn days_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Day)
}
fn hours_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Hour)
}
fn minutes_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Minute)
}
fn seconds_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Second)
}
fn add_days(call: &mut Call<'_>) -> Result<Value, Fault> {
    add_units(call, 0, 1, Unit::Day)
}
fn add_hours(call: &mut Call<'_>) -> Result<Value, Fault> {
    add_units(call, 0, 1, Unit::Hour)
}
fn add_months(call: &mut Call<'_>) -> Result<Value, Fault> {
    add_units(call, 0, 1, Unit::Month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn now_is_what_the_environment_says() {
        assert_eq!(call("NOW", "[]"), "2024-03-15 14:05:09");
        assert_eq!(call("TODAY", "[]"), "2024-03-15");
        assert_eq!(call("WEEKDAY", "[]"), "6");
        assert_eq!(call("TIME", "[]"), "14:05:09");
    }

    #[test]
    fn date_add_takes_its_arguments_in_any_order() {
        for args in [
            r#"["2024-01-31", 1, "month"]"#,
            r#"["2024-01-31", "months", 1]"#,
            r#"["month", 1, "2024-01-31"]"#,
        ] {
            assert_eq!(call("DATEADD", args), "2024-02-29");
        }
        assert_eq!(call("DATEADD", r#"["2024-03-01", -1, "day"]"#), "2024-02-29");
        assert_eq!(call("DATEADD", r#"["2024-03-01", 90, "min"]"#), "2024-03-01 01:30:00");
        assert!(call("DATEADD", r#"["2024-03-01", 1e18, "day"]"#).contains("too far"));
    }

    #[test]
    fn date_diff_takes_the_unit_anywhere() {
        assert_eq!(call("DATEDIFF", r#"["2024-01-01", "2024-03-01"]"#), "60");
        assert_eq!(call("DATEDIFF", r#"["hour", "2024-01-01", "2024-01-02"]"#), "24");
        assert_eq!(call("DATEDIFF", r#"["2024-01-31", "2025-02-01", "year"]"#), "1");
    }

    #[test]
    fn spelled_dates() {
        for text in ["2024-03-15", "15/03/2024", "15.03.2024", "3/15/2024"] {
            assert_eq!(call("DATEVALUE", &format!("[\"{text}\"]")), "2024-03-15", "{text}");
        }
        for text in ["", "hello", "2024-02-30", "12", "2024-13-01", "99/99/9999"] {
            assert!(parse(text, "UTC").is_none(), "{text}");
        }
        assert_eq!(parse_time("2:05 pm"), Some(Time::constant(14, 5, 0, 0)));
        assert_eq!(parse_time("12:00 am"), Some(Time::midnight()));
        assert_eq!(parse_time("25:00"), None);
    }

    #[test]
    fn spans_are_clock_times() {
        assert_eq!(span_text(90_061_000), "1d 01:01:01");
        assert_eq!(span_text(-60_000), "-00:01:00");
    }
}
