//! What the tests share: the built binary, servers as processes, people who speak the chat
//! protocol, and the checker that knows what a conversation must look like.
//!
//! Reading order: [`process`] (servers), [`chat`] (one person), [`checker`] (what must hold),
//! [`drill`] (many people while a server dies), [`planted`] (a store with a defect, to see that
//! the drills would find it), [`load`] (how fast it answers); [`local`] (a runtime
//! without a server); [`bots`], [`database`], [`random`].

pub mod bots;
pub mod chat;
pub mod checker;
pub mod database;
pub mod debugger;
pub mod drill;
pub mod load;
pub mod local;
pub mod planted;
pub mod process;
pub mod random;
