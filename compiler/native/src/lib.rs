//! Machine code for programs that use much fuel, made by Cranelift from verified bytecode.
//!
//! The code does what the interpreter does, to the unit of fuel, and can stop wherever that can:
//! values stand in the machine's own registers whenever it leaves, and frames are the machine's
//! own. So the interpreter goes on with any frame, and a snapshot does not tell what ran.
//!
//! How a function is compiled: `known` says what is known of a register, `plan` how each
//! instruction is done given that, `flow` carries what is known through the function, and `emit`
//! writes it down, with `registers`, `arith`, `memory`, `texts`, `run`, `calls`, `inline` and
//! `leaving`. `context` is what code finds when it runs. A value of a known kind is a machine
//! integer or float in a variable; one of any kind is in memory. Kinds are known from the program
//! itself, or expected because nothing else was seen while the program was watched
//! ([`basilect_vm::native::Facts`]); what is expected is checked, and where the check fails the
//! interpreter takes over.
//!
//! How it gets into memory: `code` turns a program into an `image`, whose functions `linker` has
//! put side by side; nothing in it is an address, so that `loaded` can bring it anywhere. `cache`
//! keeps images from one run to the next, [`ahead`] makes them before a program runs at all,
//! `executable` carries them, `target` says for which processor, and `tier` does all this when a
//! machine asks.

#![allow(unsafe_code, reason = "machine code is called here; each block says why it may be")]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod ahead;
mod arith;
mod cache;
mod calls;
#[cfg(feature = "checked")]
pub mod checked;
mod code;
mod context;
mod emit;
mod executable;
mod flow;
mod image;
mod inline;
mod known;
mod layout;
mod leaving;
mod light;
mod linker;
mod listing;
mod loaded;
mod memory;
mod plan;
mod registers;
mod run;
mod seen;
mod target;
mod texts;
mod tier;

pub use executable::Carried;
pub use listing::Listing;
pub use tier::{Figures, figures, install, keep_in, wait_for_code};

use std::sync::Arc;

use basilect_vm::Program;
use basilect_vm::native::Order;
use basilect_vm::program::verify::verify;

/// How many bytes of machine code are usually kept in a folder: that of some hundred programs.
pub const KEPT_BYTES: u64 = 256 << 20;

/// The machine code of a program, to read: as it is made of what was seen of it so far.
///
/// # Errors
/// A sentence where the program is refused or this processor is not known.
pub fn list(program: &Arc<Program>) -> Result<Vec<Listing>, String> {
    verify(program).map_err(|rejected| rejected.to_string())?;
    code::list(&Order::of(program))
}
