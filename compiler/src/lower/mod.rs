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
mod function;
mod place;
mod pool;
pub(crate) mod script;
mod stmt;
mod zones;

use crate::ast::Script;
use crate::diagnostics::{Diagnostic, Severity};
use crate::hashed::HashMap;
use crate::names::{self, Names, Surroundings};
use crate::source::SourceFile;
use basilect_vm::Program;
use pool::Pool;
use script::Unit;

/// A script as the linker takes it.
pub(crate) struct Input<'a> {
    /// Its name in the program.
    pub name: String,
    pub file: &'a SourceFile,
    pub script: &'a Script,
    pub names: Names,
}

/// Compiles one script by itself. The program is there when no diagnostic is an error.
pub fn compile_script(file: &SourceFile) -> (Option<Program>, Vec<Diagnostic>) {
    let (script, mut diagnostics) = crate::parser::parse(file);
    let around = Surroundings::default();
    let broken = has_errors(&diagnostics);
    let (names, found) = names::analyse(&script, &around);
    diagnostics.extend(found.into_iter().filter(|d| !broken || !names::is_guess(d)));
    if has_errors(&diagnostics) {
        return (None, sorted(diagnostics));
    }
    let name = call::script_name(&file.path);
    let input = Input { name, file, script: &script, names };
    let (program, found) = link(vec![input], &around);
    diagnostics.extend(found.into_iter().flatten());
    (program.filter(|_| !has_errors(&diagnostics)), sorted(diagnostics))
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
    let extras: Vec<_> =
        inputs.iter().map(|i| script::extras(&i.name, i.script, &i.names)).collect();
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
