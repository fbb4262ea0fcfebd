//! `cargo xtask bench peers`: the programs of `tests/peers` in BASIC and in Lua, as whole
//! processes, in turn, and how the processor time of each compares with that of Lua 5.4.
//!
//! Every limit is on. A program whose answer differs from Lua's counts as failed, however fast.

use crate::runner::say;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the programs lie; those in Lua in a folder `lua` below.
const FOLDER: &str = "tests/peers";
/// The Debian packages of the peers, and the commands that show they are there.
const PEERS: &[(&str, &str)] =
    &[("lua5.4", "lua5.4"), ("luajit", "luajit"), ("lua-cjson", "lua5.4")];
/// How often each program runs; the median counts.
const ROUNDS: usize = 5;

/// A way to run a program: its name in the table, its command, and the ending of its programs.
struct Engine {
    name: &'static str,
    command: Vec<String>,
    lua: bool,
}

/// What one run took and said.
struct Sample {
    seconds: f64,
    said: String,
}

/// The command of a language server to measure beside ours: one for Python.
pub fn language_server() -> Result<String> {
    tools::packages(&[("nodejs", "node"), ("npm", "npm")])?;
    let folder = std::env::current_dir()?.join(FOLDER).join("editing");
    tools::packages_of_npm(&folder, "the other language server")?;
    let program = folder.join("node_modules/pyright/langserver.index.js");
    Ok(format!("node {} --stdio", program.display()))
}

/// Runs all programs and prints the table; `basilect` is the built binary.
pub fn run(basilect: &Path) -> Result<()> {
    tools::packages(PEERS)?;
    let own = |options: &[&str]| {
        let words = ["run"].iter().chain(options).map(ToString::to_string);
        std::iter::once(basilect.display().to_string()).chain(words).collect::<Vec<_>>()
    };
    let words = |text: &str| text.split(' ').map(str::to_string).collect();
    let engines = [
        Engine { name: "Basilect", command: own(&["--code-cache", "none"]), lua: false },
        Engine { name: "Basilect, interpreted", command: own(&["--interpret"]), lua: false },
        Engine { name: "Lua 5.4", command: words("lua5.4"), lua: true },
        Engine { name: "LuaJIT, interpreted", command: words("luajit -joff"), lua: true },
        Engine { name: "LuaJIT", command: words("luajit"), lua: true },
    ];
    say(
        "| program | Lua 5.4 | Basilect | LuaJIT | Basilect, interpreted | LuaJIT, interpreted |\n\
         |---|---|---|---|---|---|",
    );
    let mut products = [1.0f64; 5];
    let names = programs()?;
    for name in &names {
        let figures = program(name, &engines)?;
        let base = figures.get(2).copied().unwrap_or(f64::NAN);
        let ratios: Vec<f64> = figures.iter().map(|seconds| seconds / base).collect();
        for (product, ratio) in products.iter_mut().zip(&ratios) {
            *product *= ratio;
        }
        say(&row(name, &format!("{base:.3} s"), &ratios));
    }
    let count = names.len().max(1) as f64;
    let means: Vec<f64> = products.iter().map(|product| product.powf(1.0 / count)).collect();
    say(&row("geometric mean", "", &means));
    Ok(())
}

fn row(name: &str, base: &str, ratios: &[f64]) -> String {
    let cell = |at: usize| ratios.get(at).map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let cells = [cell(0), cell(4), cell(1), cell(3)].join(" | ");
    format!("| {name} | {base} | {cells} |")
}

/// The names of the programs, without their endings.
fn programs() -> Result<Vec<String>> {
    let entries = std::fs::read_dir(FOLDER).context(FOLDER)?.flatten();
    let paths = entries.map(|entry| entry.path());
    let basic = paths.filter(|path| path.extension().is_some_and(|ending| ending == "bas"));
    let mut names: Vec<String> =
        basic.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// The median processor time of each engine, in seconds.
fn program(name: &str, engines: &[Engine]) -> Result<Vec<f64>> {
    let mut taken: Vec<Vec<f64>> = vec![Vec::new(); engines.len()];
    let mut right: Option<String> = None;
    for _ in 0..ROUNDS {
        // Lua first: its answer is the one to give.
        for (at, engine) in engines.iter().enumerate().rev() {
            let sample = sample(name, engine)?;
            let words: Vec<&str> = sample.said.split_whitespace().collect();
            let said = words.join(" ");
            match &right {
                None => right = Some(said),
                Some(right) if *right == said => {}
                Some(right) => bail!("{name}: {} says `{said}`, not `{right}`", engine.name),
            }
            if let Some(times) = taken.get_mut(at) {
                times.push(sample.seconds);
            }
        }
    }
    Ok(taken.into_iter().map(median).collect())
}

fn sample(name: &str, engine: &Engine) -> Result<Sample> {
    let path = match engine.lua {
        true => format!("{FOLDER}/lua/{name}.lua"),
        false => format!("{FOLDER}/{name}.bas"),
    };
    // The shell measures the processor time of the process and its threads.
    let script = "TIMEFORMAT='%3U %3S'; time \"$@\"";
    let mut shell = Command::new("bash");
    shell.args(["-c", script, "bash"]).args(&engine.command).arg(&path);
    let ran = shell.stdin(Stdio::null()).output().context("bash")?;
    let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
    if !ran.status.success() {
        bail!("{} fails on {path}: {errors}", engine.name);
    }
    let times = errors.lines().last().unwrap_or_default();
    let seconds = times.split(' ').filter_map(|part| part.parse::<f64>().ok()).sum();
    Ok(Sample { seconds, said: String::from_utf8_lossy(&ran.stdout).into_owned() })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_one_counts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn a_row_tells_the_ratios_to_lua() {
        let shown = row("fib", "0.300 s", &[0.125, 0.5, 1.0, 0.75, 0.25]);
        assert_eq!(shown, "| fib | 0.300 s | 0.12 | 0.25 | 0.50 | 0.75 |");
    }
}
