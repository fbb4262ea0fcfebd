//! What can be known to be wrong before the program runs: jumps to lines that do not exist, arrays
//! used in two ways, functions that are not defined.

use super::facts::{ArrayUse, Call, Definition};
use super::program::Program;
use super::types;
use crate::ast::{Array, Expr, ExprKind, Function};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::IndexMap;
use crate::hashed::{HashMap, HashSet};
use crate::source::Span;
use basilect_stdlib::Limits;

/// Subscripts of an element.
const DIMENSIONS_MAX: usize = 8;
/// Parts of a function's expression, those of the functions that it calls included.
const FUNCTION_PARTS_MAX: usize = 2_000;

pub(super) fn check(program: &mut Program<'_>) {
    jumps(program);
    base(program);
    arrays(program);
    functions(program);
}

fn jumps(program: &mut Program<'_>) {
    let lines: HashSet<u32> = program.rows.iter().filter_map(|row| row.number).collect();
    let jumps = std::mem::take(&mut program.facts.jumps);
    for jump in jumps.iter().filter(|jump| !lines.contains(&jump.to)) {
        let message = format!("there is no line {}", jump.to);
        let next = program.rows.iter().filter_map(|row| row.number).find(|n| *n > jump.to);
        let help = match next {
            Some(next) => format!("the next line after it is {next}"),
            None => "the program ends before it".to_string(),
        };
        program.report(Diagnostic::error(codes::UNKNOWN_LABEL, jump.span, message).help(help));
    }
    program.facts.jumps = jumps;
}

fn base(program: &mut Program<'_>) {
    let bases = std::mem::take(&mut program.facts.bases);
    let Some((base, first)) = bases.first().copied() else { return };
    program.listing.base = base;
    let before = program.facts.arrays.first().map(|used| used.span);
    if let Some(used) = before.filter(|used| comes_before(program, *used, first)) {
        let message = "OPTION BASE comes too late: an array stands before it";
        let report =
            Diagnostic::error(codes::OPTION_BASE, first, message).related(used, "this array");
        program.report(report.help("write OPTION BASE before all arrays"));
    }
    for (_, again) in bases.iter().skip(1) {
        let report =
            Diagnostic::error(codes::OPTION_BASE, *again, "there is an OPTION BASE already");
        program.report(report.related(first, "the first one"));
    }
}
/// Whether a place comes first in the order of the lines.
fn comes_before(program: &Program<'_>, first: Span, second: Span) -> bool {
    let key = |span: Span| (program.number_at(span.start), span.start);
    key(first) < key(second)
}

fn arrays(program: &mut Program<'_>) {
    let used = std::mem::take(&mut program.facts.arrays);
    let mut arrays: IndexMap<String, Array> = IndexMap::default();
    let mut first: HashMap<&str, Span> = HashMap::default();
    let mut declared: HashMap<&str, Span> = HashMap::default();
    for used in &used {
        let before = first.get(used.name.as_str()).copied();
        let array = arrays.entry(used.name.clone()).or_default();
        if let Some(before) = before.filter(|_| array.dimensions != used.dimensions) {
            let report = dimensions_differ(used, array.dimensions, before);
            program.report(report);
        } else if used.dimensions > DIMENSIONS_MAX {
            let message = format!("an array has at most {DIMENSIONS_MAX} subscripts");
            program.report(Diagnostic::error(codes::ARRAY_USE, used.span, message));
        }
        array.dimensions = used.dimensions;
        if before.is_none() || used.dim.is_some() {
            array.span = used.span;
        }
        if let Some(bounds) = &used.dim {
            let twice = declared.insert(&used.name, used.span);
            let twice = twice.filter(|_| !program.facts.erased.contains(&used.name));
            declare(program, used, bounds.as_ref(), array, before, twice);
        }
        first.entry(&used.name).or_insert(used.span);
    }
    for name in &program.facts.erased {
        arrays.entry(name.clone()).or_insert(Array { dimensions: 1, ..Array::default() });
    }
    program.listing.arrays = arrays;
}
fn dimensions_differ(used: &ArrayUse, dimensions: usize, before: Span) -> Diagnostic {
    let shown = used.name.trim_end_matches("()");
    let message =
        format!("{shown} has {} subscript(s) here, and {dimensions} before", used.dimensions);
    let report = Diagnostic::error(codes::ARRAY_USE, used.span, message).related(before, "here");
    report.help("an array has the same number of subscripts everywhere")
}
fn declare(
    program: &mut Program<'_>,
    used: &ArrayUse,
    bounds: Option<&Vec<i64>>,
    array: &mut Array,
    before: Option<Span>,
    twice: Option<Span>,
) {
    let shown = used.name.trim_end_matches("()");
    if let Some(first) = twice {
        let message = format!("{shown} has a DIM already");
        let help =
            "keep one DIM for each array; ERASE forgets an array, so that it can have another";
        let report =
            Diagnostic::error(codes::ARRAY_USE, used.span, message).related(first, "the first one");
        program.report(report.help(help));
    } else if let Some(before) = before.filter(|_| program.listing.minimal) {
        let message = format!("{shown} is used before its DIM");
        let report =
            Diagnostic::error(codes::ARRAY_USE, used.span, message).related(before, "it is used");
        program.report(report.help("write DIM before the first use of the array"));
    }
    let base = i64::from(program.listing.base);
    if let Some(bounds) = bounds {
        let most = Limits::DEFAULT.list_elements as i64;
        let length = |bound: &i64| (bound - base + 1).max(0);
        let total = bounds.iter().map(length).try_fold(1i64, i64::checked_mul);
        if bounds.iter().any(|bound| *bound < base) {
            let message = format!("a bound of {shown} is below {base}, the first subscript");
            program.report(Diagnostic::error(codes::ARRAY_USE, used.span, message));
        } else if total.is_none_or(|total| total > most) {
            let message = format!("{shown} is too large: an array may have {most} elements");
            program.report(Diagnostic::error(codes::ARRAY_USE, used.span, message));
        }
    }
    array.declared = true;
    array.bounds = bounds.cloned().filter(|_| twice.is_none());
}

fn functions(program: &mut Program<'_>) {
    let definitions = std::mem::take(&mut program.facts.functions);
    let calls = std::mem::take(&mut program.facts.calls);
    let mut known: IndexMap<&str, &Definition> = IndexMap::default();
    for definition in &definitions {
        if let Some(first) = known.get(definition.name.as_str()) {
            let message = format!("{} is defined already", definition.name);
            let report = Diagnostic::error(codes::PROCEDURE_TWICE, definition.span, message);
            program.report(report.related(first.span, "the first definition"));
            continue;
        }
        known.insert(&definition.name, definition);
    }
    for call in &calls {
        check_call(program, call, &known);
    }
    for (name, definition) in &known {
        let mut open = Vec::new();
        let parts = parts(&definition.body, &known, &mut open, FUNCTION_PARTS_MAX);
        if parts.is_none_or(|parts| parts > FUNCTION_PARTS_MAX) {
            let message = match open.iter().any(|open| open == name) {
                true => format!("{name} uses itself, so that it would never end"),
                false => format!("{name} is too long with the functions that it uses"),
            };
            program.report(Diagnostic::error(codes::DEF_FN, definition.span, message));
        }
    }
    let function = |d: &Definition| Function { params: d.params.clone(), body: d.body.clone() };
    let known = known.iter().map(|(name, definition)| ((*name).to_string(), function(definition)));
    program.listing.functions = known.collect();
}

fn check_call(program: &mut Program<'_>, call: &Call, known: &IndexMap<&str, &Definition>) {
    let name = &call.name;
    let Some(definition) = known.get(name.as_str()) else {
        let help = format!("define it first, as in DEF {name}(X) = X * 2");
        let report =
            Diagnostic::error(codes::UNKNOWN_NAME, call.span, format!("{name} is not defined"));
        return program.report(report.help(help));
    };
    let wanted = definition.params.len();
    if call.args.len() != wanted {
        let message = format!("{name} takes {wanted} value(s), not {}", call.args.len());
        let report = Diagnostic::error(codes::PROCEDURE_ARITY, call.span, message);
        return program.report(report.related(definition.span, "defined here"));
    }
    for (given, param) in call.args.iter().zip(&definition.params) {
        let wanted = types::of_name(param);
        if given.is_number() != wanted.is_number() {
            let what = types::name(wanted);
            let message = format!("{name} needs {what} for {param}, and is given another kind");
            program.report(Diagnostic::error(codes::VALUE_KIND, call.span, message));
        }
    }
    let early = program.listing.minimal && comes_before(program, call.span, definition.span);
    if early && call.inside.as_deref() != Some(name) {
        let message = format!("{name} is used before it is defined");
        let report = Diagnostic::error(codes::DEF_FN, call.span, message);
        program.report(report.related(definition.span, "defined here"));
    }
}

/// The parts of an expression, those of the functions that it calls included; `None` when there
/// are too many, or a function calls itself: then `open` names it.
fn parts(
    expr: &Expr,
    known: &IndexMap<&str, &Definition>,
    open: &mut Vec<String>,
    most: usize,
) -> Option<usize> {
    let mut total = 1usize;
    let mut add = |expr: &Expr, open: &mut Vec<String>| {
        let inner = parts(expr, known, open, most.checked_sub(total)?)?;
        total += inner;
        (total <= most).then_some(())
    };
    match &expr.kind {
        ExprKind::Unary(_, inner) => add(inner, open)?,
        ExprKind::Binary(_, left, right) => {
            add(left, open)?;
            add(right, open)?;
        }
        ExprKind::Index { index, .. } => index.iter().try_for_each(|e| add(e, open))?,
        ExprKind::Call { callee, args } => {
            args.iter().try_for_each(|e| add(e, open))?;
            let ExprKind::Name(name) = &callee.kind else { return Some(total) };
            if let Some(definition) = known.get(name.as_str()) {
                if open.iter().any(|open| *open == name.as_str()) || open.len() > 50 {
                    open.push(name.to_string());
                    return None;
                }
                open.push(name.to_string());
                add(&definition.body, open)?;
                open.pop();
            }
        }
        _ => {}
    }
    Some(total)
}
