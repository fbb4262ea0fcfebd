//! A script in the one way in which scripts are written.

use basilect_compiler::format::{Options, format};
use basilect_compiler::source::Span;
use lsp_types::TextEdit;

use crate::document::Document;

/// The edit that formats a document; none where it has syntax errors or is prose.
///
/// Options of the editor, such as the width of a tab, do not count: all scripts look alike.
pub fn edits(document: &Document) -> Option<Vec<TextEdit>> {
    let text = &document.file.text;
    let formatted = format(&document.file, &Options::default()).ok()?;
    if formatted == *text {
        return Some(Vec::new());
    }
    let whole = Span::new(0, text.len() as u32);
    Some(vec![TextEdit { range: document.range(whole), new_text: formatted }])
}
