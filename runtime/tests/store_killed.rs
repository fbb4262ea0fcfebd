//! A process that commits without a pause is killed, again and again: what it was told to be
//! committed is there afterwards, in order, and the file is whole.
//!
//! This shows that commits are atomic and ordered. That they also survive the loss of power cannot
//! be seen by killing a process, because the system keeps what was written.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use basilect_runtime::ports::store::{
    Inbound, JournalEntry, NewConversation, NewItem, Query, Store, TurnCommit,
};
use basilect_runtime::store::Sqlite;
use basilect_stdlib::Data;

/// Holds the file that the process to be killed works on.
const FILE: &str = "BASILECT_KILLED_STORE";
/// Conversations that it keeps busy at once.
const CONVERSATIONS: usize = 8;
/// How often it is killed.
const KILLS: u64 = 20;

fn conversation(n: usize) -> String {
    format!("c{n}")
}

/// The process that is killed. It tells of each turn after its commit was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is started, and killed, by the other test"]
async fn a_process_that_commits() {
    let Ok(file) = std::env::var(FILE) else { return };
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&file).await.expect("opened"));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..CONVERSATIONS {
        tasks.spawn(talk(store.clone(), n));
    }
    tasks.join_all().await;
}

async fn talk(store: Arc<dyn Store>, n: usize) {
    let id = conversation(n);
    store.open(&new(&id)).await.expect("opened");
    loop {
        let stored = store.conversation(&id).await.expect("read").expect("is there");
        let turn = stored.version;
        let message = said(&id, turn);
        let inbox = store.accept(&message).await.expect("accepted").inbox;
        tell(&format!("accepted {n} {turn}"));
        let commit = commit(&id, turn, inbox);
        match n % 2 {
            0 => store.commit(commit).await.expect("committed"),
            _ => {
                let mut script = store.begin().await.expect("begun");
                let row = [("of".to_string(), Data::text(&*id)), ("n".into(), Data::Int(turn))];
                script.insert("b", "kept", row.into_iter().collect()).await.expect("inserted");
                script.commit(commit).await.expect("committed")
            }
        };
        tell(&format!("committed {n} {turn}"));
    }
}

/// One write of a whole line, so that a kill leaves no half of it.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("\n{line}\n").as_bytes());
    let _ = out.flush();
}

fn new(id: &str) -> NewConversation {
    NewConversation {
        id: id.into(),
        key_hash: String::new(),
        bot: "b".into(),
        program: "p".into(),
        person: "x".into(),
        channel: "web".into(),
        at: 1,
    }
}

fn said(id: &str, turn: i64) -> Inbound {
    Inbound {
        conversation: id.into(),
        native_id: format!("m{turn}"),
        body: "{}".into(),
        item: Some(format!("ask {turn}")),
        at: 1,
    }
}

fn commit(id: &str, turn: i64, inbox: i64) -> TurnCommit {
    let step = JournalEntry { turn, step: 0, at: 1, body: format!("step {turn}") };
    TurnCommit {
        conversation: id.into(),
        version: turn,
        done: Some(inbox),
        state: vec![turn as u8; 3_000],
        program: "p".into(),
        items: vec![NewItem { seq: None, body: format!("answer {turn}") }],
        journal: vec![step],
        turn,
        at: 1,
        ..TurnCommit::default()
    }
}

/// The highest turn of each conversation that was accepted and committed, as it was told.
#[derive(Clone, Copy, Default)]
struct Told {
    accepted: Option<i64>,
    committed: Option<i64>,
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let folder = std::env::temp_dir().join(format!("basilect-killed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("store.db");
    let mut told = [Told::default(); CONVERSATIONS];
    for kill in 0..KILLS {
        let (life, soon) = (Duration::from_millis(kill * 37 % 120), kill % 4 == 3);
        let at = file.clone();
        let lines = tokio::task::spawn_blocking(move || live_and_die(&at, life, soon)).await;
        lines.expect("ran").iter().for_each(|line| note(&mut told, line));
        check(&file, &told).await;
    }
    let turns: i64 = told.iter().filter_map(|told| told.committed).sum();
    assert!(turns > 50, "only {turns} turns were committed: the test has shown nothing");
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// Starts the process, kills it, and returns what it told. It dies some time after its first
/// commit, or so soon that it may still be opening the file.
fn live_and_die(file: &Path, life: Duration, soon: bool) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "a_process_that_commits", "--ignored", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    let (sender, lines) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        // Ends with the process, which closes its side.
        out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    let mut told = Vec::new();
    while !soon && !told.last().is_some_and(|line: &String| line.starts_with("committed")) {
        told.push(lines.recv_timeout(Duration::from_secs(60)).expect("it commits"));
    }
    std::thread::sleep(life);
    child.kill().expect("killed");
    child.wait().expect("gone");
    reader.join().expect("read").expect("all was read");
    told.extend(lines);
    told
}

fn note(told: &mut [Told], line: &str) {
    let mut words = line.split(' ');
    let (Some(what), Some(n), Some(turn)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    let (Ok(n), Ok(turn)) = (n.parse::<usize>(), turn.parse::<i64>()) else { return };
    let Some(told) = told.get_mut(n) else { return };
    match what {
        "accepted" => told.accepted = told.accepted.max(Some(turn)),
        "committed" => told.committed = told.committed.max(Some(turn)),
        _ => {}
    }
}

async fn check(file: &Path, told: &[Told]) {
    let store = Sqlite::open(file).await.expect("opens at once");
    let rows = store.find("b", &Query { table: "kept".into(), ..Query::default() }).await;
    let rows = rows.expect("rows");
    for (n, told) in told.iter().enumerate() {
        let id = conversation(n);
        let Some(stored) = store.conversation(&id).await.expect("read") else {
            assert!(told.accepted.is_none(), "{id} is gone");
            continue;
        };
        let version = stored.version;
        assert!(version > told.committed.unwrap_or(-1), "{id}: a committed turn is gone");
        let log = store.items(&id, 0, 100_000).await.expect("log");
        check_log(&id, version, told, &log.iter().map(|i| i.body.as_str()).collect::<Vec<_>>());
        assert!(log.iter().map(|item| item.seq).eq(1..=stored.last_seq), "{id}: a gap");
        let journal = store.journal(&id).await.expect("journal");
        assert!(journal.iter().map(|step| step.turn).eq(0..version), "{id}: its journal");
        let own = rows.iter().filter(|row| row["of"] == Data::text(&*id));
        let expected = if n % 2 == 0 { 0 } else { version };
        assert_eq!(own.count() as i64, expected, "{id}: rows come with their turn or not at all");
    }
    store.close().await;
    whole(file).await;
}

/// The log is what the committed turns said, and perhaps one message more.
fn check_log(id: &str, version: i64, told: &Told, log: &[&str]) {
    let mut expected: Vec<String> =
        (0..version).flat_map(|t| [format!("ask {t}"), format!("answer {t}")]).collect();
    if log.len() > expected.len() {
        expected.push(format!("ask {version}"));
    }
    assert_eq!(log, expected, "{id}");
    let asked = expected.iter().filter(|body| body.starts_with("ask")).count() as i64;
    assert!(asked > told.accepted.unwrap_or(-1), "{id}: an accepted message is gone");
}

async fn whole(file: &Path) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.expect("opens");
    let verdict: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&mut connection)
        .await
        .expect("checked");
    assert_eq!(verdict, "ok");
    connection.close().await.expect("closed");
}
