//! The code as the loop reads it: an instruction for an instruction, with the kinds of operands
//! told apart beforehand.

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

/// What the loop does itself. `K` behind a name: the last operand is a constant; `R`: a register;
/// neither: either.
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
    JumpEqK,
    JumpNeR,
    JumpNeK,
    JumpLtR,
    JumpLtK,
    JumpNotLtR,
    JumpNotLtK,
    JumpLeR,
    JumpLeK,
    JumpNotLeR,
    JumpNotLeK,
    ForLoop,
    GetField,
    SetField,
    GetIndexR,
    GetIndex,
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
    /// Of an instruction.
    pub fn new(i: &Instr) -> Step {
        let constant = |x: u16| x >= FIRST_CONST;
        let registers = !constant(i.b) && !constant(i.c);
        let Instr { op, a, mut b, mut c, d } = *i;
        let op = match op {
            Op::Add | Op::Sub | Op::Mul | Op::Div if registers => of_registers(op),
            Op::Add | Op::Sub | Op::Mul if !constant(b) => {
                c -= FIRST_CONST;
                with_constant(op)
            }
            Op::GetIndex if !constant(c) => Do::GetIndexR,
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
        Step { op: Do::Push, ..Step::new(i) }
    }
    /// The target of a jump.
    #[inline(always)]
    pub fn target(&self) -> usize {
        self.c as usize | (self.d as usize) << 16
    }
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
        let op = |op, b, c| Step::new(&Instr::new(op, 1, b, c));
        assert_eq!((op(Op::Add, 2, 3).op, op(Op::Add, 2, 3).c), (Do::AddR, 3));
        assert_eq!((op(Op::Sub, 2, 260).op, op(Op::Sub, 2, 260).c), (Do::SubK, 4));
        assert_eq!((op(Op::Mul, 260, 3).op, op(Op::Mul, 260, 3).b), (Do::Mul, 260));
        assert_eq!((op(Op::JumpLt, 256, 9).op, op(Op::JumpLt, 256, 9).b), (Do::JumpLtK, 0));
        assert_eq!(op(Op::JumpLe, 255, 9).op, Do::JumpLeR);
        assert_eq!(op(Op::CallHost, 0, 0).op, Do::Other);
        assert_eq!(size_of::<Step>(), size_of::<Instr>());
    }
}
