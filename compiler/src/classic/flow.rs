//! Statements that decide where the program goes on.

use super::expression::is_comparison;
use super::facts::EventKind;
use super::line::{Read, Reader, Tok};
use super::types::{self, Ty};
use crate::ast::{
    BinaryOp, CaseTest, Classic, ExitKind, Expr, ExprKind, LoopTest, OnError, Resume, Stmt,
    StmtKind,
};
use crate::lexer::token::Closer;
use crate::parser::line::Line;
use crate::source::Span;

impl Reader<'_> {
    /// IF with all that follows it on its line; an IF whose THEN ends the line opens a block.
    pub(super) fn if_statement(&mut self, start: Span) -> Read<Option<Stmt>> {
        let condition = self.condition()?;
        let then = self.take_word("THEN");
        if then && self.at >= self.tokens.len() && self.inside == 0 {
            self.extension(start);
            self.out.push((Line::If(condition), start.to(self.last())));
            return Ok(None);
        }
        if !then && !self.goes_on_without_then() {
            return Err(self.unexpected("THEN"));
        }
        let outer = std::mem::replace(&mut self.inside, self.counts.ifs + 1);
        self.counts.ifs += 1;
        let body = self.deeper(Self::branch)?;
        let otherwise = match self.otherwise() {
            true => Some(self.deeper(Self::branch)?),
            false => None,
        };
        self.inside = outer;
        if otherwise.is_some() || !matches!(body.as_slice(), [only] if goes(only)) || !then {
            self.extension(start);
        }
        let kind = StmtKind::If { arms: vec![(condition, body)], otherwise };
        Ok(Some(self.stmt(kind, start)))
    }
    /// A comparison, which in Minimal BASIC stands here and nowhere else; or any number.
    fn condition(&mut self) -> Read<Expr> {
        let condition = self.number()?;
        if let ExprKind::Binary(op, left, _) = &condition.kind {
            let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
            let text = types::of(left) == Ty::Text;
            if is_comparison(*op) && (equality || !text) {
                self.facts.extensions.pop();
            }
        }
        Ok(condition)
    }
    /// `IF a GOTO 100`, and a statement behind a condition where THEN was left out.
    fn goes_on_without_then(&self) -> bool {
        const HEADS: [&str; 8] = ["GOTO", "GOSUB", "GO", "PRINT", "LET", "RETURN", "STOP", "END"];
        HEADS.iter().any(|head| self.is_word(0, head))
    }
    /// ELSE, perhaps behind a colon.
    fn otherwise(&mut self) -> bool {
        if self.is_sign(':') && self.peek(1) == Some(Tok::Key("ELSE")) {
            self.at += 1;
        }
        self.take_word("ELSE")
    }
    /// What follows THEN or ELSE: a line number, or statements.
    fn branch(&mut self) -> Read<Vec<Stmt>> {
        let mut body = Vec::new();
        if self.peek(0) == Some(Tok::Number) {
            let start = self.here();
            let line = self.line_number(false)?;
            self.event(EventKind::Away, start);
            body.push(self.stmt(StmtKind::Goto(line), start));
        }
        self.statements(&mut body)?;
        Ok(body)
    }

    pub(super) fn goto(&mut self, start: Span) -> Read<Stmt> {
        let line = self.line_number(false)?;
        self.event(EventKind::Away, start);
        Ok(self.stmt(StmtKind::Goto(line), start))
    }
    pub(super) fn gosub(&mut self, start: Span) -> Read<Stmt> {
        let line = self.line_number(true)?;
        Ok(self.stmt(StmtKind::GoSub(line), start))
    }
    /// `GO TO`, `GO SUB`
    pub(super) fn go(&mut self, start: Span) -> Read<Stmt> {
        if self.take_word("TO") {
            return self.goto(start);
        }
        self.expect_word("SUB")?;
        self.gosub(start)
    }
    pub(super) fn return_statement(&mut self, start: Span) -> Read<Stmt> {
        self.event(EventKind::Away, start);
        if self.ends() {
            return Ok(self.stmt(StmtKind::Return(None), start));
        }
        self.extension(start);
        let line = self.line_number(false)?;
        Ok(self.stmt(StmtKind::Classic(Classic::ReturnTo(line)), start))
    }
    pub(super) fn stop(&mut self, start: Span, kind: ExitKind) -> Stmt {
        self.event(EventKind::Away, start);
        self.stmt(StmtKind::Exit(kind), start)
    }

    /// `ON e GOTO a, b`, `ON ERROR GOTO a`
    pub(super) fn on(&mut self, start: Span) -> Read<Stmt> {
        if self.take_word("ERROR") {
            self.extension(start);
            return self.on_error(start);
        }
        let selector = self.number()?;
        let gosub = match self.word(0).as_str() {
            "GOTO" => false,
            "GOSUB" => true,
            "GO" => {
                self.at += 1;
                self.is_word(0, "SUB")
            }
            _ => return Err(self.unexpected("GOTO or GOSUB")),
        };
        self.at += 1;
        if gosub {
            self.extension(start);
        }
        let mut labels = vec![self.line_number(gosub)?];
        while self.take(',') {
            labels.push(self.line_number(gosub)?);
        }
        Ok(self.stmt(StmtKind::OnBranch { selector, gosub, labels }, start))
    }
    fn on_error(&mut self, start: Span) -> Read<Stmt> {
        if self.take_word("RESUME") {
            self.expect_word("NEXT")?;
            return Ok(self.stmt(StmtKind::OnError(OnError::ResumeNext), start));
        }
        if !self.take_word("GOTO") {
            self.expect_word("GO")?;
            self.expect_word("TO")?;
        }
        if self.peek(0) == Some(Tok::Number) && self.word_of_number() == Some(0) {
            self.at += 1;
            return Ok(self.stmt(StmtKind::OnError(OnError::Off), start));
        }
        let line = self.line_number(true)?;
        Ok(self.stmt(StmtKind::OnError(OnError::Goto(line)), start))
    }
    fn word_of_number(&self) -> Option<u32> {
        self.slice(self.here()).parse().ok()
    }
    pub(super) fn resume(&mut self, start: Span) -> Read<Stmt> {
        let resume = if self.ends() {
            Resume::Again
        } else if self.take_word("NEXT") {
            Resume::Next
        } else if self.word_of_number() == Some(0) {
            self.at += 1;
            Resume::Again
        } else {
            Resume::Label(self.line_number(false)?)
        };
        self.event(EventKind::Away, start);
        Ok(self.stmt(StmtKind::Resume(resume), start))
    }

    // ---- loops

    pub(super) fn for_statement(&mut self, start: Span) -> Read<Stmt> {
        let var = self.simple_number()?;
        self.expect('=', "`=`")?;
        let from = self.number()?;
        self.expect_word("TO")?;
        let to = self.number()?;
        let step = match self.take_word("STEP") {
            true => Some(Box::new(self.number()?)),
            false => None,
        };
        self.event(EventKind::For(var.name.to_string()), start);
        let number = self.counts.fors;
        self.counts.fors += 1;
        let kind =
            StmtKind::Classic(Classic::For { var, bounds: Box::new([from, to]), step, number });
        Ok(self.stmt(kind, start))
    }
    pub(super) fn next_statement(&mut self, start: Span) -> Read<Stmt> {
        let mut numbers = Vec::new();
        loop {
            let bare = self.ends();
            if bare {
                self.extension(start);
            }
            let span = self.here();
            let var = if bare { None } else { Some(self.simple_number()?.name.to_string()) };
            self.event(EventKind::Next(var), if bare { start } else { span });
            numbers.push(self.counts.nexts);
            self.counts.nexts += 1;
            if bare || !self.take(',') {
                break;
            }
            self.extension(start);
        }
        Ok(self.stmt(StmtKind::Classic(Classic::Next(numbers)), start))
    }
    pub(super) fn while_statement(&mut self, start: Span) -> Read<Stmt> {
        let condition = self.number()?;
        Ok(self.open("WHILE", Some(LoopTest { until: false, condition }), start))
    }
    pub(super) fn open(&mut self, word: &'static str, test: Option<LoopTest>, start: Span) -> Stmt {
        self.extension(start);
        self.event(EventKind::Open(word), start);
        let number = self.counts.opens;
        self.counts.opens += 1;
        self.stmt(StmtKind::Classic(Classic::Open { test, number }), start)
    }
    pub(super) fn close(
        &mut self,
        word: &'static str,
        test: Option<LoopTest>,
        start: Span,
    ) -> Stmt {
        self.extension(start);
        self.event(EventKind::Close(word), start);
        let number = self.counts.closes;
        self.counts.closes += 1;
        self.stmt(StmtKind::Classic(Classic::Close { test, number }), start)
    }
    /// `WHILE c` or `UNTIL c` behind DO and LOOP.
    pub(super) fn loop_test(&mut self) -> Read<Option<LoopTest>> {
        let until = match self.word(0).as_str() {
            "WHILE" => false,
            "UNTIL" => true,
            _ => return Ok(None),
        };
        self.at += 1;
        let condition = self.number()?;
        Ok(Some(LoopTest { until, condition }))
    }
    pub(super) fn until(&mut self, start: Span) -> Read<Stmt> {
        let condition = self.number()?;
        Ok(self.close("UNTIL", Some(LoopTest { until: true, condition }), start))
    }
    pub(super) fn exit(&mut self, start: Span) -> Read<Stmt> {
        let counted = match self.word(0).as_str() {
            "FOR" => true,
            "DO" | "WHILE" | "LOOP" => false,
            _ => return Err(self.unexpected("FOR or DO")),
        };
        self.at += 1;
        self.extension(start);
        self.event(EventKind::Leave(counted), start);
        let number = self.counts.leaves;
        self.counts.leaves += 1;
        Ok(self.stmt(StmtKind::Classic(Classic::Leave(number)), start))
    }

    // ---- blocks

    /// ELSE at the start of a line; false where it is none of a block.
    pub(super) fn else_line(&mut self, start: Span) -> Read<bool> {
        if self.inside > 0 {
            return Ok(false);
        }
        self.extension(start);
        let line = match self.take_word("IF") {
            true => self.else_if()?,
            false => Line::Else,
        };
        self.out.push((line, start.to(self.last())));
        Ok(true)
    }
    pub(super) fn else_if(&mut self) -> Read<Line> {
        let condition = self.number()?;
        self.expect_word("THEN")?;
        Ok(Line::ElseIf(condition))
    }
    pub(super) fn block_line(&mut self, line: Line, start: Span) -> Read<()> {
        if self.inside > 0 {
            return Err(self.error(start, "this line of a block stands inside an IF of one line"));
        }
        self.extension(start);
        self.out.push((line, start.to(self.last())));
        Ok(())
    }
    /// The words behind END that close a block.
    pub(super) fn closer(&mut self) -> Option<Closer> {
        let closer = match self.word(0).as_str() {
            "IF" => Closer::If,
            "SELECT" => Closer::Select,
            _ => return None,
        };
        self.at += 1;
        Some(closer)
    }
    pub(super) fn case(&mut self) -> Read<Line> {
        if self.take_word("ELSE") {
            return Ok(Line::CaseElse);
        }
        let mut tests = vec![self.case_test()?];
        while self.take(',') {
            tests.push(self.case_test()?);
        }
        Ok(Line::Case(tests))
    }
    fn case_test(&mut self) -> Read<CaseTest> {
        if self.take_word("IS")
            && let Some((op, count)) = self.comparison()
        {
            self.at += count;
            return Ok(CaseTest::Is(op, self.value()?.expr));
        }
        let low = self.value()?.expr;
        Ok(match self.take_word("TO") {
            true => CaseTest::Range(low, self.value()?.expr),
            false => CaseTest::Value(low),
        })
    }
}

/// Whether a statement goes to a line.
fn goes(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Goto(_))
}
