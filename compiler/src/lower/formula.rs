//! Values of rows that are computed from columns, as `basilect_stdlib::pure::formula` reads them.

use super::function::Lower;
use crate::ast::{Expr, ExprKind};
use crate::names::formula::{Shape, shape};
use crate::names::{Names, fold};
use basilect_stdlib::pure::formula::{FORMULA, PARTS};
use basilect_vm::program::instr::Op;

/// The left side of a comparison in a condition.
#[derive(Clone, Copy)]
pub(super) enum Left<'a, 'c> {
    /// A column.
    Column(&'c str),
    /// A value that is computed from columns.
    Computed(&'a Expr),
}

/// Says which names are columns.
type IsColumn<'f> = &'f dyn Fn(&Names, &str) -> bool;

impl<'a> Lower<'a, '_> {
    /// Whether what a column is changed to is computed from columns: it begins with its own name,
    /// or names a column of a declared table, or computes with names that nothing sets.
    pub(super) fn changes_by_column(&self, column: &str, value: &Expr) -> bool {
        match shape(value) {
            Shape::Name(name) => {
                let own = fold(name) == fold(column);
                let names = &self.unit.names;
                names.is_unset(name) && (own || names.is_declared_column(name))
            }
            _ => self.mentions(value, &Names::is_unset),
        }
    }

    /// Whether a value is computed from columns.
    fn mentions(&self, value: &Expr, is_column: IsColumn<'_>) -> bool {
        match shape(value) {
            Shape::Name(name) => is_column(&self.unit.names, name),
            Shape::Apply(_, parts) => parts.iter().any(|part| self.mentions(part, is_column)),
            Shape::Value => false,
        }
    }

    /// A value with its columns, in a new register.
    pub(super) fn formula_value(&mut self, value: &'a Expr) -> u16 {
        let to = self.code.temp();
        self.formula(to, value, &Names::is_unset);
        u16::from(to)
    }

    /// `to = {column formula, of}` where columns are mentioned, else the value.
    pub(super) fn formula(&mut self, to: u8, value: &'a Expr, is_column: IsColumn<'_>) {
        if !self.mentions(value, is_column) {
            return self.into(to, value);
        }
        let mark = self.code.mark();
        let parts = self.code.temp();
        let op = match shape(value) {
            Shape::Name(name) => {
                self.load_text(parts, name);
                self.code.push(Op::NewList, parts, u16::from(parts), 1);
                "column"
            }
            Shape::Apply(op, of) => {
                for (index, part) in of.iter().copied().enumerate() {
                    let register = if index == 0 { parts } else { self.code.temp() };
                    self.formula(register, part, is_column);
                }
                self.code.push(Op::NewList, parts, u16::from(parts), of.len() as u16);
                op
            }
            Shape::Value => return self.code.release(mark),
        };
        self.code.push(Op::NewMap, to, 0, 0);
        self.text_field(to, FORMULA, op);
        self.set_field(to, PARTS, u16::from(parts));
        self.code.release(mark);
    }

    /// What a column is compared with.
    pub(super) fn compared_value(&mut self, left: &Left<'_, '_>, value: &'a Expr) -> u16 {
        match self.compares_columns(left, value) {
            true => self.formula_value(value),
            false => self.operand(value),
        }
    }

    /// Whether columns are compared with each other. A name alone is a column only if a table
    /// declares it, so that a misspelt variable does not become one.
    fn compares_columns(&self, left: &Left<'_, '_>, value: &Expr) -> bool {
        match (&value.kind, left) {
            (ExprKind::Name(name), Left::Column(column)) if fold(name) == fold(column) => false,
            (ExprKind::Name(name), _) => {
                self.unit.names.is_unset(name) && self.unit.names.is_declared_column(name)
            }
            _ => self.mentions(value, &Names::is_unset),
        }
    }

    /// The two values of BETWEEN.
    pub(super) fn compared_list(&mut self, to: u8, left: &Left<'_, '_>, values: &[&'a Expr]) {
        let mark = self.code.mark();
        for value in values {
            let register = self.code.temp();
            match self.compares_columns(left, value) {
                true => self.formula(register, value, &Names::is_unset),
                false => self.into(register, value),
            }
        }
        self.code.push(Op::NewList, to, mark, values.len() as u16);
        self.code.release(mark);
    }
}
