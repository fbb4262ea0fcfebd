//! A tree as one line of text, for tests.

use crate::ast::*;

pub fn script(script: &Script) -> String {
    body(&script.body)
}
fn body(list: &[Stmt]) -> String {
    list.iter().map(|s| stmt(&s.kind)).collect::<Vec<_>>().join("; ")
}
fn list(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<_>>().join(", ")
}
fn names(items: &[Ident]) -> String {
    items.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(",")
}
fn test(t: &Option<Box<LoopTest>>) -> String {
    match t {
        None => "-".into(),
        Some(t) => format!("{}{}", if t.until { "until " } else { "" }, expr(&t.condition)),
    }
}
fn option(e: &Option<Expr>) -> String {
    e.as_ref().map_or("-".into(), expr)
}
pub fn stmt(kind: &StmtKind) -> String {
    match kind {
        StmtKind::Assign { target, value } => format!("{} := {}", expr(target), expr(value)),
        StmtKind::Command(c) => command(c),
        StmtKind::Call(e) => format!("call {}", expr(e)),
        StmtKind::CallNamed { callee, args } => format!("CALL {} ({})", expr(callee), list(args)),
        StmtKind::If { arms, otherwise } => {
            let arms: Vec<String> =
                arms.iter().map(|(c, b)| format!("{} -> {{{}}}", expr(c), body(b))).collect();
            let rest =
                otherwise.as_ref().map_or(String::new(), |b| format!(" else {{{}}}", body(b)));
            format!("if {}{rest}", arms.join(" | "))
        }
        StmtKind::Select { subject, cases, otherwise } => {
            let cases: Vec<String> = cases
                .iter()
                .map(|c| {
                    let tests: Vec<String> = c.tests.iter().map(case_test).collect();
                    format!("{} -> {{{}}}", tests.join(", "), body(&c.body))
                })
                .collect();
            let rest =
                otherwise.as_ref().map_or(String::new(), |b| format!(" else {{{}}}", body(b)));
            format!("select {}: {}{rest}", expr(subject), cases.join(" | "))
        }
        StmtKind::For { head, body: b } => format!(
            "for {} = {} to {} step {} {{{}}}",
            expr(&head.var),
            expr(&head.from),
            expr(&head.to),
            option(&head.step),
            body(b)
        ),
        StmtKind::ForEach { head, body: b } => {
            let EachHead { var, source, last } = &**head;
            format!("each {} in {} last {} {{{}}}", var.name, expr(source), option(last), body(b))
        }
        StmtKind::Loop { before, after, body: b } => {
            format!("loop {} {{{}}} {}", test(before), body(b), test(after))
        }
        StmtKind::Procedure(p) => {
            let params: Vec<&str> = p.params.iter().map(|p| p.name.name.as_str()).collect();
            let word = if p.function { "function" } else { "sub" };
            format!("{word} {}({}) {{{}}}", p.name.name, params.join(","), body(&p.body))
        }
        StmtKind::Return(e) => format!("return {}", option(e)),
        StmtKind::Exit(kind) => format!("exit {kind:?}"),
        StmtKind::Continue => "continue".into(),
        StmtKind::Label(n) => format!("label {}", n.name),
        StmtKind::Goto(n) => format!("goto {}", n.name),
        StmtKind::GoSub(n) => format!("gosub {}", n.name),
        StmtKind::OnBranch { selector, gosub, labels } => {
            format!(
                "on {} {} {}",
                expr(selector),
                if *gosub { "gosub" } else { "goto" },
                names(labels)
            )
        }
        StmtKind::Try { body: b, var, catch, finally } => format!(
            "try {{{}}} catch {} {{{}}} finally {{{}}}",
            body(b),
            var.as_ref().map_or("-", |v| v.name.as_str()),
            catch.as_ref().map_or("-".into(), |b| body(b)),
            finally.as_ref().map_or("-".into(), |b| body(b))
        ),
        StmtKind::Throw(e) => format!("throw {}", expr(e)),
        StmtKind::Assert { condition, message } => {
            format!("assert {} {}", expr(condition), option(message))
        }
        StmtKind::Param(p) => format!(
            "param {} {} [{}] like {:?} says {:?} optional {} default {}",
            p.name.name,
            p.ty,
            p.choices.join("|"),
            p.example,
            p.description,
            p.optional,
            option(&p.default)
        ),
        StmtKind::Description(text) => format!("description {text:?}"),
        StmtKind::With { target, fields } => {
            let fields: Vec<String> =
                fields.iter().map(|(n, e)| format!("{}={}", n.name, expr(e))).collect();
            format!("with {} {{{}}}", expr(target), fields.join(", "))
        }
        StmtKind::Const { name, value } => format!("const {} {}", name.name, expr(value)),
        StmtKind::Dim(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|i| format!("{}({}) {:?}", i.name.name, list(&i.bounds), i.ty))
                .collect();
            format!("dim {}", items.join(", "))
        }
        StmtKind::TextBlock { command: c, text } => format!("text {} {}", command(c), expr(text)),
        StmtKind::EventBlock { command: c, body: b } => {
            format!("event {} {{{}}}", command(c), body(b))
        }
        StmtKind::Deferred { delay, unit, body: b } => {
            format!("later {} {unit} {{{}}}", expr(delay), body(b))
        }
        StmtKind::Table(t) => {
            let lines: Vec<&str> = t.lines.iter().map(|l| l.0.as_str()).collect();
            format!("table {} on {:?}: {}", t.name.name, t.connection, lines.join(" / "))
        }
        StmtKind::Workflow { name, steps } => {
            format!("workflow {}: {}", expr(name), steps.join(" / "))
        }
        StmtKind::Pragma(p) => format!("pragma {p}"),
        StmtKind::Classic(c) => classic(c),
        StmtKind::Broken => "broken".into(),
        other => format!("{other:?}"),
    }
}
fn classic(c: &Classic) -> String {
    match c {
        Classic::Print { items, using } => {
            let items: Vec<String> = items
                .iter()
                .map(|(item, end)| {
                    let item = match item {
                        PrintItem::Value(e) => expr(e),
                        PrintItem::Tab(e) => format!("TAB {}", expr(e)),
                        PrintItem::Spc(e) => format!("SPC {}", expr(e)),
                        PrintItem::Empty => "_".into(),
                    };
                    let end = match end {
                        PrintEnd::Join => ";",
                        PrintEnd::Zone => ",",
                        PrintEnd::Line => "",
                    };
                    item + end
                })
                .collect();
            format!("print {} using {}", items.join(" "), option(using))
        }
        Classic::Input { prompt, question, targets, line } => {
            format!("input {prompt:?} {question} {} {line}", list(targets))
        }
        Classic::Data(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|i| if i.quoted { format!("{:?}", i.text) } else { i.text.clone() })
                .collect();
            format!("data {}", items.join("|"))
        }
        Classic::Read(targets) => format!("read {}", list(targets)),
        Classic::DefFn { name, params, body } => {
            format!("def {}({}) {}", name.name, names(params), expr(body))
        }
        Classic::Next(numbers) => format!("next {numbers:?}"),
        Classic::For { var, bounds, number, .. } => {
            format!("for#{number} {} {} {}", var.name, expr(&bounds[0]), expr(&bounds[1]))
        }
        Classic::Randomize(e) => format!("randomize {}", option(e)),
        Classic::Restore(n) => format!("restore {}", n.as_ref().map_or("-", |n| n.name.as_str())),
        other => format!("{other:?}"),
    }
}
fn case_test(t: &CaseTest) -> String {
    match t {
        CaseTest::Value(e) => expr(e),
        CaseTest::Range(a, b) => format!("{} to {}", expr(a), expr(b)),
        CaseTest::Is(op, e) => format!("is {op:?} {}", expr(e)),
    }
}
pub fn command(c: &Command) -> String {
    let args: Vec<String> = c
        .args
        .iter()
        .map(|a| {
            let comma = if a.comma { ", " } else { "" };
            let lead = a.lead.as_ref().map_or(String::new(), |l| format!("{l}: "));
            let value = a.value.as_ref().map_or("!".into(), expr);
            format!("{comma}{lead}{value}")
        })
        .collect();
    format!("<{} {}>", c.keyword.name, args.join(" ")).replace(" , ", ", ").replace(" >", ">")
}
pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Num(n) => format!("{n:?}"),
        ExprKind::Text(t) => format!("{t:?}"),
        ExprKind::Template(pieces) => {
            let pieces: Vec<String> = pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) => format!("{t:?}"),
                    Piece::Value(e) => format!("${{{}}}", expr(e)),
                })
                .collect();
            format!("t({})", pieces.join(" "))
        }
        ExprKind::Name(n) => n.to_string(),
        ExprKind::Field { of, name, safe } => {
            format!("{}{}{}", expr(of), if *safe { "?." } else { "." }, name.name)
        }
        ExprKind::Index { of, index } => format!("{}[{}]", expr(of), list(index)),
        ExprKind::Call { callee, args } => format!("{}({})", expr(callee), list(args)),
        ExprKind::Unary(op, e) => format!("({op:?} {})", expr(e)),
        ExprKind::Binary(op, a, b) => format!("({op:?} {} {})", expr(a), expr(b)),
        ExprKind::Ternary(c, a, b) => format!("({} ? {} : {})", expr(c), expr(a), expr(b)),
        ExprKind::IsNull { value, negated } => {
            format!("({} {} null)", expr(value), if *negated { "is not" } else { "is" })
        }
        ExprKind::Between { value, low, high } => {
            format!("({} between {} {})", expr(value), expr(low), expr(high))
        }
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(k, v)| match k {
                    MapKey::Fixed(n) => format!("{}: {}", n.name, expr(v)),
                    MapKey::Computed(k) => format!("[{}]: {}", expr(k), expr(v)),
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        ExprKind::Command(c) => command(c),
        ExprKind::Star => "*".into(),
        ExprKind::Select(text) => format!("query {text:?}"),
        ExprKind::Broken => "broken".into(),
    }
}
