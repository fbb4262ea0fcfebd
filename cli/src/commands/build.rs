//! `basilect build`: a bot's folder becomes one file.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::{Exit, sources, terminal};

/// Compile a bot into one file, NAME.bot.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 built; 1 the bot has errors; 2 a file cannot be read or \
                        written.")]
pub struct Options {
    /// The bot's folder
    folder: PathBuf,
    /// Where to write (default: NAME.bot here)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Options {
    /// Compiles and writes.
    pub fn run(self) -> anyhow::Result<Exit> {
        let source = sources::open(&self.folder)?;
        let Some(package) = source.package() else { return Ok(Exit::Findings) };
        let output = self.output.unwrap_or_else(|| format!("{}.bot", package.name).into());
        let bytes = package.to_bytes()?;
        std::fs::write(&output, &bytes).with_context(|| output.display().to_string())?;
        let (path, version) = (output.display(), package.version());
        terminal::line(&format!("{path}  {} bytes  {version}", bytes.len()))?;
        Ok(Exit::Success)
    }
}
