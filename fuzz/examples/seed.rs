//! Writes first inputs for the fuzz targets: every script of the golden documents, the hostile
//! tests and the examples, their programs, and snapshots at every stop.

use basilect_fuzz::{SNAPSHOT_HEAD, compile, snapshot_programs, snapshots};
use std::path::{Path, PathBuf};

/// Bytes of the checksum at the end of a program.
const CHECKSUM: usize = 8;

fn main() -> std::io::Result<()> {
    let fuzz = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = fuzz.join("..");
    let mut scripts = Vec::new();
    for folder in ["tests/language", "tests/hostile", "tests/format", "examples"] {
        gather(&root.join(folder), &mut scripts)?;
    }
    for (number, script) in scripts.iter().enumerate() {
        for target in ["compile", "format", "fix"] {
            put(&fuzz, target, number, script.as_bytes())?;
        }
        if let Some(program) = compile(script) {
            let bytes = program.to_bytes();
            for target in ["program", "native"] {
                put(&fuzz, target, number, &bytes[..bytes.len() - CHECKSUM])?;
            }
        }
    }
    let mut number = 0;
    for (choice, (program, _)) in snapshot_programs().iter().enumerate() {
        for snapshot in snapshots(program) {
            let input = [&[choice as u8], &snapshot[SNAPSHOT_HEAD..]].concat();
            put(&fuzz, "snapshot", number, &input)?;
            number += 1;
        }
    }
    let functions = basilect_stdlib::words::all().filter(|keyword| keyword.run.is_some()).count();
    for number in 0..functions {
        let choice = "~".repeat(number / 126) + &char::from((number % 126) as u8).to_string();
        let input = format!("{choice}\u{1}f2024-03-15\u{1}fyyyy-MM-dd\u{1}\u{8}5\u{1}\u{3}a,b");
        put(&fuzz, "function", number, input.as_bytes())?;
    }
    Ok(())
}

/// All scripts of a folder: `.bas` files, and the `basic` blocks of documents.
fn gather(folder: &Path, scripts: &mut Vec<String>) -> std::io::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        match ending {
            _ if path.is_dir() => gather(&path, scripts)?,
            "bas" => scripts.push(std::fs::read_to_string(&path)?),
            "md" => {
                let text = std::fs::read_to_string(&path)?;
                let blocks = text.split("```basic\n").skip(1);
                scripts.extend(blocks.filter_map(|b| b.split("\n```").next()).map(String::from));
            }
            _ => {}
        }
    }
    Ok(())
}

fn put(fuzz: &Path, target: &str, number: usize, bytes: &[u8]) -> std::io::Result<()> {
    let folder = fuzz.join("corpus").join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("seed-{number:04}")), bytes)
}
