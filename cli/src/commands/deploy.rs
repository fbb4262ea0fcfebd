//! `basilect deploy`: a bot goes to a running server.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::remote::Remote;
use crate::{Exit, sources, terminal};

/// Put a bot onto a running server.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 deployed; 1 the bot has errors; 2 the server cannot be \
                        reached or refuses.")]
pub struct Options {
    /// The bot's folder, or a built .bot file
    path: PathBuf,
    /// Address of the server
    #[arg(long, value_name = "URL", env = "BASILECT_URL")]
    to: String,
    /// Its administration token
    #[arg(long, value_name = "TOKEN", env = "BASILECT_ADMIN_TOKEN", hide_env_values = true)]
    token: String,
}

impl Options {
    /// Compiles where necessary, and sends.
    pub fn run(self) -> anyhow::Result<Exit> {
        let Some(package) = sources::package(&self.path)? else { return Ok(Exit::Findings) };
        let remote = Remote::new(&self.to, &self.token)?;
        let path = format!("/api/admin/bots/{}", package.name);
        let answer = remote.post(&path, package.to_bytes()?)?;
        let version = answer["version"].as_str().context("the server answers strangely")?;
        if version != package.version() {
            bail!("the server stores another version: {version}");
        }
        terminal::line(&outcome(&package.name, version, &answer))?;
        Ok(Exit::Success)
    }
}

fn outcome(name: &str, version: &str, answer: &Value) -> String {
    match answer["changed"].as_bool() {
        Some(false) => format!("{name} was up to date  {version}"),
        _ => format!("{name} is deployed  {version}"),
    }
}
