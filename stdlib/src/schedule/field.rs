//! Cron fields.

use super::{BadRule, EXAMPLES};
use std::ops::Range;

/// One of the five fields.
struct Field {
    /// `an hour`
    what: &'static str,
    least: u32,
    most: u32,
    /// Names for its numbers, in order from `first`.
    names: &'static [&'static str],
    first: u32,
    /// The letters that it knows beside numbers: `L` (last), `W` (nearest weekday), `#` (the n-th).
    letters: &'static str,
}

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Field; 5] = [
    Field { what: "a minute", least: 0, most: 59, names: &[], first: 0, letters: "" },
    Field { what: "an hour", least: 0, most: 23, names: &[], first: 0, letters: "" },
    Field { what: "a day of the month", least: 1, most: 31, names: &[], first: 0, letters: "LW" },
    Field { what: "a month", least: 1, most: 12, names: MONTHS, first: 1, letters: "" },
    Field { what: "a day of the week", least: 0, most: 7, names: DAYS, first: 0, letters: "L#" },
];

/// Whole rules with a name.
const NAMED: [(&str, &str); 5] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
];

/// A word of the text and its bytes.
type Word<'t> = (&'t str, Range<usize>);

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let start = text.as_ptr() as usize;
    let place = |word: &str| {
        let at = word.as_ptr() as usize - start;
        at..at + word.len()
    };
    text.split_whitespace().map(|word| (word, place(word))).collect()
}

/// The rule as five fields of numbers.
pub(super) fn cron(text: &str) -> Result<String, BadRule> {
    let words = words(text);
    if let [(only, at)] = words.as_slice() {
        if let Some(rule) = named(only) {
            return Ok(rule);
        }
        if only.starts_with('@') {
            let message = format!("`{only}` is not a schedule");
            let help = "write @hourly, @daily, @weekly, @monthly or @yearly".into();
            return Err(BadRule { message, help, at: at.clone() });
        }
    }
    let five = match words.as_slice() {
        [_, _, _, _] | [_, _, _, _, _] => words.as_slice(),
        [_, five @ ..] if five.len() == 5 => five,
        [_, five @ .., _] if five.len() == 5 => five,
        _ => return Err(wrong_count(text, words.len())),
    };
    let mut cron: Vec<String> = Vec::new();
    for (word, field) in five.iter().zip(&FIELDS) {
        cron.push(field.read(word)?);
    }
    cron.resize(5, "*".to_string());
    match never_comes(&cron, five) {
        Some(bad) => Err(bad),
        None => Ok(cron.join(" ")),
    }
}

fn named(word: &str) -> Option<String> {
    if word.eq_ignore_ascii_case("@hourly") {
        return Some("0 * * * *".into());
    }
    let found = NAMED.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    found.map(|(_, rule)| (*rule).to_string())
}

fn wrong_count(text: &str, count: usize) -> BadRule {
    let message = format!("a cron rule has five fields, and `{}` has {count} fields", text.trim());
    let help = "the five are minute, hour, day of the month, month, day of the week, as in \
                \"30 9 * * 1-5\" for half past nine from Monday to Friday";
    let start = text.len() - text.trim_start().len();
    BadRule { message, help: help.into(), at: start..start + text.trim().len() }
}

impl Field {
    /// The field with numbers in place of names.
    fn read(&self, (word, at): &Word<'_>) -> Result<String, BadRule> {
        let plus = if self.letters.contains('#') { word.strip_prefix('+') } else { None };
        let open = |word: &str| word == "?" && !self.letters.is_empty();
        let mut parts = Vec::new();
        let mut start = at.start + usize::from(plus.is_some());
        for part in plus.unwrap_or(word).split(',') {
            let place = start..start + part.len();
            start += part.len() + 1;
            if part.is_empty() || part == "*" || open(part) {
                parts.push(part.to_string());
                continue;
            }
            parts.push(self.part(part, place)?);
        }
        let sign = if plus.is_some() { "+" } else { "" };
        Ok(format!("{sign}{}", parts.join(",")))
    }

    /// `5`, `1-5`, `*/5`, `1-5/2`, `5/2`, and with letters `L`, `15W`, `5L`, `5#2`.
    fn part(&self, part: &str, at: Range<usize>) -> Result<String, BadRule> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        if let Some(step) = step {
            let number = step.parse::<u16>().ok().filter(|number| *number > 0);
            if number.is_none() {
                let message = format!("the step of `{part}` is not a number of {}", self.plural());
                return Err(BadRule { message, help: "a step is 1 or more".into(), at });
            }
        }
        let range = match range {
            "*" if step.is_some() => range.to_string(),
            _ => self.range(range, at)?,
        };
        Ok(step.map_or(range.clone(), |step| format!("{range}/{step}")))
    }

    fn range(&self, range: &str, at: Range<usize>) -> Result<String, BadRule> {
        let Some((from, to)) = range.split_once('-') else {
            return self.single(range).ok_or_else(|| self.wrong(range, at));
        };
        let ends = self.number(from).zip(self.number(to));
        let Some((first, last)) = ends else { return Err(self.wrong(range, at)) };
        // Sunday may end a week as well as begin it.
        let last = if last == 0 && first > 0 && self.most == 7 { 7 } else { last };
        if first > last {
            let message = format!("`{range}` runs backwards");
            let help = format!("write `{first}-{},{}-{last}`", self.top(), self.least);
            return Err(BadRule { message, help, at });
        }
        Ok(format!("{first}-{last}"))
    }

    /// A number, or a number with one of the field's letters.
    fn single(&self, word: &str) -> Option<String> {
        let upper = word.to_ascii_uppercase();
        let may = |letter: char| self.letters.contains(letter);
        if may('L') && upper == "L" {
            return Some(upper);
        }
        if may('#') {
            if let Some((day, nth)) = upper.split_once('#') {
                let nth: u8 = nth.parse().ok().filter(|nth| (1..=5).contains(nth))?;
                return Some(format!("{}#{nth}", self.number(day)?));
            }
            if let Some(day) = upper.strip_suffix('L') {
                return Some(format!("{}L", self.number(day)?));
            }
        }
        if let Some(day) = upper.strip_suffix('W').filter(|_| may('W')) {
            return Some(format!("{}W", self.number(day)?));
        }
        self.number(word).map(|number| number.to_string())
    }

    fn number(&self, word: &str) -> Option<u32> {
        let named = self.names.iter().position(|name| word.eq_ignore_ascii_case(name));
        let number = match named {
            Some(index) => index as u32 + self.first,
            None => word.parse().ok().filter(|_| word.bytes().all(|b| b.is_ascii_digit()))?,
        };
        (self.least..=self.most).contains(&number).then_some(number)
    }

    /// The largest number that is no second name for the smallest.
    fn top(&self) -> u32 {
        self.most.min(if self.most == 7 { 6 } else { self.most })
    }

    fn plural(&self) -> String {
        let (_, noun) = self.what.split_once(' ').unwrap_or(("", self.what));
        match noun.split_once(' ') {
            Some((first, _)) => format!("{first}s"),
            None => format!("{noun}s"),
        }
    }

    fn wrong(&self, word: &str, at: Range<usize>) -> BadRule {
        let message = format!("`{word}` is not {}", self.what);
        BadRule { message, help: self.help(word), at }
    }

    fn help(&self, word: &str) -> String {
        let lower = word.to_lowercase();
        if let Some((hour, minute)) = lower.split_once(':') {
            let minute = minute.trim_start_matches('0');
            let minute = if minute.is_empty() { "0" } else { minute };
            return format!("minute and hour are two fields: `{minute} {hour}`");
        }
        if self.most == 23 && lower == "24" {
            return "midnight is hour `0`".into();
        }
        if let Some(name) = self.meant_name(&lower) {
            return format!("write `{name}`, or its number");
        }
        let range = match self.most {
            7 => "from 0 (Sunday) to 6 (Saturday), or sun, mon, tue, wed, thu, fri, sat",
            12 => "from 1 to 12, or jan, feb, mar …",
            31 => "from 1 to 31, or `L` for the last one",
            23 => "from 0 to 23",
            _ => "from 0 to 59",
        };
        format!("write a number {range}; `*` stands for all")
    }

    /// The name that begins like the word, or is spelt much like it.
    fn meant_name(&self, word: &str) -> Option<&'static str> {
        let begins = self.names.iter().find(|name| word.starts_with(**name));
        let long: &[&str] =
            if self.most == 12 { &super::words::MONTHS } else { &super::words::DAYS };
        let near = || {
            let near = crate::spelling::closest(word, long.iter().copied())?;
            self.names.iter().find(|name| near.starts_with(**name))
        };
        begins.or_else(near).copied().filter(|_| !self.names.is_empty())
    }
}

/// A day that none of the months has, such as 30 February.
fn never_comes(cron: &[String], words: &[Word<'_>]) -> Option<BadRule> {
    let [_, _, days, months, weekdays] = cron else { return None };
    if weekdays != "*" && weekdays != "?" {
        return None;
    }
    let list = |field: &str| -> Option<Vec<u32>> {
        field.split(',').map(|number| number.parse().ok()).collect()
    };
    let (days, months) = (list(days)?, list(months)?);
    let longest = |month: &u32| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let most = months.iter().map(longest).max()?;
    let first = days.iter().min().filter(|day| **day > most)?;
    let at = words.get(2).map_or(0..0, |(_, at)| at.clone());
    let message = format!("day {first} never comes in these months");
    Some(BadRule { message, help: format!("the last day they have is {most}"), at })
}

/// The help for a text that is nothing at all.
pub(super) fn general(text: &str) -> BadRule {
    let shown: String = text.trim().chars().take(60).collect();
    let start = text.len() - text.trim_start().len();
    let at = start..start + text.trim().len();
    BadRule { message: format!("`{shown}` is not a schedule"), help: EXAMPLES.into(), at }
}
