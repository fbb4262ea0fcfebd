//! Regular expressions. Matching takes time linear in the text, whatever the expression.

use super::Call;
use crate::{Fault, Value};
use regex::{Regex, RegexBuilder};

crate::functions! {
    family "patterns";

    /// Whether a regular expression is found in a text.
    ///
    /// `REGEX_MATCH("order 42", "\d+")` → `true`
    "REGEX MATCH" also ["MATCHES", "REGEX TEST"] (text: Text, pattern: Text) -> Bool = matches;

    /// The first part of a text that a regular expression matches, or its first group; null
    /// without one.
    ///
    /// `REGEX_FIND("order 42", "\d+")` → `42`
    "REGEX FIND" also ["REGEX EXTRACT"] (text: Text, pattern: Text) -> Any = find;

    /// All parts of a text that a regular expression matches.
    ///
    /// `REGEX_FIND_ALL("1, 22", "\d+")` → `["1","22"]`
    "REGEX FIND ALL" (text: Text, pattern: Text) -> List = find_all;

    /// A text with every match of a regular expression replaced; `$1` stands for the first group.
    ///
    /// `REGEX_REPLACE("a1b2", "\d", "-")` → `a-b-`
    "REGEX REPLACE" (text: Text, pattern: Text, replacement: Text) -> Text = replace;

    /// How often a regular expression matches in a text.
    ///
    /// `REGEX_COUNT("a1b22", "\d+")` → `2`
    /// `REGEX_COUNT("abc", "\d")` → `0`
    "REGEX COUNT" (text: Text, pattern: Text) -> Int = count;

    /// The parts of a text between the matches of a regular expression.
    ///
    /// `REGEX_SPLIT("a, b;c", "[,;]\s*")` → `["a","b","c"]`
    /// `REGEX_SPLIT("abc", "\d")` → `["abc"]`
    "REGEX SPLIT" (text: Text, pattern: Text) -> List = split;

    /// The groups of the first match: a map of those that have names, else a list; null without a
    /// match.
    ///
    /// `REGEX_GROUPS("2024-03", "(\d+)-(\d+)")` → `["2024","03"]`
    /// `REGEX_GROUPS("2024-03", "(?<y>\d+)-(?<m>\d+)")` → `{"y":"2024","m":"03"}`
    "REGEX GROUPS" also ["REGEX CAPTURE"] (text: Text, pattern: Text) -> Any = groups;

    /// A text as a regular expression that matches it and nothing else.
    ///
    /// `REGEX_ESCAPE("1+1?")` → `1\+1\?`
    /// `REGEX_MATCH("a.c", REGEX_ESCAPE("a.c"))` → `true`
    "REGEX ESCAPE" (text: Text) -> Text = escape;
}

/// Bytes that a compiled expression may take.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// The text and the expression; charges for compiling and for one pass over the text.
fn prepared(call: &mut Call<'_>) -> Result<(String, Regex), Fault> {
    let (text, pattern) = (call.text(0)?, call.text(1)?);
    if pattern.len() > 4096 {
        return Err(Fault::argument("the regular expression is too long"));
    }
    call.heap.charge(2_000 + pattern.len() as u64 * 100)?;
    call.heap.charge(text.len() as u64 * (1 + pattern.len() as u64 / 32))?;
    call.heap.reserve(COMPILED_BYTES_MAX)?;
    let regex = compiled(&pattern).map_err(|reason| {
        Fault::argument(format!("the regular expression cannot be used: {reason}"))
    })?;
    Ok((text, regex))
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern)
        .size_limit(COMPILED_BYTES_MAX)
        .dfa_size_limit(COMPILED_BYTES_MAX)
        .nest_limit(50)
        .build();
    built.map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or("it cannot be read");
        last.strip_prefix("error: ").unwrap_or(last).to_string()
    })
}

/// Why a regular expression cannot be used, if it cannot.
pub fn why_unusable(pattern: &str) -> Option<String> {
    match pattern.len() > 4096 {
        true => Some("it is too long".into()),
        false => compiled(pattern).err(),
    }
}

fn matches(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    Ok(Value::bool(regex.is_match(&text)))
}

fn find(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    let found = regex.captures(&text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    found.map_or(Ok(Value::NULL), |found| call.give(found.as_str()))
}

fn find_all(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    call.give_texts(regex.find_iter(&text).map(|found| found.as_str()))
}

fn replace(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    let new = call.text(2)?;
    let mut out = String::new();
    let mut end = 0;
    for groups in regex.captures_iter(&text) {
        let Some(whole) = groups.get(0) else { continue };
        out.push_str(text.get(end..whole.start()).unwrap_or(""));
        groups.expand(&new, &mut out);
        end = whole.end();
        // Finding groups takes about as long, however short they are.
        call.heap.charge(8)?;
        check_length(call, out.len())?;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    call.room(out.len())?;
    call.give(&out)
}

fn count(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    Ok(Value::int(regex.find_iter(&text).count() as i64))
}

fn split(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    call.give_texts(regex.split(&text))
}

fn groups(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, regex) = prepared(call)?;
    let Some(found) = regex.captures(&text) else { return Ok(Value::NULL) };
    if regex.capture_names().all(|name| name.is_none()) {
        return call.give_texts(found.iter().skip(1).map(|group| group.map_or("", |g| g.as_str())));
    }
    let map = call.heap.new_map()?;
    for name in regex.capture_names().flatten() {
        let value = match found.name(name) {
            Some(group) => call.heap.new_text(group.as_str())?,
            None => Value::NULL,
        };
        call.heap.map_set(map, name, value)?;
    }
    Ok(map)
}

fn escape(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(2))?;
    call.give(&regex::escape(&text))
}

fn check_length(call: &Call<'_>, bytes: usize) -> Result<(), Fault> {
    if bytes > call.heap.limits().text_bytes {
        return Err(Fault::new(crate::TrapCode::LimitReached, "the text is too long"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn finding_and_replacing() {
        assert_eq!(call("REGEX FIND", r#"["order 42 of 7", "(\\d+) of"]"#), "42");
        assert_eq!(call("REGEX FIND", r#"["none", "\\d"]"#), "");
        assert_eq!(call("REGEX FIND ALL", r#"["1, 22", "\\d+"]"#), r#"["1","22"]"#);
        assert_eq!(call("REGEX REPLACE", r#"["ab", "(a)(b)", "$2$1"]"#), "ba");
    }

    #[test]
    fn counting_splitting_and_groups() {
        assert_eq!(call("REGEX COUNT", r#"["aaa", "x*"]"#), "4");
        assert_eq!(call("REGEX SPLIT", r#"["a1b2", "\\d"]"#), r#"["a","b",""]"#);
        assert_eq!(call("REGEX GROUPS", r#"["ab", "(a)(x)?(b)"]"#), r#"["a","","b"]"#);
        assert_eq!(call("REGEX GROUPS", r#"["b", "(?<a>a)?b"]"#), r#"{"a":null}"#);
        assert_eq!(call("REGEX GROUPS", r#"["c", "(a)"]"#), "");
        assert_eq!(call("REGEX ESCAPE", r#"["(a|b)*"]"#), r"\(a\|b\)\*");
    }

    #[test]
    fn hostile_expressions_are_refused_or_linear() {
        assert!(call("REGEX MATCH", r#"["a", "("]"#).contains("cannot be used"));
        assert!(call("REGEX MATCH", r#"["a", "((a{1000}){1000}){1000}"]"#).contains("cannot"));
        let text = "a".repeat(5_000);
        assert_eq!(call("REGEX MATCH", &format!(r#"["{text}", "(a*)*b"]"#)), "false");
    }
}
