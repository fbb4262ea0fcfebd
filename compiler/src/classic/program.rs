//! All lines of a program, read in the order of their numbers and put together.

use super::facts::{Event, EventKind, Facts};
use super::line::{Counts, Defaults, Reader, tokens};
use super::listing::{Row, rows};
use super::scan::{Kind, Piece, pieces};
use super::words::{self, Usage, at_statement};
use super::written::{Reading, Written};
use super::{check, loops};
use crate::ast::{ExitKind, Ident, Listing, Script, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::parser::blocks::Blocks;
use crate::parser::line::Line;
use crate::source::Span;

/// Errors after which reading stops.
const MAX_ERRORS: usize = 100;

/// A program that is being read.
pub(super) struct Program<'t> {
    text: &'t str,
    pub(super) rows: Vec<Row>,
    /// Where each row begins and its number, in the order of the file.
    places: Vec<(u32, u32)>,
    pub(super) facts: Facts,
    pub(super) listing: Listing,
    pub(super) diagnostics: Vec<Diagnostic>,
    counts: Counts,
    failures: Vec<Failure>,
    /// The rows that could be read, as they were.
    written: Vec<Written>,
    /// Whether the program glues words.
    glues: bool,
    /// Whether a line could not be read.
    pub(super) broken: bool,
}

/// Why a line could not be read: in the likely reading of its words, and with all of them whole.
struct Failure {
    /// Whether it begins a statement of other scripts.
    modern: bool,
    likely: Box<Diagnostic>,
    whole: Box<Diagnostic>,
}

impl<'t> Program<'t> {
    pub fn new(text: &'t str) -> Program<'t> {
        let mut diagnostics = Vec::new();
        let rows = rows(text, &mut diagnostics);
        let mut places = Vec::with_capacity(rows.len());
        let mut number = 0;
        for row in &rows {
            number = row.number.unwrap_or(number);
            places.push((row.head.start, number));
        }
        places.sort_unstable();
        Program {
            text,
            rows,
            places,
            facts: Facts::default(),
            listing: Listing::default(),
            diagnostics,
            counts: Counts::default(),
            failures: Vec::new(),
            written: Vec::new(),
            glues: false,
            broken: false,
        }
    }

    pub fn parse(mut self) -> Option<Reading> {
        let lines: Vec<Vec<Piece>> = self.rows.iter().map(|r| pieces(self.text, r.body)).collect();
        let mut usage = Usage::default();
        lines.iter().for_each(|pieces| usage.count(self.text, pieces));
        let defaults = defaults(self.text, &lines);
        let mut blocks = Blocks::new(true);
        let rows = self.rows.clone();
        for (row, pieces) in rows.iter().zip(&lines) {
            self.begin(row, &mut blocks);
            match self.row(row, pieces, &usage, &defaults) {
                Ok(lines) => self.add(ending(row, lines), &mut blocks),
                Err(failure) if failure.modern => return None,
                Err(failure) => self.failures.push(failure),
            }
            if self.too_many() {
                break;
            }
        }
        let mut found = Vec::new();
        let body = blocks.finish(&mut found);
        found.into_iter().for_each(|diagnostic| self.report(diagnostic));
        for failure in std::mem::take(&mut self.failures) {
            self.broken = true;
            self.report(*if self.glues { failure.likely } else { failure.whole });
        }
        self.conclude();
        self.diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
        let listing = Some(Box::new(self.listing));
        let script = Script { body, listing, ..Script::default() };
        let (diagnostics, rows, broken) = (self.diagnostics, self.written, self.broken);
        Some(Reading { script, diagnostics, rows, broken })
    }

    /// The line number is a label.
    fn begin(&mut self, row: &Row, blocks: &mut Blocks) {
        let Some(number) = row.number else {
            self.facts.extensions.push(row.head);
            return;
        };
        self.facts.events.push(Event { kind: EventKind::Line(number), span: row.head, inside: 0 });
        let label = Ident { name: number.to_string().into(), span: row.head };
        blocks.push(StmtKind::Label(label), row.head, &mut self.diagnostics);
    }
    /// Reads a row: in the reading of its glued words that is likely, and where that fails in the
    /// others.
    fn row(
        &mut self,
        row: &Row,
        pieces: &[Piece],
        usage: &Usage,
        defaults: &Defaults,
    ) -> Result<Vec<(Line, Span)>, Failure> {
        let mut failure: Option<Failure> = None;
        for reading in [words::Reading::Likely, words::Reading::Whole, words::Reading::Parted] {
            let (tokens, ambiguous) = tokens(self.text, pieces, usage, reading);
            let mut reader = Reader::new(self.text, tokens, row.body.end, defaults, self.counts);
            match reader.line() {
                Ok(()) => {
                    self.glues |= ambiguous && reading != words::Reading::Whole;
                    self.counts = reader.counts;
                    self.facts.add(reader.facts);
                    self.written.push(Written::new(self.text, row, &reader.tokens));
                    return Ok(reader.out);
                }
                Err(error) => match &mut failure {
                    Some(failure) if reading == words::Reading::Whole => failure.whole = error,
                    Some(_) => {}
                    None => {
                        let (modern, whole) = (reader.modern, error.clone());
                        failure = Some(Failure { modern, whole, likely: error });
                    }
                },
            }
            if !ambiguous {
                break;
            }
        }
        let nothing = || Box::new(Diagnostic::error(codes::UNEXPECTED, row.head, "nothing"));
        let lost = || Failure { modern: false, likely: nothing(), whole: nothing() };
        Err(failure.unwrap_or_else(lost))
    }
    fn add(&mut self, lines: Vec<(Line, Span)>, blocks: &mut Blocks) {
        let mut found = Vec::new();
        for (line, span) in lines {
            blocks.add(line, span, false, false, &mut found);
        }
        found.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }
    fn too_many(&mut self) -> bool {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let errors = errors + self.failures.len();
        let over = errors >= MAX_ERRORS;
        if over {
            let span = self.diagnostics.last().map_or(Span::default(), |d| d.span);
            let message = "Too many errors; the rest of the program was not read.";
            self.diagnostics.push(Diagnostic::error(codes::TOO_MANY, span, message));
        }
        over
    }

    /// The number of the line in which a place lies.
    pub(super) fn number_at(&self, at: u32) -> Option<u32> {
        let after = self.places.partition_point(|&(start, _)| start <= at);
        after.checked_sub(1).and_then(|i| self.places.get(i)).map(|&(_, number)| number)
    }
    /// Reports something, with the number of its line.
    pub(super) fn report(&mut self, mut diagnostic: Diagnostic) {
        if let Some(number) = self.number_at(diagnostic.span.start) {
            diagnostic.message = format!("line {number}: {}", uncapitalised(&diagnostic.message));
        }
        self.diagnostics.push(diagnostic);
    }

    /// What follows from all lines together.
    fn conclude(&mut self) {
        let mut numbers: Vec<(u32, u32)> =
            self.rows.iter().filter_map(|r| Some((r.line, r.number?))).collect();
        numbers.sort_unstable();
        self.listing.numbers = numbers;
        self.listing.minimal = self.facts.extensions.is_empty();
        let variables = std::mem::take(&mut self.facts.variables);
        self.listing.variables = variables.into_iter().collect();
        let random = &self.facts.random;
        self.listing.fixed_random = random.bare && !random.number && !random.zero;
        self.listing.zero_random = random.zero && !random.number && !random.bare;
        loops::plan(self);
        check::check(self);
    }
}

/// A line that only goes to itself kept a picture on the screen until somebody broke it off: here
/// the program ends.
fn ending(row: &Row, mut lines: Vec<(Line, Span)>) -> Vec<(Line, Span)> {
    if let ([(Line::Stmt(kind), _)], Some(number)) = (lines.as_mut_slice(), row.number)
        && matches!(kind, StmtKind::Goto(label) if label.name == number.to_string())
    {
        *kind = StmtKind::Exit(ExitKind::Script);
    }
    lines
}

/// A sentence as it goes on behind a colon; names and keywords keep their letters.
fn uncapitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    match chars.as_str().starts_with(char::is_lowercase) {
        true => format!("{first}{}", chars.as_str()),
        false => sentence.to_string(),
    }
}

/// What DEFINT, DEFSTR, DEFSNG and DEFDBL say of names, wherever they stand.
fn defaults(text: &str, lines: &[Vec<Piece>]) -> Defaults {
    let mut letters = [None; 26];
    for pieces in lines {
        for (index, piece) in pieces.iter().enumerate() {
            let before = pieces.get(..index).unwrap_or(&[]);
            if piece.kind == Kind::Word && at_statement(text, before) {
                let rest = pieces.get(index..).unwrap_or(&[]);
                declare(text, rest, &mut letters);
            }
        }
    }
    Defaults { letters }
}

/// Reads one of them, if it begins here.
fn declare(text: &str, pieces: &[Piece], letters: &mut [Option<char>; 26]) {
    const WORDS: [(&str, Option<char>); 4] =
        [("DEFINT", Some('%')), ("DEFSTR", Some('$')), ("DEFSNG", None), ("DEFDBL", Some('#'))];
    let slice = |p: &Piece| text.get(p.span.start as usize..p.span.end as usize).unwrap_or("");
    let mut written = String::new();
    for piece in pieces.iter().take_while(|p| slice(p) != ":").take(60) {
        written.extend(slice(piece).chars().map(|c| c.to_ascii_uppercase()));
    }
    let found = WORDS.iter().find_map(|(word, ty)| Some((written.strip_prefix(word)?, *ty)));
    let Some((ranges, ty)) = found else { return };
    for range in ranges.split(',') {
        let mut ends = range.bytes().filter(u8::is_ascii_uppercase);
        let Some(first) = ends.next() else { continue };
        for letter in first..=ends.next().unwrap_or(first) {
            if let Some(slot) = letters.get_mut(usize::from(letter - b'A')) {
                *slot = ty;
            }
        }
    }
}
