//! Keywords: their arguments in the declared order, then one call.

use super::formula::Left;
use super::function::Lower;
use crate::ast::{Command, Expr, ExprKind};
use crate::names::{self, Part, condition_part};
use crate::types::{Bound, Pair, Slot};
use basilect_stdlib::keyword::Type;
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// A keyword with its arguments; the answer goes to `to`.
    pub(super) fn command(&mut self, to: u8, command: &'a Command, text: Option<&'a Expr>) {
        if let Some(what) = names::error_name(command.keyword.name)
            && command.args.is_empty()
        {
            return self.code.push(Op::ErrorGet, to, what, 0);
        }
        match self.unit.bindings.bind(command, text) {
            Ok(bound) => self.bound(to, &bound),
            Err(diagnostic) => self.report(*diagnostic),
        }
    }

    /// Calls a keyword whose arguments have found their fields.
    pub(super) fn bound(&mut self, to: u8, bound: &Bound<'a>) {
        let slots: Vec<_> = bound.typed().collect();
        let used = slots.iter().rposition(|(_, slot)| !matches!(slot, Slot::Missing));
        let count = used.map_or(0, |last| last + 1);
        let base = self.call_base(to);
        for (index, (ty, slot)) in slots.iter().take(count).enumerate() {
            let register = if index == 0 { base } else { self.code.temp() };
            self.slot(register, *ty, slot, bound.keyword.name == "UPDATE");
        }
        let (op, index) = match bound.keyword.run {
            Some(_) => (Op::CallPure, self.pool.pure(bound.keyword.name)),
            None => (Op::CallHost, self.pool.keyword(bound.keyword.name)),
        };
        self.code.push(op, base, index, count as u16);
        for (_, slot) in slots.iter().filter(|(ty, _)| *ty == Type::Target) {
            if let Slot::Value(place) = slot {
                self.store(place, base);
            }
        }
        self.code.copy(to, base);
    }

    fn slot(&mut self, to: u8, ty: Type, slot: &Slot<'a>, of_rows: bool) {
        match slot {
            Slot::Missing => self.code.push(Op::Null, to, 0, 0),
            Slot::Flag => self.code.push(Op::Bool, to, 1, 0),
            Slot::Value(value) => self.argument(to, ty, value),
            Slot::Rest(values) => self.list(to, values),
            Slot::Pairs(pairs) => self.pairs(to, pairs, of_rows),
        }
    }

    fn argument(&mut self, to: u8, ty: Type, value: &'a Expr) {
        match (ty, &value.kind) {
            (Type::Target, _) => {
                self.load_text(to, &place_words(value));
            }
            (Type::Symbol, ExprKind::Name(word)) => self.load_text(to, word),
            (Type::Word, ExprKind::Name(word)) if self.unit.names.is_unset(word) => {
                self.load_text(to, word);
            }
            (Type::Condition, _) => {
                let mark = self.code.mark();
                self.condition(to, value, true);
                self.code.release(mark);
            }
            (Type::Rows, _) => self.list(to, &[value]),
            _ => self.into(to, value),
        }
    }

    /// Named values; those of rows that are there may be computed from the rows' own columns.
    fn pairs(&mut self, to: u8, pairs: &[Pair<'a>], of_rows: bool) {
        self.code.push(Op::NewMap, to, 0, 0);
        for pair in pairs {
            let mark = self.code.mark();
            let value = match of_rows && self.changes_by_column(&pair.name, pair.value) {
                true => self.formula_value(pair.value),
                false => self.operand(pair.value),
            };
            self.set_field(to, &pair.name, value);
            self.code.release(mark);
        }
    }

    /// A condition as the tree that `basilect_stdlib::pure::condition` describes. What is no
    /// comparison stands for itself: a filter text, a map of columns, the id of a row.
    pub(super) fn condition(&mut self, to: u8, value: &'a Expr, outermost: bool) {
        match condition_part(value) {
            Part::Both(left, right) => {
                let both = self.code.temp();
                let second = self.code.temp();
                self.condition(both, left, false);
                self.condition(second, right, false);
                self.code.push(Op::NewList, both, u16::from(both), 2);
                self.wrap(to, if is_and(value) { "and" } else { "or" }, both);
            }
            Part::Not(inner) => {
                let part = self.code.temp();
                self.condition(part, inner, false);
                self.wrap(to, "not", part);
            }
            Part::Compare { column, op, negated, right } => {
                self.unless(to, negated && op != "isnull", |lower, to| {
                    lower.comparison(to, Left::Column(&column), op, negated, &right);
                });
            }
            Part::Computed { left, op, negated, right } => {
                self.unless(to, negated && op != "isnull", |lower, to| {
                    lower.comparison(to, Left::Computed(left), op, negated, &right);
                });
            }
            Part::Other => self.bare_condition(to, value, outermost),
        }
    }

    /// The part as it is, or its opposite.
    fn unless(&mut self, to: u8, not: bool, part: impl FnOnce(&mut Self, u8)) {
        match not {
            true => {
                let inner = self.code.temp();
                part(self, inner);
                self.wrap(to, "not", inner);
            }
            false => part(self, to),
        }
    }

    /// `to = {word: part}`
    fn wrap(&mut self, to: u8, word: &str, part: u8) {
        self.code.push(Op::NewMap, to, 0, 0);
        self.set_field(to, word, u16::from(part));
    }

    /// `to = {column, op, value}`
    fn comparison(
        &mut self,
        to: u8,
        left: Left<'a, '_>,
        op: &str,
        negated: bool,
        right: &[&'a Expr],
    ) {
        self.code.push(Op::NewMap, to, 0, 0);
        let mark = self.code.mark();
        match left {
            Left::Column(column) => self.text_field(to, "column", column),
            Left::Computed(left) => {
                let formula = self.code.temp();
                self.formula(formula, left, &|names, name| {
                    names.is_unset(name) || names.is_declared_column(name)
                });
                self.set_field(to, "formula", u16::from(formula));
            }
        }
        self.text_field(to, "op", op);
        let value = match right {
            [] => {
                let truth = self.code.temp();
                self.code.push(Op::Bool, truth, u16::from(!negated), 0);
                u16::from(truth)
            }
            [value] => self.compared_value(&left, value),
            several => {
                let list = self.code.temp();
                self.compared_list(list, &left, several);
                u16::from(list)
            }
        };
        self.set_field(to, "value", value);
        self.code.release(mark);
    }

    /// `object.name = "text"`
    pub(super) fn text_field(&mut self, object: u8, name: &str, text: &str) {
        let index = self.pool.text(text);
        let value = super::emit::constant_operand(index).unwrap_or_else(|| {
            let register = self.code.temp();
            self.load_text(register, text);
            u16::from(register)
        });
        self.set_field(object, name, value);
    }

    /// A column alone inside a larger condition asks whether it is true.
    fn bare_condition(&mut self, to: u8, value: &'a Expr, outermost: bool) {
        match &value.kind {
            ExprKind::Name(column) if !outermost => {
                self.code.push(Op::NewMap, to, 0, 0);
                self.text_field(to, "column", column);
                self.text_field(to, "op", "=");
                let yes = self.code.temp();
                self.code.push(Op::Bool, yes, 1, 0);
                self.set_field(to, "value", u16::from(yes));
            }
            _ => self.into(to, value),
        }
    }

    /// `x = SELECT … FROM …`: the text of the query, and the variables it may name.
    pub(super) fn select(&mut self, to: u8, query: &str) {
        let base = self.call_base(to);
        self.load_text(base, query);
        let tables = self.code.temp();
        self.code.push(Op::NewMap, tables, 0, 0);
        for name in names::query_names(query) {
            if let Some(place) = self.place(name) {
                let mark = self.code.mark();
                let register = self.code.temp();
                self.load(register, place);
                self.set_field(tables, name, u16::from(register));
                self.code.release(mark);
            }
        }
        let index = self.pool.pure("QUERY LISTS");
        self.code.push(Op::CallPure, base, index, 2);
        self.code.copy(to, base);
    }
}

/// A variable, field or element in words, the same however it is spaced in the source.
fn place_words(place: &Expr) -> String {
    match &place.kind {
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Int(number) => number.to_string(),
        ExprKind::Text(text) => format!("\"{text}\""),
        ExprKind::Field { of, name, .. } => format!("{}.{}", place_words(of), name.name),
        ExprKind::Index { of, index: args } => format!("{}[{}]", place_words(of), all_words(args)),
        ExprKind::Call { callee, args } => format!("{}({})", place_words(callee), all_words(args)),
        _ => "…".to_owned(),
    }
}
fn all_words(places: &[Expr]) -> String {
    places.iter().map(place_words).collect::<Vec<_>>().join(", ")
}

fn is_and(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Binary(crate::ast::BinaryOp::And, ..))
}
