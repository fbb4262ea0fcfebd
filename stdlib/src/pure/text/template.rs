//! Templates: texts with places for values.

use super::{Call, display};
use crate::{Fault, Kind, TrapCode, Value};

crate::functions! {
    family "text";

    /// A text with each `{{name}}` replaced by the field of a map, `{{a.b}}` by a field of a field,
    /// and `{{1}}` by an element of a list (the first is 1). `{{#each items}} … {{/each}}` repeats
    /// a part for every element (`{{this}}` is the element itself), `{{#if name}} … {{else}} …
    /// {{/if}}` shows one where a value counts as true. What is missing is empty.
    ///
    /// `RENDER("Hello {{name}}!", { "name": "Ana" })` → `Hello Ana!`
    /// `RENDER("{{1}} and {{2}}", ["a", "b"])` → `a and b`
    /// `RENDER("{{#each items}}{{this}};{{/each}}", { "items": ["a", "b"] })` → `a;b;`
    /// `RENDER("{{#if paid}}thanks{{else}}please pay{{/if}}", { "paid": FALSE })` → `please pay`
    "RENDER" also ["RENDER TEXT", "MUSTACHE"] (template: Text, values: Any) -> Text = render;
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
enum Part<'t> {
    Literal(&'t str),
    Value(&'t str),
    Each(&'t str, Vec<Part<'t>>),
    If(&'t str, Vec<Part<'t>>, Vec<Part<'t>>),
}

/// How a list of parts ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Text,
    Else,
    Each,
    If,
}

struct Reader<'t> {
    rest: &'t str,
    /// How deep parts may nest.
    deepest: usize,
}

impl<'t> Reader<'t> {
    fn parts(&mut self, depth: usize) -> Result<(Vec<Part<'t>>, End), Fault> {
        if depth > self.deepest {
            return Err(Fault::argument("the template is nested too deeply"));
        }
        let mut parts = Vec::new();
        while let Some((before, after)) = self.rest.split_once("{{") {
            let Some((mark, rest)) = after.split_once("}}") else { break };
            if !before.is_empty() {
                parts.push(Part::Literal(before));
            }
            self.rest = rest;
            let mark = mark.trim();
            match self.mark(mark, depth)? {
                Ok(part) => parts.push(part),
                Err(end) => return Ok((parts, end)),
            }
        }
        if !self.rest.is_empty() {
            parts.push(Part::Literal(self.rest));
        }
        self.rest = "";
        Ok((parts, End::Text))
    }

    /// A part, or the end of the parts around it.
    fn mark(&mut self, mark: &'t str, depth: usize) -> Result<Result<Part<'t>, End>, Fault> {
        let open = mark.strip_prefix('#').map(str::trim);
        let (word, name) = match open.and_then(|open| open.split_once(char::is_whitespace)) {
            Some((word, name)) => (word, name.trim()),
            None => (mark, open.unwrap_or("")),
        };
        Ok(Ok(match word {
            "else" => return Ok(Err(End::Else)),
            "/each" => return Ok(Err(End::Each)),
            "/if" => return Ok(Err(End::If)),
            "each" => {
                let (parts, end) = self.parts(depth + 1)?;
                closed(end, End::Each, mark)?;
                Part::Each(name, parts)
            }
            "if" => {
                let (yes, mut end) = self.parts(depth + 1)?;
                let mut no = Vec::new();
                if end == End::Else {
                    (no, end) = self.parts(depth + 1)?;
                }
                closed(end, End::If, mark)?;
                Part::If(name, yes, no)
            }
            _ => Part::Value(mark),
        }))
    }
}

fn closed(end: End, wanted: End, mark: &str) -> Result<(), Fault> {
    if end == wanted {
        return Ok(());
    }
    let closer = if wanted == End::Each { "{{/each}}" } else { "{{/if}}" };
    Err(Fault::argument(format!("`{{{{{mark}}}}}` of the template is not closed: write {closer}")))
}

fn render(call: &mut Call<'_>) -> Result<Value, Fault> {
    let template = call.text(0)?;
    call.heap.charge(template.len() as u64)?;
    call.heap.reserve(template.len().saturating_mul(8))?;
    let deepest = call.heap.limits().data_depth;
    let mut reader = Reader { rest: &template, deepest };
    let (parts, end) = reader.parts(0)?;
    if end != End::Text {
        return Err(Fault::argument("the template closes or divides what was not opened"));
    }
    let mut out = String::new();
    let values = [call.arg(1)];
    write(call, &parts, &values, &mut out)?;
    call.give(&out)
}

/// Writes the parts; names are looked for in the innermost of the values first.
fn write(
    call: &mut Call<'_>,
    parts: &[Part<'_>],
    values: &[Value],
    out: &mut String,
) -> Result<(), Fault> {
    for part in parts {
        // Looking for a name and showing its value take about as long.
        call.heap.charge(8)?;
        match part {
            Part::Literal(text) => push(call, text, out)?,
            Part::Value(name) => {
                let value = look_up(call, name, values)?;
                let shown = display(call.heap, value, call.env)?;
                push(call, &shown, out)?;
            }
            Part::If(name, yes, no) => {
                let value = look_up(call, name, values)?;
                let holds = crate::pure::logic::truth(call.heap, value);
                write(call, if holds { yes } else { no }, values, out)?;
            }
            Part::Each(name, parts) => {
                let list = look_up(call, name, values)?;
                for element in call.elements(list)? {
                    let inner: Vec<Value> = values.iter().copied().chain([element]).collect();
                    write(call, parts, &inner, out)?;
                }
            }
        }
    }
    Ok(())
}

fn push(call: &mut Call<'_>, text: &str, out: &mut String) -> Result<(), Fault> {
    call.heap.charge(text.len() as u64 / 16)?;
    if out.len() + text.len() > call.heap.limits().text_bytes {
        return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
    }
    call.heap.reserve(out.len() + text.len())?;
    out.push_str(text);
    Ok(())
}

fn look_up(call: &mut Call<'_>, name: &str, values: &[Value]) -> Result<Value, Fault> {
    if name == "this" || name == "." {
        return Ok(values.last().copied().unwrap_or(Value::NULL));
    }
    let name = name.strip_prefix("this.").unwrap_or(name);
    for value in values.iter().rev() {
        call.heap.charge(1 + crate::pure::maps::paths::price(name))?;
        if let Some(found) = found_in(call, name, *value) {
            return Ok(found);
        }
    }
    Ok(Value::NULL)
}

fn found_in(call: &Call<'_>, name: &str, value: Value) -> Option<Value> {
    let (mut value, mut name) = (value, name);
    for _ in 0..call.heap.limits().data_depth {
        if let (Kind::List, Ok(number)) = (value.kind(), name.parse::<usize>()) {
            return call.heap.list(value).get(number.checked_sub(1)?).copied();
        }
        if let Some(found) = call.heap.map_get(value, name) {
            return Some(found);
        }
        let (first, rest) = name.split_once('.')?;
        (value, name) = (call.heap.map_get(value, first.trim())?, rest.trim());
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn parts_nest_and_look_outwards() {
        let values =
            r#"{"shop":"Tea","rows":[{"n":1,"tags":["a","b"]},{"n":2,"tags":[]}],"p":{"q":7}}"#;
        let tags = "{{#if tags}}({{#each tags}}{{this}}{{shop}}{{/each}}){{/if}}";
        let rows = format!("{{{{#each rows}}}}{{{{n}}}}{tags},{{{{/each}}}}");
        let template = format!("{{{{shop}}}}:{rows}{{{{ p.q }}}}{{{{gone}}}}");
        let args = format!(r#"["{template}", {values}]"#);
        assert_eq!(call("RENDER", &args), "Tea:1(aTeabTea),2,7");
    }

    #[test]
    fn what_is_not_closed_is_told() {
        assert!(call("RENDER", r#"["{{#each a}}x", {}]"#).contains("{{/each}}"));
        assert!(call("RENDER", r#"["x{{/if}}", {}]"#).contains("not opened"));
        assert_eq!(call("RENDER", r#"["a {{ b", {}]"#), "a {{ b");
        let deep = "{{#if a}}".repeat(5_000);
        assert!(call("RENDER", &format!(r#"["{deep}", {{}}]"#)).contains("too deeply"));
    }
}
