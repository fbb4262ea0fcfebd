//! What is read from the text itself: TABLE, DATA, DESCRIPTION, OPTION and blocks of raw text.

use super::{Parser, text};
use crate::ast::*;
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::lines::{is_one_of, leading_word};
use crate::lexer::scan::{Raw, RawToken};
use crate::source::Span;

impl Parser<'_> {
    /// Reads a statement that is not made of expressions; false if there is none at `at`.
    pub(super) fn raw_statement(&mut self, tokens: &[RawToken], at: usize) -> bool {
        let Some(first) = tokens.get(at) else { return false };
        let next = tokens.get(at + 1);
        if first.kind == Raw::Hash {
            return self.pragma(first, next);
        }
        if first.kind != Raw::Word || next.is_none_or(crate::lexer::fold::names) {
            return false;
        }
        let last = tokens.last().map_or(first.span.end, |t| t.span.end);
        let rest = Span::new(first.span.end, last);
        match self.lines.slice(first.span) {
            w if w.eq_ignore_ascii_case("TABLE") => self.table(first.span, rest),
            w if w.eq_ignore_ascii_case("DESCRIPTION") => self.description(first.span, rest),
            w if w.eq_ignore_ascii_case("OPTION") => self.option(first.span, rest),
            w if w.eq_ignore_ascii_case("DATA") => return self.data(first.span, rest),
            w if w.eq_ignore_ascii_case("CREATE") => return self.create_index(tokens, at),
            _ => return false,
        }
        true
    }
    fn statement_at(&mut self, kind: StmtKind, span: Span) {
        self.blocks.push(kind, span, &mut self.diagnostics);
    }
    fn pragma(&mut self, hash: &RawToken, word: Option<&RawToken>) -> bool {
        let Some(word) = word else { return false };
        let span = hash.span.to(word.span);
        let name = self.lines.slice(word.span).to_lowercase();
        self.statement_at(StmtKind::Pragma(name), span);
        true
    }
    fn option(&mut self, head: Span, rest: Span) {
        let words = self.lines.slice(rest).trim().to_uppercase();
        self.statement_at(StmtKind::Pragma(format!("OPTION {words}")), head.to(rest));
    }
    /// `DESCRIPTION "…"`, or the rest of the line without quotes.
    fn description(&mut self, head: Span, rest: Span) {
        let written = self.lines.slice(rest);
        let trimmed = written.trim_start();
        let start = rest.start + (written.len() - trimmed.len()) as u32;
        let quoted = trimmed.starts_with(['"', '\u{201c}', '\'']);
        let words = match text::literal(&self.cx, trimmed.trim_end(), start) {
            ExprKind::Text(words) if quoted => words.to_string(),
            _ => trimmed.trim().trim_matches('"').to_owned(),
        };
        self.statement_at(StmtKind::Description(words), head.to(rest));
    }
    /// `DATA 1, "two", three`; a variable called `data` is none.
    fn data(&mut self, head: Span, rest: Span) -> bool {
        let written = self.lines.slice(rest);
        let items = data_items(written);
        let literal =
            |item: &DataItem| item.quoted || item.text.parse::<f64>().is_ok() || self.numbered;
        if !items.iter().any(literal) {
            return false;
        }
        self.statement_at(StmtKind::Classic(Classic::Data(items)), head.to(rest));
        true
    }

    /// `CREATE [UNIQUE] INDEX name ON table(columns)`: SQL to the end of the line.
    fn create_index(&mut self, tokens: &[RawToken], at: usize) -> bool {
        let word = |ahead: usize| tokens.get(at + ahead).map(|t| self.lines.slice(t.span));
        let is = |ahead: usize, wanted| word(ahead).is_some_and(|w| is_one_of(w, &[wanted]));
        let skip = 1 + usize::from(is(1, "UNIQUE"));
        let (Some(first), Some(head)) = (tokens.get(at), tokens.get(at + skip)) else {
            return false;
        };
        let last = tokens.last().map_or(head.span, |t| t.span);
        let on = (skip + 1..tokens.len().saturating_sub(at)).find(|ahead| is(*ahead, "ON"));
        let on = on.and_then(|ahead| tokens.get(at + ahead)).filter(|_| is(skip, "INDEX"));
        let keyword = basilect_stdlib::words::lookup("CREATE INDEX");
        let (Some(on), Some(keyword)) = (on, keyword) else { return false };
        let name = self.lines.slice(Span::new(head.span.end, on.span.start));
        let name = name.split_whitespace().next_back().unwrap_or("");
        let table = self.lines.slice(Span::new(on.span.end, last.end));
        let table = table.trim().trim_end_matches(';');
        let text = |text: &str| Expr {
            kind: ExprKind::Text(text.trim_matches('"').into()),
            span: Span::new(head.span.end, last.end),
        };
        let arg = |lead: Option<&'static str>, value: Expr| Arg {
            lead,
            comma: false,
            span: value.span,
            value: Some(value),
        };
        let span = first.span.to(last);
        let args = vec![arg(None, text(name)), arg(Some("ON"), text(table))];
        let command = Command { keyword, words: first.span.to(head.span), args, span };
        self.statement_at(StmtKind::Command(command), span);
        true
    }

    /// `TABLE name [ON c] [READ BY "r"] [WRITE BY "r"]` and its lines.
    fn table(&mut self, head: Span, rest: Span) {
        let header = self.lines.slice(rest);
        let name = header.split_whitespace().next().unwrap_or("");
        let name_start = rest.start + header.find(name).unwrap_or(0) as u32;
        let name_span = Span::new(name_start, name_start + name.len() as u32);
        let mut lines = Vec::new();
        let mut closed = false;
        while let Some((line, span)) = self.lines.raw_line() {
            let whole = line;
            let line = without_comment(line);
            if line.len() < whole.len() {
                let start = if line.is_empty() {
                    whole.len() - whole.trim_start().len()
                } else {
                    line.len()
                };
                self.lines.raw_remark(whole, span, start);
            }
            if is_end(line, "TABLE") {
                closed = true;
                break;
            }
            let kept = line.trim();
            if !kept.is_empty() {
                let start = span.start + (line.len() - line.trim_start().len()) as u32;
                lines.push((kept.to_owned(), Span::new(start, start + kept.len() as u32)));
            }
        }
        if !closed {
            self.unclosed(head, "TABLE", "END TABLE");
        }
        let table = Table {
            name: Ident { name: name.trim_matches('"').into(), span: name_span },
            connection: word_after(header, "ON"),
            read_by: word_after(header, "READ BY"),
            write_by: word_after(header, "WRITE BY"),
            lines,
        };
        self.statement_at(StmtKind::Table(Box::new(table)), head.to(rest));
    }
    fn unclosed(&mut self, span: Span, opener: &str, closer: &str) {
        let message = format!("This {opener} is never closed.");
        let help = format!("Write `{closer}` on a line of its own where it ends.");
        self.diagnostics.push(Diagnostic::error(codes::UNCLOSED_BLOCK, span, message).help(help));
    }

    /// The raw lines of BEGIN … END, kept exactly.
    pub(super) fn text_block(&mut self, command: Command, span: Span) {
        let words = self.lines.slice(command.words).to_uppercase().replace('_', " ");
        let words = words.trim_start_matches("BEGIN ").trim().to_owned();
        let canonical = command.keyword.name.trim_start_matches("BEGIN ").to_owned();
        let mut whole: Option<Span> = None;
        let mut closed = false;
        while let Some((line, place)) = self.lines.raw_line() {
            if is_end(line, &words) || is_end(line, &canonical) {
                closed = true;
                break;
            }
            whole = Some(whole.map_or(place, |w| w.to(place)));
        }
        if !closed {
            self.unclosed(span, &format!("BEGIN {words}"), &format!("END {words}"));
        }
        let place = whole.unwrap_or(Span::new(span.end, span.end));
        let kind = text::raw(&self.cx, self.lines.slice(place), place.start);
        let text = Expr { kind, span: place };
        self.statement_at(StmtKind::TextBlock { command, text }, span);
    }

    /// The STEP lines after ORCHESTRATE WORKFLOW, which may lack a closing line.
    pub(super) fn workflow(&mut self, name: Expr, span: Span) {
        let mut steps = Vec::new();
        while let Some(line) = self.lines.peek_raw().filter(|line| in_workflow(line)) {
            let kept = without_comment(line).trim();
            let ends = is_end(kept, "WORKFLOW");
            if !ends && !kept.is_empty() {
                steps.push(kept.to_owned());
            }
            self.lines.raw_line();
            if ends {
                break;
            }
        }
        self.statement_at(StmtKind::Workflow { name, steps }, span);
    }
}

/// Words that begin the lines of a workflow.
pub(crate) const WORKFLOW_HEADS: [&str; 8] =
    ["STEP", "BRANCH", "PARALLEL", "TIMEOUT", "ON", "DELAY", "IF", "THEN"];

/// Whether a line behind ORCHESTRATE WORKFLOW belongs to it, or ends it.
pub(crate) fn in_workflow(line: &str) -> bool {
    let kept = without_comment(line).trim();
    kept.is_empty()
        || line.starts_with([' ', '\t'])
        || is_one_of(leading_word(kept), &WORKFLOW_HEADS)
        || is_end(kept, "PARALLEL")
        || is_end(kept, "WORKFLOW")
}

/// Whether a line is `END` and these words, whatever the case and spaces.
pub(crate) fn is_end(line: &str, words: &str) -> bool {
    let mut written = line.split_whitespace();
    written.next().is_some_and(|w| w.eq_ignore_ascii_case("END"))
        && words.split(' ').all(|w| written.next().is_some_and(|x| x.eq_ignore_ascii_case(w)))
        && written.next().is_none_or(|x| x.starts_with('\''))
}
/// A line of a declaration without its comment; quotes protect.
pub(crate) fn without_comment(line: &str) -> &str {
    let start = line.trim_start();
    let rem = leading_word(start).eq_ignore_ascii_case("REM");
    if rem || start.starts_with(['\'', '#']) || start.starts_with("//") || start.starts_with("--") {
        return "";
    }
    let mut quoted = false;
    let mut depth = 0usize;
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\'' if !quoted && depth == 0 && !default_before(line, index) => {
                return line.get(..index).unwrap_or(line);
            }
            _ => {}
        }
    }
    line
}
/// `DEFAULT 'x'` is a text of SQL, not a comment.
fn default_before(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or("").trim_end().to_uppercase();
    before.ends_with("DEFAULT") || before.ends_with('\'') || before.matches('\'').count() % 2 == 1
}
/// The word or quoted text that follows some words.
fn word_after(header: &str, words: &str) -> Option<String> {
    let upper = header.to_ascii_uppercase();
    let found = upper.find(&format!(" {words} "))?;
    let rest = header.get(found + words.len() + 2..)?.trim_start();
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().map(str::to_owned),
        None => rest.split_whitespace().next().map(str::to_owned),
    }
}
/// The items of DATA, separated by commas outside quotes.
pub(crate) fn data_items(written: &str) -> Vec<DataItem> {
    let mut items = Vec::new();
    let mut rest = written;
    loop {
        let trimmed = rest.trim_start();
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            let text = quoted.get(..end).unwrap_or("").to_owned();
            items.push(DataItem { text, quoted: true });
            rest = quoted.get(end + 1..).unwrap_or("");
            match rest.find(',') {
                Some(comma) => rest = rest.get(comma + 1..).unwrap_or(""),
                None => return items,
            }
            continue;
        }
        let (item, more) = match trimmed.split_once(',') {
            Some((item, more)) => (item, Some(more)),
            None => (trimmed, None),
        };
        items.push(DataItem { text: item.trim().to_owned(), quoted: false });
        match more {
            Some(more) => rest = more,
            None => return items,
        }
    }
}
