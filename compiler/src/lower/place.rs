//! Assignments: what receives a value.

use super::function::{Lower, Place};
use crate::ast::{DimItem, Expr, ExprKind, Ident};
use crate::names;
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// `target = value`
    pub(super) fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        match &target.kind {
            ExprKind::Name(name) => match self.place(name) {
                Some(Place::Register(register)) => self.set_variable(register, value),
                Some(Place::Slot(slot)) => {
                    let from = self.value(value);
                    self.code.push(Op::EnvSet, from, slot, 0);
                }
                None => {}
            },
            ExprKind::Field { of, name, .. } => {
                let object = self.value(of);
                let value = self.operand(value);
                self.set_field(object, &name.name, value);
            }
            ExprKind::Index { of, index } => {
                let object = self.value(of);
                self.set_element(object, index, |lower| lower.operand(value));
            }
            ExprKind::Call { callee, args } => {
                let object = self.value(callee);
                self.set_element(object, args, |lower| lower.operand(value));
            }
            _ => self.set_store(target, value),
        }
    }

    /// `target = R[from]`
    pub(super) fn store(&mut self, target: &'a Expr, from: u8) {
        let mark = self.code.mark();
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(place) = self.place(name) {
                    self.save(place, from);
                }
            }
            ExprKind::Field { of, name, .. } => {
                let object = self.value(of);
                self.set_field(object, &name.name, u16::from(from));
            }
            ExprKind::Index { of, index } => {
                let object = self.value(of);
                self.set_element(object, index, |_| u16::from(from));
            }
            ExprKind::Call { callee, args } => {
                let object = self.value(callee);
                self.set_element(object, args, |_| u16::from(from));
            }
            _ => {}
        }
        self.code.release(mark);
    }

    /// `name = R[from]`
    pub(super) fn store_name(&mut self, name: &Ident, from: u8) {
        if let Some(place) = self.place(&name.name) {
            self.save(place, from);
        }
    }

    pub(super) fn set_element(
        &mut self,
        object: u8,
        index: &'a [Expr],
        value: impl FnOnce(&mut Self) -> u16,
    ) {
        let Some((last, before)) = index.split_last() else { return };
        let mut object = object;
        if !before.is_empty() {
            let inner = self.code.temp();
            self.get_index(inner, object, before);
            object = inner;
        }
        let key = self.subscript(last);
        let value = value(self);
        self.code.push4(Op::SetIndex, object, key, value, self.base());
    }

    /// `SET "session.key" = value`: the keyword SET of the vocabulary.
    fn set_store(&mut self, target: &'a Expr, value: &'a Expr) {
        let keyword = names::declared("SET");
        // Its first field is the variable that `SET x, value` names.
        let base = self.code.temp();
        self.code.push(Op::Null, base, 0, 0);
        for part in [target, value] {
            let register = self.code.temp();
            self.into(register, part);
        }
        let index = self.pool.keyword(keyword.name);
        self.code.push(Op::CallHost, base, index, 3);
    }

    /// DIM: a new array, or a variable with the first value of its type.
    pub(super) fn dim(&mut self, item: &'a DimItem) {
        let mark = self.code.mark();
        let to = self.code.temp();
        if item.bounds.is_empty() {
            self.first_value(to, item);
        } else {
            let first = self.code.mark();
            for bound in &item.bounds {
                let register = self.code.temp();
                self.into(register, bound);
            }
            let kind = self.unit.option_base | element_kind(item) << 8;
            self.code.push4(Op::NewArray, to, first, item.bounds.len() as u16, kind);
        }
        self.store_name(&item.name, to);
        self.code.release(mark);
    }

    fn first_value(&mut self, to: u8, item: &DimItem) {
        match item.ty.as_deref() {
            Some("ARRAY" | "LIST") => self.code.push(Op::NewList, to, 0, 0),
            Some("OBJECT" | "MAP" | "DICTIONARY") => self.code.push(Op::NewMap, to, 0, 0),
            Some("BOOLEAN" | "BOOL") => self.code.push(Op::Bool, to, 0, 0),
            _ => match element_kind(item) {
                0 => self.code.push(Op::SmallInt, to, 0, 0),
                1 => self.load_text(to, ""),
                _ => self.code.push(Op::Null, to, 0, 0),
            },
        }
    }
}

/// What the elements of an array start as: 0 a number, 1 a text, 2 null.
fn element_kind(item: &DimItem) -> u16 {
    match item.ty.as_deref() {
        Some("STRING" | "TEXT") => 1,
        Some(
            "INTEGER" | "INT" | "LONG" | "NUMBER" | "FLOAT" | "DOUBLE" | "SINGLE" | "DECIMAL"
            | "CURRENCY" | "MONEY" | "BYTE",
        ) => 0,
        Some(_) => 2,
        None if item.name.name.ends_with('$') => 1,
        None if item.name.name.ends_with(['%', '!', '#']) => 0,
        None => 2,
    }
}
