//! A file as numbered lines, in the order of their numbers.

use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashMap;
use crate::source::Span;

/// The largest line number: no BASIC of the era went beyond it.
pub(super) const NUMBER_MAX: u32 = 999_999;

/// Commands that stand in the file when a whole session was written down.
const COMMANDS: [&str; 8] = ["RUN", "LIST", "NEW", "OK", "READY", "READY.", "]", ">"];

/// A line of the program.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// Its number; a line without one belongs to the line before it.
    pub number: Option<u32>,
    /// Where the number stands, or the line begins.
    pub head: Span,
    /// What follows the number.
    pub body: Span,
    /// Its line in the file, from 1.
    pub line: u32,
}

/// Whether a file is a classic program: a line that says so, or line numbers before at least half
/// of the lines that are neither blank nor comments.
pub fn is_classic(text: &str) -> bool {
    if !may_be_classic(text) {
        return false;
    }
    let (mut numbered, mut others) = (0usize, 0usize);
    for line in lines(text) {
        let line = text.get(line.start as usize..line.end as usize).unwrap_or("");
        let line = line.trim_start_matches(['\u{feff}', ' ', '\t']);
        if says_classic(line) {
            return true;
        }
        match is_numbered(line) {
            true => numbered += 1,
            false => others += usize::from(!is_remark(line) && !is_command(line)),
        }
    }
    numbered > 0 && numbered >= others
}

/// Whether a line begins with a digit, or with OPTION: most scripts have none.
fn may_be_classic(text: &str) -> bool {
    // A byte order mark stands before the first line.
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | 0xef | 0xbb | 0xbf);
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    std::iter::once(0).chain(ends.map(|end| end + 1)).any(|start| {
        let line = bytes.get(start..).unwrap_or(&[]);
        let line = line.iter().position(|byte| !blank(byte)).and_then(|at| line.get(at..));
        let Some(line) = line else { return false };
        let word = line.get(.."OPTION".len());
        line.first().is_some_and(u8::is_ascii_digit)
            || word.is_some_and(|word| word.eq_ignore_ascii_case(b"OPTION"))
    })
}

/// `OPTION CLASSIC`
pub(super) fn says_classic(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let mut is = |wanted: &str| words.next().is_some_and(|w| w.eq_ignore_ascii_case(wanted));
    is("OPTION") && is("CLASSIC") && words.next().is_none()
}

fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let begins =
        |c: char| matches!(c, ' ' | '\t' | '\'' | '?' | '#' | '/') || c.is_ascii_alphabetic();
    let digits = line.len() - rest.len();
    (1..=9).contains(&digits) && (rest.starts_with(begins) || rest.trim().is_empty())
}

/// A blank line, or a comment.
fn is_remark(line: &str) -> bool {
    let line = line.trim();
    let rem = line.get(..3).is_some_and(|w| w.eq_ignore_ascii_case("REM"));
    let ends = !line.as_bytes().get(3).is_some_and(|b| b.is_ascii_alphanumeric());
    line.is_empty() || line.starts_with('\'') || rem && ends
}

/// The lines of a file: CR, LF or both end one, Ctrl-Z ends the file.
pub(super) fn lines(text: &str) -> Vec<Span> {
    let text = text.split('\u{1a}').next().unwrap_or(text);
    let mut spans = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends = *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if ends {
            let end = if at > start && bytes.get(at - 1) == Some(&b'\r') { at - 1 } else { at };
            spans.push(Span::new(start as u32, end as u32));
            start = at + 1;
        }
    }
    spans.push(Span::new(start as u32, bytes.len() as u32));
    spans
}

/// The lines of a program, sorted by their numbers.
pub(super) fn rows(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut file_line = 1;
    let mut counted = 0usize;
    for span in lines(text) {
        let before = text.get(counted..span.start as usize).unwrap_or("");
        file_line += before.bytes().filter(|b| *b == b'\n').count() as u32;
        counted = span.start as usize;
        rows.extend(row(text, span, file_line, diagnostics));
    }
    sorted(rows, diagnostics)
}

fn row(text: &str, span: Span, line: u32, diagnostics: &mut Vec<Diagnostic>) -> Option<Row> {
    let whole = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let written = whole.trim_start_matches(['\u{feff}', ' ', '\t', '\0']);
    let start = span.end - written.len() as u32;
    let digits = written.len() - written.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let head = Span::new(start, start + digits as u32);
    let body = Span::new(head.end, span.end);
    if written.trim().is_empty() || says_classic(written) {
        return None;
    }
    let number = match digits {
        0 => None,
        _ => written.get(..digits)?.parse().ok().filter(|n| *n <= NUMBER_MAX),
    };
    if digits > 0 && number.is_none() {
        let message = format!("{} is too large for a line number", written.get(..digits)?);
        let help = format!("line numbers go from 0 to {NUMBER_MAX}");
        diagnostics.push(Diagnostic::error(codes::LINE_NUMBER, head, message).help(help));
        return None;
    }
    if number.is_none() && is_command(written) {
        let message = format!("{} is a command to the editor and is passed over", written.trim());
        diagnostics.push(Diagnostic::warning(
            codes::EDITOR_COMMAND,
            Span::new(start, span.end),
            message,
        ));
        return None;
    }
    Some(Row { number, head, body, line })
}

pub(super) fn is_command(written: &str) -> bool {
    COMMANDS.iter().any(|command| written.trim().eq_ignore_ascii_case(command))
}

/// Sorts lines by number; those without one stay behind the line before them. Of lines with the
/// same number the last one counts, as when they are typed in.
fn sorted(rows: Vec<Row>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Row> {
    let mut last: HashMap<u32, Span> = HashMap::default();
    for row in &rows {
        let Some(number) = row.number else { continue };
        if let Some(before) = last.insert(number, row.head) {
            let message = format!("line {number} stands twice; the later one counts");
            let report = Diagnostic::warning(codes::LINE_TWICE, before, message);
            diagnostics.push(report.related(row.head, "this line replaces it"));
        }
    }
    let mut current = 0;
    let mut keyed = Vec::with_capacity(rows.len());
    let mut dropped = false;
    for row in rows {
        if let Some(number) = row.number {
            current = number;
            dropped = last.get(&number) != Some(&row.head);
        }
        if !dropped {
            keyed.push((current, row));
        }
    }
    keyed.sort_by_key(|(number, _)| *number);
    keyed.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> (Vec<String>, usize) {
        let mut diagnostics = Vec::new();
        let rows = rows(text, &mut diagnostics);
        let body =
            |row: &Row| text[row.body.start as usize..row.body.end as usize].trim().to_string();
        (rows.iter().map(body).collect(), diagnostics.len())
    }

    #[test]
    fn numbers_make_a_classic_program() {
        for classic in [
            "10 PRINT 1",
            "  0010 PRINT 1\n20 END",
            "REM title\n\n' by me\n10 PRINT 1",
            "OPTION CLASSIC\nPRINT 1",
            "10 PRINT\r20 END\r",
            "10PRINT1",
            "10 PRINT 1\nPRINT 2",
        ] {
            assert!(is_classic(classic), "{classic}");
        }
        for modern in [
            "TALK \"10\"",
            "x = 10\n20 TALK x\ny = 2",
            "1. Do this\n2. Do that",
            "",
            "2024-05-01 x",
        ] {
            assert!(!is_classic(modern), "{modern}");
        }
    }

    #[test]
    fn lines_are_sorted_and_the_last_of_a_number_counts() {
        let (rows, warnings) = order("30 C\n10 A\n20 B\n10 D");
        assert_eq!((rows, warnings), (vec!["D".into(), "B".into(), "C".into()], 1));
        let (rows, _) = order("20 B\nb2\n10 A\na2");
        assert_eq!(rows, ["A", "a2", "B", "b2"]);
    }

    #[test]
    fn files_of_all_systems_are_read() {
        assert_eq!(order("10 A\r\n20 B\r\n\u{1a}rubbish").0, ["A", "B"]);
        assert_eq!(order("10 A\r20 B\r").0, ["A", "B"]);
        assert_eq!(order("10 A\nRUN\n").0, ["A"]);
    }
}
