//! The machine, driven by programs assembled by hand. Every program runs four ways that must agree:
//! straight, in slices of one unit, written to bytes and restored at every stop, and with a
//! collection at every allocation.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

mod asm;
mod calls;
mod errors;
mod functions;
mod hostile;
mod limits;
mod ops;
mod programs;
mod snapshots;
