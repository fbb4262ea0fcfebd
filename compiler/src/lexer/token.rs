//! What the grammar reads: folded tokens.

use crate::ast::{BinaryOp, ExitKind};
use basilect_stdlib::Keyword;

/// A token with its place.
pub type Spanned<'s> = (u32, Tok<'s>, u32);

/// A folded token. Keywords of the vocabulary arrive as `Open` … `Close` around their arguments.
#[derive(Clone, Copy, Debug)]
pub enum Tok<'s> {
    /// A name, or a bare word.
    Name(&'s str),
    /// A number as written.
    Number(&'s str),
    /// A text with its quotes.
    Text(&'s str),
    /// A bare key of a map.
    Key(&'s str),
    /// `TRUE`
    True,
    /// `FALSE`
    False,
    /// `NULL`
    Null,
    /// `*` as an argument.
    StarArg,
    /// `SELECT … FROM …` as written.
    Query(&'s str),
    /// `.`
    Dot,
    /// `?.`
    SafeDot,
    /// `,`
    Comma,
    /// `:` of a map or a choice.
    Colon,
    /// `;` of PRINT and INPUT.
    Semicolon,
    /// `?`
    Question,
    /// `(` of a group.
    ParenOpen,
    /// `(` of a list of values after IN.
    TupleOpen,
    /// `(` after something that can be called.
    CallOpen,
    /// `)`
    ParenClose,
    /// `[` of a list.
    BracketOpen,
    /// `[` of an index.
    IndexOpen,
    /// `]`
    BracketClose,
    /// `{` of a map.
    BraceOpen,
    /// `}`
    BraceClose,
    /// `=` that assigns.
    Assign,
    /// `+=` and its kin.
    OpAssign(BinaryOp),
    /// `OR`
    Or,
    /// `XOR`, `EQV`, `IMP`
    Xor(BinaryOp),
    /// `AND`
    And,
    /// `NOT`
    Not,
    /// A comparison.
    Cmp(BinaryOp),
    /// `NOT CONTAINS` and its kin.
    NotCmp(BinaryOp),
    /// `IS`
    Is,
    /// `BETWEEN`
    Between,
    /// `+`, `&`
    AddOp(BinaryOp),
    /// `-`
    Minus,
    /// `*`, `/`, `\`, `MOD`
    MulOp(BinaryOp),
    /// `^`
    Pow,
    /// `??`
    Coalesce,
    /// The words of a keyword; its arguments follow.
    Open(&'static Keyword),
    /// The end of a keyword's arguments.
    Close,
    /// A lead word of the open keyword.
    Lead(&'static str),
    /// Two arguments without a comma.
    Gap,
    /// `IF`
    If,
    /// `ELSE IF`
    ElseIf,
    /// `ELSE`
    Else,
    /// `THEN`
    Then,
    /// `FOR`
    For,
    /// `FOR EACH`
    ForEach,
    /// `TO`
    To,
    /// `STEP`
    Step,
    /// `IN` of FOR EACH
    In,
    /// `LAST` of FOR EACH
    Last,
    /// `DO` at the end of a line.
    DoTail,
    /// `WHILE` at the start of a line.
    While,
    /// `DO` at the start of a line.
    Do,
    /// `LOOP`
    Loop,
    /// `UNTIL` at the start of a line, which closes REPEAT.
    Until,
    /// `REPEAT`
    Repeat,
    /// `WHILE` of DO and LOOP.
    WhileTail,
    /// `UNTIL` of DO and LOOP.
    UntilTail,
    /// `SELECT CASE`, `SWITCH`
    Select,
    /// Before a value that a SWITCH gives.
    Give,
    /// `CASE`
    Case,
    /// `CASE ELSE`, `DEFAULT`
    CaseElse,
    /// `IS` in a CASE.
    CaseIs,
    /// `SUB`
    Sub,
    /// `FUNCTION`
    Function,
    /// `RETURN`
    Return,
    /// `RETURN WITH`
    ReturnWith,
    /// `AS` in a declaration.
    As,
    /// `AS` between a name and its value.
    PairAs,
    /// `EXIT` and its kin.
    Exit(ExitKind),
    /// `CONTINUE`
    Continue,
    /// `GOTO`
    Goto,
    /// `GOSUB`
    GoSub,
    /// `ON e` before GOTO or GOSUB
    On,
    /// `ON ERROR RESUME NEXT`
    OnErrorResume,
    /// `ON ERROR GOTO`
    OnErrorGoto,
    /// `TRY`
    Try,
    /// `CATCH`
    Catch,
    /// `FINALLY`
    Finally,
    /// `THROW`
    Throw,
    /// `RESUME`
    Resume,
    /// `RESUME NEXT`
    ResumeNext,
    /// `CLEAR ERROR`
    ClearError,
    /// `ASSERT`
    Assert,
    /// `PARAM`
    Param,
    /// `LIKE` of PARAM
    Example,
    /// `DESCRIPTION` of PARAM
    Describe,
    /// `OPTIONAL`
    Optional,
    /// `REQUIRED`
    Required,
    /// `DEFAULT` of PARAM
    DefaultTail,
    /// `ENUM`
    Enum,
    /// `WITH` that opens a block.
    With,
    /// `DIM`
    Dim,
    /// `CONST`
    Const,
    /// `CALL`
    Call,
    /// `SCHEDULE IN`
    Schedule,
    /// `ORCHESTRATE WORKFLOW`
    Workflow,
    /// `BEGIN` before a keyword with raw text.
    Begin,
    /// `label:` or `LABEL name`
    Label(&'s str),
    /// A closing line.
    End(Closer),
    /// `NEXT`
    Next,
    /// `PRINT` of classic BASIC.
    Print,
    /// `USING`
    Using,
    /// `TAB(`
    Tab,
    /// `SPC(`
    Spc,
    /// `INPUT`
    Input,
    /// `LINE INPUT`
    LineInput,
    /// `READ`
    Read,
    /// `RESTORE`
    Restore,
    /// `RANDOMIZE`
    Randomize,
    /// `DEF FN…`
    DefFn,
    /// Something that stands in no rule of the grammar.
    Strange,
}

/// What a closing line closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closer {
    /// `END IF`
    If,
    /// `END FOR`
    For,
    /// `WEND`, `END WHILE`
    While,
    /// `END DO`
    Do,
    /// `END SELECT`, `END SWITCH`
    Select,
    /// `END SUB`, `END FUNCTION`
    Procedure,
    /// `END TRY`
    Try,
    /// `END WITH`
    With,
    /// `END ON`
    On,
    /// `END SCHEDULE`
    Schedule,
    /// `END WORKFLOW`
    Workflow,
    /// `}`
    Brace,
}

impl Closer {
    /// The canonical line.
    pub const fn words(self) -> &'static str {
        match self {
            Closer::If => "END IF",
            Closer::For => "NEXT",
            Closer::While => "WEND",
            Closer::Do => "LOOP",
            Closer::Select => "END SELECT",
            Closer::Procedure => "END SUB",
            Closer::Try => "END TRY",
            Closer::With => "END WITH",
            Closer::On => "END ON",
            Closer::Schedule => "END SCHEDULE",
            Closer::Workflow => "END WORKFLOW",
            Closer::Brace => "}",
        }
    }
}
