//! `basilect test`: the transcript tests of bots.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::ensure;
use basilect_compiler::package::Package;
use clap::Args;

use crate::terminal::{self, Paint, progress};
use crate::transcript::{self, Failure};
use crate::{Exit, sources};

/// Run the transcript tests of bots.
#[derive(Debug, Args)]
#[command(after_help = "A transcript is a file tests/NAME.chat in a bot's folder.\n\n\
Exit codes: 0 all passed; 1 some failed, or a bot has errors; 2 a path cannot be read, or \
the filter finds no test.")]
pub struct Options {
    /// Bots' folders, or folders that hold bots
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Only tests whose path contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

/// A test to run: its bot and its file.
struct Case {
    bot: usize,
    path: PathBuf,
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
        let (mut packages, mut cases, mut broken) = (Vec::new(), Vec::new(), 0);
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
                    None => broken += files.len(),
                }
            }
        }
        if cases.is_empty() && broken == 0 {
            let note = "no transcript was found: they are files tests/NAME.chat in a bot's folder";
            ensure!(self.filter.is_empty(), "no transcript's path contains `{}`", self.filter);
            eprintln!("{note}");
        }
        let verdicts = run_all(&packages, &cases)?;
        let failed = broken + show(&cases, &verdicts)?;
        let passed = cases.len() + broken - failed;
        summary(passed, failed, began)?;
        Ok(if failed > 0 { Exit::Findings } else { Exit::Success })
    }

    fn chosen(&self, bot: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = transcript::find(bot)?;
        files.retain(|file| file.to_string_lossy().contains(&self.filter));
        Ok(files)
    }
}

fn run_all(packages: &[Package], cases: &[Case]) -> anyhow::Result<Vec<Verdict>> {
    let (next, bar) = (AtomicUsize::new(0), progress(cases.len(), "testing"));
    let done: Mutex<Vec<(usize, Verdict)>> = Mutex::default();
    let work = || {
        while let Some((index, case)) = take(&next, cases) {
            let verdict = run_one(packages, case);
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, verdict));
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
    Ok(done.into_iter().map(|(_, verdict)| verdict).collect())
}

fn take<'a>(next: &AtomicUsize, cases: &'a [Case]) -> Option<(usize, &'a Case)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    cases.get(index).map(|case| (index, case))
}

fn run_one(packages: &[Package], case: &Case) -> Verdict {
    let package = packages.get(case.bot);
    match package.map(|package| transcript::run(package, &case.path)) {
        Some(Ok(None)) => Verdict::Passed,
        Some(Ok(Some(failure))) => Verdict::Failed(failure),
        Some(Err(error)) => Verdict::Broken(error),
        None => Verdict::Broken(anyhow::anyhow!("its bot is not built")),
    }
}

/// Shows what failed; how many did.
fn show(cases: &[Case], verdicts: &[Verdict]) -> std::io::Result<usize> {
    let (paint, mut failed) = (Paint::stdout(), 0);
    for (case, verdict) in cases.iter().zip(verdicts) {
        let text = match verdict {
            Verdict::Passed => continue,
            Verdict::Failed(failure) => transcript::describe(&case.path, failure, paint),
            Verdict::Broken(error) => {
                format!("{} {}\n  {error:#}", paint.red("broken"), case.path.display())
            }
        };
        failed += 1;
        terminal::line(&format!("{text}\n"))?;
    }
    Ok(failed)
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
