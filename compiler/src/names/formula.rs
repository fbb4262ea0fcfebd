//! Which parts of a value may be columns: `SET total = price * amount`, `WHERE stock < least`.
//!
//! In such a value a name that nothing sets is a column of the row; the host computes the value
//! row by row, in the encoding of `basilect_stdlib::pure::formula`.

use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::source::Span;

/// What an expression is, to someone who looks for columns.
pub(crate) enum Shape<'a> {
    /// A name: a variable, or a column.
    Name(&'a str),
    /// An operator or a pure function with its operands.
    Apply(&'static str, Vec<&'a Expr>),
    /// A value that no column is a part of.
    Value,
}

/// Looks at one node of a value.
pub(crate) fn shape(expr: &Expr) -> Shape<'_> {
    match &expr.kind {
        ExprKind::Name(name) => Shape::Name(name),
        ExprKind::Unary(UnaryOp::Neg, inner) => Shape::Apply("NEG", vec![inner]),
        ExprKind::Binary(op, left, right) => match operator(*op) {
            Some(op) => Shape::Apply(op, vec![left, right]),
            None => Shape::Value,
        },
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Name(name) => match super::function(name) {
                Some(function) => Shape::Apply(function.name, args.iter().collect()),
                None => Shape::Value,
            },
            _ => Shape::Value,
        },
        _ => Shape::Value,
    }
}

fn operator(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::IntDiv => "\\",
        BinaryOp::Mod => "MOD",
        BinaryOp::Pow => "^",
        BinaryOp::Concat => "&",
        _ => return None,
    })
}

/// The names in a value that are columns if nothing sets them.
pub(crate) fn names<'a>(expr: &'a Expr, found: &mut Vec<(&'a str, Span)>) {
    match shape(expr) {
        Shape::Name(name) => found.push((name, expr.span)),
        Shape::Apply(_, parts) => parts.into_iter().for_each(|part| names(part, found)),
        Shape::Value => {}
    }
}
