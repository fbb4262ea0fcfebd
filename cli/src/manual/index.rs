//! Which word of the language, which code and which command leads to which page.

use std::collections::{BTreeMap, BTreeSet};

use basilect_compiler::diagnostics::codes;
use basilect_stdlib::Keyword;
use basilect_stdlib::words;

use super::book::Book;
use super::diagnostics;
use super::html::slug;

/// From words in capitals to a path from the root, perhaps with an anchor.
pub struct Index {
    words: BTreeMap<String, String>,
    /// Words that belong to keywords: `WITH`, `DEFAULT`.
    leads: BTreeSet<&'static str>,
}

impl Index {
    /// All words of the language and all codes.
    pub fn of(book: &Book) -> Index {
        let mut words: BTreeMap<String, String> = BTreeMap::new();
        for keyword in words::all() {
            words.entry(keyword.name.to_string()).or_insert_with(|| path(keyword));
        }
        // `IF` is a statement before it is another spelling of IIF.
        for page in &book.guide {
            for section in &page.sections {
                for word in &section.words {
                    let path = format!("{}.html#{}", page.path, section.id);
                    words.entry(word.clone()).or_insert(path);
                }
            }
        }
        for keyword in words::all() {
            for alias in keyword.aliases {
                words.entry(alias.to_string()).or_insert_with(|| path(keyword));
            }
        }
        for code in codes::all() {
            words.insert(code.to_string(), diagnostics::path(code));
        }
        let leads = words::host_keywords().flat_map(words::vocabulary::leads);
        Index { words, leads: leads.map(|lead| lead.words).collect() }
    }

    /// Where a word leads.
    pub fn find(&self, words: &str) -> Option<&str> {
        self.words.get(words).map(String::as_str)
    }

    /// Where code inside a sentence leads: a word in capitals, or a call such as `LEN(x)`.
    pub fn code(&self, code: &str) -> Option<&str> {
        let capitals = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ')
        };
        let name = code.split('(').next().unwrap_or(code).trim_end();
        // In a sentence `WITH` is mostly the word of a keyword.
        if self.leads.contains(code) {
            return None;
        }
        match (capitals(code), capitals(name) && code.ends_with(')')) {
            (true, _) => self.find(code),
            (_, true) => words::function(name).and_then(|_| self.function(name)),
            _ => None,
        }
    }

    fn function(&self, name: &str) -> Option<&str> {
        let keyword = words::function(name)?;
        self.words.values().find(|value| **value == path(keyword)).map(String::as_str)
    }
}

/// The page of a keyword or function.
pub fn path(keyword: &Keyword) -> String {
    let folder = if keyword.run.is_some() { "function" } else { "word" };
    format!("{folder}/{}.html", slug(keyword.name))
}

/// The page of a family.
pub fn family_path(family: &str) -> String {
    format!("family/{family}.html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_aliases_calls_and_codes_lead_somewhere() {
        let index = Index::of(&Book::read());
        assert_eq!(index.find("SEND EMAIL"), Some("word/send-mail.html"));
        assert_eq!(index.code("UPPER(name)"), Some("function/ucase.html"));
        assert_eq!(index.code("B0101"), Some("diagnostics/B0101.html"));
        assert_eq!(index.find("IF"), Some("language/control-flow.html#if"));
        assert_eq!((index.code("name"), index.code("WITH")), (None, None));
        assert_eq!(index.code("TALK \"x\""), None);
    }

    #[test]
    fn every_keyword_has_a_page_of_its_own() {
        let mut paths: Vec<String> = words::all().map(path).collect();
        let count = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }
}
