//! Who may administrate: permission is a value that a route receives, not a check it remembers.

use std::path::Path;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use basilect_runtime::conversation::{constant_time_eq, key_hash};

use crate::App;
use crate::errors::Problem;

/// The hash of the administration token; the token itself is nowhere kept.
#[derive(Clone, Debug)]
pub struct Access {
    token_hash: String,
}

/// The permission to administrate, held by a route that asked for it and got it.
#[derive(Clone, Copy, Debug)]
pub struct Administrator(());

const FILE: &str = "admin-token.sha256";

impl Access {
    /// The token given, or the one whose hash lies in `data`, or a new one, which is returned so
    /// that it can be shown this once.
    pub fn open(
        data: &Path,
        given: Option<&str>,
        fresh: impl FnOnce() -> String,
    ) -> std::io::Result<(Access, Option<String>)> {
        if let Some(token) = given {
            let empty = "the administration token is empty: leave it out, and one is made";
            let usable = !token.trim().is_empty();
            let token_hash = usable.then(|| key_hash(token)).ok_or_else(|| invalid(empty))?;
            return Ok((Access { token_hash }, None));
        }
        match std::fs::read_to_string(data.join(FILE)) {
            Ok(hash) => Ok((Access { token_hash: well_formed(hash.trim())? }, None)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let token = fresh();
                let token_hash = key_hash(&token);
                keep(data, &token_hash)?;
                Ok((Access { token_hash }, Some(token)))
            }
            Err(error) => Err(error),
        }
    }

    /// The permission, if the token is right.
    pub fn check(&self, token: &str) -> Option<Administrator> {
        let hash = key_hash(token);
        constant_time_eq(hash.as_bytes(), self.token_hash.as_bytes()).then_some(Administrator(()))
    }
}

fn invalid(message: impl Into<String>) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidInput, message.into())
}

fn well_formed(hash: &str) -> std::io::Result<String> {
    match hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        true => Ok(hash.to_string()),
        false => Err(invalid(format!(
            "{FILE} does not hold the hash of a token; remove it, and a new token is made"
        ))),
    }
}

/// Written beside its place and moved there, so that a crash leaves no half of it.
fn keep(data: &Path, token_hash: &str) -> std::io::Result<()> {
    let new = data.join(format!("{FILE}.new"));
    std::fs::write(&new, token_hash)?;
    std::fs::rename(new, data.join(FILE))
}

/// The bearer token of a request.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(Problem::unauthorized)?;
        app.access().check(token).ok_or_else(Problem::unauthorized)
    }
}

/// The permission to write bots in the studio: somebody who knows the administration token has
/// signed in with this browser, and a page of this server asks.
#[derive(Clone, Copy, Debug)]
pub struct Editor(());

/// The name of the cookie that holds the secret of a session.
pub const SESSION: &str = "basilect-studio";

/// The secret of the session that a browser sends along.
pub fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    pairs.find(|(name, _)| name.trim() == SESSION).map(|(_, secret)| secret.trim())
}

/// Whether a page of this server asks, as far as browsers tell. One that tells nothing is no
/// browser that keeps people apart, and does not count as a page of ours.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return false;
    }
    let host = text(HOST.as_str()).unwrap_or_default();
    match text(ORIGIN.as_str()) {
        Some(origin) => {
            !host.is_empty() && origin.split_once("://").is_some_and(|(_, page)| page == host)
        }
        None => text("sec-fetch-site").is_some(),
    }
}

/// Whether a request may change something: all that are not plain reading, and sockets.
fn may_change(parts: &Parts) -> bool {
    let reads = [Method::GET, Method::HEAD].contains(&parts.method);
    !reads || parts.headers.contains_key(UPGRADE) || parts.headers.contains_key("sec-websocket-key")
}

impl FromRequestParts<App> for Editor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let secret = session(&parts.headers).ok_or_else(Problem::not_signed_in)?;
        if !app.studio().sessions.is_open(secret) {
            return Err(Problem::not_signed_in());
        }
        match may_change(parts) && !is_same_origin(&parts.headers) {
            true => Err(Problem::cross_origin()),
            false => Ok(Editor(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_the_token_and_keeps_only_its_hash() {
        let folder = std::env::temp_dir().join(format!("basilect-access-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let (access, shown) = Access::open(&folder, None, || "secret".into()).expect("opens");
        assert_eq!(shown.as_deref(), Some("secret"));
        assert!(access.check("secret").is_some() && access.check("other").is_none());
        let kept = std::fs::read_to_string(folder.join(FILE)).expect("kept");
        assert!(!kept.contains("secret"));
        let (access, shown) = Access::open(&folder, None, || "new".into()).expect("opens again");
        assert!(shown.is_none() && access.check("secret").is_some());
        std::fs::write(folder.join(FILE), "").expect("written");
        assert!(Access::open(&folder, None, || "new".into()).is_err(), "half a file");
        assert!(Access::open(&folder, Some(" "), || "new".into()).is_err(), "an empty token");
        std::fs::remove_dir_all(&folder).expect("cleaned up");
    }

    #[test]
    fn only_pages_of_this_server_are_of_its_origin() {
        let asks = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().expect("a header"));
            }
            is_same_origin(&headers)
        };
        let (host, ours) = (("host", "bots.example:8080"), ("origin", "http://bots.example:8080"));
        assert!(asks(&[host, ours]) && asks(&[host, ours, ("sec-fetch-site", "same-origin")]));
        assert!(asks(&[host, ("sec-fetch-site", "same-origin")]));
        for other in [
            &[host][..],
            &[host, ("origin", "null")],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "http://bots.example")],
            &[host, ours, ("sec-fetch-site", "cross-site")],
            &[host, ("sec-fetch-site", "same-site")],
            &[ours],
            &[("origin", "http://")],
        ] {
            assert!(!asks(other), "{other:?}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "a=b; basilect-studio=xyz; c=d".parse().expect("a header"));
        assert_eq!(session(&headers), Some("xyz"));
        headers.insert(COOKIE, "basilect-studio-2=xyz".parse().expect("a header"));
        assert_eq!(session(&headers), None);
    }
}
