//! Maps that keep the order of insertion and hash the same way everywhere.

use basilect_stdlib::Value;

/// Up to this many entries a map is searched from end to end and needs no index.
const LINEAR: usize = 8;
const EMPTY: u32 = u32::MAX;

/// One entry: a text and its value.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    /// The key, a Text value.
    pub key: Value,
    /// The value.
    pub value: Value,
    hash: u32,
}

/// A map. Keys live in the heap as texts, so whoever searches lends their contents.
///
/// The index hashes keys without their letter case: one probe sequence then answers both the exact
/// question and the tolerant one. It is a function of the entries alone, so that a restored map
/// behaves like the one that was written.
#[derive(Default)]
#[repr(C)]
pub struct Map {
    entries: Vec<Entry>,
    index: Vec<u32>,
}

/// FNV-1a over the key in lower case, mixed. Not keyed: programs must run the same everywhere.
pub(crate) fn hash_key(key: &[u8]) -> u32 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for byte in key {
        h = (h ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3);
    }
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    (h ^ h >> 32) as u32
}

/// The size of the index for this many entries: none, or a power of two at most half full.
fn index_len(entries: usize) -> usize {
    if entries <= LINEAR { 0 } else { (entries * 2).next_power_of_two() }
}

/// Where a key was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// Spelled the same.
    Exact(usize),
    /// Spelled with other letter case.
    Folded(usize),
    /// Nowhere.
    None,
}

impl Map {
    /// Where the entries are in a map, in bytes, for machine code.
    pub const ENTRIES: usize = std::mem::offset_of!(Map, entries);
    /// The entries in order of insertion.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// Bytes that the map's own memory takes.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.index.capacity() * size_of::<u32>()
    }
    /// Bytes that one more entry would add at most.
    pub fn growth(&self) -> usize {
        let need = self.entries.len() + 1;
        let entries = if need > self.entries.capacity() { self.room() } else { 0 };
        let index = index_len(need).saturating_sub(self.index.capacity());
        entries * size_of::<Entry>() + index * size_of::<u32>()
    }
    fn room(&self) -> usize {
        self.entries.len().max(2)
    }
    /// Searches the key of these bytes and this hash; `text` reads a key's contents.
    pub(crate) fn find<'a>(
        &'a self,
        key: &[u8],
        hash: u32,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> Found {
        if self.index.is_empty() {
            return best(self.entries.iter().enumerate(), key, hash, text);
        }
        let mask = self.index.len() - 1;
        let places = (0..self.index.len()).map(|i| self.index.get((hash as usize + i) & mask));
        let chain = places
            .map_while(|place| place.copied().filter(|&p| p != EMPTY))
            .filter_map(|p| self.entries.get(p as usize).map(|e| (p as usize, e)));
        best(chain, key, hash, text)
    }
    /// Appends an entry whose key is not there yet.
    pub fn push(&mut self, key: Value, hash: u32, value: Value) {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.room());
        }
        self.entries.push(Entry { key, value, hash });
        if index_len(self.entries.len()) != self.index.len() {
            self.rebuild();
        } else if !self.index.is_empty() {
            place(&mut self.index, hash, (self.entries.len() - 1) as u32);
        }
    }
    /// Replaces the value at `at` and answers the old one.
    pub fn replace(&mut self, at: usize, value: Value) -> Value {
        let slot = self.entries.get_mut(at).map(|e| &mut e.value);
        slot.map_or(Value::NULL, |slot| std::mem::replace(slot, value))
    }
    /// Removes the entry at `at`, keeping the order of the others.
    pub fn remove(&mut self, at: usize) -> Option<Entry> {
        let gone = (at < self.entries.len()).then(|| self.entries.remove(at));
        self.rebuild();
        gone
    }
    fn rebuild(&mut self) {
        let len = index_len(self.entries.len());
        self.index.clear();
        self.index.reserve_exact(len);
        self.index.resize(len, EMPTY);
        for (i, entry) in self.entries.iter().enumerate() {
            if len > 0 {
                place(&mut self.index, entry.hash, i as u32);
            }
        }
    }
}

fn place(index: &mut [u32], hash: u32, entry: u32) {
    let mask = index.len().wrapping_sub(1);
    for step in 0..index.len() {
        if let Some(slot) = index.get_mut((hash as usize + step) & mask)
            && *slot == EMPTY
        {
            *slot = entry;
            return;
        }
    }
}

fn best<'a>(
    chain: impl Iterator<Item = (usize, &'a Entry)>,
    key: &[u8],
    hash: u32,
    text: impl Fn(&'a Value) -> &'a [u8],
) -> Found {
    let mut found = Found::None;
    for (at, entry) in chain {
        if entry.hash != hash {
            continue;
        }
        let candidate = text(&entry.key);
        if candidate == key {
            return Found::Exact(at);
        }
        if found == Found::None && candidate.eq_ignore_ascii_case(key) {
            found = Found::Folded(at);
        }
    }
    found
}
