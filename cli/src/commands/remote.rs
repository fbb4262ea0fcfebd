//! A running server, as its administrator reaches it.

use std::time::Duration;

use anyhow::{bail, ensure};
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
        ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            "`{url}` is not the address of a server: write it as http://127.0.0.1:8080"
        );
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
    /// Reads a resource that is no JSON.
    pub fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.client.get(format!("{}{path}", self.url));
        self.runtime.block_on(async {
            let (status, bytes) = self.answer(request).await?;
            self.check(status, &bytes)?;
            Ok(bytes)
        })
    }
    /// Sends bytes to a resource.
    pub fn post(&self, path: &str, body: Vec<u8>) -> anyhow::Result<Value> {
        self.send(self.client.post(format!("{}{path}", self.url)).body(body))
    }
    fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        self.runtime.block_on(async {
            let (status, bytes) = self.answer(request).await?;
            self.check(status, &bytes)?;
            Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
        })
    }
    async fn answer(
        &self,
        request: reqwest::RequestBuilder,
    ) -> anyhow::Result<(reqwest::StatusCode, Vec<u8>)> {
        let answer = request.bearer_auth(&self.token).send().await;
        let answer = answer.map_err(|error| self.unreachable(&error))?;
        Ok((answer.status(), answer.bytes().await?.to_vec()))
    }
    fn check(&self, status: reqwest::StatusCode, body: &[u8]) -> anyhow::Result<()> {
        if status == reqwest::StatusCode::UNAUTHORIZED {
            bail!(
                "{} refuses this token; the right one was printed at its first start (--token, or \
                 BASILECT_ADMIN_TOKEN)",
                self.url
            );
        }
        if !status.is_success() {
            let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
            let text = String::from_utf8_lossy(body);
            let why = value["detail"].as_str().or(value["title"].as_str()).unwrap_or(&text);
            bail!("the server refuses ({status}): {why}");
        }
        Ok(())
    }
    /// The last cause says it: "Connection refused", "failed to look up the address".
    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        anyhow::anyhow!("{} cannot be reached: {cause}; is the server running there?", self.url)
    }
}

/// A client for HTTP and HTTPS.
pub fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().timeout(PATIENCE).build()?)
}
