//! The files of the repository, read once, and Rust text without what is not code.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Folders that hold nothing written by hand.
const SKIPPED: &[&str] = &["target", "node_modules", ".git", "shared"];
/// What is read; pictures and databases are not.
const TEXT: &[&str] =
    &["rs", "lalrpop", "toml", "md", "bas", "sql", "sh", "js", "mjs", "css", "html", "txt", "chat"];

/// One text file.
pub struct File {
    /// Its path inside the repository, with `/` between folders.
    pub path: String,
    /// Its text.
    pub text: String,
    /// For Rust: the text with comments and literals blanked out, of the same length.
    code: OnceLock<String>,
}

/// All text files.
pub struct Tree {
    files: Vec<File>,
}

/// This repository.
pub fn repository() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let root = root();
        let mut paths = Vec::new();
        collect(&root, &mut paths);
        paths.sort();
        let files = paths.iter().filter_map(|path| File::read(&root, path)).collect();
        Tree { files }
    })
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("`tests` lies in it").to_path_buf()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|end| TEXT.iter().any(|text| end == *text)) {
            found.push(path);
        }
    }
}

impl File {
    fn read(root: &Path, path: &Path) -> Option<File> {
        let text = std::fs::read_to_string(path).ok()?;
        let path = path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
        Some(File { path, text, code: OnceLock::new() })
    }

    /// Whether the path ends in this extension.
    pub fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, end)| end == extension)
    }

    /// The text with comments and literals blanked out.
    pub fn code(&self) -> &str {
        self.code.get_or_init(|| code_of(&self.text))
    }

    /// The code in front of the tests that end the file.
    pub fn product_code(&self) -> &str {
        let end = self.code().find("#[cfg(test)]").unwrap_or(self.code().len());
        &self.code()[..end]
    }
}

impl Tree {
    /// A small tree for a test of a rule.
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File {
            path: path.to_string(),
            text: text.to_string(),
            code: OnceLock::new(),
        };
        Tree { files: files.iter().map(file).collect() }
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// All Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is("rs"))
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The lines of a list, without comments; empty when there is no such file.
    pub fn list(&self, path: &str) -> Vec<&str> {
        let lines = self.file(path).map(|file| file.text.lines()).into_iter().flatten();
        lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    }
}

/// The number of the line at `offset`, from 1.
pub fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Where `word` stands in `text` as a word of its own.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let bytes = text.as_bytes();
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !part(before) && !part(bytes.get(at + word.len()))
    })
}

/// Rust text with comments, strings and characters replaced by spaces; lines stay where they are.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let skipped = literal_length(&bytes[at..], code.last().copied());
        if skipped == 0 {
            code.push(bytes[at]);
            at += 1;
        } else {
            let end = (at + skipped).min(bytes.len());
            code.extend(bytes[at..end].iter().map(|b| if *b == b'\n' { b'\n' } else { b' ' }));
            at = end;
        }
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// How long the comment or literal is that `bytes` begin with; 0 when it is code.
fn literal_length(bytes: &[u8], before: Option<u8>) -> usize {
    let in_word = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    match bytes {
        [b'/', b'/', ..] => bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len()),
        [b'/', b'*', ..] => block_comment(bytes),
        [b'"', ..] => string(bytes),
        [b'r', b'"' | b'#', ..] if !in_word => raw_string(bytes),
        [b'b', b'r', b'"' | b'#', ..] if !in_word => raw_string(&bytes[1..]) + 1,
        [b'\'', ..] => character(bytes),
        _ => 0,
    }
}

fn block_comment(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The length of `r#"…"#`; 0 for a raw name such as `r#type`.
fn raw_string(bytes: &[u8]) -> usize {
    let marks = bytes[1..].iter().take_while(|b| **b == b'#').count();
    if bytes.get(1 + marks) != Some(&b'"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(marks));
    let body = &bytes[2 + marks..];
    let found = body.windows(end.len()).position(|window| window == end.as_bytes());
    2 + marks + found.map_or(body.len(), |at| at + end.len())
}

/// The length of `'x'` or `'\n'`; 0 for a lifetime.
fn character(bytes: &[u8]) -> usize {
    if bytes.get(1) == Some(&b'\\') {
        let end = bytes.iter().skip(3).position(|b| *b == b'\'');
        return end.map_or(bytes.len(), |at| at + 4);
    }
    let text = String::from_utf8_lossy(&bytes[1..bytes.len().min(6)]);
    let length = text.chars().next().map_or(0, char::len_utf8);
    if bytes.get(1 + length) == Some(&b'\'') { length + 2 } else { 0 }
}

#[test]
fn comments_and_literals_are_not_code() {
    let strings = r##"let a = "unsafe \" {"; // unsafe
        let b = r#"{ unsafe"#; /* { /* x */ } */"##;
    let text = format!("{strings} f::<'a>('{{', '\\'', 'é', b'{{');");
    let code = code_of(&text);
    assert!(!code.contains("unsafe") && !code.contains('{') && !code.contains('}'), "{code}");
    assert!(code.contains("f::<'a>("), "{code}");
    assert_eq!(code.lines().count(), 2);
}

#[test]
fn a_word_stands_alone() {
    assert_eq!(words("mod modern; my_mod; mod", "mod").collect::<Vec<_>>(), [0, 20]);
}
