//! What a pure function may do with the memory of a conversation.

use crate::{Fault, Value};

/// The conversation's memory as pure functions see it. The machine implements it; every method
/// that makes something charges bytes *before* it allocates and fails at the limit.
///
/// Readers are total: asking a value of the wrong kind gives an empty answer, never a panic.
pub trait Heap {
    /// The text of a Text value, `""` for any other kind.
    fn text<'a>(&'a self, value: &'a Value) -> &'a str;
    /// Whether a text has only characters of one byte, so that places are bytes. A memory that
    /// remembers it answers at once.
    fn is_ascii(&self, value: Value) -> bool {
        self.text(&value).is_ascii()
    }
    /// The elements of a List value, empty for any other kind.
    fn list(&self, value: Value) -> &[Value];
    /// The number of entries of a Map value.
    fn map_len(&self, value: Value) -> usize;
    /// The entry at `index` in order of insertion: key (a Text value) and value.
    fn map_entry(&self, value: Value, index: usize) -> Option<(Value, Value)>;
    /// The value under `key`: exact name first, then ignoring letter case.
    fn map_get(&self, value: Value, key: &str) -> Option<Value>;

    /// Makes a text.
    fn new_text(&mut self, text: &str) -> Result<Value, Fault>;
    /// Makes a text of one that nobody else needs: a long one is not copied.
    fn take_text(&mut self, text: String) -> Result<Value, Fault> {
        self.new_text(&text)
    }
    /// Makes a list of these elements.
    fn new_list(&mut self, elements: Vec<Value>) -> Result<Value, Fault>;
    /// Makes a list of so many times the same value.
    fn new_filled(&mut self, value: Value, len: usize) -> Result<Value, Fault> {
        self.new_list(vec![value; len])
    }
    /// Makes an empty map.
    fn new_map(&mut self) -> Result<Value, Fault>;
    /// Sets a field of a map.
    fn map_set(&mut self, map: Value, key: &str, value: Value) -> Result<(), Fault>;
    /// Removes a field of a map; whether it was there.
    fn map_remove(&mut self, map: Value, key: &str) -> Result<bool, Fault>;
    /// Replaces the elements of a list in place (the list keeps its identity).
    fn list_replace(&mut self, list: Value, elements: Vec<Value>) -> Result<(), Fault>;
    /// Appends to a list in place.
    fn list_push(&mut self, list: Value, element: Value) -> Result<(), Fault>;

    /// Takes the last element off a list in place.
    fn list_pop(&mut self, list: Value) -> Option<Value>;

    /// Charges fuel for work about to be done (1 unit is roughly one instruction).
    fn charge(&mut self, units: u64) -> Result<(), Fault>;
    /// Fails when `bytes` more would pass the memory limit; called before a large temporary.
    fn reserve(&mut self, bytes: usize) -> Result<(), Fault>;
    /// The limits in force.
    fn limits(&self) -> &crate::Limits;
}
