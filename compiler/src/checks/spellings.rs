//! Spellings that mean the same as another one, which is the usual one. Each is told once for a
//! file, and mended everywhere.

use super::Subject;
use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::hashed::IndexMap;
use crate::source::{SourceFile, Span};
use basilect_stdlib::Keyword;

/// Spellings found so far.
pub(super) struct Spellings<'a> {
    file: &'a SourceFile,
    /// As written and as usual, with every place and what to write there.
    found: IndexMap<(String, String), Vec<(Span, String)>>,
}

impl<'a> Spellings<'a> {
    /// With those that the parser saw.
    pub(super) fn new(subject: &Subject<'a>) -> Spellings<'a> {
        let mut spellings = Spellings { file: subject.file, found: IndexMap::default() };
        for (span, usual) in &subject.script.spellings {
            let written = spellings.file.slice(*span).to_uppercase();
            spellings.add(&written, usual, *span, (*usual).to_string());
        }
        spellings
    }

    fn add(&mut self, written: &str, usual: &str, span: Span, text: String) {
        let places = self.found.entry((written.to_string(), usual.to_string())).or_default();
        places.push((span, text));
    }

    /// A keyword of the vocabulary, by the place of its words.
    pub(super) fn keyword(&mut self, keyword: &Keyword, words: Span) {
        let written = self.file.slice(words);
        if written.eq_ignore_ascii_case(keyword.name) {
            return;
        }
        let written: Vec<&str> = written.split_whitespace().collect();
        let written = written.join(" ").to_uppercase();
        let known = keyword.name == written;
        let alias = keyword.aliases.iter().any(|alias| *alias == written.replace('_', " "));
        let joined = written.replace('_', " ") == keyword.name;
        if !known && keyword.run.is_none() && (alias || joined) {
            self.add(&written, keyword.name, words, keyword.name.to_string());
        }
    }

    /// Operators and quotes.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary(op, left, right) => {
                let pair = match op {
                    BinaryOp::Eq => ("==", "="),
                    BinaryOp::And => ("&&", "AND"),
                    BinaryOp::Or => ("||", "OR"),
                    _ => return,
                };
                self.operator(Span::new(left.span.end, right.span.start), pair);
            }
            ExprKind::Text(_) | ExprKind::Template(_) => self.quotes(expr.span),
            _ => {}
        }
    }

    fn operator(&mut self, between: Span, (written, usual): (&str, &str)) {
        let text = self.file.slice(between);
        let Some(at) = text.find(written).filter(|_| !text.contains(['\n', '"', '\''])) else {
            return;
        };
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + written.len()..).and_then(|t| t.chars().next());
        let word = usual.len() > 1;
        let left = if word && (at == 0 || !blank(before)) { " " } else { "" };
        let right = if word && (after.is_none() || !blank(after)) { " " } else { "" };
        let start = between.start + at as u32;
        let span = Span::new(start, start + written.len() as u32);
        self.add(written, usual, span, format!("{left}{usual}{right}"));
    }

    /// Curly quotes around a text; one that holds straight quotes is left alone.
    fn quotes(&mut self, span: Span) {
        let text = self.file.slice(span);
        let curly = ['\u{201c}', '\u{201d}'];
        let inner = text.strip_prefix(curly).and_then(|rest| rest.strip_suffix(curly));
        let Some(inner) = inner.filter(|inner| !inner.contains('"') && !inner.contains(curly))
        else {
            return;
        };
        self.add("“ ”", "\" \"", span, format!("\"{inner}\""));
    }

    /// One hint for each.
    pub(super) fn report(self, out: &mut Vec<Diagnostic>) {
        for ((written, usual), places) in self.found {
            let Some((first, _)) = places.first().cloned() else { continue };
            let more = match places.len() {
                1 => String::new(),
                count => format!(" ({count} times in this file)"),
            };
            let message = format!("`{written}` is usually written `{usual}`{more}");
            let found = Diagnostic::new(codes::ANOTHER_SPELLING, Severity::Hint, first, message);
            out.push(found.fix(format!("Write `{usual}`"), places));
        }
    }
}
