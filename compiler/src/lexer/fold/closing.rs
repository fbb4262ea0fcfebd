//! Commas and closing brackets, and how far they end what is open.

use super::*;

impl<'a> Folder<'a, '_> {
    pub(super) fn comma(&mut self, token: RawToken) {
        self.pop_ternaries();
        while self.comma_ends_command() {
            self.pop_frame();
            self.pop_ternaries();
        }
        self.next_item();
        self.push(Tok::Comma, token.span);
        self.at += 1;
        self.operand = true;
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(FrameKind::Command { entry, commas, slot, .. }) => {
                *commas += 1;
                if *slot != Slot::Open {
                    *slot = slot_at(entry, *commas);
                    self.plain = *slot == Slot::Word;
                }
            }
            Some(FrameKind::Call { commas, .. }) => *commas += 1,
            _ => {}
        }
    }
    /// Whether the innermost keyword's arguments end before this comma.
    pub(super) fn comma_ends_command(&self) -> bool {
        let Some((top, below)) = self.frames.split_last() else { return false };
        let FrameKind::Command { entry, commas, call: false, level, .. } = top.kind else {
            return matches!(top.kind, FrameKind::CallTail)
                && self.comma_wanted(below, Slot::Plain);
        };
        if commas < entry.shape().least_commas || level == Level::Whole {
            return false;
        }
        commas >= entry.shape().most_commas || self.comma_wanted(below, slot_at(entry, commas + 1))
    }
    /// Whether what encloses a keyword has a use for a comma itself, where the keyword would read
    /// `next` after it.
    pub(super) fn comma_wanted(&self, below: &[Frame], next: Slot) -> bool {
        for frame in below.iter().rev() {
            match frame.kind {
                FrameKind::Ternary => {}
                FrameKind::Group | FrameKind::Dollar => return false,
                FrameKind::Call { function: Some(function), commas, .. } => {
                    return self.wanted(function, commas + 1, next);
                }
                FrameKind::Call { most: Some(most), commas, .. } => return commas + 1 < most,
                FrameKind::Map => return self.key_follows(),
                FrameKind::List | FrameKind::Call { .. } | FrameKind::Index => return true,
                FrameKind::CallTail | FrameKind::Command { call: true, .. } => return true,
                FrameKind::Command { entry, commas, .. } => {
                    if commas < entry.shape().most_commas {
                        return true;
                    }
                }
            }
        }
        self.print || matches!(self.out.first(), Some((_, Tok::Case | Tok::Call | Tok::Param, _)))
    }
    /// Whether the next entry of a map stands behind this comma, or its end.
    fn key_follows(&self) -> bool {
        let colon = self.peek(2).is_some_and(|t| t.kind == Raw::Colon);
        match self.peek(1).map(|t| t.kind) {
            Some(Raw::Word | Raw::Text | Raw::Number) => colon,
            Some(Raw::BraceClose | Raw::BracketOpen) | None => true,
            Some(_) => false,
        }
    }
    /// Whether a function has a use for its argument number `at`. One that it can do without is
    /// rather the condition of the keyword, if it could be: `COUNT(FIND "t", "a > 1")`.
    fn wanted(&self, function: &Keyword, at: usize, next: Slot) -> bool {
        let Some(field) = function.fields.get(at) else { return function.arity().1.is_none() };
        let condition = match field.ty {
            Type::Any => true,
            Type::Text | Type::Word => false,
            _ => self.peek(1).is_some_and(|t| t.kind == Raw::Text),
        };
        let required = !field.optional || function.variadic;
        required || next != Slot::Open || !condition
    }
    pub(super) fn close_bracket(&mut self, token: RawToken) -> Option<End> {
        if !self.in_bracket() {
            if token.kind == Raw::BraceClose {
                return Some(End::Separator);
            }
            let found = stray(token.span, self.slice(&token));
            self.error = Some(self.remove_it(found, token.span));
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
    pub(super) fn close_call_style(&mut self, token: RawToken) {
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
}

impl<'a> Folder<'a, '_> {
    /// Adds the bracket that is missing, where it can only stand in one place: what follows the
    /// opening one is nothing but values and commas.
    pub(super) fn close_it(&self, found: Diagnostic, opener: Span) -> Diagnostic {
        let inside = self.raw.iter().skip_while(|token| token.span.start <= opener.start);
        let (mut end, mut depth, mut due) = (opener.end, 0usize, true);
        for token in inside {
            let word = token.kind == Raw::Word;
            match token.kind {
                Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen | Raw::HashBrace => depth += 1,
                Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                    depth = depth.saturating_sub(1);
                    due = false;
                }
                _ if depth > 0 => {}
                Raw::Comma | Raw::Dot if !due => due = true,
                Raw::Word | Raw::Number | Raw::Text if due => due = false,
                _ if word && is_one_of(self.slice(token), &["THEN", "DO"]) && !due => break,
                _ => return found,
            }
            end = token.span.end;
        }
        if due || depth > 0 {
            return found;
        }
        let partner = match self.piece(opener) {
            "[" => "]",
            "{" | "#{" | "${" => "}",
            _ => ")",
        };
        let (title, edits) =
            (format!("Write `{partner}`"), vec![(Span::new(end, end), partner.to_owned())]);
        let opens = self.piece(opener);
        let doubled = self.raw.windows(2).any(|pair| {
            pair.iter().all(|token| self.slice(token) == opens)
                && pair.iter().any(|token| token.span == opener)
        });
        // Of two opening brackets beside one another, one may be too many.
        if doubled { found.unsure_fix(title, edits) } else { found.fix(title, edits) }
    }
    /// Removes a bracket that closes nothing; sure where another one stands before it and no
    /// operator in its statement, so that no opening one can be missing.
    fn remove_it(&self, found: Diagnostic, stray: Span) -> Diagnostic {
        let operators = |token: &RawToken| {
            use Raw::*;
            matches!(
                token.kind,
                Plus | Minus | Star | Slash | Backslash | Caret | Amp | Lt | Le | Gt | Ge | Ne
            )
        };
        let twice = match self.raw {
            [.., before, last] => before.kind == Raw::ParenClose && last.span == stray,
            _ => false,
        };
        let edits = vec![(stray, String::new())];
        match twice && !self.raw.iter().any(operators) {
            true => found.fix("Remove it", edits),
            false => found.unsure_fix("Remove it", edits),
        }
    }
}

pub(super) fn unclosed(opener: Span, bracket: &str) -> Diagnostic {
    let (shown, partner) = match bracket {
        "[" => ("[", "]"),
        "{" | "#{" | "${" => ("{", "}"),
        _ => ("(", ")"),
    };
    Diagnostic::error(codes::UNCLOSED_BRACKET, opener, format!("This `{shown}` is never closed."))
        .help(format!("Write `{partner}` where it ends."))
}

pub(super) fn stray(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(codes::UNCLOSED_BRACKET, span, format!("This `{text}` closes nothing."))
        .help("Remove it, or write the bracket that opens what it closes.")
}
