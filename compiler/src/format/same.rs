//! Whether two trees are the same but for the places of their nodes.
//!
//! What is written in capitals or joined by single blanks where it was not before counts as equal
//! where the language does not tell it apart: names of functions, the text of a query.

use crate::ast::*;
use crate::hashed::IndexMap;
use crate::source::Span;

/// Whether two scripts mean the same by construction.
pub fn same(a: &Script, b: &Script) -> bool {
    a.listing.same(&b.listing) && a.body.same(&b.body) && a.rest.same(&b.rest)
}

trait Same {
    fn same(&self, other: &Self) -> bool;
}

impl Same for Span {
    fn same(&self, _: &Self) -> bool {
        true
    }
}
impl Same for f64 {
    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}
impl Same for &'static basilect_stdlib::Keyword {
    fn same(&self, other: &Self) -> bool {
        std::ptr::eq(*self, *other)
    }
}
impl<T: Same> Same for [T] {
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same(b))
    }
}
impl<T: Same> Same for Vec<T> {
    fn same(&self, other: &Self) -> bool {
        self.as_slice().same(other.as_slice())
    }
}
impl<T: Same> Same for Box<T> {
    fn same(&self, other: &Self) -> bool {
        self.as_ref().same(other.as_ref())
    }
}
impl<T: Same> Same for Option<T> {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        }
    }
}
impl<A: Same, B: Same> Same for (A, B) {
    fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0) && self.1.same(&other.1)
    }
}

macro_rules! plain {
    ($($name:ty),*) => {
        $(impl Same for $name {
            fn same(&self, other: &Self) -> bool {
                self == other
            }
        })*
    };
}
plain!(
    bool, i64, u16, usize, String, EcoString, &str, BinaryOp, UnaryOp, ExitKind, PrintEnd, DataItem
);

macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Same for $name {
            fn same(&self, other: &Self) -> bool {
                // Names every field, so that a new one is not forgotten here.
                let $name { $($field),* } = self;
                $($field.same(&other.$field))&&*
            }
        })*
    };
}
structs! {
    Ident { name, span }
    Stmt { kind, span }
    Expr { kind, span }
    Case { tests, body, span }
    ForHead { var, from, to, step }
    EachHead { var, source, last }
    LoopTest { until, condition }
    Procedure { name, function, params, body }
    Param { name, ty, choices, example, description, optional, default }
    DimItem { name, bounds, ty }
    Table { name, connection, read_by, write_by, lines }
    Command { keyword, words, args, span }
    Arg { lead, comma, value, span }
    Array { dimensions, bounds, declared, span }
    Function { params, body }
    ForLoop { var, asked }
    ForEnd { var, loops, exits }
}

impl Same for Listing {
    fn same(&self, other: &Self) -> bool {
        let Listing { numbers, variables, arrays, functions, base, minimal, .. } = self;
        let Listing { fixed_random, zero_random, fors, nexts, closes, leaves, .. } = self;
        // Where a row stands in the file may change, its number may not.
        let number = |numbers: &[(u32, u32)]| -> Vec<u32> { numbers.iter().map(|n| n.1).collect() };
        number(numbers) == number(&other.numbers)
            && variables.iter().eq(&other.variables)
            && tables_same(arrays, &other.arrays)
            && tables_same(functions, &other.functions)
            && (base, minimal) == (&other.base, &other.minimal)
            && (fixed_random, zero_random) == (&other.fixed_random, &other.zero_random)
            && fors.same(&other.fors)
            && nexts.same(&other.nexts)
            && closes.same(&other.closes)
            && leaves.same(&other.leaves)
    }
}
fn tables_same<T: Same>(a: &IndexMap<String, T>, b: &IndexMap<String, T>) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| x == y && a.same(b))
}

impl Same for CaseTest {
    fn same(&self, other: &Self) -> bool {
        use CaseTest::*;
        match (self, other) {
            (Value(a), Value(b)) => a.same(b),
            (Range(a, to_a), Range(b, to_b)) => a.same(b) && to_a.same(to_b),
            (Is(op_a, a), Is(op_b, b)) => op_a == op_b && a.same(b),
            _ => false,
        }
    }
}
impl Same for MapKey {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (MapKey::Fixed(a), MapKey::Fixed(b)) => a.same(b),
            (MapKey::Computed(a), MapKey::Computed(b)) => a.same(b),
            _ => false,
        }
    }
}
impl Same for Piece {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Piece::Text(a), Piece::Text(b)) => a == b,
            (Piece::Value(a), Piece::Value(b)) => a.same(b),
            _ => false,
        }
    }
}
impl Same for PrintItem {
    fn same(&self, other: &Self) -> bool {
        use PrintItem::*;
        match (self, other) {
            (Value(a), Value(b)) | (Tab(a), Tab(b)) | (Spc(a), Spc(b)) => a.same(b),
            (Empty, Empty) => true,
            _ => false,
        }
    }
}
impl Same for OnError {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (OnError::Off, OnError::Off) | (OnError::ResumeNext, OnError::ResumeNext) => true,
            (OnError::Goto(a), OnError::Goto(b)) => a.same(b),
            _ => false,
        }
    }
}
impl Same for Resume {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Resume::Again, Resume::Again) | (Resume::Next, Resume::Next) => true,
            (Resume::Label(a), Resume::Label(b)) => a.same(b),
            _ => false,
        }
    }
}

impl Same for ExprKind {
    fn same(&self, other: &Self) -> bool {
        use ExprKind::*;
        match (self, other) {
            (Null, Null) | (Star, Star) | (Broken, Broken) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Num(a), Num(b)) => a.same(b),
            (Text(a), Text(b)) => a == b,
            (Select(a), Select(b)) => words_same(a, b),
            (Template(a), Template(b)) => a.same(b),
            (Name(a), Name(b)) => words_same(a, b),
            (List(a), List(b)) => a.same(b),
            (Map(a), Map(b)) => a.same(b),
            (Command(a), Command(b)) => a.same(b),
            (Unary(op_a, a), Unary(op_b, b)) => op_a == op_b && a.same(b),
            (Binary(op_a, a, x), Binary(op_b, b, y)) => op_a == op_b && a.same(b) && x.same(y),
            (Ternary(c, a, b), Ternary(d, x, y)) => c.same(d) && a.same(x) && b.same(y),
            (Field { of, name, safe }, Field { of: b, name: n, safe: s }) => {
                safe == s && name.same(n) && of.same(b)
            }
            (Index { of, index }, Index { of: b, index: i }) => of.same(b) && index.same(i),
            (Call { callee, args }, Call { callee: c, args: a }) => {
                callee_same(callee, c) && args.same(a)
            }
            (IsNull { value, negated }, IsNull { value: v, negated: n }) => {
                negated == n && value.same(v)
            }
            (Between { value, low, high }, Between { value: v, low: l, high: h }) => {
                value.same(v) && low.same(l) && high.same(h)
            }
            _ => false,
        }
    }
}
/// Functions of the vocabulary are the same in any letter case.
fn callee_same(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Name(a), ExprKind::Name(b)) if crate::names::function(a).is_some() => {
            a.eq_ignore_ascii_case(b)
        }
        _ => a.same(b),
    }
}
/// The same words, whatever blank space stands between them; `\r\n` is blank space too.
fn words_same(a: &str, b: &str) -> bool {
    let script = crate::names::called_script;
    a == b
        || a.split_whitespace().eq(b.split_whitespace())
        || script(a).is_some() && script(a) == script(b)
}

impl Same for StmtKind {
    fn same(&self, other: &Self) -> bool {
        block_same(self, other).or_else(|| line_same(self, other)).unwrap_or(false)
    }
}
/// Statements with statements in them; `None` for others.
fn block_same(a: &StmtKind, b: &StmtKind) -> Option<bool> {
    use StmtKind::*;
    Some(match (a, b) {
        (If { arms, otherwise }, If { arms: a, otherwise: o }) => arms.same(a) && otherwise.same(o),
        (Select { subject, cases, otherwise }, Select { subject: s, cases: c, otherwise: o }) => {
            subject.same(s) && cases.same(c) && otherwise.same(o)
        }
        (For { head, body }, For { head: h, body: b }) => head.same(h) && body.same(b),
        (ForEach { head, body }, ForEach { head: h, body: b }) => head.same(h) && body.same(b),
        (Loop { before, after, body }, Loop { before: f, after: a, body: b }) => {
            before.same(f) && after.same(a) && body.same(b)
        }
        (Procedure(a), Procedure(b)) => a.same(b),
        (Try { body, var, catch, finally }, Try { body: b, var: v, catch: c, finally: f }) => {
            body.same(b) && var.same(v) && catch.same(c) && finally.same(f)
        }
        (With { target, fields }, With { target: t, fields: f }) => {
            target.same(t) && fields.same(f)
        }
        (EventBlock { command, body }, EventBlock { command: c, body: b }) => {
            command.same(c) && body.same(b)
        }
        (Deferred { delay, unit, body }, Deferred { delay: d, unit: u, body: b }) => {
            delay.same(d) && unit == u && body.same(b)
        }
        _ => return None,
    })
}
/// All other statements; `None` where the two are of different kinds.
fn line_same(a: &StmtKind, b: &StmtKind) -> Option<bool> {
    use StmtKind::*;
    Some(match (a, b) {
        (Continue, Continue) | (ClearError, ClearError) | (Broken, Broken) => true,
        (Assign { target, value }, Assign { target: t, value: v }) => {
            target.same(t) && value.same(v)
        }
        (Command(a), Command(b)) => a.same(b),
        (Call(a), Call(b)) | (Throw(a), Throw(b)) => a.same(b),
        (CallNamed { callee, args }, CallNamed { callee: c, args: a }) => {
            callee.same(c) && args.same(a)
        }
        (Return(a), Return(b)) => a.same(b),
        (Exit(a), Exit(b)) => a == b,
        (Label(a), Label(b)) | (Goto(a), Goto(b)) | (GoSub(a), GoSub(b)) => a.same(b),
        (OnBranch { selector, gosub, labels }, OnBranch { selector: s, gosub: g, labels: l }) => {
            gosub == g && selector.same(s) && labels.same(l)
        }
        (OnError(a), OnError(b)) => a.same(b),
        (Resume(a), Resume(b)) => a.same(b),
        (Assert { condition, message }, Assert { condition: c, message: m }) => {
            condition.same(c) && message.same(m)
        }
        (Param(a), Param(b)) => a.same(b),
        (Description(a), Description(b)) => words_same(a, b),
        (Pragma(a), Pragma(b)) => words_same(a, b),
        (Dim(a), Dim(b)) => a.same(b),
        (Const { name, value }, Const { name: n, value: v }) => name.same(n) && value.same(v),
        (TextBlock { command, text }, TextBlock { command: c, text: t }) => {
            command.same(c) && text.same(t)
        }
        (Table(a), Table(b)) => a.same(b),
        (Workflow { name, steps }, Workflow { name: n, steps: s }) => name.same(n) && steps.same(s),
        (Classic(a), Classic(b)) => return classic_same(a, b),
        _ => return None,
    })
}
fn classic_same(a: &Classic, b: &Classic) -> Option<bool> {
    use Classic::*;
    Some(match (a, b) {
        (Print { items, using }, Print { items: i, using: u }) => items.same(i) && using.same(u),
        (
            Input { prompt, question, targets, line },
            Input { prompt: p, question: q, targets: t, line: l },
        ) => prompt == p && question == q && line == l && targets.same(t),
        (Data(a), Data(b)) => a.same(b),
        (Read(a), Read(b)) => a.same(b),
        (Restore(a), Restore(b)) => a.same(b),
        (Randomize(a), Randomize(b)) => a.same(b),
        (DefFn { name, params, body }, DefFn { name: n, params: p, body: b }) => {
            name.same(n) && params.same(p) && body.same(b)
        }
        _ => return numbered_same(a, b),
    })
}
fn numbered_same(a: &Classic, b: &Classic) -> Option<bool> {
    use Classic::*;
    Some(match (a, b) {
        (For { var, bounds, step, number }, For { var: v, bounds: b, step: s, number: n }) => {
            number == n && var.same(v) && bounds[..].same(&b[..]) && step.same(s)
        }
        (Next(a), Next(b)) => a == b,
        (Open { test, number }, Open { test: t, number: n })
        | (Close { test, number }, Close { test: t, number: n }) => number == n && test.same(t),
        (Leave(a), Leave(b)) => a == b,
        (Swap(a, x), Swap(b, y)) => a.same(b) && x.same(y),
        (Erase(a), Erase(b)) => a.same(b),
        (Clear, Clear) | (Pop, Pop) => true,
        (Run(a), Run(b)) => a.same(b),
        (ReturnTo(a), ReturnTo(b)) => a.same(b),
        (Chain(a), Chain(b)) | (Key(a), Key(b)) | (Width(a), Width(b)) => a.same(b),
        (
            MidSet { target, start, count, value },
            MidSet { target: t, start: s, count: c, value: v },
        ) => target.same(t) && start.same(s) && count.same(c) && value.same(v),
        (Write(a), Write(b)) | (Nothing(a), Nothing(b)) => a.same(b),
        (Locate { column: a }, Locate { column: b }) => a.same(b),
        _ => return None,
    })
}
