//! The door for machine code: what compiles programs ([`Tier`]), what it makes ([`Code`]), and the
//! [`View`] of a machine that the code works on.
//!
//! A machine looks the same whichever way it runs: registers on its stack, frames of plain
//! integers, fuel counted by instruction. Machine code begins at one of its entries, where all
//! values are in the registers, and when it leaves, they are there again. So a snapshot does not
//! tell how a machine ran, and the interpreter goes on with any frame.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use basilect_stdlib::{Fault, Value};

use super::short;
use super::step::{Do, Step};
use super::{Exit, Frame, Machine, NO_ENV, NO_PC, WINDOW};
use crate::heap::is_within;
pub use crate::heap::{Buffer, Entry, Flags, List, Map, Place, Text};
use crate::program::{Instr, Links, Program};

/// The most fuel that is counted at once.
const MOST_ROOM: u64 = 1 << 60;

/// Compiles programs to machine code.
pub trait Tier: Send + Sync {
    /// Compiles what is ordered, now or, where that may take its time, later. The program may be
    /// any: whoever compiles it verifies it first.
    fn compile(&self, order: Order);
    /// Hands over machine code of a program that was made before, if there is any, now or soon
    /// ([`Order::deliver_kept`]). It is asked once for each moment.
    fn recall(&self, program: &Arc<Program>, moment: Moment);
}

/// When machine code that was made before is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the first instruction of a program.
    Start,
    /// When the program has used so much fuel that looking for it is worth the time.
    Warming,
}

/// Machine code of a program.
pub trait Code: Send + Sync {
    /// The instructions at which it can be entered.
    fn entries(&self) -> Vec<u32>;
    /// Runs from one of them on. Afterwards the machine's frames and registers say where it is,
    /// and the view knows what it has used.
    fn run(&self, view: &mut View<'_>, pc: u32) -> Left;
}

/// Why machine code was left.
#[derive(Clone, Copy, Debug)]
pub enum Left {
    /// The interpreter goes on with the innermost frame.
    Here,
    /// The same, because something was not as expected when the code was made.
    Missed,
    /// The slice is used up.
    Pause,
    /// The innermost frame's function gives this value to its caller.
    Return(Value),
    /// What [`View::slow`] ran has left the loop.
    Out,
}

/// How a machine runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Interpreted; programs that use much fuel are compiled meanwhile.
    #[default]
    Auto,
    /// Interpreted.
    Interpreter,
    /// Compiled at once, after so many instructions were watched.
    Native(u32),
}

static TIER: OnceLock<&'static dyn Tier> = OnceLock::new();

/// From now on programs of this process are compiled by this tier; the first one stays.
pub fn install(tier: &'static dyn Tier) {
    let _ = TIER.set(tier);
}
pub(super) fn tier() -> Option<&'static dyn Tier> {
    TIER.get().copied()
}

/// Kinds that were seen where values came to be, as sets: bit `n` stands for
/// [`Kind`](basilect_stdlib::Kind) number `n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub(crate) results: Vec<u16>,
    pub(crate) params: Vec<u16>,
    pub(crate) first_param: Vec<u32>,
    pub(crate) arrivals: BTreeMap<u32, Vec<u16>>,
}

impl Facts {
    pub(crate) fn none(program: &Program) -> Facts {
        let mut first_param = Vec::with_capacity(program.functions.len());
        let mut params = 0;
        for function in &program.functions {
            first_param.push(params);
            params += u32::from(function.params);
        }
        Facts {
            results: vec![0; program.code.len()],
            params: vec![0; params as usize],
            first_param,
            arrivals: BTreeMap::new(),
        }
    }
    /// What the instruction at `pc` put into its first register (the next element, for one that
    /// goes through elements; what is looked at, for a conditional jump), with [`Facts::RAN`] and
    /// [`Facts::LONG`].
    pub fn results(&self, pc: u32) -> u16 {
        self.results.get(pc as usize).copied().unwrap_or(0)
    }
    /// What a function was given as its parameter in this register.
    pub fn param(&self, function: u32, register: u8) -> u16 {
        let first = self.first_param.get(function as usize).copied().unwrap_or(0);
        self.params.get(first as usize + register as usize).copied().unwrap_or(0)
    }
    /// Whether anything was seen.
    pub fn any(&self) -> bool {
        self.results.iter().any(|&seen| seen != 0)
    }
    /// The bit of an instruction that ran.
    pub const RAN: u16 = 1 << 15;
    /// The bit of an instruction for which there was no short rule.
    pub const LONG: u16 = 1 << 14;
    /// The bits of an instruction that read or set an element of a list: one whose elements take a
    /// byte each, and any other.
    pub const FLAGS: u16 = 1 << 13;
    /// See [`Facts::FLAGS`].
    pub const VALUES: u16 = 1 << 12;
    pub(crate) fn saw_list(&mut self, pc: usize, has_flags: bool) {
        if let Some(seen) = self.results.get_mut(pc) {
            *seen |= if has_flags { Facts::FLAGS } else { Facts::VALUES };
        }
    }
    pub(crate) fn took_long(&mut self, pc: usize) {
        if let Some(seen) = self.results.get_mut(pc) {
            *seen |= Facts::LONG;
        }
    }
    pub(crate) fn ran(&mut self, pc: usize) {
        if let Some(seen) = self.results.get_mut(pc) {
            *seen |= Facts::RAN;
        }
    }
    /// What was in a register when the instruction at `pc` was reached by another way than from the
    /// one before it.
    pub fn arrival(&self, pc: u32, register: u8) -> u16 {
        let kinds = self.arrivals.get(&pc);
        kinds.and_then(|kinds| kinds.get(register as usize)).copied().unwrap_or(0)
    }
    pub(crate) fn saw_arrival(&mut self, pc: u32, registers: &[Value]) {
        let kinds = self.arrivals.entry(pc).or_insert_with(|| vec![0; registers.len()]);
        for (set, value) in kinds.iter_mut().zip(registers) {
            *set |= 1 << value.kind() as u16;
        }
    }
    pub(crate) fn join(&mut self, other: &Facts) {
        for (&pc, kinds) in &other.arrivals {
            let known = self.arrivals.entry(pc).or_insert_with(|| vec![0; kinds.len()]);
            known.iter_mut().zip(kinds).for_each(|(to, from)| *to |= from);
        }
        self.results.iter_mut().zip(&other.results).for_each(|(to, from)| *to |= from);
        self.params.iter_mut().zip(&other.params).for_each(|(to, from)| *to |= from);
    }
    pub(crate) fn saw(&mut self, pc: usize, value: Value) {
        if let Some(set) = self.results.get_mut(pc) {
            *set |= 1 << value.kind() as u16;
        }
    }
    pub(crate) fn saw_param(&mut self, function: u32, register: u8, value: Value) {
        let first = self.first_param.get(function as usize).copied().unwrap_or(0);
        if let Some(set) = self.params.get_mut(first as usize + register as usize) {
            *set |= 1 << value.kind() as u16;
        }
    }
}

/// A program to be compiled.
pub struct Order {
    program: Arc<Program>,
    links: Arc<Links>,
    facts: Facts,
    at_once: bool,
}

impl Order {
    pub(super) fn new(
        program: Arc<Program>,
        links: Arc<Links>,
        facts: Facts,
        at_once: bool,
    ) -> Order {
        Order { program, links, facts, at_once }
    }
    /// Of a program, with what was seen of it so far in this process.
    pub fn of(program: &Arc<Program>) -> Order {
        let links = Links::of(program);
        let facts = links.facts(program);
        Order::new(Arc::clone(program), links, facts, true)
    }
    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }
    /// Its constants as values.
    pub fn constants(&self) -> &[Value] {
        &self.links.consts
    }
    /// What was seen of it so far.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
    /// Whether somebody waits.
    pub fn at_once(&self) -> bool {
        self.at_once
    }
    /// The canonical name of the pure function that an instruction calls, if it is known and takes
    /// so many arguments.
    pub fn function_at(&self, pc: u32) -> Option<&'static str> {
        let i = self.program.code.get(pc as usize)?;
        let pure = self.links.pures.get(i.b as usize)?.as_ref()?;
        let fits = (pure.least..=pure.most).contains(&(i.c as usize));
        fits.then_some(pure.keyword.name)
    }
    /// At which entry of its map the instruction at `pc` finds its field, if that is mostly the
    /// same one.
    pub fn entry_at(&self, pc: u32) -> Option<usize> {
        let next = pc as usize + 1;
        self.links.is_steady(next).then(|| self.links.guess(next))
    }
    /// The SHA-256 of the program's bytes.
    pub fn hash(&self) -> [u8; 32] {
        Links::hash_of(&self.program)
    }
    /// Hands over what was made of it: nothing where it cannot be compiled.
    pub fn deliver(self, code: Option<Arc<dyn Code>>) {
        self.links.install(code.map(|code| Arc::new(Installed::new(&self.links.steps, code))));
    }
    /// Hands over code that was made before, and of what. Code that was made `ahead`, of less than
    /// a run of the program shows, is made again when the program has used much fuel.
    pub fn deliver_kept(self, code: Arc<dyn Code>, facts: Facts, ahead: bool) {
        self.links.learn(&facts);
        let installed = Installed::new(&self.links.steps, code);
        let ahead = ahead.then_some(facts);
        self.links.install(Some(Arc::new(Installed { ahead, ..installed })));
    }
}

/// Machine code with the steps of the loop that lead to it.
pub(crate) struct Installed {
    pub code: Arc<dyn Code>,
    /// The steps, with [`Do::Enter`] at the entries.
    pub steps: Vec<Step>,
    /// Whether it is used no more.
    pub retired: AtomicBool,
    /// Fuel that was used beside it.
    pub beside: AtomicU64,
    /// What it was made of, where it was made before the program ran.
    pub ahead: Option<Facts>,
}

impl Installed {
    fn new(steps: &[Step], code: Arc<dyn Code>) -> Installed {
        let mut steps = steps.to_vec();
        for entry in code.entries() {
            if let Some(step) = steps.get_mut(entry as usize) {
                step.op = Do::Enter;
            }
        }
        Installed {
            code,
            steps,
            retired: AtomicBool::new(false),
            beside: AtomicU64::new(0),
            ahead: None,
        }
    }
    pub fn enters(&self, pc: u32) -> bool {
        self.steps.get(pc as usize).is_some_and(|step| step.op == Do::Enter)
    }
    pub fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Relaxed)
    }
}

/// What [`View::slow`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// The next instruction follows.
    Next,
    /// It went to its target.
    Jumped,
    /// It left the loop: [`Left::Out`].
    Out,
}

/// A call in progress that has no frame yet.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Call {
    /// Number of the function.
    pub function: u32,
    /// Next instruction.
    pub pc: u32,
    /// Its registers.
    pub registers: *const Value,
}

/// A machine as machine code sees it. Addresses hold until the next call of [`View::slow`],
/// [`View::settle`] or [`View::fast`].
pub struct View<'m> {
    machine: &'m mut Machine,
    used: u64,
    room: u64,
    out: Option<Result<Exit, Fault>>,
}

impl<'m> View<'m> {
    pub(super) fn new(machine: &'m mut Machine) -> View<'m> {
        let mut view = View { machine, used: 0, room: 0, out: None };
        view.refill();
        view
    }
    fn refill(&mut self) {
        self.used = self.machine.memory.fuel_used;
        self.room = self.machine.stop_at.saturating_sub(self.used).min(MOST_ROOM);
    }
    /// Fuel that is left in this slice.
    pub fn left(&self) -> i64 {
        self.room as i64
    }
    /// Tells how much of the fuel is left now.
    pub fn set_left(&mut self, left: i64) {
        self.machine.memory.fuel_used = self.used.saturating_add_signed(self.room as i64 - left);
        self.refill();
    }
    pub(super) fn into_out(self) -> Option<Result<Exit, Fault>> {
        self.out
    }

    /// The registers of the innermost frame, with [`View::WINDOW`] values behind the first.
    pub fn registers(&mut self) -> *mut Value {
        let base = self.machine.state.frames.last().map_or(0, |frame| frame.base as usize);
        let window = self.machine.state.stack.get_mut(base..base + WINDOW);
        window.map_or(std::ptr::null_mut(), |window| window.as_mut_ptr())
    }
    /// How many values there are behind the first register of any function.
    pub const WINDOW: usize = WINDOW;
    /// Where registers may begin at the latest.
    pub fn last_registers(&self) -> *const Value {
        let limit = self.machine.memory.limits().stack_values;
        let fits = self.machine.state.stack.len().min(limit).saturating_sub(WINDOW);
        self.machine.state.stack.as_ptr().wrapping_add(fits)
    }
    /// How many calls may nest in the innermost frame.
    pub fn depth(&self) -> usize {
        let state = &self.machine.state;
        let used = state.frames.len() + state.gosubs.len();
        self.machine.memory.limits().call_depth.saturating_sub(used)
    }
    /// The lists of the memory: where they are, and how many places there are.
    pub fn lists(&self) -> (*const Place<List>, usize) {
        self.machine.memory.lists()
    }
    /// How many elements a list may have.
    pub fn most_elements(&self) -> usize {
        self.machine.memory.limits().list_elements
    }
    /// The maps of the memory: where they are, and how many places there are.
    pub fn maps(&self) -> (*const Place<Map>, usize) {
        self.machine.memory.maps()
    }
    /// The texts of the memory: where they are, and how many places there are.
    pub fn texts(&self) -> (*const Place<Text>, usize) {
        self.machine.memory.texts()
    }
    /// Their bytes: where they are, and how many places there are.
    pub fn buffers(&self) -> (*const Place<Buffer>, usize) {
        self.machine.memory.buffers()
    }
    /// Whether these bytes are part of the machine's registers or of an object in its memory, for
    /// tests of machine code.
    pub fn owns(&self, at: *const u8, size: usize) -> bool {
        let bytes = at.addr()..at.addr().saturating_add(size);
        is_within(&bytes, &self.machine.state.stack) || self.machine.memory.owns(&bytes)
    }
    /// The shared variables of the innermost frame's script.
    pub fn shared(&mut self) -> (*mut Value, usize) {
        let env = self.machine.state.frames.last().map_or(NO_ENV, |frame| frame.env);
        let values = self.machine.memory.list_mut(env);
        (values.as_mut_ptr(), values.len())
    }

    /// Tries the short rule for the instruction at `pc`, which jumps nowhere, on registers; whether
    /// it has one that applies. `left` is the fuel after it.
    pub fn fast(&mut self, window: &mut [Value; WINDOW], pc: usize, left: &mut i64) -> bool {
        let links = &self.machine.links;
        let Some(i) = links.steps.get(pc) else { return false };
        let memory = &mut self.machine.memory;
        short::short(memory, short::Place { links, pc: pc + 1, left }, window, i)
    }
    /// Tries the short rule for the instruction at `pc`, which joins texts, on registers; whether
    /// it applies.
    pub fn join(&mut self, window: &mut [Value; WINDOW], pc: usize) -> bool {
        let links = &self.machine.links;
        links.steps.get(pc).is_some_and(|i| short::join(links, window, i))
    }
    /// Whether the conditional jump at `pc` goes to its target, where the short rules say it.
    pub fn jumps(&self, window: &[Value; WINDOW], pc: usize) -> Option<bool> {
        let links = &self.machine.links;
        let i = links.steps.get(pc)?;
        short::jumps(links, window, i)
    }
    /// Runs the instruction at `pc` of the innermost frame by the full rules; `left` is the fuel
    /// after it.
    pub fn slow(&mut self, pc: u32, left: i64) -> Slow {
        self.set_left(left);
        let machine = &mut *self.machine;
        let Some(i) = machine.program.code.get(pc as usize).copied() else { return Slow::Out };
        if let Some(frame) = machine.state.frames.last_mut() {
            frame.pc = pc + 1;
        }
        let done = machine.slow(i);
        self.refill();
        match done {
            Ok(None) => {
                let at = self.machine.state.frames.last().map_or(NO_PC, |frame| frame.pc);
                if at == pc + 1 { Slow::Next } else { Slow::Jumped }
            }
            Ok(Some(exit)) => self.end(Ok(exit)),
            Err(fault) => self.end(Err(fault)),
        }
    }
    fn end(&mut self, out: Result<Exit, Fault>) -> Slow {
        self.out = Some(out);
        Slow::Out
    }

    /// Enters the function that the instruction at `pc` of the innermost frame calls:
    /// its registers. Nothing where a call is more than a new frame.
    pub fn enter(&mut self, pc: u32) -> Option<*mut Value> {
        let machine = &mut *self.machine;
        let step = machine.links.steps.get(pc as usize)?;
        let limits = machine.memory.limits();
        let (_, window) = machine.state.enter(pc as usize + 1, step, &machine.links, limits)?;
        Some(window.as_mut_ptr())
    }
    /// Leaves the innermost frame, which another one called.
    pub fn leave(&mut self) {
        if let Some(frame) = self.machine.state.frames.pop() {
            self.machine.state.gosubs.truncate(frame.gosubs as usize);
            self.machine.state.handlers.truncate(frame.handlers as usize);
        }
    }
    /// Tells the next instruction of the innermost frame, whose function returns.
    pub fn set_pc(&mut self, pc: u32) {
        if let Some(frame) = self.machine.state.frames.last_mut() {
            frame.pc = pc;
        }
    }
    /// Writes down where the code was left: `calls` from the innermost to the one of the frame that
    /// was the innermost before.
    pub fn settle(&mut self, calls: &[Call]) {
        let machine = &mut *self.machine;
        let mut calls = calls.iter().rev();
        let (Some(frame), Some(first)) = (machine.state.frames.last_mut(), calls.next()) else {
            return;
        };
        frame.pc = first.pc;
        let env = frame.env;
        let mut caller = first.pc;
        for call in calls {
            let ret = machine.program.code.get((caller as usize).wrapping_sub(1));
            let begin = machine.state.stack.as_ptr().addr();
            let base = (call.registers.addr() - begin) / size_of::<Value>();
            let registers = machine.links.functions.get(call.function as usize).map_or(0, |f| f.1);
            machine.state.frames.push(Frame {
                function: call.function,
                pc: call.pc,
                base: base as u32,
                env,
                gosubs: machine.state.gosubs.len() as u32,
                handlers: machine.state.handlers.len() as u32,
                on_error: NO_PC,
                failed: NO_PC,
                registers,
                ret: ret.map_or(0, |i: &Instr| i.a),
                flags: 0,
            });
            caller = call.pc;
        }
    }
}
