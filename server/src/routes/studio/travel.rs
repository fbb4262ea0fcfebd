//! Time travel: recorded conversations of a draft, or of the bot in service.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use basilect_runtime::Error;
use basilect_runtime::conversation::Conversations;
use basilect_runtime::debug::Recording;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::access::Editor;
use crate::errors::Problem;
use crate::studio::travel;

/// Whose conversations, and which step.
#[derive(Deserialize)]
pub struct Of {
    of: Which,
    #[serde(default)]
    step: usize,
}

/// The draft, or what is in service.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    Draft,
    Live,
}

fn conversations(app: &App, of: Which) -> &Conversations {
    match of {
        Which::Draft => app.studio().workshop.conversations(),
        Which::Live => app.conversations(),
    }
}

/// Conversations, those that changed last first.
pub async fn list(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Query(Of { of, .. }): Query<Of>,
) -> Result<Json<Value>, Problem> {
    let listed = travel::list(conversations(&app, of), &bot).await?;
    Ok(Json(json!({ "conversations": listed })))
}

async fn open(app: &App, of: Which, bot: &str, id: &str) -> Result<Arc<Recording>, Problem> {
    app.studio().recordings.open(conversations(app, of), bot, id).await
}

/// What happened in a conversation, step by step.
pub async fn steps(
    _: Editor,
    State(app): State<App>,
    Path((bot, id)): Path<(String, String)>,
    Query(Of { of, .. }): Query<Of>,
) -> Result<Json<Value>, Problem> {
    let recording = open(&app, of, &bot, &id).await?;
    let known = conversations(&app, of).services().bots.current(&bot);
    let steps = travel::steps(&recording, known.as_ref().map(|bot| &bot.settings));
    let difference = recording.difference().map(ToString::to_string);
    Ok(Json(json!({ "steps": steps, "difference": difference, "cut": recording.is_cut() })))
}

/// The variables at a step.
pub async fn variables(
    _: Editor,
    State(app): State<App>,
    Path((bot, id)): Path<(String, String)>,
    Query(Of { of, step }): Query<Of>,
) -> Result<Json<Value>, Problem> {
    let recording = open(&app, of, &bot, &id).await?;
    let look = tokio::task::spawn_blocking(move || travel::variables(&recording, step)).await;
    let variables = look.map_err(|error| Error::Bug(error.to_string()))??;
    Ok(Json(json!({ "variables": variables })))
}
