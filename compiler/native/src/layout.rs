//! Where the parts of a vector are: measured, because the language does not promise it.

use std::sync::OnceLock;

use basilect_stdlib::Value;
use basilect_vm::native::Entry;

/// Offsets in bytes within a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Of its address of the first element.
    pub first: usize,
    /// Of its number of elements.
    pub len: usize,
    /// Of the number of elements for which it has room.
    pub capacity: usize,
}

static LAYOUT: OnceLock<Option<Layout>> = OnceLock::new();

/// The layout; all zero where [`is_known`] says that it is not known.
pub fn get() -> Layout {
    LAYOUT.get_or_init(measure).unwrap_or_default()
}

/// Whether vectors are as machine code can read them: three words, of which one is the address and
/// one the length, in the same order whatever the elements are.
pub fn is_known() -> bool {
    LAYOUT.get_or_init(measure).is_some()
}

fn measure() -> Option<Layout> {
    let entries = measure_one::<Entry>(Vec::with_capacity(7));
    let text = measure_text(String::with_capacity(7));
    let mut values = Vec::with_capacity(7);
    values.extend([Value::NULL; 3]);
    let values = measure_one(values).filter(|_| size_of::<usize>() == 8);
    values.filter(|layout| entries == Some(*layout) && text == Some(*layout))
}

/// A text has the layout of its bytes.
fn measure_text(mut text: String) -> Option<Layout> {
    text.push_str("abc");
    let wanted = (text.as_ptr().addr(), text.len(), text.capacity());
    measure_words(&text, wanted)
}

fn measure_one<T>(list: Vec<T>) -> Option<Layout> {
    let wanted = (list.as_ptr().addr(), list.len(), list.capacity());
    measure_words(&list, wanted)
}

/// Where address, length and capacity are in a vector or a text.
fn measure_words<T>(vector: &T, wanted: (usize, usize, usize)) -> Option<Layout> {
    const WORDS: usize = 3;
    if size_of::<T>() != WORDS * size_of::<usize>() {
        return None;
    }
    let at = std::ptr::from_ref(vector).cast::<usize>();
    // SAFETY: a vector has no padding: its three words are all initialised, and are only looked at.
    let words: [usize; WORDS] = std::array::from_fn(|i| unsafe { at.add(i).read() });
    let place = |value: usize| words.iter().position(|&word| word == value);
    let (first, len, capacity) = (place(wanted.0)?, place(wanted.1)?, place(wanted.2)?);
    let apart = first != len && len != capacity && capacity != first;
    apart.then_some(Layout { first: first * 8, len: len * 8, capacity: capacity * 8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_as_machine_code_reads_them() {
        assert!(is_known());
        let layout = get();
        let lists: Vec<Vec<Value>> = (1..50).map(|n| vec![Value::int(n as i64); n]).collect();
        for list in &lists {
            let at = std::ptr::from_ref(list).cast::<usize>();
            // SAFETY: a word of a vector, as `measure_one` says.
            let word = |offset: usize| unsafe { at.byte_add(offset).read() };
            assert_eq!(word(layout.first), list.as_ptr().addr());
            assert_eq!(word(layout.len), list.len());
        }
    }
}
