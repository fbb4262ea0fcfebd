//! Values that are known before the script runs.

use crate::ast::{BinaryOp, EcoString, Expr, ExprKind, UnaryOp};

/// A value known at compile time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    Null,
    Bool(bool),
    Int(i64),
    Num(f64),
    Text(EcoString),
}

/// The value of an expression of literals, where folding it changes nothing: no overflow, no
/// division, no rounding that depends on when it happens.
pub(crate) fn known(expr: &Expr) -> Option<Known> {
    match &expr.kind {
        ExprKind::Null => Some(Known::Null),
        ExprKind::Bool(value) => Some(Known::Bool(*value)),
        ExprKind::Int(value) => Some(Known::Int(*value)),
        ExprKind::Num(value) => Some(Known::Num(*value)),
        ExprKind::Text(value) => Some(Known::Text(value.clone())),
        ExprKind::Unary(UnaryOp::Neg, inner) => negated(known(inner)?),
        ExprKind::Binary(op, left, right) => combined(*op, left, right),
        _ => None,
    }
}

fn negated(value: Known) -> Option<Known> {
    match value {
        Known::Int(value) => value.checked_neg().map(Known::Int),
        Known::Num(value) => Some(Known::Num(-value)),
        _ => None,
    }
}

fn combined(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Known> {
    if !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul) {
        return None;
    }
    match (op, known(left)?, known(right)?) {
        (BinaryOp::Add, Known::Int(a), Known::Int(b)) => a.checked_add(b).map(Known::Int),
        (BinaryOp::Sub, Known::Int(a), Known::Int(b)) => a.checked_sub(b).map(Known::Int),
        (BinaryOp::Mul, Known::Int(a), Known::Int(b)) => a.checked_mul(b).map(Known::Int),
        (BinaryOp::Add, Known::Num(a), Known::Num(b)) => finite(a + b),
        (BinaryOp::Sub, Known::Num(a), Known::Num(b)) => finite(a - b),
        (BinaryOp::Mul, Known::Num(a), Known::Num(b)) => finite(a * b),
        (BinaryOp::Add, Known::Text(a), Known::Text(b)) => Some(Known::Text(a + b)),
        _ => None,
    }
}

/// What overflows does so when the program runs.
fn finite(n: f64) -> Option<Known> {
    n.is_finite().then_some(Known::Num(n))
}

/// Whether the value is certainly a text.
pub(super) fn is_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) | ExprKind::Template(_) => true,
        ExprKind::Binary(BinaryOp::Concat, ..) => true,
        ExprKind::Binary(BinaryOp::Add, left, right) => is_text(left) || is_text(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn int(value: i64) -> Box<Expr> {
        Box::new(Expr { kind: ExprKind::Int(value), span: Span::new(0, 1) })
    }

    #[test]
    fn folds_only_what_is_exact() {
        let fold = |op, a, b| {
            let kind = ExprKind::Binary(op, int(a), int(b));
            known(&Expr { kind, span: Span::new(0, 1) })
        };
        assert_eq!(fold(BinaryOp::Add, 2, 3), Some(Known::Int(5)));
        assert_eq!(fold(BinaryOp::Mul, i64::MAX, 2), None);
        assert_eq!(fold(BinaryOp::Div, 6, 2), None);
    }
}
