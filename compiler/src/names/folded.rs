//! Names as they are looked up: in small letters.

use crate::ast::EcoString;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A name in small letters: the one that was written, where it is written so, or else a copy,
/// which takes no allocation if it is short.
#[derive(Clone, Debug)]
pub(crate) enum Folded<'a> {
    Written(&'a str),
    Copied(EcoString),
}

/// The form of a name under which it is looked up.
pub(crate) fn folded(name: &str) -> Folded<'_> {
    let plain = |b: u8| b.is_ascii() && !b.is_ascii_uppercase() && b != b' ';
    if name.bytes().all(plain) {
        return Folded::Written(name);
    }
    let lower = match name.is_ascii() {
        true => EcoString::from(name).to_ascii_lowercase(),
        false => name.to_lowercase().into(),
    };
    Folded::Copied(match lower.strip_prefix("fn ") {
        Some(letter) => format!("fn{}", letter.trim_start()).into(),
        None => lower,
    })
}

impl Folded<'_> {
    /// As a text of its own.
    pub(crate) fn into_owned(self) -> String {
        match self {
            Folded::Written(name) => name.to_owned(),
            Folded::Copied(name) => name.into(),
        }
    }
}

impl Deref for Folded<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Folded::Written(name) => name,
            Folded::Copied(name) => name,
        }
    }
}

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Folded<'_> {}

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl Borrow<str> for Folded<'_> {
    fn borrow(&self) -> &str {
        self
    }
}
