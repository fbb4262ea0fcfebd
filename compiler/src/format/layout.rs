//! One logical line as rows: where it breaks, and how far its rows are indented.

use super::gaps::Comment;
use super::pieces::{Bracket, Piece, Role, spaced};
use super::{Options, wrap};
use crate::lexer::lines::{is_one_of, is_rem, leading_word};

/// A row of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What it holds, indentation included; with a text of several lines, several rows.
    pub text: String,
    /// The comment behind it, and the column where it stood.
    pub comment: Option<(String, usize)>,
}

/// Where a logical line stands, and what may be done with it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'o> {
    /// The indentation of its first row.
    pub indent: usize,
    /// That of the rows that go on outside of brackets.
    pub further: usize,
    /// Whether rows may be broken that were not.
    pub breaks: bool,
    /// What is wanted.
    pub options: &'o Options,
}

/// How often the rows of a line are looked over: brackets in brackets take one round each.
const ROUNDS: usize = 12;

/// Puts the breaks of brackets in order, and leaves out what means nothing.
pub fn settle(pieces: &mut Vec<Piece<'_>>, place: &Place<'_>) {
    let partners = partners_of(pieces);
    even_brackets(pieces, &partners, place);
    if pieces.iter().any(|p| p.needless) {
        drop_parentheses(pieces, &partners);
    }
}
/// The rows of a logical line that is settled.
pub fn rows(mut pieces: Vec<Piece<'_>>, place: &Place<'_>) -> Vec<Row> {
    let partners = partners_of(&pieces);
    // Each break may ask for others; what has none any more stays as it is for good.
    for _ in 0..ROUNDS {
        let wrapped = place.breaks && wrap::wrap(&mut pieces, &partners, place);
        if !wrapped || !even_brackets(&mut pieces, &partners, place) {
            break;
        }
    }
    Writer::new(place).write(&pieces)
}

/// How many columns some pieces take on one row. With a text of several lines, as many as there
/// are up to its first line end.
pub fn columns(pieces: &[Piece<'_>], indent: usize) -> usize {
    let mut columns = indent;
    let mut before = None;
    for piece in pieces {
        columns += usize::from(before.is_some_and(|before| spaced(before, piece)));
        columns += piece.text.lines().next().unwrap_or("").chars().count();
        if piece.text.contains('\n') {
            break;
        }
        before = Some(piece);
    }
    columns
}

/// For each bracket the number of its partner.
fn partners_of(pieces: &[Piece<'_>]) -> Vec<usize> {
    let mut partners = vec![usize::MAX; pieces.len()];
    let mut open = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece.role {
            Role::Open(_) => open.push(at),
            Role::Close(_) => {
                let Some(opener) = open.pop() else { continue };
                if let Some(partner) = partners.get_mut(at) {
                    *partner = opener;
                }
                if let Some(partner) = partners.get_mut(opener) {
                    *partner = at;
                }
            }
            _ => {}
        }
    }
    partners
}

/// A bracket that is broken behind its opener is broken before its closer too, and the other way
/// round; a map or list that is broken anywhere is broken there; an empty one not at all.
fn even_brackets(pieces: &mut [Piece<'_>], partners: &[usize], place: &Place<'_>) -> bool {
    let mut any = false;
    if !pieces.iter().any(|p| p.gap.breaks) {
        return any;
    }
    for open in 0..pieces.len() {
        let close = partners.get(open).copied().unwrap_or(usize::MAX);
        if close <= open || close == usize::MAX {
            continue;
        }
        let breaks = |at: usize| pieces.get(at).is_some_and(|p| p.gap.breaks);
        let (first, last) = (breaks(open + 1), breaks(close));
        let broken = first || last || breaks_inside(pieces, partners, open);
        if close == open + 1 && place.breaks {
            if let Some(piece) = pieces.get_mut(close).filter(|p| p.gap.own.is_empty()) {
                piece.gap.breaks &= piece.gap.trailing.is_some();
            }
        } else if broken && !(first && last) && place.breaks && may_part(pieces, open, close) {
            any = true;
            for at in [open + 1, close] {
                if let Some(piece) = pieces.get_mut(at) {
                    piece.gap.breaks = true;
                }
            }
        }
    }
    any
}
/// Whether a map or list is broken between its items.
fn breaks_inside(pieces: &[Piece<'_>], partners: &[usize], open: usize) -> bool {
    let role = pieces.get(open).map(|p| p.role);
    if !matches!(role, Some(Role::Open(Bracket::Map | Bracket::List))) {
        return false;
    }
    let close = partners.get(open).copied().unwrap_or(open);
    items(partners, open, close).any(|at| pieces.get(at).is_some_and(|p| p.gap.breaks))
}
/// The pieces directly inside of a bracket: of brackets in it only the openers.
fn items(partners: &[usize], open: usize, close: usize) -> impl Iterator<Item = usize> + '_ {
    let next = move |at: usize| {
        let partner = partners.get(at).copied().filter(|partner| *partner < close);
        partner.map_or(at, |partner| partner.max(at)) + 1
    };
    std::iter::successors(Some(open + 1), move |at| Some(next(*at)))
        .take_while(move |at| *at < close)
}
/// Leaves out parentheses that mean nothing, unless the line breaks directly inside of them.
fn drop_parentheses(pieces: &mut Vec<Piece<'_>>, partners: &[usize]) {
    for open in (0..pieces.len()).rev() {
        let close = partners.get(open).copied().unwrap_or(usize::MAX);
        let needless = pieces.get(open).is_some_and(|p| p.needless);
        if !needless || close <= open || close >= pieces.len() {
            continue;
        }
        let mut inside = [open, close].into_iter().chain(items(partners, open, close));
        let breaks = |at: usize| pieces.get(at).is_none_or(|p| p.gap.breaks);
        if !inside.any(breaks) {
            pieces.remove(close);
            pieces.remove(open);
        }
    }
}
/// Whether a bracket may be broken behind its opener and before its closer.
pub fn may_part(pieces: &[Piece<'_>], open: usize, close: usize) -> bool {
    let head = pieces.first().is_some_and(|p| {
        // Behind such a word a brace at the end of the row would open a block.
        is_one_of(&p.text, &["IF", "ELSE IF", "ELSE", "WHILE", "FOR", "FOR EACH", "LOOP", "FN"])
            || is_one_of(&p.text, &["SWITCH", "FUNCTION", "}"])
    });
    let brace = matches!(pieces.get(open), Some(p) if p.role == Role::Open(Bracket::Map));
    !(head && brace) && may_break(pieces, open + 1) && may_break(pieces, close)
}
/// Whether a row may begin with this piece, as far as its first letters are concerned.
pub fn may_break(pieces: &[Piece<'_>], at: usize) -> bool {
    let (Some(before), Some(piece)) =
        (at.checked_sub(1).and_then(|i| pieces.get(i)), pieces.get(at))
    else {
        return false;
    };
    let text = piece.text.as_ref();
    let named = pieces.get(at + 1).is_some_and(|next| {
        matches!(next.role, Role::Open(Bracket::Call) | Role::Dot)
            || next.role == Role::Mark && next.text == ":"
    });
    let head = !named && wrap::begins_statement(leading_word(text));
    // A single underscore at the end of a row joins it with the next.
    before.text != "_" && !text.starts_with(['\'', '#', '/']) && !is_rem(text) && !head
        || matches!(text, "#{") && before.text != "_"
}

struct Writer<'o> {
    place: &'o Place<'o>,
    rows: Vec<Row>,
    row: Row,
    /// The indentation of the current row.
    indent: usize,
    /// For each open bracket, the indentation of the row that opened it.
    open: Vec<usize>,
}

impl<'o> Writer<'o> {
    fn new(place: &'o Place<'o>) -> Writer<'o> {
        let row = Row { text: " ".repeat(place.indent), comment: None };
        Writer { place, rows: Vec::new(), row, indent: place.indent, open: Vec::new() }
    }
    fn write(mut self, pieces: &[Piece<'_>]) -> Vec<Row> {
        for (at, piece) in pieces.iter().enumerate() {
            if let Some(before) = at.checked_sub(1).and_then(|i| pieces.get(i)) {
                self.gap(before, piece);
            }
            self.row.text.push_str(&piece.text);
            match piece.role {
                Role::Open(_) => self.open.push(self.indent),
                Role::Close(_) => drop(self.open.pop()),
                _ => {}
            }
        }
        self.rows.push(self.row);
        self.rows
    }
    fn gap(&mut self, before: &Piece<'_>, piece: &Piece<'_>) {
        let gap = &piece.gap;
        if !gap.breaks {
            if spaced(before, piece) {
                self.row.text.push(' ');
            }
            return;
        }
        if gap.joined {
            self.row.text.push_str(" _");
        }
        self.row.comment = gap.trailing.as_ref().map(|c| (c.text.to_string(), c.column));
        self.next_row();
        let inside = inside(&self.open, self.place);
        let mut first = matches!(before.role, Role::Open(_));
        for comment in &gap.own {
            self.own_comment(comment, inside, first);
            first = false;
        }
        let closes = matches!(piece.role, Role::Close(_));
        if gap.blank && !closes && !first && !self.open.is_empty() {
            self.next_row();
        }
        self.indent = match (closes, self.open.last()) {
            (true, Some(opener)) => *opener,
            _ => inside,
        };
        self.row.text = " ".repeat(self.indent);
    }
    fn next_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }
    fn own_comment(&mut self, comment: &Comment<'_>, indent: usize, first: bool) {
        if comment.blank && !first && !self.open.is_empty() {
            self.next_row();
        }
        self.row.text = format!("{}{}", " ".repeat(indent), comment.text);
        self.next_row();
    }
}

/// How far a row is indented that goes on inside of these brackets.
pub fn inside(open: &[usize], place: &Place<'_>) -> usize {
    open.last().map_or(place.further, |row| row + place.options.indent)
}
