//! Finding and freeing what the program can no longer reach.

use basilect_stdlib::{Kind, Value};

use super::{CONST_BIT, Entry, FIRST_THRESHOLD, Memory, OBJECT_BYTES, Roots};

/// What is reachable. Works from a list of its own instead of the native stack: values may nest as
/// deep as memory allows. The list is as long as values nest, not as many as they are.
struct Marks {
    texts: Vec<bool>,
    lists: Vec<bool>,
    maps: Vec<bool>,
    /// Lists and maps, each with how much of it was looked at.
    work: Vec<(Value, usize)>,
}

impl Marks {
    fn new(memory: &Memory) -> Marks {
        Marks {
            texts: vec![false; memory.texts.places()],
            lists: vec![false; memory.lists.places()],
            maps: vec![false; memory.maps.places()],
            work: Vec::new(),
        }
    }
    /// Marks a value; whether it is a list or map that was not marked before.
    fn visit(&mut self, value: Value) -> bool {
        let handle = value.as_handle();
        let marks = match value.kind() {
            Kind::Text if value.is_short_text() => return false,
            Kind::Text if handle & CONST_BIT == 0 => &mut self.texts,
            Kind::List => &mut self.lists,
            Kind::Map => &mut self.maps,
            _ => return false,
        };
        let mark = marks.get_mut(handle as usize);
        mark.is_some_and(|mark| !std::mem::replace(mark, true)) && value.kind() != Kind::Text
    }
    /// Marks a value and what can be reached from it.
    fn reach(&mut self, memory: &Memory, value: Value) {
        if self.visit(value) {
            self.work.push((value, 0));
        }
        while let Some((value, from)) = self.work.pop() {
            let next = match value.kind() {
                Kind::Map => self.entries(memory.entries(value), from),
                _ => self.elements(memory.objects_in(value), from),
            };
            if let Some((inner, place)) = next {
                self.work.push((value, place + 1));
                self.work.push((inner, 0));
            }
        }
    }
    /// Marks the elements from a place on, up to the first that has to be looked into.
    fn elements(&mut self, elements: &[Value], from: usize) -> Option<(Value, usize)> {
        let rest = elements.iter().enumerate().skip(from);
        rest.map(|(place, &value)| (value, place)).find(|&(value, _)| self.visit(value))
    }
    fn entries(&mut self, entries: &[Entry], from: usize) -> Option<(Value, usize)> {
        for (place, entry) in entries.iter().enumerate().skip(from) {
            self.visit(entry.key);
            if self.visit(entry.value) {
                return Some((entry.value, place));
            }
        }
        None
    }
}

impl Memory {
    /// Frees everything that neither `roots` nor the work in progress can reach.
    pub(crate) fn collect(&mut self, roots: &dyn Roots) {
        let mut marks = Marks::new(self);
        roots.each(&mut |value| marks.reach(self, value));
        for &value in &self.held {
            marks.reach(self, value);
        }
        self.sweep(&marks);
        self.threshold = self.bytes.saturating_mul(2).max(FIRST_THRESHOLD);
        self.threshold = self.threshold.min(self.limits.heap_bytes);
    }

    fn sweep(&mut self, marks: &Marks) {
        let mut bytes = 0;
        let mut reach = vec![None::<usize>; self.buffers.places()];
        self.texts.sweep(&marks.texts, |_, text, live| {
            if live && let Some(most) = reach.get_mut(text.buffer as usize) {
                bytes += OBJECT_BYTES;
                *most = (*most).max(Some(text.len as usize));
            }
        });
        let live: Vec<bool> = reach.iter().map(Option::is_some).collect();
        self.buffers.sweep(&live, |handle, buffer, _| {
            if let Some(Some(most)) = reach.get(handle as usize) {
                cut(&mut buffer.data, *most);
                bytes += OBJECT_BYTES + buffer.data.capacity();
            }
        });
        self.lists.sweep(&marks.lists, |_, list, live| {
            bytes += if live { OBJECT_BYTES + list.capacity() * size_of::<Value>() } else { 0 };
        });
        self.maps.sweep(&marks.maps, |_, map, live| {
            bytes += if live { OBJECT_BYTES + map.bytes() } else { 0 };
        });
        self.bytes = bytes;
    }
}

/// Gives back what no text reads, keeping some room for appending.
fn cut(data: &mut String, reach: usize) {
    if data.len() > reach {
        data.truncate(reach);
        data.shrink_to(reach);
    }
}
