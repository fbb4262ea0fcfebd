//! What is left to say when a whole file was read: of several errors that one slip brings about,
//! only the first is told, and blocks that are not closed get their closing line where the
//! indentation shows that they end.

use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::{Diagnostic, Fix, Severity, mend};
use crate::lexer::lines::leading_word;
use crate::source::{SourceFile, Span};
use basilect_stdlib::spelling::distance;

/// A block without its closing line, or with a wrong one.
#[derive(Clone, Copy, Debug)]
pub struct Unclosed {
    /// What is told: the opening line, or the wrong closing line.
    pub at: Span,
    /// The opening line.
    pub opener: Span,
    /// The words that open such a block, and those that close it.
    pub words: (&'static str, &'static str),
}

/// Words of the lines that open, part and close blocks.
const BLOCK_WORDS: &[&str] = &[
    "IF", "THEN", "ELSE", "ELSEIF", "END", "ENDIF", "FOR", "EACH", "NEXT", "WHILE", "WEND", "DO",
    "LOOP", "REPEAT", "UNTIL", "SELECT", "SWITCH", "CASE", "SUB", "FUNCTION", "TRY", "CATCH",
    "FINALLY", "WITH", "ON", "SCHEDULE", "TABLE", "BEGIN", "WORKFLOW",
];
/// The last word of lines that close raw text, whose lines mean nothing when its first is wrong.
const RAW_ENDS: &[&str] = &["TABLE", "TALK", "MAIL", "PROMPT", "WORKFLOW"];

/// How far below the line that was to be WITH its first field stands, in lines.
const NEAR: u32 = 3;

/// Puts the diagnostics in order, drops those that follow from others, adds fixes of blocks, and is
/// sure of those fixes of lines only with which they can be read; `read` reads some lines alone.
pub fn settle(
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
    unclosed: &[Unclosed],
    read: impl Fn(&str) -> Vec<Diagnostic>,
) {
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    if errors == 0 {
        return;
    }
    let file = SourceFile::new("", text);
    let lines = Lines { file: &file };
    diagnostics.iter_mut().for_each(|d| close(&lines, d, unclosed));
    let doubted = [codes::UNEXPECTED, codes::UNKNOWN_STATEMENT, codes::UNCLOSED_BRACKET];
    for d in diagnostics.iter_mut().filter(|d| is_error(d) && doubted.contains(&d.code)) {
        let place = d.span;
        if let Some(fix) = d.fix.as_mut().filter(|fix| fix.sure) {
            fix.sure = mends(text, place, fix, &read);
        }
    }
    if errors > 1 {
        one_a_line(&lines, diagnostics);
        one_dotted(&lines, diagnostics);
        forget_raw_lines(&lines, diagnostics);
        excuse(&lines, diagnostics);
        one_head(&lines, diagnostics);
    }
}

/// Drops the errors of blocks that follow from others in a program with line numbers.
pub fn settle_numbered(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.iter().filter(|d| is_error(d)).count() > 1 {
        let file = SourceFile::new("", text);
        excuse(&Lines { file: &file }, diagnostics);
        one_head(&Lines { file: &file }, diagnostics);
    }
}

/// The lines of a file, for who looks at how they begin.
struct Lines<'f> {
    file: &'f SourceFile,
}

impl Lines<'_> {
    fn of(&self, place: Span) -> u32 {
        self.file.position(place.start).0
    }
    fn count(&self) -> u32 {
        self.file.position(self.file.text.len() as u32).0
    }
    /// A line without blanks around it and without its number.
    fn text(&self, line: u32) -> &str {
        let text = self.file.slice(self.file.line(line));
        text.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start()
    }
    /// The blanks before a line.
    fn blanks(&self, line: u32) -> &str {
        let first = self.file.line(line).start as usize;
        let before = self.file.text.get(..first).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{feff}')
    }
    /// How far a line stands from the margin; a tab counts as four.
    fn indent(&self, line: u32) -> usize {
        self.blanks(line).chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
    }
    fn begins_with(&self, line: u32, words: &str) -> bool {
        let mut written = self.text(line).split_whitespace();
        words.split(' ').all(|w| written.next().is_some_and(|x| x.eq_ignore_ascii_case(w)))
    }
}

// ---------------------------------------------------------------------- one slip, one error

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

fn of_blocks(code: Code) -> bool {
    [codes::UNCLOSED_BLOCK, codes::STRAY_CLOSER, codes::WRONG_CLOSER].contains(&code)
}

/// A line that cannot be read has one error: a quote that is missing, or else the first.
fn one_a_line(lines: &Lines<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let rank = |d: &Diagnostic| (d.code != codes::UNCLOSED_TEXT, of_blocks(d.code), d.span.start);
    let counted = |d: &Diagnostic| is_error(d) && d.code != codes::TOO_MANY;
    let errors = diagnostics.iter().filter(|d| counted(d));
    let mut first: std::collections::BTreeMap<u32, &Diagnostic> = Default::default();
    for error in errors {
        let best = first.entry(lines.of(error.span)).or_insert(error);
        if rank(error) < rank(best) {
            *best = error;
        }
    }
    let kept: Vec<(Span, Code)> = first.values().map(|d| (d.span, d.code)).collect();
    diagnostics.retain(|d| !counted(d) || kept.contains(&(d.span, d.code)));
}

/// Of fields without their WITH only the first is told, and none where the line above was to be it.
fn one_dotted(lines: &Lines<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut last: Option<(u32, bool)> = None;
    diagnostics.retain(|d| {
        if !is_error(d) {
            return true;
        }
        let line = lines.of(d.span);
        let dotted = d.code == codes::UNEXPECTED && lines.text(line).starts_with('.');
        // The line above was to be WITH, or is such a line itself.
        let follows = last.is_some_and(|(above, row)| row || above + NEAR >= line);
        last = Some((line, dotted));
        !(dotted && follows)
    });
}

/// Where a closing line such as END TABLE is alone, the lines before it were raw text whose first
/// line is wrong: that one is told.
fn forget_raw_lines(lines: &Lines<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ends = diagnostics.iter().enumerate().filter(|(_, d)| {
        let line = lines.of(d.span);
        let last = lines.text(line).split_whitespace().next_back().unwrap_or("");
        is_error(d) && lines.begins_with(line, "END") && among(last, RAW_ENDS)
    });
    let mut dropped = Vec::new();
    for (end, _) in ends {
        let errors =
            diagnostics.iter().enumerate().take(end + 1).rev().filter(|(_, d)| is_error(d));
        let run: Vec<usize> = errors
            .scan(None, |after: &mut Option<u32>, (at, d)| {
                let line = lines.of(d.span);
                let joined = after.is_none_or(|after| line + 6 >= after);
                *after = Some(line);
                joined.then_some(at)
            })
            .collect();
        // The head of the text is the last line of the run that is indented less than its body.
        let margin = diagnostics.get(end).map_or(0, |d| lines.indent(lines.of(d.span)));
        let head = run.iter().copied().skip(1).find(|at| {
            diagnostics.get(*at).is_some_and(|d| {
                let line = lines.of(d.span);
                let text = lines.text(line);
                let raw = text.split_whitespace().any(|word| among(word, RAW_ENDS));
                lines.indent(line) <= margin && (raw || mentions_block(text))
            })
        });
        let first = head.or(run.last().copied().filter(|at| *at < end)).unwrap_or(end);
        dropped.extend(run.into_iter().filter(|at| *at > first));
    }
    let mut at = 0;
    diagnostics.retain(|d| {
        at += 1;
        !is_error(d) || !dropped.contains(&(at - 1))
    });
}

/// A line that cannot be read and has to do with blocks is the reason why blocks around it do not
/// close: those are not told. It excuses one block that stays open, and what closes one block.
fn excuse(lines: &Lines<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let unread = |d: &Diagnostic| {
        is_error(d) && !of_blocks(d.code) && mentions_block(lines.text(lines.of(d.span)))
    };
    let reasons: Vec<u32> =
        diagnostics.iter().filter(|d| unread(d)).map(|d| lines.of(d.span)).collect();
    let mut open: Vec<u32> = reasons.clone();
    let mut closing = reasons;
    let mut excused = Vec::new();
    for (at, d) in diagnostics.iter().enumerate().filter(|(_, d)| is_error(d)) {
        let line = lines.of(d.span);
        let reason = match d.code {
            codes::UNCLOSED_BLOCK => {
                let found = open.iter().position(|reason| *reason > line);
                found.map(|found| open.remove(found))
            }
            codes::STRAY_CLOSER | codes::WRONG_CLOSER => {
                let parts = !lines.begins_with(line, "END") && parts(lines.text(line));
                let found = closing.iter().rposition(|reason| *reason < line);
                found.and_then(|found| match parts {
                    true => closing.get(found).copied(),
                    false => Some(closing.remove(found)),
                })
            }
            _ => None,
        };
        excused.extend(reason.map(|_| at));
    }
    let mut at = 0;
    diagnostics.retain(|_| {
        at += 1;
        !excused.contains(&(at - 1))
    });
}

/// Where the head of a block is missing, the first line that belongs to it is told, and not those
/// after it down to the one that closes it.
fn one_head(lines: &Lines<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut told: Vec<&str> = Vec::new();
    diagnostics.retain(|d| {
        let line = lines.text(lines.of(d.span)).to_uppercase();
        let Some((head, parts)) = head_of(&line).filter(|_| d.code == codes::STRAY_CLOSER) else {
            return true;
        };
        let known = told.contains(&head);
        match parts {
            true if !known => told.push(head),
            false => told.retain(|other| *other != head),
            true => {}
        }
        !known
    });
}

/// The head that a line of a block belongs to, and whether it parts the block.
fn head_of(line: &str) -> Option<(&'static str, bool)> {
    match leading_word(line) {
        "CASE" => Some(("SELECT", true)),
        "ELSE" | "ELSEIF" => Some(("IF", true)),
        "CATCH" | "FINALLY" => Some(("TRY", true)),
        "ENDIF" => Some(("IF", false)),
        "END" => match line.split_whitespace().nth(1)? {
            "IF" => Some(("IF", false)),
            "SELECT" | "SWITCH" => Some(("SELECT", false)),
            "TRY" => Some(("TRY", false)),
            _ => None,
        },
        _ => None,
    }
}

fn among(word: &str, words: &[&str]) -> bool {
    words.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// Whether a line parts a block: others may follow before the one that closes it.
fn parts(line: &str) -> bool {
    among(leading_word(line), &["CASE", "ELSE", "ELSEIF", "CATCH", "FINALLY"])
}

/// Whether a line holds a word of blocks, or one that is nearly such a word; a line of one word may
/// have lost it.
fn mentions_block(line: &str) -> bool {
    if line.split_whitespace().nth(1).is_none() {
        return true;
    }
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| w.len() < 16);
    words.take(24).any(|word| {
        let upper = word.to_uppercase();
        let near = |known: &&&str| {
            let slips = usize::from(known.len() > 2) + usize::from(known.len() > 5);
            distance(&upper, known, slips + 1) <= slips
        };
        !word.is_empty() && BLOCK_WORDS.iter().find(near).is_some()
    })
}

/// Whether the lines that a fix changes can be read afterwards.
fn mends(text: &str, place: Span, fix: &Fix, read: impl Fn(&str) -> Vec<Diagnostic>) -> bool {
    let places = || fix.edits.iter().map(|(span, _)| *span).chain([place]);
    let first = places().map(|span| span.start).min().unwrap_or(0) as usize;
    let last = places().map(|span| span.end).max().unwrap_or(0) as usize;
    let (Some(before), Some(after)) = (text.get(..first), text.get(last..)) else { return false };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| last + at);
    let moved = |span: Span| Span::new(span.start - start as u32, span.end - start as u32);
    let edits = fix.edits.iter().map(|(span, new)| (moved(*span), new.clone())).collect();
    let moved = Fix { title: String::new(), edits, sure: true };
    let (piece, _) = mend::apply(text.get(start..end).unwrap_or(""), [&moved]);
    read(&piece).iter().all(|d| !is_error(d) || of_blocks(d.code))
}

// ---------------------------------------------------------------------- closing lines

/// Adds the fix of a block that is not closed, or closed wrongly.
fn close(lines: &Lines<'_>, diagnostic: &mut Diagnostic, unclosed: &[Unclosed]) {
    let block = unclosed.iter().find(|block| block.at == diagnostic.span);
    let Some(block) = block.filter(|block| !block.words.1.contains('…')) else { return };
    let (opener, closer) = block.words;
    let line = lines.of(block.opener);
    let title = format!("Write `{closer}`");
    match diagnostic.code {
        codes::WRONG_CLOSER => {
            let same = lines.indent(line) == lines.indent(lines.of(block.at));
            let edits = vec![(block.at, closer.to_owned())];
            let found = diagnostic.clone();
            *diagnostic = match same {
                true => found.fix(title, edits),
                false => found.unsure_fix(title, edits),
            };
        }
        codes::UNCLOSED_BLOCK => {
            let Some(mut end) = end_of(lines, line, closer) else { return };
            if end.closed {
                // Its closing line was taken for that of a block inside.
                let inner = (line + 1..end.next).rev().filter(|inner| {
                    lines.indent(*inner) > lines.indent(line) && lines.begins_with(*inner, opener)
                });
                let inner = inner.filter_map(|inner| Some((inner, end_of(lines, inner, closer)?)));
                let Some((inner, found)) = inner.into_iter().find(|(_, found)| !found.closed)
                else {
                    return;
                };
                diagnostic.span = lines.file.line(inner);
                end = found;
            }
            *diagnostic = diagnostic.clone().fix(title, vec![end.edit(lines, closer)]);
        }
        _ => {}
    }
}

/// Where a block ends by its indentation.
struct EndOf {
    /// Its opening line.
    line: u32,
    /// The last line that is indented deeper.
    last: u32,
    /// The line after it that is not.
    next: u32,
    /// Whether that line closes such a block.
    closed: bool,
}

impl EndOf {
    /// Puts the closing line in.
    fn edit(&self, lines: &Lines<'_>, closer: &str) -> (Span, String) {
        let text = &lines.file.text;
        let end = lines.file.line(self.last).end as usize;
        let rest = text.get(end..).unwrap_or("");
        let blanks = lines.blanks(self.line);
        match rest.find('\n') {
            Some(at) => {
                let at = (end + at + 1) as u32;
                (Span::new(at, at), format!("{blanks}{closer}\n"))
            }
            None => {
                let at = text.len() as u32;
                (Span::new(at, at), format!("\n{blanks}{closer}\n"))
            }
        }
    }
}

/// The end of the block that opens in a line, where the lines in it are indented deeper.
fn end_of(lines: &Lines<'_>, line: u32, closer: &str) -> Option<EndOf> {
    let margin = lines.indent(line);
    let mut last = None;
    let count = lines.count();
    let mut next = count + 1;
    for at in line + 1..=count {
        let text = lines.text(at);
        if text.is_empty() {
            continue;
        }
        if lines.indent(at) > margin {
            last = Some(at);
        } else if lines.indent(at) < margin || !parts(text) {
            next = at;
            break;
        }
    }
    let closed =
        next <= count && lines.indent(next) == margin && closes_alike(lines.text(next), closer);
    last.map(|last| EndOf { line, last, next, closed })
}

/// Whether a line is a closing line of this kind, in any spelling.
fn closes_alike(line: &str, closer: &str) -> bool {
    let upper = line.to_uppercase();
    let first = closer.split(' ').next_back().unwrap_or(closer);
    upper.starts_with(closer)
        || upper.starts_with("END") && upper.contains(first)
        || closer == "NEXT" && upper.starts_with("END FOR")
        || closer == "WEND" && upper.starts_with("END WHILE")
}
