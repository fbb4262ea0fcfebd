//! Other people while every hostile script runs at once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use basilect_tests::bots;
use basilect_tests::chat::{Came, ChatClient};
use basilect_tests::checker::ECHO_BOT;
use basilect_tests::load::{Load, Measured};
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};
use basilect_tests::random::Random;

/// How much slower others may become: so many times, and at least so much is allowed.
const SLOWER: f64 = 1.5;
const ALLOWED: Duration = Duration::from_millis(50);
/// A build without optimisation computes an order of magnitude slower, so its slices are longer.
const UNOPTIMISED: u32 = if cfg!(debug_assertions) { 10 } else { 1 };

/// Opens conversations with one hostile bot, one after another, until told to stop.
async fn torment(address: SocketAddr, bot: String, stop: Arc<AtomicBool>) -> usize {
    let mut times = 0;
    while !stop.load(Ordering::Acquire) {
        let mut client = ChatClient::new(address, &bot);
        if client.reconnect(Duration::from_secs(60)).await.is_err() {
            break;
        }
        times += usize::from(ends(&mut client, &stop).await);
    }
    times
}

/// Answers whatever it asks until it ends; whether it did.
async fn ends(client: &mut ChatClient, stop: &AtomicBool) -> bool {
    for number in 0..40 {
        // A script that waits for an answer says nothing: it gets one after a moment.
        let came = tokio::time::timeout(Duration::from_millis(250), client.next()).await;
        match came {
            Ok(Came::Item(item)) if item["kind"] == "error" || item["kind"] == "end" => {
                return true;
            }
            Ok(Came::Cut) => return false,
            Ok(_) => {}
            Err(_) if stop.load(Ordering::Acquire) => return false,
            Err(_) => drop(client.say(&format!("a{number}"), "x").await),
        }
    }
    false
}

async fn measure(address: SocketAddr) -> Measured {
    let time = Duration::from_secs(4);
    let load = Load { address, bot: "echo".into(), sockets: 20, rate: 100.0, time };
    load.open().await.unwrap().run(&mut Random::new(3)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_hardly_notice() {
    let folder = TemporaryFolder::new("neighbours").unwrap();
    let hostile: Vec<_> = super::all().into_iter().filter(|bot| !bot.is_refused()).collect();
    let mut folders: Vec<PathBuf> = hostile
        .iter()
        .map(|bot| bots::write(folder.path(), &bot.name, &bot.scripts()).unwrap())
        .collect();
    folders.push(bots::write(folder.path(), "echo", &[("start", ECHO_BOT)]).unwrap());
    let server = ServerProcess::start(Launch::new(folder.path(), &folders).unwrap()).unwrap();
    let address = server.launch.address;
    let alone = measure(address).await;
    let stop = Arc::new(AtomicBool::new(false));
    let torments = hostile.iter().map(|bot| torment(address, bot.name.clone(), stop.clone()));
    let torments: Vec<_> = torments.map(tokio::spawn).collect();
    let beside = measure(address).await;
    let resident = server.resident_bytes().unwrap();
    stop.store(true, Ordering::Release);
    let mut stopped = 0;
    for torment in torments {
        stopped += torment.await.unwrap();
    }
    println!(
        "alone:\n{alone}beside {} hostile bots ({stopped} runs stopped, {} MB resident):\n{beside}",
        hostile.len(),
        resident >> 20
    );
    assert!(stopped > 0, "nothing hostile happened");
    assert_eq!((beside.lost, beside.doubled), (0, 0));
    let allowed = alone.percentile(0.99).mul_f64(SLOWER).max(ALLOWED * UNOPTIMISED);
    let p99 = beside.percentile(0.99);
    assert!(p99 <= allowed, "others wait {p99:?} (p99), {allowed:?} would be allowed");
}
