//! From a file to its tree.
//!
//! Classic programs have a reader of their own, [`classic`](crate::classic).
//!
//! Reading order: this file drives the lines through folding and the grammar, [`blocks`] puts them
//! together, [`raw`] reads what is not made of expressions (TABLE, DATA, raw text), [`errors`]
//! says what is wrong with a line, [`miswritten`] knows lines of blocks with a slip, [`build`] and
//! [`text`] make the nodes. One broken line gives one error: the next line starts afresh, and
//! [`aftermath`] drops what only follows from it.

mod aftermath;
pub mod blocks;
pub mod build;
pub(crate) mod drive;
mod errors;
mod foreign;
pub mod line;
mod miswritten;
pub(crate) mod precedence;
mod prose;
pub(crate) mod raw;
pub mod reading;
mod sections;
pub mod text;

use crate::ast::{Expr, ExprKind, Ident, Script, StmtKind};
use crate::classic;
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::grammar::LineParser;
use crate::hashed::HashMap;
use crate::lexer::fold::{End, Folder, Frame};
use crate::lexer::lines::Lines;
use crate::lexer::scan::{Raw, RawToken};
use crate::lexer::token::{Spanned, Tok};
use crate::lexer::vocabulary::in_upper;
use crate::source::{SourceFile, Span};
use basilect_stdlib::Limits;
use blocks::Blocks;
use build::Cx;
use line::Line;
pub(crate) use raw::is_end;
use reading::{Form, Reading};
use std::cell::{Cell, RefCell};

/// Closing and parting words that are written as one, and as usual.
const ONE_WORD: &[(&str, &str)] = &[
    ("ENDIF", "END IF"),
    ("ELSEIF", "ELSE IF"),
    ("ENDFOR", "END FOR"),
    ("ENDSUB", "END SUB"),
    ("ENDFUNCTION", "END FUNCTION"),
    ("ENDWHILE", "END WHILE"),
    ("ENDSELECT", "END SELECT"),
    ("ENDSWITCH", "END SWITCH"),
];
/// How often a file is read again in search of a missing quote, and how many bytes in all.
const REREADS: usize = 12;
const REREAD_BYTES: usize = 400_000;
/// Errors after which parsing stops.
const MAX_ERRORS: usize = 200;

/// Reads a script. What cannot be read is reported and stands in the tree as broken.
pub fn parse(source: &SourceFile) -> (Script, Vec<Diagnostic>) {
    if let Some(diagnostic) = unreadable(source) {
        return (Script::default(), vec![diagnostic]);
    }
    let numbered = classic::is_classic(&source.text);
    if numbered && let Some((script, mut diagnostics)) = classic::parse(&source.text) {
        aftermath::settle_numbered(&source.text, &mut diagnostics);
        return (script, diagnostics);
    }
    let survey = Survey::of(&source.text, numbered);
    let read = Parser::new(&source.text, &survey).script();
    let (script, diagnostics, _) = with_texts_closed(&source.text, &survey, read);
    (script, diagnostics)
}
/// What reading gives.
type Read<'s> = (Script, Vec<Diagnostic>, Reading<'s>);

/// A text without its closing quote turns what is text and what is not around, down to the end of
/// the file. Of the texts that go over several lines one is then meant to end with its line: the
/// one that leaves the fewest errors and the fewest such texts.
fn with_texts_closed<'s>(text: &'s str, survey: &'s Survey, first: Read<'s>) -> Read<'s> {
    let badness = |read: &Read| {
        let errors = read.1.iter().filter(|d| d.severity == Severity::Error).count();
        errors + read.2.long_texts.len()
    };
    let errors = first.1.iter().any(|d| d.severity == Severity::Error);
    if !errors || first.2.long_texts.is_empty() {
        return first;
    }
    let tries = (REREAD_BYTES / text.len().max(1)).clamp(1, REREADS);
    let long = first.2.long_texts.clone();
    let (mut best, mut alone) = (first, true);
    let mut least = badness(&best);
    for start in long.into_iter().take(tries) {
        let mut parser = Parser::new(text, survey);
        parser.lines.close_text_at(start);
        let read = parser.script();
        let bad = badness(&read);
        // Of two that are as good, what stands before the later one is right as it is.
        if bad < least || bad == least && best.2.one_line_text {
            alone = bad < least;
            (best, least) = (read, bad);
            best.2.one_line_text = true;
        }
    }
    if !alone {
        let unclosed = best.1.iter_mut().filter(|d| d.code == codes::UNCLOSED_TEXT);
        unclosed.filter_map(|d| d.fix.as_mut()).for_each(|fix| fix.sure = false);
    }
    best
}
/// Reads a script that is no classic program and keeps what was read where.
pub(crate) fn read<'s>(
    source: &'s SourceFile,
    survey: &'s Survey,
) -> (Script, Vec<Diagnostic>, Reading<'s>) {
    if let Some(diagnostic) = unreadable(source) {
        return (Script::default(), vec![diagnostic], Reading::default());
    }
    let mut parser = Parser::new(&source.text, survey);
    parser.reading = Some(Reading::default());
    parser.script()
}
/// Why a file is not read at all: it is too large, or prose.
pub(crate) fn unreadable(source: &SourceFile) -> Option<Diagnostic> {
    match source.text.len() > Limits::DEFAULT.source_bytes {
        true => Some(too_large()),
        false => prose::detect(&source.text),
    }
}
/// A script that is longer than a script may be.
pub(crate) fn too_large() -> Diagnostic {
    let message = "This file is too large for a script.";
    let help = "Split it into several scripts, or put data into a table; a script may have 1 MB.";
    Diagnostic::error(codes::TOO_LARGE, Span::default(), message).help(help)
}

/// What must be known of a file before its first line is read.
pub(crate) struct Survey {
    /// Whether its lines have numbers.
    pub(crate) numbered: bool,
    /// The procedures it declares, in upper case, with how many parameters they have.
    pub(crate) procedures: HashMap<String, usize>,
}

impl Survey {
    /// Of a file with this text.
    pub(crate) fn of(text: &str, numbered: bool) -> Survey {
        let mut procedures = HashMap::default();
        let mut inside: Option<String> = None;
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
        for end in ends {
            let bytes = text.as_bytes().get(start..end).unwrap_or(&[]);
            start = end + 1;
            let blank = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let first = bytes.get(blank);
            if !matches!(first, Some(b'S' | b's' | b'F' | b'f' | b'P' | b'p' | b'E' | b'e')) {
                continue;
            }
            let line = text.get(end - (bytes.len() - blank)..end).unwrap_or("");
            let rest = match first {
                Some(b'S' | b's') => strip_word(line, "SUB"),
                Some(b'F' | b'f') => strip_word(line, "FUNCTION"),
                Some(b'P' | b'p') if strip_word(line, "PARAM").is_some() => {
                    let count = inside.as_ref().and_then(|name| procedures.get_mut(name));
                    if let Some(count) = count {
                        *count = usize::saturating_add(*count, 1);
                    }
                    None
                }
                Some(b'E' | b'e') => {
                    let end = strip_word(line, "END").map(crate::lexer::lines::leading_word);
                    let ends = |word: &str| {
                        ["SUB", "FUNCTION"].iter().any(|w| word.eq_ignore_ascii_case(w))
                    };
                    inside = inside.filter(|_| !end.is_some_and(ends));
                    None
                }
                _ => None,
            };
            if let Some(rest) = rest {
                let name = crate::lexer::lines::leading_word(rest).to_uppercase();
                procedures.insert(name.clone(), parameters(rest));
                inside = Some(name);
            }
        }
        Survey { numbered, procedures }
    }
}
/// How many parameters a SUB line has; a list that goes on in the next line may have any number.
fn parameters(line: &str) -> usize {
    let Some((_, list)) = line.split_once('(') else { return 0 };
    match list.split_once(')') {
        Some((list, _)) if list.trim().is_empty() => 0,
        Some((list, _)) => list.split(',').count(),
        None => usize::MAX,
    }
}
/// What follows a word and blank space, if the line starts with it.
fn strip_word<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = line.split_at_checked(word.len())?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (head.eq_ignore_ascii_case(word) && ends).then(|| rest.trim_start())
}

struct Parser<'s> {
    lines: Lines<'s>,
    text: &'s str,
    tokens: Vec<Spanned<'s>>,
    /// Room for the open brackets of a statement.
    frames: Vec<Frame>,
    grammar: LineParser,
    cx: Cx<'s>,
    diagnostics: Vec<Diagnostic>,
    spellings: Vec<(Span, &'static str)>,
    blocks: Blocks,
    /// Whether lines have numbers.
    numbered: bool,
    /// What was read so far, if somebody wants to know.
    reading: Option<Reading<'s>>,
    survey: &'s Survey,
    /// Whether a piece of a file is read to see whether a fix mends it.
    trial: bool,
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, survey: &'s Survey) -> Parser<'s> {
        let cx = Cx {
            diagnostics: RefCell::new(Vec::new()),
            procedures: &survey.procedures,
            depth: 0,
            failures: Cell::new(0),
        };
        Parser {
            lines: Lines::new(text, survey.numbered),
            text,
            tokens: Vec::new(),
            frames: Vec::new(),
            grammar: LineParser::new(),
            cx,
            diagnostics: Vec::new(),
            spellings: Vec::new(),
            blocks: Blocks::new(false),
            numbered: survey.numbered,
            reading: None,
            survey,
            trial: false,
        }
    }
    fn script(mut self) -> (Script, Vec<Diagnostic>, Reading<'s>) {
        while self.lines.next_line(&mut self.diagnostics) {
            self.line();
            if self.blocks.gave_up || self.too_many() {
                break;
            }
        }
        let mut body = self.blocks.finish(&mut self.diagnostics);
        let rest = sections::split(&mut body);
        self.diagnostics.extend(rest.first().map(sections::second));
        self.diagnostics.append(self.cx.diagnostics.get_mut());
        if !self.trial {
            let (survey, unclosed) = (self.survey, &self.blocks.unclosed);
            aftermath::settle(self.text, &mut self.diagnostics, unclosed, |piece| {
                let mut parser = Parser::new(piece, survey);
                parser.trial = true;
                parser.script().1
            });
        }
        let mut reading = self.reading.unwrap_or_default();
        reading.blocks = self.blocks.extents;
        reading.long_texts = self.lines.take_long_texts();
        let (spellings, allows) = (self.spellings, self.lines.take_allows());
        let script = Script { body, rest, listing: None, spellings, allows };
        (script, self.diagnostics, reading)
    }
    fn too_many(&mut self) -> bool {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let over = errors >= MAX_ERRORS;
        if over {
            let end = self.lines.tokens.last().map_or(Span::default(), |t| t.span);
            self.diagnostics.push(Diagnostic::error(
                codes::TOO_MANY,
                end,
                "Too many errors; the rest of the file was not read.",
            ));
        }
        over
    }

    /// Reads the statements of the current logical line.
    fn line(&mut self) {
        let tokens = std::mem::take(&mut self.lines.tokens);
        if let Some(reading) = &mut self.reading {
            reading.line(&tokens);
        }
        let mut at = self.line_number(&tokens);
        if at < tokens.len() && self.raw(&tokens, at) {
            self.lines.tokens = tokens;
            return;
        }
        let mut end = End::Separator;
        while at < tokens.len() {
            let before = at;
            let foreign = foreign::found(self.text, tokens.get(at..).unwrap_or(&[]));
            let own = |report: &Diagnostic| {
                let word = self.lines.slice(report.span);
                in_upper(word, |upper| self.cx.procedures.contains_key(upper))
            };
            // `convert "wood"` calls the SUB of that name.
            if let Some(report) = foreign.filter(|report| !own(report)) {
                self.diagnostics.push(report);
                self.tokens.clear();
                self.note((at, tokens.len(), tokens.len()), Form::Raw);
                let line = self.broken();
                self.add(line, Span::default(), false, false);
                break;
            }
            let (line, span, next, brace);
            (line, span, next, end, brace) = self.statement(&tokens, at);
            at = next.max(before + usize::from(next == before && end != End::Inline));
            self.note((before, at, tokens.len()), Form::Folded);
            let text_block = self.add(line, span, brace, end == End::Inline);
            if text_block {
                break;
            }
            if at < tokens.len() && self.raw(&tokens, at) {
                break;
            }
            if next == before && end == End::Inline {
                break;
            }
        }
        let _ = end;
        self.blocks.end_line(&mut self.diagnostics);
        self.lines.tokens = tokens;
    }
    /// A number at the start of a line is a label.
    fn line_number(&mut self, tokens: &[RawToken]) -> usize {
        let Some(first) = tokens.first().filter(|t| t.kind == Raw::Number) else { return 0 };
        let digits = self.lines.slice(first.span);
        if !digits.bytes().all(|b| b.is_ascii_digit()) || self.blocks.gives() {
            return 0;
        }
        let label = Ident { name: digits.into(), span: first.span };
        self.blocks.push(StmtKind::Label(label), first.span, &mut self.diagnostics);
        let used = 1 + usize::from(tokens.get(1).is_some_and(|t| t.kind == Raw::Colon));
        self.note((0, used, tokens.len()), Form::Number);
        used
    }
    /// Reads a statement that is not made of expressions; false if there is none at `at`.
    fn raw(&mut self, tokens: &[RawToken], at: usize) -> bool {
        let start = self.lines.offset();
        let read = self.raw_statement(tokens, at);
        if read {
            self.note((at, tokens.len(), tokens.len()), Form::Raw);
            self.note_body(start);
        }
        read
    }
    fn note(&mut self, tokens: (usize, usize, usize), form: Form) {
        self.blocks.statements += 1;
        if let Some(reading) = &mut self.reading {
            let folded = if form == Form::Folded { self.tokens.as_slice() } else { &[] };
            reading.statement(tokens, form, folded, Span::default());
        }
    }
    /// The last statement took the lines from `start` to here.
    fn note_body(&mut self, start: u32) {
        let end = self.lines.offset();
        if let Some(reading) = self.reading.as_mut().filter(|_| end > start) {
            reading.body(Span::new(start, end));
        }
    }
    /// Folds and parses one statement: its line, place, the next token, how it ended, its brace.
    fn statement(&mut self, tokens: &[RawToken], at: usize) -> (Line, Span, usize, End, bool) {
        if let Some((line, report)) = self.miswritten(tokens, at) {
            self.diagnostics.push(report);
            let end = tokens.last().map_or(0, |t| t.span.end);
            let start = tokens.get(at).map_or(0, |t| t.span.start);
            return (line, Span::new(start, end), tokens.len(), End::Line, false);
        }
        let inline = self.blocks.inline();
        let mut folder = Folder::new(self.text, tokens, at, &mut self.tokens, self.cx.procedures);
        folder.gives = self.blocks.gives();
        folder.frames = std::mem::take(&mut self.frames);
        let end = folder.statement(inline, self.numbered);
        let (next, brace, error) = (folder.at, folder.brace, folder.error.take());
        self.frames = std::mem::take(&mut folder.frames);
        self.frames.clear();
        let start = tokens.get(at).map_or(0, |t| t.span.start);
        let last = tokens.get(next.saturating_sub(1).max(at)).map_or(start, |t| t.span.end);
        let span = Span::new(start, last);
        self.blocks.unread = false;
        let line = match error {
            Some(error) => {
                self.diagnostics.push(error);
                self.broken()
            }
            None => self.parse_tokens(span),
        };
        self.note_spelling(tokens, at, &line);
        if self.blocks.unread && tokens.get(at).is_some_and(|t| self.begins_text_block(t)) {
            self.pass_text_block();
        }
        (line, span, next, end, brace)
    }
    /// Words that are written as one: `ENDIF`.
    fn note_spelling(&mut self, tokens: &[RawToken], at: usize, line: &Line) {
        let Some(first) = tokens.get(at) else { return };
        let first = if first.kind == Raw::BraceClose { tokens.get(at + 1) } else { Some(first) };
        let parts = matches!(line, Line::End(_) | Line::ElseIf(_));
        let Some(word) = first.filter(|t| t.kind == Raw::Word && parts) else {
            return;
        };
        let written = self.lines.slice(word.span);
        let usual = ONE_WORD.iter().find(|(one, _)| written.eq_ignore_ascii_case(one));
        self.spellings.extend(usual.map(|(_, usual)| (word.span, *usual)));
    }
    fn parse_tokens(&mut self, span: Span) -> Line {
        match self.grammar.parse(&self.cx, self.tokens.iter().copied()) {
            Ok(line) => *line,
            Err(error) => {
                let report = errors::explain(error, &self.tokens, self.text, span);
                self.diagnostics.push(report);
                self.broken()
            }
        }
    }
    /// A line that keeps the blocks right although it could not be read.
    fn broken(&mut self) -> Line {
        self.blocks.unread = true;
        let span = self.tokens.first().map_or(Span::default(), |t| Span::new(t.0, t.2));
        let hole = || Expr { kind: ExprKind::Broken, span };
        let name = || Ident { name: "?".into(), span };
        match self.tokens.first().map(|t| miswritten::meant(t.1)) {
            Some(Tok::If) => Line::If(hole()),
            Some(Tok::ElseIf) => Line::ElseIf(hole()),
            Some(Tok::Else) => Line::Else,
            Some(Tok::For | Tok::ForEach) => build::for_each(name(), hole(), None),
            Some(Tok::While) => Line::While(build::loop_test(false, hole())),
            Some(Tok::Do) => Line::Do(None),
            Some(Tok::Loop) => Line::Loop(None),
            Some(Tok::Select) => Line::Select(hole()),
            Some(Tok::Case) => Line::Case(Vec::new()),
            Some(Tok::Sub | Tok::Function) => {
                let name = match self.tokens.get(1) {
                    Some(&(l, Tok::Name(n), r)) => build::ident(l, n, r),
                    _ => name(),
                };
                Line::Procedure { function: false, name, params: Vec::new() }
            }
            Some(Tok::Try) => Line::Try,
            Some(Tok::Repeat) => Line::Repeat,
            Some(Tok::Workflow) => Line::Workflow(hole()),
            Some(Tok::Schedule) => Line::Schedule { delay: hole(), unit: String::new() },
            Some(Tok::Catch) => Line::Catch(None),
            Some(Tok::With) => Line::With(hole()),
            Some(Tok::Next) => Line::Next(Vec::new()),
            Some(Tok::End(closer)) => Line::End(closer),
            _ => Line::Stmt(StmtKind::Broken),
        }
    }
    /// Adds a line to the blocks; true if it took raw lines after it.
    fn add(&mut self, line: Line, span: Span, brace: bool, inline: bool) -> bool {
        let start = self.lines.offset();
        let took = self.add_line(line, span, brace, inline);
        self.note_body(start);
        took
    }
    fn add_line(&mut self, line: Line, span: Span, brace: bool, inline: bool) -> bool {
        match line {
            Line::TextBlock(command) => {
                self.text_block(command, span);
                true
            }
            Line::Command(command) if command.keyword.name.starts_with("BEGIN ") => {
                self.text_block(command, span);
                true
            }
            Line::Workflow(name) => {
                self.workflow(name, span);
                true
            }
            line => {
                self.blocks.add(line, span, brace, inline, &mut self.diagnostics);
                false
            }
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests measure time and read the examples"
)]
pub(crate) mod tests;
