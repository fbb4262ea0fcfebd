//! Signing in to the studio and out of it.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::access::{Editor, SESSION, is_same_origin, session};
use crate::errors::Problem;

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    token: String,
}

/// Whether somebody is signed in.
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Json<Value> {
    let signed_in = session(&headers).is_some_and(|secret| app.studio().sessions.is_open(secret));
    Json(json!({ "signed_in": signed_in }))
}

/// Opens a session for whoever knows the administration token.
pub async fn sign_in(
    State(app): State<App>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(form): Json<Form>,
) -> Result<Response, Problem> {
    if !is_same_origin(&headers) {
        return Err(Problem::cross_origin());
    }
    app.rates().signing_in(address.ip()).map_err(Problem::too_many)?;
    if app.access().check(form.token.trim()).is_none() {
        let detail = "this is not the administration token of this server";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_token", detail));
    }
    let secret = app.conversations().services().clock.secret();
    app.studio().sessions.open(&secret);
    tracing::info!(%address, "somebody has signed in to the studio");
    let cookie = [(header::SET_COOKIE, cookie(&secret, &headers))];
    Ok((cookie, Json(json!({ "signed_in": true }))).into_response())
}

/// Ends the session.
pub async fn sign_out(_: Editor, State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(secret) = session(&headers) {
        app.studio().sessions.close(secret);
    }
    let gone = format!("{}; Max-Age=0", cookie("", &headers));
    ([(header::SET_COOKIE, gone)], StatusCode::NO_CONTENT).into_response()
}

/// The cookie is for this server's own pages only, out of reach of scripts, and of connections
/// without TLS when it was set over one with it.
fn cookie(secret: &str, headers: &HeaderMap) -> String {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let proxy = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let tls = origin.is_some_and(|origin| origin.starts_with("https:")) || proxy == Some("https");
    let secure = if tls { "; Secure" } else { "" };
    format!("{SESSION}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}")
}
