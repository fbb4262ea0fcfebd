//! What kind of value an expression has: names say it.

use super::functions;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// `%`: a whole number of 16 bits.
    Int,
    /// A plain number.
    Single,
    /// `#`: a number that is written with more digits.
    Double,
    /// `$`: a text.
    Text,
}

impl Ty {
    /// Whether it is a number.
    pub(crate) fn is_number(self) -> bool {
        self != Ty::Text
    }
    /// What two numbers give.
    fn wider(self, other: Ty) -> Ty {
        match (self, other) {
            (Ty::Double, _) | (_, Ty::Double) => Ty::Double,
            _ => Ty::Single,
        }
    }
}

/// The kind of a variable, an array or a function by its name.
pub(crate) fn of_name(name: &str) -> Ty {
    match name.trim_end_matches("()").bytes().last() {
        Some(b'$') => Ty::Text,
        Some(b'%') => Ty::Int,
        Some(b'#') => Ty::Double,
        _ => Ty::Single,
    }
}

/// The kind of an expression that has been read without an error.
pub(crate) fn of(expr: &Expr) -> Ty {
    match &expr.kind {
        ExprKind::Text(_) => Ty::Text,
        ExprKind::Name(name) => of_name(name),
        ExprKind::Index { of, .. } => of_callee(of),
        ExprKind::Call { callee, .. } => of_callee(callee),
        ExprKind::Unary(UnaryOp::Not, _) => Ty::Int,
        ExprKind::Unary(_, inner) => of(inner),
        ExprKind::Binary(BinaryOp::Concat, ..) => Ty::Text,
        ExprKind::Binary(op, left, right) => of_binary(*op, left, right),
        _ => Ty::Single,
    }
}

fn of_binary(op: BinaryOp, left: &Expr, right: &Expr) -> Ty {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Pow => {
            of(left).wider(of(right))
        }
        _ => Ty::Int,
    }
}

fn of_callee(callee: &Expr) -> Ty {
    let ExprKind::Name(name) = &callee.kind else { return Ty::Single };
    functions::find(name).map_or_else(|| of_name(name), |function| function.result)
}

/// What texts are called in messages.
pub(super) fn name(ty: Ty) -> &'static str {
    if ty == Ty::Text { "a text" } else { "a number" }
}
