//! The one error of the server: RFC 9457 problem details.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use basilect_runtime::Error;
use serde_json::json;

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
        let problem_json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        if let Some(ms) = self.retry_after_ms {
            let seconds = HeaderValue::from(ms.div_ceil(1_000).max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
