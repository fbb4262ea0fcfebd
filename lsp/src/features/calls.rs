//! Who calls whom: procedures within a script, scripts within a bot.

use std::collections::BTreeMap;

use basilect_compiler::analysis::{Entity, Role, fold};
use basilect_compiler::source::Span;
use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind,
};

use super::navigation::target;
use crate::workspace::{Here, Workspace};

/// A script, or a procedure of it.
type Node = (String, Option<String>);

/// Answers `textDocument/prepareCallHierarchy`. Where no call stands, it is the procedure, or else
/// the script, around.
pub fn prepare(
    workspace: &Workspace,
    params: &CallHierarchyPrepareParams,
) -> Option<Vec<CallHierarchyItem>> {
    let place = &params.text_document_position_params;
    let here = workspace.here(&place.text_document.uri)?;
    let item = match target(&here, place.position).map(|(entity, _)| entity) {
        Some(Entity::Procedure(name)) => item(&here, Some(&name)),
        Some(Entity::Script(name)) => item(&here.other(here.bot.script(&name)?), None),
        _ => {
            let offset = here.document().offset(place.position);
            let scope = here.index().scope_at(offset).and_then(|s| s.procedure.clone());
            item(&here, scope.as_deref())
        }
    };
    Some(vec![item])
}

/// A script or procedure as the protocol has it.
fn item(here: &Here<'_>, procedure: Option<&str>) -> CallHierarchyItem {
    let document = here.document();
    let (name, span, kind) = match procedure {
        Some(name) => {
            let entity = Entity::Procedure(name.to_string());
            let span =
                here.index().definitions(&entity).first().map_or(Span::default(), |m| m.span);
            (document.file.slice(span).to_string(), span, SymbolKind::FUNCTION)
        }
        None => (here.facts().name_of(&here.file.path), Span::default(), SymbolKind::FILE),
    };
    let scopes = here.index().scopes.iter();
    let mut own = scopes.filter(|scope| scope.procedure.as_deref() == procedure);
    let whole = match procedure {
        Some(_) => own.next().map_or(span, |scope| scope.span),
        None => document.whole(),
    };
    CallHierarchyItem {
        name: if name.is_empty() { "?".into() } else { name },
        kind,
        tags: None,
        detail: Some(here.file.path.clone()),
        uri: here.file.uri.clone(),
        range: document.range(whole),
        selection_range: document.range(span),
        data: procedure.map(Into::into),
    }
}

/// The file and procedure of an item that was given out.
fn node<'w>(workspace: &'w Workspace, item: &CallHierarchyItem) -> Option<(Here<'w>, Node)> {
    let here = workspace.here(&item.uri)?;
    let given = item.data.as_ref().and_then(|data| data.as_str()).map(fold);
    let procedure = given.or_else(|| {
        let span = here.document().span(item.selection_range);
        let mention = here.index().at(span.start).filter(|m| m.role == Role::Declares)?;
        match &mention.entity {
            Entity::Procedure(name) if item.kind == SymbolKind::FUNCTION => Some(name.clone()),
            _ => None,
        }
    });
    let path = here.file.path.clone();
    Some((here, (path, procedure)))
}

/// What a call in a file leads to.
fn called(here: &Here<'_>, entity: &Entity) -> Option<Node> {
    match entity {
        Entity::Procedure(name) => Some((here.file.path.clone(), Some(name.clone()))),
        Entity::Script(name) => Some((here.bot.script(name)?.path.clone(), None)),
        _ => None,
    }
}

/// Answers `callHierarchy/incomingCalls`.
pub fn incoming(
    workspace: &Workspace,
    params: &CallHierarchyIncomingCallsParams,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let (here, wanted) = node(workspace, &params.item)?;
    let mut found: BTreeMap<Node, Vec<Range>> = BTreeMap::new();
    for file in here.bot.scripts() {
        let other = here.other(file);
        for (caller, entity, span) in &other.index().calls {
            if called(&other, entity).as_ref() == Some(&wanted) {
                let node = (file.path.clone(), caller.clone());
                found.entry(node).or_default().push(other.document().range(*span));
            }
        }
    }
    let call = |((path, procedure), from_ranges): (Node, Vec<Range>)| {
        let other = here.other(here.bot.files.get(&path)?);
        Some(CallHierarchyIncomingCall { from: item(&other, procedure.as_deref()), from_ranges })
    };
    Some(found.into_iter().filter_map(call).collect())
}

/// Answers `callHierarchy/outgoingCalls`.
pub fn outgoing(
    workspace: &Workspace,
    params: &CallHierarchyOutgoingCallsParams,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let (here, (_, procedure)) = node(workspace, &params.item)?;
    let mut found: BTreeMap<Node, Vec<Range>> = BTreeMap::new();
    for (caller, entity, span) in &here.index().calls {
        if let Some(node) = called(&here, entity).filter(|_| *caller == procedure) {
            found.entry(node).or_default().push(here.document().range(*span));
        }
    }
    let call = |((path, procedure), from_ranges): (Node, Vec<Range>)| {
        let other = here.other(here.bot.files.get(&path)?);
        Some(CallHierarchyOutgoingCall { to: item(&other, procedure.as_deref()), from_ranges })
    };
    Some(found.into_iter().filter_map(call).collect())
}
