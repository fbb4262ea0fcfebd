//! `basilect check`: mistakes in bots and scripts, found without running them.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, ensure};
use basilect_compiler::diagnostics::mend::{Found, Mended, mend};
use basilect_compiler::diagnostics::{Diagnostic, Severity, render};
use basilect_compiler::source::SourceFile;
use clap::Args;
use serde_json::json;

use crate::Exit;
use crate::rewrite;
use crate::sources::{self, Source};
use crate::terminal::{self, Paint, count};

/// Diagnostics of one file that are drawn; the rest are counted.
const SHOWN_PER_FILE: usize = 50;

/// Look for mistakes in bots or scripts without running them, and fix what can only be meant in one
/// way.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 no errors (there may be warnings), and with --diff nothing \
                        to fix; 1 errors, or with --diff something to fix; 2 a path cannot be \
                        read or written.")]
pub struct Options {
    /// Bots' folders, folders that hold bots, or .bas scripts
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// One JSON object a line instead of text: file, line, column, severity, code, message
    #[arg(long)]
    json: bool,
    /// Make the fixes that can be made without asking, then tell what remains
    #[arg(long)]
    fix: bool,
    /// Change nothing; show what --fix would change
    #[arg(long, conflicts_with_all = ["fix", "json"])]
    diff: bool,
    /// With --fix or --diff: also the fixes that may change what a script does
    #[arg(long)]
    doubtful: bool,
}

/// How much was found.
#[derive(Default)]
struct Tally {
    errors: usize,
    warnings: usize,
    hints: usize,
    fixes: usize,
}

impl Options {
    /// Compiles every path and shows what there is to say.
    pub fn run(self) -> anyhow::Result<Exit> {
        ensure!(
            self.fix || self.diff || !self.doubtful,
            "--doubtful goes with --fix or --diff; write one of them as well"
        );
        let mut tally = Tally::default();
        for path in &self.paths {
            for source in sources::open_all(path)? {
                match self.fix || self.diff {
                    true => self.mend(&source, &mut tally)?,
                    false => self.tell(&source, &source.build().diagnostics, &mut tally)?,
                }
            }
        }
        if !self.json {
            eprintln!("{}", self.summary(&tally, Paint::stderr()));
        }
        let findings = tally.errors > 0 || self.diff && tally.fixes > 0;
        Ok(if findings { Exit::Findings } else { Exit::Success })
    }

    /// Makes the fixes, or shows them, and tells what remains.
    fn mend(&self, source: &Source, tally: &mut Tally) -> anyhow::Result<()> {
        let mended = mend(|texts| source.build_with(texts).diagnostics, self.doubtful);
        tally.fixes += mended.made.values().sum::<usize>();
        for path in &mended.refused {
            let shown = source.shown(path);
            eprintln!("{shown}: left as it is: its fixes would have broken more than they mend");
        }
        if self.diff {
            mended.found.iter().for_each(|(_, found)| tally.add(found.severity));
            return show(source, &mended);
        }
        for (path, text) in &mended.texts {
            rewrite::replace(&source.on_disk(path), text)?;
            let made = fixes(mended.made.get(path).copied().unwrap_or(0));
            eprintln!("{}: {made}", source.shown(path));
        }
        self.tell(source, &mended.found, tally)
    }

    /// Shows what is wrong: all of it for programs, a part that can be read for people.
    fn tell(&self, source: &Source, found: &Found, tally: &mut Tally) -> anyhow::Result<()> {
        for of_file in found.chunk_by(|(a, _), (b, _)| a.path == b.path) {
            let most = if self.json { usize::MAX } else { SHOWN_PER_FILE };
            let first = first_of(of_file, most);
            for (file, diagnostic) in first {
                let mut shown = SourceFile::clone(file);
                shown.path = source.shown(&file.path);
                terminal::line(&self.told(&shown, diagnostic))?;
            }
            of_file.iter().for_each(|(_, diagnostic)| tally.add(diagnostic.severity));
            let more = of_file.len().saturating_sub(most);
            if let Some((file, _)) = of_file.first().filter(|_| more > 0) {
                terminal::line(&format!("{}: and {more} more", source.shown(&file.path)))?;
            }
        }
        Ok(())
    }

    fn told(&self, file: &SourceFile, diagnostic: &Diagnostic) -> String {
        match self.json {
            true => json_line(file, diagnostic),
            false => {
                let text =
                    render::text_in(file, diagnostic, Paint::stdout().on(), terminal::columns());
                text.trim_end().to_owned()
            }
        }
    }

    fn summary(&self, tally: &Tally, paint: Paint) -> String {
        let fixes = fixes(tally.fixes);
        match (self.fix, self.diff) {
            (true, _) => format!("{fixes} made; {}", tally.summary(paint)),
            (_, true) => format!("{fixes} can be made; then {}", tally.summary(paint)),
            _ => tally.summary(paint),
        }
    }
}

fn fixes(number: usize) -> String {
    if number == 1 { "1 fix".to_owned() } else { format!("{number} fixes") }
}

/// So many of the diagnostics of a file, in their order: all errors before any warning is left.
fn first_of(
    found: &[(Arc<SourceFile>, Diagnostic)],
    most: usize,
) -> impl Iterator<Item = &(Arc<SourceFile>, Diagnostic)> {
    let mut ranked: Vec<usize> = (0..found.len()).collect();
    ranked.sort_by_key(|at| found.get(*at).map(|(_, diagnostic)| diagnostic.severity));
    ranked.truncate(most);
    ranked.sort_unstable();
    ranked.into_iter().filter_map(|at| found.get(at))
}

/// The changes that fixes would make.
fn show(source: &Source, mended: &Mended) -> anyhow::Result<()> {
    for (path, text) in &mended.texts {
        let (on_disk, shown) = (source.on_disk(path), source.shown(path));
        let before = std::fs::read(&on_disk).with_context(|| shown.clone())?;
        let before = String::from_utf8_lossy(&before);
        terminal::out(&rewrite::diff(&shown, "fixed", &before, text, Paint::stdout()))?;
    }
    Ok(())
}

/// One object with lines and columns from 1.
fn json_line(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (line, column) = file.position(diagnostic.span.start);
    let (end_line, end_column) = file.position(diagnostic.span.end);
    json!({
        "file": file.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "help": diagnostic.advice(),
        "fix": diagnostic.fix.as_ref().map(|fix| &fix.title),
        "fixable": diagnostic.fix.as_ref().is_some_and(|fix| fix.sure),
    })
    .to_string()
}

impl Tally {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Hint => self.hints += 1,
        }
    }
    fn summary(&self, paint: Paint) -> String {
        let errors = count(self.errors, "error");
        let errors = if self.errors > 0 { paint.red(&errors) } else { paint.green(&errors) };
        let (warnings, hints) = (count(self.warnings, "warning"), count(self.hints, "hint"));
        format!("{errors}, {warnings}, {hints}")
    }
}
