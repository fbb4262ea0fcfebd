//! `basilect lsp`: the language server for editors.

use clap::Args;

use crate::Exit;

/// Speak the language server protocol on standard input and output.
#[derive(Debug, Args)]
pub struct Options {
    /// Accepted because editors like to pass it; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Options {
    /// Serves until the editor says goodbye.
    pub fn run(self) -> anyhow::Result<Exit> {
        basilect_lsp::serve_stdio().map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Exit::Success)
    }
}
