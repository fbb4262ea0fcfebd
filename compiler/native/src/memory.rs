//! Shared variables, lists and maps.

use std::mem::offset_of;

use basilect_stdlib::Value as Constant;
use basilect_vm::native::{Entry, Map, Place};
use basilect_vm::program::Instr;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};

use crate::context::Context;
use crate::emit::{Emit, status};
use crate::known::{Known, Slot, reads};
use crate::layout;
use crate::plan::Version;

impl Emit<'_, '_> {
    fn shared_variables(&mut self) -> Value {
        self.of_context(offset_of!(Context<'_, '_>, shared))
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

    /// A field of the context.
    pub(crate) fn of_context(&mut self, offset: usize) -> Value {
        let (context, flags) = (self.context, self.regions.table);
        self.b.ins().load(types::I64, flags, context, offset as i32)
    }
    /// Where an object is in its table: `size` bytes a place, of which there are so many.
    pub(crate) fn place(
        &mut self,
        handle: Value,
        table: (usize, usize),
        size: usize,
        otherwise: Block,
    ) -> Value {
        let (first, places) = (self.of_context(table.0), self.of_context(table.1));
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, handle, places);
        self.go_on_if(inside, otherwise);
        let at = self.b.ins().imul_imm_s(handle, size as i64);
        let at = self.b.ins().iadd(first, at);
        let flags = self.regions.table;
        let used = self.b.ins().load(types::I64, flags, at, 0);
        self.go_on_if(used, otherwise);
        at
    }
    /// Where the elements of a vector are, and how many there are.
    fn vector(&mut self, at: Value, offset: usize) -> (Value, Value) {
        let (layout, flags) = (layout::get(), self.regions.table);
        let first = self.b.ins().load(types::I64, flags, at, (offset + layout.first) as i32);
        let len = self.b.ins().load(types::I64, flags, at, (offset + layout.len) as i32);
        (first, len)
    }
    /// Looks up where the elements of a list are, into variables.
    pub(crate) fn open(&mut self, list: u8, otherwise: Block) {
        let handle = self.payload(u16::from(list));
        let table = (offset_of!(Context<'_, '_>, lists), offset_of!(Context<'_, '_>, list_places));
        let at = self.place(handle, table, size_of::<Place<Vec<Constant>>>(), otherwise);
        let (first, len) = self.vector(at, offset_of!(Place<Vec<Constant>>, object));
        if let Some(&[at, count]) = self.elements.get(list as usize) {
            self.b.def_var(at, first);
            self.b.def_var(count, len);
            self.set_slot(list, Slot { open: true, ..self.slot(list) });
        }
    }
    /// Where the elements of a list are, and how many there are.
    fn elements(&mut self, list: u8, otherwise: Block) -> (Value, Value) {
        if !self.slot(list).open {
            self.open(list, otherwise);
        }
        let variables = self.elements.get(list as usize).copied();
        match variables {
            Some([first, len]) => (self.b.use_var(first), self.b.use_var(len)),
            None => (self.window, self.window),
        }
    }
    /// Where the value of a field is, in a map that has it where it was found last.
    fn field(&mut self, map: u8, key: u16, otherwise: Block) -> Value {
        let handle = self.payload(u16::from(map));
        let table = (offset_of!(Context<'_, '_>, maps), offset_of!(Context<'_, '_>, map_places));
        let at = self.place(handle, table, size_of::<Place<Map>>(), otherwise);
        let entries = offset_of!(Place<Map>, object) + Map::ENTRIES;
        let (first, len) = self.vector(at, entries);
        let entry = self.unit.order.entry_at(self.pc).unwrap_or(0);
        let inside = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, len, entry as i64);
        self.go_on_if(inside, otherwise);
        let name = self.unit.consts().get(key as usize).copied().unwrap_or(Constant::NULL);
        let (flags, at) = (self.regions.heap, entry * size_of::<Entry>());
        let place = (at + offset_of!(Entry, key)) as i32;
        let tag = self.b.ins().load(types::I64, flags, first, place);
        let bits = self.b.ins().load(types::I64, flags, first, place + 8);
        let (name_tag, name_bits) = self.constant(name);
        let tag = self.b.ins().bxor(tag, name_tag);
        let bits = self.b.ins().bxor(bits, name_bits);
        let other = self.b.ins().bor(tag, bits);
        self.go_on_unless(other, otherwise);
        self.b.ins().iadd_imm_s(first, (at + offset_of!(Entry, value)) as i64)
    }
    pub(crate) fn get_field(&mut self, i: Instr, expected: Known) {
        if self.in_run() {
            let missed = self.missed();
            let (at, flags) = (self.field(i.b as u8, i.c, missed), self.regions.heap);
            let tag = self.b.ins().load(types::I64, flags, at, 0);
            let bits = self.b.ins().load(types::I64, flags, at, 8);
            return self.give_any(i.a, (tag, bits), expected);
        }
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        let (tag, bits) = (
            self.b.append_block_param(joined, types::I64),
            self.b.append_block_param(joined, types::I64),
        );
        let (at, flags) = (self.field(i.b as u8, i.c, other), self.regions.heap);
        let found_tag = self.b.ins().load(types::I64, flags, at, 0);
        let found_bits = self.b.ins().load(types::I64, flags, at, 8);
        self.b.ins().jump(joined, &[found_tag, found_bits].map(BlockArg::Value));
        self.b.switch_to_block(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Any)]);
        let (given_tag, given_bits) = self.load_register(i.a);
        self.b.ins().jump(joined, &[given_tag, given_bits].map(BlockArg::Value));
        self.join_with(state);
        self.b.switch_to_block(joined);
        self.give_any(i.a, (tag, bits), expected);
    }
    pub(crate) fn set_field(&mut self, i: Instr) {
        let words = self.words(i.c);
        self.set_or_ask(|emit, other| emit.field(i.a, i.b, other), words);
    }
    /// Stores a value at a place that is there, or lets the machine do it.
    fn set_or_ask(
        &mut self,
        place: impl FnOnce(&mut Self, Block) -> Value,
        (tag, bits): (Value, Value),
    ) {
        self.flush(&reads(&self.unit.instr(self.pc)));
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        let (at, flags) = (place(self, other), self.regions.heap);
        self.b.ins().store(flags, tag, at, 0);
        self.b.ins().store(flags, bits, at, 8);
        self.b.ins().jump(joined, &[]);
        self.b.switch_to_block(other);
        let before = self.state.clone();
        self.by_machine(self.pc, &[]);
        let open = before.iter().enumerate().filter(|(_, slot)| slot.open);
        for r in open.map(|(r, _)| r as u8) {
            let missed = self.exit_after(status::MISSED);
            self.open(r, missed);
        }
        self.join_with(before);
        self.b.ins().jump(joined, &[]);
        self.b.switch_to_block(joined);
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
        let words = self.words(i.c);
        if self.unit.takes_long(self.pc) && self.unit.version == Version::Entered {
            // Elements behind the last one are appended by the machine.
            return self.set_or_ask(|emit, other| emit.element(i.a, i.b, other), words);
        }
        let missed = self.missed();
        let (at, flags) = (self.element(i.a, i.b, missed), self.regions.heap);
        self.b.ins().store(flags, words.0, at, 0);
        self.b.ins().store(flags, words.1, at, 8);
    }
    pub(crate) fn iter_next(&mut self, i: Instr, expected: Known) {
        let (a, place) = (i.a, i.a.wrapping_add(1));
        let missed = self.missed();
        let (first, len) = self.elements(a, missed);
        let index = self.payload(u16::from(place));
        let past = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len);
        self.branch(past, &mut |_| {});
        let next = self.b.ins().iadd_imm_s(index, 1);
        self.give(place, Known::Int, next);
        self.flush(&[place]);
        let offset = self.b.ins().ishl_imm_u(index, 4);
        let (at, flags) = (self.b.ins().iadd(first, offset), self.regions.heap);
        let tag = self.b.ins().load(types::I64, flags, at, 0);
        let bits = self.b.ins().load(types::I64, flags, at, 8);
        self.give_any(i.b as u8, (tag, bits), expected);
    }
}
