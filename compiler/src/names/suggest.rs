//! "Did you mean …?"

use crate::diagnostics::Diagnostic;
use crate::source::Span;
use basilect_stdlib::spelling;

pub use basilect_stdlib::spelling::closest;

/// A help that names the closest candidate.
pub fn did_you_mean<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    closest(wanted, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Puts the closest candidate into the help, and where only one is as close, into a mend of the
/// word at `span`. Without any the help is `general`.
pub(crate) fn mended<'a>(
    diagnostic: Diagnostic,
    wanted: &str,
    span: Span,
    candidates: impl IntoIterator<Item = &'a str>,
    general: impl Into<String>,
) -> Diagnostic {
    let near = spelling::nearest(wanted, candidates);
    let Some(first) = near.first() else { return diagnostic.help(general) };
    let error = diagnostic.severity == crate::diagnostics::Severity::Error;
    let diagnostic = diagnostic.help(format!("did you mean `{first}`?"));
    if near.len() > 1 {
        return diagnostic;
    }
    let (title, edits) = (format!("Write `{first}`"), vec![(span, (*first).to_string())]);
    // What is an error cannot run at all; what is a warning may do so as it stands.
    match error {
        true => diagnostic.fix(title, edits),
        false => diagnostic.unsure_fix(title, edits),
    }
}
