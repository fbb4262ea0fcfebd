//! Lists of maps as rows of a table: conditions, groups, joins, pivots.

use super::sets::key;
use super::sorting;
use crate::pure::condition::{Filter, Op, compares};
use crate::pure::query::ast::{Expr, Item};
use crate::pure::query::eval::Scope;
use crate::pure::query::parse;
use crate::pure::query::run::Query;
use crate::pure::{Call, arith, convert, display, logic, maps};
use crate::{Data, Fault, Heap, Kind, Value};
use indexmap::IndexMap;

crate::functions! {
    family "lists";

    /// The elements that fulfil a condition. It is a text such as `age >= 18 AND city = Rio`, a map
    /// of fields and values, or a field and its value. Of elements that are no maps, `item` is the
    /// element.
    ///
    /// Comparisons are `=`, `!=`, `<`, `<=`, `>`, `>=`, LIKE, CONTAINS, STARTS WITH, IN (…),
    /// BETWEEN … AND, IS NULL, IS NOT NULL, joined by AND, OR, NOT and parentheses. Values need no
    /// quotes.
    ///
    /// `FILTER([{ "a": 1 }, { "a": 2 }], "a > 1")` → `[{"a":2}]`
    /// `FILTER([{ "s": "Closed Won" }, { "s": "Open" }], "s != Closed Won")` → `[{"s":"Open"}]`
    /// `FILTER([1, 5, 9], "item BETWEEN 2 AND 6")` → `[5]`
    /// `FILTER([{ "a": 1 }, { "a": 2 }], "a", 2)` → `[{"a":2}]`
    "FILTER" (list: List, condition: Any; value: Any) -> List = filter;

    /// The elements that do not fulfil a condition; see FILTER.
    ///
    /// `REJECT([1, 5, 9], "item > 4")` → `[1]`
    /// `REJECT([{ "a": 1 }], "a = 1")` → `[]`
    "REJECT" (list: List, condition: Any; value: Any) -> List = reject;

    /// The first element that fulfils a condition; null where none does. See FILTER.
    ///
    /// `FIRSTWHERE([{ "a": 1 }, { "a": 2 }], "a > 1")` → `{"a":2}`
    /// `FIRSTWHERE([1, 2], "item > 5") IS NULL` → `true`
    "FIRSTWHERE" also ["FINDFIRST", "FINDWHERE"] (list: List, condition: Any; value: Any) -> Any
    = first_where;

    /// The place of the first element that fulfils a condition, counted from 0; -1 where none does.
    ///
    /// `FINDINDEX([{ "a": 1 }, { "a": 2 }], "a = 2")` → `1`
    /// `FINDINDEX([1, 2], "item > 5")` → `-1`
    "FINDINDEX" (list: List, condition: Any; value: Any) -> Int = find_index;

    /// Whether an element fulfils a condition; without one, whether an element counts as true.
    ///
    /// `ANY([1, 5], "item > 4")` → `true`
    /// `ANY([0, ""])` → `false`
    "ANY" also ["SOME"] (list: List; condition: Any, value: Any) -> Bool = any;

    /// Whether all elements fulfil a condition; without one, whether all count as true.
    ///
    /// `ALL([1, 5], "item > 4")` → `false`
    /// `ALL([1, "x"])` → `true`
    "ALL" also ["EVERY"] (list: List; condition: Any, value: Any) -> Bool = all;

    /// Whether no element fulfils a condition; without one, whether none counts as true.
    ///
    /// `NONE([1, 5], "item > 9")` → `true`
    /// `NONE([0, 1])` → `false`
    "NONE" (list: List; condition: Any, value: Any) -> Bool = none;

    /// How many elements fulfil a condition; see FILTER.
    ///
    /// `COUNTIF([1, 5, 9], "item > 4")` → `2`
    /// `COUNTIF([{ "s": "x" }, { "s": "y" }], "s", "x")` → `1`
    "COUNTIF" also ["COUNTWHERE"] (list: List, condition: Any; value: Any) -> Int = count_if;

    /// The sum of a field of the elements that fulfil a condition.
    ///
    /// `SUMIF([{ "k": "a", "n": 2 }, { "k": "b", "n": 3 }], "n", "k = a")` → `2`
    /// `SUMIF([{ "n": 2 }, { "n": 3 }], "n", "n > 9")` → `0`
    "SUMIF" also ["SUMWHERE"] (list: List, field: Text, condition: Any) -> Num = sum_if;

    /// The average of a field of the elements that fulfil a condition; null of none.
    ///
    /// `AVGIF([{ "n": 2 }, { "n": 4 }, { "n": 90 }], "n", "n < 10")` → `3`
    /// `AVGIF([], "n", "n < 10") IS NULL` → `true`
    "AVGIF" also ["AVERAGEIF"] (list: List, field: Text, condition: Any) -> Num = avg_if;

    /// One field of every element; or new maps of some fields, `old -> new, other`; or what an
    /// expression is for each element, in which `item` is the element itself.
    ///
    /// `MAP([{ "a": 1 }, { "a": 2 }], "a")` → `[1,2]`
    /// `MAP([{ "a": 1, "b": 2, "c": 3 }], "a -> id, b")` → `[{"id":1,"b":2}]`
    /// `MAP([10, 20], "item * 1.5")` → `[15,30]`
    /// `MAP([{ "n": 2, "p": 5 }], "n * p -> total, UPPER('x') -> u")` → `[{"total":10,"u":"X"}]`
    "MAP" also ["PLUCK"] (list: List, fields: Text) -> List = map;

    /// A map from each value of a field to the elements that have it; or, with figures, a list of
    /// one map for each group.
    ///
    /// `GROUP_BY([{ "a": "x" }], "a")` → `{"x":[{"a":"x"}]}`
    /// `GROUP_BY([{ "k": "x", "n": 2 }], "k", "SUM(n) AS s")` → `[{"k":"x","s":2}]`
    "GROUP BY" also ["GROUPBY"] (list: List, field: Text; figures: Text) -> Any = group_by;

    /// A map from each value (of a field, or of the list itself) to how often it is there.
    ///
    /// `COUNTBY(["a", "b", "a"])` → `{"a":2,"b":1}`
    /// `COUNTBY([{ "k": "x" }, { "k": "x" }], "k")` → `{"x":2}`
    "COUNTBY" also ["TALLY", "FREQUENCY"] (list: List; field: Text) -> Map = count_by;

    /// A map from each value of a field to the element that has it; of several the last.
    ///
    /// `INDEXBY([{ "id": 7, "n": "a" }], "id")` → `{"7":{"id":7,"n":"a"}}`
    /// `INDEXBY([], "id")` → `{}`
    "INDEXBY" also ["KEYBY"] (list: List, field: Text) -> Map = index_by;

    /// A map from each value of a field to the sum of another field. With four or five arguments a
    /// table: a row for each value of the first field, a column for each of the second, and in it
    /// the sum (or COUNT, AVG, MIN, MAX, FIRST, LAST, MEDIAN) of the third.
    ///
    /// `PIVOT([{ "k": "x", "n": 2 }, { "k": "x", "n": 3 }], "k", "n")` → `{"x":5}`
    /// `PIVOT([{ "r": "a", "c": "Q1", "n": 2 }], "r", "c", "n")` → `[{"r":"a","Q1":2}]`
    /// `PIVOT([{ "r": "a", "c": "Q1", "n": 2 }], "r", "c", "n", "COUNT")` → `[{"r":"a","Q1":1}]`
    "PIVOT" (list: List, row: Text, value: Text; third: Text, function: Text) -> Any = pivot;

    /// The rows with the greatest values of a field (or the greatest elements), from the greatest
    /// on.
    ///
    /// `TOP([3, 9, 5], 2)` → `[9,5]`
    /// `TOP([{ "n": 1 }, { "n": 7 }], 1, "n")` → `[{"n":7}]`
    "TOP" also ["LARGEST"] (list: List, count: Int; field: Text) -> List = top;

    /// The rows with the least values of a field (or the least elements), from the least on.
    ///
    /// `BOTTOM([3, 9, 5], 2)` → `[3,5]`
    /// `BOTTOM([{ "n": 1 }, { "n": 7 }], 1, "n")` → `[{"n":1}]`
    "BOTTOM" also ["SMALLEST"] (list: List, count: Int; field: Text) -> List = bottom;

    /// The element with the greatest value of a field; null of an empty list.
    ///
    /// `MAXBY([{ "n": 1 }, { "n": 7 }], "n")` → `{"n":7}`
    /// `MAXBY([], "n") IS NULL` → `true`
    "MAXBY" (list: List, field: Text) -> Any = max_by;

    /// The element with the least value of a field; null of an empty list.
    ///
    /// `MINBY([{ "n": 1 }, { "n": 7 }], "n")` → `{"n":1}`
    /// `MINBY([], "n") IS NULL` → `true`
    "MINBY" (list: List, field: Text) -> Any = min_by;
}

// ---------------------------------------------------------------------- conditions

/// The condition of an argument: a text, a map, or a field with a value behind it.
fn condition(call: &mut Call<'_>, index: usize) -> Result<Filter, Fault> {
    let (condition, value) = (call.arg(index), call.arg(index + 1));
    let named = !value.is_null() && index == 1;
    if named {
        let (column, value) = (call.text(index)?, convert::to_data(call.heap, value)?);
        return Ok(Filter::Compare { column, op: Op::Eq, value });
    }
    if condition.kind() == Kind::Text {
        let text = call.text(index)?;
        call.heap.charge(50 + text.len() as u64 * 2)?;
        // `> 5` asks of the element itself.
        let begins = text.trim_start().starts_with(['=', '<', '>', '!']);
        let filter = Filter::parse(&if begins { format!("item {text}") } else { text })?;
        return filter.settled(call.env);
    }
    let data = convert::to_data(call.heap, condition)?;
    Filter::from_data(&data).map_err(Fault::argument)?.settled(call.env)
}

/// Whether a value of the machine and one of a condition stand in a relation; paid for first.
pub fn holds(call: &mut Call<'_>, op: Op, value: Value, right: &Data) -> Result<bool, Fault> {
    let left = convert::to_data(call.heap, value)?;
    let size = match (&left, right) {
        (_, Data::List(list)) => list.len() as u64 * 2,
        (Data::Text(text), _) => text.len() as u64 / 4,
        _ => 0,
    };
    call.heap.charge(4 + size)?;
    let searches = matches!(op, Op::Like | Op::Contains | Op::StartsWith);
    if let (true, Data::Text(text), Data::Text(part)) = (searches, &left, right) {
        let product = text.len() as u64 * (part.len() as u64 / 8 + 1);
        call.heap.charge(product)?;
    }
    Ok(compares(op, &left, right))
}

/// The column of a row. A row that is no map is its own column `item`. A long name is paid for.
fn cell(call: &mut Call<'_>, row: Value, column: &str) -> Result<Value, Fault> {
    call.heap.charge(maps::paths::price(column))?;
    Ok(cell_of(call.heap, row, column))
}

fn cell_of(heap: &dyn Heap, row: Value, column: &str) -> Value {
    if row.kind() != Kind::Map {
        let own = ["item", "value"].iter().any(|own| own.eq_ignore_ascii_case(column));
        return if own { row } else { Value::NULL };
    }
    maps::paths::field_at(heap, row, column).unwrap_or(Value::NULL)
}

/// Whether a row fulfils a condition; each comparison is paid for.
pub fn matches(call: &mut Call<'_>, filter: &Filter, row: Value) -> Result<bool, Fault> {
    Ok(match filter {
        Filter::All => true,
        Filter::And(l, r) => matches(call, l, row)? && matches(call, r, row)?,
        Filter::Or(l, r) => matches(call, l, row)? || matches(call, r, row)?,
        Filter::Not(x) => !matches(call, x, row)?,
        Filter::Compare { column, op, value } => {
            let left = cell(call, row, column)?;
            holds(call, *op, left, value)?
        }
        Filter::Computed { .. } => {
            call.heap.charge(50)?;
            let row = convert::to_data(call.heap, row)?;
            let row = if let Data::Map(_) = row { row } else { Data::map([("item", row)]) };
            filter.matches(&row)
        }
    })
}

/// The elements of which a condition is as wanted, at most so many.
fn chosen(call: &mut Call<'_>, wanted: bool, most: usize) -> Result<Vec<(usize, Value)>, Fault> {
    let filter = condition(call, 1)?;
    let mut chosen = Vec::new();
    for (place, element) in call.list(0)?.into_iter().enumerate() {
        if matches(call, &filter, element)? == wanted {
            chosen.push((place, element));
            if chosen.len() >= most {
                break;
            }
        }
    }
    Ok(chosen)
}

fn elements(chosen: Vec<(usize, Value)>) -> Vec<Value> {
    chosen.into_iter().map(|(_, element)| element).collect()
}

fn filter(call: &mut Call<'_>) -> Result<Value, Fault> {
    let kept = elements(chosen(call, true, usize::MAX)?);
    call.heap.new_list(kept)
}

fn reject(call: &mut Call<'_>) -> Result<Value, Fault> {
    let kept = elements(chosen(call, false, usize::MAX)?);
    call.heap.new_list(kept)
}

fn first_where(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(chosen(call, true, 1)?.first().map_or(Value::NULL, |(_, element)| *element))
}

fn find_index(call: &mut Call<'_>) -> Result<Value, Fault> {
    let first = chosen(call, true, 1)?;
    Ok(Value::int(first.first().map_or(-1, |(place, _)| *place as i64)))
}

/// Whether there is an element of which the condition, or its own truth, is as wanted.
fn exists(call: &mut Call<'_>, wanted: bool) -> Result<bool, Fault> {
    if !call.arg(1).is_null() {
        return Ok(!chosen(call, wanted, 1)?.is_empty());
    }
    let list = call.list(0)?;
    Ok(list.into_iter().any(|value| logic::truth(call.heap, value) == wanted))
}

fn any(call: &mut Call<'_>) -> Result<Value, Fault> {
    exists(call, true).map(Value::bool)
}
fn all(call: &mut Call<'_>) -> Result<Value, Fault> {
    exists(call, false).map(|exists| Value::bool(!exists))
}
fn none(call: &mut Call<'_>) -> Result<Value, Fault> {
    exists(call, true).map(|exists| Value::bool(!exists))
}

fn count_if(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(chosen(call, true, usize::MAX)?.len() as i64))
}

/// A field of the elements that fulfil the condition of the third argument.
fn values_where(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (field, filter) = (call.text(1)?, condition(call, 2)?);
    let mut values = Vec::new();
    for element in call.list(0)? {
        if matches(call, &filter, element)? {
            values.push(cell(call, element, &field)?);
        }
    }
    call.heap.new_list(values)
}

/// A figure of a list, by the function of that name.
fn figure(call: &mut Call<'_>, name: &str, list: Value) -> Result<Value, Fault> {
    let run = crate::words::function(name).and_then(|function| function.run);
    let run = run.ok_or_else(|| {
        let shown: String = name.chars().take(40).collect();
        let known = "SUM, COUNT, AVG, MIN, MAX, FIRST, LAST or MEDIAN";
        Fault::argument(format!("\"{shown}\" is no figure; write {known}"))
    })?;
    run(&mut Call { heap: &mut *call.heap, args: &[list], env: &mut *call.env })
}

fn sum_if(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = values_where(call)?;
    figure(call, "SUM", values)
}

fn avg_if(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = values_where(call)?;
    figure(call, "AVG", values)
}

// ---------------------------------------------------------------------- new rows

/// What MAP is told to make of an element.
enum Made {
    /// A field, or another value, by itself.
    One(Expr),
    /// A map of several.
    Row(Vec<(String, Expr)>),
}

/// Reads the fields of MAP. A field may have blanks in its name; anything else is an expression.
fn made(call: &mut Call<'_>) -> Result<Made, Fault> {
    let text = call.text(1)?;
    call.heap.charge(50 + text.len() as u64 * 4)?;
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == ' ';
    let name = |part: &str| part.trim().to_string();
    let column = |part: &str| Expr::Column(None, name(part));
    if text.split(',').all(|part| {
        let (from, to) = part.split_once("->").unwrap_or((part, part));
        from.chars().chain(to.chars()).all(plain) && !name(from).is_empty() && !name(to).is_empty()
    }) {
        if !text.contains([',', '>']) {
            return Ok(Made::One(column(&text)));
        }
        let parts = text.split(',').map(|part| {
            let (from, to) = part.split_once("->").unwrap_or((part, part));
            (name(to), column(from))
        });
        return Ok(Made::Row(parts.collect()));
    }
    let mut items = Vec::new();
    for item in parse::items(&text, call.heap.limits().query_operators)? {
        match item {
            Item::Value(value, name) => items.push((name, value)),
            Item::All(_) => {
                return Err(Fault::argument(
                    "MAP needs the names of fields; write SELECT * instead",
                ));
            }
        }
    }
    let named = text.contains("->") || text.to_ascii_uppercase().contains(" AS ");
    match items.pop() {
        Some((_, only)) if items.is_empty() && !named => Ok(Made::One(only)),
        Some(last) => {
            items.push(last);
            Ok(Made::Row(items))
        }
        None => Err(Fault::argument("MAP needs the names of fields")),
    }
}

fn map(call: &mut Call<'_>) -> Result<Value, Fault> {
    let made = made(call)?;
    let mut out = Vec::new();
    let names = ["item".to_string()];
    for element in call.list(0)? {
        let row = [element];
        let scope = Scope { names: &names, row: &row, group: None };
        let mut query = Query { call, tables: Value::NULL };
        out.push(match &made {
            Made::One(value) => query.value(value, scope)?,
            Made::Row(fields) => {
                let row = query.call.heap.new_map()?;
                for (name, value) in fields {
                    let value = query.value(value, scope)?;
                    query.call.heap.map_set(row, name, value)?;
                }
                row
            }
        });
    }
    call.heap.new_list(out)
}

// ---------------------------------------------------------------------- groups

fn group_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    if !call.arg(2).is_null() {
        return figures_by(call);
    }
    let (list, field) = (call.list(0)?, call.text(1)?);
    let groups = call.heap.new_map()?;
    for element in list {
        call.heap.charge(4)?;
        let value = cell(call, element, &field)?;
        let name = display::display(call.heap, value, call.env)?;
        match call.heap.map_get(groups, &name) {
            Some(group) => call.heap.list_push(group, element)?,
            None => {
                let group = call.heap.new_list(vec![element])?;
                call.heap.map_set(groups, &name, group)?;
            }
        }
    }
    Ok(groups)
}

/// `GROUP_BY(list, "a, b", "SUM(n) AS s, COUNT(*) AS c")` is a query.
fn figures_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (fields, figures) = (call.text(1)?, call.text(2)?);
    let text = format!("SELECT {fields}, {figures} FROM list GROUP BY {fields}");
    call.heap.charge(200 + text.len() as u64 * 4)?;
    let select = parse::select(&text, call.heap.limits().query_operators)?;
    let tables = call.heap.new_map()?;
    call.heap.map_set(tables, "list", call.arg(0))?;
    let rows = Query { call, tables }.rows(&select)?;
    call.heap.new_list(rows)
}

fn count_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = call.column(1)?;
    let counts = call.heap.new_map()?;
    for value in values {
        call.heap.charge(4)?;
        let name = display::display(call.heap, value, call.env)?;
        let count = call.heap.map_get(counts, &name).map_or(0, Value::as_i64);
        call.heap.map_set(counts, &name, Value::int(count + 1))?;
    }
    Ok(counts)
}

fn index_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (list, field) = (call.list(0)?, call.text(1)?);
    let index = call.heap.new_map()?;
    for element in list {
        call.heap.charge(4)?;
        let value = cell(call, element, &field)?;
        let name = display::display(call.heap, value, call.env)?;
        call.heap.map_set(index, &name, element)?;
    }
    Ok(index)
}

fn pivot(call: &mut Call<'_>) -> Result<Value, Fault> {
    if !call.arg(3).is_null() {
        return pivot_table(call);
    }
    let (list, row, value) = (call.list(0)?, call.text(1)?, call.text(2)?);
    let sums = call.heap.new_map()?;
    for element in list {
        call.heap.charge(4)?;
        let name = cell(call, element, &row)?;
        let name = display::display(call.heap, name, call.env)?;
        let so_far = call.heap.map_get(sums, &name).unwrap_or(Value::int(0));
        let value = cell(call, element, &value)?;
        let value = arith::to_number(call.heap, value).unwrap_or(Value::int(0));
        let sum = arith::add(call.heap, call.env, so_far, value)?;
        call.heap.map_set(sums, &name, sum)?;
    }
    Ok(sums)
}

/// A row for each value of one field, a column for each of another.
fn pivot_table(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (rows, columns, value) = (call.text(1)?, call.text(2)?, call.text(3)?);
    let function = call.text_or(4, "SUM")?.trim().to_ascii_uppercase();
    let mut table: IndexMap<String, (Value, IndexMap<String, Value>)> = IndexMap::new();
    for element in call.list(0)? {
        let of_row = cell(call, element, &rows)?;
        let column = cell(call, element, &columns)?;
        let column = display::display(call.heap, column, call.env)?;
        let of_value = cell(call, element, &value)?;
        let row_key = key(call, of_row)?;
        call.heap.charge(8)?;
        call.heap.reserve(column.len() + 64)?;
        let (_, cells) = table.entry(row_key).or_insert_with(|| (of_row, IndexMap::new()));
        match cells.get(&column) {
            Some(list) => call.heap.list_push(*list, of_value)?,
            None => {
                let list = call.heap.new_list(vec![of_value])?;
                cells.insert(column, list);
            }
        }
    }
    let mut out = Vec::new();
    for (of_row, cells) in table.into_values() {
        let row = call.heap.new_map()?;
        call.heap.map_set(row, &rows, of_row)?;
        for (column, list) in cells {
            let figure = figure(call, &function, list)?;
            call.heap.map_set(row, &column, figure)?;
        }
        out.push(row);
    }
    call.heap.new_list(out)
}

// ---------------------------------------------------------------------- joins

/// How rows without a partner are treated.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Neither,
    Left,
    Right,
    Both,
}

/// Rows of two lists that agree in a field, with the fields of both.
pub fn join_rows(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (left, right) = (call.list(0)?, call.list(1)?);
    let (mine, theirs) = join_fields(&call.text(2)?);
    let keep = keep(&call.text_or(3, "inner")?)?;
    let mut places: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (place, row) in right.iter().enumerate() {
        if let Some(key) = join_key(call, *row, &theirs)? {
            places.entry(key).or_default().push(place);
        }
    }
    let mut met = vec![false; right.len()];
    let mut joined = Vec::new();
    for row in left {
        let key = join_key(call, row, &mine)?;
        let partners = key.and_then(|key| places.get(&key));
        for place in partners.into_iter().flatten() {
            met.get_mut(*place).into_iter().for_each(|met| *met = true);
            let other = right.get(*place).copied().unwrap_or(Value::NULL);
            joined.push(joined_row(call, row, other, joined.len())?);
        }
        if partners.is_none() && matches!(keep, Keep::Left | Keep::Both) {
            joined.push(joined_row(call, row, Value::NULL, joined.len())?);
        }
    }
    if matches!(keep, Keep::Right | Keep::Both) {
        for (row, _) in right.iter().zip(&met).filter(|(_, met)| !**met) {
            joined.push(joined_row(call, Value::NULL, *row, joined.len())?);
        }
    }
    call.heap.new_list(joined)
}

/// `id`, `id = customer_id`, or `id, customer_id`.
fn join_fields(text: &str) -> (String, String) {
    let (mine, theirs) = text.split_once(['=', ',']).unwrap_or((text, text));
    (mine.trim().to_string(), theirs.trim().trim_start_matches('=').trim().to_string())
}

fn keep(kind: &str) -> Result<Keep, Fault> {
    match kind.trim().to_ascii_lowercase().as_str() {
        "inner" => Ok(Keep::Neither),
        "left" | "left outer" => Ok(Keep::Left),
        "right" | "right outer" => Ok(Keep::Right),
        "full" | "outer" | "full outer" => Ok(Keep::Both),
        _ => Err(Fault::argument("JOIN knows the kinds inner, left, right and full")),
    }
}

/// What rows that belong together have in common; a number and its spelling are alike.
fn join_key(call: &mut Call<'_>, row: Value, field: &str) -> Result<Option<String>, Fault> {
    let value = cell(call, row, field)?;
    if value.is_null() {
        return Ok(None);
    }
    call.heap.charge(4)?;
    let number = arith::to_number(call.heap, value).and_then(Value::number);
    Ok(Some(match number {
        Some(number) => display::number_text(number),
        None => key(call, value)?,
    }))
}

fn joined_row(call: &mut Call<'_>, a: Value, b: Value, have: usize) -> Result<Value, Fault> {
    call.more_elements(have)?;
    let row = call.heap.new_map()?;
    maps::copy_into(call.heap, a, row)?;
    maps::copy_into(call.heap, b, row)?;
    Ok(row)
}

// ---------------------------------------------------------------------- greatest and least

/// The elements sorted by a field, the wanted ones first.
fn ranked(call: &mut Call<'_>, index: usize, descending: bool) -> Result<Vec<Value>, Fault> {
    let keys = call.column(index)?;
    let list = call.list(0)?;
    call.heap.charge(super::sort_cost(list.len()))?;
    call.heap.reserve(sorting::bytes(list.len(), 2))?;
    let rows = keys.into_iter().zip(list).filter(|(key, _)| !key.is_null());
    let (keys, list): (Vec<Value>, Vec<Value>) = rows.unzip();
    let places = sorting::places(call.heap, &[(keys, descending)]);
    Ok(places.into_iter().filter_map(|place| list.get(place).copied()).collect())
}

fn first_ranked(call: &mut Call<'_>, descending: bool) -> Result<Value, Fault> {
    let most = super::count_to(call.int(1)?);
    let mut rows = ranked(call, 2, descending)?;
    rows.truncate(most);
    call.heap.new_list(rows)
}

fn top(call: &mut Call<'_>) -> Result<Value, Fault> {
    first_ranked(call, true)
}
fn bottom(call: &mut Call<'_>) -> Result<Value, Fault> {
    first_ranked(call, false)
}
fn max_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(ranked(call, 1, true)?.first().copied().unwrap_or(Value::NULL))
}
fn min_by(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(ranked(call, 1, false)?.first().copied().unwrap_or(Value::NULL))
}

/// The fields by which SORT orders: `city, age DESC`, each with whether it descends.
pub fn sort_fields(text: &str, descending: bool) -> Vec<(String, bool)> {
    let fields = text.split(',').map(str::trim).filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let (name, word) = field.rsplit_once(' ').unwrap_or((field, ""));
            match word.to_ascii_uppercase().as_str() {
                "DESC" | "DESCENDING" => (name.trim().to_string(), true),
                "ASC" | "ASCENDING" => (name.trim().to_string(), false),
                _ => (field.to_string(), descending),
            }
        })
        .collect()
}

/// A copy of a list sorted by several fields; equal rows keep their order.
pub fn sorted_by(
    call: &mut Call<'_>,
    list: Vec<Value>,
    fields: &[(String, bool)],
) -> Result<Value, Fault> {
    if fields.is_empty() {
        return call.heap.new_list(list);
    }
    let cost = super::sort_cost(list.len()).saturating_mul(fields.len().max(1) as u64);
    call.heap.charge(cost.saturating_add((list.len() * fields.len()) as u64 * 4))?;
    call.heap.reserve(sorting::bytes(list.len(), fields.len()))?;
    let names: u64 = fields.iter().map(|(field, _)| maps::paths::price(field)).sum();
    call.heap.charge((list.len() as u64).saturating_mul(names))?;
    let heap = &*call.heap;
    let column = |field: &str| list.iter().map(|row| cell_of(heap, *row, field)).collect();
    let mut columns: Vec<(Vec<Value>, bool)> =
        fields.iter().map(|(field, descending)| (column(field), *descending)).collect();
    let places = sorting::places(call.heap, &columns);
    // What held the first column has room for the sorted rows.
    let (mut rows, _) = columns.swap_remove(0);
    sorting::arrange(&list, &places, &mut rows);
    call.heap.new_list(rows)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    const ROWS: &str = r#"[{"k":"b","n":1,"c":"x"},{"k":"a","n":2,"c":"y"},{"k":"b","n":"3","c":"x"},{"k":"c","n":null}]"#;

    #[test]
    fn conditions_of_every_form() {
        for (condition, rows) in [
            (r#""n > 1 AND k = b""#, r#"[{"k":"b","n":"3","c":"x"}]"#),
            (r#"{"k":"a"}"#, r#"[{"k":"a","n":2,"c":"y"}]"#),
            (r#""k", "a""#, r#"[{"k":"a","n":2,"c":"y"}]"#),
            (r#""n IS NULL""#, r#"[{"k":"c","n":null}]"#),
            (r#""k IN (c, a) AND NOT c = y""#, r#"[{"k":"c","n":null}]"#),
        ] {
            assert_eq!(call("FILTER", &format!("[{ROWS}, {condition}]")), rows, "{condition}");
        }
        assert_eq!(call("FILTER", r#"[[1,5,9], "> 4"]"#), "[5,9]");
        assert_eq!(call("FILTER", r#"[[{"a":{"b":1}}], "a.b = 1"]"#), r#"[{"a":{"b":1}}]"#);
        // A value that is missing is empty: `"name=" + name` where the name is "".
        assert_eq!(call("FILTER", r#"[[{"n":""},{"n":"a"}], "n="]"#), r#"[{"n":""}]"#);
        assert!(call("FILTER", r#"[[1], "item > 1 )"]"#).contains("cannot be read"));
    }

    #[test]
    fn mapping_renames_and_computes() {
        assert_eq!(call("MAP", &format!(r#"[{ROWS}, "k"]"#)), r#"["b","a","b","c"]"#);
        assert_eq!(call("MAP", &format!(r#"[{ROWS}, "k -> id"]"#)).matches("id").count(), 4);
        assert_eq!(call("MAP", r#"[[{"first name":"A"}], "first name -> n"]"#), r#"[{"n":"A"}]"#);
        assert_eq!(call("MAP", r#"[["a","b"], "UPPER(item)"]"#), r#"["A","B"]"#);
        assert_eq!(
            call("MAP", r#"[[{"p":2,"q":3}], "p * q AS total, p"]"#),
            r#"[{"total":6,"p":2}]"#
        );
        assert!(call("MAP", r#"[[1], "item +"]"#).contains("a value is missing"));
    }

    #[test]
    fn tables_by_two_fields() {
        let rows = r#"[{"r":"a","c":"x","n":1},{"r":"b","c":"y","n":2},{"r":"a","c":"x","n":3},{"r":"a","c":"y","n":5}]"#;
        assert_eq!(call("PIVOT", &format!(r#"[{rows}, "r", "n"]"#)), r#"{"a":9,"b":2}"#);
        assert_eq!(
            call("PIVOT", &format!(r#"[{rows}, "r", "c", "n"]"#)),
            r#"[{"r":"a","x":4,"y":5},{"r":"b","y":2}]"#
        );
        assert_eq!(
            call("PIVOT", &format!(r#"[{rows}, "r", "c", "n", "max"]"#)),
            r#"[{"r":"a","x":3,"y":5},{"r":"b","y":2}]"#
        );
        assert!(
            call("PIVOT", &format!(r#"[{rows}, "r", "c", "n", "frob"]"#)).contains("no figure")
        );
    }

    #[test]
    fn joins_with_different_fields() {
        let a = r#"[{"id":1,"a":2},{"id":3,"a":4}]"#;
        let b = r#"[{"ref":"1","b":5},{"ref":9,"b":6}]"#;
        for (kind, rows) in [
            ("inner", r#"[{"id":1,"a":2,"ref":"1","b":5}]"#),
            ("left", r#"[{"id":1,"a":2,"ref":"1","b":5},{"id":3,"a":4}]"#),
            ("right", r#"[{"id":1,"a":2,"ref":"1","b":5},{"ref":9,"b":6}]"#),
            ("full", r#"[{"id":1,"a":2,"ref":"1","b":5},{"id":3,"a":4},{"ref":9,"b":6}]"#),
        ] {
            let args = format!(r#"[{a}, {b}, "id = ref", "{kind}"]"#);
            assert_eq!(call("JOIN", &args), rows, "{kind}");
        }
        assert!(call("JOIN", &format!(r#"[{a}, {b}, "id", "sideways"]"#)).contains("inner, left"));
    }

    #[test]
    fn sorting_by_several_fields() {
        assert_eq!(
            call("SORT", r#"[[{"k":"b","n":1},{"k":"a","n":2},{"k":"b","n":"3"}], "k, n DESC"]"#),
            r#"[{"k":"a","n":2},{"k":"b","n":"3"},{"k":"b","n":1}]"#
        );
        assert_eq!(call("TOP", &format!(r#"[{ROWS}, 1, "n"]"#)), r#"[{"k":"b","n":"3","c":"x"}]"#);
    }
}
