//! Dates moved by units, and how many units lie between two.

use super::{LAST_MS, Unit, business, days_of, in_range, moment_of, to_local, to_ms};
use crate::pure::Call;
use crate::{Fault, Kind, TrapCode, Value};
use jiff::ToSpan;

crate::functions! {
    family "dates";

    /// A date moved by a number of units; the order of the arguments is free. A day that a month
    /// does not have becomes its last. The units are those of DATEPART, and workdays.
    ///
    /// `DATEADD("2024-01-31", 1, "month")` → `2024-02-29`
    /// `DATEADD("day", -1, "2024-03-01")` → `2024-02-29`
    /// `DATEADD("2024-03-15", "workdays", 2)` → `2024-03-19`
    /// `DATEADD("2024-03-15 23:30", 45, "min")` → `2024-03-16 00:15:00`
    "DATEADD" also ["DATE ADD"] (first: Any, second: Any; third: Any) -> Date = date_add;

    /// A date moved back by a number of units; the order of the arguments is free.
    ///
    /// `DATESUB("2024-03-31", 1, "month")` → `2024-02-29`
    /// `DATESUB("2024-03-01", 1)` → `2024-02-29`
    "DATESUB" also ["DATE SUB"] (first: Any, second: Any; third: Any) -> Date = date_sub;

    /// The units between two dates, in days where none is named; the unit may stand anywhere.
    /// Months and years are counted by the calendar: from December to January is one month and one
    /// year. Hours and less are counted by the clock.
    ///
    /// `DATEDIFF("2024-01-01", "2024-03-01", "day")` → `60`
    /// `DATEDIFF("month", "2024-01-31", "2024-02-01")` → `1`
    /// `DATEDIFF("2024-03-01", "2024-01-01")` → `-60`
    "DATEDIFF" also ["DATE DIFF"] (first: Any, second: Any; third: Any) -> Int = date_diff;

    /// The whole days from one date to another.
    ///
    /// `DAYS_BETWEEN("2024-01-01", "2024-01-31")` → `30`
    /// `DAYS_BETWEEN("2024-01-31", "2024-01-01")` → `-30`
    "DAYS BETWEEN" also ["DAYSBETWEEN"] (from: Date, to: Date) -> Int = days_between;

    /// The whole weeks from one date to another.
    ///
    /// `WEEKS_BETWEEN("2024-01-01", "2024-01-31")` → `4`
    /// `WEEKS_BETWEEN("2024-01-01", "2024-01-07")` → `0`
    "WEEKS BETWEEN" also ["WEEKSBETWEEN"] (from: Date, to: Date) -> Int = weeks_between;

    /// The full months from one date to another.
    ///
    /// `MONTHS_BETWEEN("2024-01-31", "2024-03-30")` → `1`
    /// `MONTHS_BETWEEN("2024-01-15", "2024-03-15")` → `2`
    "MONTHS BETWEEN" also ["MONTHSBETWEEN"] (from: Date, to: Date) -> Int = months_between;

    /// The full years from one date to another.
    ///
    /// `YEARS_BETWEEN("2000-03-16", "2024-03-15")` → `23`
    /// `YEARS_BETWEEN("2000-03-15", "2024-03-15")` → `24`
    "YEARS BETWEEN" also ["YEARSBETWEEN"] (from: Date, to: Date) -> Int = years_between;

    /// The whole hours from one moment to another.
    ///
    /// `HOURS_BETWEEN("2024-01-01 08:00", "2024-01-01 17:30")` → `9`
    /// `HOURS_BETWEEN("2024-01-01", "2024-01-02")` → `24`
    "HOURS BETWEEN" also ["HOURSBETWEEN"] (from: Date, to: Date) -> Int = hours_between;

    /// The whole minutes from one moment to another.
    ///
    /// `MINUTES_BETWEEN("2024-01-01 08:00", "2024-01-01 09:30")` → `90`
    /// `MINUTES_BETWEEN("2024-01-01 08:00", "2024-01-01 08:00:59")` → `0`
    "MINUTES BETWEEN" also ["MINUTESBETWEEN"] (from: Date, to: Date) -> Int = minutes_between;

    /// The seconds from one moment to another.
    ///
    /// `SECONDS_BETWEEN("2024-01-01 08:00", "2024-01-01 08:01")` → `60`
    /// `SECONDS_BETWEEN("2024-01-01 08:01", "2024-01-01 08:00")` → `-60`
    "SECONDS BETWEEN" also ["SECONDSBETWEEN"] (from: Date, to: Date) -> Int = seconds_between;

    /// A date moved by days.
    ///
    /// `ADD_DAYS("2024-02-28", 2)` → `2024-03-01`
    /// `ADD_DAYS("2024-03-01", -1)` → `2024-02-29`
    "ADD DAYS" also ["ADDDAYS"] (date: Date, count: Num) -> Date = add_days;

    /// A date moved by weeks.
    ///
    /// `ADD_WEEKS("2024-02-28", 1)` → `2024-03-06`
    /// `ADD_WEEKS("2024-03-06", -1)` → `2024-02-28`
    "ADD WEEKS" also ["ADDWEEKS"] (date: Date, count: Num) -> Date = add_weeks;

    /// A date moved by months.
    ///
    /// `ADD_MONTHS("2024-01-31", 1)` → `2024-02-29`
    /// `ADD_MONTHS("2024-01-31", -2)` → `2023-11-30`
    "ADD MONTHS" also ["ADDMONTHS", "EDATE"] (date: Date, count: Int) -> Date = add_months;

    /// A date moved by years.
    ///
    /// `ADD_YEARS("2024-02-29", 1)` → `2025-02-28`
    /// `ADD_YEARS("2024-02-29", 4)` → `2028-02-29`
    "ADD YEARS" also ["ADDYEARS"] (date: Date, count: Int) -> Date = add_years;

    /// A moment moved by hours.
    ///
    /// `ADD_HOURS("2024-01-01 23:00", 2)` → `2024-01-02 01:00:00`
    /// `ADD_HOURS("2024-01-01", 1.5)` → `2024-01-01 01:30:00`
    "ADD HOURS" also ["ADDHOURS"] (date: Date, count: Num) -> Date = add_hours;

    /// A moment moved by minutes.
    ///
    /// `ADD_MINUTES("2024-01-01 23:50", 15)` → `2024-01-02 00:05:00`
    /// `ADD_MINUTES("2024-01-01", -1)` → `2023-12-31 23:59:00`
    "ADD MINUTES" also ["ADDMINUTES"] (date: Date, count: Num) -> Date = add_minutes;

    /// A moment moved by seconds.
    ///
    /// `ADD_SECONDS("2024-01-01 23:59:30", 45)` → `2024-01-02 00:00:15`
    /// `ADD_SECONDS("2024-01-01 00:00:10", -10)` → `2024-01-01 00:00:00`
    "ADD SECONDS" also ["ADDSECONDS"] (date: Date, count: Num) -> Date = add_seconds;
}

fn far() -> Fault {
    Fault::new(TrapCode::Overflow, "the date is too far away")
}

/// Which arguments are the date, the number and the unit.
fn moved(call: &mut Call<'_>, sign: f64) -> Result<Value, Fault> {
    let unit_at = (0..3).find(|at| call.unit(*at).is_some());
    let unit = unit_at.and_then(|at| call.unit(at)).unwrap_or(Unit::Day);
    let rest: Vec<usize> = (0..call.args.len().min(3)).filter(|at| Some(*at) != unit_at).collect();
    let [first, second] = rest.as_slice() else {
        if let Some(word) = (0..call.args.len()).find(|at| is_word(call, *at)) {
            return Err(super::not_a_unit(&call.text(word)?));
        }
        return Err(Fault::argument("DATEADD needs a date, a number and a unit"));
    };
    let (date, number) = match counts(call, *first) {
        true => (*second, *first),
        false => (*first, *second),
    };
    let (value, count) = (call.date(date)?, call.number(number)?);
    move_by(value, count * sign, unit, &call.env.zone)
}

/// Whether an argument is a number, or a text that spells one and is no date.
fn counts(call: &Call<'_>, index: usize) -> bool {
    match call.arg(index).kind() {
        Kind::Int | Kind::Num => true,
        Kind::Text => {
            crate::pure::numbers::text_to_number(call.heap.text(&call.arg(index))).is_some()
        }
        _ => false,
    }
}

/// Whether an argument is a text of letters only, which can only be meant as a unit.
fn is_word(call: &Call<'_>, index: usize) -> bool {
    let value = call.arg(index);
    let text = call.heap.text(&value);
    !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == ' ')
}

fn date_add(call: &mut Call<'_>) -> Result<Value, Fault> {
    moved(call, 1.0)
}

fn date_sub(call: &mut Call<'_>) -> Result<Value, Fault> {
    moved(call, -1.0)
}

/// A date or moment moved by units, in a zone.
pub fn move_by(value: Value, count: f64, unit: Unit, zone_name: &str) -> Result<Value, Fault> {
    if let Some(ms) = unit.ms().filter(|_| by_clock(value, count, unit)) {
        let start = to_ms(value, zone_name).ok_or_else(far)?;
        let ms = count * ms as f64;
        if ms.abs() > LAST_MS as f64 {
            return Err(far());
        }
        return in_range(Value::moment(start + ms as i64));
    }
    let local = to_local(value, zone_name).ok_or_else(far)?;
    let moved = match unit {
        Unit::Workday => business::shifted(local.date(), count as i64, &[])
            .map(|date| date.to_datetime(local.time())),
        _ => calendar_span(count as i64, unit).and_then(|span| local.checked_add(span).ok()),
    };
    let moved = moved.ok_or_else(far)?;
    in_range(match value.kind() {
        Kind::Date => Value::date(days_of(moved.date())),
        _ => Value::moment(moment_of(moved, zone_name).ok_or_else(far)?),
    })
}

/// Whether a number of units is counted by the clock: hours and less, and parts of a day.
fn by_clock(value: Value, count: f64, unit: Unit) -> bool {
    match unit {
        Unit::Millisecond | Unit::Second | Unit::Minute | Unit::Hour => true,
        Unit::Day | Unit::Week => count.fract() != 0.0 && value.kind() == Kind::Moment,
        _ => false,
    }
}

fn calendar_span(count: i64, unit: Unit) -> Option<jiff::Span> {
    if count.unsigned_abs() > 4_000_000 {
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
        if let Some(word) = (0..call.args.len()).find(|at| is_word(call, *at)) {
            return Err(super::not_a_unit(&call.text(word)?));
        }
        return Err(Fault::argument("DATEDIFF needs two dates"));
    };
    between(call, *from, *to, unit)
}

fn between(call: &mut Call<'_>, from: usize, to: usize, unit: Unit) -> Result<Value, Fault> {
    let (a, b) = (call.local(from)?, call.local(to)?);
    let days = days_of(b.date()) - days_of(a.date());
    let months = (i64::from(b.year()) - i64::from(a.year())) * 12 + i64::from(b.month())
        - i64::from(a.month());
    let quarters = |t: jiff::civil::DateTime| {
        i64::from(t.year()) * 4 + i64::from(crate::pure::formats::moments::quarter(t))
    };
    Ok(Value::int(match unit {
        Unit::Day => days,
        Unit::Week => days / 7,
        Unit::Workday => business::between(a.date(), b.date(), &[]),
        Unit::Month => months,
        Unit::Quarter => quarters(b) - quarters(a),
        Unit::Year => i64::from(b.year()) - i64::from(a.year()),
        _ => {
            let (a, b) = (call.date(from)?, call.date(to)?);
            let ms = |v| to_ms(v, &call.env.zone).unwrap_or(0);
            (ms(b) - ms(a)) / unit.ms().unwrap_or(1)
        }
    }))
}

/// The months that have fully passed from one local time to another, negative backwards.
pub fn full_months(a: jiff::civil::DateTime, b: jiff::civil::DateTime) -> i64 {
    if b < a {
        return -full_months(b, a);
    }
    let months = (i64::from(b.year()) - i64::from(a.year())) * 12 + i64::from(b.month())
        - i64::from(a.month());
    // A month begun on the 31st is full at the end of a shorter one.
    let reached = a.checked_add(0.months().try_months(months).unwrap_or_default());
    months - i64::from(reached.is_ok_and(|reached| reached > b))
}

fn months_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(full_months(call.local(0)?, call.local(1)?)))
}
fn years_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(full_months(call.local(0)?, call.local(1)?) / 12))
}
fn days_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Day)
}
fn weeks_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    between(call, 0, 1, Unit::Week)
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

fn added(call: &mut Call<'_>, unit: Unit) -> Result<Value, Fault> {
    let (value, count) = (call.date(0)?, call.number(1)?);
    move_by(value, count, unit, &call.env.zone)
}
fn add_days(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Day)
}
fn add_weeks(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Week)
}
fn add_months(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Month)
}
fn add_years(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Year)
}
fn add_hours(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Hour)
}
fn add_minutes(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Minute)
}
fn add_seconds(call: &mut Call<'_>) -> Result<Value, Fault> {
    added(call, Unit::Second)
}

/// The days of a list of dates, sorted.
pub fn days_in(call: &mut Call<'_>, index: usize) -> Result<Vec<i64>, Fault> {
    let list = call.arg(index);
    let mut days = Vec::new();
    for element in call.elements(list)? {
        let args = [element];
        let mut one = Call { heap: &mut *call.heap, args: &args, env: &mut *call.env };
        let local = one.local(0)?;
        days.push(days_of(local.date()));
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn date_add_takes_its_arguments_in_any_order() {
        for args in [
            r#"["2024-01-31", 1, "month"]"#,
            r#"["2024-01-31", "months", 1]"#,
            r#"["month", 1, "2024-01-31"]"#,
            r#"["2024-01-31", "1", "mês"]"#,
        ] {
            assert_eq!(call("DATEADD", args), "2024-02-29");
        }
        assert_eq!(call("DATEADD", r#"["2024-03-01", -1, "day"]"#), "2024-02-29");
        assert_eq!(call("DATEADD", r#"["2024-03-01", 90, "min"]"#), "2024-03-01 01:30:00");
        assert!(call("DATEADD", r#"["2024-03-01", 1e18, "day"]"#).contains("too far"));
        assert!(call("DATEADD", r#"["2024-03-01", 1, "eons"]"#).contains("no unit of time"));
    }

    #[test]
    fn date_diff_takes_the_unit_anywhere() {
        assert_eq!(call("DATEDIFF", r#"["2024-01-01", "2024-03-01"]"#), "60");
        assert_eq!(call("DATEDIFF", r#"["hour", "2024-01-01", "2024-01-02"]"#), "24");
        assert_eq!(call("DATEDIFF", r#"["2024-01-31", "2025-02-01", "year"]"#), "1");
        assert_eq!(call("DATEDIFF", r#"["2024-03-31", "2024-04-01", "q"]"#), "1");
        assert_eq!(call("DATEDIFF", r#"["2024-03-15", "2024-03-18", "workdays"]"#), "1");
    }

    #[test]
    fn full_months_end_with_shorter_ones() {
        for (a, b, n) in [
            ("2024-01-31", "2024-02-29", "1"),
            ("2024-01-31", "2024-02-28", "0"),
            ("2024-02-29", "2025-02-28", "12"),
            ("2024-03-15", "2024-01-16", "-1"),
        ] {
            assert_eq!(call("MONTHS BETWEEN", &format!(r#"["{a}", "{b}"]"#)), n, "{a} {b}");
        }
    }

    #[test]
    fn a_day_is_a_day_whatever_the_clock_does() {
        let zone = "America/New_York";
        // 2024-03-10 has 23 hours there, 2024-11-03 has 25.
        let noon = |text: &str| super::super::parse(text, zone).expect("a moment");
        let days = move_by(noon("2024-03-09 12:00"), 1.0, Unit::Day, zone).expect("a day later");
        assert_eq!(super::super::moment_text(days.as_i64(), zone), "2024-03-10 12:00:00");
        let hours = move_by(noon("2024-03-09 12:00"), 24.0, Unit::Hour, zone).expect("hours");
        assert_eq!(super::super::moment_text(hours.as_i64(), zone), "2024-03-10 13:00:00");
        let gap = move_by(noon("2024-03-09 02:30"), 1.0, Unit::Day, zone).expect("in the gap");
        assert_eq!(super::super::moment_text(gap.as_i64(), zone), "2024-03-10 03:30:00");
    }
}
