//! `cargo xtask sanitize`: what is `unsafe` in the engine, and the machine code that it makes,
//! under the compiler's address sanitizer.
//!
//! The stable compiler brings the sanitizer's runtime and does not let one ask for it, which
//! `RUSTC_BOOTSTRAP` passes over. Machine code is made while a program runs, so the sanitizer does
//! not know it: tests have a call put before each of its accesses, in which compiled code reads the
//! same bytes first.

use anyhow::{Context, Result};
use std::process::Command;

/// Random programs, and broken ones, of a usual run.
pub const PROGRAMS: u64 = 3_000;

/// Tests that look at their whole process, and so have one each.
const ALONE: &[(&str, &str)] = &[
    ("planted defects", "equality::planted::planted_defects_of_machine_code_are_seen"),
    ("kept code", "equality::code_of_another_process_agrees"),
    ("rights of memory", "equality::no_memory_can_be_written_and_run"),
];

/// Commands by name, in the order in which they run.
pub fn commands(programs: u64) -> Result<Vec<(&'static str, Command)>> {
    let host = host()?;
    let test = |target: &[&str], filter: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--profile", "sanitize", "--target", &host]);
        // All packages in each command: with others, what they share would be built twice.
        cargo.args(["-p", "basilect-tests", "-p", "basilect-vm", "-p", "basilect-native"]);
        cargo.arg("--no-default-features");
        cargo.args(target).arg("--").args(filter);
        let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
        cargo.env("RUSTFLAGS", format!("{flags} -Zsanitizer=address -Cforce-frame-pointers=yes"));
        cargo.env("RUSTC_BOOTSTRAP", "1").env("BASILECT_TEST_SERVICES", "none");
        // What a process still holds at its end is not looked for here.
        cargo.env("ASAN_OPTIONS", "detect_leaks=0");
        cargo.env("BASILECT_SANITIZED", "1").env("BASILECT_CHECKED", "1");
        cargo.env("BASILECT_PROGRAMS", programs.to_string());
        cargo.env("BASILECT_BROKEN", programs.to_string());
        cargo
    };
    let suite = ["--test", "basilect"];
    let alone = |name| test(&suite, &["--exact", name]);
    let mut together = vec!["equality", "--nocapture"];
    ALONE.iter().for_each(|(_, name)| together.extend(["--skip", name]));
    let mut commands: Vec<_> = ALONE.iter().map(|(what, name)| (*what, alone(*name))).collect();
    commands.push(("engine", test(&["--lib"], &[])));
    commands.push(("equality", test(&suite, &together)));
    Ok(commands)
}

/// The kind of machine that the compiler runs on: only with a target does it leave its own helpers
/// as they are.
fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell for which machine it is")?.to_string())
}
