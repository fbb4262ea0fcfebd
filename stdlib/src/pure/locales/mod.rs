//! Languages and regions: how they write numbers, money, dates and lengths of time.

use super::Call;
use crate::Fault;
use std::collections::HashMap;
use std::sync::OnceLock;

pub mod currencies;
mod languages;
mod regions;

pub use languages::LANGUAGES;
pub use regions::LOCALES;

/// Which of a word's forms goes with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// One form for all numbers.
    Same,
    /// One form for 1, another for the rest.
    One,
    /// One form for 0 and 1, another for the rest.
    ZeroOrOne,
    /// 1; 2 to 4 but not 12 to 14; the rest.
    Polish,
    /// 1, 21, 31 …; 2 to 4, 22 to 24 …; the rest.
    Russian,
}

impl Plural {
    /// The place of the form for a number.
    fn form(self, n: u64) -> usize {
        let (tens, ones) = (n % 100, n % 10);
        let few = (2..=4).contains(&ones) && !(12..=14).contains(&tens);
        match self {
            Plural::Same => 0,
            Plural::One => usize::from(n != 1),
            Plural::ZeroOrOne => usize::from(n > 1),
            Plural::Polish => {
                if n == 1 {
                    0
                } else if few {
                    1
                } else {
                    2
                }
            }
            Plural::Russian => {
                if ones == 1 && tens != 11 {
                    0
                } else if few {
                    1
                } else {
                    2
                }
            }
        }
    }
}

/// The words of a language. Several names are one text, parted by `|`; days begin with Sunday,
/// units of time with years.
#[derive(Debug)]
pub struct Language {
    /// Its code of two letters (ISO 639).
    pub code: &'static str,
    plural: Plural,
    months: &'static str,
    months_alone: &'static str,
    months_short: &'static str,
    days: &'static str,
    days_short: &'static str,
    halves: &'static str,
    near: &'static str,
    future: [&'static str; 7],
    past: [&'static str; 7],
    lengths: [&'static str; 7],
}

fn nth(names: &'static str, index: usize) -> &'static str {
    names.split('|').nth(index).unwrap_or("")
}

impl Language {
    /// The name of a month, 1 to 12, as it stands in a date.
    pub fn month(&self, month: i8) -> &'static str {
        nth(self.months, (month as usize).saturating_sub(1))
    }
    /// The name of a month, 1 to 12, as it stands alone.
    pub fn month_alone(&self, month: i8) -> &'static str {
        let names = if self.months_alone.is_empty() { self.months } else { self.months_alone };
        nth(names, (month as usize).saturating_sub(1))
    }
    /// The short name of a month, 1 to 12.
    pub fn month_short(&self, month: i8) -> &'static str {
        nth(self.months_short, (month as usize).saturating_sub(1))
    }
    /// The name of a day of the week, 0 for Sunday to 6.
    pub fn day(&self, day: i8) -> &'static str {
        nth(self.days, day.rem_euclid(7) as usize)
    }
    /// The short name of a day of the week, 0 for Sunday to 6.
    pub fn day_short(&self, day: i8) -> &'static str {
        nth(self.days_short, day.rem_euclid(7) as usize)
    }
    /// What is written for the hours before and after noon.
    pub fn half(&self, after_noon: bool) -> &'static str {
        nth(self.halves, usize::from(after_noon))
    }
    /// `now`, `yesterday`, `today`, `tomorrow`: 0 to 3.
    pub fn near(&self, which: usize) -> &'static str {
        nth(self.near, which)
    }
    fn counted(&self, forms: &'static str, n: u64) -> String {
        nth(forms, self.plural.form(n)).replace("{0}", &n.to_string())
    }
    /// `in 3 days` or `3 days ago`; units are years, months, weeks, days, hours, minutes, seconds.
    pub fn relative(&self, unit: usize, n: u64, past: bool) -> String {
        let forms = if past { &self.past } else { &self.future };
        self.counted(forms.get(unit).copied().unwrap_or("{0}"), n)
    }
    /// `3 days`; units as in [`Language::relative`].
    pub fn length(&self, unit: usize, n: u64) -> String {
        self.counted(self.lengths.get(unit).copied().unwrap_or("{0}"), n)
    }
}

fn plainly(name: &str) -> String {
    super::text::case::unaccented(name).to_lowercase()
}

/// How a region writes.
#[derive(Debug)]
pub struct Locale {
    /// Language and region, such as `pt-BR`.
    pub tag: &'static str,
    /// What parts whole numbers and decimals.
    pub point: &'static str,
    /// What parts thousands.
    pub group: &'static str,
    /// Whether groups have two digits above the thousands.
    pub indian: bool,
    /// The currency in use (ISO 4217).
    pub currency: &'static str,
    /// The sign of that currency.
    pub symbol: &'static str,
    /// Whether the sign of a currency stands before the amount.
    pub symbol_first: bool,
    /// Whether a blank stands between them.
    pub symbol_gap: bool,
    /// A percentage; 0 stands for the number.
    pub percent: &'static str,
    /// A short date.
    pub short_date: &'static str,
    /// A date with the names of day and month.
    pub long_date: &'static str,
    /// A time of day.
    pub time: &'static str,
    /// Whether the week begins with Monday, not Sunday.
    pub monday: bool,
}

impl Locale {
    /// Its language.
    pub fn language(&self) -> &'static Language {
        let code = self.tag.get(..2).unwrap_or("");
        LANGUAGES.iter().find(|language| language.code == code).unwrap_or_else(english)
    }
    /// Whether a date written with numbers begins with the month.
    pub fn month_first(&self) -> bool {
        self.short_date.starts_with('M')
    }
}

fn english() -> &'static Language {
    static NONE: Language = Language {
        code: "en",
        plural: Plural::Same,
        months: "",
        months_alone: "",
        months_short: "",
        days: "",
        days_short: "",
        halves: "",
        near: "",
        future: [""; 7],
        past: [""; 7],
        lengths: [""; 7],
    };
    LANGUAGES.first().unwrap_or(&NONE)
}

/// The region of a tag: `pt-BR`, `pt_BR`, `pt`, or the name of a language in English.
pub fn find(tag: &str) -> Option<&'static Locale> {
    let tag = tag.trim().replace('_', "-");
    let exact = LOCALES.iter().find(|locale| locale.tag.eq_ignore_ascii_case(&tag));
    exact.or_else(|| {
        let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&tag));
        let code = named.map_or_else(|| tag.split('-').next().unwrap_or(""), |(_, code)| code);
        let fits = |locale: &&Locale| {
            locale.tag.get(..2).is_some_and(|language| language.eq_ignore_ascii_case(code))
        };
        LOCALES.iter().find(fits)
    })
}

/// Languages by their English names, and codes that stand for another one.
const NAMES: [(&str, &str); 18] = [
    ("english", "en"),
    ("portuguese", "pt"),
    ("spanish", "es"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("dutch", "nl"),
    ("polish", "pl"),
    ("swedish", "sv"),
    ("danish", "da"),
    ("norwegian", "nb"),
    ("no", "nb"),
    ("finnish", "fi"),
    ("turkish", "tr"),
    ("russian", "ru"),
    ("japanese", "ja"),
    ("chinese", "zh"),
    ("korean", "ko"),
];

/// The English of the United States, which is meant where no language is named.
pub fn default() -> &'static Locale {
    static NONE: Locale = Locale {
        tag: "en-US",
        point: ".",
        group: ",",
        indian: false,
        currency: "USD",
        symbol: "$",
        symbol_first: true,
        symbol_gap: false,
        percent: "0%",
        short_date: "M/d/yyyy",
        long_date: "dddd, MMMM d, yyyy",
        time: "h:mm tt",
        monday: false,
    };
    LOCALES.first().unwrap_or(&NONE)
}

/// Names of months or days, without case, accents and points, and their numbers.
type Names = HashMap<String, i8>;

/// Reads lists of names, each list in order; the first language that uses a name decides.
fn index(lists: impl Iterator<Item = &'static str>) -> Names {
    let mut names = Names::new();
    for list in lists {
        for (at, name) in list.split('|').enumerate().filter(|(_, name)| !name.is_empty()) {
            let plain = plainly(name.trim_end_matches('.'));
            let head = plain.split('-').next().unwrap_or("").to_string();
            names.entry(plain).or_insert(at as i8);
            names.entry(head).or_insert(at as i8);
        }
    }
    names
}

/// The month, 1 to 12, that a name in any language means, in full or short; case and accents do not
/// count.
pub fn month_named(name: &str) -> Option<i8> {
    static MONTHS: OnceLock<Names> = OnceLock::new();
    let months = MONTHS.get_or_init(|| {
        index(LANGUAGES.iter().flat_map(|l| [l.months, l.months_alone, l.months_short]))
    });
    found(months, name).map(|at| at + 1)
}

/// The day of the week, 0 for Sunday to 6, that a name in any language means.
pub fn day_named(name: &str) -> Option<i8> {
    static DAYS: OnceLock<Names> = OnceLock::new();
    let days = DAYS.get_or_init(|| index(LANGUAGES.iter().flat_map(|l| [l.days, l.days_short])));
    found(days, name.trim())
}

/// Longer texts are no name of a month or a day.
const NAME_BYTES_MAX: usize = 64;

fn found(names: &Names, name: &str) -> Option<i8> {
    let name = name.trim_end_matches(['.', ',']);
    let short = (name.len() <= NAME_BYTES_MAX).then(|| plainly(name))?;
    names.get(&short).copied()
}

impl Call<'_> {
    /// The region that an argument names; English where it was left out.
    pub fn locale(&mut self, index: usize) -> Result<&'static Locale, Fault> {
        if self.arg(index).is_null() {
            return Ok(default());
        }
        let tag = self.text(index)?;
        find(&tag).ok_or_else(|| {
            let shown: String = tag.chars().take(40).collect();
            let help = "write one such as \"en\", \"pt-BR\" or \"de\"";
            Fault::argument(format!("the language \"{shown}\" is not known; {help}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_whole() {
        for language in LANGUAGES {
            for month in 1..=12 {
                assert_ne!(language.month(month), "", "{} {month}", language.code);
                assert_ne!(language.month_alone(month), "", "{} {month}", language.code);
                assert_ne!(language.month_short(month), "", "{} {month}", language.code);
                assert_eq!(language.months.split('|').count(), 12, "{}", language.code);
            }
            assert_eq!(language.days.split('|').count(), 7, "{}", language.code);
            assert_eq!(language.days_short.split('|').count(), 7, "{}", language.code);
            assert_eq!(language.near.split('|').count(), 4, "{}", language.code);
            let forms = language.plural.form(5) + 1;
            let all = [language.future, language.past, language.lengths].concat();
            assert!(all.iter().all(|f| f.split('|').count() == forms), "{}", language.code);
        }
        for locale in LOCALES {
            assert!(locale.tag.starts_with(locale.language().code), "{}", locale.tag);
            assert!(currencies::is_code(locale.currency), "{}", locale.tag);
        }
        assert!(LOCALES.len() >= 12);
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        for (tag, found) in
            [("pt", "pt-BR"), ("PT_pt", "pt-PT"), ("german", "de-DE"), ("en-AU", "en-US")]
        {
            assert_eq!(find(tag).map(|locale| locale.tag), Some(found));
        }
        assert!(find("xx").is_none() && find("").is_none());
        for (name, month) in
            [("March", 3), ("março", 3), ("MARCO", 3), ("sept", 9), ("out.", 10), ("ene", 1)]
        {
            assert_eq!(month_named(name), Some(month), "{name}");
        }
        assert!(month_named("ju").is_none() && month_named("x").is_none());
        for (name, day) in [("Friday", 5), ("terca", 2), ("dom", 0), ("Montag", 1)] {
            assert_eq!(day_named(name), Some(day), "{name}");
        }
    }

    #[test]
    fn words_agree_with_their_number() {
        let of = |code: &str| find(code).expect("a language").language();
        assert_eq!(of("en").relative(3, 1, false), "in 1 day");
        assert_eq!(of("pt").relative(3, 2, true), "há 2 dias");
        assert_eq!(of("ru").length(3, 21), "21 день");
        assert_eq!(of("ru").length(3, 23), "23 дня");
        assert_eq!(of("pl").length(3, 12), "12 dni");
        assert_eq!(of("pl").length(3, 1), "1 dzień");
        assert_eq!(of("ja").length(3, 2), "2 日");
    }
}
