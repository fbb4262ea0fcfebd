//! Functions of maps.

use super::Call;
use crate::{Fault, Heap, Kind, Value};

pub mod paths;

crate::functions! {
    family "maps";

    /// The names of a map's fields, in the order in which they were added.
    ///
    /// `KEYS({ "a": 1, "b": 2 })` → `["a","b"]`
    "KEYS" (map: Map) -> List = keys;

    /// The values of a map's fields.
    ///
    /// `VALUES({ "a": 1, "b": 2 })` → `[1,2]`
    "VALUES" (map: Map) -> List = values;

    /// Whether a map has a field.
    ///
    /// `HASKEY({ "a": 1 }, "b")` → `false`
    "HASKEY" also ["HAS KEY", "HAS"] (map: Map, name: Text) -> Bool = has_key;

    /// Removes a field of a map; whether it was there.
    ///
    /// `REMOVEKEY({ "a": 1 }, "a")` → `true`
    "REMOVEKEY" also ["REMOVE KEY"] (map: Map, name: Text) -> Bool = remove_key;

    /// A new, empty map.
    ///
    /// `LEN(NEW OBJECT)` → `0`
    "NEW OBJECT" also ["CREATE OBJECT", "NEW MAP"] () -> Map = new_object;

    /// The names and values of a map's fields, as pairs.
    ///
    /// `ENTRIES({ "a": 1, "b": 2 })` → `[["a",1],["b",2]]`
    /// `ENTRIES({})` → `[]`
    "ENTRIES" also ["TOPAIRS"] (map: Map) -> List = entry_pairs;

    /// A map of pairs of a name and a value.
    ///
    /// `FROMENTRIES([["a", 1], ["b", 2]])` → `{"a":1,"b":2}`
    /// `FROMENTRIES(ZIP(["x"], [5]))` → `{"x":5}`
    "FROMENTRIES" also ["FROMPAIRS", "TOMAP"] (pairs: List) -> Map = from_entries;

    /// A new map with the fields of several; of one name the last counts.
    ///
    /// `COMBINE({ "a": 1, "b": 1 }, { "b": 2 })` → `{"a":1,"b":2}`
    /// `COMBINE({}, NULL)` → `{}`
    "COMBINE" also ["MERGEMAPS", "EXTEND"] (map: Map, other: Map) more others -> Map = combine;

    /// A new map with the fields of a map, and those of another where it has none (or null).
    ///
    /// `WITHDEFAULTS({ "a": 1, "b": NULL }, { "b": 2, "c": 3 })` → `{"a":1,"b":2,"c":3}`
    /// `WITHDEFAULTS(NULL, { "a": 1 })` → `{"a":1}`
    "WITHDEFAULTS" also ["DEFAULTS"] (map: Map, defaults: Map) -> Map = with_defaults;

    /// A new map with some of a map's fields; of a list one element by chance.
    ///
    /// `PICK({ "a": 1, "b": 2, "c": 3 }, "a", "c")` → `{"a":1,"c":3}`
    /// `PICK({ "a": 1, "b": 2 }, "a, x")` → `{"a":1}`
    /// `PICK(["only"])` → `only`
    "PICK" (map: Any; name: Any) more others -> Any = pick;

    /// A new map without some of a map's fields.
    ///
    /// `OMIT({ "a": 1, "b": 2, "c": 3 }, "b")` → `{"a":1,"c":3}`
    /// `OMIT({ "a": 1, "b": 2 }, "a, b")` → `{}`
    "OMIT" (map: Map, name: Any) more others -> Map = omit;

    /// A new map whose names are a map's values, and the other way round; of equal values the last
    /// counts.
    ///
    /// `INVERT({ "a": "x", "b": "y" })` → `{"x":"a","y":"b"}`
    /// `INVERT({})` → `{}`
    "INVERT" (map: Map) -> Map = invert;

    /// A new map with the fields sorted by their names.
    ///
    /// `SORTKEYS({ "b": 1, "a": 2 })` → `{"a":2,"b":1}`
    /// `SORTKEYS({})` → `{}`
    "SORTKEYS" (map: Map) -> Map = sort_keys;

    /// Whether a value is a map.
    ///
    /// `ISMAP({ "a": 1 })` → `true`
    /// `ISMAP([1])` → `false`
    "ISMAP" also ["IS MAP", "ISOBJECT", "IS OBJECT"] (value: Any) -> Bool = is_map;
}

/// Copies the fields of one map into another.
pub fn copy_into(heap: &mut dyn Heap, from: Value, into: Value) -> Result<(), Fault> {
    for index in 0..heap.map_len(from) {
        heap.charge(2)?;
        let Some((key, value)) = heap.map_entry(from, index) else { break };
        let key = heap.text(&key).to_string();
        heap.map_set(into, &key, value)?;
    }
    Ok(())
}

fn entries(call: &mut Call<'_>) -> Result<Vec<(Value, Value)>, Fault> {
    let map = call.arg(0);
    let count = call.heap.map_len(map);
    call.heap.charge(count as u64 / 4)?;
    call.heap.reserve(count * size_of::<(Value, Value)>())?;
    Ok((0..count).filter_map(|index| call.heap.map_entry(map, index)).collect())
}

fn keys(call: &mut Call<'_>) -> Result<Value, Fault> {
    let keys = entries(call)?.into_iter().map(|(key, _)| key).collect();
    call.heap.new_list(keys)
}

fn values(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() == Kind::List {
        return Ok(call.arg(0));
    }
    let values = entries(call)?.into_iter().map(|(_, value)| value).collect();
    call.heap.new_list(values)
}

fn has_key(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = call.text(1)?;
    Ok(Value::bool(call.heap.map_get(call.arg(0), &name).is_some()))
}

fn remove_key(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = call.text(1)?;
    call.heap.map_remove(call.arg(0), &name).map(Value::bool)
}

fn new_object(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.heap.new_map()
}

fn entry_pairs(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut pairs = Vec::new();
    for (key, value) in entries(call)? {
        call.heap.charge(2)?;
        pairs.push(call.heap.new_list(vec![key, value])?);
    }
    call.heap.new_list(pairs)
}

fn from_entries(call: &mut Call<'_>) -> Result<Value, Fault> {
    let map = call.heap.new_map()?;
    for pair in call.list(0)? {
        let (key, value) = match *call.heap.list(pair) {
            [key, value] => (key, value),
            _ => return Err(Fault::argument("FROMENTRIES needs pairs: a list of name and value")),
        };
        let name = super::display::display(call.heap, key, call.env)?;
        call.heap.map_set(map, &name, value)?;
    }
    Ok(map)
}

fn combine(call: &mut Call<'_>) -> Result<Value, Fault> {
    let map = call.heap.new_map()?;
    for other in call.args {
        copy_into(call.heap, *other, map)?;
    }
    Ok(map)
}

fn with_defaults(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (own, defaults) = (call.arg(0), call.arg(1));
    let map = call.heap.new_map()?;
    copy_into(call.heap, own, map)?;
    for index in 0..call.heap.map_len(defaults) {
        call.heap.charge(2)?;
        let Some((key, value)) = call.heap.map_entry(defaults, index) else { break };
        let key = call.heap.text(&key).to_string();
        if call.heap.map_get(map, &key).is_none_or(Value::is_null) {
            call.heap.map_set(map, &key, value)?;
        }
    }
    Ok(map)
}

/// The names of the arguments behind the first: texts parted by commas, and lists of texts.
fn names(call: &mut Call<'_>) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for index in 1..call.args.len() {
        for element in call.elements(call.arg(index))? {
            let text = super::display::display(call.heap, element, call.env)?;
            call.heap.charge(1 + text.len() as u64 / 8)?;
            names.extend(text.split(',').map(|name| name.trim().to_string()));
        }
    }
    Ok(names)
}

/// Fuel of a field that is looked for by its name.
const NAMED: u64 = 16;

fn pick(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::Map {
        return super::chance::choice(call);
    }
    let map = call.heap.new_map()?;
    for name in names(call)? {
        call.heap.charge(NAMED + name.len() as u64 / 4)?;
        if let Some(value) = call.heap.map_get(call.arg(0), &name) {
            call.heap.map_set(map, &name, value)?;
        }
    }
    Ok(map)
}

fn omit(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (own, map) = (call.arg(0), call.heap.new_map()?);
    copy_into(call.heap, own, map)?;
    for name in names(call)? {
        call.heap.charge(NAMED + name.len() as u64 / 4)?;
        call.heap.map_remove(map, &name)?;
    }
    Ok(map)
}

fn invert(call: &mut Call<'_>) -> Result<Value, Fault> {
    let map = call.heap.new_map()?;
    for (key, value) in entries(call)? {
        let name = super::display::display(call.heap, value, call.env)?;
        call.heap.map_set(map, &name, key)?;
    }
    Ok(map)
}

fn sort_keys(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut fields = Vec::new();
    for (key, value) in entries(call)? {
        fields.push((call.heap.text(&key).to_string(), value));
    }
    call.heap.charge(super::lists::sort_cost(fields.len()))?;
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    let map = call.heap.new_map()?;
    for (name, value) in fields {
        call.heap.map_set(map, &name, value)?;
    }
    Ok(map)
}

fn is_map(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(call.arg(0).kind() == Kind::Map))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn fields_keep_their_order() {
        assert_eq!(call("KEYS", r#"[{"b":1,"a":2}]"#), r#"["b","a"]"#);
        assert_eq!(call("VALUES", r#"[{"b":1,"a":2}]"#), "[1,2]");
        assert_eq!(call("HASKEY", r#"[{"Name":1}, "name"]"#), "true");
    }
}
