//! Values of a kind with which an operator or a function can only fail, and comparisons that can
//! only have one outcome.

use super::Call;
use super::kinds::{Kind, Kinds};
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::diagnostics::{Diagnostic, codes};
use crate::lower::fold::{Known, known};
use basilect_stdlib::keyword::Type;

/// Looks at the operators of an expression.
pub(super) fn expr(expr: &Expr, kinds: &Kinds, out: &mut Vec<Diagnostic>) {
    use BinaryOp::*;
    match &expr.kind {
        ExprKind::Binary(op @ (Sub | Mul | Div | IntDiv | Mod | Pow), left, right) => {
            if matches!(op, Div | IntDiv | Mod) {
                by_zero(*op, right, out);
            }
            let wrong = [left, right].into_iter().find_map(|side| {
                let kind = kinds.kind(side).filter(|kind| kind.is_no_number())?;
                Some((side, kind))
            });
            out.extend(wrong.map(|(side, kind)| no_number(side, kind, *op)));
        }
        ExprKind::Binary(op @ (Eq | Ne | Lt | Le | Gt | Ge), left, right) => {
            let pair = (kinds.kind(left), kinds.kind(right));
            if matches!(
                pair,
                (Some(Kind::Words), Some(Kind::Number)) | (Some(Kind::Number), Some(Kind::Words))
            ) {
                out.push(mixed(expr, *op));
            }
        }
        ExprKind::Unary(UnaryOp::Neg, inner) => {
            let kind = kinds.kind(inner).filter(|kind| kind.is_no_number());
            out.extend(kind.map(|kind| no_number(inner, kind, Sub)));
        }
        _ => {}
    }
}

fn no_number(side: &Expr, kind: Kind, op: BinaryOp) -> Diagnostic {
    let message = format!("{} cannot be used with `{}`", kind.name(), symbol(op));
    let help = match kind {
        Kind::Words => "only numbers, and texts that are numbers, can be counted with",
        _ => "only numbers can be counted with; name one of its elements",
    };
    Diagnostic::warning(codes::KIND_MISMATCH, side.span, message).help(help)
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::IntDiv => "\\",
        BinaryOp::Mod => "MOD",
        _ => "^",
    }
}

fn mixed(expr: &Expr, op: BinaryOp) -> Diagnostic {
    let outcome = match op {
        BinaryOp::Eq => "they are never equal",
        BinaryOp::Ne => "they are always different",
        _ => "neither is greater than the other",
    };
    let message = format!("this compares a text with a number; {outcome}");
    let help = "compare numbers with numbers; LEN(text) gives the length of a text";
    Diagnostic::warning(codes::MIXED_COMPARISON, expr.span, message).help(help)
}

fn by_zero(op: BinaryOp, right: &Expr, out: &mut Vec<Diagnostic>) {
    let zero = match known(right) {
        Some(Known::Int(number)) => number == 0,
        Some(Known::Num(number)) => number == 0.0,
        _ => false,
    };
    if zero {
        let message = format!("`{}` by zero always fails", symbol(op));
        let help = "no number is the result; check what should stand here";
        out.push(Diagnostic::warning(codes::DIVISION_BY_ZERO, right.span, message).help(help));
    }
}

/// Looks at what is given to a function.
pub(super) fn call(call: &Call<'_>, kinds: &Kinds, out: &mut Vec<Diagnostic>) {
    for (field, arg) in call.keyword.fields.iter().zip(&call.args) {
        let Some(arg) = arg else { continue };
        let name = call.keyword.name;
        let kind = kinds.kind(arg).filter(|kind| !fits(name, field.ty, *kind));
        let Some(kind) = kind else { continue };
        let message = match call.method {
            true => format!("{} has no `{}`", kind.name(), name.to_lowercase()),
            false => format!("{name} needs {} here, not {}", wanted(field.ty), kind.name()),
        };
        let usage = basilect_stdlib::manual::usage(call.keyword).join(" or ");
        let help = format!("it is written {usage}");
        let span = if call.method { call.name } else { arg.span };
        out.push(Diagnostic::warning(codes::KIND_MISMATCH, span, message).help(help));
        return;
    }
}

/// Functions that make do with whatever they are given.
const TOLERANT: [&str; 3] = ["RND", "UBOUND", "CSV"];

/// Whether a function can do anything with a value of this kind.
fn fits(function: &str, ty: Type, kind: Kind) -> bool {
    match ty {
        _ if TOLERANT.contains(&function) => true,
        Type::Int | Type::Num => !kind.is_no_number(),
        Type::List => !matches!(kind, Kind::Number | Kind::Bool | Kind::Words),
        _ => true,
    }
}

fn wanted(ty: Type) -> &'static str {
    match ty {
        Type::List => "a list",
        _ => "a number",
    }
}
