//! Texts fitted to a width: filled up, cut off, broken into lines.

use super::{Call, count};
use crate::{Fault, Kind, Value};
use unicode_segmentation::UnicodeSegmentation;

crate::functions! {
    family "text";

    /// A text in the middle of a length, filled up at both ends.
    ///
    /// `CENTER("hi", 6, "*")` → `**hi**`
    /// `CENTER("odd", 6, "-")` → `-odd--`
    "CENTER" also ["CENTRE", "PADBOTH", "PAD BOTH"] (text: Text, length: Int; fill: Text) -> Text
    = center;

    /// A text of at most so many characters, with `…` (or another end) where it was cut off; of a
    /// number so many digits behind the point, the others cut off.
    ///
    /// `TRUNCATE("a long story", 7)` → `a long…`
    /// `TRUNCATE("a long story", 9, "...")` → `a long...`
    /// `TRUNCATE("short", 10)` → `short`
    /// `TRUNCATE(2.789, 1)` → `2.7`
    "TRUNCATE" also ["ELLIPSIS", "SHORTEN"] (value: Any; length: Int, end: Text) -> Any = truncate;

    /// A text broken into lines of at most so many characters, between words where possible.
    ///
    /// `WRAP("to be or not to be", 9)` → `to be or
    /// not to be`
    /// `UBOUND(LINES(WRAP("incomprehensible", 6)))` → `3`
    "WRAP" also ["WORDWRAP", "WORD WRAP"] (text: Text, width: Int) -> Text = wrap;

    /// A text with blanks (or another text) before each of its lines.
    ///
    /// `INDENT("a", 2) + "|"` → `  a|`
    /// `INDENT("x", "> ")` → `> x`
    "INDENT" (text: Text; by: Any) -> Text = indent;

    /// A text without the blanks that all of its lines begin with.
    ///
    /// `DEDENT("  a\n    b")` → `a
    ///   b`
    /// `DEDENT("a")` → `a`
    "DEDENT" (text: Text) -> Text = dedent;

    /// A text with each run of blanks and line breaks as one blank, and none at its ends.
    ///
    /// `COLLAPSE("  a   b\n c ")` → `a b c`
    /// `COLLAPSE("")+"."` → `.`
    "COLLAPSE" also ["SQUISH", "CLEAN", "COLLAPSE SPACES"] (text: Text) -> Text = collapse;

    /// How many words a text has.
    ///
    /// `WORDCOUNT("to be or not")` → `4`
    /// `WORDCOUNT("")` → `0`
    "WORDCOUNT" (text: Text) -> Int = word_count;

    /// How many lines a text has.
    ///
    /// `LINECOUNT("a\nb")` → `2`
    /// `LINECOUNT("")` → `0`
    "LINECOUNT" (text: Text) -> Int = line_count;

    /// The word for a number of things: the first for one, the second for others.
    ///
    /// `PLURAL(1, "cup", "cups")` → `1 cup`
    /// `PLURAL(3, "cup", "cups")` → `3 cups`
    /// `PLURAL(2, "box", "boxes", FALSE)` → `boxes`
    "PLURAL" also ["PLURALIZE"] (count: Num, one: Text, many: Text; shown: Bool) -> Text = plural;
}

fn center(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, fill) = (call.text(0)?, call.text_or(2, " ")?);
    let missing = count(call.int(1)?).saturating_sub(text.chars().count());
    call.room(missing.saturating_mul(4).saturating_add(text.len()))?;
    let fill = |many: usize| fill.chars().cycle().take(many).collect::<String>();
    let left = missing / 2;
    call.give(&format!("{}{text}{}", fill(left), fill(missing - left)))
}

fn truncate(call: &mut Call<'_>) -> Result<Value, Fault> {
    if matches!(call.arg(0).kind(), Kind::Int | Kind::Num) {
        let digits = call.int_or(1, 0)?.clamp(-15, 15) as i32;
        return crate::pure::rounding::rounded_by(call, 0, digits, libm::trunc);
    }
    let (text, end) = (call.text(0)?, call.text_or(2, "…")?);
    let most = count(call.int(1)?);
    call.heap.charge(text.len().min(most.saturating_mul(8)) as u64 * 8)?;
    if text.graphemes(true).nth(most).is_none() {
        return call.give(&text);
    }
    let kept = most.saturating_sub(end.graphemes(true).count());
    let cut = text.grapheme_indices(true).nth(kept).map_or(text.len(), |(at, _)| at);
    let kept = text.get(..cut).unwrap_or("").trim_end();
    call.give(&format!("{kept}{end}"))
}

fn wrap(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let width = match call.int(1)? {
        width if width > 0 => count(width),
        _ => return Err(Fault::argument("the width of WRAP must be above 0")),
    };
    call.room(text.len().saturating_mul(2))?;
    call.heap.charge(text.len() as u64 / 2)?;
    let lines: Vec<String> = text.split('\n').map(|line| wrapped(line, width)).collect();
    call.give(&lines.join("\n"))
}

/// One line, broken. A word that is longer than a line is broken inside.
fn wrapped(line: &str, width: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length <= width {
            out.push(' ');
            used += 1;
        } else if used > 0 {
            out.push('\n');
            used = 0;
        }
        for c in word.chars() {
            if used == width {
                out.push('\n');
                used = 0;
            }
            out.push(c);
            used += 1;
        }
    }
    out
}

fn indent(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 * 2)?;
    let lead = match call.arg(1).kind() {
        Kind::Null => "    ".to_string(),
        Kind::Text => call.text(1)?,
        _ => {
            let blanks = count(call.int(1)?);
            call.room(blanks)?;
            " ".repeat(blanks)
        }
    };
    let lines = text.lines().count();
    call.room(lines.saturating_mul(lead.len()).saturating_add(text.len()))?;
    let lines: Vec<String> = text.lines().map(|line| format!("{lead}{line}")).collect();
    call.give(&lines.join("\n"))
}

fn dedent(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 * 2)?;
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let full = text.lines().filter(|line| !line.trim().is_empty());
    let common = full.map(blanks).min().unwrap_or(0);
    let lines: Vec<&str> = text.lines().map(|line| line.get(common..).unwrap_or("")).collect();
    call.give(&lines.join("\n"))
}

fn collapse(call: &mut Call<'_>) -> Result<Value, Fault> {
    super::change(call, |text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn word_count(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    Ok(Value::int(text.split_whitespace().count() as i64))
}

fn line_count(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    Ok(Value::int(text.lines().count() as i64))
}

fn plural(call: &mut Call<'_>) -> Result<Value, Fault> {
    let one = call.number(0)?.abs() == 1.0;
    let word = call.text(if one { 1 } else { 2 })?;
    if !call.flag_or(3, true) {
        return call.give(&word);
    }
    let number = call.text(0)?;
    call.give(&format!("{number} {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn lines_hold_whole_words_where_they_can() {
        assert_eq!(wrapped("aaa bb c", 4), "aaa\nbb c");
        assert_eq!(wrapped("abcdefgh", 3), "abc\ndef\ngh");
        assert_eq!(wrapped("ab cdefg", 3), "ab\ncde\nfg");
        assert_eq!(wrapped("   ", 3), "");
        assert_eq!(call("WRAP", r#"["a b\n\nc d", 2]"#), "a\nb\n\nc\nd");
        assert!(call("WRAP", r#"["a", 0]"#).contains("above 0"));
    }

    #[test]
    fn emoji_are_never_torn() {
        assert_eq!(call("TRUNCATE", r#"["👨‍👩‍👧👍🏽x", 2, ""]"#), "👨‍👩‍👧👍🏽");
        assert_eq!(call("TRUNCATE", r#"["abc", 0]"#), "…");
        assert_eq!(call("TRUNCATE", "[-2.789, 2]"), "-2.78");
    }

    #[test]
    fn huge_widths_meet_the_limit() {
        assert!(call("CENTER", r#"["a", 1000000000000]"#).contains("too long"));
        assert!(call("INDENT", r#"["a\nb", 9000000]"#).contains("too long"));
    }
}
