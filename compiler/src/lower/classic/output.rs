//! PRINT: what is written waits on the teletype, and is said when a page is full, when the program
//! listens, and when it ends.

use super::super::emit::load_int;
use super::super::function::Lower;
use crate::ast::{Expr, ExprKind, PrintEnd, PrintItem};
use crate::classic::types::{self, Ty};
use crate::names;
use basilect_vm::program::instr::Op;

/// Values that are written at once.
const CHUNK: usize = 12;
/// More values than this are not written with one pattern.
const USING_VALUES_MAX: usize = 60;

/// The keyword that says what stands on the teletype.
pub(super) const SAY: &str = "TALK VERBATIM";

/// How TAKE gives what is written.
pub(super) mod take {
    /// Complete lines.
    pub const LINES: i64 = 0;
    /// Everything.
    pub const ALL: i64 = 1;
    /// Everything without the last line end, null for nothing.
    pub const REST: i64 = 2;
    /// The open line, null for nothing: complete lines must have been taken.
    pub const OPEN: i64 = 3;
    /// Complete lines, null for nothing.
    pub const WHOLE: i64 = 4;
}

/// Items of one call: what they are, and their values.
#[derive(Default)]
struct Items<'a> {
    kinds: String,
    values: Vec<Value<'a>>,
}

enum Value<'a> {
    Of(&'a Expr),
    Number(i64),
    /// A register that holds it already.
    In(u8),
}

impl<'a> Lower<'a, '_> {
    pub(super) fn print_items(
        &mut self,
        printed: &'a [(PrintItem, PrintEnd)],
        using: Option<&'a Expr>,
    ) {
        let mark = self.code.mark();
        let mut items = Items::default();
        if let Some(pattern) = using {
            items.kinds.push('s');
            items.values.push(Value::In(self.formatted(pattern, printed)));
        }
        for (item, end) in printed {
            if using.is_none() {
                self.add_item(&mut items, item);
            }
            if *end == PrintEnd::Zone && using.is_none() {
                items.kinds.push(',');
            }
        }
        if printed.last().is_none_or(|(_, end)| *end == PrintEnd::Line) {
            items.kinds.push('/');
        }
        self.write_items(&mut items, true);
        self.code.release(mark);
    }
    fn add_item(&mut self, items: &mut Items<'a>, item: &'a PrintItem) {
        let value = match item {
            PrintItem::Value(value) | PrintItem::Tab(value) | PrintItem::Spc(value) => value,
            PrintItem::Empty => return,
        };
        // What asks for the column must see what stands before it.
        if items.values.len() >= CHUNK || asks_for_column(value) {
            self.write_items(items, false);
        }
        items.values.push(Value::Of(value));
        match item {
            PrintItem::Tab(_) if self.listing().is_some_and(|listing| listing.minimal) => {
                items.kinds.push('T');
                items.values.push(Value::Number(self.line_number_of(value)));
            }
            PrintItem::Tab(_) => items.kinds.push('t'),
            PrintItem::Spc(_) => items.kinds.push('p'),
            _ => items.kinds.push(kind_of(value)),
        }
    }
    /// The line number at a place of the program.
    fn line_number_of(&self, value: &Expr) -> i64 {
        let line = self.line_of(value.span);
        let numbers = self.listing().map_or(&[][..], |listing| listing.numbers.as_slice());
        let after = numbers.partition_point(|&(first, _)| first <= line);
        after.checked_sub(1).and_then(|i| numbers.get(i)).map_or(0, |&(_, n)| i64::from(n))
    }
    /// Writes the items, and says the page when it is full.
    fn write_items(&mut self, items: &mut Items<'a>, last: bool) {
        let items = std::mem::take(items);
        if items.kinds.is_empty() {
            return;
        }
        let mark = self.code.mark();
        let base = self.code.temp();
        self.load_text(base, &items.kinds);
        for value in &items.values {
            let register = self.code.temp();
            match value {
                Value::Of(value) => self.into(register, value),
                Value::Number(number) => {
                    load_int(&mut self.code, self.pool, register, *number);
                }
                Value::In(from) => self.code.copy(register, *from),
            }
        }
        self.pure("CLASSIC PRINT", base, 1 + items.values.len() as u16);
        if last {
            let goes_on = self.code.label();
            self.code.jump(Op::JumpIfNot, base, 0, goes_on);
            self.take(base, take::LINES);
            self.say_register(base);
            self.code.place(goes_on);
        }
        self.code.release(mark);
    }

    /// All values in the fields of one pattern.
    fn formatted(&mut self, pattern: &'a Expr, printed: &'a [(PrintItem, PrintEnd)]) -> u8 {
        let base = self.code.temp();
        self.into(base, pattern);
        let mut count = 1;
        for (item, _) in printed.iter().take(USING_VALUES_MAX) {
            if let PrintItem::Value(value) = item {
                let register = self.code.temp();
                self.into(register, value);
                count += 1;
            }
        }
        self.pure("USING", base, count);
        base
    }

    pub(super) fn write_values(&mut self, values: &'a [Expr]) {
        let mut items = Items::default();
        for (index, value) in values.iter().enumerate() {
            if items.values.len() >= CHUNK {
                self.write_items(&mut items, false);
            }
            if index > 0 {
                items.kinds.push('c');
            }
            items.kinds.push(if types::of(value) == Ty::Text { 'q' } else { 'w' });
            items.values.push(Value::Of(value));
        }
        items.kinds.push('/');
        self.write_items(&mut items, true);
    }

    /// Takes what is written into a register.
    pub(super) fn take(&mut self, register: u8, how: i64) {
        load_int(&mut self.code, self.pool, register, how);
        self.pure("CLASSIC TAKE", register, 1);
    }
    /// Says the text in a register, the last one taken.
    fn say_register(&mut self, register: u8) {
        let index = self.pool.keyword(keyword(SAY));
        self.code.push(Op::CallHost, register, index, 1);
    }
    /// Says a text whose last line goes on with what the person answers.
    pub(super) fn say_open(&mut self, register: u8) {
        let open = self.code.temp();
        self.code.push(Op::Bool, open, 1, 0);
        let index = self.pool.keyword(keyword(SAY));
        self.code.push(Op::CallHost, register, index, 2);
    }
    /// Says what is written before the program listens without a prompt.
    pub(super) fn say_before_listening(&mut self) {
        for how in [take::WHOLE, take::OPEN] {
            let mark = self.code.mark();
            let base = self.code.temp();
            self.take(base, how);
            let nothing = self.code.label();
            self.code.jump(Op::JumpIfNull, base, 0, nothing);
            match how {
                take::OPEN => self.say_open(base),
                _ => self.say_register(base),
            }
            self.code.place(nothing);
            self.code.release(mark);
        }
    }
    /// Says all that is written and was not said.
    pub(super) fn say_rest(&mut self) {
        let mark = self.code.mark();
        let base = self.code.temp();
        self.take(base, take::REST);
        let nothing = self.code.label();
        self.code.jump(Op::JumpIfNull, base, 0, nothing);
        self.say_register(base);
        self.code.place(nothing);
        self.code.release(mark);
    }
}

/// The canonical words of a keyword of the host.
pub(super) fn keyword(words: &'static str) -> &'static str {
    names::host_call_style(words).map_or(words, |keyword| keyword.name)
}

fn kind_of(value: &Expr) -> char {
    match types::of(value) {
        Ty::Text => 's',
        Ty::Double => 'd',
        _ => 'n',
    }
}

/// Whether a value asks where the teletype stands.
fn asks_for_column(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Call { callee, args } => {
            let asks = |name: &str| matches!(name, "POS" | "LPOS" | "INKEY$" | "INPUT$");
            matches!(&callee.kind, ExprKind::Name(name) if asks(name))
                || args.iter().any(asks_for_column)
        }
        ExprKind::Binary(_, left, right) => asks_for_column(left) || asks_for_column(right),
        ExprKind::Unary(_, inner) => asks_for_column(inner),
        ExprKind::Index { index, .. } => index.iter().any(asks_for_column),
        _ => false,
    }
}
