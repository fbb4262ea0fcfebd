//! Fixes, made: the edits of one fix as they go into a text, and a whole bot with every fix made
//! that can be made without asking.
//!
//! Editors and `basilect check --fix` both take their edits from here.

use super::{Diagnostic, Fix, Severity};
use crate::parser::parse;
use crate::source::{SourceFile, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A fix can uncover what another one mends, but not for ever.
const ROUNDS: usize = 20;

/// The edits of a fix in this text. One that leaves nothing but blanks of a line takes the line
/// with it, and lines that are put in end as the others do.
pub fn edits(text: &str, fix: &Fix) -> Vec<(Span, String)> {
    let crlf = text.contains("\r\n");
    let edits = fix.edits.iter().map(|(span, new)| {
        let new = if crlf { new.replace('\n', "\r\n") } else { new.clone() };
        (if new.is_empty() { whole_line(text, *span) } else { *span }, new)
    });
    edits.collect()
}

/// The line of a span with its end, where nothing else stands in it; else the span.
fn whole_line(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or("");
    let after = text.get(span.end as usize..).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = after.find('\n').map_or(after.len(), |at| at + 1);
    let blank = |part: Option<&str>| part.is_some_and(|part| part.trim().is_empty());
    match blank(before.get(start..)) && blank(after.get(..rest)) {
        true => Span::new(start as u32, span.end + rest as u32),
        false => span,
    }
}

/// A text with these fixes made, and how many were. One that touches another which is made already
/// is left out, for the next round.
pub fn apply<'d>(text: &str, fixes: impl IntoIterator<Item = &'d Fix>) -> (String, usize) {
    let mut taken: Vec<(Span, String)> = Vec::new();
    let mut made = 0;
    for fix in fixes {
        let own = edits(text, fix);
        let fits = |(span, _): &(Span, String)| text.get(range(*span)).is_some();
        let free = |(span, _): &(Span, String)| taken.iter().all(|(other, _)| apart(*span, *other));
        let changes = own.iter().any(|(span, new)| text.get(range(*span)) != Some(new));
        if changes && own.iter().all(|edit| fits(edit) && free(edit)) {
            taken.extend(own);
            made += 1;
        }
    }
    taken.sort_by_key(|(span, _)| span.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (span, new) in &taken {
        let from = span.start as usize;
        out.push_str(text.get(at..from.max(at)).unwrap_or(""));
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    (out, made)
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// Whether two edits have no byte and no border in common.
fn apart(a: Span, b: Span) -> bool {
    a.end < b.start || b.end < a.start
}

/// Diagnostics with the files that they are about.
pub type Found = Vec<(Arc<SourceFile>, Diagnostic)>;
/// New texts of files by their paths.
pub type Texts = BTreeMap<String, String>;

/// What fixing has come to.
#[derive(Clone, Debug, Default)]
pub struct Mended {
    /// The files that change, with their new texts.
    pub texts: Texts,
    /// How many fixes were made in each of them.
    pub made: BTreeMap<String, usize>,
    /// Files that are left as they are, because their fixes would have broken more.
    pub refused: BTreeSet<String>,
    /// What there is to say with the new texts.
    pub found: Found,
}

/// Makes fixes until there is none left. `look` says what is wrong when some files have new texts;
/// with `doubtful`, fixes that may change what a script does are made as well.
///
/// No file comes out with more lines that cannot be read than it had before: its fixes are then
/// not made at all.
pub fn mend(mut look: impl FnMut(&Texts) -> Found, doubtful: bool) -> Mended {
    let mut mended = Mended { found: look(&Texts::new()), ..Mended::default() };
    for _ in 0..ROUNDS {
        let round = fixed(&mended, doubtful);
        if round.is_empty() {
            break;
        }
        let (before, refused) = (errors(&mended.found), mended.refused.len());
        for (file, text, made) in round {
            match unread(&file.path, &text) > unread(&file.path, &file.text) {
                true => mended.refuse(&file.path),
                false => mended.accept(&file.path, text, made),
            }
        }
        mended.found = look(&mended.texts);
        mended.refuse_broken(&before);
        if mended.refused.len() > refused {
            mended.found = look(&mended.texts);
        }
    }
    mended
}

/// The files that change in this round, with their new texts and the number of fixes.
fn fixed(mended: &Mended, doubtful: bool) -> Vec<(Arc<SourceFile>, String, usize)> {
    let mut files: BTreeMap<&str, (&Arc<SourceFile>, Vec<&Fix>)> = BTreeMap::new();
    for (file, diagnostic) in &mended.found {
        let fix = diagnostic.fix.as_ref().filter(|fix| fix.sure || doubtful);
        if let Some(fix) = fix.filter(|_| !mended.refused.contains(&file.path)) {
            files.entry(&file.path).or_insert((file, Vec::new())).1.push(fix);
        }
    }
    let changed = files.into_values().map(|(file, fixes)| {
        let (text, made) = apply(&file.text, fixes);
        (Arc::clone(file), text, made)
    });
    changed.filter(|(file, text, _)| file.text != *text).collect()
}

/// How many errors each file has.
fn errors(found: &Found) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (file, diagnostic) in found {
        let error = diagnostic.severity == Severity::Error;
        *counts.entry(file.path.clone()).or_default() += usize::from(error);
    }
    counts
}

/// How many lines of a script cannot be read.
fn unread(path: &str, text: &str) -> usize {
    if path.to_lowercase().ends_with(".csv") {
        return 0;
    }
    let (_, found) = parse(&SourceFile::new(path, text));
    found.iter().filter(|d| d.severity == Severity::Error).count()
}

impl Mended {
    fn accept(&mut self, path: &str, text: String, made: usize) {
        self.texts.insert(path.to_owned(), text);
        *self.made.entry(path.to_owned()).or_default() += made;
    }
    fn refuse(&mut self, path: &str) {
        self.texts.remove(path);
        self.made.remove(path);
        self.refused.insert(path.to_owned());
    }
    /// Refuses the files that were right before this round and are not any more. Where there were
    /// errors, there may be more: a line that can be read at last shows what else is wrong in it.
    fn refuse_broken(&mut self, before: &BTreeMap<String, usize>) {
        let right = |path: &String| before.get(path).is_none_or(|count| *count == 0);
        let broken = errors(&self.found).into_iter().filter(|(_, count)| *count > 0);
        let broken: Vec<String> = broken.map(|(path, _)| path).filter(right).collect();
        for path in broken {
            if self.texts.contains_key(&path) {
                self.refuse(&path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edits = edits.iter().map(|(from, to, new)| (Span::new(*from, *to), (*new).to_owned()));
        Fix { title: "Mend it".into(), edits: edits.collect(), sure: true }
    }

    #[test]
    fn edits_go_in_whole_and_do_not_overlap() {
        let both = fix(&[(0, 1, "A"), (4, 5, "E")]);
        let inside = fix(&[(2, 3, "C"), (4, 6, "?")]);
        assert_eq!(apply("abcdef", [&both, &inside]), ("AbcdEf".into(), 1));
        assert_eq!(apply("abcdef", [&fix(&[(6, 6, "!")])]), ("abcdef!".into(), 1));
        assert_eq!(apply("é", [&fix(&[(1, 2, "x")])]), ("é".into(), 0), "within a letter");
        assert_eq!(apply("a", [&fix(&[(0, 9, "x")])]), ("a".into(), 0), "outside of the text");
        assert_eq!(apply("a", [&fix(&[(0, 1, "a")])]), ("a".into(), 0), "nothing changes");
    }

    #[test]
    fn lines_go_with_what_was_alone_in_them() {
        assert_eq!(apply("a\n  NEXT\nb\n", [&fix(&[(4, 8, "")])]).0, "a\nb\n");
        assert_eq!(apply("a\r\nNEXT\r\nb", [&fix(&[(3, 7, "")])]).0, "a\r\nb");
        assert_eq!(apply("a\nNEXT ' x\n", [&fix(&[(2, 6, "")])]).0, "a\n ' x\n");
        assert_eq!(apply("a\r\nb\r\n", [&fix(&[(3, 3, "c\n")])]).0, "a\r\nc\r\nb\r\n");
    }

    /// What a look finds that wants every `a` to be written so.
    fn look(texts: &Texts, text: &str, new: &str) -> Found {
        let text = texts.get("t.bas").map_or(text, String::as_str);
        let file = Arc::new(SourceFile::new("t.bas", text));
        let at = text.find('a').into_iter().map(|at| {
            let span = Span::new(at as u32, at as u32 + 1);
            let found = Diagnostic::warning(codes::NEVER_SET, span, "a");
            (Arc::clone(&file), found.fix("Mend it", vec![(span, new.to_owned())]))
        });
        at.collect()
    }

    #[test]
    fn what_would_break_a_script_is_not_made() {
        let mended = mend(|texts| look(texts, "x = a + a\n", "b"), false);
        assert_eq!(mended.texts["t.bas"], "x = b + b\n");
        assert_eq!((mended.made["t.bas"], mended.refused.len()), (2, 0));
        let broken = mend(|texts| look(texts, "x = a\n", "+"), false);
        assert!(broken.texts.is_empty() && broken.refused.contains("t.bas"), "{broken:?}");
        assert_eq!(broken.found.len(), 1, "it is still told");
        let endless = mend(|texts| look(texts, "x = a\n", "aa"), false);
        assert_eq!(endless.made["t.bas"], ROUNDS, "it ends");
    }
}
