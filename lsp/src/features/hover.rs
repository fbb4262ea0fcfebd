//! What the word under the pointer means.

use basilect_stdlib::Keyword;
use basilect_stdlib::words;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Range};

use crate::document::{self, Document};

/// The manual of the keyword at a position.
pub fn at(document: &Document, position: Position) -> Option<Hover> {
    let (line, at) = document.line(position)?;
    let words = document::words(line);
    let under = words.iter().position(|word| (word.start..=word.end()).contains(&at))?;
    let (from, count, keyword) = covering(&words, under)?;
    let (first, last) = (words.get(from)?, words.get(from + count - 1)?);
    let place = |byte: usize| Position {
        line: position.line,
        character: line.get(..byte).unwrap_or_default().encode_utf16().count() as u32,
    };
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: describe(keyword) };
    Some(Hover {
        contents: HoverContents::Markup(contents),
        range: Some(Range { start: place(first.start), end: place(last.end()) }),
    })
}

/// The keyword of several words that one of them belongs to: its first word and their number.
fn covering(
    words: &[document::Word<'_>],
    under: usize,
) -> Option<(usize, usize, &'static Keyword)> {
    let starting = |from: usize| {
        let run = words.get(from..)?.iter().map(|word| word.text);
        let (count, keyword) = words::longest(run)?;
        (from + count > under).then_some((from, count, keyword))
    };
    (0..=under).find_map(starting)
}

/// A keyword as Markdown: how it is written and what it does.
pub fn describe(keyword: &Keyword) -> String {
    basilect_stdlib::manual::hover(keyword)
}
