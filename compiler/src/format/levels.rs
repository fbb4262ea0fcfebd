//! How deep each line stands in the blocks.

use crate::parser::reading::{BlockRead, Reading};

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// How deep the line itself is.
    pub own: usize,
    /// How deep a line before it is that belongs to the block which ends or parts here.
    pub inner: usize,
    /// Whether lines below it are deeper.
    pub opens: bool,
    /// Whether it ends what was deeper before it, so that no blank line belongs there.
    pub ends: bool,
}

/// The levels of all lines.
pub fn of(reading: &Reading<'_>) -> Vec<Level> {
    let mut levels = vec![Level::default(); reading.lines.len() + 1];
    let lines = lines_of_statements(reading);
    // How much deeper than the line before each is.
    let mut deeper = vec![0isize; levels.len() + 1];
    for block in reading.blocks.iter().filter(|b| !b.flat) {
        add(block, &lines, &mut levels, &mut deeper);
    }
    let mut depth = 0isize;
    for (level, change) in levels.iter_mut().zip(deeper) {
        depth += change;
        level.inner = depth.max(0) as usize;
        // So far `own` holds how much less deep than that the line is.
        level.own = level.inner.saturating_sub(level.own);
    }
    first_cases(reading, &lines, &mut levels);
    levels.truncate(reading.lines.len());
    levels
}

fn lines_of_statements(reading: &Reading<'_>) -> Vec<usize> {
    let mut lines = vec![0; reading.statements.len()];
    for (number, line) in reading.lines.iter().enumerate() {
        for statement in lines.get_mut(line.clone()).unwrap_or_default() {
            *statement = number;
        }
    }
    lines
}
fn is_select(block: &BlockRead) -> bool {
    block.words.0 == "SELECT CASE"
}
/// The lines on which a block opens and closes, if they are two.
fn ends(block: &BlockRead, lines: &[usize]) -> Option<(usize, usize)> {
    let (open, close) = (*lines.get(block.open)?, *lines.get(block.close)?);
    (open < close).then_some((open, close))
}

fn add(block: &BlockRead, lines: &[usize], levels: &mut [Level], deeper: &mut [isize]) {
    let Some((open, close)) = ends(block, lines) else { return };
    // The statements of a CASE are deeper than the CASE, which is deeper than its SELECT.
    let steps = if is_select(block) { 2 } else { 1 };
    let change = |at: usize, by: isize, deeper: &mut [isize]| {
        if let Some(change) = deeper.get_mut(at) {
            *change += by;
        }
    };
    change(open + 1, steps, deeper);
    change(close + 1, -steps, deeper);
    if let Some(level) = levels.get_mut(open) {
        level.opens = true;
    }
    if let Some(level) = levels.get_mut(close) {
        level.own += steps as usize;
        level.ends = true;
    }
    let mut last = open;
    for part in &block.parts {
        let Some(&line) = lines.get(*part) else { continue };
        if line == last || line == close {
            continue;
        }
        last = line;
        if let Some(level) = levels.get_mut(line) {
            level.own += 1;
            level.opens = true;
            level.ends |= !is_select(block);
        }
    }
}

/// Between SELECT and its first CASE there is no deeper block.
fn first_cases(reading: &Reading<'_>, lines: &[usize], levels: &mut [Level]) {
    for block in reading.blocks.iter().filter(|b| !b.flat && is_select(b)) {
        let Some((open, close)) = ends(block, lines) else { continue };
        let part = block.parts.first().and_then(|part| lines.get(*part));
        let first = part.copied().unwrap_or(close).min(close);
        let cases = levels.get(open).map_or(0, |level| level.own + 1);
        if let Some(level) = levels.get_mut(first) {
            level.inner = cases;
        }
    }
}
