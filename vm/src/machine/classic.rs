//! What is different in classic programs: exceptions that are told and passed over, line numbers,
//! subscripts, whole division.

use basilect_stdlib::pure::{arith, classic};
use basilect_stdlib::{Fault, TrapCode, Value};

use super::Machine;
use crate::heap::Scope;
use crate::program::{Instr, Op, Script};

impl Machine {
    fn script(&self) -> Option<&Script> {
        let function = self.state.frames.last()?.function as usize;
        let function = self.program.functions.get(function)?;
        self.program.scripts.get(function.script as usize)
    }
    /// Whether what runs is a classic program.
    pub(super) fn is_classic(&self) -> bool {
        self.script().is_some_and(|script| script.classic)
    }
    /// The line number at which a classic program stands.
    pub(super) fn line_number(&self) -> Option<u32> {
        let script = self.script().filter(|script| script.classic)?;
        let frame = self.state.frames.last()?;
        script.number_at(self.place(frame, frame.pc).1)
    }

    /// After overflow and division by zero a classic program goes on with the largest number, of
    /// the sign that the result would have, and the person is told (ECMA-55: a nonfatal exception).
    pub(super) fn goes_on_after(&mut self, fault: &Fault) -> bool {
        let what = match fault.code {
            TrapCode::Overflow => "overflow",
            TrapCode::DivisionByZero => "division by zero",
            _ => return false,
        };
        let number = self.line_number().unwrap_or_default();
        let Some((register, value)) = self.supplied() else { return false };
        let most = self.memory.limits().teletype_bytes;
        if self.env.teletype.notice(&format!("line {number}: {what}"), most).is_err() {
            return false;
        }
        self.state.set_register(register, Value::num(value));
        true
    }
    /// The register of the operation that failed, and what it is given.
    fn supplied(&self) -> Option<(u8, f64)> {
        if !self.is_classic() {
            return None;
        }
        let pc = self.state.frames.last()?.pc.checked_sub(1)?;
        let i = self.program.code.get(pc as usize).copied()?;
        let number = |x: u16| self.rk(x).number().unwrap_or(0.0);
        let (l, r) = (number(i.b), number(i.c));
        let result = match i.op {
            Op::Add => l + r,
            Op::Sub => l - r,
            Op::Mul => l * r,
            Op::Pow => libm::pow(l, r),
            Op::Div | Op::IntDiv | Op::Mod if r == 0.0 => l,
            Op::Div => l / r,
            _ => return None,
        };
        let infinity = classic::numeral::INFINITY;
        Some((i.a, if result < 0.0 { -infinity } else { infinity }))
    }

    /// The error that ON ERROR GOTO 0 gives back while it is handled.
    pub(super) fn unhandled(&mut self) -> Fault {
        let Some(error) = &self.last_error else { return super::bug("no error") };
        // It is fatal now: what the failed statement had computed, the handler has overwritten.
        self.given = Some(error.number);
        let code = super::stored_code(u64::from(error.number)).unwrap_or(TrapCode::Thrown);
        Fault::new(code, error.message.clone())
    }
    /// `ERROR n`: the error of this number, one of the language or of the program.
    pub(super) fn numbered_error(&mut self, value: Value) -> Fault {
        let number = classic::round(value.number().unwrap_or(0.0));
        let Some(number) = u32::try_from(number).ok().filter(|n| (1..=255).contains(n)) else {
            return Fault::argument("ERROR takes a number from 1 to 255");
        };
        self.given = Some(number);
        let code = super::stored_code(u64::from(number)).filter(|code| code.catchable());
        let text = format!("error {number}");
        let message = name_of(number).map_or(text, str::to_string);
        Fault::new(code.unwrap_or(TrapCode::Thrown), message)
    }

    /// The place of an element of an array.
    pub(super) fn subscript(&mut self, index: Value, len: usize, i: Instr) -> Result<usize, Fault> {
        let base = i64::from(i.d & 1);
        let at = classic::round(index.number().unwrap_or(0.0));
        let place = usize::try_from(at).ok().filter(|at| *at < len);
        place.ok_or_else(|| {
            let (shown, last) = (at.saturating_add(base), len as i64 - 1 + base);
            let text = format!("subscript out of range: {shown} is not from {base} to {last}");
            Fault::new(TrapCode::BadIndex, text)
        })
    }
    /// The array has no bounds yet, or none any more.
    pub(super) fn no_array(&self) -> Fault {
        let text = "the array has no elements here: no DIM for it has run";
        Fault::new(TrapCode::BadIndex, text)
    }

    /// `\\` and MOD round their operands first.
    pub(super) fn whole_division(&mut self, op: Op, l: Value, r: Value) -> Result<Value, Fault> {
        let whole = |value: Value| Value::int(classic::round(value.number().unwrap_or(0.0)));
        let heap = &mut Scope::new(&mut self.memory, &self.state);
        match op {
            Op::IntDiv => arith::idiv(heap, whole(l), whole(r)),
            _ => arith::modulo(heap, whole(l), whole(r)),
        }
    }
}

/// What an error of the language is called; the numbers are those of Microsoft BASIC.
fn name_of(number: u32) -> Option<&'static str> {
    Some(match number {
        1 => "NEXT without FOR",
        2 => "syntax error",
        3 => "RETURN without GOSUB",
        4 => "out of DATA",
        5 => "illegal function call",
        6 => "overflow",
        7 => "out of memory",
        8 => "undefined line number",
        9 => "subscript out of range",
        10 => "duplicate definition",
        11 => "division by zero",
        13 => "type mismatch",
        14 => "out of string space",
        15 => "string too long",
        18 => "undefined user function",
        19 => "no RESUME",
        20 => "RESUME without error",
        26 => "FOR without NEXT",
        29 => "WHILE without WEND",
        30 => "WEND without WHILE",
        53 => "file not found",
        _ => return None,
    })
}
