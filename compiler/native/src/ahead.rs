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

/// Units of fuel of all rehearsals of a program: about a second of watching.
const FUEL: u64 = 4_000_000;
/// Units of fuel of one rehearsal.
const FUEL_EACH: u64 = 2_000_000;
/// What a rehearsal may say.
const SAID: usize = 2_000;
/// Keywords that only say something.
const SAYS: [&str; 2] = ["TALK", "PRINT"];

/// Machine code of all functions of a program, for any usual processor of this kind, as bytes for
/// [`crate::carry`].
///
/// # Errors
/// A sentence where the program is refused, cannot be compiled, or this processor is not known.
pub fn compile(program: &Arc<Program>) -> Result<Vec<u8>, String> {
    verify(program).map_err(|rejected| rejected.to_string())?;
    // Machines are watched for it.
    crate::install();
    rehearse(program);
    code::compile(&Order::of(program), Scope::All).map(|image| image.to_bytes())
}

/// Watches the program for a moment.
fn rehearse(program: &Arc<Program>) {
    let mut left = FUEL;
    for script in &program.scripts {
        let limits = Limits { fuel_per_turn: left.min(FUEL_EACH), ..Limits::DEFAULT };
        let env = Env::new(0, "UTC", 1);
        let Ok(mut machine) = Machine::new(Arc::clone(program), &script.name, limits, env) else {
            continue;
        };
        machine.set_engine(Engine::Native(u32::MAX));
        for _ in 0..SAID {
            let Outcome::Host(_) = machine.run(FUEL_EACH) else { break };
            let says = machine.pending().is_some_and(|call| SAYS.contains(&call.words.as_str()));
            if !says || machine.resume(Ok(Data::Null)).is_err() {
                break;
            }
        }
        left = left.saturating_sub(machine.fuel_used());
    }
}
