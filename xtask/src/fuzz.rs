//! `cargo xtask fuzz`: the fuzz targets, each for some seconds, from the scripts that lie here.
//!
//! The targets run without a sanitizer, which stable Rust can build: what there is to find are
//! panics, slow inputs and large ones, and where machine code differs from the interpreter. A
//! sanitizer would not see into machine code that is made while a program runs.

use crate::runner::{quiet, say};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Bounds of one input: 256 MB, and 1 s; the compiler library, with every branch counted, needs
/// more.
const BOUNDS: [&str; 2] = ["-rss_limit_mb=256", "-max_len=65536"];
const LONGER: [&str; 1] = ["native"];
/// How long each target runs unless something else is asked for.
pub const SECONDS: u64 = 60;

/// Runs `target`, or all of them, for so many seconds each.
pub fn run(target: Option<&str>, seconds: u64) -> Result<()> {
    let all = targets()?;
    let wanted: Vec<&String> = all.iter().filter(|t| target.is_none_or(|w| w == *t)).collect();
    if wanted.is_empty() {
        bail!("there is no such target; there are: {}", all.join(", "));
    }
    prepare()?;
    for name in wanted {
        say(&format!("{name}: {seconds} s"));
        let mut fuzz = cargo(&["fuzz", "run", "--sanitizer", "none", name, "--"]);
        let most = if LONGER.contains(&name.as_str()) { 20 } else { 1 };
        fuzz.args(BOUNDS)
            .arg(format!("-timeout={most}"))
            .arg(format!("-max_total_time={seconds}"))
            .arg("-print_final_stats=1");
        let ended = fuzz.status().context("cargo fuzz")?;
        if !ended.success() {
            bail!("{name} found something: the input lies in fuzz/artifacts/{name}");
        }
    }
    Ok(())
}

/// The names of the files in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>> {
    let folder = Path::new("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(folder).context("fuzz/fuzz_targets")?;
    let names = entries.flatten().map(|entry| entry.path());
    let mut names: Vec<String> =
        names.filter_map(|p| Some(p.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// Installs the runner where it is missing, and writes the first inputs.
fn prepare() -> Result<()> {
    let there = cargo(&["fuzz", "--version"]).output().is_ok_and(|out| out.status.success());
    if !there {
        say("installing cargo-fuzz");
        quiet(cargo(&["install", "cargo-fuzz", "--locked"])).context("cargo-fuzz")?;
    }
    quiet(cargo(&["run", "--manifest-path", "fuzz/Cargo.toml", "--example", "seed"]))
        .context("the first inputs")
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(args);
    cargo
}
