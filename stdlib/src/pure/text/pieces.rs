//! Finding, taking out and exchanging pieces of a text.

use super::{Call, count};
use crate::pure::validate::is_kind;
use crate::{Fault, Kind, Value};

crate::functions! {
    family "text";

    /// Where a text stands in another one for the last time, counted from 1; 0 when it does not.
    /// A third argument says at which character to begin the search towards the beginning.
    ///
    /// `INSTRREV("a/b/c", "/")` → `4`
    /// `INSTRREV("a/b/c", "/", 3)` → `2`
    /// `INSTRREV("abc", "x")` → `0`
    "INSTRREV" (text: Text, part: Text; start: Int) -> Int = instr_rev;

    /// The last place of an element in a list or of a part in a text, counted from 0; -1 without.
    ///
    /// `LASTINDEXOF("banana", "an")` → `3`
    /// `LASTINDEXOF([1, 2, 1], 1)` → `2`
    "LASTINDEXOF" also ["LAST INDEX OF"] (value: Any, part: Any) -> Int = last_index_of;

    /// The character of a text at a place that counts from 0; empty where there is none.
    ///
    /// `CHARAT("hello", 1)` → `e`
    /// `LEN(CHARAT("hi", 9))` → `0`
    "CHARAT" (text: Text, place: Int) -> Text = char_at;

    /// The number of a text's character at a place that counts from 0; null where there is none.
    ///
    /// `CHARCODEAT("ABC", 1)` → `66`
    /// `CHARCODEAT("A", 5) IS NULL` → `true`
    "CHARCODEAT" also ["CODEPOINTAT"] (text: Text; place: Int) -> Any = char_code_at;

    /// A text with its first match of a part replaced.
    ///
    /// `REPLACEFIRST("a-b-c", "-", "+")` → `a+b-c`
    /// `REPLACEFIRST("abc", "x", "y")` → `abc`
    "REPLACEFIRST" also ["REPLACE FIRST"] (text: Text, part: Text; replacement: Text) -> Text
    = replace_first;

    /// A text in which so many characters from a place on, which counts from 1, are exchanged for
    /// others.
    ///
    /// `STUFF("hello", 2, 3, "ipp")` → `hippo`
    /// `STUFF("ac", 2, 0, "b")` → `abc`
    "STUFF" also ["OVERLAY", "REPLACEAT"] (text: Text, start: Int, count: Int; new: Text) -> Text
    = stuff;

    /// What stands before the last place of a mark; the whole text where there is none.
    ///
    /// `EXTRACT_BEFORE_LAST("a/b/c.txt", "/")` → `a/b`
    /// `EXTRACT_BEFORE_LAST("abc", "/")` → `abc`
    "EXTRACT BEFORE LAST" (text: Text, mark: Text) -> Text = before_last;

    /// What stands after the last place of a mark; the whole text where there is none.
    ///
    /// `EXTRACT_AFTER_LAST("a/b/c.txt", "/")` → `c.txt`
    /// `EXTRACT_AFTER_LAST("abc", "/")` → `abc`
    "EXTRACT AFTER LAST" (text: Text, mark: Text) -> Text = after_last;

    /// Every text that stands between two marks.
    ///
    /// `EXTRACT_ALL_BETWEEN("a [b] c [d]", "[", "]")` → `["b","d"]`
    /// `EXTRACT_ALL_BETWEEN("none", "[", "]")` → `[]`
    "EXTRACT ALL BETWEEN" (text: Text, left: Text, right: Text) -> List = all_between;

    /// The numbers that stand in a text.
    ///
    /// `EXTRACT_NUMBERS("2 cups at 3.50, -1 back")` → `[2,3.5,-1]`
    /// `EXTRACT_NUMBERS("none")` → `[]`
    "EXTRACT NUMBERS" (text: Text) -> List = extract_numbers;

    /// The mail addresses that stand in a text.
    ///
    /// `EXTRACT_EMAILS("Ana <ana@example.com>, bo@a.org.")` → `["ana@example.com","bo@a.org"]`
    /// `EXTRACT_EMAILS("none @ all")` → `[]`
    "EXTRACT EMAILS" also ["EXTRACT EMAIL"] (text: Text) -> List = extract_emails;

    /// The web addresses that stand in a text.
    ///
    /// `EXTRACT_URLS("See https://example.com/a?b=1, please.")` → `["https://example.com/a?b=1"]`
    /// `EXTRACT_URLS("example without")` → `[]`
    "EXTRACT URLS" also ["EXTRACT LINKS"] (text: Text) -> List = extract_urls;

    /// The words of a text that begin with `#`.
    ///
    /// `EXTRACT_HASHTAGS("A #sunny day #Rio2024!")` → `["sunny","Rio2024"]`
    /// `EXTRACT_HASHTAGS("1 # 2")` → `[]`
    "EXTRACT HASHTAGS" (text: Text) -> List = extract_hashtags;

    /// Only the digits of a text.
    ///
    /// `ONLYDIGITS("(11) 98765-4321")` → `11987654321`
    /// `LEN(ONLYDIGITS("none"))` → `0`
    "ONLYDIGITS" also ["ONLY DIGITS", "DIGITS"] (text: Text) -> Text = only_digits;

    /// Only the letters of a text, with the blanks between them.
    ///
    /// `ONLYLETTERS("R2-D2 é")` → `RD é`
    /// `ONLYLETTERS("abc")` → `abc`
    "ONLYLETTERS" also ["ONLY LETTERS"] (text: Text) -> Text = only_letters;

    /// Whether a text has one of several parts, or a list one of several elements.
    ///
    /// `CONTAINSANY("I want a pizza", ["pasta", "pizza"])` → `true`
    /// `CONTAINSANY([1, 2], [3, 4])` → `false`
    "CONTAINSANY" also ["CONTAINS ANY", "HASANY"] (value: Any, parts: List) -> Bool
    = contains_any;

    /// Whether a text has all of several parts, or a list all of several elements.
    ///
    /// `CONTAINSALL("salt and pepper", ["salt", "pepper"])` → `true`
    /// `CONTAINSALL([1, 2], [2, 3])` → `false`
    "CONTAINSALL" also ["CONTAINS ALL", "HASALL"] (value: Any, parts: List) -> Bool
    = contains_all;

    /// A text without another one at its beginning.
    ///
    /// `REMOVEPREFIX("re: hello", "re: ")` → `hello`
    /// `REMOVEPREFIX("hello", "re: ")` → `hello`
    "REMOVEPREFIX" also ["REMOVE PREFIX"] (text: Text, part: Text) -> Text = remove_prefix;

    /// A text without another one at its end.
    ///
    /// `REMOVESUFFIX("report.pdf", ".pdf")` → `report`
    /// `REMOVESUFFIX("report", ".pdf")` → `report`
    "REMOVESUFFIX" also ["REMOVE SUFFIX"] (text: Text, part: Text) -> Text = remove_suffix;

    /// A text between quotes, with those inside it doubled.
    ///
    /// `QUOTE("say ""hi""")` → `"say ""hi"""`
    /// `QUOTE("it's", "'")` → `'it''s'`
    "QUOTE" (text: Text; mark: Text) -> Text = quote;

    /// A text without the quotes around it, with doubled ones inside it as one.
    ///
    /// `UNQUOTE("'it''s'")` → `it's`
    /// `UNQUOTE("plain")` → `plain`
    "UNQUOTE" (text: Text) -> Text = unquote;

    /// What a text has before a mark, the mark, and what it has after it, as a list of three.
    ///
    /// `PARTITION("key=value=x", "=")` → `["key","=","value=x"]`
    /// `PARTITION("key", "=")` → `["key","",""]`
    "PARTITION" (text: Text, mark: Text) -> List = partition;
}

/// Characters before a place in bytes.
fn chars_before(text: &str, at: usize) -> i64 {
    text.get(..at).map_or(0, |before| before.chars().count() as i64)
}

fn instr_rev(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part) = (call.text(0)?, call.text(1)?);
    let start = call.int_or(2, -1)?;
    let end = match start {
        0 => return Ok(Value::int(0)),
        start if start < 0 => text.len(),
        start => text.char_indices().nth(count(start)).map_or(text.len(), |(at, _)| at),
    };
    call.heap.charge(text.len() as u64 / 16)?;
    let found = text.get(..end).and_then(|text| text.rfind(&part));
    Ok(Value::int(found.map_or(0, |at| chars_before(&text, at) + 1)))
}

fn last_index_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::List {
        let (text, part) = (call.text(0)?, call.text(1)?);
        call.heap.charge(text.len() as u64 / 16)?;
        return Ok(Value::int(text.rfind(&part).map_or(-1, |at| chars_before(&text, at))));
    }
    let wanted = call.arg(1);
    for (index, element) in call.list(0)?.into_iter().enumerate().rev() {
        if crate::pure::logic::equal(call.heap, element, wanted)? {
            return Ok(Value::int(index as i64));
        }
    }
    Ok(Value::int(-1))
}

/// The character at a place that counts from 0 and may count from the end.
fn character(call: &mut Call<'_>) -> Result<Option<char>, Fault> {
    let (text, place) = (call.text(0)?, call.int_or(1, 0)?);
    Ok(match usize::try_from(place) {
        Ok(place) => text.chars().nth(place),
        Err(_) => None,
    })
}

fn char_at(call: &mut Call<'_>) -> Result<Value, Fault> {
    let found = character(call)?.map(String::from).unwrap_or_default();
    call.give(&found)
}

fn char_code_at(call: &mut Call<'_>) -> Result<Value, Fault> {
    let found = character(call)?;
    Ok(found.map_or(Value::NULL, |c| Value::int(i64::from(u32::from(c)))))
}

fn replace_first(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part, new) = (call.text(0)?, call.text(1)?, call.text_or(2, "")?);
    call.room(text.len().saturating_add(new.len()))?;
    call.give(&text.replacen(&part, &new, 1))
}

fn stuff(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, new) = (call.text(0)?, call.text_or(3, "")?);
    let (start, many) = (count(call.int(1)?.saturating_sub(1)), count(call.int(2)?));
    call.room(text.len().saturating_add(new.len()))?;
    let head: String = text.chars().take(start).collect();
    let tail: String = text.chars().skip(start.saturating_add(many)).collect();
    call.give(&format!("{head}{new}{tail}"))
}

fn before_last(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text(1)?);
    call.give(text.rsplit_once(mark.as_str()).map_or(text.as_str(), |(before, _)| before))
}

fn after_last(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text(1)?);
    call.give(text.rsplit_once(mark.as_str()).map_or(text.as_str(), |(_, after)| after))
}

fn all_between(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, left, right) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if left.is_empty() || right.is_empty() {
        return Err(Fault::argument("the marks of EXTRACT ALL BETWEEN must not be empty"));
    }
    let (mut found, mut rest) = (Vec::new(), text.as_str());
    while let Some((_, after)) = rest.split_once(left.as_str()) {
        let Some((between, after)) = after.split_once(right.as_str()) else { break };
        call.more_elements(found.len())?;
        found.push(between);
        rest = after;
    }
    call.give_texts(found.into_iter())
}

fn extract_numbers(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64)?;
    let mut numbers = Vec::new();
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let lead = rest.get(..at).unwrap_or("");
        let signed = lead.ends_with('-')
            && !lead.trim_end_matches('-').chars().next_back().unwrap_or(before).is_alphanumeric();
        let (digits, tail) = number_at(rest.get(at..).unwrap_or(""));
        if let Some(number) = crate::pure::numbers::text_to_number(digits) {
            call.more_elements(numbers.len())?;
            let number = if signed { -number } else { number };
            numbers.push(crate::pure::arith::whole(Value::num(number)));
        }
        before = '0';
        rest = tail;
    }
    call.heap.new_list(numbers)
}

/// The digits, with at most one point between them, that a text begins with; and the rest.
fn number_at(text: &str) -> (&str, &str) {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let whole = digits(0);
    let part = text.get(whole..).and_then(|rest| rest.strip_prefix('.'));
    let end = match part.is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
        true => digits(whole + 1),
        false => whole,
    };
    (text.get(..end).unwrap_or(""), text.get(end..).unwrap_or(""))
}

fn extract_emails(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 / 2)?;
    let inside = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    let words = text.split(|c: char| !inside(c)).map(|word| word.trim_matches(['.', '-']));
    let most = call.heap.limits().list_elements + 1;
    let addresses = words.filter(|word| is_kind("EMAIL", word, call.env));
    let found: Vec<&str> = addresses.take(most).collect();
    call.give_texts(found.into_iter())
}

fn extract_urls(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 / 2)?;
    let marks = ['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\''];
    let address = |word: &'_ str| -> Option<usize> {
        word.find("http://").into_iter().chain(word.find("https://")).min()
    };
    let most = call.heap.limits().list_elements + 1;
    let found: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "<>\"".contains(c))
        .filter_map(|word| word.get(address(word)?..))
        .map(|word| word.trim_end_matches(marks))
        .filter(|word| is_kind("URL", word, call.env))
        .take(most)
        .collect();
    call.give_texts(found.into_iter())
}

fn extract_hashtags(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let mut found = Vec::new();
    for word in text.split_whitespace().filter_map(|word| word.strip_prefix('#')) {
        let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        call.more_elements(found.len())?;
        found.extend(word.get(..end).filter(|tag| !tag.is_empty()));
    }
    call.give_texts(found.into_iter())
}

fn only_digits(call: &mut Call<'_>) -> Result<Value, Fault> {
    super::change(call, |text| text.chars().filter(char::is_ascii_digit).collect())
}

fn only_letters(call: &mut Call<'_>) -> Result<Value, Fault> {
    let letters = |c: &char| c.is_alphabetic() || *c == ' ';
    super::change(call, |text| text.chars().filter(letters).collect::<String>().trim().into())
}

/// How many of the parts a value has, stopping at the first that answers the question.
fn some_part(call: &mut Call<'_>, wanted: bool) -> Result<bool, Fault> {
    let value = call.arg(0);
    for part in call.list(1)? {
        let args = [value, part];
        let mut one = Call { heap: &mut *call.heap, args: &args, env: &mut *call.env };
        if crate::pure::lists::has(&mut one, value, part)? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn contains_any(call: &mut Call<'_>) -> Result<Value, Fault> {
    some_part(call, true).map(Value::bool)
}

fn contains_all(call: &mut Call<'_>) -> Result<Value, Fault> {
    some_part(call, false).map(|missing| Value::bool(!missing))
}

fn remove_prefix(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part) = (call.text(0)?, call.text(1)?);
    call.give(text.strip_prefix(part.as_str()).unwrap_or(&text))
}

fn remove_suffix(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, part) = (call.text(0)?, call.text(1)?);
    call.give(text.strip_suffix(part.as_str()).unwrap_or(&text))
}

fn quote(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text_or(1, "\"")?);
    let inside = text.matches(mark.as_str()).count();
    call.room(text.len() + (inside + 2).saturating_mul(mark.len()))?;
    let doubled = match mark.is_empty() {
        true => text,
        false => text.replace(&mark, &mark.repeat(2)),
    };
    call.give(&format!("{mark}{doubled}{mark}"))
}

fn unquote(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    for mark in ["\"", "'"] {
        let inner = text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark));
        if let Some(inner) = inner {
            return call.give(&inner.replace(&mark.repeat(2), mark));
        }
    }
    call.give(&text)
}

fn partition(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, mark) = (call.text(0)?, call.text(1)?);
    match text.split_once(mark.as_str()) {
        Some((before, after)) => call.give_texts([before, mark.as_str(), after].into_iter()),
        None => call.give_texts([text.as_str(), "", ""].into_iter()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn searching_backwards() {
        assert_eq!(call("INSTRREV", r#"["ação ação", "ç"]"#), "7");
        assert_eq!(call("INSTRREV", r#"["abcabc", "abc", 5]"#), "1");
        assert_eq!(call("INSTRREV", r#"["", "x"]"#), "0");
        assert_eq!(call("LASTINDEXOF", r#"["abc", "z"]"#), "-1");
    }

    #[test]
    fn what_stands_in_prose() {
        assert_eq!(call("EXTRACT NUMBERS", r#"["v1.2.3 costs 5. A-4 and -7"]"#), "[1.2,3,5,4,-7]");
        assert_eq!(
            call("EXTRACT EMAILS", r#"["a@b, x.y+z@sub.example.co.uk."]"#),
            r#"["x.y+z@sub.example.co.uk"]"#
        );
        assert_eq!(
            call("EXTRACT URLS", r#"["(http://a.example/x) ftp://b.example"]"#),
            r#"["http://a.example/x"]"#
        );
    }

    #[test]
    fn pieces_are_exchanged() {
        assert_eq!(call("STUFF", r#"["ação", 2, 2, "b"]"#), "abo");
        assert_eq!(call("STUFF", r#"["abc", 9, 1, "z"]"#), "abcz");
        assert_eq!(
            call("EXTRACT ALL BETWEEN", r#"["aa", "", "a"]"#),
            "the marks of EXTRACT ALL BETWEEN must not be empty"
        );
    }
}
