//! Random numbers that come again with the same seed.

use std::time::Duration;

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers that follow from `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }
    /// The seed of a run: `BASILECT_SEED`, or another one each time, which is printed.
    pub fn of_run() -> Random {
        let given = std::env::var("BASILECT_SEED").ok().and_then(|text| text.parse().ok());
        let time = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        let seed = given.unwrap_or(time.as_nanos() as u64 % 1_000_000);
        eprintln!("BASILECT_SEED={seed}");
        Random(seed)
    }
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n.max(1)
    }
    /// A number from 0 to 1.
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// A time below `longest`.
    pub fn time(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.fraction())
    }
    /// The time to the next of events that come `rate` times a second and know nothing of one
    /// another.
    pub fn arrival(&mut self, rate: f64) -> Duration {
        Duration::from_secs_f64(-(1.0 - self.fraction()).ln() / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut one, mut other) = (Random::new(7), Random::new(7));
        assert!((0..100).all(|_| one.bits() == other.bits()));
    }

    #[test]
    fn arrivals_come_at_their_rate() {
        let mut random = Random::new(1);
        let all: Duration = (0..10_000).map(|_| random.arrival(1_000.0)).sum();
        assert!((9.0..11.0).contains(&all.as_secs_f64()), "{all:?}");
    }
}
