//! Lines above a script: run it, open the transcripts that test it. The editor carries them out;
//! `docs/editors.md` says with which arguments.

use basilect_compiler::analysis::Entity;
use basilect_compiler::ast::StmtKind;
use lsp_types::{CodeLens, CodeLensParams, Command, Position, Range};
use serde_json::json;

use super::lines;
use super::navigation::of_chat;
use crate::workspace::{File, Here, Sort, Workspace};

/// Answers `textDocument/codeLens`.
pub fn of(workspace: &Workspace, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let here = workspace.here(&params.text_document.uri)?;
    let name = here.facts().name_of(&here.file.path);
    Some(match here.file.sort {
        Sort::Script => of_script(&here, &name),
        Sort::Chat => vec![lens("Run this test", "basilect.test", vec![path(&here)])],
        _ => Vec::new(),
    })
}

fn of_script(here: &Here<'_>, name: &str) -> Vec<CodeLens> {
    let body = &here.file.parsed().script.body;
    let tool =
        body.iter().any(|stmt| matches!(stmt.kind, StmtKind::Param(_) | StmtKind::Description(_)));
    let start = name == "start";
    let mut found = Vec::new();
    if tool || start {
        let title = if tool { "Run this tool" } else { "Talk with this bot" };
        found.push(lens(title, "basilect.run", vec![path(here), json!(name)]));
    }
    let tests: Vec<&File> =
        here.bot.files.values().filter(|file| tests(here, file, name)).collect();
    if !tests.is_empty() {
        let title = match tests.len() {
            1 => "1 test".to_string(),
            count => format!("{count} tests"),
        };
        let uris = tests.iter().map(|file| json!(file.uri.as_str())).collect();
        found.push(lens(&title, "basilect.openTests", uris));
    }
    found
}

/// Whether a transcript runs this script: by name, or, for `start`, by naming none.
fn tests(here: &Here<'_>, file: &File, name: &str) -> bool {
    if file.sort != Sort::Chat {
        return false;
    }
    let other = here.other(file);
    let lines = lines::chat(&file.document);
    let named = |line: &lines::ChatLine| {
        of_chat(&other, line).is_some_and(|(entity, _)| entity == Entity::Script(name.to_string()))
    };
    let runs = lines.iter().any(|line| line.word == "run");
    lines.iter().any(named) || name == "start" && !runs
}

/// What the commands of a terminal take: the bot's folder, or the file that belongs to none.
fn path(here: &Here<'_>) -> serde_json::Value {
    match &here.bot.root {
        Some(root) => json!(root.to_string_lossy()),
        None => json!(here.file.uri.as_str()),
    }
}

fn lens(title: &str, command: &str, arguments: Vec<serde_json::Value>) -> CodeLens {
    let top = Position::new(0, 0);
    let command = Command {
        title: title.to_string(),
        command: command.to_string(),
        arguments: Some(arguments),
    };
    CodeLens { range: Range::new(top, top), command: Some(command), data: None }
}
