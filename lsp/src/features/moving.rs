//! What changes in a bot when the editor gives one of its files, or a folder of documents, another
//! name: the places that name it.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use basilect_compiler::analysis::{Entity, Role};
use basilect_compiler::package::layout;
use lsp_types::{FileRename, RenameFilesParams, Uri, WorkspaceEdit};

use super::navigation::{Place, by_file, places};
use super::rename;
use crate::workspace::places::path_of;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `workspace/willRenameFiles`. Places that only mean the file in some other way than by
/// its name are left to the diagnostics.
#[allow(clippy::mutable_key_type, reason = "the protocol's own type: addresses as keys")]
pub fn will_rename(workspace: &Workspace, params: &RenameFilesParams) -> Option<WorkspaceEdit> {
    let edits = params.files.iter().filter_map(|file| edit(workspace, file));
    edits.reduce(|mut all, one| {
        let changes = all.changes.get_or_insert_default();
        for (uri, mut edits) in one.changes.into_iter().flatten() {
            changes.entry(uri).or_default().append(&mut edits);
        }
        all
    })
}

fn edit(workspace: &Workspace, file: &FileRename) -> Option<WorkspaceEdit> {
    let (old, new) = (uri(&file.old_uri)?, path_of(&uri(&file.new_uri)?)?);
    let (here, entity) = script(workspace, &old).or_else(|| documents(workspace, &old))?;
    let name = new_name(&entity, &new)?;
    let mut found = places(&here, &entity);
    found.retain(|place| place.role != Role::Declares && place.exact && fits(place, &name));
    (!found.is_empty()).then(|| rename::edit(&by_file(&found), &name))
}

fn uri(text: &str) -> Option<Uri> {
    Uri::from_str(text).ok()
}

/// The script in a file.
fn script<'w>(workspace: &'w Workspace, old: &Uri) -> Option<(Here<'w>, Entity)> {
    let here = workspace.here(old).filter(|here| here.file.sort == Sort::Script)?;
    let scripts = &here.facts().scripts;
    let (name, _) = scripts.iter().find(|(_, path)| **path == here.file.path)?;
    Some((here, Entity::Script(name.clone())))
}

/// The collection of documents in a folder.
fn documents<'w>(workspace: &'w Workspace, old: &Uri) -> Option<(Here<'w>, Entity)> {
    let folder = path_of(old)?;
    let last = folder.file_name()?.to_str()?.to_lowercase();
    let inside = |here: &Here<'_>| {
        layout::role(&here.file.path) == Some(layout::Role::Knowledge)
            && layout::collection(&here.file.path).to_lowercase() == last
            && path_of(&here.file.uri).is_some_and(|path| path.starts_with(&folder))
    };
    workspace.all().find(inside).map(|here| (here, Entity::Knowledge(last)))
}

/// What it is called in scripts from then on; nothing where it is no longer of its kind.
fn new_name(entity: &Entity, new: &Path) -> Option<String> {
    let ends = |ending: &str| new.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
    let name = match entity {
        Entity::Script(_) if !ends("bas") && !ends("vbs") => None,
        Entity::Script(_) => new.file_stem(),
        _ => new.file_name(),
    }?;
    let name = PathBuf::from(name).to_str()?.to_string();
    (!name.contains(['"', '$', '\n'])).then_some(name)
}

/// Whether the name can stand there: anything in quotes, a word elsewhere.
fn fits(place: &Place<'_>, name: &str) -> bool {
    let text = place.here.document().text();
    let before = text.get(..place.span.start as usize).unwrap_or_default();
    let quoted = before.ends_with('"') || place.here.file.sort != Sort::Script;
    quoted || rename::check_word(name).is_ok()
}
