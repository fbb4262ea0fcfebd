//! What is done elsewhere: by the machine, and by other machine code.

use std::collections::BTreeMap;
use std::mem::offset_of;

use basilect_vm::program::Instr;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};

use crate::context::Context;
use crate::emit::{Emit, Exit, VALUE, payload, status};
use crate::flow::apply;
use crate::known::{Known, Slot, reads};
use crate::plan::Version;

impl Emit<'_, '_> {
    pub(crate) fn helper(&mut self, offset: usize, args: &[Value]) -> Value {
        let (context, flags) = (self.context, self.regions.table);
        let address = self.b.ins().load(types::I64, flags, context, offset as i32);
        let signature = if args.len() == 4 { self.helpers.run } else { self.helpers.jumps };
        let call = self.b.ins().call_indirect(signature, address, args);
        self.b.inst_results(call).first().copied().unwrap_or(context)
    }
    /// Brings into memory what the machine reads for an instruction: all, where it may look at
    /// everything.
    fn flush_for_machine(&mut self, pc: u32) {
        match self.unit.version {
            Version::Called => self.flush(&reads(&self.unit.instr(pc))),
            Version::Entered => self.flush_all(),
        }
    }
    /// An instruction by the rules of the machine.
    pub(crate) fn by_machine(&mut self, pc: u32, sets: &[(u8, Known)]) {
        self.flush_for_machine(pc);
        let at = self.b.ins().iconst(types::I64, i64::from(pc));
        let args = [self.context, self.window, at, self.fuel_after()];
        match self.unit.version {
            Version::Called => {
                let missed = self.missed();
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
        self.forget();
        self.take(sets);
    }

    /// On a way for what is seldom, this instruction by the rules of the machine; both ways go on
    /// in another block.
    pub(crate) fn or_by_machine(&mut self, other: Block, joined: Block) {
        self.continue_in(other);
        let before = self.state.clone();
        self.by_machine(self.pc, &[]);
        self.b.ins().jump(joined, &[]);
        self.join_with(before);
        self.continue_in(joined);
    }
    /// The fuel as the machine left it, after this instruction.
    pub(crate) fn take_fuel(&mut self) {
        let (context, flags) = (self.context, self.regions.table);
        let left = offset_of!(Context<'_, '_>, left) as i32;
        let left = self.b.ins().load(types::I64, flags, context, left);
        // This instruction is still to be counted.
        let left = self.b.ins().iadd_imm_s(left, self.count + 1);
        self.b.def_var(self.left, left);
    }
    /// What the machine has written.
    pub(crate) fn take(&mut self, sets: &[(u8, Known)]) {
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
    pub(crate) fn out(&mut self) -> Block {
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
    pub(crate) fn jump_by_machine(
        &mut self,
        pc: u32,
        sets: &[(u8, Known)],
        jump_sets: &[(u8, Known)],
    ) {
        let holds = self.machine_jumps(pc);
        self.forget();
        self.branch(holds, &mut |emit: &mut Self| {
            apply(&mut emit.state, jump_sets, true);
        });
        self.take(sets);
    }
    /// Whether a jump goes to its target, by the rules of the machine.
    pub(crate) fn machine_jumps(&mut self, pc: u32) -> Value {
        self.flush_for_machine(pc);
        let at = self.b.ins().iconst(types::I64, i64::from(pc));
        if self.unit.version == Version::Called {
            let missed = self.missed();
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
    pub(crate) fn call(&mut self, i: Instr, expected: Known) {
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
        self.returned(i.a, (tag, bits), left, expected);
    }
    /// The same with a frame. When the callee leaves the code, so does this function: its frame is
    /// as it must be.
    pub(crate) fn frame_call(&mut self, i: Instr, expected: Known) {
        let Some(&function) = self.callees.get(&u32::from(i.b)) else { return };
        self.flush_all();
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
        let call = self.b.ins().call_indirect(self.helpers.enter, enter, &[context, at]);
        let &[window] = self.b.inst_results(call) else { return };
        self.go_on_if(window, here);
        let (paused, go) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(paused);
        let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
        self.b.ins().brif(over, paused, &[], go, &[]);
        self.continue_in(paused);
        let pause = self.b.ins().iconst(types::I64, status::PAUSE);
        self.b.ins().return_(&[pause, pause, left]);
        self.continue_in(go);
        let depth = self.b.ins().iadd_imm_s(self.depth, -1);
        let start = self.b.ins().iconst(types::I64, 0);
        let call = self.b.ins().call(function, &[context, window, depth, left, start]);
        let &[tag, bits, left] = self.b.inst_results(call) else { return };
        let (through, answered) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(through);
        let low = self.b.ins().band_imm_u(tag, 0xff);
        let value = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, low, status::HERE);
        self.b.ins().brif(value, answered, &[], through, &[]);
        self.continue_in(through);
        self.b.ins().return_(&[tag, bits, left]);
        self.continue_in(answered);
        let leave = self.b.ins().load(
            types::I64,
            flags,
            context,
            offset_of!(Context<'_, '_>, leave) as i32,
        );
        self.b.ins().call_indirect(self.helpers.leave, leave, &[context]);
        self.forget();
        let left = self.b.ins().iadd_imm_s(left, 1);
        self.set_fuel(left);
        self.give_any(i.a, (tag, bits), expected);
    }
    /// An argument that is handed over, or put into the callee's registers.
    pub(crate) fn argument(
        &mut self,
        r: u8,
        place: i32,
        wanted: Known,
        window: Value,
    ) -> Option<Value> {
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
    pub(crate) fn returned(
        &mut self,
        r: u8,
        (tag, bits): (Value, Value),
        left: Value,
        expected: Known,
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
        self.forget();
        let state = self.state.clone();
        self.continue_in(other);
        self.set_fuel(left);
        let low = self.b.ins().band_imm_u(tag, 0xff);
        let value = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, low, status::HERE);
        let (answered, through) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(answered);
        self.b.set_cold_block(through);
        self.b.ins().brif(value, answered, &[], through, &[]);
        self.continue_in(through);
        self.leave_at(self.pc + 1, tag);
        self.continue_in(answered);
        self.state.clone_from(&state);
        self.count = 0;
        self.set_slot(r, Slot::ANY);
        self.store_register(r, Some(tag), bits);
        let missed = self.b.ins().iconst(types::I64, status::MISSED);
        self.leave_at(self.pc + 1, missed);
        self.state = state;
        self.continue_in(next);
        let left = self.b.ins().iadd_imm_s(left, 1);
        self.set_fuel(left);
        match expected {
            Known::Any => {
                self.store_register(r, Some(tag), bits);
                self.set_slot(r, Slot::ANY);
            }
            Known::Num => {
                let number = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
                self.give(r, Known::Num, number);
            }
            known => self.give(r, known, bits),
        }
    }
}
