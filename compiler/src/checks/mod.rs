//! What can hardly be meant, or will surely fail, in a script that can be read and whose names are
//! known. Every finding is a warning or a hint, except where the script cannot work at all.
//!
//! A check must be sure: one that is wrong now and then teaches people to read past all of them.
//!
//! Reading order: [`kinds`] (what an expression is for sure), [`literals`] (texts that have a
//! grammar of their own), [`values`] (kinds that do not fit), [`conditions`], [`loops`],
//! [`flow`] (what is never reached), [`doubles`] (what stands twice), [`unused`], [`spellings`],
//! [`dialogs`] (what a person sees), [`injection`].

mod conditions;
mod dialogs;
mod doubles;
pub(crate) mod flow;
mod injection;
mod kinds;
mod literals;
mod loops;
mod spellings;
mod unused;
mod values;

use crate::ast::{Expr, ExprKind, Ident, Script, Stmt, StmtKind};
use crate::diagnostics::Diagnostic;
use crate::lower::Input;
use crate::lower::script::each_stmt;
use crate::names::walk::{Block, Watch, walk};
use crate::names::{Names, Surroundings};
use crate::source::{SourceFile, Span};
use crate::types::{Bindings, Bound, Slot};
use basilect_stdlib::Keyword;
use kinds::Kinds;

/// What is looked at.
pub(crate) struct Subject<'a> {
    /// Its text.
    pub file: &'a SourceFile,
    /// Its tree.
    pub script: &'a Script,
    /// Its statements of some kinds.
    pub notable: &'a [&'a Stmt],
    /// The arguments of its keywords.
    pub bindings: &'a Bindings<'a>,
    /// Its names.
    pub names: &'a Names,
    /// What it may refer to.
    pub around: &'a Surroundings,
}

impl<'a> Subject<'a> {
    /// What is about to be lowered.
    pub(crate) fn new(input: &'a Input<'_>, around: &'a Surroundings) -> Subject<'a> {
        let Input { file, script, notable, bindings, names, .. } = input;
        Subject { file, script, notable, bindings, names, around }
    }
}

/// Looks at a script.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let kinds = Kinds::of(subject);
    let spellings = spellings::Spellings::new(subject);
    let guarded = guarded(subject.notable);
    let uses = unused::Uses::new(subject.notable);
    let mut checker = Checker { subject, kinds, spellings, guarded, uses, out: Vec::new() };
    walk(&subject.script.body, subject.bindings, &mut checker);
    let Checker { spellings, uses, mut out, .. } = checker;
    spellings.report(&mut out);
    if !subject.script.is_classic() {
        loops::check(subject, &mut out);
        unused::check(subject, &uses, &mut out);
        dialogs::buttons(subject, &mut out);
    }
    out
}

/// Listens to the walk.
struct Checker<'a, 's> {
    subject: &'s Subject<'a>,
    kinds: Kinds,
    spellings: spellings::Spellings<'a>,
    /// Where errors are expected.
    guarded: Vec<Span>,
    /// What is used.
    uses: unused::Uses<'a>,
    out: Vec<Diagnostic>,
}

/// The lines in which an error is expected, because a TRY or ON ERROR handles it.
fn guarded(notable: &[&Stmt]) -> Vec<Span> {
    let mut guarded = Vec::new();
    notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Try { body, .. } => {
            let mut whole = stmt.span;
            each_stmt(body, &mut |inner| whole.end = whole.end.max(inner.span.end));
            guarded.push(whole);
        }
        StmtKind::OnError(_) => guarded.push(Span::new(0, u32::MAX)),
        _ => {}
    });
    guarded
}

impl<'a> Watch<'a> for Checker<'a, '_> {
    fn read(&mut self, name: &'a str, _span: Span) {
        self.uses.call(name);
    }
    fn mention(&mut self, name: &'a str, _span: Span) {
        self.uses.mention(name);
    }
    fn call(&mut self, name: &'a str, _span: Span, _args: usize) {
        self.uses.call(name);
    }
    fn call_named(&mut self, name: &'a str, _span: Span, _args: usize) {
        self.uses.call(name);
    }
    fn text(&mut self, text: &'a str, _span: Span) {
        self.uses.text(text);
    }
    fn jump(&mut self, label: &'a Ident) {
        self.uses.jump(label);
    }
    fn enter(&mut self, block: Block<'a>) {
        self.uses.enter(block);
    }
    fn leave(&mut self) {
        self.uses.leave();
    }
    fn def_fn(&mut self, name: &'a Ident, _params: &'a [Ident]) {
        self.uses.def_fn(name);
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        if !self.subject.script.is_classic() {
            conditions::stmt(stmt, &mut self.out);
        }
        doubles::stmt(stmt, &mut self.out);
        if let StmtKind::Deferred { unit, .. } = &stmt.kind {
            let line = self.subject.file.slice(stmt.span).to_uppercase();
            let at = line.rfind(unit.as_str()).unwrap_or(0) as u32 + stmt.span.start;
            let span = Span::new(at, at + unit.len() as u32);
            self.out.extend(literals::unknown_unit(unit, span));
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        // Classic programs have checks of their own.
        if self.subject.script.is_classic() {
            return;
        }
        self.spellings.expr(expr);
        let inside = |lines: &Span| lines.start <= expr.span.start && expr.span.end <= lines.end;
        if !self.guarded.iter().any(inside) {
            values::expr(expr, &self.kinds, &mut self.out);
        }
        doubles::expr(expr, &mut self.out);
        if let Some(call) = Call::of(expr) {
            self.function(&call);
        }
    }

    fn command(&mut self, command: &'a crate::ast::Command, bound: Option<&Bound<'a>>) {
        self.spellings.keyword(command.keyword, command.words);
        let Some(bound) = bound else { return };
        dialogs::command(bound, self.subject, &mut self.out);
        self.bound(bound, command.words);
    }

    fn host_call(&mut self, _: &'static Keyword, bound: Option<&Bound<'a>>, words: Span) {
        let Some(bound) = bound else { return };
        self.bound(bound, words);
    }
}

impl<'a> Checker<'a, '_> {
    fn bound(&mut self, bound: &Bound<'a>, words: Span) {
        literals::bound(bound, words, &mut self.out);
        injection::bound(bound, &mut self.out);
        if bound.keyword.run.is_some() {
            self.function(&Call::of_bound(bound, words));
        }
    }

    fn function(&mut self, call: &Call<'_>) {
        literals::call(call, &self.kinds, &mut self.out);
        values::call(call, &self.kinds, &mut self.out);
    }
}

/// A call of a pure function, however it is written: `TRIM(a)`, `a.trim()`, `FORMAT a AS b`.
struct Call<'a> {
    keyword: &'static Keyword,
    /// Where its name stands.
    name: Span,
    /// What is given for each of its fields.
    args: Vec<Option<&'a Expr>>,
    /// Whether it is written as a method.
    method: bool,
}

impl<'a> Call<'a> {
    fn of(expr: &'a Expr) -> Option<Call<'a>> {
        let ExprKind::Call { callee, args } = &expr.kind else { return None };
        match &callee.kind {
            ExprKind::Name(name) => {
                let keyword = crate::names::function(name)?;
                let args = args.iter().map(Some).collect();
                Some(Call { keyword, name: callee.span, args, method: false })
            }
            ExprKind::Field { of, name, .. } => {
                let keyword = crate::names::function(&name.name)?;
                let args = std::iter::once(Some(&**of)).chain(args.iter().map(Some)).collect();
                Some(Call { keyword, name: name.span, args, method: true })
            }
            _ => None,
        }
    }

    fn of_bound(bound: &Bound<'a>, words: Span) -> Call<'a> {
        let given = |slot: &Slot<'a>| match slot {
            Slot::Value(value) => Some(*value),
            _ => None,
        };
        let args = bound.slots.iter().map(given).collect();
        Call { keyword: bound.keyword, name: words, args, method: false }
    }

    /// What is given for a field.
    fn arg(&self, field: &str) -> Option<&'a Expr> {
        let (index, _) = self.keyword.field(field)?;
        self.args.get(index).copied().flatten()
    }
}
