//! Texts and trees that grow while they are made: each piece is paid for before it is there, and
//! the memory has room for the whole.
//!
//! A small value that shares its parts may be a long text and a large tree, so that what it takes
//! is known only while it is made.

use super::Call;
use crate::{Fault, Heap, TrapCode};

/// Bytes that are taken without asking.
const FIRST: usize = 4 << 10;
/// Fuel of a piece of a text.
const PIECE: u64 = 8;

/// Memory outside of the heap of the machine that is taken little by little.
#[derive(Debug, Default)]
pub struct Room {
    taken: usize,
    asked: usize,
}

impl Room {
    /// Takes so many bytes more.
    ///
    /// # Errors
    /// The conversation has no room for all that was taken.
    pub fn take(&mut self, heap: &mut dyn Heap, bytes: usize) -> Result<(), Fault> {
        self.taken = self.taken.saturating_add(bytes);
        if self.taken <= self.asked.max(FIRST) {
            return Ok(());
        }
        self.asked = self.taken.saturating_add(self.taken / 2);
        heap.reserve(self.asked)
    }
}

/// A text that is written piece by piece.
pub struct Written<'c, 'a> {
    /// What it is written for.
    pub call: &'c mut Call<'a>,
    text: String,
    room: Room,
}

impl<'c, 'a> Written<'c, 'a> {
    /// Nothing yet.
    pub fn new(call: &'c mut Call<'a>) -> Written<'c, 'a> {
        Written { call, text: String::new(), room: Room::default() }
    }
    /// Writes a piece.
    ///
    /// # Errors
    /// The fuel is used up, or the text becomes too long.
    pub fn put(&mut self, piece: &str) -> Result<(), Fault> {
        self.call.heap.charge(PIECE + piece.len() as u64 / 16)?;
        if self.text.len() + piece.len() > self.call.heap.limits().text_bytes {
            return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
        }
        self.room.take(self.call.heap, piece.len())?;
        self.text.push_str(piece);
        Ok(())
    }
    /// The whole.
    pub fn into_text(self) -> String {
        self.text
    }
}
