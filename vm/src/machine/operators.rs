//! Operators beyond the fast path: the rules are those of `basilect_stdlib::pure::arith`.

use std::cmp::Ordering;

use basilect_stdlib::{Fault, Heap, Kind, Value};

use super::{Machine, arith, bug};
use crate::heap::Scope;
use crate::program::Op;

/// What a kind is called in messages.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a truth value",
        Kind::Int | Kind::Num => "a number",
        Kind::Date => "a date",
        Kind::Moment => "a moment",
        Kind::Span => "a duration",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Map => "a map",
    }
}

impl Machine {
    pub(super) fn scope(&mut self) -> Scope<'_> {
        Scope::new(&mut self.memory, &self.state)
    }
    /// The number that a value is or spells.
    pub(super) fn number(&mut self, value: Value) -> Option<Value> {
        arith::number(&self.scope(), value)
    }
    /// Whether a value counts as true.
    pub(super) fn truth(&mut self, value: Value) -> bool {
        arith::truth(&self.scope(), value)
    }
    /// Whether two values are equal.
    pub(super) fn equal(&mut self, l: Value, r: Value) -> Result<bool, Fault> {
        self.charge_texts(l, r)?;
        Ok(arith::equal(&self.scope(), l, r))
    }
    /// The order of two values.
    pub(super) fn order(&mut self, l: Value, r: Value) -> Result<Ordering, Fault> {
        self.charge_texts(l, r)?;
        arith::compare(&self.scope(), l, r)
    }
    /// Looking at two texts costs as much as the shorter one is long.
    fn charge_texts(&mut self, l: Value, r: Value) -> Result<(), Fault> {
        let shorter = self.memory.text(l).len().min(self.memory.text(r).len());
        self.memory.charge(shorter as u64 / 64)
    }

    /// The value of an arithmetic, text or list operator.
    pub(super) fn binary(&mut self, op: Op, l: Value, r: Value) -> Result<Value, Fault> {
        if op == Op::Concat || op == Op::Add && (is_text(l) || is_text(r)) {
            return self.concat(l, r);
        }
        let heap = &mut self.scope();
        match op {
            Op::Add => arith::add(heap, l, r),
            Op::Sub => arith::sub(heap, l, r),
            Op::Mul => arith::mul(heap, l, r),
            Op::Div => arith::div(heap, l, r),
            Op::IntDiv => arith::int_div(heap, l, r),
            Op::Mod => arith::modulo(heap, l, r),
            Op::Pow => arith::pow(heap, l, r),
            _ => Err(bug("no such operator")),
        }
    }
    fn concat(&mut self, l: Value, r: Value) -> Result<Value, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let left = as_text(&mut scope, l)?;
        let right = as_text(&mut scope, r)?;
        scope.concat(left, right)
    }
    /// The texts of registers, joined.
    pub(super) fn concat_range(&mut self, first: usize, count: usize) -> Result<Value, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let mut parts = Vec::with_capacity(count);
        for &value in self.state.registers(first, count) {
            parts.push(as_text(&mut scope, value)?);
        }
        scope.join(&parts)
    }

    /// Text tests and membership.
    pub(super) fn test(&mut self, op: Op, l: Value, r: Value) -> Result<bool, Fault> {
        match (op, l.kind(), r.kind()) {
            (Op::Contains, Kind::List, _) => self.member(r, l),
            (Op::Contains, Kind::Map, _) => self.has_key(l, r),
            (Op::In, _, Kind::List) => self.member(l, r),
            (Op::In, _, Kind::Map) => self.has_key(r, l),
            (Op::In, ..) => self.text_test(Op::Contains, r, l),
            _ => self.text_test(op, l, r),
        }
    }
    fn member(&mut self, element: Value, list: Value) -> Result<bool, Fault> {
        let len = self.memory.list(list).len();
        self.memory.charge(len as u64 / 2)?;
        for at in 0..len {
            let candidate = self.memory.list(list).get(at).copied().unwrap_or(Value::NULL);
            if self.equal(element, candidate)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    fn has_key(&mut self, map: Value, key: Value) -> Result<bool, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let key = as_text(&mut scope, key)?;
        Ok(self.memory.field(map, self.memory.text(key)).is_some())
    }
    fn text_test(&mut self, op: Op, l: Value, r: Value) -> Result<bool, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let (l, r) = (as_text(&mut scope, l)?, as_text(&mut scope, r)?);
        let bytes = self.memory.text(l).len() + self.memory.text(r).len();
        self.memory.charge(bytes as u64 / 32)?;
        arith::text_test(op, self.memory.text(l), self.memory.text(r))
    }
}

fn is_text(value: Value) -> bool {
    value.kind() == Kind::Text
}

/// A value as it is written out.
pub(super) fn as_text(scope: &mut Scope<'_>, value: Value) -> Result<Value, Fault> {
    if is_text(value) {
        return Ok(value);
    }
    let limit = scope.limits().text_bytes;
    let (data, bytes) = scope.memory().export(value, limit)?;
    scope.charge(bytes as u64 / 64)?;
    scope.make_text(&arith::display(&data))
}

impl Machine {
    /// The value with its sign changed.
    pub(super) fn negate(&mut self, value: Value) -> Result<Value, Fault> {
        arith::neg(&mut self.scope(), value)
    }
    /// A bitwise operation, numbered as in [`Op::Bits`].
    pub(super) fn bits(&mut self, which: u16, l: Value, r: Value) -> Result<Value, Fault> {
        arith::bits(&mut self.scope(), which, l, r)
    }
}
