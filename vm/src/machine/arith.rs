//! Placeholder rules until the vocabulary's own land.
use basilect_stdlib::{Data, Fault, Heap, Kind, TrapCode, Value};
use std::cmp::Ordering;

pub(super) fn number(h: &dyn Heap, v: Value) -> Option<Value> {
    match v.kind() {
        Kind::Int | Kind::Num => Some(v),
        Kind::Bool => Some(Value::int(v.as_i64())),
        Kind::Null => Some(Value::int(0)),
        Kind::Text => {
            let t = h.text(&v).trim();
            t.parse::<i64>().map(Value::int).ok().or_else(|| t.parse::<f64>().ok().map(Value::num))
        }
        _ => None,
    }
}
fn two(h: &dyn Heap, a: Value, b: Value) -> Result<(Value, Value), Fault> {
    match (number(h, a), number(h, b)) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err(Fault::new(TrapCode::TypeMismatch, "these values cannot be calculated with")),
    }
}
fn num(n: f64) -> Result<Value, Fault> {
    if n.is_finite() {
        Ok(Value::num(n))
    } else {
        Err(Fault::new(TrapCode::Overflow, "the result is too large"))
    }
}
fn f(v: Value) -> f64 {
    v.number().unwrap_or(0.0)
}
pub(super) fn add(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    if a.kind() == Kind::List {
        let mut l = h.list(a).to_vec();
        if b.kind() == Kind::List {
            l.extend_from_slice(h.list(b))
        } else {
            l.push(b)
        }
        return h.new_list(l);
    }
    let (a, b) = two(h, a, b)?;
    super::fast::add(&a, &b).map_or_else(|| num(f(a) + f(b)), Ok)
}
pub(super) fn sub(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    super::fast::sub(&a, &b).map_or_else(|| num(f(a) - f(b)), Ok)
}
pub(super) fn mul(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    super::fast::mul(&a, &b).map_or_else(|| num(f(a) * f(b)), Ok)
}
fn zero() -> Fault {
    Fault::new(TrapCode::DivisionByZero, "division by zero")
}
pub(super) fn div(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    if f(b) == 0.0 {
        return Err(zero());
    }
    if a.kind() == Kind::Int
        && b.kind() == Kind::Int
        && a.as_i64().checked_rem(b.as_i64()) == Some(0)
    {
        return Ok(Value::int(a.as_i64() / b.as_i64()));
    }
    num(f(a) / f(b))
}
pub(super) fn int_div(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    if f(b) == 0.0 {
        return Err(zero());
    }
    super::fast::int_div(&a, &b).map_or_else(|| num((f(a) / f(b)).trunc()), Ok)
}
pub(super) fn modulo(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    if f(b) == 0.0 {
        return Err(zero());
    }
    super::fast::modulo(&a, &b).map_or_else(|| num(f(a) % f(b)), Ok)
}
pub(super) fn pow(h: &mut dyn Heap, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    if a.kind() == Kind::Int
        && let Ok(e) = u32::try_from(b.as_i64())
        && b.kind() == Kind::Int
        && let Some(p) = a.as_i64().checked_pow(e)
    {
        return Ok(Value::int(p));
    }
    num(libm::pow(f(a), f(b)))
}
pub(super) fn neg(h: &mut dyn Heap, a: Value) -> Result<Value, Fault> {
    sub(h, Value::int(0), a)
}
pub(super) fn bits(h: &mut dyn Heap, op: u16, a: Value, b: Value) -> Result<Value, Fault> {
    let (a, b) = two(h, a, b)?;
    let (a, b) = (f(a) as i64, f(b) as i64);
    Ok(Value::int(match op {
        0 => a & b,
        1 => a | b,
        2 => a ^ b,
        3 => !(a ^ b),
        _ => !a | b,
    }))
}
pub(super) fn truth(h: &dyn Heap, v: Value) -> bool {
    match v.kind() {
        Kind::Null => false,
        Kind::Bool | Kind::Int => v.as_i64() != 0,
        Kind::Num => v.as_f64() != 0.0,
        Kind::Text => !matches!(h.text(&v).to_ascii_lowercase().as_str(), "" | "false" | "0"),
        Kind::List => !h.list(v).is_empty(),
        _ => true,
    }
}
pub(super) fn equal(h: &dyn Heap, a: Value, b: Value) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Text, Kind::Text) => h.text(&a) == h.text(&b),
        (x, y) if x == y && x != Kind::Num => a.bits() == b.bits(),
        (Kind::Null, _) | (_, Kind::Null) => false,
        _ => match (number(h, a), number(h, b)) {
            (Some(a), Some(b)) => f(a) == f(b),
            _ => false,
        },
    }
}
pub(super) fn compare(h: &dyn Heap, a: Value, b: Value) -> Result<Ordering, Fault> {
    if a.kind() == Kind::Text && b.kind() == Kind::Text {
        return Ok(h.text(&a).cmp(h.text(&b)));
    }
    let (a, b) = two(h, a, b)?;
    Ok(f(a).partial_cmp(&f(b)).unwrap_or(Ordering::Equal))
}
pub(super) fn display(d: &Data) -> String {
    match d {
        Data::Null => String::new(),
        Data::Bool(b) => b.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Num(n) => n.to_string(),
        other => basilect_stdlib::pure::text::display_data(other),
    }
}
pub(super) fn text_test(op: crate::program::Op, l: &str, r: &str) -> Result<bool, Fault> {
    use crate::program::Op;
    let (l, r) = (l.to_lowercase(), r.to_lowercase());
    Ok(match op {
        Op::Contains => l.contains(&r),
        Op::StartsWith => l.starts_with(&r),
        Op::EndsWith => l.ends_with(&r),
        _ => l == r,
    })
}
