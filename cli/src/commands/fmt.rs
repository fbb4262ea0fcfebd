//! `basilect fmt`: scripts in the one way in which they are written.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use basilect_compiler::diagnostics::render;
use basilect_compiler::format::{self, Refusal, format};
use basilect_compiler::source::{Provider, SourceFile, unreadable};
use basilect_server::bootstrap::FolderProvider;
use basilect_stdlib::Limits;
use clap::Args;

use crate::Exit;
use crate::rewrite;
use crate::sources::{self, has_extension};
use crate::terminal::{self, Paint, count};

/// Files with these endings are scripts.
const ENDINGS: [&str; 3] = ["bas", "vbs", "gbdialog"];

/// Errors of one script that are told; the rest are counted.
const SHOWN_ERRORS: usize = 20;
/// The length of a script at most.
const SOURCE_BYTES: usize = Limits::DEFAULT.source_bytes;

/// Write scripts in the one way in which they are written.
///
/// Keywords in capitals and in one spelling, blocks indented, blanks around operators, long rows
/// broken. What a script means never changes, comments and texts stay as they are, and a script
/// with syntax errors is not touched.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is written as it should be, or is now; 1 with --check: \
                        something is not; 2 a script has syntax errors, or cannot be read or \
                        written.")]
pub struct Options {
    /// Scripts, bots' folders or folders that hold them; `-` reads standard input
    #[arg(required_unless_present = "stdin")]
    paths: Vec<PathBuf>,
    /// Change nothing; list what would change, and exit with 1 if there is anything
    #[arg(long)]
    check: bool,
    /// With --check: also show the changes
    #[arg(long, requires = "check")]
    diff: bool,
    /// Read a script from standard input and write it to standard output
    #[arg(long, conflicts_with = "paths")]
    stdin: bool,
}

/// What happened to the scripts.
#[derive(Default)]
struct Tally {
    changed: usize,
    unchanged: usize,
    skipped: usize,
    failed: usize,
}

/// What a script was found to be.
enum Outcome {
    Unchanged,
    Changed(String),
    /// No script: why it is left out.
    Skipped(&'static str),
    /// It should be formatted, and cannot be: what is wrong.
    Failed(String),
}

impl Options {
    /// Formats everything that is named.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.stdin || self.paths.iter().any(|path| path.as_os_str() == "-") {
            ensure!(self.paths.len() < 2, "`-` stands alone: standard input is one script");
            return self.standard_input();
        }
        let mut tally = Tally::default();
        for path in &self.paths {
            for script in scripts(path)? {
                self.script(&script, &mut tally)?;
            }
        }
        eprintln!("{}", tally.summary(self.check, Paint::stderr()));
        Ok(match () {
            _ if tally.failed > 0 => Exit::Broken,
            _ if self.check && tally.changed > 0 => Exit::Findings,
            _ => Exit::Success,
        })
    }

    fn script(&self, path: &Path, tally: &mut Tally) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let bytes = sources::read(path, SOURCE_BYTES);
        let bytes = bytes.with_context(|| shown.clone())?;
        match outcome(&shown, &bytes) {
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::Skipped(why) => {
                tally.skipped += 1;
                eprintln!("{shown}: skipped, {why}{}", remedy(why));
            }
            Outcome::Failed(what) => {
                tally.failed += 1;
                eprintln!("{what}");
            }
            Outcome::Changed(text) => {
                tally.changed += 1;
                terminal::line(&shown)?;
                if self.diff {
                    terminal::out(&changes(&shown, &bytes, &text))?;
                } else if !self.check {
                    rewrite::replace(path, &text)?;
                }
            }
        }
        Ok(())
    }

    /// Writes nothing but a whole script to standard output.
    fn standard_input(&self) -> anyhow::Result<Exit> {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
        let shown = "<stdin>";
        match outcome(shown, &bytes) {
            Outcome::Failed(what) => {
                eprintln!("{what}");
                return Ok(Exit::Broken);
            }
            Outcome::Skipped(why) => bail!("{shown}: {why}"),
            Outcome::Changed(text) if self.diff => {
                terminal::out(&changes(shown, &bytes, &text))?;
                return Ok(Exit::Findings);
            }
            Outcome::Changed(_) if self.check => return Ok(Exit::Findings),
            Outcome::Unchanged if self.check => {}
            Outcome::Changed(text) => terminal::out(&text)?,
            Outcome::Unchanged => terminal::out(&String::from_utf8_lossy(&bytes))?,
        }
        Ok(Exit::Success)
    }
}

/// What helps against another encoding.
fn remedy(why: &str) -> &'static str {
    if why.contains("UTF-8") { "; save it again with the encoding UTF-8" } else { "" }
}

/// The scripts at a path: itself, or those below a folder.
fn scripts(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let about = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    if !about.is_dir() {
        let script = ENDINGS.iter().any(|ending| has_extension(path, ending));
        ensure!(script, "{}: expected a .bas script or a folder", path.display());
        ensure!(about.is_file(), "{}: this is no file", path.display());
        return Ok(vec![path.to_owned()]);
    }
    let files = FolderProvider::new(path).list().into_iter().map(|file| path.join(file));
    let scripts: Vec<_> =
        files.filter(|file| ENDINGS.iter().any(|ending| has_extension(file, ending))).collect();
    ensure!(!scripts.is_empty(), "{}: there is no script here", path.display());
    Ok(scripts)
}

fn outcome(shown: &str, bytes: &[u8]) -> Outcome {
    if let Some((why, _)) = unreadable(bytes).filter(|_| bytes.len() <= SOURCE_BYTES) {
        return Outcome::Skipped(why);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    let file = SourceFile::new(shown, text);
    match format(&file, &format::Options::default()) {
        Ok(formatted) if formatted == text => Outcome::Unchanged,
        Ok(formatted) => Outcome::Changed(formatted),
        Err(Refusal::Prose) => Outcome::Skipped("it reads like prose"),
        Err(Refusal::Errors(errors)) => {
            let shown_errors = errors.iter().take(SHOWN_ERRORS);
            let mut lines: Vec<_> = shown_errors.map(|error| render::line(&file, error)).collect();
            if let more @ 1.. = errors.len().saturating_sub(SHOWN_ERRORS) {
                lines.push(format!("{shown}: and {more} more"));
            }
            Outcome::Failed(lines.join("\n"))
        }
        Err(Refusal::Bug(what)) => Outcome::Failed(format!(
            "{shown}: this is a mistake of basilect, please report it with the script: formatted, \
             {what}. The script is left as it was."
        )),
    }
}

/// The changes as a unified diff.
fn changes(shown: &str, before: &[u8], after: &str) -> String {
    let before = String::from_utf8_lossy(before);
    rewrite::diff(shown, "formatted", &before, after, Paint::stdout())
}

impl Tally {
    fn summary(&self, check: bool, paint: Paint) -> String {
        let changed = count(self.changed, "script");
        let changed = match (check, self.changed) {
            (true, 0) => paint.green("all scripts are formatted"),
            (true, _) => paint.red(&format!("{changed} would change")),
            (false, _) => paint.green(&format!("{changed} changed")),
        };
        let mut parts = vec![changed, format!("{} unchanged", self.unchanged)];
        if self.skipped > 0 {
            parts.push(format!("{} skipped", self.skipped));
        }
        if self.failed > 0 {
            parts.push(paint.red(&format!("{} with errors", self.failed)));
        }
        parts.join(", ")
    }
}
