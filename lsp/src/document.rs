//! A document as the editor has it, and the ways to count in it.
//!
//! Editors count lines and UTF-16 units from zero; the compiler counts bytes.

use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{Position, Range};

/// An open script.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text, as the compiler reads it.
    pub file: SourceFile,
    /// The editor's version of it.
    pub version: i32,
}

impl Document {
    /// The document of that path with that text.
    pub fn new(path: &str, text: String, version: i32) -> Document {
        let name = path.rsplit('/').next().unwrap_or(path);
        Document { file: SourceFile::new(name, text), version }
    }

    /// Where a byte stands.
    pub fn position(&self, offset: u32) -> Position {
        let text = &self.file.text;
        let offset = floor(text, offset as usize);
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() as u32;
        let units = before.get(line_start..).unwrap_or_default().encode_utf16().count() as u32;
        Position { line, character: units }
    }

    /// Where a piece stands.
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The text of a line, and the byte in it where a position stands.
    pub fn line(&self, position: Position) -> Option<(&str, usize)> {
        let line = self.file.text.lines().nth(position.line as usize)?;
        let mut units = 0;
        for (at, letter) in line.char_indices() {
            if units >= position.character as usize {
                return Some((line, at));
            }
            units += letter.len_utf16();
        }
        Some((line, line.len()))
    }
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

    #[test]
    fn editors_count_in_utf16() {
        let document = Document::new("file:///a.bas", "x = 1\ny = \"😀é\" + z\n".into(), 1);
        let offset = document.file.text.find('z').expect("there") as u32;
        let position = document.position(offset);
        assert_eq!(position, Position { line: 1, character: 12 });
        let (line, at) = document.line(position).expect("a line");
        assert_eq!(line.get(at..), Some("z"));
        assert_eq!(document.position(9_999), Position { line: 2, character: 0 });
    }

    #[test]
    fn texts_and_comments_have_no_words() {
        let found: Vec<&str> =
            words("TALK \"HEAR x\" + y2 ' HEAR").iter().map(|w| w.text).collect();
        assert_eq!(found, ["TALK", "y2"]);
    }
}
