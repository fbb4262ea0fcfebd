//! The language server over a WebSocket.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::App;
use crate::access::Editor;
use crate::errors::Problem;
use crate::studio::language::serve;
use crate::studio::limits::MESSAGE_BYTES_MAX;

/// Connects a page with a language server that sees its draft.
pub async fn connect(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    socket: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let folder = app.studio().drafts.folder(&bot)?;
    let busy = |_| {
        let detail = "too many editors are open; close one of them";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many", detail)
    };
    let place = app.studio().languages.clone().try_acquire_owned().map_err(busy)?;
    let socket = socket.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX);
    let mut draining = app.draining();
    Ok(socket.on_upgrade(move |socket| async move {
        tokio::select! {
            () = serve(socket, &folder) => {}
            _ = draining.wait_for(|draining| *draining) => {}
        }
        drop(place);
    }))
}
