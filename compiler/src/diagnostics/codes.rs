//! The stable codes of diagnostics and run-time errors, each with its page.
//!
//! A code exists only here: a [`Code`] cannot be made elsewhere. Codes that begin with `B` are
//! given before a script runs, codes that begin with `R` while it runs. A code never gets another
//! meaning once it was released. Its page lies in `pages/CODE.md`.

use basilect_stdlib::TrapCode;

/// A code such as `B0101`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

impl Code {
    /// The code as written: `B0101`.
    pub const fn text(self) -> &'static str {
        self.0
    }
    /// The code with this text, in any letter case.
    pub fn find(text: &str) -> Option<Code> {
        ALL.iter().map(|(_, code, _)| *code).find(|code| code.0.eq_ignore_ascii_case(text))
    }
    /// Its page, as written.
    pub(super) fn page(self) -> &'static str {
        let found = ALL.iter().find(|(_, code, _)| *code == self);
        found.map_or("", |(_, _, page)| page)
    }
    /// The name of its constant, for tests that look for codes that nothing gives.
    pub fn name(self) -> &'static str {
        let found = ALL.iter().find(|(_, code, _)| *code == self);
        found.map_or("", |(name, ..)| name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.0)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code($code);)*
        /// Every code: the name of its constant, itself, its page.
        const ALL: &[(&str, Code, &str)] = &[
            $((stringify!($name), $name, include_str!(concat!("pages/", $code, ".md")))),*
        ];
    };
}

/// Every code, in order.
pub fn all() -> impl Iterator<Item = Code> {
    ALL.iter().map(|(_, code, _)| *code)
}

codes! {
    // ------------------------------------------------------------------ reading a script
    /// A token stands where it cannot.
    UNEXPECTED = "B0101";
    /// A text without its closing quote.
    UNCLOSED_TEXT = "B0102";
    /// A character that is no part of the language.
    STRANGE_CHARACTER = "B0103";
    /// A bracket without its partner.
    UNCLOSED_BRACKET = "B0104";
    /// A number that cannot be read.
    BAD_NUMBER = "B0105";
    /// A `${…}` that cannot be read.
    BAD_INTERPOLATION = "B0106";
    /// Too deeply nested.
    TOO_DEEP = "B0107";
    /// A word at the start of a statement that means nothing.
    UNKNOWN_STATEMENT = "B0108";
    /// A block that is not closed.
    UNCLOSED_BLOCK = "B0109";
    /// A closing line without its block.
    STRAY_CLOSER = "B0110";
    /// One closing line too many, which is passed over.
    SURPLUS_CLOSER = "B0111";
    /// `NEXT` names another variable than its `FOR`.
    NEXT_MISMATCH = "B0112";
    /// The file is prose, not a script.
    PROSE = "B0113";
    /// The file is too large.
    TOO_LARGE = "B0114";
    /// More errors than are shown.
    TOO_MANY = "B0115";
    /// A block that cannot be closed this way.
    WRONG_CLOSER = "B0116";
    /// A declaration that lacks a part.
    BAD_DECLARATION = "B0117";
    /// A second tool in one file.
    SECOND_TOOL = "B0118";
    /// A statement of another dialect.
    FOREIGN = "B0119";

    // ------------------------------------------------------------------ size of a program
    /// More procedures than a program can have.
    TOO_MANY_PROCEDURES = "B0206";
    /// A line that needs too many values at once.
    TOO_WIDE = "B0208";

    // ------------------------------------------------------------------ names
    /// A variable that is read and never set.
    NEVER_SET = "B0301";
    /// A call of something that does not exist.
    UNKNOWN_NAME = "B0302";
    /// A SUB or FUNCTION with too many values.
    PROCEDURE_ARITY = "B0303";
    /// A label that stands twice.
    LABEL_TWICE = "B0311";
    /// A jump to a label that does not exist.
    UNKNOWN_LABEL = "B0312";
    /// A PARAM that stands twice.
    PARAM_TWICE = "B0313";
    /// A SUB or FUNCTION that stands twice.
    PROCEDURE_TWICE = "B0314";
    /// A jump into a TRY.
    LABEL_IN_TRY = "B0315";
    /// A FOR of a classic program without NEXT.
    FOR_WITHOUT_NEXT = "B0316";
    /// A NEXT of a classic program without FOR.
    NEXT_WITHOUT_FOR = "B0317";
    /// A variable that is set and never read.
    NEVER_READ = "B0320";
    /// A statement to which no path leads.
    UNREACHABLE = "B0321";
    /// HEAR where no person is there.
    NOBODY_LISTENS = "B0330";
    /// A script that the bot does not have.
    UNKNOWN_SCRIPT = "B0340";
    /// A password or key in a script.
    SECRET = "B0350";
    /// EXIT SUB outside of a procedure.
    NOT_IN_PROCEDURE = "B0360";
    /// EXIT FOR, EXIT DO, BREAK outside of a loop.
    NOT_IN_LOOP = "B0361";
    /// CONTINUE outside of a loop.
    CONTINUE_OUTSIDE = "B0362";

    // ------------------------------------------------------------------ the bot's files
    /// A line of a TABLE that cannot be read.
    BAD_COLUMN = "B0370";
    /// A table that is declared twice.
    TABLE_TWICE = "B0371";
    /// A file name that cannot be packed.
    FILE_NAME = "B0380";
    /// A file that cannot be read from the disk.
    UNREADABLE_FILE = "B0381";
    /// A folder that is too large for a package.
    BOT_TOO_LARGE = "B0382";
    /// A script that is not UTF-8.
    NOT_UTF8 = "B0383";
    /// Two scripts of the same name.
    SCRIPT_NAME_TWICE = "B0384";
    /// A folder that holds no bot.
    EMPTY_BOT = "B0386";

    // ------------------------------------------------------------------ arguments
    /// A keyword lacks an argument.
    MISSING_ARGUMENT = "B0401";
    /// A keyword has an argument that it does not take.
    SURPLUS_ARGUMENT = "B0402";
    /// A keyword has an argument of the wrong kind.
    ARGUMENT_KIND = "B0403";
    /// A function with the wrong number of arguments.
    FUNCTION_ARITY = "B0404";

    // ------------------------------------------------------------------ what can hardly be meant
    /// A spelling that has a more usual form.
    ANOTHER_SPELLING = "B0501";
    /// A loop over a count that goes one too far.
    ONE_TOO_FAR = "B0502";
    /// A rule of time that cannot be read.
    BAD_SCHEDULE = "B0510";
    /// A regular expression that cannot be used.
    BAD_PATTERN = "B0511";
    /// A pattern that FORMAT does not know.
    BAD_FORMAT = "B0512";
    /// A condition as text that cannot be read.
    BAD_FILTER = "B0513";
    /// A JSON text that cannot be read.
    BAD_JSON = "B0514";
    /// A mail or web address that is none.
    BAD_ADDRESS = "B0515";
    /// A kind of answer that is not known.
    UNKNOWN_KIND = "B0516";
    /// A unit of time that is not known.
    UNKNOWN_UNIT = "B0517";
    /// A value with which an operator or function can only fail.
    KIND_MISMATCH = "B0520";
    /// A text compared with a number.
    MIXED_COMPARISON = "B0521";
    /// A division by zero.
    DIVISION_BY_ZERO = "B0522";
    /// A loop that never ends.
    ENDLESS_LOOP = "B0530";
    /// A condition with one outcome.
    ONE_OUTCOME = "B0531";
    /// A variable that is set to itself.
    SELF_ASSIGNMENT = "B0532";
    /// A value in two CASEs.
    CASE_TWICE = "B0533";
    /// A name twice in a map.
    KEY_TWICE = "B0534";
    /// A FOR that never runs, or never ends.
    STEP_SIGN = "B0535";
    /// A message that a channel cuts.
    MESSAGE_TOO_LONG = "B0540";
    /// Buttons that a channel does not show.
    BUTTON_LIMITS = "B0541";
    /// A condition that is put together from values.
    SPLICED_CONDITION = "B0553";
    /// A SUB or FUNCTION that nothing calls.
    UNUSED_PROCEDURE = "B0560";
    /// A label that nothing leads to.
    UNUSED_LABEL = "B0561";
    /// A PARAM that nothing reads.
    UNUSED_PARAM = "B0562";

    /// A remark that allows what nothing gives.
    USELESS_ALLOW = "B0590";
    /// A remark that allows a code which does not exist.
    BAD_ALLOW = "B0591";

    // ------------------------------------------------------------------ settings
    /// Settings that are not UTF-8.
    SETTINGS_NOT_UTF8 = "B0601";
    /// A line that is no setting.
    NO_SETTING = "B0602";
    /// A setting whose value lacks its closing quote.
    SETTING_QUOTE = "B0603";
    /// A setting whose value cannot be meant.
    SETTING_VALUE = "B0604";

    // ------------------------------------------------------------------ classic programs
    /// Two lines of the same number.
    LINE_TWICE = "B0701";
    /// A command to the editor.
    EDITOR_COMMAND = "B0702";
    /// A line number that is too large.
    LINE_NUMBER = "B0703";
    /// A text where a number is needed, or a number where a text is.
    VALUE_KIND = "B0704";
    /// Loops that cross, or that count with one variable.
    LOOPS_CROSS = "B0705";
    /// An array that is used or declared in two ways.
    ARRAY_USE = "B0706";
    /// OPTION BASE in a wrong place.
    OPTION_BASE = "B0707";
    /// A function of DEF FN that cannot be used so.
    DEF_FN = "B0708";
    /// A statement or function that cannot be served.
    NOT_SERVED = "B0709";

    // ------------------------------------------------------------------ while a script runs
    /// NEXT without FOR.
    TRAP_NEXT_WITHOUT_FOR = "R0001";
    /// RETURN without GOSUB, in a classic program.
    TRAP_RETURN_WITHOUT_GOSUB = "R0003";
    /// READ beyond the last DATA.
    TRAP_OUT_OF_DATA = "R0004";
    /// An argument of the wrong kind or out of range.
    TRAP_BAD_ARGUMENT = "R0005";
    /// A number too large for the operation.
    TRAP_OVERFLOW = "R0006";
    /// An index outside its list.
    TRAP_BAD_INDEX = "R0009";
    /// An array that has its bounds already.
    TRAP_DUPLICATE_DEFINITION = "R0010";
    /// Division by zero.
    TRAP_DIVISION_BY_ZERO = "R0011";
    /// Values that cannot be combined.
    TRAP_TYPE_MISMATCH = "R0013";
    /// RETURN without GOSUB and the like.
    TRAP_BAD_CONTROL = "R0020";
    /// A script or procedure that does not exist.
    TRAP_NOT_FOUND = "R0035";
    /// A file or row that is missing or cannot be read.
    TRAP_BAD_DATA = "R0053";
    /// An answer that was refused too often.
    TRAP_BAD_ANSWER = "R0060";
    /// THROW.
    TRAP_THROWN = "R0070";
    /// A keyword that the bot may not use.
    TRAP_DENIED = "R0071";
    /// A service that this server does not have.
    TRAP_NOT_CONFIGURED = "R0072";
    /// A service that failed.
    TRAP_UNAVAILABLE = "R0073";
    /// A turn that computes for too long.
    TRAP_OUT_OF_FUEL = "R0080";
    /// A conversation whose memory is full.
    TRAP_OUT_OF_MEMORY = "R0081";
    /// Too many nested calls.
    TRAP_TOO_DEEP = "R0082";
    /// Another limit.
    TRAP_LIMIT_REACHED = "R0083";
    /// A defect of Basilect.
    TRAP_BUG = "R0099";
}

/// The code of a run-time error. Its digits are the number that `ERR` gives.
pub const fn of_trap(trap: TrapCode) -> Code {
    match trap {
        TrapCode::NextWithoutFor => TRAP_NEXT_WITHOUT_FOR,
        TrapCode::ReturnWithoutGosub => TRAP_RETURN_WITHOUT_GOSUB,
        TrapCode::OutOfData => TRAP_OUT_OF_DATA,
        TrapCode::BadArgument => TRAP_BAD_ARGUMENT,
        TrapCode::Overflow => TRAP_OVERFLOW,
        TrapCode::BadIndex => TRAP_BAD_INDEX,
        TrapCode::DuplicateDefinition => TRAP_DUPLICATE_DEFINITION,
        TrapCode::DivisionByZero => TRAP_DIVISION_BY_ZERO,
        TrapCode::TypeMismatch => TRAP_TYPE_MISMATCH,
        TrapCode::BadControl => TRAP_BAD_CONTROL,
        TrapCode::NotFound => TRAP_NOT_FOUND,
        TrapCode::BadData => TRAP_BAD_DATA,
        TrapCode::BadAnswer => TRAP_BAD_ANSWER,
        TrapCode::Thrown => TRAP_THROWN,
        TrapCode::Denied => TRAP_DENIED,
        TrapCode::NotConfigured => TRAP_NOT_CONFIGURED,
        TrapCode::Unavailable => TRAP_UNAVAILABLE,
        TrapCode::OutOfFuel => TRAP_OUT_OF_FUEL,
        TrapCode::OutOfMemory => TRAP_OUT_OF_MEMORY,
        TrapCode::TooDeep => TRAP_TOO_DEEP,
        TrapCode::LimitReached => TRAP_LIMIT_REACHED,
        TrapCode::Bug => TRAP_BUG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_found() {
        let all: Vec<Code> = all().collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "sorted, once each");
        assert_eq!(Code::find("b0101"), Some(UNEXPECTED));
        assert_eq!(Code::find("B9999"), None);
        assert_eq!(UNEXPECTED.name(), "UNEXPECTED");
    }

    #[test]
    fn the_digits_of_a_trap_are_its_number() {
        for trap in [TrapCode::BadArgument, TrapCode::DivisionByZero, TrapCode::Bug] {
            assert_eq!(of_trap(trap).text(), format!("R{:04}", trap as u16));
        }
    }
}
