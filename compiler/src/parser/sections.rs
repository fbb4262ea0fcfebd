//! Files that hold several tools, one after the other, each with its PARAMs, its DESCRIPTION and a
//! body that ends in RETURN. Only the first can ever run.

use crate::ast::{ExitKind, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};

/// Takes the further tools out of the statements of a file. SUBs and tables mean the same
/// wherever they stand, so they stay.
pub fn split(body: &mut Vec<Stmt>) -> Vec<Stmt> {
    let Some(start) = second_tool(body) else { return Vec::new() };
    let (kept, rest) = body.split_off(start).into_iter().partition(stays);
    body.extend::<Vec<Stmt>>(kept);
    rest
}

/// Where a PARAM or DESCRIPTION follows a statement that always leaves, with no label between
/// them to which a jump could go, and with statements behind it: a DESCRIPTION at the end of a
/// file is that of the only tool.
fn second_tool(body: &[Stmt]) -> Option<usize> {
    let left = body.iter().position(leaves)?;
    let start = (left + 1..body.len()).find(|&i| body.get(i).is_some_and(declares))?;
    let between = body.get(left + 1..start)?;
    let label = between.iter().any(|stmt| matches!(stmt.kind, StmtKind::Label(_)));
    let runs = body.get(start..)?.iter().any(|stmt| !declares(stmt) && !stays(stmt));
    (!label && runs).then_some(start)
}

fn stays(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Procedure(_) | StmtKind::Table(_))
}

fn leaves(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Exit(ExitKind::Script | ExitKind::Stop))
}

fn declares(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Param(_) | StmtKind::Description(_))
}

/// Says that the tool that starts here never runs.
pub fn second(first: &Stmt) -> Diagnostic {
    let message = "Another tool starts here; only the first one of a file runs.";
    let help = "Give each tool a file of its own: the name of the file is the name of the tool.";
    Diagnostic::warning(codes::SECOND_TOOL, first.span, message).help(help)
}
