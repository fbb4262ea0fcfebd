//! Texts: comparing them with constants, and looking at single characters.

use std::mem::offset_of;

use basilect_stdlib::{Kind, Value as Constant};
use basilect_vm::native::{Buffer, Place, Text};
use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value, types};

use crate::context::Context;
use crate::emit::Emit;
use crate::known::{Known, Slot, reads};
use crate::layout;
use crate::plan::How;

/// The kind in the lowest byte of a tag, and what follows it where a text stands in its value: the
/// number of bytes and one more.
const KIND: u64 = 0xff;
const SHORT: u64 = 0xff00;
/// The bits for the bytes of a value that belong to a short text: not the kind, not the length.
const TEXT_BYTES: u64 = 0xfffc;

impl Emit<'_, '_> {
    /// A call of MID or INSTR that looks at one character.
    pub(crate) fn look_at_text(&mut self, i: Instr, how: How) {
        self.flush(&reads(&i));
        match how {
            How::Character => self.character(i),
            _ => self.among(i),
        }
    }
    /// MID(text, start, 1): the byte itself where the text is in memory and has only characters of
    /// one byte.
    fn character(&mut self, i: Instr) {
        let (tag, handle) = self.words(u16::from(i.a));
        let start = self.payload(u16::from(i.a.wrapping_add(1)));
        let (other, joined) = self.two_ways();
        let given = [types::I64; 2].map(|ty| self.b.append_block_param(joined, ty));
        let byte = self.byte_of_text((tag, handle), start, other);
        let shifted = self.b.ins().ishl_imm_u(byte, 16);
        let one = Kind::Text as i64 | 2 << 8;
        let found = self.b.ins().bor_imm_u(shifted, one);
        let none = self.b.ins().iconst(types::I64, 0);
        self.b.ins().jump(joined, &[found, none].map(BlockArg::Value));
        self.continue_in(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Any)]);
        let (tag, bits) = self.load_register(i.a);
        self.b.ins().jump(joined, &[tag, bits].map(BlockArg::Value));
        self.join_with(state);
        self.continue_in(joined);
        self.give_any(i.a, (given[0], given[1]), Known::Any);
    }
    /// The byte at a place, from 1, of a text in memory.
    fn byte_of_text(&mut self, text: (Value, Value), start: Value, otherwise: Block) -> Value {
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
        let buffer = self.b.ins().uload32(flags, at, (text + Text::BUFFER) as i32);
        let table =
            (offset_of!(Context<'_, '_>, buffers), offset_of!(Context<'_, '_>, buffer_places));
        let at = self.place(buffer, table, size_of::<Place<Buffer>>(), otherwise);
        let data = offset_of!(Place<Buffer>, object) + Buffer::DATA + layout::get().first;
        let first = self.b.ins().load(types::I64, flags, at, data as i32);
        let at = self.b.ins().iadd(first, place);
        self.b.ins().uload8(types::I64, self.regions.heap, at, 0)
    }
    /// INSTR(text, character), where both stand in their values and have only characters of one
    /// byte.
    fn among(&mut self, i: Instr) {
        let text = self.words(u16::from(i.a));
        let (part, _) = self.words(u16::from(i.a.wrapping_add(1)));
        let (other, joined) = self.two_ways();
        let given = self.b.append_block_param(joined, types::I64);
        let place = self.place_in_short(text, part, other);
        self.b.ins().jump(joined, &[BlockArg::Value(place)]);
        self.continue_in(other);
        let state = self.state.clone();
        self.by_machine(self.pc, &[(i.a, Known::Int)]);
        let asked = self.variable(i.a, Known::Int);
        self.b.ins().jump(joined, &[BlockArg::Value(asked)]);
        self.join_with(state);
        // The machine has written its answer, which is of a kind of its own.
        self.set_slot(i.a, Slot { stored: None, ..self.slot(i.a) });
        self.continue_in(joined);
        self.give(i.a, Known::Int, given);
    }
    /// Where in a short text, from 1, a character stands; 0 where it does not.
    fn place_in_short(
        &mut self,
        (tag, bits): (Value, Value),
        part: Value,
        otherwise: Block,
    ) -> Value {
        // One character of one byte: all other bits are known.
        let byte = self.b.ins().ushr_imm_u(part, 16);
        let rest = self.b.ins().band_imm_u(part, (KIND | SHORT) as i64);
        let one = self.b.ins().icmp_imm_s(IntCC::Equal, rest, Kind::Text as i64 | 2 << 8);
        self.go_on_if(one, otherwise);
        let small = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, byte, 0x80);
        self.go_on_if(small, otherwise);
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
        let wanted = self.b.ins().ireduce(types::I8, byte);
        let wanted = self.b.ins().splat(types::I8X16, wanted);
        let same = self.b.ins().icmp(IntCC::Equal, bytes, wanted);
        let same = self.b.ins().vhigh_bits(types::I32, same);
        // Bytes behind the text are zeros, which no character searched for can be: that one is
        // left to the machine.
        let nothing = self.b.ins().icmp_imm_u(IntCC::Equal, byte, 0);
        self.go_on_unless(nothing, otherwise);
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
