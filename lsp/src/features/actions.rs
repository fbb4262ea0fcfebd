//! Fixes that an editor offers: one for each diagnostic that has one, and all sure ones at once.

use basilect_compiler::diagnostics::mend::{self, mend};
use basilect_compiler::diagnostics::{Diagnostic, Fix};
use basilect_compiler::lower::compile_script;
use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, Range, TextEdit, Uri,
    WorkspaceEdit,
};
use std::collections::HashMap;
use std::sync::Arc;

use crate::document::Document;
use crate::features::diagnostics;

/// What can be done about the diagnostics that touch a range.
pub fn of(
    document: &Document,
    uri: &Uri,
    range: Range,
    context: &CodeActionContext,
) -> Vec<CodeActionOrCommand> {
    let (_, found) = compile_script(&document.file);
    let mut actions = Vec::new();
    if asked_for(context, &CodeActionKind::QUICKFIX) {
        let here = found.iter().filter(|found| touch(document.range(found.span), range));
        actions.extend(here.filter_map(|found| quick_fix(document, uri, found)));
    }
    if asked_for(context, &CodeActionKind::SOURCE_FIX_ALL) {
        actions.extend(fix_all(document, uri, &found));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
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

fn quick_fix(document: &Document, uri: &Uri, found: &Diagnostic) -> Option<CodeAction> {
    let fix: &Fix = found.fix.as_ref()?;
    let edits = mend::edits(&document.file.text, fix).into_iter();
    let edits = edits.map(|(span, new_text)| TextEdit { range: document.range(span), new_text });
    Some(CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::convert(document, uri, found)]),
        edit: Some(change(uri, edits.collect())),
        is_preferred: fix.sure.then_some(true),
        ..CodeAction::default()
    })
}

/// Everything that `basilect check --fix` would fix in this document.
fn fix_all(document: &Document, uri: &Uri, found: &[Diagnostic]) -> Option<CodeAction> {
    found.iter().find(|found| found.fix.as_ref().is_some_and(|fix| fix.sure))?;
    let path = document.file.path.as_str();
    let mended = mend(
        |texts| {
            let text = texts.get(path).unwrap_or(&document.file.text);
            let file = Arc::new(SourceFile::new(path, text.as_str()));
            let (_, found) = compile_script(&file);
            found.into_iter().map(|found| (Arc::clone(&file), found)).collect()
        },
        false,
    );
    let whole = Span::new(0, document.file.text.len() as u32);
    let new_text = mended.texts.get(path)?.clone();
    Some(CodeAction {
        title: "Fix all that can only be meant in one way".into(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(change(uri, vec![TextEdit { range: document.range(whole), new_text }])),
        ..CodeAction::default()
    })
}

#[allow(clippy::mutable_key_type, reason = "the protocol's own type: addresses as keys")]
fn change(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    let changes = HashMap::from([(uri.clone(), edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
