//! Answers to INPUT, items of DATA, VAL: texts that are to be numbers.

use super::numeral::{leading, spelled};
use super::{Call, kept};
use crate::{Fault, TrapCode, Value};

crate::functions! {
    family "classic";

    /// The items of an answer to INPUT as a list, behind a text that says what is wrong with them:
    /// null when nothing is. A letter for each variable says what it takes: `n` a number, `i` a
    /// whole number of 16 bits, `s` a text; alone `l` takes the whole answer, commas included, and
    /// `r` takes it with its blanks and quotes.
    "CLASSIC REPLY" (answer: Any, kinds: Text) -> List = reply;

    /// An item of DATA as a number; infinite when it is too large.
    "CLASSIC DATUM NUMBER" (item: Text) -> Num = datum_number;

    /// An item of DATA as a text.
    "CLASSIC DATUM TEXT" (item: Text) -> Text = datum_text;

    /// The number that a text begins with, 0 when there is none; infinite when it is too large.
    "CLASSIC VAL" (text: Text) -> Num = val;
}

/// How items of DATA are marked: those that stood in quotes, and others.
const QUOTED: char = '"';
const PLAIN: char = '=';

/// An item of an answer.
#[derive(Debug, PartialEq)]
struct Item<'t> {
    text: &'t str,
    quoted: bool,
}

/// The parts between commas; quotes protect commas.
fn items(answer: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut rest = answer;
    loop {
        let start = rest.trim_start();
        let quoted = start.strip_prefix('"');
        let (text, after) = match quoted {
            Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
            None => start.split_at(start.find(',').unwrap_or(start.len())),
        };
        let text = if quoted.is_some() { text } else { text.trim_end() };
        items.push(Item { text, quoted: quoted.is_some() });
        match after.find(',') {
            Some(comma) => rest = after.get(comma + 1..).unwrap_or(""),
            None => return items,
        }
    }
}

fn reply(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (answer, kinds) = (call.text(0)?, call.words(1)?);
    let items = match kinds.as_str() {
        "l" => vec![whole_answer(&answer)],
        "r" => vec![Item { text: &answer, quoted: false }],
        _ => items(&answer),
    };
    let mut wrong = count_is_wrong(items.len(), kinds.len());
    let mut values = vec![Value::NULL];
    for (item, kind) in items.iter().zip(kinds.bytes()) {
        match kind {
            b's' | b'l' | b'r' => values.push(call.give(item.text)?),
            _ => match number(item, kind == b'i') {
                Ok(n) => values.push(kept(n)),
                Err(reason) => wrong = wrong.or(Some(reason)),
            },
        }
    }
    if let (Some(wrong), Some(first)) = (wrong, values.first_mut()) {
        *first = call.give(&format!("?REDO FROM START: {wrong}"))?;
    }
    call.heap.new_list(values)
}

/// One text variable takes the answer as it is; quotes around all of it are taken off.
fn whole_answer(answer: &str) -> Item<'_> {
    let text = answer.trim();
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.filter(|inner| !inner.contains('"'));
    Item { text: inner.unwrap_or(text), quoted: inner.is_some() }
}

fn count_is_wrong(came: usize, wanted: usize) -> Option<String> {
    match (came == wanted, wanted) {
        (true, _) => None,
        (false, 1) => Some("ONE VALUE ONLY, PLEASE".to_string()),
        (false, n) => Some(format!("{n} VALUES, PLEASE, WITH COMMAS BETWEEN THEM")),
    }
}

/// The number that an item is, or why it cannot be taken.
fn number(item: &Item<'_>, whole: bool) -> Result<f64, String> {
    let shown: String = item.text.chars().take(20).collect();
    let number = spelled(item.text).filter(|_| !item.quoted);
    let number = number.ok_or_else(|| match item.text.is_empty() {
        true => "A NUMBER IS NEEDED".to_string(),
        false => format!("\"{shown}\" IS NOT A NUMBER"),
    })?;
    if !number.is_finite() || whole && super::math::integer(number).is_none() {
        return Err(format!("{shown} IS TOO LARGE"));
    }
    Ok(if whole { libm::round(number) } else { number })
}

fn datum_number(call: &mut Call<'_>) -> Result<Value, Fault> {
    let item = call.words(0)?;
    let written = item.strip_prefix(PLAIN);
    if written.is_some_and(|written| written.trim().is_empty()) {
        return Ok(Value::int(0));
    }
    let number = written.and_then(spelled).ok_or_else(|| {
        let shown: String = item.trim_start_matches([QUOTED, PLAIN]).chars().take(40).collect();
        let text = format!("READ needs a number here, but the next item of DATA is \"{shown}\"");
        Fault::new(TrapCode::TypeMismatch, text)
    })?;
    Ok(kept(number))
}

fn datum_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let item = call.words(0)?;
    call.give(item.strip_prefix([QUOTED, PLAIN]).unwrap_or(&item))
}

fn val(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.words(0)?;
    let text: String = text.chars().filter(|c| *c != ' ').take(64).collect();
    Ok(kept(leading(&text).map_or(0.0, |(number, _)| number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_parted_at_commas() {
        let texts = |answer| items(answer).iter().map(|i| i.text.to_string()).collect::<Vec<_>>();
        assert_eq!(texts("1, two ,3"), ["1", "two", "3"]);
        assert_eq!(texts(" \"a, b\" , c"), ["a, b", "c"]);
        assert_eq!(texts(""), [""]);
        assert_eq!(texts("1,"), ["1", ""]);
        assert_eq!(texts("\"open"), ["open"]);
        assert_eq!(whole_answer("Smith, John").text, "Smith, John");
        assert_eq!(whole_answer("\"A, B\"").text, "A, B");
    }

    #[test]
    fn numbers_are_numbers() {
        let of = |text, whole| number(&Item { text, quoted: false }, whole);
        assert_eq!(of("12.5", false), Ok(12.5));
        assert_eq!(of("2.5", true), Ok(3.0));
        assert_eq!(of("abc", false), Err("\"abc\" IS NOT A NUMBER".to_string()));
        assert_eq!(of("1E999", false), Err("1E999 IS TOO LARGE".to_string()));
        assert_eq!(of("40000", true), Err("40000 IS TOO LARGE".to_string()));
        assert_eq!(of("", false), Err("A NUMBER IS NEEDED".to_string()));
    }
}
