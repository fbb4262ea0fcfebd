//! Whether the process lives, whether it may receive traffic, and how it is doing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::App;
use crate::access::Administrator;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok"
}

/// The store answers and the server is not about to stop.
pub async fn readyz(State(app): State<App>) -> impl IntoResponse {
    if *app.draining().borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match app.conversations().services().store.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

/// The metrics in Prometheus' text format.
pub async fn metrics(_: Administrator, State(app): State<App>) -> impl IntoResponse {
    metrics::gauge!("basilect_conversations_working").set(app.conversations().working() as f64);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics())
}
