//! Conversations over REST.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, Path, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use basilect_runtime::conversation::{Say, frame};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::App;
use crate::access::bearer;
use crate::errors::Problem;
use crate::routes::files;

/// Items of the log in one answer, at most.
const ITEMS_MAX: u32 = 500;

/// The permission to speak in one conversation: its key was shown.
pub struct Speaker {
    /// The conversation.
    pub id: String,
}

impl FromRequestParts<App> for Speaker {
    type Rejection = Problem;

    /// The identifier is the path's, the key comes as bearer token or, where a browser cannot send
    /// one (pictures, server-sent events), as `?key=`.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Speaker, Problem> {
        let unknown = || Problem::not_found("the conversation");
        let Path(path) =
            Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, app)
                .await
                .map_err(|_| unknown())?;
        let id = path.get("id").ok_or_else(unknown)?.clone();
        let query = query_key(parts.uri.query().unwrap_or_default());
        let key = bearer(parts).map(str::to_string).or(query).ok_or_else(unknown)?;
        app.conversations().authorize(&id, &key).await?;
        Ok(Speaker { id })
    }
}

fn query_key(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix("key=")).map(str::to_string)
}

/// Opens a conversation.
pub async fn open(
    State(app): State<App>,
    Path(bot): Path<String>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    app.rates().opening(address.ip()).map_err(Problem::too_many)?;
    let opened = app.conversations().open(&bot, "web", None).await?;
    let body = json!({ "conversation": opened.conversation, "key": opened.key, "seq": 0 });
    Ok((StatusCode::CREATED, Json(body)))
}

/// A message as it comes in.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// The sender's identifier.
    pub id: String,
    /// The text.
    #[serde(default)]
    pub text: String,
    /// Files, by the identifiers of their upload.
    #[serde(default)]
    pub files: Vec<String>,
    /// A script to run instead.
    #[serde(default)]
    pub tool: Option<String>,
}

/// Stores what the person says; the answer comes with the events.
pub async fn say(
    State(app): State<App>,
    speaker: Speaker,
    Json(message): Json<Message>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let id = message.id.clone();
    let seq = accept(&app, &speaker.id, message).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id, "seq": seq }))))
}

/// Stores a message of a conversation; its place in the log.
pub async fn accept(app: &App, id: &str, message: Message) -> Result<i64, Problem> {
    let files = files::resolve(app, id, &message.files).await?;
    let say = Say { id: message.id, text: message.text, files, tool: message.tool };
    let accepted = app.conversations().say(id, say).await?;
    metrics::counter!("basilect_messages_accepted_total").increment(1);
    Ok(accepted.seq.unwrap_or(0))
}

/// Where to read from.
#[derive(Debug, Deserialize)]
pub struct Since {
    /// The last place that is known.
    #[serde(default)]
    pub since: i64,
    /// Items at most.
    pub limit: Option<u32>,
}

/// The log after `since`.
pub async fn items(
    State(app): State<App>,
    speaker: Speaker,
    Query(query): Query<Since>,
) -> Result<Json<Value>, Problem> {
    let limit = query.limit.unwrap_or(100).clamp(1, ITEMS_MAX);
    let items = app.conversations().items(&speaker.id, query.since, limit).await?;
    let seq = items.last().map_or(query.since, |item| item.seq);
    let frames: Vec<_> = items
        .iter()
        .filter_map(|item| {
            RawValue::from_string(frame(item.seq, item.at, &item.body).to_string()).ok()
        })
        .collect();
    Ok(Json(json!({ "items": frames, "seq": seq })))
}
