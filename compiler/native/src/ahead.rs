//! Machine code of a program that has not run yet: for an executable that carries it.
//!
//! What is expected of the program comes from a rehearsal: each script runs for a moment, without
//! an outside. Where it asks for more than to say something, its rehearsal ends.

use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits};
use basilect_vm::native::{Engine, Order};
use basilect_vm::program::verify::verify;
use basilect_vm::{Machine, Outcome, Program};

use crate::code::{self, Scope};
use crate::target::{self, Processor};
use crate::tier;

/// Units of fuel that the rehearsals of a program usually get: about a second of watching.
pub const FUEL: u64 = 10_000_000;
/// What the machine of a rehearsal may take: more than a conversation of many.
const LIMITS: Limits = Limits {
    heap_bytes: 256 << 20,
    list_elements: 10_000_000,
    text_bytes: 64 << 20,
    ..Limits::DEFAULT
};
/// What a rehearsal may say.
const SAID: usize = 2_000;
/// Keywords that only say something.
const SAYS: [&str; 2] = ["TALK", "PRINT"];

/// Machine code of a program that was made before it runs: for [`crate::Carried`].
pub struct Ahead {
    pub(crate) bytes: Vec<u8>,
}

/// Machine code of all functions of a program, for any usual processor of this kind. Its rehearsals
/// get so many units of fuel ([`FUEL`]), each of them half of it at most.
///
/// # Errors
/// A sentence where the program is refused, cannot be compiled, or this processor is not known.
pub fn compile(program: &Arc<Program>, fuel: u64) -> Result<Ahead, String> {
    verify(program).map_err(|rejected| rejected.to_string())?;
    // Machines are watched for it.
    crate::install();
    rehearse(program, fuel);
    let image = code::compile(&Order::of(program), Scope::All)?;
    Ok(Ahead { bytes: image.to_bytes() })
}

impl Ahead {
    /// From now on the program runs this code from its next entry, if the code was made for a
    /// program of the same bytes.
    pub fn hand_to(&self, program: &Arc<Program>) {
        // SAFETY: only `compile` makes this, in this process.
        unsafe { tier::unpack(program, &self.bytes) };
    }
}

/// The kind of machine that this one is, and that code is made for.
pub fn host() -> String {
    let isa = target::isa(Processor::Usual);
    isa.map_or_else(|_| std::env::consts::ARCH.to_string(), |isa| isa.triple().to_string())
}

/// Watches the program for a moment.
fn rehearse(program: &Arc<Program>, fuel: u64) {
    let mut left = fuel;
    for script in &program.scripts {
        let limits = Limits { fuel_per_turn: left.min(fuel / 2), ..LIMITS };
        let env = Env::new(0, "UTC", 1);
        let Ok(mut machine) = Machine::new(Arc::clone(program), &script.name, limits, env) else {
            continue;
        };
        machine.set_engine(Engine::Native(u32::MAX));
        for _ in 0..SAID {
            let Outcome::Host(_) = machine.run(fuel) else { break };
            let says = machine.pending().is_some_and(|call| SAYS.contains(&&*call.words));
            if !says || machine.resume(Ok(Data::Null)).is_err() {
                break;
            }
        }
        left = left.saturating_sub(machine.fuel_used());
    }
}
