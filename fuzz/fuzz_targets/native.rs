//! Any bytes as a program: what the verifier accepts does the same interpreted and compiled.
#![no_main]

use basilect_vm::Program;
use basilect_vm::program::verify::verify;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Longer programs take too long to compile for a fuzzer.
const MOST: usize = 300;

fuzz_target!(|body: &[u8]| {
    let sum = Sha256::digest(body);
    let bytes = [body, &sum[..8]].concat();
    let Ok(program) = Program::from_bytes(&bytes) else { return };
    if program.code.len() <= MOST && verify(&program).is_ok() {
        basilect_fuzz::run_both_ways(Arc::new(program));
    }
});
