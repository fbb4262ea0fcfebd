//! Expressions of classic programs.

use super::super::emit::{constant_operand, load_int};
use super::super::fold::{Known, known};
use super::super::function::{Lower, Place};
use crate::ast::{Expr, ExprKind};
use crate::classic::functions::{self, Run};
use crate::classic::types::{self, Ty};
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// `target = value`
    pub(super) fn let_value(&mut self, target: &'a Expr, value: &'a Expr) {
        if types::of(target) == Ty::Int && (self.plain() || !is_whole(value)) {
            let register = self.code.temp();
            self.into(register, value);
            self.pure("CLASSIC CINT", register, 1);
            return self.store(target, register);
        }
        match &target.kind {
            ExprKind::Name(name) => match self.place(name) {
                Some(Place::Register(register)) => self.set_variable(register, value),
                Some(Place::Slot(slot)) => {
                    let from = self.value(value);
                    self.code.push(Op::EnvSet, from, slot, 0);
                }
                None => {}
            },
            ExprKind::Index { of, index } => {
                let array = self.value(of);
                self.set_element(array, index, |lower| lower.operand(value));
            }
            _ => {}
        }
    }

    /// A subscript, counted from the lower bound of arrays.
    pub(in crate::lower) fn subscript(&mut self, part: &'a Expr) -> u16 {
        if self.base() == 0 {
            return self.operand(part);
        }
        let fixed = match known(part) {
            Some(Known::Int(n)) if !self.plain() => Some(self.pool.int(n.saturating_sub(1))),
            _ => None,
        };
        if let Some(operand) = fixed.and_then(constant_operand) {
            return operand;
        }
        let register = self.code.temp();
        self.into(register, part);
        let one = self.pool.int(1);
        let one = constant_operand(one).unwrap_or_default();
        self.code.push(Op::Sub, register, u16::from(register), one);
        u16::from(register)
    }

    /// A function of the language, or one of DEF FN.
    pub(in crate::lower) fn classic_call(&mut self, to: u8, callee: &'a Expr, args: &'a [Expr]) {
        let ExprKind::Name(name) = &callee.kind else { return };
        match functions::find(name) {
            Some(function) => self.call_function(to, function.name, function.run, args),
            None => self.write_out(to, name, args),
        }
    }

    fn call_function(&mut self, to: u8, name: &str, run: Run, args: &'a [Expr]) {
        match run {
            Run::Pure(function) => self.call_pure(to, function, args),
            Run::Bounded(function) => {
                self.call_pure(to, function, args);
                self.check_size(to);
            }
            Run::Same => {
                if let Some(value) = args.first() {
                    self.into(to, value);
                }
            }
            Run::Number(number) => load_int(&mut self.code, self.pool, to, number),
            Run::Own => self.call_own(to, name, args),
            Run::Refused(_) => self.code.push(Op::Null, to, 0, 0),
        }
    }
    fn call_pure(&mut self, to: u8, function: &str, args: &'a [Expr]) {
        let base = self.call_base(to);
        self.arguments(base, &args.iter().collect::<Vec<_>>());
        self.pure(function, base, args.len() as u16);
        self.code.copy(to, base);
    }
    /// What is infinite overflows when it is multiplied by 1.
    pub(super) fn check_size(&mut self, register: u8) {
        let one = self.pool.int(1);
        let one = constant_operand(one).unwrap_or_default();
        self.code.push(Op::Mul, register, u16::from(register), one);
    }

    fn call_own(&mut self, to: u8, name: &str, args: &'a [Expr]) {
        match (name, args) {
            ("ERR", _) => self.code.push(Op::ErrorGet, to, 0, 0),
            ("ERL", _) => self.code.push(Op::ErrorGet, to, 2, 0),
            ("RND", args) => {
                let fresh = self.unit.script.listing.as_ref().is_some_and(|l| l.zero_random);
                self.call_pure(to, "CLASSIC RND", if fresh { &[] } else { args });
            }
            ("INSTR", [text, part]) => self.call_with(to, "CLASSIC INSTR", Some(1), &[text, part]),
            ("INSTR", args) => self.call_pure(to, "CLASSIC INSTR", args),
            ("STR$", [value]) => self.numeral(to, value),
            ("SPACE$", [count]) => self.blanks(to, count),
            ("INKEY$", _) => self.key(to, None),
            ("INPUT$", [count, ..]) => self.key(to, Some(count)),
            _ => {}
        }
    }
    /// A function with a number before its arguments.
    fn call_with(&mut self, to: u8, function: &str, first: Option<i64>, args: &[&'a Expr]) {
        let base = self.call_base(to);
        if let Some(first) = first {
            load_int(&mut self.code, self.pool, base, first);
        }
        for (place, arg) in args.iter().enumerate() {
            let register = if place == 0 && first.is_none() { base } else { self.code.temp() };
            self.into(register, arg);
        }
        self.pure(function, base, args.len() as u16 + u16::from(first.is_some()));
        self.code.copy(to, base);
    }
    fn numeral(&mut self, to: u8, value: &'a Expr) {
        let base = self.call_base(to);
        self.into(base, value);
        let double = self.code.temp();
        self.code.push(Op::SmallInt, double, u16::from(types::of(value) == Ty::Double), 0);
        self.pure("CLASSIC STR", base, 2);
        self.code.copy(to, base);
    }
    fn blanks(&mut self, to: u8, count: &'a Expr) {
        let base = self.call_base(to);
        self.into(base, count);
        let blank = self.code.temp();
        self.load_text(blank, " ");
        self.pure("CLASSIC STRING", base, 2);
        self.code.copy(to, base);
    }

    /// A function of DEF FN, written out where it is called: its parameters are registers.
    fn write_out(&mut self, to: u8, name: &str, args: &'a [Expr]) {
        let function = self.unit.script.listing.as_ref().and_then(|l| l.functions.get(name));
        let Some(function) = function else { return };
        let mark = self.code.mark();
        let result = self.code.temp();
        let mut given = Vec::with_capacity(args.len());
        for (param, arg) in function.params.iter().zip(args) {
            let register = self.code.temp();
            self.into(register, arg);
            if types::of_name(param) == Ty::Int && !is_whole(arg) {
                self.pure("CLASSIC CINT", register, 1);
            }
            given.push((format!("{name}@{param}"), register));
        }
        let before = self.program.given.len();
        self.program.given.extend(given);
        self.into(result, &function.body);
        self.program.given.truncate(before);
        if types::of_name(name) == Ty::Int && !is_whole(&function.body) {
            self.pure("CLASSIC CINT", result, 1);
        }
        self.code.copy(to, result);
        self.code.release(mark);
    }
}

/// Whether a value is certainly a whole number of 16 bits.
fn is_whole(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Int(n) => (-32768..=32767).contains(n),
        ExprKind::Name(_) | ExprKind::Index { .. } => types::of(value) == Ty::Int,
        ExprKind::Call { callee, .. } => {
            matches!(&callee.kind, ExprKind::Name(name) if name == "ASC" || name == "CINT")
        }
        ExprKind::Binary(op, ..) => {
            use crate::ast::BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
            matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
        }
        _ => false,
    }
}
