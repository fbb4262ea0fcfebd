//! The stable codes of what the lexer and the parser report.

/// A token stands where it cannot.
pub const UNEXPECTED: &str = "B0101";
/// A text without its closing quote.
pub const UNCLOSED_TEXT: &str = "B0102";
/// A character that is no part of the language.
pub const STRANGE_CHARACTER: &str = "B0103";
/// A bracket without its partner.
pub const UNCLOSED_BRACKET: &str = "B0104";
/// A number that cannot be read.
pub const BAD_NUMBER: &str = "B0105";
/// A `${…}` that cannot be read.
pub const BAD_INTERPOLATION: &str = "B0106";
/// Too deeply nested.
pub const TOO_DEEP: &str = "B0107";
/// A word at the start of a statement that means nothing.
pub const UNKNOWN_STATEMENT: &str = "B0108";
/// A block that is not closed.
pub const UNCLOSED_BLOCK: &str = "B0109";
/// A closing line without its block.
pub const STRAY_CLOSER: &str = "B0110";
/// One closing line too many, which is passed over.
pub const SURPLUS_CLOSER: &str = "B0111";
/// `NEXT` names another variable than its `FOR`.
pub const NEXT_MISMATCH: &str = "B0112";
/// The file is prose, not a script.
pub const PROSE: &str = "B0113";
/// The file is too large.
pub const TOO_LARGE: &str = "B0114";
/// More errors than are shown.
pub const TOO_MANY: &str = "B0115";
/// A block that cannot be closed this way.
pub const WRONG_CLOSER: &str = "B0116";
/// A declaration that lacks a part.
pub const BAD_DECLARATION: &str = "B0117";
