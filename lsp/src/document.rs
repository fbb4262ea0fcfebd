//! A text as the editor has it, and the ways to count in it.
//!
//! Editors count lines from zero, and in them UTF-16 units (or bytes, where both sides agree on
//! that); the compiler counts bytes.

use std::sync::Arc;

use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{Position, Range, TextDocumentContentChangeEvent};

/// What the columns of a position count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16 units: what the protocol says unless told otherwise.
    #[default]
    Utf16,
    /// Bytes.
    Utf8,
}

/// A text with its lines.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text, as the compiler reads it.
    pub file: Arc<SourceFile>,
    /// The first byte of each line.
    starts: Arc<Vec<u32>>,
    encoding: Encoding,
}

impl Document {
    /// The document of that path, inside its bot, with that text.
    pub fn new(path: &str, text: String, encoding: Encoding) -> Document {
        let mut starts = vec![0];
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        starts.extend(ends.map(|(at, _)| at as u32 + 1));
        let file = Arc::new(SourceFile::new(path, text));
        Document { file, starts: Arc::new(starts), encoding }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// How many lines it has; an empty one after the last line end counts.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of a byte, from zero.
    pub fn line_of(&self, offset: u32) -> u32 {
        (self.starts.partition_point(|start| *start <= offset) as u32).saturating_sub(1)
    }

    /// The bytes of a line without its end.
    pub fn line_span(&self, line: u32) -> Span {
        let end = self.text().len() as u32;
        let start = self.starts.get(line as usize).copied().unwrap_or(end);
        let next = self.starts.get(line as usize + 1).copied();
        let whole = Span::new(start, next.unwrap_or(end));
        let text = self.file.slice(whole).trim_end_matches(['\n', '\r']);
        Span::new(start, start + text.len() as u32)
    }

    /// The text of a line without its end.
    pub fn line_text(&self, line: u32) -> &str {
        self.file.slice(self.line_span(line))
    }

    /// Where a byte stands.
    pub fn position(&self, offset: u32) -> Position {
        let offset = floor(self.text(), offset as usize) as u32;
        let line = self.line_of(offset);
        let start = self.starts.get(line as usize).copied().unwrap_or(0);
        let before = self.file.slice(Span::new(start, offset));
        Position { line, character: self.units(before) }
    }

    /// How many columns a text takes.
    pub fn units(&self, text: &str) -> u32 {
        match self.encoding {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Utf16 if text.is_ascii() => text.len() as u32,
            Encoding::Utf16 => text.encode_utf16().count() as u32,
        }
    }

    /// The byte of a position; what lies behind the end of a line is its end.
    pub fn offset(&self, position: Position) -> u32 {
        let span = self.line_span(position.line);
        let line = self.file.slice(span);
        let at = match self.encoding {
            Encoding::Utf8 => floor(line, position.character as usize),
            Encoding::Utf16 => byte_of(line, position.character),
        };
        span.start + at as u32
    }

    /// Where a piece stands.
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The bytes of a range.
    pub fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }

    /// All of it.
    pub fn whole(&self) -> Span {
        Span::new(0, self.text().len() as u32)
    }

    /// The text after a change of the editor.
    pub fn changed(&self, change: &TextDocumentContentChangeEvent) -> String {
        let Some(range) = change.range else { return change.text.clone() };
        let span = self.span(range);
        let mut text = self.text().to_string();
        text.replace_range(span.start as usize..span.end as usize, &change.text);
        text
    }
}

/// The byte of a column in UTF-16 units.
fn byte_of(line: &str, character: u32) -> usize {
    let mut units = 0;
    for (at, letter) in line.char_indices() {
        if units >= character as usize {
            return at;
        }
        units += letter.len_utf16();
    }
    line.len()
}

/// The nearest place at or before `offset` where a letter begins.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// A word of a line: its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// Its first byte in the line.
    pub start: usize,
}

impl Word<'_> {
    /// One past its last byte.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a line outside of texts and comments.
pub fn words(line: &str) -> Vec<Word<'_>> {
    let (mut words, mut start, mut quoted) = (Vec::new(), None, false);
    for (at, letter) in line.char_indices().chain([(line.len(), '\n')]) {
        let part = !quoted && (letter.is_alphanumeric() || letter == '_');
        match start {
            None if part => start = Some(at),
            Some(first) if !part => {
                words.extend(line.get(first..at).map(|text| Word { text, start: first }));
                start = None;
            }
            _ => {}
        }
        match letter {
            '"' => quoted = !quoted,
            '\'' if !quoted => break,
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "x = 1\r\ny = \"😀é\" + z\n";

    #[test]
    fn editors_count_in_utf16_or_in_bytes() {
        for (encoding, character) in [(Encoding::Utf16, 12), (Encoding::Utf8, 15)] {
            let document = Document::new("a.bas", TEXT.into(), encoding);
            let offset = TEXT.find('z').expect("there") as u32;
            let position = Position { line: 1, character };
            assert_eq!(document.position(offset), position);
            assert_eq!(document.offset(position), offset);
            assert_eq!(document.position(9_999), Position { line: 2, character: 0 });
            assert_eq!(document.line_text(0), "x = 1", "without the line end");
        }
    }

    #[test]
    fn places_that_do_not_exist_are_the_nearest_that_do() {
        let document = Document::new("a.bas", TEXT.into(), Encoding::Utf16);
        let at = |line, character| document.offset(Position { line, character });
        assert_eq!(at(0, 99), 5);
        assert_eq!(at(99, 1), TEXT.len() as u32);
        assert_eq!(at(1, 6), at(1, 7), "in the middle of a letter: behind it");
    }

    #[test]
    fn changes_replace_a_range_or_all() {
        let document = Document::new("a.bas", "a\nbc\n".into(), Encoding::Utf16);
        let change = |range: Option<Range>, text: &str| TextDocumentContentChangeEvent {
            range,
            range_length: None,
            text: text.into(),
        };
        let range = Range::new(Position::new(1, 1), Position::new(2, 0));
        assert_eq!(document.changed(&change(Some(range), "d")), "a\nbd");
        assert_eq!(document.changed(&change(None, "d")), "d");
    }

    #[test]
    fn texts_and_comments_have_no_words() {
        let found: Vec<&str> =
            words("TALK \"HEAR x\" + y2 ' HEAR").iter().map(|w| w.text).collect();
        assert_eq!(found, ["TALK", "y2"]);
    }
}
