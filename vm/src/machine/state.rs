//! Frames and registers: integers and values, nothing that points into the process.

use basilect_stdlib::{Kind, Limits, Value};

use super::cursor::Window;
use super::step::Step;
use crate::heap::Roots;
use crate::program::Links;

/// The frame has no environment.
pub(crate) const NO_ENV: u32 = u32::MAX;
/// No instruction.
pub(crate) const NO_PC: u32 = u32::MAX;
/// Registers that a window always has behind its base, so that a register number of eight bits
/// needs no check.
pub(crate) const WINDOW: usize = 256;

/// So many registers of a callee are cleared at once.
const FEW: usize = 8;

/// Bits of [`Frame::flags`].
pub(crate) mod flag {
    /// The frame runs a script's main: where EXIT unwinds to.
    pub const MAIN: u8 = 1;
    /// ON ERROR GOTO is in force.
    pub const ON_GOTO: u8 = 2;
    /// ON ERROR RESUME NEXT is in force.
    pub const ON_NEXT: u8 = 4;
    /// The frame handles an error at the moment: another one is not handled here.
    pub const HANDLING: u8 = 8;
    /// All of them.
    pub const ALL: u8 = 15;
}

/// One call in progress.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// Function that runs.
    pub function: u32,
    /// Next instruction.
    pub pc: u32,
    /// Where its registers begin on the stack.
    pub base: u32,
    /// Handle of the list that holds the script's shared variables.
    pub env: u32,
    /// Where its GOSUB addresses begin.
    pub gosubs: u32,
    /// Where its TRY handlers begin.
    pub handlers: u32,
    /// Target of ON ERROR GOTO.
    pub on_error: u32,
    /// The instruction that failed, while an error is handled (for RESUME).
    pub failed: u32,
    /// Number of its registers.
    pub registers: u8,
    /// Register of the caller that receives the result.
    pub ret: u8,
    /// See [`flag`].
    pub flags: u8,
}

impl Frame {
    /// Whether all these flags are set.
    pub fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }
}

/// A TRY in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Handler {
    /// Where its CATCH is.
    pub target: u32,
    /// Register that receives the error.
    pub register: u8,
    /// How many GOSUB addresses there were.
    pub gosubs: u32,
}

/// Everything of a machine that says where it is.
#[derive(Default)]
pub(crate) struct State {
    pub stack: Vec<Value>,
    pub frames: Vec<Frame>,
    pub gosubs: Vec<u32>,
    pub handlers: Vec<Handler>,
}

impl State {
    /// One past the last register in use.
    pub fn top(&self) -> usize {
        self.frames.last().map_or(0, |f| f.base as usize + f.registers as usize)
    }
    /// Makes room for a whole window behind the innermost frame's base.
    pub fn wake(&mut self) {
        let end = self.base() + WINDOW;
        if self.stack.len() < end && !self.frames.is_empty() {
            self.stack.resize(end, Value::NULL);
        }
    }
    /// The value at a place of the stack.
    pub fn get(&self, at: usize) -> Value {
        self.stack.get(at).copied().unwrap_or(Value::NULL)
    }
    /// Sets a place of the stack.
    pub fn set(&mut self, at: usize, value: Value) {
        if let Some(slot) = self.stack.get_mut(at) {
            *slot = value;
        }
    }
    /// `Call` where it is no more than a new frame: the callee's first instruction and registers.
    /// The arguments are copied behind the caller's registers, so that a call disturbs none of
    /// them.
    #[inline(always)]
    pub fn enter(
        &mut self,
        pc: usize,
        i: &Step,
        links: &Links,
        limits: &Limits,
    ) -> Option<(usize, &mut Window)> {
        let (start, registers) = links.functions.get(i.b as usize).copied()?;
        let (count, args) = (registers as usize, i.c as usize);
        let depth = self.frames.len() + self.gosubs.len();
        let caller = self.frames.last_mut()?;
        let (from, base) = (caller.base as usize, caller.base as usize + caller.registers as usize);
        let room = depth < limits.call_depth && base + count <= limits.stack_values;
        let (before, behind) = self.stack.split_at_mut_checked(base)?;
        let window = behind.first_chunk_mut::<WINDOW>().filter(|_| room && args <= count)?;
        let given = before.get(from + i.a as usize..)?.get(..args)?;
        // Behind the callee's registers is nothing yet, so that there may be some more nulls.
        window.first_chunk_mut::<FEW>()?.fill(Value::NULL);
        if count > FEW {
            window.get_mut(FEW..count)?.fill(Value::NULL);
        }
        for (at, value) in given.iter().enumerate() {
            *window.get_mut(at)? = value.copied();
        }
        caller.pc = pc as u32;
        let env = caller.env;
        self.frames.push(Frame {
            function: u32::from(i.b),
            pc: start,
            base: base as u32,
            env,
            gosubs: self.gosubs.len() as u32,
            handlers: self.handlers.len() as u32,
            on_error: NO_PC,
            failed: NO_PC,
            registers,
            ret: i.a,
            flags: 0,
        });
        Some((start as usize, window))
    }
    /// `Return` to a caller, which gets the value.
    #[inline(always)]
    pub fn leave(&mut self, value: Value) -> Option<Frame> {
        let [.., caller, frame] = self.frames.as_slice() else { return None };
        let (caller, frame) = (*caller, *frame);
        self.gosubs.truncate(frame.gosubs as usize);
        self.handlers.truncate(frame.handlers as usize);
        *self.stack.get_mut(caller.base as usize + frame.ret as usize)? = value;
        self.frames.pop();
        Some(caller)
    }
    fn base(&self) -> usize {
        self.frames.last().map_or(0, |f| f.base as usize)
    }
    /// A register of the innermost frame.
    pub fn register(&self, register: u8) -> Value {
        self.get(self.base() + register as usize)
    }
    /// Sets a register of the innermost frame.
    pub fn set_register(&mut self, register: u8, value: Value) {
        self.set(self.base() + register as usize, value);
    }
    /// Registers of the innermost frame.
    pub fn registers(&self, first: usize, count: usize) -> &[Value] {
        let start = self.base() + first;
        self.stack.get(start..start + count).unwrap_or(&[])
    }
    /// The GOSUB addresses of the innermost frame.
    pub fn has_gosub(&self) -> bool {
        self.frames.last().is_some_and(|f| self.gosubs.len() > f.gosubs as usize)
    }
}

impl Roots for State {
    fn each(&self, visit: &mut dyn FnMut(Value)) {
        for &value in self.stack.iter().take(self.top()) {
            visit(value);
        }
        for frame in &self.frames {
            if frame.env != NO_ENV {
                visit(Value::handle(Kind::List, frame.env));
            }
        }
    }
}
