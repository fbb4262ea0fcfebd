//! A program to read.

use std::fmt::Write;

use super::{Const, Function, Instr, Op, Program};
use crate::program::instr::FIRST_CONST;

impl Program {
    /// Every function: header, then one line for each instruction with its place, its source line
    /// where a new one begins, and its operands.
    pub fn disassemble(&self) -> String {
        let mut out = String::new();
        for function in &self.functions {
            self.list_function(&mut out, function);
        }
        out
    }
    fn list_function(&self, out: &mut String, function: &Function) {
        let script = self.scripts.get(function.script as usize).map_or("?", |s| s.name.as_str());
        let _ = writeln!(
            out,
            "{} ({script}) params={} registers={}",
            function.name, function.params, function.registers
        );
        let mut last = 0;
        for pc in function.start..function.end {
            let Some(i) = self.code.get(pc as usize) else { break };
            let line = function.line_at(pc);
            let shown = if line == last { String::new() } else { line.to_string() };
            last = line;
            let text = self.instruction(*i);
            let _ = writeln!(out, "{pc:5} {shown:>4}  {text}");
        }
    }
    /// One instruction.
    pub fn instruction(&self, i: Instr) -> String {
        let name = format!("{:?}", i.op);
        let operands = self.operands(i);
        format!("{name:<16} {operands}").trim_end().to_string()
    }
    fn operands(&self, i: Instr) -> String {
        let Instr { op, a, b, c, d } = i;
        match op {
            Op::Move => format!("r{a} r{b}"),
            Op::Const => format!("r{a} {}", self.constant(b as usize | (c as usize) << 16)),
            Op::Bool => format!("r{a} {}", b != 0),
            Op::SmallInt => format!("r{a} {}", b as i16),
            Op::EnvGet | Op::EnvSet => format!("r{a} env{b}"),
            Op::Bits => format!("r{a} {} {} {}", bits(d), self.rk(b), self.rk(c)),
            Op::ConcatRange | Op::NewList => format!("r{a} r{b}+{c}"),
            Op::NewArray => format!("r{a} r{b}+{c} base={} fill={}", d & 0xff, d >> 8),
            Op::GetField => format!("r{a} r{b} {}", self.constant(c as usize)),
            Op::SetField => format!("r{a} {} {}", self.constant(b as usize), self.rk(c)),
            Op::GetIndex => format!("r{a} r{b} {}", self.rk(c)),
            Op::ErrorGet => format!("r{a} {b}"),
            Op::Jump | Op::GoSub => format!("-> {}", i.target()),
            Op::JumpIf | Op::JumpIfNot | Op::JumpIfNull | Op::JumpIfNotNull | Op::TryBegin => {
                format!("r{a} -> {}", i.target())
            }
            Op::ForPrep | Op::ForLoop | Op::IterNext => {
                format!("r{a} r{b} -> {}", i.target())
            }
            Op::IterPrep => format!("r{a} r{b} {c}"),
            Op::OnError | Op::Resume => format!("{b} -> {}", i.target()),
            _ if op.jumps() => format!("r{a} {} -> {}", self.rk(b), i.target()),
            _ if op.is_binary() || op == Op::SetIndex => {
                format!("r{a} {} {}", self.rk(b), self.rk(c))
            }
            _ if op.is_unary() => format!("r{a} {}", self.rk(b)),
            _ => self.call(i),
        }
    }
    fn call(&self, i: Instr) -> String {
        let named =
            |list: &[String]| list.get(i.b as usize).map_or("?", String::as_str).to_string();
        let callee = match i.op {
            Op::Call => self.functions.get(i.b as usize).map_or("?".into(), |f| f.name.clone()),
            Op::CallScript => self.scripts.get(i.b as usize).map_or("?".into(), |s| s.name.clone()),
            Op::CallPure => named(&self.pures),
            Op::CallHost => named(&self.keywords),
            Op::CallMethod => self.constant(i.b as usize),
            Op::CallScriptByName => String::new(),
            Op::Null | Op::NewMap | Op::Return | Op::ExitScript | Op::Throw => {
                return format!("r{}", i.a);
            }
            _ => return String::new(),
        };
        format!("r{}+{} {callee}", i.a, i.c).trim_end().to_string()
    }
    fn rk(&self, x: u16) -> String {
        match x.checked_sub(FIRST_CONST) {
            Some(index) => self.constant(index as usize),
            None => format!("r{x}"),
        }
    }
    fn constant(&self, index: usize) -> String {
        match self.consts.get(index) {
            Some(Const::Int(i)) => i.to_string(),
            Some(Const::Num(n)) => format!("{n:?}"),
            Some(Const::Text(text)) => format!("{text:?}"),
            None => "?".to_string(),
        }
    }
}

fn bits(which: u16) -> &'static str {
    match which {
        0 => "and",
        1 => "or",
        2 => "xor",
        3 => "eqv",
        4 => "imp",
        _ => "?",
    }
}
