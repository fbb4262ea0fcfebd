//! What is suspicious about the names and the order of a script.

use super::collect::{Call, Collected, Scope, ScopeKind, Usage};
use super::suggest::{closest, mended};
use super::{Names, Surroundings, bare_function, error_name, folded, vocabulary};
use crate::ast::{Script, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::hashed::HashSet;
use crate::package::triggers;
use crate::source::Span;

pub(super) fn check(
    collected: &Collected,
    names: &Names,
    script: &Script,
    around: &Surroundings,
    out: &mut Vec<Diagnostic>,
) {
    let used = used(collected);
    for (id, scope) in collected.scopes.iter().enumerate() {
        labels(scope, out);
        for call in &scope.calls {
            check_call(id, call, collected, names, around, out);
        }
        never_set(id, scope, collected, names, around, out);
        unused(scope, &used, collected, out);
    }
    whole_script(collected, script, out);
}

fn labels(scope: &Scope, out: &mut Vec<Diagnostic>) {
    for (name, span) in &scope.jumps {
        if !scope.labels.contains_key(&*folded(name)) {
            let message = format!("there is no label {name} here");
            let found = Diagnostic::error(codes::UNKNOWN_LABEL, *span, message);
            let labels = scope.labels.keys().map(String::as_str);
            let general = "a jump stays inside its SUB, FUNCTION or script level";
            out.push(mended(found, name, *span, labels, general));
        }
    }
}

fn check_call(
    id: usize,
    call: &Call,
    collected: &Collected,
    names: &Names,
    around: &Surroundings,
    out: &mut Vec<Diagnostic>,
) {
    if let Some(procedure) = collected.procedures.get(&call.name) {
        if call.args > procedure.params {
            let message = format!(
                "{} takes {} argument(s), not {}",
                procedure.spelling, procedure.params, call.args
            );
            let diagnostic = Diagnostic::error(codes::PROCEDURE_ARITY, call.span, message);
            out.push(diagnostic.related(procedure.span, "defined here"));
        }
        return;
    }
    let known = match call.named {
        true => {
            is_script(&call.name, around) != Some(false)
                || is_variable(id, call, collected)
                || super::function(&call.name).is_some()
        }
        false => names.home(id, &call.name).is_some() || vocabulary(&call.name).is_some(),
    };
    if !known {
        out.push(unknown_call(call, collected, around));
    } else if call.named && around.scripts.is_none() {
        out.extend(doubtful_call(id, call, collected));
    } else if !call.named && (names.home(id, &call.name).is_none() || !names.is_indexed(&call.name))
    {
        // `left = LEFT(text)`: the variable does not hide the function.
        out.extend(check_arity(call));
    }
}

fn is_variable(id: usize, call: &Call, collected: &Collected) -> bool {
    let scope = collected.scopes.get(id);
    scope.is_some_and(|s| s.names.get(&call.name).is_some_and(|usage| usage.writes > 0))
}

/// Whether the package has a script of that name; `None` when the package is not known.
fn is_script(name: &str, around: &Surroundings) -> Option<bool> {
    let scripts = around.scripts.as_ref()?;
    Some(scripts.iter().any(|script| script == name || script.replace('-', "_") == name))
}

/// Where the package is not known, a name close to that of a SUB is hardly that of a script.
fn doubtful_call(id: usize, call: &Call, collected: &Collected) -> Option<Diagnostic> {
    let known = is_variable(id, call, collected) || super::function(&call.name).is_some();
    let own = || collected.procedures.values().map(|p| p.spelling.as_str());
    closest(&call.spelling, own()).filter(|_| !known)?;
    let message = format!("this script has no SUB called {}", call.spelling);
    let found = Diagnostic::warning(codes::UNKNOWN_NAME, call.span, message);
    Some(mended(found, &call.spelling, call.span, own(), ""))
}

fn unknown_call(call: &Call, collected: &Collected, around: &Surroundings) -> Diagnostic {
    let what = if call.named { "SUB, FUNCTION or script" } else { "function" };
    let message = format!("there is no {what} called {}", call.spelling);
    let own = collected.procedures.values().map(|p| p.spelling.as_str());
    let functions: Vec<String> = match call.named {
        true => Vec::new(),
        false => basilect_stdlib::words::all().map(|k| k.name.replace(' ', "_")).collect(),
    };
    let scripts = around.scripts.iter().flatten().map(String::as_str).filter(|_| call.named);
    let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, call.span, message);
    let candidates = own.chain(scripts).chain(functions.iter().map(String::as_str));
    let general = "define it with SUB or FUNCTION, or check the spelling";
    mended(diagnostic, &call.spelling, call.span, candidates, general)
}

fn check_arity(call: &Call) -> Option<Diagnostic> {
    let keyword = super::function(&call.name)?;
    let (least, most) = keyword.arity();
    if call.args >= least && most.is_none_or(|most| call.args <= most) {
        return None;
    }
    let fields: Vec<_> = keyword.fields.iter().map(|field| field.name).collect();
    let message = format!("{} is written {0}({})", keyword.name, fields.join(", "));
    Some(Diagnostic::error(codes::FUNCTION_ARITY, call.span, message))
}

fn never_set(
    id: usize,
    scope: &Scope,
    collected: &Collected,
    names: &Names,
    around: &Surroundings,
    out: &mut Vec<Diagnostic>,
) {
    for (name, usage) in scope.names.iter().filter(|(_, usage)| usage.writes == 0) {
        let Some(place) = unset_place(name, usage, names) else { continue };
        let other = bare_function(name).is_some()
            || names.is_procedure(name)
            || error_name(name).is_some()
            || names.inputs.contains(name)
            || names.shared.contains_key(name)
            || (scope.kind != ScopeKind::Main && names.captured(id).contains(name));
        let set_in_main = id != 0 && names.home(0, name).is_some_and(|_| sets(collected, name));
        if !other && !set_in_main {
            out.push(never_set_warning(place, usage, scope, collected, around));
        }
    }
}

fn sets(collected: &Collected, name: &str) -> bool {
    collected.scopes.first().is_some_and(|s| s.names.get(name).is_some_and(|u| u.writes > 0))
}

/// Where a name that nothing sets is read as a variable, and not as a bare word or a column.
fn unset_place(name: &str, usage: &Usage, names: &Names) -> Option<Span> {
    let column = usage.column_at.filter(|_| !names.is_declared_column(name));
    usage.read_at.into_iter().chain(column).min_by_key(|span| span.start)
}

fn never_set_warning(
    place: Span,
    usage: &Usage,
    scope: &Scope,
    collected: &Collected,
    around: &Surroundings,
) -> Diagnostic {
    let message = format!("{} is read but never set, so it is always null", usage.spelling);
    let main = collected.scopes.first();
    let set = [Some(scope), main].into_iter().flatten().flat_map(|scope| scope.names.values());
    let set = set.filter(|other| other.writes > 0).map(|other| other.spelling.as_str());
    let others = set
        .chain(around.settings.iter().map(String::as_str))
        .chain(collected.procedures.values().map(|p| p.spelling.as_str()));
    let diagnostic = Diagnostic::warning(codes::NEVER_SET, place, message);
    let setting = usage.spelling.to_lowercase();
    let general = format!("set it first, or give the bot a setting `param-{setting}`");
    mended(diagnostic, &usage.spelling, place, others, general)
}

/// Names that some scope reads or calls.
fn used(collected: &Collected) -> HashSet<&str> {
    let calls = collected.scopes.iter().flat_map(|scope| &scope.calls);
    let names = collected.scopes.iter().flat_map(|scope| &scope.names);
    let read = names.filter(|(_, usage)| usage.reads > 0).map(|(name, _)| name.as_str());
    read.chain(calls.map(|call| call.name.as_str())).collect()
}

fn unused(scope: &Scope, used: &HashSet<&str>, collected: &Collected, out: &mut Vec<Diagnostic>) {
    for (name, usage) in &scope.names {
        let read_elsewhere = used.contains(name.as_str());
        let answer = name.starts_with("result");
        if usage.writes > 0 && !read_elsewhere && !usage.param && !usage.incidental && !answer {
            let message = format!("{} is set but never read", usage.spelling);
            let found = Diagnostic::new(codes::NEVER_READ, Severity::Hint, usage.first, message);
            let line = collected.idle.get(&usage.first.start).filter(|_| usage.writes == 1);
            out.push(match line {
                Some(line) => found.unsure_fix("Remove the line", vec![(*line, String::new())]),
                None => found,
            });
        }
    }
}

fn whole_script(collected: &Collected, script: &Script, out: &mut Vec<Diagnostic>) {
    out.extend(collected.unreachable.iter().map(|span| {
        let message = "nothing leads here: the statement before it leaves";
        Diagnostic::warning(codes::UNREACHABLE, *span, message)
    }));
    for span in &collected.secrets {
        let message = "this looks like a password or key";
        let help = "put secrets into the server's vault and read them with a setting";
        out.push(Diagnostic::warning(codes::SECRET, *span, message).help(help));
    }
    let trigger = script.body.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Command(command) if triggers::starts_unattended(command) => Some(command.words),
        _ => None,
    });
    for (scope, span) in &collected.waits {
        let event = collected.scopes.get(*scope).and_then(|scope| scope.event);
        let Some(trigger) = event.or(trigger) else { continue };
        let message = "nobody is there to answer: a time, a request or an event starts this";
        let found = Diagnostic::warning(codes::NOBODY_LISTENS, *span, message);
        out.push(found.related(trigger, "it is started here"));
    }
}

/// Whether a text looks like a password or key: a known prefix, or a long run of mixed letters
/// and digits.
pub(super) fn looks_secret(text: &str) -> bool {
    const PREFIXES: &[&str] = &["sk-", "ghp_", "gho_", "xoxb-", "xoxp-", "AKIA", "eyJ", "glpat-"];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '=');
    if text.len() < 20 || text.len() > 400 || !text.chars().all(|c| plain(c) || c == '.') {
        return false;
    }
    if PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
        return true;
    }
    let count = |test: fn(&char) -> bool| text.chars().filter(test).count();
    let digits = count(char::is_ascii_digit);
    let (lower, upper) = (count(char::is_ascii_lowercase), count(char::is_ascii_uppercase));
    let word = text.chars().all(|c| c.is_ascii_alphanumeric());
    word && text.len() >= 32 && digits >= 4 && lower + upper >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_keys_but_not_words() {
        assert!(looks_secret("sk-abcdefghijklmnopqrst"));
        assert!(looks_secret("9f86d081884c7d659a2feaa0c55ad015"));
        assert!(!looks_secret("https://example.org/a/very/long/path/1234567890"));
        assert!(!looks_secret("order-confirmation-template-2"));
        assert!(!looks_secret("a long sentence about 12345678 things in 2024"));
    }
}
