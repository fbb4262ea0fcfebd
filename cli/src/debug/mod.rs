//! The debugger of editors: the Debug Adapter Protocol over a running or a recorded conversation.
//!
//! [`wire`] is the framing of messages, [`session`] one session with an editor. What it debugs is a
//! [`target`]: a conversation that runs here ([`live`]) or one that was recorded ([`recorded`]).
//! [`launch`] reads what the editor wants to debug, [`sources`] finds scripts on the disk,
//! [`lines`] keeps the breakpoints, [`values`] the variables that the editor holds on to,
//! [`terminal`] is where a person may answer instead of the debug console.

mod launch;
mod lines;
mod live;
mod look;
mod moves;
mod recorded;
mod session;
mod sources;
mod target;
pub mod terminal;
mod values;
pub mod wire;

pub use session::serve;
