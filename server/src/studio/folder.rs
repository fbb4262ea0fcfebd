//! The folder that a bot is served from, and a draft of it: a deploy writes what the draft changed
//! back, unless somebody else changed the same folder meanwhile.

use std::collections::BTreeMap;
use std::path::Path;

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

/// Why a folder cannot be written; `None` when it can.
pub fn refuses(folder: &Path) -> Option<String> {
    let probe = folder.join(".studio.new");
    let tried = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    tried.err().map(|error| format!("it cannot be written ({})", error.kind()))
}

/// Makes a folder hold what the draft holds: files that the draft removed go, others stay.
pub fn write_back(draft: &Path, folder: &Path, origin: &Origin) -> std::io::Result<()> {
    let (new, old) = (hashes(draft), hashes(folder));
    for path in new.keys().filter(|path| new.get(*path) != old.get(*path)) {
        let to = folder.join(path);
        if let Some(above) = to.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::copy(draft.join(path), to)?;
    }
    let gone = origin.files.keys().filter(|path| !new.contains_key(*path));
    for path in gone.filter(|path| old.contains_key(*path)) {
        std::fs::remove_file(folder.join(path))?;
    }
    Ok(())
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
}
