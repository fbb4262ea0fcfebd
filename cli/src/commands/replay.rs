//! `basilect replay`: a recorded conversation once more, against the same bot or another version.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use basilect_compiler::package::Package;
use basilect_runtime::ports::store::JournalEntry;
use basilect_runtime::replay::{self, Report};
use basilect_stdlib::Limits;
use clap::Args;
use serde_json::Value;

use super::remote::Remote;
use crate::terminal::{self, Paint, count};
use crate::{Exit, sources};

/// Run a recorded conversation again and say where it differs.
#[derive(Debug, Args)]
#[command(after_help = "Nothing outside is touched: scripts get the recorded answers.\n\n\
Exit codes: 0 it does the same; 1 it differs (the first difference is shown), or the bot has \
errors; 2 a file, server or database cannot be read.")]
pub struct Options {
    /// A journal as saved from the server's administration
    #[arg(required_unless_present = "conversation")]
    journal: Option<PathBuf>,
    /// The conversation to fetch
    #[arg(long, value_name = "ID", conflicts_with = "journal")]
    conversation: Option<String>,
    /// The server to fetch it from
    #[arg(long, value_name = "URL", requires = "token", conflicts_with = "data")]
    from: Option<String>,
    /// Its administration token
    #[arg(long, value_name = "TOKEN", env = "BASILECT_ADMIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The server's data folder to read it from
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The bot: its folder or a .bot file (default with --data: the recorded version)
    #[arg(long, value_name = "PATH")]
    bot: Option<PathBuf>,
}

/// A recorded conversation.
struct Recorded {
    journal: Vec<JournalEntry>,
    /// The package it ran on, where that is at hand.
    package: Option<Package>,
}

impl Options {
    /// Fetches, runs, compares.
    pub fn run(self) -> anyhow::Result<Exit> {
        let recorded = self.recorded()?;
        let package = match &self.bot {
            Some(path) => match sources::package(path)? {
                Some(package) => package,
                None => return Ok(Exit::Findings),
            },
            None => recorded.package.context("which bot? Give its folder or file with --bot")?,
        };
        let steps = replay::steps(&recorded.journal)?;
        let report = replay::replay(Arc::new(package.program), Limits::DEFAULT, &steps);
        terminal::line(&describe(&report, Paint::stdout()))?;
        Ok(if report.difference.is_some() { Exit::Findings } else { Exit::Success })
    }

    fn recorded(&self) -> anyhow::Result<Recorded> {
        match (&self.journal, &self.conversation, &self.from, &self.data) {
            (Some(path), ..) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                let value = serde_json::from_str(&text).map_err(anyhow::Error::from);
                value.and_then(from_json).with_context(|| path.display().to_string())
            }
            (None, Some(id), Some(url), _) => {
                let remote = Remote::new(url, self.token.as_deref().unwrap_or_default())?;
                from_json(remote.get(&format!("/api/admin/conversations/{id}/journal"))?)
            }
            (None, Some(id), None, Some(data)) => from_store(id, data),
            _ => anyhow::bail!("say where the conversation is: --from URL or --data FOLDER"),
        }
    }
}

fn from_json(value: Value) -> anyhow::Result<Recorded> {
    Ok(Recorded { journal: journal_of(value)?, package: None })
}

/// The journal as the administration gives it, or its list of turns alone.
pub fn journal_of(value: Value) -> anyhow::Result<Vec<JournalEntry>> {
    let journal = match value {
        Value::Object(mut object) => object.remove("journal").unwrap_or(Value::Null),
        list => list,
    };
    serde_json::from_value(journal)
        .context("this is no journal; save one from /api/admin/conversations/ID/journal")
}

fn from_store(id: &str, data: &Path) -> anyhow::Result<Recorded> {
    anyhow::ensure!(data.is_dir(), "{}: no such folder", data.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = basilect_runtime::store::open(None, data).await?;
        let conversation = store.conversation(id).await?;
        let conversation = conversation.context("there is no such conversation")?;
        let journal = store.journal(id).await?;
        let bytes = store.package(&conversation.program).await?;
        store.close().await;
        let read = |bytes: Vec<u8>| Package::from_bytes(&bytes);
        let package = bytes.map(read).transpose();
        let package = package.map_err(|error| anyhow::anyhow!("its package: {error}"))?;
        Ok(Recorded { journal, package })
    })
}

fn describe(report: &Report, paint: Paint) -> String {
    let (turns, calls) = (count(report.turns, "turn"), count(report.calls.len(), "keyword"));
    match &report.difference {
        None => format!("{}: {turns}, {calls}", paint.green("the same")),
        Some(difference) => format!(
            "{} in turn {}, {}:{}\n  recorded {}\n  now      {}",
            paint.red("different"),
            difference.turn,
            difference.script,
            difference.line,
            difference.recorded,
            difference.now,
        ),
    }
}
