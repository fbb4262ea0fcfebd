//! Which name means what: variables, procedures, labels, functions, and where each variable lives.
//!
//! Identifiers ignore letter case. A name that the script level mentions is one variable for the
//! script and its SUBs; other names inside a procedure are its own, as are its parameters, what it
//! DIMs, and variables that only its loops set. Variables that procedures share live in slots of
//! the script's environment, all others in registers.
//!
//! Reading order: [`walk`] (who reads and writes what), [`collect`] (per scope), [`resolve`]
//! (where each lives), [`checks`] (what is suspicious about it); [`classic`] for classic programs.

mod checks;
pub(crate) mod classic;
mod collect;
mod folded;
pub(crate) mod formula;
mod resolve;
pub(crate) mod suggest;
pub(crate) mod walk;

pub(crate) use folded::{Folded, folded};
pub use resolve::{Home, Names};

use crate::ast::{BinaryOp, Expr, ExprKind, Script, UnaryOp};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashSet;
use crate::lexer::vocabulary::with_upper;
use crate::types::Bindings;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::{Capability, Effect, Type};

/// What a script may refer to outside itself.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Names of the `param-*` settings, lower case, without the prefix.
    pub settings: Vec<String>,
    /// Their values, which every script of the package begins with.
    pub values: indexmap::IndexMap<String, basilect_stdlib::Data>,
    /// The names of all settings, as written.
    pub keys: Vec<String>,
    /// Names of the package's scripts; `None` when the script is looked at alone.
    pub scripts: Option<Vec<String>>,
    /// Columns of all tables that are declared, lower case.
    pub columns: HashSet<String>,
    /// Whether every step of the program is written out, so that what the lowering saves can be
    /// compared with what it stands for.
    pub plain: bool,
}

/// Variables that the server sets before a script starts.
pub const IMPLICIT: &[&str] = &[
    "username",
    "user",
    "mobile",
    "from",
    "session",
    "today",
    "now",
    "hour",
    "fields",
    "metadata",
    "form",
    "body",
    "params",
    "headers",
    "method",
    "path",
    "history",
    "to",
    "channel",
    "bot",
    "conversation",
    "event",
    "row",
    "message",
    "query",
    "admin",
    "host",
];

/// Looks at all names of a script, and at the arguments of its keywords on the way.
pub(crate) fn analyse<'a>(
    script: &'a Script,
    around: &Surroundings,
) -> (Names, Bindings<'a>, Vec<Diagnostic>) {
    if let Some(listing) = &script.listing {
        return (classic::names(listing), Bindings::default(), Vec::new());
    }
    let mut collector = collect::Collector::new();
    walk::walk(&script.body, &Bindings::default(), &mut collector);
    let (collected, bindings) = collector.finish();
    let names = resolve::resolve(&collected, script, around);
    let mut diagnostics = collected.diagnostics.clone();
    checks::check(&collected, &names, script, around, &mut diagnostics);
    (names, bindings, diagnostics)
}

/// The form of a name under which it is looked up.
pub fn fold(name: &str) -> String {
    folded(name).into_owned()
}

/// Whether a diagnostic rests on all lines having been read: with a line missing, it may only
/// follow from that. `unread` holds the lines that could not be read, in small letters.
pub(crate) fn is_guess(diagnostic: &Diagnostic, unread: &str) -> bool {
    let defines = ["sub", "function", "begin ", "def "];
    let named = || {
        let message = diagnostic.message.trim_end_matches(" is not defined");
        let name = message.split_whitespace().last().unwrap_or_default();
        let name = name.trim_matches('`').to_lowercase();
        unread.contains(&name) || defines.iter().any(|word| unread.contains(word))
    };
    match diagnostic.code {
        codes::NEVER_SET | codes::NEVER_READ | codes::UNREACHABLE | codes::ENDLESS_LOOP => true,
        codes::UNUSED_PROCEDURE | codes::UNUSED_LABEL | codes::UNUSED_PARAM => true,
        codes::NOT_IN_PROCEDURE => unread.contains("sub") || unread.contains("function"),
        codes::NOT_IN_LOOP | codes::CONTINUE_OUTSIDE => loops(unread),
        codes::FOR_WITHOUT_NEXT | codes::NEXT_WITHOUT_FOR => loops(unread),
        codes::UNKNOWN_NAME => named(),
        codes::PROCEDURE_ARITY => {
            let name = diagnostic.message.split_whitespace().next().unwrap_or_default();
            unread.contains(&name.to_lowercase())
        }
        codes::UNKNOWN_LABEL => {
            let message = diagnostic.message.trim_end_matches(" here");
            let label = message.split_whitespace().next_back().unwrap_or_default();
            unread.contains(&label.to_lowercase())
        }
        _ => false,
    }
}

/// Whether lines that could not be read may have been those of loops.
fn loops(unread: &str) -> bool {
    const WORDS: [&str; 10] =
        ["for", "next", "while", "wend", "do", "loop", "repeat", "until", "to", "each"];
    let mut words = unread.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
}

/// The keyword or function that is called `name`; spaces and underscores are equal.
pub fn vocabulary(name: &str) -> Option<&'static Keyword> {
    function(name).or_else(|| by_words(name, basilect_stdlib::words::lookup))
}

/// The pure function called `name`.
pub(crate) fn function(name: &str) -> Option<&'static Keyword> {
    by_words(name, basilect_stdlib::words::function)
}

/// The host keyword that is written like a call, `GET_BOT_MEMORY("k")`, where no function has
/// that name.
pub(crate) fn host_call_style(name: &str) -> Option<&'static Keyword> {
    vocabulary(name).filter(|keyword| keyword.run.is_none())
}

/// A keyword of the host that the language itself asks for.
pub(crate) fn declared(words: &str) -> &'static Keyword {
    host_call_style(words).expect("the vocabulary declares what the language asks for")
}

fn by_words(name: &str, find: fn(&str) -> Option<&'static Keyword>) -> Option<&'static Keyword> {
    if let Some(found) = with_upper(name, find)
        && (found.is_some() || !name.contains(['_', ' ', '$']))
    {
        return found;
    }
    let upper = name.to_uppercase();
    let plain = upper.strip_suffix('$').unwrap_or(&upper);
    find(&upper)
        .or_else(|| find(&upper.replace('_', " ")))
        .or_else(|| find(plain))
        .or_else(|| find(&plain.replace(' ', "_")))
}

/// The words of a query that could be variables, each once.
pub(crate) fn query_names(query: &str) -> Vec<&str> {
    let words = query.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let mut names: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether `name` alone means a function call: `NOW`, `TODAY`.
pub(crate) fn bare_function(name: &str) -> Option<&'static Keyword> {
    function(name).filter(|keyword| keyword.arity().0 == 0)
}

/// Whether a keyword waits for what the person says.
pub(crate) fn waits_for_person(keyword: &Keyword) -> bool {
    let chat = keyword.capability == Capability::Chat && keyword.effect == Effect::Suspend;
    chat && keyword.result != Type::Nothing
}

/// The script that a value calls: `CALL tax(5)` comes as the name `CALL tax`.
pub(crate) fn called_script(name: &str) -> Option<&str> {
    let (head, target) = name.split_at_checked(4)?;
    let blank = target.starts_with(|c: char| c.is_ascii_whitespace());
    (blank && head.eq_ignore_ascii_case("CALL")).then(|| target.trim())
}

/// Whether `name(target, args)` stands for `CALL target, args` used as a value.
pub(crate) fn is_call_word(name: &str) -> bool {
    name == "CALL"
}

/// The names through which a script looks at the last error, and what `ErrorGet` is asked for.
pub(crate) fn error_name(name: &str) -> Option<u16> {
    if !name.starts_with(['e', 'E']) {
        return None;
    }
    match &*folded(name) {
        "err" => Some(0),
        "error_message" | "error message" | "err$" => Some(1),
        "erl" | "error_line" | "error line" => Some(2),
        "error" => Some(3),
        _ => None,
    }
}

/// A value in a condition, with the column that it is compared with if that stands alone.
pub(crate) type Compared<'a> = (Option<String>, &'a Expr);

/// The values that a condition compares columns with, in order.
pub(crate) fn condition_values<'a>(condition: &'a Expr, values: &mut Vec<Compared<'a>>) {
    match condition_part(condition) {
        Part::Both(left, right) => {
            condition_inner(left, values);
            condition_inner(right, values);
        }
        Part::Not(inner) => condition_inner(inner, values),
        Part::Compare { right, column, .. } => {
            values.extend(right.into_iter().map(|value| (Some(column.clone()), value)));
        }
        Part::Computed { left, right, .. } => {
            values.extend([left].into_iter().chain(right).map(|value| (None, value)));
        }
        Part::Other => values.push((None, condition)),
    }
}

fn condition_inner<'a>(part: &'a Expr, values: &mut Vec<Compared<'a>>) {
    if !matches!(part.kind, ExprKind::Name(_)) {
        condition_values(part, values);
    }
}

/// One node of a condition.
pub(crate) enum Part<'a> {
    /// AND, OR
    Both(&'a Expr, &'a Expr),
    /// NOT
    Not(&'a Expr),
    /// A column, how it is compared, and the values (none for IS NULL, two for BETWEEN).
    Compare { column: String, op: &'static str, negated: bool, right: Vec<&'a Expr> },
    /// A comparison whose left side is computed.
    Computed { left: &'a Expr, op: &'static str, negated: bool, right: Vec<&'a Expr> },
    /// Anything else: a value that is a condition by itself (filter text, map).
    Other,
}

/// Reads one node of a condition.
pub(crate) fn condition_part(expr: &Expr) -> Part<'_> {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => Part::Both(left, right),
        ExprKind::Unary(UnaryOp::Not, inner) => Part::Not(inner),
        ExprKind::Binary(op, left, right) => comparison(*op, left, right),
        ExprKind::IsNull { value, negated } => part(value, "isnull", *negated, Vec::new()),
        ExprKind::Between { value, low, high } => part(value, "between", false, vec![low, high]),
        _ => Part::Other,
    }
}

fn part<'a>(left: &'a Expr, op: &'static str, negated: bool, right: Vec<&'a Expr>) -> Part<'a> {
    match column(left) {
        Some(column) => Part::Compare { column, op, negated, right },
        None => Part::Computed { left, op, negated, right },
    }
}

fn comparison<'a>(op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Part<'a> {
    let (op, negated) = match op {
        BinaryOp::Eq => ("=", false),
        BinaryOp::Ne => ("<>", false),
        BinaryOp::Lt => ("<", false),
        BinaryOp::Le => ("<=", false),
        BinaryOp::Gt => (">", false),
        BinaryOp::Ge => (">=", false),
        BinaryOp::Like => ("like", false),
        BinaryOp::NotLike => ("like", true),
        BinaryOp::Contains => ("contains", false),
        BinaryOp::StartsWith => ("startswith", false),
        BinaryOp::In => ("in", false),
        BinaryOp::NotIn => ("in", true),
        _ => return Part::Other,
    };
    part(left, op, negated, vec![right])
}

/// The column that the left side of a comparison names: `price`, `orders.price`, `"unit price"`.
fn column(left: &Expr) -> Option<String> {
    match &left.kind {
        ExprKind::Name(name) | ExprKind::Text(name) => Some(name.to_string()),
        ExprKind::Field { of, name, .. } => Some(format!("{}.{}", column(of)?, name.name)),
        _ => None,
    }
}
