//! One line as pieces: numbers, texts, words, signs. Words are taken as they stand, glued or not.

use super::words::at_statement;
use crate::source::Span;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number.
    Number,
    /// A text with its quotes; at the end of a line the closing one may be missing.
    Text,
    /// Letters, digits and points, with a type behind them.
    Word,
    /// One sign.
    Sign,
    /// What follows DATA, as it stands.
    Items,
}

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub kind: Kind,
    pub span: Span,
}

/// The pieces of a line, up to a comment.
pub(super) fn pieces(text: &str, body: Span) -> Vec<Piece> {
    let mut scanner = Scanner { text, at: body.start as usize, end: body.end as usize };
    let mut out: Vec<Piece> = Vec::new();
    while let Some(byte) = scanner.next_byte() {
        if byte == b'\'' {
            break;
        }
        let start = scanner.at;
        let kind = scanner.piece(byte);
        let piece = Piece { kind, span: Span::new(start as u32, scanner.at as u32) };
        if kind == Kind::Word && at_statement(text, &out) {
            let word = scanner.slice(start, scanner.at);
            if begins_alone(word, "REM", scanner.rest()) {
                break;
            }
            if begins_alone(word, "DATA", scanner.rest()) {
                out.extend(scanner.data(start));
                continue;
            }
        }
        out.push(piece);
    }
    out
}

/// Whether a word is REM or DATA, or begins with it and does not receive a value.
fn begins_alone(word: &str, wanted: &str, rest: &str) -> bool {
    let begins = word.get(..wanted.len()).is_some_and(|w| w.eq_ignore_ascii_case(wanted));
    let assigned = || rest.trim_start().starts_with(['=', '(']);
    begins && (word.len() == wanted.len() || !assigned())
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Scanner<'a> {
    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.text.as_bytes().get(at).copied().unwrap_or(0) } else { 0 }
    }
    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }
    fn rest(&self) -> &'a str {
        self.slice(self.at, self.end)
    }
    /// The next byte that is no blank.
    fn next_byte(&mut self) -> Option<u8> {
        while self.at < self.end {
            match self.byte(self.at) {
                b' ' | b'\t' | b'\r' | 0x0c | 0 => self.at += 1,
                0xc2 if self.byte(self.at + 1) == 0xa0 => self.at += 2,
                byte => return Some(byte),
            }
        }
        None
    }
    fn skip(&mut self, keep: impl Fn(u8) -> bool) {
        while self.at < self.end && keep(self.byte(self.at)) {
            self.at += 1;
        }
    }

    fn piece(&mut self, byte: u8) -> Kind {
        match byte {
            b'"' => self.quoted(),
            0xe2 if self.rest().starts_with(['\u{201c}', '\u{201d}']) => self.quoted(),
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(self.at + 1).is_ascii_digit() => self.number(),
            b'&' if self.based() => Kind::Number,
            b'A'..=b'Z' | b'a'..=b'z' => self.word(),
            _ => {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                Kind::Sign
            }
        }
    }
    fn quoted(&mut self) -> Kind {
        let mut chars = self.rest().char_indices().skip(1);
        let close = chars.find(|(_, c)| matches!(c, '"' | '\u{201c}' | '\u{201d}'));
        self.at = close.map_or(self.end, |(at, c)| self.at + at + c.len_utf8());
        Kind::Text
    }
    fn number(&mut self) -> Kind {
        self.skip(|b| b.is_ascii_digit());
        if self.byte(self.at) == b'.' {
            self.at += 1;
            self.skip(|b| b.is_ascii_digit());
        }
        let sign = usize::from(matches!(self.byte(self.at + 1), b'+' | b'-'));
        let exponent = matches!(self.byte(self.at), b'E' | b'e' | b'D' | b'd');
        if exponent && self.byte(self.at + 1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            self.skip(|b| b.is_ascii_digit());
        }
        let typed = matches!(self.byte(self.at), b'!' | b'#' | b'%');
        self.at += usize::from(typed);
        Kind::Number
    }
    /// `&HFF`, `&O17`, `&17`
    fn based(&mut self) -> bool {
        let (skip, hex) = match self.byte(self.at + 1) {
            b'H' | b'h' => (2, true),
            b'O' | b'o' => (2, false),
            b'0'..=b'7' => (1, false),
            _ => return false,
        };
        let digit = |b: u8| if hex { b.is_ascii_hexdigit() } else { matches!(b, b'0'..=b'7') };
        if !digit(self.byte(self.at + skip)) {
            return false;
        }
        self.at += skip;
        self.skip(digit);
        true
    }
    fn word(&mut self) -> Kind {
        self.skip(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
        let typed = matches!(self.byte(self.at), b'$' | b'!' | b'#' | b'%');
        self.at += usize::from(typed);
        Kind::Word
    }

    /// DATA and its items, to the colon that ends them.
    fn data(&mut self, start: usize) -> [Piece; 2] {
        let items = start + "DATA".len();
        self.at = items;
        let mut quoted = false;
        while self.at < self.end {
            match self.byte(self.at) {
                b'"' => quoted = !quoted,
                b':' if !quoted => break,
                _ => {}
            }
            self.at += 1;
        }
        let span = |start: usize, end: usize| Span::new(start as u32, end as u32);
        [
            Piece { kind: Kind::Word, span: span(start, items) },
            Piece { kind: Kind::Items, span: span(items, self.at) },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let body = Span::new(0, text.len() as u32);
        let slice = |p: &Piece| &text[p.span.start as usize..p.span.end as usize];
        pieces(text, body).iter().map(slice).collect()
    }

    #[test]
    fn lines_fall_into_pieces() {
        assert_eq!(split("FORI=1TO10"), ["FORI", "=", "1", "TO10"]);
        assert_eq!(split("PRINT \"A B\";X$"), ["PRINT", "\"A B\"", ";", "X$"]);
        assert_eq!(split("A=1.5E+3:B=.5"), ["A", "=", "1.5E+3", ":", "B", "=", ".5"]);
        assert_eq!(split("IF A=1ELSE 20"), ["IF", "A", "=", "1", "ELSE", "20"]);
        assert_eq!(split("X=&HFF+&O17"), ["X", "=", "&HFF", "+", "&O17"]);
        assert_eq!(split("PRINT \"OPEN"), ["PRINT", "\"OPEN"]);
        assert_eq!(split("A=1 ' note"), ["A", "=", "1"]);
    }

    #[test]
    fn remarks_and_data_are_taken_as_they_stand() {
        assert_eq!(split("A=1:REM \"x"), ["A", "=", "1", ":"]);
        assert_eq!(split("REMARK THIS"), [""; 0]);
        assert_eq!(split("REMAIN=5"), ["REMAIN", "=", "5"]);
        assert_eq!(split("DATA IT'S, 1:PRINT"), ["DATA", " IT'S, 1", ":", "PRINT"]);
        assert_eq!(split("DATA1,\"a:b\""), ["DATA", "1,\"a:b\""]);
    }
}
