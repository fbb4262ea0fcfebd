//! TRY, ON ERROR, RESUME.

use super::function::Lower;
use crate::ast::{Ident, OnError, Resume, Stmt};
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    pub(super) fn try_stmt(
        &mut self,
        body: &'a [Stmt],
        var: Option<&'a Ident>,
        catch: Option<&'a [Stmt]>,
        finally: Option<&'a [Stmt]>,
    ) {
        let Some(finally) = finally else {
            return self.try_catch(body, var, catch.unwrap_or(&[]));
        };
        let (failed, end) = (self.code.label(), self.code.label());
        let error = self.block_registers(&format!("finally {}", self.handlers.len()), 1);
        self.code.jump(Op::TryBegin, error, 0, failed);
        self.handlers.push(Some(finally));
        match catch {
            Some(catch) => self.try_catch(body, var, catch),
            None => self.stmts(body),
        }
        self.handlers.pop();
        self.end_of_block();
        self.code.push(Op::TryEnd, 0, 0, 0);
        self.stmts(finally);
        self.end_of_block();
        self.code.jump(Op::Jump, 0, 0, end);
        self.code.place(failed);
        self.stmts(finally);
        self.end_of_block();
        self.code.push(Op::Throw, error, 0, 0);
        self.code.place(end);
    }

    fn try_catch(&mut self, body: &'a [Stmt], var: Option<&'a Ident>, catch: &'a [Stmt]) {
        let (failed, end) = (self.code.label(), self.code.label());
        let error = self.block_registers(&format!("try {}", self.handlers.len()), 1);
        self.code.jump(Op::TryBegin, error, 0, failed);
        self.handlers.push(None);
        self.stmts(body);
        self.handlers.pop();
        self.end_of_block();
        self.code.push(Op::TryEnd, 0, 0, 0);
        self.code.jump(Op::Jump, 0, 0, end);
        self.code.place(failed);
        if let Some(var) = var {
            self.store_name(var, error);
        }
        self.stmts(catch);
        self.code.place(end);
    }

    pub(super) fn on_error(&mut self, on: &'a OnError) {
        match on {
            OnError::Off => self.code.push(Op::OnError, 0, 0, 0),
            OnError::ResumeNext => self.code.push(Op::OnError, 0, 2, 0),
            OnError::Goto(label) => {
                if let Some(target) = self.reachable(label) {
                    self.code.jump(Op::OnError, 0, 1, target.label);
                }
            }
        }
    }

    pub(super) fn resume(&mut self, resume: &'a Resume) {
        match resume {
            Resume::Again => self.code.push(Op::Resume, 0, 0, 0),
            Resume::Next => self.code.push(Op::Resume, 0, 1, 0),
            Resume::Label(label) => {
                if let Some(target) = self.reachable(label) {
                    self.code.jump(Op::Resume, 0, 2, target.label);
                }
            }
        }
    }
}
