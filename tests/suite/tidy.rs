//! The style guide as a test: every rule that a machine can check.
//!
//! A rule is a function from a [`tree::Tree`] to the places that break it. Each rule is run on this
//! repository, and beside it stands a test that plants a violation and sees it caught. Exceptions
//! are lists that may only shrink: an entry that is no longer needed is itself a violation.
//!
//! Reading order: [`tree`] (the files, and Rust text without comments and literals), [`shape`]
//! (how a source file looks), [`layout`] (crates, modules, dependencies), [`words`] (what must be
//! tested, and how things are called).

mod layout;
mod shape;
pub mod tree;
mod words;

/// Fails with one line for each place that breaks a rule.
fn expect_none(violations: Vec<String>) {
    let count = violations.len();
    assert!(count == 0, "{count} places break this rule:\n  {}", violations.join("\n  "));
}

/// Checks that a rule finds exactly one violation in a small tree, and that it mentions `text`.
fn expect_caught(violations: &[String], text: &str) {
    assert_eq!(violations.len(), 1, "one planted violation is caught: {violations:?}");
    assert!(violations[0].contains(text), "`{}` mentions `{text}`", violations[0]);
}
