//! What stands twice where only one of the two can count.

use crate::ast::{CaseTest, Expr, ExprKind, MapKey, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashMap;
use crate::lower::fold::{Known, known};
use crate::source::Span;

/// Looks at the values of a SELECT CASE.
pub(super) fn stmt(stmt: &Stmt, out: &mut Vec<Diagnostic>) {
    let StmtKind::Select { cases, .. } = &stmt.kind else { return };
    let mut seen: HashMap<String, Span> = HashMap::default();
    for test in cases.iter().flat_map(|case| &case.tests) {
        let CaseTest::Value(value) = test else { continue };
        let Some(key) = known(value).and_then(key) else { continue };
        match seen.get(&key) {
            None => {
                seen.insert(key, value.span);
            }
            Some(first) => {
                let message = "this value stands in an earlier CASE already, which is chosen";
                let help = "remove it here or there";
                let found = Diagnostic::warning(codes::CASE_TWICE, value.span, message).help(help);
                out.push(found.related(*first, "the first one"));
            }
        }
    }
}

/// Equal for values that SELECT CASE takes for equal.
fn key(value: Known) -> Option<String> {
    Some(match value {
        Known::Null => return None,
        Known::Bool(value) => format!("b{value}"),
        Known::Int(value) => format!("n{}", value as f64),
        Known::Num(value) => format!("n{value}"),
        Known::Text(value) => format!("t{value}"),
    })
}

/// Looks at the names of a map.
pub(super) fn expr(expr: &Expr, out: &mut Vec<Diagnostic>) {
    let ExprKind::Map(entries) = &expr.kind else { return };
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for (name, _) in entries {
        let MapKey::Fixed(name) = name else { continue };
        if let Some(first) = seen.insert(&name.name, name.span) {
            let message = format!("`{}` stands twice in this map; the last one counts", name.name);
            let found = Diagnostic::warning(codes::KEY_TWICE, name.span, message);
            out.push(found.help("remove one of them").related(first, "the first one"));
        }
    }
}
