//! Statements of classic BASIC, and what is known of a classic program as a whole.

use super::{Expr, Ident, LoopTest};
use crate::hashed::{IndexMap, IndexSet};
use crate::source::Span;

/// Statements of classic BASIC. Those of the first group stand in other scripts as well.
#[derive(Clone, Debug)]
pub enum Classic {
    /// `PRINT a; b, c` — items with the separator after each.
    Print { items: Vec<(PrintItem, PrintEnd)>, using: Option<Expr> },
    /// `INPUT ["prompt";] a, b`, `LINE INPUT`
    Input { prompt: Option<String>, question: bool, targets: Vec<Expr>, line: bool },
    /// `DATA 1, "two", three`
    Data(Vec<DataItem>),
    /// `READ a, b`
    Read(Vec<Expr>),
    /// `RESTORE [label]`
    Restore(Option<Ident>),
    /// `RANDOMIZE [e]`
    Randomize(Option<Expr>),
    /// `DEF FNa(x) = e`
    DefFn { name: Ident, params: Vec<Ident>, body: Expr },

    /// `FOR` from and to these bounds, with its number among the loops of the program.
    For { var: Ident, bounds: Box<[Expr; 2]>, step: Option<Box<Expr>>, number: usize },
    /// `NEXT a, b`: the numbers of these closings among those of the program.
    Next(Vec<usize>),
    /// `WHILE`, `DO`, `REPEAT`: the number of the loop.
    Open { test: Option<LoopTest>, number: usize },
    /// `WEND`, `LOOP`, `UNTIL`: the number of the closing.
    Close { test: Option<LoopTest>, number: usize },
    /// `EXIT FOR`, `EXIT DO`: the number of the leaving.
    Leave(usize),
    /// `SWAP a, b`
    Swap(Expr, Expr),
    /// `ERASE a, b`
    Erase(Vec<Ident>),
    /// `CLEAR`
    Clear,
    /// `RUN [line]`
    Run(Option<Ident>),
    /// `CHAIN "script"`
    Chain(Expr),
    /// `POP`: forgets the last GOSUB.
    Pop,
    /// `RETURN line`
    ReturnTo(Ident),
    /// `MID$(a$, n, m) = e`
    MidSet { target: Box<Expr>, start: Box<Expr>, count: Option<Box<Expr>>, value: Box<Expr> },
    /// `GET a$`
    Key(Expr),
    /// `WRITE a, b`
    Write(Vec<Expr>),
    /// `WIDTH e`
    Width(Expr),
    /// `LOCATE row, column`, `HTAB column`, `VTAB row`
    Locate { column: Option<Expr> },
    /// Something that has no effect on a teletype, with the values that it is given.
    Nothing(Vec<Expr>),
}

/// One thing printed.
#[derive(Clone, Debug)]
pub enum PrintItem {
    /// A value.
    Value(Expr),
    /// `TAB(n)`
    Tab(Expr),
    /// `SPC(n)`
    Spc(Expr),
    /// Nothing between two separators.
    Empty,
}

/// What follows a printed item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintEnd {
    /// `;`
    Join,
    /// `,`
    Zone,
    /// End of the statement.
    Line,
}

/// One item of DATA.
#[derive(Clone, Debug, PartialEq)]
pub struct DataItem {
    /// Its text, without quotes.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

/// What is known of a classic program as a whole.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// (line of the file, line number), ascending by the first.
    pub numbers: Vec<(u32, u32)>,
    /// The simple variables, in the order of their first use. A name ends with its type, `$`, `%`
    /// or `#`, unless it is a plain number.
    pub variables: IndexSet<String>,
    /// The arrays; their names end with `()`.
    pub arrays: IndexMap<String, Array>,
    /// The functions of DEF FN.
    pub functions: IndexMap<String, Function>,
    /// OPTION BASE.
    pub base: u16,
    /// Whether the program keeps to ECMA-55.
    pub minimal: bool,
    /// Whether RND gives the same numbers in every run.
    pub fixed_random: bool,
    /// Whether RND(0) gives a new number each time: the program knows no other RND.
    pub zero_random: bool,
    /// The FOR loops.
    pub fors: Vec<ForLoop>,
    /// The closings of FOR loops.
    pub nexts: Vec<ForEnd>,
    /// For each closing of other loops the number of the loop, and whether it is the last one.
    pub closes: Vec<(usize, bool)>,
    /// For each leaving: whether of a FOR loop, and the number of the loop.
    pub leaves: Vec<(bool, usize)>,
}

/// An array.
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// Subscripts of an element.
    pub dimensions: usize,
    /// The bounds that a DIM gives it, where they are known beforehand.
    pub bounds: Option<Vec<i64>>,
    /// Whether there is a DIM for it.
    pub declared: bool,
    /// The DIM, or where it is first used.
    pub span: Span,
}

/// A function of DEF FN.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its parameters; in the body they are called `FNA@X`.
    pub params: Vec<String>,
    /// Its expression.
    pub body: Expr,
}

/// A FOR loop.
#[derive(Clone, Debug)]
pub struct ForLoop {
    /// Its variable.
    pub var: String,
    /// Whether NEXT has to ask which of the loops with this variable runs.
    pub asked: bool,
}

/// NEXT of one variable.
#[derive(Clone, Debug)]
pub struct ForEnd {
    /// The loop's variable.
    pub var: String,
    /// The loops that it may go on with; with more than one, the loop that runs decides.
    pub loops: Vec<usize>,
    /// The loops that end behind it when they run no time.
    pub exits: Vec<usize>,
}
