//! What each piece of a classic program is, for editors and pages that colour it.

use super::functions;
use super::line::tokens;
use super::listing::{is_command, lines, says_classic};
use super::scan::pieces;
use super::words::{self, Usage};
use super::written::{Part, Reading, part};
use crate::hashed::HashMap;
use crate::highlight::{Kind, Piece};
use crate::lexer::lines::is_one_of;
use crate::source::Span;

/// The pieces of a program, line by line; those too that another line replaces.
pub(crate) fn colour(text: &str, reading: &Reading) -> Vec<Piece> {
    let rows: Vec<Line> = lines(text).into_iter().filter_map(|span| line(text, span)).collect();
    let mut usage = Usage::default();
    for row in &rows {
        usage.count(text, &pieces(text, row.body));
    }
    let understood: HashMap<u32, &[(Part, Span)]> =
        reading.rows.iter().map(|row| (row.body.start, row.parts.as_slice())).collect();
    let mut found = Vec::new();
    for row in &rows {
        if row.head.start < row.head.end {
            found.push(Piece { span: row.head, kind: Kind::Label });
        }
        match understood.get(&row.body.start) {
            Some(parts) => parts_of(text, row.body, parts, &mut found),
            None => {
                let read = pieces(text, row.body);
                let (tokens, _) = tokens(text, &read, &usage, words::Reading::Likely);
                let parts: Vec<_> = tokens.iter().map(|token| part(text, token)).collect();
                parts_of(text, row.body, &parts, &mut found);
            }
        }
    }
    found
}

/// A line that says something: its number, and what follows.
struct Line {
    head: Span,
    body: Span,
}

fn line(text: &str, span: Span) -> Option<Line> {
    let whole = slice(text, span);
    let written = whole.trim_start_matches(['\u{feff}', ' ', '\t', '\0']);
    let start = span.end - written.len() as u32;
    let digits = written.len() - written.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let head = Span::new(start, start + digits as u32);
    (!written.trim().is_empty()).then_some(Line { head, body: Span::new(head.end, span.end) })
}

fn parts_of(text: &str, body: Span, parts: &[(Part, Span)], found: &mut Vec<Piece>) {
    let written = slice(text, body);
    let whole = says_classic(written) || is_command(written);
    for (index, (part, span)) in parts.iter().enumerate() {
        if matches!(part, Part::Items) {
            items(text, *span, found);
        }
        let words = whole || is_clause(text, parts, index);
        let kind = if words { Some(Kind::Word) } else { kind_of(text, *part, *span) };
        found.extend(kind.map(|kind| Piece { span: *span, kind }));
    }
    let end = parts.last().map_or(body.start, |(_, span)| span.end);
    found.extend(remark(text, Span::new(end, body.end)));
}

/// BASE of `OPTION BASE`, AS of `OPEN … AS #1`, and a function that lacks its `$`.
fn is_clause(text: &str, parts: &[(Part, Span)], index: usize) -> bool {
    let word = |at: Option<usize>| {
        at.and_then(|at| parts.get(at)).map_or("", |(_, span)| slice(text, *span))
    };
    let before = word(index.checked_sub(1));
    match word(Some(index)) {
        this if is_one_of(this, &["BASE"]) => is_one_of(before, &["OPTION"]),
        this if is_one_of(this, &["AS"]) => word(Some(index + 1)) == "#",
        this if this.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            let called = word(Some(index + 1)) == "(";
            called && functions::find(&format!("{}$", this.to_ascii_uppercase())).is_some()
        }
        _ => false,
    }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("")
}

fn kind_of(text: &str, part: Part, span: Span) -> Option<Kind> {
    match part {
        Part::Value => match slice(text, span).bytes().next() {
            // A curly quote is read as a straight one.
            Some(b'"' | 0xe2) => Some(Kind::Text),
            Some(b'0'..=b'9' | b'.' | b'&') => Some(Kind::Number),
            _ => None,
        },
        Part::Key | Part::Function | Part::Known => Some(Kind::Word),
        Part::Sign(_) | Part::Items => None,
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
