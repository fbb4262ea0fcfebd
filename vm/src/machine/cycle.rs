//! The loop. Only what is short and frequent is done here; everything else falls through to
//! [`Machine::slow`], after which the window of registers is taken anew.

use std::sync::Arc;

use basilect_stdlib::{Fault, Kind, Value};

use super::cursor::{Cursor, Flow};
use super::{Exit, Machine, bug, fast};
use crate::heap::{Memory, out_of_fuel};
use crate::program::{Instr, Links, Op};

impl Machine {
    /// Runs until something must leave the loop. On an error the innermost frame's `pc` is one
    /// past the instruction that failed.
    pub(super) fn cycle(&mut self) -> Result<Exit, Fault> {
        let (program, links) = (Arc::clone(&self.program), Arc::clone(&self.links));
        let code = program.code.as_slice();
        loop {
            let frame = self.state.frames.last().ok_or_else(|| bug("no frame"))?;
            let env = frame.env;
            let mut at = Cursor::new(frame, &mut self.state.stack, &links.consts)?;
            (at.fuel, at.stop_at) = (self.memory.fuel_used, self.stop_at);
            let (i, flow) = loop {
                let &i = code.get(at.pc as usize).ok_or_else(|| bug("the end of the code"))?;
                at.pc += 1;
                let flow = match i.op {
                    Op::Move => at.set(i, *at.register(i.b)),
                    Op::SmallInt => at.set(i, Value::int(i64::from(i.b as i16))),
                    Op::Null => at.set(i, Value::NULL),
                    Op::Bool => at.set(i, Value::bool(i.b != 0)),
                    Op::Const => at.set(i, at.wide_constant(i)),
                    Op::EnvGet => at.try_set(i, self.memory.list_get(env, i.b as usize)),
                    Op::EnvSet => Flow::done(self.memory.list_put(env, i.b as usize, *at.first(i))),
                    Op::Add => at.binary(i, fast::add),
                    Op::Sub => at.binary(i, fast::sub),
                    Op::Mul => at.binary(i, fast::mul),
                    Op::Div => at.binary(i, fast::div),
                    Op::IntDiv => at.binary(i, fast::int_div),
                    Op::Mod => at.binary(i, fast::modulo),
                    Op::Eq => at.binary(i, fast::eq_value),
                    Op::Ne => at.binary(i, fast::ne_value),
                    Op::Lt => at.binary(i, fast::lt_value),
                    Op::Le => at.binary(i, fast::le_value),
                    Op::Jump => at.go(i),
                    Op::JumpIf => at.go_if(i, fast::truth(at.first(i)), true),
                    Op::JumpIfNot => at.go_if(i, fast::truth(at.first(i)), false),
                    Op::JumpIfNull => at.go_if(i, Some(at.first(i).is_null()), true),
                    Op::JumpIfNotNull => at.go_if(i, Some(at.first(i).is_null()), false),
                    Op::JumpEq => at.compare(i, fast::eq, true),
                    Op::JumpNe => at.compare(i, fast::eq, false),
                    Op::JumpLt => at.compare(i, fast::lt, true),
                    Op::JumpNotLt => at.compare(i, fast::lt, false),
                    Op::JumpLe => at.compare(i, fast::le, true),
                    Op::JumpNotLe => at.compare(i, fast::le, false),
                    Op::ForLoop => at.for_loop(i),
                    Op::GetField => at.try_set(i, field(&self.memory, &at, i, &links)),
                    Op::SetField => Flow::done(set_field(&mut self.memory, &at, i, &links)),
                    Op::GetIndex => at.try_set(i, element(&self.memory, &at, i)),
                    Op::SetIndex => Flow::done(set_element(&mut self.memory, &at, i)),
                    Op::CallPure => at.try_set(i, quickly(&self.memory, &at, i, &links)),
                    _ => Flow::Slow,
                };
                if flow != Flow::Next {
                    break (i, flow);
                }
            };
            let (pc, fuel) = (at.pc, at.fuel + u64::from(at.pc - at.block));
            self.leave(pc, fuel);
            let exit = match i.op {
                _ if flow == Flow::Pause => return self.pause(),
                Op::Call => self.call(i)?,
                Op::Return => self.leave_frame(self.state.register(i.a)).map(Exit::Done),
                _ => self.slow(i)?,
            };
            if let Some(exit) = exit {
                return Ok(exit);
            }
        }
    }

    /// Writes down where the loop is and what it used.
    #[inline(always)]
    fn leave(&mut self, pc: u32, fuel: u64) {
        self.memory.fuel_used = fuel;
        if let Some(frame) = self.state.frames.last_mut() {
            frame.pc = pc;
        }
    }
    /// Stops here: the slice, or the turn's fuel, is used up.
    #[cold]
    #[inline(never)]
    fn pause(&mut self) -> Result<Exit, Fault> {
        if self.memory.fuel_used >= self.memory.limits().fuel_per_turn {
            return Err(out_of_fuel());
        }
        Ok(Exit::Slice)
    }
    /// Stops here when the fuel says so.
    #[inline]
    pub(super) fn check_fuel(&mut self) -> Result<Option<Exit>, Fault> {
        if self.memory.fuel_used < self.stop_at {
            return Ok(None);
        }
        self.pause().map(Some)
    }
    /// Goes to `target` from the slow side of the loop; stops there when the fuel says so.
    pub(super) fn jump(&mut self, target: u32) -> Result<Option<Exit>, Fault> {
        let Some(frame) = self.state.frames.last_mut() else { return Err(bug("no frame")) };
        let back = target < frame.pc;
        frame.pc = target;
        if back { self.check_fuel() } else { Ok(None) }
    }
}

/// What a pure function answers at once.
#[inline(always)]
fn quickly(memory: &Memory, at: &Cursor<'_>, i: Instr, links: &Links) -> Option<Value> {
    let pure = links.pures.get(i.b as usize)?.as_ref()?;
    let quick = pure.quick?;
    let fits = (pure.least..=pure.most).contains(&(i.c as usize));
    if fits { quick(memory, at.arguments(i, i.c)) } else { None }
}

/// A field of a map that has it.
#[inline(always)]
fn field(memory: &Memory, at: &Cursor<'_>, i: Instr, links: &Links) -> Option<Value> {
    memory.constant_field(*at.register(i.b), i.c, at.pc, links)
}

/// Sets a field of a map that has it; whether it has.
#[inline(always)]
fn set_field(memory: &mut Memory, at: &Cursor<'_>, i: Instr, links: &Links) -> bool {
    memory.set_constant_field(*at.first(i), i.b, *at.rk(i.c), (at.pc, links))
}

/// The element of a list that has it, or what stands under a key.
#[inline(always)]
fn element(memory: &Memory, at: &Cursor<'_>, i: Instr) -> Option<Value> {
    let (of, index) = (*at.register(i.b), at.rk(i.c));
    match of.tag() == Kind::Map as u64 {
        true => memory.keyed(of, index),
        false => fast::element(memory.list(of), index),
    }
}

/// Puts a value into a place that is there; whether it is.
#[inline(always)]
fn set_element(memory: &mut Memory, at: &Cursor<'_>, i: Instr) -> bool {
    let (of, index, value) = (*at.first(i), at.rk(i.b), *at.rk(i.c));
    if of.tag() == Kind::List as u64 {
        let place = fast::position(index);
        return place.is_some_and(|place| memory.list_put(of.as_handle(), place, value));
    }
    memory.replace_keyed(of, index, value)
}
