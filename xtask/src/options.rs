//! What may be asked for on the command line.

use anyhow::{Result, bail};

/// Shown by `cargo xtask help`.
pub const USAGE: &str = "\
Usage: cargo xtask COMMAND

  test [--no-services] [--no-browser] [--verbose] [-- FILTER...]
          format, lints, all tests, the example bots and the browser tests;
          with FILTER only the tests that match it (arguments of the test runner)
  services
          start PostgreSQL and the model server, print their variables, wait
  bench [FILTER]
          run the benchmarks in release mode, or those whose names contain FILTER
  coverage
          print how much of the language the golden documents show
  fuzz [TARGET] [SECONDS]
          run the fuzz targets, or one of them, each for so many seconds (60)
  sanitize [--programs N]
          the tests of machine code under the address sanitizer, with N random
          programs and as many broken ones (3000)
  grammar write the grammars of editors/ anew from the words of the compiler
  editors [test]
          the same, then the extension for Visual Studio Code as one file;
          with `test` the tests of what editors get, and no others
  vendor  write the editor of the studio's page anew from its lock file
  loc     count the lines of each crate

Variables that are already set (BASILECT_TEST_POSTGRES, BASILECT_TEST_LLM_URL, CHROMIUM)
are used instead of starting or looking for the service.";

/// One command.
#[derive(Debug, PartialEq)]
pub enum Task {
    /// Show how it is used.
    Help,
    /// Run the tests.
    Test(Wanted),
    /// Run the benchmarks whose names contain the text.
    Bench(Option<String>),
    /// Start the services and wait.
    Services,
    /// Print how much of the language the golden documents show.
    Coverage,
    /// Run the fuzz targets, or one, each for some seconds.
    Fuzz {
        /// The only one that runs.
        target: Option<String>,
        /// How long each runs.
        seconds: u64,
    },
    /// Run the tests of machine code under a sanitizer, with so many programs.
    Sanitize(u64),
    /// Write the grammars of editors.
    Grammar,
    /// Write grammars, and pack the extension for Visual Studio Code.
    Editors,
    /// Run the tests of what editors get.
    TestEditors,
    /// Write the editor of the studio's page.
    Vendor,
    /// Count lines.
    Loc,
}

/// What a test run includes.
#[derive(Debug, PartialEq, Default)]
pub struct Wanted {
    /// Leave out the tests that need PostgreSQL or a model.
    pub no_services: bool,
    /// Leave out the browser.
    pub no_browser: bool,
    /// Show all output as it comes.
    pub verbose: bool,
    /// Arguments of the test runner; when there are any, only it runs.
    pub filter: Vec<String>,
}

/// Reads the command line.
pub fn parse(args: impl Iterator<Item = String>) -> Result<Task> {
    let args: Vec<String> = args.collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => Ok(Task::Help),
        ["test", rest @ ..] => wanted(rest).map(Task::Test),
        ["bench"] => Ok(Task::Bench(None)),
        ["bench", filter] => Ok(Task::Bench(Some(filter.to_string()))),
        ["services"] => Ok(Task::Services),
        ["coverage"] => Ok(Task::Coverage),
        ["fuzz", rest @ ..] => fuzz(rest),
        ["sanitize"] => Ok(Task::Sanitize(crate::sanitize::PROGRAMS)),
        ["sanitize", "--programs", count] => match count.parse() {
            Ok(count) => Ok(Task::Sanitize(count)),
            Err(_) => bail!("`--programs` takes a number, not `{count}`\n\n{USAGE}"),
        },
        ["grammar"] => Ok(Task::Grammar),
        ["editors"] => Ok(Task::Editors),
        ["editors", "test"] => Ok(Task::TestEditors),
        ["vendor"] => Ok(Task::Vendor),
        ["loc"] => Ok(Task::Loc),
        other => bail!("cannot understand `{}`\n\n{USAGE}", other.join(" ")),
    }
}

fn fuzz(args: &[&str]) -> Result<Task> {
    let seconds = args.last().and_then(|last| last.parse().ok());
    let names = args.get(..args.len() - usize::from(seconds.is_some())).unwrap_or(&[]);
    let target = match names {
        [] => None,
        [name] => Some(name.to_string()),
        _ => bail!("`fuzz` takes a target and a number of seconds\n\n{USAGE}"),
    };
    Ok(Task::Fuzz { target, seconds: seconds.unwrap_or(crate::fuzz::SECONDS) })
}

fn wanted(args: &[&str]) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match *arg {
            "--no-services" => wanted.no_services = true,
            "--no-browser" => wanted.no_browser = true,
            "--verbose" => wanted.verbose = true,
            "--" => wanted.filter = args.by_ref().map(|arg| arg.to_string()).collect(),
            other => bail!("`test` has no option `{other}`\n\n{USAGE}"),
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(str::to_string))
    }

    #[test]
    fn a_filter_follows_two_dashes() {
        let Ok(Task::Test(wanted)) = read("test --no-browser -- -p basilect-vm heap") else {
            panic!("a test run is asked for")
        };
        assert!(wanted.no_browser && !wanted.no_services);
        assert_eq!(wanted.filter, ["-p", "basilect-vm", "heap"]);
    }

    #[test]
    fn a_fuzz_run_may_name_target_and_seconds() {
        let fuzz = |target: Option<&str>, seconds| Task::Fuzz {
            target: target.map(str::to_string),
            seconds,
        };
        assert_eq!(read("fuzz").ok(), Some(fuzz(None, 60)));
        assert_eq!(read("fuzz compile").ok(), Some(fuzz(Some("compile"), 60)));
        assert_eq!(read("fuzz 5").ok(), Some(fuzz(None, 5)));
        assert_eq!(read("fuzz compile 5").ok(), Some(fuzz(Some("compile"), 5)));
        assert!(read("fuzz compile program 5").is_err());
    }

    #[test]
    fn a_run_under_the_sanitizer_may_say_how_long() {
        assert_eq!(read("sanitize --programs 70000").ok(), Some(Task::Sanitize(70_000)));
        assert!(read("sanitize").is_ok());
        assert!(read("sanitize --programs many").is_err());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read("test --no-brwser").is_err());
        assert!(read("tset").is_err());
        assert_eq!(read("").ok(), Some(Task::Help));
    }
}
