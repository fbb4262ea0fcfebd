//! Conversations: a message is accepted, queued, and dealt with in a turn.
//!
//! Messages of one conversation are processed one after another in the order in which they were
//! accepted; conversations run in parallel. At any time at most one task works on a conversation
//! here, and the version check of the commit keeps a second server out.
//!
//! Reading order: [`event`], [`state`], [`queue`] (who works when), [`turn`] (one event, one
//! commit), [`drive`] (running what is on top), [`slice`] (letting others run), [`places`] (bots in
//! turn), [`hear`], [`answer`], [`form`], [`hub`]; [`driver`] for debuggers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use crate::Services;
use crate::bots::script_key;
use crate::crash;
use crate::error::{Error, Result};
use crate::ports::store::{Accepted, Conversation, Inbound, Item, NewConversation};

mod answer;
mod drive;
pub mod driver;
pub mod event;
mod form;
mod hear;
pub mod hub;
pub(crate) mod items;
mod places;
mod queue;
mod slice;
pub mod state;
mod turn;

pub(crate) use drive::Served;
pub use event::{Event, FileRef, Step};
pub use hub::{Attachment, Live};
pub use items::frame;
use queue::Slot;
use state::State;
pub(crate) use turn::Turn;

/// How the conversations of one server are divided over locks.
const SHARDS: usize = 64;
/// Bytes of conversations kept in memory between turns; beyond it they are read from the store.
pub const CACHE_BYTES_MAX: usize = 64 << 20;
/// The longest text that a person may send, in bytes.
pub const SAY_BYTES_MAX: usize = 16 << 10;
/// How far back a message that is sent again is looked for, in items.
const SAID_BEFORE_MAX: u32 = 200;
/// Messages of one conversation that may wait for their turn.
pub const QUEUE_MAX: usize = 1_000;

/// All conversations of this server.
#[derive(Clone)]
pub struct Conversations {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) services: Services,
    shards: Vec<Mutex<HashMap<String, Arc<Slot>>>>,
    cached_bytes: AtomicUsize,
    long_turns: slice::LongTurns,
    working: AtomicUsize,
    driver: Option<Arc<dyn driver::Driver>>,
}

/// A conversation that was just opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its identifier.
    pub conversation: String,
    /// Its secret.
    pub key: String,
}

/// What a person says.
#[derive(Clone, Debug, Default)]
pub struct Say {
    /// The sender's identifier of this message, unique in the conversation.
    pub id: String,
    /// The text.
    pub text: String,
    /// Files.
    pub files: Vec<FileRef>,
    /// A script to run instead.
    pub tool: Option<String>,
}

fn check(say: &Say) -> Result<()> {
    if say.text.len() > SAY_BYTES_MAX {
        let message = format!("a message may have at most {SAY_BYTES_MAX} bytes");
        return Err(Error::invalid("too_large", message));
    }
    if say.id.is_empty() || say.id.len() > 128 || say.id.chars().any(char::is_control) {
        let message = "a message needs an id of 1 to 128 bytes, without control characters";
        return Err(Error::invalid("bad_message", message));
    }
    Ok(())
}

/// Whether the conversation offers this tool now, by a button or to the model. A bot has other
/// scripts too, which are nobody's to run by name.
fn offered(state: &State, tool: &str) -> bool {
    let buttons = state.suggestions.iter().filter_map(|button| button.tool.as_ref());
    let wanted = script_key(tool);
    buttons.chain(&state.tools).any(|name| script_key(name) == wanted)
}

/// The stored form of a key.
pub fn key_hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

impl Conversations {
    /// Conversations on these services.
    pub fn new(services: Services) -> Conversations {
        Conversations::with(services, None, false)
    }
    /// The same for a process of one person: it has no threads for what computes for long.
    pub fn alone(services: Services) -> Conversations {
        Conversations::with(services, None, true)
    }
    /// The same with somebody who drives them: a debugger.
    pub fn driven(services: Services, driver: Arc<dyn driver::Driver>) -> Conversations {
        Conversations::with(services, Some(driver), false)
    }
    fn with(
        services: Services,
        driver: Option<Arc<dyn driver::Driver>>,
        alone: bool,
    ) -> Conversations {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Conversations {
            inner: Arc::new(Inner {
                services,
                shards,
                cached_bytes: AtomicUsize::new(0),
                long_turns: slice::LongTurns::new(alone),
                working: AtomicUsize::new(0),
                driver,
            }),
        }
    }

    /// The services behind.
    pub fn services(&self) -> &Services {
        &self.inner.services
    }

    /// Opens a conversation with a bot; its start script begins at once.
    pub async fn open(&self, bot: &str, channel: &str, person: Option<&str>) -> Result<Opened> {
        let opened = self.open_silently(bot, channel, person).await?;
        self.post(&opened.conversation, "start", &Event::Start, None).await?;
        Ok(opened)
    }

    /// Opens a conversation without running anything yet.
    pub async fn open_silently(
        &self,
        bot: &str,
        channel: &str,
        person: Option<&str>,
    ) -> Result<Opened> {
        let services = &self.inner.services;
        let bot = services.bots.current(bot).ok_or(Error::NotFound("the bot"))?;
        let (id, key) = (services.clock.secret()[..32].to_string(), services.clock.secret());
        let new = NewConversation {
            person: person.map_or_else(|| format!("anonymous:{id}"), str::to_string),
            key_hash: key_hash(&key),
            bot: bot.name.clone(),
            program: bot.hash.clone(),
            channel: channel.to_string(),
            at: services.clock.now_ms(),
            id: id.clone(),
        };
        services.store.open(&new).await?;
        Ok(Opened { conversation: id, key })
    }

    /// The conversation, if the key is its key; anything else is not found.
    pub async fn authorize(&self, id: &str, key: &str) -> Result<Conversation> {
        let conversation = self.load(id).await?;
        match constant_time_eq(conversation.key_hash.as_bytes(), key_hash(key).as_bytes()) {
            true => Ok(conversation),
            false => Err(Error::NotFound("the conversation")),
        }
    }

    /// The conversation as stored or cached.
    pub async fn load(&self, id: &str) -> Result<Conversation> {
        if let Some(cached) = self.slot_if_any(id).and_then(|slot| slot.cached()) {
            return Ok(cached);
        }
        let stored = self.inner.services.store.conversation(id).await?;
        stored.ok_or(Error::NotFound("the conversation"))
    }

    /// Accepts what a person says: when this returns, it survives any crash.
    pub async fn say(&self, id: &str, mut say: Say) -> Result<Accepted> {
        check(&say)?;
        if say.text.contains('\0') {
            // No database keeps this character in a text.
            say.text = say.text.replace('\0', "\u{fffd}");
        }
        if let Some(tool) = &say.tool {
            let conversation = self.load(id).await?;
            if !offered(&State::from_bytes(&conversation.state)?, tool) {
                return self.said_before(&conversation, &say.id, tool).await;
            }
        }
        let item = items::person(&say);
        let event = match say.tool {
            Some(script) => Event::Run { script, inputs: IndexMap::new() },
            None => Event::Say { text: say.text, files: say.files },
        };
        self.post(id, &format!("say:{}", say.id), &event, Some(item)).await
    }

    /// A button that is gone may have been pressed in time and is only being sent again: then the
    /// message has its place in the log, near the end.
    async fn said_before(
        &self,
        conversation: &Conversation,
        id: &str,
        tool: &str,
    ) -> Result<Accepted> {
        let since = conversation.last_seq - i64::from(SAID_BEFORE_MAX);
        let items = self.items(&conversation.id, since.max(0), SAID_BEFORE_MAX).await?;
        match items.iter().find(|item| items::is_message(&item.body, id)) {
            Some(item) => Ok(Accepted { inbox: 0, seq: Some(item.seq), duplicate: true }),
            None => {
                let message = format!("the tool {tool} is not on offer now");
                Err(Error::invalid("unknown_tool", message))
            }
        }
    }

    /// Accepts an event, shows its item and wakes the conversation.
    pub async fn post(
        &self,
        id: &str,
        native_id: &str,
        event: &Event,
        item: Option<String>,
    ) -> Result<Accepted> {
        let slot = self.slot(id);
        let _turnstile = slot.accepting.lock().await;
        if slot.queued() >= QUEUE_MAX {
            return Err(Error::Busy { retry_after_ms: 1_000 });
        }
        let body = serde_json::to_string(event).map_err(|e| Error::Bug(e.to_string()))?;
        let at = self.inner.services.clock.now_ms();
        let message = Inbound {
            conversation: id.to_string(),
            native_id: native_id.to_string(),
            body,
            item,
            at,
        };
        crash::point("before-accept");
        let accepted = self.inner.services.store.accept(&message).await?;
        crash::point("after-accept");
        if !accepted.duplicate {
            if let (Some(seq), Some(item)) = (accepted.seq, &message.item) {
                slot.hub.show(&Live::Item(seq, items::frame(seq, at, item)));
            }
            slot.push(accepted, message);
            self.wake(&slot);
        }
        Ok(accepted)
    }

    /// Watches a conversation from now on. Attach first, then read the log: what is committed in
    /// between comes twice and is told apart by its `seq`.
    pub fn attach(&self, id: &str) -> Attachment {
        self.slot(id).hub.attach()
    }

    /// The log after `since`.
    pub async fn items(&self, id: &str, since: i64, limit: u32) -> Result<Vec<Item>> {
        Ok(self.inner.services.store.items(id, since, limit).await?)
    }

    /// Lets the conversation work on what waits for it.
    pub fn wake_id(&self, id: &str) {
        let slot = self.slot(id);
        slot.forget_queue();
        self.wake(&slot);
    }

    fn wake(&self, slot: &Arc<Slot>) {
        if slot.start_working() {
            let (this, slot) = (self.clone(), slot.clone());
            self.inner.working.fetch_add(1, Ordering::AcqRel);
            tokio::spawn(async move {
                queue::work(&this, &slot).await;
                this.inner.working.fetch_sub(1, Ordering::AcqRel);
                this.release(&slot);
            });
        }
    }

    /// How many conversations are being worked on now.
    pub fn working(&self) -> usize {
        self.inner.working.load(Ordering::Acquire)
    }

    /// Waits until nothing is being worked on.
    pub async fn settle(&self) {
        while self.working() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    /// Takes up conversations that have messages waiting (after a start, or from other servers).
    pub async fn take_up(&self, limit: u32) -> Result<usize> {
        let waiting = self.inner.services.store.conversations_waiting(limit).await?;
        for id in &waiting {
            self.wake_id(id);
        }
        Ok(waiting.len())
    }

    /// Forgets the slot of a conversation that nobody watches, unless it is in use.
    pub fn release(&self, slot: &Arc<Slot>) {
        let mut shard = self.shard(&slot.id);
        // Two references are the map's and the caller's: nobody else can be about to use it.
        if !slot.busy() && !slot.hub.watched() && Arc::strong_count(slot) <= 2 {
            slot.uncache(&self.inner.cached_bytes);
            shard.remove(&slot.id);
        }
    }

    /// Called when a connection ends.
    pub fn detached(&self, id: &str) {
        if let Some(slot) = self.slot_if_any(id) {
            self.release(&slot);
        }
    }

    pub(crate) fn slot(&self, id: &str) -> Arc<Slot> {
        let mut shard = self.shard(id);
        if let Some(slot) = shard.get(id) {
            return slot.clone();
        }
        let slot = Arc::new(Slot::new(id));
        shard.insert(id.to_string(), slot.clone());
        slot
    }

    fn slot_if_any(&self, id: &str) -> Option<Arc<Slot>> {
        self.shard(id).get(id).cloned()
    }

    fn shard(&self, id: &str) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        let hash = id.bytes().fold(0usize, |h, b| h.wrapping_mul(31).wrapping_add(b as usize));
        let shard = self.inner.shards.get(hash % SHARDS).expect("there are SHARDS shards");
        shard.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Compares without telling by the time taken how much was equal.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |diff, (x, y)| diff | (x ^ y)) == 0
}
