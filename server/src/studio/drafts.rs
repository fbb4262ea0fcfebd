//! Drafts: a copy of a bot's files that can be changed while the bot itself goes on being served.
//!
//! A draft is a folder `drafts/NAME.gbai` of the server's data with a note `drafts/NAME.json` of
//! where it came from. Only this module touches them; a lock makes each change one step.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::{self, Entry};
use super::limits::DRAFTS_MAX;
use super::paths;
use crate::errors::Problem;

/// All drafts of a server.
#[derive(Debug)]
pub struct Drafts {
    root: PathBuf,
    lock: Mutex<()>,
}

/// Where a draft came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// `folder`, `package` or `template`.
    pub from: String,
    /// The version that was served then, if any.
    pub version: Option<String>,
    /// The hashes of the files as they were, by path.
    pub files: BTreeMap<String, String>,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
}

/// What a file must be for a change to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Not there.
    Absent,
    /// The one of this hash.
    Hash(String),
}

/// The hash of a file's bytes.
pub fn hash(bytes: &[u8]) -> String {
    shortened(&Sha256::digest(bytes))
}

/// The hash of a file that may be large.
pub fn hash_of(file: &mut impl Read) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    std::io::copy(file, &mut digest)?;
    Ok(shortened(&digest.finalize()))
}

fn shortened(digest: &[u8]) -> String {
    digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

impl Drafts {
    /// The drafts below `root`, which is made with the first of them.
    pub fn new(root: PathBuf) -> Drafts {
        Drafts { root, lock: Mutex::default() }
    }

    /// The names of all drafts.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let name = |entry: std::fs::DirEntry| {
            let name = entry.file_name().to_str()?.strip_suffix(".gbai")?.to_string();
            (paths::is_bot_name(&name) && is_folder(&entry.path())).then_some(name)
        };
        let mut names: Vec<String> = entries.filter_map(name).collect();
        names.sort();
        names
    }

    /// The folder of a draft.
    pub fn folder(&self, bot: &str) -> Result<PathBuf, Problem> {
        let folder = self.place(bot)?;
        is_folder(&folder).then_some(folder).ok_or_else(|| Problem::not_found("the draft"))
    }

    /// Where a draft came from.
    pub fn origin(&self, bot: &str) -> Result<Origin, Problem> {
        self.folder(bot)?;
        let text = std::fs::read(self.note(bot)).unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Notes that a draft is now the same as this origin.
    pub fn set_origin(&self, bot: &str, origin: &Origin) -> Result<(), Problem> {
        let _lock = self.guard();
        self.folder(bot)?;
        self.keep_note(bot, origin)
    }

    /// Makes a draft of these files; false when there is one already, which is left as it is.
    pub fn begin(
        &self,
        bot: &str,
        origin: &Origin,
        contents: &[(String, Vec<u8>)],
    ) -> Result<bool, Problem> {
        let _lock = self.guard();
        let folder = self.place(bot)?;
        if is_folder(&folder) {
            return Ok(false);
        }
        if self.names().len() >= DRAFTS_MAX {
            return Err(full(&format!("a server has at most {DRAFTS_MAX} drafts: drop one first")));
        }
        let making = self.root.join(format!(".{bot}.new"));
        let made = remove_folder(&making).and_then(|()| fill(&making, contents));
        made.and_then(|()| self.keep_note(bot, origin))?;
        std::fs::rename(&making, &folder).map_err(|error| broken(&folder, &error))?;
        Ok(true)
    }

    /// Forgets a draft.
    pub fn drop_draft(&self, bot: &str) -> Result<(), Problem> {
        let _lock = self.guard();
        remove_folder(&self.folder(bot)?)?;
        remove_note(&self.note(bot))
    }

    /// The files of a draft.
    pub fn list(&self, bot: &str) -> Result<Vec<Entry>, Problem> {
        files::list(&self.folder(bot)?)
    }

    /// The bytes of a file.
    pub fn read(&self, bot: &str, path: &str) -> Result<Vec<u8>, Problem> {
        files::read(&self.folder(bot)?, path)
    }

    /// Writes a file if it is as expected; its new hash.
    pub fn write(
        &self,
        bot: &str,
        path: &str,
        bytes: &[u8],
        expected: &Expected,
    ) -> Result<String, Problem> {
        let _lock = self.guard();
        let folder = self.folder(bot)?;
        meets(&folder, path, expected)?;
        files::write(&folder, path, bytes)?;
        Ok(hash(bytes))
    }

    /// Removes a file if it is as expected.
    pub fn remove(&self, bot: &str, path: &str, expected: &Expected) -> Result<(), Problem> {
        let _lock = self.guard();
        let folder = self.folder(bot)?;
        meets(&folder, path, expected)?;
        files::remove(&folder, path)
    }

    /// Gives a file another path, where nothing may be yet.
    pub fn rename(&self, bot: &str, from: &str, to: &str) -> Result<(), Problem> {
        let _lock = self.guard();
        let folder = self.folder(bot)?;
        meets(&folder, to, &Expected::Absent)?;
        files::rename(&folder, from, to)
    }

    fn place(&self, bot: &str) -> Result<PathBuf, Problem> {
        let usable = paths::is_bot_name(bot);
        usable.then(|| self.root.join(format!("{bot}.gbai"))).ok_or_else(|| {
            let detail = "a bot's name has letters, digits, blanks and . - _, and at most 63 bytes";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_name", detail)
        })
    }

    fn note(&self, bot: &str) -> PathBuf {
        self.root.join(format!("{bot}.json"))
    }

    fn keep_note(&self, bot: &str, origin: &Origin) -> Result<(), Problem> {
        let text = serde_json::to_vec(origin).unwrap_or_default();
        files::replace(&self.note(bot), &text)
    }

    fn guard(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Refuses a change of a file that is not what the one who changes it has seen.
fn meets(folder: &Path, path: &str, expected: &Expected) -> Result<(), Problem> {
    let found = match files::read(folder, path) {
        Ok(bytes) => Some(hash(&bytes)),
        Err(problem) if problem.code == "not_found" => None,
        Err(problem) => return Err(problem),
    };
    let met = match expected {
        Expected::Absent => found.is_none(),
        Expected::Hash(hash) => found.as_ref() == Some(hash),
    };
    let detail = match (&found, expected) {
        (None, _) => format!("{path} is no longer there"),
        (Some(_), Expected::Absent) => format!("{path} exists already"),
        (Some(_), Expected::Hash(_)) => format!("{path} was changed elsewhere"),
    };
    met.then_some(())
        .ok_or_else(|| Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail))
}

/// Writes the files of a new draft as they are: also kinds and sizes that cannot be written later.
fn fill(folder: &Path, contents: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    std::fs::create_dir_all(folder).map_err(|error| broken(folder, &error))?;
    let mut usable = contents.iter().filter(|(path, _)| paths::leads_out(path).is_none());
    usable.try_for_each(|(path, bytes)| {
        let place = folder.join(path);
        let above = place.parent().unwrap_or(folder);
        let written = std::fs::create_dir_all(above).and_then(|()| std::fs::write(&place, bytes));
        written.map_err(|error| broken(&place, &error))
    })
}

fn is_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

fn remove_folder(path: &Path) -> Result<(), Problem> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(broken(path, &error)),
        _ => Ok(()),
    }
}

fn remove_note(path: &Path) -> Result<(), Problem> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(broken(path, &error)),
        _ => Ok(()),
    }
}

/// The disk does not do what it should: the reason goes to the log.
pub fn broken(path: &Path, error: &std::io::Error) -> Problem {
    let trace = crate::bootstrap::trace_id();
    tracing::error!(%trace, path = %path.display(), %error, "a draft cannot be read or written");
    let detail = format!("the server cannot read or write its drafts ({})", error.kind());
    let problem = Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
    Problem { trace: Some(trace), ..problem }
}

/// There is no room for this.
pub fn full(detail: &str) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}
