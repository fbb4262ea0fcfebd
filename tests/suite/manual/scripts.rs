//! Blocks of BASIC: whether they compile, and what they say.

use std::fs;
use std::path::Path;

use basilect_compiler::diagnostics::{Diagnostic, Severity};
use basilect_compiler::format::{Options, format};
use basilect_compiler::package::{self, Package};
use basilect_compiler::source::{Provider, SourceFile};
use basilect_runtime::conversation::Event;
use basilect_stdlib::Limits;
use basilect_tests::local::Local;
use serde_json::Value;

use super::fences::Fence;

/// The script of a block, alone in its bot.
struct Alone<'a>(&'a str);

impl Provider for Alone<'_> {
    fn list(&self) -> Vec<String> {
        vec!["start.bas".to_string()]
    }
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// Whether the block is written as the formatter writes; `loose` blocks show other ways.
pub fn is_tidy(fence: &Fence) -> Result<(), String> {
    if fence.kind != "basic" || fence.words.iter().any(|word| word == "loose") {
        return Ok(());
    }
    let file = SourceFile::new("start.bas", fence.text.as_str());
    match format(&file, &Options::default()) {
        Ok(tidy) => same(&tidy, &fence.text),
        // What cannot be read is told of by the compiler.
        Err(_) => Ok(()),
    }
}

/// Compiles a block and compares it with what is shown to come of it.
pub fn check(fence: &Fence, outcomes: &[Fence]) -> Result<(), String> {
    let built = package::build(&Alone(&fence.text), "example");
    let file = SourceFile::new("start.bas", fence.text.as_str());
    let found: Vec<String> = built
        .diagnostics
        .iter()
        .filter(|(_, diagnostic)| diagnostic.severity != Severity::Hint)
        .map(|(_, diagnostic)| told(&file, diagnostic))
        .collect();
    let shown = |kind: &str| outcomes.iter().find(|fence| fence.kind == kind);
    let expected = shown("diagnostics").map(|fence| fence.text.as_str()).unwrap_or_default();
    same(expected, &found.join("\n"))?;
    match (shown("out"), built.package) {
        (Some(out), Some(package)) => same(&out.text, &said(package)),
        _ => Ok(()),
    }
}

fn same(expected: &str, came: &str) -> Result<(), String> {
    let trimmed = |text: &str| {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_string()
    };
    match trimmed(expected) == trimmed(came) {
        true => Ok(()),
        false => Err(format!("expected\n{expected}\ncame\n{came}")),
    }
}

fn told(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (line, column) = file.position(diagnostic.span.start);
    let severity = format!("{:?}", diagnostic.severity).to_lowercase();
    let Diagnostic { code, message, .. } = diagnostic;
    let help = diagnostic.help.as_ref().map(|help| format!("\n    {help}")).unwrap_or_default();
    format!("{line}:{column} {severity} {code} {message}{help}")
}

/// What the script says, a line for each message, as a terminal shows it.
fn said(package: Package) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let local = Local::start(package, Limits::DEFAULT).await.unwrap();
        let begin = Event::Run { script: "start".into(), inputs: Default::default() };
        let id = local.open(&begin).await.unwrap();
        let items = local.items(&id).await.unwrap();
        let text = |item: &Value| item["text"].as_str().map(str::to_string);
        items.iter().filter_map(text).collect::<Vec<_>>().join("\n")
    })
}

/// A bot of one script.
pub fn bot(folder: &Path, script: &str) {
    fs::create_dir_all(folder).expect("made");
    fs::write(folder.join("start.bas"), script).expect("written");
}

/// A copy of a bot without its tests.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        match path.is_dir() {
            true if name == "tests" => {}
            true => copy(&path, &to.join(name)),
            false => drop(fs::copy(&path, to.join(name)).expect("copied")),
        }
    }
}
