//! The language, as documents: `tests/language/*.md`.
//!
//! Each `## name` holds blocks: `basic` (the script, with the smallest host) or `bot` (a bot with a
//! store, see [`bot`]), `in` (what the person answers, one answer a line), `diagnostics`,
//! `bytecode` and `out` (what is expected). A script without a `diagnostics`
//! block must give none; `out` is compared when the script compiles; a block `fixed` holds what
//! `basilect check --fix` makes of the script. `REGEN=1` writes what came
//! into the expected blocks, and fails, so that nobody takes a regenerated file for a passed test.
//! Blocks with a path (`basic shop.gbdialog/start.bas`) are the files of a bot, whose diagnostics
//! alone are compared.

mod bot;
pub(crate) mod document;
mod examples;
pub mod host;
mod mutants;

use basilect_compiler::diagnostics::Diagnostic;
use basilect_compiler::diagnostics::mend::{Texts, mend};
use basilect_compiler::lower::compile_script;
use basilect_compiler::package::Built;
use basilect_compiler::source::SourceFile;
use basilect_tests::bots::Files;
use document::{Document, Section};
use std::path::PathBuf;
use std::sync::Arc;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("language")
}

fn documents() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("tests/language can be read");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    paths
}

#[test]
fn documents_come_out_as_written() {
    let regenerate = std::env::var_os("REGEN").is_some();
    let mut failures = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).expect("a document");
        let mut document = Document::read(&text);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for section in &mut document.sections {
            failures.extend(check(&name, section));
        }
        if regenerate {
            std::fs::write(&path, document.write()).expect("the document can be written");
        }
    }
    assert!(!documents().is_empty(), "there are no documents");
    assert!(failures.is_empty(), "{} differ:\n\n{}", failures.len(), failures.join("\n\n"));
    assert!(!regenerate, "the expected blocks were written anew: look at the difference");
}

/// Compares a section with what really comes, and puts that into its blocks.
fn check(document: &str, section: &mut Section) -> Vec<String> {
    let files = section.files();
    let came = match section.block("basic") {
        _ if section.block("bot").is_some() => bot::run(section),
        _ if !files.is_empty() => vec![("diagnostics", list_of_bot(&Files(files).build()))],
        Some(source) => run(section, source),
        None => return Vec::new(),
    };
    compare(document, section, came)
}

/// What a script gives with the smallest host.
fn run(section: &Section, source: String) -> Vec<(&'static str, String)> {
    let file = SourceFile::new("test.bas", source);
    let (program, diagnostics) = compile_script(&file);
    let mut came = vec![("diagnostics", list(&file, &diagnostics))];
    if section.block("fixed").is_some() {
        came.push(("fixed", fixed(&file)));
    }
    if let Some(program) = program {
        basilect_vm::program::verify::verify(&program).expect("a verified program");
        if section.block("bytecode").is_some() {
            came.push(("bytecode", program.disassemble()));
        }
        let answers = section.block("in").unwrap_or_default();
        came.push(("out", host::run(program, &answers)));
    }
    came
}

/// The script with all fixes made that can be made without asking.
fn fixed(file: &SourceFile) -> String {
    let look = |texts: &Texts| {
        let text = texts.get(&file.path).unwrap_or(&file.text);
        let file = Arc::new(SourceFile::new(file.path.as_str(), text.as_str()));
        let (_, found) = compile_script(&file);
        found.into_iter().map(|found| (Arc::clone(&file), found)).collect()
    };
    let mended = mend(look, false);
    assert!(mended.refused.is_empty(), "a fix breaks\n{}", file.text);
    mended.texts.get(&file.path).unwrap_or(&file.text).clone()
}

fn compare(document: &str, section: &mut Section, came: Vec<(&str, String)>) -> Vec<String> {
    let mut failures = Vec::new();
    for (kind, came) in came {
        let expected = section.block(kind).unwrap_or_default();
        if expected.trim_end() != came.trim_end() {
            let title = format!("{document} / {} / {kind}", section.title);
            failures.push(format!("--- {title}\nexpected:\n{expected}\ncame:\n{came}"));
            section.put(kind, &came);
        }
    }
    failures
}

fn list(file: &SourceFile, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| shown(file, diagnostic)).collect()
}

/// The diagnostics of a bot, each behind the path of its file.
fn list_of_bot(built: &Built) -> String {
    let lines = built.diagnostics.iter();
    lines.map(|(file, found)| format!("{}:{}", file.path, shown(file, found))).collect()
}

fn shown(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (line, column) = file.position(diagnostic.span.start);
    let severity = format!("{:?}", diagnostic.severity).to_lowercase();
    let Diagnostic { code, message, .. } = diagnostic;
    let help = diagnostic.help.as_ref().map(|help| format!("    {help}\n"));
    format!("{line}:{column} {severity} {code} {message}\n{}", help.unwrap_or_default())
}
