//! The rules of SET SCHEDULE as texts: cron fields, or words.
//!
//! Cron rules have five fields (six with seconds, which are dropped; four, with `*` added; seven
//! with a year, which is dropped): minute, hour, day of the month, month, day of the week. Rules in
//! words are `every 5 minutes`, `every monday at 9am`, `weekdays at 8:30`. Both become five cron
//! fields of numbers; when they come next is worked out elsewhere, with a clock.

mod field;
mod words;

use std::ops::Range;

/// A rule that can be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    cron: String,
}

/// A text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// What is wrong, as a sentence that names the part.
    pub message: String,
    /// What to write in its place.
    pub help: String,
    /// The bytes of the text that are wrong.
    pub at: Range<usize>,
}

impl std::fmt::Display for BadRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for BadRule {}

/// What can be written, for whoever wrote something else.
pub(crate) const EXAMPLES: &str = "write cron fields (\"0 9 * * 1-5\") or words (\"every 5 \
                                   minutes\", \"every monday at 9am\", \"weekdays at 8:30\")";

impl Rule {
    /// Reads a rule.
    pub fn parse(text: &str) -> Result<Rule, BadRule> {
        if text.trim().is_empty() {
            let message = "an empty text is not a schedule".to_string();
            return Err(BadRule { message, help: EXAMPLES.into(), at: 0..text.len() });
        }
        let cron = match words::read(text) {
            Some(cron) => cron,
            None if looks_like_cron(text) => field::cron(text)?,
            None => return Err(words::complaint(text)),
        };
        Ok(Rule { cron })
    }

    /// The rule as five cron fields: minute, hour, day of the month, month, day of the week.
    pub fn cron(&self) -> &str {
        &self.cron
    }
}

/// Whether somebody who wrote this thought of cron: it begins with a field, or has no longer words.
fn looks_like_cron(text: &str) -> bool {
    let first = text.trim_start().chars().next();
    let signs = first.is_some_and(|c| c.is_ascii_digit() || "*@?/,-".contains(c));
    let named = text.split_whitespace().all(|word| word.len() <= 3) && text.contains('*');
    signs || named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cron(text: &str) -> String {
        Rule::parse(text).map_or_else(|bad| format!("{bad}"), |rule| rule.cron)
    }

    #[test]
    fn cron_rules_have_four_to_seven_fields() {
        for (text, expected) in [
            ("0 9 * * 1-5", "0 9 * * 1-5"),
            ("0 9 * *", "0 9 * * *"),
            ("30 0 9 * * 1", "0 9 * * 1"),
            ("0 0 9 1 1 * 2030", "0 9 1 1 *"),
            ("0 9 * * MON-FRI", "0 9 * * 1-5"),
            ("0 9 * jan,jul sat-sun", "0 9 * 1,7 6-7"),
            ("*/15 8-18/2 1,15,L * ?", "*/15 8-18/2 1,15,L * ?"),
            ("0 9 15W * *", "0 9 15W * *"),
            ("0 9 * * 1#2", "0 9 * * 1#2"),
            ("0 9 * * fril", "0 9 * * 5L"),
            ("0 9 1 * +1", "0 9 1 * +1"),
            ("@daily", "0 0 * * *"),
        ] {
            assert_eq!(cron(text), expected, "{text}");
        }
    }

    #[test]
    fn words_become_cron() {
        for (text, expected) in [
            ("every 30 minutes", "*/30 * * * *"),
            ("Every Hour", "0 * * * *"),
            ("daily at 9:30", "30 9 * * *"),
            ("at noon", "0 12 * * *"),
            ("every monday at 9am", "0 9 * * 1"),
            ("weekdays at 8:30", "30 8 * * 1-5"),
            ("every tuesday and friday at 9 pm", "0 21 * * 2,5"),
            ("every 120 minutes", "0 */2 * * *"),
            ("business hours", "0 9-17 * * 1-5"),
            ("mondays", "0 0 * * 1"),
        ] {
            assert_eq!(cron(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, part, message, help) in [
            ("", "", "empty", "every 5 minutes"),
            ("0 25 * * *", "25", "`25` is not an hour", "from 0 to 23"),
            ("0 24 * * *", "24", "`24` is not an hour", "`0`"),
            ("61 9 * * *", "61", "not a minute", "from 0 to 59"),
            ("0 9 32 * *", "32", "not a day of the month", "from 1 to 31"),
            ("0 9 0 * *", "0", "not a day of the month", "from 1 to 31"),
            ("0 9 * 13 *", "13", "not a month", "from 1 to 12"),
            ("0 9 * * 8", "8", "not a day of the week", "Sunday"),
            ("0 9 * * monday", "monday", "not a day of the week", "`mon`"),
            ("0 9 * jnauary *", "jnauary", "not a month", "`jan`"),
            ("0 17-9 * * *", "17-9", "runs backwards", "`17-23,0-9`"),
            ("0 */0 * * *", "*/0", "step", "1 or more"),
            ("9:00 * * * *", "9:00", "not a minute", "`0 9`"),
            ("0 9 * * * * * *", "0 9 * * * * * *", "8 fields", "five"),
            ("0 9", "0 9", "2 fields", "five"),
            ("0 9 30 2 *", "30", "never comes", "29"),
            ("0 9 31 4,6 *", "31", "never comes", "30"),
            ("0 9 5L * *", "5L", "not a day of the month", "`L`"),
            ("@nightly", "@nightly", "not a schedule", "@daily"),
            ("evry monday at 9am", "evry", "`evry`", "`every`"),
            ("every mondey", "mondey", "`mondey`", "`monday`"),
            ("every 5 minuts", "minuts", "`minuts`", "`minutes`"),
            ("every 90 minutes", "90", "90 minutes", "60 or 120"),
            ("every 25 hours", "25", "25 hours", "days"),
            ("every 0 minutes", "0", "0 minutes", "1 or more"),
            ("daily at 25:00", "25:00", "not a time", "0:00 to 23:59"),
            ("daily at half past nine", "half past nine", "not a time", "9:30"),
            ("sometimes", "sometimes", "not a schedule", "every 5 minutes"),
        ] {
            let bad = Rule::parse(text).expect_err(text);
            assert_eq!(&text[bad.at.clone()], part, "{text}: {bad}");
            assert!(bad.message.contains(message), "{text}: {}", bad.message);
            assert!(bad.help.contains(help), "{text}: {}", bad.help);
        }
    }

    #[test]
    fn any_text_is_read_without_harm() {
        for text in [
            "ü at ü",
            "every  ",
            "at",
            "* * * * * é",
            "9 at 9 at 9",
            "\u{0}",
            "@",
            "every 99999999999 days",
        ] {
            let bad = Rule::parse(text).expect_err(text);
            assert!(text.get(bad.at.clone()).is_some(), "{text}: {:?}", bad.at);
        }
    }
}
