//! One file for each command: its arguments and what it does.

use clap::Subcommand;

use crate::Exit;

mod build;
mod check;
mod completions;
mod dap;
mod deploy;
mod disasm;
mod docs;
mod doctor;
mod engine;
mod explain;
mod fmt;
mod grammar;
mod listen;
mod lsp;
pub mod model;
mod new;
pub mod profile;
pub mod remote;
pub mod replay;
pub mod run;
mod serve;
mod test;
mod tokens;

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Begin a bot: a folder with a dialog, settings, a theme and a test
    New(new::Options),
    /// Look for mistakes in bots or scripts without running them
    Check(check::Options),
    /// Write scripts in the one way in which they are written
    Fmt(fmt::Options),
    /// Compile a bot into one file, NAME.bot
    Build(build::Options),
    /// Talk with a bot in the terminal
    Run(run::Options),
    /// Run the transcript tests of bots
    Test(test::Options),
    /// Serve bots with their chat pages
    Serve(serve::Options),
    /// Put a bot onto a running server
    Deploy(deploy::Options),
    /// Run a recorded conversation again and say where it differs
    Replay(replay::Options),
    /// Check whether this machine is ready to serve
    Doctor(doctor::Options),
    /// Write the manual as web pages, or show what it says of a word
    Docs(docs::Options),
    /// Explain the code of a diagnostic, or a keyword
    Explain(explain::Options),
    /// Show the instructions that a script is compiled to
    Disasm(disasm::Options),
    /// Show what the compiler takes each piece of a script for
    Tokens(tokens::Options),
    /// Print the grammar by which an editor colours scripts
    Grammar(grammar::Options),
    /// Print completions for a shell
    Completions(completions::Options),
    /// Speak the language server protocol on standard input and output
    Lsp(lsp::Options),
    /// Speak the debug adapter protocol on standard input and output
    Dap(dap::Options),
}

impl Command {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self {
            Command::New(options) => options.run(),
            Command::Check(options) => options.run(),
            Command::Fmt(options) => options.run(),
            Command::Build(options) => options.run(),
            Command::Run(options) => options.run(),
            Command::Test(options) => options.run(),
            Command::Serve(options) => options.run(),
            Command::Deploy(options) => options.run(),
            Command::Replay(options) => options.run(),
            Command::Doctor(options) => options.run(),
            Command::Docs(options) => options.run(),
            Command::Explain(options) => options.run(),
            Command::Disasm(options) => options.run(),
            Command::Tokens(options) => options.run(),
            Command::Grammar(options) => options.run(),
            Command::Completions(options) => options.run(),
            Command::Lsp(options) => options.run(),
            Command::Dap(options) => options.run(),
        }
    }
}
