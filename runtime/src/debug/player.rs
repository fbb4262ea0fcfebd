//! The programs of a recorded conversation, run again with their recorded answers: nothing outside
//! is asked.
//!
//! Each step says what the innermost script was told. Either the script does what it did, or it
//! differs at one first place. Between two steps whoever watches may halt it before any statement.

use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits};
use basilect_vm::machine::watched::{Watched, Watcher};
use basilect_vm::{Machine, Outcome};
use indexmap::IndexMap;

use super::code::{Code, Codes};
use crate::conversation::Step;

/// Characters of a value that a report shows.
const SHOWN_CHARS: usize = 200;

/// Where a program did something else than what is recorded.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Difference {
    /// The turn, from 1.
    pub turn: usize,
    /// Path of the script.
    pub script: String,
    /// Line in it.
    pub line: u32,
    /// What is recorded.
    pub recorded: String,
    /// What happened now.
    pub now: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Difference { turn, script, line, recorded, now } = self;
        write!(f, "turn {turn}, {script}:{line}: recorded {recorded}, now {now}")
    }
}

/// A script that runs.
pub struct Running {
    /// Where it stands.
    pub machine: Machine,
    /// What it runs.
    pub code: Arc<Code>,
    /// Its snapshot, while it has not moved since.
    parked: Option<Arc<[u8]>>,
}

/// A script that runs, written down: cheap to copy.
#[derive(Clone)]
pub struct Parked {
    bytes: Arc<[u8]>,
    code: Arc<Code>,
}

impl Parked {
    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// How far a step came.
pub enum Played {
    /// The step is done; this is where it happened.
    Done(Happened),
    /// Whoever watches halted it on the way.
    Halted,
}

/// Where a step happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Happened {
    /// Path of the script; empty where no script runs.
    pub script: String,
    /// Line in it.
    pub line: u32,
    /// Fuel that the script has used in its turn so far.
    pub fuel: u64,
}

type Checked<T> = Result<T, Box<Difference>>;

/// See the module.
pub struct Player {
    codes: Codes,
    limits: Limits,
    /// The scripts that run, innermost last.
    running: Vec<Running>,
    /// Turns so far.
    turns: usize,
    /// The program of the script that ran last.
    last: Option<Arc<basilect_vm::Program>>,
}

impl Player {
    /// Before the first step.
    pub fn new(codes: Codes, limits: Limits) -> Player {
        Player { codes, limits, running: Vec::new(), turns: 0, last: None }
    }
    /// The scripts that run, innermost last.
    pub fn running(&self) -> &[Running] {
        &self.running
    }
    /// Turns so far.
    pub fn turns(&self) -> usize {
        self.turns
    }
    /// Calls and GOSUBs that are open in the scripts below the innermost.
    pub fn depth_below(&self) -> usize {
        let below = self.running.split_last().map_or(&[][..], |(_, below)| below);
        below.iter().map(|running| running.machine.depth()).sum()
    }

    /// The program of the script that ran last.
    pub fn program_of_last(&self) -> Option<Arc<basilect_vm::Program>> {
        self.last.clone()
    }

    /// All that runs, written down; nothing where the innermost script stands in the middle of a
    /// statement.
    pub fn park(&mut self) -> Option<Vec<Parked>> {
        let mut parked = Vec::new();
        for running in &mut self.running {
            if running.parked.is_none() {
                if !running.machine.is_at_stop() {
                    return None;
                }
                running.parked = Some(running.machine.snapshot().into());
            }
            let bytes = running.parked.clone()?;
            parked.push(Parked { bytes, code: running.code.clone() });
        }
        Some(parked)
    }
    /// What was written down, read back.
    pub fn unpark(
        codes: Codes,
        limits: Limits,
        parked: &[Parked],
        turns: usize,
    ) -> Result<Player, basilect_vm::SnapshotError> {
        let mut running = Vec::new();
        for one in parked {
            let program = one.code.program.clone();
            let machine = Machine::restore(program, &one.bytes, limits.clone())?;
            let parked = Some(one.bytes.clone());
            running.push(Running { machine, code: one.code.clone(), parked });
        }
        Ok(Player { codes, limits, running, turns, last: None })
    }
    /// Takes it that the watcher knows the statement at which the innermost script stands.
    pub fn announce(&mut self) {
        if let Some(running) = self.running.last_mut() {
            running.machine.announce();
        }
    }

    /// Plays a step, or goes on with one that was halted.
    pub fn step(&mut self, step: &Step, watcher: Option<&mut dyn Watcher>) -> Checked<Played> {
        match step {
            Step::Event { .. } => {
                if self.settle(watcher) {
                    return Ok(Played::Halted);
                }
                self.turns += 1;
                for running in &mut self.running {
                    running.machine.begin_turn();
                    running.parked = None;
                }
                Ok(Played::Done(self.here()))
            }
            Step::Begin { script, program, inputs, zone, seed, now } => {
                let env = Env::new(*now, zone.as_str(), *seed);
                self.begin(script, program, inputs, env)?;
                Ok(Played::Done(self.here()))
            }
            Step::Call { words, args, answer, now, .. } => {
                self.call((words, args), answer, *now, watcher)
            }
            Step::Done { value } => self.end(Ended::Done(value.clone()), watcher),
            Step::Failed { message, line, .. } => {
                self.end(Ended::Failed { message: message.clone(), line: *line }, watcher)
            }
            Step::Model { .. } => Ok(Played::Done(self.here())),
        }
    }
    /// Runs the innermost script to where it waits: what it does after an answer belongs to the
    /// turn of that answer. True where whoever watches halted it.
    pub fn settle(&mut self, watcher: Option<&mut dyn Watcher>) -> bool {
        matches!(self.advance(watcher), Some(Watched::Halted))
    }
    /// Where the innermost script stands.
    fn here(&self) -> Happened {
        self.running.last().map_or_else(Happened::default, |running| {
            let (script, line) = running.machine.standing();
            Happened { script, line, fuel: running.machine.fuel_used() }
        })
    }

    fn begin(
        &mut self,
        script: &str,
        program: &str,
        inputs: &IndexMap<String, Data>,
        env: Env,
    ) -> Checked<()> {
        let recorded = || format!("the script {script}");
        let Some(code) = self.codes.of(program) else {
            return Err(self.difference(recorded(), format!("no package {program}")));
        };
        let machine = Machine::new(code.program.clone(), script, self.limits.clone(), env);
        let started = machine.and_then(|mut machine| {
            for (name, value) in inputs {
                machine.set_input(name, value)?;
            }
            Ok(machine)
        });
        match started {
            Ok(machine) => {
                self.running.push(Running { machine, code, parked: None });
                Ok(())
            }
            Err(fault) => Err(self.difference(recorded(), fault.message)),
        }
    }

    /// The innermost script must now use this keyword with these arguments; it gets the recorded
    /// answer.
    fn call(
        &mut self,
        (words, args): (&str, &[Data]),
        answer: &Result<Data, Fault>,
        now: i64,
        watcher: Option<&mut dyn Watcher>,
    ) -> Checked<Played> {
        let outcome = match self.advance(watcher) {
            Some(Watched::Halted) => return Ok(Played::Halted),
            Some(Watched::Stopped(outcome)) => Some(outcome),
            None => None,
        };
        let recorded = keyword(words, args);
        let Some(running) = self.running.last_mut() else {
            return Err(self.difference(recorded, "no script runs".into()));
        };
        let pending = running.machine.pending().map(|p| (p.words.to_string(), p.args.to_vec()));
        let same = pending.as_ref().is_some_and(|(w, a)| w == words && alike(a, args));
        if !same {
            let happened = outcome.map_or_else(|| "nothing".into(), |o| describe(&o, pending));
            return Err(self.difference(recorded, happened));
        }
        running.machine.set_now(now);
        let (script, line) = running.machine.position();
        let happened = Happened { script, line, fuel: running.machine.fuel_used() };
        let resumed = running.machine.resume(answer.clone());
        resumed.map_err(|fault| self.difference(recorded, fault.message))?;
        Ok(Played::Done(happened))
    }

    /// The innermost script must now end in this way.
    fn end(&mut self, recorded: Ended, watcher: Option<&mut dyn Watcher>) -> Checked<Played> {
        let before = self.here();
        let outcome = match self.advance(watcher) {
            Some(Watched::Halted) => return Ok(Played::Halted),
            Some(Watched::Stopped(outcome)) => Some(outcome),
            None => None,
        };
        let last = self.running.last();
        let pending = last.and_then(|running| running.machine.pending());
        let pending = pending.map(|p| (p.words.to_string(), p.args.to_vec()));
        match outcome.as_ref().and_then(Ended::of) {
            Some(now) if now.alike(&recorded) => {
                let fuel = self.running.pop().map_or(0, |running| running.machine.fuel_used());
                let line = match recorded {
                    Ended::Failed { line, .. } => line,
                    Ended::Done(_) => before.line,
                };
                Ok(Played::Done(Happened { fuel, line, ..before }))
            }
            _ => {
                let happened = outcome.map_or_else(|| "nothing".into(), |o| describe(&o, pending));
                Err(self.difference(recorded.to_string(), happened))
            }
        }
    }

    /// Runs the innermost script until it stops.
    fn advance(&mut self, mut watcher: Option<&mut dyn Watcher>) -> Option<Watched> {
        let slice = self.limits.fuel_per_slice;
        let running = self.running.last_mut()?;
        running.parked = None;
        self.last = Some(running.code.program.clone());
        loop {
            let watched = match &mut watcher {
                Some(watcher) => running.machine.run_watched(slice, *watcher),
                None => Watched::Stopped(running.machine.run(slice)),
            };
            match watched {
                Watched::Stopped(Outcome::OutOfFuelSlice) => {}
                watched => return Some(watched),
            }
        }
    }

    fn difference(&self, recorded: String, now: String) -> Box<Difference> {
        let place = self.running.last().map(|running| running.machine.position());
        let (script, line) = place.unwrap_or_default();
        Box::new(Difference { turn: self.turns, script, line, recorded, now })
    }
}
/// How a script ended.
#[derive(Clone, Debug)]
enum Ended {
    Done(Data),
    Failed { message: String, line: u32 },
}

impl Ended {
    fn of(outcome: &Outcome) -> Option<Ended> {
        match outcome {
            Outcome::Done(value) => Some(Ended::Done(value.clone())),
            Outcome::Trap(trap) => {
                Some(Ended::Failed { message: trap.message.clone(), line: trap.line })
            }
            Outcome::Host(_) | Outcome::OutOfFuelSlice => None,
        }
    }
    fn alike(&self, other: &Ended) -> bool {
        match (self, other) {
            (Ended::Done(a), Ended::Done(b)) => {
                alike(std::slice::from_ref(a), std::slice::from_ref(b))
            }
            (Ended::Failed { message: a, line: m }, Ended::Failed { message: b, line: n }) => {
                (a, m) == (b, n)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ended::Done(Data::Null) => f.write_str("the end"),
            Ended::Done(value) => write!(f, "the end with {}", shown(value)),
            Ended::Failed { message, line } => write!(f, "an error in line {line} ({message})"),
        }
    }
}

/// Equality in which NaN equals itself.
pub(super) fn alike(a: &[Data], b: &[Data]) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}

fn describe(outcome: &Outcome, pending: Option<(String, Vec<Data>)>) -> String {
    match (pending, Ended::of(outcome)) {
        (Some((words, args)), _) => keyword(&words, &args),
        (None, Some(ended)) => ended.to_string(),
        (None, None) => "nothing".into(),
    }
}

pub(super) fn keyword(words: &str, args: &[Data]) -> String {
    let args: Vec<String> = args.iter().filter(|arg| !arg.is_null()).map(shown).collect();
    format!("{words} {}", args.join(", ")).trim_end().to_string()
}

/// A value, cut to what a line can hold.
fn shown(value: &Data) -> String {
    let text = match value {
        Data::Text(text) => format!("{text:?}"),
        other => basilect_stdlib::pure::text::display_data(other),
    };
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
