//! What each piece of a source is, for editors and pages that colour it.
//!
//! The same lexer decides as for the compiler, so that a word is a keyword here exactly where it
//! is one there: `list` stays a variable, `SEND MAIL` is one word, and what stands in a `${…}`
//! inside a text is code again. Broken sources are coloured as far as they are understood.

use crate::hashed::HashMap;

use basilect_stdlib::Keyword;
use basilect_stdlib::words;

use crate::lexer::fold::{Folder, OPERATOR_WORDS, names};
use crate::lexer::heads::{STATEMENT_WORDS, clause_words};
use crate::lexer::lines::{Lines, is_one_of, leading_word};
use crate::lexer::scan::{Raw, RawToken, Scanner, interpolation_end};
use crate::lexer::token::{Spanned, Tok};
use crate::lexer::vocabulary::Vocabulary;
use crate::parser::raw::{WORKFLOW_HEADS, in_workflow, without_comment};
use crate::parser::{Survey, is_end};
use crate::source::Span;

/// What a piece is. Names of the author, brackets and operators are no piece.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A comment, with the mark that begins it.
    Comment,
    /// A text with its quotes, or a part of one.
    Text,
    /// `${` and `}` around code inside a text.
    Interpolation,
    /// A number.
    Number,
    /// `TRUE`, `FALSE`, `NULL`.
    Constant,
    /// A word of the language's own statements: `IF`, `TO`, `AND`.
    Word,
    /// A word that belongs to a keyword: `AS`, `WHERE`.
    Lead,
    /// The words of a keyword.
    Keyword(&'static Keyword),
    /// A function that is called.
    Function(&'static Keyword),
    /// A label or a line number.
    Label,
}

/// A piece of the source.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: Kind,
}

/// Whether a statement is no longer understood: two values stand side by side.
#[derive(Default)]
struct Lost {
    value: bool,
    lost: bool,
}

impl Lost {
    /// Looks at a word; true when its meaning there is not to be trusted.
    fn after(&mut self, token: &RawToken, tok: Option<&Tok<'_>>) -> bool {
        let name = matches!(tok, Some(Tok::Name(_)));
        let function = matches!(tok, Some(Tok::Open(keyword)) if keyword.run.is_some());
        self.lost |= self.value && (name || function) && token.spaced;
        self.value = name;
        self.lost && (name || function)
    }
    /// Goes over any token.
    fn pass(&mut self, token: &RawToken) {
        use Raw::{BraceClose, BracketClose, Number, ParenClose, Text, Word};
        if token.kind != Word {
            self.value =
                matches!(token.kind, Number | Text | ParenClose | BracketClose | BraceClose);
        }
    }
}

/// How deep code may lie in texts inside code.
const MAX_DEPTH: u32 = 4;

/// The pieces of a script in order; they do not overlap.
pub fn highlight(text: &str) -> Vec<Piece> {
    pieces(text, |survey| survey)
}

/// The same as if the script declared no procedures: `size(x)` is then the function of that name.
/// This is what words say by themselves, and all that the grammar of an editor can know.
pub fn highlight_words(text: &str) -> Vec<Piece> {
    pieces(text, |survey| Survey { procedures: HashMap::default(), ..survey })
}

fn pieces(text: &str, known: impl Fn(Survey) -> Survey) -> Vec<Piece> {
    let numbered = crate::classic::is_classic(text);
    if numbered && let Some(reading) = crate::classic::read(text) {
        let mut pieces = crate::classic::colour(text, &reading);
        pieces.sort_by_key(|piece| piece.span.start);
        return pieces;
    }
    let survey = known(Survey::of(text, numbered));
    let mut marker = Marker {
        text,
        procedures: &survey.procedures,
        numbered: survey.numbered,
        pieces: Vec::new(),
        covered: Vec::new(),
    };
    marker.script();
    marker.comments();
    marker.pieces.retain(|piece| piece.span.start < piece.span.end);
    marker.pieces.sort_by_key(|piece| piece.span.start);
    marker.pieces
}

struct Marker<'t> {
    text: &'t str,
    procedures: &'t HashMap<String, usize>,
    /// Whether lines begin with numbers.
    numbered: bool,
    pieces: Vec<Piece>,
    /// What has been read as something; comments lie between.
    covered: Vec<Span>,
}

impl<'t> Marker<'t> {
    fn script(&mut self) {
        let mut lines = Lines::new(self.text, self.numbered);
        let mut ignored = Vec::new();
        while lines.next_line(&mut ignored) {
            let tokens = std::mem::take(&mut lines.tokens);
            self.covered.extend(tokens.iter().map(|token| token.span));
            self.line(&tokens);
            self.block(&tokens, &mut lines);
            lines.tokens = tokens;
        }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn push(&mut self, span: Span, kind: Kind) {
        self.pieces.push(Piece { span, kind });
    }

    /// One logical line: a declaration that is read from the text itself, or statements.
    fn line(&mut self, tokens: &[RawToken]) {
        let [first, rest @ ..] = tokens else { return };
        if first.kind == Raw::Number && (self.numbered || !rest.is_empty()) {
            self.push(first.span, Kind::Label);
            return self.line_without_number(rest);
        }
        self.line_without_number(tokens);
    }

    fn line_without_number(&mut self, tokens: &[RawToken]) {
        let Some(first) = tokens.first() else { return };
        let declares = first.kind == Raw::Word && tokens.get(1).is_some_and(|next| !names(next));
        match self.slice(first.span) {
            word if declares && is_one_of(word, &["DESCRIPTION"]) => {
                self.push(first.span, Kind::Word);
                let end = tokens.last().map_or(first.span, |last| last.span);
                let start = tokens.get(1).map_or(first.span.end, |next| next.span.start);
                self.push(Span::new(start, end.end), Kind::Text);
            }
            word if declares && is_one_of(word, &["OPTION"]) => {
                tokens.iter().for_each(|token| self.push(token.span, Kind::Word));
            }
            word if declares && is_one_of(word, &["TABLE", "DATA"]) => {
                self.push(first.span, Kind::Word);
                tokens.iter().skip(1).for_each(|token| self.plain(token));
            }
            _ => self.statements(tokens),
        }
    }

    /// A token that is what it looks like.
    fn plain(&mut self, token: &RawToken) {
        match token.kind {
            Raw::Text => self.literal(token.span, 0),
            Raw::Number => self.push(token.span, Kind::Number),
            Raw::Unknown if self.slice(token.span).chars().count() > 1 => {
                self.push(token.span, Kind::Text);
            }
            _ => {}
        }
    }

    fn statements(&mut self, tokens: &[RawToken]) {
        let mut folded = Vec::new();
        let (mut at, mut inline) = (0, false);
        while at < tokens.len() {
            let mut folder = Folder::new(self.text, tokens, at, &mut folded, self.procedures);
            let end = folder.statement(inline, self.numbered);
            let next = folder.at.clamp(at + 1, tokens.len());
            inline |= end == crate::lexer::fold::End::Inline;
            self.overlay(tokens.get(at..next).unwrap_or(&[]), &folded, 0);
            at = next;
        }
    }

    /// Gives each raw token the meaning that folding found for it.
    fn overlay(&mut self, tokens: &[RawToken], folded: &[Spanned<'_>], depth: u32) {
        let (mut kind_due, mut name_due) = (false, false);
        let mut lost = Lost::default();
        for (index, token) in tokens.iter().enumerate() {
            let called = tokens.get(index + 1).is_some_and(|next| next.kind == Raw::ParenOpen);
            let names_kind = std::mem::take(&mut kind_due);
            let named = std::mem::take(&mut name_due);
            match token.kind {
                Raw::Word => {
                    let tok = around(folded, token.span);
                    kind_due = matches!(tok, Some(Tok::As | Tok::Lead("AS")));
                    name_due = self.names_next(token.span, tok);
                    let ends = index == 0 && is_one_of(self.slice(token.span), &["END"]);
                    let name = matches!(tok, Some(Tok::Name(_)));
                    let tok = match lost.after(token, tok) || ends && name && tokens.len() > 1 {
                        true => None,
                        false => tok,
                    };
                    kind_due |= tok.is_none() && is_one_of(self.slice(token.span), &["AS"]);
                    match names_kind && self.is_capitals(token.span) {
                        true => self.push(token.span, Kind::Lead),
                        false => self.word(token.span, tok, called && !named),
                    }
                }
                Raw::Text => self.literal(token.span, depth),
                _ => self.plain(token),
            }
            lost.pass(token);
        }
    }

    /// `AS EMAIL`: a kind is written in capitals; `AS value` names a variable.
    fn is_capitals(&self, span: Span) -> bool {
        self.slice(span).bytes().all(|byte| byte.is_ascii_uppercase())
    }

    /// Whether the word behind this one is a name although it looks like a call: `DIM left(3)`.
    fn names_next(&self, span: Span, tok: Option<&Tok<'_>>) -> bool {
        matches!(tok, Some(Tok::Dim | Tok::Call | Tok::Sub | Tok::Function))
            || is_one_of(self.slice(span), &["CALL"])
    }

    fn word(&mut self, span: Span, tok: Option<&Tok<'_>>, called: bool) {
        let written = self.slice(span);
        let kind = match tok {
            Some(Tok::Name(whole)) if whole.len() > written.len() && is_call(written) => {
                Some(Kind::Word)
            }
            Some(Tok::Name(_) | Tok::Key(_)) => self.function(written, called),
            Some(Tok::Open(keyword)) if keyword.run.is_some() => Some(Kind::Function(keyword)),
            Some(Tok::Open(keyword)) => Some(Kind::Keyword(keyword)),
            Some(Tok::True | Tok::False | Tok::Null) => Some(Kind::Constant),
            Some(Tok::Lead(_) | Tok::PairAs) => Some(Kind::Lead),
            Some(Tok::Label(_)) => Some(Kind::Label),
            Some(Tok::Query(_)) => self.query_word(written, called),
            Some(_) => Some(Kind::Word),
            None if is_one_of(written, &["CALL", "LABEL", "LET", "SET"]) => Some(Kind::Word),
            None => self.likely(span),
        };
        if let Some(kind) = kind {
            self.push(span, kind);
        }
    }

    /// Behind what could not be understood, a word in capitals is likely to mean what it says.
    fn likely(&self, span: Span) -> Option<Kind> {
        let written = self.slice(span);
        if !self.is_capitals(span) {
            return None;
        }
        let mut others = clause_words().chain(OPERATOR_WORDS.iter().copied());
        match is_one_of(written, STATEMENT_WORDS) || others.any(|word| word == written) {
            true => Some(Kind::Word),
            false => match Vocabulary::get().exact(written).map(|entry| entry.keyword) {
                Some(keyword) if keyword.run.is_none() => Some(Kind::Keyword(keyword)),
                _ => Vocabulary::get().begins_lead(written).then_some(Kind::Lead),
            },
        }
    }

    /// In a query the words of SQL mean something; all others are columns and tables.
    fn query_word(&self, written: &str, called: bool) -> Option<Kind> {
        let of_sql = basilect_stdlib::pure::query::parse::words()
            .any(|word| word.eq_ignore_ascii_case(written));
        match written {
            _ if of_sql => Some(Kind::Word),
            _ if written.eq_ignore_ascii_case("NULL") => Some(Kind::Constant),
            _ => self.function(written, called),
        }
    }

    fn function(&self, written: &str, called: bool) -> Option<Kind> {
        let own = self.procedures.contains_key(&written.to_uppercase());
        crate::names::function(written).filter(|_| called && !own).map(Kind::Function)
    }

    /// A text in quotes; between single quotes `${…}` is text too.
    fn literal(&mut self, span: Span, depth: u32) {
        match self.slice(span).starts_with('\'') || depth >= MAX_DEPTH {
            true => self.push(span, Kind::Text),
            false => self.raw_text(span, depth),
        }
    }

    /// A text whose `${…}` hold code.
    fn raw_text(&mut self, span: Span, depth: u32) {
        let bytes = self.slice(span).as_bytes();
        let (mut from, mut at) = (0, 0);
        while at < bytes.len() {
            let here = bytes.get(at..).unwrap_or(&[]);
            let end = match here {
                [b'$', b'$', b'{', ..] => {
                    at += 3;
                    continue;
                }
                [b'$', b'{', ..] => interpolation_end(bytes, at + 2, 0),
                _ => None,
            };
            let Some(end) = end else {
                at += 1;
                continue;
            };
            self.push(inside(span, from, at), Kind::Text);
            self.push(inside(span, at, at + 2), Kind::Interpolation);
            self.code(inside(span, at + 2, end - 1), depth + 1);
            self.push(inside(span, end - 1, end), Kind::Interpolation);
            (from, at) = (end, end);
        }
        self.push(inside(span, from, bytes.len()), Kind::Text);
    }

    /// An expression inside a text.
    fn code(&mut self, span: Span, depth: u32) {
        let code = self.slice(span);
        let (mut tokens, mut ignored, mut folded) = (Vec::new(), Vec::new(), Vec::new());
        Scanner::new(code, span.start).scan_line(&mut tokens, &mut ignored);
        let folder = Folder::new(code, &tokens, 0, &mut folded, self.procedures);
        folder.based(span.start).expression();
        self.overlay(&tokens, &folded, depth);
    }

    /// The raw lines of TABLE … END TABLE, BEGIN … END and ORCHESTRATE WORKFLOW.
    fn block(&mut self, tokens: &[RawToken], lines: &mut Lines<'t>) {
        let word = |index: usize| tokens.get(index).map_or("", |token| self.slice(token.span));
        if is_one_of(word(0), &["ORCHESTRATE"]) && is_one_of(word(1), &["WORKFLOW"]) {
            return self.workflow(lines);
        }
        let table = is_one_of(word(0), &["TABLE"]);
        let begins = is_one_of(leading_word(&word(0).replace('_', " ")), &["BEGIN"]);
        if !(table || begins) || tokens.get(1).is_none_or(names) {
            return;
        }
        let closer = if table { "TABLE".to_string() } else { self.closer(tokens) };
        while let Some((line, span)) = lines.raw_line() {
            self.covered.push(span);
            if is_end(line, &closer) {
                return self.words_of(line, span);
            }
            match table {
                true => self.column(line, span),
                false => self.raw_text(span, 0),
            }
        }
    }

    /// The steps of a workflow, to its end.
    fn workflow(&mut self, lines: &mut Lines<'t>) {
        while lines.peek_raw().is_some_and(in_workflow) {
            let Some((line, span)) = lines.raw_line() else { return };
            self.covered.push(span);
            let kept = without_comment(line);
            if is_end(kept, "WORKFLOW") {
                return self.words_of(line, span);
            }
            let (start, end) = (line.len() - line.trim_start().len(), line.trim_end().len());
            self.push(inside(span, start.max(kept.len()), end), Kind::Comment);
            let mut tokens = Vec::new();
            Scanner::new(kept, span.start).scan_line(&mut tokens, &mut Vec::new());
            for token in tokens {
                let word = token.kind == Raw::Word;
                match word
                    && workflow_words().any(|w| w.eq_ignore_ascii_case(self.slice(token.span)))
                {
                    true => self.push(token.span, Kind::Word),
                    false => self.plain(&token),
                }
            }
        }
    }

    /// The words after END that close what BEGIN opens: those of its keyword.
    fn closer(&self, tokens: &[RawToken]) -> String {
        let words = tokens.iter().skip(1).take_while(|token| token.kind == Raw::Word);
        let words: Vec<&str> = words.map(|token| self.slice(token.span)).collect();
        let found = words::longest(words.iter().copied());
        let count = found.map_or(1, |(count, _)| count);
        words.get(..count).unwrap_or(&[]).join(" ").to_uppercase()
    }

    fn words_of(&mut self, line: &str, span: Span) {
        let start = line.len() - line.trim_start().len();
        let remark = line.find('\'').unwrap_or(line.len());
        let words = line.get(..remark).map_or(start, |words| words.trim_end().len());
        self.push(inside(span, start, words), Kind::Word);
        self.push(inside(span, remark, line.trim_end().len()), Kind::Comment);
    }

    /// A line of TABLE: the name of a column, then words about it.
    fn column(&mut self, line: &'t str, span: Span) {
        let trimmed = line.trim_start();
        if trimmed.starts_with(['\'', '#']) || trimmed.starts_with("--") {
            return self.push(span, Kind::Comment);
        }
        let remark = remark_of_sql(line);
        self.push(inside(span, remark, line.trim_end().len()), Kind::Comment);
        let (line, span) = (line.get(..remark).unwrap_or(line), inside(span, 0, remark));
        let mut tokens = Vec::new();
        Scanner::new(line, span.start).scan_line(&mut tokens, &mut Vec::new());
        // `FIELD name AS text` says the same as `name text`.
        let written = |at: usize| tokens.get(at).map_or("", |token| self.slice(token.span));
        let field = is_one_of(written(0), &["FIELD"]) && is_one_of(written(2), &["AS"]);
        if let Some(first) = tokens.first().filter(|_| field) {
            self.push(first.span, Kind::Word);
        }
        for (index, token) in tokens.iter().enumerate().skip(usize::from(field)) {
            match token.kind {
                Raw::Word if index > usize::from(field) => self.push(token.span, Kind::Lead),
                _ => self.plain(token),
            }
        }
        let from = tokens.last().map_or(0, |last| last.span.end - span.start) as usize;
        self.column_ends(line.get(from..).unwrap_or(""), inside(span, from, line.len()));
    }

    /// What stands behind the words of a column: a remark, or a value in single quotes.
    fn column_ends(&mut self, rest: &str, span: Span) {
        let from = rest.len() - rest.trim_start().len();
        let quoted = rest.get(from + 1..).and_then(|inner| inner.find('\''));
        match quoted.filter(|_| rest.get(from..).is_some_and(|text| text.starts_with('\''))) {
            Some(at) => self.push(inside(span, from, from + at + 2), Kind::Text),
            None if rest.trim().is_empty() => {}
            None => self.push(inside(span, from, rest.trim_end().len()), Kind::Comment),
        }
    }

    /// What lies between the tokens and is not blank.
    fn comments(&mut self) {
        self.covered.sort_by_key(|span| span.start);
        let end = self.text.len() as u32;
        let mut at = 0;
        let mut gaps = Vec::new();
        for span in self.covered.iter().chain(std::iter::once(&Span::new(end, end))) {
            if span.start > at {
                gaps.push(Span::new(at, span.start));
            }
            at = at.max(span.end);
        }
        for gap in gaps {
            self.comments_in(gap);
        }
    }

    fn comments_in(&mut self, gap: Span) {
        let mut start = gap.start as usize;
        for line in self.slice(gap).split_inclusive('\n') {
            let kept = line.trim();
            let from = start + line.find(kept).unwrap_or(0);
            start += line.len();
            if !kept.is_empty() && kept != "_" && kept != "\u{feff}" {
                let span = Span::new(from as u32, (from + kept.len()) as u32);
                self.push(span, Kind::Comment);
            }
        }
    }
}

/// The folded token that holds a raw one. Tokens without width stand between.
fn around<'f, 't>(folded: &'f [Spanned<'t>], span: Span) -> Option<&'f Tok<'t>> {
    const LOOK_BACK: usize = 8;
    let before = folded.partition_point(|(start, ..)| *start <= span.start);
    let near = folded.get(..before)?.iter().rev().take(LOOK_BACK);
    near.filter(|(.., end)| span.end <= *end).map(|(_, tok, _)| tok).next()
}

/// Where ` -- ` begins a remark of SQL, or the end of the line.
fn remark_of_sql(line: &str) -> usize {
    let quoted =
        |at: usize| line.get(..at).is_some_and(|it| it.matches(['\'', '"']).count() % 2 > 0);
    let mut found = line.match_indices(" -- ").map(|(at, _)| at + 1);
    found.find(|at| !quoted(*at)).unwrap_or(line.len())
}

/// The words that mean something in a workflow.
pub(crate) fn workflow_words() -> impl Iterator<Item = &'static str> {
    const INSIDE: [&str; 6] = ["BOT", "HUMAN", "APPROVAL", "FROM", "END", "ELSE"];
    WORKFLOW_HEADS.iter().chain(&INSIDE).copied()
}

fn is_call(written: &str) -> bool {
    written.eq_ignore_ascii_case("CALL")
}

/// A part of a span, by the bytes in it.
fn inside(span: Span, from: usize, to: usize) -> Span {
    Span::new(span.start + from as u32, span.start + to as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kind:text` of each piece.
    fn pieces(text: &str) -> Vec<String> {
        let pieces = highlight(text);
        assert!(pieces.windows(2).all(|two| two[0].span.end <= two[1].span.start), "{pieces:?}");
        let shown = |piece: &Piece| {
            let kind = match piece.kind {
                Kind::Comment => "comment",
                Kind::Text => "text",
                Kind::Interpolation => "mark",
                Kind::Number => "number",
                Kind::Constant => "constant",
                Kind::Word => "word",
                Kind::Lead => "lead",
                Kind::Keyword(keyword) | Kind::Function(keyword) => keyword.name,
                Kind::Label => "label",
            };
            format!("{kind}:{}", &text[piece.span.start as usize..piece.span.end as usize])
        };
        pieces.iter().map(shown).collect()
    }

    #[test]
    fn keywords_are_those_of_the_compiler() {
        assert_eq!(
            pieces("list = FIND \"t\" WHERE a > 5 ' rows\nIF list THEN TALK LEN(list)"),
            [
                "FIND:FIND",
                "text:\"t\"",
                "lead:WHERE",
                "number:5",
                "comment:' rows",
                "word:IF",
                "word:THEN",
                "TALK:TALK",
                "LEN:LEN"
            ]
        );
        assert_eq!(pieces("talk = NULL"), ["constant:NULL"]);
        assert_eq!(pieces("HEAR x AS DATE"), ["HEAR:HEAR", "lead:AS", "lead:DATE"]);
        assert_eq!(pieces("send_mail a, b, c"), ["SEND MAIL:send_mail"]);
    }

    #[test]
    fn texts_hold_code() {
        assert_eq!(
            pieces("TALK \"a ${UCASE(\"b\")} $${c}\""),
            [
                "TALK:TALK",
                "text:\"a ",
                "mark:${",
                "UCASE:UCASE",
                "text:\"b\"",
                "mark:}",
                "text: $${c}\""
            ]
        );
    }

    #[test]
    fn queries_have_words_of_their_own() {
        assert_eq!(
            pieces("x = SELECT name, SUM(list) FROM t WHERE name IS NOT NULL ORDER BY name"),
            [
                "word:SELECT",
                "SUM:SUM",
                "word:FROM",
                "word:WHERE",
                "word:IS",
                "word:NOT",
                "constant:NULL",
                "word:ORDER",
                "word:BY"
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_coloured_by_its_words() {
        assert_eq!(
            pieces("HAER day AS DATE WITH \"When?\""),
            ["word:AS", "lead:DATE", "word:WITH", "text:\"When?\""]
        );
        assert!(pieces("Always be polite to people").is_empty());
        assert_eq!(pieces("END SELCT"), ["word:END"]);
        assert_eq!(pieces("TALK „low“"), ["TALK:TALK", "text:„low“"]);
    }

    #[test]
    fn words_alone_know_no_procedures() {
        let text = "SUB size(x)\nEND SUB\nTALK size(1)";
        let kinds = |found: Vec<Piece>| {
            found.iter().filter(|piece| matches!(piece.kind, Kind::Function(_))).count()
        };
        assert_eq!((kinds(highlight(text)), kinds(highlight_words(text))), (0, 1));
    }

    #[test]
    fn lines_that_others_replace_have_colours_too() {
        assert_eq!(
            pieces("10 PRINT \"OLD\"\n10 OPTION BASE 1\nRUN"),
            [
                "label:10",
                "word:PRINT",
                "text:\"OLD\"",
                "label:10",
                "word:OPTION",
                "word:BASE",
                "number:1",
                "word:RUN"
            ]
        );
    }

    #[test]
    fn steps_of_a_workflow_and_fields_of_a_table() {
        assert_eq!(
            pieces(
                "ORCHESTRATE WORKFLOW \"w\"\n STEP 1: HUMAN APPROVAL FROM boss ' now\nEND WORKFLOW"
            ),
            [
                "word:ORCHESTRATE",
                "word:WORKFLOW",
                "text:\"w\"",
                "word:STEP",
                "number:1",
                "word:HUMAN",
                "word:APPROVAL",
                "word:FROM",
                "comment:' now",
                "word:END WORKFLOW"
            ]
        );
        assert_eq!(
            pieces("TABLE t\n FIELD id AS integer\n a text -- b\nEND TABLE ' done"),
            [
                "word:TABLE",
                "word:FIELD",
                "lead:AS",
                "lead:integer",
                "lead:text",
                "comment:-- b",
                "word:END TABLE",
                "comment:' done"
            ]
        );
    }

    #[test]
    fn data_of_classic_programs_is_text_and_numbers() {
        assert_eq!(
            pieces("10 DATA A B, -2, \"C, D\" : PRINT SPC(1)"),
            [
                "label:10",
                "word:DATA",
                "number:-2",
                "text:\"C, D\"",
                "word:PRINT",
                "word:SPC",
                "number:1"
            ]
        );
    }

    #[test]
    fn raw_blocks_are_text_and_tables_have_columns() {
        assert_eq!(
            pieces("BEGIN TALK\n' no ${x}\nEND TALK\nTABLE t\n  id integer key ' one\nEND TABLE\n"),
            [
                "word:BEGIN",
                "TALK:TALK",
                "text:' no ",
                "mark:${",
                "mark:}",
                "word:END TALK",
                "word:TABLE",
                "lead:integer",
                "lead:key",
                "comment:' one",
                "word:END TABLE"
            ]
        );
    }

    #[test]
    fn comments_labels_and_broken_lines() {
        assert_eq!(
            pieces("REM a\n// b\n10 PRINT 1 : GOTO 10\nagain:\nIF ( THEN \"x"),
            [
                "comment:REM a",
                "comment:// b",
                "label:10",
                "PRINT:PRINT",
                "number:1",
                "word:GOTO",
                "number:10",
                "label:again",
                "word:IF",
                "text:\"x"
            ]
        );
    }
}
