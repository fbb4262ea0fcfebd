//! How values are written out: what TALK shows, what `+` appends, what JSON holds.

use super::written::Room;
use super::{Env, dates};
use crate::{Data, Fault, Heap, Kind, TrapCode, Value};

/// A value as TALK shows it and `+` appends it, dates in the zone of `env`.
///
/// A list or map is written as JSON, an error (as CATCH gives it) as its message; what is too deep
/// (or contains itself) or too long fails.
pub fn display(heap: &mut dyn Heap, value: Value, env: &Env) -> Result<String, Fault> {
    match value.kind() {
        Kind::Text => Ok(heap.text(&value).to_string()),
        Kind::Map if is_error(heap, value) => {
            let message = heap.map_get(value, "message").unwrap_or(Value::NULL);
            Ok(heap.text(&message).to_string())
        }
        Kind::List | Kind::Map => json_text(heap, value, env),
        _ => Ok(scalar(value, &env.zone)),
    }
}

/// The same behind what `text` holds.
pub fn append(
    heap: &mut dyn Heap,
    value: Value,
    env: &Env,
    text: &mut Vec<u8>,
) -> Result<(), Fault> {
    match value.short_bytes() {
        Some(bytes) if value.is_short_text() => text.extend_from_slice(bytes),
        _ => text.extend_from_slice(display(heap, value, env)?.as_bytes()),
    }
    Ok(())
}

/// The entries of an error, as CATCH gives it.
const ERROR_KEYS: [&str; 4] = ["code", "message", "line", "script"];

fn is_error(heap: &dyn Heap, value: Value) -> bool {
    heap.map_len(value) == ERROR_KEYS.len()
        && ERROR_KEYS.iter().all(|key| heap.map_get(value, key).is_some())
}

fn scalar(value: Value, zone: &str) -> String {
    match value.kind() {
        Kind::Bool => (value.as_i64() != 0).to_string(),
        Kind::Int => value.as_i64().to_string(),
        Kind::Num => number_text(value.as_f64()),
        Kind::Date => dates::day_text(value.as_i64()),
        Kind::Moment => dates::moment_text(value.as_i64(), zone),
        Kind::Span => dates::span_text(value.as_i64()),
        _ => String::new(),
    }
}

/// The same for a value outside the machine, in the zone given.
pub fn display_data_in(data: &Data, zone: &str) -> String {
    match data {
        Data::Null => String::new(),
        Data::Text(text) => text.clone(),
        Data::Bool(b) => b.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Num(n) => number_text(*n),
        Data::Date(days) => dates::day_text(*days),
        Data::Moment(ms) => dates::moment_text(*ms, zone),
        Data::Span(ms) => dates::span_text(*ms),
        Data::Map(map)
            if map.len() == ERROR_KEYS.len()
                && ERROR_KEYS.iter().all(|key| map.contains_key(*key)) =>
        {
            map.get("message").map_or_else(String::new, |m| display_data_in(m, zone))
        }
        Data::List(_) | Data::Map(_) => super::json::data_text(data, zone),
    }
}

/// The same in UTC, where no zone is known.
pub fn display_data(data: &Data) -> String {
    display_data_in(data, "UTC")
}

/// A number with 15 significant digits, so that `0.1 + 0.2` is `0.3`.
pub fn number_text(n: f64) -> String {
    if !n.is_finite() {
        return if n.is_nan() { "NaN".into() } else { format!("{n}") };
    }
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return format!("{}", n as i64);
    }
    let written = format!("{n:.14e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let sign = if n < 0.0 { "-" } else { "" };
    format!("{sign}{}", place_point(digits, exponent))
}

/// Digits `d.ddd` times ten to the exponent, plain where that is short enough.
fn place_point(digits: &str, exponent: i32) -> String {
    let count = digits.len() as i32;
    match exponent {
        -7..=-1 => format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        0..=20 if count <= exponent + 1 => {
            format!("{digits}{}", "0".repeat((exponent + 1 - count) as usize))
        }
        0..=20 => {
            let (whole, rest) = digits.split_at((exponent + 1) as usize);
            format!("{whole}.{rest}")
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}E{exponent:+}")
        }
    }
}

/// A value as JSON. Dates are texts of the same form as on the screen. Each part is charged before
/// it is written: a small value that shares its parts may be a long text.
pub fn json_text(heap: &mut dyn Heap, value: Value, env: &Env) -> Result<String, Fault> {
    json_text_in(heap, value, env, None)
}

/// The same over several lines, each level of the value behind one indent more, if there is one.
pub fn json_text_in(
    heap: &mut dyn Heap,
    value: Value,
    env: &Env,
    indent: Option<&str>,
) -> Result<String, Fault> {
    let limits = heap.limits();
    let (bytes, depth) = (limits.text_bytes, limits.data_depth);
    let (out, room) = (String::new(), Room::default());
    let mut writer = Writer { heap, zone: &env.zone, indent, out, bytes, written: 0, room };
    writer.value(value, depth)?;
    Ok(writer.out)
}

/// Fuel of a part of a value: making it takes the time of some units.
const PART: u64 = 6;

struct Writer<'a> {
    heap: &'a mut dyn Heap,
    zone: &'a str,
    indent: Option<&'a str>,
    out: String,
    /// The longest text.
    bytes: usize,
    /// Bytes for which there is room.
    written: usize,
    room: Room,
}

impl Writer<'_> {
    fn value(&mut self, value: Value, depth: usize) -> Result<(), Fault> {
        if depth == 0 {
            return Err(Fault::new(TrapCode::LimitReached, "the value is nested too deeply"));
        }
        self.heap.charge(PART)?;
        match value.kind() {
            Kind::Null => self.out.push_str("null"),
            Kind::Text => self.text(value)?,
            Kind::List => self.list(value, depth)?,
            Kind::Map => self.map(value, depth)?,
            Kind::Num if !value.as_f64().is_finite() => self.out.push_str("null"),
            Kind::Int => match Value::short_digits(value.as_i64()) {
                Some(digits) => self.out.push_str(digits.as_short_text().unwrap_or_default()),
                None => self.out.push_str(&scalar(value, self.zone)),
            },
            Kind::Bool | Kind::Num => self.out.push_str(&scalar(value, self.zone)),
            _ => self.quoted(scalar(value, self.zone)),
        }
        self.check_length()
    }

    fn check_length(&mut self) -> Result<(), Fault> {
        if self.out.len() > self.bytes {
            return Err(Fault::new(TrapCode::LimitReached, "the value is too long as a text"));
        }
        let more = self.out.len() - self.written;
        self.written = self.out.len();
        self.room.take(self.heap, more)
    }

    /// A new line of this level, where lines are wanted.
    fn line(&mut self, depth: usize) -> Result<(), Fault> {
        if let Some(indent) = self.indent {
            let level = self.heap.limits().data_depth - depth;
            self.heap.charge((level * indent.len()) as u64 / 16)?;
            self.out.push('\n');
            (0..level).for_each(|_| self.out.push_str(indent));
        }
        Ok(())
    }

    fn text(&mut self, text: Value) -> Result<(), Fault> {
        self.heap.charge(self.heap.text(&text).len() as u64 / 16)?;
        let text = self.heap.text(&text);
        // Most texts need no marks before their characters, and no copies then.
        if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.quoted(text.to_string());
        } else {
            self.out.push('"');
            self.out.push_str(text);
            self.out.push('"');
        }
        Ok(())
    }

    fn quoted(&mut self, text: String) {
        self.out.push_str(&serde_json::Value::String(text).to_string());
    }

    fn list(&mut self, list: Value, depth: usize) -> Result<(), Fault> {
        self.out.push('[');
        let mut index = 0;
        while let Some(element) = self.heap.list(list).get(index).copied() {
            if index > 0 {
                self.out.push(',');
            }
            self.line(depth - 1)?;
            self.value(element, depth - 1)?;
            index += 1;
        }
        if index > 0 {
            self.line(depth)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn map(&mut self, map: Value, depth: usize) -> Result<(), Fault> {
        self.out.push('{');
        for index in 0..self.heap.map_len(map) {
            let Some((key, value)) = self.heap.map_entry(map, index) else { break };
            if index > 0 {
                self.out.push(',');
            }
            self.line(depth - 1)?;
            self.text(key)?;
            self.out.push_str(if self.indent.is_some() { ": " } else { ":" });
            self.value(value, depth - 1)?;
        }
        if self.heap.map_len(map) > 0 {
            self.line(depth)?;
        }
        self.out.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestHeap, env};

    #[test]
    fn numbers_have_fifteen_digits() {
        for (n, text) in [
            (0.1 + 0.2, "0.3"),
            (7.0 / 2.0, "3.5"),
            (1.0 / 3.0, "0.333333333333333"),
            (-2.5, "-2.5"),
            (1e15, "1000000000000000"),
            (1.5e300, "1.5E+300"),
            (1e-9, "1E-9"),
            (0.00012, "0.00012"),
            (123456789.125, "123456789.125"),
            (-0.0, "0"),
        ] {
            assert_eq!(number_text(n), text);
        }
    }

    #[test]
    fn lists_are_json_and_cycles_fail() {
        let mut heap = TestHeap::default();
        let texts =
            ["a\"b", "a\\b", "a\nb", "ação", ""].map(|text| heap.new_text(text).expect("text"));
        let numbers = [i64::MIN, -7, 0, 1, i64::MAX].map(Value::int);
        let all = numbers.into_iter().chain(texts).chain([Value::NULL]).collect();
        let list = heap.new_list(all).expect("list");
        let json = concat!(
            "[-9223372036854775808,-7,0,1,9223372036854775807,",
            r#""a\"b","a\\b","a\nb","ação","",null]"#
        );
        assert_eq!(display(&mut heap, list, &env()).expect("json"), json);
        heap.list_push(list, list).expect("push");
        let fault = display(&mut heap, list, &env()).expect_err("a cycle");
        assert_eq!(fault.code, TrapCode::LimitReached);
    }
}
