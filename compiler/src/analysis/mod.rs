//! One script of a bot, as an editor looks at it: read once, then asked for its names and for what
//! is wrong, given what the rest of the bot says.
//!
//! The three steps are apart because they cost differently and are asked for at different times:
//! [`Parsed`] depends on the text alone, [`index`] adds the names of the bot's tables and settings,
//! [`diagnose`] goes as far as the instructions. Whoever keeps what they give can tell by their
//! arguments alone whether it still holds.
//!
//! Reading order: this file, [`mentions`] (every name with what it means), [`kinds`] (what
//! variables hold).

pub mod kinds;
pub mod mentions;

pub use kinds::Kind;
pub use mentions::{Entity, Index, Mention, Role, index};

use crate::ast::{Procedure, Script, StmtKind};
use crate::checks::{self, Subject};
use crate::diagnostics::allow::Looked;
use crate::diagnostics::{Diagnostic, codes};
use crate::lower::script::each_stmt;
use crate::lower::{self, Input};
use crate::names::walk::{Watch, walk};
use crate::names::{Surroundings, analyse};
use crate::package::manifest::ScriptEntry;
use crate::package::tables::{self, TableEntry};
use crate::package::{self, manifest};
use crate::source::{SourceFile, Span};
use crate::types::Bindings;
use std::rc::Rc;
use std::sync::Arc;

/// A script that has been read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Its text.
    pub file: Arc<SourceFile>,
    /// Its tree.
    pub script: Script,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a script is in its bot.
#[derive(Clone, Debug, Default)]
pub struct Standing<'a> {
    /// Its name in the program.
    pub name: &'a str,
    /// Tables, in small letters, that scripts before it declare.
    pub taken: &'a [String],
}

impl Parsed {
    /// Reads a script.
    pub fn new(file: Arc<SourceFile>) -> Parsed {
        let (script, diagnostics) = crate::parser::parse(&file);
        Parsed { file, script, diagnostics }
    }
    /// Whether it is no script but a text for people: then it is a prompt of the bot.
    pub fn is_prose(&self) -> bool {
        self.diagnostics.iter().any(|found| found.code == codes::PROSE)
    }
    /// The tables that it declares, each with the place of its name.
    pub fn tables(&self) -> Vec<(TableEntry, Span)> {
        let mut found = Vec::new();
        each_stmt(&self.script.body, &mut |stmt| {
            if let StmtKind::Table(table) = &stmt.kind {
                found.push((tables::read(table, &mut Vec::new()), table.name.span));
            }
        });
        found
    }
    /// Its SUBs and FUNCTIONs.
    pub fn procedures(&self) -> Vec<&Procedure> {
        let mut found = Vec::new();
        each_stmt(&self.script.body, &mut |stmt| {
            if let StmtKind::Procedure(procedure) = &stmt.kind {
                found.push(procedure);
            }
        });
        found
    }
    /// What it says of itself: description and parameters.
    pub fn entry(&self, name: &str) -> ScriptEntry {
        manifest::script_entry(name, &self.file.path, &self.script, &Bindings::default())
    }
    /// The places of all expressions and statements that hold a byte, the innermost last.
    pub fn around(&self, offset: u32) -> Vec<Span> {
        let mut nodes = Nodes { offset, found: Vec::new() };
        walk(&self.script.body, &Bindings::default(), &mut nodes);
        nodes.found.sort_by_key(|span| (std::cmp::Reverse(span.end - span.start), span.start));
        nodes.found.dedup();
        nodes.found
    }
}

/// Listens to the walk for what holds a byte.
struct Nodes {
    offset: u32,
    found: Vec<Span>,
}

impl Nodes {
    fn hold(&mut self, span: Span) {
        if span.start <= self.offset && self.offset <= span.end && span.start < span.end {
            self.found.push(span);
        }
    }
}

impl<'a> Watch<'a> for Nodes {
    fn expr(&mut self, expr: &'a crate::ast::Expr) {
        self.hold(expr.span);
    }
    fn stmt(&mut self, stmt: &'a crate::ast::Stmt) {
        self.hold(stmt.span);
    }
    fn command(&mut self, command: &'a crate::ast::Command, _: Option<&crate::types::Bound<'a>>) {
        self.hold(command.span);
    }
}

/// The name of a script in its bot: `.gbdialog/Send-Mail.bas` is `send-mail`, and a package that is
/// one `.gbdialog` file is `start`.
pub fn script_name(path: &str) -> String {
    let stem = lower::call::script_name(path);
    match stem.strip_suffix(".gbdialog") {
        Some(_) => "start".to_string(),
        None => stem,
    }
}

/// The form of a name under which it is looked up: names ignore letter case.
pub fn fold(name: &str) -> String {
    crate::names::fold(name)
}

/// Everything that is wrong in a script, as building its bot (or, where `around` knows no scripts,
/// compiling it alone) tells it.
pub fn diagnose(
    parsed: &Parsed,
    standing: &Standing<'_>,
    around: &Surroundings,
) -> Vec<Diagnostic> {
    let Parsed { file, script, diagnostics } = parsed;
    let mut diagnostics = diagnostics.clone();
    if around.scripts.is_some() && parsed.is_prose() {
        return diagnostics;
    }
    let broken = lower::has_errors(&diagnostics);
    let (names, bindings, found) = analyse(script, around);
    diagnostics.extend(found);
    let notable = Rc::new(lower::script::notable(script));
    let name = standing.name.to_string();
    let input = Input { name, file, script, notable, bindings, names };
    let subject = Subject::new(&input, around);
    diagnostics.extend(checks::check(&subject));
    if around.scripts.is_some() {
        package::of_bot(&subject, standing.taken, &mut diagnostics);
    }
    if !lower::too_deep(&diagnostics) {
        let (_, found) = lower::link(vec![input], around);
        diagnostics.extend(found.into_iter().flatten());
    }
    let looked = match (broken, around.scripts.is_some()) {
        (true, _) => Looked::Broken,
        (false, true) => Looked::Bot,
        (false, false) => Looked::Script,
    };
    lower::told(file, script, diagnostics, looked)
}

#[cfg(test)]
mod tests;
