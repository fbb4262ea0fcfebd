//! Any bytes as the snapshot of a known program: it is refused, or goes on without harm.
#![no_main]

use basilect_fuzz::{SNAPSHOT_HEAD, drive, limits, snapshot_programs};
use basilect_vm::Machine;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    let programs = snapshot_programs();
    let (program, fresh) = &programs[usize::from(*choice) % programs.len()];
    let whole = [&fresh[..SNAPSHOT_HEAD], rest].concat();
    if let Ok(machine) = Machine::restore(Arc::clone(program), &whole, limits()) {
        machine.snapshot();
        drive(machine);
    }
});
