//! The breakpoints that the editor has set, by script: they outlive what is debugged.

use basilect_runtime::debug::breakpoints::{Breakpoints, Wish, is_hits};
use basilect_stdlib::limits::DebugLimits;
use serde_json::{Value, json};

use super::sources::Places;
use super::target::Target;

/// The breakpoints of one source.
struct OfSource {
    source: Value,
    lines: Vec<Line>,
}

/// One breakpoint.
#[derive(Clone)]
struct Line {
    line: u32,
    wish: Wish,
}

/// See the module.
#[derive(Default)]
pub struct Lines {
    sources: Vec<OfSource>,
    next_id: i64,
    /// Whether to halt at errors that nothing handles.
    pub uncaught: bool,
    /// Whether to halt at errors that something handles.
    pub caught: bool,
}

impl Lines {
    /// Sets the breakpoints of a source in place of those before; what the editor is told of each.
    pub fn set(&mut self, arguments: &Value, places: &Places, target: &Target) -> Vec<Value> {
        let source = arguments["source"].clone();
        self.sources.retain(|known| !same_source(&known.source, &source));
        let wanted = arguments["breakpoints"].as_array().cloned().unwrap_or_default();
        let most = DebugLimits::DEFAULT.breakpoints;
        let (mut lines, mut told) = (Vec::new(), Vec::new());
        for (number, wanted) in wanted.iter().enumerate() {
            self.next_id += 1;
            let id = self.next_id;
            let text = |field: &str| {
                let text = wanted[field].as_str().map(str::trim).filter(|text| !text.is_empty());
                text.map(str::to_string)
            };
            let wish = Wish {
                id,
                condition: text("condition"),
                hits: text("hitCondition"),
                log: text("logMessage"),
            };
            let line = wanted["line"].as_u64().and_then(|line| u32::try_from(line).ok());
            let problem = match (&wish.hits, line) {
                (_, None) => Some("a breakpoint needs a line".to_string()),
                (Some(hits), _) if !is_hits(hits) => {
                    Some(format!("`{hits}` is no count; write 3, >= 3 or % 2"))
                }
                _ if number >= most => {
                    Some(format!("a script may have at most {most} breakpoints"))
                }
                _ => None,
            };
            if let (None, Some(line)) = (&problem, line) {
                lines.push(Line { line, wish });
            }
            told.push(json!({ "id": id, "verified": false, "message": problem }));
        }
        self.sources.push(OfSource { source, lines });
        self.verify(&mut told, places, target);
        told
    }
    /// Says of each breakpoint where it really is.
    fn verify(&self, told: &mut [Value], places: &Places, target: &Target) {
        let mut probe = Breakpoints::default();
        let Some(last) = self.sources.last() else { return };
        for line in &last.lines {
            let Some(told) = told.iter_mut().find(|told| told["id"] == line.wish.id) else {
                continue;
            };
            match add(&mut probe, last, line, places, target) {
                Some(found) => {
                    told["verified"] = json!(true);
                    told["line"] = json!(found);
                    told["source"] = last.source.clone();
                }
                None => told["message"] = json!("no statement of the bot's scripts is here"),
            }
        }
    }
    /// All breakpoints, for what is debugged.
    pub fn all(&self, places: &Places, target: &Target) -> Breakpoints {
        let mut all = Breakpoints::default();
        (all.uncaught, all.caught) = (self.uncaught, self.caught);
        for source in &self.sources {
            for line in &source.lines {
                add(&mut all, source, line, places, target);
            }
        }
        all
    }
}

/// Adds a breakpoint to all versions of its script; the line where it is.
fn add(
    all: &mut Breakpoints,
    source: &OfSource,
    line: &Line,
    places: &Places,
    target: &Target,
) -> Option<u32> {
    let codes = target.codes();
    let (_, inside) = places.find(&codes, &source.source)?;
    let mut found = None;
    for code in codes.all() {
        let wish = line.wish.clone();
        found = all.add(&code.program, &inside, line.line, wish).or(found);
    }
    found
}

fn same_source(a: &Value, b: &Value) -> bool {
    let by_number = |source: &Value| source["sourceReference"].as_u64().filter(|&n| n > 0);
    match (by_number(a), by_number(b)) {
        (None, None) => a["path"] == b["path"],
        (a, b) => a == b,
    }
}
