//! What the files of a bot say that others rest on: the names of its scripts, its tables and
//! settings.
//!
//! A file's own share, [`Share`], is all that an edit of it can change for the others. As long as
//! it stays the same, nothing else is analysed again.

use std::collections::{BTreeMap, HashMap};

use basilect_compiler::analysis::{self, Parsed};
use basilect_compiler::names::Surroundings;
use basilect_compiler::package::config;
use basilect_compiler::package::tables::TableEntry;
use basilect_compiler::source::Span;
use indexmap::IndexMap;

use super::file::{File, Sort};

/// What one file gives to the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// Whether it is a script that can be called.
    script: bool,
    /// Its tables.
    tables: Vec<TableEntry>,
    /// Its settings.
    settings: IndexMap<String, String>,
    /// The columns of its rows.
    columns: Vec<String>,
}

impl Share {
    /// The share of a file.
    pub fn of(file: &File) -> Share {
        match file.sort {
            Sort::Script if file.unreadable.is_none() => Share::of_script(file.parsed()),
            Sort::Config => {
                Share { settings: config::read(file.document.text()), ..Share::default() }
            }
            Sort::Rows => Share { columns: header(file.document.text()), ..Share::default() },
            _ => Share::default(),
        }
    }

    fn of_script(parsed: &Parsed) -> Share {
        let tables = parsed.tables().into_iter().map(|(entry, _)| entry).collect();
        Share { script: !parsed.is_prose(), tables, ..Share::default() }
    }
}

/// The names in the first line of a CSV file.
fn header(text: &str) -> Vec<String> {
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let names = line.split([',', ';']).map(|name| name.trim().trim_matches('"').to_string());
    names.filter(|name| !name.is_empty()).collect()
}

/// A table of the bot.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFact {
    /// Its name as written.
    pub name: String,
    /// The file that declares it, or holds its rows.
    pub path: String,
    /// The place of its name in that file.
    pub span: Span,
    /// Its columns as written, each with what it holds.
    pub columns: Vec<(String, String)>,
}

/// All of it, joined.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What scripts may refer to.
    pub around: Surroundings,
    /// The scripts by name, with their paths.
    pub scripts: BTreeMap<String, String>,
    /// The tables, by name in small letters.
    pub tables: BTreeMap<String, TableFact>,
    /// The settings with their values.
    pub settings: IndexMap<String, String>,
    /// Scripts whose name another has already, and what to say of it.
    pub twice: HashMap<String, String>,
    /// The name of each script by its path.
    names: HashMap<String, String>,
    /// The tables that scripts before one declare, by its path.
    taken: HashMap<String, Vec<String>>,
}

impl Facts {
    /// What these files, in the order of their paths, say together.
    pub fn of(files: &BTreeMap<String, File>, shares: &HashMap<String, Share>) -> Facts {
        let mut facts = Facts::default();
        let share = |path: &String| shares.get(path);
        for path in files.keys().filter(|path| share(path).is_some_and(|share| share.script)) {
            facts.script(path);
        }
        for share in files.keys().filter_map(share) {
            facts.settings.extend(share.settings.clone());
        }
        let mut before = Vec::new();
        let scripts: Vec<String> = facts.scripts.values().cloned().collect();
        for path in &scripts {
            facts.taken.insert(path.clone(), before.clone());
            let tables = share(path).map_or(&[][..], |share| &share.tables);
            let places = files.get(path).map(|file| file.parsed().tables()).unwrap_or_default();
            for (table, (_, span)) in tables.iter().zip(places) {
                before.push(table.name.to_lowercase());
                facts.table(path, table, span);
            }
        }
        let rows = files.keys().filter_map(|path| Some((path, share(path)?)));
        for (path, share) in rows.filter(|(_, share)| !share.columns.is_empty()) {
            facts.rows(path, &share.columns);
        }
        facts.around = facts.surroundings();
        facts
    }

    fn script(&mut self, path: &str) {
        let name = analysis::script_name(path);
        let mut unique = name.clone();
        if let Some(other) = self.scripts.get(&name) {
            let message = format!("{other} is called {name} as well; only one can be called");
            self.twice.insert(path.to_string(), message);
            let next = (2..10_000).map(|n| format!("{name}-{n}"));
            unique = next.into_iter().find(|n| !self.scripts.contains_key(n)).unwrap_or(name);
        }
        self.names.insert(path.to_string(), unique.clone());
        self.scripts.insert(unique, path.to_string());
    }

    fn table(&mut self, path: &str, table: &TableEntry, span: Span) {
        let columns = table.columns.iter();
        let columns = columns.map(|c| (c.name.clone(), format!("{:?}", c.ty).to_lowercase()));
        let fact = TableFact {
            name: table.name.clone(),
            path: path.to_string(),
            span,
            columns: columns.collect(),
        };
        self.tables.entry(table.name.to_lowercase()).or_insert(fact);
    }

    fn rows(&mut self, path: &str, columns: &[String]) {
        let name = basilect_compiler::analysis::kinds::table_name(path);
        let columns = columns.iter().map(|name| (name.clone(), String::new())).collect();
        let span = Span::default();
        let fact = TableFact { name: name.clone(), path: path.to_string(), span, columns };
        self.tables.entry(name).or_insert(fact);
    }

    fn surroundings(&self) -> Surroundings {
        let params = config::params(&self.settings);
        let declared = self.tables.values().filter(|table| table.span != Span::default());
        let columns = declared.flat_map(|table| &table.columns);
        Surroundings {
            settings: params.keys().cloned().collect(),
            values: params,
            keys: self.settings.keys().cloned().collect(),
            scripts: Some(self.scripts.keys().cloned().collect()),
            columns: columns.map(|(name, _)| name.to_lowercase()).collect(),
            plain: false,
        }
    }

    /// The name of the script at a path.
    pub fn name_of(&self, path: &str) -> String {
        self.names.get(path).cloned().unwrap_or_else(|| analysis::script_name(path))
    }

    /// The tables that scripts before this one declare.
    pub fn taken(&self, path: &str) -> &[String] {
        self.taken.get(path).map_or(&[], Vec::as_slice)
    }

    /// The columns of a table.
    pub fn columns(&self, table: &str) -> &[(String, String)] {
        self.tables.get(table).map_or(&[], |table| &table.columns)
    }
}
