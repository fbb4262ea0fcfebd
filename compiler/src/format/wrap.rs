//! Rows that are too long are broken where the language allows it.
//!
//! A map or list at the end of a row is opened up, one item a row. Otherwise the row is broken at
//! its outermost level: before clauses such as WHERE, behind commas, behind OR, AND or `+`, as
//! late as possible; the arguments of a call are put on rows of their own. What is still too long
//! is broken further inside.

use super::layout::{Place, may_break, may_part};
use super::pieces::{Bracket, Piece, Role, spaced};
use crate::lexer::lines::is_one_of;
use std::ops::Range;

/// Words that, at the start of a row, are taken for a new statement.
const HEADS: [&str; 20] = [
    "TALK", "HEAR", "IF", "ELSE", "ELSEIF", "END", "ENDIF", "FOR", "NEXT", "WHILE", "WEND", "DO",
    "LOOP", "SUB", "FUNCTION", "RETURN", "BEGIN", "EXIT", "PARAM", "LET",
];

/// Whether a word at the start of a row is taken for a new statement.
pub fn begins_statement(word: &str) -> bool {
    is_one_of(word, &HEADS)
}

/// Breaks the rows of a logical line that are too long; false if there were none, or none that
/// can be broken.
pub fn wrap(pieces: &mut [Piece<'_>], partners: &[usize], place: &Place<'_>) -> bool {
    let mut rows = Rows { pieces, partners, place, open: Vec::new() };
    let (mut start, mut indent) = (0, place.indent);
    let mut any = false;
    while start < rows.pieces.len() {
        let end = rows.row_end(start);
        if rows.too_long(start..end, indent) && rows.part(start..end, indent) {
            any = true;
            continue;
        }
        rows.pass(start..end, indent);
        indent = rows.indent_at(end);
        start = end;
    }
    any
}

struct Rows<'p, 's> {
    pieces: &'p mut [Piece<'s>],
    partners: &'p [usize],
    place: &'p Place<'p>,
    /// The brackets open at the start of the row: their numbers and the indentation of their rows.
    open: Vec<(usize, usize)>,
}

/// Where a row could be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    depth: usize,
    /// Clause, comma, OR, AND, plus: looser ones first.
    class: u8,
}

impl Rows<'_, '_> {
    fn row_end(&self, start: usize) -> usize {
        let rest = self.pieces.get(start + 1..).unwrap_or(&[]);
        rest.iter().position(|p| p.gap.breaks).map_or(self.pieces.len(), |i| start + 1 + i)
    }
    /// The columns of a piece and the blank before it: of its first line, and of its last one if
    /// it is a text of several lines.
    fn width(&self, at: usize, begins: bool) -> (usize, Option<usize>) {
        let Some(piece) = self.pieces.get(at) else { return (0, None) };
        let before = at.checked_sub(1).and_then(|i| self.pieces.get(i)).filter(|_| !begins);
        let blank = usize::from(before.is_some_and(|before| spaced(before, piece)));
        let columns = |line: &str| line.chars().count();
        match piece.text.split_once('\n') {
            None => (blank + columns(&piece.text), None),
            Some((first, rest)) => {
                let last = rest.rsplit('\n').next().unwrap_or("");
                (blank + columns(first), Some(columns(last)))
            }
        }
    }
    fn too_long(&self, row: Range<usize>, indent: usize) -> bool {
        let (start, mut column) = (row.start, indent);
        for at in row {
            let (first, last) = self.width(at, at == start);
            column += first;
            if column > self.place.options.width {
                return true;
            }
            column = last.unwrap_or(column);
        }
        false
    }
    /// Goes over a row: notes which brackets are open behind it.
    fn pass(&mut self, row: Range<usize>, indent: usize) {
        for at in row {
            match self.pieces.get(at).map(|p| p.role) {
                Some(Role::Open(_)) => self.open.push((at, indent)),
                Some(Role::Close(_)) => drop(self.open.pop()),
                _ => {}
            }
        }
    }
    fn indent_at(&self, at: usize) -> usize {
        let closes = matches!(self.pieces.get(at), Some(p) if matches!(p.role, Role::Close(_)));
        match self.open.last() {
            Some((_, row)) if closes => *row,
            last => last.map_or(self.place.further, |(_, row)| row + self.place.options.indent),
        }
    }
    fn break_before(&mut self, at: usize) -> bool {
        match self.pieces.get_mut(at) {
            Some(piece) if !piece.gap.breaks => {
                piece.gap.breaks = true;
                true
            }
            _ => false,
        }
    }

    /// Breaks a row; false if it cannot be broken.
    fn part(&mut self, row: Range<usize>, indent: usize) -> bool {
        let found = self.outermost(row.clone());
        if let Some(open) = self.last_literal(row.clone(), indent) {
            return self.spread(open);
        }
        let Some(kind) = found else { return false };
        let opener = self.opener(row.clone(), kind);
        if let Some(opener) = opener.filter(|open| kind.class == 1 && self.can_spread(*open)) {
            let head = !self.too_long(row.start..opener + 1, indent);
            return head && self.spread(opener);
        }
        let around = kind.depth.checked_sub(1).and_then(|at| self.open.get(at));
        let further = match (opener, around) {
            (Some(_), _) => indent + self.place.options.indent,
            (None, Some((_, row))) => row + self.place.options.indent,
            (None, None) => self.place.further,
        };
        let calls = kind.class <= 1 && opener.is_none();
        if let Some(open) = self.last_call(row.clone(), indent, further).filter(|_| calls) {
            return self.spread(open);
        }
        self.fill(row, kind, (indent, further))
    }
    /// The depth of the gap before each piece of a row, from the start of the row.
    fn kinds(&self, row: Range<usize>) -> impl Iterator<Item = (usize, Kind)> + '_ {
        let mut depth = self.open.len();
        let start = row.start;
        row.filter_map(move |at| {
            let piece = self.pieces.get(at)?;
            let here = depth;
            match piece.role {
                Role::Open(_) => depth += 1,
                Role::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let class = (at > start).then(|| self.class(at, here)).flatten()?;
            Some((at, Kind { depth: here, class }))
        })
    }
    /// How loosely what stands around the gap before a piece is bound, if a row may end there.
    fn class(&self, at: usize, depth: usize) -> Option<u8> {
        let (before, piece) = (self.pieces.get(at.checked_sub(1)?)?, self.pieces.get(at)?);
        if matches!(piece.role, Role::Close(_)) {
            return None;
        }
        let prints = || {
            let first = self.pieces.iter().find(|p| p.text.parse::<u32>().is_err());
            first.is_some_and(|p| is_one_of(&p.text, &["PRINT", "INPUT"]))
        };
        let operand = || at.checked_sub(2).and_then(|i| self.pieces.get(i));
        let class = match before.role {
            _ if piece.role == Role::Clause && depth == 0 => 0,
            Role::Comma if depth > 0 || !prints() => 1,
            Role::Or if operand().is_some_and(Piece::ends_operand) => 2,
            Role::And if operand().is_some_and(Piece::ends_operand) => 3,
            Role::Plus => 4,
            _ => return None,
        };
        may_break(self.pieces, at).then_some(class)
    }
    fn outermost(&self, row: Range<usize>) -> Option<Kind> {
        self.kinds(row).map(|(_, kind)| kind).min()
    }
    /// The widest bracket of this row with a gap of a kind in it; `None` if it was open before.
    fn opener(&self, row: Range<usize>, kind: Kind) -> Option<usize> {
        let mut gaps = self.kinds(row.clone()).filter(|(_, k)| *k == kind).peekable();
        let (mut open, mut found) = (Vec::new(), Vec::new());
        for at in row {
            if gaps.next_if(|(gap, _)| *gap == at).is_some() {
                let opener = open.last().copied();
                found.extend(opener.filter(|o| found.last() != Some(o)));
            }
            match self.pieces.get(at).map(|p| p.role) {
                Some(Role::Open(_)) => open.push(at),
                Some(Role::Close(_)) => drop(open.pop()),
                _ => {}
            }
        }
        found.into_iter().max_by_key(|open| self.extent(*open))
    }
    /// How wide a bracket with what it holds is.
    fn extent(&self, open: usize) -> usize {
        let close = self.partners.get(open).copied().unwrap_or(open);
        (open..=close.min(self.pieces.len())).map(|at| self.width(at, false).0).sum()
    }
    /// The brackets that end with the row, outermost first.
    fn last_brackets(&self, row: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let closers = row
            .clone()
            .rev()
            .skip_while(|at| matches!(self.pieces.get(*at), Some(p) if p.role == Role::Comma));
        let start = row.start;
        closers
            .take_while(
                |at| matches!(self.pieces.get(*at), Some(p) if matches!(p.role, Role::Close(_))),
            )
            .filter_map(|at| self.partners.get(at).copied())
            .filter(move |open| *open > start && *open != usize::MAX)
    }
    /// The map or list at the end of a row, if what stands before it fits.
    fn last_literal(&self, row: Range<usize>, indent: usize) -> Option<usize> {
        let start = row.start;
        let mut open = self.last_brackets(row).filter(|open| {
            let role = self.pieces.get(*open).map(|p| p.role);
            matches!(role, Some(Role::Open(Bracket::Map | Bracket::List)))
        });
        open.next().filter(|open| !self.too_long(start..open + 1, indent) && self.can_spread(*open))
    }
    /// The call at the end of a row, if what stands before it fits and it would not fit itself on
    /// a row of its own.
    fn last_call(&self, row: Range<usize>, indent: usize, further: usize) -> Option<usize> {
        let start = row.start;
        let open = self.last_brackets(row).next()?;
        let wide = further + self.extent(open) > self.place.options.width;
        (wide && !self.too_long(start..open + 1, indent) && self.can_spread(open)).then_some(open)
    }
    fn can_spread(&self, open: usize) -> bool {
        let close = self.partners.get(open).copied().unwrap_or(0);
        close > open + 1 && close < self.pieces.len() && may_part(self.pieces, open, close)
    }
    /// Whether a bracket is a list of single texts, numbers and names: as many of them as fit
    /// share a row.
    fn is_plain_list(&self, open: usize, close: usize) -> bool {
        let list = matches!(self.pieces.get(open), Some(p) if p.role == Role::Open(Bracket::List));
        let items = self.pieces.get(open + 1..close).unwrap_or(&[]);
        list && items.iter().all(|p| matches!(p.role, Role::Word | Role::Comma | Role::Unary))
    }
    /// Puts each item of a bracket on a row of its own.
    fn spread(&mut self, open: usize) -> bool {
        let Some(close) = self.partners.get(open).copied().filter(|_| self.can_spread(open)) else {
            return false;
        };
        let mut depth = 0usize;
        let mut any = self.break_before(open + 1) | self.break_before(close);
        if self.is_plain_list(open, close) {
            return any;
        }
        for at in open + 1..close {
            let comma = depth == 0
                && matches!(self.pieces.get(at), Some(p) if p.role == Role::Comma)
                && at + 1 < close
                && may_break(self.pieces, at + 1);
            match self.pieces.get(at).map(|p| p.role) {
                Some(Role::Open(_)) => depth += 1,
                Some(Role::Close(_)) => depth = depth.saturating_sub(1),
                _ => {}
            }
            any |= comma && self.break_before(at + 1);
        }
        any
    }
    /// The first piece of a row from which on so little follows that it should not stand alone.
    fn tail(&self, row: Range<usize>) -> usize {
        const COLUMNS: usize = 12;
        let mut columns = 0;
        let long = row.clone().rev().find(|at| {
            let (first, last) = self.width(*at, *at == row.start);
            columns += first + last.unwrap_or(0);
            columns > COLUMNS
        });
        long.map_or(row.start, |at| at + 1)
    }
    /// Breaks a row at gaps of one kind, each time as late as it fits.
    fn fill(&mut self, row: Range<usize>, kind: Kind, (indent, further): (usize, usize)) -> bool {
        let gaps = self.kinds(row.clone()).filter(|(_, k)| *k == kind).map(|(at, _)| at);
        let mut gaps = gaps.collect::<Vec<_>>().into_iter().peekable();
        let limit = self.place.options.width;
        let short = self.tail(row.clone());
        // How wide all that was read is; less `left`, that is the column. The last gap, and the
        // one before it, each with the width before it.
        let (mut read, mut left) = (indent as isize, 0isize);
        let (limit, further) = (limit as isize, further as isize);
        let (mut last, mut earlier) = (None, None);
        let mut any = false;
        for at in row.clone() {
            if gaps.next_if_eq(&at).is_some() {
                earlier = last;
                last = Some((at, read));
            }
            let (first, end) = self.width(at, at == row.start);
            read += first as isize;
            let chosen = match last {
                Some((gap, _)) if gap >= short => earlier.or(last),
                _ => last,
            };
            if let Some((gap, before)) = chosen.filter(|_| read > left + limit) {
                let blank = isize::from(self.width(gap, false).0 > self.width(gap, true).0);
                any |= self.break_before(gap);
                left = before + blank - further;
                (last, earlier) = (last.filter(|l| l.0 > gap), None);
            }
            left = end.map_or(left, |end| read - end as isize);
        }
        any
    }
}
