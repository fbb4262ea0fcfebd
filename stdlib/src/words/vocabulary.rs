//! Finding a keyword by its words.

use super::table;
use crate::keyword::Keyword;

/// No keyword has more words than this.
const WORDS_MAX: usize = 8;

/// The canonical words of a keyword, then its aliases.
pub fn spellings(keyword: &'static Keyword) -> impl Iterator<Item = &'static str> {
    std::iter::once(keyword.name).chain(keyword.aliases.iter().copied())
}

/// The keyword of these words, canonical or alias, in upper case with single spaces.
///
/// `LOG` is a statement of the host and a function of one number; this finds the statement, and
/// [`function`] the function.
pub fn lookup(words: &str) -> Option<&'static Keyword> {
    table::keyword(words)
}

/// The pure function of these words, canonical or alias, in upper case with single spaces.
pub fn function(words: &str) -> Option<&'static Keyword> {
    table::function(words)
}

/// The keyword with the most words that the sequence begins with, in any letter case, and how many
/// words it takes.
pub fn longest<'a>(words: impl Iterator<Item = &'a str>) -> Option<(usize, &'static Keyword)> {
    let mut phrase = String::new();
    let mut best = None;
    for (taken, word) in words.take(WORDS_MAX).enumerate() {
        if taken > 0 {
            phrase.push(' ');
        }
        phrase.extend(word.chars().map(|c| c.to_ascii_uppercase()));
        if let Some(keyword) = lookup(&phrase) {
            best = Some((taken + 1, keyword));
        }
    }
    best
}

/// A lead word or flag of a keyword.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeadWord {
    /// Upper case, single spaces.
    pub words: &'static str,
    /// Whether it stands alone and sets a field.
    pub flag: bool,
}

/// The lead words and flags of all forms of a keyword, longest first.
pub fn leads(keyword: &'static Keyword) -> &'static [LeadWord] {
    crate::forms::leads_of(keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_name_alias_and_case() {
        assert_eq!(lookup("SEND EMAIL").map(|k| k.name), Some("SEND MAIL"));
        assert!(lookup("SEND  MAIL").is_none());
        let (taken, keyword) = longest("talk to x".split(' ')).expect("TALK TO");
        assert_eq!((taken, keyword.name), (2, "TALK TO"));
        let (taken, keyword) = longest("Talk image2".split(' ')).expect("TALK");
        assert_eq!((taken, keyword.name), (1, "TALK"));
        assert!(longest("frobnicate x".split(' ')).is_none());
    }

    #[test]
    fn leads_come_longest_first() {
        let leads = leads(lookup("HEAR").expect("HEAR"));
        let words: Vec<_> = leads.iter().map(|l| l.words).collect();
        assert_eq!(words, ["AS MENU", "DEFAULT", "WITH", "AS"]);
    }

    #[test]
    fn no_keyword_is_longer_than_the_bound() {
        for keyword in super::super::all() {
            for spelling in spellings(keyword) {
                assert!(spelling.split(' ').count() <= WORDS_MAX, "{spelling}");
            }
        }
    }
}
