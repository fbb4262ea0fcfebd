//! The one error of the server: RFC 9457 problem details.

use std::any::Any;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use basilect_runtime::Error;
use serde_json::json;

const PROBLEM_JSON: &str = "application/problem+json";
/// Words of the framework that are passed on, in bytes.
const WORDS_MAX: usize = 4 << 10;

/// An answer that is not what the caller hoped for.
#[derive(Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
    /// When to try again.
    pub retry_after_ms: Option<u64>,
    /// Finds the error in the log.
    pub trace: Option<String>,
}

impl Problem {
    /// A problem with its status, code and sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem { status, code, detail: detail.into(), retry_after_ms: None, trace: None }
    }
    /// The token is missing or wrong.
    pub fn unauthorized() -> Problem {
        let detail = "this needs the administration token as `Authorization: Bearer TOKEN`";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }
    /// Nobody is signed in to the studio.
    pub fn not_signed_in() -> Problem {
        let detail = "sign in to the studio with the administration token first";
        Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in", detail)
    }
    /// A page of another origin asks for a change.
    pub fn cross_origin() -> Problem {
        let detail = "only pages of this server may ask for this";
        Problem::new(StatusCode::FORBIDDEN, "cross_origin", detail)
    }
    /// There is no such page or thing.
    pub fn not_found(what: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("{what} does not exist"))
    }
    /// Too fast.
    pub fn too_many(retry_after_ms: u64) -> Problem {
        let detail = "too many requests; please slow down";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", detail);
        Problem { retry_after_ms: Some(retry_after_ms), ..problem }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let detail = error.to_string();
        match error {
            Error::Invalid { code: "too_large", message } => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
            }
            Error::Invalid { code, message } => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
            }
            Error::Denied => Problem::new(StatusCode::FORBIDDEN, "denied", detail),
            Error::NotFound(_) => Problem::new(StatusCode::NOT_FOUND, "not_found", detail),
            Error::Conflict => Problem::new(StatusCode::CONFLICT, "conflict", detail),
            Error::Busy { retry_after_ms } => Problem::too_many(retry_after_ms),
            Error::Unavailable(_) | Error::Bug(_) => internal(&detail, &error),
        }
    }
}

/// The details of a failure of ours go to the log; the caller gets the reference.
fn internal(detail: &str, error: &Error) -> Problem {
    let trace = crate::bootstrap::trace_id();
    tracing::error!(%trace, detail, "a request failed");
    let problem = match error {
        Error::Unavailable(_) => Problem {
            retry_after_ms: Some(1_000),
            ..Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "the server cannot do this right now; please try again",
            )
        },
        _ => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong in the server",
        ),
    };
    Problem { trace: Some(trace), ..problem }
}

/// A panic costs one request its answer, and nobody else anything.
pub fn broke_down(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    Problem::from(Error::Bug(format!("a route broke down: {text}"))).into_response()
}

/// What the framework refuses by itself (a method, a body that is no JSON) is told in the same form
/// as everything else.
pub async fn in_our_words(response: Response) -> Response {
    let told = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == PROBLEM_JSON || kind.as_bytes().starts_with(b"text/html"));
    if told || !response.status().is_client_error() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let words = axum::body::to_bytes(body, WORDS_MAX).await.unwrap_or_default();
    let words = String::from_utf8_lossy(&words).into_owned();
    let problem = Problem::new(parts.status, code_of(parts.status), words).or_reason();
    let mut told = problem.into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allow.clone());
    }
    told
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => "bad_message",
    }
}

impl Problem {
    /// Without words of its own it says what its status means.
    fn or_reason(mut self) -> Problem {
        if self.detail.is_empty() {
            self.detail = self.status.canonical_reason().unwrap_or("refused").to_lowercase();
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
            "trace": self.trace,
        });
        let mut response = (self.status, Json(body)).into_response();
        let problem_json = HeaderValue::from_static(PROBLEM_JSON);
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(ms) = self.retry_after_ms {
            let seconds = HeaderValue::from(ms.div_ceil(1_000).max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
