//! What to say about a line that the grammar refused.

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::heads::STATEMENT_WORDS;
use crate::lexer::scan::FOREIGN_QUOTES;
use crate::lexer::token::{Spanned, Tok};
use crate::lexer::vocabulary::Vocabulary;
use crate::source::Span;
use basilect_stdlib::spelling::{self, distance};
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
    if let Some(report) = compared(span, tok, expected, tokens, text) {
        return report;
    }
    if let Some(&(start, Tok::Name(word), end)) = tokens.first()
        && tokens.get(1).is_some_and(|t| t.0 == span.start)
    {
        return unknown_statement(word, Span::new(start, end), text);
    }
    if matches!(tok, Tok::Strange) {
        return strange(span, text);
    }
    if matches!(tok, Tok::Close) {
        return Diagnostic::error(codes::UNEXPECTED, span, "A value is missing here.")
            .help("Write the value, or remove what asks for it.");
    }
    let report = refused(span, text);
    if let Some(word) = misspelt(tok, expected) {
        return report
            .help(format!("Did you mean `{word}`?"))
            .fix(format!("Write `{word}`"), vec![(span, word.to_owned())]);
    }
    if let Some(word) = missing(tok, expected, tokens) {
        let edits = vec![(Span::new(span.start, span.start), format!("{word} "))];
        return report
            .help(format!("Write `{word}` before it."))
            .fix(format!("Write `{word}`"), edits);
    }
    if let Some(number) = with_comma(span, text) {
        return report.help(format!("The decimals of a number stand behind a point: {number}"));
    }
    match hint(expected) {
        Some(help) => report.help(help),
        None => report,
    }
}
/// The number that `2,5` was to be, in quotes of code.
fn with_comma(span: Span, text: &str) -> Option<String> {
    let digits = |c: char| c.is_ascii_digit();
    let (before, rest) = text.split_at_checked(span.start as usize)?;
    let after = rest.strip_prefix(',')?;
    let whole = before.len() - before.trim_end_matches(digits).len();
    let part = after.len() - after.trim_start_matches(digits).len();
    let written = text.get(span.start as usize - whole..span.start as usize + 1 + part)?;
    (whole > 0 && part > 0).then(|| format!("`{}`.", written.replace(',', ".")))
}
/// `name == value`, where a statement can only store.
fn compared(
    span: Span,
    tok: Tok<'_>,
    expected: &[String],
    tokens: &[Spanned<'_>],
    text: &str,
) -> Option<Diagnostic> {
    let stores = expects(expected, "assign") && matches!(tok, Tok::Cmp(BinaryOp::Eq));
    let named = matches!(tokens.first(), Some((_, Tok::Name(_), _)));
    (stores && named && text.get(range(span)) == Some("==")).then(|| {
        Diagnostic::error(codes::UNEXPECTED, span, "`==` compares; it stores nothing.")
            .help("A value is stored with one `=`.")
            .fix("Write `=`", vec![(span, "=".to_owned())])
    })
}
fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}
fn expects(expected: &[String], token: &str) -> bool {
    expected.iter().any(|e| e.trim_matches('"') == token)
}
/// Operators of words; the grammar does not tell where they would fit.
const OPERATORS: [&str; 6] = ["AND", "OR", "XOR", "MOD", "LIKE", "CONTAINS"];
/// The word that the grammar would take here and that is spelt most like what stands here.
fn misspelt<'e>(tok: Tok<'_>, expected: &'e [String]) -> Option<&'e str> {
    let Tok::Name(word) = tok else { return None };
    let words = expected.iter().map(|e| e.trim_matches('"').trim_start_matches("… "));
    let plain = |w: &&str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_uppercase());
    spelling::only(word, words.filter(plain).chain(OPERATORS)).or_else(|| {
        let of = word.eq_ignore_ascii_case("OF") && expects(expected, "IN");
        of.then_some("IN")
    })
}
/// Whether a word can only begin a statement.
fn begins_statement(word: &str) -> bool {
    let keyword = Vocabulary::get().exact(&word.to_uppercase());
    keyword.is_some_and(|entry| entry.keyword.run.is_none() && !entry.also_function)
        || among(word, STATEMENT_WORDS)
}
/// The word that a line of blocks lacks before this token.
fn missing(tok: Tok<'_>, expected: &[String], tokens: &[Spanned<'_>]) -> Option<&'static str> {
    let value = matches!(
        tok,
        Tok::Name(_) | Tok::Number(_) | Tok::Text(_) | Tok::Open(_) | Tok::BracketOpen
    );
    let has = |wanted: fn(&Tok<'_>) -> bool| tokens.iter().any(|(_, tok, _)| wanted(tok));
    match tokens.first()?.1 {
        Tok::If | Tok::ElseIf if expects(expected, "THEN") => match tok {
            Tok::Open(keyword) if keyword.run.is_none() => Some("THEN"),
            Tok::Name(word) if begins_statement(word) => Some("THEN"),
            _ => None,
        },
        Tok::ForEach
            if (value || matches!(tok, Tok::IndexOpen))
                && expects(expected, "IN")
                && !has(|t| matches!(t, Tok::In)) =>
        {
            Some("IN")
        }
        Tok::For
            if value
                && expects(expected, "assign")
                && has(|t| matches!(t, Tok::To))
                && !has(|t| matches!(t, Tok::Assign | Tok::Cmp(BinaryOp::Eq))) =>
        {
            Some("=")
        }
        Tok::For if value && expects(expected, "TO") && has(|t| matches!(t, Tok::Assign)) => {
            Some("TO")
        }
        _ => None,
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
/// Letters that look like something else and can only be meant so.
const LOOKALIKES: &[(&str, &str)] = &[
    ("\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}\u{ff0d}", "-"),
    ("\u{d7}\u{22c5}\u{ff0a}", "*"),
    ("\u{f7}\u{2215}\u{ff0f}", "/"),
    ("\u{2264}", "<="),
    ("\u{2265}", ">="),
    ("\u{2260}", "<>"),
    ("\u{ff0b}", "+"),
    ("\u{ff1d}", "="),
    ("\u{ff0c}", ","),
    ("\u{ff0e}", "."),
    ("\u{ff1a}", ":"),
    ("\u{ff1b}", ";"),
    ("\u{ff08}", "("),
    ("\u{ff09}", ")"),
    ("\u{ff1c}", "<"),
    ("\u{ff1e}", ">"),
    ("\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}", ""),
    ("\u{2002}\u{2003}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}", " "),
];

/// A letter, or a text in quotes, that stands in no rule.
fn strange(span: Span, text: &str) -> Diagnostic {
    let written = text.get(range(span)).unwrap_or("");
    let Some(first) = written.chars().next() else { return refused(span, text) };
    let shown = match first.is_control() || first.is_whitespace() {
        true => format!("The letter U+{:04X}", first as u32),
        false => format!("`{first}`"),
    };
    let report =
        Diagnostic::error(codes::STRANGE_CHARACTER, span, format!("{shown} means nothing here."));
    let inside = written.strip_prefix(first).and_then(|rest| {
        let mut letters = rest.chars();
        letters.next_back().map(|_| letters.as_str())
    });
    if let Some(inside) = inside.filter(|_| FOREIGN_QUOTES.iter().any(|(q, _)| *q == first)) {
        let report = report.help("A text stands in quotes such as these: \"…\".");
        return match inside.contains('"') {
            true => report,
            false => report.fix("Write `\"`", vec![(span, format!("\"{inside}\""))]),
        };
    }
    match LOOKALIKES.iter().find(|(letters, _)| letters.contains(first)) {
        Some((_, "")) => report
            .help("It cannot be seen; remove it.")
            .fix("Remove it", vec![(span, String::new())]),
        Some((_, " ")) => report
            .help("It looks like a blank; write one.")
            .fix("Write a blank", vec![(span, " ".to_owned())]),
        Some((_, plain)) => report
            .help(format!("Write `{plain}`."))
            .fix(format!("Write `{plain}`"), vec![(span, (*plain).to_owned())]),
        None => report.help("Put it in quotes if it is part of a text."),
    }
}
/// What would have fitted, in words; only where it is one clear thing.
fn hint(expected: &[String]) -> Option<&'static str> {
    let has = |token: &str| expects(expected, token);
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
        return unknown_statement(word, Span::new(*start, *name_end), "");
    }
    let span = Span::new(tokens.last().map_or(line.start, |t| t.0), end);
    let report = Diagnostic::error(codes::UNEXPECTED, span, "This line ends too early.");
    report.help(hint(expected).unwrap_or("A value should stand at its end."))
}

/// An expression that stands alone does nothing.
pub fn no_statement(e: &Expr, line: Span) -> Diagnostic {
    match &e.kind {
        ExprKind::Name(word) => unknown_statement(word, e.span, ""),
        _ => Diagnostic::error(codes::UNKNOWN_STATEMENT, line, "This line does nothing.")
            .help("Begin it with a keyword such as TALK, or store its value: `name = …`."),
    }
}
/// A word that begins no statement; `text` is that of the file, for the words behind it.
fn unknown_statement(word: &str, span: Span, text: &str) -> Diagnostic {
    let message = format!("`{word}` is no statement.");
    let report = Diagnostic::error(codes::UNKNOWN_STATEMENT, span, message);
    let (place, better) = match (similar_phrase(span, text), similar_words(word).as_slice()) {
        (Some(found), _) => found,
        (None, [only]) => (span, only.clone()),
        (None, [first, second, ..]) => {
            return report.help(format!("Did you mean `{first}` or `{second}`?"));
        }
        (None, []) => {
            return report.help("A statement begins with a keyword, or with a name and `=`.");
        }
    };
    let one = place != span || distance(&word.to_uppercase(), &better, 2) < 2;
    let (title, edits) = (format!("Write `{better}`"), vec![(place, better.clone())]);
    let report = report.help(format!("Did you mean `{better}`?"));
    match one {
        true => report.fix(title, edits),
        false => report.unsure_fix(title, edits),
    }
}
/// The only statement word or keyword that is spelt most like `word`.
pub(super) fn similar(word: &str) -> Option<String> {
    match similar_words(word).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
/// The statement words and keywords that are spelt most like `word`.
fn similar_words(word: &str) -> Vec<String> {
    if !(3..=24).contains(&word.len()) || among(word, STATEMENT_WORDS) {
        return Vec::new();
    }
    let upper = word.to_uppercase();
    let limit = if upper.len() <= 4 { 1 } else { 2 };
    let keywords = Vocabulary::get().spellings().filter(|e| e.words.len() == 1);
    let keywords = keywords.filter(|e| e.keyword.run.is_none()).filter_map(|e| e.words.first());
    let known = STATEMENT_WORDS.iter().copied().chain(keywords.copied());
    nearest(&upper, known, limit).into_iter().map(str::to_owned).collect()
}
fn among(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
/// The keyword of several words that is spelt most like those at `span` and behind it.
fn similar_phrase(span: Span, text: &str) -> Option<(Span, String)> {
    let line = text.get(span.start as usize..)?.lines().next()?;
    let line = line.get(..120).unwrap_or(line);
    let (mut found, mut phrase) = (None, String::new());
    for (count, word) in line.split([' ', '\t']).filter(|w| !w.is_empty()).take(4).enumerate() {
        let letters = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let whole = letters == word.len();
        let letters = word.get(..letters).filter(|letters| !letters.is_empty());
        let Some(letters) = letters else { break };
        let end = letters.as_ptr() as usize + letters.len() - line.as_ptr() as usize;
        phrase = format!("{phrase} {letters}").trim_start().to_uppercase();
        let entries = Vocabulary::get().spellings().filter(|e| e.words.len() == count + 1);
        let entries = entries.filter(|e| e.keyword.run.is_none());
        let names: Vec<String> = entries.map(|e| e.words.join(" ")).collect();
        let limit = if phrase.len() < 12 { 1 } else { 2 };
        let best = nearest(&phrase, names.iter().map(String::as_str), limit);
        if let ([best], true) = (best.as_slice(), count > 0)
            && **best != phrase
        {
            found = Some((Span::new(span.start, span.start + end as u32), (*best).to_owned()));
        }
        if !whole {
            break;
        }
    }
    found
}
/// Those that are nearest, if they are near enough.
fn nearest<'k>(upper: &str, known: impl Iterator<Item = &'k str>, limit: usize) -> Vec<&'k str> {
    let mut near: Vec<(usize, &str)> = known
        .map(|candidate| (distance(upper, candidate, limit + 1), candidate))
        .filter(|(d, _)| *d <= limit)
        .collect();
    near.sort_unstable();
    near.dedup();
    let least = near.first().map_or(0, |(d, _)| *d);
    near.into_iter().take_while(|(d, _)| *d == least).map(|(_, word)| word).collect()
}
