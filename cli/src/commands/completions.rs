//! `basilect completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{Cli, Exit, terminal};

/// Print completions for a shell.
#[derive(Debug, Args)]
pub struct Options {
    /// The shell
    shell: Shell,
}

impl Options {
    /// Prints them.
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        generate(self.shell, &mut Cli::command(), "basilect", &mut script);
        terminal::out(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Success)
    }
}
