//! The one error of the runtime; the server maps it to HTTP once.

use crate::ports::store::StoreError;

/// Why a request could not be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is wrong.
    #[error("{message}")]
    Invalid {
        /// A stable word for programs: `too_large`, `unknown_tool` …
        code: &'static str,
        /// A sentence for people.
        message: String,
    },
    /// The caller may not do this.
    #[error("this is not allowed")]
    Denied,
    /// There is no such thing.
    #[error("{0} does not exist")]
    NotFound(&'static str),
    /// Someone else was first.
    #[error("this was changed meanwhile")]
    Conflict,
    /// Too much at once; try again later.
    #[error("too many requests")]
    Busy {
        /// When to try again, in milliseconds.
        retry_after_ms: u64,
    },
    /// A service behind is away.
    #[error("a service is not available: {0}")]
    Unavailable(String),
    /// An impossible state.
    #[error("an internal error: {0}")]
    Bug(String),
}

/// A result of the runtime.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A wrong request.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Error {
        Error::Invalid { code, message: message.into() }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::Conflict => Error::Conflict,
            StoreError::NotFound(what) => Error::NotFound(what),
            StoreError::Invalid(message) => Error::Invalid { code: "invalid", message },
            StoreError::Unavailable(message) => Error::Unavailable(message),
        }
    }
}
