//! The fenced blocks of a page.

/// A block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fence {
    /// `basic`, `out`, `chat`, `console`, `diagnostics` …
    pub kind: String,
    /// The file that it shows: `file=NAME`.
    pub file: Option<String>,
    /// Further words behind the fence.
    pub words: Vec<String>,
    /// The line of the page in which it begins.
    pub line: usize,
    /// Whether nothing but a blank line stands between the block before and this one.
    pub joined: bool,
    /// Its lines.
    pub text: String,
}

/// The blocks of a page, in order.
pub fn fences(page: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open: Option<Fence> = None;
    let mut joined = false;
    for (index, line) in page.lines().enumerate() {
        match open.take() {
            Some(fence) if line == "```" => {
                found.push(fence);
                joined = true;
            }
            Some(mut fence) => {
                fence.text.push_str(line);
                fence.text.push('\n');
                open = Some(fence);
            }
            None => match line.strip_prefix("```") {
                Some(info) => open = Some(Fence { joined, ..begun(info, index + 1) }),
                None => joined &= line.trim().is_empty(),
            },
        }
    }
    found
}

fn begun(info: &str, line: usize) -> Fence {
    let mut words = info.split_whitespace();
    let kind = words.next().unwrap_or_default().to_string();
    let (files, words): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("file="));
    let file = files.first().map(|word| word.trim_start_matches("file=").to_string());
    let words = words.into_iter().map(str::to_string).collect();
    Fence { kind, file, words, line, ..Fence::default() }
}

/// A path as a name of a bot.
pub fn plain(path: &str) -> String {
    let path = path.trim_end_matches(".md").to_lowercase();
    path.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

#[test]
fn blocks_know_their_neighbours() {
    let found =
        fences("a\n```basic file=x.bas\nTALK 1\n```\n\n```out\n1\n```\ntext\n```chat\n```\n");
    let shown: Vec<_> = found.iter().map(|f| (f.kind.as_str(), f.line, f.joined)).collect();
    assert_eq!(shown, [("basic", 2, false), ("out", 6, true), ("chat", 10, false)]);
    assert_eq!(found[0].file.as_deref(), Some("x.bas"));
    assert_eq!(plain("docs/manual/a.md"), "docs-manual-a");
}
