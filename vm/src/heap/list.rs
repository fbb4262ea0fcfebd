//! Lists. Where there are many elements and all of them are null, true or false, each takes one
//! byte. What a list is and what it counts for is the same.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use basilect_stdlib::{Kind, Value};

/// Shorter lists are kept as values.
const MANY: usize = 1024;

/// A list.
#[derive(Default)]
#[repr(C)]
pub struct List {
    /// The elements; none where there are flags.
    elements: Vec<Value>,
    flags: Option<Box<Flags>>,
}

/// The elements of a list as bytes: 0 null, 1 false, 2 true.
#[repr(C)]
pub struct Flags {
    bytes: Vec<u8>,
    /// Whether the elements were looked at as values. Whoever writes then makes them values.
    shown: AtomicBool,
    values: OnceLock<Vec<Value>>,
    /// How many elements have room: as in a list of values, for what they count.
    room: usize,
}

impl List {
    /// Where in it the values are, a `Vec<Value>`, for machine code.
    pub const ELEMENTS: usize = std::mem::offset_of!(List, elements);
    /// Where in it the flags are: null, or the address of [`Flags`].
    pub const FLAGS: usize = std::mem::offset_of!(List, flags);

    /// A list of these elements.
    pub(crate) fn of(elements: Vec<Value>) -> List {
        let bytes: Option<Vec<u8>> = match elements.len() < MANY {
            true => None,
            false => elements.iter().map(|&value| flag(value)).collect(),
        };
        match bytes {
            Some(bytes) => List::of_flags(bytes, elements.capacity()),
            None => List::of_values(elements),
        }
    }
    /// The same as values, whatever they are: for what is gone through, because machine code does
    /// that with values only.
    pub(crate) fn of_values(elements: Vec<Value>) -> List {
        List { elements, flags: None }
    }
    /// A list of so many times the same.
    pub(crate) fn filled(value: Value, len: usize) -> List {
        match flag(value) {
            Some(byte) if len >= MANY => List::of_flags(vec![byte; len], len),
            _ => List::of_values(vec![value; len]),
        }
    }
    fn of_flags(bytes: Vec<u8>, room: usize) -> List {
        let (shown, values) = (AtomicBool::new(false), OnceLock::new());
        let flags = Some(Box::new(Flags { bytes, shown, values, room }));
        List { elements: Vec::new(), flags }
    }
    /// Whether its elements take a byte each.
    pub(crate) fn has_flags(&self) -> bool {
        self.flags.is_some()
    }
    /// The number of elements.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.flags.as_ref().map_or(self.elements.len(), |flags| flags.bytes.len())
    }
    /// For how many elements it counts.
    pub(crate) fn capacity(&self) -> usize {
        self.flags.as_ref().map_or(self.elements.capacity(), |flags| flags.room)
    }
    /// The element at a place.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<Value> {
        match self.elements.get(at) {
            Some(value) => Some(*value),
            None => self.flags.as_ref()?.bytes.get(at).map(|&byte| value_of(byte)),
        }
    }
    /// Puts a value into a place that exists; whether it does.
    #[inline]
    pub(crate) fn put(&mut self, at: usize, value: Value) -> bool {
        match self.elements.get_mut(at) {
            Some(slot) => {
                *slot = value;
                true
            }
            None => self.flags.is_some() && self.put_flag(at, value),
        }
    }
    #[inline(never)]
    fn put_flag(&mut self, at: usize, value: Value) -> bool {
        let flags = self.flags.as_mut().filter(|flags| !flags.shown.load(Ordering::Relaxed));
        if let Some((flags, byte)) = flags.zip(flag(value)) {
            let slot = flags.bytes.get_mut(at);
            return slot.map(|slot| *slot = byte).is_some();
        }
        self.values().get_mut(at).map(|slot| *slot = value).is_some()
    }
    /// The elements, to look at.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[Value] {
        match &self.flags {
            None => &self.elements,
            Some(flags) => flags.show(),
        }
    }
    /// The elements that may be objects.
    pub(crate) fn objects(&self) -> &[Value] {
        &self.elements
    }
    /// The flags, and what is noted of them, where there are some.
    pub(crate) fn flags(&self) -> Option<(&[u8], &Flags)> {
        self.flags.as_deref().map(|flags| (flags.bytes.as_slice(), flags))
    }
    /// The elements, to change. From now on they are values.
    #[inline]
    pub(crate) fn values(&mut self) -> &mut Vec<Value> {
        if self.flags.is_some() {
            self.spread();
        }
        &mut self.elements
    }
    #[cold]
    fn spread(&mut self) {
        let Some(flags) = self.flags.take() else { return };
        let (room, shown) = (flags.room, flags.values.into_inner());
        self.elements = shown.unwrap_or_else(|| spread(&flags.bytes));
        self.elements.reserve_exact(room.saturating_sub(self.elements.len()));
    }
}

impl Flags {
    /// Where in it the bytes are, a `Vec<u8>`, for machine code.
    pub const BYTES: usize = std::mem::offset_of!(Flags, bytes);
    /// Where in it stands whether machine code must not write, a `u8` of 0 or 1.
    pub const SHOWN: usize = std::mem::offset_of!(Flags, shown);

    fn show(&self) -> &[Value] {
        self.shown.store(true, Ordering::Relaxed);
        self.values.get_or_init(|| spread(&self.bytes))
    }
}

fn spread(bytes: &[u8]) -> Vec<Value> {
    bytes.iter().map(|&byte| value_of(byte)).collect()
}

/// The byte for a value, if there is one.
#[inline]
fn flag(value: Value) -> Option<u8> {
    match value.kind() {
        Kind::Null => Some(0),
        Kind::Bool => Some(1 + value.bits() as u8),
        _ => None,
    }
}
#[inline]
fn value_of(byte: u8) -> Value {
    if byte == 0 { Value::NULL } else { Value::bool(byte == 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements() -> Vec<Value> {
        (0..MANY).map(|n| if n % 3 == 0 { Value::NULL } else { Value::bool(n % 2 == 0) }).collect()
    }

    #[test]
    fn a_list_of_flags_answers_as_one_of_values() {
        let (mut list, mut wanted) = (List::of(elements()), elements());
        assert!(list.has_flags());
        assert_eq!((list.len(), list.capacity()), (wanted.len(), wanted.capacity()));
        for (at, value) in [(0, Value::TRUE), (1, Value::NULL), (MANY - 1, Value::FALSE)] {
            assert!(list.put(at, value));
            wanted[at] = value;
        }
        assert!(!list.put(MANY, Value::TRUE));
        assert!(
            (0..=MANY).all(|at| list.get(at).map(|v| v.bits()) == wanted.get(at).map(|v| v.bits()))
        );
        assert!(list.has_flags());
    }
    #[test]
    fn another_value_makes_all_values() {
        let mut list = List::filled(Value::NULL, MANY + 1);
        assert!(list.has_flags());
        assert!(list.put(MANY, Value::int(7)));
        assert!(!list.has_flags());
        assert_eq!(list.get(MANY).map(|v| v.as_i64()), Some(7));
        assert!(list.get(0).is_some_and(|v| v.is_null()));
        assert_eq!(list.capacity(), MANY + 1);
    }
    #[test]
    fn what_was_looked_at_is_never_old() {
        let mut list = List::filled(Value::NULL, MANY);
        assert!(list.as_slice()[5].is_null());
        assert!(list.put(5, Value::TRUE));
        assert_eq!(list.as_slice()[5].bits(), 1);
        assert_eq!(list.get(5).map(|v| v.bits()), Some(1));
    }
    #[test]
    fn few_elements_and_others_stay_values() {
        assert!(!List::filled(Value::NULL, MANY - 1).has_flags());
        assert!(!List::filled(Value::int(0), MANY).has_flags());
        let mut mixed = elements();
        mixed.push(Value::int(1));
        assert!(!List::of(mixed).has_flags());
    }
}
