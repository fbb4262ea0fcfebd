//! What stands between two tokens: blanks, line ends, comments.

use crate::lexer::lines::is_rem;
use std::borrow::Cow;

/// A comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment<'s> {
    /// From its mark to its last letter.
    pub text: Cow<'s, str>,
    /// How many columns stand before it on its line.
    pub column: usize,
    /// Whether a blank line stands before it.
    pub blank: bool,
}

/// What stands between two tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gap<'s> {
    /// A comment behind the first token, on its line.
    pub trailing: Option<Comment<'s>>,
    /// Comments on lines of their own.
    pub own: Vec<Comment<'s>>,
    /// Whether the second token stands on a later line.
    pub breaks: bool,
    /// Whether a blank line stands directly before the second token.
    pub blank: bool,
    /// Whether the line is continued by ` _`.
    pub joined: bool,
}

impl<'s> Gap<'s> {
    /// The gap `start .. end` of a text. `fresh` says that it begins with a line of its own.
    pub fn read(text: &'s str, start: usize, end: usize, fresh: bool) -> Gap<'s> {
        let inner = text.get(start..end).unwrap_or("");
        if inner.bytes().all(|b| b == b' ') {
            return Gap::default();
        }
        let mut gap = Gap::default();
        let mut at = start;
        let mut blank = false;
        let mut pieces = inner.split('\n').enumerate().peekable();
        while let Some((index, piece)) = pieces.next() {
            let kept = piece.trim_matches(is_blank);
            let alone = index > 0 || fresh;
            let last = pieces.peek().is_none();
            if kept.is_empty() {
                blank |= alone && !last;
            } else if !last && kept.starts_with('_') && kept.trim_matches(is_blank).len() == 1 {
                gap.joined = true;
            } else {
                let offset = at + piece.find(kept).unwrap_or(0);
                let column = if alone { width(text.get(at..offset)) } else { column(text, offset) };
                let comment = Comment { text: spelled(kept), column, blank };
                blank = false;
                match alone {
                    true => gap.own.push(comment),
                    false => gap.trailing = Some(comment),
                }
            }
            at += piece.len() + 1;
        }
        gap.breaks = inner.contains('\n');
        gap.blank = blank;
        gap
    }
}

/// What the scanner takes for blank space.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{c}' | '\u{a0}' | '\u{feff}')
}

/// The width of a piece of a line; a tab is as wide as four letters.
pub fn width(piece: Option<&str>) -> usize {
    piece.unwrap_or("").chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// How many columns stand before a byte on its line.
pub fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    width(before.get(start..))
}

/// A comment as it is written: only the word REM is put into capitals.
pub fn spelled(comment: &str) -> Cow<'_, str> {
    match comment.get(3..) {
        Some(rest) if is_rem(comment) && !comment.starts_with("REM") => {
            Cow::Owned(format!("REM{rest}"))
        }
        _ => Cow::Borrowed(comment),
    }
}
