//! Scripts that nobody should have written (`tests/hostile`): each is stopped, by the limit that
//! its header names and in the line that it marks, and others hardly notice.
//!
//! A header says `stops: CODE; limit: NAME`: the kinds of error with which the script may end, and
//! the limit that it is about. Lines in which it may happen end with `' stops here`. `answers: N`
//! lets the person answer so often; `repeated: N` repeats the last line so often.

mod neighbours;
mod prices;
mod slices;
mod tenants;

use std::path::PathBuf;

use basilect_runtime::conversation::state::Waiting;
use basilect_runtime::conversation::{Event, Step};
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits};
use basilect_tests::bots;
use basilect_tests::local::{Local, MONDAY};
use basilect_vm::{Engine, Machine, Outcome};

/// Fuel that one step may use beyond the limit of a turn: work is charged before it is done, so
/// what goes beyond was never done.
const FUEL_BEYOND: u64 = 0;
/// Bytes beyond the limit of the memory.
const HEAP_BEYOND: usize = 1 << 20;

/// A hostile script.
pub struct Hostile {
    /// Its file name without ending.
    pub name: String,
    /// Its source.
    pub source: String,
    start: String,
    stops: Vec<String>,
    lines: Vec<u32>,
    answers: usize,
}

impl Hostile {
    fn read(path: &PathBuf) -> Hostile {
        let mut source = std::fs::read_to_string(path).unwrap();
        let head = |key: &str| {
            let value = source.lines().find_map(|line| line.strip_prefix("' ")?.strip_prefix(key));
            value.map(str::to_string)
        };
        let header = head("stops: ").unwrap();
        let stops = header.split(';').next().unwrap().split('|');
        let stops = stops.map(|code| code.trim().to_string()).collect();
        let answers = head("answers: ").map_or(0, |text| text.parse().unwrap());
        let repeated = head("repeated: ").map_or(0, |text| text.parse().unwrap());
        let last = source.lines().last().unwrap().to_string() + "\n";
        source.push_str(&last.repeat(repeated));
        let marked = source.lines().enumerate().filter(|(_, line)| line.ends_with("' stops here"));
        let lines = marked.map(|(index, _)| index as u32 + 1).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let start = format!("CALL \"{name}.bas\"\n");
        Hostile { name, source, start, stops, lines, answers }
    }

    /// Whether it ends before it runs.
    pub fn is_refused(&self) -> bool {
        self.stops.iter().any(|code| code.starts_with('B') && code[1..].parse::<u32>().is_ok())
    }

    /// Its scripts, as a bot: it runs under its own name, and starts at once.
    pub fn scripts(&self) -> [(&str, &str); 2] {
        [("start", &self.start), (&self.name, &self.source)]
    }
}

/// All of them.
pub fn all() -> Vec<Hostile> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("hostile");
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "bas")).collect();
    paths.sort();
    paths.iter().map(Hostile::read).collect()
}

/// How the script ends in a runtime with the limits of a server.
async fn end(hostile: &Hostile) -> Result<(String, u32), String> {
    let package = bots::compile("hostile", &hostile.scripts()).map_err(|e| e.to_string())?;
    let local = Local::start(package, Limits::DEFAULT).await.map_err(|e| e.to_string())?;
    let id = local.open(&Event::Start).await.map_err(|e| e.to_string())?;
    for number in 0..hostile.answers {
        let state = local.state(&id).await.map_err(|e| e.to_string())?;
        if matches!(state.waiting, Waiting::Answer(_)) {
            let native_id = format!("answer {number}");
            local.say(&id, &native_id, "x").await.map_err(|e| e.to_string())?;
        }
    }
    let steps = local.steps(&id).await.map_err(|e| e.to_string())?;
    let failed = steps.iter().find_map(|step| match step {
        Step::Failed { code: Some(code), line, .. } => Some((format!("{code:?}"), *line)),
        _ => None,
    });
    failed.ok_or_else(|| format!("it did not fail; its last step is {:?}", steps.last()))
}

/// What is wrong with how it ends.
async fn complaint(hostile: &Hostile) -> Option<String> {
    let Hostile { name, stops, lines, .. } = hostile;
    match end(hostile).await {
        Err(error) if hostile.is_refused() && stops.iter().any(|code| error.contains(code)) => None,
        Err(error) => Some(format!("{name}: {}", error.chars().take(300).collect::<String>())),
        Ok((code, line)) if !stops.contains(&code) => {
            Some(format!("{name}: it stops with {code} (line {line}), not with {stops:?}"))
        }
        Ok((_, line)) if !lines.contains(&line) => {
            Some(format!("{name}: it stops in line {line}, not in one of {lines:?}"))
        }
        Ok(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_stopped_by_its_limit_in_its_line() {
    let mut wrong = Vec::new();
    for hostile in &all() {
        let started = std::time::Instant::now();
        wrong.extend(complaint(hostile).await);
        println!("{:<24} {:>7.0?}", hostile.name, started.elapsed());
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_of_them() {
    let kinds: std::collections::BTreeSet<String> = all()
        .iter()
        .map(|hostile| hostile.name.split('-').next().unwrap_or_default().to_string())
        .collect();
    assert!(all().len() >= 48 && kinds.len() >= 12, "{} of {kinds:?}", all().len());
}

/// Whatever a script does, its machine never uses more fuel or memory than it may; and it ends the
/// same, whether it is interpreted or compiled.
#[test]
fn no_machine_takes_more_than_its_limits() {
    basilect_native::install();
    let all = all();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let turn = || all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
                while let Some(hostile) = turn() {
                    if !hostile.is_refused() {
                        let interpreted = outcome(hostile, Engine::Interpreter);
                        let compiled = outcome(hostile, Engine::Native(3_000));
                        assert_eq!(compiled, interpreted, "{}", hostile.name);
                    }
                }
            });
        }
    });
}

/// How a script ends, and the fuel that its last turn has used.
fn outcome(hostile: &Hostile, engine: Engine) -> (String, u64) {
    let package = bots::compile("hostile", &hostile.scripts()).unwrap();
    let limits = Limits::DEFAULT;
    let env = Env::new(MONDAY, "UTC", 1);
    let program = std::sync::Arc::new(package.program);
    let mut machine = Machine::new(program, "start", limits.clone(), env).unwrap();
    machine.set_engine(engine);
    loop {
        let outcome = machine.run(limits.fuel_per_slice);
        let (fuel, bytes) = (machine.fuel_used(), machine.heap_bytes());
        let name = &hostile.name;
        assert!(fuel <= limits.fuel_per_turn + FUEL_BEYOND, "{name} by {engine:?}: {fuel} fuel");
        assert!(bytes <= limits.heap_bytes + HEAP_BEYOND, "{name} by {engine:?}: {bytes} bytes");
        match outcome {
            Outcome::Host(_) => machine.resume(Ok(Data::text("x"))).unwrap(),
            Outcome::OutOfFuelSlice => {}
            Outcome::Done(_) | Outcome::Trap(_) => return (format!("{outcome:?}"), fuel),
        }
    }
}
