//! What is wrong in a document.

use basilect_compiler::diagnostics::{Diagnostic as Found, Severity};
use basilect_compiler::lower::compile_script;
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri,
};

use crate::document::Document;

/// Everything that the compiler has to say about a document.
pub fn of(document: &Document, uri: &Uri) -> Vec<Diagnostic> {
    let (_, found) = compile_script(&document.file);
    found.iter().map(|found| convert(document, uri, found)).collect()
}

/// A diagnostic as the protocol has it.
pub fn convert(document: &Document, uri: &Uri, found: &Found) -> Diagnostic {
    let message = match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    };
    let related = |(span, note): &(_, String)| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: document.range(*span) },
        message: note.clone(),
    };
    let related: Vec<_> = found.related.iter().map(related).collect();
    Diagnostic {
        range: document.range(found.span),
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.code.to_string())),
        source: Some("basilect".into()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}
