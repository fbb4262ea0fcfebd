//! The start page, the chat page, their assets, the files of a bot's theme, and the manual.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use basilect_runtime::bots::Bot;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::CONTENT_POLICY;
use super::bots::describe;
use crate::App;
use crate::errors::Problem;

#[derive(RustEmbed)]
#[folder = "pages/"]
struct Pages;

/// The start page lists the bots.
pub async fn start(headers: HeaderMap) -> Response {
    embedded("index.html", &headers)
}

/// The chat page of a bot; the page itself says it kindly when there is no such bot.
pub async fn chat(State(app): State<App>, Path(bot): Path<String>, headers: HeaderMap) -> Response {
    match app.conversations().services().bots.current(&bot) {
        Some(bot) => dressed(&app, &bot, &headers),
        None => {
            let mut response = embedded("chat.html", &headers);
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

/// The chat page with the bot's title and style sheet, so that it is never shown in another dress
/// first.
fn dressed(app: &App, bot: &Bot, headers: &HeaderMap) -> Response {
    let Some(file) = Pages::get("chat.html") else {
        return Problem::not_found("this file").into_response();
    };
    let about = describe(app, bot);
    let text = |name: &str| escaped(about[name].as_str().unwrap_or_default());
    let mut head = format!("<title>{}</title>", text("title"));
    if about["theme"].is_string() {
        let theme = text("theme");
        head.push_str(&format!(r#"<link rel="stylesheet" id="dress" href="{theme}">"#));
    }
    // The title stands before the page's own style sheets; the bot's has to come after them.
    let page = String::from_utf8_lossy(&file.data).replace("<title>Basilect</title>", "");
    let page = page.replace("</head>", &format!("{head}</head>"));
    reply("chat.html", page.into_bytes(), headers)
}

fn escaped(text: &str) -> String {
    let entity = |c: char| match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        c => c.to_string(),
    };
    text.chars().map(entity).collect()
}

/// A script, style or picture of the pages.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    embedded(&format!("assets/{path}"), &headers)
}

/// A file of a bot's theme.
pub async fn theme(
    State(app): State<App>,
    Path((bot, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let bots = &app.conversations().services().bots;
    let bot = bots.current(&bot).ok_or_else(|| Problem::not_found("the bot"))?;
    let file = bot.theme_file(&path).ok_or_else(|| Problem::not_found("the file"))?;
    let headers = [
        (header::CONTENT_TYPE, content_type(&path)),
        (header::CACHE_CONTROL, "no-cache".to_string()),
        // A picture of a theme can hold a script; it may not run one on our origin.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'".into()),
    ];
    Ok((headers, file.to_vec()).into_response())
}

/// The first page of the manual.
pub async fn manual_home(app: State<App>, headers: HeaderMap) -> Response {
    manual(app, Path(String::new()), headers).await
}

/// A page of the manual, or a file that it needs.
pub async fn manual(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    match app.manual().file(&path) {
        Some((path, bytes)) => reply(&path, bytes.to_vec(), &headers),
        None => Problem::not_found("this page of the manual").into_response(),
    }
}

/// Anything else.
pub async fn missing() -> Problem {
    Problem::not_found("this page")
}

/// A page of the studio. Its editor writes style rules while it runs; they carry the word that this
/// answer alone allows, and scripts stay what this server has.
pub async fn studio() -> Response {
    let Some(file) = Pages::get("studio.html") else {
        return Problem::not_found("this file").into_response();
    };
    let word = crate::bootstrap::trace_id();
    let page = String::from_utf8_lossy(&file.data).replace("__WORD__", &word);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_string()),
        (header::CONTENT_SECURITY_POLICY, policy_with(&word)),
    ];
    (headers, page).into_response()
}

/// The pages' policy that also allows style rules which carry this word.
fn policy_with(word: &str) -> String {
    format!("{CONTENT_POLICY}; style-src 'self' 'nonce-{word}'")
}

fn embedded(path: &str, headers: &HeaderMap) -> Response {
    let Some(file) = Pages::get(path) else {
        return Problem::not_found("this file").into_response();
    };
    reply(path, file.data.into_owned(), headers)
}

/// A file that a browser may keep, but asks for again.
fn reply(path: &str, data: Vec<u8>, headers: &HeaderMap) -> Response {
    let tag = Sha256::digest(&data).iter().take(16).map(|b| format!("{b:02x}")).collect::<String>();
    let tag = format!("\"{tag}\"");
    let same =
        headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    let reply = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, "no-cache".to_string()),
        (header::ETAG, tag),
    ];
    match same {
        true => (StatusCode::NOT_MODIFIED, reply).into_response(),
        false => (reply, data).into_response(),
    }
}

/// The MIME type of a file by its name; text is UTF-8.
pub fn content_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    match mime.type_().as_str() {
        "text" => format!("{mime}; charset=utf-8"),
        _ => mime.to_string(),
    }
}
