//! What one line of the grammar yields, before blocks are put together.

use crate::ast::{CaseTest, Command, EachHead, Expr, ForHead, Ident, LoopTest, Param, StmtKind};
use crate::lexer::token::Closer;

/// A statement, or a line that opens, parts or closes a block.
#[derive(Debug)]
pub enum Line {
    /// An empty statement.
    Nothing,
    /// A whole statement.
    Stmt(StmtKind),
    /// Several statements of one line (`PARAM a, b`).
    Many(Vec<StmtKind>),
    /// An expression alone; only calls make sense.
    Bare(Expr),
    /// A keyword; it may have a block.
    Command(Command),
    /// `.name = e` of WITH.
    Dotted(Ident, Expr),
    /// `IF c`
    If(Expr),
    /// `ELSE IF c`
    ElseIf(Expr),
    /// `ELSE`
    Else,
    /// `FOR i = a TO b`
    For(Box<ForHead>),
    /// `FOR EACH x IN e`
    ForEach(Box<EachHead>),
    /// `WHILE c`
    While(Box<LoopTest>),
    /// `DO`
    Do(Option<Box<LoopTest>>),
    /// `REPEAT`
    Repeat,
    /// `LOOP`
    Loop(Option<Box<LoopTest>>),
    /// `UNTIL c` after REPEAT
    Until(Box<LoopTest>),
    /// `SELECT CASE e`
    Select(Expr),
    /// `x = SWITCH e`: the values in its branches are what it gives.
    SelectInto { target: Expr, subject: Expr },
    /// A value in a branch of such a SWITCH.
    Give(Expr),
    /// `CASE a, b`
    Case(Vec<CaseTest>),
    /// `CASE ELSE`
    CaseElse,
    /// `SUB name(a)`
    Procedure { function: bool, name: Ident, params: Vec<Param> },
    /// `TRY`
    Try,
    /// `CATCH e`
    Catch(Option<Ident>),
    /// `FINALLY`
    Finally,
    /// `WITH v`
    With(Expr),
    /// `SCHEDULE IN 5 MINUTES DO`
    Schedule { delay: Expr, unit: String },
    /// `ORCHESTRATE WORKFLOW "n"`
    Workflow(Expr),
    /// `BEGIN TALK`
    TextBlock(Command),
    /// `NEXT a, b`
    Next(Vec<Ident>),
    /// Any other closing line.
    End(Closer),
}
