//! Logical lines: physical lines joined where one goes on in the next.

use super::scan::{Raw, RawToken, Scanner};
use super::vocabulary::{Entry, Vocabulary};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::allow::{self, Allow};
use crate::source::Span;

/// Reads one logical line after the other.
pub struct Lines<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    /// The tokens of the current line.
    pub tokens: Vec<RawToken>,
    vocabulary: &'static Vocabulary,
    /// Whether lines begin with numbers.
    numbered: bool,
}

impl<'a> Lines<'a> {
    /// Over a whole file.
    pub fn new(text: &'a str, numbered: bool) -> Lines<'a> {
        let (scanner, vocabulary) = (Scanner::new(text, 0), Vocabulary::get());
        Lines { text, scanner, tokens: Vec::new(), vocabulary, numbered }
    }
    /// The text of a span.
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
    /// The offset of the next byte that is read, in the file.
    pub fn offset(&self) -> u32 {
        self.scanner.offset()
    }
    /// Takes the next physical line as it is; `None` at the end of the file.
    pub fn raw_line(&mut self) -> Option<(&'a str, Span)> {
        (!self.scanner.at_end()).then(|| self.scanner.take_line())
    }
    /// The remarks so far that allow something.
    pub fn take_allows(&mut self) -> Vec<Allow> {
        std::mem::take(&mut self.scanner.allows)
    }
    /// Where texts began so far that go over several lines.
    pub fn take_long_texts(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.scanner.long_texts)
    }
    /// The text that begins at this byte ends with its line.
    pub fn close_text_at(&mut self, start: u32) {
        self.scanner.one_line = Some(start);
    }
    /// Keeps what the remark of a raw line allows; the remark begins at byte `at` of the line.
    pub fn raw_remark(&mut self, line: &str, place: Span, at: usize) {
        let alone = line.get(..at).is_some_and(|before| before.trim().is_empty());
        let remark = line.get(at..).unwrap_or("");
        self.scanner.allows.extend(allow::read(remark, place.start + at as u32, alone));
    }
    /// What was not read yet.
    pub fn rest(&self) -> &'a str {
        self.scanner.rest()
    }
    /// The next physical line, left where it is.
    pub fn peek_raw(&self) -> Option<&'a str> {
        let rest = self.scanner.rest();
        (!rest.is_empty()).then(|| rest.split('\n').next().unwrap_or("").trim_end_matches('\r'))
    }

    /// Reads the next logical line that is not empty into `tokens`; false at the end of the file.
    pub fn next_line(&mut self, diagnostics: &mut Vec<Diagnostic>) -> bool {
        self.tokens.clear();
        let mut depth = 0usize;
        loop {
            if self.scanner.at_end() {
                return !self.tokens.is_empty();
            }
            let first = self.tokens.len();
            self.scanner.scan_line(&mut self.tokens, diagnostics);
            if self.tokens.is_empty() {
                continue;
            }
            self.mark_block_open(first, depth);
            depth = self.depth_after(first, depth);
            if !self.goes_on(depth) {
                return true;
            }
        }
    }
    /// A brace at the end of `IF x {` opens statements, not a map.
    fn mark_block_open(&mut self, first: usize, depth: usize) {
        if depth > 0 || !self.opens_statements(first) {
            return;
        }
        let mut from = first;
        while let Some(brace) = self.block_brace(from) {
            if let Some(token) = self.tokens.get_mut(brace) {
                token.kind = Raw::BlockOpen;
            }
            let Some(next) = self.else_behind(brace) else { return };
            from = next;
        }
    }
    /// Whether the head of a block can end with this token: a brace behind `IN` is a map.
    fn ends_head(&self, token: &RawToken) -> bool {
        let word = token.kind == Raw::Word
            && is_one_of(self.slice(token.span), &["IN", "TO", "STEP", "IF", "WHILE", "UNTIL"]);
        self.ends_operand(token) && !word
    }
    /// Where ELSE stands if it follows the `}` of the block that opens here.
    fn else_behind(&self, brace: usize) -> Option<usize> {
        let mut depth = 1usize;
        let close = self.tokens.iter().enumerate().skip(brace + 1).find(|(_, token)| {
            match token.kind {
                Raw::BraceOpen | Raw::HashBrace | Raw::DollarBrace => depth += 1,
                Raw::BraceClose => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let next = close?.0 + 1;
        let word = self.tokens.get(next).filter(|t| t.kind == Raw::Word)?;
        is_one_of(self.slice(word.span), &["ELSE", "ELSEIF"]).then_some(next)
    }
    /// Where the brace stands: at the end of the line, or, in `IF x { TALK y }`, behind the
    /// condition.
    fn block_brace(&self, first: usize) -> Option<usize> {
        let (mut depth, mut then) = (0usize, false);
        for (index, token) in self.tokens.iter().enumerate().skip(first) {
            let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
            match token.kind {
                Raw::BraceOpen if depth == 0 && before.is_some_and(|t| self.ends_head(t)) => {
                    let last = index + 1 == self.tokens.len();
                    return (last || !then).then_some(index);
                }
                Raw::BraceOpen | Raw::HashBrace | Raw::DollarBrace => depth += 1,
                Raw::ParenOpen | Raw::BracketOpen => depth += 1,
                Raw::ParenClose | Raw::BracketClose => depth = depth.saturating_sub(1),
                // The `}` of `} ELSE {` closes what an earlier line has opened.
                Raw::BraceClose => depth = depth.saturating_sub(1),
                Raw::Word => then |= is_one_of(self.slice(token.span), &["THEN"]),
                _ => {}
            }
        }
        None
    }
    fn opens_statements(&self, first: usize) -> bool {
        const HEADS: [&str; 9] =
            ["IF", "ELSE", "ELSEIF", "WHILE", "FOR", "LOOP", "SWITCH", "FN", "FUNCTION"];
        let head = self.tokens.get(first..).unwrap_or(&[]);
        let is = |token: &RawToken, word| is_one_of(self.slice(token.span), &[word]);
        let word = match head {
            [brace, word, ..] if brace.kind == Raw::BraceClose => word,
            // `x = SWITCH e {`
            [_, sign, word, ..] if sign.kind == Raw::Eq && is(word, "SWITCH") => word,
            [word, ..] => word,
            [] => return false,
        };
        word.kind == Raw::Word && is_one_of(self.slice(word.span), &HEADS)
    }
    fn depth_after(&self, first: usize, depth: usize) -> usize {
        let new = self.tokens.get(first..).unwrap_or(&[]);
        new.iter().fold(depth, |depth, token| match token.kind {
            Raw::ParenOpen | Raw::BracketOpen => depth + 1,
            Raw::BraceOpen | Raw::HashBrace | Raw::DollarBrace => depth + 1,
            Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => depth.saturating_sub(1),
            _ => depth,
        })
    }

    /// Whether the next physical line belongs to this one.
    fn goes_on(&self, depth: usize) -> bool {
        let next = self.peek_significant();
        let Some(next) = next else { return false };
        if self.numbered && next.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let operand_due = self.tokens.last().is_some_and(|t| !self.ends_operand(t));
        if depth > 0 {
            return !self.breaks_bracket(next, operand_due);
        }
        let word = leading_word(next);
        if starts_with_operator(next, word) || next.starts_with(':') && self.in_choice() {
            return !self.heads_statement_alone();
        }
        if self.ends_open() {
            return !is_statement_start(next) && !next.is_empty();
        }
        !word.is_empty()
            && (self.continues_query(next, word) || self.continues_with_lead(next, word))
    }
    /// `x = SELECT a, b` goes on with `FROM t` and the like.
    fn continues_query(&self, next: &str, word: &str) -> bool {
        const CLAUSES: [&str; 12] = [
            "FROM", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "WHERE", "GROUP", "HAVING", "ORDER",
            "LIMIT", "UNION",
        ];
        let mut pairs = self.tokens.iter().zip(self.tokens.iter().skip(1));
        if !pairs.any(|(a, b)| a.kind == Raw::Eq && is_one_of(self.slice(b.span), &["SELECT"])) {
            return false;
        }
        let after = next.get(word.len()..).unwrap_or("").trim_start();
        !after.is_empty() && !after.starts_with(['=', '.', '[']) && is_one_of(word, &CLAUSES)
    }
    /// The next line that is not a comment, trimmed at the front; empty for a blank one.
    fn peek_significant(&self) -> Option<&'a str> {
        let rest = self.scanner.rest();
        if rest.is_empty() {
            return None;
        }
        let (mut last, mut start) = ("", 0);
        for _ in 0..64 {
            let Some(ahead) = rest.get(start..) else { break };
            let length = memchr::memchr(b'\n', ahead.as_bytes()).unwrap_or(ahead.len());
            last = ahead.get(..length).unwrap_or("").trim_start();
            start += length + 1;
            let comment = match last.as_bytes() {
                [b'\'', ..] => !self.begins_text(last),
                [b'/', b'/', ..] => true,
                [b'R' | b'r', ..] => is_rem(last),
                _ => false,
            };
            if !comment {
                break;
            }
        }
        Some(last.trim_end())
    }
    /// Whether a line that starts with `'` starts with a text, as the scanner decides it.
    fn begins_text(&self, line: &str) -> bool {
        let Some((_, after)) = line.get(1..).and_then(|rest| rest.split_once('\'')) else {
            return false;
        };
        let after = after.trim_start();
        let due = self.tokens.last().is_some_and(|t| t.kind != Raw::Word && !self.ends_operand(t));
        due && (after.is_empty() || after.starts_with([',', ')', ']', '}', ':', '+']))
    }
    /// Inside brackets, a line that clearly starts a statement means that a bracket was forgotten.
    fn breaks_bracket(&self, next: &str, operand_due: bool) -> bool {
        if is_statement_start(next) {
            return true;
        }
        let word: &str = leading_word(next);
        let after = next.get(word.len()..).unwrap_or("").trim_start();
        let assigns = !word.is_empty() && after.starts_with('=') && !after.starts_with("==");
        !operand_due && assigns && !self.innermost_is_brace()
    }
    fn innermost_is_brace(&self) -> bool {
        let mut depth = 0usize;
        for token in self.tokens.iter().rev() {
            match token.kind {
                Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => depth += 1,
                Raw::BraceOpen | Raw::HashBrace if depth == 0 => return true,
                Raw::ParenOpen | Raw::BracketOpen | Raw::DollarBrace if depth == 0 => return false,
                Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen => depth -= 1,
                Raw::HashBrace | Raw::DollarBrace => depth -= 1,
                _ => {}
            }
        }
        false
    }
    /// Whether the `:` at the end of the line belongs to a `?` of it.
    fn chooses(&self) -> bool {
        let count = |kind| self.tokens.iter().filter(|t| t.kind == kind).count();
        count(Raw::Question) > 0 && count(Raw::Question) == count(Raw::Colon)
    }
    /// Whether a `?` of this line still lacks its `:`.
    fn in_choice(&self) -> bool {
        let count = |kind| self.tokens.iter().filter(|t| t.kind == kind).count();
        count(Raw::Question) > count(Raw::Colon)
    }
    /// Whether this line is a head that cannot be followed by an operator, such as `ELSE`.
    fn heads_statement_alone(&self) -> bool {
        self.tokens.last().is_some_and(|t| {
            t.kind == Raw::Word && is_one_of(self.slice(t.span), &["THEN", "ELSE", "DO"])
        })
    }
    fn ends_operand(&self, token: &RawToken) -> bool {
        match token.kind {
            Raw::Word => !is_one_of(self.slice(token.span), &["AND", "OR", "NOT", "MOD"]),
            Raw::Number | Raw::Text | Raw::ParenClose | Raw::BracketClose => true,
            Raw::BraceClose => true,
            _ => false,
        }
    }
    /// Whether the line ends in a comma, an operator or a word that wants more.
    fn ends_open(&self) -> bool {
        let [.., before, last] = self.tokens.as_slice() else { return false };
        match last.kind {
            Raw::Comma => !self.is_print(),
            Raw::Plus | Raw::Slash | Raw::Amp | Raw::AmpAmp | Raw::PipePipe => true,
            Raw::Eq | Raw::EqEq | Raw::Ne | Raw::Lt | Raw::Le | Raw::Gt | Raw::Ge => true,
            Raw::QuestionQuestion | Raw::OpAssign | Raw::Minus => true,
            Raw::Question => true,
            Raw::Colon => self.chooses(),
            Raw::Star => before.kind != Raw::Comma && before.kind != Raw::Word,
            Raw::Word => {
                let word = self.slice(last.span);
                is_one_of(word, &["AND", "OR"]) && self.ends_operand(before)
                    || is_one_of(word, &["WHERE", "SET", "WITH"])
                        && self.ends_operand(before)
                        && (self.keywords().next().is_some() || self.returns(before))
            }
            _ => false,
        }
    }
    /// `RETURN WITH`: the values may follow on their own lines.
    fn returns(&self, before: &RawToken) -> bool {
        self.tokens.len() == 2 && is_one_of(self.slice(before.span), &["RETURN"])
    }
    fn is_print(&self) -> bool {
        let mut tokens = self.tokens.iter().skip_while(|t| self.numbered && t.kind == Raw::Number);
        tokens.next().is_some_and(|t| is_one_of(self.slice(t.span), &["PRINT", "INPUT"]))
    }

    /// A line that starts with a lead word of the keyword in this line.
    fn continues_with_lead(&self, next: &str, word: &str) -> bool {
        if !self.vocabulary.begins_lead(word) {
            return false;
        }
        let after = next.get(word.len()..).unwrap_or("").trim_start();
        if after.starts_with(['=', '.', ':', '[']) {
            return false;
        }
        let words: Vec<&str> = next.split_whitespace().take(4).collect();
        let also_head = is_one_of(word, &["WITH", "SET", "ON", "USE", "ADD", "GET", "SEND"])
            || self.vocabulary.longest(&words).next().is_some();
        if also_head && !self.is_indented_deeper(next) {
            return false;
        }
        if word.eq_ignore_ascii_case("WITH") && words.len() == 2 && is_plain_name(words[1]) {
            return false;
        }
        self.keywords().any(|entry| {
            entry.shape().leads.iter().any(|lead| {
                let mut parts = words.iter().flat_map(|w| w.split('_'));
                lead.words
                    .split([' ', '_'])
                    .all(|w| parts.next().is_some_and(|p| p.eq_ignore_ascii_case(w)))
            })
        })
    }
    /// The keywords that begin where a statement or a value does.
    fn keywords(&self) -> impl Iterator<Item = &'static Entry> + '_ {
        const OPENERS: [&str; 9] =
            ["RETURN", "IN", "THEN", "ELSE", "IF", "AND", "OR", "WHILE", "UNTIL"];
        self.tokens.iter().enumerate().filter_map(|(index, token)| {
            let starts = match index.checked_sub(1).and_then(|i| self.tokens.get(i)) {
                None => true,
                Some(before) if before.kind == Raw::Word => {
                    is_one_of(self.slice(before.span), &OPENERS)
                }
                Some(before) => matches!(
                    before.kind,
                    Raw::Eq | Raw::Colon | Raw::Number | Raw::Comma | Raw::ParenOpen
                ),
            };
            if token.kind != Raw::Word || !starts {
                return None;
            }
            let phrase: Vec<&str> = self
                .tokens
                .iter()
                .skip(index)
                .take(5)
                .take_while(|t| t.kind == Raw::Word)
                .map(|t| self.slice(t.span))
                .collect();
            self.vocabulary.longest(&phrase).next().map(|(entry, _)| entry)
        })
    }
    fn is_indented_deeper(&self, next: &str) -> bool {
        let Some(first) = self.tokens.first() else { return false };
        let here = self.indent(first.span.start as usize);
        let start = self.text.len() - self.scanner.rest().len();
        let at = self.scanner.rest().find(next).map_or(start, |i| start + i);
        self.indent(at) > here
    }
    /// How far from the start of its line a byte stands; a tab counts as four.
    fn indent(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.rfind('\n').map_or(before, |i| before.get(i + 1..).unwrap_or(""));
        line.bytes().map(|b| if b == b'\t' { 4 } else { 1 }).sum()
    }
}

/// Whether a word is one of some, whatever its case.
pub fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// Whether a line is a remark; only `rem = 7` in small letters is none.
pub fn is_rem(line: &str) -> bool {
    let Some((word, rest)) = line.split_at_checked(3) else { return false };
    let after = rest.trim_start_matches([' ', '\t']);
    let assigns = word != "REM" && after.starts_with('=') && !after.starts_with("==");
    let whole = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    word.eq_ignore_ascii_case("REM") && whole && !assigns
}

/// The word at the start of a line.
pub fn leading_word(line: &str) -> &str {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let mut end = line.bytes().take_while(plain).count();
    if line.as_bytes().get(end).is_some_and(|b| !b.is_ascii()) {
        end = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
    }
    line.get(..end).unwrap_or("")
}

fn is_plain_name(word: &str) -> bool {
    leading_word(word).len() == word.len() && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// A line that begins with an operator goes on with the line before.
fn starts_with_operator(line: &str, word: &str) -> bool {
    if matches!(line.as_bytes(), [b'+' | b'?' | b'&', ..] | [b'|', b'|', ..]) {
        return true;
    }
    is_one_of(word, &["AND", "OR"])
        && !line.get(word.len()..).unwrap_or("").trim_start().starts_with(['=', '.'])
}

/// Whether a line can only be the start of a statement.
fn is_statement_start(line: &str) -> bool {
    const HEADS: [&str; 20] = [
        "TALK", "HEAR", "IF", "ELSE", "ELSEIF", "END", "ENDIF", "FOR", "NEXT", "WHILE", "WEND",
        "DO", "LOOP", "SUB", "FUNCTION", "RETURN", "BEGIN", "EXIT", "PARAM", "LET",
    ];
    let word = leading_word(line);
    let after = line.get(word.len()..).unwrap_or("");
    let spaced = after.is_empty() || after.starts_with([' ', '\t']);
    let after = after.trim_start();
    !word.is_empty()
        && spaced
        && is_one_of(word, &HEADS)
        && !after.starts_with([':', ',', '=', '.', ')', ']', '}', '+', '<', '>', '!'])
        && !is_one_of(leading_word(after), &["LIKE", "IS", "IN", "CONTAINS", "AND", "OR"])
        && (!after.is_empty() || is_one_of(word, &["ELSE", "END", "ENDIF", "WEND", "DO", "LOOP"]))
}
