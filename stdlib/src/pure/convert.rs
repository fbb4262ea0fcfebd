//! Values of the machine as trees.

use super::written::Room;
use crate::{Data, Fault, Heap, Kind, TrapCode, Value};

/// Fuel of a part of a tree.
const PART: u64 = 6;
/// Bytes that a field of a map takes beside its name and its value.
const FIELD: usize = 64;

/// A value as a tree; charges for every part, and refuses what is too deep or has no room.
pub fn to_data(heap: &mut dyn Heap, value: Value) -> Result<Data, Fault> {
    let depth = heap.limits().data_depth;
    tree(heap, &mut Room::default(), value, depth)
}

fn tree(heap: &mut dyn Heap, room: &mut Room, value: Value, depth: usize) -> Result<Data, Fault> {
    let text = heap.text(&value).len();
    heap.charge(PART + text as u64 / 16)?;
    room.take(heap, size_of::<Data>() + text)?;
    if depth == 0 {
        return Err(Fault::new(TrapCode::LimitReached, "the value is nested too deeply"));
    }
    Ok(match value.kind() {
        Kind::Null => Data::Null,
        Kind::Bool => Data::Bool(value.as_i64() != 0),
        Kind::Int => Data::Int(value.as_i64()),
        Kind::Num => Data::Num(value.as_f64()),
        Kind::Date => Data::Date(value.as_i64()),
        Kind::Moment => Data::Moment(value.as_i64()),
        Kind::Span => Data::Span(value.as_i64()),
        Kind::Text => Data::text(heap.text(&value)),
        Kind::List => list(heap, room, value, depth - 1)?,
        Kind::Map => map(heap, room, value, depth - 1)?,
    })
}

fn list(heap: &mut dyn Heap, room: &mut Room, value: Value, depth: usize) -> Result<Data, Fault> {
    let mut elements = Vec::new();
    for index in 0..heap.list(value).len() {
        let element = heap.list(value).get(index).copied().unwrap_or(Value::NULL);
        elements.push(tree(heap, room, element, depth)?);
    }
    Ok(Data::List(elements))
}

fn map(heap: &mut dyn Heap, room: &mut Room, value: Value, depth: usize) -> Result<Data, Fault> {
    let mut fields = indexmap::IndexMap::new();
    for index in 0..heap.map_len(value) {
        let Some((key, field)) = heap.map_entry(value, index) else { break };
        let key = heap.text(&key).to_string();
        room.take(heap, FIELD + key.len())?;
        fields.insert(key, tree(heap, room, field, depth)?);
    }
    Ok(Data::Map(fields))
}
