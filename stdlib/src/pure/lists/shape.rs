//! Lists made, cut, joined and put into another shape.

use super::{count_to, place_in};
use crate::pure::{Call, logic};
use crate::{Fault, Kind, TrapCode, Value};

crate::functions! {
    family "lists";

    /// A list in which the elements of inner lists stand themselves; to any depth, or so deep.
    ///
    /// `FLATTEN([1, [2, [3, 4]]])` → `[1,2,3,4]`
    /// `FLATTEN([1, [2, [3]]], 1)` → `[1,2,[3]]`
    "FLATTEN" also ["FLAT"] (list: List; depth: Int) -> List = flatten;

    /// Lists of the first, the second … elements of several lists, as long as the shortest.
    ///
    /// `ZIP([1, 2], ["a", "b"])` → `[[1,"a"],[2,"b"]]`
    /// `ZIP([1, 2, 3], [4])` → `[[1,4]]`
    "ZIP" (list: List, other: List) more others -> List = zip;

    /// A list cut into lists of so many elements; the last may have fewer.
    ///
    /// `CHUNK([1, 2, 3, 4, 5], 2)` → `[[1,2],[3,4],[5]]`
    /// `CHUNK([], 3)` → `[]`
    "CHUNK" also ["BATCH", "CHUNKS"] (list: List, size: Int) -> List = chunk;

    /// A copy of a list turned by so many places; what leaves at one end comes in at the other.
    ///
    /// `ROTATE([1, 2, 3, 4], 1)` → `[2,3,4,1]`
    /// `ROTATE([1, 2, 3, 4], -1)` → `[4,1,2,3]`
    "ROTATE" (list: List; places: Int) -> List = rotate;

    /// The first so many elements of a list, or characters of a text.
    ///
    /// `TAKE([1, 2, 3], 2)` → `[1,2]`
    /// `TAKE("hello", 2)` → `he`
    "TAKE" (list: Any, count: Int) -> Any = take;

    /// A list without its first so many elements, or a text without its first characters.
    ///
    /// `SKIP([1, 2, 3], 1)` → `[2,3]`
    /// `SKIP("hello", 2)` → `llo`
    "SKIP" also ["DROP"] (list: Any, count: Int) -> Any = skip;

    /// A copy of a list without nulls and empty texts.
    ///
    /// `COMPACT([1, NULL, "", 0, "a"])` → `[1,0,"a"]`
    /// `COMPACT([])` → `[]`
    "COMPACT" (list: List) -> List = compact;

    /// A copy of a list without every element that equals one of the values.
    ///
    /// `WITHOUT([1, 2, 1, 3], 1)` → `[2,3]`
    /// `WITHOUT(["a", "b", "c"], "a", "c")` → `["b"]`
    "WITHOUT" (list: List, value: Any) more others -> List = without;

    /// Takes the first element that equals a value out of a list, or a field out of a map; whether
    /// it was there. Of a text, the text without a part.
    ///
    /// `REMOVE([1, 2], 2)` → `true`
    /// `REMOVE("a-b-c", "-")` → `abc`
    "REMOVE" (value: Any, part: Any) -> Any = remove;

    /// Takes the element at a place, which counts from 0, out of a list, and answers it; null where
    /// there is none. Negative places count from the end.
    ///
    /// `REMOVEAT([5, 6, 7], 1)` → `6`
    /// `REMOVEAT([5, 6, 7], -1)` → `7`
    "REMOVEAT" also ["REMOVE AT", "DELETEAT"] (list: List, place: Int) -> Any = remove_at;

    /// Puts an element into a list at a place, which counts from 0, and answers the list.
    ///
    /// `INSERTAT([1, 3], 1, 2)` → `[1,2,3]`
    /// `INSERTAT([1], 9, 2)` → `[1,2]`
    "INSERTAT" also ["INSERT AT"] (list: List, place: Int, element: Any) -> List = insert_at;

    /// Takes all elements out of a list, or all fields out of a map, and answers it.
    ///
    /// `REMOVEALL([1, 2])` → `[]`
    /// `REMOVEALL({ "a": 1 })` → `{}`
    "REMOVEALL" also ["REMOVE ALL"] (value: Any) -> Any = remove_all;

    /// The columns of a list of rows as rows.
    ///
    /// `TRANSPOSE([[1, 2, 3], [4, 5, 6]])` → `[[1,4],[2,5],[3,6]]`
    /// `TRANSPOSE([[1], [2, 3]])` → `[[1,2],[null,3]]`
    "TRANSPOSE" (rows: List) -> List = transpose;

    /// The places and elements of a list as pairs; counted from 0, or from a number.
    ///
    /// `ENUMERATE(["a", "b"])` → `[[0,"a"],[1,"b"]]`
    /// `ENUMERATE(["a"], 1)` → `[[1,"a"]]`
    "ENUMERATE" (list: List; start: Int) -> List = enumerate;

    /// Every pair of elements that follow one another.
    ///
    /// `PAIRWISE([1, 2, 3])` → `[[1,2],[2,3]]`
    /// `PAIRWISE([1])` → `[]`
    "PAIRWISE" (list: List) -> List = pairwise;

    /// Every list that takes one element of each of several lists.
    ///
    /// `CARTESIAN([1, 2], ["a", "b"])` → `[[1,"a"],[1,"b"],[2,"a"],[2,"b"]]`
    /// `CARTESIAN([1], [])` → `[]`
    "CARTESIAN" also ["CROSSPRODUCT"] (list: List, other: List) more others -> List = cartesian;
}

/// Makes a list of lists; each is paid for.
fn list_of_lists(call: &mut Call<'_>, lists: Vec<Vec<Value>>) -> Result<Value, Fault> {
    let mut made = Vec::with_capacity(lists.len().min(1024));
    for list in lists {
        call.heap.charge(2)?;
        call.more_elements(made.len())?;
        made.push(call.heap.new_list(list)?);
    }
    call.heap.new_list(made)
}

fn flatten(call: &mut Call<'_>) -> Result<Value, Fault> {
    let deepest = call.heap.limits().data_depth;
    let wanted = call.int_or(1, i64::MAX)?;
    let mut out = Vec::new();
    let bound = count_to(wanted);
    let list = call.list(0)?;
    let mut open: Vec<(Value, usize)> = list.into_iter().rev().map(|v| (v, 1)).collect();
    while let Some((value, depth)) = open.pop() {
        call.heap.charge(1)?;
        if depth > deepest {
            return Err(Fault::new(TrapCode::LimitReached, "the list is nested too deeply"));
        }
        if value.kind() == Kind::List && depth <= bound {
            let elements = call.elements(value)?;
            call.heap.reserve((open.len() + elements.len()) * size_of::<(Value, usize)>())?;
            open.extend(elements.into_iter().rev().map(|element| (element, depth + 1)));
        } else {
            call.more_elements(out.len())?;
            out.push(value);
        }
    }
    call.heap.new_list(out)
}

/// The lists of all arguments.
fn all_lists(call: &mut Call<'_>) -> Result<Vec<Vec<Value>>, Fault> {
    (0..call.args.len()).map(|index| call.list(index)).collect()
}

fn zip(call: &mut Call<'_>) -> Result<Value, Fault> {
    let lists = all_lists(call)?;
    let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
    call.heap.charge((shortest * lists.len()) as u64)?;
    call.heap.reserve(shortest * (lists.len() + 2) * size_of::<Value>())?;
    let row = |at: usize| lists.iter().filter_map(|list| list.get(at).copied()).collect();
    list_of_lists(call, (0..shortest).map(row).collect())
}

fn chunk(call: &mut Call<'_>) -> Result<Value, Fault> {
    let size = match call.int(1)? {
        size if size > 0 => count_to(size),
        _ => return Err(Fault::argument("the size of CHUNK must be above 0")),
    };
    let list = call.list(0)?;
    call.heap.reserve(list.len() * size_of::<Vec<Value>>() / size + size_of_val(&list[..]))?;
    list_of_lists(call, list.chunks(size).map(<[Value]>::to_vec).collect())
}

fn rotate(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut list = call.list(0)?;
    let places = call.int_or(1, 1)?;
    if !list.is_empty() {
        let by = places.rem_euclid(list.len() as i64) as usize;
        list.rotate_left(by);
    }
    call.heap.new_list(list)
}

fn take(call: &mut Call<'_>) -> Result<Value, Fault> {
    let many = count_to(call.int(1)?);
    if call.arg(0).kind() == Kind::Text {
        let text: String = call.text(0)?.chars().take(many).collect();
        return call.give(&text);
    }
    let mut list = call.list(0)?;
    list.truncate(many);
    call.heap.new_list(list)
}

fn skip(call: &mut Call<'_>) -> Result<Value, Fault> {
    let many = count_to(call.int(1)?);
    if call.arg(0).kind() == Kind::Text {
        let text: String = call.text(0)?.chars().skip(many).collect();
        return call.give(&text);
    }
    let list = call.list(0)?;
    call.heap.new_list(list.into_iter().skip(many).collect())
}

fn compact(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0)?;
    let heap = &*call.heap;
    let blank = |v: &Value| v.is_null() || (v.kind() == Kind::Text && heap.text(v).is_empty());
    let kept = list.into_iter().filter(|value| !blank(value)).collect();
    call.heap.new_list(kept)
}

fn without(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0)?;
    let mut kept = Vec::new();
    for element in list {
        call.heap.charge(4 * call.args.len() as u64)?;
        let mut unwanted = false;
        for value in call.args.iter().skip(1) {
            unwanted |= logic::equal(call.heap, element, *value)?;
        }
        if !unwanted {
            kept.push(element);
        }
    }
    call.heap.new_list(kept)
}

fn remove(call: &mut Call<'_>) -> Result<Value, Fault> {
    match call.arg(0).kind() {
        Kind::List => remove_element(call),
        Kind::Map => {
            let name = call.text(1)?;
            call.heap.map_remove(call.arg(0), &name).map(Value::bool)
        }
        _ => {
            let (text, part) = (call.text(0)?, call.text(1)?);
            let kept = if part.is_empty() { text } else { text.replace(&part, "") };
            call.give(&kept)
        }
    }
}

fn remove_element(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, wanted) = (call.arg(0), call.arg(1));
    let mut elements = call.list(0)?;
    for (at, element) in elements.iter().enumerate() {
        if logic::equal(call.heap, *element, wanted)? {
            elements.remove(at);
            call.heap.list_replace(list, elements)?;
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn remove_at(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, mut elements) = (call.place()?, call.list(0)?);
    let place = call.int(1)?;
    let at = if place < 0 { place.saturating_add(elements.len() as i64) } else { place };
    let Some(at) = usize::try_from(at).ok().filter(|at| *at < elements.len()) else {
        return Ok(Value::NULL);
    };
    let taken = elements.remove(at);
    call.heap.list_replace(list, elements)?;
    Ok(taken)
}

fn insert_at(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, mut elements) = (call.place()?, call.list(0)?);
    call.more_elements(elements.len())?;
    let at = place_in(elements.len(), call.int(1)?);
    elements.insert(at, call.arg(2));
    call.heap.list_replace(list, elements)?;
    Ok(list)
}

fn remove_all(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    if value.kind() != Kind::Map {
        let list = call.place()?;
        call.heap.list_replace(list, Vec::new())?;
        return Ok(list);
    }
    // From the end, so that no field is moved by another's removal.
    for index in (0..call.heap.map_len(value)).rev() {
        call.heap.charge(4)?;
        let Some((key, _)) = call.heap.map_entry(value, index) else { break };
        let key = call.heap.text(&key).to_string();
        call.heap.map_remove(value, &key)?;
    }
    Ok(value)
}

fn transpose(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut rows = Vec::new();
    for row in call.list(0)? {
        rows.push(call.elements(row)?);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = columns.saturating_mul(rows.len());
    call.heap.charge(cells as u64)?;
    call.heap.reserve(cells.saturating_mul(size_of::<Value>()))?;
    let column =
        |at: usize| rows.iter().map(|row| row.get(at).copied().unwrap_or(Value::NULL)).collect();
    list_of_lists(call, (0..columns).map(column).collect())
}

fn enumerate(call: &mut Call<'_>) -> Result<Value, Fault> {
    let start = call.int_or(1, 0)?;
    let list = call.list(0)?;
    call.heap.reserve(list.len() * 4 * size_of::<Value>())?;
    let number = |at: usize| Value::int(start.saturating_add(at as i64));
    let pairs = list.into_iter().enumerate().map(|(at, value)| vec![number(at), value]);
    list_of_lists(call, pairs.collect())
}

fn pairwise(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0)?;
    call.heap.reserve(list.len() * 4 * size_of::<Value>())?;
    list_of_lists(call, list.windows(2).map(<[Value]>::to_vec).collect())
}

fn cartesian(call: &mut Call<'_>) -> Result<Value, Fault> {
    let lists = all_lists(call)?;
    let total = lists.iter().map(Vec::len).try_fold(1usize, |total, n| total.checked_mul(n));
    let total = total.filter(|total| *total <= call.heap.limits().list_elements);
    let total = total.ok_or_else(|| Fault::new(TrapCode::LimitReached, "the list is too long"))?;
    call.heap.charge((total * lists.len()) as u64)?;
    call.heap.reserve(total * (lists.len() + 2) * size_of::<Value>())?;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for list in &lists {
        let longer = |row: &Vec<Value>, value: &Value| [row.as_slice(), &[*value]].concat();
        rows = rows.iter().flat_map(|row| list.iter().map(|v| longer(row, v))).collect();
    }
    list_of_lists(call, rows)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn lists_that_grow_are_paid_for() {
        let long = format!("[{}0]", "0,".repeat(2_000));
        let args = format!("[{long}, {long}]");
        assert_eq!(call("CARTESIAN", &args), "the list is too long");
        assert!(call("CHUNK", "[[1], 0]").contains("above 0"));
    }

    #[test]
    fn places_at_the_edges() {
        assert_eq!(call("ROTATE", "[[], 5]"), "[]");
        assert_eq!(call("ROTATE", "[[1,2,3], -9223372036854775808]"), "[2,3,1]");
        assert_eq!(call("REMOVEAT", "[[1], 5]"), "");
        assert_eq!(call("REMOVEAT", "[[1], -9223372036854775808]"), "");
        assert_eq!(call("INSERTAT", "[[1,2], -1, 9]"), "[1,9,2]");
        assert_eq!(call("FLATTEN", "[[[[1]]], 0]"), "[[[1]]]");
        assert_eq!(call("TAKE", "[[1,2], -1]"), "[]");
    }
}
