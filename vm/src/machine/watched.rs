//! Running under watch: a statement at a time, for debuggers and recordings.
//!
//! Whoever watches is asked before every statement, and when an error is raised. The machine runs
//! one instruction at a time meanwhile. That is slower, but what it does, its fuel and its
//! snapshots stay the same; a machine that nobody watches pays nothing.

use std::collections::BTreeMap;

use basilect_stdlib::Fault;

use super::{Exit, Machine, Outcome};
use crate::program::{Function, Op, Program};

/// Who watches a machine.
pub trait Watcher {
    /// Asked before a statement runs; true halts the machine there.
    fn statement(&mut self, machine: &Machine) -> bool;
    /// Asked when an error is raised, before anything handles it; true halts the machine there.
    /// `caught` says whether something in the program handles it.
    fn error(&mut self, machine: &Machine, fault: &Fault, caught: bool) -> bool {
        let _ = (machine, fault, caught);
        false
    }
}

/// How a watched run ended.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "returned once a stop and taken apart at once")]
pub enum Watched {
    /// The watcher halted the machine.
    Halted,
    /// The machine stopped by itself.
    Stopped(Outcome),
}

/// Where a machine may be halted: the first instructions of statements, and of lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stops {
    words: Vec<u64>,
}

impl Stops {
    /// Those of a program.
    pub fn of(program: &Program) -> Stops {
        let mut stops = Stops { words: vec![0; program.code.len().div_ceil(64)] };
        for function in &program.functions {
            let own = |pc: &u32| (function.start..function.end).contains(pc);
            let lines = || function.lines.iter().map(|&(pc, _)| pc).filter(own);
            let begins = |pc: &u32| {
                let op = program.code.get(*pc as usize).map(|i| i.op);
                own(pc) && op.is_some_and(|op| !only_ends(op))
            };
            for pc in lines().chain(function.statements.iter().copied().filter(begins)) {
                stops.set(pc, true);
            }
            for pc in lines().filter(|pc| goes_to_same_line(program, function, *pc)) {
                stops.set(pc, false);
            }
        }
        for script in program.scripts.iter().filter(|script| script.classic) {
            stops.forget_preparation(program, script.main);
        }
        stops
    }
    /// The lines of a script at which a machine may be halted, each with the instructions at which
    /// it begins; a line may begin at several.
    pub fn lines(&self, program: &Program, path: &str) -> BTreeMap<u32, Vec<u32>> {
        let mut lines: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for function in &program.functions {
            let script = program.scripts.get(function.script as usize);
            if script.is_none_or(|script| script.path != path) {
                continue;
            }
            let mut last = None;
            for pc in (function.start..function.end).filter(|&pc| self.has(pc)) {
                let line = function.line_at(pc);
                let begins = function.lines.binary_search_by_key(&pc, |l| l.0).is_ok();
                if begins || last != Some(line) {
                    lines.entry(line).or_default().push(pc);
                }
                last = Some(line);
            }
        }
        lines
    }
    /// What a classic program does before its first line is nobody's statement: it calls the part
    /// that gives all variables their first values, which is the last of its code.
    fn forget_preparation(&mut self, program: &Program, main: u32) {
        let Some(function) = program.functions.get(main as usize) else { return };
        let code = program.code.get(function.start as usize..function.end as usize);
        let first = code.unwrap_or(&[]).iter().position(|i| i.op == Op::GoSub);
        let Some(call) = first.map(|first| function.start + first as u32) else { return };
        let target = program.code.get(call as usize).map_or(function.end, |i| i.target());
        for pc in (function.start..=call).chain(target..function.end) {
            self.set(pc, false);
        }
    }
    fn set(&mut self, pc: u32, stop: bool) {
        if let Some(word) = self.words.get_mut(pc as usize / 64) {
            let bit = 1 << (pc % 64);
            *word = if stop { *word | bit } else { *word & !bit };
        }
    }
    /// Whether a machine may be halted before this instruction.
    pub fn has(&self, pc: u32) -> bool {
        self.words.get(pc as usize / 64).is_some_and(|word| word >> (pc % 64) & 1 == 1)
    }
}

/// Whether a line begins with a jump to where it begins once more: a loop to its own test.
fn goes_to_same_line(program: &Program, function: &Function, pc: u32) -> bool {
    let jump = program.code.get(pc as usize).filter(|i| i.op == Op::Jump);
    let target = jump.map(|i| i.target()).filter(|&target| target != pc);
    target.is_some_and(|target| {
        let begins = function.lines.binary_search_by_key(&target, |line| line.0).is_ok();
        begins && function.line_at(target) == function.line_at(pc)
    })
}

/// Whether an instruction that begins a statement, and no line, only closes a block.
fn only_ends(op: Op) -> bool {
    matches!(op, Op::Jump | Op::ForLoop | Op::TryEnd | Op::ReturnNull | Op::GoSubReturn)
}

impl Machine {
    /// Runs like [`Machine::run`] while somebody watches.
    pub fn run_watched(&mut self, fuel_slice: u64, watcher: &mut dyn Watcher) -> Watched {
        self.run_with(fuel_slice, Some(watcher)).map_or(Watched::Halted, Watched::Stopped)
    }
    /// The loop, watched; nothing where the watcher halts it.
    pub(super) fn watched(&mut self, watcher: &mut dyn Watcher) -> Result<Option<Exit>, Fault> {
        let links = std::sync::Arc::clone(&self.links);
        let stops = links.stops(&self.program);
        loop {
            let announced = std::mem::take(&mut self.announced);
            let pc = self.state.frames.last().map_or(0, |frame| frame.pc);
            if !announced && stops.has(pc) && watcher.statement(self) {
                self.announced = true;
                return Ok(None);
            }
            match self.cycle::<true>()? {
                Exit::Step | Exit::LongStep => {}
                exit => return Ok(Some(exit)),
            }
        }
    }
    /// Whether the watcher wants to halt at an error that is about to be raised. It is asked once.
    pub(super) fn halts_at(&mut self, fault: &Fault, watcher: &mut dyn Watcher) -> bool {
        if std::mem::take(&mut self.announced) {
            return false;
        }
        let caught = self.is_handled(fault);
        self.announced = watcher.error(self, fault, caught);
        self.announced
    }
    /// Takes it that the watcher knows of the statement at which the machine stands.
    pub fn announce(&mut self) {
        self.announced = true;
    }
}
