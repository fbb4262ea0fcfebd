//! Any text: fixes leave no more of it unread than it had before.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| basilect_fuzz::fix(text));
