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
        let depth = moment.depth();
        let mut goal = Goal {
            step,
            depth,
            below: 0,
            statement: moment.statement.min(self.statements()),
            breakpoints,
            interrupt,
            recording: self,
            landed: None,
        };
        loop {
            goal.below = moment.player.depth_below();
            let advanced = self.advance(moment, &mut goal);
            moment.statement = goal.statement;
            match (advanced, goal.landed.take()) {
                (Advanced::Halted, Some(landed)) => return Ok(landed),
                (Advanced::Halted | Advanced::Step(_), _) => {}
                (Advanced::Differs(_) | Advanced::End, _) => break,
            }
        }
        *moment = self.end_moment()?;
        Ok(Landed::End)
    }

    /// Goes back from a moment. Breakpoints that wish for some times only count for all.
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
        let mut until = now;
        while until > 1 {
            let from = self.kept_before(until - 1).next().unwrap_or(0);
            let mut scan = Scan {
                step,
                depth,
                below: 0,
                statement: from,
                until,
                breakpoints,
                interrupt,
                recording: self,
                found: None,
            };
            let mut at = self.moment(from)?;
            if from > 0 && from < until {
                let running = at.player.running().last();
                scan.below = at.player.depth_below();
                if let Some(running) = running {
                    scan.look(&running.machine);
                }
            }
            loop {
                scan.below = at.player.depth_below();
                if !matches!(self.advance(&mut at, &mut scan), Advanced::Step(_)) {
                    break;
                }
            }
            if interrupt.load(Ordering::Relaxed) {
                return Ok(Landed::Interrupted);
            }
            if let Some((statement, landed)) = scan.found {
                return self.arrive(moment, statement, landed);
            }
            until = from;
        }
        self.arrive(moment, u64::from(self.statements() > 0), Landed::End)
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

/// Going forward.
struct Goal<'a> {
    step: Step,
    depth: usize,
    below: usize,
    statement: u64,
    breakpoints: &'a Breakpoints,
    interrupt: &'a AtomicBool,
    recording: &'a Recording,
    landed: Option<Landed>,
}

impl Watcher for Goal<'_> {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        self.landed = if self.recording.halts(self.breakpoints, machine, false) {
            Some(Landed::Breakpoint)
        } else if fits(self.step, self.below + machine.depth(), self.depth) {
            Some(Landed::Step)
        } else if self.interrupt.load(Ordering::Relaxed) {
            Some(Landed::Interrupted)
        } else {
            None
        };
        self.landed.is_some()
    }
    fn error(&mut self, _: &Machine, _: &Fault, caught: bool) -> bool {
        self.landed = self.breakpoints.halts_at_error(caught).then_some(Landed::Error(caught));
        self.landed.is_some()
    }
}

/// Going forward from a kept state to find the last place before `until` that fits.
struct Scan<'a> {
    step: Step,
    depth: usize,
    below: usize,
    statement: u64,
    until: u64,
    breakpoints: &'a Breakpoints,
    interrupt: &'a AtomicBool,
    recording: &'a Recording,
    found: Option<(u64, Landed)>,
}

impl Scan<'_> {
    fn look(&mut self, machine: &Machine) {
        if fits(self.step, self.below + machine.depth(), self.depth) {
            self.found = Some((self.statement, Landed::Step));
        }
        if self.recording.halts(self.breakpoints, machine, true) {
            self.found = Some((self.statement, Landed::Breakpoint));
        }
    }
}

impl Watcher for Scan<'_> {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statement += 1;
        if self.statement >= self.until || self.interrupt.load(Ordering::Relaxed) {
            return true;
        }
        self.look(machine);
        false
    }
}
