//! A compiled bot: code, constants and tables, as the compiler writes and the verifier checks it.

pub mod binary;
pub mod disasm;
pub mod instr;
mod links;
pub mod verify;

pub use instr::{Instr, Op};
pub(crate) use links::Links;

/// A constant of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// An integer.
    Int(i64),
    /// A float.
    Num(f64),
    /// A text, shared by all conversations and never copied into a snapshot.
    Text(String),
}

/// A whole bot as one unit. All scripts of a package are linked into one program, so that a
/// conversation waiting inside `CALL "other.bas"` is one machine.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Program {
    /// The scripts, in order of their names.
    pub scripts: Vec<Script>,
    /// Every function: each script's main, then SUBs and FUNCTIONs.
    pub functions: Vec<Function>,
    /// The instructions of all functions, one after another.
    pub code: Vec<Instr>,
    /// The constants.
    pub consts: Vec<Const>,
    /// Canonical words of the host keywords that the code calls (`CallHost` indexes this). Words,
    /// not numbers: programs outlive releases.
    pub keywords: Vec<String>,
    /// Canonical names of the pure functions that the code calls (`CallPure` indexes this).
    pub pures: Vec<String>,
}

impl Program {
    /// Path and line of the instruction at `pc`.
    pub fn place_of(&self, pc: u32) -> Option<(&str, u32)> {
        let function = self.functions.iter().find(|f| (f.start..f.end).contains(&pc))?;
        let script = self.scripts.get(function.script as usize)?;
        Some((script.path.as_str(), function.line_at(pc)))
    }
}

/// One source file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Script {
    /// File stem in lower case: `start`, `add-to-cart`.
    pub name: String,
    /// Path inside the package, for errors.
    pub path: String,
    /// Index of its main function.
    pub main: u32,
    /// Number of environment slots: the variables that its SUBs share (see [`Op::EnvGet`]).
    pub env_slots: u16,
    /// The variables that the outside may set before the start, by lower-case name: PARAMs,
    /// `param-*` settings, webhook fields.
    pub inputs: Vec<(String, Place)>,
    /// Whether it is a classic program: comparisons answer -1 and 0, arrays keep their bounds, and
    /// overflow and division by zero are told but not fatal.
    pub classic: bool,
    /// Of a classic program the line numbers: (line of the file, number), ascending.
    pub numbers: Vec<(u32, u32)>,
}

impl Script {
    /// The line number of a classic program that holds at a line of its file.
    pub fn number_at(&self, line: u32) -> Option<u32> {
        let after = self.numbers.partition_point(|&(first, _)| first <= line);
        after.checked_sub(1).and_then(|i| self.numbers.get(i)).map(|&(_, number)| number)
    }
}

/// Where a variable of a script's main lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A register of main.
    Register(u8),
    /// A slot of the script's environment.
    Env(u16),
}

/// One SUB, FUNCTION or main.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Function {
    /// Name as written, for stack traces.
    pub name: String,
    /// Index of the script it belongs to.
    pub script: u32,
    /// Parameters, passed in registers 0 .. params.
    pub params: u8,
    /// Registers it uses (at most 250); those after the parameters start as null.
    pub registers: u8,
    /// First instruction in [`Program::code`].
    pub start: u32,
    /// One past its last instruction.
    pub end: u32,
    /// Line of each run of instructions: (first instruction, line), ascending.
    pub lines: Vec<(u32, u32)>,
    /// First instruction of each statement, ascending: where RESUME and RESUME NEXT go.
    pub statements: Vec<u32>,
    /// Names of the variables in registers, for the debugger: (register, name).
    pub variables: Vec<(u8, String)>,
}

impl Function {
    /// The source line of the instruction at `pc`.
    pub fn line_at(&self, pc: u32) -> u32 {
        let after = self.lines.partition_point(|&(first, _)| first <= pc);
        after.checked_sub(1).and_then(|i| self.lines.get(i)).map_or(0, |&(_, line)| line)
    }
}
