//! `basilect grammar`: how editors colour scripts.

use clap::{Args, ValueEnum};

use crate::{Exit, grammars, terminal};

/// Print the grammar by which an editor colours scripts.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 printed.")]
pub struct Options {
    /// What for
    #[arg(value_enum)]
    kind: Kind,
}

/// Notations of grammars.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// TextMate's JSON, for Visual Studio Code and many others
    Textmate,
    /// A syntax file for Vim and Neovim
    Vim,
    /// The words of the language by what they do, as JSON, for a grammar of your own
    Words,
}

impl Options {
    /// Prints it.
    pub fn run(self) -> anyhow::Result<Exit> {
        let text = match self.kind {
            Kind::Textmate => grammars::textmate()?,
            Kind::Vim => grammars::vim()?,
            Kind::Words => grammars::words()?,
        };
        terminal::out(&text)?;
        Ok(Exit::Success)
    }
}
