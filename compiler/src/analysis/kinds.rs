//! What variables hold, as far as the text of a script tells: of every value that one receives the
//! kind, its fields, and the table that it comes from.
//!
//! This is for people who read a script. A kind may be missing, but one that is named is possible.

use super::fold;
use super::mentions::Entity;
use crate::ast::{BinaryOp, Expr, ExprKind, Ident, MapKey, UnaryOp};
use crate::names;
use crate::types::{Bindings, Bound, Slot};
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;
use std::collections::{BTreeMap, BTreeSet};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A day or a moment.
    Date,
    /// A list.
    List,
    /// A map.
    Map,
}

impl Kind {
    /// In one word, for hints between the lines.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Bool => "true or false",
            Kind::Date => "date",
            Kind::List => "list",
            Kind::Map => "map",
        }
    }
    fn of_type(ty: Type) -> Option<Kind> {
        Some(match ty {
            Type::Text | Type::Question => Kind::Text,
            Type::Int | Type::Num => Kind::Number,
            Type::Bool => Kind::Bool,
            Type::List | Type::Rows => Kind::List,
            Type::Map | Type::Pairs => Kind::Map,
            Type::Date => Kind::Date,
            _ => return None,
        })
    }
    /// The kind of a declared type or of an answer: `AS INTEGER`.
    pub fn of_word(word: &str) -> Option<Kind> {
        Some(match word.to_uppercase().as_str() {
            "STRING" | "TEXT" | "EMAIL" | "MOBILE" | "PHONE" | "NAME" | "URL" | "LANGUAGE" => {
                Kind::Text
            }
            "ZIPCODE" | "CPF" | "CNPJ" | "QRCODE" | "LOGIN" | "MENU" | "COLOR" => Kind::Text,
            "INTEGER" | "INT" | "LONG" | "SINGLE" | "DOUBLE" | "NUMBER" | "FLOAT" | "MONEY"
            | "CURRENCY" | "DECIMAL" => Kind::Number,
            "BOOLEAN" | "BOOL" => Kind::Bool,
            "DATE" | "DATETIME" => Kind::Date,
            "ARRAY" | "LIST" => Kind::List,
            "OBJECT" | "MAP" => Kind::Map,
            _ => return None,
        })
    }
}

/// What is known of a variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The kinds of the values that it receives; empty when none is known.
    pub kinds: BTreeSet<Kind>,
    /// Whether it may receive a value of which nothing is known.
    pub open: bool,
    /// Its fields that the script names: in small letters, and as written.
    pub fields: BTreeMap<String, String>,
    /// The table whose row, or rows, it holds.
    pub table: Option<String>,
    /// The kind of answer that it receives from a person: `EMAIL`.
    pub asked: Option<String>,
}

impl Known {
    /// The kinds as a phrase: `text or number`; `None` when nothing sure is known.
    pub fn phrase(&self) -> Option<String> {
        let words: Vec<&str> = self.kinds.iter().map(|kind| kind.word()).collect();
        let all = (!words.is_empty() && !self.open).then(|| words.join(" or "))?;
        Some(match &self.table {
            Some(table) => format!("{all} of {table}"),
            None => all,
        })
    }

    fn join(&mut self, other: Known) {
        self.kinds.extend(other.kinds);
        self.open |= other.open;
        self.fields.extend(other.fields);
        self.table = self.table.take().or(other.table);
        self.asked = self.asked.take().or(other.asked);
    }

    fn just(kind: Kind) -> Known {
        Known { kinds: BTreeSet::from([kind]), ..Known::default() }
    }

    fn nothing() -> Known {
        Known { open: true, ..Known::default() }
    }
}

/// What a variable receives at a place.
#[derive(Clone, Debug)]
pub(super) enum Assigned<'a> {
    /// A value.
    Value(&'a Expr),
    /// A map of these fields.
    Fields(&'a [(Ident, Expr)]),
    /// An item of a list.
    Item(&'a Expr),
    /// A value of a declared type.
    Type(String),
    /// A number.
    Number,
    /// A list.
    List,
    /// What a keyword answers: what is known of it.
    Answer(Known),
}

impl<'a> Assigned<'a> {
    /// What the keyword answers.
    pub(super) fn answer(bound: &Bound<'a>) -> Assigned<'a> {
        let mut known = result(bound);
        if let Slot::Value(Expr { kind: ExprKind::Name(word), .. }) = bound.slot("kind") {
            known = Kind::of_word(word).map_or(Known::nothing(), Known::just);
            known.asked = Some(word.to_uppercase().into());
        } else if bound.keyword.name == "HEAR" {
            known = Known::just(Kind::Text);
        }
        Assigned::Answer(known)
    }
}

/// What a keyword gives.
fn result(bound: &Bound<'_>) -> Known {
    let first = matches!(bound.slot("first"), Slot::Flag);
    let mut known = match Kind::of_type(bound.keyword.result) {
        Some(_) if first => Known::just(Kind::Map),
        Some(kind) => Known::just(kind),
        None => Known::nothing(),
    };
    if let Slot::Value(Expr { kind: ExprKind::Text(table), .. }) = bound.slot("table")
        && bound.keyword.name.starts_with("FIND")
    {
        known.table = Some(table_name(table));
    }
    known
}

/// The table that a text names, in small letters: `orders.csv` is `orders`.
pub fn table_name(text: &str) -> String {
    let lower = fold(text.rsplit(['/', '\\']).next().unwrap_or(text));
    lower.strip_suffix(".csv").unwrap_or(&lower).to_string()
}

/// The variable that a `param-*` setting becomes.
pub fn setting_name(name: &str) -> String {
    let lower = name.trim().to_lowercase().replace('-', "_");
    lower.strip_prefix("param_").unwrap_or(&lower).to_string()
}

/// How often what is known of variables is followed into other variables.
const ROUNDS: usize = 3;
/// How far down an expression is looked at.
const LEVELS: u32 = 12;

type Names<'f> = &'f dyn Fn(usize, &str) -> Entity;

struct Inference<'a, 'f> {
    known: BTreeMap<Entity, Known>,
    bindings: &'f Bindings<'a>,
    names: Names<'f>,
}

/// What is known of each variable after all that is assigned.
pub(super) fn infer<'a>(
    assigned: &[(Entity, Assigned<'a>, usize)],
    bindings: &Bindings<'a>,
    names: Names<'_>,
) -> BTreeMap<Entity, Known> {
    let mut inference = Inference { known: BTreeMap::new(), bindings, names };
    for _ in 0..ROUNDS {
        let mut next: BTreeMap<Entity, Known> = BTreeMap::new();
        for (entity, assigned, scope) in assigned {
            let found = inference.assigned(assigned, *scope);
            next.entry(entity.clone()).or_default().join(found);
        }
        let settled = next == inference.known;
        inference.known = next;
        if settled {
            break;
        }
    }
    inference.known
}

impl<'a> Inference<'a, '_> {
    fn assigned(&self, assigned: &Assigned<'a>, scope: usize) -> Known {
        match assigned {
            Assigned::Value(value) => self.value(value, scope, LEVELS),
            Assigned::Answer(known) => known.clone(),
            Assigned::Number => Known::just(Kind::Number),
            Assigned::List => Known::just(Kind::List),
            Assigned::Type(word) => Kind::of_word(word).map_or(Known::nothing(), Known::just),
            Assigned::Fields(fields) => {
                let names = fields.iter().map(|(name, _)| name);
                Known { fields: spelled(names), ..Known::just(Kind::Map) }
            }
            Assigned::Item(source) => self.item(source, scope),
        }
    }

    fn item(&self, source: &'a Expr, scope: usize) -> Known {
        if let ExprKind::List(items) = &source.kind {
            let mut all = Known::default();
            items.iter().for_each(|item| all.join(self.value(item, scope, LEVELS)));
            return all;
        }
        match self.value(source, scope, LEVELS).table {
            Some(table) => Known { table: Some(table), ..Known::just(Kind::Map) },
            None => Known::nothing(),
        }
    }

    fn value(&self, value: &'a Expr, scope: usize, levels: u32) -> Known {
        let Some(levels) = levels.checked_sub(1) else { return Known::nothing() };
        match &value.kind {
            ExprKind::Null => Known::default(),
            ExprKind::Text(_) | ExprKind::Template(_) => Known::just(Kind::Text),
            ExprKind::Int(_) | ExprKind::Num(_) => Known::just(Kind::Number),
            ExprKind::Bool(_) | ExprKind::IsNull { .. } | ExprKind::Between { .. } => {
                Known::just(Kind::Bool)
            }
            ExprKind::List(_) => Known::just(Kind::List),
            ExprKind::Map(entries) => {
                let names = entries.iter().filter_map(|(key, _)| match key {
                    MapKey::Fixed(name) => Some(name),
                    MapKey::Computed(_) => None,
                });
                Known { fields: spelled(names), ..Known::just(Kind::Map) }
            }
            ExprKind::Name(name) => self.name(name, scope),
            ExprKind::Unary(UnaryOp::Neg, _) => Known::just(Kind::Number),
            ExprKind::Unary(UnaryOp::Not, _) => Known::just(Kind::Bool),
            ExprKind::Binary(op, left, right) => self.combined(*op, (left, right), scope, levels),
            ExprKind::Ternary(_, then, other) => {
                let mut both = self.value(then, scope, levels);
                both.join(self.value(other, scope, levels));
                both
            }
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Name(name) => function(name),
                _ => Known::nothing(),
            },
            ExprKind::Command(command) => {
                self.bindings.bind(command, None).map_or(Known::nothing(), |bound| result(&bound))
            }
            ExprKind::Select(_) => Known::just(Kind::List),
            _ => Known::nothing(),
        }
    }

    fn name(&self, name: &str, scope: usize) -> Known {
        if let Some(keyword) = names::bare_function(name) {
            return of_keyword(keyword);
        }
        let entity = (self.names)(scope, name);
        self.known.get(&entity).cloned().unwrap_or_default()
    }

    fn combined(
        &self,
        op: BinaryOp,
        (left, right): (&'a Expr, &'a Expr),
        scope: usize,
        levels: u32,
    ) -> Known {
        use BinaryOp::*;
        match op {
            Concat => Known::just(Kind::Text),
            Add => {
                let (left, right) =
                    (self.value(left, scope, levels), self.value(right, scope, levels));
                let text = |known: &Known| known.kinds.contains(&Kind::Text) && !known.open;
                let number = |known: &Known| known.kinds.iter().eq([&Kind::Number]) && !known.open;
                match (text(&left) || text(&right), number(&left) && number(&right)) {
                    (true, _) => Known::just(Kind::Text),
                    (_, true) => Known::just(Kind::Number),
                    _ => Known::nothing(),
                }
            }
            Sub | Mul | Div | IntDiv | Mod | Pow => Known::just(Kind::Number),
            Coalesce | Or | And => {
                let mut both = self.value(left, scope, levels);
                both.join(self.value(right, scope, levels));
                both
            }
            Eq | Ne | Lt | Le | Gt | Ge | Contains | StartsWith | EndsWith | Like | NotLike
            | In | NotIn => Known::just(Kind::Bool),
            Xor | Eqv | Imp => Known::nothing(),
        }
    }
}

fn function(name: &str) -> Known {
    names::function(name).map_or(Known::nothing(), of_keyword)
}

fn of_keyword(keyword: &'static Keyword) -> Known {
    let date = matches!(keyword.name, "NOW" | "TODAY" | "DATEADD" | "DATEVALUE");
    let kind = if date { Some(Kind::Date) } else { Kind::of_type(keyword.result) };
    kind.map_or(Known::nothing(), Known::just)
}

fn spelled<'i>(names: impl Iterator<Item = &'i Ident>) -> BTreeMap<String, String> {
    names.map(|name| (fold(&name.name), name.name.to_string())).collect()
}
