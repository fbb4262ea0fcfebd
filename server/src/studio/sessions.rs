//! Who is signed in: the browser holds a random secret, this memory only its hash.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use basilect_runtime::conversation::key_hash;

use super::limits::SESSIONS_MAX;

/// How long somebody who does nothing stays signed in.
const IDLE: Duration = Duration::from_secs(12 * 60 * 60);

/// The open sessions, by the hash of their secret, with the time of their last use.
#[derive(Debug, Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Instant>>,
}

impl Sessions {
    /// Opens a session for this secret; of too many the one that was idle longest ends.
    pub fn open(&self, secret: &str) {
        let mut open = self.lock();
        open.retain(|_, used| used.elapsed() < IDLE);
        if open.len() >= SESSIONS_MAX {
            let oldest = open.iter().min_by_key(|(_, used)| **used).map(|(hash, _)| hash.clone());
            oldest.map(|hash| open.remove(&hash));
        }
        open.insert(key_hash(secret), Instant::now());
    }

    /// Whether this secret's session is open; looking at it is using it.
    pub fn is_open(&self, secret: &str) -> bool {
        match self.lock().get_mut(&key_hash(secret)) {
            Some(used) if used.elapsed() < IDLE => {
                *used = Instant::now();
                true
            }
            _ => false,
        }
    }

    /// Ends the session of this secret.
    pub fn close(&self, secret: &str) {
        self.lock().remove(&key_hash(secret));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_open_until_it_is_closed_and_their_number_is_bounded() {
        let sessions = Sessions::default();
        sessions.open("first");
        assert!(sessions.is_open("first") && !sessions.is_open("other"));
        for number in 0..SESSIONS_MAX {
            sessions.open(&number.to_string());
        }
        assert!(!sessions.is_open("first"), "the oldest made room");
        sessions.close("5");
        assert!(!sessions.is_open("5") && sessions.is_open("6"));
        assert!(sessions.lock().keys().all(|kept| kept.len() == 64), "only hashes are kept");
    }
}
