//! Calls: procedures, functions, methods, scripts, elements.

use super::function::Lower;
use crate::ast::{Expr, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::{self, folded};
use crate::source::Span;
use basilect_vm::program::instr::Op;

/// More arguments than this cannot be meant.
const MAX_ARGUMENTS: usize = 100;

impl<'a> Lower<'a, '_> {
    /// Where a call's arguments begin: `to` itself when nothing lies above it.
    pub(super) fn call_base(&mut self, to: u8) -> u8 {
        if self.is_temp(to) && self.code.is_last(to) && !self.plain() {
            to
        } else {
            self.code.temp()
        }
    }

    /// Evaluates arguments into the registers from `base`, which is the last one taken.
    pub(super) fn arguments(&mut self, base: u8, args: &[&'a Expr]) {
        for (index, arg) in args.iter().take(MAX_ARGUMENTS).enumerate() {
            let register = if index == 0 { base } else { self.code.temp() };
            self.into(register, arg);
        }
    }

    pub(super) fn call(&mut self, to: u8, callee: &'a Expr, args: &'a [Expr]) {
        if self.classic {
            return self.classic_call(to, callee, args);
        }
        let given: Vec<&Expr> = args.iter().collect();
        match &callee.kind {
            ExprKind::Name(name) => self.named_call(to, name, args, callee.span),
            ExprKind::Field { of, name, .. } => self.method(to, of, &name.name, &given),
            ExprKind::Text(_) | ExprKind::Template(_) => self.script_call(to, callee, &given),
            _ => {
                let object = self.value(callee);
                self.get_index(to, object, args);
            }
        }
    }

    /// `name(args)`: a procedure of the script, else a function of the vocabulary, else an element
    /// of a variable. A variable with elements hides the function of its name.
    fn named_call(&mut self, to: u8, name: &'a str, args: &'a [Expr], span: Span) {
        let given: Vec<&Expr> = args.iter().collect();
        if let Some(script) = names::called_script(name) {
            return self.call_word(to, script, &given);
        }
        if let (true, Some((target, more))) = (names::is_call_word(name), args.split_first()) {
            return self.call_target(to, target, &more.iter().collect::<Vec<_>>());
        }
        if self.unit.names.is_procedure(name) {
            return self.procedure_call(to, name, &given);
        }
        // `count = COUNT(rows)` makes a variable, and COUNT stays a function.
        let function = names::function(name).is_some() && !self.unit.names.is_indexed(name);
        if let Some(place) = self.place(name).filter(|_| !function) {
            let object = self.code.temp();
            self.load(object, place);
            return self.get_index(to, object, args);
        }
        match names::vocabulary(name) {
            Some(keyword) if keyword.run.is_some() => {
                let base = self.call_base(to);
                self.arguments(base, &given);
                let index = self.pool.pure(keyword.name);
                self.finish_call(to, base, Op::CallPure, index, given.len());
                self.last_index(to, keyword.name, args);
            }
            Some(keyword) => match crate::types::bind_call(keyword, args, span) {
                Ok(bound) => self.bound(to, &bound),
                Err(diagnostic) => self.report(*diagnostic),
            },
            None => self.report(Diagnostic::error(
                codes::UNKNOWN_NAME,
                span,
                format!("there is no function called {name}"),
            )),
        }
    }

    /// UBOUND counts elements; of an array with bounds, whose elements begin at 0, it is the last
    /// index.
    fn last_index(&mut self, to: u8, function: &str, args: &[Expr]) {
        let array = args.first().is_some_and(|arg| match &arg.kind {
            ExprKind::Name(name) => self.unit.names.is_array(name),
            _ => false,
        });
        let one = super::emit::constant_operand(self.pool.int(1));
        if let (true, "UBOUND", Some(one)) = (array, function, one) {
            self.code.push(Op::Sub, to, u16::from(to), one);
        }
    }

    fn finish_call(&mut self, to: u8, base: u8, op: Op, index: u16, count: usize) {
        self.code.push(op, base, index, count.min(MAX_ARGUMENTS) as u16);
        self.code.copy(to, base);
    }

    /// Calls a SUB or FUNCTION; arguments that are missing are null.
    pub(super) fn procedure_call(&mut self, to: u8, name: &str, args: &[&'a Expr]) {
        let Some((function, params)) = self.unit.procedure(&folded(name)) else { return };
        let base = self.call_base(to);
        self.arguments(base, args);
        for index in args.len()..params {
            let register = if index == 0 { base } else { self.code.temp() };
            self.code.push(Op::Null, register, 0, 0);
        }
        let Ok(function) = u16::try_from(function) else {
            return self.report(Diagnostic::error(
                codes::TOO_MANY_PROCEDURES,
                Span::default(),
                "the package has too many SUBs and FUNCTIONs",
            ));
        };
        self.finish_call(to, base, Op::Call, function, args.len().max(params));
    }

    fn method(&mut self, to: u8, of: &'a Expr, name: &str, args: &[&'a Expr]) {
        let base = self.call_base(to);
        self.into(base, of);
        for arg in args.iter().take(MAX_ARGUMENTS) {
            let register = self.code.temp();
            self.into(register, arg);
        }
        let index = self.pool.text(name).min(u32::from(u16::MAX)) as u16;
        self.finish_call(to, base, Op::CallMethod, index, args.len());
    }

    /// `CALL target, args`: a SUB, a script of the package, or a script whose name is known when
    /// the program runs.
    pub(super) fn call_target(&mut self, to: u8, callee: &'a Expr, args: &[&'a Expr]) {
        match &callee.kind {
            ExprKind::Call { callee, args: inner } if args.is_empty() => {
                self.call_target(to, callee, &inner.iter().collect::<Vec<_>>());
            }
            ExprKind::Name(name) if self.unit.names.is_procedure(name) => {
                self.procedure_call(to, name, args);
            }
            ExprKind::Name(name) if self.place(name).is_none() => self.call_word(to, name, args),
            _ => self.script_call(to, callee, args),
        }
    }

    /// `CALL name` where the name is no procedure: a script, or a function.
    fn call_word(&mut self, to: u8, name: &'a str, args: &[&'a Expr]) {
        if let Some(script) = self.unit.script_index(name) {
            return self.script_by_index(to, script, args);
        }
        if let Some(function) = names::function(name) {
            let base = self.call_base(to);
            self.arguments(base, args);
            let index = self.pool.pure(function.name);
            return self.finish_call(to, base, Op::CallPure, index, args.len());
        }
        let base = self.call_base(to);
        self.load_text(base, &script_name(name));
        self.script_by_name(to, base, args);
    }

    fn script_call(&mut self, to: u8, callee: &'a Expr, args: &[&'a Expr]) {
        if let ExprKind::Text(path) = &callee.kind {
            if path.starts_with('/') && self.internal_call(to, callee, args) {
                return;
            }
            let name = script_name(path);
            if let Some(script) = self.unit.script_index(&name) {
                return self.script_by_index(to, script, args);
            }
            self.warn_unknown_script(&name, callee.span);
            let base = self.call_base(to);
            self.load_text(base, &name);
            return self.script_by_name(to, base, args);
        }
        let base = self.call_base(to);
        self.into(base, callee);
        self.script_by_name(to, base, args);
    }

    fn script_by_index(&mut self, to: u8, script: u16, args: &[&'a Expr]) {
        let base = self.call_base(to);
        self.arguments(base, args);
        self.finish_call(to, base, Op::CallScript, script, args.len());
    }

    fn script_by_name(&mut self, to: u8, base: u8, args: &[&'a Expr]) {
        for arg in args.iter().take(MAX_ARGUMENTS) {
            let register = self.code.temp();
            self.into(register, arg);
        }
        let count = args.len().min(MAX_ARGUMENTS) as u16;
        self.code.push(Op::CallScriptByName, base, 0, count);
        self.code.copy(to, base);
    }

    /// `CALL "/api/path", args`: the server's own interface, if the vocabulary knows it.
    fn internal_call(&mut self, to: u8, callee: &'a Expr, args: &[&'a Expr]) -> bool {
        let Some(keyword) = names::host_call_style("CALL SERVICE") else { return false };
        let base = self.call_base(to);
        self.into(base, callee);
        let list = self.code.temp();
        self.list(list, args);
        let index = self.pool.keyword(keyword.name);
        self.finish_call(to, base, Op::CallHost, index, 2);
        true
    }

    fn warn_unknown_script(&mut self, name: &str, span: Span) {
        let Some(scripts) = &self.unit.around.scripts else { return };
        // A script of the bot that is looked at without the others.
        if scripts.iter().any(|script| script == name) {
            return;
        }
        let message = format!("the bot has no script {name}");
        let help = names::suggest::did_you_mean(name, scripts.iter().map(String::as_str));
        let diagnostic = Diagnostic::warning(codes::UNKNOWN_SCRIPT, span, message);
        self.diagnostics.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

/// The script that a path means: `.gbdialog/Send-Mail.bas` is `send-mail`.
pub(crate) fn script_name(path: &str) -> String {
    let stem = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let lower = stem.to_lowercase();
    let name = lower.strip_suffix(".bas").or(lower.strip_suffix(".vbs")).unwrap_or(&lower);
    name.to_string()
}
