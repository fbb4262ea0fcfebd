//! Administration: deploys, packages, and recorded conversations.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
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

/// Conversations of one page at most.
const PAGE_MAX: u32 = 100;

/// Which conversations are wanted.
#[derive(Deserialize)]
pub struct Wanted {
    bot: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
}

/// Conversations, those that changed last first; `next` asks for the page behind.
pub async fn conversations(
    _: Administrator,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Problem> {
    let limit = wanted.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let before = wanted.before.as_deref().map(place_of).transpose()?;
    let store = &app.conversations().services().store;
    let listed = store.list(wanted.bot.as_deref(), before, limit).await;
    let listed = listed.map_err(basilect_runtime::Error::from)?;
    let full = listed.len() == limit as usize;
    let last = listed.last().filter(|_| full);
    let next = last.map(|last| format!("{}-{}", last.updated_at, last.id));
    Ok(Json(json!({ "conversations": listed, "next": next })))
}

/// `next` of the page before, read back.
fn place_of(text: &str) -> Result<(i64, String), Problem> {
    let read = text.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.to_string())));
    read.ok_or_else(|| {
        let message = "`before` is the `next` of the page before";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_page", message)
    })
}

/// A package by its content hash, as it was deployed.
pub async fn package(
    _: Administrator,
    State(app): State<App>,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let store = &app.conversations().services().store;
    let bytes = store.package(&hash).await.map_err(basilect_runtime::Error::from)?;
    let bytes = bytes.ok_or(basilect_runtime::Error::NotFound("the package"))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes))
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
