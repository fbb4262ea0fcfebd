//! The rules of SET SCHEDULE: cron with five fields (six with seconds, which are dropped; four,
//! with `*` added), and words: `every 5 minutes`, `every monday at 9am`, `weekdays at 8:30`.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;

/// A rule that says when something runs.
#[derive(Clone, Debug)]
pub struct Rule {
    cron: Cron,
}

impl Rule {
    /// Reads a rule; the error says what is understood.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let text = text.trim().to_lowercase();
        let cron = words(&text).unwrap_or_else(|| fields(&text));
        Cron::from_str(&cron).map(|cron| Rule { cron }).map_err(|_| unreadable(&text))
    }

    /// The first time after `now_ms` in the IANA zone, in milliseconds since 1970; none when it
    /// never comes (30 February). Changes of the clocks follow the Vixie cron convention: a local
    /// time that is skipped runs at the change, one that comes twice runs once.
    pub fn next_after(&self, now_ms: i64, zone: &str) -> Option<i64> {
        let zone = zone.parse::<Tz>().unwrap_or(Tz::UTC);
        let now = DateTime::<Utc>::from_timestamp_millis(now_ms)?.with_timezone(&zone);
        let next = self.cron.find_next_occurrence(&now, false).ok()?;
        Some(next.timestamp_millis())
    }
}

fn unreadable(text: &str) -> String {
    format!(
        "`{text}` is not a schedule; write cron fields (\"0 9 * * 1-5\") or words \
         (\"every 5 minutes\", \"every monday at 9am\", \"weekdays at 8:30\")"
    )
}

/// Cron with four to seven fields as cron with five.
fn fields(text: &str) -> String {
    let fields: Vec<&str> = text.split_whitespace().collect();
    match fields.as_slice() {
        [a, b, c, d] => format!("{a} {b} {c} {d} *"),
        [_, rest @ ..] if rest.len() == 5 => rest.join(" "),
        [_, rest @ .., _] if rest.len() == 5 => rest.join(" "),
        _ => text.to_string(),
    }
}

/// A rule in words as cron.
fn words(text: &str) -> Option<String> {
    let text =
        text.strip_prefix("every ").map_or_else(|| text.to_string(), |r| format!("every {r}"));
    let (when, at) = match text.split_once(" at ") {
        Some((when, at)) => (when.to_string(), Some(clock(at)?)),
        None if text.starts_with("at ") => ("daily".to_string(), Some(clock(&text[3..])?)),
        None => (text, None),
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
    let rest = text.strip_prefix("every ")?;
    let (number, unit) = rest.split_once(' ')?;
    let number: u32 = number.parse().ok().filter(|n| *n > 0)?;
    match unit.trim_end_matches('s') {
        "minute" | "min" if number < 60 => Some(format!("*/{number} * * * *")),
        "minute" | "min" if number.is_multiple_of(60) => Some(format!("0 */{} * * *", number / 60)),
        "hour" if number < 24 => Some(format!("0 */{number} * * *")),
        "day" if number < 32 => Some(format!("0 0 */{number} * *")),
        "month" if number < 13 => Some(format!("0 0 1 */{number} *")),
        _ => None,
    }
}

/// `every monday`, `mondays`, `every tuesday and friday`.
fn weekday_rule(text: &str, minute: u32, hour: u32) -> Option<String> {
    let text = text.strip_prefix("every ").unwrap_or(text).replace(" and ", ",");
    let days: Option<Vec<_>> = text.split(',').map(|day| weekday(day.trim())).collect();
    let days: Vec<String> = days?.iter().map(u32::to_string).collect();
    Some(format!("{minute} {hour} * * {}", days.join(",")))
}

fn weekday(name: &str) -> Option<u32> {
    let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let name = name.strip_suffix('s').unwrap_or(name);
    names
        .iter()
        .position(|n| *n == name || (name.len() == 3 && n.starts_with(name)))
        .map(|index| index as u32)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-03-02T09:00Z.
    const MONDAY: i64 = 1_772_442_000_000;
    const HOUR: i64 = 3_600_000;

    fn hours_until(rule: &str, zone: &str) -> f64 {
        let next = Rule::parse(rule).expect(rule).next_after(MONDAY, zone).expect("comes");
        (next - MONDAY) as f64 / HOUR as f64
    }

    #[test]
    fn cron_fields_are_four_to_six() {
        assert_eq!(hours_until("0 10 * * *", "UTC"), 1.0);
        assert_eq!(hours_until("0 0 10 * * *", "UTC"), 1.0);
        assert_eq!(hours_until("0 10 * *", "UTC"), 1.0);
        assert_eq!(hours_until("0 9 * * *", "UTC"), 24.0);
    }

    #[test]
    fn words_are_understood() {
        for (rule, hours) in [
            ("every 30 minutes", 0.5),
            ("every hour", 1.0),
            ("every 2 hours", 1.0),
            ("daily at 9:30", 0.5),
            ("at noon", 3.0),
            ("every monday at 9am", 168.0),
            ("weekdays at 8am", 23.0),
            ("every tuesday and friday at 9am", 24.0),
            ("every day at 1 pm", 4.0),
        ] {
            assert_eq!(hours_until(rule, "UTC"), hours, "{rule}");
        }
    }

    #[test]
    fn rules_are_local() {
        assert_eq!(hours_until("0 7 * * *", "America/Sao_Paulo"), 1.0);
    }

    #[test]
    fn a_skipped_hour_runs_at_the_change() {
        // In New York the clocks jump from 2 to 3 on 2026-03-08.
        let day = 1_772_928_000_000; // 2026-03-08T00:00Z
        let rule = Rule::parse("30 2 * * *").expect("cron");
        let next = rule.next_after(day + 6 * HOUR, "America/New_York").expect("comes");
        assert!(next - day <= 31 * HOUR, "within the day or at the next");
    }

    #[test]
    fn nonsense_is_explained() {
        for rule in ["", "sometimes", "99 99 * * *", "every 0 minutes", "at 25:00", "30 x * * *"] {
            let error = Rule::parse(rule).expect_err(rule);
            assert!(error.contains("is not a schedule"), "{error}");
        }
    }
}
