//! Some files with the ending of scripts are prompts in prose. They are told apart before they
//! drown their author in errors.

use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::heads::STATEMENT_WORDS;
use crate::lexer::lines::{is_one_of, leading_word};
use crate::lexer::vocabulary::Vocabulary;
use crate::source::Span;

/// Lines looked at.
const LINES: usize = 200;

/// What one line looks like.
enum Look {
    Statement,
    Prose,
    Neither,
}

/// Says so when no line of a longer file looks like a statement.
pub fn detect(text: &str) -> Option<Diagnostic> {
    let mut prose = 0;
    let text = text.trim_start_matches('\u{feff}');
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(LINES) {
        match look(line) {
            Look::Statement => return None,
            Look::Prose => prose += 1,
            Look::Neither => {}
        }
    }
    (prose >= 2).then(|| {
        let end = text.find('\n').unwrap_or(text.len()) as u32;
        let message = "This file reads like prose, not like a script.";
        Diagnostic::warning(codes::PROSE, Span::new(0, end), message)
            .help("It is kept as a text, to be used as a prompt. Give it the ending .md or .txt.")
    })
}

fn look(line: &str) -> Look {
    let bullet = line.trim_start_matches(['-', '*', '>', '•']).trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let item = line.get(digits..).unwrap_or("").strip_prefix(['.', ')']);
    if let Some(item) = item.filter(|_| digits > 0) {
        return sentence(item);
    }
    let word = leading_word(line);
    let comment = line.starts_with(['\'', '#', '/']) || word.eq_ignore_ascii_case("REM");
    if comment {
        return Look::Neither;
    }
    if bullet.len() < line.len() {
        return sentence(bullet);
    }
    if digits > 0 {
        return Look::Statement;
    }
    let rest = line.get(word.len()..).unwrap_or("").trim_start();
    let assigns = rest.starts_with(['=', '(', '[', '.']) && rest.len() > 1;
    if word.is_empty() || assigns || is_keyword(word, rest, line) {
        return Look::Statement;
    }
    sentence(rest)
}

/// A keyword in capitals, alone, or with little or a text behind it: not a word of a sentence.
fn is_keyword(word: &str, rest: &str, line: &str) -> bool {
    let upper = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let few = !rest.is_empty() && rest.split_whitespace().count() < 4;
    let known = is_one_of(word, STATEMENT_WORDS) || Vocabulary::get().begins(word);
    known && (upper || word == line || few || rest.starts_with(['"', '\u{201c}']))
}

fn sentence(words: &str) -> Look {
    match words.split_whitespace().count() {
        0..3 => Look::Neither,
        _ => Look::Prose,
    }
}
