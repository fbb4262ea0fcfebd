//! Pure functions that read their arguments and answer at once, without the way through
//! [`Call`](basilect_stdlib::pure::Call). Each gives what the function itself gives and uses no
//! fuel beyond its instruction where the function does not; `None` leaves the call to it.

use basilect_stdlib::keyword::Keyword;
use basilect_stdlib::pure::arith;
use basilect_stdlib::{Kind, Value};

use crate::heap::Memory;

/// A function with its arguments.
pub(crate) type Quick = fn(&Memory, &[Value]) -> Option<Value>;

/// Texts up to this length are searched without fuel.
const SEARCHED: usize = 16;

/// Whether a function appends its second argument to its first, a list, and answers the list.
pub(crate) fn pushes(keyword: &Keyword) -> bool {
    keyword.name == "PUSH"
}

/// The quick way of a function, if it has one.
pub(crate) fn quick(keyword: &Keyword) -> Option<Quick> {
    Some(match keyword.name {
        "SQR" => sqr,
        "ABS" => abs,
        "INT" => int,
        "LEN" => len,
        "MID" => mid,
        "INSTR" => instr,
        "ASC" => asc,
        _ => return None,
    })
}

fn sqr(_: &Memory, args: &[Value]) -> Option<Value> {
    let root = libm::sqrt(args.first()?.number()?);
    root.is_finite().then(|| arith::whole(Value::num(root)))
}

fn abs(_: &Memory, args: &[Value]) -> Option<Value> {
    let number = *args.first()?;
    match number.kind() {
        Kind::Int => number.as_i64().checked_abs().map(Value::int),
        Kind::Num if number.as_f64() != 0.0 => Some(Value::num(libm::fabs(number.as_f64()))),
        _ => None,
    }
}

fn int(_: &Memory, args: &[Value]) -> Option<Value> {
    let number = *args.first()?;
    match number.kind() {
        Kind::Int => Some(number),
        Kind::Num => Some(arith::whole(Value::num(libm::floor(number.as_f64())))),
        _ => None,
    }
}

fn len(memory: &Memory, args: &[Value]) -> Option<Value> {
    let value = args.first()?;
    let len = match value.kind() {
        Kind::List => memory.list_len(*value),
        Kind::Map => memory.entries(*value).len(),
        _ => memory.ascii_bytes(value)?.len(),
    };
    Some(Value::int(len as i64))
}

fn whole(value: Option<&Value>) -> Option<i64> {
    value.filter(|value| value.kind() == Kind::Int).map(|value| value.as_i64())
}

fn mid(memory: &Memory, args: &[Value]) -> Option<Value> {
    let text = memory.ascii_bytes(args.first()?)?;
    let (start, many) = (whole(args.get(1))?, whole(args.get(2))?);
    let from = usize::try_from(start.checked_sub(1)?).unwrap_or(0).min(text.len());
    let many = usize::try_from(many).unwrap_or(0).min(text.len() - from);
    Value::short_of(text.get(from..from + many)?)
}

fn instr(memory: &Memory, args: &[Value]) -> Option<Value> {
    let [text, part] = args else { return None };
    let (text, part) = (memory.ascii_bytes(text)?, memory.ascii_bytes(part)?);
    if text.len() >= SEARCHED || text.is_empty() {
        return None;
    }
    let at = match part {
        [] => return None,
        [one] => text.iter().position(|byte| byte == one),
        _ => text.windows(part.len()).position(|window| window == part),
    };
    Some(Value::int(at.map_or(0, |at| at as i64 + 1)))
}

fn asc(memory: &Memory, args: &[Value]) -> Option<Value> {
    let first = memory.ascii_bytes(args.first()?)?.first()?;
    Some(Value::int(i64::from(*first)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use basilect_stdlib::pure::{Call, Env};
    use basilect_stdlib::{Heap, Limits};

    use super::*;
    use crate::heap::Scope;
    use crate::machine::{State, find_function};
    use crate::program::Program;

    /// Numbers, texts short and long, in and out of ASCII, and what is neither.
    fn values(heap: &mut Scope<'_>) -> Vec<Value> {
        let numbers = [0, 1, 2, 3, 9, -1, 40, i64::MAX, i64::MIN].map(Value::int);
        let floats = [0.0, -0.5, 2.25, 9.0, 1e18, -1e300, f64::MAX].map(Value::num);
        let long = "a longer text, with blanks".repeat(3);
        let texts = ["", "a", "abc", "fourteen bytes", "fifteen bytes, ", "ação", "a\nb", &long];
        let mut all = vec![Value::NULL, Value::TRUE];
        all.extend(numbers.into_iter().chain(floats));
        all.extend(texts.map(|text| heap.new_text(text).expect("valid")));
        let list = heap.new_list(all.clone()).expect("valid");
        all.push(list);
        all.push(heap.new_map().expect("valid"));
        all
    }

    #[test]
    fn the_quick_way_gives_what_the_function_gives() {
        let (limits, state) = (Limits::DEFAULT, State::default());
        let mut memory = Memory::new(Arc::new(Program::default()), Arc::new(limits));
        let mut env = Env::new(0, "UTC", 1);
        let values = values(&mut Scope::new(&mut memory, &state));
        let mut answered = 0;
        for name in ["SQR", "ABS", "INT", "LEN", "MID", "INSTR", "ASC"] {
            let keyword = find_function(name).expect("valid");
            let (quick, (least, most)) = (quick(keyword).expect("valid"), keyword.arity());
            let runs = values.len().pow(most.unwrap_or(least).min(3) as u32);
            for run in 0..runs {
                let pick = |place: u32| values[run / values.len().pow(place) % values.len()];
                let args: Vec<Value> = (0..most.unwrap_or(least) as u32).map(pick).collect();
                for args in (least..=args.len()).map(|count| &args[..count]) {
                    let Some(answer) = quick(&memory, args) else { continue };
                    memory.fuel_used = 0;
                    let heap = &mut Scope::new(&mut memory, &state);
                    let full = keyword.run.expect("valid")(&mut Call { heap, args, env: &mut env });
                    let full = full.expect("valid");
                    assert!(full.is(answer), "{name} {args:?}: {full:?}, not {answer:?}");
                    assert_eq!(memory.fuel_used, 0, "{name} {args:?}");
                    answered += 1;
                }
            }
        }
        assert!(answered > 1_000, "{answered}");
    }
}
