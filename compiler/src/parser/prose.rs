//! Some files with the ending of scripts are prompts in prose. They are told apart before they
//! drown their author in errors.

use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::heads::STATEMENT_WORDS;
use crate::lexer::lines::{is_one_of, leading_word};
use crate::lexer::vocabulary::Vocabulary;
use crate::source::Span;

/// Lines looked at.
const LINES: usize = 200;

/// Says so when no line of a longer file looks like a statement.
pub fn detect(text: &str) -> Option<Diagnostic> {
    let vocabulary = Vocabulary::get();
    let mut prose = 0;
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(LINES) {
        let word = leading_word(line);
        let comment = line.starts_with(['\'', '#', '/']) || word.eq_ignore_ascii_case("REM");
        if comment {
            continue;
        }
        let rest = line.get(word.len()..).unwrap_or("").trim_start();
        let assigns = rest.starts_with(['=', '(', '[', '.', ':']) && rest.len() > 1;
        let upper = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        let known = is_one_of(word, STATEMENT_WORDS) || vocabulary.begins(word);
        let numbered = line.starts_with(|c: char| c.is_ascii_digit());
        if assigns || numbered || known && (upper || word == line) || word.is_empty() {
            return None;
        }
        prose += usize::from(rest.split_whitespace().count() >= 3);
        if known && !rest.is_empty() && rest.split_whitespace().count() < 4 {
            return None;
        }
    }
    (prose >= 2).then(|| {
        let end = text.find('\n').unwrap_or(text.len()) as u32;
        let message = "This file reads like prose, not like a script.";
        Diagnostic::warning(codes::PROSE, Span::new(0, end), message)
            .help("It is kept as a text, to be used as a prompt. Give it the ending .md or .txt.")
    })
}
