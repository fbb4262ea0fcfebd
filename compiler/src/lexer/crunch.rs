//! Classic programs were often typed without blanks: `FORI=1TO10`, `IFA=5THEN60`.
//!
//! Words of such a program are parted where the whole word makes no sense in its place and its
//! parts do: a keyword, and then a number, a short variable, a function or another keyword.

use super::scan::{Raw, RawToken};
use crate::names;
use crate::source::Span;

/// Words that begin a statement and may be glued to what follows.
const HEADS: [&str; 14] = [
    "PRINT", "INPUT", "GOSUB", "GOTO", "NEXT", "READ", "DATA", "RESTORE", "LET", "FOR", "DIM",
    "IF", "ON", "DEF",
];
/// Words that follow an operand.
const TAILS: [&str; 9] = ["THEN", "ELSE", "STEP", "GOSUB", "GOTO", "AND", "MOD", "OR", "TO"];

/// Words longer than this are left alone.
const WORD_BYTES_MAX: u32 = 40;

/// Where a word stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Statement,
    Operand,
    AfterOperand,
}

/// Parts the glued words of one line.
pub fn crunch(text: &str, tokens: &mut Vec<RawToken>) {
    let glued = tokens.iter().filter(|t| t.kind == Raw::Word);
    if !glued.into_iter().any(|t| t.span.end - t.span.start > 2) {
        return;
    }
    let mut parted =
        Parted { text, out: Vec::with_capacity(tokens.len()), place: Place::Statement };
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map(|t| t.kind);
        let ahead = tokens.get(index..).unwrap_or(&[]);
        parted.token(*token, next, ahead, index == 0);
    }
    *tokens = parted.out;
}

struct Parted<'a> {
    text: &'a str,
    out: Vec<RawToken>,
    place: Place,
}

impl<'a> Parted<'a> {
    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn token(&mut self, token: RawToken, next: Option<Raw>, ahead: &[RawToken], first: bool) {
        if token.kind == Raw::Word {
            return self.word(token, next, ahead);
        }
        self.place = match token.kind {
            Raw::Number if first => Place::Statement,
            Raw::Number | Raw::Text | Raw::ParenClose => Place::AfterOperand,
            Raw::Colon => Place::Statement,
            _ => Place::Operand,
        };
        self.point(token);
    }
    /// `TO1.5` was read as a word, a point and a number.
    fn point(&mut self, token: RawToken) {
        if let ([.., number, dot], Raw::Number) = (self.out.as_slice(), token.kind)
            && (number.kind, dot.kind) == (Raw::Number, Raw::Dot)
            && number.span.end == dot.span.start
        {
            let whole = number.span.to(token.span);
            self.out.truncate(self.out.len() - 2);
            return self.push(Raw::Number, whole);
        }
        self.out.push(token);
    }
    fn push(&mut self, kind: Raw, span: Span) {
        self.out.push(RawToken { kind, spaced: true, span });
    }

    fn word(&mut self, mut token: RawToken, next: Option<Raw>, ahead: &[RawToken]) {
        if self.names_function(&token) {
            return;
        }
        while token.kind == Raw::Word && token.span.end - token.span.start <= WORD_BYTES_MAX {
            let word = self.slice(token.span).to_ascii_uppercase();
            let cut = self.cut(&word, next, ahead);
            let Some(cut) = cut.filter(|cut| *cut < word.len()) else { break };
            let middle = token.span.start + cut as u32;
            let head = Span::new(token.span.start, middle);
            let kind = if is_digits(self.slice(head)) { Raw::Number } else { Raw::Word };
            self.out.push(RawToken { kind, spaced: token.spaced, span: head });
            self.place = place_after(self.slice(head), self.place);
            let rest = Span::new(middle, token.span.end);
            let kind = if is_digits(self.slice(rest)) { Raw::Number } else { Raw::Word };
            token = RawToken { kind, spaced: true, span: rest };
        }
        self.place = place_after(self.slice(token.span), self.place);
        self.out.push(token);
    }

    /// `FN A` is the function `FNA`.
    fn names_function(&mut self, token: &RawToken) -> bool {
        let short = is_short(self.slice(token.span));
        let before = self.out.last().map(|t| t.span);
        let Some(before) = before.filter(|b| short && self.slice(*b).eq_ignore_ascii_case("FN"))
        else {
            return false;
        };
        self.out.pop();
        self.push(Raw::Word, before.to(token.span));
        self.place = Place::AfterOperand;
        true
    }
    /// Where the word is cut first, if it has to be.
    fn cut(&self, word: &str, next: Option<Raw>, ahead: &[RawToken]) -> Option<usize> {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return Some(digits);
        }
        match self.place {
            Place::Statement => self.head_cut(word, next, ahead),
            Place::AfterOperand if self.prints() => None,
            Place::AfterOperand => prefix(word, &TAILS),
            Place::Operand if word.starts_with("NOT") && makes_sense(word.get(3..)?) => Some(3),
            Place::Operand => self.tail_cut(word, ahead),
        }
    }
    /// `PRINTA`, `GOTO80`; `LETA = 5` and the like only where the line goes on in that way.
    fn head_cut(&self, word: &str, next: Option<Raw>, ahead: &[RawToken]) -> Option<usize> {
        let cut = prefix(word, &HEADS)?;
        let fits = match (word.get(..cut)?, next) {
            ("LET" | "DEF", Some(Raw::Eq | Raw::ParenOpen)) => true,
            ("LET" | "DEF", _) => false,
            ("FOR", next) => next == Some(Raw::Eq) && self.holds(ahead, &["TO"]),
            ("IF", _) => self.holds(ahead, &["THEN", "GOTO"]),
            ("ON", _) => self.holds(ahead, &["GOTO", "GOSUB"]),
            (_, next) => next != Some(Raw::Eq),
        };
        fits.then_some(cut)
    }
    /// `BTHEN60`, `ATOB`: a short variable and a word that this statement needs.
    fn tail_cut(&self, word: &str, ahead: &[RawToken]) -> Option<usize> {
        let wanted: &[&str] = if self.began_with("IF") {
            &["THEN", "GOTO", "AND", "OR"]
        } else if self.began_with("FOR") {
            &["TO", "STEP"]
        } else if self.began_with("ON") {
            &["GOTO", "GOSUB"]
        } else {
            return None;
        };
        let name = word.bytes().take_while(|b| b.is_ascii_alphanumeric()).count();
        let lengths = (1..=2.min(name)).filter(|n| is_short(word.get(..*n).unwrap_or("")));
        let mut found = lengths.filter(|n| {
            let tail = word.get(*n..).unwrap_or("");
            let rest = prefix(tail, wanted);
            rest.is_some() || ahead.len() > 1 && wanted.contains(&tail)
        });
        found.next()
    }
    /// Whether the statement began with a word.
    fn began_with(&self, word: &str) -> bool {
        self.statement().is_some_and(|t| self.slice(t.span).eq_ignore_ascii_case(word))
    }
    fn prints(&self) -> bool {
        self.began_with("PRINT") || self.statement().is_some_and(|t| t.kind == Raw::Question)
    }
    /// The first word of the statement at the end of what was read.
    fn statement(&self) -> Option<&RawToken> {
        let starts = |t: &RawToken| {
            t.kind == Raw::Colon
                || ["THEN", "ELSE"].iter().any(|w| self.slice(t.span).eq_ignore_ascii_case(w))
        };
        let after = self.out.iter().rposition(starts).map_or(0, |i| i + 1);
        self.out.get(after..)?.iter().find(|t| t.kind != Raw::Number)
    }
    /// Whether one of some words stands ahead, alone or glued.
    fn holds(&self, ahead: &[RawToken], words: &[&str]) -> bool {
        let mut ahead = ahead.iter().take_while(|t| t.kind != Raw::Colon);
        ahead.any(|t| {
            let word = self.slice(t.span).to_ascii_uppercase();
            t.kind == Raw::Word && words.iter().any(|w| word.contains(w))
        })
    }
}

/// Where the next word stands after this one.
fn place_after(word: &str, before: Place) -> Place {
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if is(&["THEN", "ELSE"]) {
        return Place::Statement;
    }
    let operator = is(&TAILS) || is(&["NOT"]);
    match before {
        Place::Statement if is(&HEADS) || is(&["NEXT"]) => Place::Operand,
        _ if operator => Place::Operand,
        _ => Place::AfterOperand,
    }
}
/// The length of the word that this one begins with, if what is left makes sense.
fn prefix(word: &str, words: &[&str]) -> Option<usize> {
    let found = words.iter().filter(|w| word.strip_prefix(**w).is_some_and(makes_sense));
    found.map(|w| w.len()).max()
}
/// Whether what is left of a word is a number, a short variable, a function or a glued word.
fn makes_sense(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest.get(digits..).unwrap_or("");
    if digits > 0 {
        return after.is_empty() || prefix(after, &TAILS).is_some();
    }
    let short = is_short(rest);
    let function = rest.len() > 2
        && (names::function(rest).is_some()
            || matches!(rest, "TAB" | "SPC" | "USING" | "RND")
            || rest.strip_prefix("FN").is_some_and(is_short));
    let glued = prefix(rest, &HEADS).is_some()
        || HEADS.contains(&rest)
        || rest.strip_prefix("NOT").is_some_and(makes_sense);
    let tail = (1..=2).any(|n| {
        rest.get(..n).is_some_and(is_short)
            && rest
                .get(n..)
                .is_some_and(|tail| prefix(tail, &TAILS).is_some() || TAILS.contains(&tail))
    });
    short || function || glued || tail
}
/// A variable of the oldest BASICs: a letter, perhaps a digit, perhaps a type.
fn is_short(word: &str) -> bool {
    let plain = word.strip_suffix(['$', '%', '!', '#']).unwrap_or(word);
    match plain.as_bytes() {
        [letter] => letter.is_ascii_alphabetic(),
        [letter, digit] => letter.is_ascii_alphabetic() && digit.is_ascii_digit(),
        _ => false,
    }
}
fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}
