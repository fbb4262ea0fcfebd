//! Arguments of keywords against their forms.
//!
//! [`bind`] takes a keyword with its arguments as written and says which argument fills which
//! field. It knows nothing of variables: [`crate::names`] asks it what is read and what receives
//! an answer, [`crate::lower`] asks it in which order arguments are passed.

mod fit;
mod kinds;
mod pairs;

pub use fit::{bind, bind_call};

use crate::ast::Command;
use crate::diagnostics::Diagnostic;
use crate::hashed::HashMap;
use std::rc::Rc;

use crate::ast::Expr;
use crate::source::Span;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;

/// A keyword whose arguments have found their fields.
#[derive(Clone, Debug)]
pub struct Bound<'a> {
    /// The keyword.
    pub keyword: &'static Keyword,
    /// The form that fits, as the manual shows it; none for a call by position.
    pub form: Option<&'static str>,
    /// What fills each field, in the declared order; further arguments of functions that take any
    /// number follow.
    pub slots: Vec<Slot<'a>>,
}

/// What fills a field.
#[derive(Clone, Debug, Default)]
pub enum Slot<'a> {
    /// Nothing: the field was left out.
    #[default]
    Missing,
    /// A bare word that stands for true.
    Flag,
    /// One expression.
    Value(&'a Expr),
    /// A list of expressions.
    Rest(Vec<&'a Expr>),
    /// Named values.
    Pairs(Vec<Pair<'a>>),
}

/// One named value.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The name as written.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The value.
    pub value: &'a Expr,
}

/// The keywords of a tree whose arguments have found their fields: several stages ask for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bindings<'a> {
    /// By the keyword's place in memory, where the tree keeps it.
    known: Rc<HashMap<*const Command, Rc<Bound<'a>>>>,
}

impl<'a> Bindings<'a> {
    /// What a first walk over the tree has found.
    pub(crate) fn new(known: HashMap<*const Command, Rc<Bound<'a>>>) -> Bindings<'a> {
        Bindings { known: Rc::new(known) }
    }
    /// [`bind`], for keywords of the tree without doing it again.
    pub(crate) fn bind(
        &self,
        command: &'a Command,
        text: Option<&'a Expr>,
    ) -> Result<Rc<Bound<'a>>, Box<Diagnostic>> {
        match self.known.get(&std::ptr::from_ref(command)) {
            Some(bound) => Ok(Rc::clone(bound)),
            None => bind(command, text).map(Rc::new),
        }
    }
}

impl<'a> Bound<'a> {
    /// The fields' types beside what fills them.
    pub fn typed(&self) -> impl Iterator<Item = (Type, &Slot<'a>)> {
        let more = std::iter::repeat(Type::Any);
        self.keyword.fields.iter().map(|f| f.ty).chain(more).zip(&self.slots)
    }
    /// What fills the field called `name`.
    pub fn slot(&self, name: &str) -> &Slot<'a> {
        let index = self.keyword.field(name).map(|(index, _)| index);
        index.and_then(|i| self.slots.get(i)).unwrap_or(&Slot::Missing)
    }
}
