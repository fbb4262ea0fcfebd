//! Functions of maps.

use super::Call;
use crate::{Fault, Heap, Kind, Value};

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
