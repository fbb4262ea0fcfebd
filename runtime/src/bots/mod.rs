//! The bots of this server: which package a name stands for, and the packages that waiting
//! conversations are pinned to.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use basilect_compiler::package::manifest::ScriptEntry;
use basilect_compiler::package::{Manifest, Package, schema};
use basilect_vm::Program;

use crate::error::{Error, Result};
use crate::ports::store::Store;

pub mod catalogue;
pub mod configuration;
mod deploy;
pub mod plan;
pub mod settings;

pub use deploy::Deployed;
pub use plan::Plan;
pub use settings::Settings;

/// Packages kept in memory for conversations that are pinned to an older one.
const PINNED_MAX: usize = 64;

/// One version of one bot, ready to run.
pub struct Bot {
    /// Its name: folder, address, identifier.
    pub name: String,
    /// Content hash of its package.
    pub hash: String,
    /// Scripts, tools, tables, settings.
    pub manifest: Manifest,
    /// The linked program of all scripts.
    pub program: Arc<Program>,
    /// The typed settings of its `config.csv`.
    pub settings: Settings,
    /// Theme, documents, data files: path to bytes.
    pub files: indexmap::IndexMap<String, Vec<u8>>,
}

impl Bot {
    /// A bot from its package.
    pub fn from_package(package: Package) -> Bot {
        let hash = package.version();
        let settings = Settings::from_package(&package);
        Bot {
            name: package.name,
            hash,
            manifest: package.manifest,
            program: Arc::new(package.program),
            settings,
            files: package.files,
        }
    }
    /// The schema of a script as a callable tool, in OpenAI's function form.
    pub fn tool_schema(&self, script: &str) -> Option<serde_json::Value> {
        self.entry(script).map(schema::tool_schema)
    }
    /// What the package says of a script.
    pub fn entry(&self, script: &str) -> Option<&ScriptEntry> {
        let wanted = script_key(script);
        self.manifest.scripts.iter().find(|entry| script_key(&entry.name) == wanted)
    }
    /// Whether a script asks the person something.
    pub fn suspends(&self, script: &str) -> bool {
        self.entry(script).is_some_and(|entry| entry.suspends)
    }
    /// The scripts that a model or a person may run by name: those with PARAM or DESCRIPTION.
    pub fn tools(&self) -> impl Iterator<Item = &ScriptEntry> {
        let declares = |e: &&ScriptEntry| e.description.is_some() || !e.params.is_empty();
        self.manifest.scripts.iter().filter(declares)
    }
    /// The files of its theme, by their paths below the theme's folder.
    pub fn theme_files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(|path| theme_path(path))
    }
    /// One of them.
    pub fn theme_file(&self, wanted: &str) -> Option<&[u8]> {
        let found = self.files.iter().find(|(path, _)| theme_path(path) == Some(wanted));
        found.map(|(_, bytes)| bytes.as_slice())
    }
    /// Whether the program has a script of that name (any letter case, `.bas` and folders ignored).
    pub fn script(&self, name: &str) -> Option<&str> {
        let wanted = script_key(name);
        self.program.scripts.iter().map(|s| s.name.as_str()).find(|s| script_key(s) == wanted)
    }
}

/// How script names are compared: `Tools/Add To-Cart.bas` is `add_to_cart`.
pub fn script_key(name: &str) -> String {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = stem.strip_suffix(".bas").or_else(|| stem.strip_suffix(".BAS")).unwrap_or(stem);
    stem.trim().to_lowercase().replace(['-', ' '], "_")
}

/// `shop.gbtheme/logo.svg` is `logo.svg` of the theme.
fn theme_path(path: &str) -> Option<&str> {
    path.split_once(".gbtheme/").map(|(_, rest)| rest)
}

/// All bots.
pub struct Bots {
    store: Arc<dyn Store>,
    current: RwLock<HashMap<String, Arc<Bot>>>,
    pinned: RwLock<HashMap<String, Arc<Bot>>>,
    pinned_max: usize,
}

impl Bots {
    /// No bots yet; they are deployed, or loaded from the store.
    pub fn new(store: Arc<dyn Store>) -> Bots {
        Bots::keeping(store, PINNED_MAX)
    }
    /// The same with room for so many earlier versions in memory.
    pub fn keeping(store: Arc<dyn Store>, pinned_max: usize) -> Bots {
        Bots { store, current: RwLock::default(), pinned: RwLock::default(), pinned_max }
    }
    /// The current version of a bot.
    pub fn current(&self, name: &str) -> Option<Arc<Bot>> {
        read(&self.current).get(name).cloned()
    }
    /// All bots, by name.
    pub fn all(&self) -> Vec<Arc<Bot>> {
        let mut all: Vec<_> = read(&self.current).values().cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
    /// The version with that content hash: current, remembered, or read from the store.
    pub async fn version(&self, hash: &str) -> Result<Arc<Bot>> {
        if let Some(bot) = self.known(hash) {
            return Ok(bot);
        }
        let bytes = self.store.package(hash).await?.ok_or(Error::NotFound("the bot's package"))?;
        let package = Package::from_bytes(&bytes).map_err(|e| Error::Bug(e.to_string()))?;
        let bot = Arc::new(Bot::from_package(package));
        self.pin(bot.clone());
        Ok(bot)
    }
    /// Remembers an earlier version; when there is no more room, all others are read again.
    fn pin(&self, bot: Arc<Bot>) {
        let mut pinned = write(&self.pinned);
        if pinned.len() >= self.pinned_max {
            pinned.clear();
        }
        pinned.insert(bot.hash.clone(), bot);
    }
    fn known(&self, hash: &str) -> Option<Arc<Bot>> {
        let current = read(&self.current).values().find(|bot| bot.hash == hash).cloned();
        current.or_else(|| read(&self.pinned).get(hash).cloned())
    }
    /// Takes up the bots that the store knows (after a restart without their folders).
    pub async fn load(&self) -> Result<()> {
        for (name, hash) in self.store.bots().await? {
            if self.current(&name).is_none() {
                let bot = self.version(&hash).await?;
                write(&self.current).insert(name, bot);
            }
        }
        Ok(())
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use super::script_key;

    #[test]
    fn script_names_have_many_spellings() {
        for name in ["add-to-cart", "ADD TO CART", "tools/add_to_cart.bas", "Add-To-Cart.BAS"] {
            assert_eq!(script_key(name), "add_to_cart");
        }
    }
}
