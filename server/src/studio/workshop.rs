//! Where drafts run: a runtime of its own in memory, so that nothing that a draft does touches the
//! rows, schedules or conversations of the bots in service.

use std::sync::Arc;
use std::time::Duration;

use basilect_compiler::diagnostics::{Diagnostic, Severity};
use basilect_compiler::package::Package;
use basilect_compiler::source::SourceFile;
use basilect_runtime::bots::{Bots, Deployed, configuration};
use basilect_runtime::conversation::Conversations;
use basilect_runtime::ports::blobs::Folder;
use basilect_runtime::ports::store::StoreResult;
use basilect_runtime::schedule::Ticker;
use basilect_runtime::store::Memory;
use basilect_runtime::{Error, Services};
use serde::Serialize;

use super::limits::{CONVERSATIONS_MAX, VERSIONS_MAX};
use crate::bootstrap::FolderProvider;
use crate::errors::Problem;

/// How long a conversation of a draft that nobody goes on with is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The runtime of the drafts.
pub struct Workshop {
    conversations: Conversations,
    _ticker: Ticker,
}

/// Something that is wrong in a draft.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// `B0123`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What compiling a draft gave.
pub struct Compiled {
    /// The package, unless there are errors.
    pub package: Option<Package>,
    /// The errors.
    pub errors: Vec<Finding>,
}

impl Workshop {
    /// A workshop with the clock and the models of the server.
    pub fn new(server: &Services, files: std::path::PathBuf) -> Workshop {
        let store = Arc::new(Memory::new());
        let services = Services {
            store: store.clone(),
            blobs: Arc::new(Folder::new(files)),
            bots: Arc::new(Bots::keeping(store, VERSIONS_MAX)),
            ..server.clone()
        };
        let conversations = Conversations::new(services);
        let ticker = Ticker::start(conversations.clone());
        Workshop { conversations, _ticker: ticker }
    }

    /// The conversations with drafts.
    pub fn conversations(&self) -> &Conversations {
        &self.conversations
    }

    /// Lets new conversations with the draft run on this package. Old conversations are forgotten,
    /// and the packages that only they needed: each change of a draft is a package of its own.
    pub async fn serve(&self, package: Package) -> Result<Deployed, Problem> {
        let services = self.conversations.services();
        let (now, bot) = (services.clock.now_ms(), package.name.clone());
        let deployed = services.bots.deploy_from("", package, now).await?;
        self.forget(&bot, now).await.map_err(Error::from)?;
        Ok(deployed)
    }

    async fn forget(&self, bot: &str, now: i64) -> StoreResult<()> {
        let store = &self.conversations.services().store;
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let newest = store.list(Some(bot), None, CONVERSATIONS_MAX + 1).await?;
        let surplus = newest.get(CONVERSATIONS_MAX as usize);
        let newest = surplus.map_or(i64::MIN, |one| one.updated_at.saturating_add(1));
        store.expire(newest.max(now.saturating_sub(kept)), now).await?;
        store.drop_unused_packages().await?;
        Ok(())
    }
}

/// Compiles what lies in a folder, on a thread that may take its time.
pub async fn compile(folder: std::path::PathBuf, bot: &str) -> Result<Compiled, Problem> {
    let bot = bot.to_string();
    let build = move || {
        let built = configuration::build(&FolderProvider::new(folder), &bot);
        let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
        Compiled {
            errors: errors.map(|(file, d)| finding(file, d)).collect(),
            package: built.package,
        }
    };
    let built = tokio::task::spawn_blocking(build).await;
    built.map_err(|error| basilect_runtime::Error::Bug(error.to_string()).into())
}

fn finding(file: &SourceFile, diagnostic: &Diagnostic) -> Finding {
    let (line, column) = file.position(diagnostic.span.start);
    Finding {
        path: file.path.clone(),
        line,
        column,
        code: diagnostic.code.to_string(),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}
