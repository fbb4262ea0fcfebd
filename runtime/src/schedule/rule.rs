//! When a rule of SET SCHEDULE comes next.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use croner::Cron;

use super::zone::Zone;

/// A rule that says when something runs.
#[derive(Clone, Debug)]
pub struct Rule {
    cron: Cron,
}

impl Rule {
    /// Reads a rule; the error says what is understood.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let rule = basilect_stdlib::schedule::Rule::parse(text).map_err(|bad| bad.to_string())?;
        // What the one accepts, the other reads; a test compares them.
        let cron = Cron::from_str(rule.cron());
        cron.map(|cron| Rule { cron }).map_err(|error| format!("`{text}`: {error}"))
    }

    /// The first time after `now_ms` in the IANA zone, in milliseconds since 1970; none when it
    /// never comes (30 February). Changes of the clocks follow the Vixie cron convention: a local
    /// time that is skipped runs at the change, one that comes twice runs once.
    pub fn next_after(&self, now_ms: i64, zone: &str) -> Option<i64> {
        let now = DateTime::<Utc>::from_timestamp_millis(now_ms)?.with_timezone(&Zone::of(zone));
        let next = self.cron.find_next_occurrence(&now, false).ok()?;
        Some(next.timestamp_millis())
    }
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
            assert!(error.len() > 30 && !error.contains("Invalid"), "{error}");
        }
    }

    /// Whatever the vocabulary takes for a rule can be worked out.
    #[test]
    fn every_rule_that_can_be_meant_can_be_worked_out() {
        let fields = ["*", "0", "7", "1-5", "*/2", "1-5/2", "3/2", "2,4", "L", "5L", "5W", "1#2"];
        let mut read = 0;
        for first in fields {
            for second in fields.iter().chain(&["mon", "jan", "sat-sun", "?", "+1", "60", "5-1"]) {
                for place in 0..5 {
                    let rest = ["0", "9", "1", "*", "*"];
                    let mut rule = rest.map(str::to_string);
                    rule[place] = (*second).to_string();
                    rule[(place + 1) % 5] = first.to_string();
                    let text = rule.join(" ");
                    if let Ok(rule) = basilect_stdlib::schedule::Rule::parse(&text) {
                        assert!(Cron::from_str(rule.cron()).is_ok(), "{text} is {}", rule.cron());
                        read += 1;
                    }
                }
            }
        }
        assert!(read > 300, "{read}");
    }
}
