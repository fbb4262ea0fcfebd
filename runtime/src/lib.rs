//! The services behind the keywords: conversations, store, memory, models, schedules.
//!
//! Reading order: [`ports`], [`store`].

pub mod ports;
pub mod store;
