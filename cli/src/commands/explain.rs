//! `basilect explain`: what a code of a diagnostic means, or a keyword does.

use basilect_compiler::diagnostics::codes::{self, Code};
use basilect_compiler::diagnostics::explain;
use basilect_stdlib::words;
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
        let wanted = self.words.join(" ");
        match code(&wanted).or_else(|| keyword(&wanted)) {
            Some(text) => {
                terminal::line(text.trim_end())?;
                Ok(Exit::Success)
            }
            None => {
                let near = similar(&wanted).map(|near| format!("; did you mean `{near}`?"));
                let near = near.unwrap_or_else(|| "; `basilect explain` lists all codes".into());
                eprintln!("there is no code and no keyword `{wanted}`{near}");
                Ok(Exit::Findings)
            }
        }
    }
}

fn code(wanted: &str) -> Option<String> {
    explain::find(wanted).map(|code| explain::page(code).terminal())
}

fn keyword(wanted: &str) -> Option<String> {
    let keyword = words::lookup(&wanted.to_uppercase().replace('_', " "))?;
    Some(basilect_stdlib::manual::page(keyword))
}

/// A code or keyword that is spelt much like this.
fn similar(wanted: &str) -> Option<&'static str> {
    explain::closest(wanted).map(Code::text).or_else(|| explain::closest_keyword(wanted))
}
