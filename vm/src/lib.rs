//! The machine that runs Basilect programs: verified register bytecode, a heap of its own per
//! conversation, fuel, and a state that can be written to bytes at any stop.
//!
//! What it is *not*: it has no async, no IO, no clock and no services. It yields a
//! [`basilect_stdlib::HostCall`] and is resumed with an answer. It never panics on a program that
//! the verifier accepted, and a wrong program can only reach the memory of its own machine.
//!
//! Reading order: [`program`] (instructions, constants, tables), [`program::verify`], `heap`,
//! [`machine`] (the loop, calls, errors), [`snapshot`].
#![forbid(unsafe_code)]

pub mod bytes;
mod heap;
pub mod machine;
pub mod program;
pub mod snapshot;

pub use machine::native::{self, Engine};
pub use machine::{Machine, Outcome, Pending, Trap};
pub use program::Program;
pub use snapshot::SnapshotError;
