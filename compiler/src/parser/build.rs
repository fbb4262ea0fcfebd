//! What the grammar's actions make: small constructors of the tree.

use super::line::Line;
use super::text;
use crate::ast::*;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// What actions may need besides the tokens.
pub struct Cx<'s> {
    /// Where actions report what they find.
    pub diagnostics: RefCell<Vec<Diagnostic>>,
    /// Procedures of the script, in upper case.
    pub procedures: &'s HashSet<String>,
    /// How many `${…}` stand around this text.
    pub depth: u32,
    /// How many `${` could not be read so far.
    pub failures: Cell<u32>,
}

impl Cx<'_> {
    /// Reports something.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }
}

pub fn ident(start: u32, name: &str, end: u32) -> Ident {
    Ident { name: name.to_owned(), span: Span::new(start, end) }
}
pub fn expr(kind: ExprKind, start: u32, end: u32) -> Expr {
    Expr { kind, span: Span::new(start, end) }
}
pub fn arg(lead: Option<&str>, comma: bool, value: Option<Expr>, start: u32, end: u32) -> Arg {
    Arg { lead: lead.map(str::to_owned), comma, value, span: Span::new(start, end) }
}
pub fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    let span = a.span.to(b.span);
    Expr { kind: ExprKind::Binary(op, Box::new(a), Box::new(b)), span }
}
pub fn unary(op: UnaryOp, e: Expr, start: u32) -> Expr {
    let span = Span::new(start, e.span.end);
    let kind = match (op, e.kind) {
        (UnaryOp::Neg, ExprKind::Int(n)) => ExprKind::Int(n.wrapping_neg()),
        (UnaryOp::Neg, ExprKind::Num(n)) => ExprKind::Num(-n),
        (op, kind) => ExprKind::Unary(op, Box::new(Expr { kind, span: e.span })),
    };
    Expr { kind, span }
}
pub fn ternary(c: Expr, a: Expr, b: Expr) -> Expr {
    let span = c.span.to(b.span);
    Expr { kind: ExprKind::Ternary(Box::new(c), Box::new(a), Box::new(b)), span }
}
pub fn between(value: Expr, low: Expr, high: Expr) -> Expr {
    let span = value.span.to(high.span);
    let kind = ExprKind::Between {
        value: Box::new(value),
        low: Box::new(low),
        high: Box::new(high),
    };
    Expr { kind, span }
}
/// `a IS NULL`; with anything else than NULL it compares.
pub fn is_test(value: Expr, with: Expr, negated: bool, end: u32) -> Expr {
    if matches!(with.kind, ExprKind::Null) {
        let span = Span::new(value.span.start, end);
        return Expr { kind: ExprKind::IsNull { value: Box::new(value), negated }, span };
    }
    binary(if negated { BinaryOp::Ne } else { BinaryOp::Eq }, value, with)
}
/// The values after IN; a single one that is no constant may be a list itself.
pub fn tuple(mut items: Vec<Expr>, start: u32, end: u32) -> Expr {
    let list = items.len() != 1 || items.iter().any(is_constant);
    match items.pop() {
        Some(only) if !list => only,
        last => {
            items.extend(last);
            expr(ExprKind::List(items), start, end)
        }
    }
}
fn is_constant(e: &Expr) -> bool {
    use ExprKind::*;
    matches!(e.kind, Null | Bool(_) | Int(_) | Num(_) | Text(_) | Template(_))
}
pub fn field(of: Expr, name: Ident, safe: bool) -> Expr {
    let span = of.span.to(name.span);
    Expr { kind: ExprKind::Field { of: Box::new(of), name, safe }, span }
}
pub fn command_value(command: Command) -> Expr {
    let span = command.span;
    Expr { kind: ExprKind::Command(Box::new(command)), span }
}
pub fn index_of(of: Expr, index: Vec<Expr>, end: u32) -> Expr {
    let span = Span::new(of.span.start, end);
    Expr { kind: ExprKind::Index { of: Box::new(of), index }, span }
}
pub fn call(callee: Expr, args: Vec<Expr>, end: u32) -> Expr {
    let span = Span::new(callee.span.start, end);
    Expr { kind: ExprKind::Call { callee: Box::new(callee), args }, span }
}

/// A number: decimal, `0x1F` or `&H1F`, with a fraction or exponent.
pub fn number(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> Expr {
    let hex = ["0x", "0X", "&H", "&h"].iter().find_map(|prefix| written.strip_prefix(prefix));
    let kind = match hex {
        Some(digits) => i64::from_str_radix(digits, 16).ok().map(ExprKind::Int),
        None => match written.parse::<i64>() {
            Ok(whole) => Some(ExprKind::Int(whole)),
            Err(_) => written.parse::<f64>().ok().filter(|n| n.is_finite()).map(ExprKind::Num),
        },
    };
    let span = Span::new(start, end);
    let kind = kind.unwrap_or_else(|| {
        let message = format!("`{written}` is no number that can be used.");
        cx.report(Diagnostic::error(codes::BAD_NUMBER, span, message));
        ExprKind::Broken
    });
    Expr { kind, span }
}
/// A text literal with its quotes.
pub fn text(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> Expr {
    expr(text::literal(cx, written, start), start, end)
}
/// A text as the key of a map.
pub fn text_key(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> MapKey {
    match text::literal(cx, written, start) {
        ExprKind::Text(name) => MapKey::Fixed(Ident { name, span: Span::new(start, end) }),
        kind => MapKey::Computed(expr(kind, start, end)),
    }
}

// -------------------------------------------------------------------- statements

pub fn assign_with(op: BinaryOp, target: Expr, value: Expr) -> StmtKind {
    let value = binary(op, target.clone(), value);
    StmtKind::Assign { target, value }
}
pub fn dotted(name: Ident, value: Expr) -> Line {
    Line::Dotted(name, value)
}
pub fn procedure(function: bool, name: Ident, params: Vec<Param>) -> Line {
    Line::Procedure { function, name, params }
}
pub fn procedure_param(name: Ident, ty: Option<Ident>, default: Option<Expr>) -> Param {
    let ty = ty.map_or_else(|| "STRING".to_owned(), |t| t.name.to_uppercase());
    let optional = default.is_some();
    Param {
        name,
        ty,
        choices: Vec::new(),
        example: None,
        description: None,
        optional,
        default,
    }
}
/// `RETURN WITH a AS e, b`: a map of the pairs.
pub fn return_with(pairs: Vec<(Ident, Expr)>, span: Span) -> Line {
    let entries = pairs.into_iter().map(|(name, value)| (MapKey::Fixed(name), value)).collect();
    Line::Stmt(StmtKind::Return(Some(Expr { kind: ExprKind::Map(entries), span })))
}
/// The name under which a value without AS is known: its own, or its last field.
pub fn pair_name(value: &Expr) -> Ident {
    match &value.kind {
        ExprKind::Name(name) => Ident { name: name.clone(), span: value.span },
        ExprKind::Field { name, .. } => name.clone(),
        _ => Ident { name: "value".into(), span: value.span },
    }
}
pub fn on_error_goto(target: Ident) -> Line {
    let kind = if target.name == "0" { OnError::Off } else { OnError::Goto(target) };
    Line::Stmt(StmtKind::OnError(kind))
}
pub fn call_named(callee: Expr, args: Vec<Expr>) -> Line {
    let (callee, args) = match callee.kind {
        ExprKind::Call { callee, args: inner } if args.is_empty() => (*callee, inner),
        kind => (Expr { kind, span: callee.span }, args),
    };
    Line::Stmt(StmtKind::CallNamed { callee, args })
}
pub fn schedule(delay: Expr, unit: Option<Ident>) -> Line {
    let unit = unit.map_or_else(|| "SECONDS".into(), |u| u.name.to_uppercase());
    Line::Schedule { delay, unit }
}
pub fn dim_item(name: Ident, bounds: Vec<Expr>, ty: Option<Ident>) -> DimItem {
    DimItem { name, bounds, ty: ty.map(|t| t.name.to_uppercase()) }
}
pub fn def_fn(name: Ident, params: Vec<Param>, body: Expr) -> Line {
    let params = params.into_iter().map(|p| p.name).collect();
    Line::Stmt(StmtKind::Classic(Classic::DefFn { name, params, body }))
}
/// The last printed item ends the line unless a separator follows it.
pub fn end_print(items: &mut Vec<(PrintItem, PrintEnd)>, last: Option<PrintItem>) {
    if let Some(item) = last {
        items.push((item, PrintEnd::Line));
    } else if items.is_empty() {
        items.push((PrintItem::Empty, PrintEnd::Line));
    }
}
pub fn input(
    cx: &Cx<'_>,
    prompt: Option<(&str, bool)>,
    targets: Vec<Expr>,
    line: bool,
) -> Line {
    let question = prompt.is_none_or(|(_, question)| question) && !line;
    let prompt = prompt.map(|(written, _)| text::plain(cx, written));
    Line::Stmt(StmtKind::Classic(Classic::Input { prompt, question, targets, line }))
}

// -------------------------------------------------------------------- PARAM

/// A clause of PARAM.
#[derive(Debug)]
pub enum ParamClause {
    /// `AS t` or `AS "a", "b"`
    As(Expr, Vec<Expr>),
    /// `LIKE e`
    Example(Expr),
    /// `DESCRIPTION e`
    Description(Expr),
    /// `DEFAULT e`
    Default(Expr),
    /// `ENUM ["a", "b"]`
    Enum(Expr, Vec<Expr>),
    /// OPTIONAL or REQUIRED
    Optional(bool),
}

pub fn params(cx: &Cx<'_>, first: Ident, rest: Vec<Ident>, clauses: Vec<ParamClause>) -> Line {
    let mut model = procedure_param(first, None, None);
    for clause in clauses {
        apply(cx, &mut model, clause);
    }
    let others = rest.into_iter().map(|name| Param { name, ..model.clone() }).map(StmtKind::Param);
    let others: Vec<StmtKind> = others.collect();
    let mut all = vec![StmtKind::Param(model)];
    all.extend(others);
    Line::Many(all)
}
fn apply(cx: &Cx<'_>, param: &mut Param, clause: ParamClause) {
    match clause {
        ParamClause::As(ty, more) => param_type(cx, param, ty, more),
        ParamClause::Example(e) => param.example = Some(words(cx, &e)),
        ParamClause::Description(e) => param.description = Some(words(cx, &e)),
        ParamClause::Default(e) => {
            param.default = Some(e);
            param.optional = true;
        }
        ParamClause::Enum(first, more) => {
            param.choices = choices(cx, std::iter::once(&first).chain(&more));
        }
        ParamClause::Optional(optional) => param.optional = optional,
    }
}
/// A type, a list of allowed values, or a text that describes the parameter.
fn param_type(cx: &Cx<'_>, param: &mut Param, ty: Expr, more: Vec<Expr>) {
    match &ty.kind {
        ExprKind::Name(name) => param.ty = name.to_uppercase(),
        _ if !more.is_empty() => {
            param.choices = choices(cx, std::iter::once(&ty).chain(&more));
        }
        ExprKind::List(_) => param.choices = choices(cx, std::iter::once(&ty)),
        _ => param.description = Some(words(cx, &ty)),
    }
}
fn choices<'e>(cx: &Cx<'_>, values: impl Iterator<Item = &'e Expr>) -> Vec<String> {
    let mut out = Vec::new();
    for value in values {
        match &value.kind {
            ExprKind::List(items) => out.extend(items.iter().map(|item| words(cx, item))),
            _ => out.push(words(cx, value)),
        }
    }
    out
}
/// A constant as text.
fn words(cx: &Cx<'_>, e: &Expr) -> String {
    match &e.kind {
        ExprKind::Text(text) => text.clone(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Num(n) => n.to_string(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Null => "null".into(),
        ExprKind::Star => "*".into(),
        _ => {
            let message = "A PARAM line can only hold fixed values here.";
            let help = "Write a text in quotes, a number, or true or false.";
            cx.report(
                Diagnostic::error(codes::BAD_DECLARATION, e.span, message).help(help),
            );
            String::new()
        }
    }
}
