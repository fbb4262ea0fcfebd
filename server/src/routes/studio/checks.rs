//! The tests of a draft: running them, and recording a conversation as one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use basilect_runtime::conversation::state::State as Talk;
use basilect_runtime::transcript::record as transcript_of;
use serde::Deserialize;
use serde_json::{Value, json};

use super::chat::compiled;
use crate::App;
use crate::access::Editor;
use crate::errors::Problem;
use crate::studio::{paths, tests};

/// Items of a conversation that a test may have.
const ITEMS_MAX: u32 = 5_000;

/// Runs all transcripts of a draft.
pub async fn run(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
) -> Result<Json<Value>, Problem> {
    let built = compiled(&app, &bot).await?;
    let Some(package) = built.package else {
        return Ok(Json(json!({ "tests": [], "errors": built.errors })));
    };
    let folder = app.studio().drafts.folder(&bot)?;
    let _place = app.studio().work.acquire().await;
    Ok(Json(json!({ "tests": tests::run(package, folder).await?, "errors": [] })))
}

/// What to record, and how the test is called.
#[derive(Deserialize)]
pub struct Recording {
    conversation: String,
    name: String,
}

/// The transcript of a conversation with a draft, and where it belongs.
pub async fn record(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Json(wanted): Json<Recording>,
) -> Result<Json<Value>, Problem> {
    let drafts = app.studio().workshop.conversations();
    let conversation = drafts.load(&wanted.conversation).await?;
    if conversation.bot != bot {
        return Err(Problem::not_found("the conversation"));
    }
    let name = wanted.name.strip_suffix(".chat").unwrap_or(&wanted.name);
    let path = format!("{}/tests/{name}.chat", dialogs(&app, &bot)?);
    if let Some(why) = paths::refused(&path).filter(|_| !name.contains('/')) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_path", why));
    }
    let store = &drafts.services().store;
    let unavailable = basilect_runtime::Error::from;
    let journal = store.journal(&conversation.id).await.map_err(unavailable)?;
    let items = drafts.items(&conversation.id, 0, ITEMS_MAX).await?;
    let ended = Talk::from_bytes(&conversation.state)?.idle();
    Ok(Json(json!({ "path": path, "text": transcript_of(&journal, &items, ended)? })))
}

/// The folder of a draft's scripts: the first that is there, or the usual one.
fn dialogs(app: &App, bot: &str) -> Result<String, Problem> {
    let files = app.studio().drafts.list(bot)?;
    let folder = |path: &str| {
        let (first, _) = path.split_once('/')?;
        first.ends_with(".gbdialog").then(|| first.to_string())
    };
    let found = files.iter().find_map(|file| folder(&file.path));
    Ok(found.unwrap_or_else(|| format!("{bot}.gbdialog")))
}
