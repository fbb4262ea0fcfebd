//! The files of a draft.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::access::Editor;
use crate::errors::Problem;
use crate::routes::pages::content_type;
use crate::studio::drafts::{Expected, hash};
use crate::studio::files;

/// The words of a search at most, in bytes.
const WORDS_MAX: usize = 400;

/// All files of a draft.
pub async fn list(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "files": app.studio().drafts.list(&bot)? })))
}

/// The bytes of a file. Nothing in it may run on our origin.
pub async fn read(
    _: Editor,
    State(app): State<App>,
    Path((bot, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let bytes = app.studio().drafts.read(&bot, &path)?;
    let headers = [
        (header::CONTENT_TYPE, content_type(&path)),
        (header::ETAG, format!("\"{}\"", hash(&bytes))),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".into()),
    ];
    Ok((headers, bytes).into_response())
}

/// Writes a file: a new one with `If-None-Match: *`, another with the hash that was read.
pub async fn write(
    _: Editor,
    State(app): State<App>,
    Path((bot, path)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let expected = expected(&headers)?;
    let hash = app.studio().drafts.write(&bot, &path, &body, &expected)?;
    let tag = [(header::ETAG, format!("\"{hash}\""))];
    Ok((tag, Json(json!({ "path": path, "hash": hash }))).into_response())
}

/// Removes a file.
pub async fn remove(
    _: Editor,
    State(app): State<App>,
    Path((bot, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    app.studio().drafts.remove(&bot, &path, &expected(&headers)?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the file must be, so that nobody overwrites what they have not seen.
fn expected(headers: &HeaderMap) -> Result<Expected, Problem> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
        (Some(tag), _) => Ok(Expected::Hash(tag.trim().trim_matches('"').to_string())),
        (None, Some("*")) => Ok(Expected::Absent),
        _ => {
            let detail = "say which state of the file is meant: `If-Match: \"HASH\"`, or \
                          `If-None-Match: *` for a new one";
            Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "no_condition", detail))
        }
    }
}

/// Another path for a file.
#[derive(Deserialize)]
pub struct Renaming {
    from: String,
    to: String,
}

/// Gives a file another path.
pub async fn rename(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Json(new): Json<Renaming>,
) -> Result<StatusCode, Problem> {
    app.studio().drafts.rename(&bot, &new.from, &new.to)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What to look for.
#[derive(Deserialize)]
pub struct Words {
    q: String,
    #[serde(default)]
    exact: bool,
}

/// Lines of all files that hold some words.
pub async fn search(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Query(words): Query<Words>,
) -> Result<Json<Value>, Problem> {
    let folder = app.studio().drafts.folder(&bot)?;
    if words.q.is_empty() || words.q.len() > WORDS_MAX {
        let detail = format!("look for 1 to {WORDS_MAX} bytes");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_search", detail));
    }
    let (matches, all) = files::search(&folder, &words.q, words.exact)?;
    Ok(Json(json!({ "matches": matches, "all": all })))
}
