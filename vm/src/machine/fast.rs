//! What two numbers, truths or a list and a number give at once. `None` sends the loop to the full
//! rules, which give the same answer where both apply.

use basilect_stdlib::{Kind, Optional, Value};

const BOOL: u64 = Kind::Bool as u64;
const INT: u64 = Kind::Int as u64;
const NUM: u64 = Kind::Num as u64;

/// Integers exact as long as they fit, otherwise floats.
macro_rules! arithmetic {
    ($(#[doc = $doc:literal])* $name:ident, $checked:ident, $op:tt) => {
        $(#[doc = $doc])*
        #[inline(always)]
        pub(super) fn $name(l: &Value, r: &Value) -> Option<Value> {
            match (l.tag(), r.tag()) {
                (INT, INT) => l.as_i64().$checked(r.as_i64()).map(Value::int),
                (NUM, NUM) => finite(l.as_f64() $op r.as_f64()),
                (INT, NUM) => finite(l.as_i64() as f64 $op r.as_f64()),
                (NUM, INT) => finite(l.as_f64() $op r.as_i64() as f64),
                _ => None,
            }
        }
    };
}

arithmetic! { /// Sum.
add, checked_add, + }
arithmetic! { /// Difference.
sub, checked_sub, - }
arithmetic! { /// Product.
mul, checked_mul, * }

/// Sum of a number and a small integer.
#[inline(always)]
pub(super) fn add_small(l: &Value, r: i16) -> Option<Value> {
    match l.tag() {
        INT => l.as_i64().checked_add(i64::from(r)).map(Value::int),
        NUM => finite(l.as_f64() + f64::from(r)),
        _ => None,
    }
}

/// A short text, or an integer as one.
#[inline(always)]
fn short(part: &Value) -> Option<Value> {
    match part.tag() {
        INT => Value::short_digits(part.as_i64()),
        _ => Some(*part),
    }
}
/// Two short texts or integers as one text, where that is short: nothing is charged for those.
#[inline(always)]
pub(super) fn concat(l: &Value, r: &Value) -> Option<Value> {
    #[inline(never)]
    fn joined(l: &Value, r: &Value) -> Optional {
        let both = short(l).zip(short(r));
        both.and_then(|(l, r)| Value::short_joined(l, r)).into()
    }
    joined(l, r).value()
}
/// Several of them.
#[inline(never)]
pub(super) fn texts(parts: &[Value]) -> Optional {
    let join = |text, part| Value::short_joined(text, short(part)?);
    parts.iter().try_fold(Value::EMPTY, join).into()
}

/// A result that is a number; others follow the full rules.
#[inline(always)]
fn finite(n: f64) -> Option<Value> {
    n.is_finite().then(|| Value::num(n))
}

/// Exact division: an integer where the quotient is one.
#[inline(always)]
pub(super) fn div(l: &Value, r: &Value) -> Option<Value> {
    match (l.tag(), r.tag()) {
        (INT, INT) => match l.as_i64().checked_rem(r.as_i64())? {
            0 => Some(Value::int(l.as_i64() / r.as_i64())),
            _ => Some(Value::num(l.as_i64() as f64 / r.as_i64() as f64)),
        },
        (NUM, NUM) => finite(l.as_f64() / r.as_f64()),
        (NUM, INT) => finite(l.as_f64() / r.as_i64() as f64),
        (INT, NUM) => finite(l.as_i64() as f64 / r.as_f64()),
        _ => None,
    }
}
/// Integer division of integers.
#[inline(always)]
pub(super) fn int_div(l: &Value, r: &Value) -> Option<Value> {
    match (l.tag(), r.tag()) {
        (INT, INT) => l.as_i64().checked_div(r.as_i64()).map(Value::int),
        _ => None,
    }
}
/// Remainder of integers.
#[inline(always)]
pub(super) fn modulo(l: &Value, r: &Value) -> Option<Value> {
    match (l.tag(), r.tag()) {
        (INT, INT) => l.as_i64().checked_rem(r.as_i64()).map(Value::int),
        _ => None,
    }
}

/// Whether two texts that stand in their values are the same.
#[inline(always)]
fn same_text(l: &Value, r: &Value) -> Option<bool> {
    (l.is_short_text() && r.is_short_text()).then(|| l.is(*r))
}
#[inline(always)]
fn unknown(_: &Value, _: &Value) -> Option<bool> {
    None
}

/// Comparisons of numbers.
macro_rules! comparison {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $small:ident, $into_value:ident, $op:tt, $others:ident
    ) => {
        $(#[doc = $doc])*
        #[inline(always)]
        pub(super) fn $name(l: &Value, r: &Value) -> Option<bool> {
            match (l.tag(), r.tag()) {
                (INT, INT) => Some(l.as_i64() $op r.as_i64()),
                (NUM, NUM) => Some(l.as_f64() $op r.as_f64()),
                (INT, NUM) => Some((l.as_i64() as f64) $op r.as_f64()),
                (NUM, INT) => Some(l.as_f64() $op r.as_i64() as f64),
                _ => $others(l, r),
            }
        }
        /// The same for a small integer.
        #[inline(always)]
        pub(super) fn $small(l: &Value, r: i16) -> Option<bool> {
            match l.tag() {
                INT => Some(l.as_i64() $op i64::from(r)),
                NUM => Some(l.as_f64() $op f64::from(r)),
                _ => None,
            }
        }
        /// The same as a value.
        #[inline(always)]
        pub(super) fn $into_value(l: &Value, r: &Value) -> Option<Value> {
            $name(l, r).map(Value::bool)
        }
    };
}

comparison! { /// Equal.
eq, eq_small, eq_value, ==, same_text }
comparison! { /// Less.
lt, lt_small, lt_value, <, unknown }
comparison! { /// Less or equal.
le, le_small, le_value, <=, unknown }

/// Not equal.
#[inline(always)]
pub(super) fn ne_value(l: &Value, r: &Value) -> Option<Value> {
    eq(l, r).map(|equal| Value::bool(!equal))
}

/// The truth of what needs no look into memory.
#[inline(always)]
pub(super) fn truth(v: &Value) -> Option<bool> {
    match v.tag() {
        BOOL | INT => Some(v.bits() != 0),
        0 => Some(false),
        _ => None,
    }
}

/// One step of a loop over numbers of one kind: the next number and whether it is still within
/// the limit; `None` for the full rules.
#[inline(always)]
pub(super) fn for_step(at: &Value, limit: &Value, step: &Value) -> Option<(Value, bool)> {
    match (at.tag(), limit.tag(), step.tag()) {
        (INT, INT, INT) => {
            let (limit, step) = (limit.as_i64(), step.as_i64());
            let next = at.as_i64().checked_add(step)?;
            Some((Value::int(next), if step > 0 { next <= limit } else { next >= limit }))
        }
        (NUM, NUM, NUM) => {
            let (limit, step) = (limit.as_f64(), step.as_f64());
            let next = at.as_f64() + step;
            Some((Value::num(next), if step > 0.0 { next <= limit } else { next >= limit }))
        }
        _ => None,
    }
}

/// The place that a whole number names.
#[inline(always)]
pub(super) fn position(index: &Value) -> Option<usize> {
    match index.tag() {
        INT => usize::try_from(index.as_i64()).ok(),
        NUM => Some(index.as_f64() as usize).filter(|&place| place as f64 == index.as_f64()),
        _ => None,
    }
}
