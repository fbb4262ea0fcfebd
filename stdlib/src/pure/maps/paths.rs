//! Values inside values: paths such as `customer.orders[0].total`, and copies of whole trees.

use crate::pure::{Call, logic};
use crate::{Fault, Heap, Kind, TrapCode, Value};

crate::functions! {
    family "maps";

    /// The value at a path into maps and lists; null, or another value, where there is none.
    ///
    /// `GETPATH({ "a": { "b": [5, 6] } }, "a.b[1]")` → `6`
    /// `GETPATH({ "a": 1 }, "x.y", "none")` → `none`
    "GETPATH" also ["DEEPGET", "DIG"] (value: Any, path: Text; default: Any) -> Any = get_path;

    /// Sets the value at a path; maps on the way are made where they are missing. Answers the whole
    /// value.
    ///
    /// `SETPATH({}, "a.b", 1)` → `{"a":{"b":1}}`
    /// `SETPATH({ "list": [1, 2] }, "list[0]", 9)` → `{"list":[9,2]}`
    "SETPATH" also ["DEEPSET"] (value: Any, path: Text, new: Any) -> Any = set_path;

    /// Whether there is a value at a path.
    ///
    /// `HASPATH({ "a": { "b": NULL } }, "a.b")` → `true`
    /// `HASPATH({ "a": [1] }, "a[1]")` → `false`
    "HASPATH" also ["DEEPHAS"] (value: Any, path: Text) -> Bool = has_path;

    /// Takes the value at a path out; whether it was there.
    ///
    /// `REMOVEPATH({ "a": { "b": 1 } }, "a.b")` → `true`
    /// `REMOVEPATH({ "a": 1 }, "b")` → `false`
    "REMOVEPATH" also ["DELETEPATH"] (value: Any, path: Text) -> Bool = remove_path;

    /// A copy of a value with all lists and maps in it, so that a change of one does not show in
    /// the other.
    ///
    /// `CLONE({ "a": [1, 2] })` → `{"a":[1,2]}`
    /// `EQUALS(CLONE([1]), [1])` → `true`
    "CLONE" also ["DEEPCOPY", "DEEP COPY", "COPYOF"] (value: Any) -> Any = clone;

    /// Whether two values are equal, lists element by element and maps field by field.
    ///
    /// `EQUALS([1, { "a": 2 }], [1, { "a": 2 }])` → `true`
    /// `EQUALS({ "a": 1 }, { "a": 1, "b": 2 })` → `false`
    "EQUALS" also ["DEEPEQUALS", "DEEP EQUALS", "ISEQUAL"] (value: Any, other: Any) -> Bool
    = equals;

    /// A map without inner maps and lists: each value under its path.
    ///
    /// `FLATTENMAP({ "a": { "b": 1 }, "c": [2] })` → `{"a.b":1,"c[0]":2}`
    /// `FLATTENMAP({})` → `{}`
    "FLATTENMAP" also ["FLATTEN MAP"] (map: Any) -> Map = flatten_map;
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Place(i64),
}

/// The steps of `a.b[0]["c d"]`. A field that is called like the whole path is found first by
/// those who look.
fn steps(path: &str) -> Result<Vec<Step>, Fault> {
    let wrong = || {
        let shown: String = path.chars().take(60).collect();
        Fault::argument(format!("\"{shown}\" is no path; write one such as a.b[0].c"))
    };
    let mut steps = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (place, after) = inside.split_once(']').ok_or_else(wrong)?;
            let place = place.trim();
            let quoted = ["\"", "'"].iter().find_map(|mark| {
                place.strip_prefix(mark).and_then(|place| place.strip_suffix(mark))
            });
            steps.push(match (quoted, place.parse::<i64>()) {
                (Some(name), _) => Step::Field(name.to_string()),
                (None, Ok(place)) => Step::Place(place),
                (None, Err(_)) => return Err(wrong()),
            });
            rest = after.strip_prefix('.').unwrap_or(after);
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return Err(wrong());
        }
        steps.push(match name.parse::<i64>() {
            Ok(place) => Step::Place(place),
            Err(_) => Step::Field(name.to_string()),
        });
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    if steps.is_empty() { Err(wrong()) } else { Ok(steps) }
}

impl Step {
    /// The name under which a map has it.
    fn name(&self) -> String {
        match self {
            Step::Field(name) => name.clone(),
            Step::Place(place) => place.to_string(),
        }
    }
}

/// The field of a map by its whole name, else by what is before the first dot and so on, `a.b.c`.
/// A map may contain itself, so that a name leads through so many maps at most as values may nest.
pub fn field_at(heap: &dyn Heap, value: Value, name: &str) -> Option<Value> {
    let (mut value, mut name) = (value, name);
    for _ in 0..heap.limits().data_depth {
        if let Some(found) = heap.map_get(value, name) {
            return Some(found);
        }
        let (first, rest) = name.split_once('.')?;
        (value, name) = (heap.map_get(value, first)?, rest);
    }
    None
}

/// Fuel of [`field_at`]: what is left of the name is looked for behind each dot.
pub fn price(name: &str) -> u64 {
    (name.len() as u64 / 4).saturating_mul(1 + name.matches('.').count().min(64) as u64)
}

/// The place within a list; negative ones count from the end.
fn place_of(len: usize, place: i64) -> Option<usize> {
    let place = if place < 0 { place.checked_add(len as i64)? } else { place };
    usize::try_from(place).ok()
}

fn step_into(call: &Call<'_>, value: Value, step: &Step) -> Option<Value> {
    match (value.kind(), step) {
        (Kind::List, Step::Place(place)) => {
            let list = call.heap.list(value);
            list.get(place_of(list.len(), *place)?).copied()
        }
        (Kind::Map, step) => call.heap.map_get(value, &step.name()),
        _ => None,
    }
}

/// The steps of the path argument, which are paid for.
fn path(call: &mut Call<'_>) -> Result<Vec<Step>, Fault> {
    let text = call.text(1)?;
    call.heap.charge(4 + text.len() as u64)?;
    steps(&text)
}

fn found(call: &mut Call<'_>) -> Result<Option<Value>, Fault> {
    let whole = call.text(1)?;
    if let Some(value) = call.heap.map_get(call.arg(0), &whole) {
        return Ok(Some(value));
    }
    let steps = path(call)?;
    Ok(steps.iter().try_fold(call.arg(0), |value, step| step_into(call, value, step)))
}

/// The value at a path, or another one.
pub fn get_path(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(found(call)?.unwrap_or_else(|| call.arg(2)))
}

fn has_path(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(found(call)?.is_some()))
}

fn set_path(call: &mut Call<'_>) -> Result<Value, Fault> {
    let steps = path(call)?;
    let whole = match call.arg(0).kind() {
        Kind::Map | Kind::List => call.arg(0),
        Kind::Null => call.heap.new_map()?,
        kind => {
            let kind = logic::kind_name(kind);
            return Err(Fault::argument(format!("SETPATH needs a map or a list, not a {kind}")));
        }
    };
    let Some((last, way)) = steps.split_last() else { return Ok(whole) };
    let mut at = whole;
    for (index, step) in way.iter().enumerate() {
        let inner =
            step_into(call, at, step).filter(|v| matches!(v.kind(), Kind::Map | Kind::List));
        at = match inner {
            Some(inner) => inner,
            None => {
                let next = steps.get(index + 1);
                let made = match next {
                    Some(Step::Place(0)) => call.heap.new_list(Vec::new())?,
                    _ => call.heap.new_map()?,
                };
                put(call, at, step, made)?;
                made
            }
        };
    }
    put(call, at, last, call.arg(2))?;
    Ok(whole)
}

fn put(call: &mut Call<'_>, into: Value, step: &Step, value: Value) -> Result<(), Fault> {
    if into.kind() == Kind::Map {
        return call.heap.map_set(into, &step.name(), value);
    }
    let len = call.heap.list(into).len();
    let at = match step {
        Step::Place(place) => place_of(len, *place).filter(|at| *at <= len),
        Step::Field(_) => None,
    };
    match at {
        Some(at) if at == len => call.heap.list_push(into, value),
        Some(at) => {
            let mut elements = call.elements(into)?;
            if let Some(slot) = elements.get_mut(at) {
                *slot = value;
            }
            call.heap.list_replace(into, elements)
        }
        None => {
            let text = format!("the list has {len} elements, so [{}] cannot be set", step.name());
            Err(Fault::new(TrapCode::BadIndex, text))
        }
    }
}

fn remove_path(call: &mut Call<'_>) -> Result<Value, Fault> {
    let steps = path(call)?;
    let Some((last, way)) = steps.split_last() else { return Ok(Value::FALSE) };
    let parent = way.iter().try_fold(call.arg(0), |value, step| step_into(call, value, step));
    let Some(parent) = parent else { return Ok(Value::FALSE) };
    match (parent.kind(), last) {
        (Kind::Map, step) => call.heap.map_remove(parent, &step.name()).map(Value::bool),
        (Kind::List, Step::Place(place)) => {
            let mut elements = call.elements(parent)?;
            let at = place_of(elements.len(), *place).filter(|at| *at < elements.len());
            let Some(at) = at else { return Ok(Value::FALSE) };
            elements.remove(at);
            call.heap.list_replace(parent, elements)?;
            Ok(Value::TRUE)
        }
        _ => Ok(Value::FALSE),
    }
}

fn clone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let depth = call.heap.limits().data_depth;
    copied(call, call.arg(0), depth)
}

/// A copy of a value; each part is paid for, so that a value that contains itself ends.
pub fn copied(call: &mut Call<'_>, value: Value, depth: usize) -> Result<Value, Fault> {
    if !matches!(value.kind(), Kind::List | Kind::Map) {
        return Ok(value);
    }
    if depth == 0 {
        return Err(Fault::new(TrapCode::LimitReached, "the value is nested too deeply"));
    }
    call.heap.charge(4)?;
    if value.kind() == Kind::List {
        let elements = call.elements(value)?;
        let mut copies = Vec::with_capacity(elements.len().min(1024));
        for element in elements {
            copies.push(copied(call, element, depth - 1)?);
        }
        return call.heap.new_list(copies);
    }
    let map = call.heap.new_map()?;
    for index in 0..call.heap.map_len(value) {
        let Some((key, field)) = call.heap.map_entry(value, index) else { break };
        let copy = copied(call, field, depth - 1)?;
        let key = call.heap.text(&key).to_string();
        call.heap.map_set(map, &key, copy)?;
    }
    Ok(map)
}

fn equals(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.arg(0), call.arg(1));
    logic::equal(call.heap, a, b).map(Value::bool)
}

fn flatten_map(call: &mut Call<'_>) -> Result<Value, Fault> {
    let flat = call.heap.new_map()?;
    let depth = call.heap.limits().data_depth;
    flat_into(call, flat, call.arg(0), "", depth)?;
    Ok(flat)
}

fn flat_into(
    call: &mut Call<'_>,
    flat: Value,
    value: Value,
    path: &str,
    depth: usize,
) -> Result<(), Fault> {
    if depth == 0 {
        return Err(Fault::new(TrapCode::LimitReached, "the value is nested too deeply"));
    }
    call.heap.charge(2 + path.len() as u64 / 16)?;
    let count = match value.kind() {
        Kind::List => call.heap.list(value).len(),
        Kind::Map => call.heap.map_len(value),
        _ => 0,
    };
    if count == 0 {
        let empty = path.is_empty();
        return if empty { Ok(()) } else { call.heap.map_set(flat, path, value) };
    }
    for index in 0..count {
        let (inner, field) = match value.kind() {
            Kind::List => {
                let field = call.heap.list(value).get(index).copied();
                (format!("{path}[{index}]"), field)
            }
            _ => {
                let Some((key, field)) = call.heap.map_entry(value, index) else { break };
                let dot = if path.is_empty() { "" } else { "." };
                (format!("{path}{dot}{}", call.heap.text(&key)), Some(field))
            }
        };
        flat_into(call, flat, field.unwrap_or(Value::NULL), &inner, depth - 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn paths_of_every_form() {
        let value = r#"{"a":{"b":[{"c d":1},{"c d":2}]},"x.y":3}"#;
        for (path, found) in [
            ("a.b[1]['c d']", "2"),
            ("a.b.0.c d", "1"),
            ("a.b[-1][\\\"c d\\\"]", "2"),
            ("x.y", "3"),
            ("a.b[9]", ""),
            ("a.b.c.d", ""),
        ] {
            assert_eq!(call("GETPATH", &format!(r#"[{value}, "{path}"]"#)), found, "{path}");
        }
        for bad in ["", "a..b", "a[", "a[x]"] {
            assert!(
                call("GETPATH", &format!(r#"[{value}, "{bad}"]"#)).contains("no path"),
                "{bad}"
            );
        }
    }

    #[test]
    fn setting_makes_what_is_missing() {
        assert_eq!(call("SETPATH", r#"[{}, "a.list[0].n", 5]"#), r#"{"a":{"list":[{"n":5}]}}"#);
        assert_eq!(call("SETPATH", r#"[null, "a", 5]"#), r#"{"a":5}"#);
        assert!(call("SETPATH", r#"[[1], "[3]", 5]"#).contains("cannot be set"));
        assert!(call("SETPATH", r#"[5, "a", 5]"#).contains("needs a map"));
    }
}
