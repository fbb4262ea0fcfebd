//! The pieces that a line is written with, and where blanks stand between them.

use super::gaps::Gap;
use std::borrow::Cow;

/// What a bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// The arguments of a call, or an index: it follows directly.
    Call,
    /// A group.
    Group,
    /// A list.
    List,
    /// A map: blanks stand inside.
    Map,
    /// `${…}`
    Dollar,
}

/// What a piece is, as far as blanks and line ends are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A word, a number, a text.
    Word,
    /// The first word of a clause, such as WHERE.
    Clause,
    /// `OR`, `||`
    Or,
    /// `AND`, `&&`
    And,
    /// `+`, `&`
    Plus,
    /// Any other operator between two operands.
    Binary,
    /// An operator before its operand.
    Unary,
    /// `.`, `?.`
    Dot,
    /// `,`
    Comma,
    /// `;` of PRINT, `:` of a map or behind a label, a separator of statements.
    Mark,
    /// Opens a bracket.
    Open(Bracket),
    /// Closes a bracket.
    Close(Bracket),
}

/// A piece of a line.
#[derive(Clone, Debug)]
pub struct Piece<'s> {
    /// What is written.
    pub text: Cow<'s, str>,
    /// What it is.
    pub role: Role,
    /// Whether it must follow directly, whatever its role.
    pub glued: bool,
    /// A parenthesis around all arguments of a keyword, which means nothing.
    pub needless: bool,
    /// Whether a statement begins with it.
    pub first: bool,
    /// What stands before it.
    pub gap: Gap<'s>,
}

impl Piece<'_> {
    /// A word that does not stand in the source.
    pub fn word(text: &'static str) -> Piece<'static> {
        let gap = Gap::default();
        let (glued, needless, first) = (false, false, true);
        Piece { text: text.into(), role: Role::Word, glued, needless, first, gap }
    }
    /// Whether a value can end here.
    pub fn ends_operand(&self) -> bool {
        matches!(self.role, Role::Word | Role::Close(_))
    }
}

/// Whether a blank stands between two pieces of one line.
pub fn spaced(before: &Piece<'_>, piece: &Piece<'_>) -> bool {
    if piece.glued {
        return false;
    }
    match (before.role, piece.role) {
        (Role::Open(Bracket::Map), Role::Close(_)) => false,
        (Role::Open(Bracket::Map), _) | (_, Role::Close(Bracket::Map)) => true,
        (Role::Open(_) | Role::Dot | Role::Unary, _) => false,
        (_, Role::Close(_) | Role::Comma | Role::Mark | Role::Dot) => false,
        (_, Role::Open(Bracket::Call)) => false,
        _ => true,
    }
}
