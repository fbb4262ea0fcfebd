//! What a test run consists of, in order, up to the first failure.

use crate::editors;
use crate::options::Wanted;
use crate::peers;
use crate::runner::{self, Ran, say};
use crate::sanitize;
use crate::services::{self, Product, Services, Variables};
use crate::tally::{Format, Tally};
use crate::tools;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// A run: what it is to include, what its commands find in their environment, what they reported.
struct Run<'a> {
    wanted: &'a Wanted,
    root: PathBuf,
    variables: Variables,
    total: Tally,
    start: Instant,
}

/// Runs everything that is wanted; the last line says how many tests passed and failed.
pub fn test(wanted: &Wanted) -> Result<ExitCode> {
    let mut run = Run::new(wanted)?;
    let outcome = run.all();
    run.close(outcome)
}

/// Runs the tests of what editors get; the last line says how many passed and failed.
pub fn test_editors() -> Result<ExitCode> {
    let wanted = Wanted::default();
    let mut run = Run::new(&wanted)?;
    let build = ["build", "--workspace", "--bins", "--features", "full"];
    run.phase("build", cargo(&build), Format::Nothing)?;
    let outcome = built("basilect").and_then(|binary| run.editors(&binary));
    run.close(outcome)
}

/// The benchmarks that are programs of their own: a name, and how cargo runs them.
const BENCHMARKS: &[(&str, &[&str])] = &[
    ("machine", &["run", "--release", "-p", "basilect-vm", "--example", "speed"]),
    ("hello", &["run", "--release", "-p", "basilect-compiler", "--example", "hello"]),
    ("lsp", &["run", "--release", "-p", "basilect-lsp", "--example", "typing"]),
    ("store", &["run", "--release", "-p", "basilect-runtime", "--example", "store_throughput"]),
];

/// Runs the benchmarks whose names contain `filter`: programs, then ignored tests named `bench…`.
pub fn bench(filter: Option<&str>) -> Result<ExitCode> {
    let wanted = Wanted { verbose: true, ..Wanted::default() };
    let mut run = Run::new(&wanted)?;
    let build = ["build", "--release", "--workspace", "--bins", "--features", "full"];
    run.phase("build", cargo(&build), Format::Nothing)?;
    for (name, how) in BENCHMARKS.iter().filter(|(name, _)| name.contains(filter.unwrap_or(""))) {
        let mut program = cargo(how);
        if *name == "lsp" {
            program.args(["--", &peers::language_server()?]);
        }
        run.phase(name, program, Format::Nothing)?;
    }
    if "peers".contains(filter.unwrap_or("")) {
        peers::run(&release("basilect")?)?;
    }
    // What is called by its name is all that is wanted: building the tests takes minutes.
    let is_program = |name: &str| name == "peers" || BENCHMARKS.iter().any(|(own, _)| *own == name);
    if filter.is_some_and(is_program) {
        return Ok(ExitCode::SUCCESS);
    }
    let _services = run.start_services()?;
    let suite = ["test", "--release", "--workspace", "--features", "full", "--test", "basilect"];
    let mut tests = cargo(&suite);
    tests.arg("--");
    tests.args([filter.unwrap_or("bench"), "--ignored", "--nocapture", "--test-threads", "1"]);
    run.phase("measured tests", tests, Format::Libtest).map(|()| ExitCode::SUCCESS)
}

/// Runs the tests of machine code under the address sanitizer.
pub fn sanitize(programs: u64) -> Result<ExitCode> {
    let wanted = Wanted { verbose: true, ..Wanted::default() };
    let mut run = Run::new(&wanted)?;
    let mut commands = sanitize::commands(programs)?.into_iter();
    let outcome =
        commands.try_for_each(|(name, command)| run.phase(name, command, Format::Libtest));
    run.close(outcome)
}

/// Prints how much of the language the golden documents show, and what is missing.
pub fn coverage() -> Result<ExitCode> {
    let wanted = Wanted { verbose: true, ..Wanted::default() };
    let mut run = Run::new(&wanted)?;
    let mut tests = cargo(&["test", "--workspace", "--features", "full", "--lib", "--"]);
    tests.args(["the_golden_documents_show", "--nocapture"]);
    run.phase("coverage", tests, Format::Nothing).map(|()| ExitCode::SUCCESS)
}

impl Run<'_> {
    fn new(wanted: &Wanted) -> Result<Run<'_>> {
        Ok(Run {
            wanted,
            root: std::env::current_dir().context("the working directory")?,
            variables: Vec::new(),
            total: Tally::default(),
            start: Instant::now(),
        })
    }

    /// Tells how it ended.
    fn close(&mut self, outcome: Result<()>) -> Result<ExitCode> {
        if let Err(error) = &outcome {
            // A failure that is not a test's own counts as one, so that the last line tells it.
            self.total.failed = self.total.failed.max(1);
            say(&format!("\nfailed: {error:#}"));
        }
        say(&format!("\n{:.0} s in all", self.start.elapsed().as_secs_f64()));
        say(&self.total.to_string());
        Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn all(&mut self) -> Result<()> {
        if !self.wanted.filter.is_empty() {
            let _services = self.start_services()?;
            return self.unit_tests();
        }
        self.style()?;
        let _services = self.start_services()?;
        self.unit_tests()?;
        self.phase("examples in docs", doc_tests(), Format::Libtest)?;
        self.product()
    }

    fn style(&mut self) -> Result<()> {
        tools::prepare_rust()?;
        self.phase("format", cargo(&["fmt", "--all", "--check"]), Format::Nothing)?;
        let mut lints = cargo(&["clippy", "--workspace", "--all-targets"]);
        lints.args(["--features", "full", "--", "-D", "warnings"]);
        self.phase("lints", lints, Format::Nothing)
    }

    fn start_services(&mut self) -> Result<Option<Services>> {
        if self.wanted.no_services {
            self.variables.push(("BASILECT_TEST_SERVICES", "none".to_string()));
            return Ok(None);
        }
        let start = Instant::now();
        tools::prepare_services()?;
        let services = services::start()?;
        self.variables.extend(services.variables.iter().cloned());
        say(&line("services", start, "running"));
        Ok(Some(services))
    }

    /// The tests of all crates. Some start the product itself, so it is built first.
    fn unit_tests(&mut self) -> Result<()> {
        let build = cargo(&["build", "--workspace", "--bins", "--features", "full"]);
        self.phase("build", build, Format::Nothing)?;
        let nextest = tools::has_nextest();
        let runner: &[&str] =
            if nextest { &["nextest", "run"] } else { &["test", "--no-fail-fast"] };
        let mut tests = cargo(runner);
        if !self.wanted.filter.iter().any(|arg| arg == "-p" || arg == "--package") {
            tests.args(["--workspace", "--features", "full"]);
        }
        tests.args(&self.wanted.filter);
        if !nextest && self.wanted.filter.is_empty() {
            // The examples in the documentation have a phase of their own.
            tests.arg("--all-targets");
        }
        let format = if nextest { Format::Nextest } else { Format::Libtest };
        self.phase("tests", tests, format)
    }

    /// The product as a person gets it: its own test command, then a browser.
    fn product(&mut self) -> Result<()> {
        let binary = built("basilect")?;
        let bots = self.root.join("examples");
        let mut transcripts = Command::new(&binary);
        transcripts.arg("test").arg(&bots);
        self.phase("example bots", transcripts, Format::Plain)?;
        if self.wanted.no_browser {
            return Ok(());
        }
        self.editors(&binary)?;
        self.browser(&binary, &bots)
    }

    /// What editors get: the packed extension, its parts, and both in real editors.
    fn editors(&mut self, binary: &Path) -> Result<()> {
        let folder = editors::extension(&self.root)?;
        let chromium = tools::prepare_browser(&self.root)?;
        self.variables.push(("BASILECT", binary.to_string_lossy().into_owned()));
        self.variables.push(("CHROMIUM", chromium.to_string_lossy().into_owned()));
        self.phase("extension", editors::npm(&folder, &["run", "package"]), Format::Nothing)?;
        self.phase("editors", editors::node(&folder, "test")?, Format::Node)?;
        let mut client = Command::new("python3");
        client.arg(self.root.join("tests/dap/session.py"));
        client.env("PYTHONPATH", tools::debug_client()?);
        self.phase("debug client", client, Format::Plain)?;
        tools::packages(&[("neovim", "nvim"), ("ripgrep", "rg")])?;
        let neovim = Command::new(self.root.join("editors/neovim/test/run.sh"));
        self.phase("neovim", neovim, Format::Plain)?;
        let mut fetch = Command::new("node");
        fetch.arg(folder.join("test/editor/install.mjs"));
        self.phase("fetch the editor", fetch, Format::Nothing)?;
        self.phase("editor in browser", editors::node(&folder, "test/editor")?, Format::Node)
    }

    fn browser(&mut self, binary: &Path, bots: &Path) -> Result<()> {
        let chromium = tools::prepare_browser(&self.root)?;
        let product = Product::start(binary, bots, &self.variables)?;
        let mut node = Command::new("node");
        // One file after another: some of them kill the server.
        node.args(["--test", "--test-concurrency=1"]);
        node.args(scripts(&self.root.join("tests/browser"))?);
        node.env("CHROMIUM", chromium);
        node.envs(product.variables.iter().map(|(name, value)| (name, value)));
        let outcome = self.phase("browser", node, Format::Node);
        outcome.with_context(|| format!("the server's log ends:\n{}", product.service.log_tail()))
    }

    /// Runs one command as a phase: a line of report, and all its output when it fails.
    fn phase(&mut self, name: &str, mut command: Command, format: Format) -> Result<()> {
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let start = Instant::now();
        let Ran { ok, tally, tail } = runner::run(command, format, self.wanted.verbose)?;
        self.total.add(tally);
        let counted = if tally.is_empty() { String::new() } else { tally.to_string() };
        if ok && tally.failed == 0 {
            say(&line(name, start, if counted.is_empty() { "ok" } else { &counted }));
            return Ok(());
        }
        if !self.wanted.verbose {
            tail.iter().for_each(|line| say(line));
        }
        say(&line(name, start, &format!("FAILED {counted}")));
        anyhow::bail!("{name}")
    }
}

/// One line of the report.
fn line(name: &str, start: Instant, outcome: &str) -> String {
    format!("{name:<18}{:>7.1} s  {outcome}", start.elapsed().as_secs_f64())
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(args);
    cargo
}

fn doc_tests() -> Command {
    cargo(&["test", "--doc", "--workspace", "--features", "full"])
}

/// The program `name` that the same build folder holds.
pub fn built(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe().context("the path of this program")?;
    Ok(this.with_file_name(name))
}

/// A binary that was built for release, beside the folder of this program.
fn release(name: &str) -> Result<PathBuf> {
    let this = built(name)?;
    let target = this.parent().and_then(Path::parent).context("the folder of this program")?;
    Ok(target.join("release").join(name))
}

/// The browser tests, in order of their names.
pub fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    let mut scripts: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    scripts.retain(|path| {
        let name = path.to_string_lossy();
        name.ends_with(".test.mjs") || name.ends_with(".test.js")
    });
    scripts.sort();
    anyhow::ensure!(!scripts.is_empty(), "no test lies in {}", folder.display());
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::BENCHMARKS;

    #[test]
    fn every_benchmark_is_there() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (name, how) in BENCHMARKS {
            let (package, example) = (how[3], how[5]);
            let folder = root.join(package.trim_start_matches("basilect-")).join("examples");
            let there = [format!("{example}.rs"), format!("{example}/main.rs")];
            assert!(there.iter().any(|file| folder.join(file).is_file()), "{name}");
        }
    }
}
