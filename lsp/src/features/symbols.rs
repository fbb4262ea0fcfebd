//! The outline of a document: procedures, labels, parameters, tables.

use basilect_compiler::ast::{Ident, Procedure, Stmt, StmtKind};
use basilect_compiler::parser;
use basilect_compiler::source::Span;
use lsp_types::{DocumentSymbol, SymbolKind};

use crate::document::Document;

/// The outline, in the order of the text.
pub fn of(document: &Document) -> Vec<DocumentSymbol> {
    let (script, _) = parser::parse(&document.file);
    collect(document, &script.body)
}

fn collect(document: &Document, body: &[Stmt]) -> Vec<DocumentSymbol> {
    body.iter().filter_map(|stmt| symbol_of(document, stmt)).collect()
}

fn symbol_of(document: &Document, stmt: &Stmt) -> Option<DocumentSymbol> {
    let symbol = match &stmt.kind {
        StmtKind::Procedure(procedure) => return Some(of_procedure(document, stmt, procedure)),
        StmtKind::Label(name) => symbol(document, name, SymbolKind::KEY, "label", stmt.span),
        StmtKind::Param(param) => {
            symbol(document, &param.name, SymbolKind::PROPERTY, &param.ty, stmt.span)
        }
        StmtKind::Const { name, .. } => {
            symbol(document, name, SymbolKind::CONSTANT, "CONST", stmt.span)
        }
        StmtKind::Table(table) => {
            symbol(document, &table.name, SymbolKind::STRUCT, "TABLE", stmt.span)
        }
        _ => return None,
    };
    Some(symbol)
}

fn of_procedure(document: &Document, stmt: &Stmt, procedure: &Procedure) -> DocumentSymbol {
    let detail = if procedure.function { "FUNCTION" } else { "SUB" };
    let end = procedure.body.iter().map(|inner| inner.span.end).max();
    let span = Span::new(stmt.span.start, stmt.span.end.max(end.unwrap_or(0)));
    let mut outline = symbol(document, &procedure.name, SymbolKind::FUNCTION, detail, span);
    let inner = collect(document, &procedure.body);
    outline.children = (!inner.is_empty()).then_some(inner);
    outline
}

fn symbol(
    document: &Document,
    name: &Ident,
    kind: SymbolKind,
    detail: &str,
    span: Span,
) -> DocumentSymbol {
    let whole = Span::new(span.start.min(name.span.start), span.end.max(name.span.end));
    #[expect(deprecated, reason = "the field has to be named, though nobody uses it any more")]
    DocumentSymbol {
        name: name.name.to_string(),
        detail: Some(detail.to_string()),
        kind,
        tags: None,
        deprecated: None,
        range: document.range(whole),
        selection_range: document.range(name.span),
        children: None,
    }
}
