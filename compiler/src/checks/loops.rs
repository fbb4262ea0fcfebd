//! Loops that never end: nothing in them leaves, waits, or changes what their condition is about.

use super::Subject;
use crate::ast::{Command, Expr, ExprKind, LoopTest, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashSet;
use crate::lower::fold::{Known, known};
use crate::names::walk::{Watch, Write, walk, walk_expr};
use crate::names::{self, fold};
use crate::source::Span;
use crate::types::{Bindings, Bound};
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Effect;

/// Looks at all loops of a script, and at loops over a count that goes one too far.
pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let guarded = subject.notable.iter().any(|stmt| matches!(stmt.kind, StmtKind::OnError(_)));
    subject.notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Loop { before, after, body } if !guarded => {
            out.extend(endless(stmt, before.as_deref(), after.as_deref(), body, subject.bindings));
        }
        StmtKind::For { head, body } => {
            out.extend(one_too_far(&head.var, &head.from, &head.to, body, subject));
        }
        _ => {}
    });
}

fn endless<'a>(
    stmt: &Stmt,
    before: Option<&LoopTest>,
    after: Option<&LoopTest>,
    body: &'a [Stmt],
    bindings: &Bindings<'a>,
) -> Option<Diagnostic> {
    if leaves(body, false, false) {
        return None;
    }
    let mut inside = Inside::default();
    walk(body, bindings, &mut inside);
    if inside.waits || inside.calls {
        return None;
    }
    let tests: Vec<&LoopTest> = before.into_iter().chain(after).collect();
    if tests.is_empty() {
        let message = "this loop never ends: nothing in it leaves or waits";
        let help = "write `EXIT DO` where it should end, or `LOOP UNTIL condition`";
        return Some(Diagnostic::warning(codes::ENDLESS_LOOP, stmt.span, message).help(help));
    }
    for test in &tests {
        match known(&test.condition).map(|value| is_true(&value) != test.until) {
            Some(true) => {}
            Some(false) => return None,
            None => return stuck(stmt, &tests, &inside),
        }
    }
    let message = "this loop never ends: its condition is always the same, and nothing leaves";
    let help = "write `EXIT DO` where it should end, or a condition that can change";
    Some(Diagnostic::warning(codes::ENDLESS_LOOP, stmt.span, message).help(help))
}

fn is_true(value: &Known) -> bool {
    !matches!(value, Known::Null | Known::Bool(false) | Known::Int(0))
}

/// A loop whose condition is about variables that nothing in it changes.
fn stuck(stmt: &Stmt, tests: &[&LoopTest], inside: &Inside) -> Option<Diagnostic> {
    let mut about = About::default();
    tests.iter().for_each(|test| walk_expr(&test.condition, &mut about));
    let fixed = !about.varies && !about.names.is_empty();
    if !fixed || about.names.iter().any(|name| inside.touched.contains(name)) {
        return None;
    }
    let name = about.spelling.unwrap_or_default();
    let message = format!("this loop never ends once it has begun: nothing in it changes {name}");
    let help = format!("change {name} in the loop, or leave it with `EXIT DO`");
    Some(Diagnostic::warning(codes::ENDLESS_LOOP, stmt.span, message).help(help))
}

/// What a condition is about.
#[derive(Default)]
struct About {
    names: HashSet<String>,
    spelling: Option<String>,
    /// Whether it may change by itself: it asks the time, chance, the outside or a procedure.
    varies: bool,
}

impl<'a> Watch<'a> for About {
    fn read(&mut self, name: &'a str, _span: Span) {
        self.varies |= names::bare_function(name).is_some() || names::error_name(name).is_some();
        self.spelling.get_or_insert_with(|| name.to_string());
        self.names.insert(fold(name));
    }
    fn call(&mut self, name: &'a str, _span: Span, args: usize) {
        let steady = names::function(name).is_some_and(|keyword| {
            args > 0 && !matches!(keyword.name, "RANDOM" | "RND" | "NOW" | "TODAY")
        });
        self.varies |= !steady;
    }
    fn call_named(&mut self, _name: &'a str, _span: Span, _args: usize) {
        self.varies = true;
    }
    fn host_call(&mut self, _: &'static Keyword, _: Option<&Bound<'a>>, _: Span) {
        self.varies = true;
    }
    fn command(&mut self, _command: &'a Command, _bound: Option<&Bound<'a>>) {
        self.varies = true;
    }
}

/// What the lines of a loop do.
#[derive(Default)]
struct Inside {
    /// Whether a person, a time or a service is waited for.
    waits: bool,
    /// Whether something is called that may end the script or change its variables.
    calls: bool,
    /// Variables that may change.
    touched: HashSet<String>,
}

impl Inside {
    fn uses(&mut self, keyword: &Keyword) {
        self.waits |= keyword.effect == Effect::Suspend;
    }
    fn touch(&mut self, place: &Expr) {
        match &place.kind {
            ExprKind::Name(name) => {
                self.touched.insert(fold(name));
            }
            ExprKind::Field { of, .. } | ExprKind::Index { of, .. } => self.touch(of),
            ExprKind::Call { callee, .. } => self.touch(callee),
            _ => {}
        }
    }
}

impl<'a> Watch<'a> for Inside {
    fn write(&mut self, name: &'a str, _span: Span, _how: Write) {
        self.touched.insert(fold(name));
    }
    fn call(&mut self, name: &'a str, _span: Span, _args: usize) {
        self.calls |= names::function(name).is_none();
    }
    fn call_named(&mut self, _name: &'a str, _span: Span, _args: usize) {
        self.calls = true;
    }
    fn host_call(&mut self, keyword: &'static Keyword, _: Option<&Bound<'a>>, _: Span) {
        self.uses(keyword);
    }
    fn expr(&mut self, expr: &'a Expr) {
        // A method may change what it is called on.
        if let ExprKind::Call { callee, args } = &expr.kind {
            if let ExprKind::Field { of, .. } = &callee.kind {
                self.touch(of);
            }
            args.iter().for_each(|arg| self.touch(arg));
        }
    }
    fn stmt(&mut self, stmt: &'a Stmt) {
        if let StmtKind::Assign { target, .. } | StmtKind::With { target, .. } = &stmt.kind {
            self.touch(target);
        }
    }
    fn command(&mut self, command: &'a Command, _bound: Option<&Bound<'a>>) {
        self.uses(command.keyword);
        command.args.iter().filter_map(|arg| arg.value.as_ref()).for_each(|arg| self.touch(arg));
    }
}

/// Whether something in these lines of a loop goes to the line behind it.
pub(super) fn leaves_loop(body: &[Stmt]) -> bool {
    leaves(body, false, false)
}

/// Whether control can go out of a loop with these lines. `counted` and `looped` say whether they
/// stand inside further loops of that kind.
fn leaves(body: &[Stmt], counted: bool, looped: bool) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Exit(kind) => super::flow::exits(*kind, counted, looped),
        StmtKind::Return(_) | StmtKind::Goto(_) | StmtKind::Throw(_) => true,
        StmtKind::OnBranch { .. } | StmtKind::Resume(_) | StmtKind::Assert { .. } => true,
        StmtKind::GoSub(_) | StmtKind::Broken => true,
        StmtKind::For { body, .. } | StmtKind::ForEach { body, .. } => leaves(body, true, looped),
        StmtKind::Loop { body, .. } => leaves(body, counted, true),
        StmtKind::Try { catch, body, finally, .. } => {
            let parts = [Some(body), catch.as_ref(), finally.as_ref()];
            parts.into_iter().flatten().any(|part| leaves(part, counted, looped))
        }
        StmtKind::If { arms, otherwise } => {
            let mut bodies = arms.iter().map(|(_, body)| body).chain(otherwise);
            bodies.any(|body| leaves(body, counted, looped))
        }
        StmtKind::Select { cases, otherwise, .. } => {
            let mut bodies = cases.iter().map(|case| &case.body).chain(otherwise);
            bodies.any(|body| leaves(body, counted, looped))
        }
        _ => false,
    })
}

// ---------------------------------------------------------------------- UBOUND

/// `FOR i = 0 TO UBOUND(list)` reads one element that is not there.
fn one_too_far<'a>(
    var: &Expr,
    from: &Expr,
    to: &Expr,
    body: &'a [Stmt],
    subject: &Subject<'a>,
) -> Option<Diagnostic> {
    let ExprKind::Call { callee, args } = &to.kind else { return None };
    let counts = matches!(&callee.kind, ExprKind::Name(name)
        if names::function(name).is_some_and(|f| matches!(f.name, "UBOUND" | "COUNT")));
    let (ExprKind::Name(var), [list]) = (&var.kind, args.as_slice()) else { return None };
    let ExprKind::Name(name) = &list.kind else { return None };
    let own = subject.names.is_array(name) || subject.names.is_procedure("ubound");
    if !counts || own || known(from) != Some(Known::Int(0)) {
        return None;
    }
    let mut indexed = Indexed { list: fold(name), var: fold(var), found: false };
    walk(body, subject.bindings, &mut indexed);
    let written = subject.file.slice(to.span);
    let message = format!("this counts one too far: {name} has no element {written}");
    let help = format!("the elements are 0 to {written} - 1; or write `FOR EACH item IN {name}`");
    let end = crate::source::Span::new(to.span.end, to.span.end);
    indexed.found.then(|| {
        Diagnostic::warning(codes::ONE_TOO_FAR, to.span, message)
            .help(help)
            .unsure_fix("Count to the last element", vec![(end, " - 1".into())])
    })
}

/// Whether an element of a list is read with a variable alone.
struct Indexed {
    list: String,
    var: String,
    found: bool,
}

impl<'a> Watch<'a> for Indexed {
    fn expr(&mut self, expr: &'a Expr) {
        let (of, index) = match &expr.kind {
            ExprKind::Index { of, index } => (of, index),
            ExprKind::Call { callee, args } => (callee, args),
            _ => return,
        };
        let named = |expr: &Expr, name: &str| match &expr.kind {
            ExprKind::Name(other) => fold(other) == name,
            _ => false,
        };
        let alone = matches!(index.as_slice(), [only] if named(only, &self.var));
        self.found |= alone && named(of, &self.list);
    }
}
