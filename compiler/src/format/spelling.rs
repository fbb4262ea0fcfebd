//! How the words of a statement are written: keywords in capitals and in one spelling, names and
//! texts as they are.

use super::gaps::Gap;
use super::pieces::{Bracket, Piece, Role};
use crate::ast::BinaryOp;
use crate::lexer::heads::STATEMENT_WORDS;
use crate::lexer::lines::is_one_of;
use crate::lexer::scan::{Raw, RawToken};
use crate::lexer::token::{Closer, Spanned, Tok};
use crate::lexer::vocabulary::Vocabulary;
use crate::parser::Survey;
use crate::parser::reading::{Form, Reading, StatementRead};
use crate::source::Span;
use basilect_stdlib::Keyword;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// Leads before which a long line is broken.
const CLAUSES: [&str; 8] =
    ["WHERE", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "SET", "VALUES", "SORT BY"];

/// Writes the statements of one file.
pub struct Speller<'a, 's> {
    text: &'s str,
    reading: &'a Reading<'s>,
    survey: &'a Survey,
    /// Names of arrays, in upper case: they are no functions here.
    arrays: HashSet<String>,
    /// For each statement that closes one block: the canonical closing words of that block.
    closers: Vec<Option<&'static str>>,
    /// Whether marks that mean nothing are left out.
    lean: bool,
    out: Vec<Piece<'s>>,
    /// Whether the next piece is the first of its statement.
    first: bool,
    /// Open brackets, and how many choices (`?`) are open in each.
    brackets: Vec<(Bracket, usize)>,
    /// Whether the parenthesis that comes next follows its keyword directly.
    joins: bool,
    /// Whether the statement is a PARAM.
    declares: bool,
    /// The folded token before.
    before: Option<Tok<'s>>,
    /// Where the last token ended.
    end: u32,
    /// Where the parentheses stand that mean nothing.
    needless: [u32; 2],
}

impl<'a, 's> Speller<'a, 's> {
    /// For the file with this text.
    pub fn new(
        text: &'s str,
        reading: &'a Reading<'s>,
        survey: &'a Survey,
        lean: bool,
    ) -> Speller<'a, 's> {
        Speller {
            text,
            reading,
            survey,
            arrays: arrays(reading),
            closers: closers(reading),
            lean,
            out: Vec::new(),
            first: true,
            brackets: Vec::new(),
            joins: false,
            declares: false,
            before: None,
            end: 0,
            needless: [u32::MAX; 2],
        }
    }
    /// The pieces of a logical line.
    pub fn line(&mut self, line: &Range<usize>) -> Vec<Piece<'s>> {
        let statements = self.reading.statements.get(line.clone()).unwrap_or(&[]);
        let start = statements.first().map(|s| s.tokens.start);
        let first = start.and_then(|at| self.reading.tokens.get(at));
        self.end = first.map_or(0, |t| t.span.start);
        for (index, statement) in statements.iter().enumerate() {
            self.first = true;
            self.brackets.clear();
            self.brackets.push((Bracket::Group, 0));
            self.before = None;
            match statement.form {
                Form::Raw => self.raw(statement),
                Form::Number => self.number(statement),
                Form::Folded => self.folded(statement, line.start + index),
            }
        }
        std::mem::take(&mut self.out)
    }

    fn tokens(&self, range: &Range<usize>) -> &'a [RawToken] {
        self.reading.tokens.get(range.clone()).unwrap_or(&[])
    }
    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
    fn put(&mut self, text: impl Into<Cow<'s, str>>, role: Role, span: Span) {
        let gap = Gap::read(self.text, self.end as usize, span.start as usize, false);
        // `a% - 1` with a blank is `a MOD -1`.
        let percent =
            self.out.last().is_some_and(|p| p.role == Role::Word && p.text.ends_with('%'));
        let operand = |c: char| c.is_alphanumeric() || "_\"(.-'$[".contains(c);
        let operand = percent && self.slice(span).starts_with(operand);
        let glued = operand && self.end == span.start;
        let needless = self.needless.contains(&span.start);
        let first = std::mem::replace(&mut self.first, false);
        self.out.push(Piece { text: text.into(), role, glued, needless, first, gap });
        self.end = span.end;
    }

    // ------------------------------------------------------------------ raw statements

    fn number(&mut self, statement: &StatementRead) {
        for token in self.tokens(&statement.tokens) {
            let role = if token.kind == Raw::Colon { Role::Mark } else { Role::Word };
            self.put(self.slice(token.span), role, token.span);
        }
    }
    fn raw(&mut self, statement: &StatementRead) {
        let tokens = self.tokens(&statement.tokens);
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let text = self.text;
        let is = |at: usize, word| {
            let span = tokens.get(at).map_or(Span::default(), |t| t.span);
            is_one_of(text.get(span.start as usize..span.end as usize).unwrap_or(""), &[word])
        };
        let heads = match () {
            _ if first.kind == Raw::Hash => {
                let whole = first.span.to(last.span);
                return self.put(self.slice(whole), Role::Word, whole);
            }
            _ if is(0, "OPTION") => {
                let whole = first.span.to(last.span);
                let written = self.slice(whole);
                if written.contains('\n') {
                    return self.put(written, Role::Word, whole);
                }
                let words: Vec<&str> = written.split_whitespace().collect();
                return self.put(words.join(" ").to_ascii_uppercase(), Role::Word, whole);
            }
            _ if is(0, "CREATE") && is(1, "UNIQUE") => 3,
            _ if is(0, "CREATE") => 2,
            _ => 1,
        };
        for token in tokens.iter().take(heads) {
            self.put(upper(self.slice(token.span)), Role::Word, token.span);
        }
        let on = (heads..tokens.len()).find(|at| is(*at, "ON")).filter(|_| is(0, "CREATE"));
        if let Some(on) = on.and_then(|at| tokens.get(at)) {
            self.rest(Span::new(self.end, on.span.start), None);
            self.put("ON", Role::Word, on.span);
        }
        let header = is(0, "TABLE").then(|| self.table_header(tokens));
        self.rest(Span::new(self.end, last.span.end), header);
    }
    /// The rest of a line as it is, or as it should be.
    fn rest(&mut self, rest: Span, instead: Option<Cow<'s, str>>) {
        let kept = self.slice(rest).trim();
        if kept.is_empty() {
            return;
        }
        let blank = self.slice(rest).len() - self.slice(rest).trim_start().len();
        let start = rest.start + blank as u32;
        self.end = start;
        let span = Span::new(start, start + kept.len() as u32);
        self.put(instead.unwrap_or(kept.into()), Role::Word, span);
    }
    /// What stands behind TABLE: its words in capitals, all else as it is.
    fn table_header(&self, tokens: &[RawToken]) -> Cow<'s, str> {
        let mut text = String::new();
        let mut end = None;
        for (index, token) in tokens.iter().enumerate().skip(1) {
            let blank = Span::new(end.unwrap_or(token.span.start), token.span.start);
            text.push_str(self.slice(blank));
            let word = self.slice(token.span);
            match index > 1 && is_one_of(word, &["ON", "READ", "WRITE", "BY"]) {
                true => text.push_str(&word.to_ascii_uppercase()),
                false => text.push_str(word),
            }
            end = Some(token.span.end);
        }
        Cow::Owned(text)
    }

    // ------------------------------------------------------------------ folded statements

    fn folded(&mut self, statement: &StatementRead, number: usize) {
        let tokens = self.tokens(&statement.tokens);
        let folded = self.reading.folded.get(statement.folded.clone()).unwrap_or(&[]);
        self.needless = [u32::MAX; 2];
        self.declares = matches!(folded.first(), Some((_, Tok::Param, _)));
        let (mut at, mut next) = (0, 0);
        while let Some(token) = tokens.get(at) {
            while let Some(&(_, tok, _)) = folded.get(next).filter(|t| t.0 == t.2) {
                self.before = Some(tok);
                next += 1;
            }
            match folded.get(next) {
                Some(&(start, tok, end)) if start == token.span.start => {
                    let rest = tokens.get(at..).unwrap_or(&[]);
                    let count = rest.iter().take_while(|t| t.span.end <= end).count().max(1);
                    let own = rest.get(..count).unwrap_or(&[]);
                    let ahead = Ahead { tokens: rest, count, folded: folded.get(next + 1..) };
                    self.token(tok, own, &ahead, number);
                    self.before = Some(tok);
                    at += count;
                    next += 1;
                }
                _ => {
                    let last = at + 1 == tokens.len();
                    self.unfolded(token, last);
                    at += 1;
                }
            }
        }
    }

    /// A token that folding passed over.
    fn unfolded(&mut self, token: &RawToken, last: bool) {
        let written = self.slice(token.span);
        let role = match token.kind {
            Raw::Word if matches!(self.before, Some(Tok::End(_))) => Role::Word,
            Raw::Word => return self.put(upper(written), Role::Word, token.span),
            Raw::Colon | Raw::Semicolon if last && self.separates_nothing(token) => {
                self.end = token.span.end;
                return;
            }
            // Glued to the only word of a statement, it would make a label of it.
            Raw::Colon if self.stands_apart(token) => Role::Word,
            Raw::Colon | Raw::Semicolon => Role::Mark,
            Raw::ParenOpen => self.open(Bracket::Call),
            Raw::ParenClose => self.close(),
            Raw::Plus => Role::Unary,
            _ => Role::Word,
        };
        self.put(written, role, token.span);
    }
    /// A separator behind the last statement of a line, with nothing to separate. Where a comment
    /// follows, it decides what the comment's first letter means.
    fn separates_nothing(&self, token: &RawToken) -> bool {
        let rest = self.text.get(token.span.end as usize..).unwrap_or("");
        let rest = rest.trim_start_matches([' ', '\t', '\r']);
        let labelled = matches!(self.before, Some(Tok::Label(_)));
        let last = rest.is_empty() || rest.starts_with('\n');
        let same_row = !self.slice(Span::new(self.end, token.span.start)).contains('\n');
        let alone = self.out.is_empty();
        self.lean && !self.survey.numbered && !labelled && last && same_row && !alone
    }

    /// A separator behind a statement of one word that could be a label.
    fn stands_apart(&self, token: &RawToken) -> bool {
        let alone = |p: &Piece<'_>| {
            let word = !p.text.contains(' ') && !is_one_of(&p.text, STATEMENT_WORDS);
            p.first && p.role == Role::Word && word
        };
        let labelled = matches!(self.before, Some(Tok::Label(_)));
        !labelled && self.end < token.span.start && self.out.last().is_some_and(alone)
    }

    fn open(&mut self, bracket: Bracket) -> Role {
        self.brackets.push((bracket, 0));
        Role::Open(bracket)
    }
    fn close(&mut self) -> Role {
        let bracket = self.brackets.pop().map_or(Bracket::Group, |(bracket, _)| bracket);
        Role::Close(bracket)
    }

    fn token(&mut self, tok: Tok<'s>, own: &[RawToken], ahead: &Ahead<'_, 's>, number: usize) {
        let (Some(first), Some(last)) = (own.first(), own.last()) else { return };
        let whole = first.span.to(last.span);
        let role = match tok {
            Tok::Text(_) | Tok::Number(_) | Tok::Query(_) | Tok::Key(_) | Tok::Label(_) => {
                Role::Word
            }
            Tok::StarArg => Role::Word,
            Tok::Name(name) => return self.name(name, whole, first, ahead),
            Tok::Dot | Tok::SafeDot => Role::Dot,
            Tok::Comma => Role::Comma,
            Tok::Semicolon => Role::Mark,
            Tok::Colon => self.colon(),
            Tok::Question => self.question(),
            Tok::ParenOpen if first.kind == Raw::DollarBrace => self.open(Bracket::Dollar),
            Tok::ParenOpen if matches!(self.before, Some(Tok::Tab | Tok::Spc)) => {
                self.open(Bracket::Call)
            }
            Tok::ParenOpen if std::mem::take(&mut self.joins) => self.open(Bracket::Call),
            Tok::ParenOpen | Tok::TupleOpen => self.open(Bracket::Group),
            Tok::CallOpen | Tok::IndexOpen => self.open(Bracket::Call),
            Tok::BracketOpen => self.open(Bracket::List),
            Tok::BraceOpen => self.open(Bracket::Map),
            Tok::ParenClose | Tok::BracketClose | Tok::BraceClose => self.close(),
            Tok::Assign | Tok::OpAssign(_) => Role::Binary,
            Tok::Minus if !self.after_operand() => Role::Unary,
            Tok::Not if first.kind == Raw::Bang => Role::Unary,
            Tok::Then if first.kind == Raw::BlockOpen => Role::Word,
            Tok::Open(keyword) => return self.keyword(keyword, own, ahead),
            _ => return self.words(tok, own, ahead, number),
        };
        self.put(self.slice(whole), role, whole);
    }
    /// Whether a value ended with the token before, so that `-` subtracts.
    fn after_operand(&self) -> bool {
        matches!(
            self.before,
            Some(
                Tok::Name(_)
                    | Tok::Number(_)
                    | Tok::Text(_)
                    | Tok::True
                    | Tok::False
                    | Tok::Null
                    | Tok::StarArg
                    | Tok::Close
                    | Tok::ParenClose
                    | Tok::BracketClose
                    | Tok::BraceClose
            )
        )
    }
    fn question(&mut self) -> Role {
        if let Some((_, open)) = self.brackets.last_mut() {
            *open += 1;
        }
        Role::Binary
    }
    fn colon(&mut self) -> Role {
        match self.brackets.last_mut() {
            Some((_, open)) if *open > 0 => {
                *open -= 1;
                Role::Binary
            }
            _ => Role::Mark,
        }
    }

    // ------------------------------------------------------------------ words

    /// A name keeps its spelling, unless it is a type or a function of the vocabulary.
    fn name(&mut self, name: &'s str, whole: Span, first: &RawToken, ahead: &Ahead<'_, 's>) {
        let written = self.slice(whole);
        if name == "ERROR MESSAGE" {
            return self.put(name, Role::Word, whole);
        }
        if let Some(script) = crate::names::called_script(written) {
            return self.put(format!("CALL {script}"), Role::Word, whole);
        }
        let call = name == "CALL" && first.kind == Raw::Word && ahead.opens_silently();
        let text = match call || self.is_type(ahead) || self.is_function(name, ahead) {
            true => upper(written),
            false => Cow::Borrowed(written),
        };
        self.put(text, Role::Word, whole);
    }
    /// Whether the name says what something is: `PARAM n AS STRING`, `SCHEDULE IN 5 MINUTES DO`.
    fn is_type(&self, ahead: &Ahead<'_, 's>) -> bool {
        match self.before {
            // `PARAM n AS yes, no` gives choices.
            Some(Tok::As) => !(self.declares && matches!(ahead.next(), Some(Tok::Comma))),
            _ => self.after_operand() && matches!(ahead.next(), Some(Tok::DoTail)),
        }
    }
    fn is_function(&self, name: &str, ahead: &Ahead<'_, 's>) -> bool {
        let called = matches!(ahead.next(), Some(Tok::CallOpen)) && !ahead.opens_silently();
        // `CALL name(…)` means a procedure, wherever it is declared.
        let other = matches!(self.before, Some(Tok::Dot | Tok::SafeDot))
            || self.out.last().is_some_and(|p| p.text == "CALL");
        if !called || other || crate::names::function(name).is_none() {
            return false;
        }
        let upper = name.to_uppercase();
        !self.survey.procedures.contains_key(&upper) && !self.arrays.contains(&upper)
    }

    fn keyword(&mut self, keyword: &'static Keyword, own: &[RawToken], ahead: &Ahead<'_, 's>) {
        self.joins = self.before.is_some() && self.lean && ahead.groups();
        if self.before.is_none() && self.lean {
            self.needless = self.parentheses(keyword, own, ahead).unwrap_or([u32::MAX; 2]);
        }
        let (Some(first), Some(last)) = (own.first(), own.last()) else { return };
        let whole = first.span.to(last.span);
        let written = self.slice(whole);
        if written == keyword.name && !keyword.name.contains(' ') {
            return self.put(written, Role::Word, whole);
        }
        let spelled = self.joined(own);
        // A function that is called is one word, `REGEX_MATCH(…)`; before its arguments alone it
        // reads like a keyword, `JSON PARSE text`.
        let function = keyword.run.is_some() && ahead.calls();
        let spelled = if function { spelled.replace(' ', "_") } else { spelled };
        self.together(spelled, Role::Word, own);
    }
    /// The parentheses around all arguments of a statement, where it means the same without.
    fn parentheses(
        &self,
        keyword: &'static Keyword,
        own: &[RawToken],
        ahead: &Ahead<'_, 's>,
    ) -> Option<[u32; 2]> {
        let tokens = ahead.tokens.get(ahead.count..)?;
        let last = tokens.iter().rposition(|t| !matches!(t.kind, Raw::Colon | Raw::Semicolon))?;
        let (open, close) = (tokens.first()?, tokens.get(last)?);
        let around = partner(tokens) == Some(last) && open.kind == Raw::ParenOpen;
        if !around || keyword.run.is_some() {
            return None;
        }
        let words: Vec<&str> = own.iter().flat_map(|t| self.slice(t.span).split('_')).collect();
        let entry =
            Vocabulary::get().longest(&words).find(|(e, _)| e.words.len() == words.len())?.0;
        let inside = tokens.get(1..last)?;
        if inside.is_empty() {
            return entry.may_be_bare().then_some([open.span.start, close.span.start]);
        }
        let longer = || {
            let mut words = words.clone();
            let more = inside.iter().map_while(|t| (t.kind == Raw::Word).then_some(t.span));
            words.extend(more.take(5).map(|span| self.slice(span)));
            let found = Vocabulary::get().longest(&words).next();
            found.is_some_and(|(found, _)| found.words.len() > entry.words.len())
        };
        let lead = |t: &RawToken| {
            let word = self.slice(t.span).split('_').next().unwrap_or("");
            let mut leads = entry.shape().leads.iter();
            leads.any(|l| l.words.split(' ').next().is_some_and(|w| is_one_of(word, &[w])))
        };
        let begins_group = inside.first().is_some_and(|t| t.kind == Raw::ParenOpen);
        let leads = inside.iter().any(|t| t.kind == Raw::Word && lead(t));
        (!begins_group && !leads && !longer()).then_some([open.span.start, close.span.start])
    }

    /// Words of the statement, operators in words, leads.
    fn words(&mut self, tok: Tok<'s>, own: &[RawToken], ahead: &Ahead<'_, 's>, number: usize) {
        let symbol = own.iter().all(|t| t.kind != Raw::Word);
        let role = match tok {
            Tok::Or => Role::Or,
            Tok::And => Role::And,
            Tok::AddOp(BinaryOp::Add | BinaryOp::Concat) => Role::Plus,
            Tok::Lead(words) if CLAUSES.contains(&words) => Role::Clause,
            Tok::Minus | Tok::MulOp(_) | Tok::Pow | Tok::Coalesce | Tok::Cmp(_) => Role::Binary,
            Tok::NotCmp(_) | Tok::Is | Tok::Between | Tok::Xor(_) => Role::Binary,
            _ => Role::Word,
        };
        let fixed = match tok {
            Tok::Lead(words) => Some(words),
            Tok::End(closer) => Some(self.closer(closer, own, ahead, number)),
            Tok::Loop if ahead.tokens.len() == ahead.count => self.loop_end(number),
            Tok::Select if ahead.opens_brace() => None,
            _ => fixed(&tok),
        };
        match fixed {
            Some(words) => self.together(words, role, own),
            None if symbol => {
                for token in own {
                    self.put(self.slice(token.span), role, token.span);
                }
            }
            None => match own {
                [word] if !self.slice(word.span).contains('_') => {
                    self.put(upper(self.slice(word.span)), role, word.span);
                }
                _ => self.together(self.joined(own), role, own),
            },
        }
    }
    fn closer(
        &self,
        closer: Closer,
        own: &[RawToken],
        ahead: &Ahead<'_, 's>,
        number: usize,
    ) -> &'static str {
        let closed = self.closers.get(number).copied().flatten();
        match (closer, closed) {
            (Closer::Brace, _) => "}",
            // What follows `END FOR` would be taken for the variable of NEXT.
            (Closer::For, _) if ahead.word_follows() => "END FOR",
            (Closer::Procedure, None) => self.procedure(own),
            (_, Some(words)) => words,
            (closer, None) => closer.words(),
        }
    }
    fn procedure(&self, own: &[RawToken]) -> &'static str {
        let function = own.iter().any(|t| {
            let word = self.slice(t.span);
            is_one_of(word, &["FUNCTION", "ENDFUNCTION"])
        });
        if function { "END FUNCTION" } else { "END SUB" }
    }
    /// `LOOP` that closes a WHILE.
    fn loop_end(&self, number: usize) -> Option<&'static str> {
        let closed = self.closers.get(number).copied().flatten();
        closed.filter(|words| *words == "WEND")
    }

    /// The words of some tokens in upper case, with single blanks.
    fn joined(&self, own: &[RawToken]) -> String {
        let words: Vec<&str> = own.iter().map(|t| self.slice(t.span)).collect();
        plain(&words.join(" "))
    }
    /// Puts words that stand for some tokens; with a line end between these, each by itself.
    fn together(&mut self, words: impl Into<Cow<'s, str>>, role: Role, own: &[RawToken]) {
        let (Some(first), Some(last)) = (own.first(), own.last()) else { return };
        let whole = first.span.to(last.span);
        if !self.slice(whole).contains('\n') {
            return self.put(words, role, whole);
        }
        for token in own {
            self.put(upper(self.slice(token.span)), role, token.span);
        }
    }
}

/// The bracket that closes the one that comes first.
fn partner(tokens: &[RawToken]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|token| {
        match token.kind {
            Raw::ParenOpen | Raw::BracketOpen | Raw::BraceOpen => depth += 1,
            Raw::HashBrace | Raw::DollarBrace => depth += 1,
            Raw::ParenClose | Raw::BracketClose | Raw::BraceClose => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        depth == 0
    })
}

/// What follows a token in its statement.
struct Ahead<'x, 's> {
    /// The raw tokens from this one on, and how many belong to it.
    tokens: &'x [RawToken],
    count: usize,
    folded: Option<&'x [Spanned<'s>]>,
}

impl<'s> Ahead<'_, 's> {
    /// Whether arguments in parentheses follow directly.
    fn calls(&self) -> bool {
        let next = self.tokens.get(self.count).filter(|t| t.kind == Raw::ParenOpen);
        let folded = self.folded.and_then(|f| f.iter().find(|t| t.0 < t.2));
        next.is_some_and(|paren| folded.is_none_or(|t| t.0 > paren.span.start))
    }
    /// Whether one argument in parentheses follows, and nothing else belongs to the keyword.
    fn groups(&self) -> bool {
        let mut depth = 0usize;
        let mut folded = self.folded.unwrap_or(&[]).iter().map(|t| t.1).peekable();
        if !matches!(folded.peek(), Some(Tok::ParenOpen)) {
            return false;
        }
        for tok in folded.by_ref() {
            match tok {
                Tok::ParenOpen | Tok::CallOpen | Tok::TupleOpen => depth += 1,
                Tok::ParenClose => depth -= usize::from(depth > 0),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        matches!(folded.next(), Some(Tok::Close))
    }
    fn word_follows(&self) -> bool {
        self.tokens.get(self.count).is_some_and(|t| t.kind == Raw::Word)
    }
    /// Whether the statement opens a block with a brace.
    fn opens_brace(&self) -> bool {
        self.tokens.last().is_some_and(|t| t.kind == Raw::BlockOpen)
    }
    fn next(&self) -> Option<Tok<'s>> {
        self.folded.and_then(|f| f.first()).map(|t| t.1)
    }
    /// Whether the next folded token opens arguments without a parenthesis in the text.
    fn opens_silently(&self) -> bool {
        let next = self.folded.and_then(|f| f.first());
        next.is_some_and(|t| t.0 == t.2 && matches!(t.1, Tok::CallOpen))
    }
}

/// The one spelling of a word of a statement that has several.
fn fixed(tok: &Tok<'_>) -> Option<&'static str> {
    Some(match tok {
        Tok::ElseIf => "ELSE IF",
        Tok::ForEach => "FOR EACH",
        Tok::Select => "SELECT CASE",
        Tok::CaseElse => "CASE ELSE",
        Tok::Goto => "GOTO",
        Tok::Print => "PRINT",
        _ => return None,
    })
}

/// In upper case, without copying where it is already.
fn upper(word: &str) -> Cow<'_, str> {
    match word.bytes().any(|b| b.is_ascii_lowercase()) {
        true => Cow::Owned(word.to_ascii_uppercase()),
        false => Cow::Borrowed(word),
    }
}
/// A spelling with blanks in the place of underscores.
fn plain(spelling: &str) -> String {
    spelling.replace('_', " ").to_ascii_uppercase()
}

/// The arrays of a file: what DIM names, and what is assigned to with an index in parentheses.
fn arrays(reading: &Reading<'_>) -> HashSet<String> {
    let mut arrays = HashSet::new();
    for statement in &reading.statements {
        let folded = reading.folded.get(statement.folded.clone()).unwrap_or(&[]);
        let dim = matches!(folded.first(), Some((_, Tok::Dim, _)));
        let assigned = matches!(folded, [(_, Tok::Name(_), _), (_, Tok::CallOpen, _), ..])
            && folded.iter().any(|t| matches!(t.1, Tok::Assign));
        if !(dim || assigned) {
            continue;
        }
        for pair in folded.windows(2) {
            if let [(_, Tok::Name(name), _), (_, Tok::CallOpen | Tok::IndexOpen, _)] = pair {
                arrays.insert(name.to_uppercase());
            }
        }
    }
    arrays
}
fn closers(reading: &Reading<'_>) -> Vec<Option<&'static str>> {
    let mut closers = vec![None; reading.statements.len()];
    let mut several = vec![false; reading.statements.len()];
    for block in reading.blocks.iter().filter(|b| !b.flat) {
        let (Some(closer), Some(several)) =
            (closers.get_mut(block.close), several.get_mut(block.close))
        else {
            continue;
        };
        *several |= closer.is_some();
        *closer = Some(block.words.1).filter(|_| !*several);
    }
    closers
}
