//! Machine code for programs that use much fuel, made by Cranelift from verified bytecode.
//!
//! The code does what the interpreter does, to the unit of fuel, and can stop wherever that can:
//! values stand in the machine's own registers whenever it leaves, and frames are the machine's
//! own. So the interpreter goes on with any frame, and a snapshot does not tell what ran.
//!
//! How a function is compiled: `known` says what is known of a register, `plan` how each
//! instruction is done given that, `flow` carries what is known through the function, and `emit`
//! writes it down, with `registers`, `arith`, `memory`, `run`, `calls`, `inline` and `leaving`.
//! `code` turns a program into addresses, `context` is what code finds when it runs. A value of a
//! known kind is a machine integer or float in a variable; one of any kind is in memory. Kinds are
//! known from the program itself, or expected because nothing else was seen while the program was
//! watched ([`basilect_vm::native::Facts`]); what is expected is checked, and where the check fails
//! the interpreter takes over.

#![allow(unsafe_code, reason = "machine code is called here; each block says why it may be")]
#![deny(clippy::undocumented_unsafe_blocks)]

mod arith;
mod calls;
mod code;
mod context;
mod emit;
mod flow;
mod inline;
mod known;
mod layout;
mod leaving;
mod light;
mod listing;
mod memory;
mod plan;
mod registers;
mod run;

pub use listing::Listing;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use basilect_vm::Program;
use basilect_vm::native::{self, Code, Order, Tier};
use basilect_vm::program::verify::verify;

/// From now on the programs of this process are compiled when they use much fuel. Without effect
/// where machine code cannot be made: on other processors than Cranelift knows.
pub fn install() {
    if layout::is_known() && cfg!(target_endian = "little") {
        native::install(&Cranelift);
    }
}

/// The machine code of a program, to read: as it is made of what was seen of it so far.
///
/// # Errors
/// A sentence where the program is refused or this processor is not known.
pub fn list(program: &Arc<Program>) -> Result<Vec<Listing>, String> {
    verify(program).map_err(|rejected| rejected.to_string())?;
    code::list(&Order::of(program))
}

struct Cranelift;

impl Tier for Cranelift {
    fn compile(&self, order: Order) {
        if order.at_once() {
            return make(order);
        }
        // Without the thread that makes code nothing is compiled, and everything runs.
        if let Some(queue) = queue() {
            let _ = queue.lock().unwrap_or_else(PoisonError::into_inner).send(order);
        }
    }
}

fn make(order: Order) {
    let code = match verify(order.program()) {
        // Should compiling ever panic, the program runs as before.
        Ok(_) => catch_unwind(AssertUnwindSafe(|| code::compile(&order).ok())).unwrap_or_default(),
        Err(_) => None,
    };
    order.deliver(code.map(|code| Arc::new(code) as Arc<dyn Code>));
}

/// Orders that nobody waits for are done one after another, by a thread of their own.
fn queue() -> Option<&'static Mutex<Sender<Order>>> {
    static QUEUE: OnceLock<Option<Mutex<Sender<Order>>>> = OnceLock::new();
    let start = || {
        let (sender, receiver) = channel();
        let thread = std::thread::Builder::new().name("compiler".into());
        let started = thread.spawn(move || receiver.into_iter().for_each(make));
        started.ok().map(|_| Mutex::new(sender))
    };
    QUEUE.get_or_init(start).as_ref()
}
