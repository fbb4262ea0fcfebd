//! A conversation that took place, written down as a test that must come out as it did.
//!
//! The journal tells what came in and which scripts a model called, the log what was said. What a
//! model answered to a keyword of a script becomes a `model` line, because the script went on with
//! it. What it said to the person by itself becomes a remark, and the scripts that it called `tool`
//! lines: a test has no model that could choose them.

use std::fmt::Write as _;

use basilect_stdlib::Data;
use indexmap::IndexMap;
use serde_json::Value;

use super::report::{said, with_mark};
use super::stage::{PAUSE_MS, labels};
use crate::conversation::{Event, Step};
use crate::error::{Error, Result};
use crate::ports::store::{Item, JournalEntry};
use crate::replay;

/// The transcript of a conversation; `ended` tells whether nothing runs and nothing waits.
pub fn record(journal: &[JournalEntry], items: &[Item], ended: bool) -> Result<String> {
    let turns = turns(&replay::steps(journal)?);
    let first = turns.first().ok_or_else(|| {
        Error::invalid("nothing_said", "nothing has been said in this conversation yet")
    })?;
    let mut recorder = Recorder::default();
    recorder.line("# Recorded from a conversation.");
    recorder.line(&format!("clock {}", clock(first.now)));
    recorder.line("");
    let by_person = |item: &Item| body(item)["by"] == "person";
    let mut people = items.iter().filter(|item| by_person(item));
    // What the person says parts what was said: answers to it stand behind it in the log, at
    // whatever time. Between that only times tell what a turn has said.
    let mut left = items;
    for (index, turn) in turns.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| turns.get(at));
        let person = if turn.is_said() { people.next() } else { None };
        if person.is_some() {
            let at = left.iter().position(by_person).map_or(left.len(), |at| at + 1);
            left = left.get(at..).unwrap_or_default();
        }
        recorder.came(turn, before, person.map(body).as_ref());
        let next = turns.get(index + 1).filter(|next| !next.is_said());
        let until = next.map_or(i64::MAX, |next| next.now);
        let own = left.iter().take_while(|item| !by_person(item) && item.at < until).count();
        let (own, later) = left.split_at(own);
        left = later;
        let own = own.iter().map(body).filter(|item| item["by"] == "bot");
        own.for_each(|item| recorder.heard(turn, &item));
    }
    if ended {
        recorder.line("end");
    }
    Ok(recorder.text)
}

/// What one event led to.
struct TurnSteps {
    event: Event,
    now: i64,
    /// Scripts that a model called, with their inputs.
    tools: Vec<(String, IndexMap<String, Data>)>,
    /// What models said to the person by themselves.
    model: Vec<String>,
    /// What models answered to keywords of scripts.
    answers: Vec<String>,
}

impl TurnSteps {
    /// Whether the person's words or button began it: it has an item in the log.
    fn is_said(&self) -> bool {
        matches!(self.event, Event::Say { .. } | Event::Run { .. })
    }
}

fn turns(steps: &[Step]) -> Vec<TurnSteps> {
    let mut turns: Vec<TurnSteps> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if let Step::Event { event, now } = step {
            let (event, tools, model) = (event.clone(), Vec::new(), Vec::new());
            turns.push(TurnSteps { event, now: *now, tools, model, answers: Vec::new() });
            continue;
        }
        let Some(turn) = turns.last_mut() else { continue };
        match step {
            // A keyword that asked a model is answered right behind it.
            Step::Model { text, .. } if matches!(steps.get(index + 1), Some(Step::Call { .. })) => {
                turn.answers.push(text.clone());
            }
            Step::Model { text, .. } => turn.model.push(text.clone()),
            Step::Begin { script, inputs, .. } if !turn.model.is_empty() => {
                turn.tools.push((script.clone(), inputs.clone()));
            }
            _ => {}
        }
    }
    turns
}

fn body(item: &Item) -> Value {
    serde_json::from_str(&item.body).unwrap_or_default()
}

/// A moment as transcripts write it, in whole seconds.
fn clock(ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(ms - ms.rem_euclid(1_000));
    moment.map(|moment| moment.to_string()).unwrap_or_default()
}

#[derive(Default)]
struct Recorder {
    text: String,
    suggestions: Vec<String>,
    menu: Vec<String>,
    /// The choices that were written down last.
    offered: Vec<String>,
}

impl Recorder {
    fn line(&mut self, line: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// What began a turn.
    fn came(&mut self, turn: &TurnSteps, before: Option<&TurnSteps>, person: Option<&Value>) {
        if matches!(turn.event, Event::Say { .. } | Event::Run { .. }) {
            self.options();
        }
        turn.answers.iter().for_each(|answer| self.line(&with_mark("model", answer.trim())));
        match &turn.event {
            Event::Start => {}
            Event::Timer { at } => {
                let waited = at - before.map_or(*at, |before| before.now);
                if waited > PAUSE_MS {
                    self.line(&format!("advance {} seconds", (waited + 999) / 1_000));
                }
            }
            Event::Run { script, inputs } => self.tool(script, inputs),
            Event::Say { text, files } => {
                files.iter().for_each(|file| self.line(&format!("file {}", file.name)));
                let text = person.and_then(|item| item["text"].as_str()).unwrap_or(text);
                match turn.model.is_empty() {
                    true if text.is_empty() => {}
                    true => self.line(&with_mark(">", text)),
                    false => self.remark(&format!("The person asked a model: {text}")),
                }
            }
        }
        for (script, inputs) in &turn.tools {
            self.tool(script, inputs);
        }
        self.menu.clear();
    }

    fn tool(&mut self, script: &str, inputs: &IndexMap<String, Data>) {
        let fields = inputs.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let json = basilect_stdlib::pure::json::to_json(&Data::map(fields), "UTC");
        let name = script.strip_suffix(".bas").unwrap_or(script);
        self.line(&format!("tool {name} {json}"));
    }

    /// What the bot showed.
    fn heard(&mut self, turn: &TurnSteps, item: &Value) {
        let text = |field: &str| item[field].as_str().unwrap_or_default().to_string();
        match item["kind"].as_str().unwrap_or_default() {
            "text" if item["print"] == true => {}
            "text" | "error"
                if turn.model.iter().any(|said| said.trim() == text("text").trim()) =>
            {
                self.remark(&format!("A model answered: {}", text("text")));
            }
            "text" | "error" => self.line(&said(&text("text"))),
            "image" | "audio" | "video" | "file" => {
                if item["caption"].is_string() {
                    self.line(&said(&text("caption")));
                }
                self.line(&said(&format!("[{}]", text("name"))));
            }
            "suggestions" => self.suggestions = labels(item),
            "wait" => self.menu = labels(item),
            _ => {}
        }
    }

    /// What could be pressed, when that is something new.
    fn options(&mut self) {
        let now = if self.menu.is_empty() { &self.suggestions } else { &self.menu };
        if !now.is_empty() && *now != self.offered {
            let line = format!("? {}", now.join(", "));
            self.offered = now.clone();
            self.line(&line);
        }
    }

    fn remark(&mut self, text: &str) {
        text.lines().for_each(|line| self.line(&format!("# {line}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::parse;

    fn entry(turn: i64, steps: &[Step]) -> JournalEntry {
        let body = serde_json::to_string(steps).expect("written");
        JournalEntry { turn, step: 0, at: turn * 10, body }
    }

    fn item(seq: i64, at: i64, body: &str) -> Item {
        Item { seq, at, body: body.into() }
    }

    fn say(text: &str, now: i64) -> Step {
        Step::Event { event: Event::Say { text: text.into(), files: Vec::new() }, now }
    }

    #[test]
    fn what_is_recorded_can_be_read_as_a_test() {
        let journal = [
            entry(1, &[Step::Event { event: Event::Start, now: 1_767_225_600_123 }]),
            entry(2, &[say("Tea", 1_767_225_601_000)]),
            entry(
                3,
                &[Step::Event {
                    event: Event::Timer { at: 1_767_225_721_000 },
                    now: 1_767_225_721_000,
                }],
            ),
        ];
        let items = [
            item(1, 1_767_225_600_200, r#"{"by":"bot","kind":"text","text":"What?\n- tea"}"#),
            item(
                2,
                1_767_225_600_200,
                r#"{"by":"bot","kind":"wait","options":[{"text":"Tea"},{"text":"Cake"}]}"#,
            ),
            item(3, 1_767_225_600_900, r#"{"by":"person","kind":"text","text":"Tea","id":"1"}"#),
            item(4, 1_767_225_601_000, r#"{"by":"bot","kind":"text","text":"Wait."}"#),
            item(5, 1_767_225_721_001, r#"{"by":"bot","kind":"text","text":"Here it is."}"#),
        ];
        let text = record(&journal, &items, true).expect("recorded");
        let wanted = "# Recorded from a conversation.\nclock 2026-01-01T00:00:00Z\n\n\
                      < What?\n| - tea\n? Tea, Cake\n> Tea\n\
                      < Wait.\nadvance 120 seconds\n< Here it is.\nend\n";
        assert_eq!(text, wanted);
        let read = parse(std::path::Path::new("a.chat"), &text).expect("readable");
        assert_eq!(read.now_ms, 1_767_225_600_000);
        assert_eq!(read.steps.len(), 7);
    }

    #[test]
    fn what_happens_in_the_same_moment_stands_in_the_order_of_the_log() {
        let journal = [
            entry(0, &[Step::Event { event: Event::Start, now: 5 }]),
            entry(1, &[say("hi", 5)]),
            entry(2, &[say("bye", 5)]),
        ];
        let items = [
            item(1, 5, r#"{"by":"bot","kind":"text","text":"hello"}"#),
            item(2, 5, r#"{"by":"person","kind":"text","text":"hi"}"#),
            item(3, 5, r#"{"by":"bot","kind":"text","text":"you said hi"}"#),
            item(4, 5, r#"{"by":"person","kind":"text","text":"bye"}"#),
            item(5, 5, r#"{"by":"bot","kind":"text","text":"you said bye"}"#),
        ];
        let text = record(&journal, &items, false).expect("written");
        let talk = "< hello\n> hi\n< you said hi\n> bye\n< you said bye\n";
        assert!(text.ends_with(talk), "{text}");
    }

    #[test]
    fn what_a_script_asked_a_model_is_prepared_before_the_person_speaks() {
        let model = Step::Model {
            model: "m".into(),
            messages: 2,
            prompt: Vec::new(),
            text: "one\ntwo".into(),
            tools: Vec::new(),
            usage: None,
        };
        let call = Step::Call {
            words: "LLM".into(),
            args: Vec::new(),
            answer: Ok(Data::text("one\ntwo")),
            now: 5,
            repeated: false,
        };
        let journal = [
            entry(0, &[Step::Event { event: Event::Start, now: 1 }]),
            entry(1, &[say("Open?", 5), model, call]),
        ];
        let items = [
            item(1, 5, r#"{"by":"person","kind":"text","text":"Open?"}"#),
            item(2, 5, r#"{"by":"bot","kind":"text","text":"one"}"#),
        ];
        let text = record(&journal, &items, false).expect("written");
        assert!(text.ends_with("model one\n| two\n> Open?\n< one\n"), "{text}");
        let read = parse(std::path::Path::new("a.chat"), &text).expect("readable");
        let prepared: Vec<&str> = read.answers_at_first().collect();
        assert_eq!(prepared, ["one\ntwo"]);
    }

    #[test]
    fn what_a_model_says_is_a_remark_and_what_it_calls_a_tool() {
        let model = Step::Model {
            model: "m".into(),
            messages: 2,
            prompt: Vec::new(),
            text: "It is open.".into(),
            tools: Vec::new(),
            usage: None,
        };
        let begin = Step::Begin {
            script: "hours.bas".into(),
            program: "p".into(),
            inputs: [("day".to_string(), Data::text("Monday"))].into_iter().collect(),
            zone: "UTC".into(),
            seed: 1,
            now: 5,
        };
        let journal = [entry(1, &[say("Open?", 5), model.clone(), begin, model])];
        let items = [item(1, 9, r#"{"by":"bot","kind":"text","text":"It is open."}"#)];
        let text = record(&journal, &items, false).expect("recorded");
        assert!(
            text.contains("# The person asked a model: Open?\ntool hours {\"day\":\"Monday\"}\n")
        );
        assert!(text.ends_with("# A model answered: It is open.\n") && !text.contains("\n> "));
        assert!(record(&[], &items, false).is_err(), "nothing was said");
    }
}
