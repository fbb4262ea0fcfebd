//! What can be folded: blocks, runs of comments, texts of several lines. Words alone decide, so
//! that one broken line does not open all folds.

use basilect_compiler::highlight::Kind;
use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::document::words;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/foldingRange`.
pub fn of(workspace: &Workspace, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let here = workspace.here(&params.text_document.uri)?;
    if here.file.sort != Sort::Script {
        return Some(Vec::new());
    }
    let (texts, comments) = runs(&here);
    let mut folds: Vec<FoldingRange> =
        blocks(&here).into_iter().map(|(first, last)| fold(first, last, None)).collect();
    folds.extend(texts.into_iter().map(|(first, last)| fold(first, last, None)));
    let kind = Some(FoldingRangeKind::Comment);
    folds.extend(comments.into_iter().map(|(first, last)| fold(first, last, kind.clone())));
    folds.sort_by_key(|fold| (fold.start_line, fold.end_line));
    Some(folds)
}

fn fold(start_line: u32, end_line: u32, kind: Option<FoldingRangeKind>) -> FoldingRange {
    FoldingRange { start_line, end_line, kind, ..FoldingRange::default() }
}

/// First and last lines.
type Lines = Vec<(u32, u32)>;

/// Texts of several lines, and comments that follow each other.
fn runs(here: &Here<'_>) -> (Lines, Lines) {
    let document = here.document();
    let (mut texts, mut comments): (Lines, Lines) = (Vec::new(), Vec::new());
    for piece in here.file.pieces().iter() {
        let lines = (document.line_of(piece.span.start), document.line_of(piece.span.end));
        match piece.kind {
            Kind::Text if lines.1 > lines.0 => texts.push(lines),
            Kind::Comment => {
                let alone = document.line_text(lines.0).trim_start();
                let whole = alone.starts_with(document.file.slice(piece.span).trim_end());
                match comments.last_mut() {
                    Some(run) if run.1 + 1 == lines.0 && whole => run.1 = lines.1,
                    _ if whole => comments.push(lines),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    comments.retain(|(first, last)| last > first);
    (texts, comments)
}

/// The blocks: from the line that opens one to the line before its end.
pub fn blocks(here: &Here<'_>) -> Lines {
    let document = here.document();
    let hidden: Vec<_> = here
        .file
        .pieces()
        .iter()
        .filter(|piece| matches!(piece.kind, Kind::Text | Kind::Comment))
        .map(|piece| piece.span)
        .collect();
    let (mut open, mut found): (Vec<(&str, u32)>, Lines) = (Vec::new(), Vec::new());
    for line in 0..document.line_count() {
        let span = document.line_span(line);
        let text = document.line_text(line);
        let first = span.start + (text.len() - text.trim_start().len()) as u32;
        // The first word of the line lies in a text that began before, or in a comment.
        let at = hidden.partition_point(|piece| piece.end <= first);
        if hidden.get(at).is_some_and(|piece| piece.start <= first) {
            continue;
        }
        if let Some(closed) = closes(text) {
            if let Some(at) = open.iter().rposition(|(word, _)| *word == closed) {
                let begun = open.get(at).map_or(line, |(_, begun)| *begun);
                open.truncate(at);
                if line > begun + 1 {
                    found.push((begun, line - 1));
                }
            }
        } else if let Some(word) = opens(text) {
            open.push((word, line));
        }
    }
    found
}

/// The block that a line opens.
pub fn opens(line: &str) -> Option<&'static str> {
    let all = words(line);
    let word = |at: usize| all.get(at).map_or(String::new(), |word| word.text.to_uppercase());
    let last = all.last().map_or(String::new(), |word| word.text.to_uppercase());
    let ends = |wanted: &str| {
        last == wanted && all.last().is_some_and(|word| comment_follows(line, word.end()))
    };
    Some(match word(0).as_str() {
        "IF" if ends("THEN") => "IF",
        "FOR" => "FOR",
        "WHILE" => "WHILE",
        "DO" => "DO",
        "REPEAT" => "REPEAT",
        "SELECT" if word(1) == "CASE" => "SELECT",
        "SWITCH" => "SELECT",
        "SUB" | "FUNCTION" => "SUB",
        "TRY" => "TRY",
        "WITH" => "WITH",
        "TABLE" => "TABLE",
        "BEGIN" => "BEGIN",
        "ON" if !matches!(word(1).as_str(), "ERROR") => "ON",
        "SCHEDULE" if ends("DO") => "SCHEDULE",
        _ => return None,
    })
}

/// Whether only blanks or a comment follow.
fn comment_follows(line: &str, at: usize) -> bool {
    let rest = line.get(at..).unwrap_or_default().trim_start();
    rest.is_empty() || rest.starts_with('\'') || rest.starts_with("//")
}

/// The block that a line closes.
pub fn closes(line: &str) -> Option<&'static str> {
    let all = words(line);
    let word = |at: usize| all.get(at).map_or(String::new(), |word| word.text.to_uppercase());
    Some(match word(0).as_str() {
        "NEXT" => "FOR",
        "WEND" => "WHILE",
        "LOOP" => "DO",
        "UNTIL" => "REPEAT",
        "ENDIF" => "IF",
        "END" | "END_TALK" | "END_MAIL" => match word(1).as_str() {
            "IF" => "IF",
            "FOR" => "FOR",
            "WHILE" => "WHILE",
            "DO" => "DO",
            "SELECT" | "SWITCH" => "SELECT",
            "SUB" | "FUNCTION" => "SUB",
            "TRY" => "TRY",
            "WITH" => "WITH",
            "TABLE" => "TABLE",
            "ON" => "ON",
            "SCHEDULE" => "SCHEDULE",
            "" if word(0) == "END" => return None,
            _ => "BEGIN",
        },
        _ => return None,
    })
}
