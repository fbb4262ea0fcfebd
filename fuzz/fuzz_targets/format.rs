//! Any text: written anew it means the same, and writing it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| basilect_fuzz::format(text));
