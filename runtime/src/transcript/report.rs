//! What a failed test shows: the line, what was expected, what came, and who said it.

use super::parse::{Expected, Step};

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
        Step::Model(text) => with_mark("model", text),
        Step::Table(name, rows) => format!("table {name} {rows}"),
        Step::End => "end".into(),
    }
}

/// A text of the bot as a transcript would expect it.
pub fn said(text: &str) -> String {
    with_mark("<", text)
}

/// A text of several lines after its mark.
pub fn with_mark(mark: &str, text: &str) -> String {
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
    }
}
