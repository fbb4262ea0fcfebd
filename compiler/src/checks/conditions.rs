//! Conditions that have only one outcome, and statements that change nothing.

use crate::ast::{BinaryOp, Expr, ExprKind, LoopTest, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::lower::fold::{Known, known};
use crate::names::{fold, folded};
use std::cmp::Ordering;

/// Looks at one statement.
pub(super) fn stmt(stmt: &Stmt, out: &mut Vec<Diagnostic>) {
    match &stmt.kind {
        StmtKind::If { arms, .. } => {
            arms.iter().for_each(|(condition, _)| out.extend(one_outcome(condition)));
        }
        StmtKind::Loop { before, after, .. } => {
            for LoopTest { condition, .. } in before.iter().chain(after).map(|test| &**test) {
                // `WHILE TRUE` and its like are meant.
                if known(condition).is_none() {
                    out.extend(one_outcome(condition));
                }
            }
        }
        StmtKind::Assign { target, value } if same_place(target, value) => {
            let message = "this stores a value where it already is";
            let help = "remove the line, or write the other name";
            out.push(Diagnostic::warning(codes::SELF_ASSIGNMENT, stmt.span, message).help(help));
        }
        StmtKind::For { head, .. } => {
            out.extend(wrong_step(&head.from, &head.to, head.step.as_ref()));
        }
        _ => {}
    }
}

/// Whether two expressions name the same variable or field.
fn same_place(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Name(a), ExprKind::Name(b)) => folded(a) == folded(b),
        (ExprKind::Field { of: x, name: a, .. }, ExprKind::Field { of: y, name: b, .. }) => {
            a.name == b.name && same_place(x, y)
        }
        _ => false,
    }
}

// ---------------------------------------------------------------------- FOR

fn wrong_step(from: &Expr, to: &Expr, step: Option<&Expr>) -> Option<Diagnostic> {
    let (first, last) = (number(from)?, number(to)?);
    let by = match step {
        Some(step) => number(step)?,
        None => 1.0,
    };
    let place = step.map_or(from.span.to(to.span), |step| step.span);
    if by == 0.0 {
        let message = "a loop with STEP 0 never ends";
        let help = "write a step other than 0";
        return Some(Diagnostic::warning(codes::STEP_SIGN, place, message).help(help));
    }
    if (last - first) * by >= 0.0 {
        return None;
    }
    let message = "this loop never runs: its end lies on the other side of its beginning";
    let found = Diagnostic::warning(codes::STEP_SIGN, place, message);
    Some(match step {
        Some(_) => found.help("change the sign of the step, or exchange beginning and end"),
        None => {
            let end = crate::source::Span::new(to.span.end, to.span.end);
            found
                .help("to count down, write `STEP -1` behind it")
                .unsure_fix("Count down", vec![(end, " STEP -1".into())])
        }
    })
}

fn number(value: &Expr) -> Option<f64> {
    match known(value)? {
        Known::Int(number) => Some(number as f64),
        Known::Num(number) => Some(number),
        _ => None,
    }
}

// ---------------------------------------------------------------------- conditions

/// A condition, or a part of one, that is always true or always false.
fn one_outcome(condition: &Expr) -> Option<Diagnostic> {
    if let Some(value) = known(condition) {
        return Some(always(condition, truth(&value), None));
    }
    let ExprKind::Binary(op, left, right) = &condition.kind else { return None };
    match op {
        BinaryOp::Or | BinaryOp::And => alternatives(condition, *op, left, right)
            .or_else(|| one_outcome_inside(left))
            .or_else(|| one_outcome_inside(right)),
        _ => compared(condition, *op, left, right),
    }
}

/// Parts of AND and OR: a literal there is looked at with its neighbour.
fn one_outcome_inside(part: &Expr) -> Option<Diagnostic> {
    if known(part).is_some() { None } else { one_outcome(part) }
}

fn truth(value: &Known) -> bool {
    match value {
        Known::Null => false,
        Known::Bool(value) => *value,
        Known::Int(value) => *value != 0,
        Known::Num(value) => *value != 0.0,
        Known::Text(value) => !value.is_empty() && value != "0" && value != "false",
    }
}

fn always(part: &Expr, outcome: bool, help: Option<String>) -> Diagnostic {
    let message = format!("this condition is always {outcome}");
    let help = help.unwrap_or_else(|| match outcome {
        true => "remove the condition, or compare something that can change".into(),
        false => "what stands under it never runs; remove it, or mend the condition".into(),
    });
    Diagnostic::warning(codes::ONE_OUTCOME, part.span, message).help(help)
}

/// `a = 1 OR 2`, `a <> 1 OR a <> 2`, `a = 1 AND a = 2`, `a > 5 AND a < 3`.
fn alternatives(whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Diagnostic> {
    let literal = known(right).filter(|value| !matches!(value, Known::Bool(_) | Known::Null));
    if let (Some(value), ExprKind::Binary(compare, name, _)) =
        (&literal, &last_comparison(left).kind)
        && is_comparison(*compare)
        && (truth(value) == (op == BinaryOp::Or))
    {
        let word = if op == BinaryOp::Or { "OR" } else { "AND" };
        let shown = shown(name).map_or("it".into(), |name| name);
        let help = format!("repeat the name behind {word}: `{word} {shown} {} …`", sign(*compare));
        return Some(always(whole, op == BinaryOp::Or, Some(help)));
    }
    let (a, b) = (comparison(left)?, comparison(right)?);
    if a.0 != b.0 {
        return None;
    }
    let order = order(&a.2, &b.2)?;
    let outcome = match op {
        BinaryOp::And => excludes(a.1, b.1, order).then_some(false),
        _ => covers(a.1, b.1, order).then_some(true),
    }?;
    let word = if op == BinaryOp::And { "OR" } else { "AND" };
    Some(always(whole, outcome, Some(format!("`{word}` may be meant between the two"))))
}

fn last_comparison(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::Or | BinaryOp::And, _, right) => last_comparison(right),
        _ => expr,
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Ne => "<>",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        _ => "=",
    }
}

/// A variable or field as written, if it is one.
fn shown(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Field { of, name, .. } => Some(format!("{}.{}", shown(of)?, name.name)),
        _ => None,
    }
}

/// `name op literal`.
fn comparison(expr: &Expr) -> Option<(String, BinaryOp, Known)> {
    let ExprKind::Binary(op, left, right) = &expr.kind else { return None };
    is_comparison(*op).then_some(())?;
    Some((fold(&shown(left)?), *op, known(right)?))
}

fn order(a: &Known, b: &Known) -> Option<Ordering> {
    match (a, b) {
        (Known::Text(a), Known::Text(b)) => Some(a.cmp(b)),
        (Known::Int(a), Known::Int(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether no value passes both comparisons; `order` is that of their literals.
fn excludes(a: BinaryOp, b: BinaryOp, order: Ordering) -> bool {
    use BinaryOp::*;
    match (a, b) {
        (Eq, Eq) => order != Ordering::Equal,
        (Gt | Ge, Lt | Le) => order == Ordering::Greater,
        (Lt | Le, Gt | Ge) => order == Ordering::Less,
        _ => false,
    }
}

/// Whether every value passes one of them.
fn covers(a: BinaryOp, b: BinaryOp, order: Ordering) -> bool {
    use BinaryOp::*;
    match (a, b) {
        (Ne, Ne) => order != Ordering::Equal,
        (Lt | Le, Gt | Ge) => order == Ordering::Greater,
        (Gt | Ge, Lt | Le) => order == Ordering::Less,
        _ => false,
    }
}

/// A name compared with itself, or two literals.
fn compared(whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Diagnostic> {
    use BinaryOp::*;
    if !is_comparison(op) {
        return None;
    }
    let order = match (known(left), known(right)) {
        (Some(a), Some(b)) => order(&a, &b)?,
        _ if same_place(left, right) => Ordering::Equal,
        _ => return None,
    };
    let outcome = match op {
        Eq => order == Ordering::Equal,
        Ne => order != Ordering::Equal,
        Lt => order == Ordering::Less,
        Le => order != Ordering::Greater,
        Gt => order == Ordering::Greater,
        _ => order != Ordering::Less,
    };
    Some(always(whole, outcome, None))
}
