//! What the editor works on: bots and single files, with unsaved texts over the disk's.
//!
//! Analysis is incremental by keeping, for each file, what was found out about it: tree, pieces,
//! names, diagnostics. The tree rests on the text alone; names and diagnostics rest also on what
//! the bot's files tell each other ([`facts`]). An edit forgets what is known of one file. Only
//! when that file's share of the facts changes (a table, a setting, a script that appears) is
//! forgotten what rests on them in the others. That is two levels with one kind of edge between
//! them, which this module says in a few lines; a query engine would add its own tables and locks
//! for nothing.
//!
//! Everything is computed when it is asked for, on the thread that asks.
//!
//! Reading order: [`places`] (addresses and folders), [`file`], [`facts`], [`bot`].

pub mod bot;
pub mod facts;
pub mod file;
pub mod places;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use basilect_compiler::analysis::{Index, Mention};
use basilect_compiler::diagnostics::Diagnostic;
use lsp_types::{Location, Position, TextDocumentContentChangeEvent, Uri};

pub use bot::Bot;
pub use facts::Facts;
pub use file::{File, Sort};

use crate::document::{Document, Encoding};
use crate::features::tokens::Sent;
use crate::product::Product;

/// All that the server knows.
#[derive(Debug, Default)]
pub struct Workspace {
    /// Bots and single files.
    pub bots: Vec<Bot>,
    /// What columns count.
    pub encoding: Encoding,
    /// What the product knows beside the compiler.
    pub product: Product,
    /// The tokens that the editor has.
    pub sent: RefCell<Sent>,
}

/// A file where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Here<'w> {
    /// Everything.
    pub workspace: &'w Workspace,
    /// The file's bot.
    pub bot: &'w Bot,
    /// The file.
    pub file: &'w File,
}

impl Workspace {
    /// Takes in the bots of a folder.
    pub fn add_folder(&mut self, folder: &Path) {
        for root in places::bots(folder) {
            self.add_bot(&root);
        }
    }

    fn add_bot(&mut self, root: &Path) {
        if !self.bots.iter().any(|bot| bot.root.as_deref() == Some(root)) {
            self.bots.push(Bot::open(root, self.encoding));
        }
    }

    /// Lets the bots of a folder go; the addresses of their files.
    pub fn remove_folder(&mut self, folder: &Path) -> Vec<Uri> {
        let inside = |bot: &Bot| bot.root.as_deref().is_some_and(|root| root.starts_with(folder));
        let (gone, kept) = std::mem::take(&mut self.bots).into_iter().partition(inside);
        self.bots = kept;
        let gone: Vec<Bot> = gone;
        gone.iter().flat_map(|bot| bot.files.values().map(|file| file.uri.clone())).collect()
    }

    /// Which bot, and which path in it, an address means.
    fn locate(&self, uri: &Uri) -> Option<(usize, String)> {
        let path = places::path_of(uri);
        let mut best: Option<(usize, String)> = None;
        for (at, bot) in self.bots.iter().enumerate() {
            let inside = match (&bot.root, &path) {
                (Some(root), Some(path)) => places::inside(root, path),
                (None, _) => bot.files.values().find(|f| same(&f.uri, uri)).map(|f| f.path.clone()),
                _ => None,
            };
            let shorter = |inside: &String| best.as_ref().is_none_or(|b| inside.len() < b.1.len());
            if let Some(inside) = inside.filter(shorter) {
                best = Some((at, inside));
            }
        }
        best
    }

    /// The editor opens a file.
    pub fn open(&mut self, uri: &Uri, text: String, version: i32) {
        let path = places::path_of(uri);
        let root = path.as_deref().and_then(places::bot_above).filter(|root| root.is_dir());
        if let Some(root) = root {
            self.add_bot(&root);
        }
        match self.locate(uri) {
            Some((at, inside)) => self.edit(at, &inside, uri, text, version),
            None => {
                let name = uri.as_str().rsplit(['/', ':']).next().unwrap_or_default().to_string();
                let mut bot = Bot::alone(&name, uri.clone(), text.clone(), self.encoding);
                bot.edit(&name, uri, text, version);
                self.bots.push(bot);
            }
        }
    }

    fn edit(&mut self, at: usize, inside: &str, uri: &Uri, text: String, version: i32) {
        if let Some(bot) = self.bots.get_mut(at) {
            bot.edit(inside, uri, text, version);
        }
    }

    /// The editor changes a file that it has open. Changes of files that are not open, and those
    /// that come after newer ones, are passed over.
    pub fn change(&mut self, uri: &Uri, changes: &[TextDocumentContentChangeEvent], version: i32) {
        let Some((at, inside)) = self.locate(uri) else { return };
        let file = self.bots.get(at).and_then(|bot| bot.files.get(&inside));
        let Some(file) = file.filter(|file| file.version.is_some_and(|had| had <= version)) else {
            return;
        };
        let mut document = file.document.clone();
        for change in changes {
            let text = document.changed(change);
            document = Document::new(&inside, text, self.encoding);
        }
        let text = document.text().to_string();
        self.edit(at, &inside, uri, text, version);
    }

    /// The editor closes a file. Whether the file is gone with that.
    pub fn close(&mut self, uri: &Uri) -> bool {
        let Some((at, inside)) = self.locate(uri) else { return true };
        if self.bots.get(at).is_some_and(|bot| bot.root.is_none()) {
            self.bots.remove(at);
            return true;
        }
        if let Some(bot) = self.bots.get_mut(at) {
            bot.close(&inside);
        }
        self.here(uri).is_none()
    }

    /// Something has happened to a file on the disk.
    pub fn refresh(&mut self, path: &Path) {
        let inside = |bot: &&mut Bot| bot.root.as_deref().is_some_and(|r| path.starts_with(r));
        match self.bots.iter_mut().find(inside) {
            Some(bot) => bot.refresh(path),
            None => {
                let root: Option<PathBuf> = places::bot_above(path);
                root.iter().for_each(|root| self.add_bot(root));
            }
        }
    }

    /// Brings all bots up to date after edits. Answers are right only after that.
    pub fn settle(&mut self) {
        self.bots.iter_mut().for_each(Bot::settle);
    }

    /// The file at an address.
    pub fn here(&self, uri: &Uri) -> Option<Here<'_>> {
        let (at, inside) = self.locate(uri)?;
        let bot = self.bots.get(at)?;
        Some(Here { workspace: self, bot, file: bot.files.get(&inside)? })
    }

    /// All files of all bots.
    pub fn all(&self) -> impl Iterator<Item = Here<'_>> {
        let of = move |bot| move |file| Here { workspace: self, bot, file };
        self.bots.iter().flat_map(move |bot| bot.files.values().map(of(bot)))
    }
}

impl<'w> Here<'w> {
    /// Its text.
    pub fn document(&self) -> &'w Document {
        &self.file.document
    }
    /// What its bot says.
    pub fn facts(&self) -> &'w Arc<Facts> {
        self.bot.facts()
    }
    /// All its names.
    pub fn index(&self) -> &'w Arc<Index> {
        self.file.names(self.bot.facts())
    }
    /// What is wrong with it.
    pub fn diagnostics(&self) -> &'w Arc<Vec<Diagnostic>> {
        self.file.diagnostics(self.bot.facts(), &self.workspace.product)
    }
    /// What is named at a position.
    pub fn mention(&self, position: Position) -> Option<&'w Mention> {
        self.index().at(self.document().offset(position))
    }
    /// Another file of the same bot.
    pub fn other(&self, file: &'w File) -> Here<'w> {
        Here { file, ..*self }
    }
    /// A place in it.
    pub fn location(&self, span: basilect_compiler::source::Span) -> Location {
        Location { uri: self.file.uri.clone(), range: self.document().range(span) }
    }
}

/// Whether two addresses mean the same file, however they are written.
fn same(a: &Uri, b: &Uri) -> bool {
    if a.as_str() == b.as_str() {
        return true;
    }
    let paths = places::path_of(a).zip(places::path_of(b));
    paths.is_some_and(|(a, b)| a == b)
}
