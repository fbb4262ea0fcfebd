//! Conditions: comparisons and jumps in one instruction.

use super::emit::Label;
use super::expr::is_null_literal;
use super::fold::{Known, known};
use super::function::Lower;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// Goes to `target` when the truth of `test` is `when`, else falls through.
    pub(super) fn branch(&mut self, test: &'a Expr, when: bool, target: Label) {
        let mark = self.code.mark();
        if let Some(truth) = known_truth(test).filter(|_| !self.plain()) {
            if truth == when {
                self.code.jump(Op::Jump, 0, 0, target);
            }
        } else if self.plain() || !self.branch_on_shape(test, when, target) {
            let value = self.value(test);
            self.jump_on(value, when, target);
        }
        self.code.release(mark);
    }

    fn jump_on(&mut self, value: u8, when: bool, target: Label) {
        let op = if when { Op::JumpIf } else { Op::JumpIfNot };
        self.code.jump(op, value, 0, target);
    }

    /// Jumps without computing a truth value, where the test has a shape that allows it.
    fn branch_on_shape(&mut self, test: &'a Expr, when: bool, target: Label) -> bool {
        match &test.kind {
            ExprKind::Unary(UnaryOp::Not, inner) if !self.classic || is_test(inner) => {
                self.branch(inner, !when, target);
            }
            ExprKind::Binary(BinaryOp::And, left, right) if self.may_skip(left, right) => {
                self.both(left, right, when, target);
            }
            ExprKind::Binary(BinaryOp::Or, left, right) if self.may_skip(left, right) => {
                self.one_of(left, right, when, target);
            }
            ExprKind::IsNull { value, negated } => {
                self.branch_null(value, when != *negated, target);
            }
            ExprKind::Binary(op @ (BinaryOp::Eq | BinaryOp::Ne), left, right)
                if is_null_literal(right) =>
            {
                self.branch_null(left, when == (*op == BinaryOp::Eq), target);
            }
            ExprKind::Binary(op, left, right) => {
                return self.compare(*op, left, right, when, target);
            }
            _ => return false,
        }
        true
    }

    /// Whether the right side of AND or OR need not be looked at when the left one decides. In a
    /// classic program both are, unless that makes no difference.
    fn may_skip(&self, left: &Expr, right: &Expr) -> bool {
        !self.classic || is_test(left) && is_test(right) && is_calm(right)
    }

    fn both(&mut self, left: &'a Expr, right: &'a Expr, when: bool, target: Label) {
        if when {
            let end = self.code.label();
            self.branch(left, false, end);
            self.branch(right, true, target);
            self.code.place(end);
        } else {
            self.branch(left, false, target);
            self.branch(right, false, target);
        }
    }

    fn one_of(&mut self, left: &'a Expr, right: &'a Expr, when: bool, target: Label) {
        if when {
            self.branch(left, true, target);
            self.branch(right, true, target);
        } else {
            let end = self.code.label();
            self.branch(left, true, end);
            self.branch(right, false, target);
            self.code.place(end);
        }
    }

    fn branch_null(&mut self, value: &'a Expr, when: bool, target: Label) {
        let value = self.operand(value);
        let temp = self.code.temp();
        self.code.push(Op::IsNull, temp, value, 0);
        self.jump_on(temp, when, target);
    }

    fn compare(
        &mut self,
        op: BinaryOp,
        left: &'a Expr,
        right: &'a Expr,
        when: bool,
        target: Label,
    ) -> bool {
        // A constant can only stand on the right side.
        let constant = known(left).is_some();
        let (yes, no, turned) = match op {
            BinaryOp::Eq => (Op::JumpEq, Op::JumpNe, constant),
            BinaryOp::Ne => (Op::JumpNe, Op::JumpEq, constant),
            BinaryOp::Lt => (Op::JumpLt, Op::JumpNotLt, false),
            BinaryOp::Le => (Op::JumpLe, Op::JumpNotLe, false),
            BinaryOp::Gt => (Op::JumpLt, Op::JumpNotLt, true),
            BinaryOp::Ge => (Op::JumpLe, Op::JumpNotLe, true),
            _ => return false,
        };
        let (one, other) = if turned {
            let other = self.operand(left);
            (self.value(right), other)
        } else {
            let one = self.value(left);
            (one, self.operand(right))
        };
        self.code.jump(if when { yes } else { no }, one, other, target);
        true
    }
}

/// Whether computing the value can neither fail nor change anything.
fn is_calm(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Int(_) | ExprKind::Num(_) | ExprKind::Text(_) => true,
        ExprKind::Binary(op, left, right) => {
            !matches!(op, BinaryOp::Div | BinaryOp::IntDiv | BinaryOp::Mod | BinaryOp::Pow)
                && is_calm(left)
                && is_calm(right)
        }
        _ => false,
    }
}

/// Whether the value is a truth value in any program.
fn is_test(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
            is_test(left) && is_test(right)
        }
        ExprKind::IsNull { .. } | ExprKind::Between { .. } => true,
        ExprKind::Binary(op, ..) => matches!(
            op,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        ),
        _ => false,
    }
}

fn known_truth(test: &Expr) -> Option<bool> {
    match known(test)? {
        Known::Null => Some(false),
        Known::Bool(value) => Some(value),
        Known::Int(value) => Some(value != 0),
        _ => None,
    }
}
