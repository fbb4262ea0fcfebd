//! From bytes to raw tokens, one physical line at a time.
//!
//! Raw tokens know nothing of the vocabulary except in one place: whether `'` after a word opens a
//! text or a comment depends on whether that word is a keyword that wants an operand.

use super::vocabulary::Vocabulary;
use crate::diagnostics::allow::{self, Allow};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::cell::Cell;

/// The kind of a raw token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw {
    /// A word, perhaps with a type suffix.
    Word,
    /// A number as written.
    Number,
    /// A text with its quotes.
    Text,
    /// `=`
    Eq,
    /// `==`
    EqEq,
    /// `<>`, `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `\`
    Backslash,
    /// `^`
    Caret,
    /// `&`
    Amp,
    /// `&&`
    AmpAmp,
    /// `||`
    PipePipe,
    /// `%`
    Percent,
    /// `!`
    Bang,
    /// `?`
    Question,
    /// `?.`
    QuestionDot,
    /// `??`
    QuestionQuestion,
    /// `+=`, `-=`, `*=`, `/=`; the first byte tells which
    OpAssign,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `(`
    ParenOpen,
    /// `)`
    ParenClose,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `#{`
    HashBrace,
    /// `${` outside a text
    DollarBrace,
    /// `#` before a file number
    Hash,
    /// A `{` that opens a block of statements.
    BlockOpen,
    /// Anything else.
    Unknown,
}

/// A raw token.
#[derive(Clone, Copy, Debug)]
pub struct RawToken {
    /// What it is.
    pub kind: Raw,
    /// Whether blank space stands before it.
    pub spaced: bool,
    /// Where, in bytes of the file.
    pub span: Span,
}

/// Reads raw tokens from a piece of a file.
pub struct Scanner<'a> {
    text: &'a str,
    pos: usize,
    /// Offset of `text` in the file.
    base: u32,
    unclosed: u32,
    /// `${` without `}` so far.
    open_interpolations: Cell<u32>,
    vocabulary: &'static Vocabulary,
    /// Remarks so far that allow something.
    pub allows: Vec<Allow>,
    /// Where the first texts begin that go over several lines.
    pub long_texts: Vec<u32>,
    /// Where a text begins that ends with its line.
    pub one_line: Option<u32>,
}

/// How far a `${` may lie from its `}`.
const INTERPOLATION_BYTES: usize = 1_024;
/// How many `${` without `}` are searched for in one file before all others are plain text.
pub const OPEN_INTERPOLATIONS: u32 = 256;
/// Quotes of other languages and of word processors, each with those that end its text.
pub const FOREIGN_QUOTES: [(char, &[char]); 9] = [
    ('\u{201e}', &['\u{201c}', '\u{201d}']),
    ('\u{ab}', &['\u{bb}']),
    ('\u{bb}', &['\u{ab}']),
    ('\u{2039}', &['\u{203a}']),
    ('\u{203a}', &['\u{2039}']),
    ('\u{2018}', &['\u{2019}']),
    ('\u{201a}', &['\u{2018}', '\u{2019}']),
    ('\u{300c}', &['\u{300d}']),
    ('\u{ff02}', &['\u{ff02}']),
];
/// How many texts over several lines are remembered.
const LONG_TEXTS: usize = 64;
/// How many texts without an end are searched to the end of the file before lines are the limit.
const UNCLOSED_SEARCHES: u32 = 3;

impl<'a> Scanner<'a> {
    /// Over `text`, which starts at byte `base` of its file.
    pub fn new(text: &'a str, base: u32) -> Scanner<'a> {
        let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scanner {
            text,
            pos,
            base,
            unclosed: 0,
            open_interpolations: Cell::new(0),
            vocabulary: Vocabulary::get(),
            allows: Vec::new(),
            long_texts: Vec::new(),
            one_line: None,
        }
    }
    /// The offset of the next byte, in the file.
    pub fn offset(&self) -> u32 {
        self.base + self.pos as u32
    }
    /// Whether nothing is left.
    pub fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }
    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }
    /// Takes the rest of this physical line as it is, without its line end.
    pub fn take_line(&mut self) -> (&'a str, Span) {
        let start = self.pos;
        let rest = self.rest();
        let end = rest.find('\n').map_or(self.text.len(), |i| start + i);
        self.pos = (end + 1).min(self.text.len());
        let line = self.text.get(start..end).unwrap_or("");
        let line = line.strip_suffix('\r').unwrap_or(line);
        (line, self.span(start, start + line.len()))
    }
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start as u32, self.base + end as u32)
    }
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Reads tokens up to and including the end of the physical line; texts may run on.
    pub fn scan_line(&mut self, out: &mut Vec<RawToken>, diagnostics: &mut Vec<Diagnostic>) {
        let first = out.len();
        loop {
            let spaced = self.skip_blank();
            let start = self.pos;
            match self.byte(start) {
                0 if start >= self.text.len() => return,
                b'\n' => {
                    self.pos += 1;
                    return;
                }
                _ if self.at_comment(out, first) => {
                    self.skip_to_line_end();
                    self.remark_ends(start, out.len() == first);
                    continue;
                }
                b'_' if self.continues_here() => {
                    self.take_line();
                    continue;
                }
                _ => {}
            }
            let kind = self.token(out, diagnostics);
            let span = self.span(start, self.pos);
            out.push(RawToken { kind, spaced: spaced || start == 0, span });
        }
    }
    /// Keeps a remark that allows something.
    fn remark_ends(&mut self, start: usize, alone: bool) {
        let remark = self.text.get(start..self.pos).unwrap_or("");
        self.allows.extend(allow::read(remark, self.base + start as u32, alone));
    }
    fn skip_blank(&mut self) -> bool {
        let start = self.pos;
        loop {
            match self.byte(self.pos) {
                b' ' | b'\t' | b'\r' | 0x0c => self.pos += 1,
                0xc2 if self.byte(self.pos + 1) == 0xa0 => self.pos += 2,
                _ => return self.pos > start,
            }
        }
    }
    fn skip_to_line_end(&mut self) {
        let rest = self.rest().as_bytes();
        self.pos += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }
    /// ` _` at the end of the line: the next line belongs to this one.
    fn continues_here(&self) -> bool {
        let rest = self.text.as_bytes().get(self.pos + 1..).unwrap_or(&[]);
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        rest.get(blank).is_none_or(|&b| b == b'\n')
    }

    fn at_comment(&self, out: &[RawToken], first: usize) -> bool {
        let line_start = out.len() == first;
        match self.byte(self.pos) {
            b'/' => self.byte(self.pos + 1) == b'/',
            b'#' => line_start && self.byte(self.pos + 1) != b'{' && !self.at_pragma(),
            b'\'' => !self.quote_opens_text(out, line_start),
            b'R' | b'r' => self.at_rem(out, first),
            _ => false,
        }
    }
    fn at_pragma(&self) -> bool {
        let line = self.rest().lines().next().unwrap_or("").trim();
        line.get(1..).is_some_and(|word| word.eq_ignore_ascii_case("workflow"))
    }
    /// `REM` where a statement could begin; only `rem = 7` in small letters is a variable.
    fn at_rem(&self, out: &[RawToken], first: usize) -> bool {
        let statement = match out.get(first..).unwrap_or(&[]) {
            [] => true,
            [only] => matches!(only.kind, Raw::Number | Raw::Colon),
            [.., last] => {
                last.kind == Raw::Colon || self.word_of(last).eq_ignore_ascii_case("THEN")
            }
        };
        let word = self.rest().as_bytes();
        statement
            && word.get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"REM"))
            && !word.get(3).is_some_and(|&b| is_word_byte(b))
            && !self.assigns_rem()
    }
    fn assigns_rem(&self) -> bool {
        let Some((word, after)) = self.rest().split_at_checked(3) else { return false };
        let after = after.trim_start_matches([' ', '\t']);
        word != "REM" && after.starts_with('=') && !after.starts_with("==")
    }
    fn word_of(&self, token: &RawToken) -> &'a str {
        let start = token.span.start.saturating_sub(self.base) as usize;
        let end = token.span.end.saturating_sub(self.base) as usize;
        self.text.get(start..end).unwrap_or("")
    }
    /// A single quote opens a text where an operand is due and the line holds a second quote.
    fn quote_opens_text(&self, out: &[RawToken], line_start: bool) -> bool {
        let line = self.rest().as_bytes();
        let close = line.iter().skip(1).position(|&b| b == b'\'' || b == b'\n');
        let close = close.filter(|&i| line.get(i + 1) == Some(&b'\''));
        let (Some(close), Some(last)) = (close, out.last()) else { return false };
        let after = line.iter().skip(close + 2).find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        let after = after.filter(|&&b| b != b'\n');
        if line_start && !after.is_none_or(|b| b",)]}:+".contains(b)) {
            return false;
        }
        match last.kind {
            Raw::Word => !line_start && self.word_wants_operand(out),
            Raw::Number | Raw::Text | Raw::ParenClose | Raw::BracketClose => false,
            Raw::BraceClose | Raw::Unknown | Raw::Semicolon | Raw::BlockOpen => false,
            _ => true,
        }
    }
    /// Whether the words before end in a keyword that needs an argument (`TALK 'hi'`).
    fn word_wants_operand(&self, out: &[RawToken]) -> bool {
        let words: Vec<&str> = out
            .iter()
            .rev()
            .take_while(|t| t.kind == Raw::Word)
            .take(5)
            .map(|t| self.word_of(t))
            .collect();
        if words.first().is_some_and(|w| is_operator_word(w)) {
            return true;
        }
        (1..=words.len()).any(|n| {
            let phrase: Vec<&str> = words.iter().take(n).rev().copied().collect();
            let found = self.vocabulary.longest(&phrase).next();
            let whole = found.filter(|(_, used)| *used == n);
            let begins = words.get(n).is_none_or(|before| is_statement_word(before));
            begins && whole.is_some_and(|(entry, _)| !entry.bare())
        })
    }

    fn token(&mut self, out: &[RawToken], diagnostics: &mut Vec<Diagnostic>) -> Raw {
        let start = self.pos;
        let first = self.byte(start);
        match first {
            b'"' => self.text_token(b"\"", diagnostics),
            b'\'' => self.text_token(b"'", diagnostics),
            0xe2 if self.rest().starts_with(['\u{201c}', '\u{201d}']) => {
                self.text_token("\u{201d}".as_bytes(), diagnostics)
            }
            0xc2 | 0xe2 | 0xe3 | 0xef if self.foreign_quotes() => Raw::Unknown,
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(start + 1).is_ascii_digit() && !after_operand(out, start, self) => {
                self.number()
            }
            b'&' if matches!(self.byte(start + 1), b'H' | b'h')
                && self.byte(start + 2).is_ascii_hexdigit() =>
            {
                self.pos += 2;
                self.skip_while(|b| b.is_ascii_hexdigit());
                Raw::Number
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => self.word(),
            0x80.. if self.rest().starts_with(char::is_alphabetic) => self.word(),
            _ => self.punctuation(),
        }
    }
    /// Takes a text in quotes that the language does not have, if its end stands in this line.
    fn foreign_quotes(&mut self) -> bool {
        let rest = self.rest();
        let Some(open) = rest.chars().next() else { return false };
        let pair = FOREIGN_QUOTES.iter().find(|(quote, _)| *quote == open);
        let Some((_, closers)) = pair else { return false };
        let from = open.len_utf8();
        let line = rest.get(from..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
        let Some(at) = line.find(|c| closers.contains(&c)) else { return false };
        let close = line.get(at..).and_then(|end| end.chars().next()).map_or(0, char::len_utf8);
        self.pos += from + at + close;
        true
    }
    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or(&[]);
        self.pos += rest.iter().position(|&byte| !keep(byte)).unwrap_or(rest.len());
    }
    fn word(&mut self) -> Raw {
        loop {
            self.skip_while(|b| b.is_ascii_alphanumeric() || b == b'_');
            if self.byte(self.pos).is_ascii() {
                break;
            }
            match self.rest().chars().next() {
                Some(c) if !c.is_ascii() && c.is_alphanumeric() => self.pos += c.len_utf8(),
                _ => break,
            }
        }
        self.suffix();
        Raw::Word
    }
    /// A type suffix, where it cannot be an operator.
    fn suffix(&mut self) {
        let next = self.byte(self.pos + 1);
        let taken = match self.byte(self.pos) {
            b'$' => next != b'{',
            b'%' => !is_word_byte(next) && next != b'"' && !self.operand_after(self.pos + 1),
            b'!' => next != b'=' && !is_word_byte(next),
            b'#' => next != b'{' && !is_word_byte(next),
            _ => false,
        };
        self.pos += usize::from(taken);
    }
    /// Whether an operand stands on the rest of the line, so that a `%` before it is an operator.
    fn operand_after(&self, at: usize) -> bool {
        const WORDS: [&str; 8] = ["AND", "OR", "XOR", "MOD", "THEN", "TO", "STEP", "ELSE"];
        let rest = self.text.get(at..).unwrap_or("");
        let blank = rest.trim_start_matches([' ', '\t']);
        let word = super::lines::leading_word(blank);
        let operand = !word.is_empty() || blank.starts_with(['"', '(', '.', '-', '\'', '$', '[']);
        blank.len() < rest.len() && operand && !super::lines::is_one_of(word, &WORDS)
    }
    fn number(&mut self) -> Raw {
        if self.byte(self.pos) == b'0' && matches!(self.byte(self.pos + 1), b'x' | b'X') {
            self.pos += 2;
            self.skip_while(|b| b.is_ascii_hexdigit());
            return Raw::Number;
        }
        self.skip_while(|b| b.is_ascii_digit());
        if self.byte(self.pos) == b'.' && self.byte(self.pos + 1) != b'.' && !self.field_follows() {
            self.pos += 1;
            self.skip_while(|b| b.is_ascii_digit());
        }
        self.exponent();
        Raw::Number
    }
    fn field_follows(&self) -> bool {
        let next = self.byte(self.pos + 1);
        is_word_byte(next) && !next.is_ascii_digit() && !matches!(next, b'e' | b'E')
    }
    fn exponent(&mut self) {
        if !matches!(self.byte(self.pos), b'e' | b'E') {
            return;
        }
        let sign = usize::from(matches!(self.byte(self.pos + 1), b'+' | b'-'));
        if self.byte(self.pos + 1 + sign).is_ascii_digit() {
            self.pos += 1 + sign;
            self.skip_while(|b| b.is_ascii_digit());
        }
    }
    fn punctuation(&mut self) -> Raw {
        let (kind, length) = match (self.byte(self.pos), self.byte(self.pos + 1)) {
            (b'=', b'=') => (Raw::EqEq, 2),
            (b'=', _) => (Raw::Eq, 1),
            (b'<', b'>') | (b'!', b'=') => (Raw::Ne, 2),
            (b'<', b'=') => (Raw::Le, 2),
            (b'<', _) => (Raw::Lt, 1),
            (b'>', b'=') => (Raw::Ge, 2),
            (b'>', _) => (Raw::Gt, 1),
            (b'+' | b'-' | b'*' | b'/', b'=') => (Raw::OpAssign, 2),
            (b'+', _) => (Raw::Plus, 1),
            (b'-', _) => (Raw::Minus, 1),
            (b'*', _) => (Raw::Star, 1),
            (b'/', _) => (Raw::Slash, 1),
            (b'\\', _) => (Raw::Backslash, 1),
            (b'^', _) => (Raw::Caret, 1),
            (b'&', b'&') => (Raw::AmpAmp, 2),
            (b'&', _) => (Raw::Amp, 1),
            (b'|', b'|') => (Raw::PipePipe, 2),
            (b'%', _) => (Raw::Percent, 1),
            (b'!', _) => (Raw::Bang, 1),
            (b'?', b'.') if !self.byte(self.pos + 2).is_ascii_digit() => (Raw::QuestionDot, 2),
            (b'?', b'?') => (Raw::QuestionQuestion, 2),
            (b'?', _) => (Raw::Question, 1),
            (b'.', _) => (Raw::Dot, 1),
            (b',', _) => (Raw::Comma, 1),
            (b':', _) => (Raw::Colon, 1),
            (b';', _) => (Raw::Semicolon, 1),
            (b'(', _) => (Raw::ParenOpen, 1),
            (b')', _) => (Raw::ParenClose, 1),
            (b'[', _) => (Raw::BracketOpen, 1),
            (b']', _) => (Raw::BracketClose, 1),
            (b'{', _) => (Raw::BraceOpen, 1),
            (b'}', _) => (Raw::BraceClose, 1),
            (b'#', b'{') => (Raw::HashBrace, 2),
            (b'#', _) => (Raw::Hash, 1),
            (b'$', b'{') => (Raw::DollarBrace, 2),
            _ => (Raw::Unknown, self.rest().chars().next().map_or(1, char::len_utf8)),
        };
        self.pos += length;
        kind
    }

    /// A text up to `close`; one that never ends is cut at the end of its line.
    fn text_token(&mut self, close: &[u8], diagnostics: &mut Vec<Diagnostic>) -> Raw {
        let start = self.pos;
        let opener = self.rest().chars().next().map_or(1, char::len_utf8);
        let cut = self.one_line == Some(self.base + start as u32);
        let multiline = close != b"'" && self.unclosed < UNCLOSED_SEARCHES && !cut;
        match self.find_close(start + opener, close, multiline) {
            Some(end) => {
                self.pos = end;
                let inside = self.text.as_bytes().get(start..end).unwrap_or(&[]);
                if self.long_texts.len() < LONG_TEXTS && inside.contains(&b'\n') {
                    self.long_texts.push(self.base + start as u32);
                }
            }
            None => {
                self.unclosed += u32::from(multiline);
                self.skip_to_line_end();
                let kept = self.text.get(start..self.pos).unwrap_or("").trim_end().len();
                self.pos = start + kept.max(opener);
                let span = self.span(start, self.pos);
                diagnostics.push(unclosed_text(span, self.text.get(start..self.pos).unwrap_or("")));
            }
        }
        Raw::Text
    }
    fn find_close(&self, from: usize, close: &[u8], multiline: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' if close != b"'" => at += 1,
                b'\n' if !multiline => return None,
                b'$' if bytes.get(at + 1) == Some(&b'$') => at += 1,
                b'$' if bytes.get(at + 1) == Some(&b'{') && close != b"'" => {
                    let failures = self.open_interpolations.get();
                    match interpolation_end(bytes, at + 2, failures) {
                        Some(end) => at = end - 1,
                        None => self.open_interpolations.set(failures + 1),
                    }
                }
                _ if byte == close[0] && bytes.get(at..at + close.len()) == Some(close) => {
                    let next = at + close.len();
                    let doubled = close.len() == 1 && bytes.get(next) == Some(&close[0]);
                    if !doubled {
                        return Some(next);
                    }
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// A text without its closing quote. Where nothing in it can have stood behind it, it ends with
/// its line.
fn unclosed_text(span: Span, written: &str) -> Diagnostic {
    let mut letters = written.chars();
    let quote = match letters.next() {
        Some('\'') => "'",
        Some('"') => "\"",
        _ => "\u{201d}",
    };
    let inside = letters.as_str();
    let end = Span::new(span.end, span.end);
    let found = Diagnostic::error(codes::UNCLOSED_TEXT, span, "This text has no closing quote.")
        .help("Write a quote where the text ends.");
    let edits = vec![(end, quote.to_owned())];
    match inside {
        "" => found,
        _ if inside.contains(['+', ',', ')', ']', '}', '&', '=', '\'', '"', ':']) => {
            found.unsure_fix("Close the text at the end of the line", edits)
        }
        _ => found.fix("Close the text", edits),
    }
}

/// The offset behind the `}` that closes a `${` whose inside starts at `from`, on the same line.
/// `failures` is how often this was in vain before.
pub fn interpolation_end(bytes: &[u8], from: usize, failures: u32) -> Option<usize> {
    if bytes.get(from) == Some(&b'{') || failures > OPEN_INTERPOLATIONS {
        return None;
    }
    let mut depth = 1usize;
    let mut at = from;
    let limit = (from + INTERPOLATION_BYTES).min(bytes.len());
    while at < limit {
        match bytes.get(at)? {
            b'\n' => return None,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'\\' if bytes.get(at + 1) == Some(&b'"') => {
                at = (at + 2..limit).find(|&i| bytes.get(i..i + 2) == Some(b"\\\""))? + 1;
            }
            b'"' => at = (at + 1..limit).find(|&i| bytes.get(i) == Some(&b'"'))?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a byte may be inside a word; bytes of other scripts count.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Words after which an operand is due.
fn is_operator_word(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "AND", "OR", "NOT", "LIKE", "CONTAINS", "IN", "MOD", "AS", "WITH", "WHERE", "RETURN",
        "CASE",
    ];
    WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// Words behind which a statement or a value begins on the same line.
fn is_statement_word(word: &str) -> bool {
    ["THEN", "ELSE"].iter().any(|w| w.eq_ignore_ascii_case(word)) || is_operator_word(word)
}

/// Whether a dot directly after the last token is a field access.
fn after_operand(out: &[RawToken], at: usize, scanner: &Scanner<'_>) -> bool {
    out.last().is_some_and(|last| {
        last.span.end == scanner.base + at as u32
            && matches!(
                last.kind,
                Raw::Word | Raw::ParenClose | Raw::BracketClose | Raw::Text | Raw::BraceClose
            )
    })
}
