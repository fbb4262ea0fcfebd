//! What is known of the registers at a place in a function, and which registers an instruction
//! reads and writes.

use basilect_stdlib::{Kind, Value};
use basilect_vm::program::instr::FIRST_CONST;
use basilect_vm::program::{Instr, Op};

/// What is known of a value. All but [`Known::Any`] have their payload in a variable, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: the value is in memory.
    Any,
    Null,
    Bool,
    Int,
    /// An integer, and which one.
    Whole(i64),
    Num,
    List,
    Map,
}

impl Known {
    /// The kind, if there is one.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Known::Any => None,
            Known::Null => Some(Kind::Null),
            Known::Bool => Some(Kind::Bool),
            Known::Int | Known::Whole(_) => Some(Kind::Int),
            Known::Num => Some(Kind::Num),
            Known::List => Some(Kind::List),
            Known::Map => Some(Kind::Map),
        }
    }
    /// Of a value.
    pub fn of(value: Value) -> Known {
        match value.kind() {
            Kind::Int => Known::Whole(value.as_i64()),
            kind => Known::of_kind(kind),
        }
    }
    fn of_kind(kind: Kind) -> Known {
        match kind {
            Kind::Null => Known::Null,
            Kind::Bool => Known::Bool,
            Kind::Int => Known::Int,
            Kind::Num => Known::Num,
            Kind::List => Known::List,
            Kind::Map => Known::Map,
            _ => Known::Any,
        }
    }
    /// What is expected where only these kinds were seen (a set as in
    /// [`basilect_vm::native::Facts`]).
    pub fn expected(kinds: u16) -> Known {
        let kinds = kinds & ((1 << (Kind::Map as u16 + 1)) - 1);
        let alone = [Kind::Bool, Kind::Int, Kind::Num, Kind::List, Kind::Map];
        alone.into_iter().find(|&k| kinds == 1 << k as u16).map_or(Known::Any, Known::of_kind)
    }
    pub fn is_int(self) -> bool {
        matches!(self, Known::Int | Known::Whole(_))
    }
    pub fn is_number(self) -> bool {
        self.is_int() || self == Known::Num
    }
    /// What is known when it is one or the other.
    fn or(self, other: Known) -> Known {
        match (self, other) {
            _ if self == other => self,
            _ if self.is_int() && other.is_int() => Known::Int,
            _ => Known::Any,
        }
    }
}

/// What is known of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub known: Known,
    /// Whether the value in memory is an older one.
    pub dirty: bool,
    /// The kind of the value in memory, where that is known.
    pub stored: Option<Kind>,
    /// Whether variables say where the elements of this list are.
    pub open: Open,
}

/// What variables say of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Nothing.
    No,
    /// Where its elements are as values.
    Values,
    /// Where its elements are as bytes: null, true and false.
    Flags,
}

impl Slot {
    pub const ANY: Slot = Slot { known: Known::Any, dirty: false, stored: None, open: Open::No };
    pub fn new(known: Known, dirty: bool) -> Slot {
        let stored = if dirty { None } else { known.kind() };
        Slot { known, dirty: dirty && known != Known::Any, stored, open: Open::No }
    }
    /// The same when memory is up to date.
    pub fn in_memory(self) -> Slot {
        Slot { open: self.open, ..Slot::new(self.known, false) }
    }
    /// The same where the machine enters, and values of another kind were seen. An integer that is
    /// known stays so: entering looks whether it is this one.
    pub fn met(self, seen: Slot) -> Slot {
        match seen.known == Known::Int && self.known.is_int() {
            true => self,
            false => self.or(seen),
        }
    }
    pub fn or(self, other: Slot) -> Slot {
        let slot = Slot::new(self.known.or(other.known), self.dirty || other.dirty);
        Slot { open: if self.open == other.open { self.open } else { Open::No }, ..slot }
    }
}

/// An operand.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    Register(u8),
    Constant(Value),
}

/// An operand that is a register below 256 and a constant from there on.
pub fn operand(x: u16, consts: &[Value]) -> Operand {
    match x {
        0..FIRST_CONST => Operand::Register(x as u8),
        _ => {
            let constant = consts.get((x - FIRST_CONST) as usize);
            Operand::Constant(constant.copied().unwrap_or(Value::NULL))
        }
    }
}

/// The registers that an instruction reads.
pub fn reads(i: &Instr) -> Vec<u8> {
    let a = i.a;
    let range = |first: u16, count: u16| (first..first.saturating_add(count)).map(|r| r as u8);
    let register = |x: u16| (x < FIRST_CONST).then_some(x as u8);
    let some = |list: &[Option<u8>]| list.iter().copied().flatten().collect::<Vec<u8>>();
    use Op::*;
    match i.op {
        Move | GetField => vec![i.b as u8],
        IterPrep if i.c == 1 => vec![i.b as u8, a.wrapping_add(1)],
        IterPrep => vec![i.b as u8],
        EnvSet | JumpIf | JumpIfNot | JumpIfNull | JumpIfNotNull => vec![a],
        Return | ExitScript | Throw => vec![a],
        JumpEq | JumpNe | JumpLt | JumpNotLt | JumpLe | JumpNotLe => {
            some(&[Some(a), register(i.b)])
        }
        ForPrep | ForLoop => vec![a, a.wrapping_add(1), a.wrapping_add(2)],
        IterNext => vec![a, a.wrapping_add(1)],
        ConcatRange | NewList | NewArray => range(i.b, i.c).collect(),
        GetIndex => some(&[Some(i.b as u8), register(i.c)]),
        SetField => some(&[Some(a), register(i.c)]),
        SetIndex => some(&[Some(a), register(i.b), register(i.c)]),
        Call | CallScript | CallPure | CallHost => range(u16::from(a), i.c).collect(),
        CallScriptByName | CallMethod => range(u16::from(a), i.c + 1).collect(),
        op if op.is_binary() => some(&[register(i.b), register(i.c)]),
        op if op.is_unary() => some(&[register(i.b)]),
        _ => Vec::new(),
    }
}

/// The registers that an instruction writes.
pub fn writes(i: &Instr) -> Vec<u8> {
    let a = i.a;
    use Op::*;
    match i.op {
        ForPrep | ForLoop => vec![a, a.wrapping_add(1), a.wrapping_add(2), i.b as u8],
        IterPrep => vec![a, a.wrapping_add(1)],
        IterNext => vec![a.wrapping_add(1), i.b as u8],
        Move | Const | Null | Bool | SmallInt | EnvGet | GetField | GetIndex => vec![a],
        ConcatRange | NewList | NewMap | NewArray | ErrorGet => vec![a],
        Call | CallScript | CallScriptByName | CallPure | CallHost | CallMethod => vec![a],
        op if op.is_binary() || op.is_unary() => vec![a],
        _ => Vec::new(),
    }
}
