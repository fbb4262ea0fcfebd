//! How fast a server answers, measured without sparing it: messages are sent when they are due,
//! whether or not the answers before have come, and the time counts from when a message was *due*.
//! So a server that stands still for a second shows as a second, not as one slow message.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::random::Random;

/// Connections that are opened at the same time.
const OPENING: usize = 64;
/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Buffers of one connection: small, because there are many.
const BUFFER_BYTES: usize = 1 << 10;

type Socket = WebSocketStream<TcpStream>;

/// What is asked of the server.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where it listens.
    pub address: SocketAddr,
    /// A bot that answers each message with a text that ends with it.
    pub bot: String,
    /// Connections, each with a conversation of its own.
    pub sockets: usize,
    /// Messages a second, over all connections.
    pub rate: f64,
    /// How long messages are sent.
    pub time: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// From when a message was due to its answer, ascending.
    pub latencies: Vec<Duration>,
    /// From when a message was due to its acknowledgement, ascending.
    pub acknowledgements: Vec<Duration>,
    /// Messages sent.
    pub sent: usize,
    /// Messages whose answer did not come.
    pub lost: usize,
    /// Answers that came more than once, or to nothing.
    pub doubled: usize,
    /// Messages that the server refused.
    pub refused: usize,
    /// How long it took to open all connections.
    pub opening: Duration,
}

impl Measured {
    /// The latency that this share of the messages did not exceed.
    pub fn percentile(&self, share: f64) -> Duration {
        percentile(&self.latencies, share)
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Measured { sent, lost, doubled, refused, .. } = self;
        writeln!(f, "{sent} sent, {lost} lost, {doubled} doubled, {refused} refused")?;
        line(f, "answer", &self.latencies)?;
        line(f, "acknowledgement", &self.acknowledgements)
    }
}

fn line(f: &mut std::fmt::Formatter<'_>, name: &str, sorted: &[Duration]) -> std::fmt::Result {
    write!(f, "{name:<16}")?;
    for (label, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)] {
        write!(f, " {label} {:>7.2} ms", milliseconds(percentile(sorted, share)))?;
    }
    let longest = sorted.last().copied().unwrap_or_default();
    writeln!(f, " max {:>7.2} ms", milliseconds(longest))
}

/// The value that this share of the sorted ones does not exceed.
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// One connection.
struct Line {
    out: Mutex<SplitSink<Socket, Message>>,
    /// When each message that is under way was due.
    due: std::sync::Mutex<HashMap<u64, Instant>>,
}

#[derive(Default)]
struct Tally {
    latencies: std::sync::Mutex<Vec<Duration>>,
    acknowledgements: std::sync::Mutex<Vec<Duration>>,
    doubled: AtomicU64,
    refused: AtomicU64,
}

/// Connections that stand, ready to send.
pub struct Ready {
    load: Load,
    lines: Vec<Arc<Line>>,
    readers: Vec<JoinHandle<()>>,
    tally: Arc<Tally>,
    opening: Duration,
}

impl Load {
    /// Opens all connections and waits until each bot has greeted.
    pub async fn open(self) -> anyhow::Result<Ready> {
        let (started, gate) = (Instant::now(), Arc::new(Semaphore::new(OPENING)));
        let opening: Vec<_> = (0..self.sockets)
            .map(|_| {
                let (gate, address, bot) = (gate.clone(), self.address, self.bot.clone());
                tokio::spawn(async move {
                    let _turn = gate.acquire().await?;
                    open(address, &bot).await
                })
            })
            .collect();
        let tally = Arc::new(Tally::default());
        let (mut lines, mut readers) = (Vec::new(), Vec::new());
        for socket in opening {
            let (out, input) = socket.await??.split();
            let line = Arc::new(Line { out: Mutex::new(out), due: Default::default() });
            readers.push(tokio::spawn(read(input, line.clone(), tally.clone())));
            lines.push(line);
        }
        Ok(Ready { load: self, lines, readers, tally, opening: started.elapsed() })
    }
}

async fn open(address: SocketAddr, bot: &str) -> anyhow::Result<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(64 * BUFFER_BYTES);
    let url = format!("ws://{address}/ws/{bot}");
    let (mut socket, _) = client_async_with_config(url, stream, Some(config)).await?;
    let greeted = async {
        while let Some(message) = socket.next().await {
            let Message::Text(text) = message? else { continue };
            let frame: Value = serde_json::from_str(&text)?;
            if frame["type"] == "item" && frame["by"] == "bot" {
                return Ok(());
            }
        }
        bail!("the line was cut before the greeting")
    };
    tokio::time::timeout(Duration::from_secs(60), greeted).await.context("no greeting")??;
    Ok(socket)
}

impl Ready {
    /// Sends for as long as wanted and waits for the answers.
    pub async fn run(&self, random: &mut Random) -> Measured {
        let started = Instant::now();
        let (mut due, mut number) = (started, 0u64);
        self.clear();
        while due - started < self.load.time {
            tokio::time::sleep_until(due.into()).await;
            let which = random.below(self.lines.len() as u64) as usize;
            self.send(which, number, due).await;
            number += 1;
            due += random.arrival(self.load.rate);
        }
        self.wait().await;
        self.measured(number as usize)
    }

    fn clear(&self) {
        lock(&self.tally.latencies).clear();
        lock(&self.tally.acknowledgements).clear();
        self.lines.iter().for_each(|line| lock(&line.due).clear());
    }

    /// Sends one message; on a busy connection it is queued, and its time runs all the same.
    async fn send(&self, which: usize, number: u64, due: Instant) {
        let Some(line) = self.lines.get(which).cloned() else { return };
        lock(&line.due).insert(number, due);
        let id = format!("{number}");
        let frame = json!({ "type": "say", "id": id, "text": id }).to_string();
        tokio::spawn(async move {
            // A line that is cut shows as a lost answer.
            let _ = line.out.lock().await.send(Message::text(frame)).await;
        });
    }

    async fn wait(&self) {
        let deadline = Instant::now() + PATIENCE;
        let open = || self.lines.iter().any(|line| !lock(&line.due).is_empty());
        while open() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn measured(&self, sent: usize) -> Measured {
        let sorted = |times: &std::sync::Mutex<Vec<Duration>>| {
            let mut times = lock(times).clone();
            times.sort_unstable();
            times
        };
        Measured {
            latencies: sorted(&self.tally.latencies),
            acknowledgements: sorted(&self.tally.acknowledgements),
            sent,
            lost: self.lines.iter().map(|line| lock(&line.due).len()).sum(),
            doubled: self.tally.doubled.load(Ordering::Acquire) as usize,
            refused: self.tally.refused.load(Ordering::Acquire) as usize,
            opening: self.opening,
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

/// Reads one connection until it ends.
async fn read(mut input: SplitStream<Socket>, line: Arc<Line>, tally: Arc<Tally>) {
    while let Some(Ok(message)) = input.next().await {
        let Message::Text(text) = message else { continue };
        let Ok(frame) = serde_json::from_str::<Value>(&text) else { continue };
        match frame["type"].as_str() {
            Some("item") if frame["by"] == "bot" && frame["kind"] == "text" => {
                answered(frame["text"].as_str().unwrap_or_default(), &line, &tally);
            }
            Some("ack") => acknowledged(frame["id"].as_str().unwrap_or_default(), &line, &tally),
            Some("refused") => {
                tally.refused.fetch_add(1, Ordering::AcqRel);
            }
            _ => {}
        }
    }
}

/// The number of the message is the last word of its answer.
fn answered(text: &str, line: &Line, tally: &Tally) {
    let number = text.rsplit(' ').next().and_then(|word| word.parse().ok());
    match number.and_then(|number: u64| lock(&line.due).remove(&number)) {
        Some(due) => lock(&tally.latencies).push(due.elapsed()),
        None => {
            tally.doubled.fetch_add(1, Ordering::AcqRel);
        }
    }
}

fn acknowledged(id: &str, line: &Line, tally: &Tally) {
    let due = id.parse().ok().and_then(|number: u64| lock(&line.due).get(&number).copied());
    if let Some(due) = due {
        lock(&tally.acknowledgements).push(due.elapsed());
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Allows this process, and those that it starts, so many open files, where the system lets it.
pub fn allow_open_files(count: usize) -> anyhow::Result<()> {
    let this = std::process::id().to_string();
    let limit = format!("--nofile={count}:");
    let status = std::process::Command::new("prlimit").args(["--pid", &this, &limit]).status();
    anyhow::ensure!(status.is_ok_and(|s| s.success()), "raise the limit: `ulimit -n {count}`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let times: Vec<Duration> = (1..=1_000).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 0.5).as_millis(), 500);
        assert_eq!(percentile(&times, 0.99).as_millis(), 990);
        assert_eq!(percentile(&times, 0.999).as_millis(), 999);
        assert_eq!(percentile(&[], 0.5), Duration::ZERO);
    }
}
