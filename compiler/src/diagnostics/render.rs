//! Diagnostics for people and for programs.

use super::{Diagnostic, Severity, cut};
use crate::source::{SourceFile, Span};
use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use unicode_width::UnicodeWidthStr;

/// The width of what is drawn, in columns, where nothing is known of who reads it.
pub const COLUMNS: usize = 100;
/// Narrower than this nothing is drawn.
const LEAST_COLUMNS: usize = 40;

/// Draws a diagnostic under its source, in [`COLUMNS`] columns.
pub fn text(file: &SourceFile, diagnostic: &Diagnostic, colour: bool) -> String {
    text_in(file, diagnostic, colour, COLUMNS)
}

/// Draws a diagnostic under its source, in so many columns: long lines are cut around the place,
/// long messages broken. What could steer a terminal is shown as `�`.
pub fn text_in(file: &SourceFile, diagnostic: &Diagnostic, colour: bool, columns: usize) -> String {
    let columns = columns.max(LEAST_COLUMNS);
    let path = printable(&file.path);
    let path = path.as_str();
    let (kind, tint, word) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red, "Error"),
        Severity::Warning => (ReportKind::Warning, Color::Yellow, "Warning"),
        Severity::Hint => (ReportKind::Advice, Color::Cyan, "Advice"),
    };
    let config = Config::default()
        .with_color(colour)
        .with_char_set(if colour { CharSet::Unicode } else { CharSet::Ascii })
        .with_tab_width(TAB_COLUMNS)
        .with_index_type(IndexType::Byte);
    let mut places = vec![range(file, diagnostic.span)];
    places.extend(diagnostic.related.iter().map(|(span, _)| range(file, *span)));
    let lines = file.position(places.iter().map(|p| p.start).max().unwrap_or(0) as u32).0;
    let margin = lines.to_string().len() + MARGIN_COLUMNS;
    let several = places.iter().any(|place| file.text.get(place.clone()).is_some_and(has_lines));
    let bar = if several { BAR_COLUMNS } else { 0 };
    let shown = cut::cut(&file.text, &places, columns - margin - bar);
    let mut places = shown.places.into_iter();
    let place = places.next().unwrap_or_default();
    let message = printable(&diagnostic.message);
    let head = diagnostic.code.text().len() + word.len() + 5;
    let mut report = Report::build(kind, (path, place.clone()))
        .with_config(config)
        .with_code(diagnostic.code.text())
        .with_message(wrapped(&message, columns, head, "    "))
        .with_label(Label::new((path, place)).with_message("here").with_color(tint));
    for (place, (_, note)) in places.zip(&diagnostic.related) {
        report = report.with_label(Label::new((path, place)).with_message(note));
    }
    let fix = diagnostic.fix.as_ref().map(|fix| format!("{}.", fix.title));
    if let Some(help) = diagnostic.help.as_ref().or(fix.as_ref()) {
        let indent = margin + HELP_COLUMNS;
        report = report.with_help(wrapped(&printable(help), columns - indent, 0, ""));
    }
    let mut out = Vec::new();
    let source = Source::from(shown.text.as_str());
    match report.finish().write((path, source), &mut out) {
        Ok(()) => {
            let drawn = cut::tidy(&String::from_utf8_lossy(&out));
            placed(&drawn, path, file.position(place_start(file, diagnostic)))
        }
        Err(_) => format!("{}\n", line(file, diagnostic)),
    }
}

fn has_lines(text: &str) -> bool {
    text.contains('\n')
}

fn place_start(file: &SourceFile, diagnostic: &Diagnostic) -> u32 {
    range(file, diagnostic.span).start as u32
}

/// What was drawn, with the place in its head as it is in the whole line.
fn placed(drawn: &str, path: &str, (line, column): (u32, u32)) -> String {
    let mark = format!(" {path}:");
    let Some((head, rest)) = drawn.split_once(&mark) else { return drawn.to_owned() };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{head}{mark}{line}:{column}{rest}")
}

/// A tab is shown as so many blanks at most.
const TAB_COLUMNS: usize = 4;
/// What stands before a source line besides its number.
const MARGIN_COLUMNS: usize = 4;
/// What binds the lines of a place that has several.
const BAR_COLUMNS: usize = 6;
/// `Help: `
const HELP_COLUMNS: usize = 6;

/// Words in lines of at most so many columns, of which the first has `used` already; the others
/// begin with `indent`.
fn wrapped(text: &str, columns: usize, used: usize, indent: &str) -> String {
    let (mut out, mut column) = (String::new(), used);
    for (row, line) in text.lines().enumerate() {
        if row > 0 {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        }
        for (at, word) in line.split(' ').enumerate() {
            let width = word.width();
            if at > 0 && column + 1 + width > columns {
                out.push('\n');
                out.push_str(indent);
                column = indent.len();
            } else if at > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width;
        }
    }
    out
}

/// A text without what a terminal takes for an order.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c != '\n' { cut::visible(c) } else { c }).collect()
}

/// One line: `path:line:column: error[B0101]: message`.
pub fn line(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (row, column) = file.position(diagnostic.span.start);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    };
    let (code, message) = (diagnostic.code, printable(&diagnostic.message));
    format!("{}:{row}:{column}: {severity}[{code}]: {message}", printable(&file.path))
}

/// One JSON object without line breaks, with lines and columns from 1.
pub fn json(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let related: Vec<serde_json::Value> = diagnostic
        .related
        .iter()
        .map(|(span, note)| serde_json::json!({ "place": place(file, *span), "note": note }))
        .collect();
    let fix = diagnostic.fix.as_ref().map(|fix| {
        let edits: Vec<serde_json::Value> = fix
            .edits
            .iter()
            .map(|(span, text)| serde_json::json!({ "place": place(file, *span), "text": text }))
            .collect();
        serde_json::json!({ "title": fix.title, "sure": fix.sure, "edits": edits })
    });
    serde_json::json!({
        "path": file.path,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "place": place(file, diagnostic.span),
        "message": diagnostic.message,
        "help": diagnostic.advice(),
        "related": related,
        "fix": fix,
    })
    .to_string()
}

fn place(file: &SourceFile, span: Span) -> serde_json::Value {
    let (line, column) = file.position(span.start);
    let (end_line, end_column) = file.position(span.end);
    serde_json::json!({
        "start": span.start, "end": span.end,
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}

/// The bytes of a span, held inside the file.
fn range(file: &SourceFile, span: Span) -> std::ops::Range<usize> {
    let length = file.text.len();
    let start = (span.start as usize).min(length);
    start..(span.end as usize).clamp(start, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    fn drawn(text: &str, span: Span, columns: usize) -> String {
        let file = SourceFile::new("a.bas", text);
        let found = Diagnostic::error(codes::UNEXPECTED, span, "This does not belong here.");
        text_in(&file, &found.help("Remove it."), false, columns)
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("TALK 1\nx = \"{}\" + + \"{}\"\n", "ab ".repeat(300), "cd ".repeat(300));
        let at = text.find("+ +").expect("there") as u32 + 2;
        let shown = drawn(&text, Span::new(at, at + 1), 80);
        assert!(shown.contains(&format!("[ a.bas:2:{} ]", at - 6)), "the column of the whole line");
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
        let (line, mark) = shown
            .lines()
            .zip(shown.lines().skip(1))
            .find(|(line, _)| line.contains("+ +"))
            .expect("the place is shown");
        assert!(line.starts_with(" 2 | …") && line.ends_with('…'), "{shown}");
        let column = line.chars().position(|c| c == '+').expect("there") + 2;
        assert_eq!(mark.chars().count(), column + 1, "{shown}");
        assert!(mark.ends_with('|'), "{shown}");
    }

    #[test]
    fn wide_letters_tabs_and_orders_to_the_terminal() {
        let text = "\tTALK \"漢字\u{1b}[31m\" 5\n";
        let at = text.find('5').expect("there") as u32;
        let shown = drawn(text, Span::new(at, at + 1), 80);
        assert!(!shown.contains('\u{1b}') && shown.contains("漢字�[31m"), "{shown}");
        let mark = shown.lines().skip_while(|line| !line.contains("TALK")).nth(1).expect("a mark");
        // Four blanks, TALK, a blank, a text of eleven columns, a blank.
        assert_eq!(mark.rfind('|'), Some(5 + 4 + 5 + 11 + 1), "{shown}");
        let mut named = SourceFile::new("a\u{1b}]0;b.bas", "x");
        named.text.clear();
        let found = Diagnostic::error(codes::UNEXPECTED, Span::default(), "a\u{7}b");
        assert_eq!(line(&named, &found), "a�]0;b.bas:1:1: error[B0101]: a�b");
    }

    #[test]
    fn long_messages_are_broken_between_words() {
        assert_eq!(wrapped("one two three", 8, 2, "  "), "one\n  two\n  three");
        assert_eq!(wrapped("one two three", 80, 2, "  "), "one two three");
        assert_eq!(wrapped("indivisible", 4, 0, ""), "indivisible");
        let file = SourceFile::new("a.bas", "x");
        let message = "a rather long message ".repeat(9);
        let found = Diagnostic::error(codes::UNEXPECTED, Span::new(0, 1), message.trim());
        let shown = text_in(&file, &found.clone().help(message.trim()), false, 60);
        assert!(shown.lines().all(|line| line.len() <= 60 && line == line.trim_end()), "{shown}");
    }

    #[test]
    fn colours_change_only_where_they_must() {
        let file = SourceFile::new("a.bas", "TALK one two three");
        let found = Diagnostic::error(codes::UNEXPECTED, Span::new(9, 12), "no");
        let shown = text_in(&file, &found, true, 80);
        assert!(shown.matches('\u{1b}').count() < 40 && shown.contains("TALK one"), "{shown:?}");
    }

    #[test]
    fn a_line_of_a_megabyte_is_drawn_at_once() {
        let text = format!("x = {}", "(".repeat(1_000_000));
        for at in [0, 500_000, 1_000_000] {
            assert!(drawn(&text, Span::new(at, at + 3), 80).len() < 1_000);
        }
        assert!(drawn(&text, Span::new(0, 1_000_000), 80).len() < 1_000, "the whole of it");
    }
}
