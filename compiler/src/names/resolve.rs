//! Decides which names are variables and where each lives.

use super::collect::{Collected, Scope, ScopeKind, Usage};
use super::{IMPLICIT, Surroundings, bare_function, error_name, folded};
use crate::ast::{EcoString, Script};

use crate::hashed::{HashMap, HashSet, IndexMap, IndexSet};

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In a register of its function.
    Local,
    /// In this slot of the script's environment.
    Shared(u16),
}

/// The names of a script, resolved.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The variables that procedures share, with their slots.
    pub shared: IndexMap<String, u16>,
    /// The variables that the outside may set, PARAMs first.
    pub inputs: Vec<String>,
    /// SUBs and FUNCTIONs by folded name: number of parameters.
    pub procedures: IndexMap<String, usize>,
    /// The scope of each block, by the first byte of its name or opening words.
    pub starts: HashMap<u32, usize>,
    /// Per scope, the variables in registers: folded name and spelling.
    locals: Vec<IndexMap<String, EcoString>>,
    /// Names that nothing sets: in `UPDATE … SET stock = stock - 1` they are columns.
    unset: IndexSet<String>,
    /// Columns of the tables that are declared.
    columns: HashSet<String>,
    /// Variables that a DIM gives bounds.
    arrays: IndexSet<String>,
    /// Variables whose elements are set with parentheses: `a(3) = 1`.
    elements: IndexSet<String>,
    /// Variables that the script level sets in one place only.
    set_once: IndexSet<String>,
    /// Per scope, what a later block takes along from the scope around it.
    captured: Vec<Vec<String>>,
}

impl Names {
    /// The names of a classic program: folded name and spelling.
    pub(super) fn of_program(locals: IndexMap<String, EcoString>) -> Names {
        Names { locals: vec![locals], captured: vec![Vec::new()], ..Names::default() }
    }
    /// Whether nothing in the script, and nobody outside, sets a variable of that name, and it
    /// means nothing else: then it may be a column, or a bare word.
    pub fn is_unset(&self, name: &str) -> bool {
        let name = folded(name);
        let other = self.procedures.contains_key(&*name)
            || bare_function(&name).is_some()
            || error_name(&name).is_some();
        self.unset.contains(&*name) && !self.inputs.iter().any(|input| *input == *name) && !other
    }
    /// Whether some table that is declared has a column of that name.
    pub fn is_declared_column(&self, name: &str) -> bool {
        self.columns.contains(&*folded(name))
    }
    /// Where the variable `name` lives in `scope`; `None` when it is no variable.
    pub fn home(&self, scope: usize, name: &str) -> Option<Home> {
        let name = folded(name);
        if self.locals.get(scope).is_some_and(|locals| locals.contains_key(&*name)) {
            return Some(Home::Local);
        }
        self.shared.get(&*name).map(|slot| Home::Shared(*slot))
    }
    /// The variables of a scope that live in registers: folded name and spelling.
    pub fn locals(&self, scope: usize) -> impl Iterator<Item = (&str, &str)> {
        self.locals.get(scope).into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str()))
    }
    /// The variables that a block running later or on an event receives from outside.
    pub fn captured(&self, scope: usize) -> &[String] {
        self.captured.get(scope).map_or(&[], Vec::as_slice)
    }
    /// The number of scopes: the script level, then each procedure and block.
    pub fn scope_count(&self) -> usize {
        self.locals.len()
    }
    /// Whether DIM gives `name` bounds, so that UBOUND means the last index.
    pub fn is_array(&self, name: &str) -> bool {
        self.arrays.contains(&*folded(name))
    }
    /// Whether `name(1)` is an element even where a function has that name: DIM declares it, or
    /// the script sets an element of it in this way.
    pub fn is_indexed(&self, name: &str) -> bool {
        self.is_array(name) || self.elements.contains(&*folded(name))
    }
    /// Whether the script level sets `name` exactly once.
    pub fn is_set_once(&self, name: &str) -> bool {
        self.set_once.contains(&*folded(name))
    }
    /// Whether `name` is a SUB or FUNCTION of the script.
    pub fn is_procedure(&self, name: &str) -> bool {
        self.procedures.contains_key(&*folded(name))
    }
}

pub(super) fn resolve(collected: &Collected, script: &Script, around: &Surroundings) -> Names {
    let globals = globals(collected, around);
    let mut names = Names {
        procedures: collected.procedures.iter().map(|(k, p)| (k.clone(), p.params)).collect(),
        starts: collected.starts.clone(),
        inputs: inputs(collected, &globals, around),
        arrays: names_with(&collected.scopes, |usage| usage.array),
        elements: names_with(&collected.scopes, |usage| usage.element),
        unset: unset(collected),
        columns: columns(script, around),
        set_once: names_with(collected.scopes.get(..1).unwrap_or(&[]), |u| u.writes == 1),
        ..Names::default()
    };
    for scope in collected.scopes.iter().skip(1) {
        share(scope, &globals, &mut names.shared);
    }
    for (id, scope) in collected.scopes.iter().enumerate() {
        let locals = locals(id, scope, collected, &globals, &names.shared);
        names.captured.push(captured(scope, collected, &globals, around));
        names.locals.push(locals);
    }
    names
}

/// The columns of the bot's tables and of those that the script itself declares.
fn columns(script: &Script, around: &Surroundings) -> HashSet<String> {
    let mut columns = around.columns.clone();
    columns.extend(crate::package::tables::column_names(script));
    columns
}

fn unset(collected: &Collected) -> IndexSet<String> {
    let all = || collected.scopes.iter().flat_map(|scope| scope.names.iter());
    let set: IndexSet<&String> =
        all().filter(|(_, usage)| usage.writes > 0).map(|(name, _)| name).collect();
    all().map(|(name, _)| name).filter(|name| !set.contains(name)).cloned().collect()
}

/// The variables of the script level: what it sets or declares, what the server sets, and what it
/// reads and only a procedure sets.
fn globals(collected: &Collected, around: &Surroundings) -> IndexSet<String> {
    let mut globals: IndexSet<String> = collected.params.iter().cloned().collect();
    let Some(main) = collected.scopes.first() else { return globals };
    for (name, usage) in &main.names {
        let set_elsewhere = || sets_somewhere(collected, name);
        if usage.writes > 0 || (!is_other(collected, name) && set_elsewhere()) {
            globals.insert(name.clone());
        }
    }
    globals.extend(called_variables(main, collected));
    let mentioned = collected.scopes.iter().flat_map(|scope| scope.names.keys());
    globals.extend(mentioned.filter(|name| is_input(collected, name, around)).cloned());
    globals
}

/// Names that the main script only mentions as `name(i)` but a procedure sets.
fn called_variables(main: &Scope, collected: &Collected) -> Vec<String> {
    let names = main.calls.iter().map(|call| call.name.clone());
    names.filter(|n| !is_other(collected, n) && sets_somewhere(collected, n)).collect()
}

/// The names that these scopes use in this way.
fn names_with(scopes: &[Scope], wanted: fn(&Usage) -> bool) -> IndexSet<String> {
    let usages = scopes.iter().flat_map(|scope| &scope.names);
    usages.filter(|(_, usage)| wanted(usage)).map(|(name, _)| name.clone()).collect()
}

fn sets_somewhere(collected: &Collected, name: &str) -> bool {
    collected
        .scopes
        .iter()
        .skip(1)
        .any(|scope| scope.names.get(name).is_some_and(|usage| usage.writes > 0 && !is_own(usage)))
}

/// Whether the name means something that is no variable.
fn is_other(collected: &Collected, name: &str) -> bool {
    collected.procedures.contains_key(name) || bare_function(name).is_some()
}

fn is_input(collected: &Collected, name: &str, around: &Surroundings) -> bool {
    let set = around.settings.iter().any(|setting| setting == name);
    set || (IMPLICIT.contains(&name) && !is_other(collected, name) && error_name(name).is_none())
}

fn inputs(collected: &Collected, globals: &IndexSet<String>, around: &Surroundings) -> Vec<String> {
    let given = globals.iter().filter(|name| is_input(collected, name, around));
    let all: IndexSet<&String> = collected.params.iter().chain(given).collect();
    all.into_iter().cloned().collect()
}

/// Whether a scope keeps this name to itself whatever the script level does.
fn is_own(usage: &Usage) -> bool {
    usage.param || usage.dim || (usage.loops_only && usage.writes > 0)
}

/// Marks the script's variables that the scope `id` uses as shared.
fn share(scope: &Scope, globals: &IndexSet<String>, shared: &mut IndexMap<String, u16>) {
    if matches!(scope.kind, ScopeKind::Later | ScopeKind::Event) {
        return;
    }
    let read = scope.names.iter().filter(|(_, usage)| !is_own(usage)).map(|(name, _)| name);
    let called = scope.calls.iter().map(|call| &call.name);
    for name in read.chain(called) {
        let own = scope.names.get(name).is_some_and(is_own);
        if globals.contains(name) && !own && shared.len() < usize::from(u16::MAX) {
            let slot = shared.len() as u16;
            shared.entry(name.clone()).or_insert(slot);
        }
    }
}

fn locals(
    id: usize,
    scope: &Scope,
    collected: &Collected,
    globals: &IndexSet<String>,
    shared: &IndexMap<String, u16>,
) -> IndexMap<String, EcoString> {
    let mut locals = IndexMap::default();
    for (name, usage) in &scope.names {
        let own = id != 0 && is_own(usage);
        let inherited = shared.contains_key(name) && globals.contains(name) && !own;
        let variable = usage.writes > 0
            || globals.contains(name)
            || (!is_other(collected, name) && error_name(name).is_none());
        if variable && !inherited {
            locals.insert(name.clone(), usage.spelling.clone());
        }
    }
    locals
}

/// What a block that runs in another instance of the script receives from outside.
fn captured(
    scope: &Scope,
    collected: &Collected,
    globals: &IndexSet<String>,
    around: &Surroundings,
) -> Vec<String> {
    let outer = collected.scopes.get(scope.parent);
    let outside = |name: &String| {
        globals.contains(name)
            || outer.is_some_and(|o| o.names.get(name).is_some_and(|usage| usage.writes > 0))
    };
    let input = |name: &String| is_input(collected, name, around);
    match scope.kind {
        ScopeKind::Later => scope.names.keys().filter(|name| outside(name)).cloned().collect(),
        ScopeKind::Event => scope.names.keys().filter(|name| input(name)).cloned().collect(),
        ScopeKind::Main | ScopeKind::Procedure => Vec::new(),
    }
}
