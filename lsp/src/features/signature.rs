//! How the keyword, function or procedure goes on whose arguments are being written.

use basilect_compiler::analysis::fold;
use basilect_stdlib::{Keyword, manual};
use lsp_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation,
};

use super::cursor::{Call, Cursor};
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/signatureHelp`.
pub fn help(workspace: &Workspace, params: &SignatureHelpParams) -> Option<SignatureHelp> {
    let place = &params.text_document_position_params;
    let here = workspace.here(&place.text_document.uri)?;
    if here.file.sort != Sort::Script {
        return None;
    }
    let cursor = Cursor::new(here.document(), place.position);
    let call = cursor.call().filter(|_| !cursor.comment)?;
    let procedure = call.brackets.then(|| of_procedure(&here, &call)).flatten();
    let signatures = procedure.map(|one| vec![one]).or_else(|| of_keyword(&call))?;
    let active = active(&call, &signatures, params);
    let active_parameter = signatures.get(active)?.active_parameter;
    Some(SignatureHelp { signatures, active_signature: Some(active as u32), active_parameter })
}

/// The form that is being written; while several may be, the one that was looked at.
fn active(call: &Call<'_>, all: &[SignatureInformation], params: &SignatureHelpParams) -> usize {
    let written = call.field.and_then(|(_, form)| {
        let label = label_of(form);
        all.iter().position(|signature| signature.label == label)
    });
    let before = || {
        let context = params.context.as_ref()?.active_signature_help.as_ref()?;
        let place = context.active_signature? as usize;
        let label = &context.signatures.get(place)?.label;
        (all.get(place)?.label == *label).then_some(place)
    };
    written.or_else(before).unwrap_or(0)
}

fn of_procedure(here: &Here<'_>, call: &Call<'_>) -> Option<SignatureInformation> {
    let name = fold(call.name);
    let parsed = here.file.parsed();
    let procedure = parsed.procedures().into_iter().find(|p| fold(&p.name.name) == name)?;
    let word = if procedure.function { "FUNCTION" } else { "SUB" };
    let names: Vec<String> = procedure.params.iter().map(|p| p.name.name.to_string()).collect();
    let label = format!("{word} {}({})", procedure.name.name, names.join(", "));
    Some(signature(label, names, call.commas, None))
}

fn of_keyword(call: &Call<'_>) -> Option<Vec<SignatureInformation>> {
    let keyword = call.keyword?;
    if call.brackets {
        let label = manual::usage(keyword).into_iter().next()?;
        let names = keyword.fields.iter().map(|field| field.name.to_string()).collect();
        return Some(vec![signature(label, names, call.commas, Some(manual::doc(keyword)))]);
    }
    let forms = keyword.forms.iter().map(|form| of_form(keyword, form, call));
    Some(forms.collect::<Vec<_>>()).filter(|forms| !forms.is_empty())
}

/// How a form is shown.
fn label_of(form: &str) -> String {
    form.replace("...}", "}")
}

fn of_form(keyword: &'static Keyword, form: &str, call: &Call<'_>) -> SignatureInformation {
    let names: Vec<String> = fields_of(form);
    let active = call.field.and_then(|(field, _)| names.iter().position(|n| n == field.name));
    let doc = Some(manual::doc(keyword));
    let mut found = signature(label_of(form), names, active.unwrap_or(0), doc);
    for (parameter, field) in found.parameters.iter_mut().flatten().zip(fields_of(form)) {
        let about = keyword.field(&field).map(|(_, field)| field.doc.trim().to_string());
        parameter.documentation = about.map(Documentation::String);
        parameter.label = ParameterLabel::Simple(format!("{{{field}}}"));
    }
    if active.is_none() {
        found.active_parameter = None;
    }
    found
}

/// The fields of a form, in the order in which they are written.
fn fields_of(form: &str) -> Vec<String> {
    let parts = form.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name.trim_end_matches('.').to_string()).collect()
}

fn signature(
    label: String,
    names: Vec<String>,
    active: usize,
    doc: Option<String>,
) -> SignatureInformation {
    let parameter = |name: String| ParameterInformation {
        label: ParameterLabel::Simple(name),
        documentation: None,
    };
    let markdown = |value| MarkupContent { kind: MarkupKind::Markdown, value };
    let last = names.len().saturating_sub(1);
    SignatureInformation {
        label,
        documentation: doc.map(markdown).map(Documentation::MarkupContent),
        active_parameter: (!names.is_empty()).then_some(active.min(last) as u32),
        parameters: Some(names.into_iter().map(parameter).collect()),
    }
}
