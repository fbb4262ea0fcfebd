//! Another name for something, in all places that name it.
//!
//! A new name is tried before it is given: the texts are changed, read again, and must mean what
//! they meant. So a word of the language can be a name wherever the compiler takes it for one, and
//! nowhere else.

use std::collections::HashMap;
use std::sync::Arc;

use basilect_compiler::analysis::{self, Entity, Parsed, Role, fold};
use basilect_compiler::diagnostics::Severity;
use basilect_compiler::names::IMPLICIT;
use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};

use super::navigation::{Place, by_file, places, target};
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/prepareRename`.
pub fn prepare(
    workspace: &Workspace,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, String> {
    let Some(here) = workspace.here(&params.text_document.uri) else { return Ok(None) };
    let Some((entity, span)) = target(&here, params.position) else { return Ok(None) };
    let found = renamed(&here, &entity)?;
    let own = |p: &&Place<'_>| p.here.file.path == here.file.path && span.end == p.span.end;
    let span = found.iter().find(own).map_or(span, |place| place.span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: here.document().range(span),
        placeholder: here.document().file.slice(span).to_string(),
    }))
}

/// The places that a new name goes to, or why there can be none.
fn renamed<'w>(here: &Here<'w>, entity: &Entity) -> Result<Vec<Place<'w>>, String> {
    let name = entity.name();
    let found = places(here, entity);
    match entity {
        Entity::Script(_) => {
            return Err(format!("`{name}` is a file: rename the file, and the calls of it follow"));
        }
        Entity::Knowledge(_) => {
            return Err(format!("`{name}` is a folder of documents: rename the folder"));
        }
        Entity::Label(_, name) if name.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err("the numbers of lines are given by their order".into());
        }
        Entity::Variable(0, name)
            if IMPLICIT.contains(&name.as_str())
                && !found.iter().any(|place| place.role == Role::Declares) =>
        {
            return Err(format!("`{name}` is set by the server and has this name everywhere"));
        }
        _ => {}
    }
    let rows = |p: &&Place<'_>| p.here.file.sort == Sort::Rows;
    if let Some(place) = found.iter().find(rows) {
        let path = &place.here.file.path;
        return Err(format!("`{name}` is a name in {path}: change it there"));
    }
    match found.iter().find(|place| !place.exact) {
        Some(place) => {
            let (line, _) = place.here.document().file.position(place.span.start);
            let path = &place.here.file.path;
            Err(format!(
                "`{name}` is also named in line {line} of {path}, where its name is the name of \
                 something else too, or part of a text"
            ))
        }
        None => Ok(found),
    }
}

/// Answers `textDocument/rename`.
pub fn rename(
    workspace: &Workspace,
    params: &RenameParams,
) -> Result<Option<WorkspaceEdit>, String> {
    let place = &params.text_document_position;
    let Some(here) = workspace.here(&place.text_document.uri) else { return Ok(None) };
    let Some((entity, _)) = target(&here, place.position) else { return Ok(None) };
    let found = renamed(&here, &entity)?;
    let new = params.new_name.trim();
    check_word(new)?;
    let files = by_file(&found);
    if fold(new) != entity.name() {
        let all = here.bot.files.values().map(|file| here.other(file));
        let taken = all.filter(|_| entity.is_of_bot()).any(|other| is_taken(&other, &entity, new));
        if taken {
            return Err(format!("there is something called `{new}` already"));
        }
        for (file, spans) in &files {
            try_in(file, spans, &entity, new)?;
        }
    }
    Ok(Some(edit(&files, new)))
}

/// A name is letters, digits and underscores, and begins with no digit.
pub(super) fn check_word(new: &str) -> Result<(), String> {
    let bare = new.strip_suffix(['$', '%', '!', '#']).unwrap_or(new);
    let first = bare.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let rest = bare.chars().all(|c| c.is_alphanumeric() || c == '_');
    match first && rest {
        true => Ok(()),
        false => Err(format!("`{new}` is no name: write letters, digits and `_`, a letter first")),
    }
}

/// Whether a file of the bot names something of the same kind like this.
fn is_taken(here: &Here<'_>, entity: &Entity, new: &str) -> bool {
    let wanted = called(entity, new);
    here.file.sort == Sort::Script && here.index().mentions.iter().any(|m| m.entity == wanted)
}

/// The same thing under another name.
fn called(entity: &Entity, new: &str) -> Entity {
    let name = fold(new);
    match entity {
        Entity::Variable(scope, _) => Entity::Variable(*scope, name),
        Entity::Procedure(_) => Entity::Procedure(name),
        Entity::Label(scope, _) => Entity::Label(*scope, name),
        Entity::Script(_) => Entity::Script(name),
        Entity::Table(_) => Entity::Table(name),
        Entity::Column(table, _) => Entity::Column(table.clone(), name),
        Entity::Setting(_) => Entity::Setting(name),
        Entity::Knowledge(_) => Entity::Knowledge(name),
    }
}

/// Changes a script on trial: all that it names must be named as often as before.
fn try_in(here: &Here<'_>, spans: &[Span], entity: &Entity, new: &str) -> Result<(), String> {
    if here.file.sort != Sort::Script {
        return Ok(());
    }
    let before = here.index();
    let parsed = here.file.parsed();
    let text = replaced(here.document().text(), spans, new);
    let file = Arc::new(SourceFile::new(here.file.path.as_str(), text));
    let changed = Parsed::new(file);
    let errors = |parsed: &Parsed| {
        parsed.diagnostics.iter().filter(|found| found.severity == Severity::Error).count()
    };
    let mut around = here.facts().around.clone();
    if let Entity::Setting(old) = entity {
        around.settings.iter_mut().filter(|name| *name == old).for_each(|name| *name = fold(new));
    }
    let after = analysis::index(&changed, &around);
    let renamed = |named: &Entity| match (entity, named) {
        (Entity::Setting(old), Entity::Variable(0, name)) if old == name => called(named, new),
        (Entity::Table(old), Entity::Column(table, name)) if old == table => {
            Entity::Column(fold(new), name.clone())
        }
        _ if named == entity => called(entity, new),
        _ => named.clone(),
    };
    let same = before.mentions.len() == after.mentions.len()
        && before
            .mentions
            .iter()
            .zip(&after.mentions)
            .all(|(b, a)| renamed(&b.entity) == a.entity && b.role == a.role);
    let taken = before.mentions.iter().any(|m| m.entity == called(entity, new));
    match (taken, same && errors(parsed) == errors(&changed)) {
        (true, _) => Err(format!("there is something called `{new}` already")),
        (_, false) => Err(format!("`{new}` would mean something else here; take another name")),
        _ => Ok(()),
    }
}

fn replaced(text: &str, spans: &[Span], new: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|span| span.start);
    for span in sorted {
        out.push_str(text.get(at..span.start as usize).unwrap_or_default());
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[allow(clippy::mutable_key_type, reason = "the protocol's own type: addresses as keys")]
pub(super) fn edit(files: &[(Here<'_>, Vec<Span>)], new: &str) -> WorkspaceEdit {
    let mut changes = HashMap::new();
    for (here, spans) in files {
        let edits = spans.iter().map(|span| TextEdit {
            range: here.document().range(*span),
            new_text: new.to_string(),
        });
        changes.insert(here.file.uri.clone(), edits.collect());
    }
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
