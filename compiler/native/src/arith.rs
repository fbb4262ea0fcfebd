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

impl Emit<'_, '_> {
    pub(crate) fn int_math(&mut self, i: Instr) {
        let (value, over) = match (i.op, self.whole(i.b), self.whole(i.c)) {
            (Op::Add, None, Some(right)) => self.sum(i.b, right),
            (Op::Add, Some(left), None) => self.sum(i.c, left),
            (Op::Sub, None, Some(right)) if right != i64::MIN => self.sum(i.b, -right),
            _ => {
                let (l, r) = (self.payload(i.b), self.payload(i.c));
                match i.op {
                    Op::Add => self.b.ins().sadd_overflow(l, r),
                    Op::Sub => self.b.ins().ssub_overflow(l, r),
                    _ => self.b.ins().smul_overflow(l, r),
                }
            }
        };
        let missed = self.missed();
        self.go_on_unless(over, missed);
        self.give(i.a, Known::Int, value);
    }
    /// The integer that an operand is known to be.
    fn whole(&self, x: u16) -> Option<i64> {
        match self.unit.known(x, &self.state) {
            Known::Whole(value) => Some(value),
            _ => None,
        }
    }
    /// An operand and a number added, and whether that is too much.
    fn sum(&mut self, x: u16, number: i64) -> (Value, Value) {
        let value = self.payload(x);
        self.added(value, number)
    }
    /// The same for a value. A comparison and a jump are one step of the processor.
    fn added(&mut self, value: Value, number: i64) -> (Value, Value) {
        let sum = self.b.ins().iadd_imm_s(value, number);
        let wrapped = if number < 0 { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
        (sum, self.b.ins().icmp(wrapped, sum, value))
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
        self.continue_in(other);
        self.check(tag, Kind::Int, missed);
        let converted = self.b.ins().fcvt_from_sint(types::F64, bits);
        self.b.ins().jump(joined, &[BlockArg::Value(converted)]);
        self.continue_in(joined);
        number
    }
    /// Goes on where a float is a number that the short rules give.
    fn finite(&mut self, value: Value) {
        if self.is_found_out() {
            return;
        }
        // Without itself, a number is nothing; all else is no number.
        let nothing = self.b.ins().fsub(value, value);
        let other = self.b.ins().fcmp(FloatCC::Unordered, nothing, nothing);
        let missed = self.missed();
        self.go_on_unless(other, missed);
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
        let step_known = self.slot(i.a.wrapping_add(2)).known;
        if step_known == Known::Whole(1) {
            return self.count_on(i, at, limit);
        }
        let next = if floats {
            let next = self.b.ins().fadd(at, step);
            self.finite(next);
            next
        } else {
            let (next, over) = match step_known {
                Known::Whole(step) => self.added(at, step),
                _ => self.b.ins().sadd_overflow(at, step),
            };
            let missed = self.missed();
            self.go_on_unless(over, missed);
            next
        };
        self.give(i.a, known, next);
        let within = self.within(i, next, limit, step);
        self.branch(within, &mut |emit: &mut Self| emit.give(i.b as u8, known, next));
    }
    /// A loop that counts by one: below the limit, the next number is none too many.
    fn count_on(&mut self, i: Instr, at: Value, limit: Value) {
        let below = self.b.ins().icmp(IntCC::SignedLessThan, at, limit);
        self.branch(below, &mut |emit: &mut Self| {
            let next = emit.b.ins().iadd_imm_s(at, 1);
            emit.give(i.a, Known::Int, next);
            emit.give(i.b as u8, Known::Int, next);
        });
        let (next, over) = self.added(at, 1);
        let missed = self.missed();
        self.go_on_unless(over, missed);
        self.give(i.a, Known::Int, next);
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
                // Going down is going up with all bits turned round. A step of nothing, which no
                // script can have, goes down.
                let before = self.b.ins().iadd_imm_s(step, -1);
                let down = self.b.ins().bor(step, before);
                let down = self.b.ins().sshr_imm_u(down, 63);
                let (at, limit) = (self.b.ins().bxor(at, down), self.b.ins().bxor(limit, down));
                self.b.ins().icmp(IntCC::SignedLessThanOrEqual, at, limit)
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
