//! Bots of different owners share a server fairly, however many conversations one of them has.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use basilect_tests::bots;
use basilect_tests::chat::ChatClient;
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};

use super::neighbours::torment;

/// A bot that computes without end.
const GREEDY: &str = "DO\nn = n + 1\nLOOP\n";
/// How many conversations it has at once: in one queue for all, others would wait some twenty
/// times as long with them.
const CONVERSATIONS: usize = 40;
/// A bot that computes for some slices before each answer.
const THINKING: &str = "TALK \"ready\"\nDO\nHEAR n\nt = 0\nFOR i = 1 TO 1500000\n\
     t = t + i MOD 7\nNEXT\nTALK t\nLOOP\n";
/// How much longer its answers may take beside the greedy one: half of each core is its own.
const SLOWER: f64 = 10.0;
const ALLOWED: Duration = Duration::from_millis(100);

/// The median time to an answer of the thinking bot.
async fn answer(client: &mut ChatClient) -> Duration {
    let mut times = Vec::new();
    for number in 0..7 {
        let began = Instant::now();
        client.say(&format!("{:?} {number}", began), "go").await.unwrap();
        client.next_text(Duration::from_secs(60)).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// The time to an answer alone, and beside the greedy bot.
async fn measure(address: SocketAddr) -> (Duration, Duration) {
    let mut client = ChatClient::new(address, "thinking");
    client.reconnect(Duration::from_secs(60)).await.unwrap();
    client.next_text(Duration::from_secs(60)).await.unwrap();
    answer(&mut client).await;
    let alone = answer(&mut client).await;
    let stop = Arc::new(AtomicBool::new(false));
    let greedy = (0..CONVERSATIONS).map(|_| torment(address, "greedy".into(), stop.clone()));
    let greedy: Vec<_> = greedy.map(tokio::spawn).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let beside = answer(&mut client).await;
    stop.store(true, Ordering::Release);
    for conversation in greedy {
        conversation.await.unwrap();
    }
    (alone, beside)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_with_many_long_conversations_takes_no_more_than_its_share() {
    for interpret in ["true", "false"] {
        let folder = TemporaryFolder::new("tenants").unwrap();
        let write = |name: &str, script| bots::write(folder.path(), name, &[("start", script)]);
        let written = [("greedy", GREEDY), ("thinking", THINKING)].map(|(n, s)| write(n, s));
        let folders: Vec<PathBuf> = written.into_iter().map(Result::unwrap).collect();
        let launch = Launch::new(folder.path(), &folders).unwrap();
        let server = ServerProcess::start(launch.with("BASILECT_INTERPRET", interpret)).unwrap();
        let (alone, beside) = measure(server.launch.address).await;
        println!("interpret {interpret}: {alone:.1?} alone, {beside:.1?} beside {CONVERSATIONS}");
        let allowed = alone.mul_f64(SLOWER) + ALLOWED;
        assert!(beside <= allowed, "{beside:?} beside the greedy bot, {alone:?} alone");
    }
}
