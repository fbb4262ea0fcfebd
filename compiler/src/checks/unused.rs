//! Procedures, labels and parameters that nothing uses.

use super::Subject;
use crate::ast::{Ident, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::hashed::HashSet;
use crate::names::walk::Block;
use crate::names::{Folded, folded};

/// Looks at a whole script.
pub(super) fn check(subject: &Subject<'_>, uses: &Uses<'_>, out: &mut Vec<Diagnostic>) {
    let body = &subject.script.body;
    subject.notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Procedure(procedure) if !uses.calls.contains(&*folded(&procedure.name.name)) => {
            let what = if procedure.function { "FUNCTION" } else { "SUB" };
            out.push(unused(codes::UNUSED_PROCEDURE, what, &procedure.name, "calls"));
        }
        StmtKind::Label(label)
            if !is_line_number(&label.name) && !uses.jumps.contains(&*folded(&label.name)) =>
        {
            out.push(unused(codes::UNUSED_LABEL, "label", label, "leads to"));
        }
        _ => {}
    });
    params(body, uses, out);
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
fn params(body: &[Stmt], uses: &Uses<'_>, out: &mut Vec<Diagnostic>) {
    let declares = |stmt: &Stmt| {
        matches!(stmt.kind, StmtKind::Param(_) | StmtKind::Description(_) | StmtKind::Broken)
    };
    if body.iter().all(declares) {
        return;
    }
    for stmt in body {
        let StmtKind::Param(param) = &stmt.kind else { continue };
        if !uses.reads.contains(&*folded(&param.name.name)) {
            out.push(unused(codes::UNUSED_PARAM, "PARAM", &param.name, "reads"));
        }
    }
}

/// Which of the things that a script declares it uses, wherever it does.
pub(super) struct Uses<'a> {
    /// The names of its procedures and parameters.
    declared: HashSet<Folded<'a>>,
    reads: HashSet<Folded<'a>>,
    calls: HashSet<Folded<'a>>,
    jumps: HashSet<Folded<'a>>,
    /// The procedures whose lines are being read.
    open: Vec<Folded<'a>>,
}

/// The longest name of a procedure, in bytes: a longer text names none.
const NAME_MAX: usize = 128;

impl<'a> Uses<'a> {
    /// Nothing so far, of a script with these statements.
    pub fn new(notable: &'a [&'a Stmt]) -> Uses<'a> {
        let declared = notable.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Procedure(procedure) => Some(folded(&procedure.name.name)),
            StmtKind::Param(param) => Some(folded(&param.name.name)),
            _ => None,
        });
        let (reads, calls, jumps) = (HashSet::default(), HashSet::default(), HashSet::default());
        Uses { declared: declared.collect(), reads, calls, jumps, open: Vec::new() }
    }
    /// A name is read or called.
    pub fn call(&mut self, name: &'a str) {
        let name = folded(name);
        if !self.declared.contains(&name) {
            return;
        }
        // A procedure that only calls itself is not used.
        if !self.open.contains(&name) {
            self.calls.insert(name.clone());
        }
        self.reads.insert(name);
    }
    /// A word of a query.
    pub fn mention(&mut self, name: &'a str) {
        self.reads.insert(folded(name));
    }
    /// A literal text.
    pub fn text(&mut self, text: &'a str) {
        // `GET "param.city"`
        if let Some(name) = text.strip_prefix("param.") {
            self.reads.insert(folded(name));
        }
        // `ON "message" CALL "handler"` and its like name procedures in texts.
        let name = (text.len() <= NAME_MAX).then(|| folded(text));
        if let Some(name) = name.filter(|name| self.declared.contains(name)) {
            self.calls.insert(name);
        }
    }
    /// Control goes to a label.
    pub fn jump(&mut self, label: &'a Ident) {
        self.jumps.insert(folded(&label.name));
    }
    /// A block with a scope of its own begins.
    pub fn enter(&mut self, block: Block<'a>) {
        self.open.push(match block {
            Block::Procedure(procedure) => folded(&procedure.name.name),
            _ => folded(""),
        });
    }
    /// The innermost block ends.
    pub fn leave(&mut self) {
        self.open.pop();
    }
    /// `DEF FNa(x) = …` begins.
    pub fn def_fn(&mut self, name: &'a Ident) {
        self.open.push(folded(&name.name));
    }
}
