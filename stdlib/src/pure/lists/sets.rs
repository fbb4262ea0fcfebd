//! Lists as sets: what two have in common, what only one has. Elements are the same when they are
//! of one kind and equal; the number 1 and the text "1" are two.

use crate::pure::{Call, display};
use crate::{Fault, Value};
use std::collections::HashSet;

crate::functions! {
    family "lists";

    /// The elements that one of several lists has, each once.
    ///
    /// `UNION([1, 2], [2, 3])` → `[1,2,3]`
    /// `UNION(["a"], ["a"], ["b"])` → `["a","b"]`
    "UNION" (list: List, other: List) more others -> List = union;

    /// The elements that all of several lists have, each once.
    ///
    /// `INTERSECT([1, 2, 3], [2, 3, 4])` → `[2,3]`
    /// `INTERSECT([1], [2])` → `[]`
    "INTERSECT" also ["INTERSECTION"] (list: List, other: List) more others -> List = intersect;

    /// The elements of a list that no other list has, each once.
    ///
    /// `DIFFERENCE([1, 2, 3], [2])` → `[1,3]`
    /// `DIFFERENCE([1, 2], [1], [2])` → `[]`
    "DIFFERENCE" also ["EXCEPT", "SUBTRACT"] (list: List, other: List) more others -> List
    = difference;

    /// The elements that only one of two lists has.
    ///
    /// `SYMMETRICDIFFERENCE([1, 2], [2, 3])` → `[1,3]`
    /// `SYMMETRICDIFFERENCE([1], [1])` → `[]`
    "SYMMETRICDIFFERENCE" also ["SYMMETRIC DIFFERENCE"] (list: List, other: List) -> List
    = symmetric_difference;

    /// Whether a list has only elements that another one has.
    ///
    /// `ISSUBSET([1, 2], [3, 2, 1])` → `true`
    /// `ISSUBSET([1, 4], [1, 2])` → `false`
    "ISSUBSET" also ["IS SUBSET"] (list: List, other: List) -> Bool = is_subset;

    /// Whether a list has all elements that another one has.
    ///
    /// `ISSUPERSET([1, 2, 3], [2])` → `true`
    /// `ISSUPERSET([1], [1, 2])` → `false`
    "ISSUPERSET" also ["IS SUPERSET"] (list: List, other: List) -> Bool = is_superset;

    /// Whether two lists have no element in common.
    ///
    /// `ISDISJOINT([1, 2], [3])` → `true`
    /// `ISDISJOINT([1, 2], [2])` → `false`
    "ISDISJOINT" also ["IS DISJOINT"] (list: List, other: List) -> Bool = is_disjoint;

    /// Whether two lists have the same elements, in any order and number.
    ///
    /// `SAMEELEMENTS([1, 2, 2], [2, 1])` → `true`
    /// `SAMEELEMENTS([1], ["1"])` → `false`
    "SAMEELEMENTS" also ["SAME ELEMENTS"] (list: List, other: List) -> Bool = same_elements;

    /// The elements of a list that stand in it more than once, each once.
    ///
    /// `DUPLICATES([1, 2, 1, 3, 2])` → `[1,2]`
    /// `DUPLICATES(["a", "b"])` → `[]`
    "DUPLICATES" (list: List) -> List = duplicates;
}

/// What tells an element from others: how it is written in JSON. It is paid for.
pub fn key(call: &mut Call<'_>, value: Value) -> Result<String, Fault> {
    let key = display::json_text(call.heap, value, call.env)?;
    call.heap.charge(24 + key.len() as u64 / 8)?;
    call.heap.reserve(key.len() + 64)?;
    Ok(key)
}

/// The keys of a list.
fn keys(call: &mut Call<'_>, index: usize) -> Result<HashSet<String>, Fault> {
    let mut keys = HashSet::new();
    for element in call.list(index)? {
        keys.insert(key(call, element)?);
    }
    Ok(keys)
}

/// Elements, each once, that a question about their key lets pass.
fn chosen(
    call: &mut Call<'_>,
    elements: Vec<Value>,
    seen: &mut HashSet<String>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Value>, Fault> {
    let mut kept = Vec::new();
    for element in elements {
        let key = key(call, element)?;
        if wanted(&key) && seen.insert(key) {
            kept.push(element);
        }
    }
    Ok(kept)
}

fn union(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (mut seen, mut all) = (HashSet::new(), Vec::new());
    for index in 0..call.args.len() {
        let elements = call.list(index)?;
        all.extend(chosen(call, elements, &mut seen, |_| true)?);
    }
    call.heap.new_list(all)
}

fn intersect(call: &mut Call<'_>) -> Result<Value, Fault> {
    let others: Vec<HashSet<String>> =
        (1..call.args.len()).map(|index| keys(call, index)).collect::<Result<_, _>>()?;
    let elements = call.list(0)?;
    let in_all = |key: &str| others.iter().all(|other| other.contains(key));
    let kept = chosen(call, elements, &mut HashSet::new(), in_all)?;
    call.heap.new_list(kept)
}

fn difference(call: &mut Call<'_>) -> Result<Value, Fault> {
    let others: Vec<HashSet<String>> =
        (1..call.args.len()).map(|index| keys(call, index)).collect::<Result<_, _>>()?;
    let elements = call.list(0)?;
    let in_none = |key: &str| !others.iter().any(|other| other.contains(key));
    let kept = chosen(call, elements, &mut HashSet::new(), in_none)?;
    call.heap.new_list(kept)
}

fn symmetric_difference(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (left, right) = (keys(call, 0)?, keys(call, 1)?);
    let (a, b) = (call.list(0)?, call.list(1)?);
    let mut seen = HashSet::new();
    let mut kept = chosen(call, a, &mut seen, |key| !right.contains(key))?;
    kept.extend(chosen(call, b, &mut seen, |key| !left.contains(key))?);
    call.heap.new_list(kept)
}

fn is_subset(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(keys(call, 0)?.is_subset(&keys(call, 1)?)))
}
fn is_superset(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(keys(call, 0)?.is_superset(&keys(call, 1)?)))
}
fn is_disjoint(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(keys(call, 0)?.is_disjoint(&keys(call, 1)?)))
}
fn same_elements(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(keys(call, 0)? == keys(call, 1)?))
}

fn duplicates(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (mut seen, mut told, mut found) = (HashSet::new(), HashSet::new(), Vec::new());
    for element in call.list(0)? {
        let key = key(call, element)?;
        if !seen.insert(key.clone()) && told.insert(key) {
            found.push(element);
        }
    }
    call.heap.new_list(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn maps_and_lists_are_elements_too() {
        let args = r#"[[{"a":1},[1]], [[1],{"a":2}]]"#;
        assert_eq!(call("UNION", args), r#"[{"a":1},[1],{"a":2}]"#);
        assert_eq!(call("INTERSECT", args), "[[1]]");
        assert_eq!(call("DIFFERENCE", args), r#"[{"a":1}]"#);
        assert_eq!(call("ISSUBSET", "[[], []]"), "true");
        assert_eq!(call("UNION", "[null, [1]]"), "[1]");
    }
}
