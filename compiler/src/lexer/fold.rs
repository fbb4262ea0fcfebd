//! Folding: the raw tokens of one statement become what the grammar reads.
//!
//! The folder walks once over the tokens and always knows whether an operand is due or has just
//! ended. Words mean something only by that: an operand may be a keyword with its own arguments,
//! after an operand a word may be an operator, a lead word of an open keyword, or a word of the
//! statement (`THEN`). Open brackets and open keywords stand on one stack of frames.

use super::lines::is_one_of;
use super::scan::{Raw, RawToken};
use super::token::{Spanned, Tok};
use super::vocabulary::{Entry, Lead, Slot, Vocabulary};
use crate::ast::BinaryOp;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use basilect_stdlib::keyword::Type;
use std::collections::HashSet;

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
enum Level {
    /// To the end of the statement.
    Whole,
    /// To the first comparison, AND, OR or choice.
    Value,
    /// To the first operator.
    Primary,
}

#[derive(Clone, Copy, Debug)]
enum FrameKind {
    Group,
    Call,
    /// `CALL` in a value: its arguments end like a keyword's.
    CallTail,
    List,
    Map,
    Index,
    Dollar,
    Ternary,
    Command { entry: &'static Entry, level: Level, call: bool, commas: usize, slot: Slot },
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: FrameKind,
    opener: Span,
    /// Height of the expression being read, and of the highest one before it.
    height: u32,
    highest: u32,
}

impl Frame {
    fn is_bracket(&self) -> bool {
        use FrameKind::*;
        matches!(self.kind, Group | Call | List | Map | Index | Dollar)
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
    frames: Vec<Frame>,
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
    /// Whether ELSE ends the statement.
    pub(super) inline: bool,
    pub(super) classic: bool,
    pub(super) vocabulary: &'static Vocabulary,
    /// Procedures of the script, in upper case: calls of them are never keywords.
    pub(super) procedures: &'b HashSet<String>,
}

impl<'a, 'b> Folder<'a, 'b> {
    /// Over the tokens of a line, from token `at`.
    pub fn new(
        text: &'a str,
        raw: &'b [RawToken],
        at: usize,
        out: &'b mut Vec<Spanned<'a>>,
        procedures: &'b HashSet<String>,
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
            inline: false,
            classic: false,
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
                self.error = Some(unclosed(frame.opener, self.piece(frame.opener)));
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

    // ------------------------------------------------------------------ operands

    fn operand_token(&mut self, token: RawToken) -> Option<End> {
        match token.kind {
            Raw::Word => return self.operand_word(token),
            Raw::Number => self.atom(Tok::Number(self.slice(&token))),
            Raw::Text => self.atom(Tok::Text(self.slice(&token))),
            Raw::Minus => {
                self.grow(0, token.span);
                self.take(Tok::Minus, 1);
            }
            Raw::Plus => self.at += 1,
            Raw::Bang => self.take(Tok::Not, 1),
            Raw::ParenOpen if self.after_in() => self.bracket(Tok::TupleOpen, FrameKind::Group),
            Raw::ParenOpen => self.bracket(Tok::ParenOpen, FrameKind::Group),
            Raw::DollarBrace => self.bracket(Tok::ParenOpen, FrameKind::Dollar),
            Raw::BracketOpen => self.bracket(Tok::BracketOpen, FrameKind::List),
            Raw::BraceOpen | Raw::HashBrace => self.bracket(Tok::BraceOpen, FrameKind::Map),
            Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                return self.close_bracket(token);
            }
            Raw::Star => self.atom(Tok::StarArg),
            Raw::Comma => self.comma(token),
            Raw::Colon if !self.in_bracket() && !self.in_ternary() => return self.separator(),
            Raw::Semicolon => return self.semicolon(),
            _ => self.take(plain_token(token.kind), 1),
        }
        None
    }
    fn atom(&mut self, tok: Tok<'a>) {
        self.take(tok, 1);
        self.operand = false;
        self.plain = false;
    }
    fn after_in(&self) -> bool {
        matches!(self.out.last(), Some((_, Tok::Cmp(BinaryOp::In | BinaryOp::NotIn), _)))
    }
    fn in_ternary(&self) -> bool {
        self.frames.iter().any(|f| matches!(f.kind, FrameKind::Ternary))
    }
    fn bracket(&mut self, tok: Tok<'a>, kind: FrameKind) {
        let span = self.peek(0).map_or(Span::default(), |t| t.span);
        self.take(tok, 1);
        self.open_frame(kind, span);
        self.operand = true;
        self.plain = false;
    }
    fn operand_word(&mut self, token: RawToken) -> Option<End> {
        let word = self.slice(&token);
        if self.at_map_key() {
            self.atom(Tok::Key(word));
            return None;
        }
        if self.plain || self.names_only {
            self.plain_word(word);
            return None;
        }
        if self.print && self.print_word(word) {
            return None;
        }
        if let Some(literal) = literal(word) {
            self.atom(literal);
            return None;
        }
        if word.eq_ignore_ascii_case("NOT") && self.starts_operand(1, true) {
            self.grow(0, token.span);
            self.take(Tok::Not, 1);
        } else if word.eq_ignore_ascii_case("IS") && matches!(self.out.last(), Some((_, Tok::Case | Tok::Comma, _))) && self.words_are_case() {
            self.take(Tok::CaseIs, 1);
            self.operand = false;
        } else if word.eq_ignore_ascii_case("CALL") && self.call_value(token) {
        } else if word.eq_ignore_ascii_case("ERROR") && self.word(1).eq_ignore_ascii_case("MESSAGE") {
            self.take(Tok::Name("ERROR MESSAGE"), 2);
            self.operand = false;
        } else if word.eq_ignore_ascii_case("SELECT") && self.query(token) {
        } else if self.inline && self.frames.is_empty() && is_one_of(word, &["ELSE", "ENDIF"]) {
            return Some(End::Separator);
        } else if !self.keyword(false) {
            self.atom(Tok::Name(word));
        }
        None
    }
    fn words_are_case(&self) -> bool {
        matches!(self.out.first(), Some((_, Tok::Case, _)))
    }
    fn at_map_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { kind: FrameKind::Map, .. }))
            && matches!(self.out.last(), Some((_, Tok::BraceOpen | Tok::Comma, _)))
            && self.peek(1).is_some_and(|t| t.kind == Raw::Colon)
    }
    /// A bare word; with hyphens directly between words it is one word.
    fn plain_word(&mut self, word: &'a str) {
        let mut count = 1;
        let glued = |t: Option<RawToken>, kind: Raw| {
            t.is_some_and(|t| t.kind == kind && !t.spaced)
        };
        while self.plain && glued(self.peek(count), Raw::Minus) && glued(self.peek(count + 1), Raw::Word) {
            count += 2;
        }
        let start = self.peek(0).map_or(0, |t| t.span.start);
        let end = self.peek(count - 1).map_or(start, |t| t.span.end);
        let whole = self.piece(Span::new(start, end));
        let whole = if whole.is_empty() { word } else { whole };
        self.take(Tok::Name(whole), count);
        self.operand = false;
        self.plain = false;
    }
    fn print_word(&mut self, word: &str) -> bool {
        let called = self.peek(1).is_some_and(|t| t.kind == Raw::ParenOpen);
        let tok = match word {
            _ if !called || !self.frames.is_empty() => return false,
            _ if word.eq_ignore_ascii_case("TAB") => Tok::Tab,
            _ if word.eq_ignore_ascii_case("SPC") => Tok::Spc,
            _ => return false,
        };
        self.take(tok, 1);
        true
    }
    /// `CALL name(…)` is that call; `CALL "file", a` is a call of `CALL` with what follows.
    fn call_value(&mut self, token: RawToken) -> bool {
        match (self.peek(1), self.peek(2)) {
            (Some(name), Some(paren))
                if name.kind == Raw::Word && paren.kind == Raw::ParenOpen =>
            {
                self.at += 1;
                self.plain = true;
                true
            }
            (Some(target), _) if matches!(target.kind, Raw::Text | Raw::Word) => {
                self.take(Tok::Name("CALL"), 1);
                self.push(Tok::CallOpen, Span::new(token.span.end, token.span.end));
                self.open_frame(FrameKind::CallTail, token.span);
                self.plain = target.kind == Raw::Word;
                true
            }
            _ => false,
        }
    }
    /// `SELECT … FROM …` to the end of the line, kept as written.
    fn query(&mut self, token: RawToken) -> bool {
        let from = self.raw.iter().skip(self.at).any(|t| self.slice(t).eq_ignore_ascii_case("FROM"));
        if !from || !self.frames.is_empty() {
            return false;
        }
        let end = self.raw.last().map_or(token.span.end, |t| t.span.end);
        let text = self.piece(Span::new(token.span.start, end));
        self.push(Tok::Query(text), Span::new(token.span.start, end));
        self.at = self.raw.len();
        self.operand = false;
        true
    }

    // ------------------------------------------------------------------ after an operand

    fn after_token(&mut self, token: RawToken) -> Option<End> {
        match token.kind {
            Raw::Word => return self.after_word(token),
            Raw::Number | Raw::Text | Raw::BraceOpen | Raw::HashBrace if self.gap(token) => {}
            Raw::DollarBrace => {
                let before = token.span.start;
                self.push(Tok::AddOp(BinaryOp::Add), Span::new(before, before));
                self.operand = true;
            }
            Raw::ParenOpen if self.callable() => self.bracket(Tok::CallOpen, FrameKind::Call),
            Raw::ParenOpen if self.gap(token) => {}
            Raw::BracketOpen if self.callable() => self.bracket(Tok::IndexOpen, FrameKind::Index),
            Raw::BracketOpen if self.gap(token) => {}
            Raw::BlockOpen => {
                self.at += 1;
                self.brace = true;
                self.finish();
                if !matches!(self.out.last(), Some((_, Tok::Then, _))) {
                    self.push(Tok::Then, token.span);
                }
                return Some(End::Line);
            }
            Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                return self.close_bracket(token);
            }
            Raw::Dot | Raw::QuestionDot => self.field(token),
            Raw::Comma => self.comma(token),
            Raw::Colon => return self.colon(),
            Raw::Semicolon => return self.semicolon(),
            Raw::Question => {
                self.close_before_operator(true);
                self.take(Tok::Question, 1);
                self.open_frame(FrameKind::Ternary, token.span);
                self.operand = true;
            }
            Raw::Number | Raw::Text | Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen => {
                return self.operand_token(token);
            }
            Raw::Eq if self.at == self.assign_at => {
                self.take(Tok::Assign, 1);
                self.operand = true;
            }
            Raw::OpAssign if self.at == self.assign_at => {
                self.take(Tok::OpAssign(op_assign(self.slice(&token))), 1);
                self.operand = true;
            }
            _ => self.operator(token, plain_token(token.kind), 1),
        }
        None
    }
    /// Whether what was just read can be called or indexed.
    fn callable(&self) -> bool {
        matches!(self.out.last(), Some((_, Tok::Name(_) | Tok::ParenClose | Tok::BracketClose, _)))
    }
    /// Between two arguments without a comma.
    fn gap(&mut self, token: RawToken) -> bool {
        let allowed = self.in_command() || self.print && self.frames.is_empty();
        if allowed {
            self.push(Tok::Gap, Span::new(token.span.start, token.span.start));
            self.next_item();
            self.operand = true;
        }
        allowed
    }
    fn field(&mut self, token: RawToken) {
        let tok = if token.kind == Raw::Dot { Tok::Dot } else { Tok::SafeDot };
        self.grow(0, token.span);
        self.take(tok, 1);
        if let Some(name) = self.peek(0).filter(|t| t.kind == Raw::Word) {
            self.take(Tok::Name(self.slice(&name)), 1);
        }
    }
    fn after_word(&mut self, token: RawToken) -> Option<End> {
        let word = self.slice(&token);
        if let Some(end) = self.statement_word(word) {
            return end;
        }
        if self.lead_word() {
            return None;
        }
        if let Some((tok, count)) = self.operator_word(word) {
            self.operator(token, tok, count);
            return None;
        }
        if self.inline && !self.in_bracket() && self.ends_inline(word) {
            return Some(End::Separator);
        }
        if !self.gap(token) {
            self.take(Tok::Name(word), 1);
        }
        None
    }
    fn ends_inline(&self, word: &str) -> bool {
        is_one_of(word, &["ELSE", "ELSEIF", "ENDIF"])
            || word.eq_ignore_ascii_case("END") && self.is_word(1, "IF")
    }
    /// A word of the statement, such as THEN; the outer `None` means that it is none.
    fn statement_word(&mut self, word: &str) -> Option<Option<End>> {
        if self.in_bracket() && !self.words_inside {
            return None;
        }
        let found = self.words.iter().find(|(w, ..)| w.eq_ignore_ascii_case(word));
        let &(_, tok, operand) = found?;
        if !self.in_bracket() {
            self.finish();
        }
        self.next_item();
        if matches!(tok, Tok::Goto) && matches!(self.out.first(), Some((_, Tok::If | Tok::ElseIf, _))) {
            let at = self.peek(0).map_or(Span::default(), |t| t.span);
            self.push(Tok::Then, Span::new(at.start, at.start));
            return Some(Some(End::Inline));
        }
        self.take(tok, 1);
        self.operand = operand;
        self.plain = matches!(tok, Tok::As | Tok::Goto | Tok::GoSub);
        if !matches!(tok, Tok::Then) {
            return Some(None);
        }
        match self.peek(0).map(|t| t.kind) {
            None => Some(Some(End::Line)),
            Some(Raw::BlockOpen | Raw::Colon) => {
                self.brace = self.peek(0).is_some_and(|t| t.kind == Raw::BlockOpen);
                self.at += 1;
                Some(Some(if self.peek(0).is_some() { End::Inline } else { End::Line }))
            }
            Some(_) => Some(Some(End::Inline)),
        }
    }
    fn operator_word(&self, word: &str) -> Option<(Tok<'a>, usize)> {
        use BinaryOp::*;
        let mut buffer = [0u8; 9];
        let upper = buffer.get_mut(..word.len())?;
        upper.copy_from_slice(word.as_bytes());
        upper.make_ascii_uppercase();
        Some(match &*upper {
            b"AND" => (Tok::And, 1),
            b"OR" => (Tok::Or, 1),
            b"XOR" => (Tok::Xor(Xor), 1),
            b"EQV" => (Tok::Xor(Eqv), 1),
            b"IMP" => (Tok::Xor(Imp), 1),
            b"MOD" => (Tok::MulOp(Mod), 1),
            b"IS" => (Tok::Is, 1),
            b"IN" => (Tok::Cmp(In), 1),
            b"LIKE" => (Tok::Cmp(Like), 1),
            b"CONTAINS" => (Tok::Cmp(Contains), 1),
            b"STARTS" if self.is_word(1, "WITH") => (Tok::Cmp(StartsWith), 2),
            b"ENDS" if self.is_word(1, "WITH") => (Tok::Cmp(EndsWith), 2),
            b"STARTS_WITH" => (Tok::Cmp(StartsWith), 1),
            b"BETWEEN" => (Tok::Between, 1),
            b"NOT" => return self.negated_word(),
            _ => return None,
        })
    }
    fn negated_word(&self) -> Option<(Tok<'a>, usize)> {
        use BinaryOp::*;
        Some(match self.word(1) {
            w if w.eq_ignore_ascii_case("IN") => (Tok::Cmp(NotIn), 2),
            w if w.eq_ignore_ascii_case("LIKE") => (Tok::Cmp(NotLike), 2),
            w if w.eq_ignore_ascii_case("CONTAINS") => (Tok::NotCmp(Contains), 2),
            w if w.eq_ignore_ascii_case("STARTS") => (Tok::NotCmp(StartsWith), 3),
            w if w.eq_ignore_ascii_case("ENDS") => (Tok::NotCmp(EndsWith), 3),
            _ => return None,
        })
    }
    fn operator(&mut self, token: RawToken, tok: Tok<'a>, count: usize) {
        let tight = matches!(
            tok,
            Tok::AddOp(_) | Tok::Minus | Tok::MulOp(_) | Tok::Pow | Tok::Coalesce
        );
        self.close_before_operator(!tight);
        self.grow(0, token.span);
        self.take(tok, count);
        self.operand = true;
    }
    /// Ends the keywords whose arguments do not reach over this operator.
    fn close_before_operator(&mut self, loose: bool) {
        while let Some(Frame { kind: FrameKind::Command { level, slot, call, .. }, .. }) =
            self.frames.last()
        {
            let stays = *call
                || match level {
                    Level::Whole => true,
                    Level::Value => !loose || *slot == Slot::Open,
                    Level::Primary => *slot == Slot::Open,
                };
            if stays {
                return;
            }
            self.pop_frame();
        }
    }
    fn colon(&mut self) -> Option<End> {
        if self.in_ternary_here() {
            while !matches!(self.frames.last(), Some(Frame { kind: FrameKind::Ternary, .. }) | None) {
                self.pop_frame();
            }
            self.frames.pop();
            self.grow(0, Span::default());
            self.take(Tok::Colon, 1);
            self.operand = true;
            return None;
        }
        if self.in_bracket() {
            self.take(Tok::Colon, 1);
            self.operand = true;
            return None;
        }
        self.separator()
    }
    /// Whether a choice is open inside the innermost bracket.
    fn in_ternary_here(&self) -> bool {
        let frames = self.frames.iter().rev().take_while(|f| !f.is_bracket());
        frames.into_iter().any(|f| matches!(f.kind, FrameKind::Ternary))
    }
    fn separator(&mut self) -> Option<End> {
        self.at += 1;
        Some(if self.peek(0).is_some() { End::Separator } else { End::Line })
    }
    fn semicolon(&mut self) -> Option<End> {
        if self.print && !self.in_bracket() {
            self.finish();
            self.next_item();
            self.take(Tok::Semicolon, 1);
            self.operand = true;
            return None;
        }
        if self.in_bracket() {
            self.take(Tok::Strange, 1);
            return None;
        }
        self.separator()
    }

    // ------------------------------------------------------------------ commas and closers

    fn comma(&mut self, token: RawToken) {
        self.pop_ternaries();
        while self.comma_ends_command() {
            self.pop_frame();
            self.pop_ternaries();
        }
        self.next_item();
        self.push(Tok::Comma, token.span);
        self.at += 1;
        self.operand = true;
        if let Some(Frame { kind: FrameKind::Command { entry, commas, slot, .. }, .. }) =
            self.frames.last_mut()
        {
            *commas += 1;
            if *slot != Slot::Open {
                *slot = slot_at(entry, *commas);
                self.plain = *slot == Slot::Word;
            }
        }
    }
    /// Whether the innermost keyword's arguments end before this comma.
    fn comma_ends_command(&self) -> bool {
        let Some((top, below)) = self.frames.split_last() else { return false };
        let FrameKind::Command { entry, commas, call: false, level, .. } = top.kind else {
            return matches!(top.kind, FrameKind::CallTail) && self.comma_wanted(below);
        };
        if commas < entry.shape.least_commas || level == Level::Whole {
            return false;
        }
        commas >= entry.shape.most_commas || self.comma_wanted(below)
    }
    /// Whether what encloses a keyword has a use for a comma itself.
    fn comma_wanted(&self, below: &[Frame]) -> bool {
        for frame in below.iter().rev() {
            match frame.kind {
                FrameKind::Ternary => {}
                FrameKind::Group | FrameKind::Dollar => return false,
                FrameKind::List | FrameKind::Map | FrameKind::Call | FrameKind::Index => return true,
                FrameKind::CallTail | FrameKind::Command { call: true, .. } => return true,
                FrameKind::Command { entry, commas, .. } => {
                    if commas < entry.shape.most_commas {
                        return true;
                    }
                }
            }
        }
        self.print || matches!(self.out.first(), Some((_, Tok::Case | Tok::Call | Tok::Param, _)))
    }
    fn close_bracket(&mut self, token: RawToken) -> Option<End> {
        if !self.in_bracket() {
            if token.kind == Raw::BraceClose {
                return Some(End::Separator);
            }
            self.error = Some(stray(token.span, self.slice(&token)));
            return None;
        }
        while self.frames.last().is_some_and(|f| !f.is_bracket()) {
            self.pop_frame();
        }
        let frame = self.frames.last().copied();
        if let Some(Frame { kind: FrameKind::Command { .. }, .. }) = frame {
            self.close_call_style(token);
            return None;
        }
        let tok = match (frame.map(|f| f.kind), token.kind) {
            (Some(FrameKind::Dollar), Raw::BraceClose) => Tok::ParenClose,
            (_, Raw::ParenClose) => Tok::ParenClose,
            (_, Raw::BracketClose) => Tok::BracketClose,
            _ => Tok::BraceClose,
        };
        self.pop_frame();
        self.take(tok, 1);
        self.operand = false;
        None
    }
    /// After `KEYWORD(a, b)` lead words may still follow.
    fn close_call_style(&mut self, token: RawToken) {
        if token.kind != Raw::ParenClose {
            self.error = Some(stray(token.span, self.slice(&token)));
            return;
        }
        self.at += 1;
        self.operand = false;
        let Some(Frame { kind: FrameKind::Command { entry, call, level, .. }, .. }) =
            self.frames.last_mut()
        else {
            return;
        };
        *call = false;
        if *level == Level::Value {
            *level = Level::Primary;
        }
        let entry: &'static Entry = entry;
        if self.find_lead(entry, 0, false).is_none() {
            self.pop_frame();
            if let Some(close) = self.out.last_mut() {
                (close.0, close.2) = (token.span.end, token.span.end);
            }
        }
    }

    // ------------------------------------------------------------------ keywords

    /// Folds a keyword that starts here, if one does.
    pub(super) fn keyword(&mut self, statement: bool) -> bool {
        let mut phrase = [""; 6];
        let mut count = 0;
        while count < phrase.len() && !self.word(count).is_empty() {
            if let Some(slot) = phrase.get_mut(count) {
                *slot = self.word(count);
            }
            count += 1;
        }
        let phrase = phrase.get(..count).unwrap_or(&[]);
        if !self.vocabulary.begins(phrase.first().copied().unwrap_or("")) {
            return false;
        }
        let mut fallback = None;
        for (entry, used) in self.vocabulary.longest(phrase) {
            if self.fits(entry, used, statement) {
                self.open_keyword(entry, used, statement);
                return true;
            }
            let named = self.peek(used).is_some_and(|t| names(&t));
            if statement && !named && fallback.is_none() {
                fallback = Some((entry, used));
            }
        }
        if let Some((entry, used)) = fallback {
            self.open_keyword(entry, used, statement);
        }
        fallback.is_some()
    }
    /// Whether a keyword makes sense with what follows its words.
    fn fits(&self, entry: &'static Entry, used: usize, statement: bool) -> bool {
        let Some(next) = self.peek(used) else {
            return entry.may_be_bare && (statement || self.bare_value(entry));
        };
        let only_statement = entry.also_function && entry.keyword.result == Type::Nothing;
        if names(&next) || !statement && only_statement {
            return false;
        }
        if next.kind == Raw::ParenOpen {
            let single = entry.words.len() == 1;
            let named = used == 1 && self.is_procedure(self.word(0));
            let call = entry.keyword.run.is_some() || entry.also_function;
            return !named && (statement || !single || !call);
        }
        if entry.bare {
            return entry.words.len() > 1 || statement;
        }
        if self.find_lead(entry, used, true).is_some() || self.starts_operand(used, statement) {
            return true;
        }
        let ended = self.ends_value(&next, used);
        entry.may_be_bare && ended && (statement || self.bare_value(entry))
    }
    fn is_procedure(&self, word: &str) -> bool {
        !self.procedures.is_empty() && self.procedures.contains(&word.to_uppercase())
    }
    /// Whether a keyword without arguments may be a value: it has several words, or is all there is.
    fn bare_value(&self, entry: &Entry) -> bool {
        let alone = matches!(self.out.last(), Some((_, Tok::Assign | Tok::Return, _)));
        entry.words.len() > 1 || alone && entry.keyword.run.is_none()
    }
    /// Whether a token ends a value.
    fn ends_value(&self, token: &RawToken, ahead: usize) -> bool {
        match token.kind {
            Raw::Word => !self.starts_operand(ahead, false),
            Raw::Number | Raw::Text | Raw::BraceOpen | Raw::HashBrace => false,
            _ => true,
        }
    }
    /// Whether an operand can start at a distance, so that the word before may be a keyword.
    pub(super) fn starts_operand(&self, ahead: usize, statement: bool) -> bool {
        let Some(token) = self.peek(ahead) else { return false };
        match token.kind {
            Raw::Number | Raw::Text | Raw::HashBrace | Raw::BraceOpen | Raw::DollarBrace => true,
            Raw::ParenOpen => statement,
            Raw::BracketOpen => token.spaced,
            Raw::Minus => {
                statement && token.spaced && self.peek(ahead + 1).is_some_and(|t| !t.spaced)
            }
            Raw::Bang => true,
            Raw::Word => self.word_starts_operand(self.slice(&token), ahead, statement),
            _ => false,
        }
    }
    fn word_starts_operand(&self, word: &str, ahead: usize, statement: bool) -> bool {
        if word.eq_ignore_ascii_case("NOT") {
            return statement;
        }
        if self.operator_word(word).is_some() {
            let named = self.peek(ahead + 1).is_none_or(|t| names(&t));
            return statement && named;
        }
        if self.words.iter().any(|(w, ..)| w.eq_ignore_ascii_case(word)) {
            return false;
        }
        if self.inline && is_one_of(word, &["ELSE", "ELSEIF", "ENDIF"]) {
            return false;
        }
        !self.frames.iter().rev().take_while(|f| !f.is_bracket()).any(|frame| match frame.kind {
            FrameKind::Command { entry, .. } => self.find_lead(entry, ahead, false).is_some(),
            _ => false,
        })
    }

    fn open_keyword(&mut self, entry: &'static Entry, used: usize, statement: bool) {
        let words = self.peek(0).map_or(Span::default(), |t| t.span);
        let level = match self.out.last() {
            _ if statement => Level::Whole,
            Some((_, tok, _)) if is_operator(tok) => Level::Primary,
            _ => Level::Value,
        };
        self.take(Tok::Open(entry.keyword), used);
        let slot = slot_at(entry, 0);
        let call = self.opens_call(entry, statement);
        self.open_frame(FrameKind::Command { entry, level, call, commas: 0, slot }, words);
        self.operand = true;
        self.plain = slot == Slot::Word;
        if call {
            if let Some(frame) = self.frames.last_mut() {
                frame.opener = self.raw.get(self.at).map_or(words, |t| t.span);
            }
            self.at += 1;
            return;
        }
        if entry.bare && !statement {
            self.pop_frame();
            self.operand = false;
        } else if let Some((lead, count)) = self.find_lead(entry, 0, true) {
            self.take_lead(lead, count);
        } else if self.peek(0).is_none_or(|t| self.ends_value(&t, 0))
            && !self.starts_operand(0, true)
            && !self.peek(0).is_some_and(|t| matches!(t.kind, Raw::ParenOpen | Raw::Star))
        {
            self.operand = false;
            if !statement {
                self.pop_frame();
            }
        }
    }
    /// Whether the keyword's arguments stand in parentheses.
    fn opens_call(&self, entry: &Entry, statement: bool) -> bool {
        let Some(paren) = self.peek(0).filter(|t| t.kind == Raw::ParenOpen) else { return false };
        if !statement {
            return !paren.spaced || entry.keyword.run.is_some();
        }
        let mut depth = 0usize;
        for (index, token) in self.raw.iter().enumerate().skip(self.at) {
            match token.kind {
                Raw::ParenOpen => depth += 1,
                Raw::ParenClose => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let next = self.raw.get(index + 1);
                return next.is_none_or(|t| matches!(t.kind, Raw::Colon | Raw::Semicolon));
            }
        }
        false
    }

    // ------------------------------------------------------------------ lead words

    fn lead_word(&mut self) -> bool {
        let mut depth = 0;
        for frame in self.frames.iter().rev() {
            if frame.is_bracket() {
                return false;
            }
            if let FrameKind::Command { entry, .. } = frame.kind
                && let Some((lead, count)) = self.find_lead(entry, 0, false)
            {
                for _ in 0..depth {
                    self.pop_frame();
                }
                self.take_lead(lead, count);
                return true;
            }
            depth += 1;
        }
        false
    }
    fn take_lead(&mut self, lead: &'static Lead, count: usize) {
        self.next_item();
        self.take(Tok::Lead(lead.words.as_str()), count);
        self.operand = lead.takes.is_some();
        self.plain = lead.takes == Some(Slot::Word);
        if let Some(Frame { kind: FrameKind::Command { slot, .. }, .. }) = self.frames.last_mut() {
            *slot = lead.takes.unwrap_or(Slot::Plain);
        }
    }
    /// The lead of a keyword whose words stand at a distance, and how many raw tokens they are.
    fn find_lead(
        &self,
        entry: &'static Entry,
        ahead: usize,
        start: bool,
    ) -> Option<(&'static Lead, usize)> {
        let first = self.word(ahead);
        if first.is_empty() {
            return None;
        }
        entry.shape.leads.iter().find_map(|lead| {
            if start && !lead.at_start {
                return None;
            }
            let used = self.lead_length(lead, ahead)?;
            let next = self.peek(ahead + used);
            let fits = match lead.takes {
                None => !start || next.is_none_or(|t| !names(&t)),
                Some(_) => self.lead_operand(entry, next, ahead + used),
            };
            fits.then_some((lead, used))
        })
    }
    /// Whether an operand can follow a lead: anything but the end, an operator or another lead.
    fn lead_operand(&self, entry: &Entry, next: Option<RawToken>, ahead: usize) -> bool {
        let Some(next) = next else { return false };
        match next.kind {
            Raw::Word => {
                let word = self.slice(&next);
                let lead = entry.shape.leads.iter().any(|l| {
                    l.takes.is_some() && self.lead_length(l, ahead).is_some()
                }) && self.starts_operand_raw(ahead + 1);
                !lead && !is_one_of(word, &["AND", "OR", "IS"])
            }
            Raw::Number | Raw::Text | Raw::HashBrace | Raw::BraceOpen | Raw::DollarBrace => true,
            Raw::ParenOpen | Raw::BracketOpen | Raw::Minus | Raw::Star | Raw::Dot => true,
            _ => false,
        }
    }
    fn starts_operand_raw(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|t| {
            matches!(t.kind, Raw::Word | Raw::Number | Raw::Text | Raw::BraceOpen | Raw::ParenOpen)
        })
    }
    fn lead_length(&self, lead: &Lead, ahead: usize) -> Option<usize> {
        let mut wanted = lead.words.split([' ', '_']).peekable();
        let mut used = 0;
        while wanted.peek().is_some() {
            let word = self.word(ahead + used);
            for part in word.split('_') {
                if !wanted.next()?.eq_ignore_ascii_case(part) {
                    return None;
                }
            }
            used += 1;
        }
        Some(used)
    }
}

fn slot_at(entry: &Entry, index: usize) -> Slot {
    let slots = &entry.shape.slots;
    slots.get(index).or(slots.last()).copied().unwrap_or(Slot::Plain)
}

/// A token after which the word before it can only be a variable.
pub fn names(token: &RawToken) -> bool {
    match token.kind {
        Raw::Eq | Raw::OpAssign | Raw::QuestionDot => true,
        Raw::Dot | Raw::BracketOpen => !token.spaced,
        _ => false,
    }
}

fn is_operator(tok: &Tok<'_>) -> bool {
    matches!(
        tok,
        Tok::Or
            | Tok::Xor(_)
            | Tok::And
            | Tok::Cmp(_)
            | Tok::NotCmp(_)
            | Tok::AddOp(_)
            | Tok::Minus
            | Tok::MulOp(_)
            | Tok::Pow
            | Tok::Coalesce
    )
}

fn literal(word: &str) -> Option<Tok<'static>> {
    match word.len() {
        4 if word.eq_ignore_ascii_case("TRUE") => Some(Tok::True),
        5 if word.eq_ignore_ascii_case("FALSE") => Some(Tok::False),
        4 if word.eq_ignore_ascii_case("NULL") => Some(Tok::Null),
        _ => None,
    }
}

fn op_assign(text: &str) -> BinaryOp {
    match text.as_bytes().first() {
        Some(b'+') => BinaryOp::Add,
        Some(b'-') => BinaryOp::Sub,
        Some(b'*') => BinaryOp::Mul,
        _ => BinaryOp::Div,
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

fn unclosed(opener: Span, bracket: &str) -> Diagnostic {
    let (shown, partner) = match bracket {
        "[" => ("[", "]"),
        "{" | "#{" | "${" => ("{", "}"),
        _ => ("(", ")"),
    };
    Diagnostic::error(
        codes::UNCLOSED_BRACKET,
        opener,
        format!("This `{shown}` is never closed."),
    )
    .help(format!("Write `{partner}` where it ends."))
}

fn stray(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNCLOSED_BRACKET,
        span,
        format!("This `{text}` closes nothing."),
    )
    .help("Remove it, or write the bracket that opens what it closes.")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, span, "This expression is nested too deeply.")
        .help("Put parts of it into variables first.")
}
