//! A bot: its files, and what they say together.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use basilect_compiler::package::{FILES, layout};
use basilect_compiler::source::unreadable;
use basilect_stdlib::Limits;
use lsp_types::Uri;

use super::facts::{Facts, Share};
use super::file::{File, Sort};
use super::places;
use crate::document::{Document, Encoding};

/// How much of a file with rows is read: its first line counts.
const ROWS_BYTES: u64 = 64 << 10;

/// A bot's folder, or a single file that belongs to none.
#[derive(Debug)]
pub struct Bot {
    /// Its folder; `None` for a single file.
    pub root: Option<PathBuf>,
    /// Its files by their paths inside it.
    pub files: BTreeMap<String, File>,
    shares: HashMap<String, Share>,
    /// Files that have changed since the shares were taken.
    dirty: Vec<String>,
    facts: OnceLock<Arc<Facts>>,
    encoding: Encoding,
}

impl Bot {
    /// A file by itself.
    pub fn alone(path: &str, uri: Uri, text: String, encoding: Encoding) -> Bot {
        let document = Document::new(path, text, encoding);
        let file = File::new(path, uri, Sort::alone(path), document);
        let files = BTreeMap::from([(path.to_string(), file)]);
        Bot { files, ..Bot::empty(None, encoding) }
    }

    fn empty(root: Option<PathBuf>, encoding: Encoding) -> Bot {
        Bot {
            root,
            files: BTreeMap::new(),
            shares: HashMap::new(),
            dirty: Vec::new(),
            facts: OnceLock::new(),
            encoding,
        }
    }

    /// The bot in a folder, as the disk has it.
    pub fn open(root: &Path, encoding: Encoding) -> Bot {
        let mut bot = Bot::empty(Some(root.to_path_buf()), encoding);
        for (path, size) in places::files(root, FILES) {
            bot.read(&path, size);
        }
        bot
    }

    /// Its name: that of its folder.
    pub fn name(&self) -> String {
        let stem = self.root.as_deref().and_then(|root| root.file_stem());
        stem.map_or_else(String::new, |stem| stem.to_string_lossy().to_lowercase())
    }

    /// Takes a file from the disk.
    fn read(&mut self, path: &Path, size: u64) {
        let Some(root) = &self.root else { return };
        let (Some(inside), Some(uri)) = (places::inside(root, path), places::uri_of(path)) else {
            return;
        };
        let sort = Sort::of(&inside);
        let wanted = match sort {
            Sort::Script | Sort::Config | Sort::Chat => {
                if size as usize > Limits::DEFAULT.source_bytes { 0 } else { size }
            }
            Sort::Rows => ROWS_BYTES,
            Sort::Other => 0,
        };
        let bytes = if wanted > 0 { beginning(path, wanted) } else { Vec::new() };
        let why = (sort == Sort::Script).then(|| unreadable(&bytes)).flatten();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let document = Document::new(&inside, text, self.encoding);
        let mut file = File::new(&inside, uri, sort, document);
        file.unreadable = why.map(|(why, at)| (why, at as u32));
        self.put(file);
    }

    fn put(&mut self, file: File) {
        self.dirty.push(file.path.clone());
        self.files.insert(file.path.clone(), file);
    }

    /// Takes a file from the disk again, unless an editor has it open.
    pub fn refresh(&mut self, path: &Path) {
        let Some(inside) = self.root.as_deref().and_then(|root| places::inside(root, path)) else {
            return;
        };
        if self.files.get(&inside).is_some_and(|file| file.version.is_some()) {
            return;
        }
        match std::fs::symlink_metadata(path) {
            Ok(about) if about.is_file() && self.files.len() < FILES => {
                self.read(path, about.len());
            }
            Ok(_) => {}
            Err(_) => self.remove(&inside),
        }
    }

    fn remove(&mut self, inside: &str) {
        if self.files.remove(inside).is_some() {
            self.dirty.push(inside.to_string());
        }
    }

    /// An editor has opened a file, or changed one that it has open.
    pub fn edit(&mut self, inside: &str, uri: &Uri, text: String, version: i32) {
        let document = Document::new(inside, text, self.encoding);
        match self.files.get_mut(inside) {
            // Whoever opens a file wants to hear what is wrong in it, even if it was known.
            Some(file) if file.version.is_none() && file.document.text() == document.text() => {
                file.forget();
            }
            Some(file) => {
                file.set(document);
                self.dirty.push(inside.to_string());
            }
            None => {
                let sort = Sort::of(inside);
                self.put(File::new(inside, uri.clone(), sort, document));
            }
        }
        if let Some(file) = self.files.get_mut(inside) {
            (file.version, file.uri) = (Some(version), uri.clone());
        }
    }

    /// An editor has closed a file: the disk counts again.
    pub fn close(&mut self, inside: &str) {
        if let Some(file) = self.files.get_mut(inside) {
            file.version = None;
        }
        if let Some(root) = self.root.clone() {
            self.refresh(&root.join(inside));
        }
    }

    /// Finds out whether what has changed concerns other files; what rests on it is forgotten.
    pub fn settle(&mut self) {
        let mut changed = false;
        for path in std::mem::take(&mut self.dirty) {
            let share = self.files.get(&path).map(Share::of);
            let old = match share.clone() {
                Some(share) => self.shares.insert(path, share),
                None => self.shares.remove(&path),
            };
            changed |= share != old;
        }
        if changed {
            self.facts = OnceLock::new();
            self.files.values_mut().for_each(File::forget);
        }
    }

    /// What its files say together.
    pub fn facts(&self) -> &Arc<Facts> {
        self.facts.get_or_init(|| match self.root {
            Some(_) => Arc::new(Facts::of(&self.files, &self.shares)),
            None => Arc::default(),
        })
    }

    /// Its scripts.
    pub fn scripts(&self) -> impl Iterator<Item = &File> {
        self.files.values().filter(|file| file.sort == Sort::Script)
    }

    /// The file of a script.
    pub fn script(&self, name: &str) -> Option<&File> {
        self.files.get(self.facts().scripts.get(name)?)
    }

    /// Its collections of documents, in small letters, each with its first file.
    pub fn knowledge(&self) -> BTreeMap<String, &File> {
        let mut found = BTreeMap::new();
        for (path, file) in &self.files {
            if layout::role(path) == Some(layout::Role::Knowledge) {
                found.entry(layout::collection(path).to_lowercase()).or_insert(file);
            }
        }
        found
    }
}

/// So many of the first bytes of a file; none where it cannot be read.
fn beginning(path: &Path, bytes: u64) -> Vec<u8> {
    use std::io::Read as _;
    let mut found = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(bytes).read_to_end(&mut found));
    if read.is_ok() { found } else { Vec::new() }
}
