//! What scripts without line numbers have of classic BASIC: PRINT with zones, INPUT, DATA and READ.

use super::emit::load_int;
use super::function::Lower;
use crate::ast::{Classic, DataItem, Expr, Ident, PrintEnd, PrintItem};
use crate::names::{self, fold};
use basilect_vm::program::instr::Op;

/// More values than this are not printed with one pattern.
const USING_VALUES_MAX: usize = 100;
/// Columns of a print zone.
const ZONE: i64 = 14;

impl<'a> Lower<'a, '_> {
    pub(super) fn zoned(&mut self, classic: &'a Classic) {
        match classic {
            Classic::Print { items, using } => self.print(items, using.as_ref()),
            Classic::Input { prompt, question, targets, .. } => {
                self.input(prompt.as_deref(), *question, targets);
            }
            Classic::Read(targets) => targets.iter().for_each(|target| self.read(target)),
            Classic::Restore(label) => self.restore(label.as_ref()),
            Classic::Randomize(seed) => self.randomize(seed.as_ref()),
            // DATA is read before the script starts, DEF FN is a function of its own, and the rest
            // stands only in programs with line numbers.
            _ => {}
        }
    }

    // ---- PRINT

    /// Builds the line in a register, and says it when it ends.
    fn print(&mut self, items: &'a [(PrintItem, PrintEnd)], using: Option<&'a Expr>) {
        let line = self.code.temp();
        match self.unit.hidden.print {
            Some(slot) => self.code.push(Op::EnvGet, line, slot, 0),
            None => self.load_text(line, ""),
        }
        if let Some(pattern) = using {
            self.print_using(line, items, pattern);
        }
        for (item, end) in items.iter().filter(|_| using.is_none()) {
            let mark = self.code.mark();
            self.print_item(line, item);
            if *end == PrintEnd::Zone {
                self.next_zone(line);
            }
            self.code.release(mark);
        }
        let ends = items.last().is_none_or(|(_, end)| *end == PrintEnd::Line);
        if ends {
            self.say(line);
        } else if let Some(slot) = self.unit.hidden.print {
            self.code.push(Op::EnvSet, line, slot, 0);
        }
    }

    fn print_item(&mut self, line: u8, item: &'a PrintItem) {
        match item {
            PrintItem::Value(value) => {
                let value = self.operand(value);
                self.code.push(Op::Concat, line, u16::from(line), value);
            }
            PrintItem::Tab(column) => self.tab(line, column),
            PrintItem::Spc(count) => {
                let spaces = self.code.temp();
                self.into(spaces, count);
                self.append_spaces(line, spaces);
            }
            PrintItem::Empty => {}
        }
    }

    /// All values fill one pattern, in turn.
    fn print_using(&mut self, line: u8, items: &'a [(PrintItem, PrintEnd)], pattern: &'a Expr) {
        let mark = self.code.mark();
        let base = self.code.temp();
        self.into(base, pattern);
        let mut count = 1;
        for (item, _) in items.iter().take(USING_VALUES_MAX) {
            if let PrintItem::Value(value) = item {
                let register = self.code.temp();
                self.into(register, value);
                count += 1;
            }
        }
        self.pure("USING", base, count);
        self.code.push(Op::Concat, line, u16::from(line), u16::from(base));
        self.code.release(mark);
    }

    /// Calls a pure function with `count` arguments from `base`.
    pub(super) fn pure(&mut self, name: &str, base: u8, count: u16) {
        let index = self.pool.pure(name);
        self.code.push(Op::CallPure, base, index, count);
    }

    fn length(&mut self, line: u8) -> u8 {
        let length = self.code.temp();
        self.code.copy(length, line);
        self.pure("LEN", length, 1);
        length
    }

    fn append_spaces(&mut self, line: u8, count: u8) {
        let spaces = self.code.temp();
        self.code.copy(spaces, count);
        self.pure("SPACE", spaces, 1);
        self.code.push(Op::Concat, line, u16::from(line), u16::from(spaces));
    }

    fn next_zone(&mut self, line: u8) {
        let length = self.length(line);
        let zone = self.code.temp();
        load_int(&mut self.code, self.pool, zone, ZONE);
        self.code.push(Op::Mod, length, u16::from(length), u16::from(zone));
        self.code.push(Op::Sub, zone, u16::from(zone), u16::from(length));
        self.append_spaces(line, zone);
    }

    /// TAB beyond the column already reached starts a new line.
    fn tab(&mut self, line: u8, column: &'a Expr) {
        let wanted = self.code.temp();
        self.into(wanted, column);
        let one = self.code.temp();
        self.code.push(Op::SmallInt, one, 1, 0);
        self.code.push(Op::Sub, wanted, u16::from(wanted), u16::from(one));
        let length = self.length(line);
        let fits = self.code.label();
        self.code.jump(Op::JumpLe, length, u16::from(wanted), fits);
        self.say(line);
        self.load_text(line, "");
        self.code.push(Op::SmallInt, length, 0, 0);
        self.code.place(fits);
        self.code.push(Op::Sub, wanted, u16::from(wanted), u16::from(length));
        self.append_spaces(line, wanted);
    }

    /// Says the line and begins a new one.
    fn say(&mut self, line: u8) {
        let keyword = names::host_call_style("PRINT").map_or("TALK", |keyword| keyword.name);
        let mark = self.code.mark();
        let base = self.code.temp();
        self.code.copy(base, line);
        let index = self.pool.keyword(keyword);
        self.code.push(Op::CallHost, base, index, 1);
        if let Some(slot) = self.unit.hidden.print {
            self.load_text(base, "");
            self.code.push(Op::EnvSet, base, slot, 0);
        }
        self.code.release(mark);
    }

    /// What a PRINT with a trailing `;` left is said when the script ends.
    pub(super) fn flush_print(&mut self) {
        let Some(slot) = self.unit.hidden.print else { return };
        let mark = self.code.mark();
        let line = self.code.temp();
        self.code.push(Op::EnvGet, line, slot, 0);
        let empty = self.code.label();
        self.code.jump(Op::JumpIfNot, line, 0, empty);
        self.say(line);
        self.code.place(empty);
        self.code.release(mark);
    }

    // ---- INPUT

    fn input(&mut self, prompt: Option<&str>, question: bool, targets: &'a [Expr]) {
        let Some(hear) = names::host_call_style("HEAR") else { return };
        let text = match (prompt, question) {
            (Some(prompt), true) => format!("{prompt}? "),
            (Some(prompt), false) => prompt.to_string(),
            (None, _) => "? ".to_string(),
        };
        let prompt_index = hear.field("prompt").map_or(0, |(index, _)| index);
        let base = self.code.temp();
        self.code.push(Op::Null, base, 0, 0);
        for _ in 0..prompt_index {
            let register = self.code.temp();
            self.code.push(Op::Null, register, 0, 0);
        }
        let asked = base + prompt_index as u8;
        self.load_text(asked, &text);
        if let Some(slot) = self.unit.hidden.print {
            let pending = self.code.temp();
            self.code.push(Op::EnvGet, pending, slot, 0);
            self.code.push(Op::Concat, asked, u16::from(pending), u16::from(asked));
            self.load_text(pending, "");
            self.code.push(Op::EnvSet, pending, slot, 0);
        }
        let index = self.pool.keyword(hear.name);
        self.code.push(Op::CallHost, base, index, prompt_index as u16 + 1);
        self.spread_answer(base, targets);
    }

    fn spread_answer(&mut self, answer: u8, targets: &'a [Expr]) {
        if let [target] = targets {
            return self.store(target, answer);
        }
        let list = self.code.temp();
        self.code.copy(list, answer);
        let comma = self.code.temp();
        self.load_text(comma, ",");
        self.pure("SPLIT", list, 2);
        for (index, target) in targets.iter().enumerate() {
            let mark = self.code.mark();
            let part = self.code.temp();
            load_int(&mut self.code, self.pool, part, index as i64);
            self.code.push(Op::GetIndex, part, u16::from(list), u16::from(part));
            self.pure("TRIM", part, 1);
            self.store(target, part);
            self.code.release(mark);
        }
    }

    // ---- DATA

    /// Puts the DATA of the whole script into its list before the first statement.
    pub(super) fn load_data(&mut self) {
        let Some((list_slot, next_slot)) = self.unit.hidden.data else { return };
        let mark = self.code.mark();
        let list = self.code.temp();
        self.code.push(Op::NewList, list, 0, 0);
        for (index, item) in self.unit.data.iter().enumerate() {
            let inner = self.code.mark();
            let at = self.code.temp();
            load_int(&mut self.code, self.pool, at, index as i64);
            let value = self.code.temp();
            self.load_item(value, item);
            self.code.push(Op::SetIndex, list, u16::from(at), u16::from(value));
            self.code.release(inner);
        }
        self.code.push(Op::EnvSet, list, list_slot, 0);
        self.code.push(Op::SmallInt, list, 0, 0);
        self.code.push(Op::EnvSet, list, next_slot, 0);
        self.code.release(mark);
    }

    fn load_item(&mut self, to: u8, item: &DataItem) {
        let integer = item.text.parse::<i64>().ok().filter(|_| !item.quoted);
        let number = item.text.parse::<f64>().ok().filter(|n| !item.quoted && n.is_finite());
        match (integer, number) {
            (Some(value), _) => load_int(&mut self.code, self.pool, to, value),
            (None, Some(value)) => {
                let index = self.pool.num(value);
                super::emit::load_constant(&mut self.code, to, index);
            }
            (None, None) => self.load_text(to, &item.text),
        }
    }

    fn read(&mut self, target: &'a Expr) {
        let Some((list_slot, next_slot)) = self.unit.hidden.data else { return };
        let mark = self.code.mark();
        let next = self.code.temp();
        self.code.push(Op::EnvGet, next, next_slot, 0);
        let count = self.code.temp();
        load_int(&mut self.code, self.pool, count, self.unit.data.len() as i64);
        let more = self.code.label();
        self.code.jump(Op::JumpLt, next, u16::from(count), more);
        self.load_text(count, "there is no more DATA to read");
        self.code.push(Op::Throw, count, 0, 0);
        self.code.place(more);
        let item = self.code.temp();
        self.code.push(Op::EnvGet, item, list_slot, 0);
        self.code.push(Op::GetIndex, item, u16::from(item), u16::from(next));
        self.code.push(Op::SmallInt, count, 1, 0);
        self.code.push(Op::Add, next, u16::from(next), u16::from(count));
        self.code.push(Op::EnvSet, next, next_slot, 0);
        self.store(target, item);
        self.code.release(mark);
    }

    fn restore(&mut self, label: Option<&Ident>) {
        let Some((_, next_slot)) = self.unit.hidden.data else { return };
        let at = label.and_then(|label| self.unit.data_at.get(&fold(&label.name)).copied());
        let register = self.code.temp();
        load_int(&mut self.code, self.pool, register, at.unwrap_or(0) as i64);
        self.code.push(Op::EnvSet, register, next_slot, 0);
    }

    fn randomize(&mut self, seed: Option<&'a Expr>) {
        let base = self.code.temp();
        if let Some(seed) = seed {
            self.into(base, seed);
        }
        if names::function("RANDOMIZE").is_some() {
            self.pure("RANDOMIZE", base, u16::from(seed.is_some()));
        }
    }
}
