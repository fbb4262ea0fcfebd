//! Lines of blocks that are miswritten so that they can still be told: `NXET i`, `IF END`,
//! `END END IF`, `END SWTCH`. They are read as what is meant, so that their blocks stay right.

use super::line::Line;
use super::{Parser, errors, is_end};
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::lines::is_one_of;
use crate::lexer::scan::{Raw, RawToken};
use crate::lexer::token::{Closer, Tok};
use crate::lexer::vocabulary::in_upper;
use crate::source::Span;
use basilect_stdlib::spelling;

/// The second words of closing lines.
const ENDS: &[(&str, Closer)] = &[
    ("IF", Closer::If),
    ("FOR", Closer::For),
    ("WHILE", Closer::While),
    ("DO", Closer::Do),
    ("SELECT", Closer::Select),
    ("SWITCH", Closer::Select),
    ("SUB", Closer::Procedure),
    ("FUNCTION", Closer::Procedure),
    ("TRY", Closer::Try),
    ("WITH", Closer::With),
    ("SCHEDULE", Closer::Schedule),
];

/// What stands behind END below raw text, and how far below it may stand.
const TEXT_BLOCKS: &[&str] = &["TALK", "MAIL", "SYSTEM PROMPT", "PROMPT"];
const TEXT_LINES: usize = 200;

impl Parser<'_> {
    /// The line that is meant where the rest of this one is a miswritten closing line.
    pub(super) fn miswritten(&self, tokens: &[RawToken], at: usize) -> Option<(Line, Diagnostic)> {
        let rest = tokens.get(at..)?;
        if rest.len() > 3 || rest.iter().any(|token| token.kind != Raw::Word) {
            return None;
        }
        let mut words = [""; 3];
        for (word, token) in words.iter_mut().zip(rest) {
            *word = self.lines.slice(token.span);
        }
        let span = rest.first()?.span.to(rest.last()?.span);
        let (line, right) = match words.get(..rest.len())? {
            [first, second] if is_one_of(second, &["END"]) => {
                let (word, closer) = end(first)?;
                (Line::End(closer), format!("END {word}"))
            }
            [first, second] if is_one_of(first, &["END"]) => {
                let (word, closer) = near_end(second)?;
                (Line::End(closer), format!("END {word}"))
            }
            [first, second, third]
                if is_one_of(first, &["END"]) && first.eq_ignore_ascii_case(second) =>
            {
                let (word, closer) = end(third)?;
                (Line::End(closer), format!("END {word}"))
            }
            [word] if self.is_free(word) => single(word)?,
            [word, name] if self.is_free(word) => match single(word)? {
                (Line::Next(_), _) => (Line::Next(Vec::new()), format!("NEXT {name}")),
                _ => return None,
            },
            _ => return None,
        };
        Some((line, wrong(span, self.lines.slice(span), right)))
    }
    /// Whether a line that cannot be read begins with BEGIN, or is meant to.
    pub(super) fn begins_text_block(&self, first: &RawToken) -> bool {
        let word = self.lines.slice(first.span).to_uppercase();
        word == "BEGIN" || spelling::only(&word, ["BEGIN"]).is_some()
    }
    /// Passes over the raw text below such a line, if its end is there.
    pub(super) fn pass_text_block(&mut self) {
        let rest = self.lines.rest();
        let ends = |line: &str| TEXT_BLOCKS.iter().any(|words| is_end(line, words));
        if rest.lines().take(TEXT_LINES).any(ends) {
            while let Some((line, _)) = self.lines.raw_line() {
                if ends(line) {
                    break;
                }
            }
        }
    }
    /// Whether a word means nothing in this script.
    fn is_free(&self, word: &str) -> bool {
        word.len() > 2 && !in_upper(word, |upper| self.cx.procedures.contains_key(upper))
    }
}

fn wrong(span: Span, written: &str, right: String) -> Diagnostic {
    let message = format!("`{written}` is no statement.");
    Diagnostic::error(codes::UNKNOWN_STATEMENT, span, message)
        .help(format!("Did you mean `{right}`?"))
        .fix(format!("Write `{right}`"), vec![(span, right)])
}

fn end(word: &str) -> Option<(&'static str, Closer)> {
    ENDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).copied()
}
/// The closing line whose second word is nearly this one.
fn near_end(word: &str) -> Option<(&'static str, Closer)> {
    if end(word).is_some() {
        return None;
    }
    let near = spelling::only(word, ENDS.iter().map(|(known, _)| *known))?;
    end(near)
}

/// The closing line of one word that is meant by this one.
fn single(word: &str) -> Option<(Line, String)> {
    if is_one_of(word, &["NEXT", "WEND", "LOOP", "ENDIF"]) {
        return None;
    }
    let meant = errors::similar(word)?;
    let line = match meant.as_str() {
        "NEXT" => Line::Next(Vec::new()),
        "WEND" => Line::End(Closer::While),
        "LOOP" => Line::Loop(None),
        "ENDIF" => Line::End(Closer::If),
        _ => return None,
    };
    Some((line, meant))
}

/// What a line that cannot be read begins with, or is meant to.
pub(super) fn meant(first: Tok<'_>) -> Tok<'_> {
    let Tok::Name(word) = first else { return first };
    let upper = word.to_uppercase();
    let known = |word: &str| {
        Some(match word {
            "IF" => Tok::If,
            "FOR" => Tok::For,
            "WHILE" => Tok::While,
            "DO" => Tok::Do,
            "REPEAT" => Tok::Repeat,
            "SELECT" | "SWITCH" => Tok::Select,
            "SUB" => Tok::Sub,
            "FUNCTION" => Tok::Function,
            "TRY" => Tok::Try,
            "WITH" => Tok::With,
            "SCHEDULE" => Tok::Schedule,
            "ORCHESTRATE" => Tok::Workflow,
            _ => return None,
        })
    };
    let near = || {
        const LONG: [&str; 7] =
            ["WHILE", "SELECT", "SWITCH", "FUNCTION", "REPEAT", "SCHEDULE", "ORCHESTRATE"];
        spelling::only(&upper, LONG)
    };
    known(&upper).or_else(|| near().and_then(known)).unwrap_or(first)
}
