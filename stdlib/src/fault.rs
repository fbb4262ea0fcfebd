//! What can go wrong while a program runs: a closed, numbered list.

/// The kind of a run-time error. `ERR` gives its number; numbers are stored: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u16)]
pub enum TrapCode {
    /// NEXT without FOR, in a classic program.
    NextWithoutFor = 1,
    /// RETURN without GOSUB, in a classic program.
    ReturnWithoutGosub = 3,
    /// READ beyond the last DATA.
    OutOfData = 4,
    /// An argument has the wrong kind or is out of range.
    BadArgument = 5,
    /// A number is too large for the operation.
    Overflow = 6,
    /// An index is outside its list.
    BadIndex = 9,
    /// An array has its bounds already, in a classic program.
    DuplicateDefinition = 10,
    /// Division by zero.
    DivisionByZero = 11,
    /// Values of these kinds cannot be combined.
    TypeMismatch = 13,
    /// RETURN without GOSUB, RESUME without error, and the like.
    BadControl = 20,
    /// The called script, SUB or FUNCTION does not exist.
    NotFound = 35,
    /// A file or row is missing or cannot be read.
    BadData = 53,
    /// The answer to HEAR was refused too often.
    BadAnswer = 60,
    /// THROW.
    Thrown = 70,
    /// The bot may not use this keyword.
    Denied = 71,
    /// The service behind the keyword is not configured on this server.
    NotConfigured = 72,
    /// The service behind the keyword failed or did not answer in time.
    Unavailable = 73,
    /// The turn used up its fuel. Not catchable.
    OutOfFuel = 80,
    /// The conversation's memory is full. Not catchable.
    OutOfMemory = 81,
    /// Too many nested calls.
    TooDeep = 82,
    /// Another limit was reached (output, host calls, text length …); the message names it.
    LimitReached = 83,
    /// An impossible state: a defect of Basilect.
    Bug = 99,
}

impl TrapCode {
    /// Whether TRY and ON ERROR may handle it. Limits that protect others are not catchable.
    pub const fn catchable(self) -> bool {
        !matches!(self, TrapCode::OutOfFuel | TrapCode::OutOfMemory | TrapCode::Bug)
    }
}

/// A run-time error before its place in the source is known (the machine adds script and line).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// What kind of error.
    pub code: TrapCode,
    /// A sentence for the author of the script.
    pub message: String,
}

impl Fault {
    /// An error of `code` with its sentence.
    pub fn new(code: TrapCode, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into() }
    }
    /// An argument is wrong.
    pub fn argument(message: impl Into<String>) -> Fault {
        Fault::new(TrapCode::BadArgument, message)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
