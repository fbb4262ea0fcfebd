//! The first words of a statement: what kind it is and which words it gives a meaning.

use super::fold::{End, Folder, SubWord, names};
use super::lines::is_one_of;
use super::scan::{Raw, RawToken};
use super::token::{Closer, Tok};
use crate::ast::ExitKind;
use crate::source::Span;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;

const IF_WORDS: &[SubWord] = &[("THEN", Tok::Then, true), ("GOTO", Tok::Goto, true)];
const FOR_WORDS: &[SubWord] =
    &[("TO", Tok::To, true), ("STEP", Tok::Step, true), ("DO", Tok::DoTail, false)];
const EACH_WORDS: &[SubWord] =
    &[("IN", Tok::In, true), ("LAST", Tok::Last, true), ("DO", Tok::DoTail, false)];
const DO_WORDS: &[SubWord] = &[("DO", Tok::DoTail, false)];
const CASE_WORDS: &[SubWord] = &[("TO", Tok::To, true)];
const AS_WORDS: &[SubWord] = &[("AS", Tok::As, true)];
const DIM_WORDS: &[SubWord] = &[("AS", Tok::As, false), ("TO", Tok::To, true)];
const PAIR_WORDS: &[SubWord] = &[("AS", Tok::PairAs, true)];
const ON_WORDS: &[SubWord] = &[("GOTO", Tok::Goto, true), ("GOSUB", Tok::GoSub, true)];
const PARAM_WORDS: &[SubWord] = &[
    ("AS", Tok::As, true),
    ("LIKE", Tok::Example, true),
    ("DESCRIPTION", Tok::Describe, true),
    ("OPTIONAL", Tok::Optional, false),
    ("REQUIRED", Tok::Required, false),
    ("DEFAULT", Tok::DefaultTail, true),
    ("ENUM", Tok::Enum, true),
];

/// The words that begin statements, for suggestions.
pub const STATEMENT_WORDS: &[&str] = &[
    "IF",
    "ELSE",
    "ELSEIF",
    "END",
    "ENDIF",
    "FOR",
    "NEXT",
    "WHILE",
    "WEND",
    "DO",
    "LOOP",
    "REPEAT",
    "UNTIL",
    "SELECT",
    "SWITCH",
    "CASE",
    "DEFAULT",
    "SUB",
    "FUNCTION",
    "RETURN",
    "EXIT",
    "BREAK",
    "CONTINUE",
    "GOTO",
    "GOSUB",
    "ON",
    "TRY",
    "CATCH",
    "FINALLY",
    "THROW",
    "RESUME",
    "ASSERT",
    "PARAM",
    "DESCRIPTION",
    "WITH",
    "DIM",
    "CONST",
    "LET",
    "SET",
    "CALL",
    "TABLE",
    "BEGIN",
    "OPTION",
    "STOP",
    "PRINT",
    "INPUT",
    "DATA",
    "READ",
    "RESTORE",
    "RANDOMIZE",
];

/// Further words that begin statements, which nobody needs to be told of.
pub const OTHER_STATEMENT_WORDS: &[&str] =
    &["ENDFOR", "ENDFUNCTION", "ENDSELECT", "ENDSUB", "ENDSWITCH", "ENDWHILE", "LABEL", "DEF"];

/// Words that stand inside statements and are no [`SubWord`]: those that the heads below ask for.
pub const INNER_WORDS: &[&str] = &["EACH", "TAB", "SPC", "USING", "IS", "WHILE", "UNTIL"];

/// The words that statements give a meaning inside themselves.
pub fn clause_words() -> impl Iterator<Item = &'static str> {
    let tables =
        [IF_WORDS, FOR_WORDS, EACH_WORDS, DO_WORDS, CASE_WORDS, AS_WORDS, DIM_WORDS, PAIR_WORDS];
    let tables = tables.into_iter().chain([ON_WORDS, PARAM_WORDS]);
    tables.flatten().map(|(word, ..)| *word)
}

/// Whether a keyword has an answer.
fn answers(keyword: &Keyword) -> bool {
    keyword.result != Type::Nothing
}

impl<'a> Folder<'a, '_> {
    /// Folds the statement that starts here. `inline` means that ELSE ends it.
    pub fn statement(&mut self, inline: bool, numbered: bool) -> End {
        self.inline = inline;
        self.numbered = numbered;
        let Some(first) = self.peek(0) else { return End::Line };
        match first.kind {
            Raw::Word => {}
            Raw::BraceClose => return self.closing_brace(),
            Raw::Number if inline && self.statement_ends(1) => return self.line_target(first),
            Raw::Dot => return self.dotted(),
            Raw::Question if numbered => return self.print_items(),
            _ => {
                self.give(0);
                return self.rest();
            }
        }
        if let Some(end) = self.label() {
            return end;
        }
        self.assign_at = self.assignment(self.at).unwrap_or(usize::MAX);
        if self.assign_at != usize::MAX {
            self.plain = true;
            return self.rest();
        }
        let named = self.peek(1).is_some_and(|t| names(&t));
        match (!named).then(|| self.head()).flatten() {
            Some(end) => end,
            None => {
                if self.procedure_call() {
                } else if !self.keyword(true) {
                    self.plain = true;
                    self.give(0);
                } else if matches!(self.out.first(), Some((_, Tok::Open(k), _)) if answers(k)) {
                    self.give(0);
                }
                self.rest()
            }
        }
    }
    /// Says to the grammar that a value stands here, not a statement.
    fn give(&mut self, at: usize) {
        if self.gives {
            let start = self
                .out
                .first()
                .map_or_else(|| self.peek(0).map_or(0, |token| token.span.start), |token| token.0);
            self.out.insert(at, (start, Tok::Give, start));
        }
    }
    /// `.name = value`, a line of WITH.
    fn dotted(&mut self) -> End {
        self.take(Tok::Dot, 1);
        self.plain = true;
        self.assign_at = self.assignment(self.at).unwrap_or(usize::MAX);
        self.rest()
    }
    /// `THEN 100` is `THEN GOTO 100`.
    fn line_target(&mut self, number: RawToken) -> End {
        let start = number.span.start;
        self.push(Tok::Goto, Span::new(start, start));
        self.rest()
    }
    fn closing_brace(&mut self) -> End {
        if is_one_of(self.word(1), &["ELSE", "ELSEIF", "CATCH", "FINALLY"]) {
            self.at += 1;
            return self.statement(self.inline, self.numbered);
        }
        self.take(Tok::End(Closer::Brace), 1);
        match self.peek(0) {
            None => End::Line,
            Some(token) => {
                if matches!(token.kind, Raw::Semicolon | Raw::Colon) {
                    self.at += 1;
                }
                if self.peek(0).is_some() { End::Separator } else { End::Line }
            }
        }
    }
    /// `name:` at the start of a line.
    fn label(&mut self) -> Option<End> {
        let colon = self.peek(1).filter(|t| t.kind == Raw::Colon)?;
        let word = self.word(0);
        let bare =
            is_one_of(word, STATEMENT_WORDS) || self.numbered && self.vocabulary.begins(word);
        if colon.spaced && self.peek(2).is_some() || bare {
            return None;
        }
        self.take(Tok::Label(word), 1);
        self.at += 1;
        Some(if self.peek(0).is_some() { End::Separator } else { End::Line })
    }
    /// The token that assigns, if a target and `=` stand at `from`.
    fn assignment(&self, from: usize) -> Option<usize> {
        // `IF (a) = b THEN` compares; no element of a variable IF is set.
        const HEADS: [&str; 10] = [
            "IF", "ELSEIF", "WHILE", "UNTIL", "CASE", "RETURN", "ASSERT", "THROW", "TALK", "PRINT",
        ];
        let grouped = self
            .raw
            .get(from + 1)
            .is_some_and(|t| t.kind == Raw::ParenOpen || t.kind == Raw::BracketOpen && t.spaced);
        let head = self.raw.get(from).is_some_and(|t| is_one_of(self.slice(t), &HEADS));
        if grouped && head {
            return None;
        }
        let mut at = from + 1;
        loop {
            let token = self.raw.get(at)?;
            match token.kind {
                Raw::Eq | Raw::OpAssign => return Some(at),
                Raw::Dot | Raw::QuestionDot => {
                    self.raw.get(at + 1).filter(|t| t.kind == Raw::Word)?;
                    at += 2;
                }
                Raw::BracketOpen | Raw::ParenOpen => at = self.matching(at)? + 1,
                _ => return None,
            }
        }
    }
    fn matching(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (index, token) in self.raw.iter().enumerate().skip(open) {
            match token.kind {
                Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen | Raw::HashBrace => depth += 1,
                Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(index);
                    }
                }
                Raw::DollarBrace => depth += 1,
                _ => {}
            }
        }
        None
    }

    /// Emits a head of `count` words and folds the rest with the words of the statement.
    fn with(&mut self, tok: Tok<'a>, count: usize, words: &'static [SubWord]) -> Option<End> {
        self.take(tok, count);
        self.words = words;
        Some(self.rest())
    }
    fn plainly(&mut self, tok: Tok<'a>, count: usize, words: &'static [SubWord]) -> Option<End> {
        self.plain = true;
        self.with(tok, count, words)
    }
    fn named(&mut self, tok: Tok<'a>, count: usize, words: &'static [SubWord]) -> Option<End> {
        self.names_only = true;
        self.words_inside = true;
        self.with(tok, count, words)
    }
    fn closer(&mut self, closer: Closer, count: usize) -> Option<End> {
        self.take(Tok::End(closer), count);
        if self.peek(0).is_some_and(|t| t.kind == Raw::Word) && self.word(0).len() > 1 {
            let ends = self.inline && is_one_of(self.word(0), &["ELSE", "END", "ENDIF", "ELSEIF"]);
            if !ends {
                self.at += 1;
            }
        }
        self.operand = false;
        Some(self.rest())
    }
    fn exit(&mut self, kind: ExitKind, count: usize) -> Option<End> {
        self.take(Tok::Exit(kind), count);
        self.operand = false;
        Some(self.rest())
    }
    /// A head without operands, after which a statement may stand on the same line.
    fn alone(&mut self, tok: Tok<'a>, count: usize) -> Option<End> {
        self.take(tok, count);
        match self.peek(0).map(|t| t.kind) {
            None => Some(End::Line),
            Some(Raw::BlockOpen | Raw::Colon | Raw::Semicolon) => {
                self.brace = self.peek(0).is_some_and(|t| t.kind == Raw::BlockOpen);
                self.at += 1;
                Some(if self.peek(0).is_some() { End::Inline } else { End::Line })
            }
            Some(_) => Some(End::Inline),
        }
    }

    fn head(&mut self) -> Option<End> {
        let word = self.word(0);
        let mut buffer = [0u8; 11];
        let upper = buffer.get_mut(..word.len())?;
        upper.copy_from_slice(word.as_bytes());
        upper.make_ascii_uppercase();
        let upper: &[u8] = upper;
        self.block_head(upper).or_else(|| self.flow_head(upper)).or_else(|| self.other_head(upper))
    }
    fn block_head(&mut self, upper: &[u8]) -> Option<End> {
        match upper {
            b"IF" => self.with(Tok::If, 1, IF_WORDS),
            b"ELSEIF" => self.with(Tok::ElseIf, 1, IF_WORDS),
            b"ELSE" if self.is_word(1, "IF") => self.with(Tok::ElseIf, 2, IF_WORDS),
            b"ELSE" => self.alone(Tok::Else, 1),
            b"FOR" if self.is_word(1, "EACH") && !self.word(2).is_empty() => {
                self.plainly(Tok::ForEach, 2, EACH_WORDS)
            }
            b"FOR" if self.is_word(2, "IN") => self.plainly(Tok::ForEach, 1, EACH_WORDS),
            b"FOR" => self.for_counted(),
            b"NEXT" => self.next(),
            b"WHILE" => self.with(Tok::While, 1, DO_WORDS),
            b"WEND" => self.closer(Closer::While, 1),
            b"DO" => self.do_head(),
            b"LOOP" => self.loop_tail(),
            b"REPEAT" if self.peek(1).is_none() => self.alone(Tok::Repeat, 1),
            b"UNTIL" => self.with(Tok::Until, 1, &[]),
            b"SELECT" if self.is_word(1, "CASE") => self.with(Tok::Select, 2, &[]),
            b"SELECT" | b"SWITCH" => self.with(Tok::Select, 1, &[]),
            b"CASE" if self.is_word(1, "ELSE") => self.alone(Tok::CaseElse, 2),
            b"CASE" => self.with(Tok::Case, 1, CASE_WORDS),
            b"DEFAULT" if self.peek(1).is_none_or(|t| t.kind == Raw::Colon) => {
                self.alone(Tok::CaseElse, 1)
            }
            b"SUB" => self.named(Tok::Sub, 1, AS_WORDS),
            b"FUNCTION" => self.named(Tok::Function, 1, AS_WORDS),
            b"TRY" if self.peek(1).is_none_or(|t| t.kind != Raw::Word) => self.alone(Tok::Try, 1),
            b"CATCH" => self.named(Tok::Catch, 1, &[]),
            b"FINALLY" => self.alone(Tok::Finally, 1),
            b"WITH" => self.plainly(Tok::With, 1, &[]),
            b"END" => self.end_head(),
            b"ENDIF" => self.closer(Closer::If, 1),
            b"ENDFOR" => self.closer(Closer::For, 1),
            b"ENDSUB" | b"ENDFUNCTION" => self.closer(Closer::Procedure, 1),
            b"ENDWHILE" => self.closer(Closer::While, 1),
            b"ENDSELECT" | b"ENDSWITCH" => self.closer(Closer::Select, 1),
            b"SCHEDULE" if self.is_word(1, "IN") && self.ends_with_do() => {
                self.with(Tok::Schedule, 2, DO_WORDS)
            }
            b"ORCHESTRATE" if self.is_word(1, "WORKFLOW") => self.with(Tok::Workflow, 2, &[]),
            _ => None,
        }
    }
    fn ends_with_do(&self) -> bool {
        self.raw.last().is_some_and(|t| is_one_of(self.slice(t), &["DO"]))
    }
    /// `FOR i = a TO b`: the `=` assigns.
    fn for_counted(&mut self) -> Option<End> {
        self.assign_at = self.assignment(self.at + 1).unwrap_or(usize::MAX);
        self.plainly(Tok::For, 1, FOR_WORDS)
    }
    fn next(&mut self) -> Option<End> {
        self.named(Tok::Next, 1, &[])
    }
    fn do_head(&mut self) -> Option<End> {
        match self.word(1) {
            w if w.eq_ignore_ascii_case("WHILE") => {
                self.take(Tok::Do, 1);
                self.with(Tok::WhileTail, 1, &[])
            }
            w if w.eq_ignore_ascii_case("UNTIL") => {
                self.take(Tok::Do, 1);
                self.with(Tok::UntilTail, 1, &[])
            }
            _ => self.alone(Tok::Do, 1),
        }
    }
    fn loop_tail(&mut self) -> Option<End> {
        self.take(Tok::Loop, 1);
        match self.word(0) {
            w if w.eq_ignore_ascii_case("WHILE") => self.with(Tok::WhileTail, 1, &[]),
            w if w.eq_ignore_ascii_case("UNTIL") => self.with(Tok::UntilTail, 1, &[]),
            _ => Some(self.rest()),
        }
    }
    fn end_head(&mut self) -> Option<End> {
        let second = self.word(1);
        let closer = match second {
            _ if is_one_of(second, &["IF"]) => Closer::If,
            _ if is_one_of(second, &["FOR"]) => Closer::For,
            _ if is_one_of(second, &["WHILE"]) => Closer::While,
            _ if is_one_of(second, &["DO", "LOOP"]) => Closer::Do,
            _ if is_one_of(second, &["SELECT", "SWITCH"]) => Closer::Select,
            _ if is_one_of(second, &["SUB", "FUNCTION"]) => Closer::Procedure,
            _ if is_one_of(second, &["TRY"]) => Closer::Try,
            _ if is_one_of(second, &["WITH"]) => Closer::With,
            _ if is_one_of(second, &["ON"]) => Closer::On,
            _ if is_one_of(second, &["SCHEDULE"]) => Closer::Schedule,
            _ if is_one_of(second, &["WORKFLOW"]) => Closer::Workflow,
            _ if second.is_empty() || is_one_of(second, &["ELSE"]) => {
                return self.exit(ExitKind::Script, 1);
            }
            _ => return None,
        };
        self.closer(closer, 2)
    }

    fn flow_head(&mut self, upper: &[u8]) -> Option<End> {
        match upper {
            b"RETURN" if self.is_word(1, "WITH") && self.peek(2).is_some() => {
                self.with(Tok::ReturnWith, 2, PAIR_WORDS)
            }
            b"RETURN" => self.with(Tok::Return, 1, &[]),
            b"EXIT" => self.exit_head(),
            b"BREAK" => self.exit(ExitKind::Any, 1),
            b"STOP" if self.statement_ends(1) => self.exit(ExitKind::Stop, 1),
            b"CONTINUE" => {
                let count = if self.statement_ends(1) { 1 } else { 2 };
                self.take(Tok::Continue, count);
                self.operand = false;
                Some(self.rest())
            }
            b"GOTO" => self.named(Tok::Goto, 1, &[]),
            b"GO" if self.is_word(1, "TO") => self.named(Tok::Goto, 2, &[]),
            b"GOSUB" => self.named(Tok::GoSub, 1, &[]),
            b"ON" => self.on_head(),
            b"THROW" => self.with(Tok::Throw, 1, &[]),
            b"ERROR" if self.starts_operand(1, false) => self.with(Tok::Throw, 1, &[]),
            b"RESUME" if self.is_word(1, "NEXT") => self.with(Tok::ResumeNext, 2, &[]),
            b"RESUME" => self.named(Tok::Resume, 1, &[]),
            b"CLEAR" if self.is_word(1, "ERROR") => {
                self.take(Tok::ClearError, 2);
                self.operand = false;
                Some(self.rest())
            }
            b"ASSERT" => self.with(Tok::Assert, 1, &[]),
            b"LABEL" if self.peek(2).is_none() && !self.word(1).is_empty() => {
                self.at += 1;
                let word = self.word(0);
                self.take(Tok::Label(word), 1);
                Some(End::Line)
            }
            _ => None,
        }
    }
    fn statement_ends(&self, ahead: usize) -> bool {
        self.peek(ahead).is_none_or(|t| matches!(t.kind, Raw::Colon | Raw::Semicolon))
            || self.inline && is_one_of(self.word(ahead), &["ELSE", "END", "ENDIF", "ELSEIF"])
    }
    fn exit_head(&mut self) -> Option<End> {
        let second = self.word(1);
        let kind = match second {
            _ if is_one_of(second, &["FOR"]) => ExitKind::For,
            _ if is_one_of(second, &["DO", "WHILE", "LOOP"]) => ExitKind::Loop,
            _ if is_one_of(second, &["SUB", "FUNCTION"]) => ExitKind::Procedure,
            _ => return self.exit(ExitKind::Script, 1),
        };
        self.exit(kind, 2)
    }
    fn on_head(&mut self) -> Option<End> {
        if self.is_word(1, "ERROR") && self.is_word(2, "RESUME") {
            self.take(Tok::OnErrorResume, 4);
            self.operand = false;
            return Some(self.rest());
        }
        if self.is_word(1, "ERROR") && self.is_word(2, "GOTO") {
            return self.named(Tok::OnErrorGoto, 3, &[]);
        }
        self.words = DO_WORDS;
        if self.keyword(true) {
            return Some(self.rest());
        }
        // `ON "order"` … `END ON` is ON EVENT.
        let text = self.peek(1).is_some_and(|token| token.kind == Raw::Text);
        if text && self.peek(2).is_none() && self.keyword_as(&["ON", "EVENT"], 1) {
            return Some(self.rest());
        }
        self.with(Tok::On, 1, ON_WORDS)
    }

    fn other_head(&mut self, upper: &[u8]) -> Option<End> {
        match upper {
            b"LET" => self.let_head(),
            b"SET" => {
                let assigns = self.peek(1).is_some_and(|t| t.kind == Raw::Word);
                self.assignment(self.at + 1).filter(|_| assigns)?;
                self.let_head()
            }
            b"CONST" => {
                self.assign_at = self.assignment(self.at + 1).unwrap_or(usize::MAX);
                self.plainly(Tok::Const, 1, &[])
            }
            b"DIM" => self.named(Tok::Dim, 1, DIM_WORDS),
            b"PARAM" => self.plainly(Tok::Param, 1, PARAM_WORDS),
            b"CALL" if !(self.is_word(1, "SERVICE") && self.starts_operand(2, false)) => {
                self.plainly(Tok::Call, 1, &[])
            }
            b"BEGIN" => self.begin_head(),
            b"PRINT" => self.print_head(),
            b"INPUT" => self.input_head(Tok::Input, 1),
            b"LINE" if self.is_word(1, "INPUT") => self.input_head(Tok::LineInput, 2),
            b"READ" if self.numbered => self.named(Tok::Read, 1, &[]),
            b"RESTORE" => self.named(Tok::Restore, 1, &[]),
            b"RANDOMIZE" => self.with(Tok::Randomize, 1, &[]),
            b"DEF" if self.word(1).get(..2).is_some_and(|w| w.eq_ignore_ascii_case("FN")) => {
                self.assign_at = self.assignment(self.at + 1).unwrap_or(usize::MAX);
                self.plainly(Tok::DefFn, 1, &[])
            }
            _ => None,
        }
    }
    fn let_head(&mut self) -> Option<End> {
        self.at += 1;
        self.assign_at = self.assignment(self.at).unwrap_or(usize::MAX);
        self.plain = true;
        Some(self.rest())
    }
    /// `BEGIN TALK`: the keyword is `BEGIN TALK` or what follows BEGIN.
    fn begin_head(&mut self) -> Option<End> {
        if self.keyword(true) {
            return Some(self.rest());
        }
        let start = self.peek(0)?.span;
        self.push(Tok::Begin, start);
        self.at += 1;
        self.keyword(true);
        Some(self.rest())
    }
    /// PRINT is a keyword with one value, unless zones or `;` show that it is that of BASIC.
    fn print_head(&mut self) -> Option<End> {
        let mut depth = 0usize;
        let zones = self.raw.iter().skip(self.at).any(|token| {
            match token.kind {
                Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen | Raw::HashBrace => depth += 1,
                Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            depth == 0 && matches!(token.kind, Raw::Semicolon | Raw::Comma)
        });
        let spaces = is_one_of(self.word(1), &["TAB", "SPC", "USING"]);
        if !(self.numbered || zones || spaces || self.statement_ends(1)) && self.keyword(true) {
            return Some(self.rest());
        }
        Some(self.print_items())
    }
    fn print_items(&mut self) -> End {
        self.take(Tok::Print, 1);
        self.print = true;
        if self.is_word(0, "USING") {
            self.take(Tok::Using, 1);
        }
        self.rest()
    }
    fn input_head(&mut self, tok: Tok<'a>, count: usize) -> Option<End> {
        self.print = true;
        self.names_only = true;
        self.with(tok, count, &[])
    }

    /// Folds an expression: the inside of a `${…}`.
    pub fn expression(&mut self) {
        let end = self.rest();
        if end != End::Line || self.at < self.raw.len() {
            let place = self.raw.get(self.at).map_or(Span::default(), |t| t.span);
            self.push(Tok::Strange, place);
        }
    }
}
