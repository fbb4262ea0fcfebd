//! A script in the one way in which scripts are written.
//!
//! Options of the editor, such as the width of a tab, do not count: all scripts look alike. Only
//! the lines that differ are replaced, so that the pointer and marks stay where they are.

use basilect_compiler::format::{Options, format};
use basilect_compiler::source::Span;
use lsp_types::{
    DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, Range,
    TextEdit,
};
use similar::{DiffOp, TextDiff};

use super::folding;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/formatting`; nothing where a script has syntax errors or is prose.
pub fn document(workspace: &Workspace, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    edits(&workspace.here(&params.text_document.uri)?)
}

/// Answers `textDocument/rangeFormatting`: the edits whose lines the range touches.
pub fn range(
    workspace: &Workspace,
    params: &DocumentRangeFormattingParams,
) -> Option<Vec<TextEdit>> {
    let here = workspace.here(&params.text_document.uri)?;
    let touches = |edit: &TextEdit| {
        edit.range.start.line <= params.range.end.line
            && params.range.start.line
                <= edit.range.end.line.saturating_sub(1).max(edit.range.start.line)
    };
    Some(edits(&here)?.into_iter().filter(touches).collect())
}

/// The edits that format a whole document.
fn edits(here: &Here<'_>) -> Option<Vec<TextEdit>> {
    if here.file.sort != Sort::Script {
        return None;
    }
    let text = here.document().text();
    let formatted = format(&here.document().file, &Options::default()).ok()?;
    if formatted == *text {
        return Some(Vec::new());
    }
    let diff = TextDiff::from_lines(text, &formatted);
    let new: Vec<&str> = diff.new_slices().to_vec();
    let edit = |op: &DiffOp| {
        let (_, old_lines, new_lines) = op.as_tag_tuple();
        let start = here.document().line_span(old_lines.start as u32).start;
        let end = here.document().line_span(old_lines.end as u32).start;
        let new_text = new.get(new_lines).unwrap_or_default().concat();
        TextEdit { range: here.document().range(Span::new(start, end)), new_text }
    };
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    Some(changed.map(edit).collect())
}

/// Blanks of one level.
const LEVEL: &str = "    ";

/// Answers `textDocument/onTypeFormatting` after a new line: it begins where the block wants it,
/// and the line before that ends a block moves to where the block began.
pub fn on_type(
    workspace: &Workspace,
    params: &DocumentOnTypeFormattingParams,
) -> Option<Vec<TextEdit>> {
    let place = &params.text_document_position;
    let here = workspace.here(&place.text_document.uri)?;
    let line = place.position.line;
    if here.file.sort != Sort::Script || params.ch != "\n" || line == 0 {
        return None;
    }
    let above = here.document().line_text(line - 1);
    let mut found = Vec::new();
    let mut indent = blanks(above).to_string();
    if folding::closes(above).is_some()
        && let Some(wanted) = opener_above(&here, line - 1)
    {
        if wanted != indent {
            found.push(indented(&here, line - 1, &wanted));
        }
        indent = wanted;
    } else if folding::opens(above).is_some() || is_middle(above) {
        indent.push_str(LEVEL);
    }
    if blanks(here.document().line_text(line)) != indent {
        found.push(indented(&here, line, &indent));
    }
    Some(found)
}

fn blanks(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
}

/// `ELSE`, `CASE 1`, `CATCH e`: what follows is one level deeper.
fn is_middle(line: &str) -> bool {
    let words = crate::document::words(line);
    let first = words.first().map_or("", |word| word.text);
    let last = words.last().map_or("", |word| word.text);
    let among = |all: &[&str]| all.iter().any(|word| first.eq_ignore_ascii_case(word));
    among(&["CASE", "CATCH", "FINALLY", "DEFAULT"])
        || among(&["ELSE", "ELSEIF"]) && (words.len() == 1 || last.eq_ignore_ascii_case("THEN"))
}

/// The blanks before the line that opens the block that a line closes.
fn opener_above(here: &Here<'_>, line: u32) -> Option<String> {
    let document = here.document();
    let wanted = folding::closes(document.line_text(line))?;
    let mut depth = 0;
    for above in (0..line).rev().take(2_000) {
        let text = document.line_text(above);
        if folding::closes(text) == Some(wanted) {
            depth += 1;
        } else if folding::opens(text) == Some(wanted) {
            if depth == 0 {
                return Some(blanks(text).to_string());
            }
            depth -= 1;
        }
    }
    None
}

/// The edit that gives a line these blanks.
fn indented(here: &Here<'_>, line: u32, indent: &str) -> TextEdit {
    let span = here.document().line_span(line);
    let had = blanks(here.document().line_text(line)).len() as u32;
    let range: Range = here.document().range(Span::new(span.start, span.start + had));
    TextEdit { range, new_text: indent.to_string() }
}
