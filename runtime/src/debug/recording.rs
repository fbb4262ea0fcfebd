//! A recorded conversation in which every statement can be visited.
//!
//! Time is counted in statements, from 1: a moment is the state before a statement runs; 0 is
//! before the beginning, one past the last is the end. The whole conversation is played once, and
//! now and then all that runs is written down. To visit a moment the nearest of these states before
//! it is read back and played on, with the recorded answers: no service is ever asked.

use basilect_stdlib::Limits;
use basilect_stdlib::limits::DebugLimits;
use basilect_vm::Machine;
use basilect_vm::machine::watched::Watcher;
use serde::{Deserialize, Serialize};

use super::code::Codes;
use super::player::{Difference, Happened, Parked, Played, Player};
use super::view::{MomentView, StackView};
use crate::conversation::{Event, Step};
use crate::error::{Error, Result};
use crate::ports::store::JournalEntry;
use crate::replay::steps_of;

/// Statements between two states that are written down, at first.
const SPACING: u64 = 256;
/// States that are kept at most; then every second is dropped.
const STATES_MAX: usize = 1_024;

/// A turn of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedTurn {
    /// Its number in the conversation, from 1.
    pub number: i64,
    /// When it was committed first, in milliseconds since 1970.
    pub at: i64,
    /// What it is about; none where the journal begins in the middle.
    pub event: Option<Event>,
    /// Its first step, counted over the whole recording.
    pub first: usize,
    /// How many steps it has.
    pub steps: usize,
}

/// A step of a turn, with the place where it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedStep {
    /// Its number over the whole recording, from 0.
    pub number: usize,
    /// The turn, counted from 0.
    pub turn: usize,
    /// What is recorded: words, arguments, answer, time, usage of a model …
    pub recorded: Step,
    /// Path of the script; empty where no script ran.
    pub script: String,
    /// The line.
    pub line: u32,
    /// Fuel that the script had used in its turn by then.
    pub fuel: u64,
    /// The statement that made the step: the moment to visit.
    pub statement: u64,
}

/// See the module.
pub struct Recording {
    codes: Codes,
    limits: Limits,
    most: DebugLimits,
    turns: Vec<RecordedTurn>,
    steps: Vec<RecordedStep>,
    states: Vec<State>,
    end: State,
    /// Statements between two states.
    spacing: u64,
    difference: Option<Difference>,
    /// Whether the rest was not played because it is too long.
    cut: bool,
}

/// All that runs at a moment.
#[derive(Clone, Default)]
struct State {
    /// The statement that runs next, or the last one at the end.
    statement: u64,
    /// The step under way.
    step: usize,
    turns: usize,
    running: Vec<Parked>,
}

impl State {
    fn bytes(&self) -> usize {
        self.running.last().map_or(0, Parked::bytes)
    }
}

impl Recording {
    /// Plays a journal once. Differences from what is recorded end it early, see
    /// [`Recording::difference`]; a journal that cannot be read is an error.
    pub fn open(codes: Codes, limits: Limits, journal: &[JournalEntry]) -> Result<Recording> {
        Recording::open_within(codes, limits, DebugLimits::DEFAULT, journal)
    }
    /// The same within other limits of what is kept.
    pub fn open_within(
        codes: Codes,
        limits: Limits,
        most: DebugLimits,
        journal: &[JournalEntry],
    ) -> Result<Recording> {
        let mut recording = Recording {
            codes,
            limits,
            most,
            turns: Vec::new(),
            steps: Vec::new(),
            states: vec![State::default()],
            end: State::default(),
            spacing: SPACING,
            difference: None,
            cut: false,
        };
        recording.extend(journal)?;
        Ok(recording)
    }

    /// Adds rows of the journal that came since.
    pub fn extend(&mut self, journal: &[JournalEntry]) -> Result<()> {
        for entry in journal {
            for step in steps_of(entry)? {
                self.add(entry, step);
            }
        }
        self.play()
    }
    fn add(&mut self, entry: &JournalEntry, step: Step) {
        let number = self.steps.len();
        let event = match &step {
            Step::Event { event, .. } => Some(event.clone()),
            _ => None,
        };
        if event.is_some() || self.turns.is_empty() {
            let (number_of, at) = (entry.turn, entry.at);
            let turn = RecordedTurn { number: number_of, at, event, first: number, steps: 0 };
            self.turns.push(turn);
        }
        if let Some(turn) = self.turns.last_mut() {
            turn.steps += 1;
        }
        self.steps.push(RecordedStep {
            number,
            turn: self.turns.len().saturating_sub(1),
            recorded: step,
            script: String::new(),
            line: 0,
            fuel: 0,
            statement: self.end.statement,
        });
    }
    /// Plays what was not played before.
    fn play(&mut self) -> Result<()> {
        if self.difference.is_some() || self.cut {
            return Ok(());
        }
        let mut player = self.player_at(&self.end)?;
        let mut count = Count {
            statement: self.end.statement,
            halt_at: self.next_halt(self.end.statement, true),
            last: 0,
        };
        loop {
            let step = self.steps.get(self.end.step).map(|step| step.recorded.clone());
            match advance(&mut player, step.as_ref(), &mut count) {
                Advanced::Step(happened) => {
                    if let Some(step) = &step {
                        self.note(step, happened, &count, &player);
                    }
                    self.end.step += 1;
                }
                Advanced::Halted => {
                    if count.statement >= self.most.recorded_statements {
                        self.cut = true;
                        return Ok(());
                    }
                    let kept = self.keep(&mut player, count.statement);
                    count.halt_at = self.next_halt(count.statement, kept);
                }
                Advanced::Differs(difference) => {
                    self.difference = Some(*difference);
                    return Ok(());
                }
                Advanced::End => break,
            }
            self.end.statement = count.statement;
        }
        self.end.statement = count.statement;
        self.end.turns = player.turns();
        self.end.running = player.park().ok_or_else(|| Error::Bug("an end that is none".into()))?;
        Ok(())
    }
    /// The statement at which a state is kept next.
    fn next_halt(&self, statement: u64, kept: bool) -> u64 {
        let spacing = if kept { self.spacing } else { 1 };
        statement.saturating_add(spacing).min(self.most.recorded_statements)
    }
    fn note(&mut self, step: &Step, happened: Happened, count: &Count, player: &Player) {
        let Some(noted) = self.steps.get_mut(self.end.step) else { return };
        noted.statement = match step {
            Step::Begin { .. } => count.statement + 1,
            _ => count.statement,
        };
        (noted.script, noted.line, noted.fuel) = (happened.script, happened.line, happened.fuel);
        if let Step::Done { .. } = step
            && let Some((_, line)) = player.program_of_last().and_then(|p| {
                p.place_of(count.last).map(|(script, line)| (script.to_string(), line))
            })
        {
            noted.line = line;
        }
    }
    /// Writes down all that runs before this statement; whether it can be.
    fn keep(&mut self, player: &mut Player, statement: u64) -> bool {
        let Some(running) = player.park() else { return false };
        self.states.push(State { statement, step: self.end.step, turns: player.turns(), running });
        while self.states.len() > STATES_MAX || self.kept_bytes() > self.most.recorded_bytes {
            if self.states.len() == 1 {
                break;
            }
            self.spacing = self.spacing.saturating_mul(2);
            let mut index = 0;
            self.states.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        true
    }
    fn player_at(&self, state: &State) -> Result<Player> {
        let (codes, limits) = (self.codes.clone(), self.limits.clone());
        Player::unpark(codes, limits, &state.running, state.turns)
            .map_err(|error| Error::Bug(format!("a state of the recording: {error}")))
    }

    /// The turns, in order.
    pub fn turns(&self) -> &[RecordedTurn] {
        &self.turns
    }
    /// The steps of a turn that is counted from 0.
    pub fn steps_of(&self, turn: usize) -> &[RecordedStep] {
        let Some(turn) = self.turns.get(turn) else { return &[] };
        self.steps.get(turn.first..turn.first + turn.steps).unwrap_or(&[])
    }
    /// All steps.
    pub fn steps(&self) -> &[RecordedStep] {
        &self.steps
    }
    /// The number of the last statement that ran.
    pub fn statements(&self) -> u64 {
        self.end.statement
    }
    /// Bytes of the states that are kept.
    pub fn kept_bytes(&self) -> usize {
        self.states.iter().map(State::bytes).sum()
    }
    /// Where the programs of today do something else than what is recorded; nothing is played
    /// after it.
    pub fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
    }
    /// Whether the conversation is longer than what is played of it.
    pub fn is_cut(&self) -> bool {
        self.cut
    }
    /// The packages.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }
    /// Adds a package that the conversation went on with.
    pub fn add_package(&mut self, package: basilect_compiler::package::Package) {
        self.codes.add(package);
    }
    /// The limits under which the scripts run again.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The moment before a statement; past the last one it is the end.
    pub fn moment(&self, statement: u64) -> Result<Moment> {
        if statement > self.statements() {
            return self.end_moment();
        }
        let after = self.states.partition_point(|state| state.statement <= statement);
        let state = after.checked_sub(1).and_then(|index| self.states.get(index));
        let state = state.ok_or_else(|| Error::Bug("a recording without beginning".into()))?;
        let mut moment = self.moment_of(state)?;
        moment.player.announce();
        let mut count = Count { statement: state.statement, halt_at: statement, last: 0 };
        while moment.statement < statement {
            if !self.go_on(&mut moment, &mut count)? {
                break;
            }
            moment.statement = count.statement;
        }
        Ok(moment)
    }
    /// After all that is recorded, where the conversation waits or has ended.
    pub fn end_moment(&self) -> Result<Moment> {
        let mut moment = match (&self.difference, self.cut) {
            (None, false) => self.moment_of(&self.end)?,
            _ => return self.moment(self.statements()),
        };
        moment.statement = self.statements() + 1;
        Ok(moment)
    }
    /// The moment at which a step of a turn happened, both counted from 0.
    pub fn at(&self, turn: usize, step: usize) -> Result<Moment> {
        let found = self.steps_of(turn).get(step).ok_or(Error::NotFound("the step"))?;
        self.moment(found.statement)
    }
    fn moment_of(&self, state: &State) -> Result<Moment> {
        let player = self.player_at(state)?;
        Ok(Moment { player, step: state.step, statement: state.statement })
    }
    /// Plays on until whoever watches halts it; false where the recording ends.
    pub(super) fn go_on(&self, moment: &mut Moment, watcher: &mut dyn Watcher) -> Result<bool> {
        loop {
            match self.advance(moment, watcher) {
                Advanced::Halted => return Ok(true),
                Advanced::Step(_) => {}
                Advanced::Differs(_) | Advanced::End => return Ok(false),
            }
        }
    }
    /// Plays a step, or what is left of it, or what follows the last one.
    pub(super) fn advance(&self, moment: &mut Moment, watcher: &mut dyn Watcher) -> Advanced {
        let step = self.steps.get(moment.step).map(|step| &step.recorded);
        let advanced = advance(&mut moment.player, step, watcher);
        if let Advanced::Step(_) = advanced {
            moment.step += 1;
        }
        advanced
    }
    /// The statements at which states are kept, the last one at or before `statement` first.
    pub(super) fn kept_before(&self, statement: u64) -> impl Iterator<Item = u64> {
        self.states.iter().rev().map(|state| state.statement).filter(move |&s| s <= statement)
    }
}

/// The state of a recorded conversation before a statement. It can be looked at, and played on.
pub struct Moment {
    pub(super) player: Player,
    /// The step under way.
    pub(super) step: usize,
    /// The statement that runs next.
    pub(super) statement: u64,
}

impl Moment {
    /// The statement that runs next, from 1; 0 before the beginning.
    pub fn statement(&self) -> u64 {
        self.statement
    }
    /// The step that comes next, counted over the whole recording.
    pub fn step(&self) -> usize {
        self.step
    }
    /// The error that is about to be raised, where one halted it.
    pub fn fault(&self) -> Option<basilect_stdlib::Fault> {
        self.player.running().last().and_then(|running| running.machine.failing())
    }
    /// The package of the script that runs.
    pub fn code(&self) -> Option<std::sync::Arc<super::code::Code>> {
        self.player.running().last().map(|running| running.code.clone())
    }
    /// What is open: scripts, their calls, their variables.
    pub fn stack(&self) -> StackView<'_> {
        let running = self.player.running().iter();
        StackView::new(running.map(|running| (&running.machine, &*running.code)).collect())
    }
    /// All that is shown of this moment at once.
    pub fn view(&self) -> MomentView {
        MomentView {
            statement: self.statement,
            step: self.step,
            frames: self.stack().frames_with_variables(),
        }
    }
}

/// How far playing came.
pub(super) enum Advanced {
    /// A step is done.
    Step(Happened),
    /// Whoever watches halted it.
    Halted,
    /// The script does something else than what is recorded.
    Differs(Box<Difference>),
    /// Nothing more is recorded.
    End,
}

/// Plays a step; after the last one, what leads to where the conversation waits.
fn advance(player: &mut Player, step: Option<&Step>, watcher: &mut dyn Watcher) -> Advanced {
    let Some(step) = step else {
        return if player.settle(Some(watcher)) { Advanced::Halted } else { Advanced::End };
    };
    match player.step(step, Some(watcher)) {
        Ok(Played::Done(happened)) => Advanced::Step(happened),
        Ok(Played::Halted) => Advanced::Halted,
        Err(difference) => Advanced::Differs(difference),
    }
}

/// Counts statements and halts at one.
struct Count {
    statement: u64,
    halt_at: u64,
    /// The instruction of the last one.
    last: u32,
}

impl Watcher for Count {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        self.last = machine.pc();
        self.statement >= self.halt_at
    }
}
