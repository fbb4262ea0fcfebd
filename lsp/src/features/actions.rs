//! What can be done about a place: the fixes of its diagnostics, all sure fixes of a file, usual
//! spellings, a PARAM for a variable that nothing sets, a SUB from some lines.

use std::collections::HashMap;
use std::sync::Arc;

use basilect_compiler::analysis::{self, Entity, Parsed, Standing};
use basilect_compiler::diagnostics::mend::{self, mend};
use basilect_compiler::diagnostics::{Diagnostic, Fix, codes};
use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    CodeActionResponse, Range, TextEdit, WorkspaceEdit,
};

use super::{diagnostics, extract};
use crate::workspace::{Here, Sort, Workspace};

/// The kind of the action that writes all words as they are usually written.
pub const CANONICAL: CodeActionKind = CodeActionKind::new("source.usualSpelling");

/// Answers `textDocument/codeAction`.
pub fn of(workspace: &Workspace, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let here = workspace.here(&params.text_document.uri)?;
    let (range, context) = (params.range, &params.context);
    let found = here.diagnostics();
    let mut actions = Vec::new();
    if asked_for(context, &CodeActionKind::QUICKFIX) {
        let at = |found: &&Diagnostic| touch(here.document().range(found.span), range);
        for found in found.iter().filter(at) {
            actions.extend(quick_fix(&here, found));
            actions.extend(missing_param(&here, found));
        }
    }
    if here.file.sort == Sort::Script {
        if asked_for(context, &CodeActionKind::REFACTOR_EXTRACT) {
            actions.extend(extract::action(&here, range));
        }
        if asked_for(context, &CodeActionKind::SOURCE_FIX_ALL) {
            actions.extend(fix_all(&here, found));
        }
        if asked_for(context, &CANONICAL) {
            actions.extend(spellings(&here, found));
        }
    }
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Whether the editor wants this kind; `source` stands for `source.fixAll` as well.
fn asked_for(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let within = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    context.only.as_ref().is_none_or(|only| only.iter().any(within))
}

fn touch(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

fn quick_fix(here: &Here<'_>, found: &Diagnostic) -> Option<CodeAction> {
    let fix: &Fix = found.fix.as_ref()?;
    let edits = mend::edits(here.document().text(), fix).into_iter();
    let edits =
        edits.map(|(span, new_text)| TextEdit { range: here.document().range(span), new_text });
    Some(CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::convert(here, found)]),
        edit: Some(change(here, edits.collect())),
        is_preferred: fix.sure.then_some(true),
        ..CodeAction::default()
    })
}

/// A variable that nothing sets may be one that whoever calls the script shall give.
fn missing_param(here: &Here<'_>, found: &Diagnostic) -> Option<CodeAction> {
    let mention = here.index().at(found.span.start).filter(|_| found.code == codes::NEVER_SET)?;
    let Entity::Variable(0, _) = mention.entity else { return None };
    let document = here.document();
    let name = document.file.slice(mention.span);
    let declares = |line: &u32| {
        let first = document.line_text(*line).split_whitespace().next().unwrap_or_default();
        ["PARAM", "DESCRIPTION"].iter().any(|word| first.eq_ignore_ascii_case(word))
    };
    let last = (0..document.line_count()).rfind(declares);
    let line = last.map_or(0, |line| line + 1);
    let end = if document.text().contains("\r\n") { "\r\n" } else { "\n" };
    let mut new_text = format!("PARAM {name} AS STRING LIKE \"…\" DESCRIPTION \"…\"{end}");
    if line >= document.line_count() {
        new_text.insert_str(0, end);
    }
    let start = document.line_span(line).start;
    let range = document.range(Span::new(start, start));
    Some(CodeAction {
        title: format!("Add `PARAM {name}`: whoever calls the script gives it"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::convert(here, found)]),
        edit: Some(change(here, vec![TextEdit { range, new_text }])),
        ..CodeAction::default()
    })
}

/// Everything that `basilect check --fix` would fix in this file.
fn fix_all(here: &Here<'_>, found: &[Diagnostic]) -> Option<CodeAction> {
    found.iter().find(|found| found.fix.as_ref().is_some_and(|fix| fix.sure))?;
    let path = here.file.path.as_str();
    let facts = here.facts();
    let name = facts.name_of(path);
    let mended = mend(
        |texts| {
            let text = texts.get(path).map_or(here.document().text(), String::as_str);
            let file = Arc::new(SourceFile::new(path, text));
            let parsed = Parsed::new(Arc::clone(&file));
            let standing = Standing { name: &name, taken: facts.taken(path) };
            let found = analysis::diagnose(&parsed, &standing, &facts.around);
            found.into_iter().map(|found| (Arc::clone(&file), found)).collect()
        },
        false,
    );
    let new_text = mended.texts.get(path)?.clone();
    let range = here.document().range(here.document().whole());
    Some(CodeAction {
        title: "Fix all that can only be meant in one way".into(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(change(here, vec![TextEdit { range, new_text }])),
        ..CodeAction::default()
    })
}

/// All words of the file in their usual spelling.
fn spellings(here: &Here<'_>, found: &[Diagnostic]) -> Option<CodeAction> {
    let other = found.iter().filter(|found| found.code == codes::ANOTHER_SPELLING);
    let fixes = other.filter_map(|found| found.fix.as_ref());
    let (text, made) = mend::apply(here.document().text(), fixes);
    let range = here.document().range(here.document().whole());
    (made > 0).then(|| CodeAction {
        title: "Write all words as they are usually written".into(),
        kind: Some(CANONICAL),
        edit: Some(change(here, vec![TextEdit { range, new_text: text }])),
        ..CodeAction::default()
    })
}

/// Edits of one file.
#[allow(clippy::mutable_key_type, reason = "the protocol's own type: addresses as keys")]
pub fn change(here: &Here<'_>, edits: Vec<TextEdit>) -> WorkspaceEdit {
    let changes = HashMap::from([(here.file.uri.clone(), edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
