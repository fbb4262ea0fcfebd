//! From the tree to instructions.
//!
//! Variables live in registers, those that SUBs share in slots of the script's environment;
//! temporaries are a stack above them. Constants are operands, comparisons and jumps one
//! instruction, AND and OR give an operand without evaluating the other in vain.
//!
//! Reading order: [`script`] (functions of a script), [`function`] (where variables live),
//! [`emit`] (instructions, labels, registers), [`expr`], [`cond`], [`call`], [`command`],
//! [`place`] (assignments), [`stmt`], [`flow`] (loops and jumps), [`errors`], [`zones`] (PRINT with
//! zones, INPUT, DATA), [`classic`] (programs with line numbers).

pub(crate) mod call;
mod classic;
mod command;
mod cond;
mod emit;
mod errors;
mod expr;
mod flow;
pub(crate) mod fold;
mod formula;
mod function;
mod place;
mod pool;
pub(crate) mod script;
mod stmt;
mod zones;

use crate::ast::{Script, Stmt};
use crate::checks::{self, Subject};
use crate::diagnostics::allow::{self, Looked};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::hashed::{HashMap, HashSet};
use crate::names::{self, Names, Surroundings};
use crate::source::SourceFile;
use crate::types::Bindings;
use basilect_vm::Program;
use pool::Pool;
use script::Unit;
use std::rc::Rc;

/// A script as the linker takes it.
#[derive(Clone)]
pub(crate) struct Input<'a> {
    /// Its name in the program.
    pub name: String,
    pub file: &'a SourceFile,
    pub script: &'a Script,
    /// Its statements of some kinds.
    pub notable: Rc<Vec<&'a Stmt>>,
    pub bindings: Bindings<'a>,
    pub names: Names,
}

/// Compiles one script by itself. The program is there when no diagnostic is an error.
pub fn compile_script(file: &SourceFile) -> (Option<Program>, Vec<Diagnostic>) {
    let (script, mut diagnostics) = crate::parser::parse(file);
    let around = Surroundings::default();
    let broken = has_errors(&diagnostics);
    let (input, found) = looked_at(file, &script, &around);
    let found = found.into_iter().chain(checks::check(&Subject::new(&input, &around)));
    diagnostics.extend(found);
    // With errors there is no program, but what only the lowering sees is told as well.
    let mut program = None;
    if !too_deep(&diagnostics) {
        let (linked, found) = link(vec![input], &around);
        program = linked;
        diagnostics.extend(found.into_iter().flatten());
    }
    let looked = if broken { Looked::Broken } else { Looked::Script };
    let diagnostics = told(file, &script, diagnostics, looked);
    (program.filter(|_| !has_errors(&diagnostics)), diagnostics)
}

fn looked_at<'a>(
    file: &'a SourceFile,
    script: &'a Script,
    around: &Surroundings,
) -> (Input<'a>, Vec<Diagnostic>) {
    let (names, bindings, found) = names::analyse(script, around);
    let name = call::script_name(&file.path);
    let notable = Rc::new(script::notable(script));
    (Input { name, file, script, notable, bindings, names }, found)
}

/// A script that has no errors as a program, and as one in which every step is written out: the
/// two do the same, the other takes longer. Tests compare them.
#[doc(hidden)]
pub fn compile_both_ways(file: &SourceFile) -> Option<[Program; 2]> {
    let (script, diagnostics) = crate::parser::parse(file);
    let (input, found) = looked_at(file, &script, &Surroundings::default());
    let compiled = |plain| {
        let around = Surroundings { plain, ..Surroundings::default() };
        let (program, found) = link(vec![input.clone()], &around);
        program.filter(|_| !found.iter().any(|found| has_errors(found)))
    };
    if has_errors(&diagnostics) || has_errors(&found) {
        return None;
    }
    Some([compiled(false)?, compiled(true)?])
}

/// Whether a tree is too deep to be lowered, which goes down into it and into the functions that
/// are written out where they are called.
pub(crate) fn too_deep(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| matches!(diagnostic.code, codes::TOO_DEEP | codes::DEF_FN))
}

/// What is told of a script: no guesses where lines could not be read, nothing that a remark
/// allows, in the order of the text.
pub(crate) fn told(
    file: &SourceFile,
    script: &Script,
    mut found: Vec<Diagnostic>,
    looked: Looked,
) -> Vec<Diagnostic> {
    if looked == Looked::Broken {
        let unread: Vec<&str> =
            found.iter().filter(|d| is_syntax(d)).map(|d| line(file, d)).collect();
        let unread = unread.join("\n").to_lowercase();
        found.retain(|d| !names::is_guess(d, &unread));
    }
    one_a_line(file, &mut found);
    once_for_a_procedure(&mut found);
    // What is called or jumped to by a wrong name is not unused.
    let wrong = |code| found.iter().any(|d| d.code == code);
    let (call, jump) = (wrong(codes::UNKNOWN_NAME), wrong(codes::UNKNOWN_LABEL));
    found.retain(|d| {
        !(call && d.code == codes::UNUSED_PROCEDURE || jump && d.code == codes::UNUSED_LABEL)
    });
    match script.is_classic() {
        true => sorted(allow::apply(file, &allow::in_lines(file), found, looked)),
        false => sorted(allow::apply(file, &script.allows, found, looked)),
    }
}

/// Where a line cannot be read, nothing else in it is told to be wrong; and of arguments and calls
/// in one line the first that is wrong, because the others mostly follow from it.
fn one_a_line(file: &SourceFile, found: &mut Vec<Diagnostic>) {
    let row = |d: &Diagnostic| file.row(d.span.start);
    let unread: HashSet<u32> = found.iter().filter(|d| is_syntax(d)).map(row).collect();
    let mut told: HashSet<u32> = HashSet::default();
    found.sort_by_key(|d| (d.span.start, d.severity, d.code));
    found.retain(|d| {
        let call = d.severity == Severity::Error
            && (d.code.text().starts_with("B04") || d.code == codes::UNKNOWN_NAME);
        let error = d.severity == Severity::Error && !is_syntax(d);
        !(error && unread.contains(&row(d))) && (!call || told.insert(row(d)))
    });
}

/// A procedure whose own name is misspelt is called by a name that does not exist: the first call
/// tells of it.
fn once_for_a_procedure(found: &mut Vec<Diagnostic>) {
    let unused = found.iter().filter(|d| d.code == codes::UNUSED_PROCEDURE);
    let names: Vec<String> = unused.map(|d| d.message.to_lowercase()).collect();
    let mut told: HashSet<String> = HashSet::default();
    found.retain(|d| {
        let help = d.help.as_deref().unwrap_or("").to_lowercase();
        let near = help.split('`').nth(1).unwrap_or("");
        let own = !near.is_empty() && names.iter().any(|m| m.split_whitespace().any(|w| w == near));
        !(own && d.code == codes::UNKNOWN_NAME) || told.insert(d.message.clone())
    });
}

/// Whether a line could not be read.
fn is_syntax(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && diagnostic.code.text().starts_with("B01")
}

fn line<'a>(file: &'a SourceFile, diagnostic: &Diagnostic) -> &'a str {
    file.slice(file.line(file.row(diagnostic.span.start)))
}

/// Whether a program cannot be built.
pub(crate) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// In the order of the text; two stages may say the same of one place, once is enough.
pub(crate) fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|d| (d.span.start, d.severity, d.code));
    diagnostics.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    diagnostics
}

/// Joins scripts into one program; the diagnostics are those of each input in turn.
pub(crate) fn link(
    inputs: Vec<Input<'_>>,
    around: &Surroundings,
) -> (Option<Program>, Vec<Vec<Diagnostic>>) {
    let extras: Vec<_> = inputs.iter().map(script::extras).collect();
    let mut order: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
    order.extend(extras.iter().flatten().map(|extra| extra.name.clone()));
    order.sort();
    order.dedup();
    let indexes: HashMap<String, u16> =
        order.iter().enumerate().map(|(i, name)| (name.clone(), i as u16)).collect();
    let mut pool = Pool::default();
    let mut units: Vec<_> = inputs
        .into_iter()
        .zip(extras)
        .map(|(input, extras)| Unit::new(input, extras, around, &indexes))
        .collect();
    for unit in &mut units {
        script::prepare(unit);
        script::reserve(unit, &mut pool);
    }
    let mut entries = Vec::new();
    let mut diagnostics = Vec::new();
    for unit in &units {
        let mut found = Vec::new();
        entries.extend(script::lower(unit, &mut pool, &mut found));
        diagnostics.push(found);
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    (Some(pool.finish(entries)), diagnostics)
}
