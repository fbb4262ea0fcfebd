//! Diagnostics for people and for programs.

use super::{Diagnostic, Severity};
use crate::source::{SourceFile, Span};
use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};

/// Draws a diagnostic under its source.
pub fn text(file: &SourceFile, diagnostic: &Diagnostic, colour: bool) -> String {
    let path = file.path.as_str();
    let (kind, tint) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Hint => (ReportKind::Advice, Color::Cyan),
    };
    let config = Config::default()
        .with_color(colour)
        .with_char_set(if colour { CharSet::Unicode } else { CharSet::Ascii })
        .with_index_type(IndexType::Byte);
    let place = range(file, diagnostic.span);
    let mut report = Report::build(kind, (path, place.clone()))
        .with_config(config)
        .with_code(diagnostic.code.text())
        .with_message(&diagnostic.message)
        .with_label(Label::new((path, place)).with_message("here").with_color(tint));
    for (span, note) in &diagnostic.related {
        report = report.with_label(Label::new((path, range(file, *span))).with_message(note));
    }
    let fix = diagnostic.fix.as_ref().map(|fix| format!("{}.", fix.title));
    if let Some(help) = diagnostic.help.as_ref().or(fix.as_ref()) {
        report = report.with_help(help);
    }
    let mut out = Vec::new();
    let source = (path, Source::from(file.text.as_str()));
    match report.finish().write(source, &mut out) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(_) => format!("{}\n", line(file, diagnostic)),
    }
}

/// One line: `path:line:column: error[B0101]: message`.
pub fn line(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (row, column) = file.position(diagnostic.span.start);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    };
    let (code, message) = (diagnostic.code, &diagnostic.message);
    format!("{}:{row}:{column}: {severity}[{code}]: {message}", file.path)
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
