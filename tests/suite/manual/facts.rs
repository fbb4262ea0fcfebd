//! Facts that pages state in words: commands, settings, numbers of errors, services.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use basilect_compiler::package;
use basilect_compiler::source::Provider;
use basilect_runtime::bots::catalogue;
use basilect_runtime::conversation::{Event, Step};
use basilect_runtime::host::served::{Service, service};
use basilect_stdlib::{Limits, TrapCode, words};
use basilect_tests::local::Local;
use basilect_tests::process::TemporaryFolder;

use super::console::basilect;
use super::{pages, root};

/// The words behind `basilect` wherever a page shows a command: in blocks and between backticks.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().flat_map(|line| line.split('`'));
    let shown = lines.filter_map(|piece| {
        let piece = piece.trim_start().trim_start_matches("$ ");
        let rest = piece.strip_prefix("basilect ")?;
        // In a list of commands, what a command does stands behind several blanks.
        let rest = rest.split("   ").next().unwrap_or_default();
        Some(rest.split_whitespace().map(str::to_string).collect())
    });
    shown.collect()
}

#[test]
fn commands_that_are_shown_exist() {
    let folder = TemporaryFolder::new("help").expect("a folder");
    let mut help: BTreeMap<String, String> = BTreeMap::new();
    let mut shown = 0;
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page");
        for words in commands(&text) {
            let Some((command, options)) = words.split_first() else { continue };
            if command == "help" || !command.chars().all(|c| c.is_ascii_lowercase()) {
                continue;
            }
            shown += 1;
            let known = help.entry(command.clone()).or_insert_with(|| {
                let ran = basilect(folder.path(), &[command, "--help"]);
                if ran.code == 0 { ran.out } else { String::new() }
            });
            let place = format!("{}: basilect {}", path.display(), words.join(" "));
            assert!(!known.is_empty(), "{place}: there is no such command");
            for option in options.iter().filter(|option| option.starts_with("--")) {
                let name = option.split('=').next().unwrap_or(option);
                assert!(known.contains(name), "{place}: there is no option {name}");
            }
        }
    }
    assert!(shown > 30, "{shown} commands were found");
}

/// The names of settings that the product reads, as its sources write them.
fn settings_read() -> BTreeSet<String> {
    const SOURCES: &[&str] = &[
        "runtime/src/bots/settings.rs",
        "runtime/src/llm/prompt.rs",
        "runtime/src/conversation/turn.rs",
        "server/src/routes/bots.rs",
    ];
    const CALLS: &[&str] = &[".text(\"", ".number(\"", ".any(&["];
    let mut names = BTreeSet::new();
    for path in SOURCES {
        let text = fs::read_to_string(root().join(path)).expect("a source");
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        let calls = |line| CALLS.iter().filter_map(move |call| str::split_once(line, *call));
        for (_, arguments) in product.lines().flat_map(calls) {
            let arguments = arguments.split([')', ']']).next().unwrap_or_default();
            let quoted = arguments.split('"').filter(|text| text.starts_with(char::is_alphabetic));
            names.extend(quoted.map(str::to_string));
        }
    }
    names
}

#[test]
fn every_setting_that_is_read_is_told_of() {
    let read = settings_read();
    assert!(read.len() > 15, "{read:?}");
    for name in read {
        assert!(
            catalogue::find(&name).is_some(),
            "{name} is read, and the manual does not know it"
        );
    }
}

/// A script alone in its bot.
struct Alone<'a>(&'a str);

impl Provider for Alone<'_> {
    fn list(&self) -> Vec<String> {
        vec!["start.bas".to_string()]
    }
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// The forms of all keywords, as the golden tests write them.
fn golden_forms() -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/language/keywords.md")).expect("a document");
    let blocks = text.split("```basic\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_string).collect()
}

/// Whether the keyword of a line fails because its service is not there; `None` where the line is
/// no call of a keyword by itself.
async fn is_missing(line: &str) -> Option<(&'static str, bool)> {
    let spoken: Vec<&str> = line.split([' ', '_']).collect();
    let (_, keyword) = words::vocabulary::longest(spoken.into_iter())?;
    let source = format!("word = \"w\"\nTALK word\n{line}\n");
    let package = package::build(&Alone(&source), "example").package?;
    let local = Local::start(package, Limits::DEFAULT).await.ok()?;
    let id = local.open(&Event::Start).await.ok()?;
    let steps = local.steps(&id).await.ok()?;
    let faults = steps.iter().filter_map(|step| match step {
        Step::Call { answer: Err(fault), .. } => Some(fault),
        _ => None,
    });
    let faults: Vec<_> = faults.collect();
    let denied = faults.iter().any(|fault| fault.code == TrapCode::Denied);
    let missing = faults.iter().any(|fault| fault.message.contains("on this server"));
    (!denied).then_some((keyword.name, missing))
}

#[tokio::test]
async fn services_that_are_missing_are_told_of() {
    let mut missing: BTreeMap<&str, bool> = BTreeMap::new();
    for line in golden_forms() {
        if let Some((name, is_missing)) = is_missing(&line).await {
            // One form that works is enough.
            let known = missing.entry(name).or_insert(true);
            *known &= is_missing;
        }
    }
    assert!(missing.len() > 150, "{} keywords were tried", missing.len());
    for keyword in words::host_keywords() {
        let Some(came) = missing.get(keyword.name) else { continue };
        let told = service(keyword) == Service::Missing;
        assert_eq!(told, *came, "{}: what the manual says, and what it does", keyword.name);
    }
}
