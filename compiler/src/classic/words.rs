//! Glued words: `FORI=1TO10`, `IFA=BTHEN100`.
//!
//! The oldest BASICs found their keywords anywhere in a word, later ones only in words of their
//! own. Here a word that holds a keyword is a name where the program both gives it a value and uses
//! it, as it does with `TOTAL` or `SCORE`; otherwise it is parted, and where that makes no sense it
//! is a name after all.

use super::scan::{Kind, Piece};
use crate::hashed::HashMap;
use crate::source::Span;

/// Keywords that are found inside glued words. Those with `$` end with it.
pub(super) const CORE: &[&str] = &[
    "LET", "PRINT", "INPUT", "READ", "RESTORE", "IF", "THEN", "ELSE", "GOTO", "GOSUB", "RETURN",
    "FOR", "TO", "STEP", "NEXT", "ON", "DIM", "DEF", "END", "STOP", "AND", "OR", "NOT", "MOD",
    "USING", "POKE", "ABS", "ATN", "COS", "EXP", "INT", "LOG", "RND", "SGN", "SIN", "SQR", "TAN",
    "LEN", "ASC", "VAL", "PEEK", "CHR$", "STR$", "LEFT$", "RIGHT$", "MID$", "INKEY$", "REM",
];
/// Keywords that stand for themselves.
const WHOLE: &[&str] = &["DATA", "XOR", "EQV", "IMP", "RANDOMIZE", "OPTION", "WHILE", "WEND"];

/// A word after parting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    /// A keyword of the core.
    Key(&'static str),
    /// Anything else.
    Name,
    /// A number that was glued.
    Number,
}

/// How a program uses words that hold keywords.
#[derive(Debug, Default)]
pub(super) struct Usage {
    words: HashMap<String, (u32, u32)>,
}

impl Usage {
    /// Counts the words of a line.
    pub fn count(&mut self, text: &str, pieces: &[Piece]) {
        let mut head = "";
        for (index, piece) in pieces.iter().enumerate() {
            if at_statement(text, pieces.get(..index).unwrap_or(&[])) {
                head = slice(text, piece.span);
            }
            let word = slice(text, piece.span);
            let known = keyword(word).is_some() || super::statement::is_known(word);
            if piece.kind != Kind::Word || known || !holds_keyword(word) {
                continue;
            }
            let next = pieces.get(index + 1).map(|p| slice(text, p.span));
            let counts = self.words.entry(word.to_ascii_uppercase()).or_default();
            match is_target(text, pieces, index, head, next) {
                true => counts.0 += 1,
                false => counts.1 += 1,
            }
        }
    }
    /// Whether a word that holds a keyword is a name: it is given a value, and used.
    fn is_name(&self, word: &str) -> bool {
        let counts = self.words.get(&word.to_ascii_uppercase());
        counts.is_some_and(|(targets, uses)| *targets > 0 && *uses > 0)
    }
}

/// Whether a word receives a value where it stands.
fn is_target(text: &str, pieces: &[Piece], index: usize, head: &str, next: Option<&str>) -> bool {
    const RECEIVERS: [&str; 6] = ["INPUT", "READ", "DIM", "LINE", "GET", "SWAP"];
    let before = index.checked_sub(1).and_then(|i| pieces.get(i)).map(|p| slice(text, p.span));
    let starts = at_statement(text, pieces.get(..index).unwrap_or(&[]))
        || before.is_some_and(|w| ["LET", "FOR"].iter().any(|k| k.eq_ignore_ascii_case(w)));
    let received = RECEIVERS.iter().any(|k| k.eq_ignore_ascii_case(head));
    starts && matches!(next, Some("=" | "(")) || received && !starts
}

/// Whether the next piece begins a statement.
pub(super) fn at_statement(text: &str, before: &[Piece]) -> bool {
    before.last().is_none_or(|last| {
        let word = slice(text, last.span);
        word == ":" || ["THEN", "ELSE"].iter().any(|k| k.eq_ignore_ascii_case(word))
    })
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// The keywords that may be glued, and those that stand for themselves.
pub(super) fn keywords() -> impl Iterator<Item = &'static str> {
    CORE.iter().chain(WHOLE).copied()
}

/// The keyword that a word is, whole.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    let all = CORE.iter().chain(WHOLE);
    all.copied().find(|k| k.len() == word.len() && k.eq_ignore_ascii_case(word))
}

fn holds_keyword(word: &str) -> bool {
    (0..word.len()).any(|at| core_at(word, at).is_some())
}

/// The longest keyword of the core that begins at a byte of a word.
fn core_at(word: &str, at: usize) -> Option<&'static str> {
    let rest = word.get(at..)?;
    let fits = |k: &&&str| rest.get(..k.len()).is_some_and(|r| r.eq_ignore_ascii_case(k));
    CORE.iter().filter(fits).max_by_key(|k| k.len()).copied()
}

/// How words that hold keywords are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Parted where the program does not use them as names.
    Likely,
    /// All parted.
    Parted,
    /// None parted.
    Whole,
}

/// Parts a word in one reading; `next` is the byte behind it. True when another reading differs.
pub(super) fn part(
    text: &str,
    span: Span,
    usage: &Usage,
    reading: Reading,
    next: u8,
    out: &mut Vec<(Word, Span)>,
) -> bool {
    let word = slice(text, span);
    if let Some(key) = keyword(word) {
        out.push((Word::Key(key), span));
        return false;
    }
    let bare = word.trim_end_matches(['#', '!', '%']);
    if let Some(key) = keyword(bare).filter(|_| bare.len() < word.len()) {
        out.push((Word::Key(key), Span::new(span.start, span.start + bare.len() as u32)));
        out.push((Word::Name, Span::new(span.start + bare.len() as u32, span.end)));
        return false;
    }
    if !holds_keyword(word) || super::statement::is_known(word) {
        out.push((Word::Name, span));
        return false;
    }
    let whole = match reading {
        Reading::Whole => true,
        Reading::Parted => false,
        Reading::Likely => usage.is_name(word),
    };
    match whole {
        true => out.push((Word::Name, span)),
        false => cut(text, span, next, out),
    }
    true
}

/// Cuts a word at every keyword in it.
fn cut(text: &str, span: Span, next: u8, out: &mut Vec<(Word, Span)>) {
    let word = slice(text, span);
    let (mut from, mut at) = (0, 0);
    while at < word.len() {
        let Some(key) = core_at(word, at) else {
            at += 1;
            continue;
        };
        rest(text, sub(span, from, at), out);
        out.push((Word::Key(key), sub(span, at, at + key.len())));
        at += key.len();
        from = at;
        // Blanks and functions of PRINT keep their names: `PRINTTAB(5)`.
        let left = word.get(at..).unwrap_or("");
        if next == b'(' && ["TAB", "SPC"].iter().any(|w| w.eq_ignore_ascii_case(left)) {
            break;
        }
    }
    rest(text, sub(span, from, word.len()), out);
}

fn sub(span: Span, from: usize, to: usize) -> Span {
    Span::new(span.start + from as u32, span.start + to as u32)
}

/// What stands between keywords: perhaps a number, then perhaps a name.
fn rest(text: &str, span: Span, out: &mut Vec<(Word, Span)>) {
    let word = slice(text, span);
    let digit = |c: char| c.is_ascii_digit() || c == '.';
    let digits = word.len() - word.trim_start_matches(digit).len();
    let digits = digits + exponent(word.get(digits..).unwrap_or(""), digits);
    if digits > 0 {
        out.push((Word::Number, sub(span, 0, digits)));
    }
    if digits < word.len() {
        out.push((Word::Name, sub(span, digits, word.len())));
    }
}

/// The bytes of `E5` behind digits.
fn exponent(rest: &str, digits: usize) -> usize {
    let mark = rest.starts_with(['E', 'e', 'D', 'd']);
    let count = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    if digits > 0 && mark && count > 0 { 1 + count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::scan::pieces;
    use super::*;

    fn parted(line: &str, program: &[&str]) -> String {
        let mut usage = Usage::default();
        for text in program.iter().chain([&line]) {
            usage.count(text, &pieces(text, Span::new(0, text.len() as u32)));
        }
        let mut out = Vec::new();
        for piece in pieces(line, Span::new(0, line.len() as u32)) {
            let next = line.as_bytes().get(piece.span.end as usize).copied().unwrap_or(0);
            match piece.kind {
                Kind::Word => {
                    part(line, piece.span, &usage, Reading::Likely, next, &mut out);
                }
                _ => out.push((Word::Name, piece.span)),
            }
        }
        out.iter().map(|(_, span)| slice(line, *span)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn glued_words_are_parted() {
        assert_eq!(parted("FORI=1TO10STEP2", &[]), "FOR I = 1 TO 10 STEP 2");
        assert_eq!(parted("IFA=BTHEN100", &[]), "IF A = B THEN 100");
        assert_eq!(parted("PRINTTAB(5)\"X\"", &[]), "PRINT TAB ( 5 ) \"X\"");
        assert_eq!(parted("IFNOTAANDBTHENPRINTA$", &[]), "IF NOT A AND B THEN PRINT A$");
        assert_eq!(parted("GOTO1E3", &[]), "GOTO 1E3");
        assert_eq!(parted("A$=LEFT$(B$,1)", &[]), "A$ = LEFT$ ( B$ , 1 )");
        assert_eq!(parted("PRINT#1", &[]), "PRINT # 1");
    }

    #[test]
    fn names_that_hold_keywords_stay_whole() {
        let program = ["TOTAL = 0", "SCORE(1) = 2", "PRINT TOTAL, SCORE(1)", "INPUT WORD$"];
        assert_eq!(parted("TOTAL=TOTAL+SCORE(1)", &program), "TOTAL = TOTAL + SCORE ( 1 )");
        assert_eq!(parted("PRINT WORD$", &program), "PRINT WORD$");
    }
}
