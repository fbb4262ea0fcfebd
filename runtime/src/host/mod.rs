//! The exhaustive match from a keyword to its service: a keyword that nobody serves does not
//! compile.

use basilect_stdlib::{HostCall, TrapCode};

use crate::conversation::{Served, Turn};
use crate::error::Result;

mod chat;
mod computed;
mod data;
mod memory;
mod models;
mod outside;
mod rows;
mod schedule;
pub mod served;
mod suggestions;
mod tools;

impl Turn<'_> {
    /// Serves one keyword.
    pub(crate) async fn serve(&mut self, call: HostCall) -> Result<Served> {
        if let Some(denied) = self.denied(&call) {
            return Ok(denied);
        }
        match call {
            HostCall::Chat(call) => self.serve_chat(call).await,
            HostCall::Suggestions(call) => Ok(self.serve_suggestions(call)),
            HostCall::Memory(call) => self.serve_memory(call).await,
            HostCall::Rows(call) => self.serve_rows(call).await,
            HostCall::Schedule(call) => self.serve_schedule(call).await,
            HostCall::Tools(call) => Ok(self.serve_tools(call)),
            HostCall::Models(call) => self.serve_models(call).await,
            HostCall::Http(call) => self.serve_http(call).await,
            HostCall::Knowledge(call) => Ok(self.serve_knowledge(call)),
            HostCall::Observe(call) => Ok(self.serve_observe(call)),
            HostCall::Agents(call) => Ok(not_configured(call.words())),
            HostCall::Drive(call) => Ok(not_configured(call.words())),
            HostCall::Execution(call) => Ok(not_configured(call.words())),
            HostCall::Mail(call) => Ok(not_configured(call.words())),
            HostCall::Media(call) => Ok(not_configured(call.words())),
            HostCall::Office(call) => Ok(not_configured(call.words())),
            HostCall::Social(call) => Ok(not_configured(call.words())),
            HostCall::Web(call) => Ok(not_configured(call.words())),
        }
    }

    /// A bot may use what its settings grant: everything but the dangerous by default.
    fn denied(&self, call: &HostCall) -> Option<Served> {
        let keyword = basilect_stdlib::words::lookup(call.words())?;
        let granted = self.bot.settings.grants(keyword.capability);
        (!granted).then(|| {
            let message = format!(
                "this bot may not use {}: its capability {:?} is not granted in config.csv",
                keyword.name, keyword.capability
            );
            Served::fault(TrapCode::Denied, message)
        })
    }
}

/// The service behind the keyword does not exist on this server. Scripts may catch it.
pub(crate) fn not_configured(words: &str) -> Served {
    let message = format!("{words} is not configured on this server");
    Served::fault(TrapCode::NotConfigured, message)
}
