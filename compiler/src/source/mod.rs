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
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1));
        SourceFile { path: path.into(), text, line_starts }
    }
    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.row(offset);
        let start = self.line_starts.get(line as usize - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        (line, before.chars().count() as u32 + 1)
    }
    /// The line of a byte offset, from 1.
    pub fn row(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset).max(1) as u32
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

/// Why bytes are no text that can be read, and the byte from which on they are none; `None` for a
/// text in UTF-8.
pub fn unreadable(bytes: &[u8]) -> Option<(&'static str, usize)> {
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if marked || looks_like_utf16(bytes) {
        return Some(("it is written in UTF-16, not in UTF-8", 0));
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Some(("it is not a text", at));
    }
    let error = std::str::from_utf8(bytes).err()?;
    Some(("it is not written in UTF-8", error.valid_up_to()))
}

/// Whether nearly every second byte is zero, and hardly any other: Latin letters in UTF-16.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or(bytes);
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (most, least) = (even.max(odd), even.min(odd));
    head.len() >= 4 && most * 2 >= head.len() / 2 && least * 20 <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_told() {
        let why = |bytes: &[u8]| unreadable(bytes).map(|(why, at)| (why.contains("UTF-16"), at));
        let little: Vec<u8> = "TALK \"Olá\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "TALK \"Olá\"".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((why(&little), why(&big)), (Some((true, 0)), Some((true, 0))));
        assert_eq!(why(&[&[0xff, 0xfe], little.as_slice()].concat()), Some((true, 0)));
        assert_eq!(why(b"TALK \"Ol\xe1\""), Some((false, 8)));
        assert_eq!(why(b"TALK 1\n\0\0"), Some((false, 7)));
        assert_eq!((why(b""), why("\u{feff}TALK 1".as_bytes())), (None, None));
    }
}
