//! The calendar: weeks, quarters, beginnings and ends, ages.

use super::{Unit, days_of, in_range, moment_of, not_a_date, not_a_unit};
use crate::pure::{Call, locales};
use crate::{Fault, Kind, TrapCode, Value};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

crate::functions! {
    family "dates";

    /// The day of the week, 1 for Sunday to 7 for Saturday. A second argument names the first day
    /// of the week instead: its number (2 is Monday) or its name. ISOWEEKDAY counts from Monday.
    ///
    /// `WEEKDAY("2024-03-15")` → `6`
    /// `WEEKDAY("2024-03-15", 2)` → `5`
    /// `WEEKDAY("2024-03-17", "monday")` → `7`
    "WEEKDAY" also ["DAYOFWEEK", "DAY OF WEEK"] (; date: Date, first: Any) -> Int = weekday;

    /// The day of the week, 1 for Monday to 7 for Sunday (ISO 8601).
    ///
    /// `ISOWEEKDAY("2024-03-15")` → `5`
    /// `ISOWEEKDAY("2024-03-17")` → `7`
    "ISOWEEKDAY" also ["ISO WEEKDAY"] (; date: Date) -> Int = iso_weekday;

    /// The name of a day of the week, of a date or of its number (1 for Sunday), in a language.
    /// TRUE as a third argument gives the short name.
    ///
    /// `WEEKDAYNAME("2024-03-15")` → `Friday`
    /// `WEEKDAYNAME("2024-03-15", "pt")` → `sexta-feira`
    /// `WEEKDAYNAME(1, "en", TRUE)` → `Sun`
    "WEEKDAYNAME" also ["WEEKDAY NAME", "DAYNAME", "DAY NAME"]
        (; date: Any, language: Text, short: Bool) -> Text = weekday_name;

    /// The name of a month, of a date or of its number, in a language. TRUE as a third argument
    /// gives the short name.
    ///
    /// `MONTHNAME(3)` → `March`
    /// `MONTHNAME("2024-05-01", "es")` → `mayo`
    /// `MONTHNAME(12, "en", TRUE)` → `Dec`
    "MONTHNAME" also ["MONTH NAME"] (; date: Any, language: Text, short: Bool) -> Text = month_name;

    /// The number of a month by its name, in any language that is known; null where it is none.
    ///
    /// `MONTHNUMBER("march")` → `3`
    /// `MONTHNUMBER("Dez")` → `12`
    "MONTHNUMBER" also ["MONTH NUMBER"] (name: Text) -> Any = month_number;

    /// The week of the year, 1 to 53, as ISO 8601 counts: it begins with Monday, and the first has
    /// the year's first Thursday.
    ///
    /// `WEEKNUMBER("2024-03-15")` → `11`
    /// `WEEKNUMBER("2027-01-01")` → `53`
    "WEEKNUMBER" also ["WEEK NUMBER", "WEEKNUM", "ISOWEEK", "ISO WEEK", "ISOWEEKNUM", "WEEKOFYEAR"]
        (; date: Date) -> Int = week_number;

    /// The year to which the week of a date belongs (ISO 8601).
    ///
    /// `ISOYEAR("2027-01-01")` → `2026`
    /// `ISOYEAR("2024-03-15")` → `2024`
    "ISOYEAR" also ["ISO YEAR"] (; date: Date) -> Int = iso_year;

    /// The quarter of the year, 1 to 4.
    ///
    /// `QUARTER("2024-03-15")` → `1`
    /// `QUARTER("2024-10-01")` → `4`
    "QUARTER" (; date: Date) -> Int = quarter;

    /// The day of the year, 1 to 366.
    ///
    /// `DAYOFYEAR("2024-02-01")` → `32`
    /// `DAYOFYEAR("2024-12-31")` → `366`
    "DAYOFYEAR" also ["DAY OF YEAR"] (; date: Date) -> Int = day_of_year;

    /// Whether a year, or the year of a date, has 366 days.
    ///
    /// `ISLEAPYEAR(2024)` → `true`
    /// `ISLEAPYEAR("1900-05-01")` → `false`
    "ISLEAPYEAR" also ["IS LEAP YEAR", "LEAPYEAR"] (; year: Any) -> Bool = is_leap_year;

    /// How many days the month of a date has; or a month, given year and month.
    ///
    /// `DAYSINMONTH("2024-02-10")` → `29`
    /// `DAYSINMONTH(2023, 2)` → `28`
    "DAYSINMONTH" also ["DAYS IN MONTH"] (; date: Any, month: Int) -> Int = days_in_month;

    /// How many days a year, or the year of a date, has.
    ///
    /// `DAYSINYEAR(2024)` → `366`
    /// `DAYSINYEAR("2023-06-01")` → `365`
    "DAYSINYEAR" also ["DAYS IN YEAR"] (; year: Any) -> Int = days_in_year;

    /// Whether a date is a Saturday or a Sunday.
    ///
    /// `ISWEEKEND("2024-03-16")` → `true`
    /// `ISWEEKEND("2024-03-15")` → `false`
    "ISWEEKEND" also ["IS WEEKEND"] (; date: Date) -> Bool = is_weekend;

    /// Whether a date is today.
    ///
    /// `ISTODAY(TODAY())` → `true`
    /// `ISTODAY("2024-01-01")` → `false`
    "ISTODAY" also ["IS TODAY"] (date: Date) -> Bool = is_today;

    /// Whether a day is over, or a moment has passed.
    ///
    /// `ISPAST("2024-01-01")` → `true`
    /// `ISPAST(TODAY())` → `false`
    "ISPAST" also ["IS PAST"] (date: Date) -> Bool = is_past;

    /// Whether a day or moment is still to come.
    ///
    /// `ISFUTURE(TODAY() + 1)` → `true`
    /// `ISFUTURE(TODAY())` → `false`
    "ISFUTURE" also ["IS FUTURE"] (date: Date) -> Bool = is_future;

    /// The beginning of the minute, hour, day, week, month, quarter or year of a date; the order of
    /// the arguments is free. A week begins with Monday, or the day that a third argument names.
    ///
    /// `STARTOF("month", "2024-03-15")` → `2024-03-01`
    /// `STARTOF("2024-03-15", "week")` → `2024-03-11`
    /// `STARTOF("hour", "2024-03-15 14:05")` → `2024-03-15 14:00:00`
    "STARTOF" also ["START OF", "DATETRUNC", "DATE TRUNC", "BEGINNINGOF"]
        (unit: Any, date: Any; first: Any) -> Date = start_of;

    /// The end of the minute, hour, day, week, month, quarter or year of a date: the last day, of a
    /// moment its last thousandth of a second.
    ///
    /// `ENDOF("month", "2024-02-10")` → `2024-02-29`
    /// `ENDOF("2024-03-15 14:05", "day")` → `2024-03-15 23:59:59`
    "ENDOF" also ["END OF"] (unit: Any, date: Any; first: Any) -> Date = end_of;

    /// The beginning of the day of a date.
    ///
    /// `STARTOFDAY("2024-03-15 14:05")` → `2024-03-15 00:00:00`
    /// `STARTOFDAY("2024-03-15")` → `2024-03-15`
    "STARTOFDAY" also ["START OF DAY"] (; date: Date) -> Date = start_of_day;

    /// The end of the day of a date.
    ///
    /// `ENDOFDAY("2024-03-15 14:05")` → `2024-03-15 23:59:59`
    /// `ENDOFDAY("2024-03-15")` → `2024-03-15`
    "ENDOFDAY" also ["END OF DAY"] (; date: Date) -> Date = end_of_day;

    /// The first day of the week of a date: Monday, or the day that a second argument names.
    ///
    /// `STARTOFWEEK("2024-03-15")` → `2024-03-11`
    /// `STARTOFWEEK("2024-03-15", "sunday")` → `2024-03-10`
    "STARTOFWEEK" also ["START OF WEEK"] (; date: Date, first: Any) -> Date = start_of_week;

    /// The last day of the week of a date.
    ///
    /// `ENDOFWEEK("2024-03-15")` → `2024-03-17`
    /// `ENDOFWEEK("2024-03-15", "sunday")` → `2024-03-16`
    "ENDOFWEEK" also ["END OF WEEK"] (; date: Date, first: Any) -> Date = end_of_week;

    /// The first day of the month of a date.
    ///
    /// `STARTOFMONTH("2024-03-15")` → `2024-03-01`
    /// `STARTOFMONTH("2024-03-01")` → `2024-03-01`
    "STARTOFMONTH" also ["START OF MONTH", "FIRSTOFMONTH"] (; date: Date) -> Date = start_of_month;

    /// The last day of the month of a date, or of a month so many months later.
    ///
    /// `ENDOFMONTH("2024-02-10")` → `2024-02-29`
    /// `EOMONTH("2024-01-31", 1)` → `2024-02-29`
    "ENDOFMONTH" also ["END OF MONTH", "EOMONTH", "LASTOFMONTH"] (; date: Date, months: Int) -> Date
    = end_of_month;

    /// The first day of the year of a date.
    ///
    /// `STARTOFYEAR("2024-03-15")` → `2024-01-01`
    /// `STARTOFYEAR("2024-01-01")` → `2024-01-01`
    "STARTOFYEAR" also ["START OF YEAR"] (; date: Date) -> Date = start_of_year;

    /// The last day of the year of a date.
    ///
    /// `ENDOFYEAR("2024-03-15")` → `2024-12-31`
    /// `ENDOFYEAR("2024-12-31")` → `2024-12-31`
    "ENDOFYEAR" also ["END OF YEAR"] (; date: Date) -> Date = end_of_year;

    /// The next day of the week with a name (or number, 1 for Sunday) after a date; today is where
    /// to begin without one.
    ///
    /// `NEXTWEEKDAY("monday", "2024-03-15")` → `2024-03-18`
    /// `NEXTWEEKDAY("sexta", "2024-03-15")` → `2024-03-22`
    "NEXTWEEKDAY" (day: Any; date: Date) -> Date = next_weekday;

    /// The last day of the week with a name (or number, 1 for Sunday) before a date.
    ///
    /// `PREVIOUSWEEKDAY("monday", "2024-03-15")` → `2024-03-11`
    /// `PREVIOUSWEEKDAY(6, "2024-03-15")` → `2024-03-08`
    "PREVIOUSWEEKDAY" (day: Any; date: Date) -> Date = previous_weekday;

    /// The full years from a birthday to today, or to another date.
    ///
    /// `AGE("2000-03-16", "2024-03-15")` → `23`
    /// `AGE("2000-02-29", "2024-02-28")` → `23`
    "AGE" (birthday: Date; at: Date) -> Int = age;

    /// The days from one date to another, every so many units: days without one.
    ///
    /// `DATERANGE("2024-02-28", "2024-03-01")` → `["2024-02-28","2024-02-29","2024-03-01"]`
    /// `UBOUND(DATERANGE("2024-01-31", "2024-03-31", 1, "month"))` → `3`
    "DATERANGE" also ["DATE RANGE"] (from: Date, to: Date; step: Int, unit: Text) -> List
    = date_range;

    /// The date of Easter Sunday in a year (Gregorian; Meeus, Jones and Butcher).
    ///
    /// `EASTER(2024)` → `2024-03-31`
    /// `EASTER(2025) - 47` → `2025-03-04`
    "EASTER" (; year: Any) -> Date = easter;
}

fn part(call: &mut Call<'_>, part: fn(DateTime) -> i64) -> Result<Value, Fault> {
    call.local(0).map(|local| Value::int(part(local)))
}

/// A day of the week, 0 for Sunday to 6, by its number (1 for Sunday) or its name.
fn day_argument(call: &mut Call<'_>, index: usize) -> Result<i8, Fault> {
    let text = call.text(index)?;
    let number = text.trim().parse::<i8>().ok().filter(|n| (1..=7).contains(n));
    number.map(|n| n - 1).or_else(|| locales::day_named(&text)).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Fault::argument(format!(
            "\"{shown}\" is no day of the week; write a name, or 1 for Sunday to 7 for Saturday"
        ))
    })
}

fn weekday(call: &mut Call<'_>) -> Result<Value, Fault> {
    let first = if call.arg(1).is_null() { 0 } else { day_argument(call, 1)? };
    let day = call.local(0)?.weekday().to_sunday_zero_offset();
    Ok(Value::int(i64::from((day - first).rem_euclid(7)) + 1))
}

fn iso_weekday(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.weekday().to_monday_one_offset().into())
}

/// Whether the first argument is a number of the calendar, not a date.
fn small_number(call: &Call<'_>, low: i64, high: i64) -> Option<i64> {
    let number = match call.arg(0).kind() {
        Kind::Int | Kind::Num | Kind::Text => call.int(0).ok()?,
        _ => return None,
    };
    (low..=high).contains(&number).then_some(number)
}

fn weekday_name(call: &mut Call<'_>) -> Result<Value, Fault> {
    let day = match small_number(call, 1, 7) {
        Some(number) => number as i8 - 1,
        None => call.local(0)?.weekday().to_sunday_zero_offset(),
    };
    let words = call.locale(1)?.language();
    let short = call.flag_or(2, false);
    call.give(if short { words.day_short(day) } else { words.day(day) })
}

fn month_name(call: &mut Call<'_>) -> Result<Value, Fault> {
    let month = match small_number(call, 1, 12) {
        Some(number) => number as i8,
        None => call.local(0)?.month(),
    };
    let words = call.locale(1)?.language();
    let short = call.flag_or(2, false);
    call.give(if short { words.month_short(month) } else { words.month_alone(month) })
}

fn month_number(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = call.text(0)?;
    Ok(locales::month_named(&name).map_or(Value::NULL, |month| Value::int(month.into())))
}

fn week_number(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.date().iso_week_date().week().into())
}
fn iso_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.date().iso_week_date().year().into())
}
fn quarter(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| crate::pure::formats::moments::quarter(t).into())
}
fn day_of_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    part(call, |t| t.day_of_year().into())
}

/// The year that the first argument is, or the year of the date that it is.
fn year_argument(call: &mut Call<'_>) -> Result<Date, Fault> {
    let year = match small_number(call, 1, 9999) {
        Some(year) => year as i16,
        None => call.local(0)?.year(),
    };
    Date::new(year, 1, 1).map_err(|_| not_a_date("this"))
}

fn is_leap_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(year_argument(call)?.in_leap_year()))
}

fn days_in_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(year_argument(call)?.days_in_year().into()))
}

fn days_in_month(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(1).is_null() {
        return part(call, |t| t.date().days_in_month().into());
    }
    let (year, month) = (year_argument(call)?.year(), call.int(1)?);
    let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok());
    let first = first.ok_or_else(|| Fault::argument("a month must be from 1 to 12"))?;
    Ok(Value::int(first.days_in_month().into()))
}

fn is_weekend(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(call.local(0)?.weekday().to_monday_one_offset() > 5))
}

/// How a date lies to now: days by the calendar, moments by the clock.
fn to_now(call: &mut Call<'_>) -> Result<std::cmp::Ordering, Fault> {
    let date = call.date(0)?;
    let now = Value::moment(call.env.now_ms);
    if date.kind() == Kind::Moment {
        return Ok(date.as_i64().cmp(&now.as_i64()));
    }
    let today = super::to_local(now, &call.env.zone).map(|now| days_of(now.date()));
    Ok(date.as_i64().cmp(&today.unwrap_or(0)))
}

fn is_today(call: &mut Call<'_>) -> Result<Value, Fault> {
    let day = call.local(0)?.date();
    let now = super::to_local(Value::moment(call.env.now_ms), &call.env.zone);
    Ok(Value::bool(now.is_some_and(|now| now.date() == day)))
}
fn is_past(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(to_now(call)?.is_lt()))
}
fn is_future(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(to_now(call)?.is_gt()))
}

/// The first day of the unit that a day lies in.
fn first_day(date: Date, unit: Unit, first: i8) -> Option<Date> {
    match unit {
        Unit::Week => {
            let day = (date.weekday().to_sunday_zero_offset() - first).rem_euclid(7);
            date.checked_sub(i64::from(day).days()).ok()
        }
        Unit::Month => Some(date.first_of_month()),
        Unit::Quarter => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok(),
        Unit::Year => Some(date.first_of_year()),
        _ => Some(date),
    }
}

fn last_day(date: Date, unit: Unit, first: i8) -> Option<Date> {
    let start = first_day(date, unit, first)?;
    match unit {
        Unit::Week => start.checked_add(6.days()).ok(),
        Unit::Month => Some(start.last_of_month()),
        Unit::Quarter => start.checked_add(2.months()).ok().map(Date::last_of_month),
        Unit::Year => Some(start.last_of_year()),
        _ => Some(start),
    }
}

/// The beginning or end of a unit, of the kind that the date has: a day of a day, else a moment.
fn bound(call: &Call<'_>, date: Value, unit: Unit, first: i8, end: bool) -> Result<Value, Fault> {
    let far = || Fault::new(TrapCode::Overflow, "the date is too far away");
    let local = super::to_local(date, &call.env.zone).ok_or_else(far)?;
    if let Some(ms) = unit.ms().filter(|_| !matches!(unit, Unit::Day | Unit::Week)) {
        // Hours and less are cut by the clock, which also holds when it is moved.
        let start = super::to_ms(date, &call.env.zone).ok_or_else(far)?;
        let into = clock_into(local, unit);
        return in_range(Value::moment(start - into + if end { ms - 1 } else { 0 }));
    }
    let day = if end { last_day } else { first_day }(local.date(), unit, first).ok_or_else(far)?;
    if date.kind() == Kind::Date {
        return in_range(Value::date(days_of(day)));
    }
    let time = if end { Time::constant(23, 59, 59, 999_000_000) } else { Time::midnight() };
    let ms = moment_of(day.to_datetime(time), &call.env.zone).ok_or_else(far)?;
    in_range(Value::moment(ms))
}

/// The milliseconds since the last full unit.
fn clock_into(local: DateTime, unit: Unit) -> i64 {
    let below = i64::from(local.millisecond());
    let seconds = below + i64::from(local.second()) * 1000;
    match unit {
        Unit::Hour => seconds + i64::from(local.minute()) * 60_000,
        Unit::Minute => seconds,
        Unit::Second => below,
        _ => 0,
    }
}

fn bound_by_name(call: &mut Call<'_>, end: bool) -> Result<Value, Fault> {
    let at = (0..2).find(|at| call.unit(*at).is_some());
    let Some(at) = at else {
        let name = call.text(0)?;
        return Err(not_a_unit(&name));
    };
    let unit = call.unit(at).unwrap_or(Unit::Day);
    let date = call.date(1 - at)?;
    let first = if call.arg(2).is_null() { 1 } else { day_argument(call, 2)? };
    bound(call, date, unit, first, end)
}

fn start_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_by_name(call, false)
}
fn end_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_by_name(call, true)
}

fn bound_of(call: &mut Call<'_>, unit: Unit, end: bool) -> Result<Value, Fault> {
    let date = call.date(0)?;
    bound(call, date, unit, 1, end)
}

fn start_of_day(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_of(call, Unit::Day, false)
}
fn end_of_day(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_of(call, Unit::Day, true)
}
fn start_of_month(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_of(call, Unit::Month, false)
}
fn start_of_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_of(call, Unit::Year, false)
}
fn end_of_year(call: &mut Call<'_>) -> Result<Value, Fault> {
    bound_of(call, Unit::Year, true)
}

fn end_of_month(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (date, months) = (call.date(0)?, call.int_or(1, 0)?);
    let moved = super::moving::move_by(date, months as f64, Unit::Month, &call.env.zone)?;
    bound(call, moved, Unit::Month, 1, true)
}

fn week_bound(call: &mut Call<'_>, end: bool) -> Result<Value, Fault> {
    let first = if call.arg(1).is_null() { 1 } else { day_argument(call, 1)? };
    let date = call.date(0)?;
    bound(call, date, Unit::Week, first, end)
}

fn start_of_week(call: &mut Call<'_>) -> Result<Value, Fault> {
    week_bound(call, false)
}
fn end_of_week(call: &mut Call<'_>) -> Result<Value, Fault> {
    week_bound(call, true)
}

/// A day of the week that is 1 to 7 days away.
fn weekday_away(call: &mut Call<'_>, back: bool) -> Result<Value, Fault> {
    let wanted = day_argument(call, 0)?;
    let from = call.local(1)?.date();
    let day = from.weekday().to_sunday_zero_offset();
    let away = match back {
        true => -i64::from((day - wanted - 1).rem_euclid(7) + 1),
        false => i64::from((wanted - day - 1).rem_euclid(7) + 1),
    };
    in_range(Value::date(days_of(from) + away))
}

fn next_weekday(call: &mut Call<'_>) -> Result<Value, Fault> {
    weekday_away(call, false)
}
fn previous_weekday(call: &mut Call<'_>) -> Result<Value, Fault> {
    weekday_away(call, true)
}

fn age(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (birthday, at) = (call.local(0)?, call.local(1)?);
    let years = i64::from(at.year()) - i64::from(birthday.year());
    // Who is born on the 29th of February has a birthday on the 1st of March in other years.
    let before = (at.month(), at.day()) < (birthday.month(), birthday.day());
    Ok(Value::int(years - i64::from(before)))
}

fn date_range(call: &mut Call<'_>) -> Result<Value, Fault> {
    let step = call.int_or(2, 1)?;
    let unit = match call.arg(3).is_null() {
        true => Unit::Day,
        false => {
            let name = call.text(3)?;
            Unit::named(&name).ok_or_else(|| not_a_unit(&name))?
        }
    };
    if step <= 0 {
        return Err(Fault::argument("the step of DATERANGE must be above 0"));
    }
    let (from, to) = (call.date(0)?, call.date(1)?);
    let end = super::to_ms(to, &call.env.zone).unwrap_or(0);
    let mut dates = Vec::new();
    for index in 0.. {
        call.heap.charge(100)?;
        let count = (step as f64) * f64::from(index);
        let date = super::moving::move_by(from, count, unit, &call.env.zone)?;
        if super::to_ms(date, &call.env.zone).unwrap_or(i64::MAX) > end {
            break;
        }
        call.more_elements(dates.len())?;
        dates.push(date);
    }
    call.heap.new_list(dates)
}

fn easter(call: &mut Call<'_>) -> Result<Value, Fault> {
    let year = i64::from(year_argument(call)?.year());
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    let date = Date::new(year as i16, month as i8, day as i8).map_err(|_| not_a_date("this"))?;
    Ok(Value::date(days_of(date)))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn bounds_of_every_unit() {
        for (unit, start, end) in [
            ("second", "2024-05-15 14:05:09", "2024-05-15 14:05:09"),
            ("minute", "2024-05-15 14:05:00", "2024-05-15 14:05:59"),
            ("hour", "2024-05-15 14:00:00", "2024-05-15 14:59:59"),
            ("day", "2024-05-15 00:00:00", "2024-05-15 23:59:59"),
            ("week", "2024-05-13 00:00:00", "2024-05-19 23:59:59"),
            ("month", "2024-05-01 00:00:00", "2024-05-31 23:59:59"),
            ("quarter", "2024-04-01 00:00:00", "2024-06-30 23:59:59"),
            ("year", "2024-01-01 00:00:00", "2024-12-31 23:59:59"),
        ] {
            let args = format!(r#"["{unit}", "2024-05-15 14:05:09"]"#);
            assert_eq!(call("STARTOF", &args), start, "{unit}");
            assert_eq!(call("ENDOF", &args), end, "{unit}");
        }
        assert!(call("STARTOF", r#"["x", "2024-01-01"]"#).contains("no unit of time"));
    }

    #[test]
    fn the_last_day_of_time_is_refused_not_passed() {
        assert!(call("ENDOFMONTH", r#"["9998-01-01", 100000000]"#).contains("too far"));
        assert!(call("DATERANGE", r#"["0001-01-01", "9998-01-01", 1, "second"]"#).contains("fuel"));
        assert!(call("DATERANGE", r#"["2024-01-01", "2025-01-01", 0]"#).contains("above 0"));
        assert_eq!(call("DATERANGE", r#"["2024-01-02", "2024-01-01"]"#), "[]");
    }

    #[test]
    fn names_and_numbers() {
        assert_eq!(call("WEEKDAYNAME", r#"[2, "de"]"#), "Montag");
        assert_eq!(call("MONTHNAME", r#"["2024-03-15", "ru"]"#), "март");
        assert_eq!(call("MONTHNUMBER", r#"["x"]"#), "");
        assert!(call("NEXTWEEKDAY", r#"["someday"]"#).contains("no day of the week"));
        assert!(call("DAYSINMONTH", "[2024, 13]").contains("1 to 12"));
    }

    #[test]
    fn easter_sundays() {
        for (year, day) in [(2000, "04-23"), (2008, "03-23"), (2011, "04-24"), (2038, "04-25")] {
            assert_eq!(call("EASTER", &format!("[{year}]")), format!("{year}-{day}"));
        }
    }
}
