//! Statements, by their first word.

use super::facts::{ArrayUse, Definition, EventKind};
use super::functions;
use super::line::{Read, Reader, Tok};
use super::types::{self, Ty};
use crate::ast::{Classic, DimItem, ExitKind, Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::token::Closer;
use crate::parser::line::Line;
use crate::parser::raw::data_items;
use crate::source::Span;

/// Words that begin statements of other scripts: a file that has one is no classic program.
const MODERN_HEADS: [&str; 8] =
    ["TALK", "HEAR", "SUB", "FUNCTION", "PARAM", "DESCRIPTION", "BEGIN", "TRY"];

/// Statements that have no effect on a teletype.
const NO_EFFECT: [&str; 21] = [
    "CLS", "HOME", "BEEP", "SOUND", "PLAY", "COLOR", "SCREEN", "KEY", "OUT", "WAIT", "TRON",
    "TROFF", "INVERSE", "NORMAL", "FLASH", "TEXT", "COMMON", "POKE", "MOTOR", "FLUSH", "TRACE",
];
/// Statements that cannot be served, and what to do instead.
const REFUSALS: [(&str, &[&str]); 4] = [
    (
        "a program here has no files; keep the data in DATA lines or arrays",
        &[
            "OPEN", "CLOSE", "FIELD", "PUT", "LSET", "RSET", "KILL", "FILES", "BLOAD", "BSAVE",
            "RESET", "MKDIR", "CHDIR", "RMDIR",
        ],
    ),
    (
        "there is no screen to draw on; PRINT the picture line by line",
        &[
            "PSET", "PRESET", "CIRCLE", "DRAW", "PAINT", "PLOT", "GR", "HGR", "HGR2", "HPLOT",
            "HLIN", "VLIN", "HCOLOR", "SET", "PALETTE", "VIEW", "WINDOW",
        ],
    ),
    (
        "this is a command to the editor; take the line out of the program",
        &[
            "LIST", "LLIST", "CONT", "LOAD", "SAVE", "CLOAD", "CSAVE", "EDIT", "AUTO", "DELETE",
            "RENUM", "MERGE", "SHELL",
        ],
    ),
    (
        "there is no machine code here; write what it does as a GOSUB",
        &["CALL", "USR", "EXEC", "SYS", "DEFUSR"],
    ),
];

/// Other words that begin statements.
const OTHERS: [&str; 32] = [
    "LPRINT", "WRITE", "SWAP", "ERASE", "CLEAR", "CLR", "RUN", "CHAIN", "POP", "ERROR", "GET",
    "WIDTH", "LOCATE", "HTAB", "VTAB", "RESUME", "REPEAT", "UNTIL", "LOOP", "DO", "EXIT", "SELECT",
    "CASE", "ELSEIF", "ENDIF", "SYSTEM", "NEW", "BYE", "DEFINT", "DEFSTR", "DEFSNG", "DEFDBL",
];

/// The words of [`is_known`] that are no functions.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    let refused = REFUSALS.iter().flat_map(|(_, words)| words.iter());
    OTHERS.iter().chain(&NO_EFFECT).chain(&MODERN_HEADS).chain(refused).copied()
}

/// Whether a word is one of the language although it holds a shorter one: `CINT`, `COLOR`.
pub(super) fn is_known(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let upper = upper.as_str();
    functions::find(upper).is_some()
        || OTHERS.contains(&upper)
        || NO_EFFECT.contains(&upper)
        || MODERN_HEADS.contains(&upper)
        || REFUSALS.iter().any(|(_, words)| words.contains(&upper))
}

impl Reader<'_> {
    /// Statements up to the end of the line, or to the ELSE of the IF around them.
    pub fn line(&mut self) -> Read<()> {
        let mut body = Vec::new();
        while self.at < self.tokens.len() {
            self.statements(&mut body)?;
            if self.at < self.tokens.len() {
                return Err(self.unexpected("the end of the statement"));
            }
        }
        self.flush(&mut body);
        Ok(())
    }
    fn flush(&mut self, body: &mut Vec<Stmt>) {
        let lines = body.drain(..).map(|stmt| (Line::Stmt(stmt.kind), stmt.span));
        self.out.extend(lines);
    }
    pub(super) fn statements(&mut self, body: &mut Vec<Stmt>) -> Read<()> {
        let mut several = self.inside > 0 && !body.is_empty();
        loop {
            while self.is_sign(':') && !self.ends_before_else() {
                several = true;
                self.at += 1;
            }
            if self.at >= self.tokens.len() || self.ends() {
                return Ok(());
            }
            if several && self.inside == 0 {
                self.extension(self.here());
            }
            let written = self.out.len();
            let stmt = self.statement(body)?;
            if self.out.len() > written {
                let block = self.out.split_off(written);
                self.flush(body);
                self.out.extend(block);
            }
            body.extend(stmt);
            if !self.ends() {
                return Err(self.unexpected("`:` or the end of the line"));
            }
        }
    }
    /// `: ELSE` belongs to the IF before it.
    fn ends_before_else(&self) -> bool {
        self.inside > 0 && self.peek(1) == Some(Tok::Key("ELSE"))
    }

    fn statement(&mut self, _body: &mut [Stmt]) -> Read<Option<Stmt>> {
        let start = self.here();
        match self.peek(0) {
            Some(Tok::Key(key)) => {
                self.at += 1;
                self.key_statement(key, start)
            }
            Some(Tok::Name) => self.name_statement(start),
            Some(Tok::Sign('?')) => {
                self.extension(start);
                self.at += 1;
                self.print(start).map(Some)
            }
            _ => Err(self.unexpected("a statement")),
        }
    }

    /// A statement that begins with a keyword, which has been taken.
    fn key_statement(&mut self, key: &str, start: Span) -> Read<Option<Stmt>> {
        Ok(Some(match key {
            "LET" => self.assignment(start)?,
            "PRINT" => self.print(start)?,
            "INPUT" => self.input(start, false)?,
            "READ" => self.read(start)?,
            "DATA" => self.data(start),
            "RESTORE" => self.restore(start)?,
            "IF" => return self.if_statement(start),
            "ELSE" if self.else_line(start)? => return Ok(None),
            "GOTO" => self.goto(start)?,
            "GOSUB" => self.gosub(start)?,
            "RETURN" => self.return_statement(start)?,
            "FOR" => self.for_statement(start)?,
            "NEXT" => self.next_statement(start)?,
            "ON" => self.on(start)?,
            "DIM" => self.dim(start)?,
            "DEF" => return self.def(start),
            "END" => return self.end(start),
            "STOP" => self.stop(start, ExitKind::Stop),
            "RANDOMIZE" => self.randomize(start)?,
            "OPTION" => self.option(start)?,
            "WHILE" => self.while_statement(start)?,
            "WEND" => self.close("WEND", None, start),
            "MID$" => self.mid_set(start)?,
            "POKE" => self.no_effect(start)?,
            "REM" => {
                self.at = self.tokens.len();
                return Ok(None);
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected("a statement"));
            }
        }))
    }
    /// A statement that begins with another word: an assignment, or a keyword that is one only
    /// here.
    fn name_statement(&mut self, start: Span) -> Read<Option<Stmt>> {
        let word = self.word(0);
        if self.assigns() {
            self.extension(start);
            return self.assignment(start).map(Some);
        }
        self.at += 1;
        if let Some(stmt) = self.flow_word(&word, start)? {
            return Ok(stmt);
        }
        if let Some(stmt) = self.other_word(&word, start)? {
            return Ok(Some(stmt));
        }
        self.at -= 1;
        Err(self.unknown(&word, start))
    }
    /// Whether a variable or an element stands here and receives a value.
    fn assigns(&self) -> bool {
        let mut depth = 0usize;
        for ahead in 1.. {
            match self.peek(ahead) {
                Some(Tok::Sign('(' | '[')) => depth += 1,
                Some(Tok::Sign(')' | ']')) => depth = depth.saturating_sub(1),
                Some(Tok::Sign('=')) if depth == 0 => return true,
                None | Some(Tok::Sign(':')) => return false,
                _ if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }
    /// Words that decide where the program goes on; `Some(None)` for a line of a block.
    fn flow_word(&mut self, word: &str, start: Span) -> Read<Option<Option<Stmt>>> {
        let stmt = match word {
            "GO" => self.go(start)?,
            "DO" => {
                let test = self.loop_test()?;
                self.open("DO", test, start)
            }
            "REPEAT" => self.open("REPEAT", None, start),
            "LOOP" => {
                let test = self.loop_test()?;
                self.close("LOOP", test, start)
            }
            "UNTIL" => self.until(start)?,
            "EXIT" => self.exit(start)?,
            "RESUME" => {
                self.extension(start);
                self.resume(start)?
            }
            "SYSTEM" | "NEW" | "BYE" => {
                self.extension(start);
                self.stop(start, ExitKind::Script)
            }
            _ => return self.block_word(word, start).map(|found| found.then_some(None)),
        };
        Ok(Some(Some(stmt)))
    }
    fn block_word(&mut self, word: &str, start: Span) -> Read<bool> {
        let line = match word {
            "ELSEIF" => self.else_if()?,
            "ENDIF" => Line::End(Closer::If),
            "SELECT" => {
                self.expect_word("CASE")?;
                Line::Select(self.value()?.expr)
            }
            "CASE" => self.case()?,
            _ => return Ok(false),
        };
        self.block_line(line, start)?;
        Ok(true)
    }
    fn other_word(&mut self, word: &str, start: Span) -> Read<Option<Stmt>> {
        let classic = |kind| Ok::<_, Box<Diagnostic>>(StmtKind::Classic(kind));
        let kind = match word {
            "LINE" if self.take_word("INPUT") => {
                self.extension(start);
                return self.input(start, true).map(Some);
            }
            "LPRINT" => return self.print(start).map(Some),
            "WRITE" => return self.write(start).map(Some),
            "SWAP" => {
                let left = self.target()?;
                self.expect(',', "`,`")?;
                let right = self.target()?;
                self.same_kind(&left, &right)?;
                classic(Classic::Swap(left, right))
            }
            "ERASE" => self.erase(),
            "CLEAR" | "CLR" => {
                self.skip_values()?;
                classic(Classic::Clear)
            }
            "RUN" => self.run(start),
            "CHAIN" => classic(Classic::Chain(self.text_value()?)),
            "POP" => classic(Classic::Pop),
            "ERROR" => self.number().map(StmtKind::Throw),
            "GET" => classic(Classic::Key(self.target()?)),
            "WIDTH" => {
                self.take_word("LPRINT");
                classic(Classic::Width(self.number()?))
            }
            "LOCATE" => self.locate(),
            "HTAB" => classic(Classic::Locate { column: Some(self.number()?) }),
            "VTAB" => {
                self.number()?;
                classic(Classic::Locate { column: None })
            }
            "DATE$" | "TIME$" => return self.no_effect(start).map(Some),
            "DEFINT" | "DEFSTR" | "DEFSNG" | "DEFDBL" => return self.def_type(start).map(Some),
            word if NO_EFFECT.contains(&word) => return self.no_effect(start).map(Some),
            _ => return Ok(None),
        };
        self.extension(start);
        let kind = kind?;
        Ok(Some(self.stmt(kind, start)))
    }
    fn unknown(&mut self, word: &str, start: Span) -> Box<Diagnostic> {
        self.modern |= MODERN_HEADS.contains(&word);
        let refusal = REFUSALS.iter().find(|(_, words)| words.contains(&word));
        if let Some((help, _)) = refusal {
            let message = format!("{word} cannot be run here");
            return Box::new(Diagnostic::error(codes::NOT_SERVED, start, message).help(*help));
        }
        let message = format!("{word} is no statement of BASIC");
        let help = "check the spelling; a value is stored with `=`, a remark begins with REM";
        Box::new(Diagnostic::error(codes::UNKNOWN_STATEMENT, start, message).help(help))
    }
    /// A statement that does nothing here; what is written behind it is passed over.
    fn no_effect(&mut self, start: Span) -> Read<Stmt> {
        self.extension(start);
        let mut depth = 0usize;
        while self.at < self.tokens.len() {
            match self.peek(0) {
                Some(Tok::Sign('(')) => depth += 1,
                Some(Tok::Sign(')')) => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.ends() => break,
                _ => {}
            }
            self.at += 1;
        }
        Ok(self.stmt(StmtKind::Classic(Classic::Nothing(Vec::new())), start))
    }
    fn skip_values(&mut self) -> Read<()> {
        while !self.ends() {
            if !self.take(',') {
                self.number()?;
            }
        }
        Ok(())
    }

    // ---- values

    fn assignment(&mut self, start: Span) -> Read<Stmt> {
        let target = self.target()?;
        self.expect('=', "`=`")?;
        let value = self.value()?;
        let value = self.wanted(value, types::of(&target))?;
        Ok(self.stmt(StmtKind::Assign { target, value }, start))
    }
    /// A variable or an element that receives a value.
    pub(super) fn target(&mut self) -> Read<Expr> {
        let span = self.here();
        if self.peek(0) != Some(Tok::Name) {
            return Err(self.unexpected("a variable"));
        }
        self.at += 1;
        if self.is_sign('(') || self.is_sign('[') {
            return Ok(self.element(span)?.expr);
        }
        Ok(self.variable(span))
    }
    /// A simple variable that holds numbers.
    pub(super) fn simple_number(&mut self) -> Read<Ident> {
        let span = self.here();
        if self.peek(0) != Some(Tok::Name) {
            return Err(self.unexpected("a variable"));
        }
        self.at += 1;
        let ExprKind::Name(name) = self.variable(span).kind else {
            return Err(self.unexpected("a variable"));
        };
        if types::of_name(&name) == Ty::Text {
            return Err(self.error(span, "a loop counts with a number, not with a text"));
        }
        Ok(Ident { name, span })
    }
    fn same_kind(&self, left: &Expr, right: &Expr) -> Read<()> {
        if types::of(left) == types::of(right) {
            return Ok(());
        }
        Err(self.error(right.span, "SWAP needs two variables of the same kind"))
    }
    fn mid_set(&mut self, start: Span) -> Read<Stmt> {
        self.extension(start);
        self.expect('(', "`(`")?;
        let target = Box::new(self.target()?);
        if types::of(&target) != Ty::Text {
            return Err(self.error(target.span, "MID$ changes a text, and this is a number"));
        }
        self.expect(',', "`,`")?;
        let first = Box::new(self.number()?);
        let count = if self.take(',') { Some(Box::new(self.number()?)) } else { None };
        self.expect(')', "a closing parenthesis")?;
        self.expect('=', "`=`")?;
        let value = Box::new(self.text_value()?);
        let kind = Classic::MidSet { target, start: first, count, value };
        Ok(self.stmt(StmtKind::Classic(kind), start))
    }
    fn read(&mut self, start: Span) -> Read<Stmt> {
        let mut targets = vec![self.target()?];
        while self.take(',') {
            targets.push(self.target()?);
        }
        Ok(self.stmt(StmtKind::Classic(Classic::Read(targets)), start))
    }
    fn data(&mut self, start: Span) -> Stmt {
        let items = match self.peek(0) {
            Some(Tok::Items) => {
                let written = self.slice(self.here());
                self.at += 1;
                data_items(written)
            }
            _ => Vec::new(),
        };
        self.stmt(StmtKind::Classic(Classic::Data(items)), start)
    }
    fn restore(&mut self, start: Span) -> Read<Stmt> {
        let line = match self.ends() {
            true => None,
            false => {
                self.extension(start);
                Some(self.line_number(true)?)
            }
        };
        Ok(self.stmt(StmtKind::Classic(Classic::Restore(line)), start))
    }
    fn randomize(&mut self, start: Span) -> Read<Stmt> {
        self.facts.random.seeds = true;
        let seed = match self.ends() {
            true => None,
            false => {
                self.extension(start);
                Some(self.number()?)
            }
        };
        Ok(self.stmt(StmtKind::Classic(Classic::Randomize(seed)), start))
    }

    // ---- declarations

    fn dim(&mut self, start: Span) -> Read<Stmt> {
        let mut items = Vec::new();
        loop {
            let span = self.here();
            let (var, bounds) = self.dim_item(span)?;
            items.extend(bounds.map(|bounds| DimItem { name: var, bounds, ty: None }));
            if !self.take(',') {
                break;
            }
        }
        Ok(self.stmt(StmtKind::Dim(items), start))
    }
    fn dim_item(&mut self, span: Span) -> Read<(Ident, Option<Vec<Expr>>)> {
        let target = self.target()?;
        let ExprKind::Index { of, index } = target.kind else {
            self.extension(span);
            return Ok((Ident { name: "".into(), span }, None));
        };
        let ExprKind::Name(array) = of.kind else { return Err(self.unexpected("an array")) };
        let known = |bound: &Expr| match &bound.kind {
            ExprKind::Int(n) => Some(*n),
            _ => None,
        };
        let bounds: Option<Vec<i64>> = index.iter().map(known).collect();
        if bounds.is_none() {
            self.extension(span);
        }
        let dim = Some(bounds);
        self.facts.arrays.pop();
        let used = ArrayUse { name: array.to_string(), dimensions: index.len(), span, dim };
        self.facts.arrays.push(used);
        Ok((Ident { name: array, span }, Some(index)))
    }
    fn erase(&mut self) -> Read<StmtKind> {
        let mut names = Vec::new();
        loop {
            let span = self.here();
            if self.peek(0) != Some(Tok::Name) {
                return Err(self.unexpected("the name of an array"));
            }
            self.at += 1;
            let array = format!("{}()", self.defaults.canonical(self.slice(span)));
            self.facts.erased.push(array.clone());
            names.push(Ident { name: array.into(), span });
            if !self.take(',') {
                return Ok(StmtKind::Classic(Classic::Erase(names)));
            }
        }
    }
    fn option(&mut self, start: Span) -> Read<Stmt> {
        self.expect_word("BASE")?;
        let base = match self.slice(self.here()) {
            "0" => 0,
            "1" => 1,
            _ => return Err(self.unexpected("0 or 1")),
        };
        self.at += 1;
        self.facts.bases.push((base, start.to(self.last())));
        Ok(self.stmt(StmtKind::Pragma(format!("OPTION BASE {base}")), start))
    }
    /// `DEF FNA(X) = e`, `DEFINT A-Z`
    fn def(&mut self, start: Span) -> Read<Option<Stmt>> {
        let word = self.word(0);
        if ["INT", "STR", "SNG", "DBL"].iter().any(|ty| word.starts_with(ty)) {
            self.at += 1;
            return self.def_type(start).map(Some);
        }
        if word.starts_with("SEG") || word.starts_with("USR") {
            return self.no_effect(start).map(Some);
        }
        if !word.starts_with("FN") {
            let message = "DEF defines a function whose name begins with FN";
            let help = "write it as in DEF FNA(X) = X * 2";
            let error = Diagnostic::error(codes::NOT_SERVED, self.here(), message).help(help);
            return Err(Box::new(error));
        }
        let name_start = self.here();
        let function = self.function_name();
        let span = name_start.to(self.last());
        let params = self.parameters()?;
        self.expect('=', "`=`")?;
        self.definition = Some((function.clone(), params.clone()));
        let value = self.value();
        self.definition = None;
        let body = self.wanted(value?, types::of_name(&function))?;
        if function.len() != 3 || params.len() > 1 {
            self.extension(span);
        }
        let ident = |param: &String| Ident { name: param.into(), span };
        let stmt = Classic::DefFn {
            name: Ident { name: function.as_str().into(), span },
            params: params.iter().map(ident).collect(),
            body: body.clone(),
        };
        self.facts.functions.push(Definition { name: function, params, body, span });
        Ok(Some(self.stmt(StmtKind::Classic(stmt), start)))
    }
    fn parameters(&mut self) -> Read<Vec<String>> {
        let mut params = Vec::new();
        if !self.take('(') {
            return Ok(params);
        }
        loop {
            if self.peek(0) != Some(Tok::Name) {
                return Err(self.unexpected("the name of a parameter"));
            }
            params.push(self.defaults.canonical(self.slice(self.here())));
            self.at += 1;
            if !self.take(',') {
                self.expect(')', "a closing parenthesis")?;
                return Ok(params);
            }
        }
    }
    /// The letters were read before the program.
    fn def_type(&mut self, start: Span) -> Read<Stmt> {
        self.no_effect(start)
    }

    // ---- the program

    fn end(&mut self, start: Span) -> Read<Option<Stmt>> {
        if let Some(closer) = self.closer() {
            self.block_line(Line::End(closer), start)?;
            return Ok(None);
        }
        self.facts.ends.push(start);
        Ok(Some(self.stop(start, ExitKind::Script)))
    }
    fn run(&mut self, start: Span) -> Read<StmtKind> {
        self.event(EventKind::Away, start);
        if self.ends() {
            return Ok(StmtKind::Classic(Classic::Run(None)));
        }
        if self.peek(0) == Some(Tok::Text) {
            return Ok(StmtKind::Classic(Classic::Chain(self.text_value()?)));
        }
        let line = self.line_number(false)?;
        Ok(StmtKind::Classic(Classic::Run(Some(line))))
    }
    /// `LOCATE row, column`
    fn locate(&mut self) -> Read<StmtKind> {
        if !self.is_sign(',') {
            self.number()?;
        }
        let mut column = None;
        if self.take(',') && !self.ends() && !self.is_sign(',') {
            column = Some(self.number()?);
        }
        while self.take(',') {
            self.skip_values()?;
        }
        Ok(StmtKind::Classic(Classic::Locate { column }))
    }
}
