//! A running server, as its administrator reaches it.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server.
pub struct Remote {
    client: reqwest::Client,
    url: String,
    token: String,
    runtime: tokio::runtime::Runtime,
}

impl Remote {
    /// The server at `url`.
    pub fn new(url: &str, token: &str) -> anyhow::Result<Remote> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Remote {
            client: client()?,
            url: url.trim_end_matches('/').to_string(),
            token: token.to_string(),
            runtime,
        })
    }
    /// Reads a resource.
    pub fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(self.client.get(format!("{}{path}", self.url)))
    }
    /// Sends bytes to a resource.
    pub fn post(&self, path: &str, body: Vec<u8>) -> anyhow::Result<Value> {
        self.send(self.client.post(format!("{}{path}", self.url)).body(body))
    }
    fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        self.runtime.block_on(async {
            let answer = request.bearer_auth(&self.token).send().await;
            let answer = answer.with_context(|| format!("{} cannot be reached", self.url))?;
            let (status, text) = (answer.status(), answer.text().await?);
            let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            if !status.is_success() {
                let why = value["detail"].as_str().or(value["title"].as_str()).unwrap_or(&text);
                bail!("the server refuses ({status}): {why}");
            }
            Ok(value)
        })
    }
}

/// A client for HTTP and HTTPS.
pub fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().timeout(PATIENCE).build()?)
}
