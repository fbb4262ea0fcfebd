//! Which bytes of the process belong to a memory: what machine code may touch.

use std::ops::Range;

use basilect_stdlib::Value;

use super::{List, Memory};

/// Whether bytes, given by their addresses, are part of what a slice holds.
pub(crate) fn is_within<T>(bytes: &Range<usize>, slice: &[T]) -> bool {
    let first = slice.as_ptr().addr();
    let end = first.saturating_add(size_of_val(slice));
    first <= bytes.start && bytes.start <= bytes.end && bytes.end <= end
}

impl Memory {
    /// Whether bytes are part of a table of objects, or of what an object holds: elements, entries,
    /// bytes of a text. Room behind the last of them is nobody's, but for the place of the next
    /// element of a list.
    pub fn owns(&self, bytes: &Range<usize>) -> bool {
        let mut lists = self.lists.all().iter();
        let mut maps = self.maps.all().iter();
        let mut buffers = self.buffers.all().iter();
        is_within(bytes, self.lists.all())
            || is_within(bytes, self.maps.all())
            || is_within(bytes, self.texts.all())
            || is_within(bytes, self.buffers.all())
            || lists.any(|place| place.object.owns(bytes))
            || maps.any(|place| is_within(bytes, place.object.entries()))
            || buffers.any(|place| is_within(bytes, place.object.data.as_bytes()))
    }
}

impl List {
    fn owns(&self, bytes: &Range<usize>) -> bool {
        let places = self.capacity().min(self.len() + 1);
        let first = self.objects().as_ptr().addr();
        let end = first + places * size_of::<Value>();
        match self.flags() {
            Some((bytes_of_flags, book)) => {
                is_within(bytes, bytes_of_flags) || is_within(bytes, std::slice::from_ref(book))
            }
            None => first <= bytes.start && bytes.start <= bytes.end && bytes.end <= end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basilect_stdlib::Limits;
    use std::sync::Arc;

    #[test]
    fn a_memory_owns_the_elements_of_its_lists_and_not_the_room_behind_them() {
        let mut memory = Memory::new(Arc::default(), Arc::new(Limits::DEFAULT));
        let mut list = Vec::with_capacity(9);
        list.extend([Value::NULL; 3]);
        let (first, size) = (list.as_ptr().addr(), size_of::<Value>());
        memory.lists.insert(List::of(list));
        assert!(memory.owns(&(first..first + 3 * size)));
        assert!(memory.owns(&(first + 3 * size..first + 4 * size)), "an element may be added");
        assert!(!memory.owns(&(first - 1..first + 1)));
        assert!(!memory.owns(&(first + 4 * size..first + 5 * size)));
    }
}
