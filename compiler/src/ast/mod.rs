//! The tree of one script. Statements and expressions carry spans; names keep their spelling.

mod classic;

use crate::diagnostics::allow::Allow;
use crate::source::Span;
use basilect_stdlib::Keyword;

pub use classic::*;
pub use ecow::EcoString;

/// One script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The statements of the file, procedures included where they stand.
    pub body: Vec<Stmt>,
    /// What stands behind the first tool of a file that holds several: it never runs.
    pub rest: Vec<Stmt>,
    /// Of classic BASIC (line numbers, or `OPTION CLASSIC`) what is known of it as a whole.
    pub listing: Option<Box<Listing>>,
    /// Words of statements that have a more usual spelling, with that spelling.
    pub spellings: Vec<(Span, &'static str)>,
    /// Remarks that silence warnings and hints.
    pub allows: Vec<Allow>,
}

impl Script {
    /// Whether it is a classic program.
    pub fn is_classic(&self) -> bool {
        self.listing.is_some()
    }
}

/// A name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// The spelling, with a type suffix if it has one.
    pub name: EcoString,
    /// Where.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Its first line (of a block: the opening line).
    pub span: Span,
}

/// What a statement is. Kinds that would make all others large are boxed.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `x = e`, `LET x = e`, `SET o.f = e`, `a[i].f = e`
    Assign { target: Expr, value: Expr },
    /// A keyword statement: `TALK "hi"`. Also `x.push(1)` or `SUM(a)` alone on a line (a call).
    Command(Command),
    /// A call whose result is dropped: `name(a, b)`, `list.push(x)`.
    Call(Expr),
    /// `CALL name[(args)]`, `CALL "file.bas"[, args]`, `CALL "/api/path", args`
    CallNamed { callee: Expr, args: Vec<Expr> },
    /// IF with its ELSE IF arms.
    If { arms: Vec<(Expr, Vec<Stmt>)>, otherwise: Option<Vec<Stmt>> },
    /// SELECT CASE and SWITCH.
    Select { subject: Expr, cases: Vec<Case>, otherwise: Option<Vec<Stmt>> },
    /// `FOR i = a TO b STEP c`
    For { head: Box<ForHead>, body: Vec<Stmt> },
    /// `FOR EACH x IN e [LAST n]`
    ForEach { head: Box<EachHead>, body: Vec<Stmt> },
    /// `WHILE c`, `DO [WHILE|UNTIL c]`, `LOOP [WHILE|UNTIL c]`, `REPEAT`
    Loop { before: Option<Box<LoopTest>>, after: Option<Box<LoopTest>>, body: Vec<Stmt> },
    /// SUB and FUNCTION.
    Procedure(Procedure),
    /// `RETURN [e]`
    Return(Option<Expr>),
    /// `EXIT`, `EXIT SUB`, `EXIT FOR`, `BREAK`, `END`, `STOP` …
    Exit(ExitKind),
    /// `CONTINUE`
    Continue,
    /// `name:` or `LABEL name`, and line numbers (their digits are the name).
    Label(Ident),
    /// `GOTO l`
    Goto(Ident),
    /// `GOSUB l`
    GoSub(Ident),
    /// `ON e GOTO l, l` and `ON e GOSUB l, l`
    OnBranch { selector: Expr, gosub: bool, labels: Vec<Ident> },
    /// TRY … CATCH e … FINALLY … END TRY
    Try {
        body: Vec<Stmt>,
        var: Option<Ident>,
        catch: Option<Vec<Stmt>>,
        finally: Option<Vec<Stmt>>,
    },
    /// `ON ERROR RESUME NEXT`, `ON ERROR GOTO l`, `ON ERROR GOTO 0`
    OnError(OnError),
    /// `RESUME`, `RESUME NEXT`, `RESUME l`
    Resume(Resume),
    /// `THROW e`, `ERROR e`
    Throw(Expr),
    /// `CLEAR ERROR`
    ClearError,
    /// `ASSERT c[, m]`
    Assert { condition: Expr, message: Option<Expr> },
    /// PARAM
    Param(Box<Param>),
    /// `DESCRIPTION "…"`
    Description(String),
    /// `WITH v … END WITH`: makes a new map from the lines.
    With { target: Expr, fields: Vec<(Ident, Expr)> },
    /// `DIM a(4), b$(2, 3), n AS INTEGER`
    Dim(Vec<DimItem>),
    /// `CONST x = e`
    Const { name: Ident, value: Expr },
    /// A keyword with a block of raw text: BEGIN TALK … END TALK. The text is the last argument.
    TextBlock { command: Command, text: Expr },
    /// A keyword with a block of statements that run on an event: ON FORM SUBMIT … END ON.
    EventBlock { command: Command, body: Vec<Stmt> },
    /// `SCHEDULE IN n SECONDS DO … END SCHEDULE`
    Deferred { delay: Expr, unit: String, body: Vec<Stmt> },
    /// TABLE … END TABLE
    Table(Box<Table>),
    /// `ORCHESTRATE WORKFLOW "n"` and its STEP lines, kept as written.
    Workflow { name: Expr, steps: Vec<String> },
    /// `OPTION BASE 1`, `#workflow`, `OPTION CLASSIC`
    Pragma(String),
    /// `RANDOMIZE [e]`, `DATA …`, `READ a, b`, `RESTORE [l]`, `PRINT` with zones, `INPUT`.
    Classic(Classic),
    /// A line that could not be read; its diagnostic has been given.
    Broken,
}

/// One CASE.
#[derive(Clone, Debug)]
pub struct Case {
    /// The patterns, any of which fits.
    pub tests: Vec<CaseTest>,
    /// Its statements.
    pub body: Vec<Stmt>,
    /// The CASE line.
    pub span: Span,
}

/// One pattern of a CASE.
#[derive(Clone, Debug)]
pub enum CaseTest {
    /// Equal to a value.
    Value(Expr),
    /// `a TO b`
    Range(Expr, Expr),
    /// `IS > e`
    Is(BinaryOp, Expr),
}

/// The first line of a FOR.
#[derive(Clone, Debug)]
pub struct ForHead {
    /// What counts.
    pub var: Expr,
    /// Its first value.
    pub from: Expr,
    /// Its last value.
    pub to: Expr,
    /// What is added each time.
    pub step: Option<Expr>,
}

/// The first line of a FOR EACH.
#[derive(Clone, Debug)]
pub struct EachHead {
    /// What holds the items.
    pub var: Ident,
    /// Where they come from.
    pub source: Expr,
    /// How many of the last ones only.
    pub last: Option<Expr>,
}

/// The test of a loop.
#[derive(Clone, Debug)]
pub struct LoopTest {
    /// UNTIL instead of WHILE.
    pub until: bool,
    /// The condition.
    pub condition: Expr,
}

/// A SUB or FUNCTION.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name.
    pub name: Ident,
    /// Whether it is a FUNCTION.
    pub function: bool,
    /// Parameters; PARAM lines inside follow those in parentheses.
    pub params: Vec<Param>,
    /// Its statements.
    pub body: Vec<Stmt>,
}

/// A PARAM line, or a parameter of a procedure.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// Type as written in upper case; `STRING` when none was given.
    pub ty: String,
    /// Allowed values.
    pub choices: Vec<String>,
    /// An example (LIKE).
    pub example: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// OPTIONAL.
    pub optional: bool,
    /// DEFAULT.
    pub default: Option<Expr>,
}

/// What EXIT leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitKind {
    /// The script (`EXIT`, `END`).
    Script,
    /// The whole program (`STOP`).
    Stop,
    /// The procedure (`EXIT SUB`, `EXIT FUNCTION`).
    Procedure,
    /// The innermost FOR.
    For,
    /// The innermost DO or WHILE.
    Loop,
    /// The innermost loop of any kind (`BREAK`).
    Any,
}

/// ON ERROR.
#[derive(Clone, Debug)]
pub enum OnError {
    /// `GOTO 0`
    Off,
    /// `GOTO label`
    Goto(Ident),
    /// `RESUME NEXT`
    ResumeNext,
}

/// RESUME.
#[derive(Clone, Debug)]
pub enum Resume {
    /// The failed statement again.
    Again,
    /// The statement after it.
    Next,
    /// A label.
    Label(Ident),
}

/// One item of DIM.
#[derive(Clone, Debug)]
pub struct DimItem {
    /// The variable.
    pub name: Ident,
    /// Upper bounds; empty for `DIM n AS INTEGER`.
    pub bounds: Vec<Expr>,
    /// Type as written, in upper case.
    pub ty: Option<String>,
}

/// TABLE … END TABLE.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: Ident,
    /// `ON connection`
    pub connection: Option<String>,
    /// `READ BY "…"`
    pub read_by: Option<String>,
    /// `WRITE BY "…"`
    pub write_by: Option<String>,
    /// The lines between, with their places, comments removed.
    pub lines: Vec<(String, Span)>,
}

/// A keyword with its arguments as written; `types` matches them against its forms.
#[derive(Clone, Debug)]
pub struct Command {
    /// The keyword.
    pub keyword: &'static Keyword,
    /// Where its words stand.
    pub words: Span,
    /// The arguments in order.
    pub args: Vec<Arg>,
    /// The whole.
    pub span: Span,
}

/// One argument of a keyword.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The lead words before it, upper case: `AS`, `ORDER BY`.
    pub lead: Option<&'static str>,
    /// Whether a comma stands before it.
    pub comma: bool,
    /// The value; absent for a lead word that stands alone (`FIRST`).
    pub value: Option<Expr>,
    /// Lead and value.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `NULL`
    Null,
    /// `TRUE`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `0.5`
    Num(f64),
    /// A text without interpolation, escapes resolved.
    Text(EcoString),
    /// A text with `${…}`.
    Template(Vec<Piece>),
    /// A variable, or a bare word where a keyword allows one.
    Name(EcoString),
    /// `a.b`; `safe` for `a?.b`
    Field { of: Box<Expr>, name: Ident, safe: bool },
    /// `a[i]`, `a[i, j]`
    Index { of: Box<Expr>, index: Vec<Expr> },
    /// `name(args)`: procedure, function of the vocabulary, or array element; `a.b(args)`: method.
    Call { callee: Box<Expr>, args: Vec<Expr> },
    /// `-x`, `NOT x`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `c ? a : b`
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `e IS [NOT] NULL`
    IsNull { value: Box<Expr>, negated: bool },
    /// `e BETWEEN a AND b`
    Between { value: Box<Expr>, low: Box<Expr>, high: Box<Expr> },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ k: v }`, `#{ k: v }`
    Map(Vec<(MapKey, Expr)>),
    /// A keyword used as a value: `FIND "t"`, `GET "url"`.
    Command(Box<Command>),
    /// `*` where a keyword allows it (`HEAR x AS "a", *`), and the bare column list of SELECT.
    Star,
    /// `x = SELECT … FROM …`, kept as written.
    Select(String),
    /// A part that could not be read; its diagnostic has been given.
    Broken,
}

/// The key of a map literal.
#[derive(Clone, Debug)]
pub enum MapKey {
    /// `name:` or `"name":`
    Fixed(Ident),
    /// `[e]:` or a template
    Computed(Expr),
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text as it is.
    Text(EcoString),
    /// `${e}`
    Value(Expr),
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `NOT`
    Not,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `OR`, `||`
    Or,
    /// `XOR`
    Xor,
    /// `EQV`
    Eqv,
    /// `IMP`
    Imp,
    /// `AND`, `&&`
    And,
    /// `=`, `==`
    Eq,
    /// `<>`, `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `CONTAINS`
    Contains,
    /// `STARTS WITH`
    StartsWith,
    /// `ENDS WITH`
    EndsWith,
    /// `LIKE`
    Like,
    /// `NOT LIKE`
    NotLike,
    /// `IN`
    In,
    /// `NOT IN`
    NotIn,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `&`
    Concat,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `\`
    IntDiv,
    /// `MOD`, `%`
    Mod,
    /// `^`
    Pow,
    /// `??`
    Coalesce,
}
