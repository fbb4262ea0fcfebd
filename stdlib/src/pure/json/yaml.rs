//! Reading YAML.

use crate::pure::{Call, maps};
use crate::{Fault, Kind, TrapCode, Value};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

crate::functions! {
    family "json";

    /// The value that a text in YAML (1.2) spells; of several documents the first. An alias is a
    /// copy of what its anchor names.
    ///
    /// `YAML_PARSE("name: Ana\ntags:\n  - a\n  - 2")` → `{"name":"Ana","tags":["a",2]}`
    /// `YAML_PARSE("- &b { x: 1 }\n- <<: *b\n  y: yes")` → `[{"x":1},{"x":1,"y":"yes"}]`
    "YAML PARSE" also ["PARSEYAML", "PARSE YAML", "FROMYAML", "YAML DECODE"] (text: Text) -> Any
    = parse;
}

/// A list or map that is being read: its anchor, and the key that waits for a value.
struct Open {
    value: Value,
    anchor: usize,
    key: Option<String>,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    whole: Option<Value>,
}

fn bad(what: impl std::fmt::Display) -> Fault {
    Fault::new(TrapCode::BadData, format!("this is not YAML: {what}"))
}

fn parse(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(20 + text.len() as u64)?;
    call.heap.reserve(text.len().saturating_mul(4))?;
    let mut reader = Reader::default();
    for event in Parser::new_from_str(&text) {
        let (event, _) = event.map_err(bad)?;
        call.heap.charge(4)?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        reader.event(call, event)?;
    }
    Ok(reader.whole.unwrap_or(Value::NULL))
}

impl Reader {
    fn event(&mut self, call: &mut Call<'_>, event: Event<'_>) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.key(&text) {
                    return Ok(());
                }
                // `!!str 5` is a text.
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = match plain.then(|| plain_value(&text)).flatten() {
                    Some(value) => value,
                    None => call.heap.new_text(&text)?,
                };
                self.done(call, value, anchor)
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).copied();
                let value = value.ok_or_else(|| bad("an alias stands inside its own anchor"))?;
                if let (true, Kind::Text) = (self.waits_for_key(), value.kind()) {
                    let key = call.heap.text(&value).to_string();
                    self.key(&key);
                    return Ok(());
                }
                let depth = call.heap.limits().data_depth.saturating_sub(self.open.len());
                let copy = maps::paths::copied(call, value, depth)?;
                self.done(call, copy, 0)
            }
            Event::SequenceStart(anchor, _) => {
                let value = call.heap.new_list(Vec::new())?;
                self.opened(call, value, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let value = call.heap.new_map()?;
                self.opened(call, value, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(ended) => self.done(call, ended.value, ended.anchor),
                None => Err(bad("something ends that did not begin")),
            },
            _ => Ok(()),
        }
    }

    fn waits_for_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.value.kind() == Kind::Map && open.key.is_none())
    }

    /// Takes a scalar as the key of the map that waits for one.
    fn key(&mut self, text: &str) -> bool {
        let waits = self.waits_for_key();
        if let (true, Some(open)) = (waits, self.open.last_mut()) {
            open.key = Some(text.to_string());
        }
        waits
    }

    fn opened(&mut self, call: &mut Call<'_>, value: Value, anchor: usize) -> Result<(), Fault> {
        if self.waits_for_key() {
            return Err(bad("a list or a map cannot be the name of a field"));
        }
        if self.open.len() >= call.heap.limits().data_depth {
            return Err(Fault::new(TrapCode::LimitReached, "the YAML is nested too deeply"));
        }
        self.open.push(Open { value, anchor, key: None });
        Ok(())
    }

    /// A value is complete: it goes into what is open.
    fn done(&mut self, call: &mut Call<'_>, value: Value, anchor: usize) -> Result<(), Fault> {
        if anchor > 0 {
            self.anchors.insert(anchor, value);
        }
        let Some(open) = self.open.last_mut() else {
            self.whole.get_or_insert(value);
            return Ok(());
        };
        match open.key.take() {
            Some(key) if key == "<<" => merge(call, open.value, value),
            Some(key) => call.heap.map_set(open.value, &key, value),
            None => {
                let list = open.value;
                call.more_elements(call.heap.list(list).len())?;
                call.heap.list_push(list, value)
            }
        }
    }
}

/// `<<`: the fields of a map, or of a list of maps, where there are none of these names yet.
fn merge(call: &mut Call<'_>, into: Value, from: Value) -> Result<(), Fault> {
    let maps = if from.kind() == Kind::List { call.elements(from)? } else { vec![from] };
    for map in maps {
        for index in 0..call.heap.map_len(map) {
            call.heap.charge(2)?;
            let Some((key, value)) = call.heap.map_entry(map, index) else { break };
            let key = call.heap.text(&key).to_string();
            if call.heap.map_get(into, &key).is_none() {
                call.heap.map_set(into, &key, value)?;
            }
        }
    }
    Ok(())
}

/// What an unquoted scalar means in the core schema of YAML 1.2; nothing where it is a text.
fn plain_value(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::NULL),
        "true" | "True" | "TRUE" => return Some(Value::TRUE),
        "false" | "False" | "FALSE" => return Some(Value::FALSE),
        _ => {}
    }
    let digits = |prefix, base| {
        text.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, base).ok())
    };
    let int = text.parse::<i64>().ok().or_else(|| digits("0x", 16)).or_else(|| digits("0o", 8));
    let number = |c: char| c.is_ascii_digit() || ".eE+-".contains(c);
    let float = || {
        let fits = text.chars().all(number) && text.contains(|c: char| c.is_ascii_digit());
        fits.then(|| text.parse::<f64>().ok()).flatten().filter(|n| n.is_finite())
    };
    int.map(Value::int).or_else(|| float().map(Value::num))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    fn parsed(yaml: &str) -> String {
        call("YAML PARSE", &format!("[{}]", serde_json::Value::from(yaml)))
    }

    #[test]
    fn scalars_and_blocks() {
        for (yaml, value) in [
            ("", ""),
            (
                "- 1\n- 1.5\n- 0x10\n- true\n- ~\n- no\n- '1'\n- 1e400\n- .",
                r#"[1,1.5,16,true,null,"no","1","1e400","."]"#,
            ),
            ("a: |\n  x\n  y\nb: >-\n  p\n  q", r#"{"a":"x\ny\n","b":"p q"}"#),
            ("{a: [1, {b: c}], \"d e\": {}}", r#"{"a":[1,{"b":"c"}],"d e":{}}"#),
            ("--- 1\n--- 2", "1"),
            ("a: !!str 5 # why\n5: b", r#"{"a":"5","5":"b"}"#),
            ("x: &k name\n*k : v", r#"{"x":"name","name":"v"}"#),
        ] {
            assert_eq!(parsed(yaml), value, "{yaml}");
        }
    }

    #[test]
    fn an_alias_is_a_copy() {
        assert_eq!(parsed("- &a [1]\n- *a"), "[[1],[1]]");
        assert_eq!(
            parsed("m: &m {x: 1, y: 2}\nn:\n  y: 3\n  <<: *m"),
            r#"{"m":{"x":1,"y":2},"n":{"y":3,"x":1}}"#
        );
        assert!(parsed("- *unknown").contains("not YAML"));
        assert!(parsed("a: &a [*a]").contains("not YAML"));
    }

    #[test]
    fn bombs_and_depth_are_bounded() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_string();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let came = parsed(&bomb);
        assert!(came == "out of fuel" || came == "out of memory", "{came}");
        assert!(parsed(&"[".repeat(100)).contains("too deeply"));
        assert!(parsed(&"[".repeat(50_000)).contains("not YAML: recursion limit"));
        assert!(parsed(&"- ".repeat(5_000)).contains("too deeply"));
        assert!(parsed("? [a]\n: b").contains("name of a field"));
    }
}
