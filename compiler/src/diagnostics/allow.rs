//! Remarks that silence warnings and hints: `' allow B0320`.
//!
//! Behind a line a remark is about that line; on a line of its own it is about the next one that is
//! no remark; with `in this file` it is about the whole file. Several codes stand behind one
//! another, and after them a reason may follow. Errors cannot be silenced.

use super::codes::{self, Code};
use super::{Diagnostic, Severity};
use crate::source::{SourceFile, Span};

/// A remark that allows something.
#[derive(Clone, Debug, PartialEq)]
pub struct Allow {
    /// The codes as written.
    pub codes: Vec<(String, Span)>,
    /// The whole remark.
    pub span: Span,
    /// Whether it is about the whole file.
    pub everywhere: bool,
    /// Whether nothing but blanks stands before it in its line.
    pub alone: bool,
}

/// Reads a remark with its mark (`'`, `//`, `#`, `REM`), which begins at byte `start` of its file.
pub fn read(remark: &str, start: u32, alone: bool) -> Option<Allow> {
    let marked = remark.trim_start_matches(['\'', '#', '/']);
    let rem = marked.len() == remark.len();
    let marked = if rem { marked.get(3..)? } else { marked };
    let rest = marked.trim_start();
    let (word, list) = rest.split_at_checked("allow".len())?;
    if !word.eq_ignore_ascii_case("allow") || !list.starts_with([' ', '\t']) {
        return None;
    }
    let offset = |part: &str| start + (part.as_ptr() as usize - remark.as_ptr() as usize) as u32;
    let mut codes = Vec::new();
    let mut tail = list;
    for part in list.split([' ', '\t', ',']).filter(|part| !part.is_empty()) {
        let code = part.trim_end_matches([':', '.', ';', '\r']);
        if !looks_like_code(code) {
            break;
        }
        let at = offset(code);
        codes.push((code.to_uppercase(), Span::new(at, at + code.len() as u32)));
        tail = remark.get((at - start) as usize + code.len()..).unwrap_or("");
    }
    let everywhere = tail.trim_start().to_lowercase().starts_with("in this file");
    let span = Span::new(start, start + remark.trim_end().len() as u32);
    (!codes.is_empty()).then_some(Allow { codes, span, everywhere, alone })
}

/// The remarks of a text whose reader keeps none: those of classic programs.
pub fn in_lines(file: &SourceFile) -> Vec<Allow> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in file.text.split_inclusive('\n') {
        let lower = line.to_ascii_lowercase();
        let mark = ["rem allow ", "' allow ", "'allow "].iter().find_map(|mark| lower.find(mark));
        let remark = mark.and_then(|at| Some((at, line.get(at..)?)));
        found.extend(remark.and_then(|(at, remark)| read(remark, start + at as u32, false)));
        start += line.len() as u32;
    }
    found
}

/// A letter and digits: what somebody wrote who meant a code.
fn looks_like_code(part: &str) -> bool {
    let mut bytes = part.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && part.len() > 1
        && bytes.all(|byte| byte.is_ascii_digit())
}

/// What was looked at before the remarks are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Lines could not be read, so that more could have been said.
    Broken,
    /// A script by itself.
    Script,
    /// A script with its bot.
    Bot,
}

/// Takes out what the remarks allow; a remark that silences nothing is told, where all that it
/// could be about was looked at.
pub fn apply(
    file: &SourceFile,
    allows: &[Allow],
    found: Vec<Diagnostic>,
    looked: Looked,
) -> Vec<Diagnostic> {
    if allows.is_empty() {
        return found;
    }
    let lines: Vec<u32> = allows.iter().map(|allow| line_of(file, allow)).collect();
    let mut used = vec![false; allows.len()];
    let mut kept: Vec<Diagnostic> = Vec::new();
    for diagnostic in found {
        let line = file.position(diagnostic.span.start).0;
        let mut silent = false;
        for (index, allow) in allows.iter().enumerate() {
            let here = allow.everywhere || lines.get(index) == Some(&line);
            let named = allow.codes.iter().any(|(code, _)| diagnostic.code == code.as_str());
            let may = diagnostic.severity != Severity::Error;
            if here && named && may {
                silent = true;
                used.iter_mut().skip(index).take(1).for_each(|used| *used = true);
            }
        }
        if !silent {
            kept.push(diagnostic);
        }
    }
    for (allow, used) in allows.iter().zip(used) {
        let needs_bot = |(code, _): &(String, Span)| Code::find(code).is_some_and(needs_bot);
        let unseen = match looked {
            Looked::Broken => true,
            Looked::Script => allow.codes.iter().any(needs_bot),
            Looked::Bot => false,
        };
        kept.extend(complaint(allow, used || unseen));
    }
    kept
}

/// Whether a code is only given where the whole bot is known.
fn needs_bot(code: Code) -> bool {
    matches!(
        code,
        codes::UNKNOWN_SCRIPT
            | codes::NOBODY_LISTENS
            | codes::MESSAGE_TOO_LONG
            | codes::BUTTON_LIMITS
            | codes::NEVER_SET
            | codes::UNKNOWN_NAME
    )
}

/// The line that a remark is about.
fn line_of(file: &SourceFile, allow: &Allow) -> u32 {
    let own = file.position(allow.span.start).0;
    if !allow.alone {
        return own;
    }
    let remark = |line: u32| {
        let text = file.slice(file.line(line));
        text.is_empty() || text.starts_with(['\'', '#']) || text.starts_with("//")
    };
    let last = file.position(file.text.len() as u32).0;
    (own + 1..=last).take(20).find(|line| !remark(*line)).unwrap_or(own + 1)
}

/// What is wrong with a remark itself.
fn complaint(allow: &Allow, used: bool) -> Option<Diagnostic> {
    if let Some((code, span)) = allow.codes.iter().find(|(code, _)| Code::find(code).is_none()) {
        let found =
            Diagnostic::warning(codes::BAD_ALLOW, *span, format!("there is no code {code}"));
        return Some(match super::explain::closest(code) {
            Some(near) => found
                .help(format!("did you mean {near}?"))
                .unsure_fix(format!("Write `{near}`"), vec![(*span, near.text().to_owned())]),
            None => found.help("`basilect explain` lists all codes"),
        });
    }
    if used {
        return None;
    }
    let codes: Vec<&str> = allow.codes.iter().map(|(code, _)| code.as_str()).collect();
    let message =
        format!("nothing gives {} here, so that there is nothing to allow", codes.join(", "));
    let found = Diagnostic::new(codes::USELESS_ALLOW, Severity::Hint, allow.span, message);
    let found = found.help("remove the remark; errors cannot be allowed");
    Some(found.fix("Remove the remark", vec![(allow.span, String::new())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(remark: &str) -> Option<(Vec<String>, bool)> {
        let allow = read(remark, 0, false)?;
        Some((allow.codes.into_iter().map(|(code, _)| code).collect(), allow.everywhere))
    }

    #[test]
    fn remarks_of_all_kinds_are_read() {
        let one = |code: &str| Some((vec![code.to_string()], false));
        assert_eq!(codes("' allow B0320"), one("B0320"));
        assert_eq!(codes("'ALLOW b0320: the log reads it"), one("B0320"));
        assert_eq!(codes("REM allow B0320"), one("B0320"));
        assert_eq!(codes("// allow B0320 because"), one("B0320"));
        let both = vec!["B0320".to_string(), "B0301".to_string()];
        assert_eq!(codes("# allow B0320, B0301 in this file"), Some((both, true)));
        assert_eq!(codes("' allow everything"), None);
        assert_eq!(codes("' allowed B0320"), None);
        assert_eq!(codes("'"), None);
        assert_eq!(codes("REM"), None);
    }

    #[test]
    fn places_of_codes_are_those_in_the_file() {
        let allow = read("' allow B0320, B0301", 100, false).expect("read");
        assert_eq!(allow.codes[1].1, Span::new(115, 120));
    }
}
