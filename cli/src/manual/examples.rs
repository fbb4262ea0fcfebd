//! Examples of keywords and functions: hand-written ones, those of doc comments, and golden tests
//! in which the word occurs. All of them are run by tests.

use std::collections::{BTreeMap, BTreeSet};

use basilect_compiler::highlight::{Kind, highlight};
use basilect_stdlib::{Keyword, manual};

use super::book::{Book, Sample};
use super::code::{Fence, figure};
use super::html::escape;
use super::markdown::{Place, render};

/// Lines of a golden test that still reads as an example.
const LINES_MAX: usize = 18;
/// Golden tests shown for one word.
const SAMPLES_MAX: usize = 2;
/// Golden tests that list forms and single calls, and are no examples of use.
const FORMS: &[&str] = &["keywords", "functions"];

/// The golden tests by the words that occur in them.
pub struct Examples<'b> {
    book: &'b Book,
    samples: BTreeMap<(&'static str, &'static str), Vec<&'b Sample>>,
}

impl<'b> Examples<'b> {
    /// Looks through all golden tests once.
    pub fn of(book: &'b Book) -> Examples<'b> {
        let mut samples: BTreeMap<_, Vec<&Sample>> = BTreeMap::new();
        let lists = |name: &str| FORMS.iter().any(|form| name.starts_with(form));
        let documents = book.samples.iter().filter(|(name, _)| !lists(name));
        for sample in documents.flat_map(|(_, samples)| samples).filter(|sample| readable(sample)) {
            for word in occurring(&sample.basic) {
                samples.entry(word).or_default().push(sample);
            }
        }
        for list in samples.values_mut() {
            list.sort_by_key(|sample| sample.basic.lines().count());
        }
        Examples { book, samples }
    }

    /// The examples of a keyword, as HTML; empty where there is none.
    pub fn html(&self, keyword: &Keyword, place: &Place<'_>) -> String {
        let mut html = String::new();
        let about = self.book.about(keyword.family, keyword.name);
        if let Some(section) = about {
            html.push_str(&render(&section.text, place).html);
        }
        html.push_str(&doc_example(keyword, place));
        let shown = if about.is_some() { 0 } else { SAMPLES_MAX };
        for sample in self.golden(keyword).take(shown) {
            html.push_str(&sample_html(sample, place));
        }
        html
    }

    /// The golden tests in which a keyword occurs, those that name it first.
    pub fn golden(&self, keyword: &Keyword) -> impl Iterator<Item = &'b Sample> + use<'b> {
        let found = self.samples.get(&(keyword.family, keyword.name)).cloned().unwrap_or_default();
        let name = keyword.name;
        let (named, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|sample| sample.title.to_uppercase().contains(name));
        named.into_iter().chain(others)
    }
}

/// Whether people can read it: short, and what comes out is what a person would see.
fn readable(sample: &Sample) -> bool {
    let internal = sample.out.lines().any(|line| line.starts_with('['));
    let lines = sample.basic.lines().count();
    !sample.basic.is_empty()
        && !sample.out.is_empty()
        && !internal
        && lines <= LINES_MAX
        && sample.diagnostics.is_empty()
        && sample.basic.lines().all(|line| line.len() <= 100)
}

/// Family and name of the keywords in a source.
fn occurring(source: &str) -> BTreeSet<(&'static str, &'static str)> {
    let words = highlight(source).into_iter().filter_map(|piece| match piece.kind {
        Kind::Keyword(keyword) | Kind::Function(keyword) => Some((keyword.family, keyword.name)),
        _ => None,
    });
    words.collect()
}

/// All golden tests of a document, each to be opened by its title.
pub fn all_of(book: &Book, document: &str, place: &Place<'_>) -> String {
    let documents = book.samples.iter().filter(|(name, _)| name == document);
    let samples = documents.flat_map(|(_, samples)| samples).filter(|sample| readable(sample));
    let shown = |sample: &Sample| {
        let (title, figure) = (escape(&sample.title), sample_html(sample, place));
        format!("<details class=\"sample\"><summary>{title}</summary>\n{figure}</details>\n")
    };
    samples.map(shown).collect()
}

fn sample_html(sample: &Sample, place: &Place<'_>) -> String {
    let fences = [Fence::new("basic", sample.basic.clone()), Fence::new("out", sample.out.clone())];
    figure(&fences, place)
}

/// The example of a doc comment, written as "`code` → `result`".
fn doc_example(keyword: &Keyword, place: &Place<'_>) -> String {
    let examples = doc_examples(keyword);
    if examples.is_empty() {
        return String::new();
    }
    let code: Vec<String> = examples.iter().map(|(code, _)| format!("TALK {code}")).collect();
    let out: Vec<&str> = examples.iter().map(|(_, result)| result.as_str()).collect();
    figure(&[Fence::new("basic", code.join("\n")), Fence::new("out", out.join("\n"))], place)
}

/// Code and result of the examples in a doc comment.
pub fn doc_examples(keyword: &Keyword) -> Vec<(String, String)> {
    let doc = manual::doc(keyword);
    let owned = |(code, result): (&str, &str)| (code.to_string(), result.to_string());
    manual::examples(&doc).into_iter().map(owned).collect()
}

/// The doc comment without its examples.
pub fn prose(keyword: &Keyword) -> String {
    manual::prose(&manual::doc(keyword))
}

#[cfg(test)]
mod tests {
    use super::*;
    use basilect_stdlib::words;

    #[test]
    fn doc_comments_hold_examples() {
        let left = words::function("LEFT").expect("LEFT");
        let first = ("LEFT(\"hello\", 2)".to_string(), "he".to_string());
        assert_eq!(doc_examples(left).first(), Some(&first));
        assert!(!prose(left).contains('→'));
    }

    #[test]
    fn golden_tests_are_found_by_what_occurs_in_them() {
        let book = Book::read();
        let examples = Examples::of(&book);
        let sample = examples.golden(words::lookup("HEAR").expect("HEAR")).next();
        assert!(sample.is_some_and(|sample| sample.basic.contains("HEAR")));
    }
}
