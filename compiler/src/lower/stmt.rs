//! Statements.

use super::function::Lower;
use crate::ast::{
    BinaryOp, Case, CaseTest, Command, EachHead, Expr, ForHead, Ident, Stmt, StmtKind,
};
use crate::names;
use crate::package::triggers;
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// Lowers statements one after another.
    pub(super) fn stmts(&mut self, body: &'a [Stmt]) {
        self.nesting += 1;
        for stmt in body {
            self.begin(stmt);
            let mark = self.code.mark();
            self.stmt(stmt);
            self.end_block(mark);
        }
        self.nesting -= 1;
    }

    fn begin(&mut self, stmt: &Stmt) {
        let line = self.line_of(stmt.span);
        self.code.line(line);
        self.code.statement();
    }

    /// What follows ends a block: after an error in the block's last statement, RESUME NEXT goes
    /// here and not past the jump that leaves the block.
    pub(super) fn end_of_block(&mut self) {
        self.code.statement();
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        if self.classic {
            return self.classic_stmt(stmt);
        }
        match &stmt.kind {
            StmtKind::Assign { target, value } => self.assign(target, value),
            StmtKind::Const { name, value } => {
                let from = self.value(value);
                self.store_name(name, from);
            }
            StmtKind::Command(command) => self.command_stmt(command),
            StmtKind::Call(call) => self.call_stmt(call),
            StmtKind::CallNamed { callee, args } => {
                let to = self.code.temp();
                self.call_target(to, callee, &args.iter().collect::<Vec<_>>());
            }
            StmtKind::If { arms, otherwise } => self.if_stmt(arms, otherwise.as_deref()),
            StmtKind::Select { subject, cases, otherwise } => {
                self.select_case(subject, cases, otherwise.as_deref());
            }
            StmtKind::With { target, fields } => self.with(target, fields),
            StmtKind::Dim(items) => items.iter().for_each(|item| self.dim(item)),
            StmtKind::TextBlock { command, text } => {
                let to = self.code.temp();
                self.command(to, command, Some(text));
            }
            StmtKind::Classic(classic) => self.zoned(classic),
            StmtKind::EventBlock { command, .. } => self.event_stmt(command),
            StmtKind::Deferred { delay, unit, .. } => self.deferred(stmt, delay, unit),
            StmtKind::Workflow { name, steps } => self.workflow(name, steps),
            _ => self.flow(stmt),
        }
    }

    pub(super) fn flow(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::For { head, body } => {
                let ForHead { var, from, to, step } = &**head;
                self.counted(var, [from, to], step.as_ref(), body);
            }
            StmtKind::ForEach { head, body } => {
                let EachHead { var, source, last } = &**head;
                self.for_each(var, source, last.as_ref(), body);
            }
            StmtKind::Loop { before, after, body } => {
                self.general_loop(before.as_deref(), after.as_deref(), body);
            }
            StmtKind::Return(value) => self.return_stmt(value.as_ref()),
            StmtKind::Exit(kind) => self.exit(*kind, stmt.span),
            StmtKind::Continue => self.continue_stmt(stmt.span),
            StmtKind::Label(label) => {
                if let Some(target) = self.target(label) {
                    self.code.place(target.label);
                    self.code.statement();
                }
            }
            StmtKind::Goto(label) => self.goto(label),
            StmtKind::GoSub(label) => self.go_sub(label),
            StmtKind::OnBranch { selector, gosub, labels } => {
                self.on_branch(selector, *gosub, labels);
            }
            StmtKind::Try { body, var, catch, finally } => {
                self.try_stmt(body, var.as_ref(), catch.as_deref(), finally.as_deref());
            }
            StmtKind::OnError(on) => self.on_error(on),
            StmtKind::Resume(resume) => self.resume(resume),
            StmtKind::Throw(value) => {
                let value = self.value(value);
                self.code.push(Op::Throw, value, 0, 0);
            }
            StmtKind::ClearError => self.code.push(Op::ErrorClear, 0, 0, 0),
            StmtKind::Assert { condition, message } => self.assert(condition, message.as_ref()),
            // Declarations: PARAM, DESCRIPTION, TABLE, procedures, pragmas.
            _ => {}
        }
    }

    fn command_stmt(&mut self, command: &'a Command) {
        if self.main && self.nesting == 1 && triggers::is_declaration(command) {
            return;
        }
        let to = self.code.temp();
        self.command(to, command, None);
    }

    /// A name or call alone on a line.
    fn call_stmt(&mut self, call: &'a Expr) {
        let to = self.code.temp();
        self.into(to, call);
    }

    pub(super) fn if_stmt(&mut self, arms: &'a [(Expr, Vec<Stmt>)], otherwise: Option<&'a [Stmt]>) {
        let end = self.code.label();
        for (index, (condition, body)) in arms.iter().enumerate() {
            let last = index + 1 == arms.len() && otherwise.is_none();
            let next = if last { end } else { self.code.label() };
            if index > 0 {
                let line = self.line_of(condition.span);
                self.code.line(line);
            }
            self.branch(condition, false, next);
            self.stmts(body);
            if !last {
                self.leave_arm(body, end);
                self.code.place(next);
            }
        }
        self.stmts(otherwise.unwrap_or(&[]));
        self.code.place(end);
    }

    /// Jumps over the other arms, unless the arm leaves by itself.
    fn leave_arm(&mut self, body: &[Stmt], end: super::emit::Label) {
        let leaves = body.last().is_some_and(|stmt| {
            matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Goto(_) | StmtKind::Continue)
        });
        if !leaves || self.has_gosub {
            self.end_of_block();
            self.code.jump(Op::Jump, 0, 0, end);
        }
    }

    pub(super) fn select_case(
        &mut self,
        subject: &'a Expr,
        cases: &'a [Case],
        otherwise: Option<&'a [Stmt]>,
    ) {
        let subject = self.value(subject);
        let end = self.code.label();
        for (index, case) in cases.iter().enumerate() {
            let last = index + 1 == cases.len() && otherwise.is_none();
            let next = if last { end } else { self.code.label() };
            let line = self.line_of(case.span);
            self.code.line(line);
            self.case_tests(subject, &case.tests, next);
            self.stmts(&case.body);
            if !last {
                self.leave_arm(&case.body, end);
                self.code.place(next);
            }
        }
        self.stmts(otherwise.unwrap_or(&[]));
        self.code.place(end);
    }

    /// Falls through when one of the tests fits, else goes to `next`.
    fn case_tests(&mut self, subject: u8, tests: &'a [CaseTest], next: super::emit::Label) {
        let body = self.code.label();
        for (index, test) in tests.iter().enumerate() {
            let mark = self.code.mark();
            let last = index + 1 == tests.len();
            match test {
                CaseTest::Value(value) => self.case_value(subject, value, last, body, next),
                CaseTest::Range(low, high) => {
                    let miss = if last { next } else { self.code.label() };
                    let low = self.value(low);
                    self.code.jump(Op::JumpNotLe, low, u16::from(subject), miss);
                    let high = self.operand(high);
                    self.code.jump(Op::JumpNotLe, subject, high, miss);
                    if !last {
                        self.code.jump(Op::Jump, 0, 0, body);
                        self.code.place(miss);
                    }
                }
                CaseTest::Is(op, value) => self.case_is(subject, *op, value, last, body, next),
            }
            self.code.release(mark);
        }
        self.code.place(body);
    }

    fn case_value(
        &mut self,
        subject: u8,
        value: &'a Expr,
        last: bool,
        body: super::emit::Label,
        next: super::emit::Label,
    ) {
        let value = self.operand(value);
        match last {
            true => self.code.jump(Op::JumpNe, subject, value, next),
            false => self.code.jump(Op::JumpEq, subject, value, body),
        }
    }

    fn case_is(
        &mut self,
        subject: u8,
        op: BinaryOp,
        value: &'a Expr,
        last: bool,
        body: super::emit::Label,
        next: super::emit::Label,
    ) {
        let subject = u16::from(subject);
        let (yes, no, left, right) = match op {
            BinaryOp::Gt | BinaryOp::Ge => {
                let value = self.value(value);
                let strict = op == BinaryOp::Gt;
                let (yes, no) = if strict { LESS } else { LESS_OR_EQUAL };
                (yes, no, value, subject)
            }
            _ => {
                let value = self.operand(value);
                let (yes, no) = match op {
                    BinaryOp::Lt => LESS,
                    BinaryOp::Le => LESS_OR_EQUAL,
                    BinaryOp::Ne => (Op::JumpNe, Op::JumpEq),
                    _ => (Op::JumpEq, Op::JumpNe),
                };
                (yes, no, subject as u8, value)
            }
        };
        match last {
            true => self.code.jump(no, left, right, next),
            false => self.code.jump(yes, left, right, body),
        }
    }

    /// WITH makes a new map; its right sides still see the old value of the target.
    fn with(&mut self, target: &'a Expr, fields: &'a [(Ident, Expr)]) {
        let map = self.code.temp();
        self.code.push(Op::NewMap, map, 0, 0);
        for (name, value) in fields {
            let line = self.line_of(name.span);
            self.code.line(line);
            let mark = self.code.mark();
            let value = self.operand(value);
            self.set_field(map, &name.name, value);
            self.code.release(mark);
        }
        self.store(target, map);
    }

    fn assert(&mut self, condition: &'a Expr, message: Option<&'a Expr>) {
        let fine = self.code.label();
        self.branch(condition, true, fine);
        let text = self.code.temp();
        match message {
            Some(message) => self.into(text, message),
            None => self.load_text(text, "an assertion does not hold"),
        }
        self.code.push(Op::Throw, text, 0, 0);
        self.code.place(fine);
    }

    /// ON … END ON whose arguments are only known when it runs: the server registers it then.
    fn event_stmt(&mut self, command: &'a Command) {
        if !triggers::is_declaration(command) {
            let to = self.code.temp();
            self.command(to, command, None);
        }
    }

    /// `SCHEDULE IN n SECONDS DO`: asks the server to run the block's script later with the
    /// variables that it uses.
    fn deferred(&mut self, stmt: &'a Stmt, delay: &'a Expr, unit: &str) {
        let keyword = names::declared("SCHEDULE IN");
        let Some(extra) = self.unit.extra_at(stmt.span.start) else { return };
        let base = self.code.temp();
        self.into(base, delay);
        let word = self.code.temp();
        self.load_text(word, unit);
        let script = self.code.temp();
        self.load_text(script, &extra.name);
        let inputs = self.code.temp();
        self.code.push(Op::NewMap, inputs, 0, 0);
        for name in self.unit.names.captured(extra.scope) {
            if let Some(place) = self.place(name) {
                let mark = self.code.mark();
                let register = self.code.temp();
                self.load(register, place);
                self.set_field(inputs, name, u16::from(register));
                self.code.release(mark);
            }
        }
        let index = self.pool.keyword(keyword.name);
        self.code.push(Op::CallHost, base, index, 4);
    }

    /// A list of texts, one by one: there may be many.
    fn texts(&mut self, to: u8, texts: &[String]) {
        self.code.push(Op::NewList, to, 0, 0);
        for (index, text) in texts.iter().enumerate() {
            let mark = self.code.mark();
            let at = self.code.temp();
            super::emit::load_int(&mut self.code, self.pool, at, index as i64);
            let value = self.code.temp();
            self.load_text(value, text);
            self.code.push(Op::SetIndex, to, u16::from(at), u16::from(value));
            self.code.release(mark);
        }
    }

    fn workflow(&mut self, name: &'a Expr, steps: &[String]) {
        let keyword = names::declared("ORCHESTRATE WORKFLOW");
        let base = self.code.temp();
        self.into(base, name);
        let list = self.code.temp();
        self.texts(list, steps);
        let index = self.pool.keyword(keyword.name);
        self.code.push(Op::CallHost, base, index, 2);
    }
}

const LESS: (Op, Op) = (Op::JumpLt, Op::JumpNotLt);
const LESS_OR_EQUAL: (Op, Op) = (Op::JumpLe, Op::JumpNotLe);
