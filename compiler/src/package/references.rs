//! Names of scripts inside texts: `ADD TOOL "x"` and its like.

use crate::ast::Command;
use crate::checks::Subject;
use crate::diagnostics::{Diagnostic, codes};
use crate::lower::call::script_name;
use crate::lower::fold::{Known, known};
use crate::names::Surroundings;
use crate::names::suggest::did_you_mean;
use crate::names::walk::{Watch, walk};
use crate::types::{Bound, Slot};

/// Keywords whose field names a script of the package.
const NAMING: &[(&str, &str)] = &[
    ("ADD TOOL", "tool"),
    ("REMOVE TOOL", "tool"),
    ("ADD SUGGESTION TOOL", "tool"),
    ("SET SCHEDULE", "script"),
    ("SCHEDULE IN", "script"),
];

/// Warns of scripts that do not exist.
pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Subject { script, bindings, around, .. } = subject;
    walk(&script.body, bindings, &mut References { around, out });
}

struct References<'r> {
    around: &'r Surroundings,
    out: &'r mut Vec<Diagnostic>,
}

impl<'a> Watch<'a> for References<'_> {
    fn command(&mut self, command: &'a Command, bound: Option<&Bound<'a>>) {
        let keyword = command.keyword.name;
        let field = NAMING.iter().find(|(name, _)| *name == keyword).map(|(_, field)| *field);
        let (Some(bound), Some(field)) = (bound, field) else { return };
        let Slot::Value(value) = bound.slot(field) else { return };
        let (Some(Known::Text(text)), Some(scripts)) = (known(value), &self.around.scripts) else {
            return;
        };
        let name = script_name(&text);
        if scripts.contains(&name) {
            return;
        }
        let message = format!("the bot has no script {name}");
        let diagnostic = Diagnostic::warning(codes::UNKNOWN_SCRIPT, value.span, message);
        self.out.push(match did_you_mean(&name, scripts.iter().map(String::as_str)) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}
