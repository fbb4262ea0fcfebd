//! Expressions: values into registers.

use super::emit::{constant_operand, load_constant, load_int};
use super::fold::{Known, is_text, known};
use super::function::{Lower, Place};
use crate::ast::{BinaryOp, Expr, ExprKind, MapKey, Piece, UnaryOp};
use crate::names;
use basilect_vm::program::instr::Op;

/// More elements than this are put into a list one by one.
const LIST_WINDOW: usize = 40;

impl<'a> Lower<'a, '_> {
    /// A register that holds the value: the variable itself, or a new temporary.
    pub(super) fn value(&mut self, expr: &'a Expr) -> u8 {
        if let ExprKind::Name(name) = &expr.kind
            && !self.plain()
            && let Some(Place::Register(register)) = self.place(name)
        {
            return register;
        }
        let register = self.code.temp();
        self.into(register, expr);
        register
    }

    /// The value as an operand: a constant, a variable or a new temporary.
    pub(super) fn operand(&mut self, expr: &'a Expr) -> u16 {
        let index = match known(expr).filter(|_| !self.plain()) {
            Some(Known::Int(value)) => self.pool.int(value),
            Some(Known::Num(value)) => self.pool.num(value),
            Some(Known::Text(value)) => self.pool.text(&value),
            _ => return u16::from(self.value(expr)),
        };
        constant_operand(index).unwrap_or_else(|| u16::from(self.value(expr)))
    }

    /// Computes the value into a register, which changes only when the value is complete if it is
    /// a variable's.
    pub(super) fn set_variable(&mut self, register: u8, expr: &'a Expr) {
        if self.plain() || writes_early(expr) {
            let mark = self.code.mark();
            let temp = self.code.temp();
            self.into(temp, expr);
            self.code.copy(register, temp);
            self.code.release(mark);
        } else {
            self.into(register, expr);
        }
    }

    /// Computes the value into a register.
    pub(super) fn into(&mut self, to: u8, expr: &'a Expr) {
        let literal = !matches!(expr.kind, ExprKind::Unary(..) | ExprKind::Binary(..));
        if let Some(value) = known(expr).filter(|_| literal || !self.plain()) {
            return self.load_known(to, &value);
        }
        let mark = self.code.mark();
        match &expr.kind {
            ExprKind::Name(name) => self.name(to, name),
            ExprKind::Template(pieces) => self.template(to, pieces),
            ExprKind::Field { of, name, .. } => {
                if !self.error_field(to, of, &name.name) {
                    let object = self.value(of);
                    self.get_field(to, object, &name.name);
                }
            }
            ExprKind::Index { of, index } => {
                let object = self.value(of);
                self.get_index(to, object, index);
            }
            ExprKind::Call { callee, args } => self.call(to, callee, args),
            ExprKind::Unary(op, inner) => self.unary(to, *op, inner),
            ExprKind::Binary(op, left, right) => self.binary(to, *op, left, right),
            ExprKind::Ternary(test, yes, no) => self.ternary(to, test, yes, no),
            ExprKind::IsNull { value, negated } => self.is_null(to, value, *negated),
            ExprKind::Between { value, low, high } => self.between(to, value, low, high),
            ExprKind::List(values) => self.list(to, &values.iter().collect::<Vec<_>>()),
            ExprKind::Map(entries) => self.map(to, entries),
            ExprKind::Command(command) => self.command(to, command, None),
            ExprKind::Star => self.load_text(to, "*"),
            ExprKind::Select(text) => self.select(to, text),
            _ => self.code.push(Op::Null, to, 0, 0),
        }
        self.code.release(mark);
    }

    pub(super) fn load_known(&mut self, to: u8, value: &Known) {
        match value {
            Known::Null => self.code.push(Op::Null, to, 0, 0),
            Known::Bool(value) => self.code.push(Op::Bool, to, u16::from(*value), 0),
            Known::Int(value) => load_int(&mut self.code, self.pool, to, *value),
            Known::Num(value) => {
                let index = self.pool.num(*value);
                load_constant(&mut self.code, to, index);
            }
            Known::Text(value) => self.load_text(to, value),
        }
    }

    pub(super) fn load_text(&mut self, to: u8, text: &str) {
        let index = self.pool.text(text);
        load_constant(&mut self.code, to, index);
    }

    /// A name alone: a variable, the last error, a procedure or function without arguments.
    fn name(&mut self, to: u8, name: &str) {
        if let Some(place) = self.place(name) {
            self.load(to, place);
        } else if let Some(what) = names::error_name(name) {
            self.code.push(Op::ErrorGet, to, what, 0);
        } else if self.unit.names.is_procedure(name) {
            self.procedure_call(to, name, &[]);
        } else if let Some(function) = names::bare_function(name) {
            let index = self.pool.pure(function.name);
            self.plain_call(to, Op::CallPure, index);
        } else {
            self.code.push(Op::Null, to, 0, 0);
        }
    }

    /// A call without arguments.
    fn plain_call(&mut self, to: u8, op: Op, index: u16) {
        let base = self.call_base(to);
        self.code.push(op, base, index, 0);
        self.code.copy(to, base);
    }

    /// `ERR.message`, `ERROR.line`
    fn error_field(&mut self, to: u8, of: &Expr, field: &str) -> bool {
        let ExprKind::Name(name) = &of.kind else { return false };
        if names::error_name(name).is_none() || self.place(name).is_some() {
            return false;
        }
        self.code.push(Op::ErrorGet, to, 4, 0);
        let field = if field.eq_ignore_ascii_case("number") { "code" } else { field };
        self.get_field(to, to, field);
        true
    }

    /// `to = object.name`
    pub(super) fn get_field(&mut self, to: u8, object: u8, name: &str) {
        let index = self.pool.text(name);
        match u16::try_from(index) {
            Ok(index) => self.code.push(Op::GetField, to, u16::from(object), index),
            Err(_) => {
                let key = self.code.temp();
                load_constant(&mut self.code, key, index);
                self.code.push(Op::GetIndex, to, u16::from(object), u16::from(key));
            }
        }
    }

    /// `object.name = value`
    pub(super) fn set_field(&mut self, object: u8, name: &str, value: u16) {
        let index = self.pool.text(name);
        match u16::try_from(index) {
            Ok(index) => self.code.push(Op::SetField, object, index, value),
            Err(_) => {
                let key = self.code.temp();
                load_constant(&mut self.code, key, index);
                self.code.push(Op::SetIndex, object, u16::from(key), value);
            }
        }
    }

    /// `to = object[i][j]…`
    pub(super) fn get_index(&mut self, to: u8, object: u8, index: &'a [Expr]) {
        let mut object = object;
        for part in index {
            let mark = self.code.mark();
            let key = self.subscript(part);
            self.code.push4(Op::GetIndex, to, u16::from(object), key, self.base());
            self.code.release(mark);
            object = to;
        }
    }

    /// How many values are put together at once.
    fn window_size(&self) -> usize {
        if self.plain() { 1 } else { LIST_WINDOW }
    }

    fn template(&mut self, to: u8, pieces: &'a [Piece]) {
        let mut done = false;
        for part in pieces.chunks(self.window_size()) {
            let mark = self.code.mark();
            let first = self.code.temp();
            if done {
                self.code.copy(first, to);
            }
            for (index, piece) in part.iter().enumerate() {
                let register = if index == 0 && !done { first } else { self.code.temp() };
                match piece {
                    Piece::Text(text) => self.load_text(register, text),
                    Piece::Value(value) => self.into(register, value),
                }
            }
            let count = part.len() + usize::from(done);
            self.code.push(Op::ConcatRange, to, u16::from(first), count as u16);
            self.code.release(mark);
            done = true;
        }
    }

    /// Texts one after the other, made at once.
    fn join(&mut self, to: u8, parts: &[&'a Expr]) {
        let mark = self.code.mark();
        let first = self.code.window(parts.len() as u16);
        for (place, part) in parts.iter().enumerate() {
            self.into(first.saturating_add(place as u8), part);
        }
        self.code.push(Op::ConcatRange, to, u16::from(first), parts.len() as u16);
        self.code.release(mark);
    }

    fn unary(&mut self, to: u8, op: UnaryOp, inner: &'a Expr) {
        let value = self.operand(inner);
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::Not if self.classic => Op::BitNot,
            UnaryOp::Not => Op::Not,
        };
        self.code.push(op, to, value, 0);
    }

    fn binary(&mut self, to: u8, op: BinaryOp, left: &'a Expr, right: &'a Expr) {
        use BinaryOp as B;
        match op {
            B::And | B::Or | B::Xor | B::Eqv | B::Imp if self.classic => {
                self.bits(to, op, left, right);
            }
            B::Or => self.either(to, Op::JumpIf, left, right),
            B::And => self.either(to, Op::JumpIfNot, left, right),
            B::Coalesce => self.either(to, Op::JumpIfNotNull, left, right),
            B::Xor => self.truths(to, Op::Ne, left, right),
            B::Eqv => self.truths(to, Op::Eq, left, right),
            B::Imp => self.implies(to, left, right),
            B::Eq | B::Ne if is_null_literal(right) => self.is_null(to, left, op == B::Ne),
            B::NotLike => self.negated(to, Op::Like, left, right),
            B::NotIn => self.negated(to, Op::In, left, right),
            B::Gt => self.turned(to, Op::Lt, left, right),
            B::Ge => self.turned(to, Op::Le, left, right),
            _ => match simple_op(op, left, right) {
                Some(_) if self.plain() && op == B::Add => self.operate(to, Op::Add, left, right),
                Some(Op::Concat)
                    if !self.plain()
                        && let Some(parts) = joined(left, right) =>
                {
                    self.join(to, &parts);
                }
                Some(op) if is_comparison(op) => self.compared(to, op, left, right),
                Some(op) => self.operate(to, op, left, right),
                None => self.code.push(Op::Null, to, 0, 0),
            },
        }
    }

    /// `to = left op right`, operands in the order written.
    fn operate(&mut self, to: u8, op: Op, left: &'a Expr, right: &'a Expr) {
        let left = self.operand(left);
        let right = self.operand(right);
        self.code.push(op, to, left, right);
    }

    fn compared(&mut self, to: u8, op: Op, left: &'a Expr, right: &'a Expr) {
        self.operate(to, op, left, right);
        self.classic_truth(to);
    }

    /// `to = right op left`, the left side computed first.
    fn turned(&mut self, to: u8, op: Op, left: &'a Expr, right: &'a Expr) {
        let left = self.operand(left);
        let right = self.operand(right);
        self.code.push(op, to, right, left);
        self.classic_truth(to);
    }

    /// Classic programs know -1 and 0 instead of true and false.
    fn classic_truth(&mut self, to: u8) {
        if self.classic {
            self.code.push(Op::ClassicTruth, to, u16::from(to), 0);
        }
    }

    fn negated(&mut self, to: u8, op: Op, left: &'a Expr, right: &'a Expr) {
        self.operate(to, op, left, right);
        self.code.push(Op::Not, to, u16::from(to), 0);
        self.classic_truth(to);
    }

    fn bits(&mut self, to: u8, op: BinaryOp, left: &'a Expr, right: &'a Expr) {
        let which = match op {
            BinaryOp::And => 0,
            BinaryOp::Or => 1,
            BinaryOp::Xor => 2,
            BinaryOp::Eqv => 3,
            _ => 4,
        };
        let left = self.operand(left);
        let right = self.operand(right);
        self.code.push4(Op::Bits, to, left, right, which);
    }

    /// `left` when `decided` jumps on it, else `right`: AND, OR, `??`.
    fn either(&mut self, to: u8, decided: Op, left: &'a Expr, right: &'a Expr) {
        let end = self.code.label();
        self.into(to, left);
        self.code.jump(decided, to, 0, end);
        self.into(to, right);
        self.code.place(end);
    }

    fn truths(&mut self, to: u8, op: Op, left: &'a Expr, right: &'a Expr) {
        let (a, b) = (self.code.temp(), self.code.temp());
        for (register, side) in [(a, left), (b, right)] {
            self.into(register, side);
            self.code.push(Op::Truth, register, u16::from(register), 0);
        }
        self.code.push(op, to, u16::from(a), u16::from(b));
    }

    fn implies(&mut self, to: u8, left: &'a Expr, right: &'a Expr) {
        let end = self.code.label();
        let temp = self.code.temp();
        self.into(temp, left);
        self.code.push(Op::Not, temp, u16::from(temp), 0);
        self.code.jump(Op::JumpIf, temp, 0, end);
        self.into(temp, right);
        self.code.push(Op::Truth, temp, u16::from(temp), 0);
        self.code.place(end);
        self.code.copy(to, temp);
    }

    fn ternary(&mut self, to: u8, test: &'a Expr, yes: &'a Expr, no: &'a Expr) {
        let (other, end) = (self.code.label(), self.code.label());
        self.branch(test, false, other);
        self.into(to, yes);
        self.code.jump(Op::Jump, 0, 0, end);
        self.code.place(other);
        self.into(to, no);
        self.code.place(end);
    }

    fn is_null(&mut self, to: u8, value: &'a Expr, negated: bool) {
        let value = self.operand(value);
        self.code.push(Op::IsNull, to, value, 0);
        if negated {
            self.code.push(Op::Not, to, u16::from(to), 0);
        }
        self.classic_truth(to);
    }

    fn between(&mut self, to: u8, value: &'a Expr, low: &'a Expr, high: &'a Expr) {
        let end = self.code.label();
        let value = self.operand(value);
        let low = self.operand(low);
        let temp = self.code.temp();
        self.code.push(Op::Le, temp, low, value);
        self.code.jump(Op::JumpIfNot, temp, 0, end);
        let high = self.operand(high);
        self.code.push(Op::Le, temp, value, high);
        self.code.place(end);
        self.code.copy(to, temp);
        self.classic_truth(to);
    }

    /// `to = [values…]`
    pub(super) fn list(&mut self, to: u8, values: &[&'a Expr]) {
        let (window, more) = values.split_at(values.len().min(self.window_size()));
        let mark = self.code.mark();
        let target = if more.is_empty() { to } else { self.code.temp() };
        let inner = self.code.mark();
        let first = if window.is_empty() { 0 } else { inner };
        for value in window {
            let register = self.code.temp();
            self.into(register, value);
        }
        self.code.push(Op::NewList, target, first, window.len() as u16);
        self.code.release(inner);
        for (index, value) in more.iter().enumerate() {
            let at = self.code.temp();
            load_int(&mut self.code, self.pool, at, (index + window.len()) as i64);
            let value = self.operand(value);
            self.code.push(Op::SetIndex, target, u16::from(at), value);
            self.code.release(inner);
        }
        self.code.copy(to, target);
        self.code.release(mark);
    }

    fn map(&mut self, to: u8, entries: &'a [(MapKey, Expr)]) {
        self.code.push(Op::NewMap, to, 0, 0);
        for (key, value) in entries {
            let mark = self.code.mark();
            match key {
                MapKey::Fixed(name) => {
                    let value = self.operand(value);
                    self.set_field(to, &name.name, value);
                }
                MapKey::Computed(key) => {
                    let key = self.operand(key);
                    let value = self.operand(value);
                    self.code.push(Op::SetIndex, to, key, value);
                }
            }
            self.code.release(mark);
        }
    }
}

/// The one instruction that does a binary operation.
fn simple_op(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Op> {
    Some(match op {
        BinaryOp::Eq => Op::Eq,
        BinaryOp::Ne => Op::Ne,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Contains => Op::Contains,
        BinaryOp::StartsWith => Op::StartsWith,
        BinaryOp::EndsWith => Op::EndsWith,
        BinaryOp::Like => Op::Like,
        BinaryOp::In => Op::In,
        BinaryOp::Add if is_text(left) || is_text(right) => Op::Concat,
        BinaryOp::Add => Op::Add,
        BinaryOp::Sub => Op::Sub,
        BinaryOp::Concat => Op::Concat,
        BinaryOp::Mul => Op::Mul,
        BinaryOp::Div => Op::Div,
        BinaryOp::IntDiv => Op::IntDiv,
        BinaryOp::Mod => Op::Mod,
        BinaryOp::Pow => Op::Pow,
        _ => return None,
    })
}

fn is_comparison(op: Op) -> bool {
    matches!(
        op,
        Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Contains
            | Op::StartsWith
            | Op::EndsWith
            | Op::Like
            | Op::In
    )
}

/// The parts of `"a" + b + "c"`, three or more. A text that is in a variable is not the first: to
/// append to it in place is cheaper than to copy it.
fn joined<'a>(left: &'a Expr, right: &'a Expr) -> Option<Vec<&'a Expr>> {
    let (mut parts, mut first) = (vec![right], left);
    while let ExprKind::Binary(op, left, right) = &first.kind
        && known(first).is_none()
        && simple_op(*op, left, right) == Some(Op::Concat)
    {
        parts.push(right);
        first = left;
    }
    let written = matches!(first.kind, ExprKind::Text(_) | ExprKind::Template(_));
    parts.push(first);
    parts.reverse();
    (written && (3..=LIST_WINDOW).contains(&parts.len())).then_some(parts)
}

pub(super) fn is_null_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Null)
}

/// Whether computing the value writes its register before all parts are known.
fn writes_early(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left, right) => {
            known(right).is_none() || writes_early(left)
        }
        ExprKind::Ternary(_, yes, no) => writes_early(yes) || writes_early(no),
        ExprKind::Map(entries) => entries.iter().any(|(_, value)| known(value).is_none()),
        ExprKind::Index { index, .. } => index.len() > 1,
        ExprKind::Template(pieces) => pieces.len() > LIST_WINDOW,
        _ => false,
    }
}
