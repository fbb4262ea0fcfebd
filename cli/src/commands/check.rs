//! `basilect check`: mistakes in bots and scripts, found without running them.

use std::path::PathBuf;

use basilect_compiler::diagnostics::{Diagnostic, Severity, render};
use basilect_compiler::source::SourceFile;
use clap::Args;
use serde_json::json;

use crate::Exit;
use crate::sources::{self, Source};
use crate::terminal::{self, Paint, count};

/// Look for mistakes in bots or scripts without running them.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 no errors (there may be warnings); 1 errors; 2 a path \
                        cannot be read.")]
pub struct Options {
    /// Bots' folders, folders that hold bots, or .bas scripts
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// One JSON object a line instead of text: file, line, column, severity, code, message
    #[arg(long)]
    json: bool,
}

/// How much was found.
#[derive(Default)]
struct Tally {
    errors: usize,
    warnings: usize,
    hints: usize,
}

impl Options {
    /// Compiles every path and shows what there is to say.
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut tally = Tally::default();
        for path in &self.paths {
            for source in sources::open_all(path)? {
                self.check(&source, &mut tally)?;
            }
        }
        if !self.json {
            eprintln!("{}", tally.summary(Paint::stderr()));
        }
        Ok(if tally.errors > 0 { Exit::Findings } else { Exit::Success })
    }

    fn check(&self, source: &Source, tally: &mut Tally) -> anyhow::Result<()> {
        let colour = Paint::stdout().on();
        for (file, diagnostic) in &source.build().diagnostics {
            tally.add(diagnostic.severity);
            let mut shown = SourceFile::clone(file);
            shown.path = source.shown(&file.path);
            let text = match self.json {
                true => json_line(&shown, diagnostic),
                false => render::text(&shown, diagnostic, colour).trim_end().to_string(),
            };
            terminal::line(&text)?;
        }
        Ok(())
    }
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
