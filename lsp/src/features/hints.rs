//! Hints between the letters: what a variable holds where its line does not show it, and which
//! parameter a bare value is.

use std::collections::{BTreeSet, HashMap};

use basilect_compiler::analysis::{Entity, Role, fold};
use basilect_compiler::ast::Procedure;
use basilect_compiler::highlight::Kind;
use basilect_compiler::source::Span;
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/inlayHint`.
pub fn of(workspace: &Workspace, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let here = workspace.here(&params.text_document.uri)?;
    if here.file.sort != Sort::Script {
        return Some(Vec::new());
    }
    let range = here.document().span(params.range);
    let mut hints = kinds(&here, range);
    hints.extend(parameters(&here, range));
    hints.sort_by_key(|hint| hint.position);
    Some(hints)
}

fn hint(here: &Here<'_>, at: u32, label: String, kind: InlayHintKind) -> InlayHint {
    let parameter = kind == InlayHintKind::PARAMETER;
    InlayHint {
        position: here.document().position(at),
        label: InlayHintLabel::String(label),
        kind: Some(kind),
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: parameter.then_some(true),
        data: None,
    }
}

/// What each variable holds, where it first receives a value.
fn kinds(here: &Here<'_>, range: Span) -> Vec<InlayHint> {
    let (index, mut seen, mut hints) = (here.index(), BTreeSet::new(), Vec::new());
    for mention in index.mentions.iter().filter(|m| m.role != Role::Reads) {
        let variable = matches!(mention.entity, Entity::Variable(..));
        if !variable || !seen.insert(&mention.entity) || index.params.contains(&mention.entity) {
            continue;
        }
        let inside = range.start <= mention.span.start && mention.span.end <= range.end;
        let phrase = index.known.get(&mention.entity).and_then(|known| known.phrase());
        if let Some(phrase) = phrase.filter(|_| inside && !is_plain(here, mention.span.end)) {
            hints.push(hint(here, mention.span.end, format!(": {phrase}"), InlayHintKind::TYPE));
        }
    }
    hints
}

/// Whether the line shows what the variable receives: a literal, or a declared type.
fn is_plain(here: &Here<'_>, end: u32) -> bool {
    let document = here.document();
    let line = document.line_span(document.line_of(end));
    let rest = document.file.slice(Span::new(end, line.end.max(end))).trim_start();
    let value = rest.strip_prefix('=').map(str::trim_start);
    let literal = |value: &str| {
        value.starts_with(|c: char| c.is_ascii_digit() || "\"[{#-".contains(c))
            || ["TRUE", "FALSE"]
                .iter()
                .any(|word| value.get(..word.len()).is_some_and(|v| v.eq_ignore_ascii_case(word)))
    };
    let declared = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("AS "));
    value.is_some_and(literal) || declared
}

/// The names of the parameters that literal arguments are for.
fn parameters(here: &Here<'_>, range: Span) -> Vec<InlayHint> {
    let text = here.document().text();
    let mut hints = Vec::new();
    for piece in here.file.pieces().iter() {
        let inside = range.start <= piece.span.start && piece.span.end <= range.end;
        let Kind::Function(keyword) = piece.kind else { continue };
        if inside && keyword.fields.len() > 1 {
            let names: Vec<&str> = keyword.fields.iter().map(|field| field.name).collect();
            named(here, text, piece.span.end, &names, &mut hints);
        }
    }
    let parsed = here.file.parsed();
    let all = parsed.procedures().into_iter().rev();
    let procedures: HashMap<String, &Procedure> =
        all.map(|procedure| (fold(&procedure.name.name), procedure)).collect();
    for (_, entity, span) in &here.index().calls {
        let Entity::Procedure(name) = entity else { continue };
        let found = procedures.get(name);
        let inside = range.start <= span.start && span.end <= range.end;
        if let Some(procedure) = found.filter(|p| inside && !p.params.is_empty()) {
            let names: Vec<&str> = procedure.params.iter().map(|p| &*p.name.name).collect();
            named(here, text, span.end, &names, &mut hints);
        }
    }
    hints
}

/// The longest call that is looked at, in bytes.
const CALL: usize = 2_000;

/// Hints for the literals of the call whose bracket opens at a byte.
fn named(here: &Here<'_>, text: &str, open: u32, names: &[&str], hints: &mut Vec<InlayHint>) {
    let rest = text.get(open as usize..).unwrap_or_default();
    let Some(args) = rest.strip_prefix('(') else { return };
    let mut start = open + 1;
    let mut names = names.iter();
    for arg in arguments(args) {
        let Some(name) = names.next() else { return };
        let blank = (arg.len() - arg.trim_start().len()) as u32;
        let literal = |c: char| c.is_ascii_digit() || c == '"' || c == '-';
        if arg.trim_start().starts_with(literal) {
            hints.push(hint(here, start + blank, format!("{name}:"), InlayHintKind::PARAMETER));
        }
        start += arg.len() as u32 + 1;
    }
}

/// The arguments up to the closing bracket, as written.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut found) = (0, false, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate().take(CALL) {
        match byte {
            b'\n' => return found,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' => {
                found.extend(text.get(start..at));
                return found;
            }
            b',' if depth == 0 => {
                found.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}
