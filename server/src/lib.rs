//! The server: HTTP and WebSocket in front of the runtime's conversations, and the place where
//! everything is put together.
//!
//! What it is *not*: it holds no business rules. A route reads a request, hands it to the runtime
//! with what the caller may do, and turns the answer into HTTP.
//!
//! Reading order: [`config`], [`bootstrap`] (from settings to running services), [`routes`] (one
//! file a resource; the table of routes), [`sockets`] (live conversations), [`errors`] (the one
//! error and its HTTP face), [`web_server`] (listener and graceful stop), [`watch`] (changed bot
//! folders), [`folders`] (what came of them), [`manual`] (the manual, made by whoever starts the
//! server), [`studio`] (bots are written in the browser), [`templates`] (bots to begin with).

use std::sync::Arc;

use basilect_runtime::conversation::Conversations;

pub mod access;
pub mod bootstrap;
pub mod config;
pub mod errors;
pub mod folders;
pub mod manual;
pub mod rates;
pub mod routes;
pub mod sockets;
pub mod studio;
pub mod templates;
pub mod watch;
pub mod web_server;

pub use config::Config;
pub use web_server::Server;

/// What every route may use.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
    conversations: Conversations,
    place: &'static str,
}

struct Inner {
    studio: studio::Studio,
    watches: bool,
    access: access::Access,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
    rates: rates::Rates,
    folders: folders::Folders,
    manual: manual::Manual,
    uploads: tokio::sync::Semaphore,
    draining: tokio::sync::watch::Receiver<bool>,
}

impl App {
    /// The conversations.
    pub fn conversations(&self) -> &Conversations {
        &self.conversations
    }
    /// The same server for the drafts of the studio: its conversations are those with drafts, and
    /// their pages lie below another place.
    pub fn for_drafts(&self) -> App {
        let conversations = self.inner.studio.workshop.conversations().clone();
        App { inner: self.inner.clone(), conversations, place: "/studio" }
    }
    /// Where the pages of the bots lie: before the `/` of their names.
    pub fn place(&self) -> &'static str {
        self.place
    }
    /// Whether changes in the bots' folders are taken up.
    pub fn watches(&self) -> bool {
        self.inner.watches
    }
    /// The studio.
    pub fn studio(&self) -> &studio::Studio {
        &self.inner.studio
    }
    /// Who may administrate.
    pub fn access(&self) -> &access::Access {
        &self.inner.access
    }
    /// The rates that callers keep to.
    pub fn rates(&self) -> &rates::Rates {
        &self.inner.rates
    }
    /// Places for uploads: each holds its file in memory until it is stored.
    pub fn uploads(&self) -> &tokio::sync::Semaphore {
        &self.inner.uploads
    }
    /// What came of the bots' folders.
    pub fn folders(&self) -> &folders::Folders {
        &self.inner.folders
    }
    /// The manual that was handed to this server.
    pub fn manual(&self) -> &manual::Manual {
        &self.inner.manual
    }
    /// The metrics in Prometheus' text format.
    pub fn metrics(&self) -> String {
        self.inner.metrics.render()
    }
    /// Becomes true when the server is about to stop.
    pub fn draining(&self) -> tokio::sync::watch::Receiver<bool> {
        self.inner.draining.clone()
    }
}
