//! Finding and freeing what the program can no longer reach.

use basilect_stdlib::{Kind, Value};

use super::{CONST_BIT, FIRST_THRESHOLD, Memory, OBJECT_BYTES, Roots};

/// What is reachable. Works from a list of its own instead of the native stack: values may nest as
/// deep as memory allows.
struct Marks {
    texts: Vec<bool>,
    lists: Vec<bool>,
    maps: Vec<bool>,
    work: Vec<Value>,
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
    fn visit(&mut self, value: Value) {
        let handle = value.as_handle();
        let marks = match value.kind() {
            Kind::Text if value.is_short_text() => return,
            Kind::Text if handle & CONST_BIT == 0 => &mut self.texts,
            Kind::List => &mut self.lists,
            Kind::Map => &mut self.maps,
            _ => return,
        };
        if let Some(mark) = marks.get_mut(handle as usize)
            && !std::mem::replace(mark, true)
            && value.kind() != Kind::Text
        {
            self.work.push(value);
        }
    }
    fn drain(&mut self, memory: &Memory) {
        while let Some(value) = self.work.pop() {
            for &element in memory.objects_in(value) {
                self.visit(element);
            }
            for entry in memory.entries(value) {
                self.visit(entry.key);
                self.visit(entry.value);
            }
        }
    }
}

impl Memory {
    /// Frees everything that neither `roots` nor the work in progress can reach.
    pub(crate) fn collect(&mut self, roots: &dyn Roots) {
        let mut marks = Marks::new(self);
        roots.each(&mut |value| marks.visit(value));
        for i in 0..self.held.len() {
            if let Some(&value) = self.held.get(i) {
                marks.visit(value);
            }
        }
        marks.drain(self);
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
