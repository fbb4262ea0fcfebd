//! Addresses of files as editors write them, and where a bot begins on the disk.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// The path of a `file:` address.
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten()
}

/// The `file:` address of a path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    let url = url::Url::from_file_path(path).ok()?;
    Uri::from_str(url.as_str()).ok()
}

/// The bot's folder that a file lies in: the nearest above it that ends in `.gbai`.
pub fn bot_above(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|folder| is_bot(folder)).map(Path::to_path_buf)
}

/// Whether a folder is called as bots are.
pub fn is_bot(folder: &Path) -> bool {
    folder.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gbai"))
}

/// The path inside a bot's folder, with `/`.
pub fn inside(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = rest.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).filter(|inside| !inside.is_empty())
}

/// How deep folders are looked into.
const DEPTH: usize = 8;

/// The files below a folder with their sizes in bytes, in the order of their paths: at most so
/// many. Links and hidden folders are not followed, unless they are parts of a bot (`.gbdialog`).
pub fn files(root: &Path, most: usize) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    collect(root, DEPTH, most, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, depth: usize, most: usize, found: &mut Vec<(PathBuf, u64)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name();
        let hidden = name.to_str().is_none_or(|n| n.starts_with('.') && !n.starts_with(".gb"));
        if hidden || found.len() >= most {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, most, found);
        } else if kind.is_file() {
            let size = entry.metadata().map_or(0, |about| about.len());
            found.push((entry.path(), size));
        }
    }
}

/// The bots in a folder of the editor: itself, those below it, or, where there are none but it
/// holds scripts, itself again.
pub fn bots(folder: &Path) -> Vec<PathBuf> {
    if is_bot(folder) {
        return vec![folder.to_path_buf()];
    }
    let mut found = Vec::new();
    below(folder, 3, &mut found);
    found.sort();
    let script = |entry: std::fs::DirEntry| {
        let path = entry.path();
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bas"))
    };
    let scripts = || std::fs::read_dir(folder).is_ok_and(|all| all.flatten().any(script));
    if found.is_empty() && scripts() {
        found.push(folder.to_path_buf());
    }
    found
}

/// The most bots of one folder.
const BOTS: usize = 200;

fn below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_str().is_none_or(|name| name.starts_with('.'));
        if hidden || found.len() >= BOTS || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        if is_bot(&path) {
            found.push(path);
        } else if depth > 0 {
            below(&path, depth - 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_however_they_are_written() {
        let uri = Uri::from_str("file:///bots/caf%C3%A9.gbai/a%20b.bas").expect("an address");
        let path = path_of(&uri).expect("a file");
        assert_eq!(path, Path::new("/bots/café.gbai/a b.bas"));
        assert_eq!(uri_of(&path).expect("an address").as_str(), uri.as_str());
        assert_eq!(bot_above(&path).as_deref(), Some(Path::new("/bots/café.gbai")));
        assert_eq!(inside(Path::new("/bots/café.gbai"), &path).as_deref(), Some("a b.bas"));
        assert_eq!(path_of(&Uri::from_str("untitled:one").expect("an address")), None);
    }
}
