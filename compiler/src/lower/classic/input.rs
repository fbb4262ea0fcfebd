//! INPUT, GET, INKEY$, and READ from DATA.

use super::super::emit::{constant_operand, load_int};
use super::super::function::Lower;
use super::error;
use super::output::{keyword, take};
use crate::ast::{DataItem, Expr};
use crate::classic::types::{self, Ty};
use crate::names::classic::{DATA, DATUM};
use basilect_vm::program::instr::Op;

/// What stands between the items of DATA in the text that holds them all.
const BETWEEN: &str = "\u{1f}";

impl<'a> Lower<'a, '_> {
    /// Asks, and asks again until the answer fits the variables.
    pub(super) fn ask(
        &mut self,
        prompt: Option<&str>,
        question: bool,
        targets: &'a [Expr],
        line: bool,
    ) {
        let text = match (prompt, question) {
            (Some(prompt), true) => format!("{prompt}? "),
            (Some(prompt), false) => prompt.to_string(),
            (None, true) => "? ".to_string(),
            (None, false) => String::new(),
        };
        let (again, done) = (self.code.label(), self.code.label());
        self.code.place(again);
        let mark = self.code.mark();
        if text.is_empty() {
            self.say_before_listening();
        }
        let base = self.code.temp();
        if !text.is_empty() {
            self.say_prompt(base, &text);
        }
        self.hear(base);
        let kinds = self.code.temp();
        self.load_text(kinds, &self.kinds(targets, line));
        self.pure("CLASSIC REPLY", base, 2);
        let first = self.small(0);
        self.code.push(Op::GetIndex, kinds, u16::from(base), first);
        self.code.jump(Op::JumpIfNull, kinds, 0, done);
        self.complain(kinds);
        self.code.jump(Op::Jump, 0, 0, again);
        self.code.place(done);
        for (index, target) in targets.iter().enumerate() {
            let inner = self.code.mark();
            let value = self.code.temp();
            load_int(&mut self.code, self.pool, value, index as i64 + 1);
            self.code.push(Op::GetIndex, value, u16::from(base), u16::from(value));
            self.store(target, value);
            self.code.release(inner);
        }
        self.code.release(mark);
    }
    /// Says what is written, with the prompt behind it.
    fn say_prompt(&mut self, base: u8, text: &str) {
        self.take(base, take::ALL);
        let prompt = self.code.temp();
        self.load_text(prompt, text);
        self.code.push(Op::Concat, base, u16::from(base), u16::from(prompt));
        self.code.release(u16::from(prompt));
        self.say_open(base);
        self.code.release(u16::from(prompt));
    }
    /// A letter for each variable says what it takes.
    fn kinds(&self, targets: &[Expr], line: bool) -> String {
        let minimal = self.listing().is_some_and(|listing| listing.minimal);
        let kind = |target: &Expr| match types::of(target) {
            Ty::Text => 's',
            Ty::Int => 'i',
            _ => 'n',
        };
        match targets {
            [one] if line && types::of(one) == Ty::Text => "r".to_string(),
            [one] if !minimal && types::of(one) == Ty::Text => "l".to_string(),
            _ => targets.iter().map(kind).collect(),
        }
    }
    fn complain(&mut self, message: u8) {
        let mark = self.code.mark();
        let base = self.code.temp();
        self.load_text(base, "s/");
        let text = self.code.temp();
        self.code.copy(text, message);
        self.pure("CLASSIC PRINT", base, 2);
        self.code.release(mark);
    }
    /// Waits for an answer.
    fn hear(&mut self, register: u8) {
        let index = self.pool.keyword(keyword("HEAR"));
        self.code.push(Op::CallHost, register, index, 0);
    }
    /// A small constant as an operand.
    fn small(&mut self, number: i64) -> u16 {
        let index = self.pool.int(number);
        constant_operand(index).unwrap_or_default()
    }

    /// INKEY$ and INPUT$: an answer stands for the keys.
    pub(super) fn key(&mut self, to: u8, count: Option<&'a Expr>) {
        let mark = self.code.mark();
        self.say_before_listening();
        let base = self.code.temp();
        self.hear(base);
        if let Some(count) = count {
            let register = self.code.temp();
            self.into(register, count);
        }
        self.pure("CLASSIC KEY", base, 1 + u16::from(count.is_some()));
        self.code.copy(to, base);
        self.code.release(mark);
    }
    /// GET: the key, or of a number its digit.
    pub(super) fn get_key(&mut self, target: &'a Expr) {
        let key = self.code.temp();
        self.key(key, None);
        if types::of(target) != Ty::Text {
            self.pure("CLASSIC VAL", key, 1);
        }
        self.store(target, key);
    }

    /// All items of DATA as a list of texts. A sign before each tells whether it was quoted.
    pub(super) fn load_items(&mut self) {
        let item = |item: &DataItem| {
            let sign = if item.quoted { '"' } else { '=' };
            format!("{sign}{}", item.text.replace(BETWEEN, " "))
        };
        let items: Vec<String> = self.unit.data.iter().map(item).collect();
        let text = items.join(BETWEEN);
        self.set(DATA, |lower, register| {
            let base = lower.code.temp();
            lower.load_text(base, &text);
            let between = lower.code.temp();
            lower.load_text(between, BETWEEN);
            lower.pure("SPLIT", base, 2);
            lower.code.copy(register, base);
        });
        self.set(DATUM, |lower, register| lower.code.push(Op::SmallInt, register, 0, 0));
    }
    pub(super) fn read_item(&mut self, target: &'a Expr) {
        let (Some(data), Some(next)) = (self.place(DATA), self.place(DATUM)) else { return };
        let mark = self.code.mark();
        let (at, count, item) = (self.code.temp(), self.code.temp(), self.code.temp());
        self.load(at, next);
        load_int(&mut self.code, self.pool, count, self.unit.data.len() as i64);
        let more = self.code.label();
        self.code.jump(Op::JumpLt, at, u16::from(count), more);
        self.raise(error::OUT_OF_DATA);
        self.code.place(more);
        self.load(item, data);
        self.code.push(Op::GetIndex, item, u16::from(item), u16::from(at));
        let one = self.small(1);
        match types::of(target) {
            Ty::Text => self.pure("CLASSIC DATUM TEXT", item, 1),
            ty => {
                self.pure("CLASSIC DATUM NUMBER", item, 1);
                self.check_size(item);
                if ty == Ty::Int {
                    self.pure("CLASSIC CINT", item, 1);
                }
            }
        }
        self.code.push(Op::Add, at, u16::from(at), one);
        self.save(next, at);
        self.store(target, item);
        self.code.release(mark);
    }
}
