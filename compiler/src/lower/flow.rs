//! Loops, jumps and ways out.

use super::function::{Loop, Lower, Place, Target};
use crate::ast::{ExitKind, Expr, ExprKind, Ident, LoopTest, Stmt};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::walk::{Watch, Write, walk};
use crate::names::{fold, folded};
use crate::source::Span;
use crate::types::Bindings;
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// `FOR var = from TO to STEP step`: the counter, its limit and step are kept apart from the
    /// variable, which takes the counter's value each time.
    pub(super) fn counted(
        &mut self,
        var: &'a Expr,
        range: [&'a Expr; 2],
        step: Option<&'a Expr>,
        body: &'a [Stmt],
    ) {
        let name = variable_name(var);
        let counter = self.block_registers(name, 3);
        self.into(counter, range[0]);
        self.into(counter + 1, range[1]);
        match step {
            Some(step) => self.into(counter + 2, step),
            None => self.code.push(Op::SmallInt, counter + 2, 1, 0),
        }
        let place = self.place(name);
        let direct = match (place, &var.kind) {
            (Some(Place::Register(register)), ExprKind::Name(_)) if !self.plain() => Some(register),
            _ => None,
        };
        let shown = direct.unwrap_or_else(|| self.code.temp());
        let looped = self.open_loop(true);
        let body_label = self.code.label();
        // A loop that never runs leaves its first value in the variable, wherever that lives.
        let never = if direct.is_some() { looped.leave } else { self.code.label() };
        self.code.jump(Op::ForPrep, counter, u16::from(shown), never);
        self.code.place(body_label);
        if direct.is_none() {
            self.store(var, shown);
        }
        self.stmts(body);
        self.end_of_round(var.span);
        self.code.place(looped.again);
        if direct.is_none() {
            self.into(counter, var);
        } else if !self.targets.is_empty() || sets(body, &self.unit.bindings, name) {
            // Where there are labels, a subroutine beside the loop may set it, too.
            self.code.copy(counter, shown);
        }
        self.code.jump(Op::ForLoop, counter, u16::from(shown), body_label);
        // The variable ends one step past the limit, as in every BASIC.
        self.code.copy(shown, counter);
        if direct.is_none() {
            self.code.place(never);
            self.store(var, shown);
        }
        self.close_loop(looped);
    }

    pub(super) fn for_each(
        &mut self,
        var: &'a Ident,
        source: &'a Expr,
        last: Option<&'a Expr>,
        body: &'a [Stmt],
    ) {
        let iterator = self.block_registers(&var.name, 2);
        let source = self.value(source);
        if let Some(last) = last {
            self.into(iterator + 1, last);
        }
        self.code.push(Op::IterPrep, iterator, u16::from(source), u16::from(last.is_some()));
        let direct = match self.place(&var.name) {
            Some(Place::Register(register)) if !self.plain() => Some(register),
            _ => None,
        };
        let element = direct.unwrap_or_else(|| self.code.temp());
        let looped = self.open_loop(true);
        let head = self.code.label();
        self.code.place(head);
        self.code.jump(Op::IterNext, iterator, u16::from(element), looped.leave);
        if direct.is_none() {
            self.store_name(var, element);
        }
        self.stmts(body);
        // CONTINUE leads here too, so that a debugger halts before each round.
        self.code.place(looped.again);
        self.end_of_round(var.span);
        self.code.jump(Op::Jump, 0, 0, head);
        self.close_loop(looped);
    }

    /// WHILE, DO, LOOP, REPEAT: the test stands at the end, where one jump a turn is enough.
    pub(super) fn general_loop(
        &mut self,
        before: Option<&'a LoopTest>,
        after: Option<&'a LoopTest>,
        body: &'a [Stmt],
    ) {
        let looped = self.open_loop(false);
        let start = self.code.label();
        if let (Some(_), None) = (before, after) {
            self.code.jump(Op::Jump, 0, 0, looped.again);
        } else if let Some(test) = before {
            self.branch(&test.condition, test.until, looped.leave);
        }
        self.code.place(start);
        self.stmts(body);
        match after.or(before) {
            Some(test) => self.end_of_round(test.condition.span),
            None => self.end_of_block(),
        }
        self.code.place(looped.again);
        let both = before.is_some() && after.is_some();
        match after.or(before) {
            Some(test) if both => {
                self.branch(&test.condition, test.until, looped.leave);
                if let Some(first) = before {
                    self.branch(&first.condition, !first.until, start);
                }
            }
            Some(test) => self.branch(&test.condition, !test.until, start),
            None => self.code.jump(Op::Jump, 0, 0, start),
        }
        self.close_loop(looped);
    }

    /// The body of a loop is done: what decides about the next round stands in the line of its
    /// head or its foot, which is where an error in it happens and where a debugger shows it.
    fn end_of_round(&mut self, decides: Span) {
        self.end_of_block();
        let line = self.line_of(decides);
        self.code.line(line);
    }

    fn open_loop(&mut self, counted: bool) -> Loop {
        let (leave, again) = (self.code.label(), self.code.label());
        let looped = Loop { counted, leave, again, handlers: self.handlers.len() };
        self.loops.push(looped);
        looped
    }

    fn close_loop(&mut self, looped: Loop) {
        self.loops.pop();
        self.code.place(looped.leave);
    }

    /// Closes the handlers inside `outer` and runs their FINALLY before control leaves them.
    fn leave_handlers(&mut self, outer: usize) {
        let open = self.handlers.clone();
        for index in (outer..open.len()).rev() {
            self.code.push(Op::TryEnd, 0, 0, 0);
            self.handlers.truncate(index);
            if let Some(Some(finally)) = open.get(index) {
                self.stmts(finally);
            }
        }
        self.handlers = open;
    }

    pub(super) fn continue_stmt(&mut self, span: Span) {
        let Some(looped) = self.loops.last().copied() else {
            let message = "CONTINUE stands outside of any loop";
            return self.report(Diagnostic::error(codes::CONTINUE_OUTSIDE, span, message));
        };
        self.leave_handlers(looped.handlers);
        self.code.jump(Op::Jump, 0, 0, looped.again);
    }

    pub(super) fn exit(&mut self, kind: ExitKind, span: Span) {
        match kind {
            ExitKind::Script => self.exit_script(),
            ExitKind::Stop => self.code.push(Op::Stop, 0, 0, 0),
            ExitKind::Procedure => {
                if self.main {
                    let message = "there is no SUB or FUNCTION to leave here";
                    let help = "write EXIT or RETURN to end the script";
                    self.report(
                        Diagnostic::warning(codes::NOT_IN_PROCEDURE, span, message).help(help),
                    );
                }
                self.return_stmt(None);
            }
            ExitKind::For => self.exit_loop(Some(true), span),
            ExitKind::Loop => self.exit_loop(Some(false), span),
            ExitKind::Any => self.exit_loop(None, span),
        }
    }

    fn exit_loop(&mut self, counted: Option<bool>, span: Span) {
        let fits = |l: &&Loop| counted.is_none_or(|counted| l.counted == counted);
        let Some(looped) = self.loops.iter().rev().find(fits).copied() else {
            let message = "there is no loop to leave here";
            return self.report(Diagnostic::error(codes::NOT_IN_LOOP, span, message));
        };
        self.leave_handlers(looped.handlers);
        self.code.jump(Op::Jump, 0, 0, looped.leave);
    }

    /// EXIT and END: the script ends wherever it is.
    fn exit_script(&mut self) {
        if self.main {
            self.leave_finally();
            return self.return_nothing();
        }
        self.leave_finally();
        let result = self.code.temp();
        self.script_result(result);
        self.code.push(Op::ExitScript, result, 0, 0);
    }

    /// Handlers end with their function; only FINALLY needs code.
    fn leave_finally(&mut self) {
        if self.handlers.iter().any(Option::is_some) {
            self.leave_handlers(0);
        }
    }

    pub(super) fn return_stmt(&mut self, value: Option<&'a Expr>) {
        let Some(value) = value else {
            if self.has_gosub {
                return self.code.push(Op::GoSubReturn, 0, 0, 0);
            }
            self.leave_finally();
            return self.return_nothing();
        };
        let guarded = self.handlers.iter().any(Option::is_some);
        let result = if guarded {
            let temp = self.code.temp();
            self.into(temp, value);
            temp
        } else {
            self.value(value)
        };
        self.leave_finally();
        self.code.push(Op::Return, result, 0, 0);
    }

    /// Leaves the function without a value; a web hook answers with its `result_` variables.
    pub(super) fn return_nothing(&mut self) {
        if self.main && !self.results.is_empty() {
            let result = self.code.temp();
            self.script_result(result);
            return self.code.push(Op::Return, result, 0, 0);
        }
        self.code.push(Op::ReturnNull, 0, 0, 0);
    }

    fn script_result(&mut self, to: u8) {
        if self.results.is_empty() {
            return self.code.push(Op::Null, to, 0, 0);
        }
        self.code.push(Op::NewMap, to, 0, 0);
        for name in self.results.clone() {
            if let Some(place) = self.place(&name) {
                let mark = self.code.mark();
                let register = self.code.temp();
                self.load(register, place);
                self.set_field(to, &name, u16::from(register));
                self.code.release(mark);
            }
        }
    }

    pub(super) fn goto(&mut self, label: &Ident) {
        if let Some(target) = self.reachable(label) {
            self.leave_handlers(target.handlers);
            self.code.jump(Op::Jump, 0, 0, target.label);
        }
    }

    pub(super) fn go_sub(&mut self, label: &Ident) {
        if let Some(target) = self.reachable(label) {
            self.code.jump(Op::GoSub, 0, 0, target.label);
        }
    }

    /// The label, unless it stands inside a TRY that the jump would enter from outside.
    pub(super) fn reachable(&mut self, label: &Ident) -> Option<Target> {
        let target = self.target(label)?;
        if target.handlers > self.handlers.len() {
            let message = format!("the label {} stands inside a TRY", label.name);
            self.report(Diagnostic::error(codes::LABEL_IN_TRY, label.span, message));
            return None;
        }
        Some(target)
    }

    /// `ON e GOTO a, b`: the first label for 1; other values go on with the next statement.
    pub(super) fn on_branch(&mut self, selector: &'a Expr, gosub: bool, labels: &'a [Ident]) {
        let selector = self.value(selector);
        let end = self.code.label();
        for (index, label) in labels.iter().enumerate() {
            let number = self.pool.int(index as i64 + 1);
            let Some(number) = super::emit::constant_operand(number) else { continue };
            let next = self.code.label();
            self.code.jump(Op::JumpNe, selector, number, next);
            match gosub {
                true => {
                    self.go_sub(label);
                    self.code.statement();
                    self.code.jump(Op::Jump, 0, 0, end);
                }
                false => self.goto(label),
            }
            self.code.place(next);
        }
        self.code.place(end);
    }
}

fn variable_name(var: &Expr) -> &str {
    match &var.kind {
        ExprKind::Name(name) => name,
        _ => "",
    }
}

/// Whether the body of a loop gives its variable another value.
fn sets<'a>(body: &'a [Stmt], bindings: &Bindings<'a>, name: &str) -> bool {
    let mut watch = Sets { name: fold(name), found: false };
    walk(body, bindings, &mut watch);
    watch.found
}

struct Sets {
    name: String,
    found: bool,
}

impl<'a> Watch<'a> for Sets {
    fn write(&mut self, name: &'a str, _span: Span, _how: Write) {
        self.found |= *folded(name) == self.name;
    }
}
