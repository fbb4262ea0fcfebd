//! Slices: a turn runs for about a millisecond, then others get their chance.
//!
//! The first slice of a turn, which is all that most turns need, runs where the turn does. What
//! computes for longer goes on elsewhere: on threads of their own with less priority, so that the
//! threads that accept messages, and begin and commit the turns of others, find a processor at
//! once. One instruction may be long work, such as sorting a list: it is not begun in the first
//! slice. The machine then goes back to its snapshot and runs from there on those threads.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use basilect_stdlib::Limits;
use basilect_vm::{Machine, Outcome};
use tokio::sync::oneshot;

use super::driver::{Driver, Run};
use super::places::Places;
use super::state::Frame;
use super::turn::Turn;
use crate::error::{Error, Result};

/// What a keyword counts for in a slice, beside the fuel of the script: serving it takes time too.
const HOST_CALL_FUEL: u64 = 1_000;
/// How long a slice that serves keywords may take. Only who else may run depends on this time,
/// never what the script computes.
const SLICE_TIME: Duration = Duration::from_millis(3);
/// How long a turn may compute at once while others wait for a place.
const SHARED_TIME: Duration = Duration::from_millis(1);
/// How long it may where nobody waits, so that who comes then waits no longer.
const ALONE_TIME: Duration = Duration::from_millis(10);
/// Fuel of the first slice: ten times what a turn of a dialog uses, and a quarter of a millisecond.
const BRIEF_FUEL: u64 = 50_000;
/// Fuel that one instruction of a brief run may use beyond its slice.
const BEYOND_FUEL: u64 = 50_000;
/// Bytes of memory up to which a machine runs where its turn does: before it does, it is written
/// down.
const BRIEF_BYTES: usize = 32 << 10;
/// How much less a long turn is worth to the scheduler of the system than a short one.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// What is left of a slice.
pub(super) struct Slice {
    fuel: u64,
    /// What there is when only its time was over, and not its fuel.
    kept: u64,
    began: Instant,
}

impl Slice {
    /// The first slice of a turn, which begins now.
    pub(super) fn first(limits: &Limits) -> Slice {
        Slice::of(limits.fuel_per_slice.min(BRIEF_FUEL))
    }
    fn next(limits: &Limits) -> Slice {
        Slice::of(limits.fuel_per_slice)
    }
    fn of(fuel: u64) -> Slice {
        Slice { fuel, kept: fuel, began: Instant::now() }
    }
    /// The machine has run with the fuel that there was, and used so much.
    fn use_up(&mut self, fuel: u64, outcome: &Outcome) {
        let more = self.fuel == 0 || *outcome != Outcome::OutOfFuelSlice;
        self.kept = if more { self.kept.saturating_sub(fuel) } else { 0 };
        self.fuel = if self.began.elapsed() > SLICE_TIME { 0 } else { self.kept };
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads for turns that compute for long, and a place on them for each: as many as cores, in
/// which such turns take turns among themselves. They start with the first such turn.
pub(super) struct LongTurns {
    threads: OnceLock<Threads>,
    here: bool,
}

struct Threads {
    places: Arc<Places>,
    /// The threads end when this does. None where long turns run where short ones do.
    jobs: Option<Sender<Job>>,
}

impl LongTurns {
    /// Long turns on threads of their own; or `here`, where short ones run, for a process of one
    /// person, in which nobody is held up.
    pub(super) fn new(here: bool) -> LongTurns {
        LongTurns { threads: OnceLock::new(), here }
    }

    fn threads(&self) -> &Threads {
        self.threads.get_or_init(|| {
            if self.here {
                return Threads { places: Places::new(1), jobs: None };
            }
            let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
            let (jobs, ordered) = channel();
            let ordered = Arc::new(Mutex::new(ordered));
            for _ in 0..cores {
                let ordered = ordered.clone();
                std::thread::spawn(move || work(&ordered));
            }
            Threads { places: Places::new(cores), jobs: Some(jobs) }
        })
    }

    fn places(&self) -> &Arc<Places> {
        &self.threads().places
    }

    /// Runs a slice on one of the threads, and more where it was short and nobody waits; a panic
    /// there is one here.
    async fn run(&self, mut machine: Machine, fuel: u64) -> Result<(Machine, Outcome)> {
        let Threads { places, jobs } = self.threads();
        let Some(jobs) = jobs else {
            let outcome = run_for_a_while(&mut machine, fuel, places);
            return Ok((machine, outcome));
        };
        let (reply, answer) = oneshot::channel();
        let places = places.clone();
        let job = move || {
            let ran = catch_unwind(AssertUnwindSafe(move || {
                let outcome = run_for_a_while(&mut machine, fuel, &places);
                (machine, outcome)
            }));
            // A turn that is not waited for any more has ended with its server.
            let _ = reply.send(ran);
        };
        let gone = |_| Error::Bug("the threads of long turns are gone".into());
        jobs.send(Box::new(job)).map_err(|_| gone(()))?;
        match answer.await.map_err(|_| gone(()))? {
            Ok(ran) => Ok(ran),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Runs until the time is over, which is looked at often. Compiled programs use up the fuel of a
/// slice in less, interpreted ones need longer.
fn run_for_a_while(machine: &mut Machine, fuel: u64, places: &Places) -> Outcome {
    let began = Instant::now();
    loop {
        let outcome = machine.run(fuel.min(BRIEF_FUEL));
        let time = if places.are_wanted() { SHARED_TIME } else { ALONE_TIME };
        if outcome != Outcome::OutOfFuelSlice || began.elapsed() >= time {
            return outcome;
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    lower_priority();
    loop {
        let job = jobs.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

/// On Linux a priority is one of a thread.
#[cfg(target_os = "linux")]
fn lower_priority() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "long turns keep the priority of short ones");
    }
}

/// Elsewhere it is one of the whole process, so that it stays as it is.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

/// Runs a slice here, unless it turns out to be long work.
fn run_briefly(mut machine: Machine, fuel: u64, limits: &Limits) -> Result<(Machine, Outcome)> {
    let program = machine.program().clone();
    let before = machine.snapshot();
    match machine.run_briefly(fuel, fuel + BEYOND_FUEL) {
        Some(outcome) => Ok((machine, outcome)),
        None => Machine::restore(program, &before, limits.clone())
            .map(|machine| (machine, Outcome::OutOfFuelSlice))
            .map_err(|error| Error::Bug(format!("unreadable snapshot: {error}"))),
    }
}

impl Turn<'_> {
    /// Runs the machine on top, at most to the end of the slice.
    pub(super) async fn run_slice(&mut self) -> Result<Outcome> {
        let fuel = self.slice.fuel;
        if let Some(driver) = self.driver() {
            return self.be_driven(driver, fuel).await;
        }
        let machine = self.top_machine()?;
        let (before, large) = (machine.fuel_used(), machine.heap_bytes() > BRIEF_BYTES);
        if large && self.place.is_none() {
            self.place = self.conversations.inner.long_turns.places().take_at_once();
        }
        let machine = self.machine.take().ok_or_else(|| Error::Bug("no machine".into()))?;
        let (machine, outcome) = match &self.place {
            Some(_) => self.conversations.inner.long_turns.run(machine, fuel).await?,
            None if large => (machine, Outcome::OutOfFuelSlice),
            None => run_briefly(machine, fuel, &self.services().limits)?,
        };
        let used = machine.fuel_used().saturating_sub(before) + HOST_CALL_FUEL;
        self.slice.use_up(used, &outcome);
        self.machine = Some(machine);
        Ok(outcome)
    }

    /// Lets whoever drives the conversation run the machine on top.
    async fn be_driven(&mut self, driver: &dyn Driver, fuel: u64) -> Result<Outcome> {
        self.top_machine()?;
        let machine = self.machine.take().ok_or_else(|| Error::Bug("no machine".into()))?;
        let below = self.state.frames.split_last().map_or(&[][..], |(_, below)| below);
        let bytes = |frame: &Frame| match frame {
            Frame::Script(script) => Some(script.machine.clone()),
            Frame::Model(_) | Frame::Form(_) => None,
        };
        let below = below.iter().filter_map(bytes).collect();
        let program = self.bot.program.clone();
        let before = machine.fuel_used();
        let (machine, outcome) = driver.run(Run { machine, program, below, fuel }).await;
        let used = machine.fuel_used().saturating_sub(before) + HOST_CALL_FUEL;
        self.slice.use_up(used, &outcome);
        self.machine = Some(machine);
        Ok(outcome)
    }

    /// Waits until there is a place among the long turns, and takes it. A turn that has computed
    /// little, and whose time was over because the server has much to do, goes on where it is.
    pub(super) async fn wait_for_place(&mut self) {
        let was_long = self.place.take().is_some();
        tokio::task::yield_now().await;
        if !was_long && self.slice.kept > 0 {
            self.slice = Slice::of(self.slice.kept);
            return;
        }
        let places = self.conversations.inner.long_turns.places();
        self.place = places.take(&self.bot.name).await;
        self.slice = Slice::next(&self.services().limits);
    }
}
