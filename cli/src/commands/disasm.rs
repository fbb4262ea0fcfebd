//! `basilect disasm`: the instructions behind a script.

use std::path::PathBuf;

use clap::Args;

use crate::{Exit, sources, terminal};

/// Show the instructions that a script is compiled to.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown; 1 the bot has errors; 2 a file cannot be read.")]
pub struct Options {
    /// A bot's folder, a .bas script, or a .bot file
    path: PathBuf,
}

impl Options {
    /// Compiles and lists.
    pub fn run(self) -> anyhow::Result<Exit> {
        let Some(package) = sources::package(&self.path)? else { return Ok(Exit::Findings) };
        terminal::out(&package.program.disassemble())?;
        Ok(Exit::Success)
    }
}
