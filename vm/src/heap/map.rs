//! Maps that keep the order of insertion and hash the same way everywhere.

use basilect_stdlib::Value;

/// Up to this many entries a map is searched from end to end and needs no index.
const LINEAR: usize = 8;
const EMPTY: u32 = u32::MAX;

/// Looking at so many entries or slots, comparing so many keys of so many bytes, is what an
/// instruction stands for.
const NEAR: usize = 32;
const FEW: usize = 8;
const LONG_KEY: usize = 64;
/// Slots that are looked at for a unit of fuel, bytes that are hashed, and bytes compared in both
/// ways.
const STEPS: u64 = 8;
const HASHED: usize = 4;
const COMPARED: usize = 32;
/// An index is crowded where entries look at more than so many slots to find their place.
const CROWDED: usize = 64;

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
    /// Answers what that costs beside the instruction as well.
    pub(crate) fn find<'a>(
        &'a self,
        key: &[u8],
        hash: Option<u32>,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> (Found, u64) {
        let mut look = Look::new(key, usize::MAX);
        self.look(&mut look, hash, text);
        (look.found, look.price(hash.is_some()))
    }
    /// The same where it costs nothing more; otherwise nothing.
    pub(crate) fn find_near<'a>(
        &'a self,
        key: &[u8],
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> Option<(Found, Option<u32>)> {
        if key.len() > LONG_KEY {
            return None;
        }
        let (hash, mut look) = (self.hash(key), Look::new(key, NEAR + 1));
        self.look(&mut look, hash, text);
        (look.steps <= NEAR && look.compared <= FEW).then_some((look.found, hash))
    }
    fn look<'a>(
        &'a self,
        look: &mut Look<'_>,
        hash: Option<u32>,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) {
        let Some((index, hash)) = self.index.as_ref().zip(hash) else {
            for (at, entry) in self.entries.iter().enumerate() {
                if look.is_over() || look.at(at, text(&entry.key)) {
                    return;
                }
            }
            return;
        };
        let mask = index.len().wrapping_sub(1);
        for step in 0..index.len() {
            let slot = index.get((hash as usize + step) & mask).filter(|slot| slot.entry != EMPTY);
            let Some(slot) = slot.filter(|_| !look.is_over()) else { return };
            match self.entries.get(slot.entry as usize).filter(|_| slot.hash == hash) {
                Some(entry) if look.at(slot.entry as usize, text(&entry.key)) => return,
                Some(_) => {}
                None => look.steps += 1,
            }
        }
    }
    /// The hashes of all keys and of one more, where that one makes the map so large that it gets
    /// an index; and what that costs.
    pub(crate) fn first_hashes<'a>(
        &'a self,
        key: &'a Value,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> Option<(Vec<u32>, u64)> {
        if self.entries.len() != LINEAR {
            return None;
        }
        let keys = self.entries.iter().map(|entry| text(&entry.key));
        Some(hashes_of(keys.chain([text(key)])))
    }
    /// Whether one more entry makes the index anew.
    pub(crate) fn is_at_end(&self) -> bool {
        let len = index_len(self.entries.len() + 1);
        len != 0 && begins(len) == self.entries.len() + 1
    }
    /// Appends an entry whose key is not there yet: with its [`Map::hash`], and with the
    /// [`Map::first_hashes`]. Answers what that costs beside the instruction.
    pub(crate) fn push(&mut self, entry: Entry, hash: Option<u32>, first: Option<Vec<u32>>) -> u64 {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.room());
        }
        let anew = self.is_at_end();
        self.entries.push(entry);
        if let Some(hashes) = first {
            return self.rebuild(&hashes);
        }
        let (Some(index), Some(hash)) = (&mut self.index, hash) else { return 0 };
        if !anew {
            place(index, hash, (self.entries.len() - 1) as u32);
            return 0;
        }
        let mut hashes = self.hashes();
        if let Some(last) = hashes.last_mut() {
            *last = hash;
        }
        self.rebuild(&hashes)
    }
    /// Replaces the value at `at` and answers the old one.
    pub fn replace(&mut self, at: usize, value: Value) -> Value {
        let slot = self.entries.get_mut(at).map(|e| &mut e.value);
        slot.map_or(Value::NULL, |slot| std::mem::replace(slot, value))
    }
    /// Removes the entry at `at`, keeping the order of the others: with the [`Map::all_hashes`].
    /// Answers what that costs beside the instruction as well.
    pub(crate) fn remove(&mut self, at: usize, mut hashes: Vec<u32>) -> Option<(Entry, u64)> {
        if at >= self.entries.len() {
            return None;
        }
        let gone = self.entries.remove(at);
        if at >= hashes.len() {
            return Some((gone, 0));
        }
        hashes.remove(at);
        // As if those that are left were appended one by one.
        let (mut len, mut price) = (index_len(LINEAR + 1), 0);
        while len < index_len(hashes.len()) {
            price += self.rebuild(hashes.get(..begins(len)).unwrap_or(&[]));
            if self.index.is_none() {
                return Some((gone, price));
            }
            len *= 2;
        }
        Some((gone, price + self.rebuild(&hashes)))
    }
    /// The hashes of all keys in the order of their entries, none where there are few; and what
    /// that costs.
    pub(crate) fn all_hashes<'a>(
        &'a self,
        text: impl Fn(&'a Value) -> &'a [u8],
    ) -> (Vec<u32>, u64) {
        if self.index.is_some() || self.entries.len() <= LINEAR {
            return (self.hashes(), 0);
        }
        hashes_of(self.entries.iter().map(|entry| text(&entry.key)))
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
    /// Makes the index for entries of these hashes, where there is to be one; answers what that
    /// costs. Keys that somebody has chosen so that their hashes are alike would take for ever:
    /// a map of such has no index, and is searched from end to end. Which it is, those keys say
    /// alone with which an index of this size begins.
    fn rebuild(&mut self, hashes: &[u32]) -> u64 {
        let mut index = self.index.take().unwrap_or_default();
        let len = index_len(hashes.len());
        if len == 0 {
            return 0;
        }
        index.clear();
        index.reserve_exact(len);
        index.resize(len, FREE);
        let begins = begins(len);
        let (mut steps, most) = (0, begins * CROWDED);
        for (entry, &hash) in hashes.iter().enumerate() {
            steps += place(&mut index, hash, entry as u32);
            if entry < begins && steps > most {
                return steps as u64 / STEPS;
            }
        }
        self.index = Some(index);
        (steps as u64).saturating_sub(hashes.len() as u64 * STEPS) / STEPS
    }
}

/// With how many entries an index of this size begins.
fn begins(len: usize) -> usize {
    len / 4 + 1
}

/// Places an entry; answers how many slots were looked at.
fn place(index: &mut [Slot], hash: u32, entry: u32) -> usize {
    let mask = index.len().wrapping_sub(1);
    for step in 0..index.len() {
        if let Some(slot) = index.get_mut((hash as usize + step) & mask)
            && slot.entry == EMPTY
        {
            *slot = Slot { hash, entry };
            return step + 1;
        }
    }
    index.len()
}

/// Looking for a key.
struct Look<'k> {
    key: &'k [u8],
    found: Found,
    /// Entries and slots that were looked at, and how many may be.
    steps: usize,
    most: usize,
    /// Keys that were compared.
    compared: usize,
}

impl Look<'_> {
    fn new(key: &[u8], most: usize) -> Look<'_> {
        Look { key, found: Found::None, steps: 0, most, compared: 0 }
    }
    fn is_over(&self) -> bool {
        self.steps >= self.most
    }
    /// Looks at an entry with this key; whether it is the one.
    #[inline]
    fn at(&mut self, at: usize, key: &[u8]) -> bool {
        self.steps += 1;
        if key.len() != self.key.len() || begins_otherwise(key, self.key) {
            return false;
        }
        self.compared += 1;
        if key == self.key {
            self.found = Found::Exact(at);
            return true;
        }
        if self.found == Found::None && key.eq_ignore_ascii_case(self.key) {
            self.found = Found::Folded(at);
        }
        false
    }
    /// The fuel for what was looked at beyond the usual.
    fn price(&self, hashed: bool) -> u64 {
        let far = self.steps.saturating_sub(NEAR) as u64 / STEPS;
        let many = self.compared.saturating_sub(FEW) as u64 * STEPS;
        if self.key.len() <= LONG_KEY {
            return far + many;
        }
        let hash = if hashed { price_of_hash(self.key.len()) } else { 0 };
        far + many + hash + (self.compared * (self.key.len() / COMPARED)) as u64
    }
}

/// The hashes of these keys, and what they cost.
fn hashes_of<'k>(keys: impl Iterator<Item = &'k [u8]>) -> (Vec<u32>, u64) {
    let mut price = 0;
    let hashes = keys.map(|key| {
        price += price_of_hash(key.len());
        hash_key(key)
    });
    (hashes.collect(), price)
}

fn price_of_hash(bytes: usize) -> u64 {
    if bytes > LONG_KEY { (bytes / HASHED) as u64 } else { 0 }
}

/// Whether two keys differ in their first byte by more than letter case.
#[inline]
fn begins_otherwise(a: &[u8], b: &[u8]) -> bool {
    const CASE: u8 = 0x20;
    let pair = a.first().zip(b.first());
    pair.is_some_and(|(a, b)| (a ^ b) & !CASE != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Short keys that stand in their values.
    fn text(value: &Value) -> &[u8] {
        value.short_bytes().expect("a short text")
    }
    fn put(map: &mut Map, key: &str) -> u64 {
        let key = Value::short_text(key).expect("short");
        let hash = map.hash(text(&key));
        let (found, price) = map.find(text(&key), hash, text);
        if let Found::Exact(_) = found {
            return price;
        }
        let first = map.first_hashes(&key, text).map(|first| first.0);
        price + map.push(Entry { key, value: Value::NULL }, hash, first)
    }
    fn remove(map: &mut Map, at: usize) {
        let (hashes, _) = map.all_hashes(text);
        map.remove(at, hashes);
    }
    /// Keys that begin to be looked for at the same place, however large the index is here.
    fn alike(count: usize) -> Vec<String> {
        let keys = (0..).map(|n| format!("k{n}"));
        keys.filter(|key| hash_key(key.as_bytes()) & 0xfff == 0x123).take(count).collect()
    }
    fn index_of(map: &Map) -> Vec<(u32, u32)> {
        let slots = map.index.iter().flat_map(|index| index.iter());
        slots.map(|slot| (slot.hash, slot.entry)).collect()
    }

    #[test]
    fn keys_that_were_chosen_to_be_alike_cost_fuel() {
        let mut map = Map::default();
        let usual: u64 = (0..5_000).map(|n| put(&mut map, &format!("key {n}"))).sum();
        assert_eq!(usual, 0);
        let mut map = Map::default();
        let (keys, mut price) = (alike(900), 0);
        for key in &keys {
            price += put(&mut map, key);
        }
        assert!(map.index.is_none());
        assert!(price > 900 * 900 / 2 / 10, "{price}");
        for (at, key) in keys.iter().enumerate() {
            let (found, price) = map.find(key.as_bytes(), map.hash(key.as_bytes()), text);
            assert_eq!(found, Found::Exact(at));
            let near = map.find_near(key.as_bytes(), text).map(|near| near.0);
            assert_eq!(near, (price == 0).then_some(found), "{at}");
        }
    }

    #[test]
    fn long_keys_cost_fuel() {
        let long = "a".repeat(100_000);
        let map = Map::default();
        assert_eq!(map.find(long.as_bytes(), None, text).1, 0);
        assert!(map.find_near(long.as_bytes(), text).is_none());
        let mut look = Look::new(long.as_bytes(), usize::MAX);
        look.at(0, long.as_bytes());
        assert_eq!(look.price(true), 100_000 / 4 + 100_000 / 32);
    }

    /// Its first keys crowd a small index, and all of them would not crowd a large one.
    #[test]
    fn what_crowded_once_crowds_when_others_are_removed() {
        let mut map = Map::default();
        let others = (0..600).map(|n| format!("other {n}"));
        for key in alike(180).into_iter().chain(others) {
            put(&mut map, &key);
        }
        assert!(map.index.is_none());
        remove(&mut map, 700);
        assert!(map.index.is_none());
        (0..170).for_each(|_| remove(&mut map, 0));
        assert!(map.index.is_some());
    }

    /// What a map costs depends on what is in it, not on how it came to be.
    #[test]
    fn the_index_is_what_the_entries_make() {
        let (alike, mut seed) = (alike(400), 7_u64);
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        let mut map = Map::default();
        for round in 0..6_000 {
            let growing = round / 1_500 % 2 == 0;
            let many = map.entries().len();
            if many > 0 && random(10) < if growing { 3 } else { 7 } {
                remove(&mut map, random(many));
            } else if random(3) > 0 && round < 3_000 {
                put(&mut map, &alike[random(alike.len())]);
            } else {
                put(&mut map, &format!("other {}", random(700)));
            }
            if round % 50 == 0 {
                let mut again = Map::default();
                for entry in map.entries() {
                    put(&mut again, std::str::from_utf8(text(&entry.key)).expect("text"));
                }
                assert_eq!(index_of(&again), index_of(&map), "{round}");
            }
        }
    }
}
