//! Functions of lists. A list is a reference: PUSH, POP and the like change it in place.

use super::logic::{self, compare, equal, truth};
use super::{Call, arith};
use crate::{Fault, Kind, TrapCode, Value};
use std::cmp::Ordering;
use unicode_segmentation::UnicodeSegmentation;

pub mod rows;
pub mod sets;
pub mod shape;
pub mod sorting;

crate::functions! {
    family "lists";

    /// The first element of a list, or its first so many elements; of a text the first word.
    ///
    /// `FIRST([3, 4, 5])` → `3`
    "FIRST" (list: Any; count: Int) -> Any = first;

    /// The last element of a list, or its last so many elements.
    ///
    /// `LAST([3, 4, 5], 2)` → `[4,5]`
    "LAST" (list: Any; count: Any) -> Any = last;

    /// How many elements a list has.
    ///
    /// `UBOUND([3, 4, 5])` → `3`
    "UBOUND" (list: Any; dimension: Int) -> Int = count;

    /// How many elements a list has; with a value, how many of them equal it. Of a text, how often
    /// a part stands in it.
    ///
    /// `COUNT([1, 2, 1], 1)` → `2`
    /// `COUNT([5, 6, 7])` → `3`
    /// `COUNT("banana", "an")` → `2`
    "COUNT" also ["OCCURRENCES"] (list: Any; value: Any) -> Int = count_of;

    /// Adds elements to the end of a list, and answers the list.
    ///
    /// `PUSH([1], 2)` → `[1,2]`
    "PUSH" also ["APPEND"] (list: List, element: Any) more others -> List = push;

    /// Takes the last element out of a list.
    ///
    /// `POP([1, 2])` → `2`
    "POP" (list: List) -> Any = pop;

    /// Takes the first element out of a list.
    ///
    /// `SHIFT([1, 2])` → `1`
    "SHIFT" (list: List) -> Any = shift;

    /// Adds an element to the beginning of a list, and answers the list.
    ///
    /// `UNSHIFT([2], 1)` → `[1,2]`
    "UNSHIFT" (list: List, element: Any) -> List = unshift;

    /// Takes elements out of a list from a place on, puts others there, and answers what was taken.
    ///
    /// `SPLICE([1, 2, 3], 1, 1)` → `[2]`
    "SPLICE" (list: List, start: Int; count: Int) more others -> List = splice;

    /// The elements from a place up to another; negative places count from the end.
    ///
    /// `SLICE([1, 2, 3, 4], -2)` → `[3,4]`
    "SLICE" (list: Any; start: Int, end: Int) -> Any = slice;

    /// A sorted copy of a list; of maps, by a field or several (`city, age DESC`). DESC sorts the
    /// other way round. Rows that are equal keep their order.
    ///
    /// Null comes first, then numbers, dates, texts, lists and maps. Beside a number, texts that
    /// spell a number count as numbers, and beside a date those that spell a date as dates.
    ///
    /// `SORT([3, 1, 2])` → `[1,2,3]`
    /// `SORT([10, "9", "x", NULL])` → `[null,"9",10,"x"]`
    /// `SORT([3, 1, 2], NULL, "DESC")` → `[3,2,1]`
    /// `SORT([{ "a": 2, "b": 1 }, { "a": 1, "b": 5 }], "a")` → `[{"a":1,"b":5},{"a":2,"b":1}]`
    "SORT" (list: List; field: Word, direction: Any) -> List = sort, as [
        "SORT {list} BY {field} <DESC:direction>",
        "SORT {list} BY {field}[, {direction}]",
        "SORT {list} BY {field} ASC",
        "SORT {list}[, {field}[, {direction}]]",
    ];

    /// A copy of a list, or a text, the other way round.
    ///
    /// `REVERSE("abc")` → `cba`
    /// `REVERSE([1, 2, 3])` → `[3,2,1]`
    "REVERSE" also ["STRREVERSE", "REVERSED"] (value: Any) -> Any = reverse;

    /// A list without repeated elements; of maps, without repeated values of a field.
    ///
    /// `UNIQUE([1, 2, 1])` → `[1,2]`
    "UNIQUE" also ["DISTINCT"] (list: List; field: Text) -> List = unique;

    /// Whether a list has an element, a text a part, or a map a field.
    ///
    /// `CONTAINS([1, 2], 2)` → `true`
    "CONTAINS" also ["INCLUDES"] (value: Any, part: Any) -> Bool = contains;

    /// The place of an element in a list or of a part in a text, counted from 0; -1 without.
    ///
    /// `INDEXOF(["a", "b"], "b")` → `1`
    "INDEXOF" also ["INDEX OF"] (value: Any, part: Any) -> Int = index_of;

    /// The element at a place of a list, or the field of a map; null where there is none.
    ///
    /// `AT([5, 6], 1)` → `6`
    "AT" also ["GETAT", "ELEMENT"] (value: Any, place: Any) -> Any = at;

    /// The numbers from one to another, in steps of 1 or another step.
    ///
    /// `RANGE(1, 4)` → `[1,2,3,4]`
    /// `RANGE(10, 4, -3)` → `[10,7,4]`
    /// `RANGE(0, 1, 0.25)` → `[0,0.25,0.5,0.75,1]`
    "RANGE" also ["SEQUENCE"] (from: Num, to: Num; step: Num) -> List = range;

    /// The elements of a list written one after the other with a separator; or the rows of two
    /// lists that agree in a field, joined. Fields of different names are written `id = customer`;
    /// the kind `left`, `right` or `full` keeps rows without a partner.
    ///
    /// `JOIN([1, 2], "-")` → `1-2`
    /// `JOIN([{ "id": 1, "a": 2 }], [{ "id": 1, "b": 3 }], "id")` → `[{"id":1,"a":2,"b":3}]`
    /// `JOIN([{ "id": 1 }], [{ "of": 2 }], "id = of", "left")` → `[{"id":1}]`
    "JOIN" also ["IMPLODE"] (list: List; separator: Any, key: Text, kind: Text) -> Any = join;

    /// A new list of the elements of several lists.
    ///
    /// `CONCAT([1], [2, 3])` → `[1,2,3]`
    "CONCAT" (first: Any; second: Any) more others -> Any = concat;

    /// The sum of the numbers of a list, or of a field of its elements.
    ///
    /// `SUM([1, 2, 3])` → `6`
    "SUM" (values: Any; field: Any) more others -> Num = sum;

    /// The average of the numbers of a list, or of a field of its elements; null of none.
    ///
    /// `AVG([1, 2])` → `1.5`
    "AVG" also ["AVERAGE", "MEAN"] (values: Any; field: Any) more others -> Num = avg;

    /// The least of several values, of a list, or of a field of its elements.
    ///
    /// `MIN(3, 2)` → `2`
    "MIN" (values: Any; field: Any) more others -> Any = min;

    /// The greatest of several values, of a list, or of a field of its elements.
    ///
    /// `MAX([3, 7])` → `7`
    "MAX" (values: Any; field: Any) more others -> Any = max;

    /// A new list: empty, or with so many elements of one value (null without one).
    ///
    /// `LEN(NEW ARRAY)` → `0`
    /// `NEW_ARRAY(3, 0)` → `[0,0,0]`
    "NEW ARRAY" also ["NEW LIST", "CREATE ARRAY"] (; size: Int, value: Any) -> List = new_array;

    /// Whether a value is a list.
    ///
    /// `ISARRAY([1])` → `true`
    "ISARRAY" also ["ISLIST", "IS ARRAY"] (value: Any) -> Bool = is_array;
}

impl Call<'_> {
    /// The argument as a list, copied; charges for its length. Null is an empty list.
    pub fn list(&mut self, index: usize) -> Result<Vec<Value>, Fault> {
        let value = self.arg(index);
        match value.kind() {
            Kind::List => {
                let len = self.heap.list(value).len();
                self.heap.charge(1 + len as u64)?;
                self.heap.reserve(size_of_val(self.heap.list(value)))?;
                Ok(self.heap.list(value).to_vec())
            }
            Kind::Null => Ok(Vec::new()),
            Kind::Map => Ok(vec![value]),
            kind => {
                let kind = logic::kind_name(kind);
                let which = index + 1;
                Err(Fault::argument(format!("argument {which} must be a list, not a {kind}")))
            }
        }
    }
    /// The list that is to be changed in place.
    pub fn place(&mut self) -> Result<Value, Fault> {
        match self.arg(0).kind() {
            Kind::List => Ok(self.arg(0)),
            Kind::Null => self.heap.new_list(Vec::new()),
            kind => Err(Fault::new(
                TrapCode::TypeMismatch,
                format!("a {} is not a list", logic::kind_name(kind)),
            )),
        }
    }
    /// The field of every element, or the elements themselves.
    pub fn column(&mut self, index: usize) -> Result<Vec<Value>, Fault> {
        let list = self.list(0)?;
        if self.arg(index).is_null() {
            return Ok(list);
        }
        let field = self.text(index)?;
        self.heap.charge(list.len() as u64 * (1 + field.len() as u64 / 4))?;
        let heap = &*self.heap;
        Ok(list.iter().map(|v| heap.map_get(*v, &field).unwrap_or(Value::NULL)).collect())
    }
    /// The values of a call that takes a list, a list and a field, or the values themselves.
    pub fn values(&mut self) -> Result<Vec<Value>, Fault> {
        match self.arg(0).kind() {
            Kind::List if self.args.len() <= 2 => self.column(1),
            Kind::Map => self.column(1),
            _ => Ok(self.args.iter().copied().filter(|v| !v.is_null()).collect()),
        }
    }
}

/// A number of elements; none where it is negative.
pub fn count_to(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn first(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() == Kind::Text {
        let word = call.text(0)?.split_whitespace().next().unwrap_or("").to_string();
        return call.give(&word);
    }
    let list = call.list(0)?;
    if call.arg(1).is_null() {
        return Ok(list.first().copied().unwrap_or(Value::NULL));
    }
    let n = count_to(call.int(1)?);
    call.heap.new_list(list.into_iter().take(n).collect())
}

fn last(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() == Kind::Text {
        let word = call.text(0)?.split_whitespace().next_back().unwrap_or("").to_string();
        return call.give(&word);
    }
    if call.arg(1).kind() == Kind::Text {
        return Ok(call.column(1)?.last().copied().unwrap_or(Value::NULL));
    }
    let list = call.list(0)?;
    if call.arg(1).is_null() {
        return Ok(list.last().copied().unwrap_or(Value::NULL));
    }
    let skipped = list.len().saturating_sub(count_to(call.int(1)?));
    call.heap.new_list(list.into_iter().skip(skipped).collect())
}

fn count(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    Ok(Value::int(match value.kind() {
        Kind::List => call.heap.list(value).len() as i64,
        Kind::Map => call.heap.map_len(value) as i64,
        Kind::Null => 0,
        Kind::Text => call.text(0)?.chars().count() as i64,
        _ => 1,
    }))
}

fn count_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(1).is_null() {
        return count(call);
    }
    if call.arg(0).kind() == Kind::Text {
        let (text, part) = (call.text(0)?, call.text(1)?);
        call.heap.charge(text.len() as u64 / 8)?;
        let count = if part.is_empty() { 0 } else { text.matches(&part).count() };
        return Ok(Value::int(count as i64));
    }
    let wanted = call.arg(1);
    let mut found = 0;
    for element in call.list(0)? {
        found += i64::from(equal(call.heap, element, wanted)?);
    }
    Ok(Value::int(found))
}

fn push(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.place()?;
    for element in call.args.iter().skip(1) {
        call.heap.charge(1)?;
        call.more_elements(call.heap.list(list).len())?;
        call.heap.list_push(list, *element)?;
    }
    Ok(list)
}

fn pop(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.place()?;
    Ok(call.heap.list_pop(list).unwrap_or(Value::NULL))
}

fn shift(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, mut elements) = (call.place()?, call.list(0)?);
    let taken = (!elements.is_empty()).then(|| elements.remove(0));
    call.heap.list_replace(list, elements)?;
    Ok(taken.unwrap_or(Value::NULL))
}

fn unshift(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, mut elements) = (call.place()?, call.list(0)?);
    call.more_elements(elements.len())?;
    elements.insert(0, call.arg(1));
    call.heap.list_replace(list, elements)?;
    Ok(list)
}

/// A place that may count from the end, as one within the list.
pub fn place_in(len: usize, place: i64) -> usize {
    let from_end = len.saturating_sub(count_to(place.saturating_neg()));
    if place < 0 { from_end } else { count_to(place).min(len) }
}

fn splice(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, mut elements) = (call.place()?, call.list(0)?);
    let start = place_in(elements.len(), call.int(1)?);
    let many = count_to(call.int_or(2, i64::MAX)?).min(elements.len() - start);
    let new: Vec<Value> = call.args.iter().skip(3).copied().collect();
    let taken: Vec<Value> = elements.splice(start..start + many, new).collect();
    call.more_elements(elements.len().saturating_sub(1))?;
    call.heap.list_replace(list, elements)?;
    call.heap.new_list(taken)
}

fn slice(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (start, end) = (call.int_or(1, 0)?, call.int_or(2, i64::MAX)?);
    if call.arg(0).kind() == Kind::Text {
        let chars: Vec<char> = call.text(0)?.chars().collect();
        let (from, to) = (place_in(chars.len(), start), place_in(chars.len(), end));
        let part: String = chars.get(from..to.max(from)).unwrap_or(&[]).iter().collect();
        return call.give(&part);
    }
    let list = call.list(0)?;
    let (from, to) = (place_in(list.len(), start), place_in(list.len(), end));
    call.heap.new_list(list.get(from..to.max(from)).unwrap_or(&[]).to_vec())
}

fn sort(call: &mut Call<'_>) -> Result<Value, Fault> {
    let descending = descends(call)?;
    let list = call.list(0)?;
    if !call.arg(1).is_null() {
        let fields = rows::sort_fields(&call.text(1)?, descending);
        return rows::sorted_by(call, list, &fields);
    }
    call.heap.charge(sort_cost(list.len()))?;
    call.heap.reserve(sorting::bytes(list.len(), 1))?;
    let sorted = sorting::sorted(call.heap, list, descending);
    call.heap.new_list(sorted)
}

fn descends(call: &mut Call<'_>) -> Result<bool, Fault> {
    match call.arg(2).kind() {
        Kind::Text => Ok(call.text(2)?.trim().to_ascii_uppercase().starts_with("DESC")),
        _ => Ok(truth(call.heap, call.arg(2))),
    }
}

fn new_array(call: &mut Call<'_>) -> Result<Value, Fault> {
    let size = count_to(call.int_or(0, 0)?);
    call.more_elements(size.saturating_sub(1))?;
    call.heap.charge(size as u64 / 4)?;
    call.heap.reserve(size * size_of::<Value>())?;
    call.heap.new_filled(call.arg(1), size)
}

fn range(call: &mut Call<'_>) -> Result<Value, Fault> {
    let whole = |index| matches!(call.arg(index).kind(), Kind::Int | Kind::Null);
    if !(whole(0) && whole(1) && whole(2)) {
        return range_of_floats(call);
    }
    let (from, to) = (call.int(0)?, call.int(1)?);
    let step = call.int_or(2, if from <= to { 1 } else { -1 })?;
    if step == 0 {
        return Err(Fault::argument("the step of RANGE must not be 0"));
    }
    let distance = if step > 0 { to.checked_sub(from) } else { from.checked_sub(to) };
    let steps = distance.unwrap_or(i64::MAX) / step.saturating_abs();
    let many = if distance.unwrap_or(0) < 0 { 0 } else { count_to(steps.saturating_add(1)) };
    numbers_of(call, many, |i| Value::int(from.saturating_add(step.saturating_mul(i as i64))))
}

/// Each number comes from its place, so that errors of rounding do not add up.
fn range_of_floats(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (from, to) = (call.number(0)?, call.number(1)?);
    let step = if call.arg(2).is_null() { 1.0 } else { call.number(2)? };
    if step == 0.0 {
        return Err(Fault::argument("the step of RANGE must not be 0"));
    }
    let steps = libm::floor((to - from) / step + 1e-9);
    let many = if steps < 0.0 { 0 } else { (steps as usize).saturating_add(1) };
    numbers_of(call, many, |i| arith::whole(Value::num(from + step * i as f64)))
}

fn numbers_of(
    call: &mut Call<'_>,
    many: usize,
    number: impl Fn(usize) -> Value,
) -> Result<Value, Fault> {
    call.more_elements(many.saturating_sub(1))?;
    call.heap.charge(many as u64)?;
    call.heap.reserve(many * size_of::<Value>())?;
    call.heap.new_list((0..many).map(number).collect())
}

/// What sorting `n` elements may cost.
pub fn sort_cost(n: usize) -> u64 {
    n as u64 * u64::from(usize::BITS - n.leading_zeros() + 1)
}

fn reverse(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() == Kind::Text {
        let text = call.text(0)?;
        call.heap.charge(text.len() as u64)?;
        let reversed: String = text.graphemes(true).rev().collect();
        return call.give(&reversed);
    }
    let mut list = call.list(0)?;
    list.reverse();
    call.heap.new_list(list)
}

/// Repeated elements are found by sorting, so that a long list costs no square of its length.
fn unique(call: &mut Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0)?;
    call.heap.charge(sort_cost(list.len()))?;
    let keys = call.column(1)?;
    let mut shown = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for (key, element) in keys.into_iter().zip(list) {
        let text = super::display::json_text(call.heap, key, call.env)?;
        call.heap.charge(text.len() as u64 / 8)?;
        call.heap.reserve(text.len())?;
        if shown.insert(text) {
            kept.push(element);
        }
    }
    call.heap.new_list(kept)
}

/// Fuel of an element that is compared.
const COMPARED: u64 = 4;

/// Whether a value has a part: a list an element, a text a text, a map a field.
pub fn has(call: &mut Call<'_>, value: Value, part: Value) -> Result<bool, Fault> {
    match value.kind() {
        Kind::Null => Ok(false),
        Kind::List => {
            let list = call.list(0)?;
            for element in list {
                call.heap.charge(COMPARED)?;
                if equal(call.heap, element, part)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Kind::Map => {
            let name = call.text(1)?;
            call.heap.charge(name.len() as u64 / 4)?;
            Ok(call.heap.map_get(value, &name).is_some())
        }
        _ => {
            let (text, part) = (call.text(0)?, call.text(1)?);
            Ok(text.contains(&part))
        }
    }
}

fn contains(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (value, part) = (call.arg(0), call.arg(1));
    has(call, value, part).map(Value::bool)
}

fn index_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::List {
        let (text, part) = (call.text(0)?, call.text(1)?);
        let before = text.split_once(part.as_str()).map(|(before, _)| before.chars().count());
        return Ok(Value::int(before.map_or(-1, |n| n as i64)));
    }
    let wanted = call.arg(1);
    for (index, element) in call.list(0)?.into_iter().enumerate() {
        call.heap.charge(COMPARED)?;
        if equal(call.heap, element, wanted)? {
            return Ok(Value::int(index as i64));
        }
    }
    Ok(Value::int(-1))
}

fn at(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let found = match value.kind() {
        Kind::Map => {
            let name = call.text(1)?;
            call.heap.map_get(value, &name)
        }
        _ => {
            let place = call.int(1)?;
            let list = call.heap.list(value);
            let index = if place < 0 { list.len() as i64 + place } else { place };
            usize::try_from(index).ok().and_then(|index| list.get(index)).copied()
        }
    };
    Ok(found.unwrap_or(Value::NULL))
}

fn join(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(1).kind() == Kind::List {
        return rows::join_rows(call);
    }
    let separator = call.text_or(1, ",")?;
    let mut text: Vec<u8> = Vec::new();
    if call.arg(0).kind() == Kind::List {
        // Where the list stays: a copy of many elements takes as long as joining them.
        let many = call.heap.list(call.arg(0)).len();
        call.heap.charge(1 + many as u64)?;
        for index in 0..many {
            let element = call.heap.list(call.arg(0)).get(index).copied();
            join_one(call, &mut text, &separator, element.unwrap_or(Value::NULL))?;
        }
    } else {
        for element in call.list(0)? {
            join_one(call, &mut text, &separator, element)?;
        }
    }
    // One separator too many.
    text.truncate(text.len().saturating_sub(separator.len()));
    call.room(text.len())?;
    let text = String::from_utf8(text);
    let text = text.unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned());
    call.heap.take_text(text)
}

/// Appends an element and the separator behind it.
fn join_one(
    call: &mut Call<'_>,
    text: &mut Vec<u8>,
    separator: &str,
    element: Value,
) -> Result<(), Fault> {
    let begin = text.len();
    super::display::append(call.heap, element, call.env, text)?;
    text.extend_from_slice(separator.as_bytes());
    call.heap.charge((text.len() - begin) as u64 / 16)?;
    // The separator behind the last one does not count.
    if text.len() - separator.len() > call.heap.limits().text_bytes {
        return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
    }
    Ok(())
}

fn concat(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut joined = call.arg(0);
    for part in call.args.iter().skip(1) {
        joined = arith::add(call.heap, call.env, joined, *part)?;
    }
    Ok(joined)
}

/// The numbers among the values; texts that spell none and nulls do not count.
fn numbers(call: &mut Call<'_>) -> Result<Vec<Value>, Fault> {
    let values = call.values()?;
    call.heap.charge(values.len() as u64)?;
    let heap = &*call.heap;
    let number = |v: Value| (!v.is_null()).then(|| arith::to_number(heap, v)).flatten();
    Ok(values.into_iter().filter_map(number).collect())
}

fn sum(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mut total = Value::int(0);
    for number in numbers(call)? {
        total = arith::add(call.heap, call.env, total, number)?;
    }
    Ok(total)
}

fn avg(call: &mut Call<'_>) -> Result<Value, Fault> {
    let count = numbers(call)?.len();
    if count == 0 {
        return Ok(Value::NULL);
    }
    let total = sum(call)?;
    arith::div(call.heap, total, Value::int(count as i64))
}

fn extreme(call: &mut Call<'_>, wanted: Ordering) -> Result<Value, Fault> {
    let values = call.values()?;
    call.heap.charge(values.len() as u64)?;
    let heap = &*call.heap;
    let better = |best: Value, v: Value| if compare(heap, v, best) == wanted { v } else { best };
    let found = values.into_iter().filter(|v| !v.is_null()).reduce(better);
    Ok(found.unwrap_or(Value::NULL))
}

fn min(call: &mut Call<'_>) -> Result<Value, Fault> {
    extreme(call, Ordering::Less)
}
fn max(call: &mut Call<'_>) -> Result<Value, Fault> {
    extreme(call, Ordering::Greater)
}

fn is_array(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::bool(call.arg(0).kind() == Kind::List))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn parts_of_lists() {
        assert_eq!(call("FIRST", "[[3,4,5], 2]"), "[3,4]");
        assert_eq!(call("FIRST", r#"["Ana Souza"]"#), "Ana");
        assert_eq!(call("LAST", r#"[[{"n":1},{"n":2}], "n"]"#), "2");
        assert_eq!(call("SLICE", "[[1,2,3,4], 1, -1]"), "[2,3]");
        assert_eq!(call("SLICE", "[[1,2,3,4], 9]"), "[]");
        assert_eq!(call("SPLICE", "[[1,2,3], 1, 1, 9, 9]"), "[2]");
        assert_eq!(call("AT", "[[5,6], -1]"), "6");
        assert_eq!(call("UBOUND", "[null]"), "0");
    }

    #[test]
    fn sorting_and_grouping() {
        assert_eq!(call("SORT", "[[3,1,2]]"), "[1,2,3]");
        let rows = r#"[{"k":"b","n":1},{"k":"a","n":2},{"k":"b","n":"3"}]"#;
        assert_eq!(
            call("SORT", &format!(r#"[{rows}, "n", "DESC"]"#)),
            r#"[{"k":"b","n":"3"},{"k":"a","n":2},{"k":"b","n":1}]"#
        );
        assert_eq!(call("PIVOT", &format!(r#"[{rows}, "k", "n"]"#)), r#"{"b":4,"a":2}"#);
        assert_eq!(call("MAP", &format!(r#"[{rows}, "k -> id"]"#)).matches("id").count(), 3);
        assert_eq!(call("UNIQUE", &format!(r#"[{rows}, "k"]"#)).matches("\"k\"").count(), 2);
        assert_eq!(
            call("FILTER", &format!(r#"[{rows}, "n > 1 AND k = b"]"#)),
            r#"[{"k":"b","n":"3"}]"#
        );
    }

    #[test]
    fn figures() {
        assert_eq!(call("SUM", r#"[[1, "2", null, "x"]]"#), "3");
        assert_eq!(call("AVG", "[[]]"), "");
        assert_eq!(call("AVG", r#"[[{"n":1},{"n":2}], "n"]"#), "1.5");
        assert_eq!(call("MAX", "[3, 9, 4]"), "9");
        assert_eq!(call("MIN", r#"[["b", "a"]]"#), "a");
    }

    #[test]
    fn joining() {
        assert_eq!(call("JOIN", "[[1,2], \"-\"]"), "1-2");
        assert_eq!(
            call("JOIN", r#"[[{"id":1,"a":2},{"id":3}], [{"id":1,"b":4}], "id"]"#),
            r#"[{"id":1,"a":2,"b":4}]"#
        );
    }

    #[test]
    fn bounds_hold() {
        assert_eq!(call("RANGE", "[1, 9223372036854775807]"), "the list is too long");
        assert_eq!(call("RANGE", "[3, 1]"), "[3,2,1]");
        assert_eq!(call("RANGE", "[1, 3, -1]"), "[]");
        assert!(call("POP", "[5]").contains("not a list"));
    }
}
