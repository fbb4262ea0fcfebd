//! Looking into conversations while they run, and after.
//!
//! [`code`] is what is known of the packages, [`player`] runs recorded steps again with their
//! recorded answers, [`recording`] makes a conversation of it in which every statement can be
//! visited, [`travel`] moves in it forwards and backwards. [`view`] is what is shown of a machine
//! that stands, [`evaluate`] computes what somebody asks, [`breakpoints`] says where to halt.
//! [`live`] is a conversation that runs here under a debugger; with [`playback`] it first becomes
//! what a recorded one was, and then goes on in another way.

pub mod breakpoints;
pub mod code;
pub mod evaluate;
pub mod live;
pub mod playback;
pub mod player;
pub mod recording;
pub mod travel;
pub mod view;

pub use breakpoints::{Breakpoints, Wish};
pub use code::{Code, Codes};
pub use live::{Live, LiveEvent};
pub use recording::{Moment, RecordedStep, RecordedTurn, Recording};
pub use travel::{Landed, Step as Stride};
