//! What kind of value an expression gives, where that is sure without running it.

use super::Subject;
use crate::ast::{BinaryOp, Expr, ExprKind, StmtKind, UnaryOp};
use crate::hashed::HashMap;
use crate::names::{fold, folded};
use basilect_stdlib::keyword::Type;
use basilect_stdlib::pure::numbers::text_to_number;

/// What an expression is for sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text that is no number.
    Words,
    /// A text.
    Text,
    Number,
    Bool,
    List,
    Map,
    Date,
}

impl Kind {
    /// The kind with its article, for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Words | Kind::Text => "a text",
            Kind::Number => "a number",
            Kind::Bool => "true or false",
            Kind::List => "a list",
            Kind::Map => "a map",
            Kind::Date => "a date",
        }
    }
    /// Whether it can never be taken for a number.
    pub(super) fn is_no_number(self) -> bool {
        matches!(self, Kind::Words | Kind::List | Kind::Map)
    }
    /// What a function of this result gives.
    fn of_type(ty: Type) -> Option<Kind> {
        Some(match ty {
            Type::Text => Kind::Text,
            Type::Int | Type::Num => Kind::Number,
            Type::Bool => Kind::Bool,
            Type::List => Kind::List,
            Type::Map => Kind::Map,
            _ => return None,
        })
    }
}

/// How far down an expression is looked at: each of its parts is asked for its kind.
const LEVELS: u32 = 12;

/// The kinds of variables that hold one thing from beginning to end.
pub(super) struct Kinds {
    variables: HashMap<String, Kind>,
}

impl Kinds {
    /// The variables that only one statement sets, outside of any procedure.
    pub(super) fn of(subject: &Subject<'_>) -> Kinds {
        let mut kinds = Kinds { variables: HashMap::default() };
        let names = subject.names;
        if subject.script.is_classic() {
            return kinds;
        }
        let mut assigned = Vec::new();
        for stmt in subject.notable {
            if let StmtKind::Assign { target, value } = &stmt.kind
                && let ExprKind::Name(name) = &target.kind
            {
                assigned.push((fold(name), value));
            }
        }
        for (name, value) in assigned {
            let own = names.is_set_once(&name)
                && !names.shared.contains_key(&name)
                && !names.inputs.contains(&name);
            if let Some(kind) = kinds.kind(value).filter(|_| own) {
                kinds.variables.insert(name, kind);
            }
        }
        kinds
    }

    /// What an expression is for sure, as far as a few levels of it can tell.
    pub(super) fn kind(&self, expr: &Expr) -> Option<Kind> {
        self.kind_within(expr, LEVELS)
    }

    fn kind_within(&self, expr: &Expr, levels: u32) -> Option<Kind> {
        let levels = levels.checked_sub(1)?;
        Some(match &expr.kind {
            ExprKind::Text(text) if text_to_number(text).is_none() => Kind::Words,
            ExprKind::Text(_) | ExprKind::Template(_) => Kind::Text,
            ExprKind::Int(_) | ExprKind::Num(_) => Kind::Number,
            ExprKind::Bool(_) | ExprKind::IsNull { .. } | ExprKind::Between { .. } => Kind::Bool,
            ExprKind::List(_) => Kind::List,
            ExprKind::Map(_) => Kind::Map,
            ExprKind::Name(name) => return self.variables.get(&*folded(name)).copied(),
            ExprKind::Unary(UnaryOp::Neg, inner) => {
                return self.kind_within(inner, levels).filter(|kind| *kind == Kind::Number);
            }
            ExprKind::Binary(op, left, right) => return self.combined(*op, (left, right), levels),
            ExprKind::Ternary(_, then, other) => {
                let other = self.kind_within(other, levels);
                return self.kind_within(then, levels).filter(|kind| other == Some(*kind));
            }
            ExprKind::Call { callee, .. } => {
                let ExprKind::Name(name) = &callee.kind else { return None };
                let keyword = crate::names::function(name)?;
                return dates(keyword.name).or_else(|| Kind::of_type(keyword.result));
            }
            _ => return None,
        })
    }

    fn combined(&self, op: BinaryOp, (left, right): (&Expr, &Expr), levels: u32) -> Option<Kind> {
        use BinaryOp::*;
        let kinds = (self.kind_within(left, levels), self.kind_within(right, levels));
        let text = |kind: Option<Kind>| matches!(kind, Some(Kind::Text | Kind::Words));
        match op {
            Add if text(kinds.0) || text(kinds.1) => Some(Kind::Text),
            Add | Sub | Mul | Div | IntDiv | Mod | Pow => {
                (kinds == (Some(Kind::Number), Some(Kind::Number))).then_some(Kind::Number)
            }
            Concat => Some(Kind::Text),
            Eq | Ne | Lt | Le | Gt | Ge | Contains | StartsWith | EndsWith | Like | NotLike => {
                Some(Kind::Bool)
            }
            In | NotIn => Some(Kind::Bool),
            _ => None,
        }
    }
}

/// The functions whose result is a day or a moment.
fn dates(function: &str) -> Option<Kind> {
    matches!(function, "NOW" | "TODAY" | "DATEADD" | "DATEVALUE").then_some(Kind::Date)
}
