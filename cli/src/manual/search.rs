//! What the search knows: one entry for each page and section, as a script that a page can load
//! from a server and from a disk alike.

use basilect_compiler::diagnostics::codes::{self, Code};
use basilect_compiler::diagnostics::explain;
use basilect_runtime::host::served::{Service, service};
use basilect_stdlib::words as vocabulary;
use serde_json::{Value, json};

use super::book::Book;
use super::diagnostics;
use super::examples;
use super::frame::{Page, Subject};
use super::html::first_sentence;
use super::index::path;
use super::markdown::words;

/// Bytes of what is shown below a title.
const ABOUT_BYTES: usize = 140;

/// What can be found.
pub struct Entry {
    title: String,
    /// `keyword`, `function`, `statement`, `guide`, `diagnostic`, `command`.
    kind: &'static str,
    path: String,
    about: String,
    /// Other words that mean it.
    terms: Vec<String>,
    /// Whether nothing stands behind it on this server.
    missing: bool,
}

/// Everything that can be found.
pub fn entries(book: &Book, pages: &[Page]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = vocabulary::all().map(of_keyword).collect();
    entries.extend(codes::all().map(of_code));
    entries.extend(of_guide(book));
    for page in pages.iter().filter(|page| page.is_reference()) {
        entries.push(of_page(page));
    }
    let commands = pages.iter().find(|page| page.path == super::commands::PATH);
    for heading in commands.iter().flat_map(|page| &page.headings) {
        entries.push(Entry {
            title: format!("basilect {}", heading.text),
            kind: "command",
            path: format!("{}#{}", super::commands::PATH, heading.id),
            about: "A command of the command line".into(),
            terms: vec![heading.text.clone()],
            missing: false,
        });
    }
    entries
}

fn of_keyword(keyword: &'static basilect_stdlib::Keyword) -> Entry {
    let prose = words(&examples::prose(keyword));
    Entry {
        title: keyword.name.to_string(),
        kind: if keyword.run.is_some() { "function" } else { "keyword" },
        path: path(keyword),
        about: short(first_sentence(&prose)),
        terms: keyword.aliases.iter().map(|alias| alias.to_string()).collect(),
        missing: service(keyword) != Service::Here,
    }
}

fn of_code(code: Code) -> Entry {
    let digits = code.text().trim_start_matches(char::is_alphabetic);
    Entry {
        title: code.to_string(),
        kind: "diagnostic",
        path: diagnostics::path(code),
        about: short(explain::page(code).title),
        // `B101`, `0101`, and what ERR gives.
        terms: vec![
            digits.to_string(),
            code.text().replacen('0', "", 1),
            format!("ERR {}", digits.trim_start_matches('0')),
        ],
        missing: false,
    }
}

fn of_guide(book: &Book) -> Vec<Entry> {
    let mut entries = Vec::new();
    for page in &book.guide {
        let file = format!("{}.html", page.path);
        let about = short(&super::markdown::first_paragraph(&page.text));
        let title = if page.path == "index" { "Basilect" } else { &page.title };
        let terms = Vec::new();
        let (kind, path) = ("guide", file.clone());
        entries.push(Entry { title: title.into(), kind, path, about, terms, missing: false });
        for section in &page.sections {
            let kind = if section.words.is_empty() { "guide" } else { "statement" };
            let text = super::markdown::first_paragraph(&section.text);
            entries.push(Entry {
                title: section.title.clone(),
                kind,
                path: format!("{file}#{}", section.id),
                about: short(&format!("{title}: {text}")),
                terms: section.words.clone(),
                missing: false,
            });
        }
    }
    entries
}

fn of_page(page: &Page) -> Entry {
    Entry {
        title: page.title.clone(),
        kind: "guide",
        path: page.path.clone(),
        about: short(&page.description),
        terms: match page.subject {
            Subject::Family(name) => vec![name.to_string()],
            _ => Vec::new(),
        },
        missing: false,
    }
}

/// At most so much, cut between words.
fn short(text: &str) -> String {
    if text.len() <= ABOUT_BYTES {
        return text.to_string();
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= ABOUT_BYTES).last();
    let cut = text.get(..end.unwrap_or(0)).unwrap_or_default();
    let cut = cut.rsplit_once(' ').map_or(cut, |(cut, _)| cut);
    format!("{} …", cut.trim_end_matches([',', ';', ':', '.']))
}

/// The entries as a script that sets `basilectIndex`.
pub fn script(entries: &[Entry]) -> String {
    let row = |entry: &Entry| -> Value {
        let missing = u8::from(entry.missing);
        json!([entry.title, entry.kind, entry.path, entry.about, entry.terms, missing])
    };
    let rows: Vec<String> = entries.iter().map(|entry| row(entry).to_string()).collect();
    // A script inside a page ends at `</`, wherever that stands.
    format!("window.basilectIndex = [\n{}\n];\n", rows.join(",\n").replace("</", "<\\/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_words() {
        let text = short(&"word ".repeat(60));
        assert!(text.len() < ABOUT_BYTES + 5 && text.ends_with("word …"), "{text}");
        assert_eq!(short("short"), "short");
    }

    #[test]
    fn everything_has_an_entry() {
        let book = Book::read();
        let index = super::super::Index::of(&book);
        let pages = super::super::pages(&book, &index);
        let entries = entries(&book, &pages);
        for page in &pages {
            let found = entries.iter().any(|entry| entry.path == page.path);
            assert!(found || page.path == super::super::words::PATH, "{}", page.path);
        }
    }
}
