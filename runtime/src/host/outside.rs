//! Keywords whose services reach out of this server: settings and memory are read here, the
//! network is not configured.

use basilect_stdlib::Data;
use basilect_stdlib::words::{http, knowledge, observe};

use super::not_configured;
use crate::conversation::{Served, Turn};
use crate::error::Result;

impl Turn<'_> {
    pub(super) async fn serve_http(&mut self, call: http::Call) -> Result<Served> {
        match call {
            http::Call::Get(get) => self.get(&get.source, get.key.as_deref()).await,
            http::Call::SetHeader(set) => {
                self.state.headers.insert(set.name, set.value);
                Ok(Served::nothing())
            }
            http::Call::ClearHeaders(_) => {
                self.state.headers.clear();
                Ok(Served::nothing())
            }
            other => Ok(not_configured(other.words())),
        }
    }

    /// GET of a setting or of something remembered; addresses need the network.
    async fn get(&mut self, source: &str, key: Option<&str>) -> Result<Served> {
        if source.starts_with("http://")
            || source.starts_with("https://")
            || source.starts_with('/')
        {
            return Ok(not_configured("GET of an address"));
        }
        if let (true, Some(key)) = (source.eq_ignore_ascii_case("config"), key) {
            let value = self.bot.settings.public(key);
            return Ok(Served::value(value.map_or(Data::Null, Data::text)));
        }
        if let Some(name) = source.strip_prefix("param.") {
            return Ok(Served::value(self.bot.settings.param(name)));
        }
        Ok(Served::value(self.get_named(&source.to_lowercase()).await?))
    }

    /// Collections are chosen here; the search in them is a service of its own.
    pub(super) fn serve_knowledge(&mut self, call: knowledge::Call) -> Served {
        match call {
            knowledge::Call::UseKb(kb) => {
                if !self.state.knowledge.contains(&kb.name) {
                    self.state.knowledge.push(kb.name);
                }
                Served::nothing()
            }
            knowledge::Call::ClearKb(clear) => {
                match clear.name {
                    Some(name) => self.state.knowledge.retain(|kb| *kb != name),
                    None => self.state.knowledge.clear(),
                }
                Served::nothing()
            }
            other => not_configured(other.words()),
        }
    }

    pub(super) fn serve_observe(&mut self, call: observe::Call) -> Served {
        match call {
            observe::Call::Log(log) => {
                let event = basilect_stdlib::pure::text::display_data(&log.event);
                let (bot, details) = (&self.bot.name, &log.details);
                tracing::info!(target: "basilect::log", %bot, ?details, "{event}");
                Served::nothing()
            }
            observe::Call::LogActivity(log) => {
                let (bot, details) = (&self.bot.name, &log.details);
                tracing::info!(target: "basilect::log", %bot, ?details, "activity");
                Served::nothing()
            }
            other => not_configured(other.words()),
        }
    }
}
