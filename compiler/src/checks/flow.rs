//! Where control can never go.

use super::loops;
use crate::ast::{Classic, ExitKind, Expr, LoopTest, Stmt, StmtKind};
use crate::lower::fold::{Known, known};
use crate::source::Span;

/// The first statement of `body` that follows one that always leaves.
pub(crate) fn unreachable(body: &[Stmt]) -> Option<Span> {
    let left = body.iter().position(always_leaves)?;
    let after = body.iter().skip(left + 1).find(|stmt| !is_declaration(stmt))?;
    (!matches!(after.kind, StmtKind::Label(_))).then_some(after.span)
}

/// Whether control never comes to the statement behind this one.
fn always_leaves(stmt: &Stmt) -> bool {
    let all = |body: &Vec<Stmt>| body.iter().any(always_leaves) && !has_label(body);
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Exit(_) | StmtKind::Continue => true,
        StmtKind::Goto(_) | StmtKind::Throw(_) => true,
        StmtKind::If { arms, otherwise: Some(otherwise) } => {
            arms.iter().all(|(_, body)| all(body)) && all(otherwise)
        }
        StmtKind::Select { cases, otherwise: Some(otherwise), .. } => {
            cases.iter().all(|case| all(&case.body)) && all(otherwise)
        }
        StmtKind::Try { body, catch: Some(catch), .. } => all(body) && all(catch),
        StmtKind::Loop { before, after, body } => {
            let endless = before.iter().chain(after).all(|test| always_goes_on(test));
            endless && !loops::leaves_loop(body) && !has_label(body)
        }
        _ => false,
    }
}

/// Whether a label in these lines could be jumped to, so that control comes in from outside.
fn has_label(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| matches!(stmt.kind, StmtKind::Label(_)))
}

fn always_goes_on(test: &LoopTest) -> bool {
    match constant(&test.condition) {
        Some(value) => value != test.until,
        None => false,
    }
}

fn constant(condition: &Expr) -> Option<bool> {
    match known(condition)? {
        Known::Bool(value) => Some(value),
        Known::Int(value) => Some(value != 0),
        _ => None,
    }
}

/// Whether the statement leaves the loop that it stands in.
pub(super) fn exits(kind: ExitKind, counted: bool, looped: bool) -> bool {
    match kind {
        ExitKind::For => false,
        ExitKind::Loop => !looped,
        ExitKind::Any => !counted && !looped,
        ExitKind::Script | ExitKind::Stop | ExitKind::Procedure => true,
    }
}

/// Statements that mean the same wherever they stand.
fn is_declaration(stmt: &Stmt) -> bool {
    matches!(
        stmt.kind,
        StmtKind::Procedure(_)
            | StmtKind::Param(_)
            | StmtKind::Description(_)
            | StmtKind::Table(_)
            | StmtKind::Pragma(_)
            | StmtKind::EventBlock { .. }
            | StmtKind::Broken
            | StmtKind::Classic(Classic::Data(_) | Classic::DefFn { .. } | Classic::Next(_))
    )
}
