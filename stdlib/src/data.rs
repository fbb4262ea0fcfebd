//! A value as a tree of its own: what host calls carry, and what is written as JSON.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A value outside the machine. Maps keep the order in which their keys were inserted.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub enum Data {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Num(f64),
    /// Days since 1970-01-01.
    Date(i64),
    /// Milliseconds since 1970-01-01T00:00Z.
    Moment(i64),
    /// Milliseconds of duration.
    Span(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Data>),
    /// A map.
    Map(IndexMap<String, Data>),
}

impl Data {
    /// A text from anything that is one.
    pub fn text(text: impl Into<String>) -> Data {
        Data::Text(text.into())
    }
    /// A map from pairs.
    pub fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Data)>) -> Data {
        Data::Map(pairs.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }
    /// The field of a map: exact name first, then ignoring letter case.
    pub fn get(&self, key: &str) -> Option<&Data> {
        let Data::Map(map) = self else { return None };
        map.get(key)
            .or_else(|| map.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v))
    }
    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Data::Null)
    }
}
