//! What came of each bot's folder when it was last read: the owner of a bot that is not taken up
//! learns why from the administration, not only from the log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::bootstrap::Mounted;

/// The outcome by bot: nothing, or the errors as text.
#[derive(Debug, Default)]
pub struct Folders {
    outcomes: Mutex<BTreeMap<String, (PathBuf, Option<String>)>>,
}

impl Folders {
    /// Remembers what came of a folder.
    pub fn note(&self, mounted: &Mounted) {
        let error = mounted.outcome.as_ref().err().cloned();
        let (name, path) = (mounted.folder.name.clone(), mounted.folder.path.clone());
        self.lock().insert(name, (path, error));
    }

    /// The bots that have a folder, with the errors that keep its present state out of service.
    pub fn outcomes(&self) -> BTreeMap<String, Option<String>> {
        let told =
            |(bot, (_, error)): (&String, &(PathBuf, Option<String>))| (bot.clone(), error.clone());
        self.lock().iter().map(told).collect()
    }

    /// The folder of a bot, if it has one.
    pub fn path(&self, bot: &str) -> Option<PathBuf> {
        self.lock().get(bot).map(|(path, _)| path.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (PathBuf, Option<String>)>> {
        self.outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
