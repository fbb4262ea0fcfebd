//! The folder that a bot is served from, and a draft of it: a deploy writes what the draft changed
//! back, unless somebody else changed the same folder meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use basilect_compiler::source::Provider;

use super::drafts::{Origin, hash};
use super::paths;
use crate::bootstrap::FolderProvider;

/// The hashes of the files in a folder, by path.
pub fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let provider = FolderProvider::new(folder);
    let read = |path: String| provider.read(&path).ok().map(|bytes| (path, hash(&bytes)));
    provider
        .list()
        .into_iter()
        .filter(|path| paths::leads_out(path).is_none())
        .filter_map(read)
        .collect()
}

/// The files of a folder that are not as they were when the draft was begun.
pub fn changed_since(folder: &Path, origin: &Origin) -> Vec<String> {
    let now = hashes(folder);
    let known = origin.files.iter().filter(|(path, _)| paths::leads_out(path).is_none());
    let known: BTreeMap<&String, &String> = known.collect();
    let mut changed: Vec<String> = now
        .iter()
        .filter(|(path, hash)| known.get(path) != Some(hash))
        .map(|(path, _)| path.clone())
        .collect();
    let gone = known.into_keys().filter(|path| !now.contains_key(*path));
    changed.extend(gone.cloned());
    changed.sort();
    changed
}

/// How the names of files end that are there for a moment only: they try whether a folder can be
/// written, or wait for their place.
const PASSING: &str = ".studio.new";

/// Whether a file is such a one. It says nothing about the bot, so nobody need look.
pub fn is_passing(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(PASSING))
}

/// Why a folder, or one inside it, cannot be written; `None` when all can.
pub fn refuses(folder: &Path) -> Option<String> {
    let files = FolderProvider::new(folder).list();
    let above = files.iter().filter_map(|path| Path::new(path).parent().map(Path::to_path_buf));
    let places: BTreeSet<PathBuf> = above.chain([PathBuf::new()]).collect();
    places.iter().find_map(|place| {
        let place = folder.join(place);
        let probe = place.join(PASSING);
        let tried = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
        tried.err().map(|error| forbidden(&place, &error))
    })
}

/// What went wrong where, and what to do.
pub fn forbidden(place: &Path, error: &std::io::Error) -> String {
    format!(
        "the server cannot write in {} ({}). Allow it there, or copy the files yourself: the next \
         start of the server serves what lies in the folder. The draft keeps everything.",
        place.display(),
        error.kind()
    )
}

/// Makes a folder hold what the draft holds: files that the draft removed go, others stay.
pub fn write_back(draft: &Path, folder: &Path, origin: &Origin) -> std::io::Result<()> {
    let (new, old) = (hashes(draft), hashes(folder));
    let mut changed = Vec::new();
    for path in new.keys().filter(|path| new.get(*path) != old.get(*path)) {
        changed.push((path.as_str(), std::fs::read(draft.join(path))?));
    }
    put(folder, &changed)?;
    let gone = origin.files.keys().filter(|path| !new.contains_key(*path));
    for path in gone.filter(|path| old.contains_key(*path)) {
        std::fs::remove_file(folder.join(path))?;
    }
    Ok(())
}

/// Writes files into a folder: all of them, or none. Each is written beside its place first, so
/// that what cannot be written is known before anything is changed.
pub fn put(folder: &Path, files: &[(&str, Vec<u8>)]) -> std::io::Result<()> {
    let mut beside = Vec::new();
    let written = files.iter().try_for_each(|(path, bytes)| {
        let to = folder.join(path);
        std::fs::create_dir_all(to.parent().unwrap_or(folder))?;
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let new = to.with_file_name(format!(".{name}{PASSING}"));
        beside.push((new.clone(), to));
        std::fs::write(new, bytes)
    });
    if written.is_err() {
        // What was not even begun cannot be removed either.
        beside.iter().for_each(|(new, _)| drop(std::fs::remove_file(new)));
        return written;
    }
    beside.into_iter().try_for_each(|(new, to)| std::fs::rename(new, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_draft_changed_is_written_back_and_nothing_else() {
        let root = std::env::temp_dir().join(format!("basilect-back-{}", std::process::id()));
        let (draft, folder) = (root.join("draft"), root.join("folder"));
        for place in [&draft, &folder] {
            std::fs::create_dir_all(place).expect("made");
        }
        let write = |place: &Path, name: &str, text: &str| {
            std::fs::write(place.join(name), text).expect("written");
        };
        for (name, text) in [("a.bas", "1"), ("gone.bas", "2"), ("notes.docs", "3")] {
            write(&folder, name, text);
        }
        write(&draft, "notes.docs", "3");
        let origin = Origin { files: hashes(&folder), ..Origin::default() };
        write(&draft, "a.bas", "new");
        write(&draft, "b.bas", "made");
        assert_eq!(changed_since(&folder, &origin), Vec::<String>::new());
        write_back(&draft, &folder, &origin).expect("written back");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        assert_eq!(read("a.bas").as_deref(), Some("new"));
        assert_eq!(read("b.bas").as_deref(), Some("made"));
        assert_eq!((read("gone.bas"), read("notes.docs").as_deref()), (None, Some("3")));
        assert_eq!(changed_since(&folder, &origin), ["a.bas", "b.bas", "gone.bas"]);
        std::fs::remove_dir_all(root).expect("cleaned up");
    }

    #[test]
    fn a_folder_gets_all_files_or_none() {
        let root = std::env::temp_dir().join(format!("basilect-put-{}", std::process::id()));
        std::fs::create_dir_all(&root).expect("made");
        std::fs::write(root.join("a.bas"), "old").expect("written");
        std::fs::write(root.join("taken"), "a file where a folder should be").expect("written");
        let file = |path| (path, b"new".to_vec());
        assert!(put(&root, &[file("a.bas"), file("b.bas"), file("taken/c.bas")]).is_err());
        let names = || FolderProvider::new(&root).list();
        assert_eq!(std::fs::read_to_string(root.join("a.bas")).expect("read"), "old");
        assert!(!root.join("b.bas").exists() && !names().iter().any(|name| name.contains("new")));
        put(&root, &[file("a.bas"), file("d/b.bas")]).expect("written");
        assert_eq!(std::fs::read_to_string(root.join("a.bas")).expect("read"), "new");
        assert!(root.join("d/b.bas").exists() && refuses(&root).is_none());
        std::fs::remove_dir_all(root).expect("cleaned up");
    }
}
