//! Numbers and loops over them.

use basilect_stdlib::Kind;
use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};

use crate::emit::Emit;
use crate::known::{Known, Operand};
use crate::plan::How;

/// Whole floats below this become integers.
const WHOLE: f64 = 9e15;
/// A float without its sign, shifted to the left, is below this unless it is infinite or no number.
const NOT_FINITE: i64 = 0xffe0_0000_0000_0000_u64 as i64;

impl Emit<'_, '_> {
    pub(crate) fn int_math(&mut self, i: Instr) {
        let (l, r) = (self.payload(i.b), self.payload(i.c));
        let (value, over) = match i.op {
            Op::Add => self.b.ins().sadd_overflow(l, r),
            Op::Sub => self.b.ins().ssub_overflow(l, r),
            _ => self.b.ins().smul_overflow(l, r),
        };
        let missed = self.missed();
        self.go_on_unless(over, missed);
        self.give(i.a, Known::Int, value);
    }
    pub(crate) fn num_math(&mut self, i: Instr) {
        let ints = [i.b, i.c].map(|x| self.unit.known(x, &self.state).is_int());
        let l = self.number(i.b, ints[1]);
        let r = self.number(i.c, ints[0]);
        let value = match i.op {
            Op::Add => self.b.ins().fadd(l, r),
            Op::Sub => self.b.ins().fsub(l, r),
            Op::Mul => self.b.ins().fmul(l, r),
            _ => self.b.ins().fdiv(l, r),
        };
        self.finite(value);
        self.give(i.a, Known::Num, value);
    }
    /// An operand as a float. One whose kind is not known must be a float if `strict`, otherwise
    /// a number.
    fn number(&mut self, x: u16, strict: bool) -> Value {
        let known = self.unit.known(x, &self.state);
        let payload = match known {
            Known::Whole(value) => return self.b.ins().f64const(value as f64),
            Known::Num => return self.payload(x),
            Known::Int => self.payload(x),
            _ => return self.checked_number(x, strict),
        };
        self.b.ins().fcvt_from_sint(types::F64, payload)
    }
    fn checked_number(&mut self, x: u16, strict: bool) -> Value {
        let (tag, bits) = self.words(x);
        let bits = self.as_bits(bits);
        let missed = self.missed();
        if strict {
            self.check(tag, Kind::Num, missed);
            return self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
        }
        let (other, joined) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        let number = self.b.append_block_param(joined, types::F64);
        let float = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
        let is_float = self.b.ins().icmp_imm_s(IntCC::Equal, tag, Kind::Num as i64);
        self.b.ins().brif(is_float, joined, &[BlockArg::Value(float)], other, &[]);
        self.b.switch_to_block(other);
        self.check(tag, Kind::Int, missed);
        let converted = self.b.ins().fcvt_from_sint(types::F64, bits);
        self.b.ins().jump(joined, &[BlockArg::Value(converted)]);
        self.b.switch_to_block(joined);
        number
    }
    /// Goes on where a float is a number that the short rules give.
    fn finite(&mut self, value: Value) {
        if self.is_found_out() {
            return;
        }
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), value);
        let shifted = self.b.ins().ishl_imm_u(bits, 1);
        let limit = self.b.ins().iconst(types::I64, NOT_FINITE);
        let fine = self.b.ins().icmp(IntCC::UnsignedLessThan, shifted, limit);
        let missed = self.missed();
        self.go_on_if(fine, missed);
    }
    /// Makes sure that integers can be divided by an operand.
    fn divisor(&mut self, x: u16) -> Value {
        let value = self.payload(x);
        let known = self.unit.known(x, &self.state);
        if !matches!(known, Known::Whole(number) if number != 0 && number != -1) {
            let next = self.b.ins().iadd_imm_s(value, 1);
            let special = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, next, 1);
            let missed = self.missed();
            self.go_on_unless(special, missed);
        }
        value
    }
    /// `/` of integers, which gives an integer when `exact`.
    pub(crate) fn divide(&mut self, i: Instr, exact: bool) {
        let l = self.payload(i.b);
        let r = self.divisor(i.c);
        let rest = self.b.ins().srem(l, r);
        let missed = self.missed();
        if exact {
            self.go_on_unless(rest, missed);
            let value = self.b.ins().sdiv(l, r);
            return self.give(i.a, Known::Int, value);
        }
        self.go_on_if(rest, missed);
        let l = self.b.ins().fcvt_from_sint(types::F64, l);
        let r = self.b.ins().fcvt_from_sint(types::F64, r);
        let value = self.b.ins().fdiv(l, r);
        self.give(i.a, Known::Num, value);
    }
    pub(crate) fn int_division(&mut self, i: Instr) {
        let l = self.payload(i.b);
        let r = self.divisor(i.c);
        let value = match i.op {
            Op::IntDiv => self.b.ins().sdiv(l, r),
            _ => self.b.ins().srem(l, r),
        };
        self.give(i.a, Known::Int, value);
    }
    /// SQR, ABS and INT.
    pub(crate) fn rounding(&mut self, i: Instr, how: How) {
        let number = self.number(u16::from(i.a), false);
        let missed = self.missed();
        match how {
            How::Root => {
                let root = self.b.ins().sqrt(number);
                self.finite(root);
                let whole = self.b.ins().trunc(root);
                let same = self.b.ins().fcmp(FloatCC::Equal, whole, root);
                self.go_on_unless(same, missed);
                self.give(i.a, Known::Num, root);
            }
            How::Absolute => {
                let value = self.b.ins().fabs(number);
                let none = self.b.ins().f64const(0.0);
                let positive = self.b.ins().fcmp(FloatCC::GreaterThan, value, none);
                self.go_on_if(positive, missed);
                self.give(i.a, Known::Num, value);
            }
            _ => {
                let floor = self.b.ins().floor(number);
                let size = self.b.ins().fabs(floor);
                let limit = self.b.ins().f64const(WHOLE);
                let small = self.b.ins().fcmp(FloatCC::LessThan, size, limit);
                self.go_on_if(small, missed);
                let value = self.b.ins().fcvt_to_sint_sat(types::I64, floor);
                self.give(i.a, Known::Int, value);
            }
        }
    }

    /// A comparison; it is always followed by the next instruction.
    pub(crate) fn comparison(&mut self, i: Instr, how: How) -> bool {
        let jumps = i.op.jumps();
        let (l, r) = if jumps { (u16::from(i.a), i.b) } else { (i.b, i.c) };
        let holds = match how {
            How::IntCompare => {
                let (l, r) = (self.payload(l), self.payload(r));
                self.b.ins().icmp(int_condition(i.op), l, r)
            }
            How::TextCompare(text) => self.text_comparison(i, l, text),
            _ => {
                let (l, r) = (self.number(l, false), self.number(r, false));
                self.b.ins().fcmp(float_condition(i.op), l, r)
            }
        };
        if jumps {
            self.branch(holds, &mut |_| {});
        } else {
            let value = match self.b.func.dfg.value_type(holds) {
                types::I64 => holds,
                _ => self.b.ins().uextend(types::I64, holds),
            };
            self.give(i.a, Known::Bool, value);
        }
        self.count += 1;
        true
    }

    pub(crate) fn for_prep(&mut self, i: Instr) {
        let a = u16::from(i.a);
        let known = self.slot(i.a).known;
        let (at, limit, step) = (self.payload(a), self.payload(a + 1), self.payload(a + 2));
        if self.slot(i.a.wrapping_add(2)).known == Known::Int {
            let missed = self.missed();
            self.go_on_if(step, missed);
        }
        self.give(i.b as u8, known, at);
        let within = self.within(i, at, limit, step);
        let past = self.b.ins().bxor_imm_u(within, 1);
        self.branch(past, &mut |_| {});
    }
    pub(crate) fn for_loop(&mut self, i: Instr, floats: bool) {
        let a = u16::from(i.a);
        let (at, limit, step) = (self.payload(a), self.payload(a + 1), self.payload(a + 2));
        let known = if floats { Known::Num } else { Known::Int };
        let next = if floats {
            let next = self.b.ins().fadd(at, step);
            self.finite(next);
            next
        } else {
            let (next, over) = self.b.ins().sadd_overflow(at, step);
            let missed = self.missed();
            self.go_on_unless(over, missed);
            next
        };
        self.give(i.a, known, next);
        let within = self.within(i, next, limit, step);
        self.branch(within, &mut |emit: &mut Self| emit.give(i.b as u8, known, next));
    }
    /// Whether a loop's counter is within its limit.
    fn within(&mut self, i: Instr, at: Value, limit: Value, step: Value) -> Value {
        let step_known = self.slot(i.a.wrapping_add(2)).known;
        if step_known == Known::Num {
            let none = self.b.ins().f64const(0.0);
            let up = self.b.ins().fcmp(FloatCC::GreaterThan, step, none);
            let below = self.b.ins().fcmp(FloatCC::LessThanOrEqual, at, limit);
            let above = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, at, limit);
            return self.b.ins().select(up, below, above);
        }
        match step_known {
            Known::Whole(1..) => self.b.ins().icmp(IntCC::SignedLessThanOrEqual, at, limit),
            Known::Whole(_) => self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, at, limit),
            _ => {
                let up = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, step, 0);
                let below = self.b.ins().icmp(IntCC::SignedLessThanOrEqual, at, limit);
                let above = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, at, limit);
                self.b.ins().select(up, below, above)
            }
        }
    }
    /// Whether R[a] is true, or for the other jump, is not.
    pub(crate) fn truth(&mut self, i: Instr) -> Value {
        let (known, wanted) = (self.slot(i.a).known, i.op == Op::JumpIf);
        let bits = match known {
            Known::Any => {
                let (tag, bits) = self.load_register(i.a);
                let plain = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, tag, Kind::Num as i64);
                let missed = self.missed();
                self.go_on_if(plain, missed);
                bits
            }
            _ => self.payload(u16::from(i.a)),
        };
        let condition = if wanted { IntCC::NotEqual } else { IntCC::Equal };
        self.b.ins().icmp_imm_s(condition, bits, 0)
    }
    /// The payload of an operand, as its kind says.
    pub(crate) fn index(&mut self, x: u16) -> Value {
        match self.unit.operand(x) {
            Operand::Constant(value) => self.b.ins().iconst(types::I64, value.as_i64()),
            Operand::Register(_) => self.payload(x),
        }
    }
}

fn int_condition(op: Op) -> IntCC {
    match op {
        Op::Eq | Op::JumpEq => IntCC::Equal,
        Op::Ne | Op::JumpNe => IntCC::NotEqual,
        Op::Lt | Op::JumpLt => IntCC::SignedLessThan,
        Op::JumpNotLt => IntCC::SignedGreaterThanOrEqual,
        Op::Le | Op::JumpLe => IntCC::SignedLessThanOrEqual,
        _ => IntCC::SignedGreaterThan,
    }
}

fn float_condition(op: Op) -> FloatCC {
    match op {
        Op::Eq | Op::JumpEq => FloatCC::Equal,
        Op::Ne | Op::JumpNe => FloatCC::NotEqual,
        Op::Lt | Op::JumpLt => FloatCC::LessThan,
        Op::JumpNotLt => FloatCC::UnorderedOrGreaterThanOrEqual,
        Op::Le | Op::JumpLe => FloatCC::LessThanOrEqual,
        _ => FloatCC::UnorderedOrGreaterThan,
    }
}
