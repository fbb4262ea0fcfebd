//! One function in one version as Cranelift's intermediate language.

use std::collections::BTreeMap;
use std::mem::offset_of;

use basilect_stdlib::{Kind, Value as Constant};
use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, AliasRegionData, Block, BlockArg, FuncRef, InstBuilder, MemFlagsData, SigRef,
    Signature, SourceLoc, Value, types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, Switch, Variable};

use crate::context::Context;
use crate::flow::{Flow, apply, apply_plan, close, is_lazy};
use crate::known::{Known, Operand, Slot, reads};
use crate::plan::{How, Unit, Version};
use crate::run::Run;

/// What code answers in place of a value's tag when it was left. Their lowest byte is that of no
/// value.
pub mod status {
    /// The interpreter goes on.
    pub const HERE: i64 = 0xf0;
    /// The same, since something was not as expected.
    pub const MISSED: i64 = 0xf1;
    /// No fuel is left.
    pub const PAUSE: i64 = 0xf2;
    /// The machine has left the loop.
    pub const OUT: i64 = 0xf3;
}

/// Bytes of a value.
const VALUE: i32 = 16;

/// The signature of a function in a version: context, registers, depth, fuel, then the entry or
/// the parameters whose kinds are known. It answers a value and the fuel that is left.
pub fn signature(unit: &Unit<'_>) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.extend([types::I64; 4].map(AbiParam::new));
    match unit.version {
        Version::Entered => signature.params.push(AbiParam::new(types::I64)),
        Version::Called => {
            let params =
                (0..unit.function.params).filter_map(|r| payload(unit.param(unit.number, r)));
            signature.params.extend(params.map(AbiParam::new));
        }
    }
    signature.returns.extend([types::I64; 3].map(AbiParam::new));
    signature
}

/// The type of what is in a variable.
fn payload(known: Known) -> Option<types::Type> {
    match known {
        Known::Any | Known::Null => None,
        Known::Num => Some(types::F64),
        _ => Some(types::I64),
    }
}

/// A way out of the code that is still to be written.
struct Exit {
    block: Block,
    state: Vec<Slot>,
    pc: u32,
    charge: i64,
    status: i64,
    old: BTreeMap<u8, (Value, Value)>,
}

/// Kinds of memory that never overlap.
#[derive(Clone, Copy)]
pub(crate) struct Regions {
    pub window: MemFlagsData,
    pub table: MemFlagsData,
    pub heap: MemFlagsData,
}

/// See the module.
pub struct Emit<'a, 'f> {
    pub(crate) b: FunctionBuilder<'f>,
    pub(crate) unit: &'a Unit<'a>,
    flow: &'a Flow,
    pub(crate) state: Vec<Slot>,
    ints: Vec<Variable>,
    nums: Vec<Variable>,
    /// Of lists: where the elements are, and how many.
    pub(crate) elements: Vec<[Variable; 2]>,
    left: Variable,
    /// Instructions since `left` was brought up to date.
    pub(crate) count: i64,
    pub(crate) context: Value,
    pub(crate) window: Value,
    depth: Value,
    blocks: BTreeMap<u32, Block>,
    tail: Block,
    exits: Vec<Exit>,
    before: Option<Block>,
    run: Option<Run>,
    /// Values of registers at an exit that are not those of the variables.
    old: BTreeMap<u8, (Value, Value)>,
    pub(crate) regions: Regions,
    pub(crate) pc: u32,
    callees: &'a BTreeMap<u32, FuncRef>,
    helper: SigRef,
    question: SigRef,
    entering: SigRef,
    leaving: SigRef,
}

impl<'a, 'f> Emit<'a, 'f> {
    /// Writes the function. `callees` are the other functions that it may call.
    pub fn function(
        mut b: FunctionBuilder<'f>,
        unit: &'a Unit<'a>,
        flow: &'a Flow,
        callees: &'a BTreeMap<u32, FuncRef>,
    ) -> FunctionBuilder<'f> {
        let registers = unit.function.registers as usize;
        let ints = (0..registers).map(|_| b.declare_var(types::I64)).collect();
        let nums = (0..registers).map(|_| b.declare_var(types::F64)).collect();
        let elements =
            (0..registers).map(|_| [types::I64; 2].map(|ty| b.declare_var(ty))).collect();
        let left = b.declare_var(types::I64);
        let regions = Regions {
            window: region(&mut b, 0, "registers"),
            table: region(&mut b, 1, "tables"),
            heap: region(&mut b, 2, "elements"),
        };
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        let params = b.block_params(entry).to_vec();
        let &[context, window, depth, fuel, ..] = params.as_slice() else { return b };
        b.def_var(left, fuel);
        let tail = b.create_block();
        for ty in [types::I64; 3] {
            b.append_block_param(tail, ty);
        }
        let helper = b.import_signature(helper_signature(4));
        let question = b.import_signature(helper_signature(3));
        let entering = b.import_signature(helper_signature(2));
        let mut leaving = helper_signature(1);
        leaving.returns.clear();
        let leaving = b.import_signature(leaving);
        let blocks = flow.blocks.keys().map(|&pc| (pc, b.create_block())).collect();
        let mut emit = Emit {
            b,
            unit,
            flow,
            state: vec![Slot::ANY; registers],
            ints,
            nums,
            elements,
            left,
            count: 0,
            context,
            window,
            depth,
            blocks,
            tail,
            exits: Vec::new(),
            before: None,
            run: None,
            old: BTreeMap::new(),
            regions,
            pc: unit.function.start,
            callees,
            helper,
            question,
            entering,
            leaving,
        };
        match unit.version {
            Version::Called => emit.begin_called(&params),
            Version::Entered => emit.begin_entered(&params),
        }
        for &first in flow.blocks.keys() {
            emit.block(first);
        }
        emit.write_exits();
        emit.write_tail();
        emit.b.seal_all_blocks();
        emit.b
    }

    fn begin_called(&mut self, params: &[Value]) {
        let mut given = params.iter().skip(4).copied();
        for r in 0..self.unit.function.registers {
            let known = if r < self.unit.function.params {
                self.unit.param(self.unit.number, r)
            } else {
                Known::Null
            };
            if payload(known).is_some()
                && let Some(value) = given.next()
            {
                self.define(r, known, value);
            }
            self.set_slot(r, Slot::new(known, true));
        }
        let left = self.b.use_var(self.left);
        let paused = self.exit(self.unit.function.start, status::PAUSE);
        let go = self.b.create_block();
        let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
        self.b.ins().brif(over, paused, &[], go, &[]);
        self.b.switch_to_block(go);
        self.goto(self.unit.function.start);
    }
    fn begin_entered(&mut self, params: &[Value]) {
        let Some(&which) = params.get(4) else { return };
        let mut switch = Switch::new();
        let mut pads = Vec::new();
        for (index, &pc) in self.flow.entries.iter().enumerate() {
            let pad = self.b.create_block();
            switch.set_entry(index as u128, pad);
            pads.push((pc, pad));
        }
        let nowhere = self.exit(self.unit.function.start, status::HERE);
        switch.emit(&mut self.b, which, nowhere);
        for (pc, pad) in pads {
            self.b.switch_to_block(pad);
            self.state.fill(Slot::ANY);
            let Some(wanted) = self.flow.blocks.get(&pc).cloned() else { continue };
            let missed = self.exit(pc, status::MISSED);
            for (r, slot) in wanted.iter().enumerate() {
                self.check_register(r as u8, slot.known, missed);
            }
            self.goto(pc);
        }
    }
    /// Makes sure that a register in memory is what it is known to be.
    fn check_register(&mut self, r: u8, known: Known, otherwise: Block) {
        let Some(kind) = known.kind() else { return };
        let (tag, bits) = self.load_register(r);
        self.check(tag, kind, otherwise);
        if let Known::Whole(value) = known {
            let same = self.b.ins().icmp_imm_s(IntCC::Equal, bits, value);
            self.go_on_if(same, otherwise);
        }
        self.define(r, known, bits);
        self.set_slot(r, Slot::new(known, false));
    }
    /// Goes on where a tag is that of a kind.
    pub(crate) fn check(&mut self, tag: Value, kind: Kind, otherwise: Block) {
        let same = self.b.ins().icmp_imm_s(IntCC::Equal, tag, kind as i64);
        self.go_on_if(same, otherwise);
    }
    pub(crate) fn go_on_if(&mut self, holds: Value, otherwise: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(holds, next, &[], otherwise, &[]);
        self.b.switch_to_block(next);
    }
    pub(crate) fn go_on_unless(&mut self, holds: Value, otherwise: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(holds, otherwise, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    fn block(&mut self, first: u32) {
        let (Some(&block), Some(state)) = (self.blocks.get(&first), self.flow.blocks.get(&first))
        else {
            return;
        };
        self.b.switch_to_block(block);
        self.state.clone_from(state);
        self.count = 0;
        let mut pc = first;
        loop {
            self.pc = pc;
            self.before = None;
            self.begin_run();
            self.b.set_srcloc(SourceLoc::new(pc));
            let open = self.instruction(pc);
            pc += 1;
            if self.run.as_ref().is_some_and(|run| run.end == pc) {
                self.end_run();
            }
            if !open {
                return;
            }
            if self.blocks.contains_key(&pc) || pc >= self.unit.function.end {
                self.goto(pc);
                return;
            }
        }
    }

    // ---- runs

    /// Whether nothing may be written to memory now.
    pub(crate) fn in_run(&self) -> bool {
        self.run.is_some()
    }
    fn begin_run(&mut self) {
        if self.run.is_none() {
            let blocks = &self.blocks;
            let run = Run::at(self.unit, self.pc, &self.state, |pc| blocks.contains_key(&pc));
            let Some(mut run) = run else { return };
            run.charge = self.count;
            for &r in &run.sets {
                if self.slot(r).dirty {
                    run.old.insert(r, self.words(u16::from(r)));
                }
            }
            self.run = Some(run);
        }
    }
    fn end_run(&mut self) {
        self.run = None;
        if self.unit.version == Version::Entered {
            self.flush_all();
        }
    }
    /// Whether a result need not be checked here: later results tell.
    pub(crate) fn is_found_out(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.unchecked.contains(&self.pc))
    }

    // ---- registers

    /// The register's payload, in the variable of its kind.
    pub(crate) fn define(&mut self, r: u8, known: Known, bits: Value) {
        let r = r as usize;
        match payload(known) {
            Some(types::F64) => {
                let number = match self.b.func.dfg.value_type(bits) {
                    types::F64 => bits,
                    _ => self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits),
                };
                if let Some(&variable) = self.nums.get(r) {
                    self.b.def_var(variable, number);
                }
            }
            Some(_) => {
                if let Some(&variable) = self.ints.get(r) {
                    self.b.def_var(variable, bits);
                }
            }
            None => {}
        }
    }
    pub(crate) fn set_slot(&mut self, r: u8, slot: Slot) {
        if let Some(place) = self.state.get_mut(r as usize) {
            *place = slot;
        }
    }
    pub(crate) fn slot(&self, r: u8) -> Slot {
        self.state.get(r as usize).copied().unwrap_or(Slot::ANY)
    }
    /// Tag and payload of a register in memory.
    pub(crate) fn load_register(&mut self, r: u8) -> (Value, Value) {
        let (window, flags, at) = (self.window, self.regions.window, i32::from(r) * VALUE);
        let tag = self.b.ins().load(types::I64, flags, window, at);
        let bits = self.b.ins().load(types::I64, flags, window, at + 8);
        (tag, bits)
    }
    pub(crate) fn store_register(&mut self, r: u8, tag: Option<Value>, bits: Value) {
        let (window, flags, at) = (self.window, self.regions.window, i32::from(r) * VALUE);
        if let Some(tag) = tag {
            self.b.ins().store(flags, tag, window, at);
        }
        self.b.ins().store(flags, bits, window, at + 8);
    }
    /// Payload of a register whose kind is known.
    fn variable(&mut self, r: u8, known: Known) -> Value {
        let variables = if known == Known::Num { &self.nums } else { &self.ints };
        match (known, variables.get(r as usize).copied()) {
            (Known::Whole(value), _) => self.b.ins().iconst(types::I64, value),
            (Known::Null, _) | (_, None) => self.b.ins().iconst(types::I64, 0),
            (_, Some(variable)) => self.b.use_var(variable),
        }
    }
    /// Payload of an operand whose kind is known: an `f64` for a float, otherwise an `i64`.
    pub(crate) fn payload(&mut self, x: u16) -> Value {
        match self.unit.operand(x) {
            Operand::Register(r) => self.variable(r, self.slot(r).known),
            Operand::Constant(value) if value.kind() == Kind::Num => {
                self.b.ins().f64const(value.as_f64())
            }
            Operand::Constant(value) => self.b.ins().iconst(types::I64, value.as_i64()),
        }
    }
    /// Tag and payload of an operand, as they are in memory.
    pub(crate) fn words(&mut self, x: u16) -> (Value, Value) {
        match self.unit.operand(x) {
            Operand::Constant(value) => self.constant(value),
            Operand::Register(r) => self.words_of(r, self.slot(r).known),
        }
    }
    fn words_of(&mut self, r: u8, known: Known) -> (Value, Value) {
        match known.kind() {
            Some(kind) => {
                let bits = self.variable(r, known);
                let tag = self.b.ins().iconst(types::I64, kind as i64);
                (tag, bits)
            }
            None => self.load_register(r),
        }
    }
    pub(crate) fn constant(&mut self, value: Constant) -> (Value, Value) {
        let tag = self.b.ins().iconst(types::I64, value.tag() as i64);
        (tag, self.b.ins().iconst(types::I64, value.bits() as i64))
    }
    /// R[r] = a value of a known kind, computed by this instruction.
    pub(crate) fn give(&mut self, r: u8, known: Known, value: Value, lazy: bool) {
        let stored = self.slot(r).stored;
        self.define(r, known, value);
        self.set_slot(r, Slot { known, dirty: true, stored, open: false });
        if !lazy && self.run.is_none() {
            self.flush(&[r]);
        }
    }
    /// R[r] = a value of any kind; it is expected to be of one.
    pub(crate) fn give_any(&mut self, r: u8, (tag, bits): (Value, Value), expected: Known) {
        if self.in_run()
            && let Some(kind) = expected.kind()
        {
            let missed = self.missed();
            self.check(tag, kind, missed);
            let stored = self.slot(r).stored;
            self.define(r, expected, bits);
            return self.set_slot(r, Slot { known: expected, dirty: true, stored, open: false });
        }
        self.store_register(r, Some(tag), bits);
        self.set_slot(r, Slot::ANY);
        let Some(kind) = expected.kind() else { return };
        let missed = self.exit_after(status::MISSED);
        self.check(tag, kind, missed);
        self.define(r, expected, bits);
        self.set_slot(r, Slot::new(expected, false));
    }
    /// Brings memory up to date for these registers.
    pub(crate) fn flush(&mut self, registers: &[u8]) {
        for &r in registers {
            let slot = self.slot(r);
            if slot.dirty {
                let old = self.old.get(&r).copied();
                let (tag, bits) = old.unwrap_or_else(|| self.words(u16::from(r)));
                let tag = (slot.stored != slot.known.kind()).then_some(tag);
                self.store_register(r, tag, bits);
                self.set_slot(r, Slot { open: slot.open, ..Slot::new(slot.known, false) });
            }
        }
    }
    fn flush_all(&mut self) {
        let all: Vec<u8> = (0..self.unit.function.registers).collect();
        self.flush(&all);
    }

    // ---- going on, and leaving

    /// A block that leaves the code before this instruction.
    pub(crate) fn missed(&mut self) -> Block {
        if let Some(run) = &self.run {
            return run.exit.unwrap_or_else(|| self.leave_run());
        }
        if let Some(block) = self.before {
            return block;
        }
        let block = self.exit(self.pc, status::MISSED);
        self.before = Some(block);
        block
    }
    /// A block that leaves the code at the beginning of the run.
    fn leave_run(&mut self) -> Block {
        let Some(run) = &self.run else { return self.tail };
        let (pc, charge, status) = (run.first, run.charge, status::MISSED);
        let (state, old) = (run.state.clone(), run.old.clone());
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.exits.push(Exit { block, state, pc, charge, status, old });
        if let Some(run) = &mut self.run {
            run.exit = Some(block);
        }
        block
    }
    /// The same after it.
    pub(crate) fn exit_after(&mut self, status: i64) -> Block {
        self.count += 1;
        let block = self.exit(self.pc + 1, status);
        self.count -= 1;
        block
    }
    fn exit(&mut self, pc: u32, status: i64) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        let state = self.state.clone();
        self.exits.push(Exit {
            block,
            state,
            pc,
            charge: self.count,
            status,
            old: BTreeMap::new(),
        });
        block
    }
    fn write_exits(&mut self) {
        for exit in std::mem::take(&mut self.exits) {
            self.b.switch_to_block(exit.block);
            self.state = exit.state;
            self.count = exit.charge;
            self.old = exit.old;
            self.b.set_srcloc(SourceLoc::new(exit.pc));
            let status = self.b.ins().iconst(types::I64, exit.status);
            self.leave_at(exit.pc, status);
        }
    }
    /// Leaves the code; the next instruction is that at `pc`.
    fn leave_at(&mut self, pc: u32, status: Value) {
        self.flush_all();
        let place = i64::from(self.unit.number) | i64::from(pc) << 32;
        let place = self.b.ins().iconst(types::I64, place);
        let left = self.fuel();
        let args = [left, place, status].map(BlockArg::Value);
        self.b.ins().jump(self.tail, &args);
    }
    /// Notes where the code was left, and returns.
    fn write_tail(&mut self) {
        self.b.switch_to_block(self.tail);
        self.b.set_cold_block(self.tail);
        let &[left, place, status] = self.b.block_params(self.tail) else { return };
        let (context, flags) = (self.context, self.regions.table);
        let unwound = offset_of!(Context<'_, '_>, unwound) as i32;
        let count = self.b.ins().load(types::I64, flags, context, unwound);
        let calls = offset_of!(Context<'_, '_>, calls) as i32;
        let calls = self.b.ins().load(types::I64, flags, context, calls);
        let at = self.b.ins().imul_imm_s(count, 16);
        let at = self.b.ins().iadd(calls, at);
        self.b.ins().store(flags, place, at, 0);
        self.b.ins().store(flags, self.window, at, 8);
        let count = self.b.ins().iadd_imm_s(count, 1);
        self.b.ins().store(flags, count, context, unwound);
        let none = self.b.ins().iconst(types::I64, 0);
        self.b.ins().return_(&[status, none, left]);
    }
    /// The fuel that is left after what was run so far.
    pub(crate) fn fuel(&mut self) -> Value {
        let left = self.b.use_var(self.left);
        if self.count == 0 { left } else { self.b.ins().iadd_imm_s(left, -self.count) }
    }
    /// The same after this instruction.
    fn fuel_after(&mut self) -> Value {
        let left = self.b.use_var(self.left);
        self.b.ins().iadd_imm_s(left, -1 - self.count)
    }
    fn set_fuel(&mut self, left: Value) {
        self.b.def_var(self.left, left);
        self.count = 0;
    }
    /// Goes to the block at `pc`, with registers as they are known there.
    fn goto(&mut self, pc: u32) {
        let Some((block, state)) = self.blocks.get(&pc).zip(self.flow.blocks.get(&pc)) else {
            // Code does not run past a function's end.
            let nowhere = self.exit(pc, status::HERE);
            self.b.ins().jump(nowhere, &[]);
            return;
        };
        let (block, state) = (*block, state.clone());
        for (r, slot) in state.iter().enumerate() {
            if slot.known == Known::Any || !slot.dirty {
                self.flush(&[r as u8]);
            }
        }
        let left = self.fuel();
        self.set_fuel(left);
        let wanted = state.iter().enumerate().filter(|(_, slot)| slot.open);
        let closed = wanted.map(|(r, _)| r as u8).filter(|&r| !self.slot(r).open);
        let closed: Vec<u8> = closed.collect();
        if !closed.is_empty() {
            let missed = self.exit(pc, status::MISSED);
            closed.into_iter().for_each(|r| self.open(r, missed));
        }
        self.b.ins().jump(block, &[]);
    }
    /// The same for a jump, which looks at the fuel when it goes back.
    fn jump(&mut self, pc: u32) {
        if pc <= self.pc {
            let left = self.fuel();
            self.set_fuel(left);
            let paused = self.exit(pc, status::PAUSE);
            let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
            self.go_on_unless(over, paused);
        }
        self.goto(pc);
    }
    /// Goes to the target when a condition holds, otherwise to the next instruction. `jump_sets`
    /// and `sets` are known then.
    pub(crate) fn branch(&mut self, holds: Value, to_target: &mut dyn FnMut(&mut Self)) {
        let (taken, next) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(holds, taken, &[], next, &[]);
        self.b.switch_to_block(taken);
        let (state, count) = (self.state.clone(), self.count);
        self.count += 1;
        to_target(self);
        self.jump(self.unit.instr(self.pc).target());
        self.state = state;
        self.count = count;
        self.b.switch_to_block(next);
    }

    // ---- instructions

    /// Writes an instruction; whether the next one follows it.
    fn instruction(&mut self, pc: u32) -> bool {
        let i = self.unit.instr(pc);
        let plan = self.unit.plan(pc, &self.state);
        let lazy = is_lazy(self.unit, plan.how);
        let expected = plan.sets.first().map_or(Known::Any, |set| set.1);
        match plan.how {
            How::Constant(value) => {
                let (tag, bits) = self.constant(value);
                match Known::of(value) {
                    Known::Any => self.give_any(i.a, (tag, bits), Known::Any),
                    Known::Num => {
                        let number = self.b.ins().f64const(value.as_f64());
                        self.give(i.a, Known::Num, number, lazy);
                    }
                    known => self.give(i.a, known, bits, lazy),
                }
            }
            How::Move => match expected {
                Known::Any => {
                    let words = self.words(i.b);
                    self.give_any(i.a, words, Known::Any);
                }
                known => {
                    let value = self.variable(i.b as u8, known);
                    self.give(i.a, known, value, lazy);
                }
            },
            How::EnvGet => {
                let words = self.shared(i.b);
                self.give_any(i.a, words, expected);
            }
            How::EnvSet => self.set_shared(i),
            How::IntMath => self.int_math(i, lazy),
            How::NumMath => self.num_math(i, lazy),
            How::Divided | How::Quotient => self.divide(i, matches!(plan.how, How::Divided), lazy),
            How::IntDivision => self.int_division(i, lazy),
            How::Root | How::Absolute | How::Floor => self.rounding(i, plan.how, lazy),
            How::IntCompare | How::NumCompare | How::TextCompare(_) => {
                return self.comparison(i, plan.how, lazy);
            }
            How::Jump => {
                self.count += 1;
                self.jump(i.target());
                return false;
            }
            How::Truth => {
                let holds = self.truth(i);
                self.branch(holds, &mut |_| {});
            }
            How::Nullness => {
                let (tag, _) = self.words(u16::from(i.a));
                let condition = if i.op == Op::JumpIfNull { IntCC::Equal } else { IntCC::NotEqual };
                let holds = self.b.ins().icmp_imm_s(condition, tag, 0);
                self.branch(holds, &mut |_| {});
            }
            How::ForPrep => self.for_prep(i, lazy),
            How::ForLoop | How::NumLoop => self.for_loop(i, matches!(plan.how, How::NumLoop), lazy),
            How::IterNext => self.iter_next(i, plan.sets.get(1).map_or(Known::Any, |set| set.1)),
            How::ListGet => self.list_get(i, expected),
            How::ListSet => self.list_set(i),
            How::FieldGet => self.get_field(i, expected),
            How::FieldSet => self.set_field(i),
            How::Call => self.call(i, expected, lazy),
            How::FrameCall => self.frame_call(i, expected),
            How::Return => {
                self.count += 1;
                let (tag, bits) = match i.op {
                    Op::Return => self.words(u16::from(i.a)),
                    _ => self.constant(Constant::NULL),
                };
                let bits = self.as_bits(bits);
                if self.unit.version == Version::Entered {
                    let next = self.b.ins().iconst(types::I64, i64::from(pc) + 1);
                    let returned = offset_of!(Context<'_, '_>, returned) as i32;
                    let (context, flags) = (self.context, self.regions.table);
                    self.b.ins().store(flags, next, context, returned);
                }
                let left = self.fuel();
                self.b.ins().return_(&[tag, bits, left]);
                return false;
            }
            How::Machine => self.by_machine(pc, &plan.sets),
            How::MachineJump => self.jump_by_machine(pc, &plan.sets, &plan.jump_sets),
            How::Unseen => {
                let missed = self.missed();
                self.b.ins().jump(missed, &[]);
                return false;
            }
            How::Leave => {
                let here = self.exit(pc, status::HERE);
                self.b.ins().jump(here, &[]);
                return false;
            }
        }
        self.count += 1;
        debug_assert!({
            let mut expected = self.state.clone();
            apply_plan(&mut expected, &plan, self.unit);
            expected.iter().zip(&self.state).all(|(a, b)| a.known == b.known)
        });
        true
    }
    /// An `i64` or `f64` as it is in memory.
    pub(crate) fn as_bits(&mut self, value: Value) -> Value {
        match self.b.func.dfg.value_type(value) {
            types::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
            _ => value,
        }
    }

    fn helper(&mut self, offset: usize, args: &[Value]) -> Value {
        let (context, flags) = (self.context, self.regions.table);
        let address = self.b.ins().load(types::I64, flags, context, offset as i32);
        let signature = if args.len() == 4 { self.helper } else { self.question };
        let call = self.b.ins().call_indirect(signature, address, args);
        self.b.inst_results(call).first().copied().unwrap_or(context)
    }
    /// An instruction by the rules of the machine.
    pub(crate) fn by_machine(&mut self, pc: u32, sets: &[(u8, Known)]) {
        let i = self.unit.instr(pc);
        self.flush(&reads(&i));
        let at = self.b.ins().iconst(types::I64, i64::from(pc));
        let missed = self.missed();
        let args = [self.context, self.window, at, self.fuel_after()];
        match self.unit.version {
            Version::Called => {
                let done = self.helper(offset_of!(Context<'_, '_>, short), &args);
                self.go_on_if(done, missed);
            }
            Version::Entered => {
                let done = self.helper(offset_of!(Context<'_, '_>, run), &args);
                let out = self.out();
                self.go_on_unless(done, out);
            }
        }
        self.take_fuel();
        close(&mut self.state);
        self.take(sets);
    }
    /// The fuel as the machine left it, after this instruction.
    fn take_fuel(&mut self) {
        let (context, flags) = (self.context, self.regions.table);
        let left = offset_of!(Context<'_, '_>, left) as i32;
        let left = self.b.ins().load(types::I64, flags, context, left);
        // This instruction is still to be counted.
        let left = self.b.ins().iadd_imm_s(left, self.count + 1);
        self.b.def_var(self.left, left);
    }
    /// What the machine has written.
    fn take(&mut self, sets: &[(u8, Known)]) {
        for &(r, _) in sets {
            self.set_slot(r, Slot::ANY);
        }
        for &(r, known) in sets {
            let Some(kind) = known.kind() else { continue };
            let missed = self.exit_after(status::MISSED);
            let (tag, bits) = self.load_register(r);
            self.check(tag, kind, missed);
            self.define(r, known, bits);
            self.set_slot(r, Slot::new(known, false));
        }
    }
    /// A block that leaves the code because the machine has left the loop.
    fn out(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.exits.push(Exit {
            block,
            state: vec![Slot::ANY; self.state.len()],
            pc: self.pc,
            charge: 0,
            status: status::OUT,
            old: BTreeMap::new(),
        });
        block
    }
    /// A conditional jump by the rules of the machine.
    fn jump_by_machine(&mut self, pc: u32, sets: &[(u8, Known)], jump_sets: &[(u8, Known)]) {
        let holds = self.machine_jumps(pc);
        close(&mut self.state);
        self.branch(holds, &mut |emit: &mut Self| {
            apply(&mut emit.state, jump_sets, true);
        });
        self.take(sets);
    }
    /// Whether a jump goes to its target, by the rules of the machine.
    pub(crate) fn machine_jumps(&mut self, pc: u32) -> Value {
        self.flush(&reads(&self.unit.instr(pc)));
        let at = self.b.ins().iconst(types::I64, i64::from(pc));
        let missed = self.missed();
        if self.unit.version == Version::Called {
            let args = [self.context, self.window, at];
            let holds = self.helper(offset_of!(Context<'_, '_>, jumps), &args);
            let unknown = self.b.ins().icmp_imm_s(IntCC::Equal, holds, 2);
            self.go_on_unless(unknown, missed);
            return holds;
        }
        let args = [self.context, self.window, at, self.fuel_after()];
        let holds = self.helper(offset_of!(Context<'_, '_>, ask), &args);
        let out = self.out();
        let left = self.b.ins().icmp_imm_s(IntCC::Equal, holds, 2);
        self.go_on_unless(left, out);
        self.take_fuel();
        holds
    }

    /// A call of other machine code.
    fn call(&mut self, i: Instr, expected: Known, lazy: bool) {
        let callee = u32::from(i.b);
        let Some(&function) = self.callees.get(&callee) else { return };
        let missed = self.missed();
        let none = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, self.depth, 0);
        self.go_on_unless(none, missed);
        let base = i64::from(self.unit.function.registers) * i64::from(VALUE);
        let window = self.b.ins().iadd_imm_s(self.window, base);
        let (context, flags) = (self.context, self.regions.table);
        let last = offset_of!(Context<'_, '_>, last) as i32;
        let last = self.b.ins().load(types::I64, flags, context, last);
        let over = self.b.ins().icmp(IntCC::UnsignedGreaterThan, window, last);
        self.go_on_unless(over, missed);
        let depth = self.b.ins().iadd_imm_s(self.depth, -1);
        let left = self.fuel_after();
        let mut args = vec![context, window, depth, left];
        for place in 0..i.c {
            let (r, wanted) = (i.a.wrapping_add(place as u8), self.unit.param(callee, place as u8));
            args.extend(self.argument(r, place as i32, wanted, window));
        }
        let call = self.b.ins().call(function, &args);
        let &[tag, bits, left] = self.b.inst_results(call) else { return };
        self.returned(i.a, (tag, bits), left, (expected, lazy));
    }
    /// The same with a frame. When the callee leaves the code, so does this function: its frame is
    /// as it must be.
    fn frame_call(&mut self, i: Instr, expected: Known) {
        let Some(&function) = self.callees.get(&u32::from(i.b)) else { return };
        let here = self.exit(self.pc, status::HERE);
        let none = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, self.depth, 0);
        self.go_on_unless(none, here);
        let left = self.fuel_after();
        let (context, flags) = (self.context, self.regions.table);
        let at = self.b.ins().iconst(types::I64, i64::from(self.pc));
        let enter = self.b.ins().load(
            types::I64,
            flags,
            context,
            offset_of!(Context<'_, '_>, enter) as i32,
        );
        let call = self.b.ins().call_indirect(self.entering, enter, &[context, at]);
        let &[window] = self.b.inst_results(call) else { return };
        self.go_on_if(window, here);
        let (paused, go) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(paused);
        let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
        self.b.ins().brif(over, paused, &[], go, &[]);
        self.b.switch_to_block(paused);
        let pause = self.b.ins().iconst(types::I64, status::PAUSE);
        self.b.ins().return_(&[pause, pause, left]);
        self.b.switch_to_block(go);
        let depth = self.b.ins().iadd_imm_s(self.depth, -1);
        let start = self.b.ins().iconst(types::I64, 0);
        let call = self.b.ins().call(function, &[context, window, depth, left, start]);
        let &[tag, bits, left] = self.b.inst_results(call) else { return };
        let (through, answered) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(through);
        let low = self.b.ins().band_imm_u(tag, 0xff);
        let value = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, low, status::HERE);
        self.b.ins().brif(value, answered, &[], through, &[]);
        self.b.switch_to_block(through);
        self.b.ins().return_(&[tag, bits, left]);
        self.b.switch_to_block(answered);
        let leave = self.b.ins().load(
            types::I64,
            flags,
            context,
            offset_of!(Context<'_, '_>, leave) as i32,
        );
        self.b.ins().call_indirect(self.leaving, leave, &[context]);
        close(&mut self.state);
        let left = self.b.ins().iadd_imm_s(left, 1);
        self.set_fuel(left);
        self.give_any(i.a, (tag, bits), expected);
    }
    /// An argument that is handed over, or put into the callee's registers.
    fn argument(&mut self, r: u8, place: i32, wanted: Known, window: Value) -> Option<Value> {
        let known = self.slot(r).known;
        let Some(kind) = wanted.kind() else {
            let (tag, bits) = self.words(u16::from(r));
            let flags = self.regions.window;
            self.b.ins().store(flags, tag, window, place * VALUE);
            self.b.ins().store(flags, bits, window, place * VALUE + 8);
            return None;
        };
        let missed = self.missed();
        if known.kind() == Some(kind) {
            return Some(self.variable(r, known));
        }
        let (tag, bits) = self.words(u16::from(r));
        let bits = self.as_bits(bits);
        self.check(tag, kind, missed);
        Some(match payload(wanted) {
            Some(types::F64) => self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits),
            _ => bits,
        })
    }
    /// What a call has answered.
    fn returned(
        &mut self,
        r: u8,
        (tag, bits): (Value, Value),
        left: Value,
        (expected, lazy): (Known, bool),
    ) {
        // Out of the code when the callee is: with this call in progress.
        let other = self.b.create_block();
        self.b.set_cold_block(other);
        let fine = match expected.kind() {
            Some(kind) => self.b.ins().icmp_imm_s(IntCC::Equal, tag, kind as i64),
            None => {
                let low = self.b.ins().band_imm_u(tag, 0xff);
                self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, low, status::HERE)
            }
        };
        let next = self.b.create_block();
        self.b.ins().brif(fine, next, &[], other, &[]);
        close(&mut self.state);
        let state = self.state.clone();
        self.b.switch_to_block(other);
        self.set_fuel(left);
        let low = self.b.ins().band_imm_u(tag, 0xff);
        let value = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, low, status::HERE);
        let (answered, through) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(value, answered, &[], through, &[]);
        self.b.switch_to_block(through);
        self.leave_at(self.pc + 1, tag);
        self.b.switch_to_block(answered);
        self.state.clone_from(&state);
        self.count = 0;
        self.set_slot(r, Slot::ANY);
        self.store_register(r, Some(tag), bits);
        let missed = self.b.ins().iconst(types::I64, status::MISSED);
        self.leave_at(self.pc + 1, missed);
        self.state = state;
        self.b.switch_to_block(next);
        let left = self.b.ins().iadd_imm_s(left, 1);
        self.set_fuel(left);
        match expected {
            Known::Any => {
                self.store_register(r, Some(tag), bits);
                self.set_slot(r, Slot::ANY);
            }
            Known::Num => {
                let number = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
                self.give(r, Known::Num, number, lazy);
            }
            known => self.give(r, known, bits, lazy),
        }
    }
}

fn region(b: &mut FunctionBuilder<'_>, number: u32, name: &'static str) -> MemFlagsData {
    let data = AliasRegionData { user_id: number, description: name.into() };
    let region = b.func.dfg.alias_regions.insert(data);
    MemFlagsData::trusted().with_alias_region(Some(region))
}

fn helper_signature(params: usize) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend((0..params).map(|_| AbiParam::new(types::I64)));
    signature.returns.push(AbiParam::new(types::I64));
    signature
}
