//! One line of a classic program: its tokens, and what reads them.

use super::facts::{Event, EventKind, Facts, Jump};
use super::scan::{Kind, Piece};
use super::types::Ty;
use super::words::{self, Reading, Usage, Word};
use crate::ast::{Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::parser::line::Line;
use crate::source::Span;

/// What a reader gives.
pub(super) type Read<T> = Result<T, Box<Diagnostic>>;

/// How deep parentheses, IFs and long chains of operators may nest.
const DEPTH_MAX: usize = 64;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tok {
    Number,
    Text,
    /// A keyword in upper case.
    Key(&'static str),
    /// A name, or a word that is a keyword only at the start of a statement.
    Name,
    Sign(char),
    /// What follows DATA.
    Items,
}

/// A token with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token {
    pub tok: Tok,
    pub span: Span,
}

/// The tokens of a line in one reading of its glued words, and whether another reading differs.
pub(super) fn tokens(
    text: &str,
    pieces: &[Piece],
    usage: &Usage,
    reading: Reading,
) -> (Vec<Token>, bool) {
    let mut out = Vec::with_capacity(pieces.len());
    let mut ambiguous = false;
    let mut parts = Vec::new();
    for piece in pieces {
        let span = piece.span;
        let tok = match piece.kind {
            Kind::Number => Tok::Number,
            Kind::Text => Tok::Text,
            Kind::Items => Tok::Items,
            Kind::Sign => {
                let sign = text.get(span.start as usize..).and_then(|rest| rest.chars().next());
                Tok::Sign(sign.unwrap_or(' '))
            }
            Kind::Word => {
                let next = text.as_bytes().get(span.end as usize).copied().unwrap_or(0);
                parts.clear();
                ambiguous |= words::part(text, span, usage, reading, next, &mut parts);
                out.extend(parts.iter().map(|(word, span)| token(text, *word, *span)));
                continue;
            }
        };
        out.push(Token { tok, span });
    }
    (out, ambiguous)
}

fn token(text: &str, word: Word, span: Span) -> Token {
    let tok = match word {
        Word::Key(key) => Tok::Key(key),
        Word::Number => Tok::Number,
        Word::Name => {
            let sign = text.get(span.start as usize..span.end as usize).unwrap_or("");
            match sign.chars().next() {
                Some(c) if !c.is_ascii_alphabetic() => Tok::Sign(c),
                _ => Tok::Name,
            }
        }
    };
    Token { tok, span }
}

/// The types that DEFINT and its kin give to names by their first letter.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    pub letters: [Option<char>; 26],
}

impl Defaults {
    /// A name in the form in which it is known: upper case, with its type unless that is the plain
    /// one.
    pub fn canonical(&self, written: &str) -> String {
        let mut name = written.to_ascii_uppercase();
        match name.bytes().last() {
            Some(b'!') => {
                name.pop();
            }
            Some(b'$' | b'%' | b'#') => {}
            _ => {
                let letter = name.strip_prefix("FN").filter(|rest| !rest.is_empty());
                let first = letter.unwrap_or(&name).bytes().next().unwrap_or(b'A');
                let place = usize::from(first.wrapping_sub(b'A'));
                name.extend(self.letters.get(place).copied().flatten());
            }
        }
        name
    }
}

/// How many of the things that are numbered there are so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub ifs: usize,
    pub fors: usize,
    pub nexts: usize,
    pub opens: usize,
    pub closes: usize,
    pub leaves: usize,
}

/// A value with its kind.
pub(super) struct Val {
    pub expr: Expr,
    pub ty: Ty,
    /// How deep its tree is.
    pub deep: usize,
}

impl Val {
    /// A value without parts.
    pub fn leaf(expr: Expr) -> Val {
        let ty = super::types::of(&expr);
        Val { expr, ty, deep: 1 }
    }
}

/// Reads one line.
pub(super) struct Reader<'p> {
    pub(super) text: &'p str,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    /// One past the last byte of the line.
    pub(super) end: u32,
    pub(super) defaults: &'p Defaults,
    pub(super) facts: Facts,
    pub(super) counts: Counts,
    pub(super) depth: usize,
    /// The IF of one line around what is read; 0 for none.
    pub(super) inside: usize,
    /// The function that is being defined, with its parameters.
    pub(super) definition: Option<(String, Vec<String>)>,
    pub(super) out: Vec<(Line, Span)>,
    /// Whether a statement of other scripts was found: then the file is no classic program.
    pub(super) modern: bool,
}

impl<'p> Reader<'p> {
    pub fn new(
        text: &'p str,
        tokens: Vec<Token>,
        end: u32,
        defaults: &'p Defaults,
        counts: Counts,
    ) -> Reader<'p> {
        Reader {
            text,
            tokens,
            at: 0,
            end,
            defaults,
            facts: Facts::default(),
            counts,
            depth: 0,
            inside: 0,
            definition: None,
            out: Vec::new(),
            modern: false,
        }
    }

    // ---- tokens

    pub(super) fn peek(&self, ahead: usize) -> Option<Tok> {
        self.tokens.get(self.at + ahead).map(|token| token.tok)
    }
    /// Where the next token stands, or the line ends.
    pub(super) fn here(&self) -> Span {
        let end = Span::new(self.end, self.end);
        self.tokens.get(self.at).map_or(end, |token| token.span)
    }
    /// Where the last token ended.
    pub(super) fn last(&self) -> Span {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(self.here(), |token| token.span)
    }
    pub(super) fn slice(&self, span: Span) -> &'p str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
    /// The next word in upper case; empty for anything else.
    pub(super) fn word(&self, ahead: usize) -> String {
        match self.tokens.get(self.at + ahead) {
            Some(Token { tok: Tok::Name | Tok::Key(_), span }) => {
                self.slice(*span).to_ascii_uppercase()
            }
            _ => String::new(),
        }
    }
    pub(super) fn is_word(&self, ahead: usize, wanted: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| {
            matches!(token.tok, Tok::Name | Tok::Key(_))
                && self.slice(token.span).eq_ignore_ascii_case(wanted)
        })
    }
    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.peek(0) == Some(Tok::Sign(sign))
    }
    /// Takes a sign if it stands here.
    pub(super) fn take(&mut self, sign: char) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }
    /// Takes a word if it stands here.
    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let found = self.is_word(0, wanted);
        self.at += usize::from(found);
        found
    }
    pub(super) fn expect(&mut self, sign: char, what: &str) -> Read<()> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(what)) }
    }
    pub(super) fn expect_word(&mut self, wanted: &str) -> Read<()> {
        if self.take_word(wanted) { Ok(()) } else { Err(self.unexpected(wanted)) }
    }
    /// Whether the statement ends here.
    pub(super) fn ends(&self) -> bool {
        match self.peek(0) {
            None | Some(Tok::Sign(':')) => true,
            Some(Tok::Key("ELSE")) => self.inside > 0,
            _ => false,
        }
    }

    // ---- messages

    pub(super) fn error(&self, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(codes::UNEXPECTED, span, message))
    }
    /// Something else was expected here.
    pub(super) fn unexpected(&self, what: &str) -> Box<Diagnostic> {
        let span = self.here();
        let found = self.slice(span);
        let message = match found.is_empty() {
            true => format!("{what} is missing here"),
            false => format!("{what} is expected here, not `{found}`"),
        };
        self.error(span, message)
    }
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEPTH_MAX {
            let message = "this is nested too deeply";
            let help = "store parts of it in variables first";
            let error = Diagnostic::error(codes::TOO_DEEP, self.here(), message).help(help);
            return Err(Box::new(error));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    // ---- facts

    /// What stands here goes beyond Minimal BASIC.
    pub(super) fn extension(&mut self, span: Span) {
        self.facts.extensions.push(span);
    }
    pub(super) fn event(&mut self, kind: EventKind, span: Span) {
        self.facts.events.push(Event { kind, span, inside: self.inside });
    }
    /// The number of a line, to which control may go.
    pub(super) fn line_number(&mut self, returns: bool) -> Read<Ident> {
        let ident = self.line_name()?;
        let to = ident.name.parse().unwrap_or(0);
        self.facts.jumps.push(Jump { to, span: ident.span });
        if !returns {
            self.event(EventKind::Jump(to), ident.span);
        }
        Ok(ident)
    }
    fn line_name(&mut self) -> Read<Ident> {
        let span = self.here();
        let digits = self.slice(span);
        let number = digits.parse::<u32>().ok().filter(|_| self.peek(0) == Some(Tok::Number));
        let Some(number) = number else {
            let error = *self.unexpected("a line number");
            let help = "a jump names its line by a number, as in GOTO 100";
            return Err(Box::new(error.help(help)));
        };
        self.at += 1;
        Ok(Ident { name: number.to_string().into(), span })
    }

    pub(super) fn stmt(&self, kind: StmtKind, from: Span) -> Stmt {
        Stmt { kind, span: from.to(self.last()) }
    }
}

/// A name as an expression.
pub(super) fn name(name: String, span: Span) -> Expr {
    Expr { kind: ExprKind::Name(name.into()), span }
}
