//! What may stand in a field, as far as the text of the script can tell.

use crate::ast::{Expr, ExprKind, Piece, UnaryOp};
use basilect_stdlib::keyword::Type;

/// Whether `value` may stand in a field of type `ty`. Only literals can be refused: what a
/// variable holds is known when the script runs.
pub(super) fn accepts(ty: Type, value: &Expr) -> bool {
    match ty {
        Type::Target => is_place(value),
        Type::Question => is_question(value),
        Type::Symbol | Type::Word => !matches!(value.kind, ExprKind::List(_) | ExprKind::Map(_)),
        Type::Int | Type::Num => may_be_number(value),
        Type::Map => !is_scalar_literal(value),
        Type::Date => !matches!(value.kind, ExprKind::List(_) | ExprKind::Map(_)),
        _ => true,
    }
}

/// A text of the script that asks something. Answers to choose from hardly end like this.
fn is_question(value: &Expr) -> bool {
    let last = match &value.kind {
        ExprKind::Text(text) => text.trim_end().chars().next_back(),
        ExprKind::Template(pieces) => match pieces.last() {
            Some(Piece::Text(text)) => text.trim_end().chars().next_back(),
            _ => None,
        },
        _ => None,
    };
    matches!(last, Some('?' | ':' | '…'))
}

/// Whether a value can be stored in `value`.
pub(crate) fn is_place(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::Index { .. } => true,
        ExprKind::Call { callee, .. } => matches!(callee.kind, ExprKind::Name(_)),
        _ => false,
    }
}

fn may_be_number(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Text(text) => text.trim().parse::<f64>().is_ok(),
        ExprKind::List(_) | ExprKind::Map(_) | ExprKind::Star => false,
        _ => true,
    }
}

fn is_scalar_literal(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Int(_) | ExprKind::Num(_) | ExprKind::Bool(_) | ExprKind::Text(_) => true,
        ExprKind::Unary(UnaryOp::Neg, inner) => is_scalar_literal(inner),
        ExprKind::Star => true,
        _ => false,
    }
}

/// What a field of this type wants, for messages.
pub(super) fn wants(ty: Type) -> &'static str {
    match ty {
        Type::Int => "a whole number",
        Type::Num => "a number",
        Type::Map => "a map such as { name: \"Ada\" }",
        Type::Target => "a variable",
        Type::Symbol | Type::Word => "a word",
        Type::Question => "a question",
        Type::Date => "a date",
        _ => "another value",
    }
}
