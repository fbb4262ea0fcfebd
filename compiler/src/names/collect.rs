//! Gathers, scope by scope, who reads and writes which name.

use super::walk::{Block, Watch, Write};
use super::{fold, folded};
use crate::ast::{Command, EcoString, Expr, ExprKind, Ident, Param, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::IndexMap;
use crate::hashed::{HashMap, HashSet};
use crate::source::Span;
use crate::types::{Bindings, Bound};
use std::rc::Rc;

/// What is known of a name in one scope.
#[derive(Clone, Debug)]
pub(super) struct Usage {
    /// As first written.
    pub spelling: EcoString,
    /// Where it is first written.
    pub first: Span,
    /// Where it is first read as a variable, and as one or a column.
    pub read_at: Option<Span>,
    pub column_at: Option<Span>,
    /// How often it is read.
    pub reads: u32,
    /// How often it receives a value.
    pub writes: u32,
    /// Whether only loops and CATCH set it.
    pub loops_only: bool,
    /// Whether an element of it receives a value.
    pub element: bool,
    /// Whether a DIM gives it bounds.
    pub array: bool,
    /// Whether this scope DIMs it.
    pub dim: bool,
    /// Whether it is a parameter.
    pub param: bool,
    /// Whether an answer or a loop sets it: then it may well stay unread.
    pub incidental: bool,
}

/// What a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Main,
    Procedure,
    Event,
    Later,
}

/// One scope.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    /// The words of the event that starts it, if one does.
    pub event: Option<Span>,
    /// The scope around it.
    pub parent: usize,
    pub names: IndexMap<String, Usage>,
    pub labels: IndexMap<String, Span>,
    pub jumps: Vec<(String, Span)>,
    pub calls: Vec<Call>,
}

/// `name(args)` somewhere.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub name: String,
    pub spelling: EcoString,
    pub span: Span,
    pub args: usize,
    /// Whether it is written `CALL name`.
    pub named: bool,
}

/// A SUB or FUNCTION.
#[derive(Clone, Debug)]
pub(super) struct Procedure {
    pub spelling: String,
    pub span: Span,
    pub params: usize,
}

/// All that was gathered.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub scopes: Vec<Scope>,
    pub procedures: IndexMap<String, Procedure>,
    pub params: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
    /// The scope of each block, by the first byte of its name or opening words.
    pub starts: HashMap<u32, usize>,
    /// Words of queries: scope, name, and where the query stands.
    mentions: Vec<(usize, String, Span)>,
    /// Texts that look like passwords or keys.
    pub secrets: Vec<Span>,
    /// Where a name may be a bare word or a column, by its first byte: it need not be set.
    pub words: HashSet<u32>,
    /// Where a name stands alone against a column: it is one only if a table declares it.
    pub lone_columns: HashSet<u32>,
    /// Statements that no path reaches.
    pub unreachable: Vec<Span>,
    /// Where a person is waited for, with the scope.
    pub waits: Vec<(usize, Span)>,
    /// Assignments of values whose computation does nothing else, by the first byte of the name.
    pub idle: HashMap<u32, Span>,
}

/// Listens to the walk.
pub(super) struct Collector<'a> {
    out: Collected,
    bindings: HashMap<*const Command, Rc<Bound<'a>>>,
    open: Vec<usize>,
}

impl Scope {
    fn new(kind: ScopeKind, parent: usize) -> Scope {
        let (names, labels) = (IndexMap::default(), IndexMap::default());
        Scope { kind, event: None, parent, names, labels, jumps: Vec::new(), calls: Vec::new() }
    }
    fn usage(&mut self, name: &str, span: Span) -> &mut Usage {
        let key = folded(name);
        let index = self.names.get_index_of(&*key);
        let index = index
            .unwrap_or_else(|| self.names.insert_full(key.into_owned(), Usage::new(name, span)).0);
        &mut self.names[index]
    }
}

impl Usage {
    fn new(name: &str, span: Span) -> Usage {
        Usage {
            spelling: name.into(),
            first: span,
            read_at: None,
            column_at: None,
            reads: 0,
            writes: 0,
            loops_only: true,
            element: false,
            array: false,
            dim: false,
            param: false,
            incidental: false,
        }
    }
}

impl<'a> Collector<'a> {
    pub(super) fn new() -> Collector<'a> {
        let scopes = vec![Scope::new(ScopeKind::Main, 0)];
        let out = Collected { scopes, ..Collected::default() };
        Collector { out, bindings: HashMap::default(), open: vec![0] }
    }

    pub(super) fn finish(mut self) -> (Collected, Bindings<'a>) {
        for (scope, name, span) in std::mem::take(&mut self.out.mentions) {
            if self.is_known(scope, &name)
                && let Some(scope) = self.out.scopes.get_mut(scope)
            {
                scope.usage(&name, span).reads += 1;
            }
        }
        (self.out, Bindings::new(self.bindings))
    }

    /// Whether a scope, or one around it, has a variable of this name.
    fn is_known(&self, scope: usize, name: &str) -> bool {
        let mut at = scope;
        loop {
            let Some(scope) = self.out.scopes.get(at) else { return false };
            if scope.names.contains_key(&*folded(name)) {
                return true;
            }
            if scope.parent == at {
                return false;
            }
            at = scope.parent;
        }
    }

    fn here(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn scope(&mut self) -> Option<&mut Scope> {
        let here = self.here();
        self.out.scopes.get_mut(here)
    }

    fn push_call(&mut self, name: &str, span: Span, args: usize, named: bool) {
        let call = Call { name: fold(name), spelling: name.into(), span, args, named };
        if let Some(scope) = self.scope() {
            scope.calls.push(call);
        }
    }

    fn param(&mut self, param: &Param) {
        let main = self.here() == 0;
        let name = fold(&param.name.name);
        if main && self.out.params.contains(&name) {
            let message = format!("there is a PARAM {} already", param.name.name);
            self.report(Diagnostic::error(codes::PARAM_TWICE, param.name.span, message));
        } else if main {
            self.out.params.push(name);
        }
        self.declare_param(param);
    }

    fn declare_param(&mut self, param: &Param) {
        let Some(scope) = self.scope() else { return };
        let usage = scope.usage(&param.name.name, param.name.span);
        usage.writes += 1;
        usage.param = true;
        usage.loops_only = false;
    }

    fn procedure(&mut self, spelling: &Ident, params: usize) {
        let name = fold(&spelling.name);
        if let Some(first) = self.out.procedures.get(&name) {
            let message = format!("there is a procedure {} already", spelling.name);
            let first = first.span;
            let diagnostic = Diagnostic::error(codes::PROCEDURE_TWICE, spelling.span, message);
            return self.report(diagnostic.related(first, "the first one"));
        }
        let (span, spelling) = (spelling.span, spelling.name.to_string());
        self.out.procedures.insert(name, Procedure { spelling, span, params });
    }

    fn declare_def_fn(&mut self, name: &Ident, params: &[Ident]) {
        let parent = self.here();
        let id = self.out.scopes.len();
        let mut scope = Scope::new(ScopeKind::Procedure, parent);
        for param in params {
            let usage = scope.usage(&param.name, param.span);
            (usage.param, usage.writes, usage.loops_only) = (true, 1, false);
        }
        self.out.scopes.push(scope);
        self.out.starts.insert(name.span.start, id);
        self.procedure(name, params.len());
    }
}

impl<'a> Watch<'a> for Collector<'a> {
    fn read(&mut self, name: &'a str, span: Span) {
        let word = self.out.words.contains(&span.start);
        let column = self.out.lone_columns.contains(&span.start);
        let Some(scope) = self.scope() else { return };
        let usage = scope.usage(name, span);
        usage.reads += 1;
        match (word, column) {
            (true, _) => {}
            (false, true) => usage.column_at = usage.column_at.or(Some(span)),
            (false, false) => usage.read_at = usage.read_at.or(Some(span)),
        }
    }

    fn mention(&mut self, name: &'a str, span: Span) {
        let here = self.here();
        self.out.mentions.push((here, name.to_string(), span));
    }

    fn word(&mut self, name: &'a str, span: Span) {
        self.out.words.insert(span.start);
        self.read(name, span);
    }

    fn columns(&mut self, own: Option<&str>, value: &'a Expr) {
        let mut found = Vec::new();
        super::formula::names(value, &mut found);
        let alone = matches!(value.kind, ExprKind::Name(_));
        for (name, span) in found {
            let own = own.is_some_and(|own| folded(own) == folded(name));
            match alone && !own {
                true => self.out.lone_columns.insert(span.start),
                false => self.out.words.insert(span.start),
            };
        }
    }

    fn write(&mut self, name: &'a str, span: Span, how: Write) {
        let Some(scope) = self.scope() else { return };
        let usage = scope.usage(name, span);
        usage.writes += 1;
        usage.loops_only &= how == Write::Loop;
        usage.element |= how == Write::Element;
        usage.dim |= matches!(how, Write::Dim | Write::Array);
        usage.array |= how == Write::Array;
        usage.incidental |= matches!(how, Write::Loop | Write::Answer | Write::Element);
    }

    fn call(&mut self, name: &'a str, span: Span, args: usize) {
        self.push_call(name, span, args, false);
    }

    fn call_named(&mut self, name: &'a str, span: Span, args: usize) {
        self.push_call(name, span, args, true);
    }

    fn text(&mut self, text: &'a str, span: Span) {
        if super::checks::looks_secret(text) {
            self.out.secrets.push(span);
        }
    }

    fn block(&mut self, body: &'a [Stmt]) {
        self.out.unreachable.extend(crate::checks::flow::unreachable(body));
    }

    fn label(&mut self, label: &'a Ident) {
        let name = fold(&label.name);
        let Some(scope) = self.scope() else { return };
        if let Some(first) = scope.labels.get(&name).copied() {
            let message = format!("the label {} stands twice", label.name);
            let diagnostic = Diagnostic::error(codes::LABEL_TWICE, label.span, message);
            return self.report(diagnostic.related(first, "the first one"));
        }
        scope.labels.insert(name, label.span);
    }

    fn jump(&mut self, label: &'a Ident) {
        if let Some(scope) = self.scope() {
            scope.jumps.push((label.name.to_string(), label.span));
        }
    }

    fn keep(&mut self, command: &'a Command, bound: &Rc<Bound<'a>>) {
        self.bindings.insert(command, Rc::clone(bound));
    }

    fn command(&mut self, command: &'a Command, _bound: Option<&Bound<'a>>) {
        if super::waits_for_person(command.keyword) {
            let here = self.here();
            self.out.waits.push((here, command.words));
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Param(param) => self.param(param),
            StmtKind::Assign { target, value } if is_idle(value) => {
                self.out.idle.insert(target.span.start, stmt.span);
            }
            _ => {}
        }
    }

    fn def_fn(&mut self, name: &'a Ident, params: &'a [Ident]) {
        self.declare_def_fn(name, params);
        self.open.push(self.out.scopes.len() - 1);
    }

    fn enter(&mut self, block: Block<'a>) {
        let parent = self.here();
        let id = self.out.scopes.len();
        let (kind, start) = match block {
            Block::Procedure(procedure) => (ScopeKind::Procedure, procedure.name.span.start),
            Block::Event(command) => (ScopeKind::Event, command.words.start),
            Block::Later(span) => (ScopeKind::Later, span.start),
        };
        let mut scope = Scope::new(kind, parent);
        scope.event = match block {
            Block::Event(command) => Some(command.words),
            _ => self.scope().and_then(|around| around.event),
        };
        self.out.scopes.push(scope);
        self.out.starts.insert(start, id);
        self.open.push(id);
        if let Block::Procedure(procedure) = block {
            procedure.params.iter().for_each(|param| self.declare_param(param));
            self.procedure(&procedure.name, procedure.params.len());
        }
    }

    fn leave(&mut self) {
        self.open.pop();
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }
}

/// Whether computing a value does nothing but that, so that it can be left out.
fn is_idle(value: &Expr) -> bool {
    use ExprKind::*;
    match &value.kind {
        Null | Bool(_) | Int(_) | Num(_) | Text(_) | Name(_) => true,
        Unary(_, inner) => is_idle(inner),
        Binary(_, left, right) => is_idle(left) && is_idle(right),
        List(values) => values.iter().all(is_idle),
        _ => false,
    }
}
