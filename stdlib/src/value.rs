//! The 16-byte value that registers, lists and maps hold.

use zerocopy::{Immutable, IntoBytes};

/// What a [`Value`] is. The number is stored in snapshots: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Nothing: an unset variable, a missing field, the answer of a keyword without a result.
    Null = 0,
    /// True or false.
    Bool = 1,
    /// A 64-bit integer.
    Int = 2,
    /// A 64-bit float.
    Num = 3,
    /// A day of the calendar without a time: days since 1970-01-01.
    Date = 4,
    /// A point in time: milliseconds since 1970-01-01T00:00Z.
    Moment = 5,
    /// A length of time in milliseconds.
    Span = 6,
    /// A text: handle into the heap or the program's constants.
    Text = 7,
    /// A list: handle into the heap.
    List = 8,
    /// A map: handle into the heap.
    Map = 9,
}

/// A tag word and a payload word. Copy, without drop glue and without pointers: a text, list or
/// map is a 32-bit handle into the conversation's own heap, so a value serialises as it is.
///
/// Two separate words are deliberate: a 16-byte Rust `enum` copied by value costs four times as
/// much in an interpreter loop, because a one-byte tag store followed by a sixteen-byte load
/// defeats store forwarding.
///
/// A text of up to [`SHORT_TEXT`] bytes stands in the value itself: its second byte is the length
/// and one more, its bytes follow. Every text that is short enough is stored so, which makes two
/// short texts equal exactly when their words are.
#[derive(Clone, Copy, IntoBytes, Immutable)]
#[repr(C)]
pub struct Value {
    tag: u64,
    bits: u64,
}

/// A value or none in two words. A function gives these in the processor's registers, and an
/// [`Option`] through memory, where the processor waits for words that were written one by one when
/// they are read together.
#[derive(Clone, Copy)]
pub struct Optional(Value);

impl Optional {
    const NONE: u64 = u64::MAX;

    /// The value.
    #[inline(always)]
    pub fn value(self) -> Option<Value> {
        (self.0.tag != Optional::NONE).then_some(self.0)
    }
}

impl From<Option<Value>> for Optional {
    #[inline(always)]
    fn from(value: Option<Value>) -> Optional {
        Optional(value.unwrap_or(Value { tag: Optional::NONE, bits: 0 }))
    }
}

/// Bytes of a text that a value can hold itself.
pub const SHORT_TEXT: usize = 14;
// The kind is the first byte in memory and the lowest of the tag.
const _: () = assert!(cfg!(target_endian = "little"), "values are laid out for little-endian");

/// The digits of a number below 10,000 as bytes, the first one lowest.
const fn four_digits(number: u64) -> u64 {
    let pairs = (number / 100) | ((number % 100) << 16);
    // A number below 100 divided by ten, twice.
    let tens = ((pairs * 103) >> 10) & 0x000f_000f;
    tens | ((pairs - tens * 10) << 8)
}

impl Value {
    /// A text that is short enough to stand in the value.
    #[inline]
    pub fn short_text(text: &str) -> Option<Value> {
        Value::short_of(text.as_bytes())
    }
    /// The same for the bytes of a text. Others make a value whose text is empty.
    pub fn short_of(bytes: &[u8]) -> Option<Value> {
        if bytes.len() > SHORT_TEXT {
            return None;
        }
        Some(Value::short(packed(bytes), bytes.len()))
    }
    /// The digits of an integer, where they are short enough.
    pub fn short_digits(number: i64) -> Option<Value> {
        let (mut left, mut text, mut len) = (number.unsigned_abs(), 0u128, 0);
        if left < 100_000_000 {
            // All digits fit into one word.
            let digits = four_digits(left / 10_000) | four_digits(left % 10_000) << 32;
            let zeros = (digits | 1 << 56).trailing_zeros() as usize / 8;
            let (text, len) = ((digits | 0x3030_3030_3030_3030) >> (8 * zeros), 8 - zeros);
            return Some(match number < 0 {
                false => Value::short(u128::from(text), len),
                true => Value::short(u128::from(text) << 8 | u128::from(b'-'), len + 1),
            });
        }
        loop {
            len += 1;
            if len > SHORT_TEXT {
                return None;
            }
            text = text << 8 | u128::from(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        match number < 0 {
            false => Some(Value::short(text, len)),
            true if len < SHORT_TEXT => Some(Value::short(text << 8 | u128::from(b'-'), len + 1)),
            true => None,
        }
    }
    /// Two texts that stand in their values, one after the other, where both together are short
    /// enough.
    #[inline]
    pub fn short_joined(left: Value, right: Value) -> Option<Value> {
        let (l, r) = (left.short_len()?, right.short_len()?);
        let text = left.short_text_bits() | right.short_text_bits() << (8 * l);
        (l + r <= SHORT_TEXT).then(|| Value::short(text, l + r))
    }
    /// The bytes of a text as a number, the first one lowest.
    const fn short_text_bits(self) -> u128 {
        (self.tag as u128 | (self.bits as u128) << 64) >> 16
    }
    const fn short(text: u128, len: usize) -> Value {
        let raw = Kind::Text as u128 | (len as u128 + 1) << 8 | text << 16;
        Value { tag: raw as u64, bits: (raw >> 64) as u64 }
    }
    /// The number of bytes of a text that stands in the value.
    #[inline]
    pub const fn short_len(self) -> Option<usize> {
        if self.is_short_text() { Some((self.tag >> 8) as u8 as usize - 1) } else { None }
    }
    /// Whether this is a text that stands in the value.
    #[inline]
    pub const fn is_short_text(self) -> bool {
        self.tag as u8 == Kind::Text as u8 && self.tag & 0xff00 != 0
    }
    /// The bytes of a text that stands in the value.
    #[inline]
    pub fn short_bytes(&self) -> Option<&[u8]> {
        let end = (self.tag >> 8) as u8 as usize;
        if self.tag as u8 == Kind::Text as u8 { self.as_bytes().get(2..end + 1) } else { None }
    }
    /// A text that stands in the value.
    #[inline]
    pub fn as_short_text(&self) -> Option<&str> {
        self.short_bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
    /// Whether the bytes of a text that stands in the value are all ASCII.
    #[inline]
    pub const fn is_short_ascii(self) -> bool {
        (self.tag & 0x8080_8080_8080_0000) | (self.bits & 0x8080_8080_8080_8080) == 0
    }
    /// The same value, copied word by word. A processor waits for two words that were stored just
    /// before when it loads them as one.
    #[inline(always)]
    pub fn copied(&self) -> Value {
        Value { tag: std::hint::black_box(self.tag), bits: self.bits }
    }
    /// Null.
    pub const NULL: Value = Value { tag: Kind::Null as u64, bits: 0 };
    /// The text without characters.
    pub const EMPTY: Value = Value::short(0, 0);
    /// True.
    pub const TRUE: Value = Value::bool(true);
    /// False.
    pub const FALSE: Value = Value::bool(false);

    /// A truth value.
    pub const fn bool(b: bool) -> Value {
        Value { tag: Kind::Bool as u64, bits: b as u64 }
    }
    /// An integer.
    pub const fn int(i: i64) -> Value {
        Value { tag: Kind::Int as u64, bits: i as u64 }
    }
    /// A float. NaN is stored in one canonical form, so that snapshots compare equal.
    pub const fn num(n: f64) -> Value {
        let bits = if n.is_nan() { 0x7ff8_0000_0000_0000 } else { n.to_bits() };
        Value { tag: Kind::Num as u64, bits }
    }
    /// A calendar day, as days since 1970-01-01.
    pub const fn date(days: i64) -> Value {
        Value { tag: Kind::Date as u64, bits: days as u64 }
    }
    /// A point in time, as milliseconds since 1970-01-01T00:00Z.
    pub const fn moment(ms: i64) -> Value {
        Value { tag: Kind::Moment as u64, bits: ms as u64 }
    }
    /// A length of time in milliseconds.
    pub const fn span(ms: i64) -> Value {
        Value { tag: Kind::Span as u64, bits: ms as u64 }
    }
    /// A heap value: `kind` is Text, List or Map, `handle` its place in that slab.
    pub const fn handle(kind: Kind, handle: u32) -> Value {
        Value { tag: kind as u64, bits: handle as u64 }
    }

    /// What this value is.
    #[inline]
    pub const fn kind(self) -> Kind {
        match self.tag as u8 {
            1 => Kind::Bool,
            2 => Kind::Int,
            3 => Kind::Num,
            4 => Kind::Date,
            5 => Kind::Moment,
            6 => Kind::Span,
            7 => Kind::Text,
            8 => Kind::List,
            9 => Kind::Map,
            _ => Kind::Null,
        }
    }
    /// The raw tag word (low byte: kind).
    #[inline]
    pub const fn tag(self) -> u64 {
        self.tag
    }
    /// The raw payload word.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.bits
    }
    /// The payload as an integer (meaningful for Int, Date, Moment, Span, Bool).
    #[inline]
    pub const fn as_i64(self) -> i64 {
        self.bits as i64
    }
    /// The payload as a float (meaningful for Num).
    #[inline]
    pub const fn as_f64(self) -> f64 {
        f64::from_bits(self.bits)
    }
    /// The payload as a heap handle (meaningful for Text, List, Map).
    #[inline]
    pub const fn as_handle(self) -> u32 {
        self.bits as u32
    }
    /// Whether this is the same value, word by word: for texts in the value and for objects that
    /// they are the same, for others that they are equal.
    #[inline]
    pub const fn is(self, other: Value) -> bool {
        self.tag == other.tag && self.bits == other.bits
    }
    /// Whether this is null.
    #[inline]
    pub const fn is_null(self) -> bool {
        self.tag == 0
    }
    /// The number this value is, if it is one.
    #[inline]
    pub const fn number(self) -> Option<f64> {
        match self.kind() {
            Kind::Int => Some(self.bits as i64 as f64),
            Kind::Num => Some(f64::from_bits(self.bits)),
            _ => None,
        }
    }
}

/// Up to sixteen bytes as a number, the first one lowest: by two words that may overlap.
fn packed(bytes: &[u8]) -> u128 {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        let last = u128::from(u64::from_le_bytes(*last));
        return u128::from(u64::from_le_bytes(*first)) | last << ((len - 8) * 8);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u128::from(u32::from_le_bytes(*last));
        return u128::from(u32::from_le_bytes(*first)) | last << ((len - 4) * 8);
    }
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            Kind::Null => f.write_str("null"),
            Kind::Bool => write!(f, "{}", self.bits != 0),
            Kind::Int => write!(f, "{}", self.as_i64()),
            Kind::Num => write!(f, "{:?}", self.as_f64()),
            Kind::Text if self.is_short_text() => write!(f, "{:?}", self.as_short_text()),
            kind => write!(f, "{kind:?}#{}", self.as_i64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_stand_in_the_value() {
        let long = "abcdefghijklmnopq";
        for len in 0..=SHORT_TEXT {
            let text = &long[..len];
            let value = Value::short_text(text).expect("short");
            assert_eq!((value.as_short_text(), value.short_len()), (Some(text), Some(len)));
            assert_eq!((value.kind(), value.is_short_ascii()), (Kind::Text, true));
            let other = Value::short_text(&long[1..][..len]).expect("short");
            assert_eq!(value.is(other), len == 0);
        }
        assert!(Value::short_text(&long[..=SHORT_TEXT]).is_none());
        let value = Value::short_text("ação").expect("short");
        assert_eq!((value.as_short_text(), value.is_short_ascii()), (Some("ação"), false));
        for number in [0, 7, -1, 1_000, -9_999_999_999_999, 99_999_999_999_999, 1 << 50, i64::MIN] {
            let text = Value::short_text(&number.to_string());
            let digits = Value::short_digits(number);
            let same = digits.zip(text).map(|(digits, text)| digits.is(text));
            assert_eq!(same, text.map(|_| true), "{number}");
            assert_eq!(digits.is_some(), text.is_some(), "{number}");
        }
        for (left, right) in [("", ""), ("a", ""), ("", "b"), ("abcdefg", "hijklmn"), ("çã", "o")]
        {
            let [l, r] = [left, right].map(|text| Value::short_text(text).expect("short"));
            let joined = Value::short_joined(l, r).expect("short");
            assert_eq!(joined.as_short_text(), Some(format!("{left}{right}").as_str()));
        }
        let value_of = |text| Value::short_text(text).expect("short");
        assert!(Value::short_joined(value_of("abcdefgh"), value_of("ijklmno")).is_none());
        let none = Value::handle(Kind::Text, 7);
        assert_eq!((none.as_short_text(), none.short_len()), (None, None));
    }
}
