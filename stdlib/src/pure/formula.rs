//! Values that are computed from the columns of a row: `price * amount` in WHERE and in
//! UPDATE … SET.
//!
//! The compiler writes a formula as a value, in this encoding (a map with exactly these keys):
//!
//! ```text
//! {"column formula": "column", "of": ["price"]}
//! {"column formula": "*", "of": [part, part]}        + - * / \\ MOD ^ & NEG LIST, or a function
//! ```
//!
//! A part is a formula or a plain value. Null counts as zero, as everywhere.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Call, Env, arith, convert, json};
use crate::scratch::Scratch;
use crate::{Data, Fault, Heap, Limits, TrapCode, Value, words};

/// The key that marks a formula.
pub const FORMULA: &str = "column formula";
/// The key of a formula's parts.
pub const PARTS: &str = "of";

/// How deep formulas may nest.
const DEPTH_MAX: usize = 64;
/// Work that one row may cost.
const FUEL_PER_ROW: u64 = 100_000;

/// A value that is known, a column, or what is computed from both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Formula {
    /// A value.
    Value(Data),
    /// What the row has in this column; null where it has none.
    Column(String),
    /// An operator or a pure function, with its operands.
    Apply(String, Vec<Formula>),
}

impl Formula {
    /// Reads a formula; `None` where the value is none. What is nested too deep is a plain value.
    pub fn from_data(data: &Data) -> Option<Formula> {
        read(data, 0)
    }
    /// The formula as a value.
    pub fn to_data(&self) -> Data {
        let node = |op: &str, of: Vec<Data>| {
            Data::map([(FORMULA, Data::text(op)), (PARTS, Data::List(of))])
        };
        match self {
            Formula::Value(data) => data.clone(),
            Formula::Column(name) => node("column", vec![Data::text(name.as_str())]),
            Formula::Apply(op, of) => node(op, of.iter().map(Formula::to_data).collect()),
        }
    }
    /// The columns that it is computed from.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Formula::Value(_) => Vec::new(),
            Formula::Column(name) => vec![name],
            Formula::Apply(_, of) => of.iter().flat_map(Formula::columns).collect(),
        }
    }
    /// The formula with all parts computed that need no row: `TODAY()` and its kin.
    pub fn settled(self, env: &Env) -> Result<Formula, Fault> {
        if self.columns().is_empty() {
            return self.of_row(&Data::Null, env).map(Formula::Value);
        }
        Ok(match self {
            Formula::Apply(op, of) => {
                let of = of.into_iter().map(|part| part.settled(env));
                Formula::Apply(op, of.collect::<Result<_, _>>()?)
            }
            other => other,
        })
    }
    /// What it gives for a row.
    pub fn of_row(&self, row: &Data, env: &Env) -> Result<Data, Fault> {
        if let Formula::Value(data) = self {
            return Ok(data.clone());
        }
        let limits = Limits { fuel_per_turn: FUEL_PER_ROW, ..Limits::DEFAULT };
        let mut heap = Scratch::default();
        heap.limits = limits;
        let value = self.value(&mut heap, row, &mut env.clone())?;
        convert::to_data(&mut heap, value)
    }
    fn value(&self, heap: &mut Scratch, row: &Data, env: &mut Env) -> Result<Value, Fault> {
        let depth = heap.limits().data_depth;
        match self {
            Formula::Value(data) => json::data_to_value(heap, data, depth),
            Formula::Column(name) => {
                json::data_to_value(heap, row.get(name).unwrap_or(&Data::Null), depth)
            }
            Formula::Apply(op, of) => {
                let of = of.iter().map(|part| part.value(heap, row, env));
                let of = of.collect::<Result<Vec<_>, _>>()?;
                apply(op, &of, heap, env)
            }
        }
    }
}

/// Settles the formulas among the values of a row.
pub fn settle(row: &mut IndexMap<String, Data>, env: &Env) -> Result<(), Fault> {
    for value in row.values_mut() {
        if let Some(formula) = Formula::from_data(value) {
            *value = formula.settled(env)?.to_data();
        }
    }
    Ok(())
}

fn read(data: &Data, depth: usize) -> Option<Formula> {
    let Data::Map(map) = data else { return None };
    let (2, Some(Data::Text(op)), Some(Data::List(of))) =
        (map.len(), map.get(FORMULA), map.get(PARTS))
    else {
        return None;
    };
    if depth > DEPTH_MAX {
        return None;
    }
    if let ("column", [Data::Text(name)]) = (op.as_str(), of.as_slice()) {
        return Some(Formula::Column(name.clone()));
    }
    let part = |part: &Data| read(part, depth + 1).unwrap_or_else(|| Formula::Value(part.clone()));
    Some(Formula::Apply(op.clone(), of.iter().map(part).collect()))
}

fn apply(op: &str, of: &[Value], heap: &mut Scratch, env: &mut Env) -> Result<Value, Fault> {
    match (op, of) {
        ("+", &[a, b]) => arith::add(heap, env, a, b),
        ("&", &[a, b]) => arith::concat(heap, env, a, b),
        ("-", &[a, b]) => arith::sub(heap, env, a, b),
        ("*", &[a, b]) => arith::mul(heap, a, b),
        ("/", &[a, b]) => arith::div(heap, a, b),
        ("\\", &[a, b]) => arith::idiv(heap, a, b),
        ("MOD", &[a, b]) => arith::modulo(heap, a, b),
        ("^", &[a, b]) => arith::pow(heap, a, b),
        ("NEG", &[a]) => arith::neg(heap, a),
        ("LIST", of) => heap.new_list(of.to_vec()),
        _ => function(op, of, heap, env),
    }
}

fn function(name: &str, args: &[Value], heap: &mut Scratch, env: &mut Env) -> Result<Value, Fault> {
    let run = words::function(name).and_then(|function| function.run);
    match run {
        Some(run) => run(&mut Call { heap, args, env }),
        None => {
            let message = format!("a column cannot be computed with {name}");
            Err(Fault::new(TrapCode::BadArgument, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::env;

    fn column(name: &str) -> Formula {
        Formula::Column(name.into())
    }
    fn node(op: &str, of: Vec<Formula>) -> Formula {
        Formula::Apply(op.into(), of)
    }

    #[test]
    fn rows_are_computed() {
        let row = Data::map([
            ("price", Data::Num(2.5)),
            ("amount", Data::Int(4)),
            ("name", Data::text("tea")),
        ]);
        let total = node("*", vec![column("price"), column("AMOUNT")]);
        let more = node("+", vec![total.clone(), Formula::Value(Data::Int(1))]);
        assert_eq!(total.of_row(&row, &env()), Ok(Data::Num(10.0)));
        assert_eq!(more.of_row(&row, &env()), Ok(Data::Num(11.0)));
        assert_eq!(node("UCASE", vec![column("name")]).of_row(&row, &env()), Ok(Data::text("TEA")));
        assert_eq!(column("missing").of_row(&row, &env()), Ok(Data::Null));
        assert_eq!(more.columns(), ["price", "AMOUNT"]);
    }

    #[test]
    fn what_cannot_be_computed_is_a_fault() {
        let row = Data::map([("name", Data::text("tea"))]);
        let zero = Formula::Value(Data::Int(0));
        assert!(node("/", vec![zero.clone(), zero]).of_row(&row, &env()).is_err());
        assert!(node("*", vec![column("name"), column("name")]).of_row(&row, &env()).is_err());
        assert!(node("NO SUCH", vec![]).of_row(&row, &env()).is_err());
        let huge = Formula::Value(Data::Int(1_000_000_000));
        assert!(node("SPACE", vec![huge]).of_row(&row, &env()).is_err());
    }

    #[test]
    fn the_encoding_is_read_back_and_settled() {
        let days = node("NEG", vec![Formula::Value(Data::Int(2))]);
        let formula = node("+", vec![column("a"), days]);
        assert_eq!(Formula::from_data(&formula.to_data()), Some(formula.clone()));
        let settled = node("+", vec![column("a"), Formula::Value(Data::Int(-2))]);
        assert_eq!(formula.settled(&env()), Ok(settled));
        assert_eq!(Formula::from_data(&Data::Int(3)), None);
        assert_eq!(Formula::from_data(&Data::map([(FORMULA, Data::Null)])), None);
    }
}
