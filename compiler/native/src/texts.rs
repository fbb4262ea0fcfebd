//! Texts: comparing them with constants, and looking at single characters.

use std::mem::offset_of;

use basilect_stdlib::{Kind, SHORT_TEXT, Value as Constant};
use basilect_vm::native::{Buffer, Place, Text};
use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, BlockArg, ConstantData, InstBuilder, MemFlagsData, Value, types,
};

use crate::context::Context;
use crate::emit::Emit;
use crate::known::{Known, Slot, reads, writes};
use crate::layout;
use crate::plan::How;

/// The kind in the lowest byte of a tag, and what follows it where a text stands in its value: the
/// number of bytes and one more.
const KIND: u64 = 0xff;
const SHORT: u64 = 0xff00;
/// The bits for the bytes of a value that belong to a short text: not the kind, not the length.
const TEXT_BYTES: u64 = 0xfffc;

/// Bytes of a vector.
const VECTOR: usize = 16;
/// The bytes of a short text in the first word of its value.
const IN_TAG: i64 = 6;

impl Emit<'_, '_> {
    /// A call of MID or INSTR: by a few instructions where the text is in memory or constant and
    /// has only characters of one byte, and what is asked for is near. Otherwise the machine does
    /// it.
    pub(crate) fn look_at_text(&mut self, i: Instr, how: How) {
        match how {
            How::Character => self.give_part(i, |emit, other| emit.character(i, other)),
            How::Part => self.give_part(i, |emit, other| emit.short_part(i, other)),
            How::Among => self.give_place(i, |emit, other| emit.among(i, other)),
            _ => self.give_place(i, |emit, other| emit.find(i, other)),
        }
    }
    /// What a call gives is a text.
    fn give_part(&mut self, i: Instr, part: impl FnOnce(&mut Self, Block) -> (Value, Value)) {
        let (other, joined) = self.two_ways();
        let given = [types::I64; 2].map(|ty| self.b.append_block_param(joined, ty));
        let (tag, bits) = part(self, other);
        self.b.ins().jump(joined, &[tag, bits].map(BlockArg::Value));
        self.continue_in(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Any)]);
        let (tag, bits) = self.load_register(i.a);
        self.b.ins().jump(joined, &[tag, bits].map(BlockArg::Value));
        self.join_with(state);
        self.before = None;
        self.continue_in(joined);
        self.give_any(i.a, (given[0], given[1]), Known::Any);
    }
    /// What a call gives is an integer.
    fn give_place(&mut self, i: Instr, place: impl FnOnce(&mut Self, Block) -> Value) {
        let (other, joined) = self.two_ways();
        let given = self.b.append_block_param(joined, types::I64);
        let found = place(self, other);
        self.b.ins().jump(joined, &[BlockArg::Value(found)]);
        self.continue_in(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Int)]);
        let asked = self.variable(i.a, Known::Int);
        self.b.ins().jump(joined, &[BlockArg::Value(asked)]);
        self.join_with(state);
        self.before = None;
        // The machine has written its answer, which is of a kind of its own.
        self.set_slot(i.a, Slot { stored: None, ..self.slot(i.a) });
        self.continue_in(joined);
        self.give(i.a, Known::Int, given);
    }
    /// MID(text, start, 1): the byte itself.
    fn character(&mut self, i: Instr, otherwise: Block) -> (Value, Value) {
        let text = self.words(u16::from(i.a));
        let start = self.payload(u16::from(i.a.wrapping_add(1)));
        let at = self.bytes_of_text(text, start, 1, otherwise);
        let byte = self.b.ins().uload8(types::I64, self.regions.heap, at, 0);
        let shifted = self.b.ins().ishl_imm_u(byte, 16);
        let one = Kind::Text as i64 | 2 << 8;
        (self.b.ins().bor_imm_u(shifted, one), self.b.ins().iconst(types::I64, 0))
    }
    /// MID(text, start, many), where that is a short text: its two words, read where they stand,
    /// without the bytes behind it.
    fn short_part(&mut self, i: Instr, otherwise: Block) -> (Value, Value) {
        let text = self.words(u16::from(i.a));
        let [start, many] = [1, 2].map(|next| self.payload(u16::from(i.a.wrapping_add(next))));
        let most = SHORT_TEXT as i64;
        let short = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, many, most);
        self.go_on_if(short, otherwise);
        let at = self.bytes_of_text(text, start, most, otherwise);
        let heap = self.regions.heap;
        let first = self.b.ins().load(types::I64, heap, at, 0);
        let rest = self.b.ins().load(types::I64, heap, at, IN_TAG as i32);
        let six = self.b.ins().iconst(types::I64, IN_TAG);
        let few = self.b.ins().umin(many, six);
        let bits = self.b.ins().ishl_imm_u(few, 3);
        let one = self.b.ins().iconst(types::I64, 1);
        let mask = self.b.ins().ishl(one, bits);
        let mask = self.b.ins().iadd_imm_s(mask, -1);
        let first = self.b.ins().band(first, mask);
        let first = self.b.ins().ishl_imm_u(first, 16);
        let len = self.b.ins().ishl_imm_u(many, 8);
        let len = self.b.ins().iadd_imm_s(len, Kind::Text as i64 | 1 << 8);
        let tag = self.b.ins().bor(first, len);
        // How many bits of the second word lie behind the text, if it has any there.
        let most = self.b.ins().iconst(types::I64, most);
        let behind = self.b.ins().isub(most, many);
        let behind = self.b.ins().ishl_imm_u(behind, 3);
        let all = self.b.ins().iconst(types::I64, -1);
        let mask = self.b.ins().ushr(all, behind);
        let rest = self.b.ins().band(rest, mask);
        let long = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, many, IN_TAG);
        let none = self.b.ins().iconst(types::I64, 0);
        (tag, self.b.ins().select(long, rest, none))
    }
    /// Where the bytes of a text in memory are from a place on, counted from 1, of which there are
    /// at least so many.
    fn bytes_of_text(
        &mut self,
        text: (Value, Value),
        start: Value,
        many: i64,
        otherwise: Block,
    ) -> Value {
        let (tag, handle) = text;
        self.check(tag, Kind::Text, otherwise);
        let table = (offset_of!(Context<'_, '_>, texts), offset_of!(Context<'_, '_>, text_places));
        let at = self.place(handle, table, size_of::<Place<Text>>(), otherwise);
        let (flags, text) = (self.regions.table, offset_of!(Place<Text>, object));
        let ascii = self.b.ins().uload8(types::I64, flags, at, (text + Text::ASCII) as i32);
        self.go_on_if(ascii, otherwise);
        let len = self.b.ins().uload32(flags, at, (text + Text::LEN) as i32);
        let place = self.b.ins().iadd_imm_s(start, -1);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, place, len);
        self.go_on_if(inside, otherwise);
        if many > 1 {
            let end = self.b.ins().iadd_imm_s(place, many);
            let inside = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, len);
            self.go_on_if(inside, otherwise);
        }
        let buffer = self.b.ins().uload32(flags, at, (text + Text::BUFFER) as i32);
        let table =
            (offset_of!(Context<'_, '_>, buffers), offset_of!(Context<'_, '_>, buffer_places));
        let at = self.place(buffer, table, size_of::<Place<Buffer>>(), otherwise);
        let data = offset_of!(Place<Buffer>, object) + Buffer::DATA + layout::get().first;
        let first = self.b.ins().load(types::I64, flags, at, data as i32);
        self.b.ins().iadd(first, place)
    }
    /// INSTR(start, text, character), where it is within the next bytes of a text in memory.
    fn find(&mut self, i: Instr, otherwise: Block) -> Value {
        let start = self.payload(u16::from(i.a));
        let text = self.words(u16::from(i.a.wrapping_add(1)));
        let (part, _) = self.words(u16::from(i.a.wrapping_add(2)));
        let byte = self.single_byte(part, otherwise);
        let at = self.bytes_of_text(text, start, VECTOR as i64, otherwise);
        let bytes = self.b.ins().load(types::I8X16, self.regions.heap, at, 0);
        let same = self.equal_bytes(bytes, byte);
        self.go_on_if(same, otherwise);
        let place = self.b.ins().ctz(same);
        let place = self.b.ins().uextend(types::I64, place);
        self.b.ins().iadd(start, place)
    }
    /// INSTR(text, character), where the text is constant or stands in its value and has only
    /// characters of one byte.
    fn among(&mut self, i: Instr, otherwise: Block) -> Value {
        let (part, _) = self.words(u16::from(i.a.wrapping_add(1)));
        let byte = self.single_byte(part, otherwise);
        if let Some(text) = self.constant_text(i.a) {
            return self.place_in_constant(&text, byte);
        }
        let text = self.words(u16::from(i.a));
        self.place_in_short(text, byte, otherwise)
    }
    /// The text that a register is set to before this instruction, in the same block, where it has
    /// less bytes than a vector and only characters of one byte.
    fn constant_text(&self, register: u8) -> Option<Vec<u8>> {
        let mut pc = self.pc;
        while !self.blocks.contains_key(&pc) {
            pc = pc.checked_sub(1)?;
            let i = self.unit.instr(pc);
            if writes(&i).contains(&register) {
                let text = self.unit.text_of(i)?;
                let fits = (1..VECTOR).contains(&text.len()) && text.is_ascii();
                return fits.then(|| text.as_bytes().to_vec());
            }
        }
        None
    }
    /// Where in a constant text, from 1, a byte stands; 0 where it does not.
    fn place_in_constant(&mut self, text: &[u8], byte: Value) -> Value {
        let mut bytes = text.to_vec();
        bytes.resize(VECTOR, 0);
        let text_bytes = (1 << text.len()) - 1;
        let constant = self.b.func.dfg.constants.insert(ConstantData::from(bytes.as_slice()));
        let bytes = self.b.ins().vconst(types::I8X16, constant);
        let same = self.equal_bytes(bytes, byte);
        let same = self.b.ins().band_imm_u(same, text_bytes);
        let place = self.b.ins().ctz(same);
        let place = self.b.ins().uextend(types::I64, place);
        let place = self.b.ins().iadd_imm_s(place, 1);
        let none = self.b.ins().iconst(types::I64, 0);
        self.b.ins().select(same, place, none)
    }
    /// Which of some bytes are this one: a bit for each.
    fn equal_bytes(&mut self, bytes: Value, byte: Value) -> Value {
        let wanted = self.b.ins().ireduce(types::I8, byte);
        let wanted = self.b.ins().splat(types::I8X16, wanted);
        let same = self.b.ins().icmp(IntCC::Equal, bytes, wanted);
        self.b.ins().vhigh_bits(types::I32, same)
    }
    /// The byte of a text that is a single character of one byte, by its first word.
    fn single_byte(&mut self, text: Value, otherwise: Block) -> Value {
        // All other bits are known.
        let byte = self.b.ins().ushr_imm_u(text, 16);
        let rest = self.b.ins().band_imm_u(text, (KIND | SHORT) as i64);
        let one = self.b.ins().icmp_imm_s(IntCC::Equal, rest, Kind::Text as i64 | 2 << 8);
        self.go_on_if(one, otherwise);
        let small = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, byte, 0x80);
        self.go_on_if(small, otherwise);
        byte
    }
    /// Where in a short text, from 1, a byte stands; 0 where it does not.
    fn place_in_short(
        &mut self,
        (tag, bits): (Value, Value),
        byte: Value,
        otherwise: Block,
    ) -> Value {
        let kind = self.b.ins().band_imm_u(tag, KIND as i64);
        self.check(kind, Kind::Text, otherwise);
        // An empty text has the length 1 here, and one in memory 0.
        let len = self.b.ins().ushr_imm_u(tag, 8);
        let len = self.b.ins().band_imm_u(len, 0xff);
        let some = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, len, 1);
        self.go_on_if(some, otherwise);
        let (low, high) = (self.b.ins().scalar_to_vector(types::I64X2, tag), bits);
        let words = self.b.ins().insertlane(low, high, 1);
        let flags = MemFlagsData::new().with_endianness(cranelift_codegen::ir::Endianness::Little);
        let bytes = self.b.ins().bitcast(types::I8X16, flags, words);
        let odd = self.b.ins().vhigh_bits(types::I32, bytes);
        let odd = self.b.ins().band_imm_u(odd, TEXT_BYTES as i64);
        self.go_on_unless(odd, otherwise);
        // Bytes behind the text are zeros: one that is searched for is left to the machine.
        self.go_on_if(byte, otherwise);
        let same = self.equal_bytes(bytes, byte);
        let same = self.b.ins().band_imm_u(same, TEXT_BYTES as i64);
        let place = self.b.ins().ctz(same);
        let place = self.b.ins().uextend(types::I64, place);
        // The first byte of the text is the third of the value.
        let place = self.b.ins().iadd_imm_s(place, -1);
        let none = self.b.ins().iconst(types::I64, 0);
        self.b.ins().select(same, place, none)
    }
    /// Texts and numbers that are joined: by the short rule where they make a short text, otherwise
    /// by the machine.
    pub(crate) fn join_texts(&mut self, i: Instr, sets: &[(u8, Known)]) {
        self.flush(&reads(&i));
        let (other, joined) = self.two_ways();
        let at = self.b.ins().iconst(types::I64, i64::from(self.pc));
        let args = [self.context, self.window, at];
        let done = self.helper(offset_of!(Context<'_, '_>, join), &args);
        self.b.ins().brif(done, joined, &[], other, &[]);
        self.or_by_machine(other, joined);
        self.take(sets);
    }
    /// A way for what is seldom, and one on which both go on.
    fn two_ways(&mut self) -> (Block, Block) {
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        (other, joined)
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
        self.continue_in(other);
        let kind = self.b.ins().band_imm_u(tag, 0xff);
        let is_text = self.b.ins().icmp_imm_u(IntCC::Equal, kind, Kind::Text as i64);
        let len = self.b.ins().band_imm_u(tag, 0xff00);
        let short = self.b.ins().icmp_imm_u(IntCC::NotEqual, len, 0);
        let short = self.b.ins().band(is_text, short);
        self.b.ins().brif(short, joined, &[BlockArg::Value(answer)], ask, &[]);
        self.continue_in(ask);
        let state = self.state.clone();
        let asked = self.ask(i);
        self.join_with(state);
        if !i.op.jumps() {
            // The machine has written its answer, which is of a kind of its own.
            self.set_slot(i.a, Slot { stored: None, ..self.slot(i.a) });
        }
        self.b.ins().jump(joined, &[BlockArg::Value(asked)]);
        self.continue_in(joined);
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
