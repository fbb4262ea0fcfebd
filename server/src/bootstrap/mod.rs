//! From settings to running services: folders, store, bots, model, metrics.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use basilect_compiler::diagnostics::{Diagnostic, Severity};
use basilect_compiler::package::Package;
use basilect_compiler::source::SourceFile;
use basilect_runtime::Services;
use basilect_runtime::bots::{Bots, configuration};
use basilect_runtime::conversation::Conversations;
use basilect_runtime::llm::Models;
use basilect_runtime::ports::blobs::Folder;
use basilect_runtime::ports::clock::{Clock, SystemClock};
use basilect_runtime::ports::store::Store;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::Semaphore;

use crate::access::Access;
use crate::manual::Manual;
use crate::studio::Studio;
use crate::{App, Config, Inner};

mod folder;

pub use folder::{BotFolder, FolderProvider, find_bots};

/// Uploads at once.
const UPLOADS_MAX: usize = 64;

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file or folder.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The database.
    #[error("the database in {place} cannot be opened: {message}")]
    Store {
        /// The data folder, or the kind of the server.
        place: String,
        /// What it says, and what to do.
        message: String,
    },
    /// Another server has the data folder.
    #[error(
        "{0} is in use by another server; stop that one, or give this one a folder of its own \
         with --data"
    )]
    InUse(PathBuf),
    /// The address.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] basilect_runtime::Error),
}

/// A server's parts, before it listens.
pub struct Assembled {
    /// What the routes use.
    pub app: App,
    /// The administration token, when it was made just now.
    pub fresh_token: Option<String>,
    /// The bots' folders and what came of each.
    pub bots: Vec<Mounted>,
    /// Set to true to drain.
    pub drain: tokio::sync::watch::Sender<bool>,
}

/// A bot folder and what came of it.
#[derive(Debug)]
pub struct Mounted {
    /// The folder.
    pub folder: BotFolder,
    /// The version now served, or the errors as text.
    pub outcome: Result<String, String>,
}

/// Puts a server together on this store.
pub async fn assemble(config: &Config, store: Arc<dyn Store>) -> Result<Assembled, StartError> {
    make_folder(&config.data)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let bots = Arc::new(Bots::new(store.clone()));
    let services = Services {
        store,
        blobs: Arc::new(Folder::new(config.data.join("files"))),
        clock: clock.clone(),
        bots: bots.clone(),
        models: Arc::new(Models::new(config.model.clone())),
        limits: basilect_stdlib::Limits::DEFAULT,
    };
    let found = find_bots(&config.folders).map_err(|(path, error)| file_error(&path, error))?;
    let mut mounted = Vec::new();
    for folder in found {
        mounted.push(mount(&bots, folder, clock.now_ms()).await);
    }
    bots.load().await?;
    let (access, fresh_token) =
        Access::open(&config.data, config.admin_token.as_deref(), || clock.secret())
            .map_err(|error| file_error(&config.data, error))?;
    let (drain, draining) = tokio::sync::watch::channel(false);
    let inner = Inner {
        studio: Studio::new(&config.data, &services),
        watches: config.watch,
        access,
        metrics: metrics_recorder(),
        rates: Default::default(),
        folders: Default::default(),
        manual: Manual::new(config.manual),
        uploads: Semaphore::new(UPLOADS_MAX),
        draining,
    };
    mounted.iter().for_each(|bot| inner.folders.note(bot));
    let conversations = Conversations::new(services);
    let app = App { inner: Arc::new(inner), conversations, place: "" };
    Ok(Assembled { app, fresh_token, bots: mounted, drain })
}

fn file_error(path: &Path, error: std::io::Error) -> StartError {
    StartError::File { path: path.to_path_buf(), error }
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    std::fs::create_dir_all(path).map_err(|error| file_error(path, error))
}

/// The store that the settings name.
pub async fn open_store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    make_folder(&config.data)?;
    basilect_runtime::store::open(config.database.as_deref(), &config.data)
        .await
        .map_err(|error| store_error(config, &error.to_string()))
}

fn store_error(config: &Config, error: &str) -> StartError {
    let place = match &config.database {
        Some(_) => "PostgreSQL".to_string(),
        None => config.data.join("basilect.db").display().to_string(),
    };
    let newer = error.contains("previously applied but is missing");
    let message = match newer {
        true => "a newer version of basilect wrote it; start that version, or use other data \
                 with --data or --database"
            .to_string(),
        false => error.trim_start_matches("the database is not available: ").to_string(),
    };
    StartError::Store { place, message }
}

/// The embedded database belongs to one server: a second one would not see what the first
/// accepts. The lock goes with the process, however it ends.
pub fn occupy(config: &Config) -> Result<Option<File>, StartError> {
    if config.database.is_some() {
        return Ok(None);
    }
    make_folder(&config.data)?;
    let path = config.data.join("lock");
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = opened.map_err(|error| file_error(&path, error))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(config.data.clone())),
        Err(TryLockError::Error(error)) => Err(file_error(&path, error)),
    }
}

/// Compiles a folder and puts it into service; one with errors leaves the version before.
pub async fn mount(bots: &Bots, folder: BotFolder, now: i64) -> Mounted {
    let outcome = match build(&folder) {
        Ok(package) => {
            let deployed = bots.deploy_from("folder", package, now).await;
            deployed.map(|d| d.version).map_err(|error| error.to_string())
        }
        Err(errors) => Err(errors),
    };
    if let Err(errors) = &outcome {
        tracing::error!(bot = %folder.name, errors, "this bot is not served in its new version");
    }
    Mounted { folder, outcome }
}

/// Why a bot cannot have this name: the server's own pages are there.
pub fn taken_name(name: &str) -> Option<String> {
    let own = ["api", "assets", "healthz", "manual", "metrics", "readyz", "studio", "ws"];
    own.contains(&name)
        .then(|| format!("no bot can be named `{name}`: the server's own pages are there"))
}

/// The package of a folder, or its errors as text.
pub fn build(folder: &BotFolder) -> Result<Package, String> {
    if let Some(taken) = taken_name(&folder.name) {
        return Err(taken);
    }
    let provider = FolderProvider::new(&folder.path);
    let built = configuration::build(&provider, &folder.name);
    built.package.ok_or_else(|| {
        let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
        errors.map(|(file, d)| line(file, d)).collect::<Vec<_>>().join("\n")
    })
}

/// `path:line:column: B0123 message (what to do)`
fn line(file: &SourceFile, diagnostic: &Diagnostic) -> String {
    let (line, column) = file.position(diagnostic.span.start);
    let help = diagnostic.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let Diagnostic { code, message, .. } = diagnostic;
    format!("{}:{line}:{column}: {code} {message}{help}", file.path)
}

/// Metrics are one recorder a process; servers of one process (tests) share it.
fn metrics_recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is in use; /metrics stays empty");
        }
        handle
    };
    RECORDER.get_or_init(install).clone()
}

/// A short random reference that stands in the log and is shown to the caller.
pub fn trace_id() -> String {
    SystemClock.secret()[..12].to_string()
}
