//! After an operand: operators, words of the statement, ends.

use super::*;

/// The words that join values; `NOT` also stands before one.
pub const OPERATOR_WORDS: &[&str] = &[
    "AND",
    "OR",
    "XOR",
    "EQV",
    "IMP",
    "MOD",
    "IS",
    "IN",
    "LIKE",
    "CONTAINS",
    "STARTS WITH",
    "ENDS WITH",
    "BETWEEN",
    "NOT",
];

impl<'a> Folder<'a, '_> {
    pub(super) fn after_token(&mut self, token: RawToken) -> Option<End> {
        match token.kind {
            Raw::Word => return self.after_word(token),
            Raw::Number | Raw::Text | Raw::BraceOpen | Raw::HashBrace if self.gap(token) => {}
            Raw::DollarBrace => {
                let before = token.span.start;
                self.push(Tok::AddOp(BinaryOp::Add), Span::new(before, before));
                self.operand = true;
            }
            Raw::ParenOpen if self.callable() => {
                let (function, most) = (self.called_function(), self.called_procedure());
                self.bracket(Tok::CallOpen, FrameKind::Call { function, most, commas: 0 });
            }
            Raw::ParenOpen if self.gap(token) => {}
            Raw::BracketOpen if self.callable() || self.just_closed(token) => {
                self.bracket(Tok::IndexOpen, FrameKind::Index);
            }
            Raw::BracketOpen if self.gap(token) => {}
            Raw::BlockOpen => {
                self.at += 1;
                self.brace = true;
                self.finish();
                let head = self.out.first().map(|t| t.1);
                let value = self.out.iter().any(|t| matches!(t.1, Tok::Select));
                if value || matches!(head, Some(Tok::If | Tok::ElseIf)) {
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
    pub(super) fn callable(&self) -> bool {
        matches!(self.out.last(), Some((_, Tok::Name(_) | Tok::ParenClose | Tok::BracketClose, _)))
    }
    /// Whether a keyword in call style ended directly before: `NEW_ARRAY(3)[0]`.
    fn just_closed(&self, token: RawToken) -> bool {
        let closed =
            matches!(self.out.last(), Some((_, Tok::Close, end)) if *end == token.span.start);
        closed && self.text.get(..token.span.start as usize).is_some_and(|text| text.ends_with(')'))
    }
    /// The function of the vocabulary that the name just read means, if it means one.
    fn called_function(&self) -> Option<&'static Keyword> {
        match self.out.last() {
            Some((_, Tok::Name(name), _)) if !self.is_procedure(name) => {
                crate::names::function(name)
            }
            _ => None,
        }
    }
    /// How many arguments the name just read takes, if it is a procedure.
    fn called_procedure(&self) -> Option<usize> {
        match self.out.last() {
            Some((_, Tok::Name(name), _)) if !self.procedures.is_empty() => {
                in_upper(name, |upper| self.procedures.get(upper).copied())
            }
            _ => None,
        }
    }
    /// Between two arguments without a comma.
    pub(super) fn gap(&mut self, token: RawToken) -> bool {
        let allowed = self.in_command() || self.print && self.frames.is_empty();
        if allowed {
            self.push(Tok::Gap, Span::new(token.span.start, token.span.start));
            self.next_item();
            self.operand = true;
        }
        allowed
    }
    pub(super) fn field(&mut self, token: RawToken) {
        let tok = if token.kind == Raw::Dot { Tok::Dot } else { Tok::SafeDot };
        self.grow(0, token.span);
        self.take(tok, 1);
        if let Some(name) = self.peek(0).filter(|t| t.kind == Raw::Word) {
            self.take(Tok::Name(self.slice(&name)), 1);
        }
    }
    pub(super) fn after_word(&mut self, token: RawToken) -> Option<End> {
        let word = self.slice(&token);
        if let Some(end) = self.statement_word(word) {
            return end;
        }
        if self.lead_word() {
            return None;
        }
        if let Some((tok, count)) = self.operator_word(word, 0) {
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
    pub(super) fn ends_inline(&self, word: &str) -> bool {
        is_one_of(word, &["ELSE", "ELSEIF", "ENDIF"])
            || word.eq_ignore_ascii_case("END") && self.is_word(1, "IF")
    }
    /// A word of the statement, such as THEN; the outer `None` means that it is none.
    pub(super) fn statement_word(&mut self, word: &str) -> Option<Option<End>> {
        if self.in_bracket() && !self.words_inside {
            return None;
        }
        let found = self.words.iter().find(|(w, ..)| w.eq_ignore_ascii_case(word));
        let &(_, tok, operand) = found?;
        if !self.in_bracket() {
            self.finish();
        }
        self.next_item();
        if matches!(tok, Tok::Goto)
            && matches!(self.out.first(), Some((_, Tok::If | Tok::ElseIf, _)))
        {
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
    /// The operator that a word at a distance is, and how many words it has.
    pub(super) fn operator_word(&self, word: &str, ahead: usize) -> Option<(Tok<'a>, usize)> {
        use BinaryOp::*;
        let mut buffer = [0u8; 11];
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
            b"STARTS" if self.is_word(ahead + 1, "WITH") => (Tok::Cmp(StartsWith), 2),
            b"ENDS" if self.is_word(ahead + 1, "WITH") => (Tok::Cmp(EndsWith), 2),
            b"STARTS_WITH" => (Tok::Cmp(StartsWith), 1),
            b"ENDS_WITH" => (Tok::Cmp(EndsWith), 1),
            b"BETWEEN" => (Tok::Between, 1),
            b"NOT" => return self.negated_word(ahead),
            _ => return None,
        })
    }
    fn negated_word(&self, ahead: usize) -> Option<(Tok<'a>, usize)> {
        use BinaryOp::*;
        Some(match self.word(ahead + 1) {
            w if w.eq_ignore_ascii_case("IN") => (Tok::Cmp(NotIn), 2),
            w if w.eq_ignore_ascii_case("LIKE") => (Tok::Cmp(NotLike), 2),
            w if w.eq_ignore_ascii_case("CONTAINS") => (Tok::NotCmp(Contains), 2),
            w if w.eq_ignore_ascii_case("STARTS") => (Tok::NotCmp(StartsWith), 3),
            w if w.eq_ignore_ascii_case("ENDS") => (Tok::NotCmp(EndsWith), 3),
            _ => return None,
        })
    }
    pub(super) fn operator(&mut self, token: RawToken, tok: Tok<'a>, count: usize) {
        let tight =
            matches!(tok, Tok::AddOp(_) | Tok::Minus | Tok::MulOp(_) | Tok::Pow | Tok::Coalesce);
        self.close_before_operator(!tight);
        self.grow(0, token.span);
        self.take(tok, count);
        self.operand = true;
    }
    /// Ends the keywords whose arguments do not reach over this operator.
    pub(super) fn close_before_operator(&mut self, loose: bool) {
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
    pub(super) fn colon(&mut self) -> Option<End> {
        if self.in_ternary_here() {
            while !matches!(self.frames.last(), Some(Frame { kind: FrameKind::Ternary, .. }) | None)
            {
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
    pub(super) fn in_ternary_here(&self) -> bool {
        let frames = self.frames.iter().rev().take_while(|f| !f.is_bracket());
        frames.into_iter().any(|f| matches!(f.kind, FrameKind::Ternary))
    }
    pub(super) fn separator(&mut self) -> Option<End> {
        self.at += 1;
        Some(if self.peek(0).is_some() { End::Separator } else { End::Line })
    }
    pub(super) fn semicolon(&mut self) -> Option<End> {
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
}

fn op_assign(text: &str) -> BinaryOp {
    match text.as_bytes().first() {
        Some(b'+') => BinaryOp::Add,
        Some(b'-') => BinaryOp::Sub,
        Some(b'*') => BinaryOp::Mul,
        _ => BinaryOp::Div,
    }
}
