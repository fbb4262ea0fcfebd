//! One function while it is lowered: where its variables live, its loops, labels and handlers.

use super::emit::{Emitter, Label};
use super::pool::Pool;
use super::script::Unit;
use crate::ast::{Ident, Stmt};
use crate::diagnostics::Diagnostic;
use crate::hashed::HashMap;
use crate::names::{Names, fold, folded};
use crate::source::Span;
use basilect_vm::program::instr::Op;

/// Named variables beyond this many go to the environment, so that registers remain for work.
const MAX_NAMED: usize = 180;

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Register(u8),
    Slot(u16),
}

/// A loop that is being lowered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    /// Whether EXIT FOR leaves it.
    pub counted: bool,
    pub leave: Label,
    pub again: Label,
    /// How many handlers were open around it.
    pub handlers: usize,
}

/// A label of the script.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub label: Label,
    /// How many handlers are open around it.
    pub handlers: usize,
}

/// The lowering of one function.
pub(super) struct Lower<'a, 'p> {
    pub unit: &'p Unit<'a>,
    pub pool: &'p mut Pool,
    pub diagnostics: &'p mut Vec<Diagnostic>,
    pub code: Emitter,
    pub scope: usize,
    pub classic: bool,
    /// Whether this is the main function of a script.
    pub main: bool,
    places: HashMap<String, Place>,
    /// The first register that is no variable.
    first_temp: u16,
    pub loops: Vec<Loop>,
    /// The open TRY handlers; those with FINALLY carry its statements.
    pub handlers: Vec<Option<&'a [Stmt]>>,
    pub targets: HashMap<String, Target>,
    /// Registers of loops that jumps may leave and enter again.
    kept: HashMap<String, (u8, u16)>,
    /// Variables whose values a bare RETURN of a web hook answers with.
    pub results: Vec<String>,
    pub has_gosub: bool,
    /// How many lists of statements are open: 1 at the script level.
    pub nesting: usize,
    /// What a classic program needs beside.
    pub program: super::classic::Running,
}

impl<'a, 'p> Lower<'a, 'p> {
    /// A function of `scope` whose parameters are the names `params`, in registers from 0.
    pub(super) fn new(
        unit: &'p Unit<'a>,
        pool: &'p mut Pool,
        diagnostics: &'p mut Vec<Diagnostic>,
        scope: usize,
        params: &[&Ident],
    ) -> Lower<'a, 'p> {
        let (places, first_temp) = places(unit, scope, params);
        Lower {
            unit,
            pool,
            diagnostics,
            code: Emitter::new(first_temp),
            scope,
            classic: unit.script.is_classic(),
            main: false,
            places,
            first_temp,
            loops: Vec::new(),
            handlers: Vec::new(),
            targets: HashMap::default(),
            kept: HashMap::default(),
            results: Vec::new(),
            has_gosub: false,
            nesting: 0,
            program: super::classic::Running::default(),
        }
    }

    /// Whether every step is written out: nothing is computed before the program runs, and no
    /// instruction is saved.
    pub(super) fn plain(&self) -> bool {
        self.unit.around.plain
    }

    /// Where the variable `name` lives; `None` when it is no variable here.
    pub(super) fn place(&self, name: &str) -> Option<Place> {
        if let Some(register) = self.program.given(name) {
            return Some(Place::Register(register));
        }
        let name = folded(name);
        let own = self.places.get(&*name).copied();
        own.or_else(|| self.unit.names.shared.get(&*name).map(|slot| Place::Slot(*slot)))
    }

    /// Whether a register holds no variable.
    pub(super) fn is_temp(&self, register: u8) -> bool {
        u16::from(register) >= self.first_temp
    }

    /// Reads a variable into `to`.
    pub(super) fn load(&mut self, to: u8, place: Place) {
        match place {
            Place::Register(from) => self.code.copy(to, from),
            Place::Slot(slot) => self.code.push(Op::EnvGet, to, slot, 0),
        }
    }

    /// Writes a register into a variable.
    pub(super) fn save(&mut self, place: Place, from: u8) {
        match place {
            Place::Register(to) => self.code.copy(to, from),
            Place::Slot(slot) => self.code.push(Op::EnvSet, from, slot, 0),
        }
    }

    /// `count` registers that live as long as the block: where labels let control leave a block
    /// and come back, they belong to the block's variable `name` for good.
    pub(super) fn block_registers(&mut self, name: &str, count: u16) -> u8 {
        if self.targets.is_empty() {
            return self.code.window(count);
        }
        let key = format!("{count} {}", fold(name));
        if let Some((kept, _)) = self.kept.get(&key) {
            return *kept;
        }
        let first = self.code.window(count);
        self.kept.insert(key, (first, count));
        first
    }

    /// Gives back the temporaries of a statement, except registers kept for good.
    pub(super) fn end_block(&mut self, mark: u16) {
        let kept = self.kept.values().map(|(first, count)| u16::from(*first) + count).max();
        self.code.release(mark.max(kept.unwrap_or(0)));
    }

    /// The line of a place in the source.
    pub(super) fn line_of(&self, span: Span) -> u32 {
        self.unit.file.row(span.start)
    }

    /// Reports something that only the lowering sees.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Names of the variables in registers, for the debugger.
    pub(super) fn variables(&self) -> Vec<(u8, String)> {
        let spelled = self.unit.names.locals(self.scope);
        let mut variables: Vec<_> = spelled
            .filter_map(|(name, spelling)| match self.places.get(name) {
                Some(Place::Register(register)) => Some((*register, spelling.to_string())),
                _ => None,
            })
            .collect();
        variables.sort();
        variables
    }

    /// The label of the script that `name` means.
    pub(super) fn target(&self, name: &Ident) -> Option<Target> {
        self.targets.get(&*folded(&name.name)).copied()
    }
}

/// Parameters first, then the other variables, as long as there are registers; the rest goes to
/// slots of the environment behind those that names has given.
fn places(unit: &Unit<'_>, scope: usize, params: &[&Ident]) -> (HashMap<String, Place>, u16) {
    let mut places = HashMap::default();
    for param in params {
        let register = places.len() as u8;
        places.entry(fold(&param.name)).or_insert(Place::Register(register));
    }
    let mut next = params.len() as u16;
    let mut spilled = unit.spill_base(scope);
    for (name, _) in unit.names.locals(scope) {
        if places.contains_key(name) {
            continue;
        }
        if usize::from(next) < MAX_NAMED {
            places.insert(name.to_string(), Place::Register(next as u8));
            next += 1;
        } else {
            places.insert(name.to_string(), Place::Slot(spilled));
            spilled = spilled.saturating_add(1);
        }
    }
    (places, next)
}

/// How many variables of a scope find no register.
pub(super) fn spilled_of(names: &Names, scope: usize) -> u16 {
    names.locals(scope).count().saturating_sub(MAX_NAMED).min(usize::from(u16::MAX)) as u16
}
