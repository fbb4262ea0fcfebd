//! The formatter on the scripts of this repository, and on damaged and hostile text.

mod fuzz;

use super::{Options, Refusal, format, same};
use crate::lower::compile_script;
use crate::source::SourceFile;
use basilect_vm::Program;
use std::path::{Path, PathBuf};

fn file(text: &str) -> SourceFile {
    SourceFile::new("t.bas", text)
}
fn formatted(text: &str) -> Result<String, Refusal> {
    format(&file(text), &Options::default())
}
/// A program without the lines that its instructions come from; line numbers stay.
fn placeless(text: &str) -> Option<Program> {
    let mut program = compile_script(&file(text)).0?;
    let numbers = program.scripts.iter_mut().flat_map(|script| &mut script.numbers);
    numbers.for_each(|(line, _)| *line = 0);
    program.functions.iter_mut().for_each(|function| function.lines.clear());
    Some(program)
}
/// Formats a script and checks everything that is promised; `None` where it is refused.
fn checked(text: &str) -> Option<String> {
    let once = match formatted(text) {
        Ok(once) => once,
        Err(Refusal::Bug(what)) => panic!("{what}\n{text}\n-----\n{}", explained(text)),
        Err(_) => return None,
    };
    match formatted(&once) {
        Ok(twice) => assert!(once == twice, "not stable\n{text}\n-----\n{once}\n-----\n{twice}"),
        Err(refused) => panic!("{refused:?}\n{text}\n-----\n{once}"),
    }
    let parse = |text: &str| crate::parser::parse(&file(text)).0;
    assert!(same::same(&parse(text), &parse(&once)), "{text}\n-----\n{once}");
    assert!(placeless(text) == placeless(&once), "other bytecode\n{text}\n-----\n{once}");
    for row in rows_outside_of_texts(&once) {
        assert!(row.trim_end() == row, "blanks at the end of {row:?}\n{once}");
    }
    Some(once)
}
/// What the formatter would have written where it refuses.
fn forced(text: &str) -> String {
    let file = file(text);
    let numbered = crate::classic::is_classic(text);
    if numbered && let Some(read) = crate::classic::read(text) {
        return super::listing::write(text, &read.rows, super::listing::Care::Bold);
    }
    let survey = crate::parser::Survey::of(text, numbered);
    let (_, _, reading) = crate::parser::read(&file, &survey);
    super::file::write(&file, &reading, &survey, &Options::default(), false)
}
/// That, and what the compiler says of it.
fn explained(text: &str) -> String {
    let mut text = forced(text);
    let file = file(&text);
    for diagnostic in crate::parser::parse(&file).1 {
        text += &format!("\n{}", crate::diagnostics::render::line(&file, &diagnostic));
    }
    text
}
/// The rows of a script that hold no part of a raw text or of a text of several lines.
fn rows_outside_of_texts(text: &str) -> Vec<&str> {
    let raw = ["BEGIN ", "TABLE ", "DESCRIPTION "].iter().any(|word| text.contains(word));
    let simple = !raw && text.lines().all(|l| l.matches('"').count() % 2 == 0);
    if simple { text.lines().collect() } else { Vec::new() }
}

/// The scripts below a folder, and those in the documents there.
fn scripts(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let entries = std::fs::read_dir(folder).expect("a folder of this repository");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        match ending {
            _ if path.is_dir() => scripts(&path, found),
            "bas" => {
                let text = std::fs::read_to_string(&path).expect("a script");
                found.push((path, text));
            }
            "md" => {
                let text = std::fs::read_to_string(&path).expect("a document");
                let blocks = text.split("```basic\n").skip(1);
                let blocks = blocks.filter_map(|block| block.split("\n```").next());
                found.extend(blocks.map(|block| (path.clone(), format!("{block}\n"))));
            }
            _ => {}
        }
    }
}
fn all_scripts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for folder in ["examples", "tests/language", "tests/hostile", "tests/format"] {
        scripts(&root.join(folder), &mut found);
    }
    found
}

#[test]
fn the_scripts_of_this_repository_keep_their_meaning() {
    let scripts = all_scripts();
    let done = scripts.iter().filter(|(_, text)| checked(text).is_some()).count();
    assert!(done > 200 && done * 10 > scripts.len() * 8, "{done} of {}", scripts.len());
}

#[test]
fn what_gets_lost_is_noticed() {
    let lost = |before: &str, after: &str| {
        let (script, comments) = super::reread(&file(before)).expect("a script");
        super::changed(&super::Before { script, comments }, "t.bas", after)
    };
    let source = "IF a THEN ' why\n    TALK \"x\"\nEND IF\n";
    assert_eq!(lost(source, "if  a then ' why\ntalk \"x\"\nendif\n"), None);
    let meaning = Some("it meant something else");
    assert_eq!(lost(source, &source.replace("\"x\"", "\"y\"")), meaning);
    assert_eq!(lost(source, &source.replace("IF a", "IF A")), meaning);
    assert_eq!(lost(source, &source.replace("why", "what")), Some("a comment got lost"));
    assert_eq!(lost(source, &source.replace("END IF", "")), Some("it could no longer be read"));
    let numbered = "10 FOR I = 1 TO 3: PRINT I: NEXT I ' all\n20 END\n";
    assert_eq!(lost(numbered, "10 FORI=1TO3:PRINTI:NEXTI ' all\n\n20 END\n"), None);
    assert_eq!(lost(numbered, &numbered.replace("20", "30")), meaning);
    assert_eq!(lost(numbered, &numbered.replace("PRINT I", "PRINT J")), meaning);
    assert_eq!(lost(numbered, &numbered.replace(" ' all", "")), Some("a comment got lost"));
}

#[test]
fn line_ends_stay_as_most_of_them_are() {
    let lines = |text| formatted(text).expect("a script");
    assert_eq!(lines("talk 1\r\ntalk 2\r\n"), "TALK 1\r\nTALK 2\r\n");
    assert_eq!(lines("talk 1\r\ntalk 2\ntalk 3\n"), "TALK 1\nTALK 2\nTALK 3\n");
    assert_eq!(lines("talk \"a\r\nb\"\r\n"), "TALK \"a\r\nb\"\r\n");
    assert_eq!(lines("\u{feff}talk 1"), "\u{feff}TALK 1\n");
    assert_eq!(lines(""), "");
    assert_eq!(lines("\n\n"), "");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let Err(Refusal::Errors(errors)) = formatted("IF x THEN\r\n\r\nTALK )\r\n") else {
        panic!("it has errors")
    };
    assert!(errors.iter().all(|e| (e.span.end as usize) < 25) && !errors.is_empty());
    let prose = "You are a friendly assistant.\nAlways answer in one short sentence.\n";
    assert!(matches!(formatted(prose), Err(Refusal::Prose)));
}
