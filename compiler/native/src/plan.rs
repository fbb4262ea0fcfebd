//! How each instruction of a function is done, given what is known of its registers.

use std::collections::BTreeSet;

use basilect_stdlib::{Kind, Value};
use basilect_vm::native::{Facts, Order};
use basilect_vm::program::{Const, Function, Instr, Op};

use crate::known::{Known, Open, Operand, Slot, operand};

/// Numbers of both kinds were seen.
const MIXED: u16 = 1 << Kind::Int as u16 | 1 << Kind::Num as u16;

/// Whether all processors of this kind compute with several bytes at once.
const VECTORS: bool = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));

/// In which way a function is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Entered by the machine, on a frame, wherever it may stop.
    Entered,
    /// Called by other machine code, from its beginning, without a frame. What it does cannot
    /// collect garbage, and what needs a frame leaves it.
    Called,
}

/// How an instruction is done.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// R[a] gets a value that is known.
    Constant(Value),
    Move,
    EnvGet,
    EnvSet,
    /// `+`, `-` or `*` of integers.
    IntMath,
    /// `+`, `-`, `*` or `/` of which one is a float at least.
    NumMath,
    /// `/` of integers that gives an integer.
    Divided,
    /// `/` of integers that gives a float.
    Quotient,
    /// `\` or MOD of integers.
    IntDivision,
    /// A comparison of integers into R[a] or as a jump.
    IntCompare,
    /// The same of numbers.
    NumCompare,
    /// The same for being equal to a short text that is a constant.
    TextCompare(Value),
    Jump,
    /// A jump by the truth of R[a].
    Truth,
    /// A jump by whether R[a] is null.
    Nullness,
    ForPrep,
    ForLoop,
    /// FOR over floats.
    NumLoop,
    IterNext,
    ListGet,
    ListSet,
    /// The same for lists whose elements take a byte each.
    FlagGet,
    FlagSet,
    FieldGet,
    FieldSet,
    /// PUSH of one element.
    Push,
    /// SQR, ABS or INT of a float.
    Root,
    Absolute,
    Floor,
    /// MID of one character.
    Character,
    /// MID of as many characters as it asks for.
    Part,
    /// INSTR of a character in a short text.
    Among,
    /// INSTR of a character from a place on.
    Find,
    /// Texts that are joined, mostly to a short one.
    Join,
    /// What a function that only computes does, in the place of its call.
    Inline,
    /// A call of machine code without a frame.
    Call,
    /// A call of machine code with a frame.
    FrameCall,
    Return,
    /// By the rules of the machine: the short ones, then the full ones.
    Machine,
    /// The same for a jump.
    MachineJump,
    /// By the interpreter.
    Leave,
    /// The same, since nothing is known of it yet.
    Unseen,
}

/// How an instruction is done, and what is known afterwards.
pub struct Plan {
    pub how: How,
    /// What is known of registers when the next instruction follows.
    pub sets: Vec<(u8, Known)>,
    /// The same when it goes to its target.
    pub jump_sets: Vec<(u8, Known)>,
}

impl Plan {
    fn new(how: How) -> Plan {
        Plan { how, sets: Vec::new(), jump_sets: Vec::new() }
    }
    fn gives(how: How, register: u8, known: Known) -> Plan {
        Plan { how, sets: vec![(register, known)], jump_sets: Vec::new() }
    }
}

/// A function to be compiled in a version.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    pub order: &'a Order,
    pub number: u32,
    pub function: &'a Function,
    pub version: Version,
    /// The functions that can be called without a frame.
    pub light: &'a BTreeSet<u32>,
    /// All that are compiled.
    pub compiled: &'a BTreeSet<u32>,
    /// Whether the program was watched before.
    pub watched: bool,
}

impl Unit<'_> {
    pub fn consts(&self) -> &[Value] {
        self.order.constants()
    }
    pub fn instr(&self, pc: u32) -> Instr {
        self.order.program().code.get(pc as usize).copied().unwrap_or(NOTHING)
    }
    /// The functions that this one calls.
    pub fn callees(&self) -> BTreeSet<u32> {
        let code = (self.function.start..self.function.end).map(|pc| self.instr(pc));
        code.filter(|i| i.op == Op::Call).map(|i| u32::from(i.b)).collect()
    }
    pub fn operand(&self, x: u16) -> Operand {
        operand(x, self.consts())
    }
    pub fn known(&self, x: u16, state: &[Slot]) -> Known {
        match self.operand(x) {
            Operand::Register(r) => known(r, state),
            Operand::Constant(value) => Known::of(value),
        }
    }
    /// What a parameter is expected to be.
    pub fn param(&self, function: u32, register: u8) -> Known {
        Known::expected(self.order.facts().param(function, register))
    }
    /// What a register is expected to be where the machine enters, if that was seen.
    pub fn arrival(&self, pc: u32, register: u8) -> Option<Known> {
        let kinds = self.order.facts().arrival(pc, register);
        (kinds != 0).then(|| Known::expected(kinds))
    }
    /// Whether an instruction was done by the full rules, or may well be.
    pub fn takes_long(&self, pc: u32) -> bool {
        !self.watched || self.seen(pc) & Facts::LONG != 0
    }
    fn seen(&self, pc: u32) -> u16 {
        self.order.facts().results(pc)
    }
    fn expected(&self, pc: u32) -> Known {
        Known::expected(self.seen(pc))
    }
    /// Whether an instruction did not run while the program was watched, and should rather be
    /// watched than compiled blindly: it gives a value of which nothing is known.
    fn is_unseen(&self, pc: u32) -> bool {
        self.watched && self.seen(pc) & Facts::RAN == 0
    }
    /// How an instruction is done.
    pub fn plan(&self, pc: u32, state: &[Slot]) -> Plan {
        let plan = self.known_plan(pc, state);
        let blind = matches!(
            plan.how,
            How::Machine
                | How::MachineJump
                | How::EnvGet
                | How::ListGet
                | How::FlagGet
                | How::FieldGet
                | How::Character
                | How::Part
                | How::Among
                | How::Find
                | How::Join
        );
        if blind && self.is_unseen(pc) {
            return Plan { how: How::Unseen, ..plan };
        }
        plan
    }
    fn known_plan(&self, pc: u32, state: &[Slot]) -> Plan {
        let i = self.instr(pc);
        let a = i.a;
        match i.op {
            Op::Move => Plan::gives(How::Move, a, known(i.b as u8, state)),
            Op::Null => Plan::gives(How::Constant(Value::NULL), a, Known::Null),
            Op::Bool => Plan::gives(How::Constant(Value::bool(i.b != 0)), a, Known::Bool),
            Op::SmallInt => constant(a, Value::int(i64::from(i.b as i16))),
            Op::Const => {
                let index = i.b as usize | (i.c as usize) << 16;
                constant(a, self.consts().get(index).copied().unwrap_or(Value::NULL))
            }
            Op::EnvGet => Plan::gives(How::EnvGet, a, self.expected(pc)),
            Op::EnvSet => Plan::new(How::EnvSet),
            Op::Add | Op::Sub | Op::Mul => self.math(pc, i, state),
            Op::Div => self.division(pc, i, state),
            Op::IntDiv | Op::Mod => match self.ints(i.b, i.c, state) {
                true => Plan::gives(How::IntDivision, a, Known::Int),
                false => self.by_machine(pc, i),
            },
            Op::Eq | Op::Ne | Op::Lt | Op::Le => {
                let how = self.comparison(i.op, (self.known(i.b, state), i.b), (i.c, state));
                Plan::gives(how.unwrap_or(How::Machine), a, Known::Bool)
            }
            op if op.jumps() => Plan::new(self.jump(pc, i, state)),
            Op::ForPrep | Op::ForLoop => self.for_loop(pc, i, state),
            Op::IterPrep => Plan {
                sets: vec![(a, Known::List), (a.wrapping_add(1), Known::Int)],
                ..Plan::new(How::Machine)
            },
            Op::IterNext => self.iter_next(pc, i, state),
            Op::GetIndex if self.is_place(i.b as u8, i.c, state) => match self.open(pc) {
                Some(Open::Flags) => Plan::gives(How::FlagGet, a, self.expected(pc)),
                Some(_) => Plan::gives(How::ListGet, a, self.expected(pc)),
                None => self.by_machine(pc, i),
            },
            Op::SetIndex if self.is_place(a, i.b, state) => match self.open(pc) {
                Some(Open::Flags)
                    if matches!(self.known(i.c, state), Known::Null | Known::Bool) =>
                {
                    Plan::new(How::FlagSet)
                }
                Some(Open::Values) => Plan::new(How::ListSet),
                _ => self.by_machine(pc, i),
            },
            Op::GetField if self.has_field(pc, i.b as u8, state) => {
                Plan::gives(How::FieldGet, a, self.expected(pc))
            }
            Op::SetField if self.has_field(pc, a, state) => Plan::new(How::FieldSet),
            Op::Call if self.light.contains(&u32::from(i.b)) && self.fits(i) => {
                match self.inlined(i, state).map(|inlined| inlined.result.1) {
                    Some(known) if known.kind() == self.expected(pc).kind() => {
                        Plan::gives(How::Inline, a, self.expected(pc))
                    }
                    _ => Plan::gives(How::Call, a, self.expected(pc)),
                }
            }
            Op::Call if self.version == Version::Entered && self.is_compiled(i) => {
                Plan::gives(How::FrameCall, a, self.expected(pc))
            }
            Op::Concat | Op::ConcatRange => Plan { how: How::Join, ..self.by_machine(pc, i) },
            Op::CallPure => self.pure(pc, i, state),
            Op::Return | Op::ReturnNull => Plan::new(How::Return),
            op if leaves(op) => {
                Plan { sets: result(a, self.expected(pc)), ..Plan::new(How::Leave) }
            }
            _ => self.by_machine(pc, i),
        }
    }
    /// By the rules of the machine; what it writes is as it was seen.
    fn by_machine(&self, pc: u32, i: Instr) -> Plan {
        let known = match i.op {
            Op::NewList | Op::NewArray => Known::List,
            Op::NewMap => Known::Map,
            Op::Contains | Op::StartsWith | Op::EndsWith | Op::Like | Op::In => Known::Bool,
            Op::Not | Op::Truth | Op::IsNull => Known::Bool,
            _ => self.expected(pc),
        };
        let sets = crate::known::writes(&i).into_iter().map(|r| (r, known)).collect();
        Plan { sets, ..Plan::new(How::Machine) }
    }
    fn ints(&self, b: u16, c: u16, state: &[Slot]) -> bool {
        self.known(b, state).is_int() && self.known(c, state).is_int()
    }
    fn math(&self, pc: u32, i: Instr, state: &[Slot]) -> Plan {
        let (b, c, seen) = (self.known(i.b, state), self.known(i.c, state), self.seen(pc));
        let float = seen & MIXED == 1 << Kind::Num as u16;
        match (b, c) {
            (b, c) if b.is_int() && c.is_int() && !float && seen & MIXED != MIXED => {
                Plan::gives(How::IntMath, i.a, Known::Int)
            }
            (Known::Num, c) if c.is_number() || c == Known::Any && float => num_math(i),
            (b, Known::Num) if b.is_number() || b == Known::Any && float => num_math(i),
            _ => self.by_machine(pc, i),
        }
    }
    fn division(&self, pc: u32, i: Instr, state: &[Slot]) -> Plan {
        let (b, c) = (self.known(i.b, state), self.known(i.c, state));
        match (b, c) {
            (b, c) if b.is_int() && c.is_int() => match self.expected(pc) {
                Known::Int => Plan::gives(How::Divided, i.a, Known::Int),
                Known::Num => Plan::gives(How::Quotient, i.a, Known::Num),
                _ => self.by_machine(pc, i),
            },
            (Known::Num, c) if c.is_number() => num_math(i),
            (b, Known::Num) if b.is_number() => num_math(i),
            _ => self.by_machine(pc, i),
        }
    }
    /// How two values are compared, where no rules of the machine are needed for it.
    fn comparison(
        &self,
        op: Op,
        (l, lx): (Known, u16),
        (rx, state): (u16, &[Slot]),
    ) -> Option<How> {
        let r = self.known(rx, state);
        if l.is_int() && r.is_int() {
            return Some(How::IntCompare);
        }
        if (l == Known::Num || r == Known::Num) && l.is_number() && r.is_number() {
            return Some(How::NumCompare);
        }
        let equality = matches!(op, Op::Eq | Op::Ne | Op::JumpEq | Op::JumpNe);
        match (self.operand(lx), self.operand(rx)) {
            (Operand::Register(_), Operand::Constant(value))
                if equality && value.is_short_text() && l == Known::Any =>
            {
                Some(How::TextCompare(value))
            }
            _ => None,
        }
    }
    fn jump(&self, pc: u32, i: Instr, state: &[Slot]) -> How {
        let a = known(i.a, state);
        match i.op {
            Op::Jump => How::Jump,
            Op::JumpIfNull | Op::JumpIfNotNull => How::Nullness,
            Op::JumpIf | Op::JumpIfNot => match a {
                Known::Null | Known::Bool | Known::Int | Known::Whole(_) => How::Truth,
                Known::Any if self.is_plain(pc) => How::Truth,
                _ => How::MachineJump,
            },
            op => {
                let how = self.comparison(op, (a, u16::from(i.a)), (i.b, state));
                how.unwrap_or(How::MachineJump)
            }
        }
    }
    /// Whether what a jump looks at was null, true, false or an integer, and nothing else.
    fn is_plain(&self, pc: u32) -> bool {
        let plain = [Kind::Null, Kind::Bool, Kind::Int].map(|k| 1 << k as u16);
        let seen = self.seen(pc) & !(Facts::RAN | Facts::LONG);
        seen != 0 && seen & !plain.iter().sum::<u16>() == 0
    }
    fn for_loop(&self, pc: u32, i: Instr, state: &[Slot]) -> Plan {
        let (a, b) = (i.a, i.b as u8);
        let (limit, step) = (a.wrapping_add(1), a.wrapping_add(2));
        let kinds = [a, limit, step].map(|r| known(r, state));
        let apart = ![a, limit, step].contains(&b);
        if apart && kinds.iter().all(|k| k.is_int()) && kinds[2] != Known::Whole(0) {
            return match i.op {
                Op::ForPrep => Plan {
                    how: How::ForPrep,
                    sets: vec![(b, kinds[0])],
                    jump_sets: vec![(b, kinds[0])],
                },
                _ => Plan {
                    how: How::ForLoop,
                    sets: vec![(a, Known::Int)],
                    jump_sets: vec![(a, Known::Int), (b, Known::Int)],
                },
            };
        }
        if apart && i.op == Op::ForLoop && kinds == [Known::Num; 3] {
            return Plan {
                how: How::NumLoop,
                sets: vec![(a, Known::Num)],
                jump_sets: vec![(a, Known::Num), (b, Known::Num)],
            };
        }
        let expected = if apart { self.expected(pc) } else { Known::Any };
        let sets = |known| [a, limit, step, b].map(|r| (r, known)).to_vec();
        match i.op {
            Op::ForPrep => {
                Plan { how: How::MachineJump, sets: sets(expected), jump_sets: sets(Known::Any) }
            }
            _ => {
                Plan { how: How::MachineJump, sets: sets(Known::Any), jump_sets: sets(Known::Any) }
            }
        }
    }
    fn iter_next(&self, pc: u32, i: Instr, state: &[Slot]) -> Plan {
        let (a, place, b) = (i.a, i.a.wrapping_add(1), i.b as u8);
        let apart = b != a && b != place;
        match apart && known(a, state) == Known::List && known(place, state).is_int() {
            true => Plan {
                sets: vec![(place, Known::Int), (b, self.expected(pc))],
                ..Plan::new(How::IterNext)
            },
            false => Plan {
                how: How::MachineJump,
                sets: vec![(place, Known::Any), (b, Known::Any)],
                jump_sets: Vec::new(),
            },
        }
    }
    /// Whether a register is a map in which it is known where the field of an instruction is.
    fn has_field(&self, pc: u32, map: u8, state: &[Slot]) -> bool {
        known(map, state) == Known::Map && self.order.entry_at(pc).is_some()
    }
    /// How MID or INSTR is done with these arguments, where machine code may do it.
    fn text(&self, name: &str, i: Instr, state: &[Slot]) -> Option<How> {
        let [a, b, c] = [0, 1, 2].map(|next| known(i.a.wrapping_add(next), state));
        match (name, i.c, a, b, c) {
            ("MID", 3, Known::Any, start, Known::Whole(1)) if start.is_int() => {
                Some(How::Character)
            }
            ("MID", 3, Known::Any, start, many) if start.is_int() && many.is_int() => {
                Some(How::Part)
            }
            ("INSTR", 2, Known::Any, Known::Any, _) if VECTORS => Some(How::Among),
            ("INSTR", 3, start, Known::Any, Known::Any) if VECTORS && start.is_int() => {
                Some(How::Find)
            }
            _ => None,
        }
    }
    /// The text that an instruction sets its register to, if it does.
    pub fn text_of(&self, i: Instr) -> Option<&str> {
        let index = (i.op == Op::Const).then_some(i.b as usize | (i.c as usize) << 16)?;
        match self.order.program().consts.get(index)? {
            Const::Text(text) => Some(text),
            _ => None,
        }
    }
    /// How the elements of the list stand that an instruction reads or sets; nothing where it saw
    /// both, or what only the machine does.
    pub fn open(&self, pc: u32) -> Option<Open> {
        let seen = self.seen(pc);
        match (seen & Facts::FLAGS != 0, seen & Facts::VALUES != 0) {
            (true, true) => None,
            (true, false) => (seen & Facts::LONG == 0).then_some(Open::Flags),
            _ => Some(Open::Values),
        }
    }
    /// Whether a register is a list, and an operand a place in it.
    fn is_place(&self, list: u8, index: u16, state: &[Slot]) -> bool {
        known(list, state) == Known::List && self.known(index, state).is_int()
    }
    fn is_compiled(&self, i: Instr) -> bool {
        self.compiled.contains(&u32::from(i.b)) && !self.light.contains(&u32::from(i.b))
    }
    /// Whether a call gives as many arguments as the function has parameters.
    fn fits(&self, i: Instr) -> bool {
        let callee = self.order.program().functions.get(i.b as usize);
        callee.is_some_and(|callee| u16::from(callee.params) == i.c)
    }
    fn pure(&self, pc: u32, i: Instr, state: &[Slot]) -> Plan {
        let (argument, expected) = (known(i.a, state), self.expected(pc));
        match (self.order.function_at(pc), argument, expected) {
            (Some("SQR"), Known::Num | Known::Int | Known::Whole(_), Known::Num) => {
                Plan::gives(How::Root, i.a, Known::Num)
            }
            (Some("ABS"), Known::Num, Known::Num) => Plan::gives(How::Absolute, i.a, Known::Num),
            (Some("INT"), Known::Num, Known::Int) => Plan::gives(How::Floor, i.a, Known::Int),
            (Some("PUSH"), Known::List, _) if i.c == 2 => Plan::new(How::Push),
            (Some(name @ "MID"), _, Known::Any) => match self.text(name, i, state) {
                Some(how) => Plan::gives(how, i.a, Known::Any),
                None => self.by_machine(pc, i),
            },
            (Some(name @ "INSTR"), _, Known::Int) => match self.text(name, i, state) {
                Some(how) => Plan::gives(how, i.a, Known::Int),
                None => self.by_machine(pc, i),
            },
            _ => self.by_machine(pc, i),
        }
    }
}

/// What the interpreter does.
pub fn leaves(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        Call | CallScript
            | CallScriptByName
            | CallHost
            | ExitScript
            | Stop
            | GoSub
            | GoSubReturn
            | GoSubPop
            | Throw
            | OnError
            | Resume
    )
}

fn result(a: u8, known: Known) -> Vec<(u8, Known)> {
    vec![(a, known)]
}

fn constant(a: u8, value: Value) -> Plan {
    Plan::gives(How::Constant(value), a, Known::of(value))
}

fn num_math(i: Instr) -> Plan {
    Plan::gives(How::NumMath, i.a, Known::Num)
}

/// What is known of a register.
pub fn known(register: u8, state: &[Slot]) -> Known {
    state.get(register as usize).map_or(Known::Any, |slot| slot.known)
}

const NOTHING: Instr = Instr::new(Op::Stop, 0, 0, 0);
