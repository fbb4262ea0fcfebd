//! What each piece of a classic program is, for editors and pages that colour it.

use super::line::{Tok, tokens};
use super::listing::rows;
use super::scan::pieces;
use super::statement::is_known;
use super::words::{Reading, Usage};
use crate::highlight::{Kind, Piece};
use crate::source::Span;

/// The pieces of a program, line by line.
pub(crate) fn colour(text: &str) -> Vec<Piece> {
    let rows = rows(text, &mut Vec::new());
    let mut usage = Usage::default();
    for row in &rows {
        usage.count(text, &pieces(text, row.body));
    }
    let mut found = Vec::new();
    for row in &rows {
        if row.number.is_some() {
            found.push(Piece { span: row.head, kind: Kind::Label });
        }
        let read = pieces(text, row.body);
        let (tokens, _) = tokens(text, &read, &usage, Reading::Likely);
        for token in &tokens {
            found.extend(
                kind_of(text, token.tok, token.span).map(|kind| Piece { span: token.span, kind }),
            );
        }
        let end = tokens.last().map_or(row.body.start, |token| token.span.end);
        found.extend(remark(text, Span::new(end, row.body.end)));
    }
    found
}

fn kind_of(text: &str, tok: Tok, span: Span) -> Option<Kind> {
    let word = text.get(span.start as usize..span.end as usize).unwrap_or("");
    match tok {
        Tok::Number => Some(Kind::Number),
        Tok::Text => Some(Kind::Text),
        Tok::Key(_) => Some(Kind::Word),
        Tok::Name => (is_known(word) || word.eq_ignore_ascii_case("TAB")).then_some(Kind::Word),
        Tok::Sign(_) | Tok::Items => None,
    }
}

/// What the reader passed over at the end of a line is a remark.
fn remark(text: &str, rest: Span) -> Option<Piece> {
    let written = text.get(rest.start as usize..rest.end as usize)?;
    let start = rest.start + (written.len() - written.trim_start().len()) as u32;
    let end = rest.start + written.trim_end().len() as u32;
    (start < end).then_some(Piece { span: Span::new(start, end), kind: Kind::Comment })
}
