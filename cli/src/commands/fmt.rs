//! `basilect fmt`: scripts in the one way in which they are written.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use basilect_compiler::diagnostics::render;
use basilect_compiler::format::{self, Refusal, format};
use basilect_compiler::source::{Provider, SourceFile};
use basilect_server::bootstrap::FolderProvider;
use clap::Args;
use similar::TextDiff;

use crate::Exit;
use crate::sources::has_extension;
use crate::terminal::{self, Paint, count};

/// Files with these endings are scripts.
const ENDINGS: [&str; 3] = ["bas", "vbs", "gbdialog"];
/// Lines around a change that are shown with it.
const CONTEXT_LINES: usize = 3;

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
        let bytes = std::fs::read(path).with_context(|| shown.clone())?;
        match outcome(&shown, &bytes) {
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::Skipped(why) => {
                tally.skipped += 1;
                eprintln!("{shown}: skipped, {why}");
            }
            Outcome::Failed(what) => {
                tally.failed += 1;
                eprintln!("{what}");
            }
            Outcome::Changed(text) => {
                tally.changed += 1;
                terminal::line(&shown)?;
                if self.diff {
                    terminal::out(&changes(&shown, &bytes, &text, Paint::stdout()))?;
                } else if !self.check {
                    write(path, &text).with_context(|| format!("{shown} cannot be written"))?;
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
                terminal::out(&changes(shown, &bytes, &text, Paint::stdout()))?;
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

/// The scripts at a path: itself, or those below a folder.
fn scripts(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let about = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    if !about.is_dir() {
        let script = ENDINGS.iter().any(|ending| has_extension(path, ending));
        ensure!(script, "{}: expected a .bas script or a folder", path.display());
        return Ok(vec![path.to_owned()]);
    }
    let files = FolderProvider::new(path).list().into_iter().map(|file| path.join(file));
    let scripts: Vec<_> =
        files.filter(|file| ENDINGS.iter().any(|ending| has_extension(file, ending))).collect();
    ensure!(!scripts.is_empty(), "{}: there is no script here", path.display());
    Ok(scripts)
}

fn outcome(shown: &str, bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Outcome::Skipped("it is no text in UTF-8");
    };
    if text.contains('\0') {
        return Outcome::Skipped("it is no text");
    }
    let file = SourceFile::new(shown, text);
    match format(&file, &format::Options::default()) {
        Ok(formatted) if formatted == text => Outcome::Unchanged,
        Ok(formatted) => Outcome::Changed(formatted),
        Err(Refusal::Prose) => Outcome::Skipped("it reads like prose"),
        Err(Refusal::Errors(errors)) => {
            let lines: Vec<_> = errors.iter().map(|error| render::line(&file, error)).collect();
            Outcome::Failed(lines.join("\n"))
        }
        Err(Refusal::Bug(what)) => Outcome::Failed(format!(
            "{shown}: this is a mistake of basilect, please report it with the script: formatted, \
             {what}. The script is left as it was."
        )),
    }
}

/// The changes as a unified diff.
fn changes(shown: &str, before: &[u8], after: &str, paint: Paint) -> String {
    let before = String::from_utf8_lossy(before);
    let diff = TextDiff::from_lines(before.as_ref(), after);
    let mut unified = diff.unified_diff();
    let text = unified
        .context_radius(CONTEXT_LINES)
        .header(shown, &format!("{shown} (formatted)"))
        .to_string();
    let coloured = text.split_inclusive('\n').map(|line| match line.as_bytes().first() {
        Some(b'+') => paint.green(line),
        Some(b'-') => paint.red(line),
        _ => line.to_owned(),
    });
    coloured.collect()
}

/// Replaces a script at once: whoever reads it meanwhile sees the old one or the new one whole.
/// Through a link it is the script itself that is replaced.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = path.canonicalize()?;
    let folder = target.parent().context("a script lies in a folder")?;
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().set_permissions(std::fs::metadata(&target)?.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(&target)?;
    Ok(())
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
