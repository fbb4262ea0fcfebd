//! Functions of numbers, with the arguments and errors of the era.

use super::{Call, illegal, kept};
use crate::{Fault, Kind, TrapCode, Value};

crate::functions! {
    family "classic";

    /// A number rounded to a whole one between -32768 and 32767.
    "CLASSIC CINT" (number: Num) -> Int = cint;
    /// A number rounded to the digits of single precision.
    "CLASSIC CSNG" (number: Num) -> Num = csng;
    /// The square root of a number that is not negative.
    "CLASSIC SQR" (number: Num) -> Num = sqr;
    /// The natural logarithm of a number above 0.
    "CLASSIC LOG" (number: Num) -> Num = log;
    /// e to the power of a number; infinite when it is too large.
    "CLASSIC EXP" (number: Num) -> Num = exp;
    /// A random number: above 0 or without a number the next one, 0 the last one, below 0 the
    /// first of the sequence that it names.
    "CLASSIC RND" (; number: Num) -> Num = rnd;
    /// Begins the sequence of random numbers that every run has, or one from outside.
    "CLASSIC BEGIN" (outside: Bool) -> Any = begin;
    /// Begins the sequence of a number; without one, a sequence from outside.
    "CLASSIC RANDOMIZE" (; number: Num) -> Any = randomize;
    /// The seconds since midnight.
    "CLASSIC TIMER" () -> Num = timer;
    /// The choice of ON, from 1; an error where there is no such choice.
    "CLASSIC CHOICE" (number: Num, choices: Int) -> Int = choice;
    /// The choice of ON, from 1; another number where there is no such choice.
    "CLASSIC ON" (number: Num, choices: Int) -> Int = on;
}

/// A number as one of 16 bits, if it is in their range.
pub(super) fn integer(n: f64) -> Option<i64> {
    let whole = super::round(n);
    (-32768..=32767).contains(&whole).then_some(whole)
}

fn cint(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.plain(0);
    integer(number).map(Value::int).ok_or_else(|| {
        let shown = super::numeral::numeral(number, super::numeral::SINGLE, 'E');
        let text = format!("overflow:{shown} does not fit into a whole number (-32768 to 32767)");
        Fault::new(TrapCode::Overflow, text)
    })
}

fn csng(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.plain(0);
    let rounded = format!("{number:.6e}").parse().unwrap_or(number);
    Ok(kept(rounded))
}

fn sqr(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.plain(0);
    if number < 0.0 {
        return Err(illegal("a negative number has no square root"));
    }
    Ok(kept(libm::sqrt(number)))
}

fn log(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.plain(0);
    if number <= 0.0 {
        return Err(illegal("only a number above 0 has a logarithm"));
    }
    Ok(kept(libm::log(number)))
}

fn exp(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(kept(libm::exp(call.plain(0))))
}

/// What the sequence of every run begins with.
const FIRST: u64 = 0x4543_4d41_2d35_3501;

fn begin(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.env.teletype.entropy = call.env.random;
    let outside = call.arg(0);
    if outside.kind() != Kind::Bool || outside.as_i64() == 0 {
        call.env.random = FIRST;
    }
    Ok(Value::NULL)
}

fn randomize(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.env.random = match call.arg(0).is_null() {
        false => seed(call.plain(0)),
        true => {
            let entropy = &mut call.env.teletype.entropy;
            *entropy = entropy.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            *entropy ^ call.env.now_ms as u64
        }
    };
    Ok(Value::NULL)
}

/// Another sequence for every number.
fn seed(number: f64) -> u64 {
    number.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ FIRST
}

fn rnd(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = if call.arg(0).is_null() { 1.0 } else { call.plain(0) };
    if number == 0.0 {
        return Ok(Value::num(call.env.teletype.last_random));
    }
    if number < 0.0 {
        call.env.random = seed(number);
    }
    let next = call.env.next_unit();
    call.env.teletype.last_random = next;
    Ok(Value::num(next))
}

/// Each look moves the clock by a hundredth of a second: a turn has one time, and a program that
/// waits for the next second must see it come.
fn timer(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.env.teletype.looks = call.env.teletype.looks.saturating_add(1);
    let seconds = super::strings::now(call)?;
    Ok(Value::num(seconds))
}

fn choice(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (number, choices) = (call.rounded(0), call.rounded(1));
    if (1..=choices).contains(&number) {
        return Ok(Value::int(number));
    }
    let text = format!("ON has {choices} line(s) to go to, and {number} is none of them");
    Err(illegal(text))
}

/// Microsoft's ON goes on with the next statement where there is no such choice.
fn on(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.rounded(0);
    if !(0..=255).contains(&number) {
        return Err(illegal(format!("ON takes a number from 0 to 255, not {number}")));
    }
    Ok(Value::int(number))
}
