//! Where programs spend their time, fuel and memory, line by line.
//!
//! While a profile is taken, machines run one instruction at a time. That is slower, but what they
//! do and the fuel that they use stay the same.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use basilect_stdlib::Fault;

use super::{Exit, Machine};
use crate::program::Program;

/// Nanoseconds from some moment on: the machine has no clock of its own.
pub type Clock = fn() -> u64;

/// What one line of a script has used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Path of the script.
    pub path: String,
    /// Line in it, from 1.
    pub line: u32,
    /// How many of its instructions ran.
    pub runs: u64,
    /// Fuel used.
    pub fuel: u64,
    /// Bytes of memory taken.
    pub bytes: u64,
    /// Nanoseconds, the time for measuring included.
    pub nanos: u64,
}

/// The same of one instruction.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    runs: u64,
    fuel: u64,
    bytes: u64,
    nanos: u64,
}

static ON: AtomicBool = AtomicBool::new(false);
static CLOCK: OnceLock<Clock> = OnceLock::new();
static COUNTS: Mutex<Vec<(Arc<Program>, Vec<Count>)>> = Mutex::new(Vec::new());

fn counts() -> MutexGuard<'static, Vec<(Arc<Program>, Vec<Count>)>> {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on all machines of this process are measured.
pub fn start(clock: Clock) {
    // The first clock stays.
    let _ = CLOCK.set(clock);
    ON.store(true, Ordering::Relaxed);
}

/// Whether machines are measured.
pub(super) fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// What was measured so far, the lines with the most fuel first.
pub fn lines() -> Vec<Line> {
    let mut lines: BTreeMap<(String, u32), Line> = BTreeMap::new();
    for (program, counts) in counts().iter() {
        for function in &program.functions {
            let script = program.scripts.get(function.script as usize);
            let path = script.map_or("", |script| &script.path);
            for pc in function.start..function.end {
                let Some(count) = counts.get(pc as usize).filter(|count| count.runs > 0) else {
                    continue;
                };
                let line = function.line_at(pc);
                let sum = lines.entry((path.to_owned(), line)).or_default();
                (sum.path, sum.line) = (path.to_owned(), line);
                sum.runs += count.runs;
                sum.fuel += count.fuel;
                sum.bytes += count.bytes;
                sum.nanos += count.nanos;
            }
        }
    }
    let mut lines: Vec<Line> = lines.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.fuel));
    lines
}

impl Machine {
    /// The loop, measured.
    pub(super) fn measured(&mut self) -> Result<Exit, Fault> {
        let mut own = vec![Count::default(); self.program.code.len()];
        let exit = loop {
            let clock = CLOCK.get().copied().unwrap_or(|| 0);
            let pc = self.state.frames.last().map_or(0, |frame| frame.pc as usize);
            let (fuel, bytes, began) = (self.memory.fuel_used, self.memory.bytes(), clock());
            let exit = self.cycle::<true>();
            if let Some(count) = own.get_mut(pc) {
                count.runs += 1;
                count.nanos += clock().saturating_sub(began);
                count.fuel += self.memory.fuel_used.saturating_sub(fuel);
                count.bytes += self.memory.bytes().saturating_sub(bytes) as u64;
            }
            if !matches!(exit, Ok(Exit::Step | Exit::LongStep)) {
                break exit;
            }
        };
        self.add(&own);
        exit
    }
    fn add(&self, own: &[Count]) {
        let mut all = counts();
        let known = all.iter().position(|(program, _)| Arc::ptr_eq(program, &self.program));
        let index = known.unwrap_or_else(|| {
            all.push((Arc::clone(&self.program), vec![Count::default(); own.len()]));
            all.len() - 1
        });
        let Some((_, sums)) = all.get_mut(index) else { return };
        for (sum, own) in sums.iter_mut().zip(own) {
            sum.runs += own.runs;
            sum.fuel += own.fuel;
            sum.bytes += own.bytes;
            sum.nanos += own.nanos;
        }
    }
}
