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
/// How long is measured.
const TIME: Duration = Duration::from_secs(4);
/// How many of a kind run at once where one kind is looked at.
const OF_A_KIND: usize = 8;

/// Opens conversations with one hostile bot, one after another, until told to stop.
pub async fn torment(address: SocketAddr, bot: String, stop: Arc<AtomicBool>) -> usize {
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

async fn measure(address: SocketAddr, time: Duration) -> Measured {
    let load = Load { address, bot: "echo".into(), sockets: 20, rate: 100.0, time };
    load.open().await.unwrap().run(&mut Random::new(3)).await
}

/// Others without and with every hostile bot beside them.
struct Beside {
    alone: Measured,
    beside: Measured,
    /// Runs of hostile bots that were stopped meanwhile.
    stopped: usize,
}

/// A server with every hostile bot and one that others talk to.
fn serve(folder: &TemporaryFolder, hostile: &[super::Hostile]) -> ServerProcess {
    let write = |bot: &super::Hostile| bots::write(folder.path(), &bot.name, &bot.scripts());
    let mut folders: Vec<PathBuf> = hostile.iter().map(|bot| write(bot).unwrap()).collect();
    folders.push(bots::write(folder.path(), "echo", &[("start", ECHO_BOT)]).unwrap());
    ServerProcess::start(Launch::new(folder.path(), &folders).unwrap()).unwrap()
}

fn hostile() -> Vec<super::Hostile> {
    super::all().into_iter().filter(|bot| !bot.is_refused()).collect()
}

/// Others while these bots run, and how many runs were stopped.
async fn beside(address: SocketAddr, names: &[&str], time: Duration) -> (Measured, usize) {
    let stop = Arc::new(AtomicBool::new(false));
    let torments = names.iter().map(|name| torment(address, name.to_string(), stop.clone()));
    let torments: Vec<_> = torments.map(tokio::spawn).collect();
    let measured = measure(address, time).await;
    stop.store(true, Ordering::Release);
    let mut stopped = 0;
    for torment in torments {
        stopped += torment.await.unwrap();
    }
    (measured, stopped)
}

async fn run() -> Beside {
    let folder = TemporaryFolder::new("neighbours").unwrap();
    let hostile = hostile();
    let server = serve(&folder, &hostile);
    let address = server.launch.address;
    let alone = measure(address, TIME).await;
    let names: Vec<&str> = hostile.iter().map(|bot| bot.name.as_str()).collect();
    let (beside, stopped) = beside(address, &names, TIME).await;
    println!(
        "alone:\n{alone}beside {} hostile bots ({stopped} runs stopped, {} MB resident):\n{beside}",
        hostile.len(),
        server.resident_bytes().unwrap() >> 20
    );
    Beside { alone, beside, stopped }
}

/// How long they wait is measured below, on an idle machine; here it is that they are served.
#[tokio::test(flavor = "multi_thread")]
async fn neighbours_are_served() {
    let Beside { alone, beside, stopped } = run().await;
    assert!(stopped > 0, "nothing hostile happened");
    assert_eq!((alone.lost, alone.doubled), (0, 0));
    assert_eq!((beside.lost, beside.doubled), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench"]
async fn bench_neighbours_hardly_notice() {
    let Beside { alone, beside, .. } = run().await;
    let allowed = alone.percentile(0.99).mul_f64(SLOWER).max(ALLOWED);
    let p99 = beside.percentile(0.99);
    assert!(p99 <= allowed, "others wait {p99:?} (p99), {allowed:?} would be allowed");
}

/// Which of them others notice most.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn bench_neighbours_of_each_kind() {
    let folder = TemporaryFolder::new("kinds").unwrap();
    let hostile = hostile();
    let server = serve(&folder, &hostile);
    let mut waits = Vec::new();
    for bot in &hostile {
        let names = [bot.name.as_str(); OF_A_KIND];
        let (measured, stopped) =
            beside(server.launch.address, &names, Duration::from_secs(1)).await;
        waits.push((measured.percentile(0.99), stopped, &bot.name));
    }
    waits.sort_unstable();
    for (p99, stopped, name) in waits.iter().rev() {
        println!("{name:<24} others wait {p99:>7.1?} (p99), {stopped} runs stopped");
    }
}
