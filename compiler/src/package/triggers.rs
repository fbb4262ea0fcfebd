//! What starts a script by itself: schedules, web hooks, events.

use crate::ast::{Command, ExprKind, Stmt, StmtKind};
use crate::lower::fold::{Known, known};
use crate::types::{self, Slot};
use basilect_stdlib::keyword::Type;
use indexmap::IndexMap;

/// Whether the statement declares something of the package, so that the script does nothing when
/// control comes to it: everything it says is known beforehand.
pub(crate) fn is_declaration(command: &Command) -> bool {
    match command.keyword.name {
        "SET SCHEDULE" => schedule_fields(command).is_some(),
        "WEBHOOK" => names_hook(command).is_some(),
        name => name.starts_with("ON ") && constants(command).is_some(),
    }
}

/// Whether the statement says that a clock or a request starts the script it stands in.
pub(crate) fn starts_unattended(command: &Command) -> bool {
    match command.keyword.name {
        "SET SCHEDULE" => {
            schedule_fields(command).is_some_and(|fields| !fields.contains_key("script"))
        }
        "WEBHOOK" => names_hook(command).is_some(),
        name => name.starts_with("ON "),
    }
}

/// The fields of a schedule that is known beforehand; one that begins at a computed time is made
/// when the script runs.
pub(crate) fn schedule_fields(command: &Command) -> Option<IndexMap<&'static str, String>> {
    constants(command).filter(|fields| !fields.contains_key("start"))
}

/// Whether the statement makes its script a web hook.
pub(crate) fn is_web_hook(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Command(command) if names_hook(command).is_some())
}

/// The name under which requests reach the script.
pub(crate) fn names_hook(command: &Command) -> Option<String> {
    let named = command.keyword.name == "WEBHOOK";
    constants(command).filter(|_| named)?.swap_remove("name")
}

/// The fields of a keyword and their values, if all are written out.
pub(crate) fn constants(command: &Command) -> Option<IndexMap<&'static str, String>> {
    let bound = types::bind(command, None).ok()?;
    let mut values = IndexMap::new();
    for (field, (ty, slot)) in bound.keyword.fields.iter().zip(bound.typed()) {
        match slot {
            Slot::Missing => {}
            Slot::Flag => {
                values.insert(field.name, "true".to_string());
            }
            Slot::Value(value) => {
                let text = match (&value.kind, known(value)) {
                    (ExprKind::Name(word), _) if matches!(ty, Type::Symbol | Type::Word) => {
                        word.to_string()
                    }
                    (_, Some(Known::Text(text))) => text.to_string(),
                    (_, Some(Known::Int(number))) => number.to_string(),
                    _ => return None,
                };
                values.insert(field.name, text);
            }
            Slot::Rest(_) | Slot::Pairs(_) => return None,
        }
    }
    Some(values)
}
