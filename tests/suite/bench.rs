//! Measurements, run by `cargo xtask bench` in release mode (`docs/performance.md`).

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use basilect_runtime::Services;
use basilect_runtime::bots::Bots;
use basilect_runtime::conversation::{Conversations, Live, Say};
use basilect_runtime::llm::Models;
use basilect_runtime::ports::blobs::Folder;
use basilect_runtime::ports::clock::SystemClock;
use basilect_runtime::ports::store::Store;
use basilect_runtime::store::{self, Sqlite};
use basilect_stdlib::Limits;
use basilect_tests::bots;
use basilect_tests::checker::ECHO_BOT;
use basilect_tests::load::percentile;
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};

/// Conversations that wait.
const WAITING: usize = 100_000;
/// Conversations that are resumed one after another.
const RESUMED: usize = 2_000;
/// Conversations that are opened at the same time.
const TOGETHER: usize = 200;

#[test]
#[ignore = "a measurement"]
fn bench_load_of_ten_thousand_people() {
    let status = Command::new(env!("CARGO_BIN_EXE_basilect-load")).status().unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "a measurement"]
fn bench_start_with_all_examples() {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folder = TemporaryFolder::new("start").unwrap();
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let launch = Launch::new(folder.path(), std::slice::from_ref(&examples)).unwrap();
            ServerProcess::start(launch).unwrap().ready_after
        })
        .collect();
    let first = times[0];
    times.sort_unstable();
    println!(
        "ready with all examples: first start {first:.0?}, later starts {:.0?} (p50), {:.0?} (max)",
        percentile(&times, 0.5),
        times[times.len() - 1].min(first)
    );
}

/// A runtime on a file in `folder`.
async fn runtime(folder: &TemporaryFolder) -> Conversations {
    runtime_on(store::open(None, folder.path()).await.unwrap(), folder).await
}

async fn runtime_on(store: Arc<dyn Store>, folder: &TemporaryFolder) -> Conversations {
    let services = Services {
        bots: Arc::new(Bots::new(store.clone())),
        store,
        blobs: Arc::new(Folder::new(folder.path())),
        clock: Arc::new(SystemClock),
        models: Arc::new(Models::new(None)),
        limits: Limits::DEFAULT,
    };
    let package = bots::compile("echo", &[("start", ECHO_BOT)]).unwrap();
    services.bots.deploy(package, services.clock.now_ms()).await.unwrap();
    Conversations::new(services)
}

async fn open(conversations: &Conversations, count: usize) -> Vec<String> {
    let gate = Arc::new(tokio::sync::Semaphore::new(TOGETHER));
    let opening: Vec<_> = (0..count)
        .map(|_| {
            let (conversations, gate) = (conversations.clone(), gate.clone());
            tokio::spawn(async move {
                let _turn = gate.acquire().await.unwrap();
                conversations.open("echo", "web", None).await.unwrap().conversation
            })
        })
        .collect();
    let mut ids = Vec::with_capacity(count);
    for opened in opening {
        ids.push(opened.await.unwrap());
    }
    conversations.settle().await;
    ids
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn bench_a_hundred_thousand_waiting_conversations() {
    let folder = TemporaryFolder::new("waiting").unwrap();
    let conversations = runtime(&folder).await;
    let (before, started) = (resident_bytes(), Instant::now());
    let ids = open(&conversations, WAITING).await;
    let took = started.elapsed();
    let growth = resident_bytes().saturating_sub(before);
    let state = conversations.load(&ids[0]).await.unwrap().state.len();
    conversations.services().store.close().await;
    let file = std::fs::metadata(folder.path().join("basilect.db")).unwrap().len();
    println!(
        "{WAITING} conversations opened and waiting after {took:.1?} ({:.0} a second): \
         {state} bytes of state each, {} bytes of database each, {} MB of memory in all",
        WAITING as f64 / took.as_secs_f64(),
        file as usize / WAITING,
        growth >> 20
    );
}

/// What a message to a conversation costs that nobody has in memory: it is stored, the state is
/// read, the program goes on, and all that follows is committed: two commits.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn bench_load_resume_save() {
    let folder = TemporaryFolder::new("resume").unwrap();
    let file = store::open(None, folder.path()).await.unwrap();
    resume_all("on the disk", file, &folder).await;
    let memory = Arc::new(Sqlite::memory().await.unwrap());
    resume_all("without waiting for the disk", memory, &folder).await;
}

async fn resume_all(place: &str, store: Arc<dyn Store>, folder: &TemporaryFolder) {
    let before = runtime_on(store, folder).await;
    let ids = open(&before, RESUMED).await;
    // Another server on the same store has none of them in memory.
    let conversations = Conversations::new(before.services().clone());
    let mut times = Vec::with_capacity(ids.len());
    for id in &ids {
        let mut attachment = conversations.attach(id);
        let say = Say { id: "1".into(), text: "hello".into(), ..Say::default() };
        let started = Instant::now();
        conversations.say(id, say).await.unwrap();
        loop {
            match attachment.next().await.unwrap() {
                Live::Item(_, item) if item.contains("\"by\":\"bot\"") => break,
                _ => {}
            }
        }
        times.push(started.elapsed());
    }
    times.sort_unstable();
    println!(
        "a message to a conversation that is not in memory, {place}: {:.2?} (p50), {:.2?} (p99)",
        percentile(&times, 0.5),
        percentile(&times, 0.99)
    );
}

/// A server with many suspended conversations is ready again at once.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn bench_start_with_ten_thousand_waiting_conversations() {
    let folder = TemporaryFolder::new("suspended").unwrap();
    let bot = bots::write(folder.path(), "echo", &[("start", ECHO_BOT)]).unwrap();
    let launch = Launch::new(folder.path(), &[bot]).unwrap();
    let mut server = ServerProcess::start(launch.clone()).unwrap();
    let load = basilect_tests::load::Load {
        address: launch.address,
        bot: "echo".into(),
        sockets: 1_000,
        rate: 1.0,
        time: Duration::ZERO,
    };
    for _ in 0..10 {
        drop(load.clone().open().await.unwrap());
    }
    let mut times: Vec<Duration> = (0..50).map(|_| server.restart_after_kill().unwrap()).collect();
    times.sort_unstable();
    println!(
        "ready after SIGKILL with 10,000 waiting conversations: {:.0?} (p50), {:.0?} (p99)",
        percentile(&times, 0.5),
        percentile(&times, 0.99)
    );
    assert!(percentile(&times, 0.99) <= Duration::from_secs(1));
}
