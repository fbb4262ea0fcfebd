//! `basilect explain`: what a code of a diagnostic means, or a keyword does.

use basilect_compiler::diagnostics::codes;
use basilect_compiler::diagnostics::explain;
use clap::Args;

use crate::{Exit, terminal};

/// Explain the code of a diagnostic, or a keyword.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 explained; 1 there is no such code or keyword.")]
pub struct Options {
    /// A code such as B0101, a number that ERR gave, or the words of a keyword such as SEND MAIL;
    /// nothing for a list of all codes
    words: Vec<String>,
}

impl Options {
    /// Explains.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.words.is_empty() {
            for code in codes::all() {
                terminal::line(&format!("{code}  {}", explain::page(code).title))?;
            }
            return Ok(Exit::Success);
        }
        super::docs::tell(&self.words.join(" "))
    }
}
