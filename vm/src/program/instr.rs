//! The instructions: eight bytes each, three operands, registers of the current frame.
//!
//! `a` is a register (0 ..= 249) unless said otherwise. `b`, `c` and `d` are 16 bits; where an
//! operand is written `rk` it is a register below 256 and the constant `rk - 256` from there on.
//! A jump's target is absolute in [`Program::code`](super::Program) and stands in `c` (low half)
//! and `d` (high half).
//!
//! Fuel: every executed instruction costs one unit, charged at taken jumps, calls and returns for
//! the straight piece of code just run; builtins charge for their work in addition.

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Instr {
    /// The operation.
    pub op: Op,
    /// First operand, mostly the destination register.
    pub a: u8,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
    /// Fourth operand.
    pub d: u16,
}

/// Operands from here on name constants.
pub const FIRST_CONST: u16 = 256;
/// The most registers a function may use.
pub const MAX_REGISTERS: u8 = 250;

impl Instr {
    /// An instruction with three operands.
    pub const fn new(op: Op, a: u8, b: u16, c: u16) -> Instr {
        Instr { op, a, b, c, d: 0 }
    }
    /// A jump to `target`.
    pub const fn jump(op: Op, a: u8, b: u16, target: u32) -> Instr {
        Instr { op, a, b, c: target as u16, d: (target >> 16) as u16 }
    }
    /// The target of a jump.
    pub const fn target(self) -> u32 {
        self.c as u32 | (self.d as u32) << 16
    }
}

/// What an instruction does. `R[x]` is a register, `RK[x]` register or constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Op {
    // ---- moving
    /// R[a] = R[b]
    Move,
    /// R[a] = constant `b | c << 16`
    Const,
    /// R[a] = null
    Null,
    /// R[a] = true when b is 1, false when 0
    Bool,
    /// R[a] = integer b, sign-extended from 16 bits
    SmallInt,
    /// R[a] = environment slot b of the current frame's script instance
    EnvGet,
    /// environment slot b = R[a]
    EnvSet,

    // ---- arithmetic (semantics: `basilect_stdlib::pure::arith`)
    /// R[a] = RK[b] + RK[c]: sum, or concatenation when either is text
    Add,
    /// R[a] = RK[b] - RK[c]
    Sub,
    /// R[a] = RK[b] * RK[c]
    Mul,
    /// R[a] = RK[b] / RK[c], exact
    Div,
    /// R[a] = RK[b] \ RK[c], integer division towards zero
    IntDiv,
    /// R[a] = RK[b] MOD RK[c], sign of the dividend
    Mod,
    /// R[a] = RK[b] ^ RK[c]
    Pow,
    /// R[a] = - RK[b]
    Neg,
    /// R[a] = text of RK[b] followed by text of RK[c]; `+` whose result is certainly text, `&`
    Concat,
    /// R[a] = the texts of R[b] .. R[b + c] joined (interpolation)
    ConcatRange,
    /// R[a] = bitwise operation d on the integers RK[b], RK[c]: 0 AND, 1 OR, 2 XOR, 3 EQV, 4 IMP
    Bits,
    /// R[a] = bitwise NOT of RK[b]
    BitNot,

    // ---- comparing into a register (true/false)
    /// R[a] = RK[b] = RK[c]
    Eq,
    /// R[a] = RK[b] <> RK[c]
    Ne,
    /// R[a] = RK[b] < RK[c]
    Lt,
    /// R[a] = RK[b] <= RK[c]
    Le,
    /// R[a] = not truth of RK[b]
    Not,
    /// R[a] = truth of RK[b]
    Truth,
    /// R[a] = -1 when RK[b] is true, else 0 (classic programs)
    ClassicTruth,
    /// R[a] = RK[b] CONTAINS RK[c]
    Contains,
    /// R[a] = RK[b] STARTS WITH RK[c]
    StartsWith,
    /// R[a] = RK[b] ENDS WITH RK[c]
    EndsWith,
    /// R[a] = RK[b] LIKE RK[c]
    Like,
    /// R[a] = RK[b] IN RK[c] (list, or text)
    In,
    /// R[a] = RK[b] is null or empty text (IS NULL)
    IsNull,

    // ---- jumping
    /// go to target
    Jump,
    /// go to target when R[a] is true
    JumpIf,
    /// go to target when R[a] is false
    JumpIfNot,
    /// go to target when R[a] is null
    JumpIfNull,
    /// go to target when R[a] is not null
    JumpIfNotNull,
    /// go to target when R[a] = RK[b]
    JumpEq,
    /// go to target unless R[a] = RK[b]
    JumpNe,
    /// go to target when R[a] < RK[b]
    JumpLt,
    /// go to target unless R[a] < RK[b]
    JumpNotLt,
    /// go to target when R[a] <= RK[b]
    JumpLe,
    /// go to target unless R[a] <= RK[b]
    JumpNotLe,

    // ---- loops
    /// R[a] start, R[a+1] limit, R[a+2] step; checks that they are numbers and step is not 0; go
    /// to target (past the loop) when it runs no time; R[b] = R[a]
    ForPrep,
    /// R[a] += R[a+2] (also the last time: it ends one step past the limit); when still within
    /// R[a+1]: R[b] = R[a] and go to target (the body)
    ForLoop,
    /// R[a] = iterator over R[b] (list: a copy of its elements; map: its keys; text: its
    /// characters; null: nothing), R[a+1] = 0; c = 1: only the last R[a+1] elements
    IterPrep,
    /// next element of iterator R[a] into R[b], or go to target when there is none
    IterNext,

    // ---- lists and maps
    /// R[a] = new list of the c registers from R[b] on
    NewList,
    /// R[a] = new empty map
    NewMap,
    /// R[a] = new array with upper bounds R[b] .. R[b + c] and lower bound d & 0xff (0 or 1);
    /// d >> 8: elements start as 0 number, 1 text, 2 null. Several dimensions nest lists. A bound n
    /// gives n + 1 elements, the first unused when the lower bound is 1, so that indexes are used
    /// as written.
    NewArray,
    /// R[a] = R[b].name, name = constant c (text); null of null
    GetField,
    /// R[a].name = RK[c], name = constant b (text)
    SetField,
    /// R[a] = R[b][RK[c]]: list by number (0-based, negative counts from the end is an error), map
    /// by text, text by position (0-based, one character); null of null. In a classic program an
    /// array: indexes are rounded and must be within its bounds; d is its lower bound, which has
    /// been taken off the index
    GetIndex,
    /// R[a][RK[b]] = RK[c]; writing at index = length appends, but not in a classic program
    SetIndex,

    // ---- calling
    /// call function b with c arguments in R[a] ..; the result replaces R[a]
    Call,
    /// call script b's main in a new environment with c arguments in R[a] .. for its first inputs;
    /// the result replaces R[a]
    CallScript,
    /// call the script whose name is the text in R[a], with c arguments in R[a+1] ..; the result
    /// replaces R[a]
    CallScriptByName,
    /// call pure function `pures[b]` with c arguments in R[a] ..; the result replaces R[a]
    CallPure,
    /// stop for the host keyword `keywords[b]` with c arguments in R[a] ..; the answer replaces
    /// R[a]
    CallHost,
    /// method: constant b is the name, receiver in R[a], c further arguments in R[a+1] ..; a field
    /// of a map that is so called does not exist (maps hold no functions); the pure function of
    /// that name gets the receiver as its first argument; the result replaces R[a]
    CallMethod,
    /// leave the function with the result R[a]
    Return,
    /// leave the function with null
    ReturnNull,
    /// leave the script (EXIT, END): unwind to the frame that called this script's main;
    /// result R[a]
    ExitScript,
    /// end the whole program (STOP)
    Stop,
    /// push the return address (the next instruction) and go to target (GOSUB)
    GoSub,
    /// go back to the address of the last GOSUB of this frame; without one: leave the function with
    /// null (a plain RETURN), or with b = 1 fail
    GoSubReturn,
    /// drop the last GOSUB address, or with b = 1 all of this frame
    GoSubPop,

    // ---- errors
    /// errors of this frame (and of what it calls) go to target until TryEnd; R[a] = the error map
    /// `{code, message, line, script}`
    TryBegin,
    /// end the innermost TRY of this frame
    TryEnd,
    /// raise R[a] (text or error map)
    Throw,
    /// ON ERROR: b = 0 off (in a classic program that handles an error, it is raised again), 1 go
    /// to target, 2 resume next, 3 off, and whatever was handled is forgotten
    OnError,
    /// RESUME: b = 0 the failed statement again, 1 the next statement, 2 target
    Resume,
    /// R[a] = of the last error: b = 0 number, 1 message, 2 line, 3 whether there is one, 4 map
    ErrorGet,
    /// forget the last error
    ErrorClear,
}

impl Op {
    /// Every operation, in the order of their numbers.
    pub const ALL: [Op; Op::ErrorClear as usize + 1] = [
        Op::Move,
        Op::Const,
        Op::Null,
        Op::Bool,
        Op::SmallInt,
        Op::EnvGet,
        Op::EnvSet,
        Op::Add,
        Op::Sub,
        Op::Mul,
        Op::Div,
        Op::IntDiv,
        Op::Mod,
        Op::Pow,
        Op::Neg,
        Op::Concat,
        Op::ConcatRange,
        Op::Bits,
        Op::BitNot,
        Op::Eq,
        Op::Ne,
        Op::Lt,
        Op::Le,
        Op::Not,
        Op::Truth,
        Op::ClassicTruth,
        Op::Contains,
        Op::StartsWith,
        Op::EndsWith,
        Op::Like,
        Op::In,
        Op::IsNull,
        Op::Jump,
        Op::JumpIf,
        Op::JumpIfNot,
        Op::JumpIfNull,
        Op::JumpIfNotNull,
        Op::JumpEq,
        Op::JumpNe,
        Op::JumpLt,
        Op::JumpNotLt,
        Op::JumpLe,
        Op::JumpNotLe,
        Op::ForPrep,
        Op::ForLoop,
        Op::IterPrep,
        Op::IterNext,
        Op::NewList,
        Op::NewMap,
        Op::NewArray,
        Op::GetField,
        Op::SetField,
        Op::GetIndex,
        Op::SetIndex,
        Op::Call,
        Op::CallScript,
        Op::CallScriptByName,
        Op::CallPure,
        Op::CallHost,
        Op::CallMethod,
        Op::Return,
        Op::ReturnNull,
        Op::ExitScript,
        Op::Stop,
        Op::GoSub,
        Op::GoSubReturn,
        Op::GoSubPop,
        Op::TryBegin,
        Op::TryEnd,
        Op::Throw,
        Op::OnError,
        Op::Resume,
        Op::ErrorGet,
        Op::ErrorClear,
    ];

    /// The operation of this number, as programs store it.
    pub fn from_number(number: u8) -> Option<Op> {
        Op::ALL.get(number as usize).copied()
    }
    /// Whether it goes to its target on a condition or always, and does nothing else.
    pub const fn jumps(self) -> bool {
        self as u8 >= Op::Jump as u8 && self as u8 <= Op::JumpNotLe as u8
    }
    /// Whether it sets R[a] from RK[b] and RK[c].
    pub const fn is_binary(self) -> bool {
        use Op::*;
        let number = self as u8;
        number >= Add as u8 && number <= Pow as u8
            || matches!(self, Concat | Bits | Eq | Ne | Lt | Le)
            || number >= Contains as u8 && number <= In as u8
    }
    /// Whether it sets R[a] from RK[b].
    pub const fn is_unary(self) -> bool {
        matches!(self, Op::Neg | Op::BitNot | Op::Not | Op::Truth | Op::ClassicTruth | Op::IsNull)
    }
    /// Whether `c` and `d` name an instruction (for OnError and Resume: where `b` says so).
    pub const fn has_target(self) -> bool {
        use Op::*;
        self.jumps()
            || matches!(self, ForPrep | ForLoop | IterNext | GoSub | TryBegin | OnError | Resume)
    }
    /// Whether the next instruction runs only when something else has come back.
    pub const fn comes_back(self) -> bool {
        use Op::*;
        matches!(self, Call | CallScript | CallScriptByName | CallHost | GoSub)
    }
}
