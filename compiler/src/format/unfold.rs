//! `IF … THEN` with its statements on one line becomes a block where the line is too long.

use super::layout::{Place, columns};
use super::pieces::{Piece, Role};
use crate::lexer::token::Tok;
use crate::parser::reading::{Form, Reading, StatementRead};

/// A line of the block: how much deeper than the IF it stands, and its pieces.
pub type Unfolded<'s> = (usize, Vec<Piece<'s>>);

/// The lines of the block; the pieces back where the line stays as it is.
pub fn unfold<'s>(
    mut pieces: Vec<Piece<'s>>,
    reading: &Reading<'s>,
    statements: &[StatementRead],
    place: &Place<'_>,
) -> Result<Vec<Unfolded<'s>>, Vec<Piece<'s>>> {
    let starts = pieces.iter().filter(|p| p.first).count();
    let simple = is_one_line_if(reading, statements) && starts == statements.len();
    let long = || columns(&pieces, place.indent) > place.options.width;
    if !place.breaks || !simple || pieces.iter().any(|p| p.gap.breaks) || !long() {
        return Err(pieces);
    }
    let mut lines = Vec::new();
    for statement in statements.iter().rev() {
        let start = pieces.iter().rposition(|p| p.first).unwrap_or(0);
        let mut line = pieces.split_off(start);
        if line.last().is_some_and(|p| p.role == Role::Mark || p.text == ":") {
            line.pop();
        }
        let head = matches!(first(reading, statement), Some(Tok::If | Tok::Else));
        lines.push((usize::from(!head), line));
    }
    lines.reverse();
    lines.push((0, vec![Piece::word("END IF")]));
    Ok(lines)
}

fn first<'s>(reading: &Reading<'s>, statement: &StatementRead) -> Option<Tok<'s>> {
    reading.folded.get(statement.folded.start..statement.folded.end)?.first().map(|t| t.1)
}
/// Whether a line is IF, THEN and statements of which each can stand on a line of its own.
fn is_one_line_if(reading: &Reading<'_>, statements: &[StatementRead]) -> bool {
    let Some((head, rest)) = statements.split_first() else { return false };
    let then = reading.folded.get(head.folded.clone()).and_then(|folded| folded.last());
    let opens =
        matches!(first(reading, head), Some(Tok::If)) && matches!(then, Some((_, Tok::Then, _)));
    let plain = |statement: &StatementRead| {
        statement.form == Form::Folded
            && !matches!(
                first(reading, statement),
                None | Some(Tok::If | Tok::ElseIf | Tok::End(_) | Tok::Label(_))
            )
    };
    // `THEN 100` has no word of its own.
    let silent = |statement: &StatementRead| {
        let folded = reading.folded.get(statement.folded.start);
        folded.is_some_and(|t| t.0 == t.2)
    };
    let alternatives = rest.iter().filter(|s| matches!(first(reading, s), Some(Tok::Else)));
    opens
        && !rest.is_empty()
        && alternatives.count() < 2
        && rest.iter().all(|s| plain(s) && !silent(s))
}
