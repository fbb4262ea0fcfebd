//! How fast a caller may be: token buckets by address, with a bounded number of buckets.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

/// Addresses remembered at most; beyond it, those that are full again are forgotten.
const BUCKETS_MAX: usize = 20_000;

/// A rate: so many at once, then so many a second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// At once.
    pub burst: f64,
    /// A second.
    pub per_second: f64,
}

/// Conversations opened from one address. Generous, because a whole company may
/// come from one address; it is there against programs that never stop.
pub const OPENING: Rate = Rate { burst: 20_000.0, per_second: 2_000.0 };
/// Files sent from one address: each may have ten megabytes.
pub const UPLOADING: Rate = Rate { burst: 500.0, per_second: 20.0 };
/// Attempts to sign in from one address: enough for wrong keys, too few to guess.
pub const SIGNING_IN: Rate = Rate { burst: 10.0, per_second: 0.2 };
/// Messages of one connection. Beyond it the server reads more slowly; it refuses nothing.
pub const SAYING: Rate = Rate { burst: 1_000.0, per_second: 100.0 };

/// What is left in one bucket.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn full(rate: Rate) -> Bucket {
        Bucket { left: rate.burst, at: Instant::now() }
    }
    /// Takes one, or says in how many milliseconds there will be one.
    pub fn take(&mut self, rate: Rate) -> Result<(), u64> {
        let now = Instant::now();
        let filled = now.duration_since(self.at).as_secs_f64() * rate.per_second;
        self.left = (self.left + filled).min(rate.burst);
        self.at = now;
        if self.left < 1.0 {
            return Err(((1.0 - self.left) / rate.per_second * 1_000.0).ceil() as u64);
        }
        self.left -= 1.0;
        Ok(())
    }
}

/// Buckets by address.
#[derive(Debug, Default)]
pub struct Rates {
    opening: Mutex<HashMap<IpAddr, Bucket>>,
    uploading: Mutex<HashMap<IpAddr, Bucket>>,
    signing_in: Mutex<HashMap<IpAddr, Bucket>>,
}

impl Rates {
    /// Takes one opening from the bucket of `address`.
    pub fn opening(&self, address: IpAddr) -> Result<(), u64> {
        take(&self.opening, OPENING, address)
    }
    /// Takes one upload from the bucket of `address`.
    pub fn uploading(&self, address: IpAddr) -> Result<(), u64> {
        take(&self.uploading, UPLOADING, address)
    }
    /// Takes one attempt to sign in from the bucket of `address`.
    pub fn signing_in(&self, address: IpAddr) -> Result<(), u64> {
        take(&self.signing_in, SIGNING_IN, address)
    }
}

fn take(buckets: &Mutex<HashMap<IpAddr, Bucket>>, rate: Rate, address: IpAddr) -> Result<(), u64> {
    let mut buckets = buckets.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if buckets.len() >= BUCKETS_MAX {
        buckets.retain(|_, bucket| bucket.at.elapsed().as_secs() < 60);
    }
    buckets.entry(address).or_insert_with(|| Bucket::full(rate)).take(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_again() {
        let rate = Rate { burst: 2.0, per_second: 1_000.0 };
        let mut bucket = Bucket::full(rate);
        assert!(bucket.take(rate).is_ok() && bucket.take(rate).is_ok());
        assert!(matches!(bucket.take(rate), Err(1..=2) | Ok(())));
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(bucket.take(rate).is_ok());
    }
}
