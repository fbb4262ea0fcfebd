//! Whoever drives the conversations of a debugger: it runs the scripts in place of the runtime,
//! hears at once what is said, and may answer in place of the outside.
//!
//! A server has no driver. Each question here has an answer that changes nothing.

use std::sync::Arc;

use async_trait::async_trait;
use basilect_stdlib::{Data, Fault, HostCall};
use basilect_vm::{Machine, Outcome, Program};

use super::event::Step;
use crate::ports::models::{ChatAnswer, ChatRequest, ModelError};

/// A script that is to run until it stops by itself, or its slice is over.
pub struct Run {
    /// The script on top.
    pub machine: Machine,
    /// The program of all scripts of the conversation.
    pub program: Arc<Program>,
    /// The scripts below it, outermost first, as they were written down.
    pub below: Vec<Vec<u8>>,
    /// Fuel of the slice.
    pub fuel: u64,
}

/// See the module.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Runs a script.
    async fn run(&self, run: Run) -> (Machine, Outcome);
    /// Something was added to the log (as JSON), before it is committed.
    fn said(&self, item: &str) {
        let _ = item;
    }
    /// A step was added to the journal.
    fn recorded(&self, step: &Step) {
        let _ = step;
    }
    /// The time, where it is not that of the clock.
    fn now(&self) -> Option<i64> {
        None
    }
    /// The seed of a script that begins, where it is not to be drawn.
    fn seed(&self) -> Option<u64> {
        None
    }
    /// What a keyword is answered in place of its service.
    async fn answer(&self, call: &HostCall, args: &[Data]) -> Option<Result<Data, Fault>> {
        let _ = (call, args);
        None
    }
    /// What is answered in place of what the service of a keyword answered.
    fn amend(
        &self,
        call: &str,
        args: &[Data],
        answer: &Result<Data, Fault>,
    ) -> Option<Result<Data, Fault>> {
        let _ = (call, args, answer);
        None
    }
    /// Whether the bot has a model, where it is not for its settings to say.
    fn has_model(&self) -> Option<bool> {
        None
    }
    /// What a model answers, in place of the model.
    async fn chat(&self, request: &ChatRequest) -> Option<Result<ChatAnswer, ModelError>> {
        let _ = request;
        None
    }
}
