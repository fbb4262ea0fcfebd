//! Functions of texts, with the arguments and errors of the era.

use super::numeral::{DOUBLE, SINGLE, numeral};
use super::{Call, REPEATED_MAX, illegal, is_number};
use crate::{Fault, Value};

crate::functions! {
    family "classic";

    /// The first characters of a text.
    "CLASSIC LEFT" (text: Text, count: Num) -> Text = left;
    /// The last characters of a text.
    "CLASSIC RIGHT" (text: Text, count: Num) -> Text = right;
    /// Characters of a text from a place on.
    "CLASSIC MID" (text: Text, start: Num; count: Num) -> Text = mid;
    /// A text some of whose characters are replaced by those of another one.
    "CLASSIC MID SET" (text: Text, part: Text, start: Num; count: Num) -> Text = mid_set;
    /// Where a text stands in another one, from a place on.
    "CLASSIC INSTR" (start: Num, text: Text, part: Text) -> Int = instr;
    /// The number of the first character of a text.
    "CLASSIC ASC" (text: Text) -> Int = asc;
    /// The character of a number.
    "CLASSIC CHR" (code: Num) -> Text = chr;
    /// A number as PRINT writes it.
    "CLASSIC STR" (number: Num; double: Bool) -> Text = str;
    /// So many of one character, which is a number or a text.
    "CLASSIC STRING" (count: Num, character: Any) -> Text = string;
    /// A number to the base 16.
    "CLASSIC HEX" (number: Num) -> Text = hex;
    /// A number to the base 8.
    "CLASSIC OCT" (number: Num) -> Text = oct;
    /// The date as `MM-DD-YYYY`.
    "CLASSIC DATE" () -> Text = date;
    /// The time as `HH:MM:SS`.
    "CLASSIC TIME" () -> Text = time;
    /// The key that an answer stands for: its first character, or the one of the Enter key.
    "CLASSIC KEY" (answer: Any; count: Num) -> Text = key;
}

/// A count of characters, which is not negative.
fn count(call: &Call<'_>, index: usize, name: &str) -> Result<usize, Fault> {
    let count = call.rounded(index);
    usize::try_from(count)
        .map_err(|_| illegal(format!("{name} needs a length that is not negative, not {count}")))
}

/// A place in a text, counted from 1.
fn place(call: &Call<'_>, index: usize, name: &str) -> Result<usize, Fault> {
    let place = call.rounded(index);
    let found = usize::try_from(place).ok().filter(|place| *place > 0);
    found.ok_or_else(|| illegal(format!("{name} counts characters from 1, not from {place}")))
}

/// The byte at which the character `at` begins, or the length of the text.
fn byte_of(text: &str, at: usize) -> usize {
    if text.is_ascii() {
        return at.min(text.len());
    }
    text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte)
}

fn left(call: &mut Call<'_>) -> Result<Value, Fault> {
    let count = count(call, 1, "LEFT$")?;
    let text = call.words(0)?;
    call.give(text.get(..byte_of(&text, count)).unwrap_or(""))
}

fn right(call: &mut Call<'_>) -> Result<Value, Fault> {
    let count = count(call, 1, "RIGHT$")?;
    let text = call.words(0)?;
    let skipped = text.chars().count().saturating_sub(count);
    call.give(text.get(byte_of(&text, skipped)..).unwrap_or(""))
}

fn mid(call: &mut Call<'_>) -> Result<Value, Fault> {
    let start = place(call, 1, "MID$")? - 1;
    let count = match call.arg(2).is_null() {
        true => usize::MAX,
        false => count(call, 2, "MID$")?,
    };
    let text = call.words(0)?;
    let rest = text.get(byte_of(&text, start)..).unwrap_or("");
    call.give(rest.get(..byte_of(rest, count)).unwrap_or(""))
}

fn mid_set(call: &mut Call<'_>) -> Result<Value, Fault> {
    let start = place(call, 2, "MID$")? - 1;
    let (text, part) = (call.words(0)?, call.words(1)?);
    let length = text.chars().count();
    if start >= length {
        return Err(illegal(format!(
            "MID$ begins at character {}, the last is {length}",
            start + 1
        )));
    }
    let most = match call.arg(3).is_null() {
        true => usize::MAX,
        false => count(call, 3, "MID$")?,
    };
    let replaced = part.chars().count().min(most).min(length - start);
    let part = part.get(..byte_of(&part, replaced)).unwrap_or("");
    let head = text.get(..byte_of(&text, start)).unwrap_or("");
    let tail = text.get(byte_of(&text, start + replaced)..).unwrap_or("");
    call.give(&format!("{head}{part}{tail}"))
}

fn instr(call: &mut Call<'_>) -> Result<Value, Fault> {
    let start = place(call, 0, "INSTR")? - 1;
    let (text, part) = (call.words(1)?, call.words(2)?);
    if start >= text.chars().count() {
        return Ok(Value::int(0));
    }
    let from = byte_of(&text, start);
    let found = text.get(from..).and_then(|rest| rest.find(&part));
    let before = found.and_then(|at| text.get(..from + at));
    Ok(Value::int(before.map_or(0, |before| before.chars().count() as i64 + 1)))
}

fn asc(call: &mut Call<'_>) -> Result<Value, Fault> {
    let first = call.words(0)?.chars().next();
    let first = first.ok_or_else(|| illegal("ASC needs a text that is not empty"))?;
    Ok(Value::int(i64::from(u32::from(first))))
}

fn chr(call: &mut Call<'_>) -> Result<Value, Fault> {
    let code = call.rounded(0);
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    let character =
        character.ok_or_else(|| illegal(format!("there is no character with number {code}")))?;
    call.give(character.encode_utf8(&mut [0; 4]))
}

fn str(call: &mut Call<'_>) -> Result<Value, Fault> {
    let number = call.plain(0);
    let text = match call.arg(1).as_i64() {
        0 => numeral(number, SINGLE, 'E'),
        _ => numeral(number, DOUBLE, 'D'),
    };
    call.give(&text)
}

fn string(call: &mut Call<'_>) -> Result<Value, Fault> {
    let count = count(call, 0, "STRING$")?;
    let character = match is_number(call.arg(1)) {
        true => u32::try_from(call.rounded(1)).ok().and_then(char::from_u32),
        false => call.words(1)?.chars().next(),
    };
    let character =
        character.ok_or_else(|| illegal("STRING$ needs a character, or the number of one"))?;
    if count as i64 > REPEATED_MAX {
        return Err(illegal(format!("STRING$ makes at most {REPEATED_MAX} characters")));
    }
    call.room(count * character.len_utf8())?;
    call.give(&character.to_string().repeat(count))
}

/// A number as bits: those of 16 where it fits into them.
fn bits(call: &Call<'_>) -> i64 {
    let number = call.rounded(0);
    if (-32768..0).contains(&number) { number + 0x10000 } else { number }
}

fn hex(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = format!("{:X}", bits(call));
    call.give(&text)
}

fn oct(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = format!("{:o}", bits(call));
    call.give(&text)
}

/// The seconds since midnight, with what the looks at the clock have moved it.
pub(super) fn now(call: &mut Call<'_>) -> Result<f64, Fault> {
    let time = call.local(usize::MAX)?.time();
    let whole = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    let seconds = whole as f64 + f64::from(time.second()) + f64::from(time.millisecond()) / 1000.0;
    let moved = f64::from(call.env.teletype.looks) / 100.0;
    Ok((seconds + moved) % 86_400.0)
}

fn date(call: &mut Call<'_>) -> Result<Value, Fault> {
    let day = call.local(usize::MAX)?.date();
    let text = format!("{:02}-{:02}-{:04}", day.month(), day.day(), day.year());
    call.give(&text)
}

fn time(call: &mut Call<'_>) -> Result<Value, Fault> {
    call.env.teletype.looks = call.env.teletype.looks.saturating_add(1);
    let seconds = now(call)? as u32;
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    call.give(&text)
}

fn key(call: &mut Call<'_>) -> Result<Value, Fault> {
    let count = if call.arg(1).is_null() { 1 } else { count(call, 1, "INPUT$")? };
    let answer = call.text(0)?;
    let keys = if answer.is_empty() { "\r" } else { &answer };
    call.give(keys.get(..byte_of(keys, count)).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use crate::pure::Call;
    use crate::testing::{TestHeap, env, shown};
    use crate::{Fault, Heap, Value};

    fn run(
        function: fn(&mut Call<'_>) -> Result<Value, Fault>,
        text: &str,
        numbers: &[f64],
    ) -> String {
        let mut heap = TestHeap::default();
        let mut args = vec![heap.new_text(text).expect("a text")];
        args.extend(numbers.iter().map(|n| Value::num(*n)));
        let answer = function(&mut Call { heap: &mut heap, args: &args, env: &mut env() });
        answer.map_or_else(|fault| fault.message, |value| shown(&mut heap, value))
    }

    #[test]
    fn slices_count_characters() {
        assert_eq!(run(super::left, "ação", &[2.0]), "aç");
        assert_eq!(run(super::right, "ação", &[2.0]), "ão");
        assert_eq!(run(super::mid, "HELLO", &[2.0, 3.0]), "ELL");
        assert_eq!(run(super::mid, "HELLO", &[9.0]), "");
        assert_eq!(run(super::left, "HELLO", &[99.0]), "HELLO");
    }

    #[test]
    fn wrong_arguments_are_errors() {
        assert!(run(super::left, "HELLO", &[-1.0]).contains("LEFT$"));
        assert!(run(super::mid, "HELLO", &[0.0]).contains("from 1"));
        assert!(run(super::asc, "", &[]).contains("ASC"));
    }

    #[test]
    fn an_answer_is_a_key() {
        assert_eq!(run(super::key, "", &[]), "\r");
        assert_eq!(run(super::key, "north", &[]), "n");
        assert_eq!(run(super::key, "north", &[2.0]), "no");
    }
}
