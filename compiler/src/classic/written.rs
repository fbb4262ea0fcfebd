//! The rows of a program as they were read, for who writes them anew.

use super::line::{Tok, Token};
use super::listing::Row;
use super::{functions, statement};
use crate::ast::Script;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// What a part of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A number, a text, or a name.
    Value,
    /// A keyword.
    Key,
    /// A function of the language.
    Function,
    /// A word that means a statement where one begins.
    Known,
    /// One sign.
    Sign(char),
    /// What follows DATA.
    Items,
}

/// A program as it was read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Its tree.
    pub script: Script,
    /// What there is to say about it.
    pub diagnostics: Vec<Diagnostic>,
    /// The rows that could be read.
    pub rows: Vec<Written>,
    /// Whether there were others.
    pub broken: bool,
}

/// A row in the reading of its glued words that made sense.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Where its number stands; empty at the start of a row without one.
    pub head: Span,
    /// What follows the number.
    pub body: Span,
    /// Its tokens. A comment behind them is none.
    pub parts: Vec<(Part, Span)>,
}

impl Written {
    pub(super) fn new(text: &str, row: &Row, tokens: &[Token]) -> Written {
        let parts = tokens.iter().map(|token| part(text, token)).collect();
        Written { head: row.head, body: row.body, parts }
    }
}

/// What a token is for who writes it.
pub(super) fn part(text: &str, token: &Token) -> (Part, Span) {
    let word = || text.get(token.span.start as usize..token.span.end as usize).unwrap_or("");
    let function = |word: &str| functions::find(&word.to_ascii_uppercase()).is_some();
    let part = match token.tok {
        Tok::Number | Tok::Text => Part::Value,
        Tok::Key(key) if functions::find(key).is_some() => Part::Function,
        Tok::Key(_) => Part::Key,
        Tok::Name if function(word()) || is_blank_function(word()) => Part::Function,
        Tok::Name if statement::is_known(word()) => Part::Known,
        Tok::Name => Part::Value,
        Tok::Sign(sign) => Part::Sign(sign),
        Tok::Items => Part::Items,
    };
    (part, token.span)
}
/// `TAB(5)` and `SPC(5)` of PRINT.
fn is_blank_function(word: &str) -> bool {
    ["TAB", "SPC"].iter().any(|w| w.eq_ignore_ascii_case(word))
}
