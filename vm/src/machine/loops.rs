//! FOR and FOR EACH beyond the fast path.

use basilect_stdlib::{Fault, Kind, TrapCode, Value};

use super::{Exit, Machine, fast, operators};
use crate::heap::Scope;
use crate::program::Instr;

impl Machine {
    /// `ForPrep`: makes start, limit and step numbers of one kind and decides whether to enter.
    pub(super) fn for_prep(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        self.for_numbers(i.a)?;
        let step = self.state.register(i.a.wrapping_add(2));
        if step.number() == Some(0.0) && self.is_classic() {
            // Such a loop ends when its variable is its limit; no number stands for that step, so
            // that every turn comes here.
            self.state.set_register(i.a.wrapping_add(2), Value::FALSE);
            return Ok(None);
        }
        if step.number() == Some(0.0) {
            return Err(Fault::argument("the step of FOR must not be 0"));
        }
        let start = self.state.register(i.a);
        self.state.set_register(i.b as u8, start);
        if self.for_within(i.a, start) { Ok(None) } else { self.jump(i.target()) }
    }
    /// `ForLoop` where the body changed the counter to another kind, or the integers end.
    pub(super) fn for_loop(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        if self.state.register(i.a.wrapping_add(1)).is_null() {
            return Err(Fault::new(TrapCode::NextWithoutFor, "NEXT without FOR"));
        }
        if self.state.register(i.a.wrapping_add(2)).kind() == Kind::Bool && self.is_classic() {
            let (at, limit) = (self.state.register(i.a), self.state.register(i.a.wrapping_add(1)));
            return if self.equal(at, limit)? { Ok(None) } else { self.jump(i.target()) };
        }
        self.for_numbers(i.a)?;
        let (at, step) = (self.state.register(i.a), self.state.register(i.a.wrapping_add(2)));
        let sum = at.number().unwrap_or(0.0) + step.number().unwrap_or(0.0);
        let next = fast::add(&at, &step);
        self.state.set_register(i.a, next.unwrap_or(Value::num(sum)));
        // A sum that no number of its kind holds is past every limit.
        let Some(next) = next.filter(|&next| self.for_within(i.a, next)) else { return Ok(None) };
        self.state.set_register(i.b as u8, next);
        self.jump(i.target())
    }
    fn for_numbers(&mut self, a: u8) -> Result<(), Fault> {
        let start = self.for_number(a, "the counter")?;
        let limit = self.for_number(a.wrapping_add(1), "the end")?;
        let step = self.for_number(a.wrapping_add(2), "the step")?;
        let whole = [start, limit, step].iter().all(|v| v.kind() == Kind::Int);
        for (at, value) in [start, limit, step].into_iter().enumerate() {
            let value = if whole { value } else { Value::num(value.number().unwrap_or(0.0)) };
            self.state.set_register(a.wrapping_add(at as u8), value);
        }
        Ok(())
    }
    fn for_number(&mut self, register: u8, what: &str) -> Result<Value, Fault> {
        let value = self.state.register(register);
        self.number(value).ok_or_else(|| {
            Fault::new(TrapCode::TypeMismatch, format!("{what} of FOR must be a number"))
        })
    }
    fn for_within(&self, a: u8, at: Value) -> bool {
        let limit = self.state.register(a.wrapping_add(1));
        let up = self.state.register(a.wrapping_add(2)).number().unwrap_or(0.0) > 0.0;
        if at.kind() == Kind::Int && limit.kind() == Kind::Int {
            let (at, limit) = (at.as_i64(), limit.as_i64());
            return if up { at <= limit } else { at >= limit };
        }
        let (at, limit) = (at.number().unwrap_or(0.0), limit.number().unwrap_or(0.0));
        if up { at <= limit } else { at >= limit }
    }

    /// `IterPrep`.
    pub(super) fn iter_prep(&mut self, i: Instr) -> Result<(), Fault> {
        let source = self.state.register(i.b as u8);
        let last = (i.c == 1).then(|| self.state.register(i.a.wrapping_add(1)));
        let mut elements = self.elements(source)?;
        if let Some(count) = last {
            let count = self.number(count).and_then(Value::number);
            let count = count.ok_or_else(|| Fault::argument("LAST needs a number"))?;
            elements.drain(..elements.len() - (count.max(0.0) as usize).min(elements.len()));
        }
        let iterator = Scope::new(&mut self.memory, &self.state).make_iterator(elements)?;
        self.state.set_register(i.a, iterator);
        self.state.set_register(i.a.wrapping_add(1), Value::int(0));
        Ok(())
    }
    fn elements(&mut self, source: Value) -> Result<Vec<Value>, Fault> {
        match source.kind() {
            Kind::Null => Ok(Vec::new()),
            Kind::List => {
                let len = self.memory.list_len(source);
                self.reserve_values(len)?;
                Ok(self.memory.list(source).to_vec())
            }
            Kind::Map => {
                self.reserve_values(self.memory.entries(source).len())?;
                Ok(self.memory.entries(source).iter().map(|e| e.key).collect())
            }
            Kind::Text => self.characters(source),
            kind => {
                let text = format!("FOR EACH needs a list, not {}", operators::kind_name(kind));
                Err(Fault::new(TrapCode::TypeMismatch, text))
            }
        }
    }
    fn reserve_values(&mut self, len: usize) -> Result<(), Fault> {
        self.memory.charge(len as u64 / 8)?;
        let mut scope = Scope::new(&mut self.memory, &self.state);
        basilect_stdlib::Heap::reserve(&mut scope, len * size_of::<Value>())
    }
    fn characters(&mut self, source: Value) -> Result<Vec<Value>, Fault> {
        let text = self.memory.text(&source).to_string();
        self.memory.charge(text.len() as u64)?;
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let mut buffer = [0u8; 4];
        text.chars().map(|c| scope.make_text(c.encode_utf8(&mut buffer))).collect()
    }

    /// `IterNext`.
    pub(super) fn iter_next(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        let at = self.state.register(i.a.wrapping_add(1));
        let list = self.state.register(i.a);
        let place = usize::try_from(at.as_i64()).ok().filter(|_| at.kind() == Kind::Int);
        let Some(element) = place.and_then(|p| self.memory.element(list, p)) else {
            return self.jump(i.target());
        };
        self.state.set_register(i.a.wrapping_add(1), Value::int(at.as_i64() + 1));
        self.state.set_register(i.b as u8, element);
        Ok(None)
    }
}
