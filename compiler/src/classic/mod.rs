//! Classic BASIC: programs with line numbers, as ECMA-55 and Microsoft BASIC know them.
//!
//! They have a reader of their own, because nothing of their text works as in other scripts: lines
//! are sorted by their numbers, keywords may be glued to what follows them, texts end with their
//! line, and every value is a number or a text by the name of its variable. What comes out is the
//! same tree as of any script, with a [`Listing`] of what is known of the program as a whole.
//!
//! Reading order: [`listing`] (a file to numbered lines, and whether it is a classic program),
//! [`scan`] (a line to pieces), [`words`] (glued words), [`functions`] (what can be called),
//! [`line`] with its neighbours (a line to statements), [`types`] (numbers and texts), [`loops`]
//! (which NEXT belongs to which FOR), [`check`] (what can be known to be wrong before it runs),
//! [`written`] (rows as they were read, for the formatter).
//!
//! A program that keeps to ECMA-55 follows the standard where Microsoft's BASIC differs; one that
//! goes beyond it anywhere follows Microsoft's.

mod check;
mod colour;
mod expression;
mod facts;
mod flow;
pub(crate) mod functions;
mod line;
mod listing;
mod loops;
mod output;
mod program;
mod scan;
mod statement;
pub(crate) mod types;
mod words;
mod written;

#[cfg(test)]
mod tests;

use crate::ast::Script;
use crate::diagnostics::Diagnostic;

pub(crate) use colour::colour;
pub use listing::is_classic;
pub(crate) use written::{Part, Reading, Written};

/// Reads a classic program; `None` when it has line numbers but is written in the words of other
/// scripts.
pub fn parse(text: &str) -> Option<(Script, Vec<Diagnostic>)> {
    read(text).map(|read| (read.script, read.diagnostics))
}
/// Every word that means something in classic programs, upper case.
pub(crate) fn words_of_programs() -> impl Iterator<Item = &'static str> {
    words::keywords().chain(statement::known()).chain(functions::names())
}
/// Those that begin statements and are not found inside other words.
pub(crate) fn statement_words() -> impl Iterator<Item = &'static str> {
    statement::known()
}
/// Those that may be glued to their neighbours.
pub(crate) fn glued_words() -> impl Iterator<Item = &'static str> {
    words::CORE.iter().copied()
}
/// The same, with the rows as they were read.
pub(crate) fn read(text: &str) -> Option<Reading> {
    program::Program::new(text).parse()
}
