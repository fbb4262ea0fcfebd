//! Classic programs: each row by itself, in the order of the file. Numbers stay, glued words are
//! parted, what stands on a row stays on it.

use super::gaps::{is_blank, spelled, width};
use crate::classic::{Part, Written};
use crate::source::Span;

/// How much may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Letter case, `?` for PRINT, blanks.
    Bold,
    /// Blanks alone.
    Blanks,
    /// Nothing but blank lines and the ends of rows.
    Rows,
}

/// A row of the file: its bytes, and how it was read, if it is one of the program.
type Line<'w> = (Span, Option<&'w Written>);

/// The rows of a file; what follows a Ctrl-Z is none of it.
fn lines<'w>(text: &str, written: &'w [Written]) -> Vec<Line<'w>> {
    let mut sorted: Vec<&Written> = written.iter().collect();
    sorted.sort_by_key(|row| row.head.start);
    let mut sorted = sorted.into_iter().peekable();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in program(text).split('\n') {
        let span = Span::new(start as u32, (start + line.len()) as u32);
        lines.push((span, sorted.next_if(|row| row.head.start <= span.end)));
        start += line.len() + 1;
    }
    lines
}
/// The text up to a Ctrl-Z, which ended files once.
fn program(text: &str) -> &str {
    text.split('\u{1a}').next().unwrap_or(text)
}
fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// The comments of a program, and the rows that are none of it, in the order of the file.
pub fn comments(text: &str, written: &[Written]) -> Vec<String> {
    let rows = lines(text, written).into_iter();
    let found = rows.map(|(span, row)| match row {
        Some(row) => spelled(comment(text, row)).into_owned(),
        None => slice(text, span).trim_matches(is_blank).to_uppercase(),
    });
    found.filter(|comment| !comment.is_empty()).collect()
}
/// What stands behind the tokens of a row.
fn comment<'t>(text: &'t str, row: &Written) -> &'t str {
    let start = row.parts.last().map_or(row.body.start, |(_, span)| span.end);
    slice(text, Span::new(start, row.body.end)).trim_matches(is_blank)
}

/// Writes a program.
pub fn write(text: &str, written: &[Written], care: Care) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut blank = false;
    for (span, row) in lines(text, written) {
        let whole = slice(text, span);
        let line = match row {
            Some(row) if care != Care::Rows => row_text(text, span, row, care),
            _ => other_row(whole, care),
        };
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push('\n');
        }
        blank = false;
        out.push_str(&line);
        out.push('\n');
    }
    out.push_str(text.get(program(text).len()..).unwrap_or(""));
    out
}
/// A row that is kept: a command, one that a later row replaces, the line that says CLASSIC.
fn other_row(whole: &str, care: Care) -> String {
    let option = whole.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("OPTION"));
    let words = whole.split_whitespace();
    if option && care != Care::Rows && words.clone().count() == 2 {
        return words.collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    }
    // The last text of a row may lack its quote, and then its blanks count.
    let open = whole.matches(['"', '\u{201c}', '\u{201d}']).count() % 2 == 1;
    let empty = whole.trim_matches(is_blank).is_empty();
    let kept = if open && !empty { whole } else { whole.trim_end_matches(is_blank) };
    kept.trim_start_matches('\u{feff}').to_owned()
}

fn row_text(text: &str, line: Span, row: &Written, care: Care) -> String {
    let number = slice(text, row.head);
    let mut out = match number.is_empty() {
        true => " ".repeat(width(text.get(line.start as usize..row.head.start as usize))),
        false => number.to_owned(),
    };
    let indent = if number.is_empty() { out.len() } else { 0 };
    let mut before = Before::default();
    for (at, (part, span)) in row.parts.iter().enumerate() {
        let gap = row.parts.get(at.wrapping_sub(1)).is_some_and(|(_, last)| last.end < span.start);
        let written = slice(text, *span);
        let blank = at == 0 || before.blank(*part, gap);
        // DATA of one empty text.
        let nothing = *part == Part::Items && written.trim_matches(is_blank).is_empty();
        if out.len() > indent && blank && !nothing {
            out.push(' ');
        }
        let next = row.parts.get(at + 1).map_or("", |(_, span)| slice(text, *span));
        let line = written.eq_ignore_ascii_case("LINE") && next.eq_ignore_ascii_case("INPUT");
        let part = if line { Part::Known } else { *part };
        out.push_str(&word(part, written, &before, care));
        before.pass(part, written);
    }
    let comment = comment(text, row);
    if !comment.is_empty() {
        if out.len() > indent {
            out.push(' ');
        }
        out.push_str(&spelled(comment));
    }
    out
}
/// How a part is written.
fn word(part: Part, written: &str, before: &Before, care: Care) -> String {
    match part {
        Part::Items => items(written),
        Part::Sign('?') if before.starts() && care == Care::Bold => "PRINT".to_owned(),
        Part::Key | Part::Function | Part::Known if care == Care::Bold => {
            written.to_ascii_uppercase()
        }
        _ => written.to_owned(),
    }
}
/// Items of DATA as they are, but for blanks around all of them.
fn items(written: &str) -> String {
    let open = written.matches('"').count() % 2 == 1;
    let kept = written.trim_start_matches(is_blank);
    if open { kept.to_owned() } else { kept.trim_end_matches(is_blank).to_owned() }
}

/// What was written last.
#[derive(Default)]
struct Before {
    part: Option<Part>,
    /// Whether it is an operator before its operand.
    unary: bool,
    /// Whether it is the first word of a statement.
    first: bool,
    /// Whether a statement begins behind it.
    begins: bool,
    /// Whether it is a sign of which only the author knows what it binds to.
    strange: bool,
}

impl Before {
    fn starts(&self) -> bool {
        self.part.is_none() || self.begins
    }
    /// Whether a value ended here.
    fn ends_value(&self) -> bool {
        match self.part {
            Some(Part::Value | Part::Function | Part::Sign(')' | ']')) => true,
            Some(Part::Known) => !self.first,
            _ => false,
        }
    }
    /// Whether a blank stands between this and the next part, which stands apart if `gap`.
    fn blank(&self, part: Part, gap: bool) -> bool {
        let compares = |sign| matches!(sign, '<' | '>' | '=');
        match (self.part, part) {
            _ if self.unary => false,
            (Some(Part::Sign('(' | '[' | '#')), _) => false,
            (_, Part::Sign(')' | ']' | ',' | ';' | ':')) => false,
            (Some(Part::Sign(a)), Part::Sign(b)) if compares(a) && compares(b) => false,
            (Some(Part::Function), Part::Sign('(' | '[')) => false,
            (Some(Part::Known), Part::Sign('(' | '[')) => self.first,
            (Some(Part::Value), Part::Sign('(' | '[')) => false,
            (_, Part::Sign(sign)) if is_strange(sign) => gap,
            _ if self.strange => gap,
            _ => true,
        }
    }
    fn pass(&mut self, part: Part, written: &str) {
        let starts = self.starts();
        self.unary = matches!(part, Part::Sign('-' | '+')) && !self.ends_value();
        let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(written));
        self.begins = part == Part::Sign(':') || part == Part::Key && is(&["THEN", "ELSE"]);
        self.first = starts;
        self.strange = matches!(part, Part::Sign(sign) if is_strange(sign));
        self.part = Some(part);
    }
}
fn is_strange(sign: char) -> bool {
    !"()[],;:#=<>+-*/\\^&?".contains(sign)
}
