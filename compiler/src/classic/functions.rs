//! The functions of classic BASIC.

use super::types::Ty;

/// How a function is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Run {
    /// A function of the machine.
    Pure(&'static str),
    /// The same; what it gives may be infinite, which is an overflow.
    Bounded(&'static str),
    /// Its argument is its value.
    Same,
    /// This number.
    Number(i64),
    /// The compiler knows it.
    Own,
    /// There is no such thing here; the text says what to use.
    Refused(&'static str),
}

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    pub name: &'static str,
    /// `n` a number, `s` a text, `a` either; behind `?` they may be left out.
    pub args: &'static str,
    pub result: Ty,
    pub run: Run,
    /// Whether it belongs to Minimal BASIC.
    pub minimal: bool,
}

const fn minimal(name: &'static str, run: Run) -> Function {
    Function { name, args: "n", result: Ty::Single, run, minimal: true }
}
const fn number(name: &'static str, args: &'static str, run: Run) -> Function {
    Function { name, args, result: Ty::Single, run, minimal: false }
}
const fn whole(name: &'static str, args: &'static str, run: Run) -> Function {
    Function { name, args, result: Ty::Int, run, minimal: false }
}
const fn text(name: &'static str, args: &'static str, run: Run) -> Function {
    Function { name, args, result: Ty::Text, run, minimal: false }
}

const NO_MEMORY: &str = "there is no memory to look into; remove it, or use an array";
const NO_FILES: &str = "a program here has no files; keep the data in DATA lines or arrays";
const NO_SCREEN: &str = "there is no screen to look at; keep what you draw in an array";

static FUNCTIONS: &[Function] = &[
    minimal("ABS", Run::Pure("ABS")),
    minimal("ATN", Run::Pure("ATN")),
    minimal("COS", Run::Pure("COS")),
    minimal("EXP", Run::Bounded("CLASSIC EXP")),
    minimal("INT", Run::Pure("INT")),
    minimal("LOG", Run::Pure("CLASSIC LOG")),
    minimal("SGN", Run::Pure("SGN")),
    minimal("SIN", Run::Pure("SIN")),
    minimal("SQR", Run::Pure("CLASSIC SQR")),
    minimal("TAN", Run::Pure("TAN")),
    Function { name: "RND", args: "?n", result: Ty::Single, run: Run::Own, minimal: true },
    number("FIX", "n", Run::Pure("FIX")),
    number("CSNG", "n", Run::Pure("CLASSIC CSNG")),
    Function { name: "CDBL", args: "n", result: Ty::Double, run: Run::Same, minimal: false },
    number("VAL", "s", Run::Bounded("CLASSIC VAL")),
    number("TIMER", "", Run::Pure("CLASSIC TIMER")),
    number("FRE", "?a", Run::Number(32_767)),
    number("USR", "?n", Run::Refused(NO_MEMORY)),
    number("INP", "n", Run::Refused("there are no ports here; remove it")),
    number("VARPTR", "a", Run::Refused(NO_MEMORY)),
    number("EOF", "n", Run::Refused(NO_FILES)),
    number("LOC", "n", Run::Refused(NO_FILES)),
    number("LOF", "n", Run::Refused(NO_FILES)),
    number("POINT", "nn", Run::Refused(NO_SCREEN)),
    whole("LEN", "s", Run::Pure("LEN")),
    whole("ASC", "s", Run::Pure("CLASSIC ASC")),
    whole("CINT", "n", Run::Pure("CLASSIC CINT")),
    whole("INSTR", "?", Run::Own),
    whole("PEEK", "n", Run::Number(0)),
    whole("POS", "?n", Run::Pure("CLASSIC POS")),
    whole("CSRLIN", "", Run::Number(1)),
    whole("LPOS", "?n", Run::Pure("CLASSIC POS")),
    whole("ERR", "", Run::Own),
    whole("ERL", "", Run::Own),
    text("CHR$", "n", Run::Pure("CLASSIC CHR")),
    text("STR$", "n", Run::Own),
    text("LEFT$", "sn", Run::Pure("CLASSIC LEFT")),
    text("RIGHT$", "sn", Run::Pure("CLASSIC RIGHT")),
    text("MID$", "sn?n", Run::Pure("CLASSIC MID")),
    text("STRING$", "na", Run::Pure("CLASSIC STRING")),
    text("SPACE$", "n", Run::Own),
    text("HEX$", "n", Run::Pure("CLASSIC HEX")),
    text("OCT$", "n", Run::Pure("CLASSIC OCT")),
    text("UCASE$", "s", Run::Pure("UCASE")),
    text("LCASE$", "s", Run::Pure("LCASE")),
    text("LTRIM$", "s", Run::Pure("LTRIM")),
    text("RTRIM$", "s", Run::Pure("RTRIM")),
    text("TRIM$", "s", Run::Pure("TRIM")),
    text("DATE$", "", Run::Pure("CLASSIC DATE")),
    text("TIME$", "", Run::Pure("CLASSIC TIME")),
    text("INKEY$", "", Run::Own),
    text("INPUT$", "n?n", Run::Own),
];

/// The names of all functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

/// The function of a name in upper case.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The least and the most arguments of a function.
pub(crate) fn arity(function: &Function) -> (usize, usize) {
    let (must, may) = function.args.split_once('?').unwrap_or((function.args, ""));
    match function.name {
        "INSTR" => (2, 3),
        _ => (must.len(), must.len() + may.len()),
    }
}

/// What the argument at a place must be: `n`, `s` or `a`.
pub(crate) fn wanted(function: &Function, place: usize, count: usize) -> u8 {
    if function.name == "INSTR" {
        return if count == 3 && place == 0 { b'n' } else { b's' };
    }
    function.args.bytes().filter(|b| *b != b'?').nth(place).unwrap_or(b'a')
}
