//! What is wrong in a file, as the protocol has it.

use basilect_compiler::diagnostics::{Diagnostic as Found, Severity, codes};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString,
};

use crate::workspace::{Here, Sort};

/// Everything that there is to say about a file.
pub fn of(here: &Here<'_>) -> Vec<Diagnostic> {
    let found = here.diagnostics().iter().map(|found| convert(here, found));
    found.chain(of_transcript(here)).collect()
}

fn of_transcript(here: &Here<'_>) -> Vec<Diagnostic> {
    if here.file.sort != Sort::Chat {
        return Vec::new();
    }
    let found = (here.workspace.product.check_transcript)(here.document().text());
    let told = |(span, message)| Diagnostic {
        range: here.document().range(span),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("basilect".into()),
        message,
        ..Diagnostic::default()
    };
    found.into_iter().map(told).collect()
}

/// A diagnostic as the protocol has it.
pub fn convert(here: &Here<'_>, found: &Found) -> Diagnostic {
    let message = match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    };
    let related = |(span, note): &(_, String)| DiagnosticRelatedInformation {
        location: here.location(*span),
        message: note.clone(),
    };
    let related: Vec<_> = found.related.iter().map(related).collect();
    Diagnostic {
        range: here.document().range(found.span),
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.code.to_string())),
        source: Some("basilect".into()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: tag(found).map(|tag| vec![tag]),
        ..Diagnostic::default()
    }
}

/// What is not needed is shown faded, old spellings are struck out.
fn tag(found: &Found) -> Option<DiagnosticTag> {
    match found.code {
        codes::UNUSED_PROCEDURE | codes::UNUSED_LABEL | codes::UNUSED_PARAM => {
            Some(DiagnosticTag::UNNECESSARY)
        }
        codes::NEVER_READ | codes::UNREACHABLE => Some(DiagnosticTag::UNNECESSARY),
        codes::ANOTHER_SPELLING => Some(DiagnosticTag::DEPRECATED),
        _ => None,
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}
