//! Bots as folders of the disk.

use std::io::Read;
use std::path::{Path, PathBuf};

use basilect_compiler::package::UNPACKED_BYTES;
use basilect_compiler::source::Provider;

/// Files of one bot at most, so that a wrong folder does not fill the memory.
const FILES_MAX: usize = 10_000;
/// Depth of folders within a bot.
const DEPTH_MAX: usize = 16;

/// A folder that is a bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotFolder {
    /// The bot's name.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
}

/// The bots at `paths`: each is a bot's folder itself (`NAME.gbai`), or holds bots.
pub fn find_bots(paths: &[PathBuf]) -> Result<Vec<BotFolder>, (PathBuf, std::io::Error)> {
    let mut found = Vec::new();
    for path in paths {
        if let Some(bot) = bot_folder(path) {
            found.push(bot);
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| (path.clone(), error))?;
        found.extend(entries.flatten().filter_map(|entry| bot_folder(&entry.path())));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|later, kept| later.name == kept.name && passed_over(later, kept));
    Ok(found)
}

/// Two folders of one name are one address: the owner must learn which of them is served.
fn passed_over(later: &BotFolder, kept: &BotFolder) -> bool {
    if later.path != kept.path {
        let (served, other) = (kept.path.display(), later.path.display());
        tracing::warn!(bot = %kept.name, %served, %other, "two folders are the same bot");
    }
    true
}

fn bot_folder(path: &Path) -> Option<BotFolder> {
    let absolute = path.canonicalize().ok()?;
    let name = absolute.file_name()?.to_str()?.strip_suffix(".gbai")?.to_lowercase();
    (absolute.is_dir() && !name.is_empty()).then_some(BotFolder { name, path: absolute })
}

/// Reads a bot's files from its folder. Links are not followed: a bot is what lies in its folder.
#[derive(Debug)]
pub struct FolderProvider {
    root: PathBuf,
}

impl FolderProvider {
    /// The files below `root`.
    pub fn new(root: impl Into<PathBuf>) -> FolderProvider {
        FolderProvider { root: root.into() }
    }

    fn collect(&self, folder: &Path, depth: usize, files: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                _ if hidden || files.len() >= FILES_MAX || depth >= DEPTH_MAX => {}
                Ok(kind) if kind.is_dir() => self.collect(&entry.path(), depth + 1, files),
                Ok(kind) if kind.is_file() => files.extend(self.relative(&entry.path())),
                _ => {}
            }
        }
    }

    fn relative(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.root).ok()?;
        Some(relative.to_str()?.replace('\\', "/"))
    }
}

impl Provider for FolderProvider {
    fn list(&self) -> Vec<String> {
        let mut files = Vec::new();
        self.collect(&self.root, 0, &mut files);
        files.sort();
        files
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let read = || {
            let mut bytes = Vec::new();
            // One byte more than a whole bot may have is enough to refuse it.
            let file = std::fs::File::open(self.root.join(path))?;
            file.take(UNPACKED_BYTES + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error: std::io::Error| format!("{path}: {error}"))
    }
}
