//! Lines that are not made of statements: raw text, columns of a TABLE, steps of a workflow.

use super::gaps::{is_blank, width};
use super::layout::Row;
use crate::lexer::lines::is_one_of;

/// What the lines below a statement are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Raw text, kept as it is.
    Text,
    /// Columns, one a line.
    Table,
    /// Steps, deeper and less deep among themselves.
    Workflow,
}

/// A body as it is written.
pub struct Written {
    /// The indentation of the line above it and of the one that closes it.
    pub frame: usize,
    /// Its rows, with the closing one.
    pub rows: Vec<Row>,
}

/// How many bytes of a body really belong to it. Blank lines and comments behind the last step of
/// a workflow do not.
pub fn used(body: Body, text: &str) -> usize {
    match body {
        Body::Text | Body::Table => text.len(),
        Body::Workflow => steps(text).iter().map(|line| line.len()).sum(),
    }
}

/// Writes the lines of a body, which end with the line that closes it.
pub fn write(body: Body, text: &str, indent: usize, step: usize) -> Written {
    match body {
        Body::Text => raw(text, indent),
        Body::Table => table(text, indent, step),
        Body::Workflow => workflow(text, indent, step),
    }
}

fn row(indent: usize, text: &str) -> Row {
    let blank = if text.is_empty() { 0 } else { indent };
    Row { text: format!("{}{text}", " ".repeat(blank)), comment: None }
}
/// The line that closes a body: its words in capitals, and a comment.
fn closing(indent: usize, line: &str) -> Row {
    let (words, comment) = match line.find('\'') {
        Some(at) => line.split_at(at),
        None => (line, ""),
    };
    let words: Vec<String> = words.split_whitespace().map(str::to_ascii_uppercase).collect();
    let mut closing = row(indent, &words.join(" "));
    let comment = comment.trim_matches(is_blank);
    if !comment.is_empty() {
        closing.comment = Some((comment.to_owned(), usize::MAX));
    }
    closing
}
fn indent_of(line: &str) -> usize {
    width(line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()))
}
/// The lines but the last, and that one.
fn parted(text: &str) -> (Vec<&str>, &str) {
    let mut lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let last = lines.pop().unwrap_or("");
    (lines, last)
}

/// Text is never touched. The lines around it are indented like other statements, unless the text
/// itself begins further to the left: then they follow it.
fn raw(text: &str, indent: usize) -> Written {
    let (lines, last) = parted(text);
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let frame = full.map(|line| indent_of(line)).min().map_or(indent, |left| left.min(indent));
    let mut rows: Vec<Row> =
        lines.iter().map(|line| Row { text: (*line).to_owned(), comment: None }).collect();
    rows.push(closing(frame, last));
    Written { frame, rows }
}

fn table(text: &str, indent: usize, step: usize) -> Written {
    let (lines, last) = parted(text);
    let mut rows = Vec::new();
    for line in lines {
        let kept = line.trim_matches(is_blank);
        let blank = rows.last().is_none_or(|row: &Row| row.text.is_empty());
        if !(kept.is_empty() && blank) {
            rows.push(row(indent + step, kept));
        }
    }
    while rows.last().is_some_and(|row| row.text.is_empty()) {
        rows.pop();
    }
    rows.push(closing(indent, last));
    Written { frame: indent, rows }
}

/// The lines of a workflow up to the last step, or to the line that closes it.
fn steps(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let outside = |line: &str| {
        let kept = line.trim();
        let rem = kept.split_whitespace().next().is_some_and(|w| is_one_of(w, &["REM"]));
        kept.is_empty() || rem || kept.starts_with(['\'', '#']) || kept.starts_with("//")
    };
    while lines.last().is_some_and(|line| outside(line)) {
        lines.pop();
    }
    lines
}
/// The steps move together.
fn workflow(text: &str, indent: usize, step: usize) -> Written {
    let mut lines = steps(text);
    let ends = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|w| is_one_of(w, &["END"]))
            && words.next().is_some_and(|w| is_one_of(w, &["WORKFLOW"]))
    };
    let last = lines.last().copied().filter(|line| ends(line));
    if last.is_some() {
        lines.pop();
    }
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let left = full.map(|line| indent_of(line)).min().unwrap_or(0);
    let deeper = |line: &str| indent + step + indent_of(line).saturating_sub(left);
    let mut rows: Vec<Row> =
        lines.iter().map(|line| row(deeper(line), line.trim_matches(is_blank_end))).collect();
    rows.push(closing(indent, last.unwrap_or("END WORKFLOW")));
    Written { frame: indent, rows }
}
fn is_blank_end(c: char) -> bool {
    is_blank(c) || c == '\n'
}
