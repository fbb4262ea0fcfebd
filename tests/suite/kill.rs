//! The kill drill: the real server is killed again and again while people talk. Nothing that was
//! acknowledged may be lost, nothing may be shown twice, and the order must stand.
//!
//! `BASILECT_KILLS=200` kills so often at random times, on either database; `BASILECT_SEED` repeats
//! a run.

use std::path::PathBuf;
use std::time::Duration;

use basilect_runtime::crash;
use basilect_tests::checker::ECHO_BOT;
use basilect_tests::drill::{Drill, LEDGER_BOT, Outcome};
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};
use basilect_tests::random::Random;
use basilect_tests::{bots, database, planted};

const PEOPLE: usize = 50;
/// The longest time between two kills.
const BETWEEN: Duration = Duration::from_millis(900);
/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a point may take to be passed.
const PASS: Duration = Duration::from_secs(60);

/// A server with the bots of the drills, in a folder of its own.
struct Field {
    _folder: TemporaryFolder,
    launch: Launch,
    random: Random,
}

impl Field {
    fn new(name: &str) -> Field {
        let folder = TemporaryFolder::new(name).unwrap();
        let bots = [("echo", ECHO_BOT), ("ledger", LEDGER_BOT)];
        let bot = |(name, script)| bots::write(folder.path(), name, &[("start", script)]).unwrap();
        let launch = Launch::new(folder.path(), &bots.map(bot)).unwrap();
        Field { launch, _folder: folder, random: Random::of_run() }
    }

    fn people(&mut self, count: usize) -> Drill {
        Drill::start(self.launch.address, &["echo", "ledger"], count, &mut self.random)
    }

    /// Kills the server at random times; how long it took to be ready again, each time.
    async fn kills(&mut self, server: &mut ServerProcess, count: usize) -> Vec<Duration> {
        let mut ready = Vec::new();
        for _ in 0..count {
            tokio::time::sleep(self.random.time(BETWEEN)).await;
            ready.push(tokio::task::block_in_place(|| server.restart_after_kill()).unwrap());
        }
        ready
    }

    /// Lets the server die at a point, and starts it again without.
    fn die_at(&mut self, point: &str, server: &mut ServerProcess) -> Duration {
        let pass = 1 + self.random.below(40);
        let armed = self.launch.clone().with("BASILECT_CRASH", &format!("{point}:{pass}"));
        server.kill().unwrap();
        // It may pass the point with what it takes up at its start, before it is ready.
        if let Ok(mut armed) = ServerProcess::start(armed) {
            assert!(armed.wait_dead(PASS).unwrap(), "nothing passed {point} {pass} times");
        }
        *server = ServerProcess::start(self.launch.clone()).unwrap();
        server.ready_after
    }
}

fn expect_no_faults(outcome: &Outcome) {
    assert!(outcome.messages > 0, "nobody said anything");
    let shown: Vec<&String> = outcome.faults.iter().take(20).collect();
    assert!(shown.is_empty(), "{} faults, the first: {shown:#?}", outcome.faults.len());
}

fn report(what: &str, outcome: &Outcome, mut ready: Vec<Duration>) {
    ready.sort();
    let (median, longest) = (ready[ready.len() / 2], ready[ready.len() - 1]);
    let (messages, kills) = (outcome.messages, ready.len());
    println!(
        "{what}: {kills} kills, {messages} messages acknowledged, {} faults; \
         ready again after {median:.0?} (median), {longest:.0?} (longest)",
        outcome.faults.len()
    );
}

fn kills(default: usize) -> usize {
    std::env::var("BASILECT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_times_lose_nothing() {
    let mut field = Field::new("kill");
    let mut server = ServerProcess::start(field.launch.clone()).unwrap();
    let people = field.people(PEOPLE);
    let ready = field.kills(&mut server, kills(90)).await;
    let outcome = people.finish(PATIENCE).await.unwrap();
    report("SQLite", &outcome, ready);
    expect_no_faults(&outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_times_lose_nothing_on_postgres() {
    let Some(url) = database::fresh("kill").await.unwrap() else { return };
    let mut field = Field::new("kill-postgres");
    field.launch.database = Some(url);
    let mut server = ServerProcess::start(field.launch.clone()).unwrap();
    let people = field.people(PEOPLE);
    let ready = field.kills(&mut server, kills(60)).await;
    let outcome = people.finish(PATIENCE).await.unwrap();
    report("PostgreSQL", &outcome, ready);
    expect_no_faults(&outcome);
}

async fn a_kill_at_every_point(what: &str, mut field: Field) {
    let mut server = ServerProcess::start(field.launch.clone()).unwrap();
    let people = field.people(PEOPLE);
    let mut ready = Vec::new();
    for point in crash::POINTS {
        ready.push(tokio::task::block_in_place(|| field.die_at(point, &mut server)));
    }
    let outcome = people.finish(PATIENCE).await.unwrap();
    report(what, &outcome, ready);
    expect_no_faults(&outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_every_point_loses_nothing() {
    a_kill_at_every_point("crash points on SQLite", Field::new("points")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_every_point_loses_nothing_on_postgres() {
    let Some(url) = database::fresh("points").await.unwrap() else { return };
    let mut field = Field::new("points-postgres");
    field.launch.database = Some(url);
    a_kill_at_every_point("crash points on PostgreSQL", field).await;
}

/// A harness that cannot fail proves nothing: each defect must be seen.
#[tokio::test(flavor = "multi_thread")]
async fn planted_defects_are_seen() {
    for (name, _) in planted::Defect::ALL {
        let mut field = Field::new("planted");
        field.launch = field.launch.clone().with("BASILECT_PLANT", name);
        field.launch.program = Some(PathBuf::from(env!("CARGO_BIN_EXE_basilect-planted")));
        let mut server = ServerProcess::start(field.launch.clone()).unwrap();
        let people = Drill::start(field.launch.address, &["echo"], 10, &mut field.random);
        field.kills(&mut server, 4).await;
        let outcome = people.finish(Duration::from_secs(2)).await.unwrap();
        assert!(!outcome.faults.is_empty(), "the drill did not notice {name}");
        println!("{name}: {}", outcome.faults[0]);
    }
}
