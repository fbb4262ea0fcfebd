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
    /// None for few entries. In a box: most maps have few.
    #[allow(clippy::box_collection, reason = "a map of few fields is as small as can be")]
    index: Option<Box<Vec<Slot>>>,
}

/// A place of the index: an entry with the hash of its key, so that others are told apart without
/// looking at them.
#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    entry: u32,
}

const FREE: Slot = Slot { hash: 0, entry: EMPTY };

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
        self.entries.capacity() * size_of::<Entry>() + self.slots() * size_of::<Slot>()
    }
    /// Bytes that one more entry would add at most.
    pub fn growth(&self) -> usize {
        let need = self.entries.len() + 1;
        let entries = if need > self.entries.capacity() { self.room() } else { 0 };
        let index = index_len(need).saturating_sub(self.slots());
        entries * size_of::<Entry>() + index * size_of::<Slot>()
    }
    /// How many slots of the index there is room for.
    fn slots(&self) -> usize {
        self.index.as_ref().map_or(0, |index| index.capacity())
    }
    fn room(&self) -> usize {
        self.entries.len().max(2)
    }
    /// The hash of a key, where the map is searched by it.
    #[inline]
    pub(crate) fn hash(&self, key: &[u8]) -> Option<u32> {
        self.index.is_some().then(|| hash_key(key))
    }
    /// Searches the key of these bytes and this [`Map::hash`]; `text` reads a key's contents.
    pub(crate) fn find<'a>(
        &'a self,
        key: &[u8],
        hash: Option<u32>,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> Found {
        let Some((index, hash)) = self.index.as_ref().zip(hash) else {
            return best(self.entries.iter().enumerate(), key, text);
        };
        let mask = index.len().wrapping_sub(1);
        let slots = (0..index.len()).filter_map(|i| index.get((hash as usize + i) & mask));
        let chain = slots
            .take_while(|slot| slot.entry != EMPTY)
            .filter(|slot| slot.hash == hash)
            .filter_map(|slot| self.entries.get(slot.entry as usize).map(|e| (slot.entry, e)));
        best(chain.map(|(at, entry)| (at as usize, entry)), key, text)
    }
    /// The hashes of all keys and of one more, where that one makes the map so large that it gets
    /// an index.
    pub(crate) fn first_hashes(
        &self,
        key: &Value,
        hash: impl Fn(&Value) -> u32,
    ) -> Option<Vec<u32>> {
        let few = self.index.is_some() || self.entries.len() < LINEAR;
        let keys = || self.entries.iter().map(|entry| &entry.key).chain([key]);
        (!few).then(|| keys().map(hash).collect())
    }
    /// Appends an entry whose key is not there yet: with its [`Map::hash`], and with the
    /// [`Map::first_hashes`].
    pub(crate) fn push(&mut self, entry: Entry, hash: Option<u32>, first: Option<Vec<u32>>) {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.room());
        }
        self.entries.push(entry);
        if let Some(hashes) = first {
            return self.rebuild(&hashes);
        }
        let (Some(index), Some(hash)) = (&mut self.index, hash) else { return };
        if index.len() == index_len(self.entries.len()) {
            return place(index, hash, (self.entries.len() - 1) as u32);
        }
        let mut hashes = self.hashes();
        if let Some(last) = hashes.last_mut() {
            *last = hash;
        }
        self.rebuild(&hashes);
    }
    /// Replaces the value at `at` and answers the old one.
    pub fn replace(&mut self, at: usize, value: Value) -> Value {
        let slot = self.entries.get_mut(at).map(|e| &mut e.value);
        slot.map_or(Value::NULL, |slot| std::mem::replace(slot, value))
    }
    /// Removes the entry at `at`, keeping the order of the others.
    pub fn remove(&mut self, at: usize) -> Option<Entry> {
        if at >= self.entries.len() {
            return None;
        }
        let mut hashes = self.hashes();
        let gone = self.entries.remove(at);
        if !hashes.is_empty() {
            hashes.remove(at);
            self.rebuild(&hashes);
        }
        Some(gone)
    }
    /// The hashes of the keys that are in the index, in the order of their entries; none where
    /// there is no index.
    fn hashes(&self) -> Vec<u32> {
        let Some(index) = &self.index else { return Vec::new() };
        let mut hashes = vec![0; self.entries.len()];
        for slot in index.iter().filter(|slot| slot.entry != EMPTY) {
            if let Some(hash) = hashes.get_mut(slot.entry as usize) {
                *hash = slot.hash;
            }
        }
        hashes
    }
    /// Makes the index for entries of these hashes, where there is to be one.
    fn rebuild(&mut self, hashes: &[u32]) {
        let len = index_len(hashes.len());
        if len == 0 {
            self.index = None;
            return;
        }
        let index = self.index.get_or_insert_default();
        index.clear();
        index.reserve_exact(len);
        index.resize(len, FREE);
        for (entry, &hash) in hashes.iter().enumerate() {
            place(index, hash, entry as u32);
        }
    }
}

fn place(index: &mut [Slot], hash: u32, entry: u32) {
    let mask = index.len().wrapping_sub(1);
    for step in 0..index.len() {
        if let Some(slot) = index.get_mut((hash as usize + step) & mask)
            && slot.entry == EMPTY
        {
            *slot = Slot { hash, entry };
            return;
        }
    }
}

fn best<'a>(
    chain: impl Iterator<Item = (usize, &'a Entry)>,
    key: &[u8],
    text: impl Fn(&'a Value) -> &'a [u8],
) -> Found {
    let mut found = Found::None;
    for (at, entry) in chain {
        let candidate = text(&entry.key);
        if candidate.len() != key.len() || begins_otherwise(candidate, key) {
            continue;
        }
        if candidate == key {
            return Found::Exact(at);
        }
        if found == Found::None && candidate.eq_ignore_ascii_case(key) {
            found = Found::Folded(at);
        }
    }
    found
}

/// Whether two keys differ in their first byte by more than letter case.
#[inline]
fn begins_otherwise(a: &[u8], b: &[u8]) -> bool {
    const CASE: u8 = 0x20;
    let pair = a.first().zip(b.first());
    pair.is_some_and(|(a, b)| (a ^ b) & !CASE != 0)
}
