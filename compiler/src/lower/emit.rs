//! The code of one function while it grows: instructions, labels, registers, lines, statements.

use super::pool::{Finished, Pool};
use basilect_vm::program::Function;
use basilect_vm::program::instr::{FIRST_CONST, Instr, MAX_REGISTERS, Op};

/// A place in the code that jumps refer to before it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

/// A function under construction.
#[derive(Debug, Default)]
pub(super) struct Emitter {
    code: Vec<Instr>,
    labels: Vec<Option<u32>>,
    jumps: Vec<(usize, Label)>,
    lines: Vec<(u32, u32)>,
    statements: Vec<u32>,
    /// The first register that no variable or temporary uses.
    top: u16,
    /// The most registers used at once.
    most: u16,
    /// The first line in which more registers were wanted than there are.
    pub(super) overflow: Option<u32>,
}

impl Emitter {
    /// A function whose variables take the registers below `variables`.
    pub(super) fn new(variables: u16) -> Emitter {
        Emitter { top: variables, most: variables, ..Emitter::default() }
    }

    /// Appends an instruction.
    pub(super) fn push(&mut self, op: Op, a: u8, b: u16, c: u16) {
        self.code.push(Instr::new(op, a, b, c));
    }
    /// Appends an instruction with four operands.
    pub(super) fn push4(&mut self, op: Op, a: u8, b: u16, c: u16, d: u16) {
        self.code.push(Instr { op, a, b, c, d });
    }
    /// Appends an instruction with a target.
    pub(super) fn jump(&mut self, op: Op, a: u8, b: u16, target: Label) {
        self.jumps.push((self.code.len(), target));
        self.code.push(Instr::new(op, a, b, 0));
    }
    /// Copies a register unless it is the same.
    pub(super) fn copy(&mut self, to: u8, from: u8) {
        if to != from {
            self.push(Op::Move, to, u16::from(from), 0);
        }
    }

    /// A label that stands nowhere yet.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }
    /// Puts a label here.
    pub(super) fn place(&mut self, label: Label) {
        let here = self.code.len() as u32;
        if let Some(place) = self.labels.get_mut(label.0 as usize) {
            *place = Some(here);
        }
    }
    /// The number of instructions so far.
    pub(super) fn here(&self) -> u32 {
        self.code.len() as u32
    }

    /// The next register above all in use.
    pub(super) fn temp(&mut self) -> u8 {
        self.window(1)
    }
    /// The first of `count` neighbouring registers.
    pub(super) fn window(&mut self, count: u16) -> u8 {
        let first = self.top;
        self.top = self.top.saturating_add(count);
        if self.top > u16::from(MAX_REGISTERS) {
            let line = self.lines.last().map_or(1, |(_, line)| *line);
            self.overflow.get_or_insert(line);
            self.top = u16::from(MAX_REGISTERS);
            return 0;
        }
        self.most = self.most.max(self.top);
        first as u8
    }
    /// What `release` needs to give temporaries back.
    pub(super) fn mark(&self) -> u16 {
        self.top
    }
    /// Gives back all temporaries taken since `mark`.
    pub(super) fn release(&mut self, mark: u16) {
        self.top = mark;
    }
    /// Whether `register` is the last temporary taken.
    pub(super) fn is_last(&self, register: u8) -> bool {
        u16::from(register) + 1 == self.top
    }

    /// A statement begins here.
    pub(super) fn statement(&mut self) {
        let here = self.here();
        if self.statements.last() != Some(&here) {
            self.statements.push(here);
        }
    }
    /// What follows stands on this source line.
    pub(super) fn line(&mut self, line: u32) {
        let here = self.here();
        match self.lines.last_mut() {
            Some((_, last)) if *last == line => {}
            Some((first, last)) if *first == here => *last = line,
            _ => self.lines.push((here, line)),
        }
    }

    /// The finished function.
    pub(super) fn finish(mut self) -> Finished {
        for (at, label) in &self.jumps {
            let target = self.labels.get(label.0 as usize).copied().flatten().unwrap_or(0);
            if let Some(instr) = self.code.get_mut(*at) {
                *instr = Instr::jump(instr.op, instr.a, instr.b, target);
            }
        }
        let function = Function {
            registers: self.most.max(1).min(u16::from(MAX_REGISTERS)) as u8,
            end: self.code.len() as u32,
            lines: self.lines,
            statements: self.statements,
            ..Function::default()
        };
        let jumps = self.jumps.into_iter().map(|(at, _)| at).collect();
        Finished { function, code: self.code, jumps }
    }
}

/// A constant's place as an operand, if it can be one.
pub(super) fn constant_operand(index: u32) -> Option<u16> {
    u16::try_from(index).ok().and_then(|index| index.checked_add(FIRST_CONST))
}

/// Loads a constant into a register.
pub(super) fn load_constant(code: &mut Emitter, register: u8, index: u32) {
    code.push(Op::Const, register, index as u16, (index >> 16) as u16);
}

/// Loads an integer into a register.
pub(super) fn load_int(code: &mut Emitter, pool: &mut Pool, register: u8, value: i64) {
    match i16::try_from(value) {
        Ok(small) => code.push(Op::SmallInt, register, small as u16, 0),
        Err(_) => {
            let index = pool.int(value);
            load_constant(code, register, index);
        }
    }
}
