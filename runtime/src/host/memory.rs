//! What is remembered of the bot, the person and the conversation.

use basilect_stdlib::words::memory::{Call, Set};
use basilect_stdlib::{Data, TrapCode};

use super::data::seconds_of;
use crate::conversation::{Served, Turn};
use crate::error::Result;
use crate::ports::store::{MemoryWrite, Scope};

/// Bytes of one remembered value as JSON.
const VALUE_BYTES_MAX: usize = 256 << 10;
/// Values of one conversation.
const SESSION_MAX: usize = 1_000;

impl Turn<'_> {
    pub(super) async fn serve_memory(&mut self, call: Call) -> Result<Served> {
        Ok(match call {
            Call::GetBotMemory(get) => Served::value(
                self.recall(Scope::Bot, &get.key).await?.or(get.default).unwrap_or_default(),
            ),
            Call::GetUserMemory(get) => {
                let value = self.recall(Scope::User, &get.key).await?;
                Served::value(value.or(get.default).unwrap_or_default())
            }
            Call::Recall(get) => {
                let value = self.recall(Scope::User, &get.key).await?;
                Served::value(value.or(get.default).unwrap_or_default())
            }
            Call::CacheGet(get) => {
                let value = self.recall(Scope::Bot, &cache_key(&get.key)).await?;
                Served::value(value.unwrap_or_default())
            }
            Call::GetSession(get) => self.get_session(get.session.as_deref(), &get.key),
            Call::SetSession(set) => self.set_session(set.session.as_deref(), &set.key, set.value),
            Call::SetBotMemory(set) => self.remember(Scope::Bot, &set.key, Some(set.value), None),
            Call::SetUserMemory(set) => self.remember(Scope::User, &set.key, Some(set.value), None),
            Call::Remember(set) => {
                let ttl = set.ttl.as_ref().and_then(seconds_of);
                self.remember(Scope::User, &set.key, Some(set.value), ttl)
            }
            Call::Forget(forget) => self.remember(Scope::User, &forget.key, None, None),
            Call::CacheSet(set) => {
                let ttl = set.ttl.map(|ttl| ttl as f64).or(Some(3_600.0));
                self.remember(Scope::Bot, &cache_key(&set.key), Some(set.value), ttl)
            }
            Call::Set(set) => self.set(set).await?,
            Call::SetContext(set) => {
                let text = basilect_stdlib::pure::text::display_data(&set.text);
                self.state.contexts.insert(set.name.unwrap_or_default(), text);
                Served::nothing()
            }
            Call::ClearContext(clear) => {
                match clear.name {
                    Some(name) => drop(self.state.contexts.shift_remove(&name)),
                    None => self.state.contexts.clear(),
                }
                Served::nothing()
            }
            Call::SystemPrompt(prompt) => {
                self.state.system_prompt = Some(prompt.text.trim().to_string());
                Served::nothing()
            }
            Call::SetUser(set) => {
                self.row.person = set.user;
                Served::nothing()
            }
        })
    }

    /// SET with a name in quotes, a variable, or the rows of a table.
    async fn set(&mut self, set: Set) -> Result<Served> {
        if let (Some(table), Some(changes)) = (&set.table, set.changes) {
            return self.set_rows(table, set.filter.unwrap_or_default(), changes).await;
        }
        let value = set.value.unwrap_or_default();
        if set.target.is_some() {
            return Ok(Served::value(value));
        }
        let name = set.name.unwrap_or_default();
        Ok(match split(&name) {
            ("user", key) => self.remember(Scope::User, key, Some(value), None),
            ("bot", key) => self.remember(Scope::Bot, key, Some(value), None),
            (_, key) => self.set_session(None, key, value),
        })
    }

    /// GET of a name: `session.x`, `user.x`, `bot.x`, or what any of them calls so.
    pub(super) async fn get_named(&mut self, name: &str) -> Result<Data> {
        let (scope, key) = split(name);
        let value = match scope {
            "session" => self.state.session.get(key).cloned(),
            "user" => self.recall(Scope::User, key).await?,
            "bot" => self.recall(Scope::Bot, key).await?,
            _ => match self.state.session.get(key).cloned() {
                Some(value) => Some(value),
                None => self.recall(Scope::User, key).await?,
            },
        };
        Ok(value.unwrap_or_default())
    }

    fn owner(&self, scope: Scope) -> String {
        match scope {
            Scope::Bot => self.bot.name.clone(),
            Scope::User => self.row.person.clone(),
        }
    }

    /// A remembered value; what this turn has written counts.
    async fn recall(&mut self, scope: Scope, key: &str) -> Result<Option<Data>> {
        let owner = self.owner(scope);
        let written = self
            .out
            .memory
            .iter()
            .rev()
            .find(|w| w.scope == scope && w.owner == owner && w.key.eq_ignore_ascii_case(key));
        match written {
            Some(write) => Ok(write.value.clone()),
            None => Ok(self.services().store.memory(scope, &owner, &key.to_lowercase()).await?),
        }
    }

    fn remember(
        &mut self,
        scope: Scope,
        key: &str,
        value: Option<Data>,
        ttl: Option<f64>,
    ) -> Served {
        if value.as_ref().is_some_and(too_large) {
            return large(key);
        }
        let expires_at = ttl.map(|seconds| self.now() + (seconds * 1_000.0) as i64);
        let (owner, key) = (self.owner(scope), key.to_lowercase());
        self.out.memory.push(MemoryWrite { scope, owner, key, value, expires_at });
        Served::nothing()
    }

    fn get_session(&self, session: Option<&str>, key: &str) -> Served {
        match session {
            Some(other) if other != self.row.id => other_conversation(),
            _ => {
                let key = key.strip_prefix("session.").unwrap_or(key).to_lowercase();
                Served::value(match key.as_str() {
                    "id" => Data::text(&*self.row.id),
                    _ => self.state.session.get(&key).cloned().unwrap_or_default(),
                })
            }
        }
    }

    fn set_session(&mut self, session: Option<&str>, key: &str, value: Data) -> Served {
        if session.is_some_and(|other| other != self.row.id) {
            return other_conversation();
        }
        let key = key.strip_prefix("session.").unwrap_or(key).to_lowercase();
        if too_large(&value) {
            return large(&key);
        }
        if self.state.session.len() >= SESSION_MAX && !self.state.session.contains_key(&key) {
            let message = format!("a conversation may remember {SESSION_MAX} values");
            return Served::fault(TrapCode::LimitReached, message);
        }
        self.state.session.insert(key, value);
        Served::nothing()
    }
}

fn other_conversation() -> Served {
    super::not_configured("the memory of another conversation")
}

fn too_large(value: &Data) -> bool {
    super::data::json_text(value).len() > VALUE_BYTES_MAX
}

fn large(key: &str) -> Served {
    let message = format!("{key}: a remembered value may have {VALUE_BYTES_MAX} bytes");
    Served::fault(TrapCode::LimitReached, message)
}

fn cache_key(key: &str) -> String {
    format!("cache:{key}")
}

/// `session.cart` is `cart` of the session.
fn split(name: &str) -> (&str, &str) {
    match name.split_once('.') {
        Some((scope @ ("session" | "user" | "bot"), key)) => (scope, key),
        _ => ("", name),
    }
}
