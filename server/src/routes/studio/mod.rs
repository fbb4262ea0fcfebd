//! The routes of the studio. All but signing in need a session, and changes a page of this server:
//! each route receives an `Editor`.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_extractor_with_state;
use axum::routing::{get, post};

use super::{bots as faces, conversations, events, files as sent, pages};
use crate::App;
use crate::access::Editor;
use crate::studio::limits::FILE_BYTES_MAX;

mod bots;
mod chat;
mod checks;
mod deploy;
mod files;
mod language;
mod sign_in;
mod travel;

/// The studio's routes.
pub fn router(app: &App) -> Router<App> {
    let file = get(files::read).put(files::write).delete(files::remove);
    let editing = Router::new()
        .route("/api/studio/bots", get(bots::list).post(bots::create))
        .route("/api/studio/templates", get(bots::templates))
        .route("/api/studio/templates/{name}", get(bots::template))
        .route("/api/studio/bots/{bot}", get(bots::show).post(bots::open).delete(bots::drop_draft))
        .route("/api/studio/bots/{bot}/files", get(files::list))
        .route("/api/studio/bots/{bot}/files/{*path}", file)
        .route("/api/studio/bots/{bot}/rename", post(files::rename))
        .route("/api/studio/bots/{bot}/search", get(files::search))
        .route("/api/studio/bots/{bot}/build", post(chat::build))
        .route("/api/studio/bots/{bot}/tests", post(checks::run))
        .route("/api/studio/bots/{bot}/record", post(checks::record))
        .route("/api/studio/bots/{bot}/plan", post(deploy::plan))
        .route("/api/studio/bots/{bot}/deploy", post(deploy::deploy))
        .route("/api/studio/bots/{bot}/versions", get(deploy::versions))
        .route("/api/studio/bots/{bot}/folder", post(deploy::take_folder))
        .route("/api/studio/bots/{bot}/conversations", get(travel::list))
        .route("/api/studio/bots/{bot}/conversations/{id}", get(travel::steps))
        .route("/api/studio/bots/{bot}/conversations/{id}/variables", get(travel::variables))
        .route("/ws/studio/{bot}", get(language::connect))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX + 4096));
    let guard = || from_extractor_with_state::<Editor, App>(app.clone());
    let sign_in = Router::new().route(
        "/api/studio/session",
        get(sign_in::show).post(sign_in::sign_in).delete(sign_in::sign_out),
    );
    let drafts = talking().with_state(app.for_drafts());
    editing.merge(drafts).route_layer(guard()).merge(sign_in)
}

/// Talking with drafts: the routes of the chat, on the runtime of the drafts.
fn talking() -> Router<App> {
    let uploads = post(sent::upload).layer(DefaultBodyLimit::max(sent::FILE_BYTES_MAX + 4096));
    Router::new()
        .route("/studio/{bot}/chat", get(pages::chat))
        .route("/studio/{bot}/theme/{*path}", get(pages::theme))
        .route("/ws/studio/{bot}/chat", get(crate::sockets::connect))
        .route("/api/studio/faces/{bot}", get(faces::show))
        .route("/api/studio/conversations/{id}/items", get(conversations::items))
        .route("/api/studio/conversations/{id}/events", get(events::events))
        .route("/api/studio/conversations/{id}/messages", post(conversations::say))
        .route("/api/studio/conversations/{id}/files", uploads)
        .route("/api/studio/conversations/{id}/files/{file}", get(sent::download))
}
