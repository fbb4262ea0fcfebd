//! Sections that need a server: a bot in a runtime with the embedded store and a clock of its own.
//!
//! `bot` is the script `start`, `script NAME` another script, `config` the settings, `file PATH`
//! any other file of the bot. In `in`, a line is what the person says; `!run NAME {…}` lets an
//! event run a script with these inputs, as a schedule or a web hook does.

use std::sync::Arc;

use super::document::Section;
use super::list;
use basilect_compiler::diagnostics::Diagnostic;
use basilect_compiler::package;
use basilect_compiler::source::{Provider, SourceFile};
use basilect_runtime::conversation::Event;
use basilect_stdlib::{Data, Limits};
use basilect_tests::local::Local;
use serde_json::Value;

const NAME: &str = "demo";

/// What the section's bot gives: its diagnostics, and the conversation if it can be built.
pub fn run(section: &Section) -> Vec<(&'static str, String)> {
    let built = package::build(&Files(files(section)), NAME);
    let found: Vec<String> = built.diagnostics.iter().map(shown).collect();
    let mut came = vec![("diagnostics", found.concat())];
    if let Some(package) = built.package {
        let answers = section.block("in").unwrap_or_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let talk = converse(package, &answers);
        came.push(("out", runtime.expect("a runtime").block_on(talk).expect("a conversation")));
    }
    came
}

/// A diagnostic with its script, unless that is the first one.
fn shown((file, diagnostic): &(Arc<SourceFile>, Diagnostic)) -> String {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let place = if name == "start.bas" { String::new() } else { format!("{name}:") };
    place + &list(file, std::slice::from_ref(diagnostic))
}

async fn converse(package: package::Package, answers: &str) -> anyhow::Result<String> {
    let local = Local::start(package, Limits::DEFAULT).await?;
    let id = local.open(&Event::Start).await?;
    for (number, answer) in answers.lines().enumerate() {
        let native = format!("m{number}");
        match answer.strip_prefix("!run ") {
            Some(event) => local.post(&id, &native, &run_event(event)?).await?,
            None => local.say(&id, &native, answer).await?,
        }
    }
    Ok(local.items(&id).await?.iter().filter_map(line).collect())
}

/// `NAME {"input": 1}`
fn run_event(written: &str) -> anyhow::Result<Event> {
    let (script, inputs) = written.split_once(' ').unwrap_or((written, "{}"));
    let Data::Map(inputs) =
        basilect_stdlib::pure::json::parse_data(inputs, 8).map_err(anyhow::Error::msg)?
    else {
        anyhow::bail!("inputs are a map");
    };
    Ok(Event::Run { script: script.to_string(), inputs })
}

/// An item of the log as a line of the document.
fn line(item: &Value) -> Option<String> {
    let text = |key: &str| item[key].as_str().unwrap_or_default();
    let options = || {
        let options = item["options"].as_array().into_iter().flatten();
        options.filter_map(|option| option["text"].as_str()).collect::<Vec<_>>().join(" | ")
    };
    let line = match (text("by"), text("kind")) {
        ("person", _) => format!("> {}", text("text")),
        (_, "text") => text("text").to_string(),
        (_, "suggestions") => format!("({})", options()),
        (_, "wait") if options().is_empty() => return None,
        (_, "wait") => format!("[{}]", options()),
        (_, "error") => format!("=> error: {} {}", text("text"), text("trace")),
        (_, "end") => return None,
        (_, kind) => format!("({kind} {} {})", text("url"), text("caption")),
    };
    Some(line.trim_end().to_string() + "\n")
}

fn files(section: &Section) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (kind, text) in section.blocks() {
        let path = match kind.split_once(' ') {
            None if kind == "bot" => format!("{NAME}.gbdialog/start.bas"),
            None if kind == "config" => format!("{NAME}.gbot/config.csv"),
            Some(("script", name)) => format!("{NAME}.gbdialog/{name}.bas"),
            Some(("file", path)) => path.to_string(),
            _ => continue,
        };
        files.push((path, text.to_string()));
    }
    files
}

/// Files that exist only in the document.
struct Files(Vec<(String, String)>);

impl Provider for Files {
    fn list(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(other, _)| other == path);
        found.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| format!("no {path}"))
    }
}
