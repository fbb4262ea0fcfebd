//! Shared variables, lists and maps.

use std::mem::offset_of;

use basilect_stdlib::Value as Constant;
use basilect_vm::native::{Entry, Flags, List, Map, Place};
use basilect_vm::program::Instr;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};

use crate::context::Context;
use crate::emit::{Emit, payload, status};
use crate::known::{Known, Open, Slot, reads};
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
    pub(crate) fn get_shared(&mut self, i: Instr, expected: Known) {
        if let Some(value) = self.seen.shared(i.b, expected).filter(|_| payload(expected).is_some())
        {
            return self.give(i.a, expected, value);
        }
        let words = self.shared(i.b);
        self.give_any(i.a, words, expected);
        let value = payload(expected).map(|_| self.variable(i.a, expected));
        self.seen.note_shared(i.b, expected, value);
    }
    pub(crate) fn set_shared(&mut self, i: Instr) {
        let known = self.slot(i.a).known;
        let value = payload(known).map(|_| self.variable(i.a, known));
        self.seen.note_shared(i.b, known, value);
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
    pub(crate) fn open(&mut self, list: u8, open: Open, otherwise: Block) {
        let (at, flags) = self.list(list, otherwise);
        let object = offset_of!(Place<List>, object);
        let (first, len) = match open {
            Open::Flags => {
                self.go_on_if(flags, otherwise);
                self.vector(flags, Flags::BYTES)
            }
            _ => {
                self.go_on_unless(flags, otherwise);
                self.vector(at, object + List::ELEMENTS)
            }
        };
        if let Some(&variables) = self.elements.get(list as usize) {
            for (variable, value) in variables.into_iter().zip([first, len, flags]) {
                self.b.def_var(variable, value);
            }
            self.set_slot(list, Slot { open, ..self.slot(list) });
        }
    }
    /// Where a list is, and where its flags are.
    fn list(&mut self, list: u8, otherwise: Block) -> (Value, Value) {
        let handle = self.payload(u16::from(list));
        let table = (offset_of!(Context<'_, '_>, lists), offset_of!(Context<'_, '_>, list_places));
        let at = self.place(handle, table, size_of::<Place<List>>(), otherwise);
        let (region, flags) = (self.regions.table, offset_of!(Place<List>, object) + List::FLAGS);
        (at, self.b.ins().load(types::I64, region, at, flags as i32))
    }
    /// Where a list is that has no flags.
    fn list_of_values(&mut self, list: u8, otherwise: Block) -> Value {
        let (at, flags) = self.list(list, otherwise);
        self.go_on_unless(flags, otherwise);
        at
    }
    /// Where the elements of a list are, how many, and where its flags are.
    fn opened(&mut self, list: u8, open: Open, otherwise: Block) -> [Value; 3] {
        if self.slot(list).open != open {
            self.open(list, open, otherwise);
        }
        match self.elements.get(list as usize).copied() {
            Some(variables) => variables.map(|variable| self.b.use_var(variable)),
            None => [self.window; 3],
        }
    }
    /// Where the elements of a list are as values, and how many there are.
    fn elements(&mut self, list: u8, otherwise: Block) -> (Value, Value) {
        let [first, len, _] = self.opened(list, Open::Values, otherwise);
        (first, len)
    }
    /// Where the value of a field is, in a map that has it where it was found last.
    fn field(&mut self, map: u8, key: u16, otherwise: Block) -> Value {
        let handle = self.payload(u16::from(map));
        let (first, len) = match self.seen.entries(handle) {
            Some(entries) => entries,
            None => self.entries(handle, otherwise),
        };
        let entry = self.unit.order.entry_at(self.pc).unwrap_or(0);
        let (flags, at) = (self.regions.heap, entry * size_of::<Entry>());
        if !self.seen.has_entry(handle, entry) {
            let inside = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, len, entry as i64);
            self.go_on_if(inside, otherwise);
        }
        if !self.seen.has_key(handle, key, entry) {
            let name = self.unit.consts().get(key as usize).copied().unwrap_or(Constant::NULL);
            let place = (at + offset_of!(Entry, key)) as i32;
            let (name_tag, name_bits) = self.constant(name);
            // The second word of a text of six bytes is nothing, and its length is in the first.
            let words = if name.short_len().is_some_and(|len| len <= 6) { 1 } else { 2 };
            for (offset, wanted) in [(place, name_tag), (place + 8, name_bits)].iter().take(words) {
                let word = self.b.ins().load(types::I64, flags, first, *offset);
                let same = self.b.ins().icmp(IntCC::Equal, word, *wanted);
                self.go_on_if(same, otherwise);
            }
        }
        self.b.ins().iadd_imm_s(first, (at + offset_of!(Entry, value)) as i64)
    }
    /// Looks up where the entries of a map are, and how many there are.
    fn entries(&mut self, handle: Value, otherwise: Block) -> (Value, Value) {
        let table = (offset_of!(Context<'_, '_>, maps), offset_of!(Context<'_, '_>, map_places));
        let at = self.place(handle, table, size_of::<Place<Map>>(), otherwise);
        let entries = offset_of!(Place<Map>, object) + Map::ENTRIES;
        let (first, len) = self.vector(at, entries);
        self.seen.note_entries(handle, first, len);
        (first, len)
    }
    pub(crate) fn get_field(&mut self, i: Instr, expected: Known) {
        if self.in_run() || !self.unit.takes_long(self.pc) {
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
        self.continue_in(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Any)]);
        let (given_tag, given_bits) = self.load_register(i.a);
        self.b.ins().jump(joined, &[given_tag, given_bits].map(BlockArg::Value));
        self.join_with(state);
        self.continue_in(joined);
        self.give_any(i.a, (tag, bits), expected);
    }
    pub(crate) fn set_field(&mut self, i: Instr) {
        let words = self.words(i.c);
        if !self.unit.takes_long(self.pc) {
            let missed = self.missed();
            let (at, flags) = (self.field(i.a, i.b, missed), self.regions.heap);
            self.b.ins().store(flags, words.0, at, 0);
            self.b.ins().store(flags, words.1, at, 8);
            return;
        }
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
        self.continue_in(other);
        let before = self.state.clone();
        self.by_machine(self.pc, &[]);
        let open = (0..).zip(before.iter().map(|slot| slot.open));
        for (r, open) in open.filter(|(_, open)| *open != Open::No) {
            let missed = self.exit_after(status::MISSED);
            self.open(r, open, missed);
        }
        self.join_with(before);
        self.b.ins().jump(joined, &[]);
        self.continue_in(joined);
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
    /// The address of a byte that stands for an element, and where the flags are.
    fn flag(&mut self, list: u8, index: u16, otherwise: Block) -> (Value, Value) {
        let [first, len, flags] = self.opened(list, Open::Flags, otherwise);
        let index = self.index(index);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, len);
        self.go_on_if(inside, otherwise);
        (self.b.ins().iadd(first, index), flags)
    }
    pub(crate) fn flag_get(&mut self, i: Instr, expected: Known) {
        let missed = self.missed();
        let (at, _) = self.flag(i.b as u8, i.c, missed);
        let byte = self.b.ins().uload8(types::I64, self.regions.heap, at, 0);
        // 0 is null, 1 false, 2 true.
        let some = self.b.ins().icmp_imm_s(IntCC::NotEqual, byte, 0);
        let tag = self.b.ins().uextend(types::I64, some);
        let bits = self.b.ins().ushr_imm_u(byte, 1);
        self.give_any(i.a, (tag, bits), expected);
    }
    pub(crate) fn flag_set(&mut self, i: Instr) {
        let missed = self.missed();
        let (at, flags) = self.flag(i.a, i.b, missed);
        let shown = self.b.ins().uload8(types::I64, self.regions.heap, flags, Flags::SHOWN as i32);
        self.go_on_unless(shown, missed);
        let byte = match self.unit.known(i.c, &self.state) {
            Known::Bool => {
                let bits = self.payload(i.c);
                self.b.ins().iadd_imm_s(bits, 1)
            }
            _ => self.b.ins().iconst(types::I64, 0),
        };
        self.b.ins().istore8(self.regions.heap, byte, at, 0);
    }
    /// PUSH of one element into a list that has room; the machine does the others.
    pub(crate) fn push(&mut self, i: Instr) {
        let (tag, bits) = self.words(u16::from(i.a.wrapping_add(1)));
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        // One more unit of fuel is for the element.
        let left = self.fuel_after();
        let some = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, left, 0);
        self.go_on_if(some, other);
        let at = self.list_of_values(i.a, other);
        let (layout, region) = (layout::get(), self.regions.table);
        let elements = offset_of!(Place<List>, object) + List::ELEMENTS;
        let (first, len) = self.vector(at, elements);
        let capacity = (elements + layout.capacity) as i32;
        let capacity = self.b.ins().load(types::I64, region, at, capacity);
        let room = self.b.ins().icmp(IntCC::UnsignedLessThan, len, capacity);
        self.go_on_if(room, other);
        let most = self.of_context(offset_of!(Context<'_, '_>, most_elements));
        let few = self.b.ins().icmp(IntCC::UnsignedLessThan, len, most);
        self.go_on_if(few, other);
        let offset = self.b.ins().ishl_imm_u(len, 4);
        let (place, heap) = (self.b.ins().iadd(first, offset), self.regions.heap);
        self.b.ins().store(heap, tag, place, 0);
        self.b.ins().store(heap, bits, place, 8);
        let many = self.b.ins().iadd_imm_s(len, 1);
        self.b.ins().store(region, many, at, (elements + layout.len) as i32);
        let left = self.b.use_var(self.left);
        let left = self.b.ins().iadd_imm_s(left, -1);
        self.b.def_var(self.left, left);
        self.b.ins().jump(joined, &[]);
        self.or_by_machine(other, joined);
        self.forget();
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
