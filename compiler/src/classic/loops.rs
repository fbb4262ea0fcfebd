//! Which NEXT belongs to which FOR, which WEND to which WHILE.
//!
//! In ECMA-55 loops nest as blocks of the text. In Microsoft BASIC a NEXT goes on with the loop of
//! its variable that was begun last, wherever it stands. Here loops whose text nests are blocks; a
//! variable whose loops are entered or left in other ways has its NEXTs ask which loop runs.

use super::facts::EventKind;
use super::program::Program;
use crate::ast::{ForEnd, ForLoop};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::{HashMap, HashSet};
use crate::source::Span;

/// How deep loops may nest.
const NESTING_MAX: usize = 100;
/// How many pairs of loops and closings of one variable are asked about.
const ASKED_MAX: usize = 1_000;

/// A FOR.
struct Begun {
    var: String,
    span: Span,
    /// Its place among the events.
    at: usize,
    inside: usize,
    /// The NEXT that ends its block, and where.
    end: Option<(usize, usize)>,
    /// The loop around it.
    around: Option<usize>,
}

/// A NEXT.
struct Ended {
    var: Option<String>,
    span: Span,
    /// The loop whose block it ends or stands in.
    of: Option<usize>,
    ends: bool,
}

#[derive(Default)]
struct Survey {
    fors: Vec<Begun>,
    nexts: Vec<Ended>,
    open: Vec<usize>,
    /// The loop that was closed last.
    last: Option<usize>,
    /// Pairs of loops that cross, or nest with one variable.
    crossed: Vec<(usize, usize)>,
    nested: Vec<(usize, usize)>,
    too_deep: Option<Span>,
}

/// Plans the loops of a program, and reports those that cannot be meant.
pub(super) fn plan(program: &mut Program<'_>) {
    others(program);
    let mut survey = Survey::default();
    let events = std::mem::take(&mut program.facts.events);
    let mut leaves = Vec::new();
    for (at, event) in events.iter().enumerate() {
        match &event.kind {
            EventKind::For(var) => survey.begin(var, event.span, at, event.inside),
            EventKind::Next(var) => survey.end(var.clone(), event.span, at, event.inside),
            EventKind::Leave(true) => leaves.push((event.span, survey.open.last().copied())),
            _ => {}
        }
    }
    let untidy = survey.untidy(&events);
    program.facts.events = events;
    leave_loops(program, leaves);
    if !program.broken {
        survey.report(program);
    }
    program.listing.nexts = survey.ends(&untidy);
    let asked: HashSet<&str> = program
        .listing
        .nexts
        .iter()
        .filter(|end| end.loops.len() > 1)
        .map(|end| end.var.as_str())
        .collect();
    let loops = survey.fors.iter();
    let fors = loops
        .map(|begun| ForLoop { var: begun.var.clone(), asked: asked.contains(begun.var.as_str()) });
    program.listing.fors = fors.collect();
}

impl Survey {
    fn begin(&mut self, var: &str, span: Span, at: usize, inside: usize) {
        let number = self.fors.len();
        let same = self.open.iter().rev().copied();
        let same = same.into_iter().find(|i| self.fors.get(*i).is_some_and(|f| f.var == var));
        self.nested.extend(same.map(|outer| (outer, number)));
        if self.open.len() >= NESTING_MAX {
            self.too_deep = self.too_deep.or(Some(span));
            self.open.clear();
        }
        let around = self.open.last().copied();
        self.fors.push(Begun { var: var.to_string(), span, at, inside, end: None, around });
        self.open.push(number);
    }
    fn end(&mut self, var: Option<String>, span: Span, at: usize, inside: usize) {
        let number = self.nexts.len();
        let fits = |i: &usize| {
            let begun = self.fors.get(*i);
            begun.is_some_and(|f| var.as_ref().is_none_or(|var| f.var == *var))
        };
        let place = self.open.iter().rposition(fits);
        let of = place.and_then(|place| self.open.get(place).copied());
        // NEXT in an IF goes on early; the block of its loop ends elsewhere.
        let elsewhere = |i: usize| self.fors.get(i).is_some_and(|f| f.inside != inside);
        let ends = of.is_some_and(|i| inside == 0 || !elsewhere(i));
        if let (Some(place), Some(of), true) = (place, of, ends) {
            let inner = self.open.split_off(place);
            self.crossed.extend(inner.iter().skip(1).map(|inner| (of, *inner)));
            if let Some(begun) = self.fors.get_mut(of) {
                begun.end = Some((number, at));
            }
            self.last = Some(of);
        }
        let of = of.or(if var.is_none() { self.last } else { None });
        self.nexts.push(Ended { var, span, of, ends });
    }

    /// The variables whose loops are not blocks of the text.
    fn untidy(&self, events: &[super::facts::Event]) -> HashSet<String> {
        let mut untidy: HashSet<String> = HashSet::default();
        for next in self.nexts.iter().filter(|next| !next.ends || next.of.is_none()) {
            let of = next.of.and_then(|i| self.fors.get(i)).map(|f| f.var.clone());
            untidy.extend(next.var.clone().or(of));
        }
        untidy.extend(self.fors.iter().filter(|f| f.end.is_none()).map(|f| f.var.clone()));
        untidy.extend(self.nested.iter().filter_map(|(i, _)| Some(self.fors.get(*i)?.var.clone())));
        self.entered(events, &mut untidy);
        untidy
    }
    /// Adds the variables of blocks that a jump enters from outside.
    fn entered(&self, events: &[super::facts::Event], untidy: &mut HashSet<String>) {
        let (mut lines, mut jumps) = (HashMap::default(), Vec::new());
        let (mut open, mut begun_so_far) = (None::<usize>, 0);
        for (at, event) in events.iter().enumerate() {
            while let Some(begun) = open.and_then(|i| self.fors.get(i))
                && begun.end.is_none_or(|(_, end)| at > end)
            {
                open = begun.around;
            }
            match &event.kind {
                EventKind::Line(number) => {
                    lines.insert(*number, open);
                }
                EventKind::Jump(to) => jumps.push((at, *to)),
                EventKind::For(_) => {
                    open = Some(begun_so_far);
                    begun_so_far += 1;
                }
                _ => {}
            }
        }
        for (at, to) in jumps {
            let mut block = lines.get(&to).copied().flatten();
            while let Some(begun) = block.and_then(|i| self.fors.get(i)) {
                if begun.at < at && begun.end.is_none_or(|(_, end)| at <= end) {
                    break;
                }
                untidy.insert(begun.var.clone());
                block = begun.around;
            }
        }
    }

    /// For each NEXT the loops that it goes on with, and those that end behind it.
    fn ends(&self, untidy: &HashSet<String>) -> Vec<ForEnd> {
        let mut by_var: HashMap<&str, Vec<usize>> = HashMap::default();
        for (number, begun) in self.fors.iter().enumerate() {
            by_var.entry(&begun.var).or_default().push(number);
        }
        let mut closings: HashMap<&str, usize> = HashMap::default();
        let mut ends: Vec<ForEnd> = Vec::with_capacity(self.nexts.len());
        for next in &self.nexts {
            let of = next.of.and_then(|i| self.fors.get(i));
            let var = next.var.as_deref().or(of.map(|f| f.var.as_str())).unwrap_or("");
            *closings.entry(var).or_default() += 1;
            let all = by_var.get(var).cloned().unwrap_or_default();
            let asks = untidy.contains(var) && all.len() > 1;
            let loops =
                if asks { all } else { next.of.or(all.first().copied()).into_iter().collect() };
            ends.push(ForEnd { var: var.to_string(), loops, exits: Vec::new() });
        }
        for end in &mut ends {
            let pairs = closings.get(end.var.as_str()).copied().unwrap_or(0) * end.loops.len();
            if pairs > ASKED_MAX {
                end.loops.truncate(1);
            }
        }
        self.exits(&mut ends);
        ends
    }
    /// A loop that runs no time goes on behind the NEXT of its block, or behind any of its own.
    fn exits(&self, ends: &mut [ForEnd]) {
        let mut any: HashMap<String, usize> = HashMap::default();
        for (number, end) in ends.iter().enumerate() {
            any.entry(end.var.clone()).or_insert(number);
        }
        let mut of: HashMap<usize, usize> = HashMap::default();
        for (number, next) in self.nexts.iter().enumerate() {
            if let Some(begun) = next.of {
                of.entry(begun).or_insert(number);
            }
        }
        for (number, begun) in self.fors.iter().enumerate() {
            let end = begun.end.map(|(next, _)| next);
            let exit = end.or(of.get(&number).copied()).or(any.get(&begun.var).copied());
            if let Some(end) = exit.and_then(|exit| ends.get_mut(exit)) {
                end.exits.push(number);
            }
        }
    }

    /// Pairs of loops that cross, where the inner one has a NEXT as well.
    fn crossing(&self) -> Vec<(usize, usize)> {
        let closed: HashSet<&str> = self.nexts.iter().filter_map(|n| n.var.as_deref()).collect();
        let ends = |(_, inner): &&(usize, usize)| {
            self.fors.get(*inner).is_some_and(|f| closed.contains(f.var.as_str()))
        };
        self.crossed.iter().filter(ends).copied().collect()
    }
    fn report(&self, program: &mut Program<'_>) {
        if let Some(span) = self.too_deep {
            let message = format!("more than {NESTING_MAX} loops are open here");
            let help = "close loops with NEXT, or move inner ones to a GOSUB";
            program.report(Diagnostic::error(codes::TOO_DEEP, span, message).help(help));
            return;
        }
        self.report_lone(program);
        self.report_crossed(program);
        if program.listing.minimal {
            for (outer, inner) in &self.nested {
                let (Some(outer), Some(inner)) = (self.fors.get(*outer), self.fors.get(*inner))
                else {
                    continue;
                };
                let message = format!("the loop around this one counts with {} too", inner.var);
                let report = Diagnostic::error(codes::LOOPS_CROSS, inner.span, message);
                let help = "give the inner loop a variable of its own";
                program.report(report.related(outer.span, "the outer loop").help(help));
            }
        }
    }
    fn report_lone(&self, program: &mut Program<'_>) {
        let minimal = program.listing.minimal;
        let counted: HashSet<&str> = self.fors.iter().map(|f| f.var.as_str()).collect();
        let closed: HashSet<&str> = self.nexts.iter().filter_map(|n| n.var.as_deref()).collect();
        let bare = self.nexts.iter().any(|n| n.var.is_none() && !n.ends);
        let crossed: HashSet<&str> = self
            .crossing()
            .iter()
            .filter_map(|(_, inner)| self.fors.get(*inner).map(|f| f.var.as_str()))
            .filter(|_| minimal)
            .collect();
        let closed_by: HashSet<usize> = self.nexts.iter().filter_map(|n| n.of).collect();
        for (number, begun) in self.fors.iter().enumerate().filter(|(_, f)| f.end.is_none()) {
            let elsewhere = closed.contains(begun.var.as_str()) || bare;
            let told = crossed.contains(begun.var.as_str());
            if closed_by.contains(&number) || elsewhere && !minimal || told {
                continue;
            }
            let message = format!("FOR {} has no NEXT {0}", begun.var);
            let help = format!("write NEXT {} where the loop ends", begun.var);
            program
                .report(Diagnostic::error(codes::FOR_WITHOUT_NEXT, begun.span, message).help(help));
        }
        for next in self.nexts.iter().filter(|next| !next.ends) {
            let var = next.var.as_deref();
            let known = var.map_or(!self.fors.is_empty(), |var| counted.contains(var));
            let told = var.is_some_and(|var| crossed.contains(var));
            if known && (!minimal || next.of.is_some()) || told {
                continue;
            }
            let message = match var {
                Some(var) => format!("NEXT {var} has no FOR {var} before it"),
                None => "NEXT has no FOR before it".to_string(),
            };
            let help = "take it out, or write the FOR of the loop before it";
            program
                .report(Diagnostic::error(codes::NEXT_WITHOUT_FOR, next.span, message).help(help));
        }
    }
    /// Loops that cross can only be meant where jumps lead through them.
    fn report_crossed(&self, program: &mut Program<'_>) {
        let (mut begun, mut ended) = (HashMap::default(), HashMap::default());
        self.fors.iter().for_each(|f| *begun.entry(f.var.as_str()).or_insert(0) += 1);
        let closed = self.nexts.iter().filter_map(|n| n.var.as_deref());
        closed.for_each(|var| *ended.entry(var).or_insert(0) += 1);
        let once = |var: &str| begun.get(var) == Some(&1) && ended.get(var) == Some(&1);
        for (outer, inner) in &self.crossing() {
            let (Some(outer), Some(inner)) = (self.fors.get(*outer), self.fors.get(*inner)) else {
                continue;
            };
            if !(program.listing.minimal || once(&outer.var) && once(&inner.var)) {
                continue;
            }
            let message = format!("the loops of {} and {} cross", outer.var, inner.var);
            let help = format!("write NEXT {} before NEXT {}", inner.var, outer.var);
            let report = Diagnostic::error(codes::LOOPS_CROSS, inner.span, message);
            program.report(report.related(outer.span, "the outer loop").help(help));
        }
    }
}

/// WHILE and WEND, DO and LOOP, REPEAT and UNTIL.
fn others(program: &mut Program<'_>) {
    let mut open: Vec<(usize, &'static str, usize, Span)> = Vec::new();
    let (mut closes, mut leaves, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    let mut number = 0;
    for event in &program.facts.events {
        match event.kind {
            EventKind::Open(word) => {
                open.push((number, word, event.inside, event.span));
                number += 1;
            }
            EventKind::Close(word) => {
                let place = open.iter().rposition(|(_, opener, ..)| fits(opener, word));
                let Some((found, _, inside, _)) = place.and_then(|at| open.get(at).copied()) else {
                    reports.push(lone_close(word, event.span));
                    closes.push((usize::MAX, false));
                    continue;
                };
                let last = event.inside == 0 || event.inside == inside;
                closes.push((found, last));
                if last {
                    open.truncate(place.unwrap_or(0));
                }
            }
            EventKind::Leave(counted) => {
                let of = open.last().map(|(number, ..)| *number);
                if !counted && of.is_none() {
                    reports.push(lone_leave(event.span));
                }
                leaves.push((counted, of.unwrap_or(usize::MAX)));
            }
            _ => {}
        }
    }
    for (_, word, _, span) in open {
        let message = format!("this {word} is never closed");
        let help = format!("write {} where it ends", closer(word));
        reports.push(Diagnostic::error(codes::UNCLOSED_BLOCK, span, message).help(help));
    }
    program.listing.closes = closes;
    program.listing.leaves = leaves;
    if !program.broken {
        reports.into_iter().for_each(|report| program.report(report));
    }
}

fn fits(opener: &str, closer: &str) -> bool {
    match closer {
        "WEND" => opener == "WHILE",
        "UNTIL" => opener == "REPEAT",
        _ => opener == "DO",
    }
}
fn closer(opener: &str) -> &'static str {
    match opener {
        "WHILE" => "WEND",
        "REPEAT" => "UNTIL and a condition",
        _ => "LOOP",
    }
}
fn lone_close(word: &str, span: Span) -> Diagnostic {
    let message = format!("this {word} closes nothing");
    let help = "take it out, or write the line that opens its loop";
    Diagnostic::error(codes::STRAY_CLOSER, span, message).help(help)
}
fn lone_leave(span: Span) -> Diagnostic {
    Diagnostic::error(codes::NOT_IN_LOOP, span, "there is no loop to leave here")
}

/// EXIT FOR leaves the loop around it.
fn leave_loops(program: &mut Program<'_>, found: Vec<(Span, Option<usize>)>) {
    let mut reports = Vec::new();
    let counted = program.listing.leaves.iter_mut().filter(|(counted, _)| *counted);
    for ((_, number), (span, of)) in counted.zip(found) {
        *number = of.unwrap_or(usize::MAX);
        if of.is_none() {
            reports.push(lone_leave(span));
        }
    }
    reports.into_iter().for_each(|report| program.report(report));
}
