//! Pure functions that read their arguments and answer at once, without the way through
//! [`Call`](basilect_stdlib::pure::Call). Each gives what the function itself gives and uses no
//! fuel beyond its instruction where the function does not; `None` leaves the call to it.

use basilect_stdlib::keyword::Keyword;
use basilect_stdlib::pure::arith;
use basilect_stdlib::{Kind, Value};

use crate::heap::Memory;

/// A function with its arguments.
pub(crate) type Quick = fn(&Memory, &[Value]) -> Option<Value>;

/// So many bytes of a text are searched without fuel.
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

/// Where in some bytes a byte first is. Eight are looked at together: where the byte is, there is
/// nothing left, and the lowest byte of nothing is the lowest to be marked.
fn byte_in(bytes: &[u8], byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let found = |eight: &[u8; 8]| {
        let zeros = u64::from_le_bytes(*eight) ^ (ONES * u64::from(byte));
        let marks = zeros.wrapping_sub(ONES) & !zeros & (ONES << 7);
        (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
    };
    let (first, last) = (bytes.first_chunk(), bytes.last_chunk());
    let Some((first, last)) = first.zip(last) else { return bytes.iter().position(|b| *b == byte) };
    let behind = bytes.len() - 8;
    if behind > 8 {
        return bytes.iter().position(|b| *b == byte);
    }
    found(first).or_else(|| found(last).map(|at| at + behind))
}

fn instr(memory: &Memory, args: &[Value]) -> Option<Value> {
    let (start, text, part) = match args {
        [text, part] => (1, text, part),
        [start, text, part] => (whole(Some(start))?.max(1), text, part),
        _ => return None,
    };
    let (text, part) = (memory.ascii_bytes(text)?, memory.ascii_bytes(part)?);
    let rest = text.get(usize::try_from(start - 1).ok()?..)?;
    // What begins behind the first bytes is found with fuel.
    let found = match part {
        [] => return None,
        [one] => byte_in(rest.get(..SEARCHED).unwrap_or(rest), *one),
        _ => rest.windows(part.len()).take(SEARCHED).position(|window| window == part),
    };
    match found {
        Some(at) => Some(Value::int(at as i64 + start)),
        None => (!rest.is_empty() && rest.len() < SEARCHED).then_some(Value::int(0)),
    }
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
    fn bytes_are_found_at_their_first_place() {
        for len in 0..20 {
            for at in 0..len {
                let mut bytes: Vec<u8> = vec![b'y'; len];
                bytes[at..].fill(b'x');
                assert_eq!(byte_in(&bytes, b'x'), Some(at), "{len}");
                bytes.fill(b'y');
                bytes[at] = b'x';
                assert_eq!(byte_in(&bytes, b'x'), Some(at), "{len}");
                assert_eq!(byte_in(&bytes, 0), None);
            }
            assert_eq!(byte_in(&vec![0x81; len], 1), None);
        }
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
