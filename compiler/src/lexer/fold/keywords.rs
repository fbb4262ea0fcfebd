//! Keywords of the vocabulary and their lead words.

use super::*;

impl<'a> Folder<'a, '_> {
    /// Folds a keyword that starts here, if one does.
    pub(in crate::lexer) fn keyword(&mut self, statement: bool) -> bool {
        let entries = self.vocabulary.beginning(self.word(0));
        if entries.is_empty() {
            return false;
        }
        let mut phrase = [""; 6];
        let mut count = 0;
        for slot in &mut phrase {
            *slot = self.word(count);
            if slot.is_empty() {
                break;
            }
            count += 1;
        }
        let phrase = phrase.get(..count).unwrap_or(&[]);
        let mut fallback = None;
        let covering = |entry: &'static Entry| entry.covered(phrase).map(|used| (entry, used));
        for (entry, used) in entries.iter().filter_map(covering) {
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
    /// Folds the keyword of these words, for which `used` words are written.
    pub(in crate::lexer) fn keyword_as(&mut self, words: &[&str], used: usize) -> bool {
        let entry = self.vocabulary.longest(words).next();
        if let Some((entry, _)) = entry {
            self.open_keyword(entry, used, true);
        }
        entry.is_some()
    }
    /// Whether a keyword makes sense with what follows its words.
    pub(super) fn fits(&self, entry: &'static Entry, used: usize, statement: bool) -> bool {
        let Some(next) = self.peek(used) else {
            return entry.may_be_bare() && (statement || self.bare_value(entry));
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
        if entry.bare() {
            return entry.words.len() > 1 || statement;
        }
        if self.find_lead(entry, used, true).is_some() || self.starts_operand(used, statement) {
            return true;
        }
        let ended = match entry.words.len() {
            // `x = hear * 2`: a variable of that name.
            1 if !statement => matches!(next.kind, Raw::Colon | Raw::Semicolon | Raw::Comma),
            _ => self.ends_value(&next, used),
        };
        entry.may_be_bare() && ended && (statement || self.bare_value(entry))
    }
    pub(super) fn is_procedure(&self, word: &str) -> bool {
        !self.procedures.is_empty() && in_upper(word, |upper| self.procedures.contains_key(upper))
    }
    /// Whether a keyword without arguments may be a value: it has several words or stands alone.
    pub(super) fn bare_value(&self, entry: &Entry) -> bool {
        let alone = matches!(self.out.last(), Some((_, Tok::Assign | Tok::Return, _)));
        entry.words.len() > 1 || alone && entry.keyword.run.is_none()
    }
    /// Whether a token ends a value.
    pub(super) fn ends_value(&self, token: &RawToken, ahead: usize) -> bool {
        match token.kind {
            Raw::Word => !self.starts_operand(ahead, false),
            Raw::Number | Raw::Text | Raw::BraceOpen | Raw::HashBrace => false,
            _ => true,
        }
    }
    /// Whether an operand can start at a distance, so that the word before may be a keyword.
    pub(in crate::lexer) fn starts_operand(&self, ahead: usize, statement: bool) -> bool {
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
    pub(super) fn word_starts_operand(&self, word: &str, ahead: usize, statement: bool) -> bool {
        if word.eq_ignore_ascii_case("NOT") {
            return statement;
        }
        if self.operator_word(word, ahead).is_some() {
            // `TALK CONTAINS(list, x)` calls the function of that name.
            let called = |t: &RawToken| t.kind == Raw::ParenOpen && !t.spaced;
            let named = self.peek(ahead + 1).is_none_or(|t| called(&t) || names(&t));
            // So does `TALK IS DATE(x)`.
            let phrase = [word, self.word(ahead + 1), self.word(ahead + 2)];
            let whole = |used: usize| self.peek(ahead + used).is_some_and(|t| called(&t));
            let function =
                || self.vocabulary.longest(&phrase).any(|(_, used)| used > 1 && whole(used));
            return statement && (named || function());
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

    pub(super) fn open_keyword(&mut self, entry: &'static Entry, used: usize, statement: bool) {
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
        if entry.bare() && !statement {
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
    pub(super) fn opens_call(&self, entry: &Entry, statement: bool) -> bool {
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

    pub(super) fn lead_word(&mut self) -> bool {
        for (depth, frame) in self.frames.iter().rev().enumerate() {
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
        }
        false
    }
    pub(super) fn take_lead(&mut self, lead: &'static Lead, count: usize) {
        self.next_item();
        self.take(Tok::Lead(lead.words.as_str()), count);
        self.operand = lead.takes.is_some();
        self.plain = lead.takes == Some(Slot::Word);
        if let Some(Frame { kind: FrameKind::Command { slot, .. }, .. }) = self.frames.last_mut() {
            *slot = lead.takes.unwrap_or(Slot::Plain);
        }
    }
    /// The lead of a keyword whose words stand at a distance, and how many raw tokens they are.
    pub(super) fn find_lead(
        &self,
        entry: &'static Entry,
        ahead: usize,
        start: bool,
    ) -> Option<(&'static Lead, usize)> {
        let first = self.word(ahead);
        if first.is_empty() {
            return None;
        }
        entry.shape().leads.iter().find_map(|lead| {
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
    pub(super) fn lead_operand(&self, entry: &Entry, next: Option<RawToken>, ahead: usize) -> bool {
        let Some(next) = next else { return false };
        match next.kind {
            Raw::Word => {
                let word = self.slice(&next);
                let lead = entry
                    .shape()
                    .leads
                    .iter()
                    .any(|l| l.takes.is_some() && self.lead_length(l, ahead).is_some())
                    && self.starts_operand_raw(ahead + 1)
                    && !self.is_pair(entry, ahead);
                !lead && !is_one_of(word, &["AND", "OR", "IS"])
            }
            Raw::Number | Raw::Text | Raw::HashBrace | Raw::BraceOpen | Raw::DollarBrace => true,
            Raw::ParenOpen | Raw::BracketOpen | Raw::Minus | Raw::Star | Raw::Dot => true,
            _ => false,
        }
    }
    /// Whether `to AS …`, `to = …` stands here: a name with its value.
    fn is_pair(&self, entry: &Entry, ahead: usize) -> bool {
        let pairs = entry.shape().leads.iter().any(|l| l.words == "AS");
        pairs && self.is_word(ahead + 1, "AS") || self.peek(ahead + 1).is_some_and(|t| names(&t))
    }
    pub(super) fn starts_operand_raw(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|t| {
            matches!(t.kind, Raw::Word | Raw::Number | Raw::Text | Raw::BraceOpen | Raw::ParenOpen)
        })
    }
    pub(super) fn lead_length(&self, lead: &Lead, ahead: usize) -> Option<usize> {
        lead.length(|index| self.word(ahead + index))
    }
}

pub(super) fn slot_at(entry: &Entry, index: usize) -> Slot {
    let slots = &entry.shape().slots;
    slots.get(index).or(slots.last()).copied().unwrap_or(Slot::Plain)
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
