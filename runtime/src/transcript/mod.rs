//! Transcript tests: conversations that must come out as written (see `docs/transcripts.md`).
//!
//! Reading order: [`parse`] (a file becomes steps), [`stage`] (a bot with a clock of its own),
//! [`check`] (step after step), [`report`] (what a failure shows), [`record`] (a conversation that
//! took place becomes a file).

mod check;
mod parse;
mod record;
mod report;
mod stage;

pub use check::run;
pub use parse::{Step as Act, Transcript, find, parse};
pub use record::record;
pub use report::Failure;
