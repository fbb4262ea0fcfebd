//! A file of a bot: its text, and what has been found out about it so far.

use std::sync::{Arc, OnceLock};

use basilect_compiler::analysis::{self, Index, Parsed, Standing};
use basilect_compiler::diagnostics::{Diagnostic, codes};
use basilect_compiler::highlight::{Piece, highlight};
use basilect_compiler::package::layout::{Role, role};
use basilect_compiler::source::Span;
use lsp_types::Uri;

use super::facts::Facts;
use crate::document::Document;
use crate::product::Product;

/// What a file is for the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A script.
    Script,
    /// Settings.
    Config,
    /// A test that is a conversation.
    Chat,
    /// Rows; only the first line of the file is kept.
    Rows,
    /// Anything else: only its name matters, or its text while it is open.
    Other,
}

impl Sort {
    /// What the file at a path inside a bot is.
    pub fn of(path: &str) -> Sort {
        let lower = path.to_lowercase();
        if lower.ends_with(".chat") {
            return Sort::Chat;
        }
        match role(path) {
            Some(Role::Script) => Sort::Script,
            Some(Role::Config) => Sort::Config,
            Some(Role::Rows) if lower.ends_with(".csv") => Sort::Rows,
            _ => Sort::Other,
        }
    }
    /// What a file is that belongs to no bot: a script, unless its name says otherwise.
    pub fn alone(path: &str) -> Sort {
        match Sort::of(path) {
            Sort::Other if !path.contains('.') => Sort::Script,
            sort => sort,
        }
    }
}

/// A file. What is found out about it is kept until its text, or what it rests on, changes.
#[derive(Debug)]
pub struct File {
    /// Its path inside the bot.
    pub path: String,
    /// Its address, as the editor writes it where the editor has opened it.
    pub uri: Uri,
    /// What it is.
    pub sort: Sort,
    /// Its text.
    pub document: Document,
    /// The editor's version; `None` where the disk has the text.
    pub version: Option<i32>,
    /// Why the bytes on the disk are no text, and from which byte on.
    pub unreadable: Option<(&'static str, u32)>,
    parsed: OnceLock<Arc<Parsed>>,
    pieces: OnceLock<Arc<Vec<Piece>>>,
    names: OnceLock<Arc<Index>>,
    diagnostics: OnceLock<Arc<Vec<Diagnostic>>>,
}

impl File {
    /// A file with its text.
    pub fn new(path: &str, uri: Uri, sort: Sort, document: Document) -> File {
        File {
            path: path.to_string(),
            uri,
            sort,
            document,
            version: None,
            unreadable: None,
            parsed: OnceLock::new(),
            pieces: OnceLock::new(),
            names: OnceLock::new(),
            diagnostics: OnceLock::new(),
        }
    }

    /// Gives it another text.
    pub fn set(&mut self, document: Document) {
        self.document = document;
        self.unreadable = None;
        self.parsed = OnceLock::new();
        self.pieces = OnceLock::new();
        self.forget();
    }

    /// Forgets what rests on the rest of the bot.
    pub fn forget(&mut self) {
        self.names = OnceLock::new();
        self.diagnostics = OnceLock::new();
    }

    /// Its tree.
    pub fn parsed(&self) -> &Arc<Parsed> {
        self.parsed.get_or_init(|| Arc::new(Parsed::new(Arc::clone(&self.document.file))))
    }

    /// What each piece of it is.
    pub fn pieces(&self) -> &Arc<Vec<Piece>> {
        self.pieces.get_or_init(|| match self.sort {
            Sort::Script => Arc::new(highlight(self.document.text())),
            _ => Arc::default(),
        })
    }

    /// All its names.
    pub fn names(&self, facts: &Facts) -> &Arc<Index> {
        self.names.get_or_init(|| match self.sort {
            Sort::Script => Arc::new(analysis::index(self.parsed(), &facts.around)),
            _ => Arc::default(),
        })
    }

    /// Whether what is wrong with it is known.
    pub fn is_diagnosed(&self) -> bool {
        self.diagnostics.get().is_some()
    }

    /// Everything that is wrong with it.
    pub fn diagnostics(&self, facts: &Facts, product: &Product) -> &Arc<Vec<Diagnostic>> {
        self.diagnostics.get_or_init(|| {
            Arc::new(match self.sort {
                Sort::Script => self.of_script(facts),
                Sort::Config => (product.check_settings)(&self.path, self.document.text()),
                Sort::Chat | Sort::Rows | Sort::Other => Vec::new(),
            })
        })
    }

    fn of_script(&self, facts: &Facts) -> Vec<Diagnostic> {
        if let Some((why, at)) = self.unreadable {
            let message = format!("this script cannot be read: {why}");
            let found = Diagnostic::error(codes::NOT_UTF8, Span::new(at, at), message);
            return vec![found.help("Save it again with the encoding UTF-8.")];
        }
        let name = facts.name_of(&self.path);
        let standing = Standing { name: &name, taken: facts.taken(&self.path) };
        let twice = facts.twice.get(&self.path).map(|message| {
            Diagnostic::warning(codes::SCRIPT_NAME_TWICE, Span::default(), message.clone())
        });
        let found = analysis::diagnose(self.parsed(), &standing, &facts.around);
        twice.into_iter().chain(found).collect()
    }
}
