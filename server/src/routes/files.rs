//! Files that people send.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::extract::{ConnectInfo, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use basilect_runtime::conversation::FileRef;
use serde_json::{Value, json};

use super::conversations::Speaker;
use super::pages::content_type;
use crate::App;
use crate::errors::Problem;

/// The largest file.
pub const FILE_BYTES_MAX: usize = 10 << 20;
/// How long an upload may take: the largest file over a slow telephone line.
const UPLOAD: Duration = Duration::from_secs(180);
/// Files of one message.
const FILES_MAX: usize = 10;

/// Keeps a file; the message that mentions it comes after.
pub async fn upload(
    State(app): State<App>,
    speaker: Speaker,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    form: Multipart,
) -> Result<(StatusCode, Json<Value>), Problem> {
    app.rates().uploading(address.ip()).map_err(Problem::too_many)?;
    let _place = app.uploads().acquire().await;
    match tokio::time::timeout(UPLOAD, receive(&app, &speaker.id, form)).await {
        Ok(kept) => kept,
        Err(_) => {
            let detail = "the file came too slowly";
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", detail))
        }
    }
}

async fn receive(
    app: &App,
    conversation: &str,
    mut form: Multipart,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let broken = |_| Problem::new(StatusCode::BAD_REQUEST, "bad_form", "the form cannot be read");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = clean_name(field.file_name().unwrap_or("file"));
        let bytes = field.bytes().await.map_err(|_| too_large())?;
        return keep(app, conversation, &name, &bytes).await;
    }
    Err(Problem::new(StatusCode::BAD_REQUEST, "bad_form", "the form has no field `file`"))
}

fn too_large() -> Problem {
    let detail = format!("a file may have at most {FILE_BYTES_MAX} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}

async fn keep(
    app: &App,
    conversation: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(StatusCode, Json<Value>), Problem> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large());
    }
    let services = app.conversations().services();
    let file = services.clock.secret()[..24].to_string();
    let (body, info) = (key(conversation, &file), key(conversation, &format!("{file}.json")));
    let about = json!({ "name": name, "size": bytes.len(), "mime": content_type(name) });
    services.blobs.put(&body, bytes).await?;
    services.blobs.put(&info, about.to_string().as_bytes()).await?;
    let url = format!("/api{}/conversations/{conversation}/files/{file}", app.place());
    let answer = json!({ "file": file, "name": name, "size": bytes.len(), "url": url });
    Ok((StatusCode::CREATED, Json(answer)))
}

fn key(conversation: &str, file: &str) -> String {
    format!("uploads/{conversation}/{file}")
}

/// The last part of a name, without what could confuse a file system or a header.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("file");
    let clean: String =
        last.chars().filter(|c| !c.is_control() && !"\"<>:|?*".contains(*c)).take(120).collect();
    if clean.trim_matches('.').is_empty() { "file".into() } else { clean }
}

/// The files that a message mentions.
pub async fn resolve(
    app: &App,
    conversation: &str,
    ids: &[String],
) -> Result<Vec<FileRef>, Problem> {
    if ids.len() > FILES_MAX {
        let detail = format!("a message may have at most {FILES_MAX} files");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_message", detail));
    }
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        files.push(lookup(app, conversation, id).await?);
    }
    Ok(files)
}

async fn lookup(app: &App, conversation: &str, id: &str) -> Result<FileRef, Problem> {
    let unknown = || {
        let detail = format!("there is no file {id} in this conversation");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_file", detail)
    };
    if id.len() != 24 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(unknown());
    }
    let blobs = &app.conversations().services().blobs;
    let about =
        blobs.get(&key(conversation, &format!("{id}.json"))).await.map_err(|_| unknown())?;
    let about: Value = serde_json::from_slice(&about).map_err(|_| unknown())?;
    let text = |name: &str| about[name].as_str().unwrap_or_default().to_string();
    Ok(FileRef {
        file: id.to_string(),
        name: text("name"),
        size: about["size"].as_u64().unwrap_or(0),
        mime: text("mime"),
        key: key(conversation, id),
    })
}

/// Gives a file back. It is data: nothing in it may run on our origin.
pub async fn download(
    State(app): State<App>,
    speaker: Speaker,
    Path((_, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let file = lookup(&app, &speaker.id, &file).await?;
    let bytes = app.conversations().services().blobs.get(&file.key).await?;
    let shown = file.mime.starts_with("image/") && !file.mime.contains("svg");
    let disposition = if shown { "inline" } else { "attachment" };
    let ascii: String = file.name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, file.mime),
        (header::CONTENT_DISPOSITION, format!("{disposition}; filename=\"{ascii}\"")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".into()),
        (header::CACHE_CONTROL, "private, max-age=86400".into()),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn names_cannot_leave_or_confuse() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\temp\\a\"b.txt"), "ab.txt");
        assert_eq!(clean_name(".."), "file");
        assert_eq!(clean_name("a\r\nb.png"), "ab.png");
    }
}
