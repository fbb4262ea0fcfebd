//! What a conversation with the echo bot must look like, whatever happened to the server.
//!
//! The bot numbers its answers: to the n-th message it says `n: TEXT`, from a counter in the
//! script that is part of the suspended program. So a lost message, one dealt with twice, a
//! changed order, and a state that fell back all show.

use serde_json::Value;

/// The bot of the drills: a loop around HEAR with a counter, a SUB and a list in its memory.
pub const ECHO_BOT: &str = r#"REM Answers every message with its number.
TALK "ready"
count = 0
seen = []

DO WHILE TRUE
    HEAR message
    CALL note(message)
    TALK count + ": " + message
LOOP

SUB note(text)
    count = count + 1
    PUSH seen, text
    IF UBOUND(seen) > 50 THEN
        seen = []
    END IF
END SUB
"#;

/// The log of one conversation as its client saw it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Items in the order shown.
    pub items: Vec<Value>,
    /// Texts sent, in order, whose acknowledgement came.
    pub acknowledged: Vec<String>,
    /// Texts sent whose acknowledgement never came (they may or may not have been accepted).
    pub unknown: Vec<String>,
}

/// Everything that is wrong with it; empty when all is well.
pub fn faults(seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    places(&seen.items, &mut faults);
    let said = texts(&seen.items, "person");
    let answers = texts(&seen.items, "bot");
    if answers.first().map(String::as_str) != Some("ready") {
        faults.push(format!("the greeting is missing: {:?}", answers.first()));
    }
    if answers.iter().filter(|text| *text == "ready").count() > 1 {
        faults.push("the greeting came twice".into());
    }
    for text in &seen.acknowledged {
        match said.iter().filter(|other| *other == text).count() {
            1 => {}
            count => faults.push(format!("acknowledged message {text:?} stands {count} times")),
        }
    }
    let expected: Vec<String> =
        said.iter().enumerate().map(|(i, text)| format!("{}: {text}", i + 1)).collect();
    let numbered: Vec<String> = answers.into_iter().filter(|text| text != "ready").collect();
    if numbered != expected {
        faults.push(first_difference(&numbered, &expected));
    }
    order(&said, seen, &mut faults);
    faults
}

/// `seq` counts from 1 without gaps.
fn places(items: &[Value], faults: &mut Vec<String>) {
    for (index, item) in items.iter().enumerate() {
        if item["seq"].as_i64() != Some(index as i64 + 1) {
            faults.push(format!("item {} has the place {}", index + 1, item["seq"]));
            return;
        }
    }
}

/// Messages stand in the order in which they were sent.
fn order(said: &[String], seen: &Seen, faults: &mut Vec<String>) {
    let sent: Vec<&String> =
        seen.acknowledged.iter().chain(&seen.unknown).filter(|t| said.contains(t)).collect();
    let mut sorted = sent.clone();
    sorted.sort_by_key(|text| said.iter().position(|other| other == *text));
    if seen.unknown.is_empty() && sent != sorted {
        faults.push("the order of the messages changed".into());
    }
}

fn texts(items: &[Value], by: &str) -> Vec<String> {
    items
        .iter()
        .filter(|item| item["by"] == by && item["kind"] == "text")
        .map(|item| item["text"].as_str().unwrap_or_default().to_string())
        .collect()
}

fn first_difference(got: &[String], expected: &[String]) -> String {
    let index = got.iter().zip(expected).take_while(|(a, b)| a == b).count();
    format!(
        "answer {} is {:?} instead of {:?} ({} of {} answers)",
        index + 1,
        got.get(index),
        expected.get(index),
        got.len(),
        expected.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn log(texts: &[(&str, &str)]) -> Vec<Value> {
        let numbered = texts.iter().enumerate();
        let item = |(i, (by, text)): (usize, &(&str, &str))| {
            let (kind, seq) = ("text", i + 1);
            json!({ "seq": seq, "by": by, "kind": kind, "text": text })
        };
        numbered.map(item).collect()
    }

    fn seen(items: Vec<Value>) -> Seen {
        Seen { items, acknowledged: vec!["a".into(), "b".into()], unknown: Vec::new() }
    }

    const GOOD: &[(&str, &str)] =
        &[("bot", "ready"), ("person", "a"), ("person", "b"), ("bot", "1: a"), ("bot", "2: b")];

    #[test]
    fn a_good_log_has_no_faults() {
        assert_eq!(faults(&seen(log(GOOD))), Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_fault_is_seen() {
        let lost = log(&[GOOD[0], GOOD[1], ("bot", "1: a")]);
        let doubled = log(&[GOOD[0], GOOD[1], GOOD[2], GOOD[3], GOOD[3], GOOD[4]]);
        let unanswered = log(&GOOD[..4]);
        let fell_back = log(&[GOOD[0], GOOD[1], GOOD[2], GOOD[3], ("bot", "1: b")]);
        let reordered =
            log(&[GOOD[0], ("person", "b"), ("person", "a"), ("bot", "1: b"), ("bot", "2: a")]);
        let greeted_twice = log(&[GOOD[0], GOOD[0], GOOD[1], GOOD[2], GOOD[3], GOOD[4]]);
        let mut gap = log(GOOD);
        gap.remove(2);
        for (name, items) in [
            ("lost", lost),
            ("doubled", doubled),
            ("unanswered", unanswered),
            ("fell back", fell_back),
            ("reordered", reordered),
            ("greeted twice", greeted_twice),
            ("gap", gap),
        ] {
            assert!(!faults(&seen(items)).is_empty(), "{name} was not seen");
        }
    }
}
