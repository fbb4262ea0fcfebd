//! A small assembler and a host that answers from a list.

use std::collections::BTreeMap;
use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits};
use basilect_vm::program::verify::verify;
use basilect_vm::program::{Const, Function, Instr, Op, Place, Program, Script};
use basilect_vm::{Machine, Outcome, Trap};

/// A program under construction: one script unless more are begun.
#[derive(Default)]
pub struct Asm {
    pub program: Program,
    labels: BTreeMap<String, u32>,
    jumps: Vec<(usize, String)>,
    line: u32,
}

impl Asm {
    pub fn new() -> Asm {
        let mut asm = Asm::default();
        asm.script("start", 4);
        asm
    }
    pub fn script(&mut self, name: &str, env_slots: u16) -> u32 {
        self.program.scripts.push(Script {
            name: name.into(),
            path: format!("{name}.bas"),
            main: self.program.functions.len() as u32,
            env_slots,
            ..Script::default()
        });
        (self.program.scripts.len() - 1) as u32
    }
    pub fn input(&mut self, name: &str, place: Place) {
        self.program.scripts.last_mut().unwrap().inputs.push((name.into(), place));
    }
    pub fn function(&mut self, name: &str, params: u8, registers: u8) -> &mut Asm {
        self.finish();
        let start = self.program.code.len() as u32;
        self.program.functions.push(Function {
            name: name.into(),
            script: (self.program.scripts.len() - 1) as u32,
            params,
            registers,
            start,
            end: start,
            ..Function::default()
        });
        self
    }
    /// Resolves the jumps of the function that ends.
    fn finish(&mut self) {
        for (at, label) in std::mem::take(&mut self.jumps) {
            let target = self.labels[&label];
            let i = self.program.code[at];
            self.program.code[at] = Instr { c: target as u16, d: (target >> 16) as u16, ..i };
        }
        self.labels.clear();
    }
    pub fn at(&mut self, label: &str) -> &mut Asm {
        self.labels.insert(label.into(), self.program.code.len() as u32);
        self
    }
    /// Begins a statement on the next line.
    pub fn line(&mut self) -> &mut Asm {
        self.line += 1;
        let pc = self.program.code.len() as u32;
        let line = self.line;
        let function = self.program.functions.last_mut().unwrap();
        function.lines.push((pc, line));
        function.statements.push(pc);
        self
    }
    pub fn op(&mut self, op: Op, a: u8, b: u16, c: u16) -> &mut Asm {
        self.instr(Instr::new(op, a, b, c))
    }
    pub fn instr(&mut self, i: Instr) -> &mut Asm {
        self.program.code.push(i);
        self.program.functions.last_mut().unwrap().end = self.program.code.len() as u32;
        self
    }
    pub fn jump(&mut self, op: Op, a: u8, b: u16, label: &str) -> &mut Asm {
        self.jumps.push((self.program.code.len(), label.into()));
        self.op(op, a, b, 0)
    }
    fn constant(&mut self, c: Const) -> u16 {
        let found = self.program.consts.iter().position(|have| *have == c);
        found.unwrap_or_else(|| {
            self.program.consts.push(c);
            self.program.consts.len() - 1
        }) as u16
    }
    /// Index of a text constant.
    pub fn name(&mut self, text: &str) -> u16 {
        self.constant(Const::Text(text.into()))
    }
    /// The text as an operand.
    pub fn text(&mut self, text: &str) -> u16 {
        self.name(text) + 256
    }
    /// The integer as an operand.
    pub fn int(&mut self, i: i64) -> u16 {
        self.constant(Const::Int(i)) + 256
    }
    /// The float as an operand.
    pub fn num(&mut self, n: f64) -> u16 {
        self.constant(Const::Num(n)) + 256
    }
    /// R[a] = the constant behind an operand.
    pub fn load(&mut self, a: u8, operand: u16) -> &mut Asm {
        self.op(Op::Const, a, operand - 256, 0)
    }
    pub fn set_int(&mut self, a: u8, i: i16) -> &mut Asm {
        self.op(Op::SmallInt, a, i as u16, 0)
    }
    pub fn set_text(&mut self, a: u8, text: &str) -> &mut Asm {
        let operand = self.text(text);
        self.load(a, operand)
    }
    pub fn host(&mut self, words: &str, a: u8, args: u16) -> &mut Asm {
        let found = self.program.keywords.iter().position(|k| k == words);
        let index = found.unwrap_or_else(|| {
            self.program.keywords.push(words.into());
            self.program.keywords.len() - 1
        });
        self.op(Op::CallHost, a, index as u16, args)
    }
    /// R[a] = a pure function of R[a] ...
    pub fn pure(&mut self, name: &str, a: u8, args: u16) -> &mut Asm {
        self.program.pures.push(name.into());
        let index = self.program.pures.len() - 1;
        self.op(Op::CallPure, a, index as u16, args)
    }
    /// R[a] = R[a].name(R[a+1] ...)
    pub fn method(&mut self, name: &str, a: u8, args: u16) -> &mut Asm {
        let name = self.name(name);
        self.op(Op::CallMethod, a, name, args)
    }
    /// TALK R[a].
    pub fn talk(&mut self, a: u8) -> &mut Asm {
        self.host("TALK", a, 1)
    }
    pub fn hear(&mut self, a: u8) -> &mut Asm {
        self.host("HEAR", a, 0)
    }
    pub fn build(mut self) -> Arc<Program> {
        self.finish();
        verify(&self.program).unwrap_or_else(|e| panic!("{e}\n{}", self.program.disassemble()));
        Arc::new(self.program)
    }
    pub fn build_unverified(mut self) -> Program {
        self.finish();
        self.program
    }
}

pub fn env() -> Env {
    Env::new(1_700_000_000_000, "UTC", 7)
}

pub fn machine(program: &Arc<Program>, limits: Limits) -> Machine {
    Machine::new(Arc::clone(program), "start", limits, env()).unwrap()
}

/// What a whole run showed.
#[derive(Debug, PartialEq)]
pub struct Run {
    pub calls: Vec<String>,
    pub end: Result<Data, Trap>,
    pub fuel: u64,
}

impl Run {
    pub fn result(&self) -> &Data {
        self.end.as_ref().unwrap()
    }
    pub fn trap(&self) -> &Trap {
        self.end.as_ref().unwrap_err()
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Way {
    Straight,
    Sliced,
    Restored,
    Stressed,
    /// One instruction at a time, with a profile; comes last, because it stays on.
    Measured,
}

pub type Answers<'a> = &'a [Result<Data, Fault>];

pub fn run_one(program: &Arc<Program>, limits: &Limits, answers: Answers<'_>, way: Way) -> Run {
    if way == Way::Measured {
        basilect_vm::machine::profile::start(|| 0);
    }
    let mut machine = machine(program, limits.clone());
    let mut calls = Vec::new();
    let mut answers = answers.iter();
    let slice = if matches!(way, Way::Sliced | Way::Restored) { 1 } else { u64::MAX };
    loop {
        if way == Way::Restored {
            machine = reload(&machine, program, limits);
        }
        machine.set_collector_stress(way == Way::Stressed);
        let end = match machine.run(slice) {
            Outcome::OutOfFuelSlice => continue,
            Outcome::Host(call) => {
                calls.push(format!("{call:?}"));
                if way == Way::Restored {
                    machine = reload(&machine, program, limits);
                }
                machine.resume(answers.next().cloned().unwrap_or(Ok(Data::Null))).unwrap();
                continue;
            }
            Outcome::Done(data) => Ok(data),
            Outcome::Trap(trap) => Err(trap),
        };
        return Run { calls, end, fuel: machine.fuel_used() };
    }
}

/// The machine written and read; its bytes must be the same again.
pub fn reload(machine: &Machine, program: &Arc<Program>, limits: &Limits) -> Machine {
    let bytes = machine.snapshot();
    let restored = Machine::restore(Arc::clone(program), &bytes, limits.clone());
    let restored = restored.unwrap_or_else(|e| panic!("{e} at {:?}", machine.position()));
    assert_eq!(bytes, restored.snapshot(), "a restored machine writes the same bytes");
    restored
}

/// Runs a program all four ways and answers what they agree on.
pub fn run_with(program: &Arc<Program>, limits: &Limits, answers: Answers<'_>) -> Run {
    let straight = run_one(program, limits, answers, Way::Straight);
    for way in [Way::Sliced, Way::Restored, Way::Stressed, Way::Measured] {
        assert_eq!(straight, run_one(program, limits, answers, way), "{way:?}");
    }
    straight
}

pub fn run(asm: Asm) -> Run {
    run_with(&asm.build(), &Limits::DEFAULT, &[])
}

/// Ends a chain where nothing is wanted.
pub fn done(_: &mut Asm) {}
