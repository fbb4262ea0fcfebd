//! The index: every word of the language, every other spelling, from A to Z. It is also how words
//! are found where no script runs.

use std::collections::BTreeMap;

use basilect_stdlib::words as vocabulary;

use super::book::Book;
use super::examples;
use super::frame::{Page, Subject};
use super::html::{escape, first_sentence, way};
use super::index::{Index, path};
use super::markdown::{Heading, Place, inline};

/// The path of the page.
pub const PATH: &str = "a-z.html";

/// An entry: the word, what kind of word it is, where it leads, and what it is about.
struct Entry {
    word: String,
    kind: &'static str,
    href: String,
    about: String,
}

/// The page.
pub fn page(book: &Book, index: &Index) -> Page {
    let mut letters: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries(book, index) {
        let first = entry.word.chars().next().map(|c| c.to_uppercase().to_string());
        letters.entry(first.unwrap_or_default()).or_default().push(entry);
    }
    let mut body = jumps(&letters);
    let mut headings = Vec::new();
    for (letter, mut list) in letters {
        list.sort_by(|a, b| (&a.word, a.kind).cmp(&(&b.word, b.kind)));
        let id = letter.to_lowercase();
        headings.push(Heading { id: id.clone(), text: letter.clone(), inner: true });
        let items: String = list.iter().map(item).collect();
        body.push_str(&format!(
            "<section class=\"letter\">\n<h2 id=\"{id}\">{letter}</h2>\n<ul>\n{items}</ul>\n\
             </section>\n"
        ));
    }
    Page::new(PATH, "All words from A to Z", Subject::Words)
        .lead("Keywords, functions, statements and every other spelling that is understood.")
        .body(body)
}

fn jumps(letters: &BTreeMap<String, Vec<Entry>>) -> String {
    let link = |letter: &String| format!("<a href=\"#{}\">{letter}</a>", letter.to_lowercase());
    let links: Vec<String> = letters.keys().map(link).collect();
    format!("<nav class=\"letters\" aria-label=\"Letters\">{}</nav>\n", links.join(" "))
}

fn item(entry: &Entry) -> String {
    let Entry { word, kind, href, about } = entry;
    format!(
        "<li><a href=\"{href}\"><code>{}</code></a> <span class=\"kind\">{kind}</span> \
         {about}</li>\n",
        escape(word)
    )
}

fn entries(book: &Book, index: &Index) -> Vec<Entry> {
    let place = Place::plain(PATH, index);
    let mut entries = Vec::new();
    for keyword in vocabulary::all() {
        let kind = if keyword.run.is_some() { "function" } else { "keyword" };
        let href = way(PATH, &path(keyword));
        let prose = examples::prose(keyword).replace('\n', " ");
        let about = inline(first_sentence(&prose), &place);
        let own = Entry { word: keyword.name.into(), kind, href: href.clone(), about };
        entries.push(own);
        entries.extend(keyword.aliases.iter().map(|alias| Entry {
            word: alias.to_string(),
            kind,
            href: href.clone(),
            about: format!("is <code>{}</code>", escape(keyword.name)),
        }));
    }
    for page in &book.guide {
        for section in &page.sections {
            let href = format!("{}.html#{}", page.path, section.id);
            entries.extend(section.words.iter().map(|word| Entry {
                word: word.clone(),
                kind: "statement",
                href: href.clone(),
                about: format!("in {}", escape(&page.title)),
            }));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use basilect_compiler::lexer::heads::STATEMENT_WORDS;

    #[test]
    fn every_word_that_begins_a_statement_is_explained() {
        let book = Book::read();
        let index = Index::of(&book);
        let words: Vec<String> = entries(&book, &index).into_iter().map(|e| e.word).collect();
        for wanted in STATEMENT_WORDS {
            let known = words.iter().any(|word| word.split(' ').next() == Some(*wanted));
            assert!(known, "no page explains {wanted}");
        }
    }
}
