//! Values that become a part of a query as text.

use crate::ast::{BinaryOp, Expr, ExprKind, Piece};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::lower::fold::known;
use crate::types::{Bound, Slot};
use basilect_stdlib::keyword::Type;

/// Looks at the conditions and queries of a keyword.
pub(super) fn bound(bound: &Bound<'_>, out: &mut Vec<Diagnostic>) {
    let query = bound.keyword.name == "QUERY";
    let slots = bound.typed().enumerate();
    for (index, (ty, slot)) in slots {
        let Slot::Value(value) = slot else { continue };
        if (ty == Type::Condition || (query && index == 0)) && spliced(value) {
            out.push(found(value, query));
        }
    }
}

fn found(value: &Expr, query: bool) -> Diagnostic {
    let message = "a value becomes a part of this condition, whatever it says";
    let help = match query {
        true => "use FIND with WHERE, which takes the value as a value",
        false => "write it with WHERE: `WHERE name = customer` takes the value as a value",
    };
    Diagnostic::new(codes::SPLICED_CONDITION, Severity::Hint, value.span, message).help(help)
}

/// Whether a text that holds a comparison is put together with a value that is not written out.
fn spliced(value: &Expr) -> bool {
    let mut pieces = Vec::new();
    gather(value, &mut pieces);
    let compares =
        |piece: &Option<&str>| piece.is_some_and(|text| text.contains(['=', '<', '>', '\'']));
    pieces.iter().any(compares) && pieces.iter().any(Option::is_none)
}

/// The pieces of a text that is put together; `None` for a value.
fn gather<'a>(value: &'a Expr, pieces: &mut Vec<Option<&'a str>>) {
    match &value.kind {
        ExprKind::Text(text) => pieces.push(Some(text)),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Concat, left, right) => {
            gather(left, pieces);
            gather(right, pieces);
        }
        ExprKind::Template(parts) => {
            for part in parts {
                match part {
                    Piece::Text(text) => pieces.push(Some(text)),
                    Piece::Value(value) => gather(value, pieces),
                }
            }
        }
        _ if known(value).is_some() => {}
        _ => pieces.push(None),
    }
}
