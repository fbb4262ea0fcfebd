//! The services behind the keywords, and the conversations that use them.
//!
//! What it is *not*: it knows no HTTP routes and no terminal. A caller opens a conversation, says
//! something, and reads the log.
//!
//! Reading order: [`ports`] (what the runtime stands on), [`conversation`] (a message becomes a
//! turn, a turn is one commit), [`host`] (the exhaustive match from a keyword to its service),
//! [`bots`] (packages and their versions), [`llm`], [`schedule`], [`store`], [`replay`], [`debug`]
//! (recordings, breakpoints), [`local`] (a runtime of one bot), [`transcript`] (conversations as
//! tests).

use std::sync::Arc;

pub mod bots;
pub mod conversation;
pub mod crash;
pub mod debug;
pub mod error;
pub mod host;
pub mod llm;
pub mod local;
pub mod ports;
pub mod replay;
pub mod schedule;
pub mod store;
pub mod transcript;

pub use error::{Error, Result};

/// What every conversation may use: the composition root fills it once.
#[derive(Clone)]
pub struct Services {
    /// Conversations, rows, memory, schedules.
    pub store: Arc<dyn ports::store::Store>,
    /// Uploaded files.
    pub blobs: Arc<dyn ports::blobs::Blobs>,
    /// Time and chance.
    pub clock: Arc<dyn ports::clock::Clock>,
    /// The bots.
    pub bots: Arc<bots::Bots>,
    /// Language models, by the settings of a bot.
    pub models: Arc<llm::Models>,
    /// The limits of one conversation.
    pub limits: basilect_stdlib::Limits,
}
