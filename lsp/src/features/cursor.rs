//! What stands before a position in its line, right or broken: inside a text or in code, after
//! which keyword, in which of its fields.
//!
//! Whoever is typing has a line that the compiler cannot read yet, so this looks at words alone.

use basilect_stdlib::Keyword;
use basilect_stdlib::forms::{self, Element};
use basilect_stdlib::keyword::{Field, Type};
use basilect_stdlib::words;
use lsp_types::{Position, Range};

use crate::document::{self, Document, Word};

/// What stands before a position.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'d> {
    /// The document.
    pub document: &'d Document,
    /// The code before the position: of its line, or of the `${` that it stands in.
    pub code: &'d str,
    /// The text in quotes that has begun, without the quote.
    pub text: Option<&'d str>,
    /// Whether it is in a comment.
    pub comment: bool,
    /// The byte of the position in the document.
    pub offset: u32,
}

impl<'d> Cursor<'d> {
    /// What stands before this position.
    pub fn new(document: &'d Document, position: Position) -> Cursor<'d> {
        let offset = document.offset(position);
        let line = document.line_span(document.line_of(offset));
        let before = document.line_text(document.line_of(offset));
        let before = before.get(..(offset - line.start) as usize).unwrap_or(before);
        let mut cursor = Cursor { document, code: before, text: None, comment: false, offset };
        cursor.scan(before);
        cursor
    }

    fn scan(&mut self, before: &'d str) {
        let (mut from, mut quote, mut outer) = (0, None, Vec::new());
        let remark = before.trim_start().get(..4).is_some_and(|w| w.eq_ignore_ascii_case("REM "));
        self.comment = remark || before.trim_start().starts_with("//");
        for (at, letter) in before.char_indices() {
            match (letter, quote) {
                ('"', None) => quote = Some(at),
                ('"', Some(_)) => quote = None,
                ('{', Some(begun)) if before.get(..at).is_some_and(|b| b.ends_with('$')) => {
                    outer.push((from, begun));
                    (from, quote) = (at + 1, None);
                }
                ('}', None) => {
                    if let Some((code, begun)) = outer.pop() {
                        (from, quote) = (code, Some(begun));
                    }
                }
                ('\'', None) => {
                    self.comment = true;
                    return;
                }
                _ => {}
            }
        }
        let end = quote.unwrap_or(before.len());
        self.code = before.get(from..end).unwrap_or_default();
        self.text = quote.and_then(|begun| before.get(begun + 1..));
    }

    /// The word that is being written: what of it stands before the position.
    pub fn word(&self) -> &'d str {
        let written = self.text.unwrap_or(self.code);
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let start = written.trim_end_matches(part).len();
        written.get(start..).unwrap_or_default()
    }

    /// The name before the dot that stands before the word.
    pub fn owner(&self) -> Option<&'d str> {
        let head = self.code.strip_suffix(self.word())?;
        let head = head.strip_suffix("?.").or_else(|| head.strip_suffix('.'))?;
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let name = head.get(head.trim_end_matches(part).len()..)?;
        (!name.is_empty() && self.text.is_none()).then_some(name)
    }

    /// From so many bytes before the position to it.
    pub fn range_back(&self, bytes: usize) -> Range {
        let start = self.document.position(self.offset.saturating_sub(bytes as u32));
        Range { start, end: self.document.position(self.offset) }
    }

    /// Whether a statement can begin with the word.
    pub fn at_statement(&self) -> bool {
        let head = self.code.strip_suffix(self.word()).unwrap_or(self.code).trim_end();
        let last = document::words(head).last().map_or("", |word| word.text);
        let closes = ["then", "else", "do"].iter().any(|word| last.eq_ignore_ascii_case(word));
        let number = head.bytes().all(|byte| byte.is_ascii_digit());
        head.is_empty() || number || head.ends_with(':') || closes && head.ends_with(last)
    }

    /// The keyword whose arguments are being written.
    pub fn call(&self) -> Option<Call<'d>> {
        self.function().or_else(|| self.statement())
    }

    /// The innermost bracket that is open, with the name before it.
    fn function(&self) -> Option<Call<'d>> {
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut quoted = false;
        for (at, byte) in self.code.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'(' if !quoted => open.push((at, 0)),
                b')' if !quoted => drop(open.pop()),
                b',' if !quoted => open.last_mut().into_iter().for_each(|(_, commas)| *commas += 1),
                _ => {}
            }
        }
        let (at, commas) = open.last().copied()?;
        let head = self.code.get(..at)?.trim_end();
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let name = head.get(head.trim_end_matches(part).len()..).filter(|name| !name.is_empty())?;
        Some(Call {
            name,
            keyword: words::function(&name.to_uppercase()),
            field: None,
            commas,
            brackets: true,
            args: self.code.get(at + 1..)?,
        })
    }

    /// The keyword that the statement, or the value that is assigned, begins with.
    fn statement(&self) -> Option<Call<'d>> {
        let all = document::words(self.code);
        let begins = |index: usize, word: &Word<'_>| {
            let head = self.code.get(..word.start).unwrap_or_default().trim_end();
            let before = index.checked_sub(1).and_then(|i| all.get(i)).map_or("", |w| w.text);
            let opens = ["then", "else", "in", "return"];
            head.is_empty()
                || head.ends_with(['=', ':', '(', ','])
                || head.bytes().all(|byte| byte.is_ascii_digit())
                || opens.iter().any(|word| before.eq_ignore_ascii_case(word))
        };
        let found = all.iter().enumerate().rev().filter(|(i, word)| begins(*i, word));
        let mut found = found.filter_map(|(index, _)| self.keyword_at(&all, index));
        let mut last = found.next()?;
        // A keyword that is the value of another: `TALK GET "name"`.
        while let Some(next) = last.next.and_then(|index| self.keyword_at(&all, index)) {
            // What names a variable is none: `HEAR size`.
            let first = field(last.keyword, " ").map(|(field, _)| field.ty);
            if first.is_some_and(|ty| matches!(ty, Type::Target | Type::Symbol | Type::Word)) {
                break;
            }
            last = next;
        }
        let (start, end, keyword) = (last.start, last.end, last.keyword);
        let args = self.code.get(end..)?;
        Some(Call {
            name: self.code.get(start..end)?,
            keyword: Some(keyword),
            field: field(keyword, args),
            commas: separators(keyword, args).iter().filter(|s| **s == ",").count(),
            brackets: false,
            args,
        })
    }
}

/// A keyword in a line.
struct Found {
    start: usize,
    end: usize,
    keyword: &'static Keyword,
    /// The word right behind it, by its number in the line.
    next: Option<usize>,
}

impl Cursor<'_> {
    /// The keyword that begins with a word. One that is still being written is none yet: it has no
    /// arguments.
    fn keyword_at(&self, all: &[Word<'_>], index: usize) -> Option<Found> {
        let run = all.get(index..)?;
        let (count, keyword) = words::longest(run.iter().map(|word| word.text))?;
        let (start, end) = (run.first()?.start, run.get(count - 1)?.end());
        let next = run.get(count).filter(|next| {
            self.code.get(end..next.start).is_some_and(|between| between.trim().is_empty())
        });
        let complete = end < self.code.len() || self.text.is_some();
        complete.then_some(Found { start, end, keyword, next: next.map(|_| index + count) })
    }
}

/// A keyword, function or procedure whose arguments are being written.
#[derive(Clone, Copy, Debug)]
pub struct Call<'d> {
    /// Its name as written.
    pub name: &'d str,
    /// What the vocabulary says of it; `None` for a procedure of the script.
    pub keyword: Option<&'static Keyword>,
    /// The field that the position is in, with the form that it is of; only for statements.
    pub field: Option<(&'static Field, &'static str)>,
    /// How many commas stand before the position.
    pub commas: usize,
    /// Whether it is called with brackets.
    pub brackets: bool,
    /// What of the arguments stands before the position.
    pub args: &'d str,
}

impl Call<'_> {
    /// The name of the field that the position is in.
    pub fn field_name(&self) -> Option<&'static str> {
        match (self.field, self.keyword) {
            (Some((field, _)), _) => Some(field.name),
            (None, Some(keyword)) => keyword.fields.get(self.commas).map(|field| field.name),
            _ => None,
        }
    }
}

/// The lead words of a keyword.
pub fn leads(keyword: &'static Keyword) -> Vec<&'static str> {
    let mut found = Vec::new();
    forms::of(keyword).iter().for_each(|form| collect(&form.elements, &mut found));
    found.sort_by_key(|lead| (std::cmp::Reverse(lead.len()), *lead));
    found.dedup();
    found
}

fn collect(elements: &[Element], found: &mut Vec<&'static str>) {
    for element in elements {
        match element {
            Element::Lead(word) | Element::Flag { word, .. } => found.push(word),
            Element::Optional(inner) => collect(inner, found),
            Element::Arg { .. } | Element::Comma => {}
        }
    }
}

/// The commas and lead words in arguments, those inside brackets and texts left out.
fn separators(keyword: &'static Keyword, args: &str) -> Vec<&'static str> {
    let leads = leads(keyword);
    let (mut found, mut depth, mut quoted, mut skip) = (Vec::new(), 0, false, 0);
    for (at, letter) in args.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ if quoted || depth > 0 || at < skip => {}
            ',' => found.push(","),
            _ => {
                let rest = args.get(at..).unwrap_or_default();
                let head = args.get(..at).unwrap_or_default();
                if let Some(lead) = leads.iter().find(|lead| stands_at(lead, head, rest)) {
                    found.push(*lead);
                    skip = at + lead.len();
                }
            }
        }
    }
    found
}

/// Whether a lead word stands between these two, by itself and complete.
fn stands_at(lead: &str, head: &str, rest: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let same = rest.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead));
    let after = rest.get(lead.len()..).and_then(|rest| rest.chars().next());
    match lead {
        "=" => same,
        _ => same && !head.ends_with(word) && after.is_some_and(|c| !word(c)),
    }
}

/// The field that comes after all these commas and lead words, in the first form that has them.
fn field(keyword: &'static Keyword, args: &str) -> Option<(&'static Field, &'static str)> {
    let given = separators(keyword, args);
    forms::of(keyword).iter().find_map(|form| {
        let mut walk = Walk { left: &given, found: None };
        walk.elements(&form.elements);
        let index = walk.found.filter(|_| walk.left.is_empty())?;
        Some((keyword.fields.get(index)?, form.text))
    })
}

struct Walk<'s> {
    left: &'s [&'static str],
    found: Option<usize>,
}

impl Walk<'_> {
    fn take(&mut self, wanted: &str) -> bool {
        let taken = self.left.first().is_some_and(|next| *next == wanted);
        if taken {
            self.left = self.left.get(1..).unwrap_or_default();
        }
        taken
    }

    fn elements(&mut self, elements: &[Element]) {
        for element in elements {
            if self.found.is_some() {
                return;
            }
            match element {
                Element::Arg { field, variadic } => {
                    while *variadic && self.take(",") {}
                    if self.left.is_empty() {
                        self.found = Some(*field);
                    }
                }
                Element::Lead(word) | Element::Flag { word, .. } => drop(self.take(word)),
                Element::Comma => drop(self.take(",")),
                Element::Optional(inner) => {
                    let first = inner.first();
                    let wanted = match first {
                        Some(Element::Lead(word) | Element::Flag { word, .. }) => Some(*word),
                        Some(Element::Comma) => Some(","),
                        _ => None,
                    };
                    let next = self.left.first().copied();
                    if wanted.is_none() || wanted == next {
                        self.elements(inner);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Encoding;

    /// The field at the end of a line: `KEYWORD field`.
    fn field_at(line: &str) -> String {
        let document = Document::new("a.bas", line.into(), Encoding::Utf16);
        let cursor = Cursor::new(&document, Position::new(0, 9_999));
        match cursor.call() {
            Some(call) => format!("{} {}", call.name, call.field_name().unwrap_or("?")),
            None => "none".into(),
        }
    }

    #[test]
    fn the_field_follows_commas_and_lead_words() {
        for (line, field) in [
            ("TALK ", "TALK text"),
            ("HEAR x AS ", "HEAR question"),
            ("rows = FIND \"a, WHERE b\" WHERE ", "FIND condition"),
            ("IF x THEN FIND \"", "FIND table"),
            ("SEND MAIL a, b(1, 2), ", "SEND MAIL body"),
            ("x = MID(LEFT(a, 1), ", "MID start"),
            ("TALK \"${LEFT(", "LEFT text"),
            ("ADD TOOL \"", "ADD TOOL tool"),
            ("TALK GET \"", "GET source"),
            ("TALK", "none"),
            ("x = 1", "none"),
        ] {
            assert_eq!(field_at(line), field, "{line}");
        }
    }

    #[test]
    fn texts_hold_code_and_comments_hold_nothing() {
        let at = |line: &str| {
            let document = Document::new("a.bas", line.into(), Encoding::Utf16);
            let cursor = Cursor::new(&document, Position::new(0, 9_999));
            (cursor.code.to_string(), cursor.text.map(str::to_string), cursor.comment)
        };
        assert_eq!(at("TALK \"a ${b.c"), ("b.c".into(), None, false));
        assert_eq!(at("TALK \"a ${b} c"), ("TALK ".into(), Some("a ${b} c".into()), false));
        assert!(at("x = 1 ' TALK \"").2);
        let document = Document::new("a.bas", "x = a.b?.c".into(), Encoding::Utf16);
        assert_eq!(Cursor::new(&document, Position::new(0, 7)).owner(), Some("a"));
        assert_eq!(Cursor::new(&document, Position::new(0, 10)).owner(), Some("b"));
    }
}
