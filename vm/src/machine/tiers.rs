//! How a machine runs where programs may be compiled to machine code: interpreted at first, then
//! watched for a short time, then compiled.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use basilect_stdlib::{Fault, Kind};

use super::native::{self, Engine, Installed, Left, Moment, Order, Tier, View};
use super::{Exit, Machine};
use crate::program::{Links, Op};

/// After so much fuel a program that runs is looked at.
const SAMPLE: u64 = 10_000;
/// A program that has used so much fuel is worth compiling.
const WARM: u64 = 30_000;
/// So many instructions are watched before.
const WATCHED: u32 = 4_000;
/// Machine code that was wrong so often in one run is made again, from what was seen since.
const MISSES: u32 = 300;

impl Machine {
    /// Chooses how this machine runs. What it does is the same.
    pub fn set_engine(&mut self, engine: Engine) {
        self.engine = engine;
    }
    /// The loop, or machine code where there is some.
    pub(super) fn tiered(&mut self) -> Result<Exit, Fault> {
        let Some(tier) = native::tier().filter(|_| self.engine != Engine::Interpreter) else {
            self.native = None;
            return self.cycle::<false>();
        };
        if self.engine == Engine::Native(0) && self.links.installed().is_none() {
            tier.compile(self.ordered(true));
        }
        self.recall(tier, Moment::Start);
        let (end, began) = (self.stop_at, self.memory.fuel_used);
        let exit = self.tiers(tier, end);
        self.stop_at = end;
        self.links.warm(self.memory.fuel_used.saturating_sub(began));
        exit
    }
    fn ordered(&self, at_once: bool) -> Order {
        let (program, links) = (Arc::clone(&self.program), Arc::clone(&self.links));
        Order::new(program, links, self.links.facts(&self.program), at_once)
    }
    /// Asks for machine code that was made before, once for each moment.
    fn recall(&self, tier: &dyn Tier, moment: Moment) {
        if self.engine == Engine::Auto && self.links.asks(moment) {
            tier.recall(&self.program, moment);
        }
    }
    fn tiers(&mut self, tier: &dyn Tier, end: u64) -> Result<Exit, Fault> {
        loop {
            if self.links.is_warm(SAMPLE) {
                self.recall(tier, Moment::Warming);
            }
            self.native = self.links.installed();
            let exit = match self.native.clone() {
                Some(installed) if !self.is_outgrown(&installed) => {
                    self.stop_at = end;
                    self.compiled(&installed)?
                }
                _ if self.links.watched() < self.to_watch() => {
                    self.stop_at = end;
                    self.watch(self.to_watch())?
                }
                _ => {
                    self.stop_at = end.min(self.memory.fuel_used.saturating_add(SAMPLE));
                    self.cycle::<false>()?
                }
            };
            let more = match exit {
                Exit::Step | Exit::LongStep => true,
                Exit::Slice => self.memory.fuel_used < end,
                _ => false,
            };
            if !more {
                return Ok(exit);
            }
            if self.stop_at < end {
                self.links.warm(SAMPLE);
            }
        }
    }

    /// Whether code was made before the program ran, and it is time to watch what the program does.
    fn is_outgrown(&self, installed: &Installed) -> bool {
        installed.ahead.is_some() && self.links.watched() < self.to_watch()
    }
    /// How many instructions are watched now: none while the program is cold.
    fn to_watch(&self) -> u32 {
        match self.engine {
            Engine::Native(watched) => watched,
            _ if self.links.is_warm(WARM) => WATCHED,
            _ => 0,
        }
    }
    /// Runs some instructions and notes what kinds of values they give; then orders machine code.
    fn watch(&mut self, most: u32) -> Result<Exit, Fault> {
        let mut facts = self.links.facts(&self.program);
        self.arrive(&mut facts);
        let mut steps = 0;
        let exit = loop {
            let before = self.state.frames.last().map_or((0, 0), |f| (f.function, f.pc as usize));
            let has_flags = self.has_flags_at(before.1);
            let exit = self.cycle::<true>();
            steps += 1;
            // An instruction that failed gave nothing.
            if exit.is_ok() {
                self.note(&mut facts, before);
                has_flags.into_iter().for_each(|has| facts.saw_list(before.1, has));
            }
            if matches!(exit, Ok(Exit::LongStep)) {
                facts.took_long(before.1);
            }
            if !matches!(exit, Ok(Exit::Step | Exit::LongStep)) || steps >= most {
                break exit;
            }
        };
        // Of several machines that watch, one orders.
        let before = self.links.saw(facts, steps);
        if before < most
            && before.saturating_add(steps) >= most
            && let Some(tier) = native::tier()
        {
            let order = self.ordered(self.engine != Engine::Auto);
            // Code that was made of all this already stays.
            let ahead = self.native.as_ref().and_then(|installed| installed.ahead.as_ref());
            if ahead != Some(order.facts()) {
                tier.compile(order);
            }
        }
        exit
    }
    /// For an instruction that is about to read or set an element of a list: whether its elements
    /// take a byte each.
    fn has_flags_at(&self, pc: usize) -> Option<bool> {
        let i = self.program.code.get(pc)?;
        let list = match i.op {
            Op::GetIndex => self.state.register(i.b as u8),
            Op::SetIndex => self.state.register(i.a),
            _ => return None,
        };
        (list.kind() == Kind::List).then(|| self.memory.has_flags(list))
    }
    fn arrive(&self, facts: &mut native::Facts) {
        if let Some(frame) = self.state.frames.last() {
            facts.saw_arrival(frame.pc, self.state.registers(0, frame.registers as usize));
        }
    }
    fn note(&self, facts: &mut native::Facts, (function, pc): (u32, usize)) {
        let Some(frame) = self.state.frames.last() else { return };
        let Some(i) = self.program.code.get(pc) else { return };
        facts.ran(pc);
        if frame.pc as usize != pc + 1 {
            self.arrive(facts);
        }
        match i.op {
            Op::Call | Op::CallScript | Op::CallScriptByName => {
                let params = self.program.functions.get(frame.function as usize);
                for register in 0..params.map_or(0, |f| f.params) {
                    facts.saw_param(frame.function, register, self.state.register(register));
                }
            }
            Op::Return | Op::ReturnNull | Op::GoSubReturn => {
                let call = (frame.pc as usize).wrapping_sub(1);
                if let Some(i) = self.program.code.get(call).filter(|i| i.op == Op::Call) {
                    facts.saw(call, self.state.register(i.a));
                }
            }
            Op::IterNext => facts.saw(pc, self.state.register(i.b as u8)),
            _ if frame.function == function => facts.saw(pc, self.state.register(i.a)),
            _ => {}
        }
    }

    /// Runs machine code where it can be entered, and the loop in between.
    fn compiled(&mut self, installed: &Arc<Installed>) -> Result<Exit, Fault> {
        let mut misses = 0;
        while misses < MISSES && installed.beside.load(Relaxed) < WARM && !installed.is_retired() {
            let pc = self.state.frames.last().map_or(0, |frame| frame.pc);
            if installed.enters(pc) {
                let mut view = View::new(self);
                let left = installed.code.run(&mut view, pc);
                let out = view.into_out();
                match left {
                    Left::Pause => return self.pause(),
                    Left::Out => return out.unwrap_or(Err(super::bug("machine code without end"))),
                    Left::Return(value) => match self.leave_frame(value) {
                        Some(value) => return Ok(Exit::Done(value)),
                        None => continue,
                    },
                    Left::Here => {}
                    Left::Missed => misses += 1,
                }
            }
            let before = self.memory.fuel_used;
            let mut exit = self.cycle::<true>();
            if matches!(exit, Ok(Exit::Step | Exit::LongStep)) {
                exit = self.cycle::<false>();
            }
            let beside = self.memory.fuel_used.saturating_sub(before);
            installed.beside.fetch_add(beside, Relaxed);
            match exit? {
                Exit::Step => {}
                exit => return Ok(exit),
            }
        }
        installed.beside.store(0, Relaxed);
        if self.engine == Engine::Auto {
            self.links.retire(installed);
        }
        Ok(Exit::Step)
    }
}

/// How warm a program is, and its machine code: part of [`Links`].
#[derive(Default)]
pub(crate) struct Warmth {
    fuel: AtomicU64,
    watched: AtomicU32,
    /// Whether code from before was asked for at the start, and when the program was warming.
    asked: [AtomicBool; 2],
    facts: Mutex<Option<native::Facts>>,
    installed: RwLock<Installation>,
}

#[derive(Default)]
struct Installation {
    now: Option<Arc<Installed>>,
    /// How often code was made.
    made: u32,
}

/// Machine code of a program is made at most so often.
const MADE: u32 = 8;

impl Links {
    /// The machine code in use.
    pub(crate) fn installed(&self) -> Option<Arc<Installed>> {
        let installation = self.warmth.installed.read().unwrap_or_else(PoisonError::into_inner);
        installation.now.clone()
    }
    pub(crate) fn install(&self, installed: Option<Arc<Installed>>) {
        let mut now = self.warmth.installed.write().unwrap_or_else(PoisonError::into_inner);
        now.made += 1;
        now.now = installed;
    }
    /// Uses this code no more; unless it was made too often already, the program is watched again.
    fn retire(&self, installed: &Arc<Installed>) {
        let mut now = self.warmth.installed.write().unwrap_or_else(PoisonError::into_inner);
        if now.made < MADE && now.now.as_ref().is_some_and(|now| Arc::ptr_eq(now, installed)) {
            installed.retired.store(true, Relaxed);
            now.now = None;
            self.warmth.watched.store(0, Relaxed);
        }
    }
    fn warm(&self, fuel: u64) {
        self.warmth.fuel.fetch_add(fuel, Relaxed);
    }
    fn is_warm(&self, enough: u64) -> bool {
        self.warmth.fuel.load(Relaxed) >= enough
    }
    fn watched(&self) -> u32 {
        self.warmth.watched.load(Relaxed)
    }
    /// Whether it is the first time that code from before is asked for at this moment.
    fn asks(&self, moment: Moment) -> bool {
        let [start, warming] = &self.warmth.asked;
        let asked = if moment == Moment::Start { start } else { warming };
        !asked.load(Relaxed) && !asked.swap(true, Relaxed)
    }
    /// Adds what was seen before.
    pub(super) fn learn(&self, seen: &native::Facts) {
        let mut facts = self.warmth.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match facts.as_mut() {
            Some(facts) => facts.join(seen),
            None => *facts = Some(seen.clone()),
        }
    }
    /// What was seen of the program's values so far.
    pub(super) fn facts(&self, program: &crate::Program) -> native::Facts {
        let facts = self.warmth.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.clone().unwrap_or_else(|| native::Facts::none(program))
    }
    /// Adds what was seen, in so many steps; how many they were before.
    fn saw(&self, seen: native::Facts, steps: u32) -> u32 {
        let mut facts = self.warmth.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match facts.as_mut() {
            Some(facts) => facts.join(&seen),
            None => *facts = Some(seen),
        }
        self.warmth.watched.fetch_add(steps, Relaxed)
    }
}
