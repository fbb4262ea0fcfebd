//! Moving through a recording, forwards and backwards: by statements, over calls, out of them, to
//! the next breakpoint or the last one.
//!
//! Backwards is forwards from an earlier state that is kept, up to the last place that fits. So
//! what one sees going back is what was there, not a guess.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use basilect_stdlib::Fault;
use basilect_vm::Machine;
use basilect_vm::machine::watched::Watcher;

use super::breakpoints::Breakpoints;
use super::code::Code;
use super::recording::{Advanced, Moment, Recording};
use crate::error::Result;

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next statement, wherever it is.
    Into,
    /// To the next statement that is no deeper.
    Over,
    /// To the next statement of whoever called.
    Out,
    /// To a breakpoint, or to the end.
    Continue,
}

/// Where a journey ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// As far as was asked for.
    Step,
    /// At a breakpoint.
    Breakpoint,
    /// At an error that is about to be raised; whether the program handles it.
    Error(bool),
    /// Where nothing more is recorded, or before the beginning.
    End,
    /// Somebody said to stop here.
    Interrupted,
}

impl Recording {
    /// Goes forward from a moment.
    pub fn forward(
        &self,
        moment: &mut Moment,
        step: Step,
        breakpoints: &Breakpoints,
        interrupt: &AtomicBool,
    ) -> Result<Landed> {
        let way = Way { step, depth: moment.depth(), breakpoints, interrupt, recording: self };
        let statement = moment.statement.min(self.statements());
        let counts = breakpoints.count_times();
        if counts && breakpoints.count_anew(statement) {
            way.count_to(statement)?;
        }
        let mut goal = Goal { way, below: 0, statement, landed: None };
        loop {
            goal.below = moment.player.depth_below();
            let advanced = self.advance(moment, &mut goal);
            moment.statement = goal.statement;
            match (advanced, goal.landed.take()) {
                (Advanced::Halted, Some(landed)) => {
                    if counts {
                        breakpoints.counted_to(goal.statement);
                    }
                    return Ok(landed);
                }
                (Advanced::Halted | Advanced::Step(_), _) => {}
                (Advanced::Differs(_) | Advanced::End, _) => break,
            }
        }
        *moment = self.end_moment()?;
        Ok(Landed::End)
    }

    /// Goes back from a moment. The times at a breakpoint are counted from the beginning of the
    /// recording, as they are going forward.
    pub fn backward(
        &self,
        moment: &mut Moment,
        step: Step,
        breakpoints: &Breakpoints,
        interrupt: &AtomicBool,
    ) -> Result<Landed> {
        let now = moment.statement.min(self.statements() + 1);
        if step == Step::Into {
            return self.arrive(moment, now.saturating_sub(1), Landed::Step);
        }
        // An outer statement is where a way out leads; at the end nothing is deeper than all.
        let depth = if now > self.statements() { usize::MAX } else { moment.depth() };
        let way = Way { step, depth, breakpoints, interrupt, recording: self };
        let counts = breakpoints.count_times();
        let mut until = now;
        while until > 1 {
            let kept = self.kept_before(until - 1).next().filter(|_| !counts);
            let from = kept.unwrap_or(0);
            if counts {
                breakpoints.count_anew(0);
            }
            let found = way.last_between(from, until)?;
            if interrupt.load(Ordering::Relaxed) {
                return Ok(Landed::Interrupted);
            }
            if let Some((statement, landed)) = found {
                return self.arrive(moment, statement, landed);
            }
            until = from;
        }
        self.arrive(moment, u64::from(self.statements() > 0), Landed::End)
    }

    /// The first statement of a call that is open at a moment; calls are counted from the
    /// outermost. `None` where it began before the recording, or in no call.
    pub fn start_of_call(&self, moment: &Moment, call: usize) -> Result<Option<u64>> {
        let mut until = moment.statement.min(self.statements()) + 1;
        let end = until;
        while until > 1 {
            let from = self.kept_before(until - 1).next().unwrap_or(0);
            let mut scan = Callers { below: 0, statement: from, until, call, found: None };
            let mut at = self.moment(from)?;
            scan.enter(&at);
            if let Some(running) = at.player.running().last().filter(|_| from > 0) {
                scan.look(&running.machine);
            }
            loop {
                scan.enter(&at);
                if !matches!(self.advance(&mut at, &mut scan), Advanced::Step(_)) {
                    break;
                }
            }
            if let Some(statement) = scan.found {
                return Ok(Some(statement + 1).filter(|statement| *statement < end));
            }
            until = from;
        }
        Ok((self.statements() > 0).then_some(1))
    }
    /// The package of a program that is played.
    pub fn code_of(&self, machine: &Machine) -> Option<&Arc<Code>> {
        self.codes().all().find(|code| Arc::ptr_eq(&code.program, machine.program()))
    }
    fn halts(&self, breakpoints: &Breakpoints, machine: &Machine, back: bool) -> bool {
        self.code_of(machine).is_some_and(|code| breakpoints.halts(machine, code, back))
    }
    fn arrive(&self, moment: &mut Moment, statement: u64, landed: Landed) -> Result<Landed> {
        let landed = if statement == 0 { Landed::End } else { landed };
        *moment = self.moment(statement.max(1))?;
        Ok(landed)
    }
}

impl Moment {
    /// Calls and GOSUBs that are open in all scripts.
    pub fn depth(&self) -> usize {
        let top = self.player.running().last().map_or(0, |running| running.machine.depth());
        self.player.depth_below() + top
    }
}

/// Whether a statement at this depth ends a step that began at `from`.
pub(super) fn fits(step: Step, depth: usize, from: usize) -> bool {
    match step {
        Step::Into => true,
        Step::Over => depth <= from,
        Step::Out => depth < from,
        Step::Continue => false,
    }
}

/// What both directions look for.
#[derive(Clone, Copy)]
struct Way<'a> {
    step: Step,
    /// Where the way began.
    depth: usize,
    breakpoints: &'a Breakpoints,
    interrupt: &'a AtomicBool,
    recording: &'a Recording,
}

impl Way<'_> {
    fn halts(&self, machine: &Machine, back: bool) -> bool {
        self.recording.halts(self.breakpoints, machine, back)
    }
    /// The last place from a kept state on and before a statement that fits.
    fn last_between(&self, from: u64, until: u64) -> Result<Option<(u64, Landed)>> {
        let mut scan = Scan { way: *self, below: 0, statement: from, until, found: None };
        let mut at = self.recording.moment(from)?;
        if from > 0 && from < until {
            scan.below = at.player.depth_below();
            if let Some(running) = at.player.running().last() {
                scan.look(&running.machine);
            }
        }
        loop {
            scan.below = at.player.depth_below();
            if !matches!(self.recording.advance(&mut at, &mut scan), Advanced::Step(_)) {
                return Ok(scan.found);
            }
        }
    }
    /// Counts how often breakpoints were reached up to a statement.
    fn count_to(&self, statement: u64) -> Result<()> {
        Way { step: Step::Continue, ..*self }.last_between(0, statement + 1).map(drop)
    }
}

/// Going forward.
struct Goal<'a> {
    way: Way<'a>,
    below: usize,
    statement: u64,
    landed: Option<Landed>,
}

impl Watcher for Goal<'_> {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        self.landed = if self.way.halts(machine, false) {
            Some(Landed::Breakpoint)
        } else if fits(self.way.step, self.below + machine.depth(), self.way.depth) {
            Some(Landed::Step)
        } else if self.way.interrupt.load(Ordering::Relaxed) {
            Some(Landed::Interrupted)
        } else {
            None
        };
        self.landed.is_some()
    }
    fn error(&mut self, _: &Machine, _: &Fault, caught: bool) -> bool {
        let halts = self.way.breakpoints.halts_at_error(caught);
        self.landed = halts.then_some(Landed::Error(caught));
        self.landed.is_some()
    }
}

/// Going forward from a kept state to find the last place before `until` that fits.
struct Scan<'a> {
    way: Way<'a>,
    below: usize,
    statement: u64,
    until: u64,
    found: Option<(u64, Landed)>,
}

impl Scan<'_> {
    fn look(&mut self, machine: &Machine) {
        if fits(self.way.step, self.below + machine.depth(), self.way.depth) {
            self.found = Some((self.statement, Landed::Step));
        }
        if self.way.halts(machine, true) {
            self.found = Some((self.statement, Landed::Breakpoint));
        }
    }
}

impl Watcher for Scan<'_> {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        if self.statement >= self.until || self.way.interrupt.load(Ordering::Relaxed) {
            return true;
        }
        self.look(machine);
        false
    }
}

/// The last statement before `until` at which a call was not open yet.
struct Callers {
    /// Calls below the script that runs.
    below: usize,
    statement: u64,
    until: u64,
    call: usize,
    found: Option<u64>,
}

impl Callers {
    fn enter(&mut self, at: &Moment) {
        let running = at.player.running();
        let below = running.split_last().map_or(&[][..], |(_, below)| below);
        self.below = below.iter().map(|running| running.machine.call_count()).sum();
    }
    fn look(&mut self, machine: &Machine) {
        if self.below + machine.call_count() <= self.call {
            self.found = Some(self.statement);
        }
    }
}

impl Watcher for Callers {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        if self.statement >= self.until {
            return true;
        }
        self.look(machine);
        false
    }
}
