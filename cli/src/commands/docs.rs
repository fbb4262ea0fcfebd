//! `basilect docs`: the manual of all keywords as web pages.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::{Exit, manual, terminal};

/// Write the manual of all keywords as web pages.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 written; 2 a file cannot be written.")]
pub struct Options {
    /// The folder to write to
    #[arg(short, long, value_name = "FOLDER", default_value = "manual")]
    output: PathBuf,
}

impl Options {
    /// Writes one page for each family, and an index.
    pub fn run(self) -> anyhow::Result<Exit> {
        std::fs::create_dir_all(&self.output).with_context(|| self.output.display().to_string())?;
        let pages = manual::pages();
        for (name, html) in &pages {
            let path = self.output.join(name);
            std::fs::write(&path, html).with_context(|| path.display().to_string())?;
        }
        let index = self.output.join("index.html");
        terminal::line(&format!("{} pages; begin at {}", pages.len(), index.display()))?;
        Ok(Exit::Success)
    }
}
