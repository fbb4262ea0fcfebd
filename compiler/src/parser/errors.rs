//! What to say about a line that the grammar refused.

use crate::ast::{Expr, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::heads::STATEMENT_WORDS;
use crate::lexer::token::{Spanned, Tok};
use crate::lexer::vocabulary::Vocabulary;
use crate::source::Span;
use basilect_stdlib::spelling::distance;
use lalrpop_util::ParseError;

type Refusal<'s> = ParseError<u32, Tok<'s>, ()>;

/// Turns the grammar's refusal into a message.
pub fn explain(error: Refusal<'_>, tokens: &[Spanned<'_>], text: &str, line: Span) -> Diagnostic {
    match error {
        ParseError::UnrecognizedToken { token: (start, tok, end), expected } => {
            unexpected(Span::new(start, end), tok, &expected, tokens, text)
        }
        ParseError::UnrecognizedEof { expected, .. } => too_short(line, tokens, &expected),
        ParseError::ExtraToken { token: (start, _, end) } => refused(Span::new(start, end), text),
        ParseError::InvalidToken { location } => refused(Span::new(location, location), text),
        ParseError::User { .. } => {
            let message = "This BETWEEN has no AND.";
            let help = "A BETWEEN reads `value BETWEEN lowest AND highest`.";
            Diagnostic::error(codes::UNEXPECTED, line, message).help(help)
        }
    }
}
fn unexpected(
    span: Span,
    tok: Tok<'_>,
    expected: &[String],
    tokens: &[Spanned<'_>],
    text: &str,
) -> Diagnostic {
    if let Some(&(start, Tok::Name(word), end)) = tokens.first()
        && tokens.get(1).is_some_and(|t| t.0 == span.start)
    {
        return unknown_statement(word, Span::new(start, end));
    }
    if matches!(tok, Tok::Strange) {
        return strange(span, text);
    }
    if matches!(tok, Tok::Close) {
        return Diagnostic::error(codes::UNEXPECTED, span, "A value is missing here.")
            .help("Write the value, or remove what asks for it.");
    }
    let report = refused(span, text);
    match hint(expected) {
        Some(help) => report.help(help),
        None => report,
    }
}
/// Where nothing better is known.
const PLAIN_HELP: &str =
    "Remove it, or write the operator, comma or word that is missing before it.";
fn refused(span: Span, text: &str) -> Diagnostic {
    let shown = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let shown: String = shown.lines().next().unwrap_or("").chars().take(40).collect();
    let message = match shown.is_empty() {
        true => "Something is missing here.".to_owned(),
        false => format!("`{shown}` does not belong here."),
    };
    Diagnostic::error(codes::UNEXPECTED, span, message).help(PLAIN_HELP)
}
fn strange(span: Span, text: &str) -> Diagnostic {
    let shown: String = text.get(span.start as usize..).unwrap_or("").chars().take(1).collect();
    let shown = if shown.chars().any(char::is_control) { "?".to_owned() } else { shown };
    Diagnostic::error(codes::STRANGE_CHARACTER, span, format!("`{shown}` means nothing here."))
        .help("Put it in quotes if it is part of a text.")
}
/// What would have fitted, in words; only where it is one clear thing.
fn hint(expected: &[String]) -> Option<&'static str> {
    let has = |token: &str| expected.iter().any(|e| e.trim_matches('"') == token);
    if has("IN") {
        Some("A FOR EACH line reads `FOR EACH name IN list`.")
    } else if has("TO") {
        Some("A FOR line reads `FOR name = first TO last`.")
    } else if has("assign") && !has("AND") {
        Some("An assignment reads `name = value`.")
    } else if has("number") && has("text") {
        Some("A value should stand here.")
    } else if has("}") || has("]") || has(")") {
        Some("A comma or the closing bracket may be missing before it.")
    } else {
        None
    }
}
fn too_short(line: Span, tokens: &[Spanned<'_>], expected: &[String]) -> Diagnostic {
    let end = tokens.last().map_or(line.end, |t| t.2);
    if let [(start, Tok::Name(word), name_end)] = tokens {
        return unknown_statement(word, Span::new(*start, *name_end));
    }
    let span = Span::new(tokens.last().map_or(line.start, |t| t.0), end);
    let report = Diagnostic::error(codes::UNEXPECTED, span, "This line ends too early.");
    report.help(hint(expected).unwrap_or("A value should stand at its end."))
}

/// An expression that stands alone does nothing.
pub fn no_statement(e: &Expr, line: Span) -> Diagnostic {
    match &e.kind {
        ExprKind::Name(word) => unknown_statement(word, e.span),
        _ => Diagnostic::error(codes::UNKNOWN_STATEMENT, line, "This line does nothing.")
            .help("Begin it with a keyword such as TALK, or store its value: `name = …`."),
    }
}
fn unknown_statement(word: &str, span: Span) -> Diagnostic {
    let message = format!("`{word}` is no statement.");
    let report = Diagnostic::error(codes::UNKNOWN_STATEMENT, span, message);
    match similar(word) {
        Some(better) => report
            .help(format!("Did you mean `{better}`?"))
            .fix(format!("Write `{better}`"), vec![(span, better)]),
        None => report.help("A statement begins with a keyword, or with a name and `=`."),
    }
}
/// The statement word or keyword that is spelt most like `word`.
fn similar(word: &str) -> Option<String> {
    if word.len() > 24 {
        return None;
    }
    let upper = word.to_uppercase();
    let limit = if upper.len() <= 4 { 1 } else { 2 };
    let keywords = Vocabulary::get().spellings().filter(|e| e.words.len() == 1);
    let keywords = keywords.filter(|e| e.keyword.run.is_none()).filter_map(|e| e.words.first());
    let known = STATEMENT_WORDS.iter().map(|w| (*w).to_owned()).chain(keywords.cloned());
    known
        .map(|candidate| (distance(&upper, &candidate, limit + 1), candidate))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
