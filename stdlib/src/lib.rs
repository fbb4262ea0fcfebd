//! The vocabulary of Basilect: every keyword and function, declared once, and the values that
//! they speak of.
//!
//! This crate knows *words* and *values*. It has no IO, no clock, no randomness and no async: a
//! pure function receives what it needs through [`pure::Call`], a keyword of the outside world is
//! only described here and served elsewhere.
//!
//! Reading order: [`value`] (the 16-byte value), [`data`] (a value as a tree, for the world outside
//! the machine), [`heap`] (what a pure function may do with memory), [`fault`] (what can go wrong),
//! [`limits`], [`keyword`] (what a keyword is and the `keywords!` declaration), [`words`] (the
//! declarations, one file a family), [`forms`] (their patterns, read), [`pure`] (the functions that
//! need no host), [`scratch`] (a memory outside of a machine), [`schedule`] (rules of time),
//! [`spelling`] (did you mean), [`manual`].

#![forbid(unsafe_code)]

pub mod data;
pub mod fault;
pub mod forms;
pub mod heap;
pub mod keyword;
pub mod limits;
pub mod manual;
pub mod pure;
pub mod schedule;
pub mod scratch;
pub mod spelling;
#[cfg(test)]
mod testing;
pub mod value;
pub mod words;

pub use data::Data;
pub use fault::{Fault, TrapCode};
pub use heap::Heap;
pub use keyword::{Capability, Effect, Keyword};
pub use limits::Limits;
pub use value::{Kind, Optional, SHORT_TEXT, Value};
pub use words::HostCall;
