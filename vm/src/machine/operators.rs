//! Operators beyond the fast path: the rules are those of `basilect_stdlib::pure`.

use std::cmp::Ordering;

use basilect_stdlib::pure::Env;
use basilect_stdlib::pure::{arith, display, logic};
use basilect_stdlib::{Fault, Heap, Kind, Value};

use super::{Machine, bug, fast};
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

/// A value as it is written out.
pub(super) fn as_text(scope: &mut Scope<'_>, env: &Env, value: Value) -> Result<Value, Fault> {
    match value.kind() {
        Kind::Text => return Ok(value),
        Kind::Int => {
            if let Some(digits) = Value::short_digits(value.as_i64()) {
                return Ok(digits);
            }
        }
        _ => {}
    }
    let text = display::display(scope, value, env)?;
    scope.charge(text.len() as u64 / 64)?;
    scope.make_text(&text)
}

impl Machine {
    pub(super) fn scope(&mut self) -> Scope<'_> {
        Scope::new(&mut self.memory, &self.state)
    }
    /// A value as a text of the memory.
    pub(super) fn text_of(&mut self, value: Value) -> Result<Value, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        as_text(&mut scope, &self.env, value)
    }
    /// The number that a value is or spells.
    pub(super) fn number(&mut self, value: Value) -> Option<Value> {
        arith::to_number(&self.scope(), value)
    }
    /// Whether a value counts as true.
    pub(super) fn truth(&mut self, value: Value) -> bool {
        logic::truth(&self.scope(), value)
    }
    /// Whether two values are equal.
    pub(super) fn equal(&mut self, l: Value, r: Value) -> Result<bool, Fault> {
        arith::equal(&mut self.scope(), l, r)
    }
    /// The order of two values.
    pub(super) fn order(&mut self, l: Value, r: Value) -> Result<Ordering, Fault> {
        arith::compare(&mut self.scope(), l, r)
    }
    /// The value with its sign changed.
    pub(super) fn negate(&mut self, value: Value) -> Result<Value, Fault> {
        arith::neg(&mut self.scope(), value)
    }

    /// The value of an arithmetic, text or list operator.
    pub(super) fn binary(&mut self, op: Op, l: Value, r: Value) -> Result<Value, Fault> {
        let text = l.kind() == Kind::Text || r.kind() == Kind::Text;
        if op == Op::Concat || op == Op::Add && text {
            return self.concat(l, r);
        }
        if self.is_classic() && matches!(op, Op::IntDiv | Op::Mod) {
            return self.whole_division(op, l, r);
        }
        let env = &self.env;
        let heap = &mut Scope::new(&mut self.memory, &self.state);
        match op {
            Op::Add => arith::add(heap, env, l, r),
            Op::Sub => arith::sub(heap, env, l, r),
            Op::Mul => arith::mul(heap, l, r),
            Op::Div => arith::div(heap, l, r),
            Op::IntDiv => arith::idiv(heap, l, r),
            Op::Mod => arith::modulo(heap, l, r),
            Op::Pow => arith::pow(heap, l, r),
            _ => Err(bug("no such operator")),
        }
    }
    fn concat(&mut self, l: Value, r: Value) -> Result<Value, Fault> {
        if let Some(short) = fast::concat(&l, &r) {
            return Ok(short);
        }
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let left = as_text(&mut scope, &self.env, l)?;
        let right = as_text(&mut scope, &self.env, r)?;
        scope.concat(left, right)
    }
    /// The texts of registers, joined.
    pub(super) fn concat_range(&mut self, first: usize, count: usize) -> Result<Value, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let mut parts = Vec::with_capacity(count);
        for &value in self.state.registers(first, count) {
            parts.push(as_text(&mut scope, &self.env, value)?);
        }
        scope.join(&parts)
    }
    /// A bitwise operation, numbered as in [`Op::Bits`].
    pub(super) fn bits(&mut self, which: u16, l: Value, r: Value) -> Result<Value, Fault> {
        let (l, r) = (self.integer(l)?, self.integer(r)?);
        Ok(Value::int(match which {
            0 => l & r,
            1 => l | r,
            2 => l ^ r,
            3 => !(l ^ r),
            _ => !l | r,
        }))
    }
    /// A number without its fraction.
    fn integer(&mut self, value: Value) -> Result<i64, Fault> {
        let number = self.number(value).ok_or_else(|| {
            let what = kind_name(value.kind());
            Fault::argument(format!("bitwise AND, OR and NOT need numbers, not {what}"))
        })?;
        match number.kind() {
            Kind::Int => Ok(number.as_i64()),
            _ if number.as_f64().abs() < 9.2e18 => Ok(libm::round(number.as_f64()) as i64),
            _ => Err(Fault::argument("the number is too large for bitwise AND, OR and NOT")),
        }
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
        for at in 0..self.memory.list(list).len() {
            let candidate = self.memory.list(list).get(at).copied().unwrap_or(Value::NULL);
            let same = candidate.kind() == element.kind();
            self.memory.charge(if same { COMPARED } else { COMPARED_OTHER })?;
            if self.equal(element, candidate)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    fn has_key(&mut self, map: Value, key: Value) -> Result<bool, Fault> {
        let key = self.text_of(key)?;
        Ok(self.memory.field(map, self.memory.text(&key)).is_some())
    }
    /// Text tests ignore letter case, as conditions over rows do.
    fn text_test(&mut self, op: Op, l: Value, r: Value) -> Result<bool, Fault> {
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let left = as_text(&mut scope, &self.env, l)?;
        let right = as_text(&mut scope, &self.env, r)?;
        let (l, r) = (scope.text(&left).len(), scope.text(&right).len());
        scope.charge(work(op, l, r))?;
        scope.reserve((l + r) * 4)?;
        let (l, r) = (scope.text(&left).to_lowercase(), scope.text(&right).to_lowercase());
        Ok(match op {
            Op::Contains => l.contains(&r),
            Op::StartsWith => l.starts_with(&r),
            Op::EndsWith => l.ends_with(&r),
            _ => logic::like(&l, &r),
        })
    }
}

/// Fuel of comparing with an element of a list: of the same kind, or of another, where a text may
/// spell a number.
const COMPARED: u64 = 4;
const COMPARED_OTHER: u64 = 16;

/// Fuel of a text test: LIKE compares every place with the pattern at worst.
fn work(op: Op, left: usize, right: usize) -> u64 {
    match op {
        Op::Like => (left as u64).saturating_mul(right as u64) / 16,
        _ => (left + right) as u64 / 32,
    }
}
