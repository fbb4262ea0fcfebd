//! Operators by precedence: the flat list of operands and operators becomes a tree.
//!
//! Precedence climbing (Pratt, "Top Down Operator Precedence", 1973). From loose to tight:
//! `XOR EQV IMP`, `OR`, `AND`, `NOT`, comparisons, `+ - &`, `* / \ MOD`, sign, `^`, `??`; all group
//! to the left.

use super::build::{between, binary, is_test, unary};
use crate::ast::{BinaryOp, Expr, UnaryOp};
use crate::lexer::token::Tok;
use lalrpop_util::ParseError;

type Boxed = Box<Expr>;
/// A BETWEEN without its AND is the only thing that the list can lack.
type Refusal<'s> = ParseError<u32, Tok<'s>, ()>;

/// A part of an expression that is not yet a tree.
#[derive(Debug)]
pub enum Part {
    /// A value.
    Operand(Boxed),
    /// An operator between two values.
    Infix(Infix),
    /// An operator before a value, and where it stands.
    Prefix(UnaryOp, u32),
}

/// What can stand between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infix {
    /// Any operator of two values.
    Binary(BinaryOp),
    /// A comparison that is negated: `NOT CONTAINS`.
    Not(BinaryOp),
    /// `IS`; a NOT behind it belongs to it.
    Is,
    /// `BETWEEN`; the next AND belongs to it.
    Between,
}

const COMPARISON: u8 = 4;
const SUM: u8 = COMPARISON + 1;
const SIGN: u8 = 7;

/// The tree of `open`, which ends in an operator, and the value behind it.
pub fn tree<'s>(open: Vec<Part>, last: Boxed) -> Result<Boxed, Refusal<'s>> {
    let parts = open.into_iter().chain([Part::Operand(last)]);
    Climber { next: None, parts }.start()
}

struct Climber<I> {
    next: Option<Part>,
    parts: I,
}

impl<I: Iterator<Item = Part>> Climber<I> {
    fn start<'s>(mut self) -> Result<Boxed, Refusal<'s>> {
        self.advance();
        self.climb(0)
    }
    fn advance(&mut self) -> Option<Part> {
        std::mem::replace(&mut self.next, self.parts.next())
    }
    /// An expression whose operators bind at least as tightly as `least`.
    fn climb<'s>(&mut self, least: u8) -> Result<Boxed, Refusal<'s>> {
        let mut left = self.operand(least)?;
        while let Some(Part::Infix(infix)) = self.next {
            let level = infix.level();
            if level < least {
                break;
            }
            self.advance();
            left = self.joined(left, infix, level + 1)?;
        }
        Ok(left)
    }
    fn operand<'s>(&mut self, least: u8) -> Result<Boxed, Refusal<'s>> {
        match self.advance() {
            Some(Part::Operand(value)) => Ok(value),
            Some(Part::Prefix(op, start)) => {
                let tight = if op == UnaryOp::Not { COMPARISON } else { SIGN };
                Ok(unary(op, self.climb(tight.max(least))?, start))
            }
            Some(Part::Infix(_)) | None => Err(Refusal::User { error: () }),
        }
    }
    fn joined<'s>(&mut self, left: Boxed, infix: Infix, tighter: u8) -> Result<Boxed, Refusal<'s>> {
        Ok(match infix {
            Infix::Binary(op) => binary(op, left, self.climb(tighter)?),
            Infix::Not(op) => {
                let start = left.span.start;
                unary(UnaryOp::Not, binary(op, left, self.climb(tighter)?), start)
            }
            Infix::Is => {
                let negated = matches!(self.next, Some(Part::Prefix(UnaryOp::Not, _)));
                if negated {
                    self.advance();
                }
                is_test(left, self.climb(tighter)?, negated)
            }
            Infix::Between => {
                let low = self.climb(SUM)?;
                match self.advance() {
                    Some(Part::Infix(Infix::Binary(BinaryOp::And))) => {}
                    _ => return Err(Refusal::User { error: () }),
                }
                between(left, low, self.climb(SUM)?)
            }
        })
    }
}

impl Infix {
    fn level(self) -> u8 {
        use BinaryOp::*;
        match self {
            Infix::Binary(Xor | Eqv | Imp) => 1,
            Infix::Binary(Or) => 2,
            Infix::Binary(And) => 3,
            Infix::Binary(Add | Sub | Concat) => SUM,
            Infix::Binary(Mul | Div | IntDiv | Mod) => 6,
            Infix::Binary(Pow) => SIGN,
            Infix::Binary(Coalesce) => SIGN + 1,
            Infix::Binary(_) | Infix::Not(_) | Infix::Is | Infix::Between => COMPARISON,
        }
    }
}
