//! What was read where: more of a file than its tree, for who writes the file anew.

use crate::lexer::scan::RawToken;
use crate::lexer::token::Spanned;
use crate::source::Span;
use std::ops::Range;

/// A file as it was read: every token, and what it was taken for.
#[derive(Debug, Default)]
pub struct Reading<'s> {
    /// The raw tokens of all lines.
    pub tokens: Vec<RawToken>,
    /// The folded tokens of all statements.
    pub folded: Vec<Spanned<'s>>,
    /// The statements in order.
    pub statements: Vec<StatementRead>,
    /// The logical lines: which statements each holds.
    pub lines: Vec<Range<usize>>,
    /// The blocks, in the order in which they open.
    pub blocks: Vec<BlockRead>,
    /// Where texts begin that go over several lines.
    pub long_texts: Vec<u32>,
    /// Whether a text was taken to end with its line, to see whether a quote is missing there.
    pub one_line_text: bool,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct StatementRead {
    /// Its raw tokens, a separator behind it included.
    pub tokens: Range<usize>,
    /// Its folded tokens; none where it is not made of expressions.
    pub folded: Range<usize>,
    /// How it was read.
    pub form: Form,
    /// The lines below it that it took as they are, its closing line included.
    pub body: Span,
}

/// How a statement was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A number that begins a line.
    Number,
    /// By folding.
    Folded,
    /// From the text itself: TABLE, DATA, DESCRIPTION, OPTION, CREATE INDEX, a pragma.
    Raw,
}

/// A block; statements are named by their number.
#[derive(Clone, Debug)]
pub struct BlockRead {
    /// The statement that opens it.
    pub open: usize,
    /// The one that closes it.
    pub close: usize,
    /// The ones that part it: ELSE, CASE, CATCH.
    pub parts: Vec<usize>,
    /// Its opening words and its canonical closing line.
    pub words: (&'static str, &'static str),
    /// An ON line without END ON: what follows it is not inside.
    pub flat: bool,
}

impl<'s> Reading<'s> {
    /// Begins a logical line.
    pub(super) fn line(&mut self, tokens: &[RawToken]) {
        self.tokens.extend_from_slice(tokens);
        self.lines.push(self.statements.len()..self.statements.len());
    }
    /// Adds a statement: raw tokens `from .. to` of a line with `count` tokens.
    pub(super) fn statement(
        &mut self,
        (from, to, count): (usize, usize, usize),
        form: Form,
        folded: &[Spanned<'s>],
        body: Span,
    ) {
        let line = self.tokens.len() - count;
        let start = self.folded.len();
        self.folded.extend_from_slice(folded);
        self.statements.push(StatementRead {
            tokens: line + from..line + to,
            folded: start..self.folded.len(),
            form,
            body,
        });
        if let Some(line) = self.lines.last_mut() {
            line.end = self.statements.len();
        }
    }
    /// Says which lines the last statement took.
    pub(super) fn body(&mut self, body: Span) {
        if let Some(last) = self.statements.last_mut() {
            last.body = body;
        }
    }
}
