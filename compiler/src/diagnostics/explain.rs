//! The page of each code: what it means and why, with an example that gives it and one that does
//! not.
//!
//! A page is Markdown: a title, text, and the sections `Wrong` and `Right` with one block for each
//! file of the example. Behind the language of a block may stand `shortened` (a limit is shown with
//! `…` in place of what is too long to print) and the path of the file in the bot's folder; without
//! one it is a script. A block `in` holds what the person answers.

use super::codes::{self, Code};
use basilect_stdlib::TrapCode;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code that it is about.
    pub code: Code,
    /// One line.
    pub title: &'static str,
    /// The text below it, in Markdown.
    pub text: &'static str,
    /// The files of a bot that gives the code.
    pub wrong: Vec<Sample>,
    /// The files of a bot that does not.
    pub right: Vec<Sample>,
}

/// A file of an example, or the answers of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// `basic`, `csv` or `in`.
    pub language: &'static str,
    /// Its path in the bot's folder.
    pub path: Option<&'static str>,
    /// Whether it only shows the shape of an example that is too long.
    pub shortened: bool,
    /// What it holds.
    pub text: String,
}

/// The page of a code.
pub fn page(code: Code) -> Page {
    let whole = code.page();
    let (head, examples) = match whole.find("\n## ") {
        Some(at) => whole.split_at(at),
        None => (whole, ""),
    };
    let (title, text) = head.split_once('\n').unwrap_or((head, ""));
    let (wrong, right) = match examples.find("\n## Right") {
        Some(at) => examples.split_at(at),
        None => (examples, ""),
    };
    let title = title.trim_start_matches("# ").trim();
    Page { code, title, text: text.trim(), wrong: samples(wrong), right: samples(right) }
}

fn samples(section: &'static str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut open = false;
    for line in section.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(head) => {
                open = true;
                samples.push(sample(head));
            }
            None if open => {
                if let Some(sample) = samples.last_mut() {
                    sample.text.push_str(line);
                    sample.text.push('\n');
                }
            }
            None => {}
        }
    }
    samples
}

/// An empty sample from the words behind its fence.
fn sample(head: &'static str) -> Sample {
    let mut words = head.split_whitespace();
    let language = words.next().unwrap_or("basic");
    let rest: Vec<&str> = words.collect();
    let shortened = rest.first() == Some(&"shortened");
    let path = rest.last().filter(|word| **word != "shortened").copied();
    Sample { language, path, shortened, text: String::new() }
}

impl Page {
    /// The first paragraph of the text as one line.
    pub fn summary(&self) -> String {
        let first = self.text.split("\n\n").next().unwrap_or(self.text);
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }
    /// The page for a terminal.
    pub fn terminal(&self) -> String {
        let mut out = format!("{}: {}\n\n{}\n", self.code, self.title, self.text);
        for (title, samples) in [("Wrong", &self.wrong), ("Right", &self.right)] {
            for (index, sample) in samples.iter().enumerate() {
                let first = if index == 0 { format!("\n{title}") } else { String::new() };
                let of = match (sample.language, sample.path) {
                    ("in", _) => "the person answers".to_string(),
                    (_, Some(path)) => path.to_string(),
                    (_, None) => String::new(),
                };
                let joint = if first.is_empty() || of.is_empty() { "" } else { ", " };
                let indent = if first.is_empty() { "\n" } else { "" };
                out.push_str(&format!("{first}{indent}{joint}{of}:\n\n"));
                sample.text.lines().for_each(|line| out.push_str(&format!("    {line}\n")));
            }
        }
        out
    }
    /// The page as Markdown, for an editor.
    pub fn markdown(&self) -> String {
        let mut out = format!("**{}: {}**\n\n{}\n", self.code, self.title, self.text);
        for (title, samples) in [("Wrong", &self.wrong), ("Right", &self.right)] {
            for (index, sample) in samples.iter().filter(|s| s.language != "in").enumerate() {
                let heading = if index == 0 { format!("\n*{title}*\n") } else { String::new() };
                let path = sample.path.map_or(String::new(), |path| format!("\n`{path}`\n"));
                let language = if sample.language == "basic" { "basilect" } else { "" };
                out.push_str(&format!("{heading}{path}\n```{language}\n{}```\n", sample.text));
            }
        }
        out
    }
}

/// The code that somebody means who writes it this way: `B0101`, `b101`, `101`, or the number of a
/// run-time error, `ERR 11` or `11`.
pub fn find(written: &str) -> Option<Code> {
    let upper = written.trim().to_uppercase();
    if let Some(code) = Code::find(&upper) {
        return Some(code);
    }
    let digits = upper.trim_start_matches(|c: char| !c.is_ascii_digit());
    let letters = upper.get(..upper.len() - digits.len())?.trim();
    let number: u16 = digits.parse().ok()?;
    let padded = |letter: char| Code::find(&format!("{letter}{number:04}"));
    match letters {
        "B" => padded('B'),
        "R" | "ERR" | "ERROR" => padded('R'),
        "" if digits.len() < 4 && number < 100 => padded('R'),
        "" => padded('B'),
        _ => None,
    }
}

/// The code that is spelt most like what was written.
pub fn closest(written: &str) -> Option<Code> {
    let plain: String = written.chars().filter(char::is_ascii_alphanumeric).collect();
    // A letter O among digits, and its like.
    let tail =
        plain.get(1..).unwrap_or("").to_uppercase().replace('O', "0").replace(['I', 'L'], "1");
    let head = plain.get(..1).unwrap_or("").to_uppercase();
    let repaired = format!("{head}{tail}");
    let known: Vec<&str> = codes::all().map(Code::text).collect();
    let near = |wanted: &str| crate::names::suggest::closest(wanted, known.iter().copied());
    Code::find(&repaired).or_else(|| near(&repaired).and_then(Code::find))
}

/// The keyword or function that is spelt most like what was written.
pub fn closest_keyword(written: &str) -> Option<&'static str> {
    let wanted = written.replace('_', " ");
    crate::names::suggest::closest(&wanted, basilect_stdlib::words::all().map(|k| k.name))
}

/// What a code written like this means: the title and the text of its page.
pub fn explain(code: &str) -> Option<&'static str> {
    let whole = Code::find(code)?.page();
    let end = whole.find("\n## ").unwrap_or(whole.len());
    whole.get(..end).map(|text| text.trim_start_matches("# ").trim())
}

/// Every code as text, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    codes::all().map(Code::text)
}

/// The page of a run-time error.
pub fn of_trap(trap: TrapCode) -> Page {
    page(codes::of_trap(trap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_parts() {
        for code in codes::all() {
            let page = page(code);
            assert!(page.title.len() > 5 && !page.title.ends_with('.'), "{code}: {}", page.title);
            assert!(page.summary().len() > 30, "{code} says what it means and why");
            let examples = page.wrong.is_empty() as u8 + page.right.is_empty() as u8;
            assert_eq!(examples, if code == codes::TRAP_BUG { 2 } else { 0 }, "{code}");
            let headings = code.page().lines().filter(|line| line.starts_with('#')).count();
            let expected = if code == codes::TRAP_BUG { 1 } else { 3 };
            assert_eq!(headings, expected, "{code} has a title, Wrong and Right");
            let terminal = page.terminal();
            assert!(terminal.lines().all(|line| line.chars().count() <= 110), "{code}");
        }
    }

    #[test]
    fn codes_are_found_as_people_write_them() {
        let found = |written| find(written).map(Code::text);
        assert_eq!(found("b0101"), Some("B0101"));
        assert_eq!(found("B101"), Some("B0101"));
        assert_eq!(found("0101"), Some("B0101"));
        assert_eq!(found("ERR 11"), Some("R0011"));
        assert_eq!(found("11"), Some("R0011"));
        assert_eq!(found("r11"), Some("R0011"));
        assert_eq!(found("B9999"), None);
        assert_eq!(found("hear"), None);
        assert_eq!(found(""), None);
        assert_eq!(closest("BO101").map(Code::text), Some("B0101"));
        assert_eq!(closest("B0l09").map(Code::text), Some("B0109"));
        assert_eq!(closest("nonsense"), None);
    }

    #[test]
    fn paths_and_answers_stand_beside_their_examples() {
        let page = page(codes::UNKNOWN_SCRIPT);
        assert_eq!(page.wrong[1].path, Some("shop.gbdialog/order.bas"));
        assert!(page.terminal().contains("Wrong, shop.gbdialog/start.bas:\n\n    ADD TOOL"));
        let answers = of_trap(TrapCode::DivisionByZero);
        assert!(answers.terminal().contains("\nthe person answers:\n\n    0\n"));
        assert!(!answers.markdown().contains("the person"));
    }
}
