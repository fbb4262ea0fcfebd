//! The memory of one conversation: texts, lists and maps behind 32-bit handles.
//!
//! Everything is counted before it is taken. [`Memory`] reads; what makes something goes through a
//! [`Scope`], which knows the roots and may collect garbage first. Handles with the high bit set
//! name constants of the program, which are shared and never counted or written.

mod collect;
mod convert;
mod image;
mod list;
mod map;
mod owned;
mod scope;
mod slab;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use basilect_stdlib::{Fault, Kind, Limits, TrapCode, Value};

use crate::program::{Const, Links, Program};
pub(crate) use image::{ImageReader, ImageWriter};
pub use list::{Flags, List};
pub(crate) use map::Found;
pub use map::{Entry, Map};
pub(crate) use owned::is_within;
pub(crate) use scope::Scope;
pub use slab::Place;
use slab::Slab;

/// Handles from here on are constants of the program.
pub(crate) const CONST_BIT: u32 = 1 << 31;

/// What the book-keeping of one object counts for, its place in the slab included.
pub(crate) const OBJECT_BYTES: usize = 64;

/// Collecting below this size is not worth its time.
const FIRST_THRESHOLD: usize = 256 << 10;

/// Bytes of a text whose characters are counted for a unit of fuel.
const COUNTED: u64 = 64;

/// Whoever holds values that must survive a collection.
pub(crate) trait Roots {
    /// Shows every value held.
    fn each(&self, visit: &mut dyn FnMut(Value));
}

/// A text: the first `len` bytes of a buffer. Appending to the text that ends where its buffer
/// ends extends the buffer in place, so that building a text in a loop takes linear time.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Text {
    pub(crate) buffer: u32,
    pub(crate) len: u32,
    pub(crate) ascii: bool,
}

impl Text {
    /// Where in it the handle of its buffer stands, a `u32`.
    pub const BUFFER: usize = std::mem::offset_of!(Text, buffer);
    /// The number of its bytes, a `u32`.
    pub const LEN: usize = std::mem::offset_of!(Text, len);
    /// Whether all of them are characters, a `u8` of 0 or 1.
    pub const ASCII: usize = std::mem::offset_of!(Text, ascii);
}

/// The bytes of one or more texts. `used` is how far it was ever filled: it decides who may append
/// in place, and stays when a collection cuts off what nobody reads any more, so that a program
/// does the same whether or not it was collected in between.
#[derive(Default)]
#[repr(C)]
pub struct Buffer {
    pub(crate) data: String,
    pub(crate) used: usize,
}

impl Buffer {
    /// Where in it the bytes stand, a `String`.
    pub const DATA: usize = std::mem::offset_of!(Buffer, data);
}

/// The memory of one conversation.
pub(crate) struct Memory {
    program: Arc<Program>,
    texts: Slab<Text>,
    buffers: Slab<Buffer>,
    lists: Slab<List>,
    maps: Slab<Map>,
    bytes: usize,
    threshold: usize,
    /// Those of many machines are the same ones.
    limits: Arc<Limits>,
    /// Fuel used in this turn.
    pub(crate) fuel_used: u64,
    /// Fuel beyond which work is not begun in this run.
    most: u64,
    /// Fuel for what was only looked at, which is counted when the instruction ends.
    owed: AtomicU64,
    held: Vec<Value>,
    stress: bool,
}

impl Memory {
    /// An empty memory over the constants of `program`.
    pub fn new(program: Arc<Program>, limits: Arc<Limits>) -> Memory {
        Memory {
            program,
            texts: Slab::default(),
            buffers: Slab::default(),
            lists: Slab::default(),
            maps: Slab::default(),
            bytes: 0,
            threshold: FIRST_THRESHOLD.min(limits.heap_bytes),
            limits,
            fuel_used: 0,
            owed: AtomicU64::new(0),
            most: u64::MAX,
            held: Vec::new(),
            stress: false,
        }
    }
    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
    /// Bytes counted, garbage included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
    /// Gives back room for objects that are not there.
    pub fn rest(&mut self) {
        self.texts.shrink();
        self.buffers.shrink();
        self.lists.shrink();
        self.maps.shrink();
    }
    /// Collects at every allocation, which finds roots that were forgotten.
    pub fn set_stress(&mut self, stress: bool) {
        self.stress = stress;
    }

    /// Charges work before it is done.
    pub fn charge(&mut self, units: u64) -> Result<(), Fault> {
        self.settle();
        self.fuel_used = self.fuel_used.saturating_add(units);
        let most = self.limits.fuel_per_turn.min(self.most);
        if self.fuel_used > most { Err(out_of_fuel()) } else { Ok(()) }
    }
    /// Counts what is owed.
    pub(crate) fn settle(&mut self) {
        self.fuel_used = self.fuel_used.saturating_add(std::mem::take(self.owed.get_mut()));
    }
    fn owe(&self, units: u64) {
        if units > 0 {
            self.owed.fetch_add(units, Ordering::Relaxed);
        }
    }
    fn owed(&self) -> u64 {
        self.owed.load(Ordering::Relaxed)
    }
    /// Whatever was looked at meanwhile cost nothing.
    fn owe_only(&self, owed: u64) {
        self.owed.store(owed, Ordering::Relaxed);
    }
    /// Lets this run use so much fuel in all; what wants more is not begun.
    pub(crate) fn allow(&mut self, most: u64) {
        self.most = most;
    }
    /// Whether something was not begun although the turn has fuel for it.
    pub(crate) fn held_back(&self) -> bool {
        self.fuel_used > self.most
    }

    /// The contents of a text; empty for what is no text.
    #[inline]
    pub fn text<'a>(&'a self, value: &'a Value) -> &'a str {
        if value.kind() != Kind::Text {
            return "";
        }
        if let Some(short) = value.as_short_text() {
            return short;
        }
        let handle = value.as_handle();
        if handle & CONST_BIT != 0 {
            return self.constant(handle);
        }
        let Some(text) = self.texts.get(handle) else { return "" };
        let data = self.buffers.get(text.buffer).map_or("", |b| b.data.as_str());
        data.get(..text.len as usize).unwrap_or("")
    }
    /// The bytes of a text; none for what is no text.
    #[inline]
    pub fn text_bytes<'a>(&'a self, value: &'a Value) -> &'a [u8] {
        value.short_bytes().unwrap_or_else(|| self.text(value).as_bytes())
    }
    /// How many bytes a text has; none for what is no text.
    #[inline]
    pub fn text_len(&self, value: &Value) -> usize {
        value.short_len().unwrap_or_else(|| self.text(value).len())
    }
    /// Appends to a list that has room for it; whether it has. That depends on whether the machine
    /// was read from bytes since, so whoever calls it sees to it that a unit of fuel is left.
    #[inline]
    pub fn push_within(&mut self, list: Value, element: Value) -> bool {
        if list.tag() != Kind::List as u64 {
            return false;
        }
        let most = self.limits.list_elements;
        match self.lists.get_mut(list.as_handle()) {
            Some(found)
                if found.len() < found.capacity() && found.len() < most && !found.has_flags() =>
            {
                found.values().push(element);
                true
            }
            _ => false,
        }
    }
    fn constant(&self, handle: u32) -> &str {
        match self.program.consts.get((handle & !CONST_BIT) as usize) {
            Some(Const::Text(text)) => text,
            _ => "",
        }
    }
    /// Whether a text has only characters of one byte.
    pub fn is_ascii(&self, value: Value) -> bool {
        if value.is_short_text() {
            return value.is_short_ascii();
        }
        let handle = value.as_handle();
        match self.texts.get(handle) {
            Some(text) if value.kind() == Kind::Text => text.ascii,
            _ => self.text(&value).is_ascii(),
        }
    }
    /// The bytes of a text whose characters are bytes; none for any other value.
    #[inline]
    pub fn ascii_bytes<'a>(&'a self, value: &'a Value) -> Option<&'a [u8]> {
        if value.is_short_text() {
            return value.short_bytes().filter(|_| value.is_short_ascii());
        }
        if value.kind() != Kind::Text {
            return None;
        }
        match self.texts.get(value.as_handle()) {
            Some(text) => {
                let data = self.buffers.get(text.buffer).filter(|_| text.ascii)?.data.as_bytes();
                data.get(..text.len as usize)
            }
            None => Some(self.text(value).as_bytes()).filter(|bytes| bytes.is_ascii()),
        }
    }
    /// The number of characters of a text.
    pub fn char_count(&self, value: Value) -> usize {
        let text = self.text(&value);
        if self.is_ascii(value) {
            return text.len();
        }
        self.owe(text.len() as u64 / COUNTED);
        text.chars().count()
    }

    /// The elements of a list; empty for what is no list.
    #[inline]
    pub fn list(&self, value: Value) -> &[Value] {
        if value.tag() != Kind::List as u64 {
            return &[];
        }
        self.lists.get(value.as_handle()).map_or(&[], List::as_slice)
    }
    /// The number of elements of a list; 0 for what is no list.
    #[inline]
    pub fn list_len(&self, value: Value) -> usize {
        if value.tag() != Kind::List as u64 {
            return 0;
        }
        self.lists.get(value.as_handle()).map_or(0, List::len)
    }
    /// The element of a list at a place, if it is a list that has one.
    #[inline]
    pub fn element(&self, list: Value, at: usize) -> Option<Value> {
        if list.tag() != Kind::List as u64 {
            return None;
        }
        self.list_get(list.as_handle(), at)
    }
    /// The element at a place of a list, where its elements are values.
    #[inline(always)]
    pub(crate) fn value_in(&self, list: Value, at: usize) -> Option<&Value> {
        if list.tag() != Kind::List as u64 {
            return None;
        }
        self.value_behind(list.as_handle(), at)
    }
    /// The same of the list behind a handle.
    #[inline(always)]
    pub(crate) fn value_behind(&self, list: u32, at: usize) -> Option<&Value> {
        self.lists.get(list)?.objects().get(at)
    }
    /// Whether the elements of a list take a byte each.
    pub(crate) fn has_flags(&self, value: Value) -> bool {
        let list = self.lists.get(value.as_handle()).filter(|_| value.kind() == Kind::List);
        list.is_some_and(List::has_flags)
    }
    /// The elements of a list that may be objects.
    pub(crate) fn objects_in(&self, value: Value) -> &[Value] {
        let list = self.lists.get(value.as_handle()).filter(|_| value.kind() == Kind::List);
        list.map_or(&[], List::objects)
    }
    /// Where the lists are, and how many places there are for them.
    pub(crate) fn lists(&self) -> (*const Place<List>, usize) {
        self.lists.address()
    }
    /// Where the maps are, and how many places there are for them.
    pub(crate) fn maps(&self) -> (*const Place<Map>, usize) {
        self.maps.address()
    }
    /// Where the texts are, and how many places there are for them.
    pub(crate) fn texts(&self) -> (*const Place<Text>, usize) {
        self.texts.address()
    }
    /// Where their bytes are, and how many places there are for them.
    pub(crate) fn buffers(&self) -> (*const Place<Buffer>, usize) {
        self.buffers.address()
    }
    /// The elements of the list behind a handle.
    pub(crate) fn list_mut(&mut self, list: u32) -> &mut [Value] {
        self.lists.get_mut(list).map_or(&mut [], |list| list.values().as_mut_slice())
    }
    /// Puts a value into a place of a list that exists; whether it does.
    #[inline]
    pub fn list_put(&mut self, list: u32, at: usize, value: Value) -> bool {
        self.lists.get_mut(list).is_some_and(|list| list.put(at, value))
    }
    /// The value at a place of the list behind a handle.
    #[inline]
    pub fn list_get(&self, list: u32, at: usize) -> Option<Value> {
        self.lists.get(list)?.get(at)
    }

    /// The entries of a map; empty for what is no map.
    pub fn entries(&self, value: Value) -> &[Entry] {
        if value.kind() != Kind::Map {
            return &[];
        }
        self.maps.get(value.as_handle()).map_or(&[], Map::entries)
    }
    /// Where the key of these bytes is in a map.
    pub fn find(&self, map: Value, key: &[u8]) -> Found {
        self.find_hashed(map, key).0
    }
    /// The same, with the [`Map::hash`] of the key.
    pub fn find_hashed(&self, map: Value, key: &[u8]) -> (Found, Option<u32>) {
        let found = map_handle(map).and_then(|handle| self.maps.get(handle));
        let Some(map) = found else { return (Found::None, None) };
        let hash = map.hash(key);
        let (found, price) = map.find(key, hash, |k| self.text_bytes(k));
        self.owe(price);
        (found, hash)
    }
    /// The same for a name that stands in the script, which costs nothing: where it was found
    /// before is remembered by all machines that run the program, and looking there is free.
    pub fn find_named(&self, map: Value, name: &[u8]) -> (Found, Option<u32>) {
        let owed = self.owed();
        let found = self.find_hashed(map, name);
        self.owe_only(owed);
        found
    }
    /// The [`Map::hash`] of a key in a map.
    fn hash_in(&self, map: Value, key: &Value) -> Option<u32> {
        self.maps.get(map_handle(map)?)?.hash(self.text_bytes(key))
    }
    /// The value of the field with such a name.
    pub fn named_field(&self, map: Value, name: &str) -> Option<Value> {
        self.value_at(map, self.find_named(map, name.as_bytes()).0)
    }
    /// The same where that costs no more than an instruction; otherwise nothing.
    fn find_near(&self, map: u32, key: &Value) -> Option<(Found, Option<u32>)> {
        self.maps.get(map)?.find_near(self.text_bytes(key), |k| self.text_bytes(k))
    }
    /// The [`Map::first_hashes`] of a map.
    fn first_hashes(&self, map: Value, key: &Value) -> Option<Vec<u32>> {
        let map = self.maps.get(map_handle(map)?)?;
        let (hashes, price) = map.first_hashes(key, |key| self.text_bytes(key))?;
        self.owe(price);
        Some(hashes)
    }
    /// The [`Map::all_hashes`] of a map.
    fn all_hashes(&self, map: Value) -> Vec<u32> {
        let found = map_handle(map).and_then(|handle| self.maps.get(handle));
        let Some(map) = found else { return Vec::new() };
        let (hashes, price) = map.all_hashes(|key| self.text_bytes(key));
        self.owe(price);
        hashes
    }
    /// The value under `key`: exact spelling first, then any letter case.
    pub fn field(&self, map: Value, key: &str) -> Option<Value> {
        self.field_of(map, key.as_bytes())
    }
    fn field_of(&self, map: Value, key: &[u8]) -> Option<Value> {
        self.value_at(map, self.find(map, key))
    }
    fn value_at(&self, map: Value, found: Found) -> Option<Value> {
        match found {
            Found::Exact(at) | Found::Folded(at) => self.entries(map).get(at).map(|e| e.value),
            Found::None => None,
        }
    }

    /// The value of a field whose name is the constant `key`, where the map has it spelled so. The
    /// instruction before `pc` asks, and finds it faster the next time.
    #[inline]
    pub(crate) fn constant_field(
        &self,
        map: Value,
        key: u16,
        pc: usize,
        links: &Links,
    ) -> Option<&Value> {
        let map = self.maps.get(map_handle(map)?)?;
        let name = links.consts.get(key as usize)?;
        match map.entries().get(links.guess(pc)) {
            Some(entry) if entry.key.is(*name) => Some(&entry.value),
            _ => map.entries().get(self.place_of(map, name, pc, links)?).map(|entry| &entry.value),
        }
    }
    /// Sets such a field, where the map has it spelled so; whether it has.
    #[inline]
    pub(crate) fn set_constant_field(
        &mut self,
        map: Value,
        key: u16,
        value: Value,
        (pc, links): (usize, &Links),
    ) -> bool {
        let Some(handle) = map_handle(map) else { return false };
        let Some(found) = self.maps.get(handle) else { return false };
        let Some(name) = links.consts.get(key as usize) else { return false };
        let mut at = links.guess(pc);
        if !found.entries().get(at).is_some_and(|entry| entry.key.is(*name)) {
            let Some(place) = self.place_of(found, name, pc, links) else { return false };
            at = place;
        }
        let Some(map) = self.maps.get_mut(handle) else { return false };
        map.replace(at, value);
        true
    }
    /// Where the entry of this exact name is.
    #[inline(never)]
    fn place_of(&self, map: &Map, name: &Value, pc: usize, links: &Links) -> Option<usize> {
        let found = map.find_near(self.text_bytes(name), |key| self.text_bytes(key));
        let (Found::Exact(at), _) = found? else { return None };
        links.found(pc, at);
        Some(at)
    }
    /// The value under a key that is a text; null where there is none. `None` for anything else.
    #[inline(never)]
    pub(crate) fn keyed(&self, map: Value, key: &Value) -> Option<Value> {
        let handle = map_handle(map).filter(|_| key.kind() == Kind::Text)?;
        match self.find_near(handle, key)?.0 {
            Found::Exact(at) | Found::Folded(at) => self.entries(map).get(at).map(|e| e.value),
            Found::None => Some(Value::NULL),
        }
    }
    /// Puts a value under a key that is a text, spelled the same; whether that takes neither a
    /// collection nor more than the limits allow.
    #[inline(never)]
    pub(crate) fn put_keyed(&mut self, map: Value, key: &Value, value: Value) -> bool {
        let Some(handle) = map_handle(map).filter(|_| key.kind() == Kind::Text) else {
            return false;
        };
        let Some((found, hash)) = self.find_near(handle, key) else { return false };
        if let Found::Exact(at) = found {
            return self.maps.get_mut(handle).map(|map| map.replace(at, value)).is_some();
        }
        let Some(map) = self.maps.get_mut(handle) else { return false };
        let few = map.entries().len() < self.limits.list_elements && !map.is_at_end();
        if !few || self.stress || self.bytes.saturating_add(map.growth()) > self.threshold {
            return false;
        }
        let before = map.bytes();
        map.push(Entry { key: *key, value }, hash, None);
        self.bytes = (self.bytes + map.bytes()).saturating_sub(before);
        true
    }
    /// Appends an entry to a map, and counts its bytes.
    pub(crate) fn insert(&mut self, map: Value, entry: Entry, hash: Option<u32>) {
        let first = self.first_hashes(map, &entry.key);
        let found = map_handle(map).and_then(|handle| self.maps.get_mut(handle));
        let Some(map) = found else { return };
        let before = map.bytes();
        let price = map.push(entry, hash, first);
        self.bytes = (self.bytes + map.bytes()).saturating_sub(before);
        self.owe(price);
    }

    /// Puts a value into the field of this number; whether the map has it.
    pub(crate) fn entry_put(&mut self, map: Value, at: usize, value: Value) -> bool {
        let found = map_handle(map).and_then(|handle| self.maps.get_mut(handle));
        let found = found.filter(|map| at < map.entries().len());
        found.map(|map| map.replace(at, value)).is_some()
    }

    pub(crate) fn text_slot(&self, value: Value) -> Option<Text> {
        let far = value.kind() == Kind::Text && !value.is_short_text();
        far.then(|| self.texts.get(value.as_handle()).copied())?
    }
    pub(crate) fn buffer(&self, handle: u32) -> Option<&Buffer> {
        self.buffers.get(handle)
    }
}

/// The handle of a map.
#[inline]
fn map_handle(value: Value) -> Option<u32> {
    (value.tag() == Kind::Map as u64).then(|| value.as_handle())
}

pub(crate) fn out_of_fuel() -> Fault {
    Fault::new(TrapCode::OutOfFuel, "this turn has used up the work it may do")
}

pub(crate) fn out_of_memory(limit: usize) -> Fault {
    let text = format!("the conversation needs more than its {limit} bytes of memory");
    Fault::new(TrapCode::OutOfMemory, text)
}

pub(crate) fn limit_reached(what: impl Into<String>) -> Fault {
    Fault::new(TrapCode::LimitReached, what)
}
