//! A SUB from some lines of a script.
//!
//! The change is made on trial first: it is offered only where the lines stand by themselves, and
//! where every variable that other lines name as well means the same after it.

use std::collections::BTreeSet;
use std::sync::Arc;

use basilect_compiler::analysis::{self, Entity, Mention, Parsed, Role};
use basilect_compiler::diagnostics::Severity;
use basilect_compiler::source::{SourceFile, Span};
use lsp_types::{CodeAction, CodeActionKind, Range, TextEdit};

use super::actions::change;
use crate::document;
use crate::workspace::Here;

/// Words whose meaning depends on where they stand.
const TIED: &[&str] = &[
    "EXIT",
    "BREAK",
    "CONTINUE",
    "RETURN",
    "GOTO",
    "GOSUB",
    "RESUME",
    "PARAM",
    "SUB",
    "FUNCTION",
    "TABLE",
    "LABEL",
    "DESCRIPTION",
    "OPTION",
    "DATA",
    "READ",
    "RESTORE",
    "STOP",
    "DIM",
    "CONST",
    "DEF",
    "BEGIN",
    "ON",
];

/// The action for the lines that a range touches; none for a mere position.
pub fn action(here: &Here<'_>, range: Range) -> Option<CodeAction> {
    let parsed = here.file.parsed();
    if range.start == range.end || parsed.script.is_classic() {
        return None;
    }
    let lines = lines(here, range)?;
    let text = here.document().file.slice(lines);
    if is_tied(text) || !errors(&Parsed::new(Arc::new(SourceFile::new("part", text)))).is_empty() {
        return None;
    }
    let arguments = arguments(here, lines)?;
    let name = free_name(here);
    let extracted = Extracted { lines, name: &name, arguments: &arguments };
    let (new, call) = extracted.written(here);
    extracted.keeps_meaning(here, &new).then_some(())?;
    let document = here.document();
    let end = document.whole().end;
    let appended = new.get((end as usize - text.len() + call.len())..)?.to_string();
    let edits = vec![
        TextEdit { range: document.range(lines), new_text: call },
        TextEdit { range: document.range(Span::new(end, end)), new_text: appended },
    ];
    Some(CodeAction {
        title: "Make a SUB of these lines".into(),
        kind: Some(CodeActionKind::REFACTOR_EXTRACT),
        edit: Some(change(here, edits)),
        ..CodeAction::default()
    })
}

/// The whole lines of a range, without their last line end.
fn lines(here: &Here<'_>, range: Range) -> Option<Span> {
    let document = here.document();
    let back = u32::from(range.end.character == 0 && range.end.line > range.start.line);
    let first = document.line_span(range.start.line);
    let last = document.line_span(range.end.line - back);
    let span = Span::new(first.start, last.end);
    (!document.file.slice(span).trim().is_empty()).then_some(span)
}

/// Whether a word in it means something else at another place.
fn is_tied(text: &str) -> bool {
    text.lines().any(|line| {
        let words = document::words(line);
        let first = words.first().map(|word| word.text).unwrap_or_default();
        let end = first.eq_ignore_ascii_case("END") && words.len() == 1;
        let tied = |word: &str| TIED.iter().any(|tied| tied.eq_ignore_ascii_case(word));
        let label = line.trim_end().ends_with(':') && words.len() == 1;
        end || label || words.iter().any(|word| tied(word.text))
    })
}

fn errors(parsed: &Parsed) -> Vec<String> {
    let errors = parsed.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| found.message.clone()).collect()
}

/// The variables of a procedure that the lines read: they are handed over. Lines that set one
/// cannot be taken out.
fn arguments(here: &Here<'_>, lines: Span) -> Option<Vec<String>> {
    let inside = |m: &&Mention| lines.start <= m.span.start && m.span.end <= lines.end;
    let mut found = BTreeSet::new();
    for mention in here.index().mentions.iter().filter(inside) {
        if matches!(mention.entity, Entity::Variable(scope, _) if scope != 0) {
            (mention.role == Role::Reads && mention.exact).then_some(())?;
            found.insert(mention.entity.name().to_string());
        }
    }
    Some(found.into_iter().collect())
}

fn free_name(here: &Here<'_>) -> String {
    let taken = |name: &String| here.index().mentions.iter().any(|m| m.entity.name() == name);
    let names = std::iter::once("part".to_string()).chain((2..1_000).map(|n| format!("part{n}")));
    names.into_iter().find(|name| !taken(name)).unwrap_or_default()
}

/// Lines that become a SUB.
struct Extracted<'e> {
    lines: Span,
    name: &'e str,
    arguments: &'e [String],
}

impl Extracted<'_> {
    /// The whole text after the change, and the line that calls the SUB.
    fn written(&self, here: &Here<'_>) -> (String, String) {
        let text = here.document().text();
        let body = here.document().file.slice(self.lines);
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let blanks = |line: &str| line.len() - line.trim_start().len();
        let filled = body.lines().filter(|line| !line.trim().is_empty());
        let least = filled.map(blanks).min().unwrap_or(0);
        let first = body.get(..least).unwrap_or_default();
        let list = self.arguments.join(", ");
        let call = format!("{first}CALL {}({list})", self.name);
        let mut new = String::with_capacity(text.len() + body.len());
        new.push_str(text.get(..self.lines.start as usize).unwrap_or_default());
        new.push_str(&call);
        new.push_str(text.get(self.lines.end as usize..).unwrap_or_default());
        if !new.ends_with('\n') {
            new.push_str(end);
        }
        new.push_str(&format!("{end}SUB {}({list}){end}", self.name));
        for line in body.lines() {
            let line = line.get(least..).unwrap_or_default();
            let indent = if line.trim().is_empty() { "" } else { "    " };
            new.push_str(&format!("{indent}{}{end}", line.trim_end()));
        }
        new.push_str(&format!("END SUB{end}"));
        (new, call)
    }

    /// Whether the new text has no more errors, and what is named inside and outside of the lines
    /// is still one variable.
    fn keeps_meaning(&self, here: &Here<'_>, new: &str) -> bool {
        let changed = Parsed::new(Arc::new(SourceFile::new(here.file.path.as_str(), new)));
        if errors(&changed).len() > errors(here.file.parsed()).len() {
            return false;
        }
        let inside = |m: &Mention| self.lines.start <= m.span.start && m.span.end <= self.lines.end;
        let (taken, left): (Vec<&Mention>, Vec<&Mention>) =
            here.index().mentions.iter().partition(|m| inside(m));
        let outside: BTreeSet<&Entity> = left.iter().map(|m| &m.entity).collect();
        let after = analysis::index(&changed, &here.facts().around);
        let name = analysis::fold(self.name);
        let scope = after.scopes.iter().find(|s| s.procedure.as_ref() == Some(&name));
        let Some(scope) = scope else { return false };
        let inside = after.mentions.iter().filter(|m| scope.span.start <= m.span.start);
        let inside = inside.filter(|m| m.span.start < scope.span.end);
        let own: BTreeSet<&str> = inside
            .filter(|m| matches!(m.entity, Entity::Variable(of, _) if of == scope.id))
            .map(|m| m.entity.name())
            .collect();
        let variable = |m: &&&Mention| matches!(m.entity, Entity::Variable(0, _));
        let shared = taken.iter().filter(variable).filter(|m| outside.contains(&m.entity));
        shared.into_iter().all(|m| !own.contains(m.entity.name()))
    }
}
