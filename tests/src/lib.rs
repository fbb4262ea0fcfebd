//! What the tests share: the built binary, servers as processes, people who speak the chat
//! protocol, and the checker that knows what a conversation must look like.
//!
//! Reading order: [`process`] (servers), [`chat`] (one person), [`checker`] (what must hold),
//! [`drill`] (many people while a server dies), [`planted`] (a store with a defect, to see that
//! the drills would find it), [`load`] (how fast it answers); [`local`] (a runtime
//! without a server); [`bots`], [`database`], [`random`].

#[cfg(feature = "product")]
pub mod bots;
#[cfg(feature = "product")]
pub mod chat;
#[cfg(feature = "product")]
pub mod checker;
#[cfg(feature = "product")]
pub mod database;
#[cfg(feature = "product")]
pub mod debugger;
#[cfg(feature = "product")]
pub mod drill;
#[cfg(feature = "product")]
pub mod load;
#[cfg(feature = "product")]
pub mod local;
#[cfg(feature = "product")]
pub mod planted;
pub mod process;
pub mod random;
