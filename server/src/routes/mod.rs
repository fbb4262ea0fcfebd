//! The routes, one file a resource. The table below is all there is: what stands here with
//! `Administrator` needs the administration token, conversations need their key, the rest is for
//! everybody. The studio's routes have a table of their own, all of it for `Editor`s.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Redirect;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::App;
use crate::errors::{self, broke_down};

mod admin;
mod bots;
mod conversations;
mod events;
pub(crate) mod files;
mod health;
mod pages;
mod studio;

pub use bots::describe;
pub use conversations::{Message, accept};

/// The largest JSON body.
const JSON_BYTES_MAX: usize = 64 << 10;
/// The largest package.
pub const PACKAGE_BYTES_MAX: usize = 100 << 20;

/// How long a client may pause while it sends a body.
const BODY_QUIET: Duration = Duration::from_secs(30);

/// What pages may load: themselves, and pictures from anywhere.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data: blob: https:; \
    media-src 'self' blob: https:; connect-src 'self'; frame-ancestors 'self'; \
    base-uri 'none'; form-action 'self'; object-src 'none'";

/// All routes.
pub fn router(app: App) -> Router {
    let uploads = post(files::upload).layer(DefaultBodyLimit::max(files::FILE_BYTES_MAX + 4096));
    let deploys = post(admin::deploy).layer(DefaultBodyLimit::max(PACKAGE_BYTES_MAX));
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/api/bots", get(bots::list))
        .route("/api/bots/{bot}", get(bots::show))
        .route("/api/bots/{bot}/conversations", post(conversations::open))
        .route("/api/conversations/{id}/messages", post(conversations::say))
        .route("/api/conversations/{id}/items", get(conversations::items))
        .route("/api/conversations/{id}/events", get(events::events))
        .route("/api/conversations/{id}/files", uploads)
        .route("/api/conversations/{id}/files/{file}", get(files::download))
        .route("/api/admin/bots", get(admin::bots))
        .route("/api/admin/bots/{name}", deploys)
        .route("/api/admin/conversations", get(admin::conversations))
        .route("/api/admin/packages/{hash}", get(admin::package))
        .route("/api/admin/conversations/{id}/journal", get(admin::journal))
        .route("/ws/{bot}", get(crate::sockets::connect))
        .route("/", get(pages::start))
        .route("/assets/{*path}", get(pages::asset))
        .route("/manual", get(|| async { Redirect::permanent("/manual/") }))
        .route("/manual/", get(pages::manual_home))
        .route("/manual/{*path}", get(pages::manual))
        .route("/studio", get(pages::studio))
        .route("/studio/", get(pages::studio))
        .route("/studio/{bot}", get(pages::studio))
        .merge(studio::router(&app))
        .route("/{bot}", get(pages::chat))
        .route("/{bot}/", get(pages::chat))
        .route("/{bot}/theme/{*path}", get(pages::theme))
        .fallback(pages::missing)
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(map_response(errors::in_our_words))
        .layer(CompressionLayer::new().compress_when(
            DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream")),
        ))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        // Answers hold what only the asker may know, unless they say otherwise.
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(RequestBodyTimeoutLayer::new(BODY_QUIET))
        .layer(CatchPanicLayer::custom(broke_down))
        .with_state(app)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
