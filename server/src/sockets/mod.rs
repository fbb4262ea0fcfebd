//! Live conversations over WebSocket.

use std::net::SocketAddr;

use axum::extract::ws::{CloseFrame, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::App;
use crate::errors::Problem;

pub mod cursor;
mod session;

/// The largest frame that a client may send: the longest text, each byte of it escaped.
const FRAME_BYTES_MAX: usize = 128 << 10;
/// Read and write buffers of one connection: small, because there are many.
const BUFFER_BYTES: usize = 2 << 10;

/// Which conversation, and from where on.
#[derive(Debug, Deserialize)]
pub struct Opening {
    conversation: Option<String>,
    key: Option<String>,
    #[serde(default)]
    since: i64,
}

/// Opens or resumes a conversation over a socket.
pub async fn connect(
    State(app): State<App>,
    Path(bot): Path<String>,
    Query(opening): Query<Opening>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    socket: WebSocketUpgrade,
) -> Result<Response, Problem> {
    if app.conversations().services().bots.current(&bot).is_none() {
        return Err(Problem::not_found("the bot"));
    }
    app.rates().opening(address.ip()).map_err(Problem::too_many)?;
    let socket = socket
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(4 << 20);
    Ok(socket.on_upgrade(move |socket| serve(app, bot, opening, socket)))
}

async fn serve(app: App, bot: String, opening: Opening, mut socket: WebSocket) {
    metrics::gauge!("basilect_sockets").increment(1.0);
    match identify(&app, &bot, &opening).await {
        Ok((id, key)) => session::run(&app, &bot, &id, &key, opening.since, socket).await,
        Err(problem) => {
            let unknown = problem.code == "not_found";
            let reason =
                if unknown { "unknown conversation".into() } else { problem.detail.into() };
            let code = if unknown { 4404 } else { 1013 };
            let close = CloseFrame { code, reason };
            // The other side may be gone already; there is nobody left to tell.
            let _ = socket.send(axum::extract::ws::Message::Close(Some(close))).await;
        }
    }
    metrics::gauge!("basilect_sockets").decrement(1.0);
}

/// The conversation that the client may resume, or a new one.
async fn identify(app: &App, bot: &str, opening: &Opening) -> Result<(String, String), Problem> {
    match (&opening.conversation, &opening.key) {
        (Some(id), Some(key)) => {
            let conversation = app.conversations().authorize(id, key).await?;
            match conversation.bot == bot {
                true => Ok((id.clone(), key.clone())),
                false => Err(Problem::not_found("the conversation")),
            }
        }
        (Some(_), None) | (None, Some(_)) => Err(Problem::not_found("the conversation")),
        (None, None) => {
            let opened = app.conversations().open(bot, "web", None).await?;
            Ok((opened.conversation, opened.key))
        }
    }
}
