//! Many operations, one commit.
//!
//! Operations queue up while a transaction is being written to the disk; the next one takes them
//! all. One that is refused (a conflict, an unknown conversation) has written nothing, so it does
//! not touch the others; when a statement itself fails, the group is undone and each of its
//! operations is tried alone.

use tokio::sync::{mpsc, oneshot};

use crate::ports::store::{
    Accepted, Committed, Inbound, Millis, NewConversation, Schedule, StoreError, StoreResult,
    TurnCommit,
};

/// At most so many operations in one commit: it bounds how long the first one waits.
pub(super) const GROUP: usize = 256;
/// At most so many operations wait; then their callers do.
pub(super) const QUEUE: usize = 4096;

/// What can share a transaction with others.
pub(super) enum Operation {
    Open(NewConversation),
    Reserve(String),
    Accept(Inbound),
    Commit(Box<TurnCommit>),
    Fire(Box<Firing>),
    Delivered(i64, Option<String>),
    /// Finishes what was queued before it, and nothing after it.
    Close,
}

/// A schedule whose time has come.
pub(super) struct Firing {
    pub schedule: Schedule,
    pub next: Option<Millis>,
    pub conversation: NewConversation,
    pub message: Inbound,
}

/// What an operation gives.
pub(super) enum Answer {
    Accepted(Accepted),
    Committed(Committed),
    Flag(bool),
    Number(i64),
    Done,
}

/// What a whole transaction gives: an answer to each operation, unless a statement failed.
pub(super) type Answers = StoreResult<Vec<StoreResult<Answer>>>;

/// An operation and who waits for it.
pub(super) struct Job {
    pub operation: Operation,
    reply: oneshot::Sender<StoreResult<Answer>>,
}

impl Job {
    /// Tells the caller; one that has gone does not need to know.
    pub fn reply(self, answer: StoreResult<Answer>) {
        let _ = self.reply.send(answer);
    }
}

/// Answers each job; a group that failed as a whole gives everyone its reason.
pub(super) fn reply_all(jobs: &mut Vec<Job>, answers: Answers) {
    match answers {
        Ok(answers) => jobs.drain(..).zip(answers).for_each(|(job, answer)| job.reply(answer)),
        Err(error) => {
            let why = match error {
                StoreError::Unavailable(why) => why,
                other => other.to_string(),
            };
            jobs.drain(..).for_each(|job| job.reply(Err(StoreError::Unavailable(why.clone()))));
        }
    }
}

/// Where operations are queued.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Job>);

impl Queue {
    pub fn new() -> (Queue, mpsc::Receiver<Job>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Queue(sender), receiver)
    }

    /// Queues an operation and waits until it is committed.
    pub async fn ask<T: FromAnswer>(&self, operation: Operation) -> StoreResult<T> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Job { operation, reply }).await.map_err(|_| closed())?;
        let answer = answer.await.map_err(|_| closed())??;
        T::from_answer(answer).ok_or_else(closed)
    }
}

/// Fills a batch with what is queued, in order.
pub(super) fn take_more(jobs: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>) {
    while batch.len() < GROUP {
        match jobs.try_recv() {
            Ok(job) => batch.push(job),
            Err(_) => return,
        }
    }
}

/// Whether a batch ends the store; what stands behind the end is refused.
pub(super) fn take_close(batch: &mut Vec<Job>) -> Option<Job> {
    let at = batch.iter().position(|job| matches!(job.operation, Operation::Close))?;
    for job in batch.drain(at + 1..) {
        job.reply(Err(closed()));
    }
    batch.pop()
}

/// What a caller of a closed store is told.
pub(super) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

/// The one kind of answer that an operation has.
pub(super) trait FromAnswer: Sized {
    fn from_answer(answer: Answer) -> Option<Self>;
}

macro_rules! answers {
    ($($kind:ident: $type:ty),*) => {$(
        impl FromAnswer for $type {
            fn from_answer(answer: Answer) -> Option<Self> {
                match answer {
                    Answer::$kind(value) => Some(value),
                    _ => None,
                }
            }
        }
    )*};
}

answers!(Accepted: Accepted, Committed: Committed, Flag: bool, Number: i64);

impl FromAnswer for () {
    fn from_answer(answer: Answer) -> Option<()> {
        matches!(answer, Answer::Done).then_some(())
    }
}
