//! The manual as web pages: the hand-written guide (`docs/manual`), and pages made from what the
//! product itself knows - the vocabulary, the diagnostics, the command line, the settings, the
//! limits and the golden tests.
//!
//! Reading order: [`book`] (all that is written by hand, read), [`index`] (which word leads
//! where), [`markdown`] (Markdown to HTML), [`code`] (examples, coloured by the compiler's lexer),
//! the pages ([`guide`], [`keywords`], [`diagnostics`], [`commands`], [`words`]), the parts that
//! guide pages leave open ([`parts`]), [`frame`] (what stands around every page), [`search`], and
//! [`terminal`] (the same for a terminal).

mod book;
mod code;
mod commands;
mod diagnostics;
mod examples;
mod frame;
mod guide;
mod html;
mod index;
mod keywords;
mod markdown;
mod parts;
mod search;
pub mod terminal;
#[cfg(test)]
mod tests;
mod words;

use book::Book;
use frame::Page;
use index::Index;

/// The files beside the pages: name and content.
const ASSETS: &[(&str, &[u8])] = &[
    ("assets/style.css", include_bytes!("assets/style.css")),
    ("assets/print.css", include_bytes!("assets/print.css")),
    ("assets/mode.js", include_bytes!("assets/mode.js")),
    ("assets/manual.js", include_bytes!("assets/manual.js")),
    ("assets/search.js", include_bytes!("assets/search.js")),
    ("assets/mark.svg", include_bytes!("../../../server/pages/assets/mark.svg")),
];

/// All files of the manual: path and content.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let book = Book::read();
    let index = Index::of(&book);
    let pages = pages(&book, &index);
    let entries = search::entries(&book, &pages);
    let mut files: Vec<(String, Vec<u8>)> =
        ASSETS.iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())).collect();
    files.push(("assets/search-index.js".into(), search::script(&entries).into_bytes()));
    for page in &pages {
        files.push((page.path.clone(), frame::whole(page, &book).into_bytes()));
    }
    files
}

/// All pages, without what stands around them.
fn pages(book: &Book, index: &Index) -> Vec<Page> {
    let mut pages = guide::pages(book, index);
    pages.extend(keywords::pages(book, index));
    pages.extend(diagnostics::pages(index));
    pages.push(commands::page(book, index));
    pages.push(words::page(book, index));
    pages
}
