//! What a value of a query is, for a row or a group of rows.

use super::ast::{Aggregate, Expr, Op};
use super::run::Query;
use crate::pure::{Call, arith, condition, display, lists, logic, maps};
use crate::{Fault, Kind, Value};

/// Characters of a name that an error shows.
const SHOWN: usize = 80;

/// The rows that a value may look at: one of each source, or those of a group.
#[derive(Clone, Copy)]
pub struct Scope<'r> {
    /// What the sources are called.
    pub names: &'r [String],
    /// The row of each source; null where none belongs to it.
    pub row: &'r [Value],
    /// The rows of a group.
    pub group: Option<&'r [&'r [Value]]>,
}

impl Query<'_, '_> {
    /// The value for these rows. Each part is paid for.
    pub fn value(&mut self, expr: &Expr, scope: Scope<'_>) -> Result<Value, Fault> {
        self.call.heap.charge(2)?;
        match expr {
            Expr::Null => Ok(Value::NULL),
            Expr::Bool(truth) => Ok(Value::bool(*truth)),
            Expr::Int(n) => Ok(Value::int(*n)),
            Expr::Num(n) => Ok(Value::num(*n)),
            Expr::Text(text, false) => self.call.heap.new_text(text),
            Expr::Text(text, true) => match self.column(None, text, scope) {
                Some(value) => Ok(value),
                None => self.call.heap.new_text(text),
            },
            Expr::Column(of, name) => self.named(of.as_deref(), name, scope),
            Expr::Variable(name) => {
                Ok(self.call.heap.map_get(self.tables, name).unwrap_or(Value::NULL))
            }
            Expr::Call(function, args) => self.called(function, args, scope),
            Expr::Aggregate { of, distinct, arg, more } => {
                self.figure(*of, *distinct, arg.as_deref(), more.as_deref(), scope)
            }
            Expr::Query(select) => {
                let rows = self.inner(select)?;
                Ok(rows.first().map_or(Value::NULL, |row| self.first_field(*row)))
            }
            _ => self.combined(expr, scope),
        }
    }

    fn combined(&mut self, expr: &Expr, scope: Scope<'_>) -> Result<Value, Fault> {
        match expr {
            Expr::All(list) => self.all(list, scope, true).map(Value::bool),
            Expr::Any(list) => self.all(list, scope, false).map(|all| Value::bool(!all)),
            Expr::Not(inner) => Ok(Value::bool(!self.holds(inner, scope)?)),
            Expr::Neg(inner) => {
                let value = self.value(inner, scope)?;
                arith::neg(self.call.heap, value)
            }
            Expr::IsNull(inner) => {
                let value = self.value(inner, scope)?;
                Ok(Value::bool(value.is_null() || self.is_empty_text(value)))
            }
            Expr::Between(value, low, high) => {
                let value = self.value(value, scope)?;
                let (low, high) = (self.value(low, scope)?, self.value(high, scope)?);
                let above = self.compared(Op::Ge, value, low)?;
                Ok(Value::bool(above && self.compared(Op::Le, value, high)?))
            }
            Expr::In(value, list) => self.among(value, list, scope),
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.value(left, scope)?, self.value(right, scope)?);
                self.binary(*op, left, right)
            }
            Expr::Case(of, when, other) => self.case(of.as_deref(), when, other.as_deref(), scope),
            _ => Ok(Value::NULL),
        }
    }

    fn is_empty_text(&self, value: Value) -> bool {
        value.kind() == Kind::Text && self.call.heap.text(&value).is_empty()
    }

    /// Whether a condition holds.
    pub fn holds(&mut self, expr: &Expr, scope: Scope<'_>) -> Result<bool, Fault> {
        let value = self.value(expr, scope)?;
        Ok(logic::truth(self.call.heap, value))
    }

    /// Whether all of some conditions are as wanted; the rest is not looked at.
    fn all(&mut self, list: &[Expr], scope: Scope<'_>, wanted: bool) -> Result<bool, Fault> {
        for expr in list {
            if self.holds(expr, scope)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    // ------------------------------------------------------------------ names

    /// A column of the rows, else a variable of the script, else null.
    fn named(&mut self, of: Option<&str>, name: &str, scope: Scope<'_>) -> Result<Value, Fault> {
        let long = maps::paths::price(name) + of.map_or(0, maps::paths::price);
        self.call.heap.charge(long.saturating_mul(1 + scope.row.len() as u64))?;
        if let Some(value) = self.column(of, name, scope) {
            return Ok(value);
        }
        let Some(of) = of else {
            return Ok(self.call.heap.map_get(self.tables, name).unwrap_or(Value::NULL));
        };
        if self.place(of, scope).is_some() {
            return Ok(Value::NULL);
        }
        // `customer.address.city`, where `customer` is a column or a variable.
        let base = match self.column(None, of, scope) {
            Some(base) => Some(base),
            None => self.call.heap.map_get(self.tables, of),
        };
        let base = base.ok_or_else(|| {
            let shown: String = name.chars().take(SHOWN).collect();
            Fault::argument(format!(
                "the query reads {of}.{shown}, but nothing in it is called {of}"
            ))
        })?;
        Ok(self.field(base, name).unwrap_or(Value::NULL))
    }

    /// The place of a source by its name.
    fn place(&self, of: &str, scope: Scope<'_>) -> Option<usize> {
        scope.names.iter().position(|name| name.eq_ignore_ascii_case(of))
    }

    /// A column of one source, or of the first that has it.
    fn column(&self, of: Option<&str>, name: &str, scope: Scope<'_>) -> Option<Value> {
        if let Some(of) = of {
            return self.cell(*scope.row.get(self.place(of, scope)?)?, name, of);
        }
        let cells = scope.row.iter().zip(scope.names);
        cells.into_iter().find_map(|(row, source)| self.cell(*row, name, source))
    }

    /// A field of a row; a row that is no map is its own only field, `item` or `value`.
    fn cell(&self, row: Value, name: &str, source: &str) -> Option<Value> {
        if row.kind() == Kind::Map {
            return self.field(row, name);
        }
        let own = ["item", "value", source].iter().any(|own| own.eq_ignore_ascii_case(name));
        (own && !row.is_null()).then_some(row)
    }

    fn field(&self, value: Value, name: &str) -> Option<Value> {
        maps::paths::field_at(self.call.heap, value, name)
    }

    /// The first field of a row of an answer.
    pub fn first_field(&self, row: Value) -> Value {
        self.call.heap.map_entry(row, 0).map_or(Value::NULL, |(_, value)| value)
    }

    // ------------------------------------------------------------------ operators

    fn binary(&mut self, op: Op, left: Value, right: Value) -> Result<Value, Fault> {
        let Call { heap, env, .. } = &mut *self.call;
        match op {
            Op::Add => arith::add(*heap, env, left, right),
            Op::Sub => arith::sub(*heap, env, left, right),
            Op::Mul => arith::mul(*heap, left, right),
            Op::Div => arith::div(*heap, left, right),
            Op::Mod => arith::modulo(*heap, left, right),
            Op::Concat => arith::concat(*heap, env, left, right),
            op => self.compared(op, left, right).map(Value::bool),
        }
    }

    fn compared(&mut self, op: Op, left: Value, right: Value) -> Result<bool, Fault> {
        let heap = &mut *self.call.heap;
        heap.charge(4)?;
        let nothing = left.is_null() || right.is_null();
        Ok(match op {
            Op::Eq => arith::equal(heap, left, right)?,
            Op::Ne => !arith::equal(heap, left, right)?,
            Op::Lt => !nothing && arith::compare(heap, left, right)?.is_lt(),
            Op::Le => !nothing && arith::compare(heap, left, right)?.is_le(),
            Op::Gt => !nothing && arith::compare(heap, left, right)?.is_gt(),
            Op::Ge => !nothing && arith::compare(heap, left, right)?.is_ge(),
            Op::Like => return self.texts(condition::Op::Like, left, right),
            Op::Contains => return self.texts(condition::Op::Contains, left, right),
            _ => return self.texts(condition::Op::StartsWith, left, right),
        })
    }

    /// Comparisons of texts, as in the conditions of FIND.
    fn texts(&mut self, op: condition::Op, left: Value, right: Value) -> Result<bool, Fault> {
        let right = crate::pure::convert::to_data(self.call.heap, right)?;
        lists::rows::holds(self.call, op, left, &right)
    }

    fn among(&mut self, value: &Expr, list: &[Expr], scope: Scope<'_>) -> Result<Value, Fault> {
        let value = self.value(value, scope)?;
        for expr in list {
            let found = match expr {
                Expr::Query(select) => {
                    let rows = self.inner(select)?;
                    rows.iter().map(|row| self.first_field(*row)).collect()
                }
                expr => {
                    let one = self.value(expr, scope)?;
                    if one.kind() == Kind::List { self.call.elements(one)? } else { vec![one] }
                }
            };
            for other in found {
                if !other.is_null() && logic::equal(self.call.heap, value, other)? {
                    return Ok(Value::TRUE);
                }
            }
        }
        Ok(Value::FALSE)
    }

    fn case(
        &mut self,
        of: Option<&Expr>,
        when: &[(Expr, Expr)],
        other: Option<&Expr>,
        scope: Scope<'_>,
    ) -> Result<Value, Fault> {
        let subject = of.map(|of| self.value(of, scope)).transpose()?;
        for (condition, answer) in when {
            let chosen = match subject {
                Some(subject) => {
                    let value = self.value(condition, scope)?;
                    logic::equal(self.call.heap, subject, value)?
                }
                None => self.holds(condition, scope)?,
            };
            if chosen {
                return self.value(answer, scope);
            }
        }
        other.map_or(Ok(Value::NULL), |other| self.value(other, scope))
    }

    fn called(
        &mut self,
        function: &'static crate::Keyword,
        args: &[Expr],
        scope: Scope<'_>,
    ) -> Result<Value, Fault> {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(self.value(arg, scope)?);
        }
        let Some(run) = function.run else { return Ok(Value::NULL) };
        self.call.heap.charge(8)?;
        run(&mut Call { heap: &mut *self.call.heap, args: &values, env: &mut *self.call.env })
    }

    // ------------------------------------------------------------------ figures

    /// A figure of the rows of a group.
    fn figure(
        &mut self,
        of: Aggregate,
        distinct: bool,
        arg: Option<&Expr>,
        more: Option<&Expr>,
        scope: Scope<'_>,
    ) -> Result<Value, Fault> {
        let Some(group) = scope.group else {
            let text = "figures such as SUM and COUNT cannot stand in WHERE, ON or GROUP BY";
            return Err(Fault::argument(format!("the query is not right: {text}")));
        };
        let Some(arg) = arg else { return Ok(Value::int(group.len() as i64)) };
        let mut values = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for row in group {
            let value = self.value(arg, Scope { row, group: None, ..scope })?;
            let counts =
                !value.is_null() && (!distinct || seen.insert(lists::sets::key(self.call, value)?));
            if counts {
                self.room(values.len(), size_of::<Value>())?;
                values.push(value);
            }
        }
        match of {
            Aggregate::Count => Ok(Value::int(values.len() as i64)),
            Aggregate::First => Ok(values.first().copied().unwrap_or(Value::NULL)),
            Aggregate::Last => Ok(values.last().copied().unwrap_or(Value::NULL)),
            Aggregate::Collect => self.call.heap.new_list(values),
            Aggregate::Concat => self.concat(values, more, scope),
            _ => self.number_of(of, values),
        }
    }

    fn concat(
        &mut self,
        values: Vec<Value>,
        more: Option<&Expr>,
        scope: Scope<'_>,
    ) -> Result<Value, Fault> {
        let separator = match more {
            Some(more) => {
                let value = self.value(more, scope)?;
                display::display(self.call.heap, value, self.call.env)?
            }
            None => ",".to_string(),
        };
        let mut text = String::new();
        for (index, value) in values.into_iter().enumerate() {
            let part = display::display(self.call.heap, value, self.call.env)?;
            self.call.room(text.len() + part.len() + separator.len())?;
            text.push_str(if index > 0 { &separator } else { "" });
            text.push_str(&part);
        }
        self.call.give(&text)
    }

    fn number_of(&mut self, of: Aggregate, values: Vec<Value>) -> Result<Value, Fault> {
        let name = match of {
            Aggregate::Sum => "SUM",
            Aggregate::Avg => "AVG",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
            Aggregate::Median => "MEDIAN",
            Aggregate::StdDev => "STDDEV",
            _ => "VARIANCE",
        };
        let list = self.call.heap.new_list(values)?;
        let Some(run) = crate::words::function(name).and_then(|function| function.run) else {
            return Ok(Value::NULL);
        };
        run(&mut Call { heap: &mut *self.call.heap, args: &[list], env: &mut *self.call.env })
    }
}
