//! Language models and what is said to them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use crate::bots::Settings;
use crate::ports::models::{ChatAnswer, ChatModel, ChatRequest, ModelError, Sink};

pub mod openai;
pub mod prompt;

/// The models that bots have configured, one client for all.
pub struct Models {
    /// Made at the first use: a bot without a model never pays for it.
    client: OnceLock<reqwest::Client>,
    /// What a bot without settings of its own uses: server address, model name, key.
    fallback: Option<Endpoint>,
    open: Mutex<HashMap<Endpoint, Arc<dyn ChatModel>>>,
    /// Answers that are known before, in a test: they come in place of a model's.
    prepared: Mutex<VecDeque<String>>,
    /// Whether there are no others: a test reaches no model.
    only_prepared: AtomicBool,
}

/// Where a model lives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Address of the server.
    pub url: String,
    /// Path of the endpoint, when it is not the usual one.
    pub path: Option<String>,
    /// The name of the model.
    pub model: String,
    /// The bearer key.
    pub key: Option<String>,
}

impl Models {
    /// Models over HTTP; `fallback` serves bots that configure none.
    pub fn new(fallback: Option<Endpoint>) -> Models {
        let (open, prepared, only_prepared) = Default::default();
        Models { client: OnceLock::new(), fallback, open, prepared, only_prepared }
    }
    /// From now on only prepared answers come, and no model is reached.
    pub fn seal(&self) {
        self.only_prepared.store(true, Ordering::Relaxed);
    }
    /// Why nobody can be asked.
    pub fn absent(&self) -> ModelError {
        match self.only_prepared.load(Ordering::Relaxed) {
            true => ModelError::NotPrepared,
            false => ModelError::NotConfigured,
        }
    }
    /// The next question that no other prepared answer meets gets this one; no model is asked.
    pub fn prepare(&self, answer: &str) {
        self.answers().push_back(answer.to_string());
    }
    /// The first prepared answer that nobody has asked for yet.
    pub fn unasked(&self) -> Option<String> {
        self.answers().front().cloned()
    }
    fn answers(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.prepared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
    /// Whether a bot with these settings has a model.
    pub fn configured(&self, settings: &Settings) -> bool {
        self.endpoint(settings).is_some() || self.unasked().is_some()
    }
    fn endpoint(&self, settings: &Settings) -> Option<Endpoint> {
        let open = !self.only_prepared.load(Ordering::Relaxed);
        settings.endpoint().or_else(|| self.fallback.clone()).filter(|_| open)
    }
    /// Asks the bot's model.
    pub async fn chat(
        &self,
        settings: &Settings,
        request: &ChatRequest,
        sink: Sink<'_>,
    ) -> Result<ChatAnswer, ModelError> {
        let prepared = self.answers().pop_front();
        if let Some(text) = prepared {
            sink(&text);
            let (tool_calls, usage, model) = (Vec::new(), None, "prepared".to_string());
            return Ok(ChatAnswer { text, tool_calls, usage, model });
        }
        let endpoint = self.endpoint(settings).ok_or_else(|| self.absent())?;
        let mut request = request.clone();
        if request.model.is_empty() {
            request.model = endpoint.model.clone();
        }
        let mut answer = self.model(&endpoint).chat(&request, sink).await?;
        if answer.model.is_empty() {
            answer.model = request.model;
        }
        Ok(answer)
    }
    fn model(&self, endpoint: &Endpoint) -> Arc<dyn ChatModel> {
        let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let make = || -> Arc<dyn ChatModel> {
            let path = endpoint.path.as_deref();
            let client = self.client.get_or_init(client).clone();
            let key = endpoint.key.clone();
            Arc::new(openai::OpenAi::new(client, &endpoint.url, path, key))
        };
        open.entry(endpoint.clone()).or_insert_with(make).clone()
    }
}

/// One pool of connections; redirects of a model server are not followed.
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .connect_timeout(std::time::Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("the HTTP client needs nothing from outside")
}
