//! How alike two texts are.

use super::Call;
use super::case::unaccented;
use crate::{Fault, Value};
use std::cmp::Ordering;

crate::functions! {
    family "text";

    /// How many characters must be changed, added or taken out to make one text the other
    /// (Levenshtein 1966).
    ///
    /// `LEVENSHTEIN("kitten", "sitting")` → `3`
    /// `LEVENSHTEIN("same", "same")` → `0`
    "LEVENSHTEIN" also ["EDITDISTANCE", "EDIT DISTANCE"] (text: Text, other: Text) -> Int
    = levenshtein;

    /// How alike two texts are, from 0 (nothing in common) to 1 (the same): one minus the share of
    /// characters that must be changed. Letter case, accents and blanks at the ends do not count.
    ///
    /// `SIMILARITY("São Paulo", "sao paulo")` → `1`
    /// `SIMILARITY("pizza", "piza")` → `0.8`
    /// `SIMILARITY("abc", "xyz")` → `0`
    "SIMILARITY" (text: Text, other: Text) -> Num = similarity;

    /// The text of a list that is most alike to a text; null where none is alike enough (half of
    /// the characters, or as the third argument says, 0 to 1).
    ///
    /// `CLOSEST("piza", ["pasta", "pizza", "salad"])` → `pizza`
    /// `CLOSEST("water", ["pasta", "pizza"], 0.6) IS NULL` → `true`
    "CLOSEST" also ["BESTMATCH", "BEST MATCH", "FUZZYMATCH"] (text: Text, list: List; least: Num)
        -> Any = closest;

    /// The Soundex code of a text: words that sound alike in English have the same.
    ///
    /// `SOUNDEX("Robert")` → `R163`
    /// `SOUNDEX("Rupert") = SOUNDEX("Robert")` → `true`
    "SOUNDEX" (text: Text) -> Text = soundex;

    /// Compares two texts: -1 where the first comes before the second, 0 where they are equal, 1
    /// where it comes after. With 1 or `text` as the third argument letter case does not count.
    ///
    /// `STRCOMP("a", "b")` → `-1`
    /// `STRCOMP("ABC", "abc", 1)` → `0`
    "STRCOMP" (text: Text, other: Text; mode: Any) -> Int = str_comp;

    /// Compares two texts as a dictionary orders them: accents and letter case only decide between
    /// texts that are otherwise equal. Answers -1, 0 or 1.
    ///
    /// `LOCALECOMPARE("água", "azul")` → `-1`
    /// `LOCALECOMPARE("a", "A")` → `-1`
    "LOCALECOMPARE" (text: Text, other: Text) -> Int = locale_compare;

    /// Whether two texts are equal when letter case, accents and blanks at the ends do not count.
    ///
    /// `SAMETEXT(" Olá ", "ola")` → `true`
    /// `SAMETEXT("a", "b")` → `false`
    "SAMETEXT" also ["SAME TEXT", "EQUALSIGNORECASE", "EQUALS IGNORE CASE"]
        (text: Text, other: Text) -> Bool = same_text;
}

/// The least number of changes that make one text the other; charges for every pair of characters
/// before it compares.
fn distance(call: &mut Call<'_>, a: &str, b: &str) -> Result<usize, Fault> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    call.heap.charge(a.len() as u64 * b.len() as u64)?;
    call.heap.reserve((a.len() + 2 * b.len()) * 8)?;
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let change = before + usize::from(x != y);
            before = *cell;
            left = change.min(before + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    Ok(row.last().copied().unwrap_or(0))
}

fn levenshtein(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    distance(call, &a, &b).map(|n| Value::int(n as i64))
}

/// A text without what does not count: blanks at its ends, accents, letter case.
fn plain(call: &mut Call<'_>, text: &str) -> Result<String, Fault> {
    call.room(text.len().saturating_mul(4))?;
    call.heap.charge(text.len() as u64 * 8)?;
    Ok(unaccented(text.trim()).to_lowercase())
}

/// How alike two texts are, 0 to 1.
fn share(call: &mut Call<'_>, a: &str, b: &str) -> Result<f64, Fault> {
    let (a, b) = (plain(call, a)?, plain(call, b)?);
    let longer = a.chars().count().max(b.chars().count());
    if longer == 0 {
        return Ok(1.0);
    }
    Ok(1.0 - distance(call, &a, &b)? as f64 / longer as f64)
}

fn similarity(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    let share = share(call, &a, &b)?;
    Ok(crate::pure::arith::whole(Value::num(share)))
}

fn closest(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let least = if call.arg(2).is_null() { 0.5 } else { call.number(2)? };
    let (mut best, mut found) = (least, Value::NULL);
    for element in call.list(1)? {
        let other = super::display(call.heap, element, call.env)?;
        let alike = share(call, &text, &other)?;
        if alike > best || (alike == best && found.is_null()) {
            (best, found) = (alike, element);
        }
    }
    Ok(found)
}

/// The digit of a letter; vowels have none and part equal digits, H and W do not part them.
fn soundex_digit(letter: char) -> Option<char> {
    match letter {
        'b' | 'f' | 'p' | 'v' => Some('1'),
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Some('2'),
        'd' | 't' => Some('3'),
        'l' => Some('4'),
        'm' | 'n' => Some('5'),
        'r' => Some('6'),
        _ => None,
    }
}

fn soundex(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let text = plain(call, &text)?;
    let mut letters = text.chars().filter(char::is_ascii_alphabetic);
    let Some(first) = letters.next() else { return call.give("") };
    let mut code = first.to_ascii_uppercase().to_string();
    let mut last = soundex_digit(first);
    for letter in letters {
        let digit = soundex_digit(letter);
        if let Some(digit) = digit.filter(|_| digit != last) {
            code.push(digit);
        }
        if !matches!(letter, 'h' | 'w') {
            last = digit;
        }
        if code.len() == 4 {
            break;
        }
    }
    call.give(&format!("{code:0<4}"))
}

fn sign(order: Ordering) -> Value {
    Value::int(order as i64)
}

fn str_comp(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b, mode) = (call.text(0)?, call.text(1)?, call.text_or(2, "0")?);
    let folded = matches!(mode.trim().to_ascii_lowercase().as_str(), "1" | "text" | "true");
    call.room(a.len() + b.len())?;
    Ok(sign(if folded { a.to_lowercase().cmp(&b.to_lowercase()) } else { a.cmp(&b) }))
}

/// The order of a dictionary: letters first, then accents, then small letters before capitals.
pub fn dictionary_order(a: &str, b: &str) -> Ordering {
    let plain = |text: &str| unaccented(text).to_lowercase();
    let swapped = |text: &str| -> String {
        let other = |c: char| if c.is_lowercase() { ' ' } else { c };
        text.chars().map(other).collect()
    };
    plain(a)
        .cmp(&plain(b))
        .then_with(|| a.to_lowercase().cmp(&b.to_lowercase()))
        .then_with(|| swapped(a).cmp(&swapped(b)))
}

fn locale_compare(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    call.heap.charge((a.len() + b.len()) as u64)?;
    call.room((a.len() + b.len()).saturating_mul(2))?;
    Ok(sign(dictionary_order(&a, &b)))
}

fn same_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    Ok(Value::bool(plain(call, &a)? == plain(call, &b)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn known_distances() {
        for (a, b, n) in [
            ("", "", "0"),
            ("", "abc", "3"),
            ("abc", "", "3"),
            ("flaw", "lawn", "2"),
            ("saturday", "sunday", "3"),
            ("ação", "acao", "2"),
        ] {
            assert_eq!(call("LEVENSHTEIN", &format!(r#"["{a}", "{b}"]"#)), n, "{a} {b}");
        }
    }

    #[test]
    fn long_texts_are_paid_for_first() {
        let text = "a".repeat(20_000);
        let args = format!(r#"["{text}", "{text}"]"#);
        assert_eq!(call("LEVENSHTEIN", &args), "out of fuel");
    }

    #[test]
    fn codes_of_names() {
        for (name, code) in
            [("Ashcraft", "A261"), ("Tymczak", "T522"), ("Pfister", "P236"), ("Honeyman", "H555")]
        {
            assert_eq!(call("SOUNDEX", &format!(r#"["{name}"]"#)), code);
        }
        assert_eq!(call("SOUNDEX", r#"["123"]"#), "");
    }

    #[test]
    fn the_order_of_a_dictionary() {
        let mut words = vec!["zebra", "Água", "agora", "água", "azul", "Azul"];
        words.sort_by(|a, b| dictionary_order(a, b));
        assert_eq!(words, ["agora", "água", "Água", "azul", "Azul", "zebra"]);
    }
}
