//! Any text: the compiler answers, and what it makes runs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|text: &str| {
    if let Some(program) = basilect_fuzz::compile(text) {
        basilect_fuzz::run(Arc::new(program));
    }
});
