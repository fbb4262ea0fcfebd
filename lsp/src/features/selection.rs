//! What a growing selection takes in: the word, the expressions around it, the statement, the
//! blocks, the whole file.

use basilect_compiler::source::Span;
use lsp_types::{Position, SelectionRange, SelectionRangeParams};

use super::folding;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/selectionRange`.
pub fn of(workspace: &Workspace, params: &SelectionRangeParams) -> Option<Vec<SelectionRange>> {
    let here = workspace.here(&params.text_document.uri)?;
    Some(params.positions.iter().map(|position| at(&here, *position)).collect())
}

fn at(here: &Here<'_>, position: Position) -> SelectionRange {
    let document = here.document();
    let offset = document.offset(position);
    let line = document.line_of(offset);
    let whole_line = document.line_span(line);
    let text = document.line_text(line);
    let indent = (text.len() - text.trim_start().len()) as u32;
    let mut spans = vec![document.whole(), whole_line];
    spans.push(Span::new(whole_line.start + indent, whole_line.end));
    if here.file.sort == Sort::Script {
        spans.extend(here.file.parsed().around(offset));
        let blocks = folding::blocks(here).into_iter().filter(|b| b.0 <= line && line <= b.1 + 1);
        for (first, last) in blocks {
            let start = document.line_span(first).start;
            spans.push(Span::new(start, document.line_span(last + 1).end));
            let inner = document.line_span(first + 1).start;
            spans.push(Span::new(inner, document.line_span(last).end));
        }
    }
    spans.extend(word(document.text(), offset));
    spans.retain(|span| span.start <= offset && offset <= span.end);
    nested(here, spans)
}

/// The word that a byte lies in or behind.
fn word(text: &str, offset: u32) -> Option<Span> {
    let (before, after) = text.split_at_checked(offset as usize)?;
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let start = before.trim_end_matches(part).len() as u32;
    let end = offset + (after.len() - after.trim_start_matches(part).len()) as u32;
    (start < end).then(|| Span::new(start, end))
}

/// From the largest to the smallest, each inside the one before.
fn nested(here: &Here<'_>, mut spans: Vec<Span>) -> SelectionRange {
    spans.sort_by_key(|span| (std::cmp::Reverse(span.end - span.start), span.start));
    let mut chain: Option<(Span, SelectionRange)> = None;
    for span in spans {
        let fits = chain.as_ref().is_none_or(|(outer, _)| {
            outer.start <= span.start && span.end <= outer.end && *outer != span
        });
        if fits {
            let parent = chain.take().map(|(_, range)| Box::new(range));
            chain = Some((span, SelectionRange { range: here.document().range(span), parent }));
        }
    }
    let whole =
        || SelectionRange { range: here.document().range(here.document().whole()), parent: None };
    chain.map_or_else(whole, |(_, range)| range)
}
