//! JSON read into the memory of a conversation, without a tree between.

use crate::{Fault, Heap, TrapCode, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The value that a text spells. Charges for every part.
pub(super) fn value(heap: &mut dyn Heap, text: &str) -> Result<Value, Fault> {
    let depth = heap.limits().data_depth;
    let mut reader = Reader { heap, depth, fault: None };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = reader.part().deserialize(&mut json);
    match (read.and_then(|value| json.end().map(|()| value)), reader.fault) {
        (_, Some(fault)) => Err(fault),
        (Ok(value), None) => Ok(value),
        (Err(error), None) => {
            Err(Fault::new(TrapCode::BadData, format!("this is not JSON: {error}")))
        }
    }
}

struct Reader<'h> {
    heap: &'h mut dyn Heap,
    /// How many lists and maps may still stand in one another.
    depth: usize,
    /// Why the memory takes no more; the reader of JSON then stops as if the text were wrong.
    fault: Option<Fault>,
}

impl<'h> Reader<'h> {
    fn part(&mut self) -> Part<'_, 'h> {
        Part(self)
    }

    /// Keeps the reason for stopping.
    fn stop<E: Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("stopped")
    }

    fn done<T, E: Error>(&mut self, done: Result<T, Fault>) -> Result<T, E> {
        done.map_err(|fault| self.stop(fault))
    }

    /// Goes into a list or a map.
    fn enter<E: Error>(&mut self) -> Result<(), E> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => {
                let why = "this is not JSON: the JSON is nested too deeply";
                Err(self.stop(Fault::new(TrapCode::BadData, why)))
            }
        }
    }

    /// Makes sure of the memory that a list needs to grow.
    fn room<E: Error>(&mut self, elements: &[Value], capacity: usize) -> Result<(), E> {
        if elements.len() < capacity {
            return Ok(());
        }
        let more = self.heap.reserve(capacity.max(4) * 2 * size_of::<Value>());
        self.done(more)
    }
}

/// A part of the text that is read next.
struct Part<'r, 'h>(&'r mut Reader<'h>);

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        let charged = self.0.heap.charge(1);
        self.0.done::<_, D::Error>(charged)?;
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::NULL)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::int(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::num(value as f64), Value::int))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::num(value))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        let made = self.0.heap.new_text(text);
        self.0.done(made)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let reader = self.0;
        reader.enter::<A::Error>()?;
        let mut elements = Vec::new();
        while let Some(value) = from.next_element_seed(reader.part())? {
            let capacity = elements.capacity();
            reader.room::<A::Error>(&elements, capacity)?;
            elements.push(value);
        }
        reader.depth += 1;
        let made = reader.heap.new_list(elements);
        reader.done(made)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let reader = self.0;
        reader.enter::<A::Error>()?;
        let made = reader.heap.new_map();
        let map = reader.done::<_, A::Error>(made)?;
        while let Some(key) = from.next_key_seed(Key)? {
            let value = from.next_value_seed(reader.part())?;
            let set = reader.heap.map_set(map, &key, value);
            reader.done::<_, A::Error>(set)?;
        }
        reader.depth += 1;
        Ok(map)
    }
}

/// The name of a field, borrowed from the text where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
