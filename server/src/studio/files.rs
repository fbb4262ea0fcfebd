//! The files inside one draft. Links are never followed, whoever made them: a draft is what lies in
//! its folder.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use serde::Serialize;

use super::drafts::{broken, full, hash, hash_of};
use super::limits::{
    DEPTH_MAX, DRAFT_BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, MATCH_CHARS_MAX, MATCHES_MAX,
};
use super::paths;
use crate::errors::Problem;

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its path inside the draft, with `/`.
    pub path: String,
    /// The hash of its bytes.
    pub hash: String,
    /// Bytes.
    pub size: u64,
    /// Whether it can be edited.
    pub text: bool,
}

/// A line that a search has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// Where the words begin in it, in UTF-16 units from 0.
    pub column: usize,
    /// How long they are, in UTF-16 units.
    pub length: usize,
    /// The line's text, cut to what can be shown.
    pub text: String,
}

/// All files below a folder, in the order of their paths.
pub fn list(root: &Path) -> Result<Vec<Entry>, Problem> {
    let mut found = Vec::new();
    collect(root, root, 0, &mut found)?;
    found.sort();
    found.into_iter().map(|path| entry(root, path)).collect()
}

fn entry(root: &Path, path: String) -> Result<Entry, Problem> {
    let place = root.join(&path);
    let size = std::fs::metadata(&place).map_or(0, |about| about.len());
    if size > FILE_BYTES_MAX as u64 {
        let hash = std::fs::File::open(&place).and_then(|mut file| hash_of(&mut file));
        let hash = hash.map_err(|error| broken(&place, &error))?;
        return Ok(Entry { path, hash, size, text: false });
    }
    let bytes = read(root, &path)?;
    let text = paths::is_text(&path) && std::str::from_utf8(&bytes).is_ok();
    Ok(Entry { hash: hash(&bytes), size, text, path })
}

fn collect(
    root: &Path,
    folder: &Path,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), Problem> {
    let entries = std::fs::read_dir(folder).map_err(|error| broken(folder, &error))?;
    for entry in entries.flatten() {
        let (path, kind) = (entry.path(), entry.file_type());
        let inside = path.strip_prefix(root).ok().and_then(Path::to_str).unwrap_or_default();
        let inside = inside.replace('\\', "/");
        match kind {
            Ok(kind) if kind.is_dir() && depth < DEPTH_MAX => {
                collect(root, &path, depth + 1, found)?;
            }
            Ok(kind) if kind.is_file() && found.len() < FILES_MAX => {
                found.extend(paths::refused(&inside).is_none().then_some(inside));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The bytes of a file.
pub fn read(root: &Path, path: &str) -> Result<Vec<u8>, Problem> {
    let place = place(root, path)?;
    let absent = || Problem::not_found(&format!("the file {path}"));
    let about = std::fs::symlink_metadata(&place).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => absent(),
        _ => broken(&place, &error),
    })?;
    about.is_file().then_some(()).ok_or_else(absent)?;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&place).map_err(|error| broken(&place, &error))?;
    file.take(DRAFT_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| broken(&place, &error))?;
    Ok(bytes)
}

/// Writes a file, and the folders above it.
pub fn write(root: &Path, path: &str, bytes: &[u8]) -> Result<(), Problem> {
    let place = place(root, path)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(full(&format!("{path}: a file has at most {FILE_BYTES_MAX} bytes")));
    }
    if paths::is_text(path) && std::str::from_utf8(bytes).is_err() {
        let detail = format!("{path} is not written in UTF-8");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_utf8", detail));
    }
    has_room(root, &place, bytes.len() as u64)?;
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| broken(folder, &error))?;
    }
    replace(&place, bytes)
}

/// Whether a draft may grow by this file.
fn has_room(root: &Path, place: &Path, bytes: u64) -> Result<(), Problem> {
    let mut found = Vec::new();
    collect(root, root, 0, &mut found)?;
    let size = |path: &String| std::fs::metadata(root.join(path)).map_or(0, |about| about.len());
    let all: u64 = found.iter().map(size).sum();
    if found.len() >= FILES_MAX && !place.exists() {
        return Err(full(&format!("a draft has at most {FILES_MAX} files")));
    }
    match all + bytes > DRAFT_BYTES_MAX {
        true => Err(full(&format!("a draft has at most {DRAFT_BYTES_MAX} bytes in all"))),
        false => Ok(()),
    }
}

/// Written beside its place and moved there, so that a crash leaves no half of it.
pub fn replace(place: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let name = place.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let beside = place.with_file_name(format!(".{name}.new"));
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, place));
    written.map_err(|error| broken(place, &error))
}

/// Removes a file, and the folders above it that are empty then.
pub fn remove(root: &Path, path: &str) -> Result<(), Problem> {
    let place = place(root, path)?;
    std::fs::remove_file(&place).map_err(|error| broken(&place, &error))?;
    let above = place.ancestors().skip(1).take_while(|folder| *folder != root);
    // A folder that holds something stays, and then so do those above it.
    for folder in above {
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Moves a file inside its draft.
pub fn rename(root: &Path, from: &str, to: &str) -> Result<(), Problem> {
    let bytes = read(root, from)?;
    if paths::is_text(from) != paths::is_text(to) {
        let detail = "a text stays a text: keep an ending of the same kind";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_path", detail));
    }
    write(root, to, &bytes)?;
    remove(root, from)
}

/// The place of a path on the disk, once it is sure that it lies in the draft.
fn place(root: &Path, path: &str) -> Result<PathBuf, Problem> {
    if let Some(why) = paths::refused(path) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_path", why));
    }
    let place = root.join(path);
    let above = place.ancestors().take_while(|above| *above != root);
    let linked =
        |at: &Path| std::fs::symlink_metadata(at).is_ok_and(|about| about.file_type().is_symlink());
    match above.into_iter().any(linked) {
        true => {
            let detail = format!("{path} leads over a link, which a draft does not follow");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_path", detail))
        }
        false => Ok(place),
    }
}

/// Lines that hold `words`, in any letter case unless `exact`; whether these are all.
pub fn search(root: &Path, words: &str, exact: bool) -> Result<(Vec<Match>, bool), Problem> {
    let mut found = Vec::new();
    let fold = |text: &str| if exact { text.to_string() } else { text.to_lowercase() };
    let wanted = fold(words);
    for entry in list(root)?.into_iter().filter(|entry| entry.text) {
        let text = String::from_utf8(read(root, &entry.path)?).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            let Some(at) = fold(line).find(&wanted) else { continue };
            if found.len() >= MATCHES_MAX {
                return Ok((found, false));
            }
            let units = |text: &str| text.encode_utf16().count();
            found.push(Match {
                path: entry.path.clone(),
                line: index + 1,
                column: units(fold(line).get(..at).unwrap_or_default()),
                length: units(&wanted),
                text: line.chars().take(MATCH_CHARS_MAX).collect(),
            });
        }
    }
    Ok((found, true))
}
