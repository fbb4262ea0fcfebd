//! Time and chance: the real ones, and ones that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::sync::Notify;

/// Where the runtime reads the time and draws seeds and keys.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00Z.
    fn now_ms(&self) -> i64;
    /// Returns at or soon after `at_ms`.
    async fn sleep_until(&self, at_ms: i64);
    /// 64 unpredictable bits (predictable in a simulation).
    fn seed(&self) -> u64;
    /// 256 unpredictable bits as hex, for keys and identifiers.
    fn secret(&self) -> String {
        (0..4).map(|_| format!("{:016x}", self.seed())).collect()
    }
}

/// The system's clock and random numbers.
#[derive(Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        since.as_millis() as i64
    }
    async fn sleep_until(&self, at_ms: i64) {
        let wait = (at_ms - self.now_ms()).max(0) as u64;
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    fn seed(&self) -> u64 {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes).expect("the system has a source of random numbers");
        u64::from_le_bytes(bytes)
    }
}

/// A clock that stands still until it is set, with seeds that follow from one number.
#[derive(Debug)]
pub struct SimulatedClock {
    now: AtomicI64,
    seed: AtomicU64,
    moved: Notify,
}

impl SimulatedClock {
    /// A clock that shows `now_ms` and gives the seeds that follow from `seed`.
    pub fn new(now_ms: i64, seed: u64) -> Arc<SimulatedClock> {
        Arc::new(SimulatedClock {
            now: AtomicI64::new(now_ms),
            seed: AtomicU64::new(seed),
            moved: Notify::new(),
        })
    }
    /// Moves the clock forward.
    pub fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
        self.moved.notify_waiters();
    }
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }
    async fn sleep_until(&self, at_ms: i64) {
        loop {
            let moved = self.moved.notified();
            if self.now_ms() >= at_ms {
                return;
            }
            moved.await;
        }
    }
    fn seed(&self) -> u64 {
        let state = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
