//! `basilect test`: the transcript tests of bots.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use basilect_compiler::package::Package;
use basilect_runtime::transcript::{self, Failure};
use clap::Args;
use serde_json::json;

use crate::failure::describe;
use crate::terminal::{self, Paint, progress};
use crate::{Exit, sources};

/// Run the transcript tests of bots.
#[derive(Debug, Args)]
#[command(after_help = "A transcript is a file tests/NAME.chat in a bot's folder.\n\n\
With --json: `file`, `verdict` (passed, failed, broken), `took_ms`; of a failed test `line` \
(counted from 1), `expected`, `got` and `said_by`; of a broken one `message`.\n\n\
Exit codes: 0 all passed; 1 some failed, or a bot has errors; 2 a path cannot be read, or \
the filter finds no test.")]
pub struct Options {
    /// Bots' folders, or folders that hold bots
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Only tests whose path contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// One JSON object a line instead of text: for each test its file and what came of it
    #[arg(long)]
    json: bool,
}

/// A test that takes longer is broken: a loop that waits, say.
const SLOWEST: Duration = Duration::from_secs(600);

/// A test to run: its bot and its file.
struct Case {
    bot: usize,
    path: PathBuf,
}

/// What came of a test, and how long it took.
struct Outcome {
    verdict: Verdict,
    took: Duration,
}

/// What came of a test.
enum Verdict {
    Passed,
    Failed(Failure),
    Broken(anyhow::Error),
}

impl Options {
    /// Runs all tests, as many at once as there are processors.
    pub fn run(self) -> anyhow::Result<Exit> {
        let began = Instant::now();
        let (mut packages, mut cases, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        for folder in &self.folders {
            for source in sources::open_all(folder)? {
                let files = self.chosen(&source.path)?;
                if files.is_empty() {
                    continue;
                }
                match source.package() {
                    Some(package) => {
                        let bot = packages.len();
                        packages.push(package);
                        cases.extend(files.into_iter().map(|path| Case { bot, path }));
                    }
                    None => broken.extend(files),
                }
            }
        }
        if cases.is_empty() && broken.is_empty() {
            let note = "no transcript was found: they are files tests/NAME.chat in a bot's folder";
            ensure!(self.filter.is_empty(), "no transcript's path contains `{}`", self.filter);
            eprintln!("{note}");
        }
        let outcomes = run_all(&packages, &cases)?;
        let wrong = outcomes.iter().filter(|outcome| !matches!(outcome.verdict, Verdict::Passed));
        let failed = broken.len() + wrong.count();
        if self.json {
            tell(&cases, &outcomes, &broken)?;
        } else {
            show(&cases, &outcomes)?;
            summary(cases.len() + broken.len() - failed, failed, began)?;
        }
        Ok(if failed > 0 { Exit::Findings } else { Exit::Success })
    }

    fn chosen(&self, bot: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = transcript::find(bot)?;
        files.retain(|file| file.to_string_lossy().contains(&self.filter));
        Ok(files)
    }
}

fn run_all(packages: &[Package], cases: &[Case]) -> anyhow::Result<Vec<Outcome>> {
    let (next, bar) = (AtomicUsize::new(0), progress(cases.len(), "testing"));
    let done: Mutex<Vec<(usize, Outcome)>> = Mutex::default();
    let work = || {
        while let Some((index, case)) = take(&next, cases) {
            let began = Instant::now();
            let verdict = run_one(packages, case);
            let outcome = Outcome { verdict, took: began.elapsed() };
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, outcome));
            bar.inc(1);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(cases.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
}

fn take<'a>(next: &AtomicUsize, cases: &'a [Case]) -> Option<(usize, &'a Case)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    cases.get(index).map(|case| (index, case))
}

fn run_one(packages: &[Package], case: &Case) -> Verdict {
    let package = packages.get(case.bot);
    match package.map(|package| transcript::run(package, &case.path, SLOWEST)) {
        Some(Ok(None)) => Verdict::Passed,
        Some(Ok(Some(failure))) => Verdict::Failed(failure),
        Some(Err(error)) => Verdict::Broken(error.into()),
        None => Verdict::Broken(anyhow::anyhow!("its bot is not built")),
    }
}

/// Shows what failed.
fn show(cases: &[Case], outcomes: &[Outcome]) -> std::io::Result<()> {
    let paint = Paint::stdout();
    for (case, outcome) in cases.iter().zip(outcomes) {
        let text = match &outcome.verdict {
            Verdict::Passed => continue,
            Verdict::Failed(failure) => describe(&case.path, failure, paint),
            Verdict::Broken(error) => {
                format!("{} {}\n  {error:#}", paint.red("broken"), case.path.display())
            }
        };
        terminal::line(&format!("{text}\n"))?;
    }
    Ok(())
}

/// Writes every outcome for a program to read; the tests of bots with errors come last.
fn tell(cases: &[Case], outcomes: &[Outcome], broken: &[PathBuf]) -> std::io::Result<()> {
    for (case, outcome) in cases.iter().zip(outcomes) {
        terminal::line(&row(&case.path, outcome).to_string())?;
    }
    let message = "the bot has errors; `basilect check` tells them";
    for path in broken {
        let file = path.display().to_string();
        let row = json!({ "file": file, "verdict": "broken", "took_ms": 0, "message": message });
        terminal::line(&row.to_string())?;
    }
    Ok(())
}

fn row(path: &Path, outcome: &Outcome) -> serde_json::Value {
    let (file, took_ms) = (path.display().to_string(), outcome.took.as_millis() as u64);
    match &outcome.verdict {
        Verdict::Passed => json!({ "file": file, "verdict": "passed", "took_ms": took_ms }),
        Verdict::Failed(failure) => json!({
            "file": file,
            "verdict": "failed",
            "took_ms": took_ms,
            "line": failure.line,
            "expected": failure.expected,
            "got": failure.got,
            "said_by": failure.said_by,
        }),
        Verdict::Broken(error) => json!({
            "file": file,
            "verdict": "broken",
            "took_ms": took_ms,
            "message": format!("{error:#}"),
        }),
    }
}

fn summary(passed: usize, failed: usize, began: Instant) -> std::io::Result<()> {
    let paint = Paint::stdout();
    let passed = format!("{passed} passed");
    let failed = match failed {
        0 => "0 failed".to_string(),
        _ => paint.red(&format!("{failed} failed")),
    };
    let took = paint.dim(&format!("({:.1} s)", began.elapsed().as_secs_f64()));
    terminal::line(&format!("{}, {failed} {took}", paint.green(&passed)))
}
