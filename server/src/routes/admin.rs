//! Administration: deploys and recorded conversations.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::App;
use crate::access::Administrator;
use crate::bootstrap::taken_name;
use crate::errors::Problem;

/// Puts a package into service; a broken one changes nothing.
pub async fn deploy(
    _: Administrator,
    State(app): State<App>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    if let Some(taken) = taken_name(&name) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_package", taken));
    }
    let services = app.conversations().services();
    let deployed = services.bots.deploy_bytes(&name, &body, services.clock.now_ms()).await?;
    tracing::info!(bot = %deployed.bot, version = %deployed.version, "deployed");
    Ok(Json(json!({
        "bot": deployed.bot,
        "version": deployed.version,
        "changed": deployed.changed,
    })))
}

/// All bots, listed or not, with what is wrong in their folders.
pub async fn bots(_: Administrator, State(app): State<App>) -> Json<Value> {
    let mut outcomes = app.folders().outcomes();
    let mut bots: Vec<Value> = Vec::new();
    for bot in app.conversations().services().bots.all() {
        let error = outcomes.remove(&bot.name).flatten();
        bots.push(json!({ "bot": bot.name, "version": bot.hash, "error": error }));
    }
    let never = outcomes.into_iter();
    bots.extend(never.map(|(name, error)| json!({ "bot": name, "version": null, "error": error })));
    Json(json!({ "bots": bots }))
}

/// The recorded turns of a conversation.
pub async fn journal(
    _: Administrator,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let store = &app.conversations().services().store;
    let conversation = app.conversations().load(&id).await?;
    let entries = store.journal(&id).await.map_err(basilect_runtime::Error::from)?;
    Ok(Json(json!({
        "conversation": id,
        "bot": conversation.bot,
        "program": conversation.program,
        "journal": entries,
    })))
}
