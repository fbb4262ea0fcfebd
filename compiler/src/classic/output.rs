//! PRINT, INPUT and their kin.

use super::line::{Read, Reader, Tok};
use crate::ast::{Classic, Expr, ExprKind, PrintEnd, PrintItem, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

type Items = Vec<(PrintItem, PrintEnd)>;

impl Reader<'_> {
    pub(super) fn print(&mut self, start: Span) -> Read<Stmt> {
        self.no_file("PRINT")?;
        let mut items: Items = Vec::new();
        if self.take('@') {
            self.extension(start);
            items.push((PrintItem::Tab(self.place_on_screen()?), PrintEnd::Join));
            self.at += usize::from(matches!(self.peek(0), Some(Tok::Sign(',' | ';'))));
        }
        let using = match self.take_word("USING") {
            true => {
                self.extension(start);
                Some(self.pattern()?)
            }
            false => None,
        };
        self.items(&mut items)?;
        let kind = StmtKind::Classic(Classic::Print { items, using });
        Ok(self.stmt(kind, start))
    }
    /// `PRINT @ n`: a place on a screen of 64 columns; what counts on a teletype is the column.
    fn place_on_screen(&mut self) -> Read<Expr> {
        let place = self.number()?;
        let span = place.span;
        let number = |n| Box::new(Expr { kind: ExprKind::Int(n), span });
        let op = crate::ast::BinaryOp::Mod;
        let column = Expr { kind: ExprKind::Binary(op, Box::new(place), number(64)), span };
        let op = crate::ast::BinaryOp::Add;
        Ok(Expr { kind: ExprKind::Binary(op, Box::new(column), number(1)), span })
    }
    fn pattern(&mut self) -> Read<Expr> {
        let pattern = self.text_value()?;
        if !self.take(';') && !self.take(',') {
            return Err(self.unexpected("`;`"));
        }
        Ok(pattern)
    }
    /// Items and what stands between them, to the end of the statement.
    fn items(&mut self, items: &mut Items) -> Read<()> {
        while !self.ends() {
            let span = self.here();
            let item = match self.peek(0) {
                Some(Tok::Sign(',' | ';')) => PrintItem::Empty,
                _ => self.print_item()?,
            };
            let end = if self.take(',') {
                PrintEnd::Zone
            } else if self.take(';') {
                PrintEnd::Join
            } else if self.ends() {
                PrintEnd::Line
            } else {
                self.extension(span);
                PrintEnd::Join
            };
            items.push((item, end));
        }
        if items.is_empty() {
            items.push((PrintItem::Empty, PrintEnd::Line));
        }
        Ok(())
    }
    fn print_item(&mut self) -> Read<PrintItem> {
        let (tab, spc) = (self.is_word(0, "TAB"), self.is_word(0, "SPC"));
        if (tab || spc) && self.peek(1) == Some(Tok::Sign('(')) {
            if spc {
                self.extension(self.here());
            }
            self.at += 2;
            let column = self.number()?;
            self.expect(')', "a closing parenthesis")?;
            return Ok(if tab { PrintItem::Tab(column) } else { PrintItem::Spc(column) });
        }
        Ok(PrintItem::Value(self.value()?.expr))
    }
    /// There are no files to print to.
    fn no_file(&mut self, statement: &str) -> Read<()> {
        if !self.is_sign('#') {
            return Ok(());
        }
        let message = format!("{statement} # writes to a file, and there are none here");
        let help = "leave out # and the number to use the teletype; keep data in DATA or arrays";
        Err(Box::new(Diagnostic::error(codes::NOT_SERVED, self.here(), message).help(help)))
    }

    pub(super) fn write(&mut self, start: Span) -> Read<Stmt> {
        self.no_file("WRITE")?;
        let mut values = Vec::new();
        while !self.ends() {
            values.push(self.value()?.expr);
            if !self.take(',') && !self.take(';') && !self.ends() {
                return Err(self.unexpected("`,`"));
            }
        }
        Ok(self.stmt(StmtKind::Classic(Classic::Write(values)), start))
    }

    /// `INPUT "prompt"; a, b`, `LINE INPUT "prompt"; a$`
    pub(super) fn input(&mut self, start: Span, line: bool) -> Read<Stmt> {
        self.no_file("INPUT")?;
        if self.take(';') {
            self.extension(start);
        }
        let mut question = !line;
        let prompt = match self.peek(0) {
            Some(Tok::Text) => {
                self.extension(start);
                let span = self.here();
                self.at += 1;
                let text = self.unquoted(span);
                if self.take(',') {
                    question = false;
                } else {
                    self.take(';');
                }
                Some(text)
            }
            _ => None,
        };
        let mut targets = vec![self.target()?];
        while self.take(',') {
            targets.push(self.target()?);
        }
        let kind = StmtKind::Classic(Classic::Input { prompt, question, targets, line });
        Ok(self.stmt(kind, start))
    }
}
