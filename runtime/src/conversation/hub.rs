//! Live connections: what a conversation shows while it happens.
//!
//! A connection is a cursor into the log. What passes through here may be lost (a slow socket, a
//! restart); the log is what counts, and a connection that falls behind reads on from there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

/// Something that connections show.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    /// A committed item: its place in the log and its JSON object (complete protocol frame).
    Item(i64, Arc<str>),
    /// The next piece of a text that is still being written.
    Part {
        /// The place reserved for the text.
        seq: i64,
        /// Counts the pieces from 0.
        index: u32,
        /// The piece.
        text: Arc<str>,
    },
    /// The bot works, or has stopped.
    Typing(bool),
    /// Something failed.
    Error {
        /// For the person.
        message: Arc<str>,
        /// Finds it in the log of the server.
        trace: Arc<str>,
    },
}

/// What a connection may have unread before it has to read the log instead.
const BACKLOG: usize = 64;

/// The connections of one conversation.
#[derive(Debug, Default)]
pub struct Hub {
    listeners: Mutex<Vec<Listener>>,
}

#[derive(Debug)]
struct Listener {
    sender: mpsc::Sender<Live>,
    lagged: Arc<AtomicBool>,
}

/// The receiving end of a connection.
#[derive(Debug)]
pub struct Attachment {
    receiver: mpsc::Receiver<Live>,
    lagged: Arc<AtomicBool>,
}

impl Attachment {
    /// The next thing to show; `None` when the conversation is being closed by the server.
    pub async fn next(&mut self) -> Option<Live> {
        self.receiver.recv().await
    }
    /// Whether something was lost since this was last asked: then the log has to be read.
    pub fn lagged(&self) -> bool {
        self.lagged.swap(false, Ordering::AcqRel)
    }
}

impl Hub {
    /// A new connection.
    pub fn attach(&self) -> Attachment {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        let lagged = Arc::new(AtomicBool::new(false));
        self.lock().push(Listener { sender, lagged: lagged.clone() });
        Attachment { receiver, lagged }
    }
    /// Shows something to every connection; one that is full is told that it lost something.
    pub fn show(&self, live: &Live) {
        self.lock().retain(|listener| match listener.sender.try_send(live.clone()) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                listener.lagged.store(true, Ordering::Release);
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        });
    }
    /// Whether anybody is connected.
    pub fn watched(&self) -> bool {
        let mut listeners = self.lock();
        listeners.retain(|listener| !listener.sender.is_closed());
        !listeners.is_empty()
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Listener>> {
        self.listeners.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_connection_learns_that_it_lost_something() {
        let hub = Hub::default();
        let mut attachment = hub.attach();
        (0..BACKLOG + 5).for_each(|_| hub.show(&Live::Typing(true)));
        assert_eq!(attachment.next().await, Some(Live::Typing(true)));
        assert!(attachment.lagged());
        assert!(!attachment.lagged());
    }

    #[tokio::test]
    async fn a_closed_connection_is_forgotten() {
        let hub = Hub::default();
        drop(hub.attach());
        assert!(!hub.watched());
    }
}
