//! What the command line and the environment say.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Settings of one server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the server keeps what it must not lose.
    pub data: PathBuf,
    /// Folders that hold bots, or are bots.
    pub folders: Vec<PathBuf>,
    /// A PostgreSQL URL; the embedded SQLite when absent.
    pub database: Option<String>,
    /// The model of bots that configure none.
    pub model: Option<basilect_runtime::llm::Endpoint>,
    /// The administration token; made at the first start when absent.
    pub admin_token: Option<String>,
    /// Whether changed bot folders are deployed while the server runs.
    pub watch: bool,
    /// What makes the files of the manual that is served below `/manual/`; none without it.
    pub manual: Option<crate::manual::Make>,
    /// Connections at most.
    pub connections_max: usize,
}

impl Config {
    /// The embedded default on a folder.
    pub fn embedded(listen: SocketAddr, data: impl Into<PathBuf>) -> Config {
        Config {
            listen,
            data: data.into(),
            folders: Vec::new(),
            database: None,
            model: None,
            admin_token: None,
            watch: true,
            manual: None,
            connections_max: 50_000,
        }
    }
}
