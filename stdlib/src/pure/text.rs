//! Text functions. Characters are counted, never bytes; the first has the number 1.
//!
//! A character is a scalar value of the Unicode standard: `é` is one where it is written as one. An
//! emoji may have several; `GRAPHEMES` takes a text apart into what a person sees.

use super::Call;
use crate::{Fault, Kind, TrapCode, Value};

pub mod alike;
pub mod case;
pub mod layout;
pub mod markup;
pub mod pieces;
pub mod template;

pub use super::display::{display, display_data, display_data_in};

crate::functions! {
    family "text";

    /// How many characters a text has, or elements a list, or fields a map.
    ///
    /// `LEN("olá")` → `3`
    /// `LEN([5, 6])` → `2`
    "LEN" also ["LENGTH", "SIZE"] (value: Any) -> Int = len;

    /// The first characters of a text.
    ///
    /// `LEFT("hello", 2)` → `he`
    /// `LEFT("hello")` → `h`
    "LEFT" (text: Text; count: Int) -> Text = left;

    /// The last characters of a text.
    ///
    /// `RIGHT("hello", 2)` → `lo`
    /// `RIGHT("hi", 9)` → `hi`
    "RIGHT" (text: Text; count: Int) -> Text = right;

    /// Characters of a text from a place on, which counts from 1; of a list elements from a place
    /// on, which counts from 0.
    ///
    /// `MID("hello", 2, 3)` → `ell`
    /// `MID("hello", 4)` → `lo`
    /// `MID([5, 6, 7], 1)` → `[6,7]`
    "MID" also ["SUBSTRING", "SUBSTR"] (value: Any, start: Int; count: Int) -> Any = mid;

    /// Where a text stands in another one, counted from 1; 0 when it does not. A number before
    /// both says where to begin.
    ///
    /// `INSTR("hello", "l")` → `3`
    /// `INSTR(4, "hello", "l")` → `4`
    /// `INSTR("hello", "x")` → `0`
    "INSTR" (text: Any, part: Any; last: Any) -> Int = instr;

    /// The text in upper case.
    ///
    /// `UCASE("olá")` → `OLÁ`
    "UCASE" also ["UPPER", "UPPERCASE", "TOUPPERCASE", "TOUPPER"] (text: Text) -> Text = ucase;

    /// The text in lower case.
    ///
    /// `LCASE("ÁGUA")` → `água`
    "LCASE" also ["LOWER", "LOWERCASE", "TOLOWERCASE", "TOLOWER"] (text: Text) -> Text = lcase;

    /// The text with its first letter in upper case and the rest in lower case.
    ///
    /// `CAPITALIZE("jOHN smith")` → `John smith`
    "CAPITALIZE" (text: Text) -> Text = capitalize;

    /// The text with every word's first letter in upper case.
    ///
    /// `TITLE("ana de souza")` → `Ana De Souza`
    "TITLE" also ["PROPER", "TITLECASE"] (text: Text) -> Text = title;

    /// The text without blanks at both ends, or without the characters given.
    ///
    /// `TRIM("  a b ")` → `a b`
    /// `TRIM("**note**", "*")` → `note`
    "TRIM" also ["STRIP", "ALLTRIM"] (text: Text; characters: Text) -> Text = trim;

    /// The text without blanks at its beginning, or without the characters given.
    ///
    /// `LTRIM("  a")` → `a`
    /// `LTRIM("0070", "0")` → `70`
    "LTRIM" also ["LSTRIP", "TRIMSTART", "TRIMLEFT", "TRIM START", "TRIM LEFT"]
        (text: Text; characters: Text) -> Text = ltrim;

    /// The text without blanks at its end, or without the characters given.
    ///
    /// `RTRIM("a  ")` → `a`
    /// `RTRIM("wait!?!", "!?")` → `wait`
    "RTRIM" also ["RSTRIP", "TRIMEND", "TRIMRIGHT", "TRIM END", "TRIM RIGHT"]
        (text: Text; characters: Text) -> Text = rtrim;

    /// The text with every match of a part replaced, or only the first so many.
    ///
    /// `REPLACE("a-b-c", "-", "+")` → `a+b+c`
    /// `REPLACE("a-b-c", "-", "+", 1)` → `a+b-c`
    /// `REPLACE("a-b-c", "-")` → `abc`
    "REPLACE" also ["REPLACEALL", "REPLACE ALL", "SUBSTITUTE"]
        (text: Text, part: Text; replacement: Text, count: Int) -> Text = replace;

    /// The parts of a text between separators; without one, its words. A list of separators parts
    /// the text at each of them. With a limit the last part holds the rest.
    ///
    /// `SPLIT("a,b", ",")` → `["a","b"]`
    /// `SPLIT("a b  c")` → `["a","b","c"]`
    /// `SPLIT("key=a=b", "=", 2)` → `["key","a=b"]`
    /// `SPLIT("a,b;c", [",", ";"])` → `["a","b","c"]`
    "SPLIT" also ["EXPLODE"] (text: Text; separator: Any, limit: Int) -> List = split;

    /// A value written as a text.
    ///
    /// `STR(12)` → `12`
    "STR" also ["CSTR", "TOSTRING", "TO STRING", "TEXT"] (value: Any) -> Text = str;

    /// The character with a number.
    ///
    /// `CHR(65)` → `A`
    /// `CHR(128512)` → `😀`
    "CHR" also ["CHRW", "UNICHAR", "FROMCHARCODE", "FROMCODEPOINT"] (code: Int) -> Text = chr;

    /// The number of a text's first character in the Unicode standard; of ASCII below 128.
    ///
    /// `ASC("A")` → `65`
    /// `UNICODE("é")` → `233`
    "ASC" also ["ASCW", "UNICODE", "ORD"] (text: Text) -> Int = asc;

    /// So many blanks.
    ///
    /// `LEN(SPACE(3))` → `3`
    "SPACE" (count: Int) -> Text = space;

    /// A character so many times.
    ///
    /// `STRING(3, "*")` → `***`
    "STRING" (count: Int, character: Any) -> Text = string;

    /// A text so many times.
    ///
    /// `REPEAT("ab", 2)` → `abab`
    "REPEAT" (text: Text, count: Int) -> Text = repeat;

    /// A text filled up at its beginning to a length.
    ///
    /// `PADLEFT("7", 3, "0")` → `007`
    "PADLEFT" also ["PAD LEFT", "LPAD", "PADSTART"] (text: Text, length: Int; fill: Text) -> Text
    = pad_left;

    /// A text filled up at its end to a length.
    ///
    /// `PADRIGHT("7", 3, ".")` → `7..`
    "PADRIGHT" also ["PAD RIGHT", "RPAD", "PADEND"] (text: Text, length: Int; fill: Text) -> Text
    = pad_right;

    /// Whether a text begins with another one.
    ///
    /// `STARTSWITH("hello", "he")` → `true`
    "STARTSWITH" also ["STARTS WITH"] (text: Text, part: Text) -> Bool = starts_with;

    /// Whether a text ends with another one.
    ///
    /// `ENDSWITH("hello", "lo")` → `true`
    "ENDSWITH" also ["ENDS WITH"] (text: Text, part: Text) -> Bool = ends_with;

    /// What stands between two marks.
    ///
    /// `EXTRACT_BETWEEN("a [b] c", "[", "]")` → `b`
    "EXTRACT BETWEEN" (text: Text, left: Text, right: Text) -> Text = extract_between;

    /// What stands before a mark; empty where there is none.
    ///
    /// `EXTRACT_BEFORE("key: value", ":")` → `key`
    "EXTRACT BEFORE" (text: Text, mark: Text) -> Text = extract_before;

    /// What stands after a mark; empty where there is none.
    ///
    /// `EXTRACT_AFTER("a@b.c", "@")` → `b.c`
    "EXTRACT AFTER" (text: Text, mark: Text) -> Text = extract_after;

    /// The words of a text.
    ///
    /// `WORDS("to be or")` → `["to","be","or"]`
    "WORDS" (text: Text) -> List = words;

    /// The lines of a text.
    ///
    /// `UBOUND(LINES("a\nb"))` → `2`
    "LINES" (text: Text) -> List = lines;
}

impl Call<'_> {
    /// The argument as a text; charges for its length.
    pub fn text(&mut self, index: usize) -> Result<String, Fault> {
        let value = self.arg(index);
        let known = self.heap.text(&value).len();
        self.heap.charge(1 + known as u64 / 16)?;
        let text = display(self.heap, value, self.env)?;
        self.heap.charge((text.len() - known) as u64 / 4)?;
        Ok(text)
    }
    /// The argument where it is a text whose characters are bytes: it is read in place.
    pub fn ascii(&self, index: usize) -> Option<&str> {
        let value = self.args.get(index)?;
        let ascii = value.kind() == Kind::Text && self.heap.is_ascii(*value);
        ascii.then(|| self.heap.text(value))
    }
    /// Answers a part of such an argument.
    pub fn give_part(
        &mut self,
        index: usize,
        part: std::ops::Range<usize>,
    ) -> Result<Value, Fault> {
        let part = self.ascii(index).and_then(|text| text.get(part)).unwrap_or("");
        match Value::short_text(part) {
            Some(short) => Ok(short),
            None => {
                let part = part.to_owned();
                self.give(&part)
            }
        }
    }
    /// Whether the argument counts as true, with a value for one that was left out.
    pub fn flag_or(&self, index: usize, default: bool) -> bool {
        match self.arg(index) {
            value if value.is_null() => default,
            value => super::logic::truth(self.heap, value),
        }
    }
    /// The same with a text for an argument that was left out.
    pub fn text_or(&mut self, index: usize, default: &str) -> Result<String, Fault> {
        if self.arg(index).is_null() { Ok(default.to_string()) } else { self.text(index) }
    }
    /// Answers a text.
    pub fn give(&mut self, text: &str) -> Result<Value, Fault> {
        self.heap.new_text(text)
    }
    /// Answers a list of texts.
    pub fn give_texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Result<Value, Fault> {
        let mut list = Vec::new();
        for text in texts {
            self.heap.charge(1)?;
            self.more_elements(list.len())?;
            list.push(self.heap.new_text(text)?);
        }
        self.heap.new_list(list)
    }
    /// Fails when a text of so many bytes is too long; charges for making it.
    pub fn room(&mut self, bytes: usize) -> Result<(), Fault> {
        if bytes > self.heap.limits().text_bytes {
            return Err(Fault::new(TrapCode::LimitReached, "the text is too long"));
        }
        self.heap.charge(bytes as u64 / 4)?;
        self.heap.reserve(bytes)
    }
    /// Fails when a list that has `count` elements may have no more.
    pub fn more_elements(&mut self, count: usize) -> Result<(), Fault> {
        if count >= self.heap.limits().list_elements {
            return Err(Fault::new(TrapCode::LimitReached, "the list is too long"));
        }
        Ok(())
    }
}

/// A number of characters; none where it is negative.
pub fn count(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn len(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let len = match value.kind() {
        Kind::List => call.heap.list(value).len(),
        Kind::Map => call.heap.map_len(value),
        _ => match call.ascii(0) {
            Some(text) => text.len(),
            None => call.text(0)?.chars().count(),
        },
    };
    Ok(Value::int(len as i64))
}

fn left(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = count(call.int_or(1, 1)?);
    if let Some(text) = call.ascii(0) {
        return call.give_part(0, 0..n.min(text.len()));
    }
    let text = call.text(0)?;
    let end = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    call.give(text.get(..end).unwrap_or(""))
}

fn right(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = count(call.int_or(1, 1)?);
    if let Some(len) = call.ascii(0).map(str::len) {
        return call.give_part(0, len - n.min(len)..len);
    }
    let text = call.text(0)?;
    let start = match n {
        0 => text.len(),
        n => text.char_indices().rev().nth(n - 1).map_or(0, |(at, _)| at),
    };
    call.give(text.get(start..).unwrap_or(""))
}

fn mid(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (start, many) = (call.int(1)?, call.int_or(2, i64::MAX)?);
    if call.arg(0).kind() == Kind::List {
        let from = start.max(0);
        let part = call.list(0)?.into_iter().skip(count(from)).take(count(many)).collect();
        return call.heap.new_list(part);
    }
    let skipped = count(start.saturating_sub(1));
    if let Some(len) = call.ascii(0).map(str::len) {
        let from = skipped.min(len);
        return call.give_part(0, from..from + count(many).min(len - from));
    }
    let text = call.text(0)?;
    let part: String = text.chars().skip(skipped).take(count(many)).collect();
    call.give(&part)
}

fn instr(call: &mut Call<'_>) -> Result<Value, Fault> {
    let starts = call.args.len() > 2 && !call.arg(2).is_null();
    let (from, at) = if starts { (call.int(0)?.max(1), 1) } else { (1, 0) };
    if let (Some(text), Some(part)) = (call.ascii(at), call.ascii(at + 1)) {
        let rest = text.get(count(from - 1)..).unwrap_or("");
        let found = rest.find(part).filter(|_| !rest.is_empty() || part.is_empty());
        let searched = found.unwrap_or(rest.len()) as u64 / 16;
        let place = found.map_or(0, |n| n as i64 + from);
        call.heap.charge(searched)?;
        return Ok(Value::int(place));
    }
    let (text, part) = (call.text(at)?, call.text(at + 1)?);
    let skipped = text.char_indices().nth(count(from - 1)).map_or(text.len(), |(at, _)| at);
    let rest = text.get(skipped..).unwrap_or("");
    let found = rest.find(&part).filter(|_| !rest.is_empty() || part.is_empty());
    let before = found.and_then(|at| rest.get(..at)).map(|before| before.chars().count());
    Ok(Value::int(before.map_or(0, |n| n as i64 + from)))
}

/// Applies a change that at most triples the length of a text.
pub fn change(call: &mut Call<'_>, change: impl Fn(&str) -> String) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len())?;
    call.heap.charge(text.len() as u64 * 2)?;
    call.give(&change(&text))
}

fn ucase(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, str::to_uppercase)
}
fn lcase(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, str::to_lowercase)
}
fn capitalize(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, capitalized)
}
fn title(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, title_case)
}
/// Takes blanks, or the characters of the second argument, off the ends of a text.
fn trimmed(call: &mut Call<'_>, start: bool, end: bool) -> Result<Value, Fault> {
    let (text, characters) = (call.text(0)?, call.text_or(1, "")?);
    call.heap.charge((text.len() as u64 / 16).saturating_mul(1 + characters.len() as u64))?;
    let goes = |c: char| match characters.is_empty() {
        true => c.is_whitespace(),
        false => characters.contains(c),
    };
    let kept = if start { text.trim_start_matches(goes) } else { &text };
    call.give(if end { kept.trim_end_matches(goes) } else { kept })
}

fn trim(call: &mut Call<'_>) -> Result<Value, Fault> {
    trimmed(call, true, true)
}
fn ltrim(call: &mut Call<'_>) -> Result<Value, Fault> {
    trimmed(call, true, false)
}
fn rtrim(call: &mut Call<'_>) -> Result<Value, Fault> {
    trimmed(call, false, true)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &chars.as_str().to_lowercase()
}

/// Every word's first letter in upper case.
pub fn title_case(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(capitalized).collect();
    words.join(" ")
}

fn replace(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part, new) = (call.text(0)?, call.text(1)?, call.text_or(2, "")?);
    let most = if call.arg(3).is_null() { usize::MAX } else { count(call.int(3)?) };
    if part.is_empty() {
        return call.give(&text);
    }
    call.heap.charge(text.len() as u64 / 16)?;
    let places = text.matches(&part).take(most).count();
    call.room((text.len() - places * part.len()).saturating_add(places.saturating_mul(new.len())))?;
    call.give(&text.replacen(&part, &new, most))
}

fn split(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let most = match call.int_or(2, 0)? {
        limit if limit > 0 => count(limit),
        _ => usize::MAX,
    };
    if call.arg(1).is_null() {
        return call.give_texts(text.split_whitespace().take(most));
    }
    if call.arg(1).kind() == Kind::List {
        return split_at_each(call, &text, most);
    }
    let separator = call.text(1)?;
    if separator.is_empty() {
        return call.give_texts(text.split("").filter(|part| !part.is_empty()).take(most));
    }
    call.give_texts(text.splitn(most, separator.as_str()))
}

/// The parts between any of several separators; of two that begin at one place the longer counts.
fn split_at_each(call: &mut Call<'_>, text: &str, most: usize) -> Result<Value, Fault> {
    let mut separators = Vec::new();
    for separator in call.list(1)? {
        separators.push(display(call.heap, separator, call.env)?);
    }
    separators.retain(|separator| !separator.is_empty());
    separators.sort_by_key(|separator| std::cmp::Reverse(separator.len()));
    call.heap.charge((text.len() as u64).saturating_mul(separators.len() as u64))?;
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match separators.iter().find(|separator| rest.starts_with(separator.as_str())) {
            Some(separator) if parts.len() + 1 < most => {
                call.more_elements(parts.len())?;
                parts.push(text.get(from..at).unwrap_or(""));
                at += separator.len();
                from = at;
            }
            _ => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(text.get(from..).unwrap_or(""));
    call.give_texts(parts.into_iter())
}

fn str(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.give(&text)
}

fn chr(call: &mut Call<'_>) -> Result<Value, Fault> {
    let code = u32::try_from(call.int(0)?).ok().and_then(char::from_u32);
    let code = code.ok_or_else(|| Fault::argument("there is no character of this number"))?;
    call.give(code.encode_utf8(&mut [0; 4]))
}

fn asc(call: &mut Call<'_>) -> Result<Value, Fault> {
    if let Some(first) = call.ascii(0).and_then(|text| text.bytes().next()) {
        return Ok(Value::int(i64::from(first)));
    }
    let first = call.text(0)?.chars().next();
    let first = first.ok_or_else(|| Fault::argument("an empty text has no first character"))?;
    Ok(Value::int(i64::from(u32::from(first))))
}

fn times(call: &mut Call<'_>, text: &str, n: i64) -> Result<Value, Fault> {
    call.room(text.len().saturating_mul(count(n)))?;
    call.give(&text.repeat(count(n)))
}

fn space(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.int(0)?;
    times(call, " ", n)
}

fn string(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.int(0)?;
    let character = match call.arg(1).kind() {
        Kind::Int => u32::try_from(call.int(1)?).ok().and_then(char::from_u32),
        _ => call.text(1)?.chars().next(),
    };
    let mut bytes = [0; 4];
    let text = character.map_or("", |c| c.encode_utf8(&mut bytes));
    times(call, text, n)
}

fn repeat(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, n) = (call.text(0)?, call.int(1)?);
    times(call, &text, n)
}

/// What must be added to a text for its length.
fn padding(call: &mut Call<'_>, text: &str) -> Result<String, Fault> {
    let fill = call.text_or(2, " ")?;
    let missing = count(call.int(1)?).saturating_sub(text.chars().count());
    call.room(missing.saturating_mul(4).saturating_add(text.len()))?;
    Ok(fill.chars().cycle().take(missing).collect())
}

fn pad_left(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let padded = padding(call, &text)? + &text;
    call.give(&padded)
}

fn pad_right(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let padded = format!("{text}{}", padding(call, &text)?);
    call.give(&padded)
}

fn starts_with(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part) = (call.text(0)?, call.text(1)?);
    Ok(Value::bool(text.starts_with(&part)))
}

fn ends_with(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part) = (call.text(0)?, call.text(1)?);
    Ok(Value::bool(text.ends_with(&part)))
}

fn extract_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, left, right) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let after = text.split_once(left.as_str()).map_or("", |(_, after)| after);
    call.give(after.split_once(right.as_str()).map_or("", |(between, _)| between))
}

fn extract_before(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text(1)?);
    call.give(text.split_once(mark.as_str()).map_or("", |(before, _)| before))
}

fn extract_after(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text(1)?);
    call.give(text.split_once(mark.as_str()).map_or("", |(_, after)| after))
}

fn words(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.give_texts(text.split_whitespace())
}

fn lines(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.give_texts(text.lines())
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn characters_are_counted() {
        assert_eq!(call("LEN", r#"["ação"]"#), "4");
        assert_eq!(call("LEFT", r#"["ação", 3]"#), "açã");
        assert_eq!(call("RIGHT", r#"["ação", 2]"#), "ão");
        assert_eq!(call("RIGHT", r#"["abc", 0]"#), "");
        assert_eq!(call("MID", r#"["ação", 2, 2]"#), "çã");
        assert_eq!(call("MID", "[[1,2,3], 1, 1]"), "[2]");
        assert_eq!(call("LEFT", r#"["abc", -1]"#), "");
    }

    #[test]
    fn instr_counts_from_one() {
        assert_eq!(call("INSTR", r#"["ação", "ã"]"#), "3");
        assert_eq!(call("INSTR", r#"[4, "hello hello", "hello"]"#), "7");
        assert_eq!(call("INSTR", r#"["hello", "z"]"#), "0");
        assert_eq!(call("INSTR", r#"[99, "hello", "h"]"#), "0");
    }

    #[test]
    fn growth_meets_the_limit() {
        assert_eq!(call("REPEAT", r#"["abc", 1000000000000]"#), "the text is too long");
        assert_eq!(call("SPACE", "[99999999999]"), "the text is too long");
        assert_eq!(call("PADLEFT", r#"["a", 9223372036854775807]"#), "the text is too long");
    }

    #[test]
    fn pads_and_cuts() {
        assert_eq!(call("PADLEFT", r#"["7", 3, "0"]"#), "007");
        assert_eq!(call("EXTRACT BETWEEN", r#"["a [b] c", "[", "]"]"#), "b");
        assert_eq!(call("SPLIT", r#"["a,b,,c", ","]"#), r#"["a","b","","c"]"#);
        assert_eq!(call("REPLACE", r#"["aaa", "", "x"]"#), "aaa");
        assert_eq!(call("STRING", r#"[3, "*"]"#), "***");
    }
}
