//! Values as JSON: readable, and the same value again when read.
//!
//! What JSON has no word for is an object with one field: `{"$date": "2024-05-01"}`, `{"$moment":
//! "2024-05-01T10:00:00Z"}`, `{"$span": 1500}` (milliseconds), `{"$num": "NaN"}`. A map that looks
//! like one is written as `{"$pairs": [[key, value]]}`. NUL, which PostgreSQL refuses in texts,
//! is written as `{"$text": …}` with `\0` for it and `\\` for the backslash.

use std::fmt;

use basilect_stdlib::Data;
use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::ports::store::{Row, StoreError, StoreResult};

/// Levels of JSON in one value: the reader refuses 128.
const DEPTH: usize = 120;

/// A value as JSON.
pub(super) fn encode(value: &Data) -> StoreResult<String> {
    serde_json::to_string(&Written(value, 0))
        .map_err(|error| StoreError::Invalid(error.to_string()))
}

/// The value that a JSON stands for.
pub(super) fn decode(json: &str) -> StoreResult<Data> {
    let read: Read = serde_json::from_str(json).map_err(broken)?;
    Ok(read.0)
}

/// A row as a JSON object; its columns are never taken for tags.
pub(super) fn encode_row(row: &Row) -> StoreResult<String> {
    serde_json::to_string(&WrittenRow(row)).map_err(|error| StoreError::Invalid(error.to_string()))
}

/// The row that a JSON object stands for.
pub(super) fn decode_row(json: &str) -> StoreResult<Row> {
    let read: IndexMap<String, Read> = serde_json::from_str(json).map_err(broken)?;
    Ok(read.into_iter().map(|(name, value)| (name, value.0)).collect())
}

fn broken(error: serde_json::Error) -> StoreError {
    StoreError::Unavailable(format!("a stored value cannot be read: {error}"))
}

struct WrittenRow<'a>(&'a Row);

impl Serialize for WrittenRow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, Written(value, 1))))
    }
}

/// A value and the depth at which it stands.
struct Written<'a>(&'a Data, usize);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.1 > DEPTH {
            return Err(S::Error::custom("a value is nested too deeply to be stored"));
        }
        match self.0 {
            Data::Null => to.serialize_unit(),
            Data::Bool(value) => to.serialize_bool(*value),
            Data::Int(value) => to.serialize_i64(*value),
            Data::Num(value) => number(*value, to),
            Data::Date(days) => match written_date(*days) {
                Some(text) => tag("$date", &text, to),
                None => tag("$date", days, to),
            },
            Data::Moment(millis) => match Timestamp::from_millisecond(*millis) {
                Ok(moment) => tag("$moment", &moment.to_string(), to),
                Err(_) => tag("$moment", millis, to),
            },
            Data::Span(millis) => tag("$span", millis, to),
            Data::Text(text) if text.contains('\0') => tag("$text", &escaped(text), to),
            Data::Text(text) => to.serialize_str(text),
            Data::List(list) => to.collect_seq(list.iter().map(|v| Written(v, self.1 + 1))),
            Data::Map(map) if is_tag_like(map) => pairs(map, self.1, to),
            Data::Map(map) => to.collect_map(map.iter().map(|(k, v)| (k, Written(v, self.1 + 1)))),
        }
    }
}

fn tag<S: Serializer, T: Serialize + ?Sized>(
    name: &'static str,
    value: &T,
    to: S,
) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

/// JSON has no infinities, and the reader may be off by the last bit: what does not come back
/// unchanged is written as a text.
fn number<S: Serializer>(value: f64, to: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(&value).map_err(S::Error::custom)?;
    match serde_json::from_str::<f64>(&text) {
        Ok(again) if again.to_bits() == value.to_bits() => to.serialize_f64(value),
        _ => tag("$num", &value.to_string(), to),
    }
}

fn written_date(days: i64) -> Option<String> {
    let days = i32::try_from(days).ok()?;
    let date = Date::new(1970, 1, 1).ok()?.checked_add(days.days()).ok()?;
    Some(date.to_string())
}

fn is_tag_like(map: &IndexMap<String, Data>) -> bool {
    let tag = map.len() == 1 && map.keys().all(|key| key.starts_with('$'));
    tag || map.keys().any(|key| key.contains('\0'))
}

fn pairs<S: Serializer>(
    map: &IndexMap<String, Data>,
    depth: usize,
    to: S,
) -> Result<S::Ok, S::Error> {
    let keys: Vec<Data> = map.keys().map(|key| Data::Text(key.clone())).collect();
    let pairs: Vec<_> = keys
        .iter()
        .zip(map.values())
        .map(|(key, value)| (Written(key, depth + 3), Written(value, depth + 3)))
        .collect();
    tag("$pairs", &pairs, to)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\0', "\\0")
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('0') => out.push('\0'),
                other => out.extend(other),
            },
            letter => out.push(letter),
        }
    }
    out
}

/// A value read from JSON.
struct Read(Data);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Read, D::Error> {
        from.deserialize_any(Reader).map(Read)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored value")
    }
    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Int(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(i64::try_from(value).map_or(Data::Num(value as f64), Data::Int))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Data, E> {
        Ok(Data::Num(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Data, E> {
        Ok(Data::Text(value.to_string()))
    }
    fn visit_string<E>(self, value: String) -> Result<Data, E> {
        Ok(Data::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Data, A::Error> {
        let mut list = Vec::new();
        while let Some(Read(value)) = from.next_element()? {
            list.push(value);
        }
        Ok(Data::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Data, A::Error> {
        let mut map = IndexMap::new();
        while let Some((key, Read(value))) = from.next_entry::<String, Read>()? {
            map.insert(key, value);
        }
        untagged(map).map_err(|tag| de::Error::custom(format!("a broken {tag}")))
    }
}

/// The value that a map stands for: what its one tag says, or itself.
fn untagged(mut map: IndexMap<String, Data>) -> Result<Data, String> {
    if map.len() != 1 || !map.keys().all(|key| key.starts_with('$')) {
        return Ok(Data::Map(map));
    }
    let Some((tag, value)) = map.pop() else { return Ok(Data::Map(map)) };
    let read = match (tag.as_str(), value) {
        ("$date", Data::Int(days)) => Some(Data::Date(days)),
        ("$date", Data::Text(text)) => read_date(&text).map(Data::Date),
        ("$moment", Data::Int(millis)) => Some(Data::Moment(millis)),
        ("$moment", Data::Text(text)) => {
            text.parse::<Timestamp>().ok().map(|at| Data::Moment(at.as_millisecond()))
        }
        ("$span", Data::Int(millis)) => Some(Data::Span(millis)),
        ("$num", Data::Text(text)) => text.parse().ok().map(Data::Num),
        ("$text", Data::Text(text)) => Some(Data::Text(unescaped(&text))),
        ("$pairs", Data::List(pairs)) => read_pairs(pairs).map(Data::Map),
        (_, value) => return Ok(Data::Map(IndexMap::from([(tag, value)]))),
    };
    read.ok_or(tag)
}

/// The days since 1970-01-01 of a written date.
pub(super) fn read_date(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    let from = Date::new(1970, 1, 1).ok()?;
    Some(i64::from(date.since(from).ok()?.get_days()))
}

fn read_pairs(pairs: Vec<Data>) -> Option<IndexMap<String, Data>> {
    pairs
        .into_iter()
        .map(|pair| match pair {
            Data::List(pair) => match <[Data; 2]>::try_from(pair) {
                Ok([Data::Text(key), value]) => Some((key, value)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(value: Data) {
        let json = encode(&value).expect("encodes");
        assert!(!json.contains("\\u0000"), "{json}");
        assert_eq!(decode(&json).expect("decodes"), value, "{json}");
    }

    #[test]
    fn every_value_comes_back() {
        for value in [Data::Null, Data::Bool(true), Data::Int(i64::MIN), Data::Int(i64::MAX)] {
            again(value);
        }
        for number in [0.1, 3.0, -0.0, 1e300, 5e-324, f64::INFINITY, 0.1 + 0.2, f64::MAX] {
            again(Data::Num(number));
        }
        for days in [0, 19_844, -719_528, i64::MAX] {
            again(Data::Date(days));
            again(Data::Moment(days));
            again(Data::Span(days));
        }
        again(Data::text("a\0b\\0c\\"));
        again(Data::map([("$date", Data::text("x"))]));
        again(Data::map([("$pairs", Data::map([("$num", Data::Int(1))]))]));
        again(Data::map([("a\0", Data::Int(1)), ("b", Data::List(vec![Data::Date(3)]))]));
    }

    #[test]
    fn numbers_come_back_to_the_last_bit() {
        let mut bits = 1u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_041);
            let number = f64::from_bits(bits);
            if !number.is_nan() {
                again(Data::Num(number));
            }
        }
    }

    #[test]
    fn dates_are_readable() {
        assert_eq!(encode(&Data::Date(19_844)).ok().as_deref(), Some(r#"{"$date":"2024-05-01"}"#));
        let moment = encode(&Data::Moment(1_500)).ok();
        assert_eq!(moment.as_deref(), Some(r#"{"$moment":"1970-01-01T00:00:01.5Z"}"#));
    }

    #[test]
    fn a_column_may_look_like_a_tag() {
        let row = Row::from_iter([("$date".to_string(), Data::text("today"))]);
        let json = encode_row(&row).expect("encodes");
        assert_eq!(decode_row(&json).expect("decodes"), row);
    }

    #[test]
    fn what_could_not_be_read_is_not_written() {
        let mut value = Data::Int(1);
        for _ in 0..DEPTH + 1 {
            value = Data::List(vec![value]);
        }
        assert!(encode(&value).is_err());
        let Data::List(mut inner) = value else { panic!("a list") };
        again(inner.remove(0));
    }
}
