//! Functions that only compute, in the place of their calls.
//!
//! Such a function is straight: a few computations with numbers, and their result. It becomes a
//! part of a [run](crate::run), so that it never stops half-way: where something in it is not as
//! expected, or a call would stop for want of fuel or depth, all is left at the beginning of the
//! run, and the interpreter calls the function.

use std::mem::{offset_of, replace};

use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

use crate::context::Context;
use crate::emit::{Emit, VALUE, payload};
use crate::flow::apply;
use crate::known::{Known, Slot};
use crate::plan::{How, Plan, Unit, Version, known};
use crate::run::is_found_out;

/// The most instructions of a function that is written in the place of its calls.
const MOST: usize = 24;

/// What a function does in the place of its call.
pub struct Inlined<'a> {
    pub unit: Unit<'a>,
    /// The kinds of its arguments.
    pub params: Vec<Known>,
    /// The instructions before the one that returns.
    pub steps: Vec<(Instr, Plan)>,
    /// The register that it returns, and what is known of it.
    pub result: (u8, Known),
}

impl Inlined<'_> {
    /// The instructions that the machine does for the call, after the call itself.
    pub fn instructions(&self) -> usize {
        self.steps.len() + 1
    }
    /// Whether what it returns is a float that its last step computes.
    pub fn ends_with_a_number(&self) -> bool {
        let last = self.steps.last();
        last.is_some_and(|(i, plan)| matches!(plan.how, How::NumMath) && i.a == self.result.0)
    }
    fn first(&self) -> u32 {
        self.unit.function.start
    }
    /// Instructions whose results are found out to be no numbers by later ones.
    fn unchecked(&self) -> impl Iterator<Item = u32> + '_ {
        let found = (0..self.steps.len()).filter(|&at| is_found_out(&self.steps, at));
        found.map(|at| self.first() + at as u32)
    }
}

impl<'a> Unit<'a> {
    /// What the function that an instruction calls does in the place of the call, if it only
    /// computes.
    pub fn inlined(&self, i: Instr, state: &[Slot]) -> Option<Inlined<'a>> {
        let number = u32::from(i.b);
        let function = self.order.program().functions.get(number as usize)?;
        let unit = Unit { number, function, version: Version::Called, ..*self };
        let argument = |place: u8| match known(i.a.wrapping_add(place), state) {
            Known::Any => self.param(number, place),
            known => known,
        };
        let params: Vec<Known> = (0..function.params).map(argument).collect();
        if params.contains(&Known::Any) {
            return None;
        }
        let mut slots = vec![Slot::new(Known::Null, true); function.registers as usize];
        slots.iter_mut().zip(&params).for_each(|(slot, known)| slot.known = *known);
        let mut steps = Vec::new();
        for (pc, instr) in (function.start..).zip(unit.straight()?) {
            let plan = unit.plan(pc, &slots);
            if !computes(&plan.how) || plan.sets.iter().any(|(_, known)| *known == Known::Any) {
                return None;
            }
            apply(&mut slots, &plan.sets, false);
            steps.push((instr, plan));
        }
        let register = unit.instr(function.start + steps.len() as u32).a;
        let result = (register, known(register, &slots));
        payload(result.1).map(|_| Inlined { unit, params, steps, result })
    }
    /// The instructions of a function before it returns, if they are few and may only compute.
    fn straight(&self) -> Option<Vec<Instr>> {
        let (start, end) = (self.function.start, self.function.end);
        let mut code = Vec::new();
        for pc in start..end.min(start + MOST as u32) {
            match self.instr(pc) {
                Instr { op: Op::Return, .. } => return Some(code),
                instr if may_compute(instr.op) => code.push(instr),
                _ => return None,
            }
        }
        None
    }
}

fn may_compute(op: Op) -> bool {
    use Op::*;
    let value = matches!(op, Move | Const | Null | Bool | SmallInt);
    value || matches!(op, Add | Sub | Mul | Div | IntDiv | Mod | CallPure)
}

/// Whether an instruction only computes with values in variables.
fn computes(how: &How) -> bool {
    matches!(
        how,
        How::Constant(_)
            | How::Move
            | How::IntMath
            | How::NumMath
            | How::Divided
            | How::Quotient
            | How::IntDivision
            | How::Root
            | How::Absolute
            | How::Floor
    )
}

impl<'a> Emit<'a, '_> {
    /// Does what a function does in the place of its call.
    pub(crate) fn inline(&mut self, i: Instr, expected: Known) {
        match self.unit.inlined(i, &self.state).filter(|_| self.in_run()) {
            Some(inlined) => self.computation(i, &inlined, expected),
            None => self.call(i, expected),
        }
    }

    fn computation(&mut self, i: Instr, inlined: &Inlined<'a>, expected: Known) {
        self.may_call();
        let arguments: Vec<Option<Value>> = (i.a..)
            .zip(&inlined.params)
            .map(|(r, wanted)| self.inline_argument(r, *wanted))
            .collect();
        let call = self.pc;
        if let Some(run) = &mut self.run {
            run.unchecked.extend(inlined.unchecked());
            // The result is that of the last step, here or there.
            let last = inlined.first() + inlined.steps.len().saturating_sub(1) as u32;
            match inlined.ends_with_a_number() && run.unchecked.contains(&call) {
                true => run.unchecked.insert(last),
                false => run.unchecked.remove(&last),
            };
        }
        let registers = inlined.unit.function.registers as usize;
        let slots = vec![Slot::new(Known::Null, true); registers];
        let ints = (0..registers).map(|_| self.b.declare_var(types::I64)).collect();
        let nums = (0..registers).map(|_| self.b.declare_var(types::F64)).collect();
        let unit = replace(&mut self.unit, inlined.unit);
        let state = replace(&mut self.state, slots);
        let ints = replace(&mut self.ints, ints);
        let nums = replace(&mut self.nums, nums);
        for ((r, known), value) in (0..).zip(&inlined.params).zip(arguments) {
            if let Some(value) = value {
                self.define(r, *known, value);
            }
            self.set_slot(r, Slot::new(*known, true));
        }
        for step in 0..inlined.steps.len() as u32 {
            self.pc = inlined.first() + step;
            self.instruction(self.pc);
        }
        let (register, known) = inlined.result;
        let result = self.variable(register, known);
        self.count += 1;
        (self.pc, self.unit, self.state) = (call, unit, state);
        (self.ints, self.nums) = (ints, nums);
        self.give(i.a, expected, result);
    }

    /// Whether what this function calls may be called without a frame.
    pub(crate) fn has_room(&mut self) -> Value {
        let base = i64::from(self.unit.function.registers) * i64::from(VALUE);
        let window = self.b.ins().iadd_imm_s(self.window, base);
        let last = self.of_context(offset_of!(Context<'_, '_>, last));
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, window, last);
        let some = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, self.depth, 0);
        self.b.ins().band(fits, some)
    }
    /// Goes on where the machine would go on with the call at once.
    fn may_call(&mut self) {
        let missed = self.missed();
        if let Some(room) = self.room {
            self.go_on_if(room, missed);
        }
        let left = self.fuel_after();
        let spent = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
        self.go_on_unless(spent, missed);
    }

    fn inline_argument(&mut self, r: u8, wanted: Known) -> Option<Value> {
        let ty = payload(wanted)?;
        let known = self.slot(r).known;
        if known != Known::Any {
            return Some(self.variable(r, known));
        }
        let missed = self.missed();
        let (tag, bits) = self.words(u16::from(r));
        let bits = self.as_bits(bits);
        self.check(tag, wanted.kind()?, missed);
        Some(match ty {
            types::F64 => self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits),
            _ => bits,
        })
    }
}
