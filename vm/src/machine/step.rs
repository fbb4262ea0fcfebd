//! The code as the loop reads it: an instruction for an instruction, with the kinds of operands
//! told apart beforehand.

use basilect_stdlib::{Kind, Value};

use crate::program::Instr;
use crate::program::Op;
use crate::program::instr::FIRST_CONST;

/// One instruction of the loop. The operands are those of the [`Instr`]; a constant that `Do` says
/// to be one stands in its operand without [`FIRST_CONST`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Step {
    pub op: Do,
    pub a: u8,
    pub b: u16,
    pub c: u16,
    pub d: u16,
}

/// What the loop does itself. `K` behind a name: the last operand is a constant; `I`: it is this
/// small integer; `R`: a register; none of them: any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Do {
    Move,
    SmallInt,
    Null,
    Bool,
    Const,
    EnvGet,
    EnvSet,
    AddR,
    AddI,
    AddK,
    Add,
    SubR,
    SubK,
    Sub,
    MulR,
    MulK,
    Mul,
    DivR,
    Div,
    IntDiv,
    Mod,
    Eq,
    Ne,
    Lt,
    Le,
    Jump,
    JumpIf,
    JumpIfNot,
    JumpIfNull,
    JumpIfNotNull,
    JumpEqR,
    JumpEqI,
    JumpEqK,
    JumpNeR,
    JumpNeI,
    JumpNeK,
    JumpLtR,
    JumpLtI,
    JumpLtK,
    JumpNotLtR,
    JumpNotLtI,
    JumpNotLtK,
    JumpLeR,
    JumpLeI,
    JumpLeK,
    JumpNotLeR,
    JumpNotLeI,
    JumpNotLeK,
    ForLoop,
    GetField,
    SetField,
    GetIndexR,
    GetIndex,
    SetIndexR,
    SetIndex,
    CallPure,
    /// Two texts, one after the other.
    Concat,
    /// Several.
    Join,
    /// A call of PUSH with one element.
    Push,
    Call,
    Return,
    /// Here begins machine code.
    Enter,
    /// The full rules.
    Other,
}

impl Step {
    /// Of an instruction of a program with these constants.
    pub fn new(i: &Instr, consts: &[Value]) -> Step {
        let constant = |x: u16| x >= FIRST_CONST;
        let small = |x: u16| small(x, consts);
        let Instr { op, a, mut b, mut c, d } = *i;
        // Numbers give the same in both orders. For others the full rules read the instruction.
        if matches!(op, Op::Add | Op::Mul) && constant(b) {
            std::mem::swap(&mut b, &mut c);
        }
        let op = match (op, small(b), small(c)) {
            (Op::Add, None, Some(number)) if !constant(b) => {
                c = number as u16;
                Do::AddI
            }
            // Not for 0: -0.0 less 0 is -0.0, but -0.0 and 0 make 0.0.
            (Op::Sub, None, Some(number @ 1..)) if !constant(b) => {
                c = -number as u16;
                Do::AddI
            }
            (op, Some(number), _) if compares(op) => {
                b = number as u16;
                with_small(op)
            }
            (Op::Add | Op::Sub | Op::Mul, ..) if !constant(b) && constant(c) => {
                c -= FIRST_CONST;
                with_constant(op)
            }
            (Op::Add | Op::Sub | Op::Mul | Op::Div, ..) if !constant(b) && !constant(c) => {
                of_registers(op)
            }
            (Op::GetIndex, ..) if !constant(c) => Do::GetIndexR,
            (Op::SetIndex, ..) if !constant(b) && !constant(c) => Do::SetIndexR,
            _ if compares(op) && constant(b) => {
                b -= FIRST_CONST;
                with_constant(op)
            }
            _ if compares(op) => of_registers(op),
            _ => plain(op),
        };
        Step { op, a, b, c, d }
    }
    /// The same for an instruction that calls PUSH with one element.
    pub fn push(i: &Instr) -> Step {
        let Instr { a, b, c, d, .. } = *i;
        Step { op: Do::Push, a, b, c, d }
    }
    /// The target of a jump.
    #[inline(always)]
    pub fn target(&self) -> usize {
        self.c as usize | (self.d as usize) << 16
    }
}

/// The small integer that an operand is.
fn small(x: u16, consts: &[Value]) -> Option<i16> {
    let value = consts.get(x.checked_sub(FIRST_CONST)? as usize)?;
    if value.kind() == Kind::Int { i16::try_from(value.as_i64()).ok() } else { None }
}

fn compares(op: Op) -> bool {
    use Op::*;
    matches!(op, JumpEq | JumpNe | JumpLt | JumpNotLt | JumpLe | JumpNotLe)
}

fn of_registers(op: Op) -> Do {
    match op {
        Op::Add => Do::AddR,
        Op::Sub => Do::SubR,
        Op::Mul => Do::MulR,
        Op::Div => Do::DivR,
        Op::JumpEq => Do::JumpEqR,
        Op::JumpNe => Do::JumpNeR,
        Op::JumpLt => Do::JumpLtR,
        Op::JumpNotLt => Do::JumpNotLtR,
        Op::JumpLe => Do::JumpLeR,
        Op::JumpNotLe => Do::JumpNotLeR,
        _ => Do::Other,
    }
}

fn with_constant(op: Op) -> Do {
    match op {
        Op::Add => Do::AddK,
        Op::Sub => Do::SubK,
        Op::Mul => Do::MulK,
        Op::JumpEq => Do::JumpEqK,
        Op::JumpNe => Do::JumpNeK,
        Op::JumpLt => Do::JumpLtK,
        Op::JumpNotLt => Do::JumpNotLtK,
        Op::JumpLe => Do::JumpLeK,
        Op::JumpNotLe => Do::JumpNotLeK,
        _ => Do::Other,
    }
}

fn with_small(op: Op) -> Do {
    match op {
        Op::JumpEq => Do::JumpEqI,
        Op::JumpNe => Do::JumpNeI,
        Op::JumpLt => Do::JumpLtI,
        Op::JumpNotLt => Do::JumpNotLtI,
        Op::JumpLe => Do::JumpLeI,
        Op::JumpNotLe => Do::JumpNotLeI,
        _ => Do::Other,
    }
}

fn plain(op: Op) -> Do {
    match op {
        Op::Move => Do::Move,
        Op::SmallInt => Do::SmallInt,
        Op::Null => Do::Null,
        Op::Bool => Do::Bool,
        Op::Const => Do::Const,
        Op::EnvGet => Do::EnvGet,
        Op::EnvSet => Do::EnvSet,
        Op::Add => Do::Add,
        Op::Sub => Do::Sub,
        Op::Mul => Do::Mul,
        Op::Div => Do::Div,
        Op::IntDiv => Do::IntDiv,
        Op::Mod => Do::Mod,
        Op::Eq => Do::Eq,
        Op::Ne => Do::Ne,
        Op::Lt => Do::Lt,
        Op::Le => Do::Le,
        Op::Jump => Do::Jump,
        Op::JumpIf => Do::JumpIf,
        Op::JumpIfNot => Do::JumpIfNot,
        Op::JumpIfNull => Do::JumpIfNull,
        Op::JumpIfNotNull => Do::JumpIfNotNull,
        Op::ForLoop => Do::ForLoop,
        Op::GetField => Do::GetField,
        Op::SetField => Do::SetField,
        Op::GetIndex => Do::GetIndex,
        Op::SetIndex => Do::SetIndex,
        Op::CallPure => Do::CallPure,
        Op::Concat => Do::Concat,
        Op::ConcatRange => Do::Join,
        Op::Call => Do::Call,
        Op::Return => Do::Return,
        _ => Do::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_told_apart() {
        let consts = [-3, 1 << 15, 0, 5].map(Value::int);
        let consts = [consts[0], Value::num(2.0), consts[1], consts[2], consts[3]];
        let step = |op, b, c| Step::new(&Instr::new(op, 1, b, c), &consts);
        let op = |op, b, c| step(op, b, c).op;
        assert_eq!((op(Op::Add, 2, 3), step(Op::Add, 2, 3).c), (Do::AddR, 3));
        assert_eq!((op(Op::Add, 2, 256), step(Op::Add, 2, 256).c as i16), (Do::AddI, -3));
        assert_eq!((op(Op::Add, 256, 2), step(Op::Add, 256, 2).b), (Do::AddI, 2));
        assert_eq!((op(Op::Sub, 2, 257), step(Op::Sub, 2, 257).c), (Do::SubK, 1));
        assert_eq!((op(Op::Sub, 2, 259), op(Op::Sub, 2, 256)), (Do::SubK, Do::SubK));
        assert_eq!((op(Op::Sub, 2, 260), step(Op::Sub, 2, 260).c as i16), (Do::AddI, -5));
        assert_eq!((op(Op::Sub, 257, 3), op(Op::Add, 256, 257)), (Do::Sub, Do::Add));
        assert_eq!((op(Op::Mul, 257, 3), step(Op::Mul, 257, 3).b), (Do::MulK, 3));
        assert_eq!((op(Op::JumpLt, 256, 9), step(Op::JumpLt, 256, 9).b as i16), (Do::JumpLtI, -3));
        assert_eq!((op(Op::JumpLt, 258, 9), step(Op::JumpLt, 258, 9).b), (Do::JumpLtK, 2));
        assert_eq!(op(Op::JumpLe, 255, 9), Do::JumpLeR);
        assert_eq!(op(Op::CallHost, 0, 0), Do::Other);
        assert_eq!(size_of::<Step>(), size_of::<Instr>());
    }
}
