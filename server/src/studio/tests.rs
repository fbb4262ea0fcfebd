//! Running the transcripts of a draft.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use basilect_compiler::package::Package;
use basilect_runtime::transcript;
use serde::Serialize;

use super::limits::{TEST_SECONDS_MAX, TESTS_MAX};
use crate::errors::Problem;

/// What came of one test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The file inside the draft.
    pub path: String,
    /// `passed`, `failed` or `broken`.
    pub verdict: &'static str,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Of a failed one the line of the transcript, from 1.
    pub line: Option<usize>,
    /// What was expected.
    pub expected: Option<String>,
    /// What came.
    pub got: Option<String>,
    /// `script.bas:12`, the line that said it.
    pub said_by: Option<String>,
    /// Why a broken one could not run.
    pub message: Option<String>,
}

/// Runs all transcripts in a folder against a package, one after another, on a thread that may
/// take its time.
pub async fn run(package: Package, folder: PathBuf) -> Result<Vec<Outcome>, Problem> {
    let all = move || {
        let mut files = transcript::find(&folder).unwrap_or_default();
        files.truncate(TESTS_MAX);
        files.iter().map(|file| run_one(&package, &folder, file)).collect::<Vec<_>>()
    };
    let ran = tokio::task::spawn_blocking(all).await;
    ran.map_err(|error| basilect_runtime::Error::Bug(error.to_string()).into())
}

fn run_one(package: &Package, folder: &Path, file: &Path) -> Outcome {
    let began = Instant::now();
    let inside = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let outcome = match transcript::run(package, file, Duration::from_secs(TEST_SECONDS_MAX)) {
        Ok(None) => Outcome { verdict: "passed", ..Outcome::default() },
        Ok(Some(failure)) => Outcome {
            verdict: "failed",
            line: Some(failure.line),
            expected: Some(failure.expected),
            got: Some(failure.got),
            said_by: failure.said_by,
            ..Outcome::default()
        },
        Err(error) => {
            Outcome { verdict: "broken", message: Some(error.to_string()), ..Outcome::default() }
        }
    };
    Outcome { path: inside, took_ms: began.elapsed().as_millis() as u64, ..outcome }
}
