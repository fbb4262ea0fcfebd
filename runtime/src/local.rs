//! A runtime of one bot, without a database: for talking in the terminal and for tests.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use basilect_compiler::package::Package;
use basilect_stdlib::Limits;

use crate::Services;
use crate::bots::Bots;
use crate::conversation::Conversations;
use crate::conversation::driver::Driver;
use crate::conversation::state::State;
use crate::error::Result;
use crate::llm::{Endpoint, Models};
use crate::ports::blobs::Folder;
use crate::ports::clock::Clock;
use crate::store::Memory;

/// A runtime with one bot.
pub struct Local {
    /// Its conversations.
    pub conversations: Conversations,
    /// The bot's name.
    pub bot: String,
    files: PathBuf,
}

impl Local {
    /// Deploys the package into a new runtime.
    pub async fn start(
        package: Package,
        clock: Arc<dyn Clock>,
        model: Option<Endpoint>,
        limits: Limits,
    ) -> Result<Local> {
        Local::with(package, clock, model, limits, Conversations::new).await
    }

    /// The same for a process that does nothing else: what computes for long needs no threads.
    pub async fn alone(
        package: Package,
        clock: Arc<dyn Clock>,
        model: Option<Endpoint>,
        limits: Limits,
    ) -> Result<Local> {
        Local::with(package, clock, model, limits, Conversations::alone).await
    }

    /// The same with somebody who drives the conversations: a debugger.
    pub async fn driven(
        package: Package,
        clock: Arc<dyn Clock>,
        model: Option<Endpoint>,
        limits: Limits,
        driver: Arc<dyn Driver>,
    ) -> Result<Local> {
        let driven = |services| Conversations::driven(services, driver);
        Local::with(package, clock, model, limits, driven).await
    }

    async fn with(
        package: Package,
        clock: Arc<dyn Clock>,
        model: Option<Endpoint>,
        limits: Limits,
        conversations: impl FnOnce(Services) -> Conversations,
    ) -> Result<Local> {
        let store = Arc::new(Memory::new());
        let files = files_folder();
        let services = Services {
            store: store.clone(),
            blobs: Arc::new(Folder::new(&files)),
            clock: clock.clone(),
            bots: Arc::new(Bots::new(store)),
            models: Arc::new(Models::new(model)),
            limits,
        };
        let bot = package.name.clone();
        services.bots.deploy(package, clock.now_ms()).await?;
        Ok(Local { conversations: conversations(services), bot, files })
    }

    /// What the conversation stands at.
    pub async fn state(&self, conversation: &str) -> Result<State> {
        let stored = self.conversations.load(conversation).await?;
        State::from_bytes(&stored.state)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // The folder exists only when a file was sent.
        let _ = std::fs::remove_dir_all(&self.files);
    }
}

/// A folder of its own for the files of this runtime; it is made with the first file.
fn files_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("basilect-{}-{number}", std::process::id()))
}
