//! Expressions. From weak to strong: IMP, EQV, XOR, OR, AND, NOT, comparisons, `+ -`, MOD, `\`,
//! `* /`, signs, `^`. Operators of one strength go from left to right, `^` as well.

use super::facts::{ArrayUse, Call};
use super::functions::{self, Function, Run};
use super::line::{Read, Reader, Tok, Val, name};
use super::types::{self, Ty};
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use basilect_stdlib::pure::classic::numeral;

/// The strength of comparisons: NOT takes one of them, and is weaker.
const COMPARISON: usize = 6;
/// How deep the tree of an expression may be: those who walk over it call themselves.
const TREE_MAX: usize = 150;

impl Reader<'_> {
    /// A value of any kind.
    pub(super) fn value(&mut self) -> Read<Val> {
        self.deeper(|reader| reader.binary(0))
    }
    /// A number.
    pub(super) fn number(&mut self) -> Read<Expr> {
        let val = self.value()?;
        self.wanted(val, Ty::Single)
    }
    /// A text.
    pub(super) fn text_value(&mut self) -> Read<Expr> {
        let val = self.value()?;
        self.wanted(val, Ty::Text)
    }
    /// The value, if it is a number or a text as `ty` is.
    pub(super) fn wanted(&self, val: Val, ty: Ty) -> Read<Expr> {
        if val.ty.is_number() == ty.is_number() {
            return Ok(val.expr);
        }
        let (wanted, is) = (types::name(ty), types::name(val.ty));
        let message = format!("{wanted} is needed here, and this is {is}");
        let help = "names of texts end with $; STR$ makes a text of a number, VAL a number of a \
                    text";
        Err(Box::new(Diagnostic::error(codes::VALUE_KIND, val.expr.span, message).help(help)))
    }

    /// Operators of at least this strength, from left to right.
    fn binary(&mut self, weakest: usize) -> Read<Val> {
        let mut left = self.sign()?;
        while let Some((op, level, count)) = self.operator() {
            if level < weakest {
                break;
            }
            let span = self.here();
            self.at += count;
            let right = self.deeper(|reader| reader.binary(level + 1))?;
            left = self.combined(op, left, right, span)?;
        }
        Ok(left)
    }
    fn not(&mut self) -> Read<Val> {
        let start = self.here();
        self.extension(start);
        self.at += 1;
        let inner = self.deeper(|reader| reader.binary(COMPARISON))?;
        let deep = inner.deep + 1;
        let inner = self.wanted(inner, Ty::Single)?;
        let span = start.to(inner.span);
        let kind = ExprKind::Unary(UnaryOp::Not, Box::new(inner));
        Ok(Val { expr: Expr { kind, span }, ty: Ty::Int, deep })
    }

    /// The operator that stands here, its strength, and how many tokens it takes.
    fn operator(&self) -> Option<(BinaryOp, usize, usize)> {
        use BinaryOp::{Add, And, Div, Eqv, Imp, IntDiv, Mod, Mul, Or, Sub, Xor};
        let (op, level) = match self.peek(0)? {
            Tok::Key("IMP") => (Imp, 0),
            Tok::Key("EQV") => (Eqv, 1),
            Tok::Key("XOR") => (Xor, 2),
            Tok::Key("OR") => (Or, 3),
            Tok::Key("AND") => (And, 4),
            Tok::Sign('=' | '<' | '>') => {
                let (op, count) = self.comparison()?;
                return Some((op, COMPARISON, count));
            }
            Tok::Sign('+') => (Add, 7),
            Tok::Sign('-') => (Sub, 7),
            Tok::Key("MOD") => (Mod, 8),
            Tok::Sign('\\') => (IntDiv, 9),
            Tok::Sign('*') => (Mul, 10),
            Tok::Sign('/') => (Div, 10),
            _ => return None,
        };
        Some((op, level, 1))
    }
    /// `=`, `<`, `>` and their pairs in any order.
    pub(super) fn comparison(&self) -> Option<(BinaryOp, usize)> {
        let sign = |ahead| match self.peek(ahead) {
            Some(Tok::Sign(sign @ ('=' | '<' | '>'))) => sign,
            _ => ' ',
        };
        Some(match (sign(0), sign(1)) {
            ('<', '=') | ('=', '<') => (BinaryOp::Le, 2),
            ('>', '=') | ('=', '>') => (BinaryOp::Ge, 2),
            ('<', '>') | ('>', '<') => (BinaryOp::Ne, 2),
            ('<', _) => (BinaryOp::Lt, 1),
            ('>', _) => (BinaryOp::Gt, 1),
            _ => (BinaryOp::Eq, 1),
        })
    }
    fn combined(&mut self, op: BinaryOp, left: Val, right: Val, sign: Span) -> Read<Val> {
        let deep = left.deep.max(right.deep) + 1;
        if deep > TREE_MAX {
            let help = "store parts of it in variables first";
            let error = Diagnostic::error(codes::TOO_DEEP, sign, "this expression is too long");
            return Err(Box::new(error.help(help)));
        }
        let (compares, text) = (is_comparison(op), left.ty == Ty::Text);
        let op = match op {
            BinaryOp::Add if text => BinaryOp::Concat,
            op => op,
        };
        let wanted = if compares || op == BinaryOp::Concat { left.ty } else { Ty::Single };
        if is_extension(op) || compares && text && !matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            self.extension(sign);
        }
        let (left, right) = (self.wanted(left, wanted)?, self.wanted(right, wanted)?);
        Ok(join(op, left, right, deep))
    }

    /// Signs before a number.
    fn sign(&mut self) -> Read<Val> {
        let start = self.here();
        match self.peek(0) {
            Some(Tok::Sign('-')) => {
                self.at += 1;
                let inner = self.deeper(Self::sign)?;
                self.minus(start, inner)
            }
            Some(Tok::Sign('+')) => {
                self.at += 1;
                let inner = self.deeper(Self::sign)?;
                let (ty, deep) = (inner.ty, inner.deep);
                Ok(Val { expr: self.wanted(inner, Ty::Single)?, ty, deep })
            }
            Some(Tok::Key("NOT")) => self.not(),
            _ => self.power(),
        }
    }
    fn power(&mut self) -> Read<Val> {
        let mut left = self.operand()?;
        loop {
            let doubled = self.is_sign('*') && self.peek(1) == Some(Tok::Sign('*'));
            if !matches!(self.peek(0), Some(Tok::Sign('^' | '\u{2191}'))) && !doubled {
                return Ok(left);
            }
            let span = self.here();
            self.at += 1 + usize::from(doubled);
            let right = match self.peek(0) {
                Some(Tok::Sign('-' | '+')) => {
                    self.extension(span);
                    self.deeper(Self::signed_operand)?
                }
                _ => self.operand()?,
            };
            left = self.combined(BinaryOp::Pow, left, right, span)?;
        }
    }
    /// `2 ^ -1`: the sign belongs to the operand.
    fn signed_operand(&mut self) -> Read<Val> {
        let start = self.here();
        let minus = self.take('-');
        if !minus && !self.take('+') {
            return self.operand();
        }
        let inner = self.deeper(Self::signed_operand)?;
        match minus {
            true => self.minus(start, inner),
            false => Ok(inner),
        }
    }
    fn minus(&self, start: Span, inner: Val) -> Read<Val> {
        let (ty, deep) = (inner.ty, inner.deep + 1);
        let inner = self.wanted(inner, Ty::Single)?;
        let span = start.to(inner.span);
        Ok(Val { expr: Expr { kind: negated(inner), span }, ty, deep })
    }

    fn operand(&mut self) -> Read<Val> {
        let span = self.here();
        match self.peek(0) {
            Some(Tok::Number) => {
                self.at += 1;
                self.literal(span)
            }
            Some(Tok::Text) => {
                self.at += 1;
                let kind = ExprKind::Text(self.unquoted(span).into());
                Ok(Val::leaf(Expr { kind, span }))
            }
            Some(Tok::Sign('(' | '[')) => {
                let close = if self.is_sign('(') { ')' } else { ']' };
                self.at += 1;
                let mut inner = self.value()?;
                self.expect(close, "a closing parenthesis")?;
                inner.expr.span = span.to(self.last());
                Ok(inner)
            }
            Some(Tok::Key(key)) => match functions::find(key) {
                Some(function) => self.call(function),
                None => Err(self.unexpected("a value")),
            },
            Some(Tok::Name) => self.named(),
            _ => Err(self.unexpected("a value")),
        }
    }
    /// A text without its quotes.
    pub(super) fn unquoted(&self, span: Span) -> String {
        const QUOTES: [char; 3] = ['"', '\u{201c}', '\u{201d}'];
        let written = self.slice(span);
        let inner = written.strip_prefix(QUOTES).unwrap_or(written);
        let closed = inner.strip_suffix(QUOTES);
        closed.unwrap_or_else(|| inner.trim_end_matches('\r')).to_string()
    }
    /// A number as it is written; one that is too large overflows when the program runs.
    fn literal(&mut self, span: Span) -> Read<Val> {
        let written = self.slice(span);
        let number = numeral::spelled(written)
            .ok_or_else(|| self.error(span, format!("`{written}` is no number")))?;
        let double = written.contains(['#', 'D', 'd']) && !written.starts_with('&');
        if double || written.contains(['&', '!', '%']) {
            self.extension(span);
        }
        let expr = |kind| Expr { kind, span };
        if number.is_infinite() {
            let largest = || Box::new(expr(ExprKind::Num(f64::MAX)));
            let kind = ExprKind::Binary(BinaryOp::Mul, largest(), largest());
            return Ok(Val::leaf(expr(kind)));
        }
        let whole = number.fract() == 0.0 && number.abs() < 9e15;
        let kind = if whole { ExprKind::Int(number as i64) } else { ExprKind::Num(number) };
        if !double {
            return Ok(Val::leaf(expr(kind)));
        }
        let callee = Box::new(name("CDBL".to_string(), span));
        Ok(Val::leaf(expr(ExprKind::Call { callee, args: vec![expr(kind)] })))
    }

    /// A variable, an element of an array, a function.
    fn named(&mut self) -> Read<Val> {
        let span = self.here();
        let word = self.word(0);
        if let Some(function) = functions::find(&word) {
            let called = self.peek(1) == Some(Tok::Sign('('));
            if called || functions::arity(function).0 == 0 && word.ends_with('$') {
                return self.call(function);
            }
            if matches!(word.as_str(), "ERR" | "ERL" | "TIMER" | "CSRLIN") {
                return self.call(function);
            }
        }
        if self.names_function(&word) {
            return self.user_function();
        }
        self.at += 1;
        if self.is_sign('(') || self.is_sign('[') {
            return self.element(span);
        }
        Ok(Val::leaf(self.variable(span)))
    }
    /// Whether `FNA`, or `FN` before `A`, stands here.
    fn names_function(&self, word: &str) -> bool {
        let spaced = word == "FN" && self.peek(1) == Some(Tok::Name);
        let called = |ahead| matches!(self.peek(ahead), Some(Tok::Sign('(')));
        let glued = word.len() > 2 && word.starts_with("FN");
        spaced || glued && (called(1) || word.len() <= 4)
    }
    /// The name of a function of DEF FN.
    pub(super) fn function_name(&mut self) -> String {
        let mut word = self.word(0);
        self.at += 1;
        if word == "FN" {
            word.push_str(&self.word(0));
            self.at += 1;
        }
        self.defaults.canonical(&word)
    }
    fn user_function(&mut self) -> Read<Val> {
        let start = self.here();
        let name_of = self.function_name();
        let span = start.to(self.last());
        let given = if self.take('(') { self.arguments()? } else { Vec::new() };
        let deep = deepest(&given);
        let args: Vec<Expr> = given.into_iter().map(|val| val.expr).collect();
        if args.len() > 1 {
            self.extension(span);
        }
        let inside = self.definition.as_ref().map(|(name, _)| name.clone());
        let kinds = args.iter().map(types::of).collect();
        let call = Call { name: name_of.clone(), args: kinds, span, inside };
        self.facts.calls.push(call);
        let ty = types::of_name(&name_of);
        let callee = Box::new(name(name_of, span));
        let kind = ExprKind::Call { callee, args };
        Ok(Val { expr: Expr { kind, span: start.to(self.last()) }, ty, deep })
    }

    /// The variable whose name stands at `span`.
    pub(super) fn variable(&mut self, span: Span) -> Expr {
        let canonical = self.defaults.canonical(self.slice(span));
        if let Some((function, params)) = &self.definition
            && params.contains(&canonical)
        {
            return name(format!("{function}@{canonical}"), span);
        }
        if !is_minimal_name(self.slice(span)) {
            self.extension(span);
        }
        self.facts.variables.push(canonical.clone());
        name(canonical, span)
    }
    /// `A(1, 2)`: the name stands at `span`, the parenthesis is next.
    pub(super) fn element(&mut self, span: Span) -> Read<Val> {
        let canonical = self.defaults.canonical(self.slice(span));
        let close = if self.is_sign('(') { ')' } else { ']' };
        self.at += 1;
        let mut index = vec![self.value()?];
        while self.take(',') {
            index.push(self.value()?);
        }
        self.expect(close, "a closing parenthesis")?;
        let deep = deepest(&index);
        let index: Vec<Expr> =
            index.into_iter().map(|val| self.wanted(val, Ty::Single)).collect::<Read<_>>()?;
        let plain = is_minimal_name(self.slice(span)) && !canonical.ends_with('$');
        if index.len() > 2 || !plain || self.slice(span).len() > 1 {
            self.extension(span);
        }
        let array = format!("{canonical}()");
        let (dimensions, ty) = (index.len(), types::of_name(&canonical));
        self.facts.arrays.push(ArrayUse { name: array.clone(), dimensions, span, dim: None });
        let of = Box::new(name(array, span));
        let kind = ExprKind::Index { of, index };
        Ok(Val { expr: Expr { kind, span: span.to(self.last()) }, ty, deep })
    }

    /// A function of the language.
    fn call(&mut self, function: &'static Function) -> Read<Val> {
        let span = self.here();
        self.at += 1;
        let most = functions::arity(function).1;
        let mut args = Vec::new();
        if most > 0 && self.take('(') {
            args = self.arguments()?;
        } else if most == 0 && self.is_sign('(') && self.peek(1) == Some(Tok::Sign(')')) {
            self.at += 2;
        }
        check_call(function, args.len(), span)?;
        if !function.minimal {
            self.extension(span);
        }
        let (count, deep) = (args.len(), deepest(&args));
        let mut checked = Vec::with_capacity(count);
        for (place, val) in args.into_iter().enumerate() {
            let ty = match functions::wanted(function, place, count) {
                b'n' => Ty::Single,
                b's' => Ty::Text,
                _ => val.ty,
            };
            checked.push(self.wanted(val, ty)?);
        }
        self.note_random(function.name, &checked, span);
        let callee = Box::new(name(function.name.to_string(), span));
        let kind = ExprKind::Call { callee, args: checked };
        let expr = Expr { kind, span: span.to(self.last()) };
        Ok(Val { expr, ty: function.result, deep })
    }
    fn arguments(&mut self) -> Read<Vec<Val>> {
        let mut args = vec![self.value()?];
        while self.take(',') {
            args.push(self.value()?);
        }
        self.expect(')', "a closing parenthesis")?;
        Ok(args)
    }
    fn note_random(&mut self, name: &str, args: &[Expr], span: Span) {
        if name != "RND" {
            return;
        }
        let random = &mut self.facts.random;
        match args.first().map(|arg| &arg.kind) {
            None => random.bare = true,
            Some(ExprKind::Int(0)) => random.zero = true,
            Some(ExprKind::Int(n)) if *n < 0 => random.seeds = true,
            Some(ExprKind::Unary(UnaryOp::Neg, _)) => random.seeds = true,
            Some(_) => random.number = true,
        }
        if !args.is_empty() {
            self.extension(span);
        }
    }
}

fn check_call(function: &Function, count: usize, span: Span) -> Read<()> {
    let error = |code, message| Diagnostic::error(code, span, message);
    if let Run::Refused(help) = function.run {
        let message = format!("{} does nothing here", function.name);
        return Err(Box::new(error(codes::NOT_SERVED, message).help(help)));
    }
    let (least, most) = functions::arity(function);
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let values = if most == 1 { "value" } else { "values" };
    let message = match least == most {
        true => format!("{} takes {least} {values}, not {count}", function.name),
        false => format!("{} takes {least} to {most} {values}, not {count}", function.name),
    };
    Err(Box::new(error(codes::FUNCTION_ARITY, message)))
}

fn deepest(values: &[Val]) -> usize {
    values.iter().map(|val| val.deep).max().unwrap_or(0) + 1
}

fn join(op: BinaryOp, left: Expr, right: Expr, deep: usize) -> Val {
    let span = left.span.to(right.span);
    let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
    let expr = Expr { kind, span };
    let ty = types::of(&expr);
    Val { expr, ty, deep }
}

/// The negative; of a literal a literal.
fn negated(inner: Expr) -> ExprKind {
    match inner.kind {
        ExprKind::Int(n) => ExprKind::Int(n.wrapping_neg()),
        ExprKind::Num(n) => ExprKind::Num(-n),
        _ => ExprKind::Unary(UnaryOp::Neg, Box::new(inner)),
    }
}

pub(super) fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}
fn is_extension(op: BinaryOp) -> bool {
    !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Pow)
}

/// A letter, perhaps with a digit; of texts a letter and `$`.
pub(super) fn is_minimal_name(name: &str) -> bool {
    match name.as_bytes() {
        [letter] | [letter, b'$' | b'0'..=b'9'] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}
