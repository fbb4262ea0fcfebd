//! Days, moments and lengths of time. The clock is never asked: now is what `Env` says.
//!
//! A *day* has no time and no zone; a *moment* is a point in time, shown and read in the zone of
//! the bot; a *length* is a number of milliseconds. Where a clock is moved forward, a time that no
//! clock shows is taken as that much later; where it is moved back, the earlier of two is meant.

use super::Call;
use crate::{Fault, Kind, TrapCode, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

pub mod business;
pub mod calendar;
pub mod durations;
pub mod moving;
pub mod relative;
pub mod spelled;
pub mod zones;

pub use spelled::{parse, parse_time};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// The last moment that can be shown: the end of the year 9999, nearly.
pub const LAST_MS: i64 = 253_370_764_800_000;

crate::functions! {
    family "dates";

    /// The moment at which this turn began. With a time zone, what a clock there shows, as a text.
    ///
    /// `YEAR(NOW()) > 2000` → `true`
    /// `LEN(NOW("Asia/Tokyo"))` → `19`
    "NOW" also ["GETDATE", "CURRENT TIMESTAMP"] (; zone: Text) -> Any = now;

    /// Today's date, in the bot's time zone or another one.
    ///
    /// `TODAY() = DATEVALUE(NOW())` → `true`
    /// `DAYS_BETWEEN(TODAY("Pacific/Kiritimati"), TODAY("Pacific/Pago_Pago")) < 0` → `true`
    "TODAY" also ["DATE", "CURRENT DATE"] (; zone: Text) -> Date = today;

    /// The time of day as a text.
    ///
    /// `LEN(TIME())` → `8`
    /// `MID(TIME(), 3, 1)` → `:`
    "TIME" also ["CURRENT TIME"] () -> Text = time;

    /// The seconds since midnight.
    ///
    /// `TIMER() >= 0` → `true`
    /// `TIMER() < 86400` → `true`
    "TIMER" () -> Num = timer;

    /// The year of a date.
    ///
    /// `YEAR("2024-03-15")` → `2024`
    /// `YEAR(DATEVALUE("1/2/1999"))` → `1999`
    "YEAR" also ["GETFULLYEAR"] (; date: Date) -> Int = year;

    /// The month of a date, 1 to 12.
    ///
    /// `MONTH("2024-03-15")` → `3`
    /// `MONTH("31/12/2024")` → `12`
    "MONTH" (; date: Date) -> Int = month;

    /// The day of a date, 1 to 31.
    ///
    /// `DAY("2024-03-15")` → `15`
    /// `DAY("15 March 2024")` → `15`
    "DAY" (; date: Date) -> Int = day;

    /// The hour of a moment, 0 to 23.
    ///
    /// `HOUR("2024-03-15 14:05")` → `14`
    /// `HOUR("2024-03-15")` → `0`
    "HOUR" also ["GETHOURS"] (; date: Date) -> Int = hour;

    /// The minute of a moment.
    ///
    /// `MINUTE("2024-03-15 14:05")` → `5`
    /// `MINUTE("2024-03-15 2:45 pm")` → `45`
    "MINUTE" also ["GETMINUTES"] (; date: Date) -> Int = minute;

    /// The second of a moment.
    ///
    /// `SECOND("2024-03-15 14:05:09")` → `9`
    /// `SECOND("2024-03-15 14:05")` → `0`
    "SECOND" also ["GETSECONDS"] (; date: Date) -> Int = second;

    /// The thousandths of a second of a moment.
    ///
    /// `MILLISECOND("2024-03-15 14:05:09")` → `0`
    /// `MILLISECOND("2024-03-15T14:05:09.250Z")` → `250`
    "MILLISECOND" also ["GETMILLISECONDS"] (; date: Date) -> Int = millisecond;

    /// The part of a date that a unit names: year, quarter, month, week (of ISO 8601), day, weekday
    /// (1 for Sunday), dayofyear, hour, minute, second. The order of the arguments is free.
    ///
    /// `DATEPART("quarter", "2024-05-01")` → `2`
    /// `DATEPART("2024-05-01 10:30", "hour")` → `10`
    /// `DATEPART("ww", "2024-01-08")` → `2`
    "DATEPART" also ["DATE PART"] (first: Any, second: Any) -> Int = date_part;
}

/// A unit of time as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A thousandth of a second.
    Millisecond,
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day of the calendar.
    Day,
    /// A day from Monday to Friday.
    Workday,
    /// Seven days.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// Names of units in English, Portuguese and Spanish, and the short ones of VB and SQL. `y` is a
/// year, as bots write it (in VB it is the day of the year).
const UNITS: &[(Unit, &str)] = &[
    (Unit::Millisecond, "ms millisecond milliseconds milissegundo milissegundos milisegundos"),
    (Unit::Second, "s ss sec secs second seconds segundo segundos"),
    (Unit::Minute, "m n mi min mins minute minutes minuto minutos"),
    (Unit::Hour, "h hh hr hrs hour hours hora horas"),
    (Unit::Day, "d dd day days dia dias"),
    (Unit::Workday, "workday workdays weekday weekdays businessday businessdays"),
    (Unit::Week, "w ww wk week weeks semana semanas"),
    (Unit::Month, "mm mon month months mes meses"),
    (Unit::Quarter, "q qq quarter quarters trimestre trimestres"),
    (Unit::Year, "y yy yyyy year years ano anos"),
];

impl Unit {
    /// The unit of a name, whatever its case and accents.
    pub fn named(name: &str) -> Option<Unit> {
        let name = name.trim();
        if name.len() > 20 {
            return None;
        }
        let plain = super::text::case::unaccented(name).to_lowercase().replace(['_', ' '], "");
        let found = UNITS.iter().find(|(_, names)| names.split(' ').any(|known| known == plain));
        found.map(|(unit, _)| *unit)
    }
    /// Its milliseconds; `None` where they depend on the calendar.
    pub fn ms(self) -> Option<i64> {
        match self {
            Unit::Millisecond => Some(1),
            Unit::Second => Some(1_000),
            Unit::Minute => Some(60_000),
            Unit::Hour => Some(3_600_000),
            Unit::Day => Some(DAY_MS),
            Unit::Week => Some(7 * DAY_MS),
            Unit::Workday | Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }
    /// Its months; 1 for units that have none.
    pub fn months(self) -> i64 {
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

/// A moment in a zone.
pub fn zoned(ms: i64, zone_name: &str) -> Option<Zoned> {
    Timestamp::from_millisecond(ms).ok().map(|t| t.to_zoned(zone(zone_name)))
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

/// The date so many days after 1970-01-01.
pub fn date_of(days: i64) -> Option<Date> {
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

/// Milliseconds since 1970 of what a clock in a zone shows.
pub fn moment_of(moment: DateTime, zone_name: &str) -> Option<i64> {
    moment.to_zoned(zone(zone_name)).ok().map(|z| z.timestamp().as_millisecond())
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
        Some(ms) if ms.unsigned_abs() <= LAST_MS.unsigned_abs() => Ok(value),
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
    /// The local date and time of the argument.
    pub fn local(&mut self, index: usize) -> Result<DateTime, Fault> {
        let date = self.date(index)?;
        to_local(date, &self.env.zone).ok_or_else(|| not_a_date("this"))
    }
    /// The unit that an argument names, if it does.
    pub fn unit(&mut self, index: usize) -> Option<Unit> {
        let value = self.arg(index);
        (value.kind() == Kind::Text).then(|| Unit::named(self.heap.text(&value))).flatten()
    }
}

/// What is said of a text that is no date.
pub fn not_a_date(text: &str) -> Fault {
    let shown: String = text.chars().take(40).collect();
    Fault::argument(format!(
        "\"{shown}\" is not a date; write one such as 2024-12-31, 31/12/2024 or 31 December 2024"
    ))
}

fn now(call: &mut Call<'_>) -> Result<Value, Fault> {
    match call.arg(0).is_null() {
        true => Ok(Value::moment(call.env.now_ms)),
        false => {
            let zone = call.zone(0)?;
            let shown = zones::clock(call.env.now_ms, &zone);
            call.give(&shown)
        }
    }
}

fn today(call: &mut Call<'_>) -> Result<Value, Fault> {
    let zone = if call.arg(0).is_null() { zone(&call.env.zone) } else { call.zone(0)? };
    let now = Timestamp::from_millisecond(call.env.now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Value::date(days_of(now.to_zoned(zone).date())))
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

fn millisecond(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.millisecond().into())
}

fn date_part(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (unit, date) = match call.arg(0).kind() {
        Kind::Text if Unit::named(call.heap.text(&call.arg(0))).is_some() => (0, 1),
        Kind::Text if is_day_part(call.heap.text(&call.arg(0))) => (0, 1),
        _ => (1, 0),
    };
    let (name, local) = (call.text(unit)?, call.local(date)?);
    let part = match name.trim().to_ascii_lowercase().as_str() {
        "weekday" | "dw" | "dayofweek" => i64::from(local.weekday().to_sunday_one_offset()),
        "isoweekday" => i64::from(local.weekday().to_monday_one_offset()),
        "dayofyear" | "dy" => i64::from(local.day_of_year()),
        "isoyear" => i64::from(local.date().iso_week_date().year()),
        other => unit_part(local, Unit::named(other).ok_or_else(|| not_a_unit(other))?),
    };
    Ok(Value::int(part))
}

fn is_day_part(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    ["dw", "dayofweek", "isoweekday", "dayofyear", "dy", "isoyear"].contains(&name.as_str())
}

fn unit_part(local: DateTime, unit: Unit) -> i64 {
    match unit {
        Unit::Millisecond => local.millisecond().into(),
        Unit::Second => local.second().into(),
        Unit::Minute => local.minute().into(),
        Unit::Hour => local.hour().into(),
        Unit::Day => local.day().into(),
        Unit::Workday => local.weekday().to_sunday_one_offset().into(),
        Unit::Week => local.date().iso_week_date().week().into(),
        Unit::Month => local.month().into(),
        Unit::Quarter => super::formats::moments::quarter(local).into(),
        Unit::Year => local.year().into(),
    }
}

/// What is said of a text that names no unit.
pub fn not_a_unit(name: &str) -> Fault {
    let shown: String = name.chars().take(40).collect();
    Fault::argument(format!(
        "\"{shown}\" is no unit of time; write year, month, week, day, hour, minute or second"
    ))
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
    fn units_of_every_language() {
        for (name, unit) in [
            ("Months", Unit::Month),
            ("mês", Unit::Month),
            ("anos", Unit::Year),
            ("y", Unit::Year),
            ("n", Unit::Minute),
            ("días", Unit::Day),
            ("business days", Unit::Workday),
        ] {
            assert_eq!(Unit::named(name), Some(unit), "{name}");
        }
        assert_eq!(Unit::named("2024"), None);
        assert!(call("DATEPART", r#"["eon", "2024-01-01"]"#).contains("is not a date"));
        assert!(call("DATEPART", r#"["2024-01-01", "eon"]"#).contains("no unit of time"));
    }

    #[test]
    fn spans_are_clock_times() {
        assert_eq!(span_text(90_061_000), "1d 01:01:01");
        assert_eq!(span_text(-60_000), "-00:01:00");
    }
}
