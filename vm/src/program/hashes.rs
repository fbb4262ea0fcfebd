//! Hashes of programs that are in use.
//!
//! A snapshot carries the hash of its program, and hashing a large program costs more than writing
//! a small snapshot. Programs behind an `Arc` do not change, so each is hashed once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Program;

/// By address. An entry's `Weak` keeps the address from being used again while it is here.
static KNOWN: Mutex<BTreeMap<usize, (Weak<Program>, [u8; 32])>> = Mutex::new(BTreeMap::new());

/// [`Program::hash`], remembered.
pub(crate) fn hash_of(program: &Arc<Program>) -> [u8; 32] {
    let address = Arc::as_ptr(program) as usize;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, hash)) = known.get(&address) {
        return *hash;
    }
    known.retain(|_, (program, _)| program.strong_count() > 0);
    let hash = program.hash();
    known.insert(address, (Arc::downgrade(program), hash));
    hash
}
