//! A program that is written to bytes and read back at every stop does exactly what it does
//! without.
//!
//! Every recorded conversation of the example bots is held once in a runtime, which gives its
//! journal. The journal is then played to the scripts twice: straight, and through bytes at every
//! suspension and at every end of a slice of 1,000 units of fuel. Said texts, values, variables and
//! fuel must be the same, and so must the bytes of machines that stand at the same place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use basilect_compiler::package::Package;
use basilect_runtime::conversation::{Event, Step};
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits};
use basilect_tests::bots;
use basilect_tests::load::percentile;
use basilect_tests::local::Local;
use basilect_vm::{Machine, Outcome, Program};

/// Fuel of one slice when the program goes through bytes.
const SLICE: u64 = 1_000;
/// What a dialog of the examples takes when it waits.
const TYPICAL_BYTES: usize = 2 << 10;

/// What a program did, in a form that can be compared.
#[derive(Default)]
struct Course {
    events: Vec<String>,
    /// The machines' bytes at each suspension.
    bytes: Vec<Vec<u8>>,
    /// How long writing and reading took.
    times: Vec<Duration>,
    round_trips: usize,
}

struct Player {
    program: Arc<Program>,
    running: Vec<Machine>,
    through_bytes: bool,
    course: Course,
}

impl Player {
    fn play(program: &Arc<Program>, steps: &[Step], through_bytes: bool) -> Course {
        let program = program.clone();
        let (running, course) = (Vec::new(), Course::default());
        let mut player = Player { program, running, through_bytes, course };
        steps.iter().for_each(|step| player.step(step));
        player.course
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Event { .. } => self.running.iter_mut().for_each(Machine::begin_turn),
            Step::Begin { script, inputs, zone, seed, now, .. } => {
                let env = Env::new(*now, zone.as_str(), *seed);
                let limits = Limits::DEFAULT;
                let mut machine = Machine::new(self.program.clone(), script, limits, env).unwrap();
                for (name, value) in inputs {
                    machine.set_input(name, value).unwrap();
                }
                self.running.push(machine);
            }
            Step::Call { words, answer, now, .. } => self.call(words, answer, *now),
            Step::Done { .. } | Step::Failed { .. } => {
                self.advance();
                self.running.pop();
            }
            Step::Model { .. } => {}
        }
    }

    fn call(&mut self, words: &str, answer: &Result<Data, Fault>, now: i64) {
        self.advance();
        let machine = self.running.last_mut().unwrap();
        assert_eq!(machine.pending().map(|pending| &*pending.words), Some(words));
        self.course.bytes.push(machine.snapshot());
        machine.set_now(now);
        machine.resume(answer.clone()).unwrap();
        self.renew();
    }

    /// Runs the innermost script until it stops, and notes how it stands then.
    fn advance(&mut self) {
        let slice = if self.through_bytes { SLICE } else { u64::MAX };
        let outcome = loop {
            self.renew();
            match self.running.last_mut().unwrap().run(slice) {
                Outcome::OutOfFuelSlice => {}
                outcome => break outcome,
            }
        };
        self.renew();
        let machine = self.running.last().unwrap();
        let (fuel, place, variables) =
            (machine.fuel_used(), machine.position(), machine.variables());
        self.course.events.push(format!("{outcome:?} {fuel} {place:?} {variables:?}"));
    }

    /// Replaces the innermost machine by one that is read from its bytes.
    fn renew(&mut self) {
        if !self.through_bytes {
            return;
        }
        let started = Instant::now();
        let machine = self.running.pop().unwrap();
        let bytes = machine.snapshot();
        let again = Machine::restore(self.program.clone(), &bytes, Limits::DEFAULT).unwrap();
        self.course.times.push(started.elapsed());
        self.course.round_trips += 1;
        assert_eq!(again.snapshot(), bytes, "bytes that were read are written the same");
        self.running.push(again);
    }
}

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

fn sorted(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    paths
}

/// The recorded conversations of a bot.
fn transcripts(bot: &Path) -> Vec<PathBuf> {
    let name = bot.file_stem().unwrap().to_string_lossy();
    let mut found = sorted(&bot.join("tests"), ".chat");
    found.extend(sorted(&bot.join(format!("{name}.gbdialog/tests")), ".chat"));
    found
}

/// Holds a recorded conversation: what the person says and which tools are called. The answers are
/// compared where transcripts are tested; here it is enough that the bot does something.
async fn hold(package: Package, transcript: &str) -> Vec<Step> {
    let local = Local::start(package, Limits::DEFAULT).await.unwrap();
    let script = transcript.lines().find_map(|line| line.strip_prefix("run "));
    let id = local.open(&script.map_or(Event::Start, |script| run(script, "{}"))).await.unwrap();
    for (number, line) in transcript.lines().enumerate() {
        let native_id = format!("line {number}");
        if let Some(text) = line.strip_prefix("> ") {
            local.say(&id, &native_id, text).await.unwrap();
        } else if let Some(call) = line.strip_prefix("tool ") {
            let (script, inputs) = call.split_once(' ').unwrap_or((call, "{}"));
            local.post(&id, &native_id, &run(script, inputs)).await.unwrap();
        }
    }
    local.steps(&id).await.unwrap()
}

fn run(script: &str, inputs: &str) -> Event {
    let value = serde_json::from_str(inputs).unwrap_or_default();
    let inputs = match basilect_stdlib::pure::json::from_json(&value) {
        Data::Map(map) => map.into_iter().map(|(name, v)| (name.to_lowercase(), v)).collect(),
        _ => Default::default(),
    };
    Event::Run { script: script.trim().to_string(), inputs }
}

#[tokio::test]
async fn every_example_goes_through_bytes_unchanged() {
    let (mut sizes, mut times, mut trips, mut talks) = (Vec::new(), Vec::new(), 0, 0);
    for bot in sorted(&examples(), ".gbai") {
        let package = bots::compile_folder(&bot).unwrap();
        let program = Arc::new(package.program.clone());
        for path in transcripts(&bot) {
            let text = std::fs::read_to_string(&path).unwrap();
            let steps = hold(package.clone(), &text).await;
            let straight = Player::play(&program, &steps, false);
            let through = Player::play(&program, &steps, true);
            assert!(!straight.events.is_empty(), "{}: nothing happened", path.display());
            for (one, other) in straight.events.iter().zip(&through.events) {
                assert_eq!(one, other, "{}", path.display());
            }
            assert_eq!(straight.events.len(), through.events.len(), "{}", path.display());
            assert_eq!(straight.bytes, through.bytes, "{}", path.display());
            sizes.extend(through.bytes.iter().map(Vec::len));
            times.extend(through.times);
            (trips, talks) = (trips + through.round_trips, talks + 1);
        }
    }
    report(talks, trips, sizes, times);
}

fn report(talks: usize, trips: usize, mut sizes: Vec<usize>, mut times: Vec<Duration>) {
    sizes.sort_unstable();
    times.sort_unstable();
    let size = |share: f64| sizes[((sizes.len() - 1) as f64 * share) as usize];
    let time = |share| percentile(&times, share);
    println!(
        "{talks} conversations, {trips} times through bytes; a waiting program has {} bytes (p50), \
         {} (p95), {} (max); writing and reading take {:?} (p50), {:?} (p95), {:?} (max)",
        size(0.5),
        size(0.95),
        size(1.0),
        time(0.5),
        time(0.95),
        time(1.0)
    );
    assert!(trips > 1_000, "only {trips} times through bytes");
    assert!(size(0.5) <= TYPICAL_BYTES, "a typical dialog takes {} bytes", size(0.5));
}
