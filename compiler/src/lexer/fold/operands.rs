//! Where an operand is due.

use super::*;

impl<'a> Folder<'a, '_> {
    pub(super) fn operand_token(&mut self, token: RawToken) -> Option<End> {
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
    pub(super) fn atom(&mut self, tok: Tok<'a>) {
        self.take(tok, 1);
        self.operand = false;
        self.plain = false;
    }
    pub(super) fn after_in(&self) -> bool {
        matches!(self.out.last(), Some((_, Tok::Cmp(BinaryOp::In | BinaryOp::NotIn), _)))
    }
    pub(super) fn in_ternary(&self) -> bool {
        self.frames.iter().any(|f| matches!(f.kind, FrameKind::Ternary))
    }
    pub(super) fn bracket(&mut self, tok: Tok<'a>, kind: FrameKind) {
        let span = self.peek(0).map_or(Span::default(), |t| t.span);
        self.take(tok, 1);
        self.open_frame(kind, span);
        self.operand = true;
        self.plain = false;
    }
    pub(super) fn operand_word(&mut self, token: RawToken) -> Option<End> {
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
        let tests = matches!(self.out.first(), Some((_, Tok::If | Tok::ElseIf, _)));
        if tests && !self.in_bracket() && word.eq_ignore_ascii_case("THEN") {
            // `IF x > THEN`: a variable of that name would hide what is missing.
            return self.statement_word(word).flatten();
        }
        if let Some(literal) = literal(word) {
            self.atom(literal);
            return None;
        }
        if word.eq_ignore_ascii_case("NOT") && self.starts_operand(1, true) {
            self.grow(0, token.span);
            self.take(Tok::Not, 1);
        } else if word.eq_ignore_ascii_case("IS")
            && matches!(self.out.last(), Some((_, Tok::Case | Tok::Comma, _)))
            && self.words_are_case()
        {
            self.take(Tok::CaseIs, 1);
            self.operand = false;
        } else if word.eq_ignore_ascii_case("CALL") && self.call_value(token) {
        } else if word.eq_ignore_ascii_case("ERROR") && self.word(1).eq_ignore_ascii_case("MESSAGE")
        {
            self.take(Tok::Name("ERROR MESSAGE"), 2);
            self.operand = false;
        } else if self.choice_value(word)
            || word.eq_ignore_ascii_case("SELECT") && self.query(token)
        {
        } else if self.inline && self.frames.is_empty() && is_one_of(word, &["ELSE", "ENDIF"]) {
            return Some(End::Separator);
        } else if !self.keyword(false) {
            self.atom(Tok::Name(word));
        }
        None
    }
    pub(super) fn words_are_case(&self) -> bool {
        matches!(self.out.first(), Some((_, Tok::Case, _)))
    }
    pub(super) fn at_map_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { kind: FrameKind::Map, .. }))
            && matches!(self.out.last(), Some((_, Tok::BraceOpen | Tok::Comma, _)))
            && self.peek(1).is_some_and(|t| t.kind == Raw::Colon)
    }
    /// A bare word; with hyphens directly between words it is one word.
    pub(super) fn plain_word(&mut self, word: &'a str) {
        let mut count = 1;
        let glued = |t: Option<RawToken>, kind: Raw| t.is_some_and(|t| t.kind == kind && !t.spaced);
        while self.plain
            && glued(self.peek(count), Raw::Minus)
            && glued(self.peek(count + 1), Raw::Word)
        {
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
    pub(super) fn print_word(&mut self, word: &str) -> bool {
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
    pub(super) fn call_value(&mut self, token: RawToken) -> bool {
        match (self.peek(1), self.peek(2)) {
            (Some(name), Some(paren)) if name.kind == Raw::Word && paren.kind == Raw::ParenOpen => {
                match self.is_procedure(self.slice(&name)) {
                    true => {
                        self.at += 1;
                        self.plain = true;
                    }
                    false => {
                        // A script, whatever else its name means.
                        let whole = self.piece(token.span.to(name.span));
                        self.take(Tok::Name(whole), 2);
                        self.operand = false;
                    }
                }
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
    /// `greet "Ada", 2`: a procedure of the script with its arguments and no parentheses.
    pub(in crate::lexer) fn procedure_call(&mut self) -> bool {
        let name = self.word(0);
        let named = self.peek(1).is_some_and(|next| next.kind == Raw::ParenOpen);
        let called = !named && self.starts_operand(1, false) && self.is_procedure(name);
        if called {
            self.take(Tok::Name(name), 1);
            let at = self.peek(0).map_or(0, |token| token.span.start);
            self.push(Tok::CallOpen, Span::new(at, at));
            self.open_frame(FrameKind::CallTail, Span::new(at, at));
        }
        called
    }
    /// `x = SWITCH e`, `x = SELECT CASE e`: a block whose branches give a value.
    fn choice_value(&mut self, word: &str) -> bool {
        let case = word.eq_ignore_ascii_case("SELECT") && self.is_word(1, "CASE");
        let count = if case { 2 } else { 1 };
        let fits = (case || word.eq_ignore_ascii_case("SWITCH"))
            && matches!(self.out.last(), Some((_, Tok::Assign, _)))
            && self.starts_operand(count, true);
        if fits {
            self.take(Tok::Select, count);
        }
        fits
    }
    /// `SELECT … FROM …` to the end of the line, kept as written.
    pub(super) fn query(&mut self, token: RawToken) -> bool {
        let from =
            self.raw.iter().skip(self.at).any(|t| self.slice(t).eq_ignore_ascii_case("FROM"));
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
}

fn literal(word: &str) -> Option<Tok<'static>> {
    match word.len() {
        4 if word.eq_ignore_ascii_case("TRUE") => Some(Tok::True),
        5 if word.eq_ignore_ascii_case("FALSE") => Some(Tok::False),
        4 if word.eq_ignore_ascii_case("NULL") => Some(Tok::Null),
        _ => None,
    }
}
