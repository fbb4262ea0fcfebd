//! Where the loop is: the program counter with the fuel that is left, and the window of
//! registers beside it. Locals of the loop, so that the compiler keeps them in processor registers.

use basilect_stdlib::{Fault, Value};

use super::state::WINDOW;
use super::step::Step;
use super::{bug, fast};

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
    /// This one, in machine code.
    Enter,
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

/// The registers of the frame that begins at `base`.
#[inline(always)]
pub(super) fn window(stack: &mut [Value], base: usize) -> Result<&mut Window, Fault> {
    let window = stack.get_mut(base..base + WINDOW).and_then(|w| w.try_into().ok());
    window.ok_or_else(|| bug("a frame outside the stack"))
}

/// See the module.
pub(super) struct Cursor<'a> {
    pub consts: &'a [Value],
    /// Next instruction.
    pub pc: usize,
    /// How far the fuel reaches: it would be used up here if the code from `pc` on went straight.
    /// A jump moves it along, so that one number stands for the fuel and for what is not charged
    /// yet.
    pub reach: i64,
}

impl Cursor<'_> {
    /// Register or constant.
    #[inline(always)]
    pub fn rk<'v>(&'v self, window: &'v Window, x: u16) -> &'v Value {
        static NULL: Value = Value::NULL;
        match x {
            0..256 => &window[x as usize & 255],
            _ => self.consts.get(x as usize - 256).unwrap_or(&NULL),
        }
    }
    /// R[a] = rule of RK[b] and RK[c].
    #[inline(always)]
    pub fn binary(&self, window: &mut Window, i: &Step, rule: Rule<Value>) -> Flow {
        let value = rule(self.rk(window, i.b), self.rk(window, i.c));
        try_set(window, i, value)
    }
    /// The constant of this number.
    #[inline(always)]
    pub fn constant(&self, x: u16) -> &Value {
        static NULL: Value = Value::NULL;
        self.consts.get(x as usize).unwrap_or(&NULL)
    }
    /// R[a] = rule of R[b] and a constant.
    #[inline(always)]
    pub fn with_constant(&self, window: &mut Window, i: &Step, rule: Rule<Value>) -> Flow {
        let value = rule(register(window, i.b), self.constant(i.c));
        try_set(window, i, value)
    }
    /// The constant of [`Op::Const`](crate::program::Op::Const).
    #[inline(always)]
    pub fn wide_constant(&self, i: &Step) -> Value {
        let index = i.b as usize | (i.c as usize) << 16;
        self.consts.get(index).copied().unwrap_or(Value::NULL)
    }

    /// Fuel that is left; none where it is used up.
    #[inline(always)]
    pub fn left(&self) -> i64 {
        self.reach - self.pc as i64
    }
    /// Goes on at `pc`.
    #[inline(always)]
    pub fn turn(&mut self, pc: usize) {
        self.reach += pc as i64 - self.pc as i64;
        self.pc = pc;
    }
    /// Goes to the target.
    #[inline(always)]
    pub fn go(&mut self, i: &Step) -> Flow {
        let target = i.target();
        let back = target < self.pc;
        self.turn(target);
        if back && self.left() <= 0 { Flow::Pause } else { Flow::Next }
    }
    /// Goes to the target when `holds` is `wanted`.
    #[inline(always)]
    pub fn go_if(&mut self, i: &Step, holds: Option<bool>, wanted: bool) -> Flow {
        match holds {
            Some(holds) if holds == wanted => self.go(i),
            Some(_) => Flow::Next,
            None => Flow::Slow,
        }
    }
    /// One step of a FOR loop.
    #[inline(always)]
    pub fn for_loop(&mut self, window: &mut Window, i: &Step) -> Flow {
        let a = u16::from(i.a);
        let (at, limit, step) =
            (register(window, a), register(window, a + 1), register(window, a + 2));
        let Some((value, within)) = fast::for_step(at, limit, step) else { return Flow::Slow };
        window[i.a as usize] = value;
        if !within {
            return Flow::Next;
        }
        window[i.b as usize & 255] = value;
        self.go(i)
    }
}

/// R[x].
#[inline(always)]
pub(super) fn register(window: &Window, x: u16) -> &Value {
    &window[x as usize & 255]
}
/// R[a].
#[inline(always)]
pub(super) fn first<'w>(window: &'w Window, i: &Step) -> &'w Value {
    &window[i.a as usize]
}
/// R[a] = value.
#[inline(always)]
pub(super) fn set(window: &mut Window, i: &Step, value: Value) -> Flow {
    window[i.a as usize] = value;
    Flow::Next
}
/// R[a] = value, where there is one.
#[inline(always)]
pub(super) fn try_set(window: &mut Window, i: &Step, value: Option<Value>) -> Flow {
    value.map_or(Flow::Slow, |value| set(window, i, value))
}
/// R[a] = rule of R[b] and R[c].
#[inline(always)]
pub(super) fn of_registers(window: &mut Window, i: &Step, rule: Rule<Value>) -> Flow {
    let value = rule(register(window, i.b), register(window, i.c));
    try_set(window, i, value)
}
/// The `count` registers from R[a] on.
#[inline(always)]
pub(super) fn arguments<'w>(window: &'w Window, i: &Step, count: u16) -> &'w [Value] {
    let first = i.a as usize;
    window.get(first..first + count as usize).unwrap_or(&[])
}
