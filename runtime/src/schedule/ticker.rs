//! Fires schedules and timers when their time comes.

use std::time::Duration;

use crate::conversation::{Conversations, Event, key_hash};
use crate::error::{Error, Result};
use crate::ports::store::{Inbound, NewConversation, Schedule};
use crate::schedule::rule::Rule;

/// Schedules and timers taken at once. Many may come due in the same second; a few at a time, they
/// leave room for whoever talks meanwhile.
const BATCH: u32 = 25;
/// How long the next ones wait then.
const PAUSE: Duration = Duration::from_millis(50);
/// The store is asked at least this often, for what other servers have set.
const PERIOD: Duration = Duration::from_secs(1);

/// The task that watches the time.
pub struct Ticker {
    task: tokio::task::JoinHandle<()>,
}

impl Ticker {
    /// Starts watching.
    pub fn start(conversations: Conversations) -> Ticker {
        let task = tokio::spawn(async move {
            loop {
                let fired = fire_due(&conversations).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "schedules are late");
                    0
                });
                let more = fired >= BATCH as usize;
                tokio::time::sleep(if more { PAUSE } else { PERIOD }).await;
            }
        });
        Ticker { task }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Fires everything that is due now; how much it was.
pub async fn fire_due(conversations: &Conversations) -> Result<usize> {
    let services = conversations.services();
    let now = services.clock.now_ms();
    let mut fired = 0;
    for schedule in services.store.due_schedules(now, BATCH).await? {
        fired += usize::from(fire(conversations, &schedule, now).await?);
    }
    for (conversation, at) in services.store.due_timers(now, BATCH).await? {
        conversations.post_timer(&conversation, at).await?;
        fired += 1;
    }
    Ok(fired)
}

/// Each due time opens one conversation of its own, named after schedule and time: whoever is
/// second, after a crash or on another server, finds it there.
async fn fire(conversations: &Conversations, schedule: &Schedule, now: i64) -> Result<bool> {
    let services = conversations.services();
    let Some(bot) = services.bots.current(&schedule.bot) else { return Ok(false) };
    let id = run_id(schedule);
    let new = NewConversation {
        id: id.clone(),
        key_hash: key_hash(&services.clock.secret()),
        bot: bot.name.clone(),
        program: bot.hash.clone(),
        person: format!("schedule:{}", schedule.bot),
        channel: "schedule".into(),
        at: now,
    };
    let event = Event::Run { script: schedule.script.clone(), inputs: inputs(schedule) };
    let body = serde_json::to_string(&event).map_err(|e| Error::Bug(e.to_string()))?;
    let native_id = "schedule".to_string();
    let message = Inbound { conversation: id.clone(), native_id, body, item: None, at: now };
    let next = Rule::parse(&schedule.rule).ok().and_then(|r| r.next_after(now, &schedule.zone));
    let first = services.store.fire(schedule, next, &new, &message).await?;
    if first {
        conversations.wake_id(&id);
    }
    Ok(first)
}

fn run_id(schedule: &Schedule) -> String {
    let hash = key_hash(&format!("{}\0{}\0{}", schedule.bot, schedule.id, schedule.next_at));
    hash.chars().take(32).collect()
}

fn inputs(schedule: &Schedule) -> indexmap::IndexMap<String, basilect_stdlib::Data> {
    match &schedule.args {
        basilect_stdlib::Data::Map(map) => map.clone(),
        _ => indexmap::IndexMap::new(),
    }
}
