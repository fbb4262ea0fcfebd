//! The bot that this executable carries, if it carries one: `basilect build --native` made it.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use basilect_compiler::package::Package;
use basilect_native::Carried;
use clap::parser::ValueSource;
use clap::{Args, Command, FromArgMatches};

use crate::Exit;
use crate::commands::run;

/// Talks with the bot that this executable carries, with the arguments of this process.
pub fn run() -> anyhow::Result<Option<Exit>> {
    let found = Carried::found().context(
        "this program cannot read what it carries: build it again with `basilect build --native`",
    );
    let Some(carried) = found? else { return Ok(None) };
    let options = options(&carried.name, std::env::args_os())?;
    let package = Package::from_bytes(&carried.package).context("the bot that this carries")?;
    options.carry(carried.name.into(), package).run().map(Some)
}

/// The options of `basilect run` without its path.
fn options(
    bot: &str,
    mut arguments: impl Iterator<Item = OsString>,
) -> anyhow::Result<run::Options> {
    let own = arguments.next().map(PathBuf::from).unwrap_or_default();
    let own = own.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let command = Command::new("bot").bin_name(&own).display_name(&own);
    let command = run::Options::augment_args(command.version(env!("CARGO_PKG_VERSION")))
        .about(format!("Talk with {bot} in the terminal. Made by Basilect"))
        .long_about(None)
        .mut_arg("path", |path| path.required(false).hide(true).default_value("."));
    let matches = command.get_matches_from(std::iter::once(own.into()).chain(arguments));
    ensure!(
        matches.value_source("path") == Some(ValueSource::DefaultValue),
        "this program carries its bot and takes no other: see --help"
    );
    Ok(run::Options::from_arg_matches(&matches)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_take_the_options_of_run_and_no_path() {
        let options =
            |arguments: &[&str]| options("a.bas", arguments.iter().map(OsString::from)).map(|_| ());
        assert!(options(&["./a", "--interpret", "--script", "b", "--set", "k=v"]).is_ok());
        assert!(options(&["./a"]).is_ok());
        assert!(options(&["./a", "other.bas"]).is_err());
    }
}
