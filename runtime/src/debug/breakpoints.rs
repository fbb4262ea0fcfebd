//! Breakpoints: lines of scripts, with conditions, counts and messages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use basilect_stdlib::Data;
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::pure::text::display_data;
use basilect_vm::machine::watched::Stops;
use basilect_vm::{Machine, Program};

use super::code::Code;
use super::view::StackView;

/// What somebody wants of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// By what the editor knows it.
    pub id: i64,
    /// Halt only where this is true.
    pub condition: Option<String>,
    /// Halt only at some of the times: `3`, `>= 3`, `% 2`.
    pub hits: Option<String>,
    /// Write this, with the values of expressions in braces, and do not halt.
    pub log: Option<String>,
}

/// Breakpoints, as instructions of programs.
#[derive(Debug, Default)]
pub struct Breakpoints {
    places: Vec<(Arc<Program>, BTreeMap<u32, Vec<usize>>)>,
    wishes: Vec<Wish>,
    met: Mutex<Met>,
    /// Whether to halt at errors that the program does not handle.
    pub uncaught: bool,
    /// Whether to halt at errors that it handles.
    pub caught: bool,
}

/// What happened at breakpoints since somebody asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Met {
    counts: BTreeMap<i64, u64>,
    /// The statement of a recording up to which they are counted from its beginning.
    counted_to: Option<u64>,
    /// Where the script halts now.
    pub ids: Vec<i64>,
    /// What is to be written, in order.
    pub messages: Vec<String>,
}

/// Messages that wait to be written at most; what is beyond is lost.
const MESSAGES_MAX: usize = 10_000;

impl Breakpoints {
    /// Adds a line of a script, or the next one that has a statement; which line that is.
    pub fn add(
        &mut self,
        program: &Arc<Program>,
        path: &str,
        line: u32,
        wish: Wish,
    ) -> Option<u32> {
        let lines = Stops::of(program).lines(program, path);
        let (&found, places) = lines.range(line..).next()?;
        let index = self.wishes.len();
        self.wishes.push(wish);
        if !self.places.iter().any(|(other, _)| Arc::ptr_eq(other, program)) {
            self.places.push((program.clone(), BTreeMap::new()));
        }
        for (_, map) in self.places.iter_mut().filter(|(other, _)| Arc::ptr_eq(other, program)) {
            for &pc in places {
                map.entry(pc).or_default().push(index);
            }
        }
        Some(found)
    }
    /// The lines from `from` to `to` at which a script can be halted.
    pub fn lines(program: &Program, path: &str, from: u32, to: u32) -> Vec<u32> {
        Stops::of(program).lines(program, path).range(from..=to).map(|(line, _)| *line).collect()
    }
    /// Keeps the counts of another set, for wishes that are in both.
    pub fn go_on_from(&mut self, before: &Breakpoints) {
        self.met = Mutex::new(Met { counted_to: None, ..before.taken() });
    }
    fn wishes_at(&self, machine: &Machine) -> &[usize] {
        let own = self.places.iter().find(|(program, _)| Arc::ptr_eq(program, machine.program()));
        own.and_then(|(_, map)| map.get(&machine.pc())).map_or(&[], Vec::as_slice)
    }
    /// Whether some wish for some of the times only.
    pub fn count_times(&self) -> bool {
        self.wishes.iter().any(|wish| wish.hits.is_some())
    }
    /// Counts from the beginning of a recording again, unless that is done up to this statement.
    pub fn count_anew(&self, statement: u64) -> bool {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let known = met.counted_to == Some(statement);
        if !known {
            met.counts.clear();
        }
        met.counted_to = None;
        !known
    }
    /// All times up to this statement of a recording are counted.
    pub fn counted_to(&self, statement: u64) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.counted_to = Some(statement);
    }
    /// Whether to halt where a machine stands. Going back, nothing is written.
    pub fn halts(&self, machine: &Machine, code: &Code, back: bool) -> bool {
        let wishes = self.wishes_at(machine);
        if wishes.is_empty() {
            return false;
        }
        let stack = StackView::new(vec![(machine, code)]);
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.ids.clear();
        for wish in wishes.iter().filter_map(|&index| self.wishes.get(index)) {
            if !holds(wish, &stack, &mut met) || !counted(wish, &mut met) {
                continue;
            }
            match &wish.log {
                Some(_) if back => {}
                Some(message) if met.messages.len() < MESSAGES_MAX => {
                    let text = filled(message, &stack);
                    met.messages.push(text);
                }
                Some(_) => {}
                None => met.ids.push(wish.id),
            }
        }
        !met.ids.is_empty()
    }
    /// Whether to halt at an error.
    pub fn halts_at_error(&self, caught: bool) -> bool {
        if caught { self.caught } else { self.uncaught }
    }
    /// Takes what is to be written.
    pub fn messages(&self) -> Vec<String> {
        std::mem::take(&mut self.met.lock().unwrap_or_else(PoisonError::into_inner).messages)
    }
    /// The breakpoints at which the script halts.
    pub fn ids(&self) -> Vec<i64> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).ids.clone()
    }
    fn taken(&self) -> Met {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn evaluate(stack: &StackView<'_>, text: &str) -> Result<Data, String> {
    stack.evaluate(stack.depth().saturating_sub(1), text, &DebugLimits::DEFAULT)
}

/// Whether a condition holds. One that cannot be computed does, and says why: a breakpoint that
/// never halts would tell nothing.
fn holds(wish: &Wish, stack: &StackView<'_>, met: &mut Met) -> bool {
    let Some(condition) = &wish.condition else { return true };
    match evaluate(stack, condition) {
        Ok(value) => is_true(&value),
        Err(reason) => {
            met.messages.push(format!("the condition {condition} cannot be computed: {reason}"));
            true
        }
    }
}

fn is_true(value: &Data) -> bool {
    match value {
        Data::Null => false,
        Data::Bool(b) => *b,
        Data::Int(i) => *i != 0,
        Data::Num(n) => *n != 0.0,
        Data::Text(text) => !text.is_empty(),
        Data::List(list) => !list.is_empty(),
        Data::Map(map) => !map.is_empty(),
        _ => true,
    }
}

/// Counts, and whether this is one of the times that are wished.
fn counted(wish: &Wish, met: &mut Met) -> bool {
    let Some(hits) = &wish.hits else { return true };
    let count = met.counts.entry(wish.id).or_default();
    *count += 1;
    is_time(hits, *count)
}

/// Whether a wish for times means this one. One that cannot be read means all.
fn is_time(hits: &str, count: u64) -> bool {
    let hits = hits.trim();
    let end = hits.find(|c: char| c.is_ascii_digit()).unwrap_or(hits.len());
    let (sign, number) = hits.split_at(end);
    let Ok(number) = number.trim().parse::<u64>() else { return true };
    match sign.trim() {
        ">" => count > number,
        "<" => count < number,
        "<=" => count <= number,
        "=" | "==" => count == number,
        "%" => number > 0 && count.is_multiple_of(number),
        _ => count >= number,
    }
}

/// Whether a wish for times can be read.
pub fn is_hits(hits: &str) -> bool {
    let number = hits.trim().trim_start_matches(['>', '<', '=', '%']).trim();
    number.parse::<u64>().is_ok()
}

/// A message with the values of the expressions in its braces.
fn filled(message: &str, stack: &StackView<'_>) -> String {
    let mut text = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((expression, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            break;
        };
        match evaluate(stack, expression) {
            Ok(value) => text.push_str(&display_data(&value)),
            Err(reason) => text.push_str(&format!("<{reason}>")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_can_be_wished() {
        let times = |hits| (1..=6).filter(|&count| is_time(hits, count)).collect::<Vec<u64>>();
        assert_eq!(times("3"), [3, 4, 5, 6]);
        assert_eq!(times("== 3"), [3]);
        assert_eq!(times("% 2"), [2, 4, 6]);
        assert_eq!(times("<3"), [1, 2]);
        assert!(is_hits(">= 4") && !is_hits("often"));
    }
}
