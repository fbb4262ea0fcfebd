//! What the compiler has to say: every message with a code, a place, a help and, where possible,
//! a fix.

use crate::source::Span;
use codes::Code;

pub mod allow;
pub mod codes;
mod cut;
pub mod explain;
pub mod mend;
pub mod render;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The program cannot be built.
    Error,
    /// It can, but will hardly do what was meant.
    Warning,
    /// A spelling or habit that has a better form.
    Hint,
}

/// A replacement that mends the problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as an imperative: "Write `END IF`".
    pub title: String,
    /// The text to put in place of each span.
    pub edits: Vec<(Span, String)>,
    /// Whether it can be made without asking: it changes nothing that works, or there is only one
    /// thing that can have been meant.
    pub sure: bool,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Stable code: `B0101`. Codes are listed in `codes.rs`.
    pub code: Code,
    /// How serious.
    pub severity: Severity,
    /// The place.
    pub span: Span,
    /// One sentence a beginner understands.
    pub message: String,
    /// What to do, if more can be said.
    pub help: Option<String>,
    /// Other places that matter, each with a note.
    pub related: Vec<(Span, String)>,
    /// An automatic mend.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, span, message)
    }
    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, span, message)
    }
    /// A diagnostic of any severity.
    pub fn new(
        code: Code,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        let message = message.into();
        Diagnostic { code, severity, span, message, help: None, related: Vec::new(), fix: None }
    }
    /// What to do about it: its own help, or for errors what its code means.
    pub fn advice(&self) -> Option<String> {
        let general = || explain::page(self.code).summary();
        let error = self.severity == Severity::Error;
        self.help.clone().or_else(|| error.then(general))
    }
    /// With a help.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
    /// With another place.
    pub fn related(mut self, span: Span, note: impl Into<String>) -> Diagnostic {
        self.related.push((span, note.into()));
        self
    }
    /// With a mend.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Diagnostic {
        self.fix = Some(Fix { title: title.into(), edits, sure: true });
        self
    }
    /// With a mend that may change what the script does, and so is only proposed.
    pub fn unsure_fix(
        mut self,
        title: impl Into<String>,
        edits: Vec<(Span, String)>,
    ) -> Diagnostic {
        self.fix = Some(Fix { title: title.into(), edits, sure: false });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_gives_advice() {
        for code in codes::all() {
            let error = Diagnostic::error(code, Span::default(), "something is wrong");
            let advice = error.advice().expect("an error has advice");
            assert!(advice.len() > 20 && !advice.contains('\n'), "{code}: {advice}");
            assert_eq!(error.help("do this").advice().as_deref(), Some("do this"));
        }
        assert_eq!(Diagnostic::warning(codes::NEVER_SET, Span::default(), "odd").advice(), None);
    }
}
