//! How many accepted messages and committed turns a second a store takes.
//!
//! `cargo run --release -p basilect-runtime --example store_throughput -- [seconds]
//! [conversations]` measures SQLite on the disk of the current folder; with
//! `BASILECT_TEST_POSTGRES` set and the
//! feature `postgres`, PostgreSQL as well (in the database that the URL names).

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use basilect_runtime::ports::store::{
    Inbound, JournalEntry, NewConversation, NewItem, Store, StoreResult, TurnCommit,
};
use basilect_runtime::store::Sqlite;

/// Bytes of a small snapshot.
const STATE_BYTES: usize = 2_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> StoreResult<()> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let seconds = arguments.next().and_then(Result::ok).unwrap_or(5);
    let conversations = arguments.next().and_then(Result::ok).unwrap_or(64);
    let file = format!("store-throughput-{}.db", std::process::id());
    let store = Arc::new(Sqlite::open(&file).await?);
    measure("sqlite, full durability", store, seconds, conversations).await?;
    for end in ["", "-wal", "-shm"] {
        // The log and its index go when the store closes; what is left goes now.
        let _ = std::fs::remove_file(format!("{file}{end}"));
    }
    let store = Arc::new(Sqlite::memory().await?);
    measure("sqlite, temporary", store, seconds, conversations).await?;
    postgres(seconds, conversations).await
}

#[cfg(feature = "postgres")]
async fn postgres(seconds: u64, conversations: u64) -> StoreResult<()> {
    let Ok(url) = std::env::var("BASILECT_TEST_POSTGRES") else { return Ok(()) };
    let store = Arc::new(basilect_runtime::store::Postgres::open(&url, 8).await?);
    measure("postgresql", store, seconds, conversations).await
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_seconds: u64, _conversations: u64) -> StoreResult<()> {
    Ok(())
}

async fn measure(
    name: &str,
    store: Arc<dyn Store>,
    seconds: u64,
    conversations: u64,
) -> StoreResult<()> {
    let over = Arc::new(AtomicBool::new(false));
    let turns = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..conversations {
        let id = format!("{}-{n}", std::process::id());
        tasks.spawn(talk(store.clone(), id, over.clone(), turns.clone()));
    }
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    over.store(true, Ordering::Relaxed);
    let mut waits: Vec<Duration> = Vec::new();
    for task in tasks.join_all().await {
        waits.extend(task?);
    }
    let rate = turns.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |part: usize| waits.get(waits.len() * part / 100).copied().unwrap_or_default();
    let line = format!(
        "{name}: {rate:.0} accepted and {rate:.0} committed a second with {conversations} \
         conversations; a turn takes {:?} (p50), {:?} (p99)\n",
        at(50),
        at(99)
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
    store.close().await;
    Ok(())
}

/// One conversation: a message, a turn, and the next message at once.
async fn talk(
    store: Arc<dyn Store>,
    id: String,
    over: Arc<AtomicBool>,
    turns: Arc<AtomicU64>,
) -> StoreResult<Vec<Duration>> {
    store.open(&new(&id)).await?;
    let mut waits = Vec::new();
    for turn in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let begun = Instant::now();
        let message = Inbound {
            conversation: id.clone(),
            native_id: format!("m{turn}"),
            body: "{\"say\":{\"text\":\"I would like two loaves\"}}".into(),
            item: Some("{\"by\":\"person\",\"kind\":\"text\",\"text\":\"two loaves\"}".into()),
            at: turn,
        };
        let inbox = store.accept(&message).await?.inbox;
        store.commit(commit(&id, turn, inbox)).await?;
        turns.fetch_add(1, Ordering::Relaxed);
        waits.push(begun.elapsed());
    }
    Ok(waits)
}

fn new(id: &str) -> NewConversation {
    NewConversation {
        id: id.into(),
        key_hash: "0".repeat(64),
        bot: "bakery".into(),
        program: "0".repeat(64),
        person: "anna".into(),
        channel: "web".into(),
        at: 0,
    }
}

fn commit(id: &str, turn: i64, inbox: i64) -> TurnCommit {
    let said = "{\"by\":\"bot\",\"kind\":\"text\",\"text\":\"Two loaves. Anything else?\"}";
    let steps = "[{\"event\":{\"say\":{\"text\":\"I would like two loaves\"}},\"now\":0}]";
    TurnCommit {
        conversation: id.into(),
        version: turn,
        done: Some(inbox),
        state: vec![7; STATE_BYTES],
        program: "0".repeat(64),
        items: vec![NewItem { seq: None, body: said.into() }],
        journal: vec![JournalEntry { turn, step: 0, at: turn, body: steps.into() }],
        turn,
        at: turn,
        ..TurnCommit::default()
    }
}
