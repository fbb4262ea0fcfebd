//! The reachable part of a memory as bytes, and back.
//!
//! Writing is a copying collection: objects get new numbers in the order in which a breadth-first
//! walk from the registers finds them, so that equal states have equal bytes whatever garbage lies
//! between. Which texts share a buffer is part of the state, because it decides who may append in
//! place.

use std::sync::Arc;

use basilect_stdlib::{Kind, Value};

use super::{Buffer, CONST_BIT, Entry, Found, List, Map, Memory, OBJECT_BYTES, Text};
use crate::bytes::{Broken, Reader, Writer};
use crate::program::Links;

const UNSEEN: u32 = u32::MAX;
/// Integers from 0 that fit in the tag byte of a value.
const SMALL_INTS: u8 = 192;
const FIRST_SMALL: u8 = 64;

/// Tags of values. Stored: never renumber.
mod tag {
    pub const NULL: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 2;
    pub const INT: u8 = 3;
    pub const NUM: u8 = 4;
    pub const DATE: u8 = 5;
    pub const MOMENT: u8 = 6;
    pub const SPAN: u8 = 7;
    pub const CONST: u8 = 8;
    pub const TEXT: u8 = 9;
    pub const LIST: u8 = 10;
    pub const MAP: u8 = 11;
    pub const SHORT: u8 = 12;
}

/// How the bytes of a text are stored, in the low bits of its length.
mod form {
    /// Its buffer is its own and may be appended to: the bytes follow.
    pub const OWN: u64 = 0;
    /// The first of its buffer's texts: the buffer follows.
    pub const FIRST: u64 = 1;
    /// Of a buffer that an earlier text brought.
    pub const LATER: u64 = 2;
}

/// Numbers given to handles in the order of discovery.
struct Numbers {
    of: Vec<u32>,
    order: Vec<u32>,
}

impl Numbers {
    fn new(places: usize) -> Numbers {
        Numbers { of: vec![UNSEEN; places], order: Vec::new() }
    }
    fn number(&mut self, handle: u32) -> u32 {
        let Some(slot) = self.of.get_mut(handle as usize) else { return 0 };
        if *slot == UNSEEN {
            *slot = self.order.len() as u32;
            self.order.push(handle);
        }
        *slot
    }
}

/// Writes values and remembers the objects that they name.
pub(crate) struct ImageWriter<'m> {
    memory: &'m Memory,
    links: Arc<Links>,
    texts: Numbers,
    lists: Numbers,
    maps: Numbers,
}

impl<'m> ImageWriter<'m> {
    /// A writer over `memory`.
    pub fn new(memory: &'m Memory) -> ImageWriter<'m> {
        ImageWriter {
            memory,
            links: Links::of(&memory.program),
            texts: Numbers::new(memory.texts.places()),
            lists: Numbers::new(memory.lists.places()),
            maps: Numbers::new(memory.maps.places()),
        }
    }
    /// A value.
    pub fn value(&mut self, w: &mut Writer, value: Value) {
        let number = value.as_i64();
        let handle = value.as_handle();
        let (tag, payload) = match value.kind() {
            Kind::Null => return w.u8(tag::NULL),
            Kind::Bool => return w.u8(if number == 0 { tag::FALSE } else { tag::TRUE }),
            Kind::Int if (0..i64::from(SMALL_INTS)).contains(&number) => {
                return w.u8(FIRST_SMALL + number as u8);
            }
            Kind::Num => {
                w.u8(tag::NUM);
                return w.u64(value.bits());
            }
            Kind::Int => return signed(w, tag::INT, number),
            Kind::Date => return signed(w, tag::DATE, number),
            Kind::Moment => return signed(w, tag::MOMENT, number),
            Kind::Span => return signed(w, tag::SPAN, number),
            Kind::Text if value.is_short_text() => match self.links.constant_of(value) {
                Some(constant) => (tag::CONST, constant),
                None => {
                    w.u8(tag::SHORT);
                    return w.bytes(value.short_bytes().unwrap_or_default());
                }
            },
            Kind::Text if handle & CONST_BIT != 0 => (tag::CONST, handle & !CONST_BIT),
            Kind::Text => (tag::TEXT, self.texts.number(handle)),
            Kind::List => (tag::LIST, self.lists.number(handle)),
            Kind::Map => (tag::MAP, self.maps.number(handle)),
        };
        w.u8(tag);
        w.var(u64::from(payload));
    }
    /// The number of a list.
    pub fn list(&mut self, handle: u32) -> u32 {
        self.lists.number(handle)
    }

    /// Everything that the values written so far reach, in front of them.
    pub fn finish(mut self, roots: &Writer) -> Vec<u8> {
        let (lists, maps) = self.objects();
        let mut w = Writer::default();
        w.len(self.texts.order.len());
        w.len(self.lists.order.len());
        w.len(self.maps.order.len());
        self.write_texts(&mut w);
        for part in [&lists, &maps, roots] {
            w.out.extend_from_slice(&part.out);
        }
        w.out
    }
    /// Writes lists and maps until no new ones are found.
    fn objects(&mut self) -> (Writer, Writer) {
        let (mut lists, mut maps) = (Writer::default(), Writer::default());
        let (mut list, mut map) = (0, 0);
        loop {
            if let Some(&handle) = self.lists.order.get(list) {
                self.write_list(&mut lists, handle);
                list += 1;
            } else if let Some(&handle) = self.maps.order.get(map) {
                self.write_map(&mut maps, handle);
                map += 1;
            } else {
                return (lists, maps);
            }
        }
    }
    fn write_list(&mut self, w: &mut Writer, handle: u32) {
        let memory = self.memory;
        let many = memory.list_len(Value::handle(Kind::List, handle));
        w.len(many);
        let elements = (0..many).filter_map(|at| memory.list_get(handle, at));
        elements.for_each(|element| self.value(w, element));
    }
    fn write_map(&mut self, w: &mut Writer, handle: u32) {
        let memory = self.memory;
        let entries = memory.entries(Value::handle(Kind::Map, handle));
        w.len(entries.len());
        for entry in entries {
            self.value(w, entry.key);
            self.value(w, entry.value);
        }
    }
    fn write_texts(&self, w: &mut Writer) {
        let readers = self.readers();
        let mut shared = Numbers::new(self.memory.buffers.places());
        for &handle in &self.texts.order {
            let text = self.memory.texts.get(handle).copied();
            let Some(text) = text else { continue };
            let Some(&(count, most)) = readers.get(text.buffer as usize) else { continue };
            let Some(buffer) = self.memory.buffers.get(text.buffer) else { continue };
            let reach = buffer.data.as_bytes().get(..most).unwrap_or_default();
            let sealed = buffer.used != most;
            let known = shared.order.len();
            let number = if count > 1 || sealed { shared.number(text.buffer) } else { 0 };
            let form = match (count, sealed) {
                (1, false) => form::OWN,
                _ if shared.order.len() > known => form::FIRST,
                _ => form::LATER,
            };
            w.var(u64::from(text.len) << 2 | form);
            match form {
                form::OWN => w.out.extend_from_slice(reach),
                form::FIRST => {
                    w.u8(u8::from(sealed));
                    w.bytes(reach);
                }
                _ => w.var(u64::from(number)),
            }
        }
    }
    /// For each buffer: how many reachable texts it has and how far they reach.
    fn readers(&self) -> Vec<(usize, usize)> {
        let mut readers = vec![(0, 0); self.memory.buffers.places()];
        for text in self.texts.order.iter().filter_map(|&h| self.memory.texts.get(h)) {
            if let Some((count, most)) = readers.get_mut(text.buffer as usize) {
                *count += 1;
                *most = (*most).max(text.len as usize);
            }
        }
        readers
    }
}

fn signed(w: &mut Writer, tag: u8, number: i64) {
    w.u8(tag);
    w.signed(number);
}

/// Reads values and checks that what they name exists.
pub(crate) struct ImageReader {
    /// The texts by their numbers. What is short stands in the value, also where it was written
    /// otherwise.
    texts: Vec<Value>,
    lists: u64,
    maps: u64,
    links: Arc<Links>,
}

impl ImageReader {
    /// Fills an empty memory with the objects in front of the values.
    pub fn load(r: &mut Reader<'_>, memory: &mut Memory) -> Result<ImageReader, Broken> {
        let (texts, lists, maps) = (r.count(1)?, r.count(1)?, r.count(1)?);
        let (lists, maps) = (lists as u64, maps as u64);
        let links = Links::of(&memory.program);
        let mut reader = ImageReader { texts: Vec::new(), lists, maps, links };
        reader.load_texts(r, memory, texts)?;
        for _ in 0..reader.lists {
            let elements = reader.elements(r, memory)?;
            memory.bytes += OBJECT_BYTES + elements.capacity() * size_of::<Value>();
            memory.lists.insert(List::of(elements));
        }
        for _ in 0..reader.maps {
            let map = reader.map(r, memory)?;
            memory.bytes += OBJECT_BYTES + map.bytes();
            memory.maps.insert(map);
        }
        if memory.bytes > memory.limits.heap_bytes {
            return Err(Broken("the memory is larger than allowed"));
        }
        memory.threshold = memory.threshold.max(memory.bytes).min(memory.limits.heap_bytes);
        Ok(reader)
    }
    fn load_texts(
        &mut self,
        r: &mut Reader<'_>,
        memory: &mut Memory,
        n: usize,
    ) -> Result<(), Broken> {
        let mut shared = Vec::new();
        for _ in 0..n {
            let head = r.var()?;
            let len = usize::try_from(head >> 2).unwrap_or(usize::MAX);
            if len > memory.limits.text_bytes.min(u32::MAX as usize) {
                return Err(Broken("a text is longer than allowed"));
            }
            let (buffer, ascii) = match head & 3 {
                form::OWN => {
                    let (data, ascii) = utf8(r.take(len)?)?;
                    (memory.load_buffer(data, len), ascii)
                }
                form::FIRST => {
                    let sealed = r.u8()? != 0;
                    let (data, ascii) = utf8(r.bytes()?)?;
                    let used = data.len() + usize::from(sealed);
                    let buffer = memory.load_buffer(data, used);
                    shared.push((buffer, ascii));
                    (buffer, ascii)
                }
                form::LATER => {
                    let number = r.var32()? as usize;
                    *shared.get(number).ok_or(Broken("a text without buffer"))?
                }
                _ => return Err(Broken("a text of no known form")),
            };
            self.texts.push(memory.load_text(buffer, len, ascii >= len)?);
        }
        Ok(())
    }
    fn elements(&self, r: &mut Reader<'_>, memory: &Memory) -> Result<Vec<Value>, Broken> {
        let count = r.count(1)?;
        memory.check_count(count)?;
        if memory.bytes + count * size_of::<Value>() > memory.limits.heap_bytes {
            return Err(Broken("the memory is larger than allowed"));
        }
        // Exactly as much as there is: what was within the limits is so again.
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(self.value(r)?);
        }
        Ok(elements)
    }
    fn map(&self, r: &mut Reader<'_>, memory: &Memory) -> Result<Map, Broken> {
        let count = r.count(2)?;
        memory.check_count(count)?;
        let mut map = Map::default();
        for _ in 0..count {
            let key = self.value(r)?;
            if key.kind() != Kind::Text {
                return Err(Broken("a key that is no text"));
            }
            let text = memory.text(&key);
            let hash = map.hash(text.as_bytes());
            let known = map.find(text.as_bytes(), hash, |k| memory.text_bytes(k));
            if matches!(known, (Found::Exact(_), _)) {
                return Err(Broken("a key occurs twice"));
            }
            let value = self.value(r)?;
            let first = map.first_hashes(&key, |k| memory.text_bytes(k)).map(|first| first.0);
            map.push(Entry { key, value }, hash, first);
        }
        Ok(map)
    }

    /// A value.
    pub fn value(&self, r: &mut Reader<'_>) -> Result<Value, Broken> {
        let tag = r.u8()?;
        Ok(match tag {
            tag::NULL => Value::NULL,
            tag::FALSE => Value::FALSE,
            tag::TRUE => Value::TRUE,
            tag::INT => Value::int(r.signed()?),
            tag::NUM => Value::num(f64::from_bits(r.u64()?)),
            tag::DATE => Value::date(r.signed()?),
            tag::MOMENT => Value::moment(r.signed()?),
            tag::SPAN => Value::span(r.signed()?),
            tag::CONST => {
                let constant = self.links.consts.get(r.var32()? as usize).copied();
                constant.filter(|c| c.kind() == Kind::Text).ok_or(NOT_THERE)?
            }
            tag::TEXT => self.texts.get(r.var32()? as usize).copied().ok_or(NOT_THERE)?,
            tag::SHORT => short(r)?,
            tag::LIST => Value::handle(Kind::List, number(r, self.lists)?),
            tag::MAP => Value::handle(Kind::Map, number(r, self.maps)?),
            small if small >= FIRST_SMALL => Value::int(i64::from(small - FIRST_SMALL)),
            _ => return Err(Broken("a value of no known kind")),
        })
    }
    /// The number of a list, when there is such a list.
    pub fn check_list(&self, number: u32) -> Result<u32, Broken> {
        let there = u64::from(number) < self.lists;
        if there { Ok(number) } else { Err(NOT_THERE) }
    }
}

const NOT_THERE: Broken = Broken("an object that is not there");

/// A text that stands in the value.
fn short(r: &mut Reader<'_>) -> Result<Value, Broken> {
    let (text, _) = utf8(r.bytes()?)?;
    Value::short_text(&text).ok_or(Broken("a short text that is long"))
}

/// A number below `count`.
fn number(r: &mut Reader<'_>, count: u64) -> Result<u32, Broken> {
    let number = r.var32()?;
    if u64::from(number) < count { Ok(number) } else { Err(NOT_THERE) }
}

/// The text and how many of its first bytes are ASCII.
fn utf8(bytes: &[u8]) -> Result<(String, usize), Broken> {
    let text = std::str::from_utf8(bytes).map_err(|_| Broken("a text is not UTF-8"))?;
    let ascii = text.bytes().position(|b| !b.is_ascii()).unwrap_or(text.len());
    Ok((text.to_string(), ascii))
}

impl Memory {
    fn check_count(&self, count: usize) -> Result<(), Broken> {
        if count <= self.limits.list_elements && self.bytes <= self.limits.heap_bytes {
            return Ok(());
        }
        Err(Broken("a list or map is larger than allowed"))
    }
    fn load_buffer(&mut self, data: String, used: usize) -> u32 {
        self.bytes += OBJECT_BYTES + data.capacity();
        self.buffers.insert(Buffer { data, used })
    }
    fn load_text(&mut self, buffer: u32, len: usize, ascii: bool) -> Result<Value, Broken> {
        let data = self.buffers.get(buffer).map_or("", |b| b.data.as_str());
        if !data.is_char_boundary(len) {
            return Err(Broken("a text ends inside a character"));
        }
        if let Some(short) = data.get(..len).and_then(Value::short_text) {
            return Ok(short);
        }
        self.bytes += OBJECT_BYTES;
        let handle = self.texts.insert(Text { buffer, len: len as u32, ascii });
        Ok(Value::handle(Kind::Text, handle))
    }
}
