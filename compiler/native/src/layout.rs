//! Where the parts of a `Vec<Value>` are: measured, because the language does not promise it.

use std::sync::OnceLock;

use basilect_stdlib::Value;

/// Offsets in bytes within a place of the table of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Of a place.
    pub size: usize,
    /// Its address of the first element.
    pub first: usize,
    /// Its number of elements.
    pub len: usize,
    /// Its capacity; negative where no list is in the place.
    pub capacity: usize,
}

static LAYOUT: OnceLock<Option<Layout>> = OnceLock::new();

/// The layout; all zero where [`is_known`] says that it is not known.
pub fn get() -> Layout {
    LAYOUT.get_or_init(measure).unwrap_or_default()
}

/// Whether a vector is as machine code can read it: three words, of which one is its address, one
/// its length and one its capacity, with a negative capacity in place of no vector.
pub fn is_known() -> bool {
    LAYOUT.get_or_init(measure).is_some()
}

fn measure() -> Option<Layout> {
    const WORDS: usize = 3;
    const WORD: usize = size_of::<usize>();
    if size_of::<Option<Vec<Value>>>() != WORDS * WORD || WORD != 8 {
        return None;
    }
    let mut list = Vec::with_capacity(7);
    list.extend([Value::NULL; 3]);
    let (first, capacity) = (list.as_ptr().addr(), list.capacity());
    let some = Some(list);
    let at = std::ptr::from_ref(&some).cast::<usize>();
    // SAFETY: a vector that is there has no padding: its three words are all initialised, and are
    // only looked at.
    let words: [usize; WORDS] = std::array::from_fn(|i| unsafe { at.add(i).read() });
    let place = |value: usize| words.iter().position(|&word| word == value);
    let (first, len, capacity) = (place(first)?, place(3)?, place(capacity)?);
    let none: Option<Vec<Value>> = None;
    let at = std::ptr::from_ref(&none).cast::<isize>();
    // SAFETY: the capacity's word tells a vector from none, so that it is initialised in both.
    let nothing = unsafe { at.add(capacity).read() };
    let layout = Layout {
        size: WORDS * WORD,
        first: first * WORD,
        len: len * WORD,
        capacity: capacity * WORD,
    };
    (nothing < 0 && first != len && len != capacity).then_some(layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_as_machine_code_reads_them() {
        assert!(is_known());
        let layout = get();
        let lists: Vec<Option<Vec<Value>>> =
            (0..50).map(|n| (n % 3 > 0).then(|| vec![Value::int(n as i64); n])).collect();
        for (place, list) in lists.iter().enumerate() {
            let at = lists.as_ptr().addr() + place * layout.size;
            let word = |offset: usize| {
                let address = std::ptr::with_exposed_provenance::<usize>(at + offset);
                // SAFETY: within a place, at a word that is initialised: see `measure`.
                unsafe { address.read() }
            };
            let _ = lists.as_ptr().expose_provenance();
            assert_eq!((word(layout.capacity) as isize) < 0, list.is_none());
            if let Some(list) = list {
                assert_eq!(word(layout.first), list.as_ptr().addr());
                assert_eq!(word(layout.len), list.len());
            }
        }
    }
}
