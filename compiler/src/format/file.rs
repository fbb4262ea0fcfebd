//! A whole file: its lines one after the other, comments and blank lines between them.

use super::Options;
use super::bodies::{self, Body};
use super::gaps::{Comment, Gap, column, is_blank};
use super::layout::{self, Place, Row};
use super::levels::{self, Level};
use super::pieces::Piece;
use super::spelling::Speller;
use super::unfold::unfold;
use crate::lexer::lines::is_one_of;
use crate::parser::Survey;
use crate::parser::reading::{Form, Reading, StatementRead};
use crate::source::SourceFile;

/// The comments of a file in order, but those inside of raw lines.
pub fn comments(file: &SourceFile, reading: &Reading<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut fresh = true;
    let mut take = |start: usize, end: usize, fresh: bool| {
        let gap = Gap::read(&file.text, start, end, fresh);
        found.extend(gap.trailing.into_iter().chain(gap.own).map(|c| c.text.into_owned()));
    };
    for statement in &reading.statements {
        let tokens = reading.tokens.get(statement.tokens.clone()).unwrap_or(&[]);
        if statement.form == Form::Raw {
            // What stands between its words belongs to it.
            let (first, last) = (tokens.first(), tokens.last());
            if let (Some(first), Some(last)) = (first, last) {
                take(at, first.span.start as usize, fresh);
                (at, fresh) = (last.span.end as usize, false);
            }
        } else {
            for token in tokens {
                take(at, token.span.start as usize, fresh);
                (at, fresh) = (token.span.end as usize, false);
            }
        }
        let (start, end) = (statement.body.start as usize, statement.body.end as usize);
        if end > start {
            take(at, start, fresh);
            let (_, used) = body_of(file, reading, statement);
            (at, fresh) = (start + used, true);
        }
    }
    take(at, file.text.len(), fresh);
    found
}

/// Writes a file. `bold` lets rows break that did not, and marks go that mean nothing.
pub fn write(
    file: &SourceFile,
    reading: &Reading<'_>,
    survey: &Survey,
    options: &Options,
    bold: bool,
) -> String {
    let mut writer = Writer {
        file,
        reading,
        options,
        bold: bold && !survey.numbered,
        levels: levels::of(reading),
        rows: Vec::with_capacity(reading.lines.len() * 2),
        columns: Vec::new(),
        at: 0,
        fresh: true,
        commented: None,
    };
    let mut speller = Speller::new(&file.text, reading, survey, bold);
    for number in 0..reading.lines.len() {
        writer.line(number, &mut speller);
    }
    writer.between(&Level::default(), usize::MAX, file.text.len());
    let text = finish(writer.rows);
    match file.text.starts_with('\u{feff}') {
        true => format!("\u{feff}{text}"),
        false => text,
    }
}

struct Writer<'w, 's> {
    file: &'s SourceFile,
    reading: &'w Reading<'s>,
    options: &'w Options,
    bold: bool,
    levels: Vec<Level>,
    rows: Vec<Row>,
    /// For each level, where the last line of the innermost blocks stood in the source.
    columns: Vec<Option<usize>>,
    /// How far the source was written, and whether a line begins there.
    at: usize,
    fresh: bool,
    /// The row that a comment behind the last line belongs to, where it is not the last row.
    commented: Option<usize>,
}

impl<'w, 's> Writer<'w, 's> {
    fn line(&mut self, number: usize, speller: &mut Speller<'_, 's>) {
        let reading = self.reading;
        let Some(line) = reading.lines.get(number) else { return };
        let statements = reading.statements.get(line.clone()).unwrap_or(&[]);
        let (Some(first), Some(last)) = (statements.first(), statements.last()) else { return };
        let start = reading.tokens.get(first.tokens.start).map_or(0, |t| t.span.start as usize);
        let end = last.tokens.end.checked_sub(1).and_then(|at| reading.tokens.get(at));
        let end = end.map_or(start, |t| t.span.end as usize);
        let level = self.levels.get(number).copied().unwrap_or_default();
        self.between(&level, number, start);
        let pieces = speller.line(line);
        self.at = end;
        self.fresh = false;
        let numbered = first.form == Form::Number;
        match last.body.end > last.body.start {
            true => self.with_body(pieces, level, last),
            false => {
                let indent = if numbered { 0 } else { level.own * self.options.indent };
                self.rows_of(pieces, statements, (indent, &level));
                if !numbered {
                    self.stood(level.own, column(&self.file.text, start));
                }
            }
        }
    }
    fn rows_of(
        &mut self,
        mut pieces: Vec<Piece<'s>>,
        statements: &[StatementRead],
        (indent, level): (usize, &Level),
    ) {
        let place = self.place(indent, level);
        layout::settle(&mut pieces, &place);
        let lines = match unfold(pieces, self.reading, statements, &place) {
            Err(pieces) => return self.rows.extend(layout::rows(pieces, &place)),
            Ok(lines) => lines,
        };
        let step = self.options.indent;
        for (number, (deeper, pieces)) in lines.into_iter().enumerate() {
            let indent = indent + deeper * step;
            let place = Place { indent, further: indent + (2 - deeper) * step, ..place };
            self.rows.extend(layout::rows(pieces, &place));
            if number == 0 {
                // A comment behind the line was about all of it.
                self.commented = self.rows.len().checked_sub(1);
            }
        }
    }
    fn place(&self, indent: usize, level: &Level) -> Place<'w> {
        // Further rows of a line that opens a block stand out from the block.
        let steps = if level.opens { 2 } else { 1 };
        let further = indent + steps * self.options.indent;
        Place { indent, further, breaks: self.bold, options: self.options }
    }
    /// Remembers where a line of a level stood.
    fn stood(&mut self, level: usize, column: usize) {
        self.columns.resize(level, None);
        self.columns.push(Some(column));
    }

    fn with_body(&mut self, mut pieces: Vec<Piece<'s>>, level: Level, statement: &StatementRead) {
        let (start, end) = (statement.body.start as usize, statement.body.end as usize);
        let text = self.file.text.get(start..end).unwrap_or("");
        let indent = level.own * self.options.indent;
        let (body, used) = body_of(self.file, self.reading, statement);
        let written = bodies::write(body, text, indent, self.options.indent);
        let place = self.place(written.frame, &level);
        layout::settle(&mut pieces, &place);
        self.rows.extend(layout::rows(pieces, &place));
        let gap = Gap::read(&self.file.text, self.at, start, false);
        if let (Some(comment), Some(row)) = (gap.trailing, self.rows.last_mut()) {
            row.comment = Some((comment.text.into_owned(), comment.column));
        }
        // After a comma the first column would belong to the line above it.
        let goes_on = self.rows.last().is_some_and(|row| row.text.ends_with(','));
        let parted = text.lines().next().is_some_and(|line| line.trim().is_empty());
        if body == Body::Table && goes_on && parted {
            self.rows.push(Row { text: String::new(), comment: None });
        }
        self.rows.extend(written.rows);
        self.at = start + used;
        self.fresh = true;
        self.columns.truncate(level.own + 1);
    }

    /// Writes what stands before a line: a comment behind the one before, comments, blank lines.
    fn between(&mut self, level: &Level, number: usize, start: usize) {
        let gap = Gap::read(&self.file.text, self.at, start, self.fresh);
        let opened = number
            .min(self.levels.len())
            .checked_sub(1)
            .and_then(|before| self.levels.get(before))
            .is_some_and(|before| before.opens);
        let glued = !self.file.text.get(self.at..).unwrap_or("").starts_with(is_blank);
        let row = self.commented.take().or(self.rows.len().checked_sub(1));
        match (gap.trailing, row.and_then(|row| self.rows.get_mut(row))) {
            // Without a blank `1'` is no line number of a classic program.
            (Some(comment), Some(row)) if glued && is_number(&row.text) => {
                row.text.push_str(&comment.text);
            }
            (Some(comment), Some(row)) => {
                row.comment = Some((comment.text.into_owned(), comment.column));
            }
            _ => {}
        }
        let mut first = opened || self.rows.is_empty();
        for comment in &gap.own {
            self.own_comment(comment, level, first);
            first = false;
        }
        let ends = level.ends || number == usize::MAX;
        if gap.blank && !ends && !first {
            self.rows.push(Row::default());
        }
    }
    fn own_comment(&mut self, comment: &Comment<'s>, level: &Level, first: bool) {
        if comment.blank && !first {
            self.rows.push(Row::default());
        }
        let depth = self.depth_of(comment, level);
        let indent = " ".repeat(depth * self.options.indent);
        self.rows.push(Row { text: format!("{indent}{}", comment.text), comment: None });
    }
    /// A comment before ELSE, CASE or END belongs to what comes or to what was, by where it stood.
    fn depth_of(&self, comment: &Comment<'s>, level: &Level) -> usize {
        let stood = |depth: usize| self.columns.get(depth).copied().flatten();
        if level.inner <= level.own || stood(level.inner).is_none() {
            return level.inner.max(level.own);
        }
        let mut depths = (level.own..=level.inner).rev();
        let fits = depths.find(|depth| stood(*depth).is_some_and(|c| c <= comment.column));
        fits.unwrap_or(level.own)
    }
}

/// What the lines below a statement are, and how many of their bytes really belong to it.
fn body_of(file: &SourceFile, reading: &Reading<'_>, statement: &StatementRead) -> (Body, usize) {
    let (start, end) = (statement.body.start as usize, statement.body.end as usize);
    let text = file.text.get(start..end).unwrap_or("");
    let first = reading.tokens.get(statement.tokens.start).map(|t| file.slice(t.span));
    let body = match first.unwrap_or("") {
        word if is_one_of(word, &["TABLE"]) => Body::Table,
        word if is_one_of(word, &["ORCHESTRATE"]) => Body::Workflow,
        _ => Body::Text,
    };
    (body, bodies::used(body, text))
}

/// Whether a comment is a statement of its row and not a remark beside it.
fn is_statement(comment: &str, before: &str) -> bool {
    is_number(before) || comment.starts_with("REM")
}
fn is_number(row: &str) -> bool {
    !row.is_empty() && row.bytes().all(|b| b.is_ascii_digit())
}

/// Joins the rows. Comments behind rows that follow each other stay in one column where they
/// stood in one.
fn finish(rows: Vec<Row>) -> String {
    let mut out = String::with_capacity(rows.iter().map(|r| r.text.len() + 1).sum());
    let mut rows = rows.as_slice();
    while let Some(row) = rows.first() {
        let Some((_, stood)) = &row.comment else {
            out.push_str(&row.text);
            out.push('\n');
            rows = rows.get(1..).unwrap_or(&[]);
            continue;
        };
        let together = |r: &&Row| {
            let aligned = r
                .comment
                .as_ref()
                .is_some_and(|(text, column)| column == stood && !is_statement(text, &r.text));
            aligned && !r.text.contains('\n')
        };
        let count = rows.iter().take_while(together).count().max(1);
        let (group, rest) = rows.split_at(count);
        let widest = group.iter().map(|r| r.text.chars().count()).max().unwrap_or(0);
        for row in group {
            put_with_comment(row, widest, &mut out);
        }
        rows = rest;
    }
    out
}
fn put_with_comment(row: &Row, widest: usize, out: &mut String) {
    out.push_str(&row.text);
    if let Some((comment, _)) = &row.comment {
        let alone = is_statement(comment, &row.text) || row.text.contains('\n');
        let short = if alone { 0 } else { widest - row.text.chars().count().min(widest) };
        let blanks = short + 1;
        out.extend(std::iter::repeat_n(' ', blanks));
        out.push_str(comment);
    }
    out.push('\n');
}
