//! What straight code has looked up, so that it need not look again: until something of the machine
//! runs, shared variables stay as they are, and maps keep their keys.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::ir::Value;

use crate::known::Known;

/// See the module. All values are of the block that is being written.
#[derive(Default)]
pub struct Seen {
    shared: BTreeMap<u16, (Known, Value)>,
    maps: BTreeMap<Value, Entries>,
}

/// The entries of a map.
struct Entries {
    /// Where they are, and how many.
    first: Value,
    len: Value,
    /// How many there are at least.
    least: usize,
    /// Keys, by their constants, with the entries that were found to have them.
    keys: BTreeSet<(u16, usize)>,
}

impl Seen {
    /// Nothing is known any more.
    pub fn forget(&mut self) {
        *self = Seen::default();
    }
    /// The payload of a shared variable that is of this kind.
    pub fn shared(&self, slot: u16, wanted: Known) -> Option<Value> {
        let (known, value) = self.shared.get(&slot)?;
        (known.kind() == wanted.kind()).then_some(*value)
    }
    /// Notes what a shared variable is, where its kind is known.
    pub fn note_shared(&mut self, slot: u16, known: Known, payload: Option<Value>) {
        match payload {
            Some(value) => self.shared.insert(slot, (known, value)),
            None => self.shared.remove(&slot),
        };
    }
    /// The entries of a map, by its handle.
    pub fn entries(&self, map: Value) -> Option<(Value, Value)> {
        self.maps.get(&map).map(|entries| (entries.first, entries.len))
    }
    /// Notes where they are, and how many.
    pub fn note_entries(&mut self, map: Value, first: Value, len: Value) {
        self.maps.insert(map, Entries { first, len, least: 0, keys: BTreeSet::new() });
    }
    /// Whether a map is known to have this entry; from now on it is.
    pub fn has_entry(&mut self, map: Value, entry: usize) -> bool {
        self.maps.get_mut(&map).is_some_and(|entries| {
            let has = entries.least > entry;
            entries.least = entries.least.max(entry + 1);
            has
        })
    }
    /// Whether an entry is known to have a key; from now on it is.
    pub fn has_key(&mut self, map: Value, key: u16, entry: usize) -> bool {
        self.maps.get_mut(&map).is_some_and(|entries| !entries.keys.insert((key, entry)))
    }
}
