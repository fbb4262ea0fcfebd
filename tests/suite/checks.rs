//! Checks of scripts are right: they are silent about scripts as they are really written
//! (`tests/dialect`, the examples), and what they say will fail does fail.

use std::path::{Path, PathBuf};

use basilect_compiler::diagnostics::{Severity, codes, render};
use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;
use basilect_tests::bots::Files;

use crate::language::host;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The scripts below a folder, and other files of bots.
fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap().flatten() {
            match entry.path().is_dir() {
                true => open.push(entry.path()),
                false => {
                    let path = entry.path().strip_prefix(folder).unwrap().to_path_buf();
                    let bytes = std::fs::read(entry.path()).unwrap();
                    found.push((path.to_string_lossy().into_owned(), bytes));
                }
            }
        }
    }
    found.sort();
    found
}

/// The scripts of `tests/dialect`: name and text.
pub fn dialect() -> Vec<(String, String)> {
    let files = files_below(&root().join("tests/dialect")).into_iter();
    files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn scripts_as_they_are_written_are_not_complained_about() {
    let mut complaints = Vec::new();
    assert!(dialect().len() >= 15);
    for (name, text) in dialect() {
        let file = SourceFile::new(name.as_str(), text);
        let (_, found) = compile_script(&file);
        let found = found.iter().filter(|found| found.code != codes::ANOTHER_SPELLING);
        complaints.extend(found.map(|found| render::line(&file, found)));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_examples_are_not_complained_about() {
    let mut complaints = Vec::new();
    for bot in std::fs::read_dir(root().join("examples")).unwrap().flatten() {
        if bot.path().extension().is_some_and(|end| end == "gbai") {
            let built = Files(files_below(&bot.path())).build();
            let found = built.diagnostics.iter();
            let found = found.filter(|(_, d)| d.code != codes::ANOTHER_SPELLING);
            complaints.extend(found.map(|(file, d)| render::line(file, d)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A value of a type, as it is written.
fn value_of(ty: Type) -> &'static str {
    match ty {
        Type::Int | Type::Num => "1",
        Type::List => "[1, 2]",
        Type::Map => "{ a: 1 }",
        Type::Bool => "TRUE",
        Type::Date => "TODAY()",
        Type::Text => "\"a\"",
        _ => "1",
    }
}

/// A call of a function with this value in this place.
fn call(keyword: &Keyword, place: usize, value: &str) -> String {
    let args = keyword.fields.iter().enumerate().map(|(index, field)| match index == place {
        true => value,
        false => value_of(field.ty),
    });
    let args: Vec<&str> = args.take(place.max(keyword.arity().0.saturating_sub(1)) + 1).collect();
    format!("{}({})", keyword.name.replace(' ', "_"), args.join(", "))
}

/// How a script of one line ends, where a check says that it will fail.
fn fails(line: &str) -> Option<(bool, String)> {
    let file = SourceFile::new("line.bas", format!("TALK {line}\n"));
    let (program, found) = compile_script(&file);
    let said = found.iter().any(|d| d.code == codes::KIND_MISMATCH);
    let errors = found.iter().any(|d| d.severity == Severity::Error);
    let program = program.filter(|_| said && !errors)?;
    let out = host::run(program, "");
    Some((out.contains("=> error"), out))
}

#[test]
fn what_is_said_to_fail_fails() {
    let wrong = ["\"words\"", "7", "TRUE", "[1, 2]", "{ a: 1 }"];
    let (mut tried, mut works) = (0, Vec::new());
    for keyword in basilect_stdlib::words::all().filter(|keyword| keyword.run.is_some()) {
        for (place, _) in keyword.fields.iter().enumerate() {
            for value in wrong {
                let line = call(keyword, place, value);
                if let Some((failed, out)) = fails(&line) {
                    tried += 1;
                    works.extend((!failed).then(|| format!("{line} gives {}", out.trim())));
                }
            }
        }
    }
    for operator in ["-", "*", "/", "\\", "MOD", "^"] {
        for value in ["\"words\"", "[1, 2]", "{ a: 1 }"] {
            for line in [format!("{value} {operator} 2"), format!("2 {operator} {value}")] {
                let (failed, out) = fails(&line).expect("it is said to fail");
                works.extend((!failed).then(|| format!("{line} gives {}", out.trim())));
            }
        }
    }
    assert!(works.is_empty() && tried > 50, "{tried} tried:\n{}", works.join("\n"));
}
