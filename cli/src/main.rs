//! The command line `basilect`.
//!
//! What it is *not*: it holds no logic that belongs below. A command reads its arguments, asks the
//! compiler, the runtime or the server, and shows what comes back.
//!
//! Reading order: [`commands`] (one file a command), [`sources`] (a path becomes a package),
//! [`author`] (what an author may), [`chat`], [`debug`] (the debugger of editors), [`failure`] (of
//! a test), [`rewrite`] (scripts that a command changes), [`grammars`] (how editors colour
//! scripts), [`terminal`]. [`carried`] is for executables that hold a bot: they are this program,
//! and talk with it at once.
//!
//! Exit codes, for every command: 0 all is well, 1 there are findings (errors in a script, failed
//! tests), 2 it could not run at all (wrong usage, missing files, a script that broke off).

use std::process::ExitCode;

use clap::Parser;

mod author;
#[cfg(feature = "native")]
mod carried;
mod chat;
mod commands;
mod debug;
mod failure;
mod grammars;
mod manual;
mod rewrite;
mod sources;
mod terminal;

/// Writes, checks, tests and serves conversational bots in BASIC.
#[derive(Debug, Parser)]
#[command(
    name = "basilect",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 all is well; 1 errors were found or tests failed; \
                  2 the command could not run."
)]
pub struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Success,
    /// Errors in a script, failed tests, differences.
    Findings,
    /// It broke off.
    Broken,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Success => ExitCode::SUCCESS,
            Exit::Findings => ExitCode::from(1),
            Exit::Broken => ExitCode::from(2),
        }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(exit) => exit.into(),
        Err(error) if reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let paint = terminal::Paint::stderr();
            eprintln!("{} {error:#}", paint.red("error:"));
            ExitCode::from(2)
        }
    }
}

/// Talks with the bot that this executable carries, or does what the command says.
fn run() -> anyhow::Result<Exit> {
    #[cfg(feature = "native")]
    if let Some(exit) = carried::run()? {
        return Ok(exit);
    }
    Cli::parse().command.run()
}

/// Whether nobody reads the output any more (`basilect docs | head`): then there is nothing to say.
fn reader_left(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
