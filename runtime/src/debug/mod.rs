//! Looking into conversations while they run, and after.
//!
//! [`code`] is what is known of the packages, [`player`] runs recorded steps again with their
//! recorded answers, [`recording`] makes a conversation of it in which every statement can be
//! visited, [`travel`] moves in it forwards and backwards. [`view`] is what is shown of a machine
//! that stands, [`evaluate`] computes what somebody asks.

pub mod code;
pub mod evaluate;
pub mod player;
pub mod recording;
pub mod travel;
pub mod view;

pub use code::{Code, Codes};
pub use recording::{Moment, RecordedStep, RecordedTurn, Recording};
pub use travel::{Breakpoints, Landed, Step as Stride};
