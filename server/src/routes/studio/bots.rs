//! Bots and their drafts.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use basilect_runtime::bots::Bot;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::access::Editor;
use crate::bootstrap::FolderProvider;
use crate::errors::Problem;
use crate::studio::drafts::{Origin, hash};
use crate::templates::{self, TEMPLATES};

/// All bots in service, listed or not, and all drafts.
pub async fn list(_: Editor, State(app): State<App>) -> Json<Value> {
    let live: BTreeMap<String, _> = {
        let bots = app.conversations().services().bots.all();
        bots.into_iter().map(|bot| (bot.name.clone(), bot)).collect()
    };
    let drafts: BTreeSet<String> = app.studio().drafts.names().into_iter().collect();
    let names: BTreeSet<&String> = live.keys().chain(&drafts).collect();
    let bots = names.into_iter().map(|name| {
        let bot = live.get(name);
        json!({
            "name": name,
            "title": bot.map(|bot| bot.settings.title(name)),
            "description": bot.and_then(|bot| bot.settings.text("bot-description")),
            "color": bot.and_then(|bot| bot.settings.text("theme-color1")),
            "version": bot.map(|bot| &bot.hash),
            "draft": drafts.contains(name),
        })
    });
    Json(json!({ "bots": bots.collect::<Vec<_>>() }))
}

/// One bot: what is in service and what its draft is.
pub async fn show(
    _: Editor,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let live = app.conversations().services().bots.current(&name);
    let origin = app.studio().drafts.origin(&name).ok();
    if live.is_none() && origin.is_none() {
        return Err(Problem::not_found("the bot"));
    }
    Ok(Json(json!({
        "name": name,
        "title": live.as_ref().map(|bot| bot.settings.title(&name)),
        "version": live.as_ref().map(|bot| &bot.hash),
        "folder": app.folders().path(&name).is_some(),
        "draft": origin.map(|origin| json!({
            "from": origin.from,
            "version": origin.version,
            "at": origin.at,
        })),
    })))
}

/// Opens the draft of a bot, which is made of what is in service when there is none.
pub async fn open(
    editor: Editor,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    if app.studio().drafts.folder(&name).is_err() {
        let live = app.conversations().services().bots.current(&name);
        let folder = app.folders().path(&name);
        let (from, files) = match (&folder, &live) {
            (Some(folder), _) => ("folder", of_folder(folder)),
            (None, Some(bot)) => ("package", of_package(bot)?),
            (None, None) => return Err(Problem::not_found("the bot")),
        };
        let origin = origin(&app, from, live.map(|bot| bot.hash.clone()), &files);
        app.studio().drafts.begin(&name, &origin, &files)?;
        tracing::info!(bot = %name, from, "a draft is begun");
    }
    show(editor, State(app), Path(name)).await
}

/// Where files come from that a draft is made of.
pub fn origin(
    app: &App,
    from: &str,
    version: Option<String>,
    files: &[(String, Vec<u8>)],
) -> Origin {
    Origin {
        from: from.into(),
        version,
        files: files.iter().map(|(path, bytes)| (path.clone(), hash(bytes))).collect(),
        at: app.conversations().services().clock.now_ms(),
    }
}

/// The files of a bot's folder, its tests among them.
pub fn of_folder(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    use basilect_compiler::source::Provider;
    let provider = FolderProvider::new(folder);
    let read = |path: String| provider.read(&path).ok().map(|bytes| (path, bytes));
    provider.list().into_iter().filter_map(read).collect()
}

/// The files that a package carries. It has no tests, and may have been made without its scripts.
fn of_package(bot: &Bot) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let has_scripts = bot.files.keys().any(|path| path.to_lowercase().ends_with(".bas"));
    if !has_scripts && !bot.program.scripts.is_empty() {
        let detail = "this bot was deployed without its sources, so there is nothing to edit; \
                      deploy it from its folder, or begin a new bot";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_sources", detail));
    }
    Ok(bot.files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect())
}

/// A bot to make.
#[derive(Deserialize)]
pub struct New {
    name: String,
    template: String,
}

/// Makes the draft of a new bot from a template.
pub async fn create(
    editor: Editor,
    State(app): State<App>,
    Json(new): Json<New>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let wrong = |code, detail| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
    if let Some(refused) = templates::refused_name(&new.name) {
        return Err(wrong("bad_name", refused));
    }
    let unknown = || wrong("bad_template", format!("there is no template {}", new.template));
    let template = templates::find(&new.template).ok_or_else(unknown)?;
    let files = template.files(&new.name);
    let origin = origin(&app, "template", None, &files);
    let taken = app.conversations().services().bots.current(&new.name).is_some();
    if taken || !app.studio().drafts.begin(&new.name, &origin, &files)? {
        let detail = format!("there is a bot called {} already", new.name);
        return Err(Problem::new(StatusCode::CONFLICT, "exists", detail));
    }
    tracing::info!(bot = %new.name, template = template.name, "a bot is begun");
    let shown = show(editor, State(app), Path(new.name)).await?;
    Ok((StatusCode::CREATED, shown))
}

/// Forgets the draft of a bot; what is in service stays.
pub async fn drop_draft(
    _: Editor,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    app.studio().drafts.drop_draft(&name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The bots to begin with.
pub async fn templates(_: Editor) -> Json<Value> {
    Json(json!({ "templates": TEMPLATES }))
}

/// One of them, with the texts of its files.
pub async fn template(_: Editor, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    let template = templates::find(&name).ok_or_else(|| Problem::not_found("the template"))?;
    let files = template.files("my-bot").into_iter();
    let texts =
        files.map(|(path, bytes)| json!({ "path": path, "text": String::from_utf8_lossy(&bytes) }));
    Ok(Json(json!({ "template": template, "files": texts.collect::<Vec<_>>() })))
}
