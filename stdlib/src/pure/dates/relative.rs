//! How far away a date is, in words.

use super::{Unit, days_of, to_ms};
use crate::pure::Call;
use crate::pure::locales::Language;
use crate::{Fault, Kind, Value};

crate::functions! {
    family "dates";

    /// How far a date or moment is from now, or from another one, in words of a language. Days are
    /// counted by the calendar.
    ///
    /// `RELATIVETIME(TODAY() + 3)` → `in 3 days`
    /// `RELATIVETIME(TODAY() - 1)` → `yesterday`
    /// `RELATIVETIME("2024-03-15 10:00", "2024-03-15 12:30")` → `2 hours ago`
    /// `RELATIVETIME("2024-06-15", "2024-03-15", "pt")` → `em 3 meses`
    "RELATIVETIME" also ["RELATIVE TIME", "TIMEAGO", "TIME AGO", "FROMNOW", "RELATIVEDATE"]
        (date: Date; base: Date, language: Text) -> Text = relative_time;
}

/// The place of a unit among those that a language knows.
fn place(unit: Unit) -> usize {
    match unit {
        Unit::Year => 0,
        Unit::Month => 1,
        Unit::Week => 2,
        Unit::Day => 3,
        Unit::Hour => 4,
        Unit::Minute => 5,
        _ => 6,
    }
}

fn relative_time(call: &mut Call<'_>) -> Result<Value, Fault> {
    let words = call.locale(2)?.language();
    let (date, base) = (call.date(0)?, call.date(1)?);
    let (to, from) = (call.local(0)?, call.local(1)?);
    let days = days_of(to.date()) - days_of(from.date());
    let by_clock = date.kind() == Kind::Moment && base.kind() == Kind::Moment;
    let ms = match by_clock {
        true => {
            let zone = &call.env.zone;
            to_ms(date, zone).unwrap_or(0) - to_ms(base, zone).unwrap_or(0)
        }
        false => days * super::DAY_MS,
    };
    let text = match by_clock && ms.unsigned_abs() < super::DAY_MS.unsigned_abs() {
        true => by_the_clock(words, ms),
        false => by_the_calendar(words, days, super::moving::full_months(from, to)),
    };
    call.give(&text)
}

fn by_the_clock(words: &'static Language, ms: i64) -> String {
    let seconds = ms.unsigned_abs() / 1000;
    let (unit, n) = match seconds {
        0..=9 => return words.near(0).to_string(),
        10..=59 => (Unit::Second, seconds),
        60..=3_599 => (Unit::Minute, seconds / 60),
        _ => (Unit::Hour, seconds / 3_600),
    };
    words.relative(place(unit), n, ms < 0)
}

fn by_the_calendar(words: &'static Language, days: i64, months: i64) -> String {
    let (away, months) = (days.unsigned_abs(), months.unsigned_abs());
    let (unit, n) = match (days, months) {
        (-1, _) => return words.near(1).to_string(),
        (0, _) => return words.near(2).to_string(),
        (1, _) => return words.near(3).to_string(),
        (_, 12..) => (Unit::Year, months / 12),
        (_, 1..) => (Unit::Month, months),
        _ if away >= 14 => (Unit::Week, away / 7),
        _ => (Unit::Day, away),
    };
    words.relative(place(unit), n, days < 0)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn every_distance_has_its_word() {
        for (date, shown) in [
            ("2024-03-15 14:05:05", "now"),
            ("2024-03-15 14:04:30", "39 seconds ago"),
            ("2024-03-15 14:07:00", "in 1 minute"),
            ("2024-03-15 16:05:09", "in 2 hours"),
            ("2024-03-14", "yesterday"),
            ("2024-03-15", "today"),
            ("2024-03-16", "tomorrow"),
            ("2024-03-18 09:00", "in 3 days"),
            ("2024-03-01", "2 weeks ago"),
            ("2024-05-15 14:05:09", "in 2 months"),
            ("2022-01-01", "2 years ago"),
        ] {
            assert_eq!(call("RELATIVETIME", &format!(r#"["{date}"]"#)), shown, "{date}");
        }
    }

    #[test]
    fn words_of_other_languages() {
        for (tag, shown) in [
            ("es", "dentro de 3 días"),
            ("de", "in 3 Tagen"),
            ("ru", "через 3 дня"),
            ("ja", "3 日後"),
        ] {
            let args = format!(r#"["2024-03-18", "2024-03-15", "{tag}"]"#);
            assert_eq!(call("RELATIVETIME", &args), shown, "{tag}");
        }
    }
}
