//! The loop. Only what is short and frequent is done here; everything else falls through to
//! [`Machine::slow`], after which the window of registers is taken anew.

use std::sync::Arc;

use basilect_stdlib::{Fault, Kind, Value};

use super::state::WINDOW;
use super::{Exit, Machine, bug, fast};
use crate::heap::out_of_fuel;
use crate::program::Op;

type Window = [Value; WINDOW];

/// Register or constant.
#[inline(always)]
fn rk<'a>(window: &'a Window, consts: &'a [Value], x: u16) -> &'a Value {
    static NULL: Value = Value::NULL;
    match x {
        0..256 => &window[x as usize & 255],
        _ => consts.get(x as usize - 256).unwrap_or(&NULL),
    }
}

impl Machine {
    /// Runs until something must leave the loop. On an error the innermost frame's `pc` is one
    /// past the instruction that failed.
    pub(super) fn cycle(&mut self) -> Result<Exit, Fault> {
        let program = Arc::clone(&self.program);
        let code = program.code.as_slice();
        'frame: loop {
            let frame = self.state.frames.last().ok_or_else(|| bug("no frame"))?;
            let (base, env) = (frame.base as usize, frame.env);
            let mut pc = frame.pc;
            let mut block = pc;
            let slots = self.state.stack.get_mut(base..base + WINDOW);
            let window: &mut Window = slots
                .and_then(|w| w.try_into().ok())
                .ok_or_else(|| bug("a frame outside the stack"))?;
            let consts = self.consts.as_slice();
            macro_rules! set {
                ($i:ident, $value:expr) => {{
                    window[$i.a as usize] = $value;
                    continue;
                }};
            }
            macro_rules! try_set {
                ($i:ident, $fast:path) => {
                    if let Some(v) = $fast(rk(window, consts, $i.b), rk(window, consts, $i.c)) {
                        set!($i, v)
                    }
                };
            }
            macro_rules! go {
                ($i:ident) => {{
                    self.memory.fuel_used += u64::from(pc - block);
                    let back = $i.target() < pc;
                    pc = $i.target();
                    block = pc;
                    if back && self.memory.fuel_used >= self.stop_at {
                        return self.pause(pc);
                    }
                }};
            }
            macro_rules! go_if {
                ($i:ident, $condition:expr) => {
                    if let Some(holds) = $condition {
                        if holds {
                            go!($i);
                        }
                        continue;
                    }
                };
            }
            loop {
                let &i = code.get(pc as usize).ok_or_else(|| bug("the end of the code"))?;
                pc += 1;
                let a = i.a as usize;
                match i.op {
                    Op::Move => set!(i, window[i.b as usize & 255]),
                    Op::SmallInt => set!(i, Value::int(i64::from(i.b as i16))),
                    Op::Null => set!(i, Value::NULL),
                    Op::Bool => set!(i, Value::bool(i.b != 0)),
                    Op::Const => {
                        let index = i.b as usize | (i.c as usize) << 16;
                        set!(i, consts.get(index).copied().unwrap_or(Value::NULL))
                    }
                    Op::EnvGet => {
                        if let Some(v) = self.memory.list_get(env, i.b as usize) {
                            set!(i, v)
                        }
                    }
                    Op::EnvSet => {
                        if self.memory.list_put(env, i.b as usize, window[a]) {
                            continue;
                        }
                    }
                    Op::Add => try_set!(i, fast::add),
                    Op::Sub => try_set!(i, fast::sub),
                    Op::Mul => try_set!(i, fast::mul),
                    Op::Div => try_set!(i, fast::div),
                    Op::IntDiv => try_set!(i, fast::int_div),
                    Op::Mod => try_set!(i, fast::modulo),
                    Op::Eq => try_set!(i, fast::eq_value),
                    Op::Ne => try_set!(i, fast::ne_value),
                    Op::Lt => try_set!(i, fast::lt_value),
                    Op::Le => try_set!(i, fast::le_value),
                    Op::Jump => {
                        go!(i);
                        continue;
                    }
                    Op::JumpIf => go_if!(i, fast::truth(&window[a])),
                    Op::JumpIfNot => go_if!(i, fast::truth(&window[a]).map(|t| !t)),
                    Op::JumpIfNull => go_if!(i, Some(window[a].is_null())),
                    Op::JumpIfNotNull => go_if!(i, Some(!window[a].is_null())),
                    Op::JumpEq => go_if!(i, fast::eq(&window[a], rk(window, consts, i.b))),
                    Op::JumpNe => {
                        go_if!(i, fast::eq(&window[a], rk(window, consts, i.b)).map(|t| !t))
                    }
                    Op::JumpLt => go_if!(i, fast::lt(&window[a], rk(window, consts, i.b))),
                    Op::JumpNotLt => {
                        go_if!(i, fast::lt(&window[a], rk(window, consts, i.b)).map(|t| !t))
                    }
                    Op::JumpLe => go_if!(i, fast::le(&window[a], rk(window, consts, i.b))),
                    Op::JumpNotLe => {
                        go_if!(i, fast::le(&window[a], rk(window, consts, i.b)).map(|t| !t))
                    }
                    Op::ForLoop => {
                        if let Some(next) = fast::for_step(window, a) {
                            let Some(value) = next else { continue };
                            window[a] = value;
                            window[i.b as usize & 255] = value;
                            go!(i);
                            continue;
                        }
                    }
                    Op::GetIndex => {
                        let index = rk(window, consts, i.c);
                        let list = self.memory.list(window[i.b as usize & 255]);
                        if let Some(v) = fast::element(list, index) {
                            set!(i, v)
                        }
                    }
                    Op::SetIndex if window[a].kind() == Kind::List => {
                        let at = fast::position(rk(window, consts, i.b));
                        let value = *rk(window, consts, i.c);
                        let list = window[a].as_handle();
                        if at.is_some_and(|at| self.memory.list_put(list, at, value)) {
                            continue;
                        }
                    }
                    Op::Call => {
                        self.leave(pc, block);
                        self.call(i)?;
                        if self.memory.fuel_used >= self.stop_at {
                            return self.pause_here();
                        }
                        continue 'frame;
                    }
                    Op::Return => {
                        let value = window[a];
                        self.leave(pc, block);
                        match self.leave_frame(value) {
                            None => continue 'frame,
                            Some(value) => return Ok(Exit::Done(value)),
                        }
                    }
                    _ => {}
                }
                self.leave(pc, block);
                match self.slow(i)? {
                    None => continue 'frame,
                    Some(exit) => return Ok(exit),
                }
            }
        }
    }

    /// Writes down where the loop is and charges for the instructions since `block`.
    #[inline(always)]
    fn leave(&mut self, pc: u32, block: u32) {
        self.memory.fuel_used += u64::from(pc - block);
        if let Some(frame) = self.state.frames.last_mut() {
            frame.pc = pc;
        }
    }
    /// Stops at `pc`: the slice, or the turn's fuel, is used up.
    #[cold]
    #[inline(never)]
    fn pause(&mut self, pc: u32) -> Result<Exit, Fault> {
        if let Some(frame) = self.state.frames.last_mut() {
            frame.pc = pc;
        }
        self.pause_here()
    }
    #[cold]
    #[inline(never)]
    fn pause_here(&mut self) -> Result<Exit, Fault> {
        if self.memory.fuel_used >= self.memory.limits().fuel_per_turn {
            return Err(out_of_fuel());
        }
        Ok(Exit::Slice)
    }
    /// Goes to `target` from the slow side of the loop; stops there when the fuel says so.
    pub(super) fn jump(&mut self, target: u32) -> Result<Option<Exit>, Fault> {
        let Some(frame) = self.state.frames.last_mut() else { return Err(bug("no frame")) };
        let back = target < frame.pc;
        frame.pc = target;
        if back && self.memory.fuel_used >= self.stop_at {
            return self.pause_here().map(Some);
        }
        Ok(None)
    }
}
