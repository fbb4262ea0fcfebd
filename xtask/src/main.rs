//! The workspace's own commands: `cargo xtask test`, `services`, `bench`,
//! `coverage`, `fuzz`, `sanitize`, `grammar`, `editors`, `vendor`, `loc`.
//!
//! Everything that a developer or a build machine does with this repository starts here, so that
//! both do the same. It needs Rust, a C compiler and the network once; what it fetches is kept
//! under `~/.cache/basilect`.
//!
//! Reading order: [`options`] (what may be asked for), [`phases`] (what a test run consists of),
//! [`runner`] (one command, watched and counted), [`tally`] (reading what test runners report),
//! [`services`] (PostgreSQL, a model server, the product itself), [`tools`] (finding or fetching
//! what is missing), [`editors`] (grammars and extensions), [`peers`] (the engines of others),
//! [`fuzz`] (the fuzz targets), [`sanitize`] (the address sanitizer), [`loc`] (the size of the
//! tree).

mod editors;
mod fuzz;
mod loc;
mod options;
mod peers;
mod phases;
mod runner;
mod sanitize;
mod services;
mod tally;
mod tools;

use options::Task;
use std::process::ExitCode;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)).and_then(run) {
        Ok(code) => code,
        Err(error) => {
            runner::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Help => runner::say(options::USAGE),
        Task::Test(wanted) => return phases::test(&wanted),
        Task::Bench(filter) => return phases::bench(filter.as_deref()),
        Task::Services => services::hold()?,
        Task::Coverage => return phases::coverage(),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds)?,
        Task::Sanitize(programs) => return phases::sanitize(programs),
        Task::Grammar => editors::grammar()?,
        Task::Editors => editors::package()?,
        Task::TestEditors => return phases::test_editors(),
        Task::Vendor => editors::vendor()?,
        Task::Loc => loc::report()?,
    }
    Ok(ExitCode::SUCCESS)
}
