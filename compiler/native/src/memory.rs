//! Shared variables, lists and texts.

use std::mem::offset_of;

use basilect_stdlib::{Kind, Value as Constant};
use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};

use crate::context::Context;
use crate::emit::Emit;
use crate::known::{Known, reads};
use crate::layout;
use crate::plan::Version;

impl Emit<'_, '_> {
    fn shared_variables(&mut self) -> Value {
        let (context, flags) = (self.context, self.regions.table);
        let shared = offset_of!(Context<'_, '_>, shared) as i32;
        self.b.ins().load(types::I64, flags, context, shared)
    }
    /// Tag and payload of a shared variable.
    pub(crate) fn shared(&mut self, slot: u16) -> (Value, Value) {
        let (shared, flags, at) =
            (self.shared_variables(), self.regions.heap, i32::from(slot) * 16);
        let tag = self.b.ins().load(types::I64, flags, shared, at);
        (tag, self.b.ins().load(types::I64, flags, shared, at + 8))
    }
    pub(crate) fn set_shared(&mut self, i: Instr) {
        let (tag, bits) = self.words(u16::from(i.a));
        let (shared, flags) = (self.shared_variables(), self.regions.heap);
        let at = i32::from(i.b) * 16;
        self.b.ins().store(flags, tag, shared, at);
        self.b.ins().store(flags, bits, shared, at + 8);
    }

    /// Where the elements of a list are, and how many there are.
    fn elements(&mut self, list: u8, otherwise: Block) -> (Value, Value) {
        let handle = self.payload(u16::from(list));
        let (context, flags) = (self.context, self.regions.table);
        let places = offset_of!(Context<'_, '_>, places) as i32;
        let places = self.b.ins().load(types::I64, flags, context, places);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, handle, places);
        self.go_on_if(inside, otherwise);
        let lists = offset_of!(Context<'_, '_>, lists) as i32;
        let lists = self.b.ins().load(types::I64, flags, context, lists);
        let layout = layout::get();
        let at = self.b.ins().imul_imm_s(handle, layout.size as i64);
        let at = self.b.ins().iadd(lists, at);
        let capacity = self.b.ins().load(types::I64, flags, at, layout.capacity as i32);
        let freed = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, capacity, 0);
        self.go_on_unless(freed, otherwise);
        let first = self.b.ins().load(types::I64, flags, at, layout.first as i32);
        let len = self.b.ins().load(types::I64, flags, at, layout.len as i32);
        (first, len)
    }
    /// The address of an element that is there.
    fn element(&mut self, list: u8, index: u16, otherwise: Block) -> Value {
        let (first, len) = self.elements(list, otherwise);
        let index = self.index(index);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, len);
        self.go_on_if(inside, otherwise);
        let offset = self.b.ins().ishl_imm_u(index, 4);
        self.b.ins().iadd(first, offset)
    }
    pub(crate) fn list_get(&mut self, i: Instr, expected: Known) {
        let missed = self.missed();
        let at = self.element(i.b as u8, i.c, missed);
        let flags = self.regions.heap;
        let tag = self.b.ins().load(types::I64, flags, at, 0);
        let bits = self.b.ins().load(types::I64, flags, at, 8);
        self.give_any(i.a, (tag, bits), expected);
    }
    pub(crate) fn list_set(&mut self, i: Instr) {
        let (tag, bits) = self.words(i.c);
        let flags = self.regions.heap;
        if self.unit.version == Version::Called {
            let missed = self.missed();
            let at = self.element(i.a, i.b, missed);
            self.b.ins().store(flags, tag, at, 0);
            self.b.ins().store(flags, bits, at, 8);
            return;
        }
        // Elements behind the last one are appended by the machine.
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        let at = self.element(i.a, i.b, other);
        self.b.ins().store(flags, tag, at, 0);
        self.b.ins().store(flags, bits, at, 8);
        self.b.ins().jump(joined, &[]);
        self.b.switch_to_block(other);
        self.by_machine(self.pc, &[]);
        self.b.ins().jump(joined, &[]);
        self.b.switch_to_block(joined);
    }
    pub(crate) fn iter_next(&mut self, i: Instr, expected: Known) {
        let (a, place) = (i.a, i.a.wrapping_add(1));
        let missed = self.missed();
        let (first, len) = self.elements(a, missed);
        let index = self.payload(u16::from(place));
        let past = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len);
        self.branch(past, &mut |_| {});
        let next = self.b.ins().iadd_imm_s(index, 1);
        self.give(place, Known::Int, next, false);
        let offset = self.b.ins().ishl_imm_u(index, 4);
        let (at, flags) = (self.b.ins().iadd(first, offset), self.regions.heap);
        let tag = self.b.ins().load(types::I64, flags, at, 0);
        let bits = self.b.ins().load(types::I64, flags, at, 8);
        self.give_any(i.b as u8, (tag, bits), expected);
    }

    /// Whether a register is, or for the other comparison is not, a short text that is constant: by
    /// their words where the register holds a short text, otherwise as the machine compares.
    pub(crate) fn text_comparison(&mut self, i: Instr, register: u16, text: Constant) -> Value {
        self.flush(&reads(&i));
        let (tag, bits) = self.words(register);
        let (text_tag, text_bits) = self.constant(text);
        let same_tag = self.b.ins().icmp(IntCC::Equal, tag, text_tag);
        let same_bits = self.b.ins().icmp(IntCC::Equal, bits, text_bits);
        let same = self.b.ins().band(same_tag, same_bits);
        let same = self.b.ins().uextend(types::I64, same);
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        let ask = self.b.create_block();
        self.b.set_cold_block(ask);
        let holds = self.b.append_block_param(joined, types::I64);
        let equality = matches!(i.op, Op::Eq | Op::JumpEq);
        let answer = if equality { same } else { self.b.ins().bxor_imm_u(same, 1) };
        self.b.ins().brif(same, joined, &[BlockArg::Value(answer)], other, &[]);
        self.b.switch_to_block(other);
        let kind = self.b.ins().band_imm_u(tag, 0xff);
        let is_text = self.b.ins().icmp_imm_u(IntCC::Equal, kind, Kind::Text as i64);
        let len = self.b.ins().band_imm_u(tag, 0xff00);
        let short = self.b.ins().icmp_imm_u(IntCC::NotEqual, len, 0);
        let short = self.b.ins().band(is_text, short);
        self.b.ins().brif(short, joined, &[BlockArg::Value(answer)], ask, &[]);
        self.b.switch_to_block(ask);
        let asked = self.ask(i);
        self.b.ins().jump(joined, &[BlockArg::Value(asked)]);
        self.b.switch_to_block(joined);
        holds
    }
    /// What the machine says to a comparison: 0 or 1.
    fn ask(&mut self, i: Instr) -> Value {
        if i.op.jumps() {
            return self.machine_jumps(self.pc);
        }
        self.by_machine(self.pc, &[]);
        self.load_register(i.a).1
    }
}
