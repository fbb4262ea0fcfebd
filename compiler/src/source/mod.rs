//! Files, spans and line numbers.

/// A piece of one file: byte offsets, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start .. end`.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }
    /// From the start of this to the end of `other`.
    pub const fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }
}

/// One source file in memory.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as shown in messages, relative to the bot's folder.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Byte offset of each line's first byte.
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> SourceFile {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(
            text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1),
        );
        SourceFile { path: path.into(), text, line_starts }
    }
    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|&s| s <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        (line as u32, before.chars().count() as u32 + 1)
    }
    /// The place of a line, counted from 1, without blanks around it.
    pub fn line(&self, line: u32) -> Span {
        let start = self.line_starts.get((line as usize).saturating_sub(1)).copied();
        let start = start.unwrap_or(self.text.len() as u32);
        let rest = self.text.get(start as usize..).unwrap_or("");
        let text = rest.split('\n').next().unwrap_or("");
        let first = start + (text.len() - text.trim_start().len()) as u32;
        Span::new(first, first + text.trim().len() as u32)
    }
    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// Where the compiler reads a package from: the CLI gives a folder, tests a map.
pub trait Provider {
    /// Paths of all files below the package's folder, with `/`, in a stable order.
    fn list(&self) -> Vec<String>;
    /// The bytes of one of them.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;
}
