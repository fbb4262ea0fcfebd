//! Where the loop is: the window of registers, the program counter, and the fuel since the frame
//! was entered. A local of the loop, so that the compiler keeps it in processor registers.

use basilect_stdlib::{Fault, Value};

use super::state::{Frame, WINDOW};
use super::{bug, fast};
use crate::program::Instr;

/// The registers behind a frame's base.
pub(super) type Window = [Value; WINDOW];

/// What comes after an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next one.
    Next,
    /// The full rules for this one.
    Slow,
    /// Nothing: the slice is used up.
    Pause,
}

impl Flow {
    /// The next instruction when this one is done, otherwise its full rules.
    #[inline(always)]
    pub fn done(done: bool) -> Flow {
        if done { Flow::Next } else { Flow::Slow }
    }
}

/// A rule for two operands; `None` where the full rules are needed.
type Rule<T> = fn(&Value, &Value) -> Option<T>;

/// See the module.
pub(super) struct Cursor<'a> {
    pub window: &'a mut Window,
    pub consts: &'a [Value],
    /// Next instruction.
    pub pc: u32,
    /// Where the piece of code began that is not charged yet.
    pub block: u32,
    /// Fuel used in this turn, without that piece.
    pub fuel: u64,
    /// Where the fuel stops the loop.
    pub stop_at: u64,
}

impl<'a> Cursor<'a> {
    /// At the place where a frame stands, without fuel.
    #[inline(always)]
    pub fn new(
        frame: &Frame,
        stack: &'a mut [Value],
        consts: &'a [Value],
    ) -> Result<Cursor<'a>, Fault> {
        let (base, pc) = (frame.base as usize, frame.pc);
        let window = stack.get_mut(base..base + WINDOW).and_then(|w| w.try_into().ok());
        let window = window.ok_or_else(|| bug("a frame outside the stack"))?;
        Ok(Cursor { window, consts, pc, block: pc, fuel: 0, stop_at: 0 })
    }
    /// Register or constant.
    #[inline(always)]
    pub fn rk(&self, x: u16) -> &Value {
        static NULL: Value = Value::NULL;
        match x {
            0..256 => &self.window[x as usize & 255],
            _ => self.consts.get(x as usize - 256).unwrap_or(&NULL),
        }
    }
    /// R[x].
    #[inline(always)]
    pub fn register(&self, x: u16) -> &Value {
        &self.window[x as usize & 255]
    }
    /// R[a].
    #[inline(always)]
    pub fn first(&self, i: Instr) -> &Value {
        &self.window[i.a as usize]
    }
    /// R[a] = value.
    #[inline(always)]
    pub fn set(&mut self, i: Instr, value: Value) -> Flow {
        self.window[i.a as usize] = value;
        Flow::Next
    }
    /// R[a] = value, where there is one.
    #[inline(always)]
    pub fn try_set(&mut self, i: Instr, value: Option<Value>) -> Flow {
        value.map_or(Flow::Slow, |value| self.set(i, value))
    }
    /// R[a] = rule of RK[b] and RK[c].
    #[inline(always)]
    pub fn binary(&mut self, i: Instr, rule: Rule<Value>) -> Flow {
        let value = rule(self.rk(i.b), self.rk(i.c));
        self.try_set(i, value)
    }
    /// The `count` registers from R[a] on.
    #[inline(always)]
    pub fn arguments(&self, i: Instr, count: u16) -> &[Value] {
        let first = i.a as usize;
        self.window.get(first..first + count as usize).unwrap_or(&[])
    }
    /// The constant of [`Op::Const`](crate::program::Op::Const).
    #[inline(always)]
    pub fn wide_constant(&self, i: Instr) -> Value {
        let index = i.b as usize | (i.c as usize) << 16;
        self.consts.get(index).copied().unwrap_or(Value::NULL)
    }

    /// Goes to the target.
    #[inline(always)]
    pub fn go(&mut self, i: Instr) -> Flow {
        self.fuel += u64::from(self.pc - self.block);
        let back = i.target() < self.pc;
        self.pc = i.target();
        self.block = self.pc;
        if back && self.fuel >= self.stop_at { Flow::Pause } else { Flow::Next }
    }
    /// Goes to the target when `holds` is `wanted`.
    #[inline(always)]
    pub fn go_if(&mut self, i: Instr, holds: Option<bool>, wanted: bool) -> Flow {
        match holds {
            Some(holds) if holds == wanted => self.go(i),
            Some(_) => Flow::Next,
            None => Flow::Slow,
        }
    }
    /// Goes to the target when the rule of R[a] and RK[b] gives `wanted`.
    #[inline(always)]
    pub fn compare(&mut self, i: Instr, rule: Rule<bool>, wanted: bool) -> Flow {
        let holds = rule(self.first(i), self.rk(i.b));
        self.go_if(i, holds, wanted)
    }
    /// One step of a FOR loop.
    #[inline(always)]
    pub fn for_loop(&mut self, i: Instr) -> Flow {
        let a = u16::from(i.a);
        let (at, limit, step) = (self.register(a), self.register(a + 1), self.register(a + 2));
        let Some((value, within)) = fast::for_step(at, limit, step) else { return Flow::Slow };
        self.window[i.a as usize] = value;
        if !within {
            return Flow::Next;
        }
        self.window[i.b as usize & 255] = value;
        self.go(i)
    }
}
