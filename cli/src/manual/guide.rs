//! The hand-written pages.

use super::book::{Book, CHAPTERS, Source};
use super::frame::{Crumb, Page, Subject};
use super::index::Index;
use super::markdown::{self, Place, inline};
use super::parts;

/// What the home page says in one sentence, where only one is shown.
const HOME: &str = "Basilect is a language and a server for bots that talk with people: a BASIC \
    whose scripts wait for answers, for days if need be.";

/// All of them, with the way from each to the next.
pub fn pages(book: &Book, index: &Index) -> Vec<Page> {
    let mut pages: Vec<Page> = book.guide.iter().map(|source| page(source, book, index)).collect();
    let order: Vec<(String, String)> =
        pages.iter().map(|page| (page.path.clone(), page.title.clone())).collect();
    for (at, page) in pages.iter_mut().enumerate().skip(1) {
        page.before = order.get(at - 1).filter(|_| at > 1).cloned();
        page.after = order.get(at + 1).cloned();
    }
    pages
}

fn page(source: &Source, book: &Book, index: &Index) -> Page {
    let path = format!("{}.html", source.path);
    let fill = |name: &str| parts::make(name, &path, book, index);
    let place = Place { path: &path, index, fill: &fill };
    let made = markdown::render(&source.text, &place);
    let home = source.path == "index";
    let chapter = CHAPTERS.iter().find(|chapter| chapter.pages.contains(&source.path.as_str()));
    let crumbs = chapter.map(|chapter| Crumb::heading(chapter.title)).into_iter().collect();
    let title = if home { "Basilect" } else { &source.title };
    let subject = if home { Subject::Home } else { Subject::Guide };
    let page = Page::new(&path, title, subject).crumbs(crumbs).headings(made.headings);
    match home {
        true => page.description(HOME).body(made.html),
        false => page
            .lead_html(inline(first_paragraph_source(&source.text), &place))
            .body(parts::without_first_paragraph(&made.html)),
    }
}

/// The first paragraph as it is written.
fn first_paragraph_source(text: &str) -> &str {
    let paragraphs = text.split("\n\n").map(str::trim);
    let mut prose = paragraphs.filter(|p| !p.is_empty() && !p.starts_with("# "));
    prose.next().unwrap_or_default()
}
