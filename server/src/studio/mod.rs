//! The studio: bots are written in the browser, beside the running bots.
//!
//! What is in service is never edited. A draft is a copy of a bot's files ([`drafts`], [`files`],
//! [`paths`]); it runs in a runtime of its own ([`workshop`]) until a deploy puts it into service.
//! [`sessions`] knows who is signed in, [`language`] serves the editor, [`tests`] runs transcripts,
//! [`travel`] reads recordings,
//! [`folder`] writes a deploy back to where the bot is served from, [`limits`] bounds it all.

use std::path::Path;

use basilect_runtime::Services;
use tokio::sync::Semaphore;

pub mod drafts;
pub mod files;
pub mod folder;
pub mod language;
pub mod limits;
pub mod paths;
pub mod sessions;
pub mod tests;
pub mod travel;
pub mod workshop;

/// What the studio's routes use.
pub struct Studio {
    /// Who is signed in.
    pub sessions: sessions::Sessions,
    /// What is being written.
    pub drafts: drafts::Drafts,
    /// Where drafts run.
    pub workshop: workshop::Workshop,
    /// Places for language servers.
    pub languages: std::sync::Arc<Semaphore>,
    /// Places for compilations and tests.
    pub work: Semaphore,
    /// Recordings that are looked at.
    pub recordings: travel::Recordings,
    /// Deploys happen one after another, so that each sees what the one before has done.
    pub deploying: tokio::sync::Mutex<()>,
}

impl Studio {
    /// A studio whose drafts lie in a folder of the server's data.
    pub fn new(data: &Path, services: &Services) -> Studio {
        let root = data.join("drafts");
        Studio {
            sessions: sessions::Sessions::default(),
            workshop: workshop::Workshop::new(services, root.join(".files")),
            drafts: drafts::Drafts::new(root),
            languages: std::sync::Arc::new(Semaphore::new(limits::LANGUAGE_SERVERS_MAX)),
            work: Semaphore::new(limits::WORK_MAX),
            recordings: travel::Recordings::default(),
            deploying: tokio::sync::Mutex::default(),
        }
    }
}
