//! Folding: the raw tokens of one statement become what the grammar reads.
//!
//! The folder walks once over the tokens and always knows whether an operand is due or has just
//! ended. Words mean something only by that: an operand may be a keyword with its own arguments,
//! after an operand a word may be an operator, a lead word of an open keyword, or a word of the
//! statement (`THEN`). Open brackets and open keywords stand on one stack of frames.

mod closing;
mod keywords;
mod operands;
mod operators;

use super::lines::is_one_of;
use super::scan::{Raw, RawToken};
use super::token::{Spanned, Tok};
use super::vocabulary::{Entry, Lead, Slot, Vocabulary, in_upper};
use crate::ast::BinaryOp;
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashMap;
use crate::source::Span;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;
use closing::unclosed;
use keywords::slot_at;
pub use operators::OPERATOR_WORDS;

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With its line.
    Line,
    /// With `:` or `;`, or before a brace; another statement follows.
    Separator,
    /// With THEN or ELSE; a statement follows on the same line.
    Inline,
}

/// How many brackets and keywords may stand inside one another.
const MAX_FRAMES: usize = 200;
/// How high the tree of one expression may grow.
const MAX_HEIGHT: u32 = 1_000;

/// A word that a statement gives a meaning, and whether an operand follows it.
pub type SubWord = (&'static str, Tok<'static>, bool);

/// How far a keyword's arguments reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// To the end of the statement.
    Whole,
    /// To the first comparison, AND, OR or choice.
    Value,
    /// To the first operator.
    Primary,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FrameKind {
    Group,
    /// A call, of a function of the vocabulary where it is one.
    Call {
        function: Option<&'static Keyword>,
        /// How many arguments it takes, where it is a procedure of the script.
        most: Option<usize>,
        commas: usize,
    },
    /// `CALL` in a value: its arguments end like a keyword's.
    CallTail,
    List,
    Map,
    Index,
    Dollar,
    Ternary,
    Command {
        entry: &'static Entry,
        level: Level,
        call: bool,
        commas: usize,
        slot: Slot,
    },
}

/// An open bracket, or a keyword whose arguments are being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    kind: FrameKind,
    opener: Span,
    /// Height of the expression being read, and of the highest one before it.
    height: u32,
    highest: u32,
}

impl Frame {
    fn is_bracket(&self) -> bool {
        use FrameKind::*;
        matches!(self.kind, Group | Call { .. } | List | Map | Index | Dollar)
            || matches!(self.kind, Command { call: true, .. })
    }
}

/// Folds one statement.
pub struct Folder<'a, 'b> {
    text: &'a str,
    /// Offset of `text` in its file.
    base: u32,
    pub(super) raw: &'b [RawToken],
    /// The next raw token.
    pub at: usize,
    /// The tokens made.
    pub out: &'b mut Vec<Spanned<'a>>,
    /// What went wrong, if anything did.
    pub error: Option<Diagnostic>,
    /// Whether a brace opened a block of statements.
    pub brace: bool,
    pub(crate) frames: Vec<Frame>,
    base_height: u32,
    pub(super) operand: bool,
    pub(super) words: &'static [SubWord],
    /// The next word is a name whatever it looks like.
    pub(super) plain: bool,
    /// All words of this statement are names.
    pub(super) names_only: bool,
    /// The statement's words also count inside brackets.
    pub(super) words_inside: bool,
    /// The raw token that assigns.
    pub(super) assign_at: usize,
    /// `;` and blank items belong to the statement.
    pub(super) print: bool,
    /// Whether a value may stand alone: the branch of a SWITCH that gives one.
    pub gives: bool,
    /// Whether ELSE ends the statement.
    pub(super) inline: bool,
    /// Whether lines begin with numbers.
    pub(super) numbered: bool,
    pub(super) vocabulary: &'static Vocabulary,
    /// Procedures of the script, in upper case: calls of them are never keywords.
    pub(super) procedures: &'b HashMap<String, usize>,
}

impl<'a, 'b> Folder<'a, 'b> {
    /// Over the tokens of a line, from token `at`.
    pub fn new(
        text: &'a str,
        raw: &'b [RawToken],
        at: usize,
        out: &'b mut Vec<Spanned<'a>>,
        procedures: &'b HashMap<String, usize>,
    ) -> Folder<'a, 'b> {
        out.clear();
        Folder {
            text,
            base: 0,
            raw,
            at,
            out,
            error: None,
            brace: false,
            frames: Vec::new(),
            base_height: 0,
            operand: true,
            words: &[],
            plain: false,
            names_only: false,
            words_inside: false,
            assign_at: usize::MAX,
            print: false,
            gives: false,
            inline: false,
            numbered: false,
            vocabulary: Vocabulary::get(),
            procedures,
        }
    }
    /// The text starts at this byte of its file.
    pub fn based(mut self, base: u32) -> Self {
        self.base = base;
        self
    }
    pub(super) fn slice(&self, token: &RawToken) -> &'a str {
        self.piece(token.span)
    }
    fn piece(&self, span: Span) -> &'a str {
        let start = span.start.saturating_sub(self.base) as usize;
        let end = span.end.saturating_sub(self.base) as usize;
        self.text.get(start..end).unwrap_or("")
    }
    pub(super) fn peek(&self, ahead: usize) -> Option<RawToken> {
        self.raw.get(self.at + ahead).copied()
    }
    /// The word at a distance, or an empty text.
    pub(super) fn word(&self, ahead: usize) -> &'a str {
        match self.peek(ahead) {
            Some(token) if token.kind == Raw::Word => self.slice(&token),
            _ => "",
        }
    }
    pub(super) fn is_word(&self, ahead: usize, word: &str) -> bool {
        self.word(ahead).eq_ignore_ascii_case(word)
    }
    pub(super) fn push(&mut self, tok: Tok<'a>, span: Span) {
        self.out.push((span.start, tok, span.end));
    }
    /// Emits a token for the next `count` raw tokens.
    pub(super) fn take(&mut self, tok: Tok<'a>, count: usize) {
        let start = self.peek(0).map_or(0, |t| t.span.start);
        let end = self.peek(count.saturating_sub(1)).map_or(start, |t| t.span.end);
        self.push(tok, Span::new(start, end));
        self.at += count;
    }

    /// Folds what is left of the statement.
    pub fn rest(&mut self) -> End {
        while let Some(token) = self.peek(0) {
            let end = match self.operand {
                true => self.operand_token(token),
                false => self.after_token(token),
            };
            if self.error.is_some() {
                self.at = self.raw.len();
                return End::Line;
            }
            if let Some(end) = end {
                self.finish();
                return end;
            }
        }
        self.finish();
        End::Line
    }
    fn finish(&mut self) {
        while let Some(frame) = self.frames.last().copied() {
            if frame.is_bracket() {
                let found = unclosed(frame.opener, self.piece(frame.opener));
                self.error = Some(self.close_it(found, frame.opener));
                return;
            }
            self.pop_frame();
        }
    }

    // ------------------------------------------------------------------ frames

    fn open_frame(&mut self, kind: FrameKind, opener: Span) {
        if self.frames.len() >= MAX_FRAMES {
            self.error = Some(too_deep(opener));
            return;
        }
        self.frames.push(Frame { kind, opener, height: 0, highest: 0 });
    }
    /// Pops a frame and says so to the grammar where it cannot see the end itself.
    fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let at = self.out.last().map_or(frame.opener.end, |t| t.2);
        match frame.kind {
            FrameKind::Command { .. } => self.push(Tok::Close, Span::new(at, at)),
            FrameKind::CallTail => self.push(Tok::ParenClose, Span::new(at, at)),
            _ => {}
        }
        self.grow(frame.height.max(frame.highest) + 1, frame.opener);
    }
    /// The tree of the current expression is at least this high, and one more.
    fn grow(&mut self, height: u32, place: Span) {
        let current = match self.frames.last_mut() {
            Some(frame) => &mut frame.height,
            None => &mut self.base_height,
        };
        *current = (*current).max(height) + 1;
        if *current > MAX_HEIGHT {
            self.error = Some(too_deep(place));
        }
    }
    fn next_item(&mut self) {
        match self.frames.last_mut() {
            Some(frame) => {
                frame.highest = frame.highest.max(frame.height);
                frame.height = 0;
            }
            None => self.base_height = 0,
        }
    }
    fn in_bracket(&self) -> bool {
        self.frames.iter().any(Frame::is_bracket)
    }
    /// The keyword whose arguments are being read, not looking beyond a bracket.
    fn in_command(&self) -> bool {
        self.frames
            .iter()
            .rev()
            .find(|f| !matches!(f.kind, FrameKind::Ternary))
            .is_some_and(|f| matches!(f.kind, FrameKind::Command { .. } | FrameKind::CallTail))
    }
    fn pop_ternaries(&mut self) {
        while self.frames.last().is_some_and(|f| matches!(f.kind, FrameKind::Ternary)) {
            self.pop_frame();
        }
    }
}

/// A token after which the word before it can only be a variable.
pub fn names(token: &RawToken) -> bool {
    match token.kind {
        Raw::Eq | Raw::OpAssign | Raw::QuestionDot => true,
        Raw::Dot | Raw::BracketOpen => !token.spaced,
        _ => false,
    }
}

fn plain_token<'s>(kind: Raw) -> Tok<'s> {
    use BinaryOp::*;
    match kind {
        Raw::Eq | Raw::EqEq => Tok::Cmp(Eq),
        Raw::Ne => Tok::Cmp(Ne),
        Raw::Lt => Tok::Cmp(Lt),
        Raw::Le => Tok::Cmp(Le),
        Raw::Gt => Tok::Cmp(Gt),
        Raw::Ge => Tok::Cmp(Ge),
        Raw::Plus => Tok::AddOp(Add),
        Raw::Amp => Tok::AddOp(Concat),
        Raw::Minus => Tok::Minus,
        Raw::Star => Tok::MulOp(Mul),
        Raw::Slash => Tok::MulOp(Div),
        Raw::Backslash => Tok::MulOp(IntDiv),
        Raw::Percent => Tok::MulOp(Mod),
        Raw::Caret => Tok::Pow,
        Raw::AmpAmp => Tok::And,
        Raw::PipePipe => Tok::Or,
        Raw::QuestionQuestion => Tok::Coalesce,
        Raw::Colon => Tok::Colon,
        Raw::Dot => Tok::Dot,
        _ => Tok::Strange,
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, span, "This expression is nested too deeply.")
        .help("Put parts of it into variables first.")
}
