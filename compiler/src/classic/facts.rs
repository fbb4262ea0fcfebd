//! What reading a line finds beside its statements.

use super::types::Ty;
use crate::ast::Expr;
use crate::source::Span;

/// What lines tell of the program.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Simple variables.
    pub variables: Vec<String>,
    pub arrays: Vec<ArrayUse>,
    pub calls: Vec<Call>,
    pub functions: Vec<Definition>,
    pub jumps: Vec<Jump>,
    pub events: Vec<Event>,
    pub bases: Vec<(u16, Span)>,
    pub erased: Vec<String>,
    /// What goes beyond Minimal BASIC.
    pub extensions: Vec<Span>,
    pub random: Random,
    /// Where END stands.
    pub ends: Vec<Span>,
}

impl Facts {
    /// Adds what another line tells.
    pub fn add(&mut self, mut other: Facts) {
        self.variables.append(&mut other.variables);
        self.arrays.append(&mut other.arrays);
        self.calls.append(&mut other.calls);
        self.functions.append(&mut other.functions);
        self.jumps.append(&mut other.jumps);
        self.events.append(&mut other.events);
        self.bases.append(&mut other.bases);
        self.erased.append(&mut other.erased);
        self.extensions.append(&mut other.extensions);
        self.ends.append(&mut other.ends);
        self.random.zero |= other.random.zero;
        self.random.number |= other.random.number;
        self.random.bare |= other.random.bare;
        self.random.seeds |= other.random.seeds;
    }
}

/// How a program makes random numbers.
#[derive(Debug, Default)]
pub(super) struct Random {
    /// `RND`
    pub bare: bool,
    /// `RND(0)`
    pub zero: bool,
    /// `RND(e)`
    pub number: bool,
    /// RANDOMIZE, or RND of a negative number.
    pub seeds: bool,
}

/// An array where it is used or declared.
#[derive(Debug)]
pub(super) struct ArrayUse {
    pub name: String,
    pub dimensions: usize,
    pub span: Span,
    /// Of a DIM, its bounds as far as they are known.
    pub dim: Option<Option<Vec<i64>>>,
}

/// `FNA(…)`
#[derive(Debug)]
pub(super) struct Call {
    pub name: String,
    /// The kinds of its values.
    pub args: Vec<Ty>,
    pub span: Span,
    /// The function in whose definition it stands.
    pub inside: Option<String>,
}

/// DEF FN
#[derive(Debug)]
pub(super) struct Definition {
    pub name: String,
    pub params: Vec<String>,
    pub body: Expr,
    pub span: Span,
}

/// Control goes to a line.
#[derive(Debug)]
pub(super) struct Jump {
    pub to: u32,
    pub span: Span,
}

/// What matters for loops, in the order of the text.
#[derive(Debug)]
pub(super) struct Event {
    pub kind: EventKind,
    pub span: Span,
    /// The innermost IF of one line in which it stands; 0 for none.
    pub inside: usize,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EventKind {
    /// A line number.
    Line(u32),
    /// FOR of this variable.
    For(String),
    /// NEXT of this variable, or of the innermost loop.
    Next(Option<String>),
    /// WHILE, DO, REPEAT.
    Open(&'static str),
    /// WEND, LOOP, UNTIL.
    Close(&'static str),
    /// EXIT FOR (true), EXIT DO.
    Leave(bool),
    /// Control leaves here for good: GOTO, RETURN, END.
    Away,
    /// A jump to a line, by its place in the list of jumps.
    Jump(u32),
}
