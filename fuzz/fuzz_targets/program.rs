//! Any bytes as a program: what the verifier accepts runs without harm.
#![no_main]

use basilect_vm::Program;
use basilect_vm::program::verify::verify;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::sync::Arc;

fuzz_target!(|body: &[u8]| {
    let sum = Sha256::digest(body);
    let bytes = [body, &sum[..8]].concat();
    let Ok(program) = Program::from_bytes(&bytes) else { return };
    assert_eq!(program.to_bytes(), bytes, "a program has one form");
    if verify(&program).is_ok() {
        program.disassemble();
        basilect_fuzz::run(Arc::new(program));
    }
});
