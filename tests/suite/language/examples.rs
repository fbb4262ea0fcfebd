//! The examples of the manual, run: each `` `CALL` → `answer` `` of a function's text must answer
//! what it says.

use super::host;
use basilect_compiler::diagnostics::Severity;
use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;
use basilect_stdlib::manual::{self, examples};
use basilect_stdlib::words;

/// What TALK says of a call, or why it cannot be run.
fn answer(call: &str) -> String {
    let file = SourceFile::new("test.bas", format!("TALK {call}\n"));
    let (program, diagnostics) = compile_script(&file);
    let error = diagnostics.iter().find(|d| d.severity == Severity::Error);
    match (program, error) {
        (Some(program), None) => host::run(program, "").trim_end_matches('\n').to_string(),
        (_, error) => format!("does not compile: {error:?}"),
    }
}

#[test]
fn the_examples_of_the_manual_are_true() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for function in words::all().filter(|keyword| keyword.run.is_some()) {
        let text = manual::doc(function);
        let examples = examples(&text);
        if examples.is_empty() {
            wrong.push(format!("{}: has no example", function.name));
        }
        for (call, expected) in examples {
            count += 1;
            let came = answer(call);
            if came != expected {
                wrong.push(format!("{call}\n  says: {expected}\n  came: {came}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} examples:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_example_is_seen() {
    let found = examples("Text of `CODE` first.\n\n`LEN(\"a\")` → `1`\n`X()` → `2\n3`");
    assert_eq!(found, [("LEN(\"a\")", "1"), ("X()", "2\n3")]);
    assert_eq!(answer("LEN(\"abc\")"), "3");
    assert!(answer("NO SUCH(").starts_with("does not compile"));
}
