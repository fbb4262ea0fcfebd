//! Procedures, labels and parameters that nothing uses.

use super::Subject;
use crate::ast::{Ident, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::hashed::HashSet;
use crate::lower::script::each_stmt;
use crate::names::fold;
use crate::names::walk::{Block, Watch, walk};
use crate::source::Span;

/// Looks at a whole script.
pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let body = &subject.script.body;
    let mut uses = Uses::default();
    walk(body, &mut uses);
    each_stmt(body, &mut |stmt| match &stmt.kind {
        StmtKind::Procedure(procedure) if !uses.calls.contains(&fold(&procedure.name.name)) => {
            let what = if procedure.function { "FUNCTION" } else { "SUB" };
            out.push(unused(codes::UNUSED_PROCEDURE, what, &procedure.name, "calls"));
        }
        StmtKind::Label(label)
            if !is_line_number(&label.name) && !uses.jumps.contains(&fold(&label.name)) =>
        {
            out.push(unused(codes::UNUSED_LABEL, "label", label, "leads to"));
        }
        _ => {}
    });
    params(body, &uses, out);
}

/// Lines that bear numbers bear them all.
fn is_line_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

fn unused(
    code: crate::diagnostics::codes::Code,
    what: &str,
    name: &Ident,
    verb: &str,
) -> Diagnostic {
    let message = format!("nothing {verb} the {what} {}", name.name);
    let found = Diagnostic::new(code, Severity::Hint, name.span, message);
    found.help("remove it, or check the spelling of where it should be used")
}

/// A PARAM that a script with other lines never reads.
fn params(body: &[Stmt], uses: &Uses, out: &mut Vec<Diagnostic>) {
    let declares = |stmt: &Stmt| {
        matches!(stmt.kind, StmtKind::Param(_) | StmtKind::Description(_) | StmtKind::Broken)
    };
    if body.iter().all(declares) {
        return;
    }
    for stmt in body {
        let StmtKind::Param(param) = &stmt.kind else { continue };
        if !uses.reads.contains(&fold(&param.name.name)) {
            out.push(unused(codes::UNUSED_PARAM, "PARAM", &param.name, "reads"));
        }
    }
}

/// What a script uses, wherever it does.
#[derive(Default)]
struct Uses {
    reads: HashSet<String>,
    calls: HashSet<String>,
    jumps: HashSet<String>,
    /// The procedures whose lines are being read.
    open: Vec<String>,
}

impl Uses {
    fn call(&mut self, name: &str) {
        let name = fold(name);
        // A procedure that only calls itself is not used.
        if !self.open.contains(&name) {
            self.calls.insert(name.clone());
        }
        self.reads.insert(name);
    }
}

impl<'a> Watch<'a> for Uses {
    fn read(&mut self, name: &'a str, _span: Span) {
        self.call(name);
    }
    fn mention(&mut self, name: &'a str, _span: Span) {
        self.reads.insert(fold(name));
    }
    fn call(&mut self, name: &'a str, _span: Span, _args: usize) {
        self.call(name);
    }
    fn call_named(&mut self, name: &'a str, _span: Span, _args: usize) {
        self.call(name);
    }
    fn text(&mut self, text: &'a str, _span: Span) {
        // `GET "param.city"`
        if let Some(name) = text.strip_prefix("param.") {
            self.reads.insert(fold(name));
        }
        // `ON "message" CALL "handler"` and its like name procedures in texts.
        self.calls.insert(fold(text));
    }
    fn jump(&mut self, label: &'a Ident) {
        self.jumps.insert(fold(&label.name));
    }
    fn enter(&mut self, block: Block<'a>) {
        self.open.push(match block {
            Block::Procedure(procedure) => fold(&procedure.name.name),
            _ => String::new(),
        });
    }
    fn leave(&mut self) {
        self.open.pop();
    }
    fn def_fn(&mut self, name: &'a Ident, _params: &'a [Ident]) {
        self.open.push(fold(&name.name));
    }
}
