//! The outline of a file, and names looked for in all bots.

use std::collections::HashMap;

use basilect_compiler::analysis::{Entity, Role};
use basilect_compiler::ast::{Ident, Param, Procedure, Stmt, StmtKind};
use basilect_compiler::source::Span;
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, OneOf, SymbolKind,
    WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::lines;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/documentSymbol`.
pub fn of(workspace: &Workspace, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let here = workspace.here(&params.text_document.uri)?;
    Some(DocumentSymbolResponse::Nested(outline(&here)))
}

/// The outline, in the order of the text.
pub fn outline(here: &Here<'_>) -> Vec<DocumentSymbol> {
    match here.file.sort {
        Sort::Script => {
            let outline = Outline { here, columns: columns(here) };
            outline.collect(&here.file.parsed().script.body)
        }
        Sort::Config => {
            let line = |line: lines::SettingLine| {
                let value = here.document().file.slice(line.value);
                let whole = line.key.to(line.value);
                symbol(here, &line.name, SymbolKind::PROPERTY, value, (whole, line.key))
            };
            lines::settings(here.document()).into_iter().map(line).collect()
        }
        Sort::Chat => {
            let said = lines::chat(here.document()).into_iter().filter(|l| l.word == ">");
            let symbol_of = |line: lines::ChatLine| {
                let text = here.document().file.slice(line.rest);
                let name = if text.is_empty() { "…" } else { text };
                let whole = line.head.to(line.rest);
                symbol(here, name, SymbolKind::STRING, "says", (whole, line.head))
            };
            said.map(symbol_of).collect()
        }
        Sort::Rows | Sort::Other => Vec::new(),
    }
}

/// The columns of each table, in small letters.
type Columns = HashMap<String, Vec<Span>>;

fn columns(here: &Here<'_>) -> Columns {
    let mut found = Columns::new();
    for mention in here.index().mentions.iter().filter(|m| m.role == Role::Declares) {
        if let Entity::Column(table, _) = &mention.entity {
            found.entry(table.clone()).or_default().push(mention.span);
        }
    }
    found
}

/// An outline under construction.
struct Outline<'w> {
    here: &'w Here<'w>,
    columns: Columns,
}

impl Outline<'_> {
    fn collect(&self, body: &[Stmt]) -> Vec<DocumentSymbol> {
        body.iter().filter_map(|stmt| self.symbol_of(stmt)).collect()
    }

    fn symbol_of(&self, stmt: &Stmt) -> Option<DocumentSymbol> {
        let named = |name: &Ident, kind, detail: &str| {
            let start = stmt.span.start.min(name.span.start);
            let whole = Span::new(start, stmt.span.end.max(name.span.end));
            symbol(self.here, &name.name, kind, detail, (whole, name.span))
        };
        Some(match &stmt.kind {
            StmtKind::Procedure(procedure) => self.of_procedure(stmt, procedure),
            StmtKind::EventBlock { command, body } => {
                let name = self.here.document().file.slice(stmt.span).trim().to_string();
                let whole = Span::new(stmt.span.start, last(body).max(stmt.span.end));
                let place = (whole, command.words);
                let mut event = symbol(self.here, &name, SymbolKind::EVENT, "event", place);
                event.children = Some(self.collect(body)).filter(|inner| !inner.is_empty());
                event
            }
            StmtKind::Label(name) => named(name, SymbolKind::KEY, "label"),
            StmtKind::Param(param) => named(&param.name, SymbolKind::PROPERTY, &param.ty),
            StmtKind::Const { name, .. } => named(name, SymbolKind::CONSTANT, "CONST"),
            StmtKind::Table(table) => {
                let mut outline = named(&table.name, SymbolKind::STRUCT, "TABLE");
                let columns = self.of_table(&table.name.name);
                let end = columns.iter().map(|column| column.range.end).max();
                outline.range.end = end.unwrap_or(outline.range.end).max(outline.range.end);
                outline.children = Some(columns).filter(|columns| !columns.is_empty());
                outline
            }
            _ => return None,
        })
    }

    fn of_table(&self, table: &str) -> Vec<DocumentSymbol> {
        let column = |span: &Span| {
            let name = self.here.document().file.slice(*span);
            symbol(self.here, name, SymbolKind::FIELD, "column", (*span, *span))
        };
        let own = self.columns.get(&basilect_compiler::analysis::fold(table));
        own.into_iter().flatten().map(column).collect()
    }

    fn of_procedure(&self, stmt: &Stmt, procedure: &Procedure) -> DocumentSymbol {
        let word = if procedure.function { "FUNCTION" } else { "SUB" };
        let params = procedure.params.iter().map(|Param { name, .. }| &*name.name);
        let detail = format!("{word} ({})", params.collect::<Vec<&str>>().join(", "));
        let name = &procedure.name;
        let start = stmt.span.start.min(name.span.start);
        let end = stmt.span.end.max(last(&procedure.body)).max(name.span.end);
        let place = (Span::new(start, end), name.span);
        let mut outline = symbol(self.here, &name.name, SymbolKind::FUNCTION, &detail, place);
        let inner = self.collect(&procedure.body);
        outline.children = (!inner.is_empty()).then_some(inner);
        outline
    }
}

fn last(body: &[Stmt]) -> u32 {
    body.iter().map(|inner| inner.span.end).max().unwrap_or(0)
}

fn symbol(
    here: &Here<'_>,
    name: &str,
    kind: SymbolKind,
    detail: &str,
    (whole, name_span): (Span, Span),
) -> DocumentSymbol {
    #[expect(deprecated, reason = "the field has to be named, though nobody uses it any more")]
    DocumentSymbol {
        name: if name.is_empty() { "?".into() } else { name.to_string() },
        detail: Some(detail.to_string()),
        kind,
        tags: None,
        deprecated: None,
        range: here.document().range(whole),
        selection_range: here.document().range(name_span),
        children: None,
    }
}

/// The most names that a search gives.
const FOUND: usize = 500;

/// Answers `workspace/symbol`.
pub fn search(
    workspace: &Workspace,
    params: &WorkspaceSymbolParams,
) -> Option<WorkspaceSymbolResponse> {
    let query = params.query.to_lowercase();
    let mut found = Vec::new();
    for here in workspace.all().filter(|here| here.file.sort == Sort::Script) {
        if found.len() >= FOUND {
            break;
        }
        of_script(&here, &query, &mut found);
    }
    found.truncate(FOUND);
    Some(WorkspaceSymbolResponse::Nested(found))
}

fn of_script(here: &Here<'_>, query: &str, found: &mut Vec<WorkspaceSymbol>) {
    let container = Some(here.bot.name()).filter(|name| !name.is_empty());
    let mut add = |name: &str, kind, span| {
        if fits(&name.to_lowercase(), query) {
            found.push(WorkspaceSymbol {
                name: name.to_string(),
                kind,
                tags: None,
                container_name: container.clone(),
                location: OneOf::Left(here.location(span)),
                data: None,
            });
        }
    };
    let script = here.facts().name_of(&here.file.path);
    add(&script, SymbolKind::FILE, Span::default());
    for mention in here.index().mentions.iter().filter(|m| m.role == Role::Declares) {
        let kind = match &mention.entity {
            Entity::Procedure(_) => SymbolKind::FUNCTION,
            Entity::Table(_) => SymbolKind::STRUCT,
            Entity::Column(..) => SymbolKind::FIELD,
            Entity::Label(..) => SymbolKind::KEY,
            _ => continue,
        };
        add(here.document().file.slice(mention.span), kind, mention.span);
    }
}

/// Whether the letters of a query stand in a name in this order.
fn fits(name: &str, query: &str) -> bool {
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
}
