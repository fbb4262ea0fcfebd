//! Texts that name files: scripts that are called, pictures, collections of documents, rows.

use basilect_compiler::analysis::{Entity, Mention};
use basilect_compiler::source::Span;
use lsp_types::{DocumentLink, DocumentLinkParams};

use super::lines;
use super::navigation::of_chat;
use crate::workspace::{File, Here, Sort, Workspace};

/// Answers `textDocument/documentLink`.
pub fn of(workspace: &Workspace, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let here = workspace.here(&params.text_document.uri)?;
    Some(match here.file.sort {
        Sort::Script => of_script(&here),
        Sort::Chat => of_transcript(&here),
        _ => Vec::new(),
    })
}

fn link(here: &Here<'_>, span: Span, to: &File) -> DocumentLink {
    DocumentLink {
        range: here.document().range(span),
        target: Some(to.uri.clone()),
        tooltip: Some(to.path.clone()),
        data: None,
    }
}

fn of_script(here: &Here<'_>) -> Vec<DocumentLink> {
    let (index, knowledge) = (here.index(), here.bot.knowledge());
    let named = index.mentions.iter().filter_map(|mention| {
        let file = match &mention.entity {
            Entity::Script(name) => here.bot.script(name),
            Entity::Knowledge(name) => knowledge.get(name.as_str()).copied(),
            _ => None,
        }?;
        Some(link(here, mention.span, file))
    });
    let mut found: Vec<DocumentLink> = named.collect();
    for span in &index.texts {
        let text = here.document().file.slice(*span);
        let first = index.mentions.partition_point(|m| m.span.start < span.start);
        let rest = index.mentions.get(first..).unwrap_or_default().iter();
        let mut inside = rest.take_while(|m| m.span.start <= span.end);
        let named = |m: &Mention| matches!(m.entity, Entity::Script(_) | Entity::Knowledge(_));
        let free = !inside.any(named);
        found.extend(file_called(here, text).filter(|_| free).map(|file| link(here, *span, file)));
    }
    found.sort_by_key(|link| link.range.start);
    found
}

fn of_transcript(here: &Here<'_>) -> Vec<DocumentLink> {
    let line = |line: lines::ChatLine| {
        let name = here.document().file.slice(line.name);
        let file = match (line.word, of_chat(here, &line)) {
            (_, Some((Entity::Script(name), _))) => here.bot.script(&name),
            ("file", _) => file_called(here, name),
            _ => None,
        }?;
        Some(link(here, line.name, file))
    };
    lines::chat(here.document()).into_iter().filter_map(line).collect()
}

/// The file of the bot that a text with a dot in it names: by its whole path, or its end.
fn file_called<'w>(here: &Here<'w>, text: &str) -> Option<&'w File> {
    let plain = text.len() < 256 && !text.contains(['\n', '$']);
    let extension = text.rsplit_once('.').is_some_and(|(stem, ext)| {
        !stem.is_empty() && (1..=5).contains(&ext.len()) && ext.chars().all(char::is_alphanumeric)
    });
    if !plain || !extension {
        return None;
    }
    let wanted = text.trim_start_matches('/');
    let ends = |path: &str| {
        let at = path.len().checked_sub(wanted.len());
        let tail = at.and_then(|at| Some((path.get(..at)?, path.get(at..)?)));
        tail.is_some_and(|(head, tail)| {
            tail.eq_ignore_ascii_case(wanted) && (head.is_empty() || head.ends_with('/'))
        })
    };
    here.bot.files.values().find(|file| ends(&file.path))
}
