//! Running a query: sources, joins, conditions, groups, order.

use super::ast::{Expr, Item, Join, Kind, Op, Rows, Select, Source};
use super::eval::Scope;
use crate::pure::{Call, arith, lists};
use crate::{Fault, Kind as ValueKind, TrapCode, Value};
use indexmap::IndexMap;
use std::collections::HashSet;

/// A query at work: the memory, and the variables that it may name.
pub struct Query<'c, 'a> {
    /// The call that it answers.
    pub call: &'c mut Call<'a>,
    /// The variables of the script, by their names.
    pub tables: Value,
}

/// The row of each source.
type Row = Vec<Value>;

/// What the sources are called, and their rows joined.
struct Joined {
    names: Vec<String>,
    rows: Vec<Row>,
}

/// A row of the answer, and what it is sorted by.
struct Given {
    row: Value,
    keys: Vec<Value>,
}

impl Query<'_, '_> {
    /// The rows of a query.
    pub fn rows(&mut self, select: &Select) -> Result<Vec<Value>, Fault> {
        let joined = self.joined(select)?;
        let order = if select.unions.is_empty() { resolved_order(select) } else { Vec::new() };
        let mut given = self.given(select, &joined, &order)?;
        drop(joined);
        for (part, all) in &select.unions {
            for row in self.rows(part)? {
                self.room(given.len(), size_of::<Given>())?;
                given.push(Given { row, keys: Vec::new() });
            }
            if !all {
                given = self.distinct(given)?;
            }
        }
        if !select.unions.is_empty() && !select.order.is_empty() {
            self.key_rows(&mut given, &select.order)?;
        }
        self.sort(&mut given, &select.order)?;
        let rows = given.into_iter().map(|given| given.row);
        let skipped = self.bound(select.offset.as_ref())?.unwrap_or(0);
        let most = self.bound(select.limit.as_ref())?.unwrap_or(usize::MAX);
        Ok(rows.skip(skipped).take(most).collect())
    }

    /// The rows of a query inside another one.
    pub fn inner(&mut self, select: &Select) -> Result<Vec<Value>, Fault> {
        self.call.heap.charge(100)?;
        self.rows(select)
    }

    /// Makes sure that a list of so many things may have one more.
    pub fn room(&mut self, have: usize, bytes: usize) -> Result<(), Fault> {
        self.call.heap.charge(1)?;
        if have >= self.call.heap.limits().list_elements {
            return Err(Fault::new(TrapCode::LimitReached, "the query has too many rows"));
        }
        if have.is_power_of_two() {
            self.call.heap.reserve(have.saturating_mul(2 * bytes))?;
        }
        Ok(())
    }

    // ------------------------------------------------------------------ sources and joins

    fn source(&mut self, source: &Source) -> Result<Vec<Value>, Fault> {
        let name = match &source.rows {
            Rows::Query(select) => return self.inner(select),
            Rows::Name(name) => name,
        };
        let found = self.call.heap.map_get(self.tables, name);
        match found.filter(|value| matches!(value.kind(), ValueKind::List | ValueKind::Map)) {
            Some(value) if value.kind() == ValueKind::Map => Ok(vec![value]),
            Some(value) => self.call.elements(value),
            None if found.is_some_and(Value::is_null) => Ok(Vec::new()),
            None => Err(Fault::argument(format!(
                "the query reads {name}, but no variable of this name holds a list; \
                 rows of a table are read with FIND"
            ))),
        }
    }

    fn joined(&mut self, select: &Select) -> Result<Joined, Fault> {
        let first = self.source(&select.from)?;
        self.call.heap.reserve(first.len() * (size_of::<Row>() + size_of::<Value>()))?;
        self.call.heap.charge(first.len() as u64 * 4)?;
        let rows = first.into_iter().map(|row| vec![row]).collect();
        let mut joined = Joined { names: vec![select.from.alias.clone()], rows };
        for join in &select.joins {
            joined = self.join(joined, join)?;
        }
        let Some(filter) = &select.filter else { return Ok(joined) };
        let Joined { names, rows } = joined;
        let mut kept = Vec::new();
        for row in rows {
            if self.holds(filter, Scope { names: &names, row: &row, group: None })? {
                kept.push(row);
            }
        }
        Ok(Joined { names, rows: kept })
    }

    fn join(&mut self, left: Joined, join: &Join) -> Result<Joined, Fault> {
        let right = self.source(&join.source)?;
        let Joined { mut names, rows: left } = left;
        let width = names.len();
        names.push(join.source.alias.clone());
        let index = self.index(&names, &left, &right, join.on.as_ref())?;
        let everyone: Vec<usize> = (0..right.len()).collect();
        let mut met = vec![false; right.len()];
        let mut rows: Vec<Row> = Vec::new();
        for row in left {
            let partners = match &index {
                Some((_, key, places)) => {
                    let scope = Scope { names: &names, row: &row, group: None };
                    let value = self.value(key, scope)?;
                    let key = self.join_key(value)?;
                    key.and_then(|key| places.get(&key)).map_or(&[][..], Vec::as_slice)
                }
                None => &everyone,
            };
            let mut alone = true;
            for place in partners {
                let Some(other) = right.get(*place) else { continue };
                let mut both = row.clone();
                both.push(*other);
                let scope = Scope { names: &names, row: &both, group: None };
                if let Some(on) = &join.on
                    && !self.holds(on, scope)?
                {
                    continue;
                }
                alone = false;
                if let Some(met) = met.get_mut(*place) {
                    *met = true;
                }
                self.room(rows.len(), row_bytes(width + 1))?;
                rows.push(both);
            }
            if alone && matches!(join.kind, Kind::Left | Kind::Full) {
                self.room(rows.len(), row_bytes(width + 1))?;
                rows.push(row.into_iter().chain([Value::NULL]).collect());
            }
        }
        if matches!(join.kind, Kind::Right | Kind::Full) {
            for (other, _) in right.iter().zip(&met).filter(|(_, met)| !**met) {
                self.room(rows.len(), row_bytes(width + 1))?;
                let mut row = vec![Value::NULL; width];
                row.push(*other);
                rows.push(row);
            }
        }
        Ok(Joined { names, rows })
    }

    /// For `ON a = b` the rows of the right side by their value of one, and the other: so a join
    /// of two long lists does not compare each row with each.
    #[allow(clippy::type_complexity, reason = "the pair of sides and the places by value")]
    fn index<'e>(
        &mut self,
        names: &[String],
        left: &[Row],
        right: &[Value],
        on: Option<&'e Expr>,
    ) -> Result<Option<(&'e Expr, &'e Expr, IndexMap<String, Vec<usize>>)>, Fault> {
        let parts = match on {
            Some(Expr::All(parts)) => parts.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => return Ok(None),
        };
        let sample = |rows: &[Value]| rows.first().copied().unwrap_or(Value::NULL);
        let mut first = left.first().cloned().unwrap_or_default();
        first.resize(names.len() - 1, Value::NULL);
        first.push(sample(right));
        let pair = parts.iter().find_map(|part| {
            let Expr::Binary(Op::Eq, a, b) = part else { return None };
            let (of_a, of_b) = (self.side(a, names, &first)?, self.side(b, names, &first)?);
            match (of_a, of_b) {
                (false, true) => Some((b.as_ref(), a.as_ref())),
                (true, false) => Some((a.as_ref(), b.as_ref())),
                _ => None,
            }
        });
        let Some((inner, outer)) = pair else { return Ok(None) };
        let mut places: IndexMap<String, Vec<usize>> = IndexMap::new();
        let mut row = vec![Value::NULL; names.len()];
        for (place, value) in right.iter().enumerate() {
            if let Some(last) = row.last_mut() {
                *last = *value;
            }
            let value = self.value(inner, Scope { names, row: &row, group: None })?;
            if let Some(key) = self.join_key(value)? {
                self.room(places.len(), 64 + key.len())?;
                places.entry(key).or_default().push(place);
            }
        }
        Ok(Some((inner, outer, places)))
    }

    /// Whether a column is of the source that is joined (true) or of one before (false).
    fn side(&self, expr: &Expr, names: &[String], first: &[Value]) -> Option<bool> {
        let Expr::Column(of, name) = expr else { return None };
        let last = names.len() - 1;
        let place = match of {
            Some(of) => names.iter().position(|known| known.eq_ignore_ascii_case(of))?,
            None => first.iter().position(|row| self.call.heap.map_get(*row, name).is_some())?,
        };
        Some(place == last)
    }

    /// What values that are equal have in common: numbers however they are spelled.
    fn join_key(&mut self, value: Value) -> Result<Option<String>, Fault> {
        self.call.heap.charge(4)?;
        if value.is_null() {
            return Ok(None);
        }
        let number = arith::to_number(self.call.heap, value).and_then(Value::number);
        Ok(Some(match number {
            Some(number) => crate::pure::display::number_text(number),
            None => lists::sets::key(self.call, value)?,
        }))
    }

    // ------------------------------------------------------------------ groups and answers

    fn given(
        &mut self,
        select: &Select,
        joined: &Joined,
        order: &[Expr],
    ) -> Result<Vec<Given>, Fault> {
        let having = select.having.as_ref().map(|having| with_aliases(having, &select.items));
        let values = select.items.iter().filter_map(|item| match item {
            Item::Value(value, _) => Some(value),
            Item::All(_) => None,
        });
        let figures = values.chain(order).chain(&having).any(Expr::has_aggregate);
        let mut given = Vec::new();
        if select.group.is_empty() && !figures {
            for row in &joined.rows {
                let scope = Scope { names: &joined.names, row, group: None };
                self.give(select, having.as_ref(), order, scope, &mut given)?;
            }
        } else {
            self.give_groups(select, joined, having.as_ref(), order, &mut given)?;
        }
        if select.distinct { self.distinct(given) } else { Ok(given) }
    }

    fn give_groups(
        &mut self,
        select: &Select,
        joined: &Joined,
        having: Option<&Expr>,
        order: &[Expr],
        given: &mut Vec<Given>,
    ) -> Result<(), Fault> {
        let group: Vec<Expr> =
            select.group.iter().map(|expr| of_item(expr, &select.items, true)).collect();
        let mut groups: IndexMap<String, Vec<&[Value]>> = IndexMap::new();
        for row in &joined.rows {
            let scope = Scope { names: &joined.names, row, group: None };
            let mut key = String::new();
            for expr in &group {
                let value = self.value(expr, scope)?;
                key.push_str(&lists::sets::key(self.call, value)?);
                key.push('\n');
            }
            self.room(groups.len(), 96 + key.len())?;
            self.call.heap.charge(4)?;
            groups.entry(key).or_default().push(row);
        }
        if group.is_empty() {
            groups.entry(String::new()).or_default();
        }
        let nothing = vec![Value::NULL; joined.names.len()];
        for rows in groups.values() {
            let row = rows.first().copied().unwrap_or(&nothing);
            let scope = Scope { names: &joined.names, row, group: Some(rows) };
            self.give(select, having, order, scope, given)?;
        }
        Ok(())
    }

    fn give(
        &mut self,
        select: &Select,
        having: Option<&Expr>,
        order: &[Expr],
        scope: Scope<'_>,
        given: &mut Vec<Given>,
    ) -> Result<(), Fault> {
        if let Some(having) = having
            && !self.holds(having, scope)?
        {
            return Ok(());
        }
        self.room(given.len(), size_of::<Given>() + order.len() * size_of::<Value>())?;
        let row = self.call.heap.new_map()?;
        for item in &select.items {
            match item {
                Item::All(of) => self.all_columns(row, of.as_deref(), scope)?,
                Item::Value(value, name) => {
                    let value = self.value(value, scope)?;
                    self.call.heap.map_set(row, name, value)?;
                }
            }
        }
        let keys = order.iter().map(|expr| self.value(expr, scope)).collect::<Result<_, _>>()?;
        given.push(Given { row, keys });
        Ok(())
    }

    fn all_columns(
        &mut self,
        into: Value,
        of: Option<&str>,
        scope: Scope<'_>,
    ) -> Result<(), Fault> {
        let sources = scope.row.iter().zip(scope.names);
        for (row, name) in
            sources.filter(|(_, name)| of.is_none_or(|of| name.eq_ignore_ascii_case(of)))
        {
            match row.kind() {
                ValueKind::Map => crate::pure::maps::copy_into(self.call.heap, *row, into)?,
                ValueKind::Null => {}
                _ => self.call.heap.map_set(into, name, *row)?,
            }
        }
        Ok(())
    }

    fn distinct(&mut self, given: Vec<Given>) -> Result<Vec<Given>, Fault> {
        let (mut seen, mut kept) = (HashSet::new(), Vec::new());
        for one in given {
            if seen.insert(lists::sets::key(self.call, one.row)?) {
                kept.push(one);
            }
        }
        Ok(kept)
    }

    // ------------------------------------------------------------------ order and bounds

    /// Finds what the rows of several queries are sorted by, in the rows themselves.
    fn key_rows(&mut self, given: &mut [Given], order: &[(Expr, bool)]) -> Result<(), Fault> {
        let names = [String::new()];
        for one in given {
            let row = [one.row];
            let scope = Scope { names: &names, row: &row, group: None };
            let mut keys = Vec::with_capacity(order.len());
            for (expr, _) in order {
                let value = match expr {
                    Expr::Int(place) => {
                        let place = usize::try_from(*place - 1).unwrap_or(usize::MAX);
                        let entry = self.call.heap.map_entry(one.row, place);
                        entry.map_or(Value::NULL, |(_, value)| value)
                    }
                    expr => self.value(expr, scope)?,
                };
                keys.push(value);
            }
            one.keys = keys;
        }
        Ok(())
    }

    fn sort(&mut self, given: &mut Vec<Given>, order: &[(Expr, bool)]) -> Result<(), Fault> {
        if order.is_empty() {
            return Ok(());
        }
        let cost = lists::sort_cost(given.len()).saturating_mul(order.len() as u64);
        self.call.heap.charge(cost)?;
        let bytes = lists::sorting::bytes(given.len(), order.len());
        self.call.heap.reserve(bytes.saturating_add(size_of_val(given.as_slice())))?;
        let column = |at: usize| {
            given.iter().map(|one| one.keys.get(at).copied().unwrap_or(Value::NULL)).collect()
        };
        let columns: Vec<(Vec<Value>, bool)> =
            order.iter().enumerate().map(|(at, (_, down))| (column(at), *down)).collect();
        let places = lists::sorting::places(self.call.heap, &columns);
        let mut rows: Vec<Option<Given>> = given.drain(..).map(Some).collect();
        given.extend(places.into_iter().filter_map(|place| rows.get_mut(place)?.take()));
        Ok(())
    }

    /// The number of LIMIT or OFFSET.
    fn bound(&mut self, expr: Option<&Expr>) -> Result<Option<usize>, Fault> {
        let Some(expr) = expr else { return Ok(None) };
        let value = self.value(expr, Scope { names: &[], row: &[], group: None })?;
        let number = arith::to_number(self.call.heap, value).and_then(Value::number);
        match number.filter(|n| *n >= 0.0 && !value.is_null()) {
            Some(n) => Ok(Some(n as usize)),
            None => Err(Fault::argument("LIMIT and OFFSET of a query need a number")),
        }
    }
}

fn row_bytes(width: usize) -> usize {
    size_of::<Row>() + width * size_of::<Value>()
}

/// What ORDER BY and GROUP BY mean by a number, or by a name that an item was given.
fn of_item(expr: &Expr, items: &[Item], columns_first: bool) -> Expr {
    let named = |wanted: &str| {
        items.iter().find_map(|item| match item {
            Item::Value(value, name) if name.eq_ignore_ascii_case(wanted) => Some(value.clone()),
            _ => None,
        })
    };
    let found = match expr {
        Expr::Int(place) => {
            let place = usize::try_from(*place).ok().and_then(|place| place.checked_sub(1));
            place.and_then(|place| items.get(place)).and_then(|item| match item {
                Item::Value(value, _) => Some(value.clone()),
                Item::All(_) => None,
            })
        }
        // A group cannot be made by a figure, so a figure of that name is not meant.
        Expr::Column(None, name) => named(name).filter(|v| !columns_first || !v.has_aggregate()),
        _ => None,
    };
    found.unwrap_or_else(|| expr.clone())
}

fn resolved_order(select: &Select) -> Vec<Expr> {
    select.order.iter().map(|(expr, _)| with_aliases(expr, &select.items)).collect()
}

/// A value in which names of items stand for what the items are.
fn with_aliases(expr: &Expr, items: &[Item]) -> Expr {
    let inner = |expr: &Expr| with_aliases(expr, items);
    let boxed = |expr: &Expr| Box::new(with_aliases(expr, items));
    // A number beside an operator is a number, not the place of an item.
    let part = |expr: &Expr| match expr {
        Expr::Int(_) => Box::new(expr.clone()),
        expr => boxed(expr),
    };
    match expr {
        Expr::Column(None, _) | Expr::Int(_) => of_item(expr, items, false),
        Expr::Not(a) => Expr::Not(boxed(a)),
        Expr::Neg(a) => Expr::Neg(boxed(a)),
        Expr::IsNull(a) => Expr::IsNull(boxed(a)),
        Expr::All(list) => Expr::All(list.iter().map(inner).collect()),
        Expr::Any(list) => Expr::Any(list.iter().map(inner).collect()),
        Expr::Binary(op, a, b) => Expr::Binary(*op, part(a), part(b)),
        Expr::Between(a, b, c) => Expr::Between(part(a), part(b), part(c)),
        Expr::In(a, list) => Expr::In(part(a), list.clone()),
        Expr::Call(function, args) => {
            Expr::Call(function, args.iter().map(|arg| *part(arg)).collect())
        }
        other => other.clone(),
    }
}
