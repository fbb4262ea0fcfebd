//! Values that leave the machine and come back: trees without sharing.

use basilect_stdlib::{Data, Fault, Kind, Value};
use indexmap::IndexMap;

use super::{Memory, Scope, limit_reached};

/// Nesting that is never passed, whatever the limits say: the tree is walked on the native stack.
const DEEPEST: usize = 256;

/// What a conversion may still use.
struct Budget {
    depth: usize,
    bytes: usize,
    used: usize,
}

impl Budget {
    fn new(depth: usize, bytes: usize) -> Budget {
        Budget { depth: depth.min(DEEPEST), bytes, used: 0 }
    }
    fn spend(&mut self, bytes: usize) -> Result<(), Fault> {
        self.used = self.used.saturating_add(bytes);
        if self.used <= self.bytes {
            return Ok(());
        }
        Err(limit_reached(format!("a value handed over may have at most {} bytes", self.bytes)))
    }
    fn deeper(&self, depth: usize) -> Result<usize, Fault> {
        if depth < self.depth {
            return Ok(depth + 1);
        }
        Err(limit_reached(format!("a value handed over may nest at most {} levels", self.depth)))
    }
}

impl Memory {
    /// Copies a value into a tree; answers the bytes it took. A value that contains itself is
    /// deeper than any limit and so an error.
    pub fn export(&self, value: Value, bytes: usize) -> Result<(Data, usize), Fault> {
        let mut budget = Budget::new(self.limits().data_depth, bytes);
        let data = self.tree(value, 0, &mut budget)?;
        Ok((data, budget.used))
    }
    fn tree(&self, value: Value, depth: usize, budget: &mut Budget) -> Result<Data, Fault> {
        budget.spend(16)?;
        Ok(match value.kind() {
            Kind::Null => Data::Null,
            Kind::Bool => Data::Bool(value.as_i64() != 0),
            Kind::Int => Data::Int(value.as_i64()),
            Kind::Num => Data::Num(value.as_f64()),
            Kind::Date => Data::Date(value.as_i64()),
            Kind::Moment => Data::Moment(value.as_i64()),
            Kind::Span => Data::Span(value.as_i64()),
            Kind::Text => {
                let text = self.text(&value);
                budget.spend(text.len())?;
                Data::Text(text.to_string())
            }
            Kind::List => {
                let depth = budget.deeper(depth)?;
                let elements = self.list(value).iter();
                Data::List(
                    elements.map(|&e| self.tree(e, depth, budget)).collect::<Result<_, _>>()?,
                )
            }
            Kind::Map => self.tree_of_map(value, depth, budget)?,
        })
    }
    fn tree_of_map(&self, map: Value, depth: usize, budget: &mut Budget) -> Result<Data, Fault> {
        let depth = budget.deeper(depth)?;
        let mut out = IndexMap::new();
        for entry in self.entries(map) {
            let key = self.text(&entry.key);
            budget.spend(32 + key.len())?;
            out.insert(key.to_string(), self.tree(entry.value, depth, budget)?);
        }
        Ok(Data::Map(out))
    }
}

impl Scope<'_> {
    /// Copies a tree into the memory, which uses no fuel.
    pub fn import(&mut self, data: &Data) -> Result<Value, Fault> {
        let budget = Budget::new(self.memory().limits().data_depth, usize::MAX);
        let owed = self.memory().owed();
        let made = self.import_at(data, 0, &budget);
        self.memory().owe_only(owed);
        made
    }
    fn import_at(&mut self, data: &Data, depth: usize, budget: &Budget) -> Result<Value, Fault> {
        match data {
            Data::Null => Ok(Value::NULL),
            Data::Bool(b) => Ok(Value::bool(*b)),
            Data::Int(i) => Ok(Value::int(*i)),
            Data::Num(n) => Ok(Value::num(*n)),
            Data::Date(days) => Ok(Value::date(*days)),
            Data::Moment(ms) => Ok(Value::moment(*ms)),
            Data::Span(ms) => Ok(Value::span(*ms)),
            Data::Text(text) => self.make_text(text),
            Data::List(list) => {
                let depth = budget.deeper(depth)?;
                let elements = list.iter().map(|e| self.import_at(e, depth, budget));
                let elements = elements.collect::<Result<Vec<_>, _>>()?;
                self.make_list(elements)
            }
            Data::Map(map) => {
                let depth = budget.deeper(depth)?;
                let made = self.make_map()?;
                for (key, value) in map {
                    let value = self.import_at(value, depth, budget)?;
                    let key = self.make_text(key)?;
                    // No key comes twice, so none is looked for.
                    let hash = self.memory().hash_in(made, &key);
                    self.insert(made, (key, hash), value)?;
                }
                Ok(made)
            }
        }
    }
}
