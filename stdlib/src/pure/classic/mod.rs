//! What classic BASIC needs at run time: its teletype, its numbers as it writes them, its functions
//! with their strict arguments, the answers to INPUT and the items of DATA.
//!
//! The functions of this folder are called by the code that the compiler makes of classic
//! programs; no script can name them. Sources: ECMA-55 (Minimal BASIC, 1978) and the manuals of
//! Microsoft BASIC-80 and GW-BASIC.
//!
//! Reading order: [`numeral`] (numbers as texts), [`teletype`] (where PRINT writes), [`print`],
//! [`input`], [`math`], [`strings`].

use super::Call;
use crate::keyword::Keyword;
use crate::{Fault, Kind, Value};

pub mod input;
pub mod math;
pub mod numeral;
pub mod print;
pub mod strings;
pub mod teletype;

pub use teletype::{Paper, Teletype};

/// The functions that only compiled code can call.
pub fn functions() -> impl Iterator<Item = &'static Keyword> {
    [print::FUNCTIONS, input::FUNCTIONS, math::FUNCTIONS, strings::FUNCTIONS].into_iter().flatten()
}

/// The longest text that is made in one piece by STRING$ and SPACE$, in characters.
const REPEATED_MAX: i64 = 1 << 20;

impl Call<'_> {
    /// A number without a conversion; the compiler has seen to it that it is one.
    fn plain(&self, index: usize) -> f64 {
        self.arg(index).number().unwrap_or(0.0)
    }
    /// A number rounded to a whole one: arguments, subscripts and columns are.
    fn rounded(&self, index: usize) -> i64 {
        round(self.plain(index))
    }
    /// A text; other kinds are none in a classic program.
    fn words(&mut self, index: usize) -> Result<String, Fault> {
        let value = self.arg(index);
        let text = self.heap.text(&value).to_string();
        self.heap.charge(1 + text.len() as u64 / 16)?;
        Ok(text)
    }
}

/// A float as a whole number: halves go away from zero, what no integer holds to the nearest one.
pub fn round(n: f64) -> i64 {
    libm::round(n) as i64
}

/// An argument that a function of the era refuses.
fn illegal(message: impl Into<String>) -> Fault {
    Fault::argument(message)
}

/// A float as the machine keeps numbers: an integer where it is one.
fn kept(n: f64) -> Value {
    super::arith::whole(Value::num(n))
}

/// Whether a value is a number.
fn is_number(value: Value) -> bool {
    matches!(value.kind(), Kind::Int | Kind::Num | Kind::Bool)
}
