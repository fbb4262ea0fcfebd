//! Running a recorded conversation again: the same programs, the recorded answers, no services.
//!
//! The journal holds what every script was told. So the scripts can be run again, today or with a
//! newer package, and either do the same or differ at one first place, which is what is reported.

use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits};
use basilect_vm::{Machine, Outcome, Program};
use indexmap::IndexMap;

use crate::conversation::Step;
use crate::error::{Error, Result};
use crate::ports::store::JournalEntry;

/// Characters of a value that a report shows.
const SHOWN_CHARS: usize = 200;

/// What came of running a journal again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Turns that were run.
    pub turns: usize,
    /// The keywords that the scripts used, with their places.
    pub calls: Vec<Call>,
    /// The first difference; nothing is run after it.
    pub difference: Option<Difference>,
}

/// A keyword that a script used.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Path of the script.
    pub script: String,
    /// Line in it.
    pub line: u32,
    /// The keyword.
    pub words: String,
    /// Its arguments.
    pub args: Vec<Data>,
}

/// Where a program did something else than what is recorded.
#[derive(Clone, Debug, PartialEq)]
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

/// The steps of a conversation's journal, in order.
pub fn steps(journal: &[JournalEntry]) -> Result<Vec<Step>> {
    let mut all = Vec::new();
    for entry in journal {
        let steps: Vec<Step> = serde_json::from_str(&entry.body).map_err(|error| {
            Error::invalid("bad_journal", format!("turn {}: {error}", entry.turn))
        })?;
        all.extend(steps);
    }
    Ok(all)
}

/// Runs the steps against a program.
pub fn replay(program: Arc<Program>, limits: Limits, steps: &[Step]) -> Report {
    let mut replay = Replay { program, limits, running: Vec::new(), report: Report::default() };
    for step in steps {
        if let Err(difference) = replay.step(step) {
            replay.report.difference = Some(*difference);
            break;
        }
    }
    replay.report
}

struct Replay {
    program: Arc<Program>,
    limits: Limits,
    /// The scripts that run, innermost last.
    running: Vec<Machine>,
    report: Report,
}

type Checked = std::result::Result<(), Box<Difference>>;

impl Replay {
    fn step(&mut self, step: &Step) -> Checked {
        match step {
            Step::Event { .. } => {
                self.report.turns += 1;
                self.running.iter_mut().for_each(Machine::begin_turn);
                Ok(())
            }
            Step::Begin { script, inputs, zone, seed, now, .. } => {
                let env = Env::new(*now, zone.as_str(), *seed);
                self.begin(script, inputs, env)
            }
            Step::Call { words, args, answer, now, .. } => self.call(words, args, answer, *now),
            Step::Done { value } => self.end(Ended::Done(value.clone())),
            Step::Failed { message, line, .. } => {
                self.end(Ended::Failed { message: message.clone(), line: *line })
            }
            Step::Model { .. } => Ok(()),
        }
    }

    fn begin(&mut self, script: &str, inputs: &IndexMap<String, Data>, env: Env) -> Checked {
        let machine = Machine::new(self.program.clone(), script, self.limits.clone(), env);
        let started = machine.and_then(|mut machine| {
            for (name, value) in inputs {
                machine.set_input(name, value)?;
            }
            Ok(machine)
        });
        match started {
            Ok(machine) => {
                self.running.push(machine);
                Ok(())
            }
            Err(fault) => Err(self.difference(format!("the script {script}"), fault.message)),
        }
    }

    /// The innermost script must now use this keyword with these arguments; it gets the recorded
    /// answer.
    fn call(
        &mut self,
        words: &str,
        args: &[Data],
        answer: &std::result::Result<Data, Fault>,
        now: i64,
    ) -> Checked {
        let outcome = self.advance();
        let recorded = keyword(words, args);
        let Some(machine) = self.running.last_mut() else {
            return Err(self.difference(recorded, "no script runs".into()));
        };
        let (script, line) = machine.position();
        let pending = machine.pending().map(|p| (p.words.clone(), p.args.clone()));
        let same = pending.as_ref().is_some_and(|(w, a)| w == words && alike(a, args));
        if !same {
            let happened = outcome.map_or_else(|| "nothing".into(), |o| describe(&o, pending));
            return Err(self.difference(recorded, happened));
        }
        machine.set_now(now);
        let resumed = machine.resume(answer.clone());
        let args = args.to_vec();
        self.report.calls.push(Call { script, line, words: words.to_string(), args });
        resumed.map_err(|fault| self.difference(recorded, fault.message))
    }

    /// The innermost script must now end in this way.
    fn end(&mut self, recorded: Ended) -> Checked {
        let outcome = self.advance();
        let pending = self.running.last().and_then(|machine| machine.pending());
        let pending = pending.map(|p| (p.words.clone(), p.args.clone()));
        match outcome.as_ref().and_then(Ended::of) {
            Some(now) if now.alike(&recorded) => {
                self.running.pop();
                Ok(())
            }
            _ => {
                let happened = outcome.map_or_else(|| "nothing".into(), |o| describe(&o, pending));
                Err(self.difference(recorded.to_string(), happened))
            }
        }
    }

    /// Runs the innermost script until it stops.
    fn advance(&mut self) -> Option<Outcome> {
        let slice = self.limits.fuel_per_slice;
        let machine = self.running.last_mut()?;
        loop {
            match machine.run(slice) {
                Outcome::OutOfFuelSlice => {}
                outcome => return Some(outcome),
            }
        }
    }

    fn difference(&self, recorded: String, now: String) -> Box<Difference> {
        let place = self.running.last().map(Machine::position);
        let (script, line) = place.unwrap_or_default();
        Box::new(Difference { turn: self.report.turns, script, line, recorded, now })
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
fn alike(a: &[Data], b: &[Data]) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}

fn describe(outcome: &Outcome, pending: Option<(String, Vec<Data>)>) -> String {
    match (pending, Ended::of(outcome)) {
        (Some((words, args)), _) => keyword(&words, &args),
        (None, Some(ended)) => ended.to_string(),
        (None, None) => "nothing".into(),
    }
}

fn keyword(words: &str, args: &[Data]) -> String {
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
