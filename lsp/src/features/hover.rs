//! What stands under the pointer: a name of the author with what is known of it, or a word of the
//! language with its page of the manual.

use basilect_compiler::analysis::{Entity, Role};
use basilect_compiler::highlight::Kind;
use basilect_compiler::source::Span;
use basilect_stdlib::Keyword;
use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Position};

use super::lines;
use super::navigation::{definitions, places, target};
use crate::product::Setting;
use crate::workspace::{Here, Sort, Workspace};

/// Answers `textDocument/hover`.
pub fn answer(workspace: &Workspace, params: &HoverParams) -> Option<Hover> {
    let place = &params.text_document_position_params;
    let here = workspace.here(&place.text_document.uri)?;
    let (value, span) = match here.file.sort {
        Sort::Script => in_script(&here, place.position)?,
        Sort::Config => in_settings(&here, place.position)?,
        Sort::Chat => in_transcript(&here, place.position)?,
        Sort::Rows | Sort::Other => return None,
    };
    let contents = MarkupContent { kind: MarkupKind::Markdown, value };
    Some(Hover {
        contents: HoverContents::Markup(contents),
        range: Some(here.document().range(span)),
    })
}

fn in_script(here: &Here<'_>, position: Position) -> Option<(String, Span)> {
    if let Some((entity, span)) = target(here, position) {
        return Some((of_entity(here, &entity)?, span));
    }
    let offset = here.document().offset(position);
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    let pieces = here.file.pieces();
    let at = pieces.iter().position(|piece| {
        holds(piece.span) && matches!(piece.kind, Kind::Keyword(_) | Kind::Function(_))
    })?;
    let (Kind::Keyword(keyword) | Kind::Function(keyword)) = pieces.get(at)?.kind else {
        return None;
    };
    // `SEND MAIL` comes as two pieces of one keyword.
    let same = |index: usize| {
        pieces.get(index).is_some_and(|piece| {
            matches!(piece.kind,
            Kind::Keyword(other) if std::ptr::eq(other, keyword))
        })
    };
    let words = keyword.name.split(' ').count();
    let first = (0..=at).rev().take(words).take_while(|i| same(*i)).last().unwrap_or(at);
    let last = (at..pieces.len()).take(words).take_while(|i| same(*i)).last().unwrap_or(at);
    let span = Span::new(pieces.get(first)?.span.start, pieces.get(last)?.span.end);
    Some((describe(keyword), span))
}

/// A keyword as Markdown: how it is written and what it does.
pub fn describe(keyword: &Keyword) -> String {
    basilect_stdlib::manual::hover(keyword)
}

/// What is known of a name, as Markdown.
fn of_entity(here: &Here<'_>, entity: &Entity) -> Option<String> {
    match entity {
        Entity::Variable(..) => Some(of_variable(here, entity)),
        Entity::Procedure(name) => of_procedure(here, name),
        Entity::Label(_, name) => Some(format!("label `{name}`: {}", times(here, entity))),
        Entity::Script(name) => of_script(here, name),
        Entity::Table(name) => of_table(here, name),
        Entity::Column(table, name) => {
            let columns = here.facts().columns(table).iter();
            let found = columns.into_iter().find(|(column, _)| column.eq_ignore_ascii_case(name));
            let ty = found.map_or(String::new(), |(_, ty)| format!(": {ty}"));
            Some(format!("column `{name}` of the table `{table}`{ty}"))
        }
        Entity::Setting(name) => {
            let value = here.facts().around.values.get(name)?;
            let shown = basilect_stdlib::pure::text::display_data(value);
            Some(format!("setting `param-{name}`: `{}`", short(&shown)))
        }
        Entity::Knowledge(name) => {
            let known = here.bot.knowledge().contains_key(name.as_str());
            let missing = if known { "" } else { ": the bot has no such folder" };
            Some(format!("knowledge `{name}`{missing}"))
        }
    }
}

fn short(text: &str) -> String {
    let first: String = text.lines().next().unwrap_or_default().chars().take(80).collect();
    if first.len() < text.len() { format!("{first}…") } else { first }
}

fn of_variable(here: &Here<'_>, entity: &Entity) -> String {
    let index = here.index();
    let known = index.known.get(entity).cloned().unwrap_or_default();
    let place = definitions(here, entity).first().copied();
    let written = place.map_or(entity.name(), |place| here.document().file.slice(place.span));
    let what = if index.params.contains(entity) { "parameter" } else { "variable" };
    let mut text = format!("{what} `{written}`");
    if let Some(kinds) = known.phrase() {
        text.push_str(&format!(": {kinds}"));
    }
    if let Some(asked) = &known.asked {
        text.push_str(&format!(" (an answer of the kind {asked})"));
    }
    text.push_str(&format!("\n\n{}", times(here, entity)));
    let names: Vec<String> = known.fields.values().take(20).map(|f| format!("`{f}`")).collect();
    if !names.is_empty() {
        text.push_str(&format!("; fields: {}", names.join(", ")));
    }
    text
}

/// How often something is set and read.
fn times(here: &Here<'_>, entity: &Entity) -> String {
    let all = places(here, entity);
    let with = |role| all.iter().filter(|place| place.role == role).count();
    let word = if matches!(entity, Entity::Label(..)) { "used" } else { "read" };
    let of = |count: usize| match count {
        0 => "never".to_string(),
        1 => "once".to_string(),
        2 => "twice".to_string(),
        count => format!("{count} times"),
    };
    match (word, with(Role::Writes)) {
        ("read", sets) => format!("set {}, read {}", of(sets), of(with(Role::Reads))),
        (word, _) => format!("{word} {}", of(with(Role::Reads))),
    }
}

fn of_procedure(here: &Here<'_>, name: &str) -> Option<String> {
    let parsed = here.file.parsed();
    let found = parsed.procedures().into_iter();
    let procedure =
        found.into_iter().find(|p| basilect_compiler::analysis::fold(&p.name.name) == name);
    let Some(procedure) = procedure else {
        return Some(format!("procedure `{name}`"));
    };
    let word = if procedure.function { "FUNCTION" } else { "SUB" };
    let params: Vec<&str> = procedure.params.iter().map(|p| &*p.name.name).collect();
    let head = format!("{word} {}({})", procedure.name.name, params.join(", "));
    let remark = remark_above(here, procedure.name.span.start);
    Some(format!("```basilect\n{head}\n```{remark}"))
}

/// The comment in the lines right above a declaration.
fn remark_above(here: &Here<'_>, offset: u32) -> String {
    let document = here.document();
    let mut lines = Vec::new();
    for line in (0..document.line_of(offset)).rev().take(20) {
        let text = document.line_text(line).trim();
        match text.strip_prefix('\'').or_else(|| text.strip_prefix("//")) {
            Some(remark) => lines.push(remark.trim().to_string()),
            None => break,
        }
    }
    lines.reverse();
    if lines.is_empty() { String::new() } else { format!("\n\n{}", lines.join("\n")) }
}

fn of_script(here: &Here<'_>, name: &str) -> Option<String> {
    let Some(file) = here.bot.script(name) else {
        return Some(format!("script `{name}`: the bot has no such script"));
    };
    let entry = file.parsed().entry(name);
    let mut text = format!("script `{name}` ({})", file.path);
    if let Some(description) = &entry.description {
        text.push_str(&format!("\n\n{description}"));
    }
    for (index, param) in entry.params.iter().enumerate() {
        let about = param.description.as_deref().unwrap_or_default();
        let end = if index == 0 { "\n\n" } else { "\n" };
        text.push_str(&format!("{end}- `{}` ({}) {about}", param.name, param.ty));
    }
    Some(text)
}

fn of_table(here: &Here<'_>, name: &str) -> Option<String> {
    let Some(table) = here.facts().tables.get(name) else {
        return Some(format!("table `{name}`"));
    };
    let mut text = format!("table `{}` ({})", table.name, table.path);
    for (index, (column, ty)) in table.columns.iter().take(40).enumerate() {
        text.push_str(if index == 0 { "\n\n" } else { "\n" });
        text.push_str(&format!("- `{column}` {ty}"));
    }
    Some(text)
}

fn in_settings(here: &Here<'_>, position: Position) -> Option<(String, Span)> {
    let line = lines::setting(here.document(), position.line)?;
    if let Some((entity, _)) = target(here, position) {
        let count = places(here, &entity).iter().filter(|p| p.role == Role::Reads).count();
        let text = format!("a variable of all scripts, read in {count} places");
        return Some((text, line.key));
    }
    let setting = here.workspace.product.setting(&line.name)?;
    Some((of_setting(setting), line.key))
}

/// A setting as Markdown.
pub fn of_setting(setting: &Setting) -> String {
    let names: Vec<String> = setting.names.iter().map(|name| format!("`{name}`")).collect();
    let mut text = format!("{}\n\n{}", names.join(", "), setting.what);
    if let Some(wanted) = &setting.wanted {
        text.push_str(&format!("\n\nA value is {wanted}."));
    }
    text.push_str(&format!("\n\nWithout it: {}.", setting.default));
    text
}

fn in_transcript(here: &Here<'_>, position: Position) -> Option<(String, Span)> {
    if let Some((entity, span)) = target(here, position) {
        return Some((of_entity(here, &entity)?, span));
    }
    let line = lines::chat_line(here.document(), position.line)?;
    let offset = here.document().offset(position);
    (offset <= line.head.end).then(|| (format!("`{}`: {}", line.word, line.what), line.head))
}
