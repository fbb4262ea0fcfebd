//! What each piece of a classic program is, for editors and pages that colour it.

use super::line::{Tok, tokens};
use super::listing::rows;
use super::scan::pieces;
use super::statement::is_known;
use super::words::{Reading, Usage};
use crate::highlight::{Kind, Piece};
use crate::lexer::lines::is_one_of;
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
            if matches!(token.tok, Tok::Items) {
                items(text, token.span, &mut found);
            }
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
        Tok::Name => (is_known(word) || is_one_of(word, &["TAB", "SPC"])).then_some(Kind::Word),
        Tok::Sign(_) | Tok::Items => None,
    }
}

/// The items of DATA: texts in quotes and numbers; what else stands there is text without quotes.
fn items(text: &str, span: Span, found: &mut Vec<Piece>) {
    let written = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let (mut quoted, mut start) = (false, span.start);
    for item in written.split_inclusive(|letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    }) {
        let kept = item.trim_end_matches(',').trim();
        let from = start + item.find(kept).unwrap_or(0) as u32;
        let kind = match kept {
            _ if kept.starts_with('"') => Some(Kind::Text),
            _ if kept.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
                kept.parse::<f64>().ok().map(|_| Kind::Number)
            }
            _ => None,
        };
        let span = Span::new(from, from + kept.len() as u32);
        found.extend(kind.map(|kind| Piece { span, kind }));
        start += item.len() as u32;
    }
}

/// What the reader passed over at the end of a line is a remark.
fn remark(text: &str, rest: Span) -> Option<Piece> {
    let written = text.get(rest.start as usize..rest.end as usize)?;
    let start = rest.start + (written.len() - written.trim_start().len()) as u32;
    let end = rest.start + written.trim_end().len() as u32;
    (start < end).then_some(Piece { span: Span::new(start, end), kind: Kind::Comment })
}
