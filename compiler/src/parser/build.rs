//! What the grammar's actions make: small constructors of the tree.

use super::line::Line;
use super::text;
use crate::ast::*;
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashMap;
use crate::source::Span;
use basilect_stdlib::Keyword;
use std::cell::{Cell, RefCell};

/// How expressions travel on the parser's stack.
type Boxed = Box<Expr>;

/// What actions may need besides the tokens.
pub struct Cx<'s> {
    /// Where actions report what they find.
    pub diagnostics: RefCell<Vec<Diagnostic>>,
    /// Procedures of the script, in upper case.
    pub procedures: &'s HashMap<String, usize>,
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
    Ident { name: name.into(), span: Span::new(start, end) }
}
pub fn expr(kind: ExprKind, start: u32, end: u32) -> Boxed {
    boxed(kind, Span::new(start, end))
}
fn boxed(kind: ExprKind, span: Span) -> Boxed {
    Box::new(Expr { kind, span })
}
/// What a list of boxes holds.
pub fn unbox<T>(list: Vec<Box<T>>) -> Vec<T> {
    list.into_iter().map(|item| *item).collect()
}
pub fn name(n: Ident) -> Boxed {
    boxed(ExprKind::Name(n.name), n.span)
}
/// A keyword: its words lie from `l` to `w`, its arguments end at `r`.
pub fn command(
    keyword: &'static Keyword,
    args: Vec<Arg>,
    (l, w, r): (u32, u32, u32),
) -> Box<Command> {
    Box::new(Command { keyword, words: Span::new(l, w), args, span: Span::new(l, r.max(w)) })
}
pub fn arg(
    lead: Option<&'static str>,
    comma: bool,
    value: Option<Boxed>,
    start: u32,
    end: u32,
) -> Box<Arg> {
    let value = value.map(|e| *e);
    Box::new(Arg { lead, comma, value, span: Span::new(start, end) })
}
pub fn binary(op: BinaryOp, a: Boxed, b: Boxed) -> Boxed {
    let span = a.span.to(b.span);
    boxed(ExprKind::Binary(op, a, b), span)
}
pub fn unary(op: UnaryOp, e: Boxed, start: u32) -> Boxed {
    let span = Span::new(start, e.span.end);
    let kind = match (op, &e.kind) {
        (UnaryOp::Neg, ExprKind::Int(n)) => ExprKind::Int(n.wrapping_neg()),
        (UnaryOp::Neg, ExprKind::Num(n)) => ExprKind::Num(-n),
        _ => ExprKind::Unary(op, e),
    };
    boxed(kind, span)
}
pub fn ternary(c: Boxed, a: Boxed, b: Boxed) -> Boxed {
    let span = c.span.to(b.span);
    boxed(ExprKind::Ternary(c, a, b), span)
}
pub fn between(value: Boxed, low: Boxed, high: Boxed) -> Boxed {
    let span = value.span.to(high.span);
    boxed(ExprKind::Between { value, low, high }, span)
}
/// `a IS NULL`; with anything else than NULL it compares.
pub fn is_test(value: Boxed, with: Boxed, negated: bool) -> Boxed {
    if matches!(with.kind, ExprKind::Null) {
        let span = value.span.to(with.span);
        return boxed(ExprKind::IsNull { value, negated }, span);
    }
    binary(if negated { BinaryOp::Ne } else { BinaryOp::Eq }, value, with)
}
/// The values after IN; a single one that is no constant may be a list itself.
pub fn tuple(mut items: Vec<Expr>, start: u32, end: u32) -> Boxed {
    let list = items.len() != 1 || items.iter().any(is_constant);
    match items.pop() {
        Some(only) if !list => Box::new(only),
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
pub fn field(of: Boxed, name: Ident, safe: bool) -> Boxed {
    let span = of.span.to(name.span);
    boxed(ExprKind::Field { of, name, safe }, span)
}
pub fn command_value(command: Box<Command>) -> Boxed {
    let span = command.span;
    boxed(ExprKind::Command(command), span)
}
pub fn index_of(of: Boxed, index: Vec<Expr>, end: u32) -> Boxed {
    let span = Span::new(of.span.start, end);
    boxed(ExprKind::Index { of, index }, span)
}
pub fn call(callee: Boxed, args: Vec<Expr>, end: u32) -> Boxed {
    let span = Span::new(callee.span.start, end);
    boxed(ExprKind::Call { callee, args }, span)
}

/// A number: decimal, `0x1F` or `&H1F`, with a fraction or exponent.
pub fn number(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> Boxed {
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
    boxed(kind, span)
}
/// A text literal with its quotes.
pub fn text(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> Boxed {
    expr(text::literal(cx, written, start), start, end)
}
/// A text as the key of a map.
pub fn text_key(cx: &Cx<'_>, written: &str, start: u32, end: u32) -> MapKey {
    let span = Span::new(start, end);
    match text::literal(cx, written, start) {
        ExprKind::Text(name) => MapKey::Fixed(Ident { name, span }),
        kind => MapKey::Computed(Expr { kind, span }),
    }
}

// -------------------------------------------------------------------- statements

pub fn assign_with(op: BinaryOp, target: Boxed, value: Boxed) -> StmtKind {
    let value = *binary(op, target.clone(), value);
    StmtKind::Assign { target: *target, value }
}
pub fn counted(var: Expr, from: Expr, to: Expr, step: Option<Boxed>) -> Line {
    Line::For(Box::new(ForHead { var, from, to, step: step.map(|e| *e) }))
}
pub fn for_each(var: Ident, source: Expr, last: Option<Boxed>) -> Line {
    Line::ForEach(Box::new(EachHead { var, source, last: last.map(|e| *e) }))
}
pub fn loop_test(until: bool, condition: Expr) -> Box<LoopTest> {
    Box::new(LoopTest { until, condition })
}
pub fn dotted(name: Ident, value: Expr) -> Line {
    Line::Dotted(name, value)
}
pub fn procedure(function: bool, name: Ident, params: Vec<Param>) -> Line {
    Line::Procedure { function, name, params }
}
pub fn procedure_param(name: Ident, ty: Option<Ident>, default: Option<Expr>) -> Param {
    let ty = ty.map_or_else(|| "STRING".to_owned(), |t| t.name.as_str().to_uppercase());
    let optional = default.is_some();
    Param { name, ty, choices: Vec::new(), example: None, description: None, optional, default }
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
    let unit = unit.map_or_else(|| "SECONDS".into(), |u| u.name.as_str().to_uppercase());
    Line::Schedule { delay, unit }
}
pub fn dim_item(name: Ident, bounds: Vec<Expr>, ty: Option<Ident>) -> DimItem {
    DimItem { name, bounds, ty: ty.map(|t| t.name.as_str().to_uppercase()) }
}
pub fn def_fn(name: Ident, params: Vec<Param>, body: Expr) -> Line {
    let params = params.into_iter().map(|p| p.name).collect();
    Line::Stmt(StmtKind::Classic(Classic::DefFn { name, params, body }))
}
pub fn print(items: Vec<(PrintItem, PrintEnd)>, using: Option<Boxed>) -> Box<Line> {
    let using = using.map(|e| *e);
    Box::new(Line::Stmt(StmtKind::Classic(Classic::Print { items, using })))
}
/// The last printed item ends the line unless a separator follows it.
pub fn end_print(
    parts: Vec<Box<(PrintItem, PrintEnd)>>,
    last: Option<Box<PrintItem>>,
) -> Vec<(PrintItem, PrintEnd)> {
    let mut items = unbox(parts);
    if let Some(item) = last {
        items.push((*item, PrintEnd::Line));
    } else if items.is_empty() {
        items.push((PrintItem::Empty, PrintEnd::Line));
    }
    items
}
pub fn input(cx: &Cx<'_>, prompt: Option<(&str, bool)>, targets: Vec<Expr>, line: bool) -> Line {
    let question = prompt.is_none_or(|(_, question)| question) && !line;
    let prompt = prompt.map(|(written, _)| text::plain(cx, written));
    Line::Stmt(StmtKind::Classic(Classic::Input { prompt, question, targets, line }))
}

// -------------------------------------------------------------------- PARAM

/// A clause of PARAM.
#[derive(Debug)]
pub enum ParamClause {
    /// `AS t` or `AS "a", "b"`
    As(Vec<Expr>),
    /// `LIKE e`
    Example(Expr),
    /// `DESCRIPTION e`
    Description(Expr),
    /// `DEFAULT e`
    Default(Expr),
    /// `ENUM ["a", "b"]`
    Enum(Vec<Expr>),
    /// OPTIONAL or REQUIRED
    Optional(bool),
}

pub fn params(cx: &Cx<'_>, first: Ident, rest: Vec<Ident>, clauses: Vec<Box<ParamClause>>) -> Line {
    let mut model = procedure_param(first, None, None);
    for clause in clauses {
        apply(cx, &mut model, *clause);
    }
    let others = rest.into_iter().map(|name| Param { name, ..model.clone() });
    let others: Vec<Param> = others.collect();
    let mut all = vec![StmtKind::Param(Box::new(model))];
    all.extend(others.into_iter().map(|param| StmtKind::Param(Box::new(param))));
    Line::Many(all)
}
fn apply(cx: &Cx<'_>, param: &mut Param, clause: ParamClause) {
    match clause {
        ParamClause::As(values) => param_type(cx, param, &values),
        ParamClause::Example(e) => param.example = Some(words(cx, &e)),
        ParamClause::Description(e) => param.description = Some(words(cx, &e)),
        ParamClause::Default(e) => {
            param.default = Some(e);
            param.optional = true;
        }
        ParamClause::Enum(values) => param.choices = choices(cx, &values),
        ParamClause::Optional(optional) => param.optional = optional,
    }
}
/// A type, a list of allowed values, or a text that describes the parameter.
fn param_type(cx: &Cx<'_>, param: &mut Param, values: &[Expr]) {
    match values {
        [Expr { kind: ExprKind::Name(name), .. }] => param.ty = name.as_str().to_uppercase(),
        [Expr { kind: ExprKind::List(_), .. }] | [_, _, ..] => param.choices = choices(cx, values),
        [only] => param.description = Some(words(cx, only)),
        [] => {}
    }
}
fn choices(cx: &Cx<'_>, values: &[Expr]) -> Vec<String> {
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
        ExprKind::Text(text) => text.to_string(),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Num(n) => n.to_string(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Null => "null".into(),
        ExprKind::Star => "*".into(),
        ExprKind::List(items) => {
            let items: Vec<_> = items.iter().map(|item| words(cx, item)).collect();
            format!("[{}]", items.join(", "))
        }
        ExprKind::Map(entries) => {
            let entry = |(key, value): &(MapKey, Expr)| match key {
                MapKey::Fixed(name) => format!("{}: {}", name.name, words(cx, value)),
                MapKey::Computed(key) => format!("{}: {}", words(cx, key), words(cx, value)),
            };
            let entries: Vec<_> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        _ => {
            let message = "A PARAM line can only hold fixed values here.";
            let help = "Write a text in quotes, a number, or true or false.";
            cx.report(Diagnostic::error(codes::BAD_DECLARATION, e.span, message).help(help));
            String::new()
        }
    }
}
