//! A runtime within the test: a store that goes with it, a clock that the test moves.

use std::sync::Arc;

use basilect_compiler::package::Package;
use basilect_runtime::Services;
use basilect_runtime::bots::Bots;
use basilect_runtime::conversation::state::{State, Waiting};
use basilect_runtime::conversation::{Conversations, Event, Say, Step};
use basilect_runtime::llm::Models;
use basilect_runtime::ports::blobs::Folder;
use basilect_runtime::ports::clock::{Clock, SimulatedClock};
use basilect_runtime::replay;
use basilect_runtime::store::Sqlite;
use basilect_stdlib::Limits;
use serde_json::Value;

use crate::process::TemporaryFolder;

/// Monday, 2 March 2026, nine o'clock UTC.
pub const MONDAY: i64 = 1_772_442_000_000;

/// A runtime with one bot.
pub struct Local {
    /// Its conversations.
    pub conversations: Conversations,
    bot: String,
    clock: Arc<SimulatedClock>,
    _files: TemporaryFolder,
}

impl Local {
    /// Deploys the package into a new runtime.
    pub async fn start(package: Package, limits: Limits) -> anyhow::Result<Local> {
        let store = Arc::new(Sqlite::memory().await?);
        let files = TemporaryFolder::new("files")?;
        let clock = SimulatedClock::new(MONDAY, 7);
        let services = Services {
            bots: Arc::new(Bots::new(store.clone())),
            store,
            blobs: Arc::new(Folder::new(files.path())),
            clock: clock.clone(),
            models: Arc::new(Models::new(None)),
            limits,
        };
        let bot = package.name.clone();
        services.bots.deploy(package, MONDAY).await?;
        Ok(Local { conversations: Conversations::new(services), bot, clock, _files: files })
    }

    /// Opens a conversation in which this happens first.
    pub async fn open(&self, event: &Event) -> anyhow::Result<String> {
        let opened = self.conversations.open_silently(&self.bot, "terminal", None).await?;
        self.post(&opened.conversation, "first", event).await?;
        Ok(opened.conversation)
    }

    /// Lets something happen, and all that follows from it.
    pub async fn post(&self, id: &str, native_id: &str, event: &Event) -> anyhow::Result<()> {
        self.conversations.post(id, native_id, event, None).await?;
        self.settle(id).await
    }

    /// The person says something.
    pub async fn say(&self, id: &str, native_id: &str, text: &str) -> anyhow::Result<()> {
        let say = Say { id: native_id.into(), text: text.into(), files: Vec::new(), tool: None };
        self.conversations.say(id, say).await?;
        self.settle(id).await
    }

    /// Waits until nothing is left to do; a WAIT passes at once.
    async fn settle(&self, id: &str) -> anyhow::Result<()> {
        loop {
            self.conversations.settle().await;
            let Waiting::Until(at) = self.state(id).await?.waiting else { return Ok(()) };
            self.clock.advance((at - self.clock.now_ms()).max(0));
            self.conversations.post_timer(id, at).await?;
        }
    }

    /// What the conversation stands at.
    pub async fn state(&self, id: &str) -> anyhow::Result<State> {
        Ok(State::from_bytes(&self.conversations.load(id).await?.state)?)
    }

    /// What was recorded.
    pub async fn steps(&self, id: &str) -> anyhow::Result<Vec<Step>> {
        let journal = self.conversations.services().store.journal(id).await?;
        Ok(replay::steps(&journal)?)
    }

    /// The log.
    pub async fn items(&self, id: &str) -> anyhow::Result<Vec<Value>> {
        let items = self.conversations.items(id, 0, 10_000).await?;
        Ok(items.iter().map(|item| serde_json::from_str(&item.body)).collect::<Result<_, _>>()?)
    }
}
