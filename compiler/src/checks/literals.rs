//! Texts that are written out and have a grammar of their own: rules of time, regular expressions,
//! patterns, conditions, JSON, addresses, kinds of answers.

use super::Call;
use super::kinds::{Kind, Kinds};
use crate::ast::{Expr, ExprKind, Piece};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::lower::fold::{Known, known};
use crate::names::suggest::mended;
use crate::source::Span;
use crate::types::{Bound, Slot};
use basilect_stdlib::keyword::Type;
use basilect_stdlib::pure::{Env, condition, formats, json, patterns, validate};
use basilect_stdlib::schedule::{BadRule, Rule};
use basilect_stdlib::spelling;

/// How deep a JSON text may nest.
const JSON_DEPTH: usize = 64;

/// Looks at the texts given to a keyword.
pub(super) fn bound(bound: &Bound<'_>, words: Span, out: &mut Vec<Diagnostic>) {
    match bound.keyword.name {
        "SET SCHEDULE" => schedule(bound, words, out),
        "WAIT" | "SCHEDULE IN" => out.extend(unit(bound)),
        "ADD BOT" => out.extend(rule(bound, "schedule")),
        "HEAR" | "ASK" => out.extend(kind_of_answer(bound)),
        "SEND MAIL" | "CREATE DRAFT" => out.extend(mail_address(bound, "to")),
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE HTTP" | "DOWNLOAD" => out.extend(address(bound)),
        _ => {}
    }
    for (ty, slot) in bound.typed().filter(|(ty, _)| *ty == Type::Condition) {
        if let (Type::Condition, Slot::Value(value)) = (ty, slot) {
            out.extend(filter_text(value).and_then(|text| filter(value, &text)));
        }
    }
}

/// Looks at the texts given to a function.
pub(super) fn call(call: &Call<'_>, kinds: &Kinds, out: &mut Vec<Diagnostic>) {
    match call.keyword.name {
        "FORMAT" => out.extend(format(call, kinds)),
        "JSON PARSE" => out.extend(call.args.first().copied().flatten().and_then(json_text)),
        // `FILTER list, "> 5"` asks of the elements themselves.
        "FILTER" => out.extend(call.args.get(1).copied().flatten().and_then(of_elements)),
        name if name.starts_with("REGEX ") => out.extend(pattern(call)),
        _ => {}
    }
}

/// The text that an expression is, with its place if the text stands there as written.
fn literal(value: &Expr) -> Option<(String, Span)> {
    match (known(value)?, &value.kind) {
        (Known::Text(text), _) => Some((text.to_string(), value.span)),
        _ => None,
    }
}

/// The place of some bytes of a text that is written out without escapes.
fn inside(value: &Expr, text: &str, part: std::ops::Range<usize>) -> Span {
    let plain = matches!(&value.kind, ExprKind::Text(_))
        && (value.span.end - value.span.start) as usize == text.len() + 2;
    if !plain || part.is_empty() {
        return value.span;
    }
    let start = value.span.start + 1 + part.start as u32;
    Span::new(start, start + part.len() as u32)
}

// ---------------------------------------------------------------------- time

fn schedule(bound: &Bound<'_>, words: Span, out: &mut Vec<Diagnostic>) {
    if let Slot::Value(_) = bound.slot("when") {
        out.extend(rule(bound, "when"));
        return;
    }
    let unit = match bound.slot("unit") {
        Slot::Value(Expr { kind: ExprKind::Name(unit), span }) => (unit, *span),
        _ => return,
    };
    let count = match bound.slot("count") {
        Slot::Value(count) => match known(count) {
            Some(Known::Int(count)) => Some((count, count_span(bound))),
            _ => return,
        },
        _ => None,
    };
    let text = match count {
        Some((count, _)) => format!("every {count} {}", unit.0.to_lowercase()),
        None => format!("every {}", unit.0.to_lowercase()),
    };
    let bad = Rule::parse(&text).err();
    out.extend(bad.map(|bad| {
        let of_unit = bad.at.start >= text.len() - unit.0.len();
        let span = if of_unit { unit.1 } else { count.map_or(words, |(_, span)| span) };
        bad_rule(bad, span)
    }));
}

fn count_span(bound: &Bound<'_>) -> Span {
    match bound.slot("count") {
        Slot::Value(count) => count.span,
        _ => Span::default(),
    }
}

fn rule(bound: &Bound<'_>, field: &str) -> Option<Diagnostic> {
    let Slot::Value(value) = bound.slot(field) else { return None };
    let (text, _) = literal(value)?;
    let bad = Rule::parse(&text).err()?;
    let span = inside(value, &text, bad.at.clone());
    Some(bad_rule(bad, span))
}

fn bad_rule(bad: BadRule, span: Span) -> Diagnostic {
    Diagnostic::error(codes::BAD_SCHEDULE, span, bad.message).help(bad.help)
}

/// Units of time that WAIT and SCHEDULE IN know, in the plural.
const UNITS: [&str; 13] = [
    "SECONDS",
    "MINUTES",
    "HOURS",
    "DAYS",
    "WEEKS",
    "MILLISECONDS",
    "SECS",
    "MINS",
    "MILLIS",
    "HS",
    "DS",
    "WS",
    "MS",
];

fn unit(bound: &Bound<'_>) -> Option<Diagnostic> {
    let Slot::Value(Expr { kind: ExprKind::Name(word), span }) = bound.slot("unit") else {
        return None;
    };
    unknown_unit(word, *span)
}

/// A word that is no unit of time.
pub(super) fn unknown_unit(word: &str, span: Span) -> Option<Diagnostic> {
    let stem = word.trim_end_matches(['s', 'S']);
    let known = |unit: &&str| unit.trim_end_matches('S').eq_ignore_ascii_case(stem);
    if stem.is_empty() || UNITS.iter().any(known) {
        return None;
    }
    let found =
        Diagnostic::error(codes::UNKNOWN_UNIT, span, format!("`{word}` is no unit of time"));
    let general = "units are SECONDS, MINUTES, HOURS and DAYS";
    Some(mended(found, word, span, UNITS, general))
}

// ---------------------------------------------------------------------- answers, addresses

fn kind_of_answer(bound: &Bound<'_>) -> Option<Diagnostic> {
    let Slot::Value(Expr { kind: ExprKind::Name(word), span }) = bound.slot("kind") else {
        return None;
    };
    if validate::kind_names().any(|kind| word.eq_ignore_ascii_case(kind)) {
        return None;
    }
    let message = format!("`{word}` is no kind of answer, so that any answer is taken");
    let diagnostic = Diagnostic::warning(codes::UNKNOWN_KIND, *span, message);
    let general = "kinds are EMAIL, DATE, INTEGER, MONEY, PHONE, TEXT …";
    let mut found = mended(diagnostic, word, *span, validate::kind_names(), general);
    // The words are few and fixed, so that only the nearest can be meant.
    found.fix.iter_mut().for_each(|fix| fix.sure = true);
    Some(found)
}

fn mail_address(bound: &Bound<'_>, field: &str) -> Option<Diagnostic> {
    let Slot::Value(value) = bound.slot(field) else { return None };
    let (text, span) = literal(value)?;
    let env = Env::new(0, "UTC", 0);
    let wrong = |address: &&str| {
        let name = address.rsplit_once('<').map_or(*address, |(_, rest)| rest);
        let name = name.trim().trim_end_matches('>');
        let usable = || validate::accept("EMAIL", &[], false, name, &env).is_ok();
        name.contains(['@', ' ']) && !usable()
    };
    let address = text.split([',', ';']).map(str::trim).find(wrong)?;
    let message = format!("`{address}` is no mail address");
    let help = "an address looks like ana@example.com";
    Some(Diagnostic::new(codes::BAD_ADDRESS, Severity::Hint, span, message).help(help))
}

/// An address of the web whose beginning is misspelt.
fn address(bound: &Bound<'_>) -> Option<Diagnostic> {
    let Some(Slot::Value(value)) = bound.slots.first() else { return None };
    let (text, span) = literal(value)?;
    let (scheme, rest) = text.split_once(':')?;
    let lower = scheme.to_lowercase();
    let web = matches!(lower.as_str(), "http" | "https");
    let complaint = if web && !rest.starts_with("//") {
        Some(format!("write `{lower}://` before the name of the server"))
    } else if web && (rest.len() < 3 || rest.contains(' ')) {
        Some("an address has a server and no blanks: https://example.com/a%20b".to_string())
    } else if !web && rest.starts_with("//") {
        let near = spelling::closest(&lower, ["https", "http"]);
        near.map(|near| format!("did you mean `{near}://`?"))
    } else {
        None
    };
    let message = format!("`{text}` is no address of the web");
    complaint
        .map(|help| Diagnostic::new(codes::BAD_ADDRESS, Severity::Hint, span, message).help(help))
}

// ---------------------------------------------------------------------- patterns, conditions

fn pattern(call: &Call<'_>) -> Option<Diagnostic> {
    let value = call.arg("pattern")?;
    let (text, span) = literal(value)?;
    let reason = patterns::why_unusable(&text)?;
    let message = format!("this regular expression cannot be used: {reason}");
    let help = "a bracket, a star or a dot that is meant itself has a `\\` before it";
    Some(Diagnostic::warning(codes::BAD_PATTERN, span, message).help(help))
}

fn format(call: &Call<'_>, kinds: &Kinds) -> Option<Diagnostic> {
    let (value, pattern) = (call.arg("value")?, call.arg("pattern")?);
    let (text, span) = literal(pattern)?;
    if text.is_empty() || text.eq_ignore_ascii_case("json") {
        return None;
    }
    let number = || formats::is_number_pattern(&text);
    let date = formats::is_date_pattern(&text);
    let message = match kinds.kind(value) {
        Some(Kind::Number) if !number() => format!("`{text}` is no pattern for a number"),
        Some(Kind::Date) if !date => format!("`{text}` is no pattern for a date"),
        Some(kind @ (Kind::List | Kind::Map)) => {
            format!("FORMAT writes numbers and dates, not {}", kind.name())
        }
        _ if !date && !number() => format!("`{text}` is no pattern that FORMAT knows"),
        _ => return None,
    };
    let help = "numbers: \"#,##0.00\", \"0%\", \"currency\"; dates: \"YYYY-MM-DD HH:mm\"; \
                anything: \"JSON\"";
    Some(Diagnostic::warning(codes::BAD_FORMAT, span, message).help(help))
}

/// A condition as text. In one with `${…}`, each value counts as a word.
fn filter_text(value: &Expr) -> Option<String> {
    let ExprKind::Template(pieces) = &value.kind else { return Some(literal(value)?.0) };
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.to_string(),
        Piece::Value(_) => "x1".to_string(),
    };
    Some(pieces.iter().map(piece).collect())
}

fn filter(value: &Expr, text: &str) -> Option<Diagnostic> {
    // A text without any comparison is the key of a row.
    if !text.contains(['=', '<', '>', '!']) {
        return None;
    }
    let fault = condition::parse_query(text).err()?;
    let help = "a condition reads `price > 10 AND name = 'Ada'`, or use WHERE with variables";
    Some(Diagnostic::warning(codes::BAD_FILTER, value.span, fault.message).help(help))
}

/// A condition that may leave out its left side.
fn of_elements(value: &Expr) -> Option<Diagnostic> {
    let text = filter_text(value)?;
    let begins = text.trim_start().starts_with(['=', '<', '>', '!']);
    filter(value, &if begins { format!("item {text}") } else { text })
}

fn json_text(value: &Expr) -> Option<Diagnostic> {
    let (text, span) = literal(value)?;
    let reason = json::parse_data(&text, JSON_DEPTH).err()?;
    let message = format!("this text is no JSON: {reason}");
    let help = "names and texts stand in double quotes: { \\\"name\\\": \\\"Ada\\\" }";
    Some(Diagnostic::warning(codes::BAD_JSON, span, message).help(help))
}
