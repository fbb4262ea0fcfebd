//! Checks that a program can do no harm before it runs: every operand of every instruction.
//!
//! The interpreter is safe without it (a wrong operand reaches at most the machine's own memory);
//! the native tier is not, and an author deserves the error at the door.

use std::collections::BTreeSet;

use super::{Const, Function, Instr, Op, Place, Program};
use crate::program::instr::{FIRST_CONST, MAX_REGISTERS};

/// Why a program is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The instruction at fault, if it is one.
    pub pc: Option<u32>,
    /// What is wrong.
    pub reason: String,
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pc {
            Some(pc) => write!(f, "instruction {pc}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Rejected {}

/// What a correct program needs that this server does not know: it runs, and the calls fail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Host keywords.
    pub keywords: Vec<String>,
    /// Pure functions.
    pub pures: Vec<String>,
}

type Check = Result<(), String>;

/// Checks a program; answers the words it uses that are not in the vocabulary.
pub fn verify(program: &Program) -> Result<Unknown, Rejected> {
    check_tables(program).map_err(|reason| Rejected { pc: None, reason })?;
    for function in &program.functions {
        let checker = Checker { program, function };
        for pc in function.start..function.end {
            let check = checker.at(pc);
            check.map_err(|reason| Rejected { pc: Some(pc), reason })?;
        }
    }
    Ok(unknown(program))
}

fn unknown(program: &Program) -> Unknown {
    let known: BTreeSet<_> = basilect_stdlib::words::host_keywords().map(|k| k.name).collect();
    let missing = |name: &&String| !known.contains(name.as_str());
    let no_function = |name: &&String| crate::machine::find_function(name).is_none();
    Unknown {
        keywords: program.keywords.iter().filter(missing).cloned().collect(),
        pures: program.pures.iter().filter(no_function).cloned().collect(),
    }
}

fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(reason()) }
}

fn check_tables(program: &Program) -> Check {
    ensure(program.consts.len() < 1 << 31, || "too many constants".into())?;
    ensure(program.code.len() < u32::MAX as usize, || "too much code".into())?;
    let mut end = 0;
    for function in &program.functions {
        ensure(function.start == end, || format!("{}: code with a gap", function.name))?;
        end = function.end;
        check_function(program, function).map_err(|e| format!("{}: {e}", function.name))?;
    }
    ensure(end as usize == program.code.len(), || "code outside functions".into())?;
    for script in &program.scripts {
        check_script(program, script).map_err(|e| format!("{}: {e}", script.path))?;
    }
    Ok(())
}

fn check_function(program: &Program, function: &Function) -> Check {
    let within = |pc: u32| (function.start..function.end).contains(&pc);
    ensure(function.start < function.end, || "a function without code".into())?;
    ensure(function.end as usize <= program.code.len(), || "code past the end".into())?;
    ensure((function.script as usize) < program.scripts.len(), || "of no script".into())?;
    ensure(function.registers <= MAX_REGISTERS, || "too many registers".into())?;
    ensure(function.params <= function.registers, || "parameters without registers".into())?;
    ensure(function.statements.is_sorted(), || "statements out of order".into())?;
    ensure(function.lines.is_sorted_by_key(|l| l.0), || "lines out of order".into())?;
    ensure(function.statements.iter().all(|&s| within(s)), || "a statement elsewhere".into())?;
    ensure(function.variables.iter().all(|v| v.0 < function.registers), || {
        "a variable without register".into()
    })
}

fn check_script(program: &Program, script: &super::Script) -> Check {
    let main = program.functions.get(script.main as usize).ok_or("no main")?;
    let owner = program.scripts.get(main.script as usize);
    ensure(owner.is_some_and(|s| std::ptr::eq(s, script)), || "main of another script".into())?;
    ensure(main.params == 0, || "a main with parameters".into())?;
    ensure(script.numbers.is_sorted_by_key(|n| n.0), || "line numbers out of order".into())?;
    for (name, place) in &script.inputs {
        let inside = match *place {
            Place::Register(register) => register < main.registers,
            Place::Env(slot) => slot < script.env_slots,
        };
        ensure(inside, || format!("the input {name} lies nowhere"))?;
    }
    Ok(())
}

/// How an operation uses its operands.
struct Checker<'a> {
    program: &'a Program,
    function: &'a Function,
}

impl Checker<'_> {
    fn at(&self, pc: u32) -> Check {
        let i = self.program.code.get(pc as usize).copied().ok_or("no instruction")?;
        if pc + 1 == self.function.end {
            let ends = matches!(
                i.op,
                Op::Return | Op::ReturnNull | Op::ExitScript | Op::Stop | Op::Jump | Op::Throw
            );
            let ends = ends || i.op == Op::GoSubReturn || i.op == Op::Resume;
            ensure(ends, || "the code runs past the end of its function".into())?;
        }
        self.operands(i)
    }
    fn operands(&self, i: Instr) -> Check {
        match i.op {
            Op::Move | Op::IterPrep | Op::GetField => self.moving(i),
            Op::Const => {
                self.register(i.a)?;
                self.constant(i.b as usize | (i.c as usize) << 16)
            }
            Op::Null | Op::SmallInt | Op::NewMap | Op::Return | Op::ExitScript | Op::Throw => {
                self.register(i.a)
            }
            Op::Bool => self.register_and(i.a, i.b <= 1),
            Op::EnvGet | Op::EnvSet => self.register_and(i.a, i.b < self.env_slots()),
            Op::Bits => {
                ensure(i.d <= 4, || "no such bitwise operation".into())?;
                self.three(i)
            }
            _ if i.op.is_binary() => self.three(i),
            _ if i.op.is_unary() => {
                self.register(i.a)?;
                self.rk(i.b)
            }
            Op::ConcatRange | Op::NewList => self.range(i),
            Op::NewArray => {
                ensure(i.c >= 1 && i.d & 0xff <= 1 && i.d >> 8 <= 2, || "no such array".into())?;
                self.range(i)
            }
            Op::SetField => {
                self.register(i.a)?;
                self.name(i.b)?;
                self.rk(i.c)
            }
            Op::GetIndex => {
                self.register(i.a)?;
                self.wide_register(i.b)?;
                self.rk(i.c)
            }
            Op::ErrorGet => self.register_and(i.a, i.b <= 4),
            _ => self.control(i),
        }
    }
    fn moving(&self, i: Instr) -> Check {
        self.register(i.a)?;
        self.wide_register(i.b)?;
        match i.op {
            Op::IterPrep => self.window(i.a, 2),
            Op::GetField => self.name(i.c),
            _ => Ok(()),
        }
    }
    fn control(&self, i: Instr) -> Check {
        match i.op {
            Op::Jump | Op::GoSub => self.target(i),
            Op::JumpIf | Op::JumpIfNot | Op::JumpIfNull | Op::JumpIfNotNull | Op::TryBegin => {
                self.register(i.a)?;
                self.target(i)
            }
            _ if i.op.jumps() => {
                self.register(i.a)?;
                self.rk(i.b)?;
                self.target(i)
            }
            Op::ForPrep | Op::ForLoop | Op::IterNext => {
                self.window(i.a, if i.op == Op::IterNext { 2 } else { 3 })?;
                self.wide_register(i.b)?;
                self.target(i)
            }
            Op::OnError | Op::Resume => {
                let most = if i.op == Op::OnError { 3 } else { 2 };
                ensure(i.b <= most, || "no such way of handling errors".into())?;
                let jumps = i.b == if i.op == Op::OnError { 1 } else { 2 };
                if jumps { self.target(i) } else { Ok(()) }
            }
            Op::SetIndex => self.three(i),
            Op::ReturnNull | Op::Stop | Op::GoSubReturn | Op::GoSubPop => Ok(()),
            Op::TryEnd | Op::ErrorClear => Ok(()),
            _ => self.call(i),
        }
    }
    fn call(&self, i: Instr) -> Check {
        let (args, program) = (i.c as usize, self.program);
        match i.op {
            Op::Call => self.call_function(i)?,
            Op::CallScript => self.listed(i.b, program.scripts.len())?,
            Op::CallPure => {
                self.listed(i.b, program.pures.len())?;
                let name = program.pures.get(i.b as usize).map_or("", String::as_str);
                self.arity(crate::machine::find_function(name), args)?;
            }
            Op::CallHost => {
                self.listed(i.b, program.keywords.len())?;
                let words = program.keywords.get(i.b as usize).map_or("", String::as_str);
                let mut known = basilect_stdlib::words::host_keywords();
                self.arity(known.find(|k| k.name == words), args)?;
            }
            Op::CallMethod => self.name(i.b)?,
            _ => {}
        }
        let receiver = matches!(i.op, Op::CallMethod | Op::CallScriptByName);
        self.window(i.a, (args + usize::from(receiver)).max(1))
    }
    fn call_function(&self, i: Instr) -> Check {
        let callee = self.program.functions.get(i.b as usize).ok_or("no such function")?;
        ensure(i.c <= u16::from(callee.params), || "too many arguments".into())?;
        let slots = |script: u32| {
            self.program.scripts.get(script as usize).map_or(0, |script| script.env_slots)
        };
        let shares = callee.script == self.function.script;
        ensure(shares || slots(callee.script) <= self.env_slots(), || {
            "a call into a script with other shared variables".into()
        })
    }
    fn arity(&self, keyword: Option<&basilect_stdlib::Keyword>, args: usize) -> Check {
        let most = keyword.and_then(|k| k.arity().1);
        ensure(most.is_none_or(|most| args <= most), || "too many arguments".into())
    }

    fn env_slots(&self) -> u16 {
        let script = self.program.scripts.get(self.function.script as usize);
        script.map_or(0, |s| s.env_slots)
    }
    fn listed(&self, index: u16, len: usize) -> Check {
        ensure((index as usize) < len, || "no such entry in the table".into())
    }
    fn register(&self, register: u8) -> Check {
        ensure(register < self.function.registers, || format!("no register {register}"))
    }
    fn register_and(&self, register: u8, holds: bool) -> Check {
        self.register(register)?;
        ensure(holds, || "an operand out of range".into())
    }
    fn wide_register(&self, register: u16) -> Check {
        ensure(register < u16::from(self.function.registers), || format!("no register {register}"))
    }
    fn window(&self, first: u8, count: usize) -> Check {
        let fits = first as usize + count <= self.function.registers as usize;
        ensure(fits, || format!("registers {first} and {count} from there do not fit"))
    }
    fn range(&self, i: Instr) -> Check {
        self.register(i.a)?;
        let fits = i.b as usize + i.c as usize <= self.function.registers as usize;
        ensure(fits, || "a range of registers does not fit".into())
    }
    fn constant(&self, index: usize) -> Check {
        ensure(index < self.program.consts.len(), || format!("no constant {index}"))
    }
    fn rk(&self, x: u16) -> Check {
        match x.checked_sub(FIRST_CONST) {
            Some(index) => self.constant(index as usize),
            None => self.wide_register(x),
        }
    }
    fn name(&self, index: u16) -> Check {
        let is_text = matches!(self.program.consts.get(index as usize), Some(Const::Text(_)));
        ensure(is_text, || format!("constant {index} is no name"))
    }
    fn three(&self, i: Instr) -> Check {
        self.register(i.a)?;
        self.rk(i.b)?;
        self.rk(i.c)
    }
    fn target(&self, i: Instr) -> Check {
        let inside = (self.function.start..self.function.end).contains(&i.target());
        ensure(inside, || format!("a jump to {} outside its function", i.target()))
    }
}
