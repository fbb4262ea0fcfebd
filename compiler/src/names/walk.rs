//! One walk over the tree that tells a [`Watch`] which names are read and written, scope by scope.

use crate::ast::{
    Case, CaseTest, Classic, Command, EachHead, Expr, ExprKind, ForHead, Ident, LoopTest, MapKey,
    OnError, Piece, PrintItem, Procedure, Resume, Stmt, StmtKind,
};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::types::{self, Bindings, Bound, Slot};
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;
use std::rc::Rc;

/// Blocks and expressions may nest this deep; the same bound protects the lowering.
pub(crate) const MAX_DEPTH: usize = 400;

/// How a name receives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// `x = e`
    Assign,
    /// The variable of a FOR or FOR EACH, or of a CATCH.
    Loop,
    /// An element: `x(1) = e` without DIM.
    Element,
    /// `DIM x AS INTEGER`
    Dim,
    /// `DIM x(10)`
    Array,
    /// The answer of a keyword: `HEAR x`.
    Answer,
    /// CONST
    Const,
}

/// A block whose names are looked at apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Block<'a> {
    /// SUB or FUNCTION.
    Procedure(&'a Procedure),
    /// ON … END ON.
    Event(&'a Command),
    /// SCHEDULE IN … END SCHEDULE.
    Later(Span),
}

/// Who listens to the walk.
pub(crate) trait Watch<'a> {
    /// A name is read.
    fn read(&mut self, _name: &'a str, _span: Span) {}
    /// A bare word stands where a variable could: it is read if it is one.
    fn word(&mut self, _name: &'a str, _span: Span) {}
    /// A value in which names that nothing sets are columns; `own` is the column that receives it.
    fn columns(&mut self, _own: Option<&str>, _value: &'a Expr) {}
    /// A query over lists holds a word that is a column, or a variable where there is one.
    fn mention(&mut self, _name: &'a str, _span: Span) {}
    /// A name receives a value.
    fn write(&mut self, _name: &'a str, _span: Span, _how: Write) {}
    /// `name(args)`: a procedure, a function or an element.
    fn call(&mut self, _name: &'a str, _span: Span, _args: usize) {}
    /// `CALL name(args)`: a procedure or a script.
    fn call_named(&mut self, _name: &'a str, _span: Span, _args: usize) {}
    /// A keyword of the host in call style; its arguments, if they are as it wants them.
    fn host_call(&mut self, _keyword: &'static Keyword, _bound: Option<&Bound<'a>>, _words: Span) {}
    /// `DEF FNa(x) = …` begins; `leave` follows after its expression.
    fn def_fn(&mut self, _name: &'a Ident, _params: &'a [Ident]) {}
    /// An expression, before what is in it.
    fn expr(&mut self, _expr: &'a Expr) {}
    /// A literal text.
    fn text(&mut self, _text: &'a str, _span: Span) {}
    /// A label stands here.
    fn label(&mut self, _label: &'a Ident) {}
    /// Control goes to a label.
    fn jump(&mut self, _label: &'a Ident) {}
    /// A keyword, with its arguments if they fit.
    fn command(&mut self, _command: &'a Command, _bound: Option<&Bound<'a>>) {}
    /// The arguments of a keyword, to be kept; `command` follows.
    fn keep(&mut self, _command: &'a Command, _bound: &Rc<Bound<'a>>) {}
    /// A statement begins.
    fn stmt(&mut self, _stmt: &'a Stmt) {}
    /// A list of statements ends.
    fn block(&mut self, _body: &'a [Stmt]) {}
    /// A block with a scope of its own begins; `leave` follows after its statements.
    fn enter(&mut self, _block: Block<'a>) {}
    /// The innermost block ends.
    fn leave(&mut self) {}
    /// Something is wrong.
    fn report(&mut self, _diagnostic: Diagnostic) {}
}

/// Walks over a whole script.
pub(crate) fn walk<'a>(body: &'a [Stmt], bindings: &Bindings<'a>, watch: &mut dyn Watch<'a>) {
    Walk { watch, bindings, depth: 0, too_deep: false }.stmts(body);
}

/// Walks over one expression.
pub(crate) fn walk_expr<'a>(expr: &'a Expr, watch: &mut dyn Watch<'a>) {
    Walk { watch, bindings: &Bindings::default(), depth: 0, too_deep: false }.expr(expr);
}

struct Walk<'w, 'a> {
    watch: &'w mut dyn Watch<'a>,
    bindings: &'w Bindings<'a>,
    depth: usize,
    too_deep: bool,
}

impl<'a> Walk<'_, 'a> {
    /// Runs `inner` one level deeper, unless that is too deep.
    fn deeper(&mut self, span: Span, inner: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            if !std::mem::replace(&mut self.too_deep, true) {
                let message = "this is nested too deeply";
                let help = "move inner parts to a SUB, or store parts of the expression first";
                self.watch.report(Diagnostic::error(codes::TOO_DEEP, span, message).help(help));
            }
            return;
        }
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }

    fn stmts(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.watch.stmt(stmt);
            self.deeper(stmt.span, |walk| walk.stmt(stmt));
        }
        self.watch.block(body);
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Assign { target, value } => {
                self.expr(value);
                self.place(target, Write::Assign);
            }
            StmtKind::Command(command) => self.command(command, None),
            StmtKind::Call(call) => self.expr(call),
            StmtKind::CallNamed { callee, args } => self.call_named(callee, args),
            StmtKind::Return(value) => self.each(value),
            StmtKind::Throw(value) => self.expr(value),
            StmtKind::Assert { condition, message } => {
                self.expr(condition);
                self.each(message);
            }
            StmtKind::Const { name, value } => {
                self.expr(value);
                self.watch.write(&name.name, name.span, Write::Const);
            }
            StmtKind::With { target, fields } => {
                self.each(fields.iter().map(|(_, value)| value));
                self.place(target, Write::Assign);
            }
            StmtKind::Dim(items) => {
                for item in items {
                    self.each(&item.bounds);
                    let how = if item.bounds.is_empty() { Write::Dim } else { Write::Array };
                    self.watch.write(&item.name.name, item.name.span, how);
                }
            }
            StmtKind::Param(param) => self.each(&param.default),
            StmtKind::TextBlock { command, text } => self.command(command, Some(text)),
            StmtKind::Workflow { name, .. } => self.expr(name),
            StmtKind::Classic(classic) => self.classic(classic),
            _ => self.control(stmt),
        }
    }

    fn control(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    self.expr(condition);
                    self.stmts(body);
                }
                self.bodies(otherwise);
            }
            StmtKind::Select { subject, cases, otherwise } => {
                self.expr(subject);
                self.cases(cases);
                self.bodies(otherwise);
            }
            StmtKind::For { head, body } => {
                let ForHead { var, from, to, step } = &**head;
                self.each([from, to].into_iter().chain(step));
                self.place(var, Write::Loop);
                self.stmts(body);
            }
            StmtKind::ForEach { head, body } => {
                let EachHead { var, source, last } = &**head;
                self.each([source].into_iter().chain(last));
                self.watch.write(&var.name, var.span, Write::Loop);
                self.stmts(body);
            }
            StmtKind::Loop { before, after, body } => {
                self.test(before.as_deref());
                self.stmts(body);
                self.test(after.as_deref());
            }
            StmtKind::Try { body, var, catch, finally } => {
                self.stmts(body);
                if let Some(var) = var {
                    self.watch.write(&var.name, var.span, Write::Loop);
                }
                self.bodies(catch);
                self.bodies(finally);
            }
            StmtKind::Procedure(procedure) => {
                self.scope(Block::Procedure(procedure), &procedure.body);
            }
            StmtKind::EventBlock { command, body } => {
                self.command(command, None);
                self.scope(Block::Event(command), body);
            }
            StmtKind::Deferred { delay, body, .. } => {
                self.expr(delay);
                self.scope(Block::Later(stmt.span), body);
            }
            _ => self.jumps(stmt),
        }
    }

    fn jumps(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Label(label) => self.watch.label(label),
            StmtKind::Goto(label)
            | StmtKind::GoSub(label)
            | StmtKind::OnError(OnError::Goto(label))
            | StmtKind::Resume(Resume::Label(label)) => self.watch.jump(label),
            StmtKind::OnBranch { selector, labels, .. } => {
                self.expr(selector);
                labels.iter().for_each(|label| self.watch.jump(label));
            }
            _ => {}
        }
    }

    fn scope(&mut self, block: Block<'a>, body: &'a [Stmt]) {
        self.watch.enter(block);
        if let Block::Procedure(procedure) = block {
            self.each(procedure.params.iter().filter_map(|p| p.default.as_ref()));
        }
        self.stmts(body);
        self.watch.leave();
    }

    fn cases(&mut self, cases: &'a [Case]) {
        for case in cases {
            for test in &case.tests {
                match test {
                    CaseTest::Value(value) | CaseTest::Is(_, value) => self.expr(value),
                    CaseTest::Range(low, high) => self.each([low, high]),
                }
            }
            self.stmts(&case.body);
        }
    }

    fn classic(&mut self, classic: &'a Classic) {
        match classic {
            Classic::Print { items, using } => {
                self.each(using);
                for (item, _) in items {
                    match item {
                        PrintItem::Value(e) | PrintItem::Tab(e) | PrintItem::Spc(e) => self.expr(e),
                        PrintItem::Empty => {}
                    }
                }
            }
            Classic::Input { targets, .. } => {
                targets.iter().for_each(|t| self.place(t, Write::Answer));
            }
            Classic::Read(targets) => targets.iter().for_each(|t| self.place(t, Write::Assign)),
            Classic::Randomize(seed) => self.each(seed),
            Classic::Restore(Some(label)) => self.watch.jump(label),
            Classic::DefFn { name, params, body } => {
                self.watch.def_fn(name, params);
                self.expr(body);
                self.watch.leave();
            }
            Classic::Restore(None) | Classic::Data(_) => {}
            _ => self.numbered(classic),
        }
    }
    /// Statements of programs with line numbers.
    fn numbered(&mut self, classic: &'a Classic) {
        match classic {
            Classic::For { var, bounds, step, .. } => {
                self.each(bounds.iter().chain(step.as_deref()));
                self.watch.write(&var.name, var.span, Write::Loop);
            }
            Classic::Open { test, .. } | Classic::Close { test, .. } => self.test(test.as_ref()),
            Classic::Swap(left, right) => self.each([left, right]),
            Classic::Run(Some(label)) | Classic::ReturnTo(label) => self.watch.jump(label),
            Classic::Chain(value) | Classic::Width(value) | Classic::Key(value) => self.expr(value),
            Classic::MidSet { target, start, count, value } => {
                self.each([&**target, &**start, &**value].into_iter().chain(count.as_deref()));
            }
            Classic::Write(values) | Classic::Nothing(values) => self.each(values),
            Classic::Locate { column } => self.each(column),
            _ => {}
        }
    }

    fn bodies(&mut self, body: &'a Option<Vec<Stmt>>) {
        if let Some(body) = body {
            self.stmts(body);
        }
    }

    fn test(&mut self, test: Option<&'a LoopTest>) {
        if let Some(test) = test {
            self.expr(&test.condition);
        }
    }

    fn each(&mut self, values: impl IntoIterator<Item = &'a Expr>) {
        values.into_iter().for_each(|value| self.expr(value));
    }

    fn call_named(&mut self, callee: &'a Expr, args: &'a [Expr]) {
        self.each(args);
        match &callee.kind {
            ExprKind::Name(name) => self.watch.call_named(name, callee.span, args.len()),
            _ => self.expr(callee),
        }
    }

    /// What receives a value: parts of it (`a[i]`, `o.f`) are read.
    fn place(&mut self, target: &'a Expr, how: Write) {
        match &target.kind {
            ExprKind::Name(name) => self.watch.write(name, target.span, how),
            ExprKind::Call { callee, args } => {
                self.each(args);
                match &callee.kind {
                    ExprKind::Name(name) => self.watch.write(name, callee.span, Write::Element),
                    _ => self.expr(callee),
                }
            }
            _ => self.expr(target),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        self.deeper(expr.span, |walk| walk.expr_kind(expr));
    }

    fn expr_kind(&mut self, expr: &'a Expr) {
        self.watch.expr(expr);
        match &expr.kind {
            ExprKind::Name(name) => self.watch.read(name, expr.span),
            ExprKind::Text(text) => self.watch.text(text, expr.span),
            ExprKind::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Value(value) = piece {
                        self.expr(value);
                    }
                }
            }
            ExprKind::Field { of, .. } => self.expr(of),
            ExprKind::Index { of, index } => {
                self.expr(of);
                self.each(index);
            }
            ExprKind::Call { callee, args } => self.call(callee, args),
            ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => self.expr(value),
            ExprKind::Binary(_, left, right) => self.each([&**left, right]),
            ExprKind::Ternary(a, b, c) => self.each([&**a, b, c]),
            ExprKind::Between { value, low, high } => self.each([&**value, low, high]),
            ExprKind::List(values) => self.each(values),
            ExprKind::Map(entries) => {
                for (key, value) in entries {
                    if let MapKey::Computed(key) = key {
                        self.expr(key);
                    }
                    self.expr(value);
                }
            }
            ExprKind::Command(command) => self.command(command, None),
            ExprKind::Select(query) => {
                for name in super::query_names(query) {
                    self.watch.mention(name, expr.span);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, callee: &'a Expr, args: &'a [Expr]) {
        match &callee.kind {
            ExprKind::Name(name) if super::called_script(name).is_some() => {
                self.each(args);
                let name = super::called_script(name).unwrap_or(name);
                self.watch.call_named(name, callee.span, args.len());
            }
            ExprKind::Name(name) if super::is_call_word(name) => {
                if let Some((target, more)) = args.split_first() {
                    self.call_named(target, more);
                }
            }
            ExprKind::Name(name) => {
                self.watch.call(name, callee.span, args.len());
                match super::host_call_style(name) {
                    Some(keyword) => self.bound_call(keyword, args, callee.span),
                    None => self.each(args),
                }
            }
            ExprKind::Field { of, .. } => {
                self.expr(of);
                self.each(args);
            }
            _ => {
                self.expr(callee);
                self.each(args);
            }
        }
    }

    fn bound_call(&mut self, keyword: &'static Keyword, args: &'a [Expr], span: Span) {
        match types::bind_call(keyword, args, span) {
            Ok(bound) => {
                self.watch.host_call(keyword, Some(&bound), span);
                self.bound(&bound);
            }
            Err(diagnostic) => {
                self.watch.report(*diagnostic);
                self.watch.host_call(keyword, None, span);
            }
        }
    }

    fn command(&mut self, command: &'a Command, text: Option<&'a Expr>) {
        match self.bindings.bind(command, text) {
            Ok(bound) => {
                self.watch.keep(command, &bound);
                self.watch.command(command, Some(&bound));
                self.bound(&bound);
            }
            Err(diagnostic) => {
                self.watch.report(*diagnostic);
                self.watch.command(command, None);
                self.each(command.args.iter().filter_map(|arg| arg.value.as_ref()).chain(text));
            }
        }
    }

    fn bound(&mut self, bound: &Bound<'a>) {
        // The answer arrives after everything else has been read.
        for (ty, slot) in bound.typed().filter(|(ty, _)| *ty != Type::Target) {
            match slot {
                Slot::Value(value) if ty == Type::Condition => self.condition(value),
                Slot::Value(value) if ty == Type::Symbol && is_word(value) => {}
                Slot::Value(value) if ty == Type::Word && is_word(value) => self.word(value),
                Slot::Value(value) => self.expr(value),
                Slot::Rest(values) => self.each(values.iter().copied()),
                Slot::Pairs(pairs) => {
                    for pair in pairs {
                        if bound.keyword.name == "UPDATE" {
                            self.watch.columns(Some(&pair.name), pair.value);
                        }
                        self.expr(pair.value);
                    }
                }
                Slot::Missing | Slot::Flag => {}
            }
        }
        for (_, slot) in bound.typed().filter(|(ty, _)| *ty == Type::Target) {
            if let Slot::Value(place) = slot {
                self.place(place, Write::Answer);
            }
        }
    }

    /// A word that may be the name of a variable.
    fn word(&mut self, value: &'a Expr) {
        if let ExprKind::Name(name) = &value.kind {
            self.watch.word(name, value.span);
        }
    }

    /// The left sides of a condition are columns.
    fn condition(&mut self, value: &'a Expr) {
        let mut values = Vec::new();
        super::condition_values(value, &mut values);
        for (column, value) in values {
            // `name = name`: the right side is the variable.
            let same = matches!(&value.kind, ExprKind::Name(name)
                if column.is_some_and(|column| super::fold(&column) == super::fold(name)));
            if !same {
                self.watch.columns(None, value);
            }
            self.expr(value);
        }
    }
}

fn is_word(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Name(_) | ExprKind::Star)
}
