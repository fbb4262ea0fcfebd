//! How the program is linked.

use std::process::Command;

/// The first GNU C library that reads addresses in the packed form, and refuses programs without
/// knowing it otherwise.
const READS_PACKED: (u32, u32) = (2, 36);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    // Before it begins, the system writes some hundred thousand addresses into a program that may
    // lie anywhere. In this form they take a fortieth of the space, and less time.
    let here = of("HOST") == of("TARGET") && of("CARGO_CFG_TARGET_OS") == "linux";
    if here && c_library().is_some_and(|version| version >= READS_PACKED) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the GNU C library of this machine, if it has it.
fn c_library() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    let (large, small) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((large.parse().ok()?, small.split('.').next()?.parse().ok()?))
}
