//! Classic programs: one function, whose variables begin as 0 or as an empty text.
//!
//! The code begins with a call of its last part, which gives every variable its first value, so
//! that RUN and CLEAR can do the same. Reading order: this file (the program and its statements),
//! [`values`] (expressions), [`loops`], [`output`] (PRINT), [`input`] (INPUT, READ).

mod input;
mod loops;
mod output;
mod values;

use super::emit::{Label, load_int};
use super::function::{Lower, Place};
use crate::ast::{Classic, DimItem, ExitKind, Expr, Ident, Listing, Stmt, StmtKind};
use crate::classic::types::{self, Ty};
use crate::hashed::HashMap;
use crate::names::classic::{DATUM, LIMIT};
use crate::names::fold;
use basilect_vm::program::instr::Op;

/// Numbers of errors that the code raises.
mod error {
    pub const NEXT_WITHOUT_FOR: i64 = 1;
    pub const OUT_OF_DATA: i64 = 4;
    pub const DUPLICATE_DEFINITION: i64 = 10;
}

/// The last subscript of an array without DIM.
const IMPLICIT_BOUND: i64 = 10;

/// What is known while a program is lowered.
#[derive(Default)]
pub(in crate::lower) struct Running {
    /// Parameters of the functions of DEF FN that are being written out, and their registers.
    given: Vec<(String, u8)>,
    /// For each FOR where its body begins, and what follows it.
    fors: HashMap<usize, (Label, Label)>,
    /// The same for other loops.
    others: HashMap<usize, (Label, Label)>,
    /// Where variables get their first values, and where the program begins.
    begin: Option<(Label, Label)>,
}

impl Running {
    /// The register of a parameter.
    pub(in crate::lower) fn given(&self, name: &str) -> Option<u8> {
        self.given.iter().rev().find(|(given, _)| given == name).map(|(_, register)| *register)
    }
}

impl<'a> Lower<'a, '_> {
    fn listing(&self) -> Option<&'a Listing> {
        self.unit.script.listing.as_deref()
    }
    /// The lower bound of arrays that has to be taken off subscripts.
    pub(in crate::lower) fn base(&self) -> u16 {
        self.listing().map_or(0, |listing| listing.base)
    }

    /// Lowers the whole program.
    pub(in crate::lower) fn program(&mut self, listing: &'a Listing, body: &'a [Stmt]) {
        let (first, start) = (self.code.label(), self.code.label());
        self.program.begin = Some((first, start));
        let mark = self.code.mark();
        let outside = self.code.temp();
        load_int(&mut self.code, self.pool, outside, i64::from(!listing.fixed_random));
        self.pure("CLASSIC BEGIN", outside, 1);
        self.code.release(mark);
        self.code.jump(Op::GoSub, 0, 0, first);
        self.code.place(start);
        self.code.statement();
        self.stmts(body);
        self.code.statement();
        self.say_rest();
        self.return_nothing();
        self.code.place(first);
        self.code.statement();
        self.first_values(listing);
        self.code.push(Op::GoSubReturn, 0, 1, 0);
    }

    fn first_values(&mut self, listing: &'a Listing) {
        for name in &listing.variables {
            self.set_first(name, types::of_name(name) == Ty::Text);
        }
        for counted in &listing.fors {
            self.set_null(&format!("{}{LIMIT}", counted.var));
        }
        for (name, array) in &listing.arrays {
            let line = self.line_of(array.span);
            self.code.line(line);
            match (&array.bounds, array.declared) {
                (Some(bounds), _) => self.set_array(name, bounds),
                (None, true) => self.set_null(name),
                (None, false) => self.set_array(name, &vec![IMPLICIT_BOUND; array.dimensions]),
            }
        }
        self.load_items();
    }
    /// Works on a variable in its register, or in a temporary that is stored then.
    fn set(&mut self, name: &str, value: impl FnOnce(&mut Self, u8)) {
        let Some(place) = self.place(name) else { return };
        let mark = self.code.mark();
        let register = match place {
            Place::Register(register) => register,
            Place::Slot(_) => self.code.temp(),
        };
        value(self, register);
        self.save(place, register);
        self.code.release(mark);
    }
    fn set_first(&mut self, name: &str, text: bool) {
        self.set(name, |lower, register| match text {
            true => lower.load_text(register, ""),
            false => lower.code.push(Op::SmallInt, register, 0, 0),
        });
    }
    fn set_null(&mut self, name: &str) {
        self.set(name, |lower, register| lower.code.push(Op::Null, register, 0, 0));
    }
    fn set_array(&mut self, name: &str, bounds: &[i64]) {
        let base = i64::from(self.base());
        let text = types::of_name(name) == Ty::Text;
        self.set(name, |lower, register| {
            let first = lower.code.window(bounds.len() as u16);
            for (place, bound) in bounds.iter().enumerate() {
                let register = first.saturating_add(place as u8);
                load_int(&mut lower.code, lower.pool, register, bound - base);
            }
            lower.new_array(register, first, bounds.len(), text);
        });
    }
    fn new_array(&mut self, to: u8, first: u8, dimensions: usize, text: bool) {
        let kind = u16::from(text) << 8;
        self.code.push4(Op::NewArray, to, u16::from(first), dimensions as u16, kind);
    }

    /// Lowers a statement of a classic program.
    pub(in crate::lower) fn classic_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Assign { target, value } => self.let_value(target, value),
            StmtKind::If { arms, otherwise } => self.if_stmt(arms, otherwise.as_deref()),
            StmtKind::Select { subject, cases, otherwise } => {
                self.select_case(subject, cases, otherwise.as_deref());
            }
            StmtKind::Dim(items) => items.iter().for_each(|item| self.classic_dim(item)),
            StmtKind::Exit(kind) => {
                self.say_rest();
                match kind {
                    ExitKind::Stop => self.code.push(Op::Stop, 0, 0, 0),
                    _ => self.return_nothing(),
                }
            }
            StmtKind::Return(_) => self.code.push(Op::GoSubReturn, 0, 1, 0),
            StmtKind::OnBranch { selector, gosub, labels } => {
                self.choose(selector, *gosub, labels);
            }
            StmtKind::Throw(number) => {
                let number = self.value(number);
                self.code.push(Op::Throw, number, 0, 0);
            }
            StmtKind::Classic(classic) => self.classic(classic),
            _ => self.flow(stmt),
        }
    }

    fn classic(&mut self, classic: &'a Classic) {
        match classic {
            Classic::Print { items, using } => self.print_items(items, using.as_ref()),
            Classic::Write(values) => self.write_values(values),
            Classic::Input { prompt, question, targets, line } => {
                self.ask(prompt.as_deref(), *question, targets, *line);
            }
            Classic::Key(target) => self.get_key(target),
            Classic::Read(targets) => targets.iter().for_each(|target| self.read_item(target)),
            Classic::Restore(label) => self.restore_to(label.as_ref()),
            Classic::Randomize(seed) => self.randomize_from(seed.as_ref()),
            Classic::For { var, bounds, step, number } => {
                let [from, to] = &**bounds;
                self.begin_for(var, [from, to], step.as_deref(), *number);
            }
            Classic::Next(numbers) => numbers.iter().for_each(|number| self.end_for(*number)),
            Classic::Open { test, number } => self.open_other(test.as_ref(), *number),
            Classic::Close { test, number } => self.close_other(test.as_ref(), *number),
            Classic::Leave(number) => self.leave(*number),
            Classic::Swap(left, right) => self.swap(left, right),
            Classic::Erase(names) => names.iter().for_each(|name| self.set_null(&name.name)),
            Classic::Clear => self.begin_again(None, true),
            Classic::Run(line) => self.begin_again(line.as_ref(), false),
            Classic::Chain(script) => self.chain(script),
            Classic::Pop => self.code.push(Op::GoSubPop, 0, 0, 0),
            Classic::ReturnTo(line) => {
                self.code.push(Op::GoSubPop, 0, 0, 0);
                self.goto(line);
            }
            Classic::MidSet { target, start, count, value } => {
                self.mid_set(target, start, count.as_deref(), value);
            }
            Classic::Width(columns) => self.teletype("CLASSIC WIDTH", Some(columns)),
            Classic::Locate { column } => self.teletype("CLASSIC LOCATE", column.as_ref()),
            // DATA is read before the program starts, DEF FN is written out where it is called.
            Classic::Data(_) | Classic::DefFn { .. } | Classic::Nothing(_) => {}
        }
    }

    /// A function of the teletype; without a value it is given 1.
    fn teletype(&mut self, function: &str, value: Option<&'a Expr>) {
        let base = self.code.temp();
        match value {
            Some(value) => self.into(base, value),
            None => self.code.push(Op::SmallInt, base, 1, 0),
        }
        self.pure(function, base, 1);
    }

    /// Raises an error by its number.
    fn raise(&mut self, number: i64) {
        let register = self.code.temp();
        load_int(&mut self.code, self.pool, register, number);
        self.code.push(Op::Throw, register, 0, 0);
    }

    /// RUN and CLEAR: all variables get their first values; GOSUBs and ON ERROR are forgotten.
    fn begin_again(&mut self, line: Option<&Ident>, stay: bool) {
        let Some((first, start)) = self.program.begin else { return };
        self.code.push(Op::GoSubPop, 0, 1, 0);
        self.code.push(Op::OnError, 0, 3, 0);
        self.code.jump(Op::GoSub, 0, 0, first);
        match line {
            _ if stay => {}
            Some(line) => self.goto(line),
            None => self.code.jump(Op::Jump, 0, 0, start),
        }
    }

    /// CHAIN: the other script runs, and this program is over.
    fn chain(&mut self, script: &'a Expr) {
        self.say_rest();
        let base = self.code.temp();
        self.into(base, script);
        self.code.push(Op::CallScriptByName, base, 0, 0);
        self.return_nothing();
    }

    /// DIM: an array whose bounds are known has them from the beginning. One that has elements
    /// cannot be given others before ERASE.
    fn classic_dim(&mut self, item: &'a DimItem) {
        let name = &item.name.name;
        let known = self.listing().and_then(|listing| listing.arrays.get(name.as_str()));
        let known = known.is_some_and(|array| array.bounds.is_some());
        let done = self.code.label();
        let text = types::of_name(name) == Ty::Text;
        let Some(place) = self.place(name) else { return };
        let array = self.code.temp();
        self.load(array, place);
        if known {
            self.code.jump(Op::JumpIfNotNull, array, 0, done);
        } else {
            let fresh = self.code.label();
            self.code.jump(Op::JumpIfNull, array, 0, fresh);
            self.raise(error::DUPLICATE_DEFINITION);
            self.code.place(fresh);
        }
        let first = self.code.window(item.bounds.len() as u16);
        for (place, bound) in item.bounds.iter().enumerate() {
            self.array_bound(first.saturating_add(place as u8), bound);
        }
        self.new_array(array, first, item.bounds.len(), text);
        self.save(place, array);
        self.code.place(done);
    }
    /// A bound, rounded, counted from the lower one.
    fn array_bound(&mut self, to: u8, bound: &'a Expr) {
        self.into(to, bound);
        let zero = self.pool.int(0);
        let zero = super::emit::constant_operand(zero).unwrap_or_default();
        self.code.push4(Op::Bits, to, u16::from(to), zero, 1);
        if self.base() == 1 {
            let one = self.pool.int(1);
            let one = super::emit::constant_operand(one).unwrap_or_default();
            self.code.push(Op::Sub, to, u16::from(to), one);
        }
    }

    /// `ON e GOTO a, b`. Minimal BASIC has no choice beyond the lines; Microsoft's goes on.
    fn choose(&mut self, selector: &'a Expr, gosub: bool, labels: &'a [Ident]) {
        let strict = self.listing().is_some_and(|listing| listing.minimal);
        let choice = self.code.temp();
        self.into(choice, selector);
        let count = self.code.temp();
        load_int(&mut self.code, self.pool, count, labels.len() as i64);
        self.pure(if strict { "CLASSIC CHOICE" } else { "CLASSIC ON" }, choice, 2);
        let end = self.code.label();
        for (index, label) in labels.iter().enumerate() {
            let number = self.pool.int(index as i64 + 1);
            let Some(number) = super::emit::constant_operand(number) else { continue };
            let next = self.code.label();
            self.code.jump(Op::JumpNe, choice, number, next);
            match gosub {
                true => {
                    self.go_sub(label);
                    self.code.statement();
                    self.code.jump(Op::Jump, 0, 0, end);
                }
                false => self.goto(label),
            }
            self.code.place(next);
        }
        self.code.place(end);
    }

    fn swap(&mut self, left: &'a Expr, right: &'a Expr) {
        let (a, b) = (self.code.temp(), self.code.temp());
        self.into(a, left);
        self.into(b, right);
        self.store(left, b);
        self.store(right, a);
    }

    fn mid_set(
        &mut self,
        target: &'a Expr,
        start: &'a Expr,
        count: Option<&'a Expr>,
        value: &'a Expr,
    ) {
        let base = self.code.temp();
        self.into(base, target);
        for part in [Some(value), Some(start), count].into_iter().flatten() {
            let register = self.code.temp();
            self.into(register, part);
        }
        self.pure("CLASSIC MID SET", base, 3 + u16::from(count.is_some()));
        self.store(target, base);
    }

    fn randomize_from(&mut self, seed: Option<&'a Expr>) {
        let base = self.code.temp();
        if let Some(seed) = seed {
            self.into(base, seed);
        }
        self.pure("CLASSIC RANDOMIZE", base, u16::from(seed.is_some()));
    }

    fn restore_to(&mut self, line: Option<&Ident>) {
        let at = line.and_then(|line| self.unit.data_at.get(&fold(&line.name)).copied());
        self.set(DATUM, |lower, register| {
            load_int(&mut lower.code, lower.pool, register, at.unwrap_or(0) as i64);
        });
    }
}
