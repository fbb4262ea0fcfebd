//! What a session debugs.

use basilect_runtime::debug::view::{Reference, StackView};
use basilect_runtime::debug::{Breakpoints, Codes, Landed, Stride};
use basilect_stdlib::{Data, Fault};

use super::live::LiveTarget;
use super::recorded::RecordedTarget;

/// See the module.
pub enum Target {
    /// Nothing yet.
    None,
    /// A conversation that runs here.
    Live(Box<LiveTarget>),
    /// A conversation that was recorded.
    Recorded(Box<RecordedTarget>),
}

/// Something that happened in it.
#[derive(Debug)]
pub enum Happened {
    /// It halts.
    Halted(Landed),
    /// Something for the console, with the category of the protocol.
    Output(&'static str, String),
    /// It is over; with how it ended.
    Over(i64),
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As the conversation went.
    Forward,
    /// Back to what was.
    Back,
}

impl Target {
    /// The next thing that happens; never, where nothing is debugged.
    pub async fn next(&mut self) -> Vec<Happened> {
        match self {
            Target::None => std::future::pending().await,
            Target::Live(live) => live.next().await,
            Target::Recorded(recorded) => recorded.next().await,
        }
    }
    /// The packages.
    pub fn codes(&self) -> Codes {
        match self {
            Target::None => Codes::default(),
            Target::Live(live) => live.codes(),
            Target::Recorded(recorded) => recorded.codes(),
        }
    }
    /// Looks at the scripts that halt.
    pub fn look<T>(&self, look: impl FnOnce(&StackView<'_>) -> T) -> Option<T> {
        match self {
            Target::None => None,
            Target::Live(live) => live.live.look(look),
            Target::Recorded(recorded) => recorded.look(look),
        }
    }
    /// Changes a variable.
    pub fn set(&self, reference: &Reference, data: &Data) -> Result<(), String> {
        match self {
            Target::Live(live) => live.live.set(reference, data).map_err(|fault| fault.message),
            _ => Err("what is recorded cannot be changed; go on from here in another way with \
                      `fork ANSWER` in the debug console"
                .into()),
        }
    }
    /// Sets the breakpoints anew.
    pub fn set_breakpoints(&mut self, breakpoints: Breakpoints) {
        match self {
            Target::None => {}
            Target::Live(live) => live.live.set_breakpoints(breakpoints),
            Target::Recorded(recorded) => recorded.set_breakpoints(breakpoints),
        }
    }
    /// The breakpoints at which it halts.
    pub fn breakpoint_ids(&self) -> Vec<i64> {
        match self {
            Target::None => Vec::new(),
            Target::Live(live) => live.live.breakpoint_ids(),
            Target::Recorded(recorded) => recorded.breakpoint_ids(),
        }
    }
    /// The error that is about to be raised, and whether the program handles it.
    pub fn fault(&self) -> Option<(Fault, bool)> {
        match self {
            Target::None => None,
            Target::Live(live) => live.live.fault(),
            Target::Recorded(recorded) => recorded.fault(),
        }
    }
    /// Goes on.
    pub fn go(&mut self, stride: Stride, direction: Direction) -> Result<(), String> {
        match (self, direction) {
            (Target::None, _) => Err("nothing is debugged".into()),
            (Target::Live(live), Direction::Forward) => {
                live.live.go(stride);
                Ok(())
            }
            (Target::Live(_), Direction::Back) => {
                Err("a conversation that runs here cannot go back; attach to a recorded one".into())
            }
            (Target::Recorded(recorded), direction) => recorded.go(stride, direction),
        }
    }
    /// Halts as soon as it can; true where it halts at once.
    pub async fn pause(&mut self) -> Result<bool, String> {
        match self {
            Target::None => Err("nothing is debugged".into()),
            Target::Live(live) => live.pause().await,
            Target::Recorded(recorded) => Ok(recorded.pause()),
        }
    }
}
