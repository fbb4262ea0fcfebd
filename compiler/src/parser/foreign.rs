//! Statements of other dialects that Basilect does not have, and what does their work here.

use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::scan::{Raw, RawToken};
use crate::lexer::vocabulary::Vocabulary;
use crate::source::Span;

/// What a family is called, the words with which its statements begin, and what to write.
struct Family {
    name: &'static str,
    begins: &'static [&'static [&'static str]],
    help: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "Meetings",
        begins: &[
            &["START", "MEET"],
            &["CREATE", "MEET"],
            &["JOIN", "MEET"],
            &["LEAVE", "MEET"],
            &["END", "MEET"],
            &["INVITE", "TO", "MEET"],
            &["INVITE", "MEET"],
            &["TALK", "TO", "MEET"],
            &["HEAR", "FROM", "MEET"],
        ],
        help: "TRANSFER TO HUMAN brings a person into the conversation; TALK can send the link of \
               a meeting, and BOOK puts it into a calendar.",
    },
    Family {
        name: "Pins and devices",
        begins: &[
            &["SET", "GPIO"],
            &["READ", "GPIO"],
            &["GET", "GPIO"],
            &["GPIO"],
            &["SET", "RELAY"],
            &["RELAY"],
            &["TOGGLE", "RELAY"],
            &["LCD"],
            &["OLED"],
            &["WRITE", "LCD"],
            &["CLEAR", "LCD"],
            &["BUZZER"],
            &["SET", "LED"],
        ],
        help: "A bot runs on a server; speak to a device over HTTP: `value = GET \
               \"http://device/temperature\"`, `POST \"http://device/relay\" WITH on = TRUE`.",
    },
    Family {
        name: "Faces",
        begins: &[
            &["DETECT", "FACE"],
            &["DETECT", "FACES"],
            &["VERIFY", "FACE"],
            &["ANALYZE", "FACE"],
        ],
        help: "Ask a service for it over HTTP: `answer = POST address WITH image = photo`.",
    },
    Family {
        name: "SET HTTP",
        begins: &[&["SET", "HTTP", "USERNAME"], &["SET", "HTTP", "PASSWORD"]],
        help: "Write `SET HEADER \"Authorization\", \"Basic …\"`; keep the password in a setting.",
    },
    Family {
        name: "SET PARAM",
        begins: &[&["SET", "PARAM"]],
        help: "Set the variable: `name = value`.",
    },
    Family {
        name: "INCLUDE",
        begins: &[&["INCLUDE"]],
        help: "Call the other script: `CALL \"name\"`; its PARAM lines say what it takes.",
    },
    Family {
        name: "CONVERT",
        begins: &[&["CONVERT"]],
        help: "`text = GET \"file.pdf\"` reads a file as text; GENERATE PDF makes one.",
    },
    Family {
        name: "TRANSFER without a goal",
        begins: &[&["TRANSFER"]],
        help: "Write `TRANSFER TO HUMAN`.",
    },
    Family {
        name: "Clicks in a browser",
        begins: &[&["CLICK"], &["HOVER"], &["PRESS"], &["TYPE", "INTO"]],
        help: "GET reads a page as text, and FORM or POST sends what a form would.",
    },
];

/// The longest beginning, in words.
const WORDS_MAX: usize = 3;

/// What is told of the statement that starts with `tokens`, if it is none of ours. It also looks at
/// the value of an assignment.
pub fn found(text: &str, tokens: &[RawToken]) -> Option<Diagnostic> {
    let first = tokens.first().filter(|token| token.kind == Raw::Word)?;
    let slice = |token: &RawToken| text.get(token.span.start as usize..token.span.end as usize);
    let at = match tokens {
        [_, sign, word, ..] if sign.kind == Raw::Eq && word.kind == Raw::Word => 2,
        // An assignment to a variable of that name, a call, a label.
        [_, next, ..] if !matches!(next.kind, Raw::Word | Raw::Text | Raw::Number) => return None,
        _ => 0,
    };
    let start = if at == 0 { first } else { tokens.get(at)? };
    if !may_begin(slice(start)?) {
        return None;
    }
    let here = tokens.iter().skip(at);
    let here = here.take_while(|token| token.kind == Raw::Word).take(WORDS_MAX);
    let words: Vec<&str> = here.filter_map(slice).collect();
    let (family, count) = FAMILIES.iter().find_map(|family| {
        let count = family.begins.iter().filter_map(|begin| begins(begin, &words)).max()?;
        Some((family, count))
    })?;
    // `TRANSFER TO HUMAN` is a keyword.
    if Vocabulary::get().longest(&words).any(|(_, used)| used > count) {
        return None;
    }
    let next = tokens.get(at + count).map(|token| token.kind);
    // `SET relay = 1` and `convert.kind` are about variables.
    let value = matches!(next, None | Some(Raw::Text | Raw::Word | Raw::Number));
    if !value && count < WORDS_MAX || count == 1 && at > 0 {
        return None;
    }
    let end = tokens.get(at + count - 1)?.span.end;
    let message = format!("{} {} no part of this language.", family.name, verb(family.name));
    let span = Span::new(start.span.start, end);
    Some(Diagnostic::error(codes::FOREIGN, span, message).help(family.help))
}
fn verb(name: &str) -> &'static str {
    if name.ends_with('s') || name.starts_with("Clicks") { "are" } else { "is" }
}
/// How many words a beginning has, if the words begin so.
fn begins(begin: &[&str], words: &[&str]) -> Option<usize> {
    let same = begin.iter().zip(words).all(|(a, b)| a.eq_ignore_ascii_case(b));
    (words.len() >= begin.len() && same).then_some(begin.len())
}
/// Whether some statement of these begins with the word. Every statement of a script is asked.
fn may_begin(word: &str) -> bool {
    let mut buffer = [0u8; 8];
    let Some(upper) = buffer.get_mut(..word.len()) else { return false };
    upper.copy_from_slice(word.as_bytes());
    upper.make_ascii_uppercase();
    matches!(
        &*upper,
        b"ANALYZE"
            | b"BUZZER"
            | b"CLEAR"
            | b"CLICK"
            | b"CONVERT"
            | b"CREATE"
            | b"DETECT"
            | b"END"
            | b"GET"
            | b"GPIO"
            | b"HEAR"
            | b"HOVER"
            | b"INCLUDE"
            | b"INVITE"
            | b"JOIN"
            | b"LCD"
            | b"LEAVE"
            | b"OLED"
            | b"PRESS"
            | b"READ"
            | b"RELAY"
            | b"SET"
            | b"START"
            | b"TALK"
            | b"TOGGLE"
            | b"TRANSFER"
            | b"TYPE"
            | b"VERIFY"
            | b"WRITE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_is_looked_for() {
        for begin in FAMILIES.iter().flat_map(|family| family.begins) {
            assert!(begin.first().is_some_and(|word| may_begin(&word.to_lowercase())), "{begin:?}");
            assert!(begin.len() <= WORDS_MAX, "{begin:?}");
        }
    }

    #[test]
    fn a_procedure_of_that_name_is_called() {
        let found = |text: &str| {
            let file = crate::source::SourceFile::new("t.bas", text);
            crate::parser::parse(&file).1.iter().any(|d| d.code == codes::FOREIGN)
        };
        assert!(found("convert \"wood\"\n"));
        assert!(!found("SUB convert(what)\n  TALK what\nEND SUB\nconvert \"wood\"\n"));
    }
}
