//! The one way in which scripts are written: `basilect fmt`.
//!
//! The formatter follows the parser through the file ([`crate::parser::reading`] says what each
//! token was taken for) and writes the same tokens anew. In reading order: [`gaps`] (what stands
//! between two tokens: comments and line ends), [`spelling`] (keywords in capitals and in one
//! spelling) which makes [`pieces`], [`levels`] (how deep a line stands in the blocks),
//! [`layout`], [`wrap`] and [`unfold`] (a logical line as rows), [`bodies`] (raw text, TABLE),
//! [`file`] (everything together), [`listing`] (classic programs, which have a reader of their
//! own), [`same`] (whether the tree is still the one it was).
//!
//! What is promised, and checked on every call before anything is given back: the formatted text
//! parses to the same tree, and holds the same comments in the same order. Where that fails the
//! answer is [`Refusal::Bug`], never a damaged text. A file with syntax errors is refused.

mod bodies;
mod file;
mod gaps;
mod layout;
mod levels;
mod listing;
mod pieces;
mod same;
mod spelling;
mod unfold;
mod wrap;

use crate::ast::Script;
use crate::classic;
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::parser::{self, Survey};
use crate::source::SourceFile;
use basilect_stdlib::Limits;
use listing::Care;

/// How scripts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Columns by which the statements of a block are indented.
    pub indent: usize,
    /// Columns after which a row is broken, comments not counted.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { indent: 4, width: 100 }
    }
}

/// Why a file is left as it is.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// It cannot be read; the errors say where.
    Errors(Vec<Diagnostic>),
    /// It is prose, not a script.
    Prose,
    /// The formatter made something else of it. What, for a report.
    Bug(&'static str),
}

/// The text of a script as it should be written.
///
/// It keeps the kind of line end that most lines have. Errors of names and types do not matter
/// here; errors of syntax refuse the file.
pub fn format(source: &SourceFile, options: &Options) -> Result<String, Refusal> {
    let windows = windows_lines(&source.text);
    let text = source.text.replace("\r\n", "\n");
    let plain = SourceFile::new(source.path.as_str(), text);
    if let Some(why) = parser::unreadable(&plain) {
        return Err(if why.code == codes::PROSE { Refusal::Prose } else { too_large() });
    }
    let read = if classic::is_classic(&plain.text) { classic_program(&plain) } else { None };
    let formatted =
        read.unwrap_or_else(|| script(&plain, options)).map_err(|refusal| match refusal {
            // Of the text as it is, so that the places are right.
            Refusal::Errors(errors) if errors.is_empty() => Refusal::Errors(self::errors(source)),
            other => other,
        })?;
    Ok(if windows { formatted.replace('\n', "\r\n") } else { formatted })
}

/// A script that is no classic program. Errors are told as none, since the caller knows their
/// places.
fn script(plain: &SourceFile, options: &Options) -> Result<String, Refusal> {
    let survey = Survey::of(&plain.text, classic::is_classic(&plain.text));
    let (script, diagnostics, reading) = parser::read(plain, &survey);
    if has_errors(&diagnostics) {
        return Err(Refusal::Errors(Vec::new()));
    }
    let before = Before { script, comments: file::comments(plain, &reading) };
    best(&before, plain, &[true, false], |bold| {
        file::write(plain, &reading, &survey, options, *bold)
    })
}
/// A program with line numbers; `None` where it is written in the words of other scripts.
fn classic_program(plain: &SourceFile) -> Option<Result<String, Refusal>> {
    // Single carriage returns end the lines of some systems' files.
    let unix = SourceFile::new(plain.path.as_str(), plain.text.replace('\r', "\n"));
    let classic::Reading { script, rows, broken, .. } = classic::read(&unix.text)?;
    if broken {
        return Some(Err(Refusal::Errors(Vec::new())));
    }
    let before = Before { script, comments: listing::comments(&unix.text, &rows) };
    let cares = [Care::Bold, Care::Blanks, Care::Rows];
    Some(best(&before, &unix, &cares, |care| listing::write(&unix.text, &rows, *care)))
}
fn too_large() -> Refusal {
    Refusal::Errors(vec![parser::too_large()])
}
fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}
/// The first of several ways to write a file in which nothing is lost.
fn best<W>(
    before: &Before,
    file: &SourceFile,
    ways: &[W],
    write: impl Fn(&W) -> String,
) -> Result<String, Refusal> {
    let mut lost = "nothing was written";
    for way in ways {
        let text = write(way);
        match changed(before, &file.path, &text) {
            None => return Ok(text),
            // With its blanks it is longer than a script may be.
            Some(_) if text.len() > Limits::DEFAULT.source_bytes => return Err(too_large()),
            Some(what) => lost = what,
        }
    }
    Err(Refusal::Bug(lost))
}

fn errors(source: &SourceFile) -> Vec<Diagnostic> {
    let (_, diagnostics) = parser::parse(source);
    diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect()
}

/// Whether most lines end with `\r\n`.
fn windows_lines(text: &str) -> bool {
    let all = text.bytes().filter(|&b| b == b'\n').count();
    2 * text.matches("\r\n").count() > all
}

/// What must still be there afterwards.
struct Before {
    script: Script,
    comments: Vec<String>,
}

/// What is no longer as it was, if anything.
fn changed(before: &Before, path: &str, text: &str) -> Option<&'static str> {
    let file = SourceFile::new(path, text);
    let Some((script, comments)) = reread(&file) else {
        return Some("it could no longer be read");
    };
    if !same::same(&before.script, &script) {
        return Some("it meant something else");
    }
    (comments != before.comments).then_some("a comment got lost")
}
/// The tree and the comments of a file; `None` where it cannot be read.
fn reread(file: &SourceFile) -> Option<(Script, Vec<String>)> {
    if parser::unreadable(file).is_some() {
        return None;
    }
    let numbered = classic::is_classic(&file.text);
    let read = if numbered { classic::read(&file.text) } else { None };
    if let Some(read) = read {
        let comments = listing::comments(&file.text, &read.rows);
        return (!read.broken).then_some((read.script, comments));
    }
    let survey = Survey::of(&file.text, numbered);
    let (script, diagnostics, reading) = parser::read(file, &survey);
    let comments = file::comments(file, &reading);
    (!has_errors(&diagnostics)).then_some((script, comments))
}

#[cfg(test)]
#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests measure time and read the examples"
)]
mod tests;
