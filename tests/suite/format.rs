//! How scripts are written, as documents: `tests/format/*.md`.
//!
//! Each `## name` holds a script (`basic`) and what the formatter makes of it (`formatted`), or why
//! it leaves it (`refused`). `REGEN=1` writes what came into the documents, and fails.

use super::language::document::{Document, Section};
use basilect_compiler::format::{Options, Refusal, format};
use basilect_compiler::source::SourceFile;
use std::path::{Path, PathBuf};

fn below(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn documents() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below("format")).expect("tests/format can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn formatted(path: &str, text: &str) -> Result<String, String> {
    let file = SourceFile::new(path, text);
    format(&file, &Options::default()).map_err(|refusal| match refusal {
        Refusal::Prose => "prose\n".into(),
        Refusal::Bug(what) => format!("a mistake of the formatter: {what}\n"),
        Refusal::Errors(errors) => errors
            .iter()
            .map(|error| {
                let (line, column) = file.position(error.span.start);
                format!("{line}:{column} {} {}\n", error.code, error.message)
            })
            .collect(),
    })
}

/// Compares a section with what really comes, and puts that into its blocks.
fn check(document: &str, section: &mut Section) -> Vec<String> {
    let Some(source) = section.block("basic") else { return Vec::new() };
    let (wanted, other, came) = match formatted("test.bas", &source) {
        Ok(text) => ("formatted", "refused", text),
        Err(why) => ("refused", "formatted", why),
    };
    let expected = section.block(wanted).unwrap_or_default();
    if expected.trim_end() == came.trim_end() && section.block(other).is_none() {
        return Vec::new();
    }
    section.put(wanted, &came);
    let title = format!("{document} / {}", section.title);
    vec![format!("--- {title}\nexpected:\n{expected}\ncame:\n{came}")]
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

/// The scripts that people copy are written as the formatter writes them.
#[test]
fn the_examples_are_formatted() {
    let mut scripts = Vec::new();
    find(&below("../examples"), &mut scripts);
    find(&below("../server/templates"), &mut scripts);
    assert!(scripts.len() > 30, "only {} scripts", scripts.len());
    let differs = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a script");
        formatted("example.bas", &text) != Ok(text)
    };
    let wrong: Vec<_> = scripts.iter().filter(|path| differs(path)).collect();
    assert!(wrong.is_empty(), "run `basilect fmt` over {wrong:#?}");
}

fn find(folder: &Path, scripts: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.extension().and_then(|e| e.to_str()) {
            _ if path.is_dir() => find(&path, scripts),
            Some("bas") => scripts.push(path),
            _ => {}
        }
    }
}
