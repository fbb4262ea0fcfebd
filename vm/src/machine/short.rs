//! The short rules of the loop for one instruction at a time, for machine code.

use super::cursor::{Cursor, Flow, Window, first, of_registers, register, set, try_set};
use super::cycle::{self, get_element, get_field, push, quickly, set_element, set_field};
use super::fast;
use super::step::{Do, Step};
use crate::heap::Memory;
use crate::program::Links;

/// What an instruction works on beside the memory: `pc` is one past it, `left` the fuel after it.
pub(super) struct Place<'a> {
    pub links: &'a Links,
    pub pc: usize,
    pub left: &'a mut i64,
}

/// The short rule of an instruction that jumps nowhere; whether it has one that applies.
pub(super) fn short(memory: &mut Memory, place: Place<'_>, w: &mut Window, i: &Step) -> bool {
    let Place { links, pc, left } = place;
    let at = Cursor { consts: &links.consts, pc, reach: pc as i64 + *left };
    let flow = match i.op {
        Do::Move => set(w, i, *register(w, i.b)),
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
        Do::GetField => get_field(memory, &at, w, i, links),
        Do::SetField => Flow::done(set_field(memory, &at, w, i, links)),
        Do::GetIndexR => get_element(memory, w, i, *register(w, i.c)),
        Do::GetIndex => get_element(memory, w, i, *at.rk(w, i.c)),
        Do::SetIndexR => {
            let (index, value) = (*register(w, i.b), *register(w, i.c));
            Flow::done(set_element(memory, *first(w, i), index, value))
        }
        Do::SetIndex => {
            let (index, value) = (*at.rk(w, i.b), *at.rk(w, i.c));
            Flow::done(set_element(memory, *first(w, i), index, value))
        }
        Do::CallPure => try_set(w, i, quickly(memory, w, i, links)),
        Do::Concat => at.binary(w, i, fast::concat),
        Do::Join => try_set(w, i, cycle::join(w, i)),
        Do::Push => {
            let done = *left > 0 && push(memory, w, i);
            *left -= i64::from(done);
            Flow::done(done)
        }
        _ => Flow::Slow,
    };
    flow == Flow::Next
}

/// The short rule of an instruction that joins texts; whether it applies.
pub(super) fn join(links: &Links, w: &mut Window, i: &Step) -> bool {
    let at = Cursor { consts: &links.consts, pc: 0, reach: 0 };
    let flow = match i.op {
        Do::Concat => at.binary(w, i, fast::concat),
        Do::Join => try_set(w, i, cycle::join(w, i)),
        _ => Flow::Slow,
    };
    flow == Flow::Next
}

/// Whether a conditional jump goes to its target, where the short rules say it.
pub(super) fn jumps(links: &Links, w: &Window, i: &Step) -> Option<bool> {
    static NULL: basilect_stdlib::Value = basilect_stdlib::Value::NULL;
    let constant = || links.consts.get(i.b as usize).unwrap_or(&NULL);
    let l = first(w, i);
    match i.op {
        Do::JumpIf => fast::truth(l),
        Do::JumpIfNot => fast::truth(l).map(|holds| !holds),
        Do::JumpEqR => fast::eq(l, register(w, i.b)),
        Do::JumpEqI => fast::eq_small(l, i.b as i16),
        Do::JumpEqK => fast::eq(l, constant()),
        Do::JumpNeR => fast::eq(l, register(w, i.b)).map(|holds| !holds),
        Do::JumpNeI => fast::eq_small(l, i.b as i16).map(|holds| !holds),
        Do::JumpNeK => fast::eq(l, constant()).map(|holds| !holds),
        Do::JumpLtR => fast::lt(l, register(w, i.b)),
        Do::JumpLtI => fast::lt_small(l, i.b as i16),
        Do::JumpLtK => fast::lt(l, constant()),
        Do::JumpNotLtR => fast::lt(l, register(w, i.b)).map(|holds| !holds),
        Do::JumpNotLtI => fast::lt_small(l, i.b as i16).map(|holds| !holds),
        Do::JumpNotLtK => fast::lt(l, constant()).map(|holds| !holds),
        Do::JumpLeR => fast::le(l, register(w, i.b)),
        Do::JumpLeI => fast::le_small(l, i.b as i16),
        Do::JumpLeK => fast::le(l, constant()),
        Do::JumpNotLeR => fast::le(l, register(w, i.b)).map(|holds| !holds),
        Do::JumpNotLeI => fast::le_small(l, i.b as i16).map(|holds| !holds),
        Do::JumpNotLeK => fast::le(l, constant()).map(|holds| !holds),
        _ => None,
    }
}
