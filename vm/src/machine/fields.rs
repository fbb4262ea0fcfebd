//! Fields and elements.

use basilect_stdlib::{Fault, Kind, TrapCode, Value};

use super::{Machine, builtins, operators};
use crate::heap::Scope;
use crate::program::Instr;

fn no_field(value: Value, name: &str) -> Fault {
    let kind = operators::kind_name(value.kind());
    Fault::new(TrapCode::TypeMismatch, format!("{kind} has no field \"{name}\""))
}

fn bad_index(at: &str, len: usize) -> Fault {
    let text = format!("index {at} is outside the list, which has {len} elements (0 is the first)");
    Fault::new(TrapCode::BadIndex, text)
}

/// Fields of dates and moments, and the functions that know them.
const CALENDAR: [(&str, &str); 7] = [
    ("year", "YEAR"),
    ("month", "MONTH"),
    ("day", "DAY"),
    ("hour", "HOUR"),
    ("minute", "MINUTE"),
    ("second", "SECOND"),
    ("weekday", "WEEKDAY"),
];

impl Machine {
    /// `GetField`.
    pub(super) fn get_field(&mut self, i: Instr) -> Result<(), Fault> {
        let value = self.state.register(i.b as u8);
        let key = self.links.consts.get(i.c as usize).copied().unwrap_or(Value::NULL);
        let field = match value.kind() {
            Kind::Date | Kind::Moment => return self.calendar_field(i.a, value, key),
            _ => self.field_of(value, key)?,
        };
        self.state.set_register(i.a, field);
        Ok(())
    }
    fn field_of(&self, value: Value, key: Value) -> Result<Value, Fault> {
        let name = self.memory.text(&key);
        match value.kind() {
            Kind::Null => Ok(Value::NULL),
            Kind::Map => Ok(self.memory.named_field(value, name).unwrap_or(Value::NULL)),
            Kind::List => Ok(self.list_field(value, name)),
            Kind::Text => match name.to_ascii_lowercase().as_str() {
                "length" | "count" => Ok(Value::int(self.memory.char_count(value) as i64)),
                "raw" => Ok(value),
                _ => Ok(Value::NULL),
            },
            _ => Err(no_field(value, name)),
        }
    }
    /// What a list answers itself; anything else is asked of its first row, because scripts use
    /// the answer of FIND both as a list and as the one row they expect.
    fn list_field(&self, list: Value, name: &str) -> Value {
        let elements = self.memory.list(list);
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        if is("length") || is("count") {
            return Value::int(elements.len() as i64);
        }
        if is("items") || is("raw") {
            return list;
        }
        let field = elements.first().and_then(|&row| self.memory.field(row, name));
        field.unwrap_or(Value::NULL)
    }
    fn calendar_field(&mut self, a: u8, value: Value, key: Value) -> Result<(), Fault> {
        let name = self.memory.text(&key).to_ascii_lowercase();
        if name == "formatted" {
            let text = self.text_of(value)?;
            self.state.set_register(a, text);
            return Ok(());
        }
        let function = CALENDAR.iter().find(|(field, _)| *field == name);
        let function = function.and_then(|(_, function)| builtins::find(function));
        let function = function.ok_or_else(|| no_field(value, &name))?;
        self.state.set_register(a, value);
        self.apply(function, a, 1)
    }

    /// `SetField`.
    pub(super) fn set_field(&mut self, i: Instr, value: Value) -> Result<(), Fault> {
        let key = self.links.consts.get(i.b as usize).copied().unwrap_or(Value::NULL);
        let target = self.state.register(i.a);
        let map = match target.kind() {
            Kind::List => self.memory.list(target).first().copied().unwrap_or(target),
            _ => target,
        };
        if map.kind() != Kind::Map {
            return Err(no_field(target, self.memory.text(&key)));
        }
        Scope::new(&mut self.memory, &self.state).put(map, key, value, true)
    }

    /// `GetIndex`.
    pub(super) fn get_index(
        &mut self,
        value: Value,
        index: Value,
        i: Instr,
    ) -> Result<Value, Fault> {
        match value.kind() {
            Kind::Null if self.is_classic() => Err(self.no_array()),
            Kind::Null => Ok(Value::NULL),
            Kind::Map => {
                let key = self.text_of(index)?;
                Ok(self.memory.field(value, self.memory.text(&key)).unwrap_or(Value::NULL))
            }
            Kind::List => self.element(value, index, i),
            Kind::Text => self.character(value, index),
            kind => {
                let text = format!("{} has no elements", operators::kind_name(kind));
                Err(Fault::new(TrapCode::TypeMismatch, text))
            }
        }
    }
    fn element(&mut self, list: Value, index: Value, i: Instr) -> Result<Value, Fault> {
        if index.kind() == Kind::Text && self.number(index).is_none() {
            return Ok(self.list_field(list, self.memory.text(&index)));
        }
        let len = self.memory.list_len(list);
        if self.is_classic() {
            let at = self.subscript(index, len, i)?;
            return Ok(self.memory.element(list, at).unwrap_or(Value::NULL));
        }
        let at = self.place_of(index, len)?;
        self.memory.element(list, at).ok_or_else(|| bad_index(&at.to_string(), len))
    }
    /// The place that a number names.
    fn place_of(&mut self, index: Value, len: usize) -> Result<usize, Fault> {
        let number = self.number(index).and_then(Value::number).ok_or_else(|| {
            let kind = operators::kind_name(index.kind());
            Fault::new(TrapCode::TypeMismatch, format!("an index must be a number, not {kind}"))
        })?;
        if number < 0.0 || number.fract() != 0.0 || number > 1e15 {
            return Err(bad_index(&number.to_string(), len));
        }
        Ok(number as usize)
    }
    fn character(&mut self, text: Value, index: Value) -> Result<Value, Fault> {
        let len = self.memory.text(&text).len();
        let at = self.place_of(index, len)?;
        if !self.memory.is_ascii(text) {
            self.memory.charge(at.min(len) as u64 / 16)?;
        }
        let found = match self.memory.is_ascii(text) {
            true => self.memory.text(&text).get(at..at + 1).and_then(|c| c.chars().next()),
            false => self.memory.text(&text).chars().nth(at),
        };
        let Some(found) = found else { return Ok(Value::NULL) };
        self.scope().make_text(found.encode_utf8(&mut [0; 4]))
    }

    /// `SetIndex`.
    pub(super) fn set_index(
        &mut self,
        target: Value,
        index: Value,
        value: Value,
        i: Instr,
    ) -> Result<(), Fault> {
        match target.kind() {
            Kind::Null if self.is_classic() => Err(self.no_array()),
            Kind::Map => {
                let mut scope = Scope::new(&mut self.memory, &self.state);
                let key = operators::as_text(&mut scope, &self.env, index)?;
                scope.put(target, key, value, false)
            }
            Kind::List if self.is_classic() => {
                let len = self.memory.list_len(target);
                let at = self.subscript(index, len, i)?;
                self.memory.list_put(target.as_handle(), at, value);
                Ok(())
            }
            Kind::List => self.set_element(target, index, value),
            kind => {
                let text = format!("{} has no elements to set", operators::kind_name(kind));
                Err(Fault::new(TrapCode::TypeMismatch, text))
            }
        }
    }
    fn set_element(&mut self, list: Value, index: Value, value: Value) -> Result<(), Fault> {
        let len = self.memory.list_len(list);
        let at = self.place_of(index, len)?;
        if at == len {
            return Scope::new(&mut self.memory, &self.state).push(list, value);
        }
        if self.memory.list_put(list.as_handle(), at, value) {
            return Ok(());
        }
        Err(bad_index(&at.to_string(), len))
    }

    /// `NewArray`.
    pub(super) fn new_array(&mut self, i: Instr) -> Result<Value, Fault> {
        let mut lengths = Vec::with_capacity(i.c as usize);
        let mut total = 1usize;
        for place in 0..i.c {
            let bound = self.state.register(i.b.wrapping_add(place) as u8);
            let length = self.place_of(bound, 0).map_err(|_| {
                Fault::argument("the size of an array must be a number that is not negative")
            })?;
            lengths.push(length + 1);
            total = total.saturating_mul(length + 1);
        }
        let limit = self.memory.limits().list_elements;
        if total > limit {
            let text = format!("an array may have at most {limit} elements");
            return Err(crate::heap::limit_reached(text));
        }
        self.memory.charge(total as u64 / 4)?;
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let fill = match i.d >> 8 {
            0 => Value::int(0),
            1 => scope.make_text("")?,
            _ => Value::NULL,
        };
        nested(&mut scope, &lengths, fill)
    }
}

/// Lists in lists; the number of dimensions is at most that of registers.
fn nested(scope: &mut Scope<'_>, lengths: &[usize], fill: Value) -> Result<Value, Fault> {
    let Some((&length, inner)) = lengths.split_first() else { return Ok(fill) };
    basilect_stdlib::Heap::reserve(scope, length * size_of::<Value>())?;
    let mut elements = Vec::with_capacity(length);
    for _ in 0..length {
        elements.push(nested(scope, inner, fill)?);
    }
    scope.make_list(elements)
}
