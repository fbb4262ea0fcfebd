//! Dates and times of day by a pattern.

use crate::pure::locales::{self, Locale};
use jiff::civil::{DateTime, ISOWeekDate};

/// A local date and time by a pattern of any style: `YYYY-MM-DD HH:mm`, `dd/MM/yyyy hh:mm tt`,
/// `%d.%m.%Y`, or by a name such as `long date`.
pub fn date_text(local: DateTime, pattern: &str, locale: Option<&'static Locale>) -> String {
    let region = locale.unwrap_or_else(locales::default);
    let named = match pattern.to_ascii_lowercase().as_str() {
        // Without a region dates are written as TALK shows them.
        "short date" | "date" if locale.is_none() => "yyyy-MM-dd",
        "short date" | "date" => region.short_date,
        "medium date" => "d MMM yyyy",
        "long date" => region.long_date,
        "general date" if locale.is_none() => "yyyy-MM-dd HH:mm:ss",
        "general date" => return both(local, region),
        "time" | "short time" if locale.is_none() => "HH:mm",
        "time" | "short time" => region.time,
        "medium time" => "hh:mm tt",
        "long time" => "HH:mm:ss",
        "iso" => "yyyy-MM-ddTHH:mm:ss",
        _ => pattern,
    };
    if is_strftime(named) {
        return strftime(local, named, region);
    }
    let half = ["tt", "AM/PM", "am/pm", "A/P", "a/p"].iter().any(|mark| named.contains(mark));
    let after_hour = false;
    let mut writer = DateWriter { local, region, half, after_hour, out: String::new() };
    writer.pattern(named);
    writer.out
}

fn both(local: DateTime, region: &'static Locale) -> String {
    let pattern = format!("{} {}", region.short_date, region.time);
    date_text(local, &pattern, Some(region))
}

/// `yes`, `no` and the like for the names of VB, `None` where the pattern is another.
pub fn truth_text(holds: bool, pattern: &str) -> Option<String> {
    let lower = pattern.to_ascii_lowercase();
    let known = ["yes/no", "true/false", "on/off"].contains(&lower.as_str());
    let (yes, no) = pattern.split_once('/').filter(|_| known)?;
    Some(if holds { yes.into() } else { no.into() })
}

/// Whether a pattern has a `%` with a letter that strftime of C knows.
fn is_strftime(pattern: &str) -> bool {
    let mut marks = pattern.split('%').skip(1);
    marks.any(|rest| rest.starts_with(|c| "YmdHMSyBbAaeIpjFTDRuwVGZzsLqf".contains(c)))
}

fn strftime(local: DateTime, pattern: &str, region: &'static Locale) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let mut chars = after.chars();
        let flag = after.starts_with(['-', '0', '_']).then(|| chars.next()).flatten();
        let Some(letter) = chars.next() else {
            out.push('%');
            rest = after;
            continue;
        };
        let text = conversion(local, letter, region);
        match (text, flag) {
            (Some(text), Some('-')) => {
                let short = text.trim_start_matches(['0', ' ']);
                out.push_str(if short.is_empty() { "0" } else { short });
            }
            (Some(text), _) => out.push_str(&text),
            (None, _) => {
                out.push('%');
                out.push(letter);
            }
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn conversion(local: DateTime, letter: char, region: &'static Locale) -> Option<String> {
    let words = region.language();
    let day = local.weekday().to_sunday_zero_offset();
    let twelve = if local.hour() % 12 == 0 { 12 } else { local.hour() % 12 };
    Some(match letter {
        'Y' => format!("{:04}", local.year()),
        'y' => format!("{:02}", local.year().rem_euclid(100)),
        'm' => format!("{:02}", local.month()),
        'B' => words.month(local.month()).to_string(),
        'b' | 'h' => words.month_short(local.month()).to_string(),
        'd' => format!("{:02}", local.day()),
        'e' => format!("{:2}", local.day()),
        'j' => format!("{:03}", local.day_of_year()),
        'A' => words.day(day).to_string(),
        'a' => words.day_short(day).to_string(),
        'u' => local.weekday().to_monday_one_offset().to_string(),
        'w' => day.to_string(),
        'H' => format!("{:02}", local.hour()),
        'I' => format!("{twelve:02}"),
        'M' => format!("{:02}", local.minute()),
        'S' => format!("{:02}", local.second()),
        'f' | 'L' => format!("{:03}", local.millisecond()),
        'p' => words.half(local.hour() >= 12).to_string(),
        'F' => local.date().to_string(),
        'T' => format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second()),
        'R' => format!("{:02}:{:02}", local.hour(), local.minute()),
        'D' => date_text(local, "MM/dd/yy", Some(region)),
        'V' => format!("{:02}", iso(local).week()),
        'G' => format!("{:04}", iso(local).year()),
        'q' => quarter(local).to_string(),
        '%' => "%".to_string(),
        'n' => "\n".to_string(),
        't' => "\t".to_string(),
        _ => return None,
    })
}

fn iso(local: DateTime) -> ISOWeekDate {
    local.date().iso_week_date()
}

/// The quarter of the year, 1 to 4.
pub fn quarter(local: DateTime) -> i8 {
    (local.month() - 1) / 3 + 1
}

struct DateWriter {
    local: DateTime,
    region: &'static Locale,
    /// Whether hours count to 12.
    half: bool,
    /// Whether the last token was an hour: then `mm` and `MM` are minutes.
    after_hour: bool,
    out: String,
}

impl DateWriter {
    fn pattern(&mut self, pattern: &str) {
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if let Some((literal, after)) = quoted(rest) {
                self.out.push_str(literal);
                rest = after;
                continue;
            }
            let length = match rest.get(..5) {
                Some(mark) if mark.eq_ignore_ascii_case("AM/PM") => 5,
                _ if rest.starts_with("A/P") || rest.starts_with("a/p") => 3,
                _ if rest.starts_with("Do") => 2,
                _ => rest.find(|c| c != first).unwrap_or(rest.len()),
            };
            let (token, tail) = rest.split_at(length);
            self.token(token, tail);
            rest = tail;
        }
    }
    fn token(&mut self, token: &str, tail: &str) {
        let minutes = self.after_hour || tail.trim_start_matches(':').starts_with(['s', 'S']);
        let text = match self.day_or_year(token).or_else(|| self.time(token, minutes)) {
            Some(text) => text,
            None => self.month(token).unwrap_or_else(|| token.to_string()),
        };
        let keeps = matches!(token, ":" | "." | "h" | " ") && self.after_hour;
        self.after_hour = matches!(token, "HH" | "hh" | "H" | "h") || keeps;
        self.out.push_str(&text);
    }
    fn day_or_year(&self, token: &str) -> Option<String> {
        let (local, words) = (self.local, self.region.language());
        let day = local.weekday().to_sunday_zero_offset();
        Some(match token {
            "yyyy" | "YYYY" => format!("{:04}", local.year()),
            "yy" | "YY" => format!("{:02}", local.year().rem_euclid(100)),
            "dddd" | "DDDD" | "EEEE" => words.day(day).to_string(),
            "ddd" | "DDD" | "EEE" => words.day_short(day).to_string(),
            "dd" | "DD" => format!("{:02}", local.day()),
            "d" | "D" => local.day().to_string(),
            "Do" => ordinal(local.day()),
            "Q" | "q" => quarter(local).to_string(),
            "ww" | "WW" => format!("{:02}", iso(local).week()),
            _ => return None,
        })
    }
    fn month(&self, token: &str) -> Option<String> {
        let (month, words) = (self.local.month(), self.region.language());
        Some(match token {
            "MMMM" | "mmmm" => words.month(month).to_string(),
            "MMM" | "mmm" => words.month_short(month).to_string(),
            "MM" | "mm" => format!("{month:02}"),
            "M" | "m" => month.to_string(),
            _ => return None,
        })
    }
    fn time(&self, token: &str, minutes: bool) -> Option<String> {
        let (local, words) = (self.local, self.region.language());
        let half = words.half(local.hour() >= 12);
        Some(match token {
            "mm" | "MM" if minutes => format!("{:02}", local.minute()),
            "m" | "M" if minutes => local.minute().to_string(),
            "nn" | "NN" => format!("{:02}", local.minute()),
            "HH" | "hh" => format!("{:02}", self.hour(token)),
            "H" | "h" => self.hour(token).to_string(),
            "ss" | "SS" => format!("{:02}", local.second()),
            "s" | "S" => local.second().to_string(),
            "fff" | "SSS" => format!("{:03}", local.millisecond()),
            "tt" | "AM/PM" => half.to_string(),
            "am/pm" => half.to_lowercase(),
            "A/P" => half.chars().take(1).collect(),
            "a/p" => half.to_lowercase().chars().take(1).collect(),
            _ => return None,
        })
    }
    fn hour(&self, token: &str) -> i8 {
        let hour = self.local.hour();
        match (self.half && token.starts_with('h'), hour % 12) {
            (true, 0) => 12,
            (true, hour) => hour,
            (false, _) => hour,
        }
    }
}

/// A literal that a pattern begins with: `'de'`, `"de"`, `[de]` or `\d`; and what follows it.
fn quoted(pattern: &str) -> Option<(&str, &str)> {
    if let Some(rest) = pattern.strip_prefix('\\') {
        let length = rest.chars().next()?.len_utf8();
        return rest.split_at_checked(length);
    }
    let close = match pattern.chars().next()? {
        '[' => ']',
        c @ ('\'' | '"') => c,
        _ => return None,
    };
    pattern.get(1..)?.split_once(close)
}

fn ordinal(day: i8) -> String {
    let end = match (day % 10, day / 10) {
        (1, tens) if tens != 1 => "st",
        (2, tens) if tens != 1 => "nd",
        (3, tens) if tens != 1 => "rd",
        _ => "th",
    };
    format!("{day}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: DateTime = DateTime::constant(2024, 3, 5, 14, 7, 9, 0);

    #[test]
    fn dates_of_both_styles() {
        for (pattern, text) in [
            ("YYYY-MM-DD HH:mm", "2024-03-05 14:07"),
            ("yyyy-MM-dd", "2024-03-05"),
            ("dd/mm/yyyy", "05/03/2024"),
            ("dd/MM/yyyy HH:MM:ss", "05/03/2024 14:07:09"),
            ("hh:mm tt", "02:07 PM"),
            ("h:nn am/pm", "2:07 pm"),
            ("dddd, MMMM d, yyyy", "Tuesday, March 5, 2024"),
            ("YYYYMMDDHHmmss", "20240305140709"),
            ("mm:ss", "07:09"),
            ("HH'h'mm", "14h07"),
            ("YYYY", "2024"),
            ("MMM Do, YY", "Mar 5th, 24"),
            ("[Q]Q", "Q1"),
            ("d \"of\" MMMM", "5 of March"),
            ("ddd \\d", "Tue d"),
            ("%Y-%m-%dT%H:%M:%S", "2024-03-05T14:07:09"),
            ("%-d.%-m.%y %I:%M %p", "5.3.24 02:07 PM"),
            ("%A %j %V %%", "Tuesday 065 10 %"),
            ("100% yyyy", "100% 2024"),
        ] {
            assert_eq!(date_text(LOCAL, pattern, None), text, "{pattern}");
        }
    }

    #[test]
    fn names_of_every_region() {
        for (tag, pattern, text) in [
            ("pt-BR", "long date", "terça-feira, 5 de março de 2024"),
            ("es", "long date", "martes, 5 de marzo de 2024"),
            ("de", "long date", "Dienstag, 5. März 2024"),
            ("en-US", "short date", "3/5/2024"),
            ("pt-BR", "short date", "05/03/2024"),
            ("fr-CA", "general date", "2024-03-05 14 h 07"),
            ("ja", "long date", "2024年3月5日火曜日"),
            ("ru", "d MMMM", "5 марта"),
            ("en-US", "time", "2:07 PM"),
        ] {
            assert_eq!(date_text(LOCAL, pattern, locales::find(tag)), text, "{tag} {pattern}");
        }
    }

    #[test]
    fn days_have_their_endings() {
        let shown: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 31].map(ordinal).to_vec();
        assert_eq!(shown.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 31st");
    }
}
