//! Loops of classic programs: their counter is the variable itself, where they end and how they
//! count are registers beside it. A loop that has ended has no limit any more, so that a NEXT that
//! is reached from elsewhere is found out.

use super::super::emit::{Label, constant_operand, load_int};
use super::super::function::{Lower, Place};
use super::error;
use crate::ast::{Expr, Ident, LoopTest};
use crate::classic::types::{self, Ty};
use crate::names::classic::{LIMIT, LOOP, STEP};
use basilect_vm::program::instr::Op;

impl<'a> Lower<'a, '_> {
    /// The labels of a FOR: where its body begins, and what follows it.
    fn for_labels(&mut self, number: usize) -> (Label, Label) {
        if let Some(labels) = self.program.fors.get(&number) {
            return *labels;
        }
        let labels = (self.code.label(), self.code.label());
        self.program.fors.insert(number, labels);
        labels
    }
    fn other_labels(&mut self, number: usize) -> (Label, Label) {
        if let Some(labels) = self.program.others.get(&number) {
            return *labels;
        }
        let labels = (self.code.label(), self.code.label());
        self.program.others.insert(number, labels);
        labels
    }
    /// The places of a variable, its limit and its step.
    fn counter(&self, var: &str) -> Option<[Place; 3]> {
        let part = |part: &str| self.place(&format!("{var}{part}"));
        Some([part("")?, part(LIMIT)?, part(STEP)?])
    }

    pub(super) fn begin_for(
        &mut self,
        var: &'a Ident,
        range: [&'a Expr; 2],
        step: Option<&'a Expr>,
        number: usize,
    ) {
        let Some(places) = self.counter(&var.name) else { return };
        let whole = types::of_name(&var.name) == Ty::Int;
        let work = self.code.window(3);
        self.into(work, range[0]);
        self.into(work + 1, range[1]);
        match step {
            Some(step) => self.into(work + 2, step),
            None => self.code.push(Op::SmallInt, work + 2, 1, 0),
        }
        for register in (work..work + 3).filter(|_| whole) {
            let mark = self.code.mark();
            let number = self.code.temp();
            self.code.copy(number, register);
            self.pure("CLASSIC CINT", number, 1);
            self.code.copy(register, number);
            self.code.release(mark);
        }
        let (body, exit) = self.for_labels(number);
        let direct = neighbours(places).filter(|_| !self.plain());
        let first = direct.unwrap_or(work);
        if direct.is_some() {
            (0..3).for_each(|part| self.code.copy(first + part, work + part));
        }
        self.remember_loop(&var.name, number);
        let entered = self.code.label();
        self.code.jump(Op::ForPrep, first, u16::from(first), entered);
        self.keep(direct, places, work);
        self.code.jump(Op::Jump, 0, 0, body);
        self.code.place(entered);
        self.keep(direct, places, work);
        self.code.jump(Op::Jump, 0, 0, exit);
        self.code.place(body);
    }
    /// Stores what is not in its own registers.
    fn keep(&mut self, direct: Option<u8>, places: [Place; 3], work: u8) {
        if direct.is_none() {
            let parts = places.into_iter().zip(work..);
            parts.for_each(|(place, register)| self.save(place, register));
        }
    }
    fn remember_loop(&mut self, var: &str, number: usize) {
        let asked = self.listing().and_then(|l| l.fors.get(number)).is_some_and(|l| l.asked);
        if asked {
            self.set(&format!("{var}{LOOP}"), |lower, register| {
                load_int(&mut lower.code, lower.pool, register, number as i64);
            });
        }
    }

    /// NEXT of one variable.
    pub(super) fn end_for(&mut self, number: usize) {
        let Some(end) = self.listing().and_then(|listing| listing.nexts.get(number)) else {
            return;
        };
        let Some(places) = self.counter(&end.var) else { return };
        let mark = self.code.mark();
        let direct = neighbours(places).filter(|_| !self.plain());
        let first = direct.unwrap_or_else(|| self.code.window(3));
        if direct.is_none() {
            for (place, register) in places.into_iter().zip(first..) {
                self.load(register, place);
            }
        }
        let over = self.code.label();
        match end.loops.as_slice() {
            [one] => self.go_on(*one, direct, first, places[0]),
            several => self.go_on_asking(several, &end.var, direct, first, places[0], over),
        }
        self.code.place(over);
        if direct.is_none() {
            self.save(places[0], first);
        }
        for begun in &end.exits {
            let (_, exit) = self.for_labels(*begun);
            self.code.place(exit);
        }
        self.set_null(&format!("{}{LIMIT}", end.var));
        self.code.statement();
        self.code.release(mark);
    }
    /// Counts, and goes to the body of the loop when it goes on.
    fn go_on(&mut self, number: usize, direct: Option<u8>, first: u8, var: Place) {
        let (body, _) = self.for_labels(number);
        if direct.is_some() {
            return self.code.jump(Op::ForLoop, first, u16::from(first), body);
        }
        let (again, done) = (self.code.label(), self.code.label());
        self.code.jump(Op::ForLoop, first, u16::from(first), again);
        self.code.jump(Op::Jump, 0, 0, done);
        self.code.place(again);
        self.save(var, first);
        self.code.jump(Op::Jump, 0, 0, body);
        self.code.place(done);
    }
    /// The same where the loop that runs is one of several.
    fn go_on_asking(
        &mut self,
        loops: &[usize],
        var: &str,
        direct: Option<u8>,
        first: u8,
        place: Place,
        over: Label,
    ) {
        let which = self.code.temp();
        if let Some(place) = self.place(&format!("{var}{LOOP}")) {
            self.load(which, place);
        }
        let runs = self.code.label();
        let limit = first + 1;
        self.code.jump(Op::JumpIfNotNull, limit, 0, runs);
        self.raise(error::NEXT_WITHOUT_FOR);
        self.code.place(runs);
        for number in loops {
            let other = self.code.label();
            let constant = self.pool.int(*number as i64);
            let Some(constant) = constant_operand(constant) else { continue };
            self.code.jump(Op::JumpNe, which, constant, other);
            self.go_on(*number, direct, first, place);
            self.code.jump(Op::Jump, 0, 0, over);
            self.code.place(other);
        }
    }

    // ---- WHILE, DO, REPEAT

    pub(super) fn open_other(&mut self, test: Option<&'a LoopTest>, number: usize) {
        let (again, leave) = self.other_labels(number);
        self.code.place(again);
        if let Some(test) = test {
            self.branch(&test.condition, test.until, leave);
        }
    }
    pub(super) fn close_other(&mut self, test: Option<&'a LoopTest>, number: usize) {
        let close = self.listing().and_then(|listing| listing.closes.get(number).copied());
        let Some((opened, last)) = close else { return };
        let (again, leave) = self.other_labels(opened);
        match test {
            Some(test) => self.branch(&test.condition, !test.until, again),
            None => self.code.jump(Op::Jump, 0, 0, again),
        }
        if last {
            self.code.place(leave);
            self.code.statement();
        }
    }
    pub(super) fn leave(&mut self, number: usize) {
        let leaving = self.listing().and_then(|listing| listing.leaves.get(number).copied());
        let Some((counted, number)) = leaving else { return };
        let (_, leave) = if counted { self.for_labels(number) } else { self.other_labels(number) };
        self.code.jump(Op::Jump, 0, 0, leave);
    }
}

/// The first of three neighbouring registers, if these are.
fn neighbours(places: [Place; 3]) -> Option<u8> {
    match places {
        [Place::Register(a), Place::Register(b), Place::Register(c)]
            if b == a.saturating_add(1) && c == a.saturating_add(2) =>
        {
            Some(a)
        }
        _ => None,
    }
}
