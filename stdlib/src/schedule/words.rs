//! Rules in words.

use super::field::{general, words};
use super::{BadRule, EXAMPLES};
use std::ops::Range;

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
pub(super) const DAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The words that rules are made of.
const KNOWN: [&str; 28] = [
    "every", "at", "and", "minutes", "minute", "min", "hours", "hour", "days", "day", "week",
    "months", "month", "year", "hourly", "daily", "weekly", "monthly", "yearly", "annually",
    "weekday", "weekdays", "weekend", "weekends", "noon", "midnight", "business", "am",
];

/// A rule in words as cron; `None` if it is none.
pub(super) fn read(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (when, at) = match text.split_once(" at ") {
        Some((when, at)) => (when.to_string(), Some(clock(at)?)),
        None => match text.strip_prefix("at ") {
            Some(at) => ("daily".to_string(), Some(clock(at)?)),
            None => (text.clone(), None),
        },
    };
    let (minute, hour) = at.unwrap_or((0, 0));
    let days = match when.trim() {
        "hourly" | "every hour" => return Some("0 * * * *".into()),
        "every minute" => return Some("* * * * *".into()),
        "business hours" => return Some("0 9-17 * * 1-5".into()),
        "yearly" | "every year" | "annually" => return Some(format!("{minute} {hour} 1 1 *")),
        "monthly" | "every month" => return Some(format!("{minute} {hour} 1 * *")),
        "daily" | "every day" => "*",
        "weekly" | "every week" => "0",
        "weekdays" | "every weekday" => "1-5",
        "weekends" | "every weekend" => "0,6",
        other => return interval(other).or_else(|| weekday_rule(other, minute, hour)),
    };
    Some(format!("{minute} {hour} * * {days}"))
}

/// `every 5 minutes`, `every 2 hours`, `every 3 days`.
fn interval(text: &str) -> Option<String> {
    let (number, unit) = counted(text)?;
    let number: u32 = number.parse().ok().filter(|n| *n > 0)?;
    match unit.trim_end_matches('s') {
        "minute" | "min" if number < 60 => Some(format!("*/{number} * * * *")),
        "minute" | "min" if number.is_multiple_of(60) && number / 60 < 24 => {
            Some(format!("0 */{} * * *", number / 60))
        }
        "hour" if number < 24 => Some(format!("0 */{number} * * *")),
        "day" if number < 32 => Some(format!("0 0 */{number} * *")),
        "month" if number < 13 => Some(format!("0 0 1 */{number} *")),
        _ => None,
    }
}

/// Number and unit of `every 5 minutes`.
fn counted(text: &str) -> Option<(&str, &str)> {
    let (number, unit) = text.strip_prefix("every ")?.trim_start().split_once(' ')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some((number, unit.trim()))
}

/// `every monday`, `mondays`, `every tuesday and friday`.
fn weekday_rule(text: &str, minute: u32, hour: u32) -> Option<String> {
    let text = text.strip_prefix("every ").unwrap_or(text).replace(" and ", ",");
    let days: Option<Vec<_>> = text.split(',').map(|day| weekday(day.trim())).collect();
    let days: Vec<String> = days?.iter().map(u32::to_string).collect();
    Some(format!("{minute} {hour} * * {}", days.join(",")))
}

fn weekday(name: &str) -> Option<u32> {
    let name = name.strip_suffix('s').unwrap_or(name);
    let fits = |day: &str| day == name || (name.len() == 3 && day.starts_with(name));
    DAYS.iter().position(|day| fits(day)).map(|index| index as u32)
}

/// `9`, `9am`, `9:30 pm`, `noon`, `midnight`: minute and hour.
fn clock(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    match text {
        "noon" => return Some((0, 12)),
        "midnight" => return Some((0, 0)),
        _ => {}
    }
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = digits.trim().split_once(':').unwrap_or((digits.trim(), "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = half.map_or(hour, |half| hour % 12 + half);
    (hour < 24 && minute < 60).then_some((minute, hour))
}

/// What is wrong with a rule that should be one in words.
pub(super) fn complaint(text: &str) -> BadRule {
    misspelt(text)
        .or_else(|| bad_clock(text))
        .or_else(|| bad_interval(text))
        .unwrap_or_else(|| general(text))
}

/// A word that is spelt much like one that rules are made of.
fn misspelt(text: &str) -> Option<BadRule> {
    words(text).into_iter().find_map(|(word, at)| {
        let plain = word.trim_matches(',').to_lowercase();
        let numeric = plain.starts_with(|c: char| c.is_ascii_digit());
        let known = KNOWN.contains(&plain.as_str()) || weekday(&plain).is_some() || numeric;
        let candidates = KNOWN.iter().chain(&DAYS).copied();
        let near = crate::spelling::closest(&plain, candidates).filter(|_| !known)?;
        let message = format!("`{}` is not a schedule: `{word}` has no meaning", text.trim());
        Some(BadRule { message, help: format!("did you mean `{near}`?"), at })
    })
}

/// What stands behind `at` is no time.
fn bad_clock(text: &str) -> Option<BadRule> {
    let lower = text.to_lowercase();
    let start = match lower.find(" at ") {
        Some(found) => found + 4,
        None => lower.strip_prefix("at ").map(|_| 3)?,
    };
    let written = text.get(start..)?;
    if clock(&written.to_lowercase()).is_some() {
        return None;
    }
    let at = trimmed(written, start);
    let message = format!("`{}` is not a time of the day", written.trim());
    let help = "write a time from 0:00 to 23:59, such as 9:30, 9am, noon or midnight".into();
    Some(BadRule { message, help, at })
}

/// The place of a text without the blanks around it.
fn trimmed(text: &str, start: usize) -> Range<usize> {
    let first = start + text.len() - text.trim_start().len();
    first..first + text.trim().len()
}

/// `every 90 minutes`: cron counts within the hour, the day or the month.
fn bad_interval(text: &str) -> Option<BadRule> {
    let lower = text.trim().to_lowercase();
    let (number, unit) = counted(&lower)?;
    let place = text.find(number)?;
    let at = place..place + number.len();
    let count: u64 = number.parse().unwrap_or(u64::MAX);
    let help = match unit.trim_end_matches('s') {
        _ if count == 0 => "the number must be 1 or more".to_string(),
        "minute" | "min" if count < 24 * 60 => {
            let below = count / 60 * 60;
            format!("above an hour it must be whole hours: {below} or {} minutes", below + 60)
        }
        "minute" | "min" | "hour" => "for more than 23 hours write days: `every 2 days`".into(),
        "day" => "for more than 31 days write months: `every 2 months`".into(),
        "month" => "for more than 12 months write `every year`".into(),
        _ => EXAMPLES.to_string(),
    };
    Some(BadRule {
        message: format!("every {number} {unit} is not a rhythm of the calendar"),
        help,
        at,
    })
}
