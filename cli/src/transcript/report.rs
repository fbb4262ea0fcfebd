//! What a failed test shows: the line, what was expected, what came, and who said it.

use std::path::Path;

use super::parse::{Expected, Step};
use crate::terminal::Paint;

/// Why a test failed.
#[derive(Debug, PartialEq)]
pub struct Failure {
    /// The line of the transcript.
    pub line: usize,
    /// What it expects, in its own notation.
    pub expected: String,
    /// What came instead.
    pub got: String,
    /// The line of the script that said it.
    pub said_by: Option<String>,
}

/// A failure as lines of text.
pub fn describe(path: &Path, failure: &Failure, paint: Paint) -> String {
    let place = format!("{}:{}", path.display(), failure.line);
    let mut lines = vec![format!("{} {}", paint.red("failed"), paint.bold(&place))];
    lines.extend(labelled("expected", &failure.expected, |text| paint.green(text)));
    lines.extend(labelled("got", &failure.got, |text| paint.red(text)));
    if let Some(place) = &failure.said_by {
        lines.extend(labelled("said by", place, |text| paint.dim(text)));
    }
    lines.join("\n")
}

/// A text with its label before the first line, and blanks before the others.
fn labelled(label: &str, text: &str, paint: impl Fn(&str) -> String) -> Vec<String> {
    let line = |(index, line): (usize, &str)| {
        let label = if index == 0 { label } else { "" };
        format!("  {label:<9} {}", paint(line))
    };
    text.lines().enumerate().map(line).collect()
}

/// A step in the notation of transcripts.
pub fn notation(step: &Step) -> String {
    match step {
        Step::Bot(Expected::Text(text)) => with_mark("<", text),
        Step::Bot(Expected::Part(part)) => with_mark("<~", part),
        Step::Bot(Expected::Pattern(pattern)) => format!("</ {pattern}/"),
        Step::Skip => "...".into(),
        Step::Options(options) => format!("? {options}"),
        Step::Person(text) => with_mark(">", text),
        Step::Advance(ms) => format!("advance {} seconds", ms / 1_000),
        Step::File(name) => format!("file {name}"),
        Step::Tool(name, _) => format!("tool {name}"),
        Step::Table(name, rows) => format!("table {name} {rows}"),
        Step::End => "end".into(),
    }
}

/// A text of the bot as a transcript would expect it.
pub fn said(text: &str) -> String {
    with_mark("<", text)
}

fn with_mark(mark: &str, text: &str) -> String {
    let mut lines = text.split('\n');
    let first = format!("{mark} {}", lines.next().unwrap_or_default());
    lines.fold(first, |all, line| format!("{all}\n| {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_several_lines_are_written_as_transcripts_write_them() {
        assert_eq!(said("a\n\n b"), "< a\n| \n|  b");
        let failure = Failure { line: 3, expected: said("a\nb"), got: said("c"), said_by: None };
        let text = describe(Path::new("t.chat"), &failure, Paint::plain());
        assert_eq!(text, "failed t.chat:3\n  expected  < a\n            | b\n  got       < c");
    }
}
