//! Who works on a conversation, and on which message next.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;

use super::event::Event;
use super::hub::{Hub, Live};
use super::state::{State, Waiting};
use super::turn::{Turn, TurnEnd};
use super::{CACHE_BYTES_MAX, Conversations, QUEUE_MAX};
use crate::crash;
use crate::error::{Error, Result};
use crate::ports::store::{Accepted, Conversation, Inbound, InboxRow};

/// Timers nearer than this have a task of their own; later ones are found by the schedule.
const NEAR_MS: i64 = 90_000;
/// Messages read from the store at once when a conversation is taken up: all that may wait, and
/// the timer behind them that the conversation may be waiting for.
const TAKE_UP: u32 = QUEUE_MAX as u32 + 100;

/// What this server holds of a conversation that is in use.
#[derive(Debug)]
pub struct Slot {
    /// The conversation.
    pub id: String,
    /// Lets one message after another be accepted, so that the order of acceptance is the order
    /// of the inbox.
    pub(super) accepting: tokio::sync::Mutex<()>,
    /// The connections.
    pub(super) hub: Hub,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    queue: VecDeque<InboxRow>,
    /// Whether `queue` is known to hold all that waits in the store.
    complete: bool,
    working: bool,
    cached: Option<Conversation>,
}

impl Slot {
    pub(super) fn new(id: &str) -> Slot {
        Slot {
            id: id.to_string(),
            accepting: tokio::sync::Mutex::default(),
            hub: Hub::default(),
            inner: Mutex::default(),
        }
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
    /// The conversation as of the last commit of this server.
    pub(super) fn cached(&self) -> Option<Conversation> {
        self.lock().cached.clone()
    }
    pub(super) fn queued(&self) -> usize {
        self.lock().queue.len()
    }
    pub(super) fn push(&self, accepted: Accepted, message: Inbound) {
        self.lock().queue.push_back(InboxRow {
            id: accepted.inbox,
            conversation: message.conversation,
            native_id: message.native_id,
            body: message.body,
            seq: accepted.seq,
            at: message.at,
        });
    }
    /// Makes the next task read the inbox anew.
    pub(super) fn forget_queue(&self) {
        let mut inner = self.lock();
        inner.complete = false;
    }
    /// True for the one caller who now has to work.
    pub(super) fn start_working(&self) -> bool {
        !std::mem::replace(&mut self.lock().working, true)
    }
    pub(super) fn busy(&self) -> bool {
        self.lock().working
    }
    pub(super) fn uncache(&self, total: &AtomicUsize) {
        if let Some(old) = self.lock().cached.take() {
            total.fetch_sub(weight(&old), Ordering::AcqRel);
        }
    }
    fn cache(&self, conversation: Conversation, total: &AtomicUsize) {
        self.uncache(total);
        let weight = weight(&conversation);
        if total.load(Ordering::Acquire) + weight <= CACHE_BYTES_MAX {
            total.fetch_add(weight, Ordering::AcqRel);
            self.lock().cached = Some(conversation);
        }
    }
    /// Takes the first message that the state lets in; stops working when there is none.
    fn next(&self, state: &State) -> Option<InboxRow> {
        let mut inner = self.lock();
        let index = match state.in_progress {
            Some(id) => inner.queue.iter().position(|row| row.id == id),
            None => inner.queue.iter().position(|row| acceptable(state, row)),
        };
        let row = index.and_then(|index| inner.queue.remove(index));
        if row.is_none() {
            inner.working = false;
        }
        row
    }
    fn stop_working(&self) {
        self.lock().working = false;
    }
}

fn weight(conversation: &Conversation) -> usize {
    std::mem::size_of::<Conversation>() + conversation.state.len() + 300
}

/// Whether a conversation in this state can deal with this message now.
fn acceptable(state: &State, row: &InboxRow) -> bool {
    match state.waiting {
        Waiting::Until(_) => row.native_id.starts_with("timer:"),
        Waiting::Answer(_) | Waiting::Nothing => true,
    }
}

/// Deals with all messages of a conversation, one turn after another.
pub(super) async fn work(conversations: &Conversations, slot: &Slot) {
    let mut failures = 0u32;
    loop {
        match step(conversations, slot).await {
            Ok(true) => failures = 0,
            Ok(false) => return,
            Err(error) => {
                failures += 1;
                slot.uncache(&conversations.inner.cached_bytes);
                slot.forget_queue();
                if failures > 60 || matches!(error, Error::NotFound(_) | Error::Bug(_)) {
                    give_up(conversations, slot, &error);
                    return;
                }
                tracing::warn!(conversation = %slot.id, %error, failures, "a turn is put off");
                tokio::time::sleep(pause(failures)).await;
            }
        }
    }
}

/// What is damaged does not mend by trying again: the message stays in the inbox as it is, whoever
/// is connected is told, and the next message (or start) tries once more.
fn give_up(conversations: &Conversations, slot: &Slot, error: &Error) {
    let trace = conversations.inner.services.clock.secret()[..12].to_string();
    tracing::error!(conversation = %slot.id, %trace, %error, "this conversation cannot go on");
    let message = "This conversation cannot go on at the moment. Your message is kept.";
    slot.hub.show(&Live::Error { message: message.into(), trace: trace.into() });
    slot.hub.show(&Live::Typing(false));
    slot.stop_working();
}

/// 20 ms, 40 ms … at most 2 s.
fn pause(failures: u32) -> Duration {
    Duration::from_millis(20u64 << failures.min(7)).min(Duration::from_secs(2))
}

/// One turn; false when there is nothing to do.
async fn step(conversations: &Conversations, slot: &Slot) -> Result<bool> {
    let services = &conversations.inner.services;
    fill(conversations, slot).await?;
    let row = match slot.cached() {
        Some(row) => row,
        None => services
            .store
            .conversation(&slot.id)
            .await?
            .ok_or(Error::NotFound("the conversation"))?,
    };
    let state = State::from_bytes(&row.state)?;
    let Some(message) = slot.next(&state) else { return Ok(false) };
    let event: Event =
        serde_json::from_str(&message.body).map_err(|e| Error::Bug(format!("inbox: {e}")))?;
    let idle = state.idle();
    let bot = pinned_bot(conversations, &row, idle).await?;
    let resumed = state.in_progress == Some(message.id);
    crash::point("before-turn");
    let turn = Turn::new(conversations, &slot.hub, bot, row, state, message.id);
    let end = guarded(turn, event, resumed).await?;
    finish(conversations, slot, end);
    Ok(true)
}

/// An idle conversation goes on with the bot's current version, any other with its own.
async fn pinned_bot(
    conversations: &Conversations,
    row: &Conversation,
    idle: bool,
) -> Result<std::sync::Arc<crate::bots::Bot>> {
    let bots = &conversations.inner.services.bots;
    match bots.current(&row.bot).filter(|_| idle) {
        Some(bot) => Ok(bot),
        None => bots.version(&row.program).await,
    }
}

/// Runs a turn; a panic in it ends this turn and nothing else.
async fn guarded(turn: Turn<'_>, event: Event, resumed: bool) -> Result<TurnEnd> {
    let failed = turn.failure();
    match AssertUnwindSafe(turn.run(event, resumed)).catch_unwind().await {
        Ok(end) => end,
        Err(_) => failed.commit("a defect of the server stopped this turn").await,
    }
}

/// Reads what waits in the store, once per period of use.
async fn fill(conversations: &Conversations, slot: &Slot) -> Result<()> {
    if slot.lock().complete {
        return Ok(());
    }
    let _turnstile = slot.accepting.lock().await;
    let stored = conversations.inner.services.store.waiting(&slot.id, TAKE_UP).await?;
    let mut inner = slot.lock();
    let complete = stored.len() < TAKE_UP as usize;
    inner.queue = stored.into();
    inner.complete = complete;
    Ok(())
}

fn finish(conversations: &Conversations, slot: &Slot, end: TurnEnd) {
    if let Some(at) = end.conversation.wake_at {
        conversations.wake_at(&slot.id, at);
    }
    slot.cache(end.conversation, &conversations.inner.cached_bytes);
    slot.hub.show(&Live::Typing(false));
}

impl Conversations {
    /// Posts the timer event of a conversation when its time has come. The store keeps the time
    /// too, so that it is not lost with this process.
    fn wake_at(&self, id: &str, at: i64) {
        if at - self.inner.services.clock.now_ms() > NEAR_MS {
            return;
        }
        let (this, id) = (self.clone(), id.to_string());
        tokio::spawn(async move {
            this.inner.services.clock.sleep_until(at).await;
            if let Err(error) = this.post_timer(&id, at).await {
                tracing::warn!(conversation = %id, %error, "a timer is left to the schedule");
            }
        });
    }

    /// Posts the timer event for `at`; a second one for the same time changes nothing.
    pub async fn post_timer(&self, id: &str, at: i64) -> Result<()> {
        self.post(id, &format!("timer:{at}"), &Event::Timer { at }, None).await.map(|_| ())
    }
}
