//! The rows of the bots' tables.

use std::sync::Arc;

use basilect_stdlib::Data;
use imbl::{OrdMap, OrdSet};

use super::World;
use crate::ports::store::{Query, Row, StoreError, StoreResult, TableShape};
use crate::store::columns::{self, Key};
use crate::store::prefilter::{self, Prefilter};
use crate::store::{document, names, order};

/// A table: its declared shape, or a plain one made by its first use.
#[derive(Clone)]
pub(super) struct Table {
    pub shape: Arc<TableShape>,
    /// Its place in the package's declarations; none when it is not declared.
    pub place: Option<usize>,
    /// The next identifier that is made.
    next_id: i64,
    /// The number of the next row.
    next_row: i64,
    /// The rows in the order in which they were inserted.
    rows: OrdMap<i64, Lying>,
    by_key: OrdMap<String, i64>,
    /// Rows whose key can equal a value that is spelled differently (`"007"` and 7).
    odd: OrdSet<i64>,
    /// What must be unique, by columns and values, and whose it is.
    unique: OrdMap<(String, String), i64>,
}

/// A row as it lies in its table; always a map.
#[derive(Clone)]
struct Lying {
    key: String,
    row: Arc<Data>,
    /// Whether it came with the package and no script has changed it.
    packaged: bool,
}

impl Lying {
    fn row(&self) -> &Row {
        static EMPTY: std::sync::LazyLock<Row> = std::sync::LazyLock::new(Row::new);
        match &*self.row {
            Data::Map(row) => row,
            _ => &EMPTY,
        }
    }
}

impl World {
    pub(super) fn find(&self, bot: &str, query: &Query) -> StoreResult<Vec<Row>> {
        names::check("the name of a bot", bot)?;
        let of = (bot.to_string(), names::table(&query.table)?);
        let Some(table) = self.tables.get(&of) else { return Ok(Vec::new()) };
        let row = |number: &i64| table.rows.get(number).map(|lying| lying.row().clone());
        Ok(table.select(query).iter().filter_map(row).collect())
    }

    /// The shapes that are declared, in their order.
    pub(super) fn declared_tables(&self, bot: &str) -> Vec<TableShape> {
        let mut declared: Vec<&Table> = self
            .tables
            .iter()
            .filter(|((of, _), table)| of == bot && table.place.is_some())
            .map(|(_, table)| table)
            .collect();
        declared.sort_by_key(|table| table.place);
        declared.into_iter().map(|table| (*table.shape).clone()).collect()
    }

    /// Changes a table, which is made by its first use; a change that is refused leaves nothing.
    pub(super) fn change<T>(
        &mut self,
        bot: &str,
        table: &str,
        change: impl FnOnce(&mut Table) -> StoreResult<T>,
    ) -> StoreResult<T> {
        names::check("the name of a bot", bot)?;
        let name = names::table(table)?;
        let made = || Table::plain(&name);
        self.tables.entry((bot.to_string(), name.clone())).or_insert_with(made).whole(change)
    }

    /// Changes a table if it is there; how many rows.
    pub(super) fn change_known(
        &mut self,
        bot: &str,
        table: &str,
        change: impl FnOnce(&mut Table) -> StoreResult<u64>,
    ) -> StoreResult<u64> {
        names::check("the name of a bot", bot)?;
        let of = (bot.to_string(), names::table(table)?);
        self.tables.get_mut(&of).map_or(Ok(0), |table| table.whole(change))
    }
}

impl Table {
    /// A table that nobody declared.
    pub(super) fn plain(name: &str) -> Table {
        Table::of(columns::plain(name), None)
    }

    pub(super) fn of(shape: TableShape, place: Option<usize>) -> Table {
        let (rows, by_key, odd, unique) = Default::default();
        let (next_id, next_row) = (1, 1);
        Table { shape: Arc::new(shape), place, next_id, next_row, rows, by_key, odd, unique }
    }

    /// All of a change or nothing, but for the identifiers it made: those are not made again.
    fn whole<T>(&mut self, change: impl FnOnce(&mut Table) -> StoreResult<T>) -> StoreResult<T> {
        let before = self.clone();
        let done = change(self);
        if done.is_err() {
            *self = Table { next_id: self.next_id, ..before };
        }
        done
    }

    /// The numbers of the rows that fit, in the order asked for.
    fn select(&self, query: &Query) -> Vec<i64> {
        let limit = query.limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        let enough = if query.order.is_empty() { limit } else { usize::MAX };
        let fits = |lying: &Lying| query.filter.as_ref().is_none_or(|f| f.matches(&lying.row));
        let mut found: Vec<(i64, &Lying)> = match prefilter::of(query, &self.shape) {
            Prefilter::Key(key) => {
                let mut numbers: Vec<i64> = self.odd.iter().copied().collect();
                numbers.extend(self.by_key.get(&key).filter(|number| !self.odd.contains(*number)));
                numbers.sort_unstable();
                let lying = |number| Some((number, self.rows.get(&number)?));
                let numbered = numbers.into_iter().filter_map(lying);
                numbered.filter(|(_, lying)| fits(lying)).take(enough).collect()
            }
            _ => {
                let all = self.rows.iter().map(|(number, lying)| (*number, lying));
                all.filter(|(_, lying)| fits(lying)).take(enough).collect()
            }
        };
        if !query.order.is_empty() {
            found.sort_by(|(_, left), (_, right)| {
                order::rows(left.row(), right.row(), &query.order)
            });
            found.truncate(limit);
        }
        found.into_iter().map(|(number, _)| number).collect()
    }

    /// Inserts a row of a script.
    pub(super) fn insert(&mut self, row: Row) -> StoreResult<Row> {
        let row = columns::complete(&self.shape, row)?;
        self.insert_complete(row, false)
    }

    /// Inserts a complete row, with the identifiers that are missing.
    fn insert_complete(&mut self, row: Row, packaged: bool) -> StoreResult<Row> {
        let row = self.identified(row)?;
        columns::check_required(&self.shape, &row)?;
        let key = self.key_of(&row)?;
        if self.by_key.contains_key(&key.text) {
            return Err(self.taken(&self.shape.key, &row));
        }
        let number = self.next_row;
        self.next_row += 1;
        self.lay(number, key, row.clone(), packaged)?;
        Ok(row)
    }

    /// The row with the identifiers that the store makes.
    fn identified(&mut self, mut row: Row) -> StoreResult<Row> {
        if let Some(id) = order::column(&row, "id") {
            let given = match id {
                Data::Int(number) => *number,
                Data::Text(text) => text.parse().unwrap_or(0),
                _ => 0,
            };
            // An identifier that was given is not made again; a far-away number is no reason to
            // begin counting there.
            if (1..1 << 53).contains(&given) {
                self.next_id = self.next_id.max(given + 1);
            }
        }
        let missing = columns::to_make(&self.shape, &row);
        if missing.is_empty() {
            return Ok(row);
        }
        let number = self.next_id;
        self.next_id += 1;
        for name in missing {
            columns::set_made(&self.shape, &mut row, &name, number)?;
        }
        Ok(row)
    }

    fn key_of(&self, row: &Row) -> StoreResult<Key> {
        columns::key(&self.shape, row).ok_or_else(|| {
            let (key, name) = (&self.shape.key, &self.shape.name);
            StoreError::Invalid(format!("column {key} of table {name} needs a value"))
        })
    }

    fn taken(&self, columns: &str, row: &Row) -> StoreError {
        columns::taken(&self.shape, columns, row)
    }

    /// Lays a row under its number, with its key and what is unique about it.
    fn lay(&mut self, number: i64, key: Key, row: Row, packaged: bool) -> StoreResult<()> {
        document::encode_row(&row)?;
        for value in columns::unique(&self.shape, &row)? {
            let columns = value.0.clone();
            if self.unique.insert(value, number).is_some() {
                return Err(self.taken(&columns, &row));
            }
        }
        if key.odd {
            self.odd.insert(number);
        }
        self.by_key.insert(key.text.clone(), number);
        self.rows.insert(number, Lying { key: key.text, row: Arc::new(Data::Map(row)), packaged });
        Ok(())
    }

    /// Takes a row away, with its key and what was unique about it.
    fn take(&mut self, number: i64) -> StoreResult<Option<Lying>> {
        let Some(lying) = self.rows.remove(&number) else { return Ok(None) };
        self.by_key.remove(&lying.key);
        self.odd.remove(&number);
        for value in columns::unique(&self.shape, lying.row())? {
            self.unique.remove(&value);
        }
        Ok(Some(lying))
    }

    /// Inserts, or changes the row of the same key.
    pub(super) fn save(&mut self, row: Row) -> StoreResult<Row> {
        let given = columns::changes(&self.shape, row)?;
        let key = columns::key(&self.shape, &given);
        match key.and_then(|key| self.by_key.get(&key.text).copied()) {
            Some(number) => self.change(number, given),
            None => {
                let full = columns::complete(&self.shape, given)?;
                self.insert_complete(full, false)
            }
        }
    }

    /// Changes columns of one row, which is the script's from then on; the row as stored.
    fn change(&mut self, number: i64, changes: Row) -> StoreResult<Row> {
        let mut row = self.take(number)?.map(|lying| lying.row().clone()).unwrap_or_default();
        columns::merge(&mut row, changes);
        columns::check_required(&self.shape, &row)?;
        let key = self.key_of(&row)?;
        if self.by_key.contains_key(&key.text) {
            return Err(self.taken(&self.shape.key, &row));
        }
        self.lay(number, key, row.clone(), false)?;
        Ok(row)
    }

    pub(super) fn update(&mut self, query: &Query, changes: Row) -> StoreResult<u64> {
        let changes = columns::changes(&self.shape, changes)?;
        let found = self.select(query);
        for number in &found {
            self.change(*number, changes.clone())?;
        }
        Ok(found.len() as u64)
    }

    pub(super) fn delete(&mut self, query: &Query) -> StoreResult<u64> {
        let found = self.select(query);
        for number in &found {
            self.take(*number)?;
        }
        Ok(found.len() as u64)
    }

    /// Gives the table a shape; its rows are filed anew when their key or what must be unique has
    /// changed.
    pub(super) fn reshape(&mut self, shape: TableShape, place: Option<usize>) -> StoreResult<()> {
        self.place = place;
        let anew = self.shape.key != shape.key || self.shape.unique != shape.unique;
        self.shape = Arc::new(shape);
        if !anew {
            return Ok(());
        }
        self.by_key = OrdMap::new();
        self.odd = OrdSet::new();
        self.unique = OrdMap::new();
        for (number, lying) in std::mem::take(&mut self.rows) {
            let row = lying.row().clone();
            columns::check_required(&self.shape, &row)?;
            let key = self.key_of(&row)?;
            if self.by_key.contains_key(&key.text) {
                return Err(self.taken(&self.shape.key, &row));
            }
            self.lay(number, key, row, lying.packaged)?;
        }
        Ok(())
    }

    /// Inserts a row that comes with the package. One without an identifier gets its place in the
    /// file, so that it is the same row after the next import; a row that a script has written in
    /// its place stays.
    pub(super) fn import(&mut self, place: i64, row: Row) -> StoreResult<()> {
        let mut row = columns::complete(&self.shape, row)?;
        let missing = columns::to_make(&self.shape, &row);
        let mut numbered = row.clone();
        for name in &missing {
            columns::set_made(&self.shape, &mut numbered, name, place)?;
        }
        let key = columns::key(&self.shape, &numbered);
        if key.is_none_or(|key| !self.by_key.contains_key(&key.text)) {
            row = numbered;
        } else if !missing.contains(&self.shape.key) {
            return Ok(());
        }
        self.insert_complete(row, true).map(drop)
    }

    /// Takes away the rows that came with a package before.
    pub(super) fn remove_imported(&mut self) -> StoreResult<()> {
        let packaged = |(number, lying): (&i64, &Lying)| lying.packaged.then_some(*number);
        let numbers: Vec<i64> = self.rows.iter().filter_map(packaged).collect();
        numbers.into_iter().try_for_each(|number| self.take(number).map(drop))
    }
}
