//! `basilect explain`: what a code of a diagnostic means, or a keyword does.

use clap::Args;

use crate::{Exit, terminal};

/// Explain the code of a diagnostic, or a keyword.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 explained; 1 there is no such code or keyword.")]
pub struct Options {
    /// A code such as B0101, or the words of a keyword such as SEND MAIL
    #[arg(required = true)]
    words: Vec<String>,
}

impl Options {
    /// Explains.
    pub fn run(self) -> anyhow::Result<Exit> {
        let wanted = self.words.join(" ");
        match code(&wanted).or_else(|| keyword(&wanted)) {
            Some(text) => {
                terminal::line(text.trim_end())?;
                Ok(Exit::Success)
            }
            None => {
                eprintln!("there is no code and no keyword `{wanted}`");
                Ok(Exit::Findings)
            }
        }
    }
}

fn code(wanted: &str) -> Option<String> {
    let wanted = wanted.to_uppercase();
    let explained = basilect_compiler::diagnostics::explain::explain(&wanted)?;
    Some(format!("{wanted}: {explained}"))
}

fn keyword(wanted: &str) -> Option<String> {
    let keyword = basilect_stdlib::words::lookup(&wanted.to_uppercase())?;
    Some(basilect_stdlib::manual::page(keyword))
}
