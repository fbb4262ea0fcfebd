//! `basilect doctor`: whether this machine is ready to serve.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::listen::ListenOptions;
use super::model::ModelOptions;
use crate::Exit;
use crate::terminal::{self, Paint};

/// Check whether this machine is ready to serve.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 ready; 1 something is missing.")]
pub struct Options {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    listen: ListenOptions,
    /// The data folder
    #[arg(long, value_name = "FOLDER", default_value = "data", env = "BASILECT_DATA")]
    data: PathBuf,
    /// A PostgreSQL database instead of the embedded one
    #[arg(long, value_name = "URL", env = "BASILECT_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
}

/// What was looked at, and what came of it.
struct Finding {
    what: &'static str,
    state: State,
    note: String,
}

/// How it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// Not needed, or not there and not asked for.
    Aside,
    Bad,
}

impl State {
    fn of(good: bool) -> State {
        if good { State::Good } else { State::Bad }
    }
    fn word(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Aside => "unused",
            State::Bad => "problem",
        }
    }
}

impl Options {
    /// Looks at everything and says how it stands.
    pub fn run(self) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let findings = vec![
            version(),
            folder(&self.data),
            runtime.block_on(self.store()),
            port(self.listen.address()),
            runtime.block_on(self.model()),
            Finding {
                what: "browser",
                state: State::Aside,
                note: "no keyword of this version needs Chromium".into(),
            },
        ];
        for finding in &findings {
            terminal::line(&self.show(finding, Paint::stdout()))?;
        }
        let bad = findings.iter().any(|finding| finding.state == State::Bad);
        Ok(if bad { Exit::Findings } else { Exit::Success })
    }

    fn show(&self, finding: &Finding, paint: Paint) -> String {
        let (what, word, note) = (finding.what, finding.state.word(), &finding.note);
        if self.json {
            return json!({ "check": what, "state": word, "note": note }).to_string();
        }
        let word = format!("{word:<8}");
        let word = match finding.state {
            State::Good => paint.green(&word),
            State::Aside => paint.dim(&word),
            State::Bad => paint.red(&word),
        };
        format!("{word} {what:<9} {note}")
    }

    /// A new store in memory, or a connection to the database that was named.
    async fn store(&self) -> Finding {
        let (opened, note) = match &self.database {
            None => {
                let opened = basilect_runtime::store::Sqlite::memory().await.map(drop);
                (opened, "the embedded SQLite works".to_string())
            }
            Some(url) => {
                let opened = basilect_runtime::store::open(Some(url), &self.data).await.map(drop);
                (opened, "PostgreSQL answers".to_string())
            }
        };
        let state = State::of(opened.is_ok());
        let note = opened.map_or_else(|error| error.to_string(), |()| note);
        Finding { what: "database", state, note }
    }

    /// Asks the model's server whether it is there; no answer is paid for.
    async fn model(&self) -> Finding {
        let Some(endpoint) = self.model.endpoint() else {
            let note = "no --model-url; bots with llm-url in config.csv have their own".into();
            return Finding { what: "model", state: State::Aside, note };
        };
        let answer = match super::remote::client() {
            Ok(client) => client.get(&endpoint.url).send().await.map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        let state = State::of(answer.is_ok());
        let note = match answer {
            Ok(_) => format!("{} answers", endpoint.url),
            Err(error) => format!("{} does not answer: {error:#}", endpoint.url),
        };
        Finding { what: "model", state, note }
    }
}

fn version() -> Finding {
    let (version, os, cpu) =
        (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let note = format!("basilect {version} on {os}, {cpu}");
    Finding { what: "version", state: State::Good, note }
}

/// The data folder must let itself be written to. A file is made and removed; a folder that is not
/// there yet is judged by the one that will hold it.
fn folder(path: &Path) -> Finding {
    let existing = path.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    let probe = existing.join(format!(".basilect-doctor-{}", std::process::id()));
    let written = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
    let state = State::of(written.is_ok());
    let note = match written {
        Ok(()) if path.is_dir() => format!("{} can be written", path.display()),
        Ok(()) => format!("{} will be made at the first start", path.display()),
        Err(error) => format!("{}: {error}", path.display()),
    };
    Finding { what: "data", state, note }
}

fn port(address: SocketAddr) -> Finding {
    let bound = TcpListener::bind(address);
    let state = State::of(bound.is_ok());
    let note = match bound {
        Ok(_) => format!("{address} is free"),
        Err(error) => format!("{address}: {error}"),
    };
    Finding { what: "address", state, note }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_is_a_problem() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let finding = port(taken.local_addr().expect("an address"));
        assert!(finding.state == State::Bad && finding.note.contains("127.0.0.1"));
    }
}
