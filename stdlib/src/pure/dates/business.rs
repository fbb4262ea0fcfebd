//! Workdays: Monday to Friday, without the holidays that are named. Counting takes the same time
//! over any distance; only holidays are looked at one by one.

use super::moving::days_in;
use super::{days_of, in_range};
use crate::pure::Call;
use crate::{Fault, Kind, TrapCode, Value};
use jiff::civil::Date;

crate::functions! {
    family "dates";

    /// Whether a date is a workday: from Monday to Friday, and none of the holidays of a list.
    ///
    /// `ISWORKDAY("2024-03-15")` → `true`
    /// `ISWORKDAY("2024-03-16")` → `false`
    /// `ISWORKDAY("2024-12-25", ["2024-12-25"])` → `false`
    "ISWORKDAY" also ["IS WORKDAY", "ISBUSINESSDAY", "IS BUSINESS DAY"]
        (; date: Date, holidays: List) -> Bool = is_workday;

    /// A date moved by workdays, forwards or back; holidays of a list do not count.
    ///
    /// `ADDWORKDAYS("2024-03-15", 2)` → `2024-03-19`
    /// `ADDWORKDAYS("2024-03-18", -1)` → `2024-03-15`
    /// `ADDWORKDAYS("2024-12-24", 1, ["2024-12-25"])` → `2024-12-26`
    "ADDWORKDAYS" also ["ADD WORKDAYS", "WORKDAY", "ADDBUSINESSDAYS", "ADD BUSINESS DAYS"]
        (date: Date, count: Int; holidays: List) -> Date = add_workdays;

    /// The workdays after one date up to another; negative backwards.
    ///
    /// `WORKDAYS_BETWEEN("2024-03-15", "2024-03-18")` → `1`
    /// `WORKDAYS_BETWEEN("2024-12-23", "2024-12-27", ["2024-12-25"])` → `3`
    "WORKDAYS BETWEEN" also ["WORKDAYSBETWEEN", "BUSINESS DAYS BETWEEN", "BUSINESSDAYSBETWEEN"]
        (from: Date, to: Date; holidays: List) -> Int = workdays_between;

    /// The workdays from one date to another, both included, as spreadsheets count.
    ///
    /// `NETWORKDAYS("2024-03-11", "2024-03-15")` → `5`
    /// `NETWORKDAYS("2024-03-15", "2024-03-18")` → `2`
    "NETWORKDAYS" (from: Date, to: Date; holidays: List) -> Int = net_workdays;
}

/// Whether a day (since 1970) is from Monday to Friday: 1970-01-01 was a Thursday.
fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

/// The weekdays up to a day, from a Monday far back.
fn weekdays_until(day: i64) -> i64 {
    let monday = day + 3;
    monday.div_euclid(7) * 5 + monday.rem_euclid(7).min(4) + 1
}

/// The workdays after `from` up to `to`; `holidays` are sorted, each once.
fn counted(from: i64, to: i64, holidays: &[i64]) -> i64 {
    if to < from {
        return -counted(to, from, holidays);
    }
    let free = holidays.iter().filter(|day| **day > from && **day <= to && is_weekday(**day));
    weekdays_until(to) - weekdays_until(from) - free.count() as i64
}

/// The workdays after one date up to another; backwards those before it.
pub fn between(from: Date, to: Date, holidays: &[i64]) -> i64 {
    counted(days_of(from), days_of(to), holidays)
}

/// A date moved by workdays.
pub fn shifted(date: Date, count: i64, holidays: &[i64]) -> Option<Date> {
    if count.unsigned_abs() > 4_000_000 {
        return None;
    }
    let start = days_of(date);
    let step = count.signum();
    // Five workdays take a week; the rest, and holidays on the way, are walked.
    let mut day = start + count / 5 * 7;
    // From a weekend the count begins with the last workday on that side.
    while step != 0 && !is_weekday(day) {
        day -= step;
    }
    let mut left = count % 5;
    while left != 0 {
        day += step;
        left -= if is_weekday(day) { step } else { 0 };
    }
    let mut passed = 0;
    loop {
        let free = met(start, day, holidays);
        if free == passed {
            break;
        }
        let mut more = free - passed;
        passed = free;
        while more > 0 {
            day += step;
            more -= i64::from(is_weekday(day));
        }
    }
    super::date_of(day)
}

/// How many holidays on weekdays a way meets, its beginning not counted.
fn met(start: i64, end: i64, holidays: &[i64]) -> i64 {
    let on_way = |day: &&i64| match start <= end {
        true => **day > start && **day <= end,
        false => **day < start && **day >= end,
    };
    holidays.iter().filter(on_way).filter(|day| is_weekday(**day)).count() as i64
}

fn is_workday(call: &mut Call<'_>) -> Result<Value, Fault> {
    let day = days_of(call.local(0)?.date());
    let holidays = days_in(call, 1)?;
    Ok(Value::bool(is_weekday(day) && !holidays.contains(&day)))
}

fn add_workdays(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (date, local, count) = (call.date(0)?, call.local(0)?, call.int(1)?);
    let holidays = days_in(call, 2)?;
    // Each holiday on the way is met at most once more.
    let many = holidays.len() as u64;
    call.heap.charge(50 + many.saturating_mul(many.min(1_000) + 8))?;
    let far = || Fault::new(TrapCode::Overflow, "the date is too far away");
    let moved = shifted(local.date(), count, &holidays).ok_or_else(far)?;
    if date.kind() == Kind::Date {
        return in_range(Value::date(days_of(moved)));
    }
    let ms = super::moment_of(moved.to_datetime(local.time()), &call.env.zone).ok_or_else(far)?;
    in_range(Value::moment(ms))
}

fn workdays_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (from, to) = (call.local(0)?.date(), call.local(1)?.date());
    let holidays = days_in(call, 2)?;
    Ok(Value::int(between(from, to, &holidays)))
}

fn net_workdays(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (from, to) = (days_of(call.local(0)?.date()), days_of(call.local(1)?.date()));
    let holidays = days_in(call, 2)?;
    Ok(Value::int(match from <= to {
        true => counted(from - 1, to, &holidays),
        false => -counted(to - 1, from, &holidays),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    /// The same by walking day after day.
    fn walked(from: i64, count: i64, holidays: &[i64]) -> i64 {
        let (mut day, mut left) = (from, count);
        while left != 0 {
            day += count.signum();
            if is_weekday(day) && !holidays.contains(&day) {
                left -= count.signum();
            }
        }
        day
    }

    #[test]
    fn jumping_comes_out_where_walking_does() {
        let holidays = [19_782, 19_783, 19_790, 19_797, 19_800];
        for from in 19_775..19_800 {
            for count in -20..=20 {
                let date = crate::pure::dates::date_of(from).expect("a day");
                for holidays in [&[][..], &holidays[..]] {
                    let jumped = shifted(date, count, holidays).map(days_of);
                    assert_eq!(jumped, Some(walked(from, count, holidays)), "{from} {count}");
                }
            }
        }
    }

    #[test]
    fn counting_is_the_other_way_round() {
        for from in 19_775..19_790 {
            for count in 1..=15 {
                let to = walked(from, count, &[19_781]);
                assert_eq!(counted(from, to, &[19_781]), count, "{from} {count}");
            }
        }
        assert_eq!(call("NETWORKDAYS", r#"["2024-03-18", "2024-03-15"]"#), "-2");
        assert!(call("ADDWORKDAYS", r#"["2024-03-15", 9000000000]"#).contains("too far"));
    }
}
