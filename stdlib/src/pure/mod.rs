//! Functions that need no host: text, numbers, dates, lists, maps, formats, conditions.
//!
//! A function is declared with [`functions!`](crate::functions) beside its implementation and gets
//! a [`Call`]: the memory, its arguments and the few facts of the outside that it may know.

use ecow::EcoString;

use crate::keyword::Keyword;
use crate::{Fault, Heap, Value};

pub mod arith;
pub mod chance;
pub mod classic;
pub mod condition;
pub mod convert;
pub mod dates;
pub mod display;
pub mod formats;
pub mod formula;
pub mod hash;
pub mod json;
pub mod lists;
pub mod locales;
pub mod logic;
pub mod maps;
pub mod mathematics;
pub mod numbers;
pub mod patterns;
pub mod query;
pub mod rounding;
pub mod spelled;
pub mod statistics;
pub mod text;
pub mod using;
pub mod validate;
pub mod written;

/// The implementation of a pure function.
pub type PureFn = fn(&mut Call<'_>) -> Result<Value, Fault>;

/// What a machine knows of the outside: part of its snapshot, so that a replay sees the same.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Env {
    /// The time at which this turn (or the last answer) began: milliseconds since 1970-01-01 UTC.
    pub now_ms: i64,
    /// The IANA time zone in which dates are shown and read, e.g. `America/Sao_Paulo`.
    pub zone: EcoString,
    /// The state of the random number generator (SplitMix64).
    pub random: u64,
    /// What a classic program has printed and has of its own.
    #[serde(default)]
    pub teletype: classic::Paper,
}

impl Env {
    /// At a time, in a zone, with a seed for random numbers.
    pub fn new(now_ms: i64, zone: impl Into<EcoString>, random: u64) -> Env {
        Env { now_ms, zone: zone.into(), random, teletype: classic::Paper::default() }
    }
    /// The next 64 random bits (SplitMix64, Steele, Lea and Flood 2014).
    pub fn next_u64(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A random float in `[0, 1)`.
    pub fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// One call of a pure function.
pub struct Call<'a> {
    /// The memory of the conversation.
    pub heap: &'a mut dyn Heap,
    /// The arguments; one that was left out is missing or null.
    pub args: &'a [Value],
    /// Time, zone, random numbers.
    pub env: &'a mut Env,
}

impl Call<'_> {
    /// The argument at `index`, null when it was left out.
    pub fn arg(&self, index: usize) -> Value {
        self.args.get(index).copied().unwrap_or(Value::NULL)
    }
}

/// Every pure function, family by family: references to where these are declared, so that there is
/// one of each function.
pub(crate) const FAMILIES: &[&&[Keyword]] = &[
    &text::FUNCTIONS,
    &text::case::FUNCTIONS,
    &text::layout::FUNCTIONS,
    &text::alike::FUNCTIONS,
    &text::pieces::FUNCTIONS,
    &text::markup::FUNCTIONS,
    &text::template::FUNCTIONS,
    &numbers::FUNCTIONS,
    &rounding::FUNCTIONS,
    &mathematics::FUNCTIONS,
    &spelled::FUNCTIONS,
    &statistics::FUNCTIONS,
    &chance::FUNCTIONS,
    &dates::FUNCTIONS,
    &dates::spelled::FUNCTIONS,
    &dates::moving::FUNCTIONS,
    &dates::calendar::FUNCTIONS,
    &dates::durations::FUNCTIONS,
    &dates::relative::FUNCTIONS,
    &dates::business::FUNCTIONS,
    &dates::zones::FUNCTIONS,
    &lists::FUNCTIONS,
    &lists::shape::FUNCTIONS,
    &lists::sets::FUNCTIONS,
    &lists::rows::FUNCTIONS,
    &maps::FUNCTIONS,
    &maps::paths::FUNCTIONS,
    &query::FUNCTIONS,
    &logic::FUNCTIONS,
    &json::FUNCTIONS,
    &json::csv::FUNCTIONS,
    &json::xml::FUNCTIONS,
    &json::yaml::FUNCTIONS,
    &formats::FUNCTIONS,
    &hash::FUNCTIONS,
    &patterns::FUNCTIONS,
    &using::FUNCTIONS,
    &validate::functions::FUNCTIONS,
];

/// Every pure function, family by family.
pub fn functions() -> impl Iterator<Item = &'static Keyword> {
    FAMILIES.iter().flat_map(|family| family.iter())
}
