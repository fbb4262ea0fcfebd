//! The machine: runs a program until it needs the outside, ends, fails or has used its slice.
//!
//! A machine is frames of plain integers, a stack of registers and a memory; nothing of it points
//! into the process. Reading order: this file (what the outside sees), `state` (frames), `cycle`
//! (the loop, on its `cursor`, by the `fast` rules), `ops` (everything that is not fast), then
//! `calls`, `builtins`, `quick`, `faults`, `classic`, `loops`, `fields`, `operators`.

mod builtins;
mod calls;
mod classic;
mod cursor;
mod cycle;
mod facts;
mod fast;
mod faults;
mod fields;
pub mod inspect;
mod loops;
pub mod native;
mod operators;
mod ops;
pub mod profile;
mod quick;
mod short;
mod state;
mod step;
mod tiers;
pub mod watched;

use std::borrow::Cow;
use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, HostCall, Limits, TrapCode, Value};

use crate::heap::{Memory, Scope};
use crate::program::{Links, Place, Program};
pub(crate) use builtins::find as find_function;
use faults::After;
pub(crate) use faults::stored_code;
pub(crate) use quick::{Quick, pushes, quick};
pub(crate) use state::{Frame, Handler, NO_ENV, NO_PC, State, WINDOW, flag};
pub(crate) use step::Step;
pub(crate) use tiers::Warmth;
use watched::Watcher;

/// Bytes of one variable that the debugger is shown.
const SHOWN_BYTES: usize = 64 << 10;

/// Why the machine stopped.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "returned once a stop and taken apart at once")]
pub enum Outcome {
    /// It waits for the host: serve the call and give the answer to [`Machine::resume`].
    Host(HostCall),
    /// The program ended with this result.
    Done(Data),
    /// The program failed and nothing in it handled the error.
    Trap(Trap),
    /// The slice is used up; run again when others have had their turn.
    OutOfFuelSlice,
}

/// An error that ended the program, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Trap {
    /// What kind of error.
    pub code: TrapCode,
    /// A sentence for the author of the script.
    pub message: String,
    /// Path of the script in which it happened.
    pub script: String,
    /// Line in that script.
    pub line: u32,
    /// Who called whom, innermost first: function, script path, line.
    pub trace: Vec<(String, String, u32)>,
    /// What a classic program has printed and nobody has said: it comes before the error.
    pub unsaid: Option<String>,
}

impl std::fmt::Display for Trap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.script, self.line, self.message)
    }
}

/// A host call that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// Canonical words of the keyword.
    pub words: Cow<'static, str>,
    /// Its arguments.
    pub args: Box<[Data]>,
    pub(crate) register: u8,
}

impl Pending {
    /// The typed request.
    pub fn call(&self) -> Result<HostCall, Fault> {
        HostCall::decode(&self.words, self.args.iter().cloned())
    }
}

/// The last error of the program: what `ERR` and `ERROR MESSAGE` tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LastError {
    /// That of its kind, or the one that ERROR was given.
    pub number: u32,
    pub message: String,
    pub script: String,
    pub line: u32,
}

/// What the machine is about to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phase {
    /// Run on.
    Ready,
    /// Fail with this error at the place where it stands (the host's call failed).
    Failing(Fault),
    /// Wait for an answer.
    Waiting(Pending),
    /// Nothing more.
    Ended,
}

/// One running program with its memory.
pub struct Machine {
    pub(crate) program: Arc<Program>,
    pub(crate) links: Arc<Links>,
    pub(crate) memory: Memory,
    pub(crate) state: State,
    pub(crate) env: Env,
    pub(crate) phase: Phase,
    pub(crate) last_error: Option<Box<LastError>>,
    pub(crate) host_calls: u64,
    stop_at: u64,
    engine: native::Engine,
    native: Option<Arc<native::Installed>>,
    /// Where an error that is thrown again first happened; taken by the raise that follows.
    origin: Option<Box<(String, u32)>>,
    /// The number that ERROR gave to an error; taken by the raise that follows.
    given: Option<u32>,
    /// Whether the watcher knows of the statement, or of the error, at which the machine halted.
    announced: bool,
}

impl Machine {
    /// A machine at the start of a script's main. The program must have passed
    /// [`verify`](crate::program::verify::verify); a program that has not may fail with
    /// [`TrapCode::Bug`] but harms nothing.
    pub fn new(
        program: Arc<Program>,
        script: &str,
        limits: Limits,
        env: Env,
    ) -> Result<Machine, Fault> {
        let index = calls::find_script(&program, script)?;
        let mut machine = Machine::bare(program, limits, env);
        machine.enter_script(index, 0, 0, 0)?;
        Ok(machine)
    }

    /// A machine without frames.
    pub(crate) fn bare(program: Arc<Program>, limits: Limits, env: Env) -> Machine {
        let links = Links::of(&program);
        Machine {
            memory: Memory::new(Arc::clone(&program), links.limits(limits)),
            links,
            state: State::default(),
            program,
            env,
            phase: Phase::Ready,
            last_error: None,
            host_calls: 0,
            stop_at: 0,
            engine: native::Engine::Auto,
            native: None,
            origin: None,
            given: None,
            announced: false,
        }
    }

    /// Sets an input of the script (a PARAM, a setting, a field of a webhook) before the first
    /// run; whether the script has such an input.
    pub fn set_input(&mut self, name: &str, data: &Data) -> Result<bool, Fault> {
        let Some(frame) = self.state.frames.first().copied() else { return Ok(false) };
        if self.state.frames.len() != 1 || !self.at_start(&frame) {
            let text = "inputs are set before the program runs";
            return Err(Fault::new(TrapCode::BadControl, text));
        }
        let Some(place) = self.input_place(&frame, name) else { return Ok(false) };
        let value = Scope::new(&mut self.memory, &self.state).import(data)?;
        self.put_input(&frame, place, value);
        Ok(true)
    }
    fn at_start(&self, frame: &Frame) -> bool {
        let function = self.program.functions.get(frame.function as usize);
        function.is_some_and(|f| f.start == frame.pc)
    }
    fn input_place(&self, frame: &Frame, name: &str) -> Option<Place> {
        let function = self.program.functions.get(frame.function as usize)?;
        let script = self.program.scripts.get(function.script as usize)?;
        let input = script.inputs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        input.map(|&(_, place)| place)
    }
    fn put_input(&mut self, frame: &Frame, place: Place, value: Value) {
        match place {
            Place::Register(r) => self.state.set(frame.base as usize + r as usize, value),
            Place::Env(slot) => {
                self.memory.list_put(frame.env, slot as usize, value);
            }
        }
    }

    /// Runs like [`Machine::run`], but begins no work of one instruction that would use more than
    /// `fuel_most` units of fuel in all: then there is no outcome, and the machine is spoilt.
    /// Whoever calls this keeps a snapshot, and runs what is read from it where there is time.
    pub fn run_briefly(&mut self, fuel_slice: u64, fuel_most: u64) -> Option<Outcome> {
        let most = self.memory.fuel_used.saturating_add(fuel_most.max(fuel_slice));
        self.memory.allow(most);
        let outcome = self.run(fuel_slice);
        let held_back = self.memory.held_back();
        self.memory.allow(u64::MAX);
        (!held_back).then_some(outcome)
    }

    /// Runs until the program stops, at the latest soon after `fuel_slice` units of fuel. Where it
    /// stops does not depend on how a turn is sliced.
    pub fn run(&mut self, fuel_slice: u64) -> Outcome {
        self.run_with(fuel_slice, None).unwrap_or(Outcome::OutOfFuelSlice)
    }
    /// Nothing where the watcher halts the machine.
    fn run_with(
        &mut self,
        fuel_slice: u64,
        mut watcher: Option<&mut dyn Watcher>,
    ) -> Option<Outcome> {
        self.state.wake();
        let slice_end = self.memory.fuel_used.saturating_add(fuel_slice.max(1));
        self.stop_at = slice_end.min(self.memory.limits().fuel_per_turn);
        let mut fault = match std::mem::replace(&mut self.phase, Phase::Ready) {
            Phase::Ready => None,
            Phase::Failing(fault) => Some(fault),
            Phase::Waiting(pending) => return Some(self.wait_on(pending)),
            Phase::Ended => return Some(self.end(Outcome::Done(Data::Null))),
        };
        loop {
            if let (Some(raised), Some(watcher)) = (&fault, &mut watcher)
                && self.halts_at(raised, *watcher)
            {
                self.phase = Phase::Failing(raised.clone());
                return None;
            }
            let exit = match fault {
                None => self.until_stopped(&mut watcher),
                Some(fault) => match self.raise(fault) {
                    Ok(After::Handler) if self.memory.fuel_used >= self.stop_at => {
                        Ok(Some(Exit::Slice))
                    }
                    Ok(After::Here | After::Handler) => self.until_stopped(&mut watcher),
                    Ok(After::Left(exit)) => Ok(Some(exit)),
                    Err(trap) => return Some(self.end(Outcome::Trap(*trap))),
                },
            };
            fault = match exit.and_then(|exit| exit.map(|exit| self.outcome(exit)).transpose()) {
                Ok(outcome) => return outcome,
                Err(fault) => Some(fault),
            }
        }
    }
    fn until_stopped(
        &mut self,
        watcher: &mut Option<&mut dyn Watcher>,
    ) -> Result<Option<Exit>, Fault> {
        match watcher {
            Some(watcher) => self.watched(*watcher),
            None if profile::is_on() => self.measured().map(Some),
            None => self.tiered().map(Some),
        }
    }
    fn outcome(&mut self, exit: Exit) -> Result<Outcome, Fault> {
        match exit {
            Exit::Slice | Exit::Step | Exit::LongStep => Ok(Outcome::OutOfFuelSlice),
            Exit::Host(call) => Ok(Outcome::Host(*call)),
            Exit::Done(value) => {
                let limit = self.memory.limits().host_call_bytes;
                let (data, _) = self.memory.export(value, limit)?;
                Ok(self.end(Outcome::Done(data)))
            }
        }
    }
    fn wait_on(&mut self, pending: Pending) -> Outcome {
        match pending.call() {
            Ok(call) => {
                self.phase = Phase::Waiting(pending);
                Outcome::Host(call)
            }
            Err(fault) => {
                self.phase = Phase::Failing(fault);
                self.run(1)
            }
        }
    }
    fn end(&mut self, outcome: Outcome) -> Outcome {
        self.phase = Phase::Ended;
        self.state = State::default();
        outcome
    }

    /// Gives the answer of the pending host call. An error is raised in the script, where TRY and
    /// ON ERROR may handle it, when the machine runs again.
    pub fn resume(&mut self, answer: Result<Data, Fault>) -> Result<(), Fault> {
        let Phase::Waiting(pending) = &self.phase else {
            return Err(Fault::new(TrapCode::BadControl, "no host call waits for an answer"));
        };
        let register = pending.register;
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let value = answer.and_then(|data| scope.import(&data));
        self.phase = match value {
            Ok(value) => {
                self.state.set_register(register, value);
                Phase::Ready
            }
            Err(fault) => Phase::Failing(fault),
        };
        Ok(())
    }

    /// Gives back memory that a machine does not need while it waits. Worth calling for one that
    /// will wait long; it goes on as before.
    pub fn rest(&mut self) {
        self.native = None;
        // Moved, not cut off: what is given back as a whole serves the next machine that wakes.
        let top = self.state.top();
        self.state.stack = self.state.stack.get(..top).unwrap_or(&self.state.stack).to_vec();
        self.state.frames = self.state.frames.to_vec();
        self.memory.rest();
    }
    /// Sets the time that the program sees, in milliseconds since 1970-01-01 UTC.
    pub fn set_now(&mut self, ms: i64) {
        self.env.now_ms = ms;
    }
    /// The outside as the program knows it.
    pub fn env(&self) -> &Env {
        &self.env
    }
    /// Fuel used in this turn.
    pub fn fuel_used(&self) -> u64 {
        self.memory.fuel_used
    }
    /// Begins a turn: fuel and host calls are counted from zero again.
    pub fn begin_turn(&mut self) {
        self.memory.fuel_used = 0;
        self.host_calls = 0;
    }
    /// Bytes of memory counted at the moment, garbage included.
    pub fn heap_bytes(&self) -> usize {
        self.memory.bytes()
    }
    /// Collects garbage at every allocation: slow, finds defects of the machine.
    pub fn set_collector_stress(&mut self, stress: bool) {
        self.memory.set_stress(stress);
    }
    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }
    /// The host call that waits for its answer.
    pub fn pending(&self) -> Option<&Pending> {
        match &self.phase {
            Phase::Waiting(pending) => Some(pending),
            _ => None,
        }
    }
    /// Whether the program has ended.
    pub fn ended(&self) -> bool {
        self.phase == Phase::Ended
    }
    /// Where the machine stands: path of the script and line.
    pub fn position(&self) -> (String, u32) {
        self.state.frames.last().map_or_else(Default::default, |f| self.place(f, f.pc))
    }
    /// The variables of the innermost frame, for the debugger. What is too large to show, or
    /// contains itself, shows as the sentence that says so.
    pub fn variables(&self) -> Vec<(String, Data)> {
        let Some(frame) = self.state.frames.last() else { return Vec::new() };
        let Some(function) = self.program.functions.get(frame.function as usize) else {
            return Vec::new();
        };
        let local = function.variables.iter().map(|(register, name)| {
            (name.clone(), self.state.get(frame.base as usize + *register as usize))
        });
        let script = self.program.scripts.get(function.script as usize);
        let inputs = script.map_or(&[][..], |s| s.inputs.as_slice()).iter();
        let shared = inputs.filter_map(|(name, place)| match place {
            Place::Env(slot) => {
                Some((name.clone(), self.memory.list_get(frame.env, *slot as usize)?))
            }
            Place::Register(_) => None,
        });
        local.chain(shared).map(|(name, value)| (name, self.shown(value))).collect()
    }
    fn shown(&self, value: Value) -> Data {
        match self.memory.export(value, SHOWN_BYTES) {
            Ok((data, _)) => data,
            Err(fault) => Data::Text(fault.message),
        }
    }
}

/// Why the loop was left without an error.
pub(crate) enum Exit {
    Host(Box<HostCall>),
    Done(Value),
    Slice,
    /// One instruction is done.
    Step,
    /// The same, by the full rules.
    LongStep,
}

/// An impossible state of the machine.
#[cold]
pub(crate) fn bug(what: &str) -> Fault {
    Fault::new(TrapCode::Bug, format!("the machine met an impossible state: {what}"))
}
