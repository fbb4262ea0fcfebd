//! Texts: escapes and `${…}`.

use super::build::{self, Cx};
use crate::ast::{EcoString, Expr, ExprKind, Piece};
use crate::diagnostics::{Diagnostic, codes};
use crate::grammar::ExprParser;
use crate::lexer::fold::Folder;
use crate::lexer::lines::is_one_of;
use crate::lexer::scan::{Scanner, interpolation_end};
use crate::lexer::vocabulary::{Vocabulary, in_upper};
use crate::source::Span;
use std::cell::{Cell, RefCell};

/// How many `${…}` may stand inside one another.
const MAX_DEPTH: u32 = 4;
/// How long a path of names may be that is read without the grammar.
const PATH_BYTES: usize = 120;

/// The value of a text literal with its quotes.
pub fn literal(cx: &Cx<'_>, written: &str, start: u32) -> ExprKind {
    let quote = written.chars().next().unwrap_or('"');
    let inner = written.get(quote.len_utf8()..).unwrap_or("");
    let inner = inner.strip_suffix(['"', '\'', '\u{201d}', '\u{201c}']).unwrap_or(inner);
    let start = start + quote.len_utf8() as u32;
    if quote == '\'' {
        return ExprKind::Text(inner.into());
    }
    if memchr::memchr3(b'\\', b'$', b'"', inner.as_bytes()).is_none() {
        return ExprKind::Text(without_returns(inner));
    }
    pieces(cx, inner, start, true)
}
/// The text of a literal, interpolation left as written.
pub fn plain(cx: &Cx<'_>, written: &str) -> String {
    match literal(cx, written, 0) {
        ExprKind::Text(text) => text.to_string(),
        _ => written.trim_matches('"').to_owned(),
    }
}
/// The value of raw text: `${…}` counts, escapes and quotes do not.
pub fn raw(cx: &Cx<'_>, inner: &str, start: u32) -> ExprKind {
    pieces(cx, inner, start, false)
}

fn without_returns(text: &str) -> EcoString {
    if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text.into() }
}

/// A text under construction.
struct Pieces {
    done: Vec<Piece>,
    text: EcoString,
}

impl Pieces {
    fn value(&mut self, value: Expr) {
        if !self.text.is_empty() {
            self.done.push(Piece::Text(std::mem::take(&mut self.text)));
        }
        self.done.push(Piece::Value(value));
    }
    fn finish(mut self) -> ExprKind {
        if self.done.is_empty() {
            return ExprKind::Text(self.text);
        }
        if !self.text.is_empty() {
            self.done.push(Piece::Text(self.text));
        }
        ExprKind::Template(self.done)
    }
}

fn pieces(cx: &Cx<'_>, inner: &str, start: u32, escapes: bool) -> ExprKind {
    let mut out = Pieces { done: Vec::new(), text: EcoString::new() };
    let bytes = inner.as_bytes();
    let (mut at, mut from) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        let (text, skip): (&str, usize) = match byte {
            b'\\' if escapes => escape(next),
            b'"' if escapes && next == b'"' => ("\"", 2),
            b'\r' if next == b'\n' => ("", 1),
            b'$' if next == b'$' && bytes.get(at + 2) == Some(&b'{') => ("${", 3),
            b'$' if next == b'{' => {
                out.text.push_str(inner.get(from..at).unwrap_or(""));
                from = at;
                let end = interpolation_end(bytes, at + 2, cx.failures.get());
                let value = end.and_then(|end| {
                    let code = inner.get(at + 2..end - 1)?;
                    interpolated(cx, code, start + at as u32 + 2)
                });
                match (value, end) {
                    (Some(value), Some(end)) => {
                        out.value(value);
                        at = end;
                        from = end;
                    }
                    _ => {
                        cx.failures.set(cx.failures.get() + 1);
                        at += 2;
                    }
                }
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        out.text.push_str(inner.get(from..at).unwrap_or(""));
        out.text.push_str(text);
        at += skip;
        from = at;
    }
    out.text.push_str(inner.get(from..).unwrap_or(""));
    out.finish()
}
/// What an escape means and how many bytes it takes; others stay as they are.
fn escape(next: u8) -> (&'static str, usize) {
    match next {
        b'n' => ("\n", 2),
        b't' => ("\t", 2),
        b'r' => ("\r", 2),
        b'"' => ("\"", 2),
        b'\\' => ("\\", 2),
        _ => ("\\", 1),
    }
}

/// The expression of a `${…}`; what cannot be read is reported and stays text.
fn interpolated(cx: &Cx<'_>, code: &str, start: u32) -> Option<Expr> {
    let value = match code.contains("\\\"") {
        true => expression(cx, &code.replace("\\\"", " \""), start),
        false => expression(cx, code, start),
    };
    if value.is_none() {
        let span = Span::new(start - 2, start + code.len() as u32 + 1);
        let shown: String = code.chars().take(40).collect();
        cx.report(
            Diagnostic::warning(
                codes::BAD_INTERPOLATION,
                span,
                format!("`${{{shown}}}` cannot be read, so it stays as it is."),
            )
            .help("Between `${` and `}` stands one expression. Write `$${` for a plain `${`.")
            .unsure_fix(
                "Write a plain `${`",
                vec![(Span::new(span.start, span.start), "$".into())],
            ),
        );
    }
    value
}
/// `name` or `name.field.field`, as most of what stands between braces is, read without tables.
/// Whatever could mean something else is left to them.
fn path(cx: &Cx<'_>, code: &str, start: u32) -> Option<Expr> {
    const SPECIAL: [&str; 19] = [
        "TRUE", "FALSE", "NULL", "NOT", "IS", "CALL", "ERROR", "SELECT", "SWITCH", "IF", "THEN",
        "ELSE", "ENDIF", "AND", "OR", "XOR", "MOD", "EQV", "IMP",
    ];
    let plain = |word: &str| {
        word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let (first, fields) = match code.split_once('.') {
        Some((first, fields)) => (first, Some(fields)),
        None => (code, None),
    };
    let fits = code.len() <= PATH_BYTES
        && plain(first)
        && fields.is_none_or(|fields| fields.split('.').all(plain))
        && !Vocabulary::get().begins(first)
        && !is_one_of(first, &SPECIAL)
        && !in_upper(first, |upper| cx.procedures.contains_key(upper));
    if !fits {
        return None;
    }
    let mut end = start + first.len() as u32;
    let mut value = build::expr(ExprKind::Name(first.into()), start, end);
    for field in fields.into_iter().flat_map(|fields| fields.split('.')) {
        let from = end + 1;
        end = from + field.len() as u32;
        value = build::field(value, build::ident(from, field, end), false);
    }
    Some(*value)
}
/// Reads one expression from a piece of text.
pub fn expression(cx: &Cx<'_>, code: &str, start: u32) -> Option<Expr> {
    if cx.depth >= MAX_DEPTH {
        return None;
    }
    path(cx, code, start).or_else(|| parsed(cx, code, start))
}
fn parsed(cx: &Cx<'_>, code: &str, start: u32) -> Option<Expr> {
    let mut errors = Vec::new();
    let mut raw = Vec::new();
    Scanner::new(code, start).scan_line(&mut raw, &mut errors);
    let mut tokens = Vec::new();
    let mut folder = Folder::new(code, &raw, 0, &mut tokens, cx.procedures).based(start);
    folder.expression();
    let failed = folder.error.is_some() || !errors.is_empty();
    let inner = Cx {
        diagnostics: RefCell::new(Vec::new()),
        procedures: cx.procedures,
        depth: cx.depth + 1,
        failures: Cell::new(cx.failures.get()),
    };
    let value =
        (!failed).then(|| ExprParser::new().parse(&inner, tokens)).and_then(Result::ok).map(|e| *e);
    cx.diagnostics.borrow_mut().append(&mut inner.diagnostics.borrow_mut());
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashed::HashMap;

    /// What a path means is what the grammar says of it.
    #[test]
    fn paths_are_read_as_the_grammar_reads_them() {
        let procedures = HashMap::from_iter([("GREET".to_owned(), 0)]);
        let cx = Cx {
            diagnostics: RefCell::new(Vec::new()),
            procedures: &procedures,
            depth: 0,
            failures: Cell::new(0),
        };
        let words = Vocabulary::get().spellings().flat_map(|entry| entry.words.clone());
        let mut codes: Vec<String> =
            words.flat_map(|w| [w.to_lowercase(), format!("x.{w}")]).collect();
        let more = "a b_1 name.first A.b.c greet greet.x true null.x not and mod x.true x.and x2 \
                    _a a_ total$ a. .a a..b 1a";
        codes.extend(more.split_whitespace().map(str::to_owned));
        codes.push("ab.".repeat(50));
        let mut paths = 0;
        for code in &codes {
            let Some(path) = path(&cx, code, 7) else { continue };
            let parsed = parsed(&cx, code, 7);
            assert_eq!(format!("{:?}", Some(path)), format!("{parsed:?}"), "{code}");
            paths += 1;
        }
        assert!(paths > 300, "{paths}");
    }
}
