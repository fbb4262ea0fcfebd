//! Named values: `a = 1, b = 2`, `a AS 1, b AS 2`, variables whose names are the columns.

use super::Pair;
use super::fit::Given;
use crate::ast::{BinaryOp, Expr, ExprKind};

/// Named values from the arguments `given`, and how many of them were used. A single expression
/// that names nothing is a map by itself: `None` with one argument used.
pub(super) fn take<'a>(given: &[Given<'a>]) -> Option<(Option<Vec<Pair<'a>>>, usize)> {
    let mut pairs = Vec::new();
    let mut used = 0;
    while let Some(arg) = given.get(used) {
        if used > 0 && (arg.lead.is_some() || !arg.comma) {
            break;
        }
        let value = arg.value?;
        let renamed = given.get(used + 1).filter(|next| next.lead == Some("AS"));
        if let Some(other) = renamed.and_then(|next| next.value) {
            pairs.push(renamed_pair(value, other)?);
            used += 2;
            continue;
        }
        let alone = used == 0 && !has_more(given);
        match pair(value).filter(|_| !(alone && is_call(value))) {
            Some(pair) => pairs.push(pair),
            None if alone => return Some((None, 1)),
            None => return None,
        }
        used += 1;
    }
    let single_name = used == 1 && matches!(pairs.as_slice(), [p] if is_name(p.value, &p.name));
    if single_name { Some((None, 1)) } else { Some((Some(pairs), used)) }
}

fn has_more(given: &[Given<'_>]) -> bool {
    given.get(1).is_some_and(|next| next.comma && next.lead.is_none())
}

fn is_call(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Call { .. })
}

fn is_name(value: &Expr, name: &str) -> bool {
    matches!(&value.kind, ExprKind::Name(n) if n == name)
}

/// `a = e`, or a variable (or member) that gives its own name, also through a function:
/// `TOJSON(a)`.
fn pair<'a>(value: &'a Expr) -> Option<Pair<'a>> {
    match &value.kind {
        ExprKind::Binary(BinaryOp::Eq, left, right) => {
            Some(Pair { name: name_of(left)?, span: left.span, value: right })
        }
        _ => Some(Pair { name: variable_name(value)?, span: value.span, value }),
    }
}

/// `field AS value`; when only the right side is a name, it is the name.
fn renamed_pair<'a>(left: &'a Expr, right: &'a Expr) -> Option<Pair<'a>> {
    match name_of(left) {
        Some(name) => Some(Pair { name, span: left.span, value: right }),
        None => Some(Pair { name: name_of(right)?, span: right.span, value: left }),
    }
}

fn name_of(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Name(name) | ExprKind::Text(name) => Some(name.to_string()),
        _ => None,
    }
}

fn variable_name(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Field { name, .. } => Some(name.name.to_string()),
        ExprKind::Call { callee, args } if matches!(callee.kind, ExprKind::Name(_)) => {
            variable_name(args.first()?)
        }
        _ => None,
    }
}
