//! What spans crates: the language as documents, the server as a process, drills, and the rules of
//! the house.
//!
//! Everything is one program, because linking the server is what takes long.
#![allow(clippy::unwrap_used, reason = "all of this is tests, helpers included")]
#![allow(clippy::print_stdout, reason = "measurements are printed")]

mod bad_input;
mod bench;
mod bench_compile;
mod checks;
mod cli;
mod codes;
mod debugger;
mod editors;
mod equality;
#[cfg(target_os = "linux")]
mod executables;
mod fixes;
mod format;
mod hostile;
mod kill;
mod language;
mod manual;
mod models;
mod rows;
mod server;
mod snapshots;
mod tidy;
