//! The loop. Only what is short and frequent is done here; everything else falls through to
//! [`Machine::slow`], after which the window of registers is taken anew.

use std::sync::Arc;

use basilect_stdlib::{Fault, Kind, Optional, Value};

use super::cursor::{
    Cursor, Flow, Window, arguments, first, of_registers, register, set, try_set, window,
};
use super::step::{Do, Step};
use super::{Exit, Machine, bug, fast};
use crate::heap::{Memory, out_of_fuel};
use crate::program::{Links, Op};

/// The most fuel that one run of the loop counts.
const MOST_ROOM: u64 = 1 << 60;

impl Machine {
    /// Runs until something must leave the loop, or until machine code begins. On an error the
    /// innermost frame's `pc` is one past the instruction that failed. With `SINGLE`, one
    /// instruction is all.
    pub(super) fn cycle<const SINGLE: bool>(&mut self) -> Result<Exit, Fault> {
        let (program, links) = (Arc::clone(&self.program), Arc::clone(&self.links));
        let native = self.native.clone().filter(|_| !SINGLE);
        let steps = native.as_ref().map_or(links.steps.as_slice(), |native| &native.steps);
        let code = program.code.as_slice();
        loop {
            let frame = self.state.frames.last().ok_or_else(|| bug("no frame"))?;
            let (mut env, pc) = (frame.env, frame.pc as usize);
            let mut w = window(&mut self.state.stack, frame.base as usize)?;
            let used = self.memory.fuel_used;
            let room = self.stop_at.saturating_sub(used).min(MOST_ROOM);
            let reach = (pc as u64 + room) as i64;
            let mut at = Cursor { consts: &links.consts, pc, reach };
            let flow = loop {
                let i = steps.get(at.pc).ok_or_else(|| bug("the end of the code"))?;
                at.pc += 1;
                let flow = match i.op {
                    Do::Move => set(w, i, *register(w, i.b)),
                    Do::SmallInt => set(w, i, Value::int(i64::from(i.b as i16))),
                    Do::Null => set(w, i, Value::NULL),
                    Do::Bool => set(w, i, Value::bool(i.b != 0)),
                    Do::Const => set(w, i, at.wide_constant(i)),
                    Do::EnvGet => {
                        let shared = self.memory.value_behind(env, i.b as usize);
                        shared.map_or(Flow::Slow, |value| set(w, i, *value))
                    }
                    Do::EnvSet => Flow::done(self.memory.list_put(env, i.b as usize, *first(w, i))),
                    Do::AddR => of_registers(w, i, fast::add),
                    Do::AddI => try_set(w, i, fast::add_small(register(w, i.b), i.c as i16)),
                    Do::AddK => at.with_constant(w, i, fast::add),
                    Do::Add => at.binary(w, i, fast::add),
                    Do::SubR => of_registers(w, i, fast::sub),
                    Do::SubK => at.with_constant(w, i, fast::sub),
                    Do::Sub => at.binary(w, i, fast::sub),
                    Do::MulR => of_registers(w, i, fast::mul),
                    Do::MulK => at.with_constant(w, i, fast::mul),
                    Do::Mul => at.binary(w, i, fast::mul),
                    Do::DivR => of_registers(w, i, fast::div),
                    Do::Div => at.binary(w, i, fast::div),
                    Do::IntDiv => at.binary(w, i, fast::int_div),
                    Do::Mod => at.binary(w, i, fast::modulo),
                    Do::Eq => at.binary(w, i, fast::eq_value),
                    Do::Ne => at.binary(w, i, fast::ne_value),
                    Do::Lt => at.binary(w, i, fast::lt_value),
                    Do::Le => at.binary(w, i, fast::le_value),
                    Do::Jump => at.go(i),
                    Do::JumpIf => at.go_if(i, fast::truth(first(w, i)), true),
                    Do::JumpIfNot => at.go_if(i, fast::truth(first(w, i)), false),
                    Do::JumpIfNull => at.go_if(i, Some(first(w, i).is_null()), true),
                    Do::JumpIfNotNull => at.go_if(i, Some(first(w, i).is_null()), false),
                    Do::JumpEqR => at.go_if(i, fast::eq(first(w, i), register(w, i.b)), true),
                    Do::JumpEqI => at.go_if(i, fast::eq_small(first(w, i), i.b as i16), true),
                    Do::JumpEqK => at.go_if(i, fast::eq(first(w, i), at.constant(i.b)), true),
                    Do::JumpNeR => at.go_if(i, fast::eq(first(w, i), register(w, i.b)), false),
                    Do::JumpNeI => at.go_if(i, fast::eq_small(first(w, i), i.b as i16), false),
                    Do::JumpNeK => at.go_if(i, fast::eq(first(w, i), at.constant(i.b)), false),
                    Do::JumpLtR => at.go_if(i, fast::lt(first(w, i), register(w, i.b)), true),
                    Do::JumpLtI => at.go_if(i, fast::lt_small(first(w, i), i.b as i16), true),
                    Do::JumpLtK => at.go_if(i, fast::lt(first(w, i), at.constant(i.b)), true),
                    Do::JumpNotLtR => at.go_if(i, fast::lt(first(w, i), register(w, i.b)), false),
                    Do::JumpNotLtI => at.go_if(i, fast::lt_small(first(w, i), i.b as i16), false),
                    Do::JumpNotLtK => at.go_if(i, fast::lt(first(w, i), at.constant(i.b)), false),
                    Do::JumpLeR => at.go_if(i, fast::le(first(w, i), register(w, i.b)), true),
                    Do::JumpLeI => at.go_if(i, fast::le_small(first(w, i), i.b as i16), true),
                    Do::JumpLeK => at.go_if(i, fast::le(first(w, i), at.constant(i.b)), true),
                    Do::JumpNotLeR => at.go_if(i, fast::le(first(w, i), register(w, i.b)), false),
                    Do::JumpNotLeI => at.go_if(i, fast::le_small(first(w, i), i.b as i16), false),
                    Do::JumpNotLeK => at.go_if(i, fast::le(first(w, i), at.constant(i.b)), false),
                    Do::ForLoop => at.for_loop(w, i),
                    Do::GetField => get_field(&self.memory, &at, w, i, &links),
                    Do::SetField => Flow::done(set_field(&mut self.memory, &at, w, i, &links)),
                    Do::GetIndexR => get_element(&self.memory, w, i, *register(w, i.c)),
                    Do::GetIndex => get_element(&self.memory, w, i, *at.rk(w, i.c)),
                    Do::SetIndexR => {
                        let (index, value) = (*register(w, i.b), *register(w, i.c));
                        Flow::done(set_element(&mut self.memory, *first(w, i), index, value))
                    }
                    Do::SetIndex => {
                        let (index, value) = (*at.rk(w, i.b), *at.rk(w, i.c));
                        Flow::done(set_element(&mut self.memory, *first(w, i), index, value))
                    }
                    Do::CallPure => try_set(w, i, quickly(&self.memory, w, i, &links)),
                    Do::Concat => at.binary(w, i, fast::concat),
                    Do::Join => try_set(w, i, join(w, i)),
                    Do::Push => {
                        let done = at.left() > 0 && push(&mut self.memory, w, i);
                        at.reach -= i64::from(done);
                        Flow::done(done)
                    }
                    Do::Call => {
                        let called = self.state.enter(at.pc, i, &links, self.memory.limits());
                        let Some((start, callee)) = called else { break Flow::Slow };
                        w = callee;
                        at.turn(start);
                        if at.left() <= 0 { Flow::Pause } else { Flow::Next }
                    }
                    Do::Return => {
                        let value = *first(w, i);
                        let Some(caller) = self.state.leave(value) else { break Flow::Slow };
                        w = window(&mut self.state.stack, caller.base as usize)?;
                        env = caller.env;
                        at.turn(caller.pc as usize);
                        Flow::Next
                    }
                    Do::Enter => {
                        at.pc -= 1;
                        Flow::Enter
                    }
                    Do::Other => Flow::Slow,
                };
                if flow != Flow::Next || SINGLE {
                    break flow;
                }
            };
            self.leave(at.pc as u32, used.saturating_add_signed(room as i64 - at.left()));
            if flow == Flow::Pause {
                return self.pause();
            }
            if flow == Flow::Enter || SINGLE && flow == Flow::Next {
                return Ok(Exit::Step);
            }
            let &i = code.get(at.pc - 1).ok_or_else(|| bug("the end of the code"))?;
            let exit = match i.op {
                Op::Call => self.call(i)?,
                Op::Return => self.leave_frame(self.state.register(i.a)).map(Exit::Done),
                _ => self.slow(i)?,
            };
            if let Some(exit) = exit {
                return Ok(exit);
            }
            if SINGLE {
                return Ok(Exit::LongStep);
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
    pub(super) fn pause(&mut self) -> Result<Exit, Fault> {
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

// What is longer is kept out of the loop: in it, it would take the processor's registers from
// everything else.

/// Appends R[a + 1] to the list R[a]; whether there is room.
#[inline(never)]
pub(super) fn push(memory: &mut Memory, w: &Window, i: &Step) -> bool {
    memory.push_within(*first(w, i), *register(w, u16::from(i.a) + 1))
}

/// What a pure function answers at once.
#[inline(always)]
pub(super) fn quickly(memory: &Memory, w: &Window, i: &Step, links: &Links) -> Option<Value> {
    #[inline(never)]
    fn answer(memory: &Memory, w: &Window, i: &Step, links: &Links) -> Optional {
        let pure = links.pures.get(i.b as usize).and_then(Option::as_ref);
        let quick = pure.and_then(|pure| {
            let fits = (pure.least..=pure.most).contains(&(i.c as usize));
            pure.quick.filter(|_| fits)
        });
        quick.and_then(|quick| quick(memory, arguments(w, i, i.c))).into()
    }
    answer(memory, w, i, links).value()
}

/// A few texts and integers as the short text that they are together.
#[inline(always)]
pub(super) fn join(w: &Window, i: &Step) -> Option<Value> {
    const FEW: u16 = 4;
    let parts = w.get(i.b as usize..i.b as usize + i.c as usize).filter(|_| i.c <= FEW)?;
    fast::texts(parts).value()
}

/// R[a] = a field of a map that has it.
#[inline(always)]
pub(super) fn get_field(
    memory: &Memory,
    at: &Cursor<'_>,
    w: &mut Window,
    i: &Step,
    links: &Links,
) -> Flow {
    let field = memory.constant_field(*register(w, i.b), i.c, at.pc, links);
    field.map_or(Flow::Slow, |value| set(w, i, *value))
}

/// Sets a field of a map that has it; whether it has.
#[inline(always)]
pub(super) fn set_field(
    memory: &mut Memory,
    at: &Cursor<'_>,
    w: &Window,
    i: &Step,
    links: &Links,
) -> bool {
    memory.set_constant_field(*first(w, i), i.b, *at.rk(w, i.c), (at.pc, links))
}

/// R[a] = the element of a list that has it, or what stands under a key.
#[inline(always)]
pub(super) fn get_element(memory: &Memory, w: &mut Window, i: &Step, index: Value) -> Flow {
    let place = fast::position(&index);
    match place.and_then(|place| memory.value_in(*register(w, i.b), place)) {
        Some(value) => set(w, i, *value),
        None => get_other(memory, w, i, &index),
    }
}
/// The same for lists of flags and for maps.
#[inline(never)]
fn get_other(memory: &Memory, w: &mut Window, i: &Step, index: &Value) -> Flow {
    let of = *register(w, i.b);
    let value = match of.tag() == Kind::Map as u64 {
        true => memory.keyed(of, index),
        false => fast::position(index).and_then(|place| memory.element(of, place)),
    };
    try_set(w, i, value)
}

/// Puts a value into a place that is there; whether it is.
#[inline(always)]
pub(super) fn set_element(memory: &mut Memory, of: Value, index: Value, value: Value) -> bool {
    if of.tag() == Kind::List as u64 {
        let place = fast::position(&index);
        return place.is_some_and(|place| memory.list_put(of.as_handle(), place, value));
    }
    memory.put_keyed(of, &index, value)
}
