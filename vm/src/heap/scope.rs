//! Making things: every allocation is counted first and may collect garbage.

use basilect_stdlib::{Fault, Heap, Kind, Limits, SHORT_TEXT, TrapCode, Value};

use super::{
    Buffer, Entry, Found, List, Map, Memory, OBJECT_BYTES, Roots, Text, limit_reached,
    out_of_memory,
};

/// Texts from here on are rather moved than copied.
const LONG_TEXT: usize = 4 << 10;

/// The memory during one operation. What the operation makes or takes out of a list or map is held
/// until its end, because the roots do not show it yet (or any more).
pub(crate) struct Scope<'a> {
    memory: &'a mut Memory,
    roots: &'a dyn Roots,
}

impl<'a> Scope<'a> {
    /// Begins an operation.
    pub fn new(memory: &'a mut Memory, roots: &'a dyn Roots) -> Scope<'a> {
        memory.held.clear();
        Scope { memory, roots }
    }
    /// The memory, to read.
    pub fn memory(&self) -> &Memory {
        self.memory
    }

    /// Makes sure that `bytes` more fit.
    #[inline]
    fn ensure(&mut self, bytes: usize) -> Result<(), Fault> {
        if self.has_room(bytes) {
            return Ok(());
        }
        self.make_room(bytes)
    }
    /// The same; what these values refer to is held if that takes a collection. So they are to be
    /// where the roots or what is held reach them right after.
    #[inline]
    fn ensure_keeping(&mut self, bytes: usize, values: &[Value]) -> Result<(), Fault> {
        if self.has_room(bytes) {
            return Ok(());
        }
        self.keep(values);
        self.make_room(bytes)
    }
    #[inline]
    fn has_room(&self, bytes: usize) -> bool {
        let memory = &*self.memory;
        memory.bytes.saturating_add(bytes) <= memory.threshold && !memory.stress
    }
    /// Collects. A memory that stays nearly full after a collection counts as full, because it
    /// would otherwise be collected again at every step. The next collection waits for half as much
    /// again as is needed now: what reserves a little more each time would else collect each time.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, bytes: usize) -> Result<(), Fault> {
        self.memory.collect(self.roots);
        let memory = &mut *self.memory;
        let limit = memory.limits.heap_bytes;
        let held = memory.held.len() * size_of::<Value>();
        let need = memory.bytes.saturating_add(bytes);
        if need.saturating_add(held) > limit - limit / 32 {
            return Err(out_of_memory(limit));
        }
        memory.threshold = memory.threshold.max(need.saturating_add(need / 2)).min(limit);
        Ok(())
    }
    fn hold(&mut self, value: Value) -> Value {
        if matches!(value.kind(), Kind::Text | Kind::List | Kind::Map) && !value.is_short_text() {
            self.memory.held.push(value);
        }
        value
    }

    fn check_text(&self, bytes: usize) -> Result<(), Fault> {
        let limit = self.memory.limits.text_bytes.min(u32::MAX as usize);
        if bytes <= limit {
            return Ok(());
        }
        Err(limit_reached(format!("a text may have at most {limit} bytes")))
    }
    fn check_elements(&self, elements: usize) -> Result<(), Fault> {
        let limit = self.memory.limits.list_elements;
        if elements <= limit {
            return Ok(());
        }
        Err(limit_reached(format!("a list or map may have at most {limit} elements")))
    }

    /// Makes a text of these contents, which must not come from the memory itself.
    pub fn make_text(&mut self, data: &str) -> Result<Value, Fault> {
        self.check_text(data.len())?;
        if let Some(short) = Value::short_text(data) {
            return Ok(short);
        }
        self.ensure(data.len() + 2 * OBJECT_BYTES)?;
        Ok(self.insert_text(data.to_string()))
    }
    fn insert_text(&mut self, data: String) -> Value {
        let (used, ascii) = (data.len(), data.is_ascii());
        self.memory.bytes += data.capacity() + OBJECT_BYTES;
        let buffer = self.memory.buffers.insert(Buffer { data, used });
        self.insert_view(buffer, used, ascii)
    }
    fn insert_view(&mut self, buffer: u32, len: usize, ascii: bool) -> Value {
        self.memory.bytes += OBJECT_BYTES;
        let text = Text { buffer, len: len as u32, ascii };
        let handle = self.memory.texts.insert(text);
        self.hold(Value::handle(Kind::Text, handle))
    }

    /// The two texts one after the other. Charges for the bytes it copies.
    pub fn concat(&mut self, left: Value, right: Value) -> Result<Value, Fault> {
        let (l, r) = (self.memory.text_len(&left), self.memory.text_len(&right));
        self.check_text(l + r)?;
        let slot = self.memory.text_slot(left);
        let room = slot.and_then(|t| self.memory.buffer(t.buffer).map(|b| (t, b)));
        match room {
            Some((text, buffer)) if buffer.used == l && buffer.data.len() == l && l > 0 => {
                self.extend(text, right, r)
            }
            _ => self.join(&[left, right]),
        }
    }
    fn extend(&mut self, left: Text, right: Value, more: usize) -> Result<Value, Fault> {
        self.memory.charge(more as u64 / 64)?;
        let l = left.len as usize;
        let capacity = self.memory.buffer(left.buffer).map_or(0, |b| b.data.capacity());
        let grown = if l + more > capacity { (l + more).max(capacity * 2) } else { capacity };
        self.ensure(grown - capacity + OBJECT_BYTES)?;
        let ascii = left.ascii && self.memory.is_ascii(right);
        let same = self.memory.text_slot(right).is_some_and(|t| t.buffer == left.buffer);
        let copy = if same { self.memory.text(&right).to_string() } else { String::new() };
        let mut data = self.take_buffer(left.buffer);
        let before = data.capacity();
        data.reserve_exact(grown.saturating_sub(l));
        data.push_str(if same { &copy } else { self.memory.text(&right) });
        self.memory.bytes += data.capacity().saturating_sub(before);
        if let Some(buffer) = self.memory.buffers.get_mut(left.buffer) {
            buffer.used = data.len();
            buffer.data = data;
        }
        Ok(self.insert_view(left.buffer, l + more, ascii))
    }
    fn take_buffer(&mut self, handle: u32) -> String {
        let buffer = self.memory.buffers.get_mut(handle);
        buffer.map_or_else(String::new, |b| std::mem::take(&mut b.data))
    }
    /// All these texts one after the other, in a new buffer.
    pub fn join(&mut self, parts: &[Value]) -> Result<Value, Fault> {
        let total: usize = parts.iter().map(|p| self.memory.text_len(p)).sum();
        self.check_text(total)?;
        if total <= SHORT_TEXT {
            return self.join_short(parts);
        }
        self.memory.charge(total as u64 / 64)?;
        self.ensure(total + 2 * OBJECT_BYTES)?;
        let mut data = Vec::with_capacity(total);
        for part in parts {
            data.extend_from_slice(self.memory.text_bytes(part));
        }
        // Texts that stand in values are bytes until somebody looks: all are looked at together.
        match String::from_utf8(data) {
            Ok(data) => Ok(self.insert_text(data)),
            Err(_) => Err(Fault::new(TrapCode::Bug, "texts that are no text together")),
        }
    }
    fn join_short(&self, parts: &[Value]) -> Result<Value, Fault> {
        let joined = parts.iter().try_fold(Value::EMPTY, |text, part| match part.is_short_text() {
            true => Value::short_joined(text, *part),
            false => Value::short_joined(text, Value::short_of(self.memory.text_bytes(part))?),
        });
        joined.ok_or_else(|| Fault::new(TrapCode::Bug, "short texts make a short text"))
    }

    /// Makes a list.
    pub fn make_list(&mut self, elements: Vec<Value>) -> Result<Value, Fault> {
        self.insert_list(List::of(elements))
    }
    /// Makes a list of what a loop goes through.
    pub fn make_iterator(&mut self, elements: Vec<Value>) -> Result<Value, Fault> {
        self.insert_list(List::of_values(elements))
    }
    fn insert_list(&mut self, list: List) -> Result<Value, Fault> {
        self.check_elements(list.len())?;
        let bytes = list.capacity() * size_of::<Value>() + OBJECT_BYTES;
        self.ensure_keeping(bytes, list.objects())?;
        self.memory.bytes += bytes;
        let handle = self.memory.lists.insert(list);
        Ok(self.hold(Value::handle(Kind::List, handle)))
    }
    /// Makes a map.
    pub fn make_map(&mut self) -> Result<Value, Fault> {
        self.ensure(OBJECT_BYTES)?;
        self.memory.bytes += OBJECT_BYTES;
        let handle = self.memory.maps.insert(Map::default());
        Ok(self.hold(Value::handle(Kind::Map, handle)))
    }
    fn keep(&mut self, values: &[Value]) {
        for &value in values {
            self.hold(value);
        }
    }
    /// Appends to a list.
    pub fn push(&mut self, list: Value, element: Value) -> Result<(), Fault> {
        let have = self.memory.list_len(list);
        self.check_elements(have + 1)?;
        self.hold(element);
        let capacity = self.memory.lists.get(list.as_handle()).map_or(0, List::capacity);
        let more = if have == capacity { capacity.max(4) } else { 0 };
        self.ensure(more * size_of::<Value>())?;
        if list.kind() == Kind::List
            && let Some(slots) = self.memory.lists.get_mut(list.as_handle())
        {
            let values = slots.values();
            values.reserve_exact(more);
            values.push(element);
            self.memory.bytes += more * size_of::<Value>();
        }
        Ok(())
    }

    /// Sets a field whose key is a text of the memory. `fold`: an entry with other letter case
    /// counts as the same field (names), otherwise it is another key (data).
    pub fn put(&mut self, map: Value, key: Value, value: Value, fold: bool) -> Result<(), Fault> {
        let bytes = self.memory.text_bytes(&key);
        let (found, hash) = match fold {
            true => self.memory.find_named(map, bytes),
            false => self.memory.find_hashed(map, bytes),
        };
        match found {
            Found::Exact(at) => self.put_at(map, at, value),
            Found::Folded(at) if fold => self.put_at(map, at, value),
            _ => self.insert(map, (key, hash), value)?,
        }
        Ok(())
    }
    fn put_at(&mut self, map: Value, at: usize, value: Value) {
        if let Some(map) = self.memory.maps.get_mut(map.as_handle()) {
            let old = map.replace(at, value);
            self.hold(old);
        }
    }
    /// Appends an entry; the key comes with its [`Map::hash`].
    pub(super) fn insert(
        &mut self,
        map: Value,
        key: (Value, Option<u32>),
        value: Value,
    ) -> Result<(), Fault> {
        let (key, hash) = key;
        self.check_elements(self.memory.entries(map).len() + 1)?;
        self.keep(&[key, value]);
        let growth = self.memory.maps.get(map.as_handle()).map_or(0, Map::growth);
        self.ensure(growth)?;
        self.memory.insert(map, Entry { key, value }, hash);
        Ok(())
    }
}

impl Heap for Scope<'_> {
    fn text<'a>(&'a self, value: &'a Value) -> &'a str {
        self.memory.text(value)
    }
    fn is_ascii(&self, value: Value) -> bool {
        self.memory.is_ascii(value)
    }
    fn list(&self, value: Value) -> &[Value] {
        self.memory.list(value)
    }
    fn map_len(&self, value: Value) -> usize {
        self.memory.entries(value).len()
    }
    fn map_entry(&self, value: Value, index: usize) -> Option<(Value, Value)> {
        self.memory.entries(value).get(index).map(|e| (e.key, e.value))
    }
    fn map_get(&self, value: Value, key: &str) -> Option<Value> {
        self.memory.field(value, key)
    }
    fn new_text(&mut self, text: &str) -> Result<Value, Fault> {
        self.memory.charge(text.len() as u64 / 64)?;
        self.make_text(text)
    }
    fn take_text(&mut self, mut text: String) -> Result<Value, Fault> {
        if text.len() < LONG_TEXT {
            return self.new_text(&text);
        }
        self.memory.charge(text.len() as u64 / 64)?;
        self.check_text(text.len())?;
        self.ensure(text.len() + 2 * OBJECT_BYTES)?;
        text.shrink_to_fit();
        Ok(self.insert_text(text))
    }
    fn new_list(&mut self, elements: Vec<Value>) -> Result<Value, Fault> {
        self.memory.charge(elements.len() as u64 / 8)?;
        self.make_list(elements)
    }
    fn new_filled(&mut self, value: Value, len: usize) -> Result<Value, Fault> {
        self.memory.charge(len as u64 / 8)?;
        self.check_elements(len)?;
        self.hold(value);
        self.insert_list(List::filled(value, len))
    }
    fn new_map(&mut self) -> Result<Value, Fault> {
        self.make_map()
    }
    fn map_set(&mut self, map: Value, key: &str, value: Value) -> Result<(), Fault> {
        self.memory.charge(1 + key.len() as u64 / 64)?;
        let (found, hash) = self.memory.find_hashed(map, key.as_bytes());
        match found {
            Found::Exact(at) => self.put_at(map, at, value),
            _ => {
                self.hold(value);
                let key = self.make_text(key)?;
                self.insert(map, (key, hash), value)?;
            }
        }
        Ok(())
    }
    fn map_remove(&mut self, map: Value, key: &str) -> Result<bool, Fault> {
        // All entries behind it move, and the index is made anew.
        self.memory.charge(1 + self.memory.entries(map).len() as u64)?;
        let at = match self.memory.find(map, key.as_bytes()) {
            Found::Exact(at) | Found::Folded(at) => at,
            Found::None => return Ok(false),
        };
        let hashes = self.memory.all_hashes(map);
        let map = self.memory.maps.get_mut(map.as_handle());
        let gone = map.and_then(|map| map.remove(at, hashes));
        if let Some((entry, price)) = gone {
            self.hold(entry.value);
            self.memory.charge(price)?;
        }
        Ok(true)
    }
    fn list_replace(&mut self, list: Value, elements: Vec<Value>) -> Result<(), Fault> {
        self.check_elements(elements.len())?;
        self.memory.charge(elements.len() as u64 / 8)?;
        let more = elements.capacity() * size_of::<Value>();
        self.ensure_keeping(more, &elements)?;
        if list.kind() == Kind::List
            && let Some(slots) = self.memory.lists.get_mut(list.as_handle())
        {
            let old = std::mem::replace(slots, List::of(elements));
            let less = old.capacity() * size_of::<Value>();
            self.memory.bytes = (self.memory.bytes + more).saturating_sub(less);
            self.keep(old.objects());
        }
        Ok(())
    }
    fn list_pop(&mut self, list: Value) -> Option<Value> {
        let slots = self.memory.lists.get_mut(list.as_handle());
        let taken = slots.filter(|_| list.kind() == Kind::List)?.values().pop()?;
        Some(self.hold(taken))
    }
    fn list_push(&mut self, list: Value, element: Value) -> Result<(), Fault> {
        self.push(list, element)
    }
    fn charge(&mut self, units: u64) -> Result<(), Fault> {
        self.memory.charge(units)
    }
    fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        self.ensure(bytes)
    }
    fn limits(&self) -> &Limits {
        self.memory.limits()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::machine::State;
    use crate::program::Program;

    #[test]
    fn what_reserves_a_little_more_each_time_collects_seldom() {
        let (limits, state) = (Limits::DEFAULT, State::default());
        let mut memory = Memory::new(Arc::new(Program::default()), Arc::new(limits));
        let mut scope = Scope::new(&mut memory, &state);
        let mut thresholds = BTreeSet::new();
        for bytes in (0..8 << 20).step_by(1_000) {
            scope.reserve(bytes).expect("there is room");
            thresholds.insert(scope.memory.threshold);
        }
        assert!(thresholds.len() < 12, "{}", thresholds.len());
    }
}
