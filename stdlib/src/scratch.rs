//! A small memory outside of a machine: for what the host computes from the columns of a row, and
//! for tests.

use crate::{Fault, Heap, Kind, Limits, TrapCode, Value};
use indexmap::IndexMap;

/// A memory that keeps everything and counts what is charged.
#[derive(Default)]
pub struct Scratch {
    /// The limits in force.
    pub limits: Limits,
    /// Units charged so far.
    pub fuel: u64,
    texts: Vec<String>,
    lists: Vec<Vec<Value>>,
    maps: Vec<IndexMap<String, (Value, Value)>>,
}

impl Scratch {
    fn map(&self, value: Value) -> Option<&IndexMap<String, (Value, Value)>> {
        let handle = value.as_handle() as usize;
        (value.kind() == Kind::Map).then(|| self.maps.get(handle)).flatten()
    }
    fn key(&self, value: Value, key: &str) -> Option<String> {
        let map = self.map(value)?;
        let exact = map.get_key_value(key).map(|(k, _)| k);
        exact.or_else(|| map.keys().find(|k| k.eq_ignore_ascii_case(key))).cloned()
    }
}

impl Heap for Scratch {
    fn text<'a>(&'a self, value: &'a Value) -> &'a str {
        if let Some(short) = value.as_short_text() {
            return short;
        }
        let handle = value.as_handle() as usize;
        let text = (value.kind() == Kind::Text).then(|| self.texts.get(handle)).flatten();
        text.map_or("", String::as_str)
    }
    fn list(&self, value: Value) -> &[Value] {
        let handle = value.as_handle() as usize;
        let list = (value.kind() == Kind::List).then(|| self.lists.get(handle)).flatten();
        list.map_or(&[], Vec::as_slice)
    }
    fn map_len(&self, value: Value) -> usize {
        self.map(value).map_or(0, IndexMap::len)
    }
    fn map_entry(&self, value: Value, index: usize) -> Option<(Value, Value)> {
        self.map(value)?.get_index(index).map(|(_, entry)| *entry)
    }
    fn map_get(&self, value: Value, key: &str) -> Option<Value> {
        let key = self.key(value, key)?;
        self.map(value)?.get(&key).map(|(_, value)| *value)
    }
    fn new_text(&mut self, text: &str) -> Result<Value, Fault> {
        if text.len() > self.limits.text_bytes {
            return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
        }
        if let Some(short) = Value::short_text(text) {
            return Ok(short);
        }
        self.texts.push(text.to_string());
        Ok(Value::handle(Kind::Text, self.texts.len() as u32 - 1))
    }
    fn new_list(&mut self, elements: Vec<Value>) -> Result<Value, Fault> {
        if elements.len() > self.limits.list_elements {
            return Err(Fault::new(TrapCode::LimitReached, "the list is too long"));
        }
        self.lists.push(elements);
        Ok(Value::handle(Kind::List, self.lists.len() as u32 - 1))
    }
    fn new_map(&mut self) -> Result<Value, Fault> {
        self.maps.push(IndexMap::new());
        Ok(Value::handle(Kind::Map, self.maps.len() as u32 - 1))
    }
    fn map_set(&mut self, map: Value, key: &str, value: Value) -> Result<(), Fault> {
        let key = self.key(map, key).unwrap_or_else(|| key.to_string());
        let name = self.new_text(&key)?;
        if let Some(map) = self.maps.get_mut(map.as_handle() as usize) {
            map.insert(key, (name, value));
        }
        Ok(())
    }
    fn map_remove(&mut self, map: Value, key: &str) -> Result<bool, Fault> {
        let Some(key) = self.key(map, key) else { return Ok(false) };
        let map = self.maps.get_mut(map.as_handle() as usize);
        Ok(map.and_then(|map| map.shift_remove(&key)).is_some())
    }
    fn list_replace(&mut self, list: Value, elements: Vec<Value>) -> Result<(), Fault> {
        if let Some(list) = self.lists.get_mut(list.as_handle() as usize) {
            *list = elements;
        }
        Ok(())
    }
    fn list_pop(&mut self, list: Value) -> Option<Value> {
        self.lists.get_mut(list.as_handle() as usize)?.pop()
    }
    fn list_push(&mut self, list: Value, element: Value) -> Result<(), Fault> {
        if let Some(list) = self.lists.get_mut(list.as_handle() as usize) {
            list.push(element);
        }
        Ok(())
    }
    fn charge(&mut self, units: u64) -> Result<(), Fault> {
        self.fuel += units;
        match self.fuel > self.limits.fuel_per_turn {
            true => Err(Fault::new(TrapCode::OutOfFuel, "out of fuel")),
            false => Ok(()),
        }
    }
    fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        match bytes > self.limits.heap_bytes {
            true => Err(Fault::new(TrapCode::OutOfMemory, "out of memory")),
            false => Ok(()),
        }
    }
    fn limits(&self) -> &Limits {
        &self.limits
    }
}
