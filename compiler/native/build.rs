//! Names the build: code that one build of this program has kept is for no other.
//!
//! Machine code relies on where the machine keeps its things and on what its rules do. Both follow
//! from the sources, the versions of what they use, the compiler, and how it is called.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "building reads the sources and asks the compiler for its version"
)]

use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// What machine code relies on, from here.
const SOURCES: [&str; 5] =
    ["src", "../../vm/src", "../../stdlib/src", "../../Cargo.toml", "../../Cargo.lock"];
/// How the compiler is called.
const SETTINGS: [&str; 8] = [
    "CARGO_PKG_VERSION",
    "TARGET",
    "PROFILE",
    "OPT_LEVEL",
    "DEBUG",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_CFG_TARGET_FEATURE",
    "CARGO_CFG_DEBUG_ASSERTIONS",
];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    // The same in every run, because its keys are.
    #[allow(deprecated, reason = "the hash of the standard library that has fixed keys")]
    let mut hash = std::hash::SipHasher::new();
    for file in files {
        hash.write(file.to_string_lossy().as_bytes());
        hash.write(&std::fs::read(&file).unwrap_or_default());
    }
    for setting in SETTINGS {
        hash.write(std::env::var(setting).unwrap_or_default().as_bytes());
        hash.write_u8(0);
    }
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(compiler).arg("-vV").output();
    hash.write(&version.map(|output| output.stdout).unwrap_or_default());
    println!("cargo::rustc-env=BASILECT_BUILD={:016x}", hash.finish());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.into()),
    }
}
