//! From a name to where it comes from and to all other places that name the same.

use std::collections::HashMap;

use basilect_compiler::analysis::kinds::{setting_name, table_name};
use basilect_compiler::analysis::{Entity, Mention, Role};
use basilect_compiler::source::Span;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams,
    GotoDefinitionResponse, Location, Position, ReferenceParams,
};

use super::lines;
use crate::workspace::{Here, Sort, Workspace};

/// A place that names something.
#[derive(Clone, Copy, Debug)]
pub struct Place<'w> {
    /// The file.
    pub here: Here<'w>,
    /// The name in it.
    pub span: Span,
    /// What happens to it there.
    pub role: Role,
    /// Whether the name can be replaced there.
    pub exact: bool,
}

/// What stands at a position, and where.
pub fn target(here: &Here<'_>, position: Position) -> Option<(Entity, Span)> {
    let offset = here.document().offset(position);
    let inside = |span: Span| span.start <= offset && offset <= span.end;
    match here.file.sort {
        Sort::Script => {
            let mention = here.mention(position)?;
            Some((meant(here, &mention.entity), mention.span))
        }
        Sort::Config => {
            let line = lines::setting(here.document(), position.line)?;
            let param = line.name.starts_with("param-") && inside(line.key);
            param.then(|| (Entity::Setting(setting_name(&line.name)), line.key))
        }
        Sort::Chat => {
            let line = lines::chat_line(here.document(), position.line)?;
            of_chat(here, &line).filter(|(_, span)| inside(*span))
        }
        Sort::Rows | Sort::Other => None,
    }
}

/// What a line of a transcript names.
pub fn of_chat(here: &Here<'_>, line: &lines::ChatLine) -> Option<(Entity, Span)> {
    let name = here.document().file.slice(line.name);
    match line.word {
        "run" | "tool" => {
            let script = basilect_compiler::analysis::script_name(name);
            Some((Entity::Script(script), line.name))
        }
        "table" => Some((Entity::Table(table_name(name)), line.name)),
        _ => None,
    }
}

/// A variable that a setting gives, and that the script does not declare, is the setting.
fn meant(here: &Here<'_>, entity: &Entity) -> Entity {
    let Entity::Variable(0, name) = entity else { return entity.clone() };
    let index = here.index();
    let declared = index.definitions(entity).iter().any(|m| m.role == Role::Declares);
    match here.facts().around.settings.contains(name) && !declared {
        true => Entity::Setting(name.clone()),
        false => entity.clone(),
    }
}

/// All places that name it, in the order of files and texts.
pub fn places<'w>(here: &Here<'w>, entity: &Entity) -> Vec<Place<'w>> {
    if !entity.is_of_bot() {
        return of_file(here, entity);
    }
    let files = here.bot.files.values().map(|file| here.other(file));
    let mut found: Vec<Place<'w>> = files.flat_map(|other| of_file(&other, entity)).collect();
    found.extend(outside(here, entity));
    found
}

fn of_file<'w>(here: &Here<'w>, entity: &Entity) -> Vec<Place<'w>> {
    match here.file.sort {
        Sort::Script => of_script(here, entity),
        Sort::Config => {
            let all = lines::settings(here.document()).into_iter();
            let own = all.filter(|line| {
                line.name.starts_with("param-")
                    && matches!(entity, Entity::Setting(name) if setting_name(&line.name) == *name)
            });
            let place = |line: lines::SettingLine| {
                let name = Span::new(line.key.start + "param-".len() as u32, line.key.end);
                Place { here: *here, span: name, role: Role::Declares, exact: true }
            };
            own.map(place).collect()
        }
        Sort::Chat if matches!(entity, Entity::Script(_) | Entity::Table(_)) => {
            let all = lines::chat(here.document());
            let named = all.iter().filter_map(|line| of_chat(here, line));
            let own = named.filter(|(other, _)| other == entity);
            own.map(|(_, span)| Place { here: *here, span, role: Role::Reads, exact: true })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn of_script<'w>(here: &Here<'w>, entity: &Entity) -> Vec<Place<'w>> {
    let same = |other: &Entity| match (entity, other) {
        (Entity::Setting(name), Entity::Variable(0, other)) => {
            name == other && meant(here, &Entity::Variable(0, other.clone())) == *entity
        }
        (entity, other) => entity == other,
    };
    let all = here.index().mentions.iter().filter(|mention| same(&mention.entity));
    let place = |m: &Mention| Place { here: *here, span: m.span, role: m.role, exact: m.exact };
    let mut found: Vec<Place<'w>> = all.map(place).collect();
    // Where it cannot be replaced, that is what counts for the place.
    found.dedup_by(|later, first| {
        let twice = later.span == first.span;
        first.exact &= later.exact || !twice;
        twice
    });
    found
}

/// Where something begins that no name in a script declares: a script's own file, a table that is
/// a file of rows, a collection of documents.
fn outside<'w>(here: &Here<'w>, entity: &Entity) -> Option<Place<'w>> {
    let facts = here.facts();
    let file = match entity {
        Entity::Script(name) => here.bot.script(name),
        Entity::Table(name) => {
            let table = facts.tables.get(name)?;
            here.bot.files.get(&table.path).filter(|file| file.sort == Sort::Rows)
        }
        Entity::Column(table, _) => {
            let table = facts.tables.get(table)?;
            here.bot.files.get(&table.path).filter(|file| file.sort == Sort::Rows)
        }
        Entity::Knowledge(name) => here.bot.knowledge().get(name.as_str()).copied(),
        _ => None,
    }?;
    let other = here.other(file);
    let span = match entity {
        Entity::Column(_, name) => header_span(&other, name)?,
        _ => Span::default(),
    };
    Some(Place { here: other, span, role: Role::Declares, exact: false })
}

/// The name of a column in the first line of a CSV file.
fn header_span(here: &Here<'_>, name: &str) -> Option<Span> {
    let line = here.document().line_text(0);
    let at = line.to_ascii_lowercase().find(name)?;
    Some(Span::new(at as u32, (at + name.len()) as u32))
}

/// Where it comes from.
pub fn definitions<'w>(here: &Here<'w>, entity: &Entity) -> Vec<Place<'w>> {
    let all = places(here, entity);
    let declared: Vec<_> = all.iter().filter(|p| p.role == Role::Declares).copied().collect();
    match declared.is_empty() {
        true => all.into_iter().find(|p| p.role == Role::Writes).into_iter().collect(),
        false => declared,
    }
}

/// Answers `textDocument/definition` and `textDocument/implementation`.
pub fn definition(
    workspace: &Workspace,
    params: &GotoDefinitionParams,
) -> Option<GotoDefinitionResponse> {
    let place = &params.text_document_position_params;
    let here = workspace.here(&place.text_document.uri)?;
    let (entity, _) = target(&here, place.position)?;
    let found = definitions(&here, &entity).iter().map(location).collect();
    Some(GotoDefinitionResponse::Array(found))
}

fn location(place: &Place<'_>) -> Location {
    place.here.location(place.span)
}

/// Answers `textDocument/references`.
pub fn references(workspace: &Workspace, params: &ReferenceParams) -> Option<Vec<Location>> {
    let place = &params.text_document_position;
    let here = workspace.here(&place.text_document.uri)?;
    let (entity, _) = target(&here, place.position)?;
    let mut all = places(&here, &entity);
    if !params.context.include_declaration {
        let first = definitions(&here, &entity);
        let declares = |place: &Place<'_>| {
            first.iter().any(|d| d.span == place.span && d.here.file.path == place.here.file.path)
        };
        all.retain(|place| !declares(place));
    }
    Some(all.iter().map(location).collect())
}

/// Answers `textDocument/documentHighlight`.
pub fn highlights(
    workspace: &Workspace,
    params: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let place = &params.text_document_position_params;
    let here = workspace.here(&place.text_document.uri)?;
    let (entity, _) = target(&here, place.position)?;
    let highlight = |place: &Place<'_>| {
        let kind = match place.role {
            Role::Reads => DocumentHighlightKind::READ,
            Role::Declares | Role::Writes => DocumentHighlightKind::WRITE,
        };
        DocumentHighlight { range: here.document().range(place.span), kind: Some(kind) }
    };
    Some(of_file(&here, &entity).iter().map(highlight).collect())
}

/// Places by file, for edits that go through the whole bot.
pub fn by_file<'w>(places: &[Place<'w>]) -> Vec<(Here<'w>, Vec<Span>)> {
    let mut order: Vec<(Here<'w>, Vec<Span>)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for place in places {
        let next = order.len();
        let index = *at.entry(place.here.file.path.clone()).or_insert(next);
        match order.get_mut(index) {
            Some((_, spans)) => spans.push(place.span),
            None => order.push((place.here, vec![place.span])),
        }
    }
    order
}
