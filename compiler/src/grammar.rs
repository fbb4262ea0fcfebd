//! The parser that lalrpop makes of `grammar.lalrpop`.

#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated code"
)]
#![allow(unused, reason = "generated code")]

include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

/// Which rules of the grammar have been applied, for the tests.
#[cfg(test)]
pub(crate) mod used {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    /// Every rule, as the generated parser names it.
    pub(crate) const RULES: &[&str] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

    thread_local! {
        static USED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
    }
    /// A rule is applied.
    pub(crate) fn note(rule: &'static str) {
        USED.with_borrow_mut(|used| used.insert(rule));
    }
    /// The rules applied in this thread so far.
    pub(crate) fn rules() -> BTreeSet<&'static str> {
        USED.with_borrow(BTreeSet::clone)
    }
}
