//! What spans crates: the language as documents, the server as a process, drills, and the rules of
//! the house.
//!
//! Everything is one program, because linking the server is what takes long.
#![allow(clippy::unwrap_used, reason = "all of this is tests, helpers included")]
#![allow(clippy::print_stdout, reason = "measurements are printed")]

#[cfg(feature = "product")]
mod bad_input;
#[cfg(feature = "product")]
mod bench;
#[cfg(feature = "product")]
mod bench_compile;
#[cfg(feature = "product")]
mod checks;
#[cfg(feature = "product")]
mod cli;
#[cfg(feature = "product")]
mod codes;
#[cfg(feature = "product")]
mod debugger;
#[cfg(feature = "product")]
mod editors;
mod equality;
#[cfg(all(feature = "product", target_os = "linux"))]
mod executables;
#[cfg(feature = "product")]
mod fixes;
#[cfg(feature = "product")]
mod format;
#[cfg(feature = "product")]
mod hostile;
#[cfg(feature = "product")]
mod kill;
#[cfg(feature = "product")]
mod language;
#[cfg(feature = "product")]
mod manual;
#[cfg(feature = "product")]
mod models;
#[cfg(feature = "product")]
mod rows;
#[cfg(feature = "product")]
mod server;
#[cfg(feature = "product")]
mod snapshots;
#[cfg(feature = "product")]
mod tidy;
