//! A bot's folder to one checked, linked and verified program, and to one file.
//!
//! [`layout`] says what each file is, [`config`] reads the settings, [`manifest`] gathers what
//! the scripts declare, [`tables`] reads TABLE blocks, [`schema`] describes scripts to a model,
//! [`container`] is the file `NAME.bot`.

pub mod config;
mod container;
pub mod layout;
pub mod manifest;
mod references;
pub mod schema;
pub mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod triggers;

pub use container::{FILES, PACKAGE_BYTES, PackageError, UNPACKED_BYTES};
pub use manifest::Manifest;

use crate::ast::{Script, StmtKind};
use crate::checks::{self, Subject};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::allow::Looked;
use crate::diagnostics::codes::{self, Code};
use crate::lower::{self, Input, script::each_stmt};
use crate::names::{self, Surroundings};
use crate::source::{self, Provider, SourceFile, Span};
use crate::symbols::Symbols;
use basilect_stdlib::Limits;
use basilect_vm::Program;
use indexmap::IndexMap;
use layout::Role;
use std::rc::Rc;
use std::sync::Arc;

/// A compiled bot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Package {
    /// The bot's name: the folder's name without `.gbai`.
    pub name: String,
    /// What it says of itself.
    pub manifest: Manifest,
    /// All its scripts as one program.
    pub program: Program,
    /// Its files by their path in the folder, scripts included.
    pub files: IndexMap<String, Vec<u8>>,
}

/// What building a package gives.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The package, when no diagnostic is an error.
    pub package: Option<Package>,
    /// What there is to say, with the file it is about.
    pub diagnostics: Vec<(Arc<SourceFile>, Diagnostic)>,
    /// What a debugger is told beside.
    pub symbols: Symbols,
}

impl Package {
    /// The package as one file. Equal packages give equal bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PackageError> {
        container::write(self)
    }
    /// Reads what `to_bytes` wrote, and trusts none of it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Package, PackageError> {
        container::read(bytes)
    }
    /// The SHA-256 of the contents in hexadecimal: what conversations are pinned to.
    pub fn version(&self) -> String {
        container::version(self).unwrap_or_default()
    }
    /// The description of a script for a model, `None` when there is no such script.
    pub fn tool_schema(&self, script: &str) -> Option<serde_json::Value> {
        let entry = self.manifest.scripts.iter().find(|entry| entry.name == script)?;
        Some(schema::tool_schema(entry))
    }
}

/// Reads, checks, links and verifies the bot called `name`.
pub fn build(provider: &dyn Provider, name: &str) -> Built {
    let mut builder = Builder::default();
    builder.package.name = name.strip_suffix(".gbai").unwrap_or(name).to_lowercase();
    builder.read_files(provider);
    builder.settings();
    builder.parse();
    builder.compile();
    builder.finish()
}

/// One script on its way.
struct Source {
    name: String,
    file: Arc<SourceFile>,
    script: Script,
    diagnostics: Vec<Diagnostic>,
    /// Whether a line of it could not be read.
    broken: bool,
}

#[derive(Default)]
struct Builder {
    package: Package,
    roles: Vec<(String, Role)>,
    sources: Vec<Source>,
    diagnostics: Vec<(Arc<SourceFile>, Diagnostic)>,
    linked: bool,
    symbols: Symbols,
}

impl Builder {
    fn read_files(&mut self, provider: &dyn Provider) {
        let mut total = 0;
        for path in provider.list() {
            let Some(role) = layout::role(&path) else { continue };
            if !container::is_safe(&path) {
                self.about_file(&path, codes::FILE_NAME, "the name of this file cannot be packed");
                continue;
            }
            match provider.read(&path) {
                Ok(data) => {
                    total += data.len();
                    self.roles.push((path.clone(), role));
                    self.package.files.insert(path, data);
                }
                Err(reason) => {
                    self.about_file(
                        &path,
                        codes::UNREADABLE_FILE,
                        &format!("this file cannot be read: {reason}"),
                    );
                }
            }
        }
        if total as u64 > UNPACKED_BYTES || self.roles.len() > FILES {
            self.about_file(
                "",
                codes::BOT_TOO_LARGE,
                "the bot's folder is too large for a package",
            );
        }
        self.package.files.sort_keys();
    }

    fn about_file(&mut self, path: &str, code: Code, message: &str) {
        let file = Arc::new(SourceFile::new(path, ""));
        let diagnostic = Diagnostic::error(code, Span::default(), message);
        self.diagnostics.push((file, diagnostic));
    }

    fn text(&self, path: &str) -> String {
        let data = self.package.files.get(path).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(data).into_owned()
    }

    fn paths(&self, wanted: Role) -> Vec<String> {
        let of_role = self.roles.iter().filter(|(_, role)| *role == wanted);
        of_role.map(|(path, _)| path.clone()).collect()
    }

    /// The parts of the manifest that need no script.
    fn settings(&mut self) {
        let mut settings = IndexMap::new();
        for path in self.paths(Role::Config) {
            settings.extend(config::read(&self.text(&path)));
        }
        let get = |keys: &[&str]| keys.iter().find_map(|key| settings.get(*key)).cloned();
        let (themes, prompts) = (self.paths(Role::Theme), self.paths(Role::Prompt));
        let rows = self.paths(Role::Rows);
        let own_logo = themes.iter().find(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.rsplit_once('.').is_some_and(|(stem, _)| stem.eq_ignore_ascii_case("logo"))
        });
        let by_rank = |path: &&String| {
            layout::PROMPTS.iter().position(|name| path.ends_with(&format!("/{name}")))
        };
        let styles = themes.iter().filter(|path| layout::extension(path) == "css");
        let manifest = &mut self.package.manifest;
        manifest.title = get(&["bot-name", "theme-title"]).unwrap_or(self.package.name.clone());
        manifest.description = get(&["bot-description"]).unwrap_or_default();
        manifest.theme = manifest::Theme {
            color1: get(&["theme-color1", "theme-color"]),
            color2: get(&["theme-color2"]),
            logo: get(&["theme-logo"]).or(own_logo.cloned()),
            styles: styles.cloned().collect(),
            files: themes.clone(),
        };
        manifest.params = config::params(&settings);
        manifest.system_prompt = prompts.iter().min_by_key(by_rank).cloned();
        manifest.settings = settings;
        manifest.data = rows;
        for path in self.paths(Role::Knowledge) {
            let collection = layout::collection(&path);
            self.package.manifest.knowledge.entry(collection).or_default().push(path);
        }
    }

    fn parse(&mut self) {
        for path in self.paths(Role::Script) {
            if self.package.files[&path].len() > Limits::DEFAULT.source_bytes {
                let file = Arc::new(SourceFile::new(path.as_str(), ""));
                self.diagnostics.push((file, crate::parser::too_large()));
                continue;
            }
            let data = self.package.files.get(&path).map_or(&[][..], Vec::as_slice);
            let text = String::from_utf8_lossy(data).into_owned();
            if let Some((why, at)) = source::unreadable(data) {
                let file = Arc::new(SourceFile::new(path.as_str(), text));
                let at = at as u32;
                let message = format!("this script cannot be read: {why}");
                let found = Diagnostic::error(codes::NOT_UTF8, Span::new(at, at), message);
                let found = found.help("Save it again with the encoding UTF-8.");
                self.diagnostics.push((file, found));
                continue;
            }
            let file = Arc::new(SourceFile::new(path.as_str(), text));
            let (script, diagnostics) = crate::parser::parse(&file);
            let prose = diagnostics.iter().any(|d| d.code == codes::PROSE);
            if prose {
                self.package.manifest.prompts.push(path);
                self.diagnostics.extend(diagnostics.into_iter().map(|d| (file.clone(), d)));
                continue;
            }
            let name = self.script_name(&path, &file);
            self.sources.push(Source { name, file, script, diagnostics, broken: false });
        }
        self.sources.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// The file's stem; a package that is one `.gbdialog` file starts with it.
    fn script_name(&mut self, path: &str, file: &Arc<SourceFile>) -> String {
        let stem = lower::call::script_name(path);
        let name = match stem.strip_suffix(".gbdialog") {
            Some(_) => "start".to_string(),
            None => stem,
        };
        let Some(other) = self.sources.iter().find(|source| source.name == name) else {
            return name;
        };
        let message =
            format!("{} is called {name} as well; only one can be called", other.file.path);
        let diagnostic = Diagnostic::warning(codes::SCRIPT_NAME_TWICE, Span::default(), message);
        self.diagnostics.push((file.clone(), diagnostic));
        let unique = (2..).map(|n| format!("{name}-{n}"));
        let taken = |name: &String| self.sources.iter().any(|source| source.name == *name);
        unique.into_iter().find(|name| !taken(name)).unwrap_or(name)
    }

    fn compile(&mut self) {
        let around = Surroundings {
            settings: self.package.manifest.params.keys().cloned().collect(),
            values: self.package.manifest.params.clone(),
            keys: self.package.manifest.settings.keys().cloned().collect(),
            scripts: Some(self.sources.iter().map(|source| source.name.clone()).collect()),
            columns: self.sources.iter().flat_map(|s| tables::column_names(&s.script)).collect(),
            plain: false,
        };
        let mut inputs = Vec::new();
        // With errors there is no program, but what only the lowering sees is told as well.
        let (mut failed, mut too_deep) = (self.failed(), false);
        for source in &mut self.sources {
            source.broken = lower::has_errors(&source.diagnostics);
            let Source { name, file, script, diagnostics, .. } = source;
            let (file, script): (&SourceFile, &Script) = (file, script);
            let (names, bindings, found) = names::analyse(script, &around);
            diagnostics.extend(found);
            let (name, notable) = (name.clone(), Rc::new(lower::script::notable(script)));
            let input = Input { name, file, script, notable, bindings, names };
            let subject = Subject::new(&input, &around);
            diagnostics.extend(checks::check(&subject));
            references::check(&subject, diagnostics);
            declare(&mut self.package.manifest, &input.name, &subject, diagnostics);
            failed |= lower::has_errors(diagnostics);
            too_deep |= lower::too_deep(diagnostics);
            let shared = input.names.shared.iter().map(|(name, slot)| (name.clone(), *slot));
            self.symbols.add(&input.file.path, shared);
            inputs.push(input);
        }
        if too_deep {
            return;
        }
        let (program, found) = lower::link(inputs, &around);
        for (source, found) in self.sources.iter_mut().zip(found) {
            source.diagnostics.extend(found);
        }
        if failed {
            return;
        }
        self.linked = program.is_some();
        self.package.program = program.unwrap_or_default();
    }

    fn failed(&self) -> bool {
        let of_files: Vec<_> = self.diagnostics.iter().map(|(_, d)| d.clone()).collect();
        lower::has_errors(&of_files)
            || self.sources.iter().any(|source| lower::has_errors(&source.diagnostics))
    }

    fn finish(mut self) -> Built {
        let complete = self.linked && !self.failed();
        for source in self.sources {
            let Source { file, script, diagnostics, broken, .. } = &source;
            let looked = if *broken { Looked::Broken } else { Looked::Bot };
            let told = lower::told(file, script, diagnostics.clone(), looked);
            self.diagnostics.extend(told.into_iter().map(|d| (source.file.clone(), d)));
        }
        let package = complete.then_some(self.package);
        Built { package, diagnostics: self.diagnostics, symbols: self.symbols }
    }
}

/// Puts what a script declares into the manifest.
fn declare(
    manifest: &mut Manifest,
    name: &str,
    subject: &Subject<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Subject { file, script, bindings, .. } = subject;
    manifest.scripts.push(manifest::script_entry(name, &file.path, script, bindings));
    let declared = manifest::declared(name, script);
    manifest.schedules.extend(declared.schedules);
    manifest.webhooks.extend(declared.webhooks);
    manifest.events.extend(declared.events);
    let mut found = Vec::new();
    let mut tables = std::mem::take(&mut manifest.tables);
    declare_tables(script, &mut found, |entry| {
        let new = !tables.iter().any(|t| t.name.eq_ignore_ascii_case(&entry.name));
        if new {
            tables.push(entry);
        }
        new
    });
    manifest.tables = tables;
    diagnostics.extend(found);
}

/// What is wrong in one script because of others of its bot. `taken` are the tables, in small
/// letters, that scripts before it declare.
pub(crate) fn of_bot(subject: &Subject<'_>, taken: &[String], diagnostics: &mut Vec<Diagnostic>) {
    references::check(subject, diagnostics);
    let mut taken = taken.to_vec();
    declare_tables(subject.script, diagnostics, |entry| {
        let name = entry.name.to_ascii_lowercase();
        let new = !taken.contains(&name);
        taken.push(name);
        new
    });
}

/// Reads the tables of a script; `add` says whether one has a new name.
fn declare_tables(
    script: &Script,
    found: &mut Vec<Diagnostic>,
    mut add: impl FnMut(tables::TableEntry) -> bool,
) {
    each_stmt(&script.body, &mut |stmt| {
        let StmtKind::Table(table) = &stmt.kind else { return };
        let entry = tables::read(table, found);
        let name = entry.name.clone();
        if !add(entry) {
            let message = format!("the table {name} is declared twice");
            found.push(Diagnostic::error(codes::TABLE_TWICE, table.name.span, message));
        }
    });
}
