//! Trees of the arguments of a waiting host call.

use basilect_stdlib::{Data, Value};
use indexmap::IndexMap;

use crate::bytes::{Broken, Reader, Writer};

/// Nesting that a reader accepts; writers never pass it.
const DEEPEST: usize = 260;

/// Tags. Stored: never renumber.
mod tag {
    pub const NULL: u8 = 0;
    pub const BOOL: u8 = 1;
    pub const INT: u8 = 2;
    pub const NUM: u8 = 3;
    pub const DATE: u8 = 4;
    pub const MOMENT: u8 = 5;
    pub const SPAN: u8 = 6;
    pub const TEXT: u8 = 7;
    pub const LIST: u8 = 8;
    pub const MAP: u8 = 9;
}

/// Writes a tree.
pub(super) fn write(w: &mut Writer, data: &Data) {
    match data {
        Data::Null => w.u8(tag::NULL),
        Data::Bool(b) => {
            w.u8(tag::BOOL);
            w.u8(u8::from(*b));
        }
        Data::Int(i) => number(w, tag::INT, *i),
        Data::Num(n) => {
            w.u8(tag::NUM);
            w.u64(Value::num(*n).bits());
        }
        Data::Date(days) => number(w, tag::DATE, *days),
        Data::Moment(ms) => number(w, tag::MOMENT, *ms),
        Data::Span(ms) => number(w, tag::SPAN, *ms),
        Data::Text(text) => {
            w.u8(tag::TEXT);
            w.text(text);
        }
        Data::List(list) => {
            w.u8(tag::LIST);
            w.len(list.len());
            list.iter().for_each(|element| write(w, element));
        }
        Data::Map(map) => {
            w.u8(tag::MAP);
            w.len(map.len());
            for (key, value) in map {
                w.text(key);
                write(w, value);
            }
        }
    }
}

fn number(w: &mut Writer, tag: u8, number: i64) {
    w.u8(tag);
    w.signed(number);
}

/// Reads a tree.
pub(super) fn read(r: &mut Reader<'_>, depth: usize) -> Result<Data, Broken> {
    if depth > DEEPEST {
        return Err(Broken("an argument nests too deep"));
    }
    Ok(match r.u8()? {
        tag::NULL => Data::Null,
        tag::BOOL => Data::Bool(r.u8()? != 0),
        tag::INT => Data::Int(r.signed()?),
        tag::NUM => Data::Num(f64::from_bits(r.u64()?)),
        tag::DATE => Data::Date(r.signed()?),
        tag::MOMENT => Data::Moment(r.signed()?),
        tag::SPAN => Data::Span(r.signed()?),
        tag::TEXT => Data::Text(r.text()?.to_string()),
        tag::LIST => {
            let count = r.count(1)?;
            Data::List((0..count).map(|_| read(r, depth + 1)).collect::<Result<_, _>>()?)
        }
        tag::MAP => {
            let count = r.count(2)?;
            let pair = |_| Ok((r.text()?.to_string(), read(r, depth + 1)?));
            Data::Map((0..count).map(pair).collect::<Result<IndexMap<_, _>, Broken>>()?)
        }
        _ => return Err(Broken("an argument of no known kind")),
    })
}
