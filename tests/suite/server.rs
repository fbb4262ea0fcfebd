//! The protocol and the pages, spoken to a server as clients speak to it (`docs/protocol.md`).

mod admin;
mod chat;
mod files;
mod pages;
mod studio;
mod studio_deploy;

use std::path::PathBuf;
use std::time::Duration;

use basilect_server::{Config, Server};
use basilect_tests::bots;
use basilect_tests::chat::ChatClient;
use basilect_tests::process::{ADMIN_TOKEN, TemporaryFolder};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Greets, then answers each message with it.
const PARROT: &str = r#"TALK "hello"
DO WHILE TRUE
    HEAR message
    TALK "you said " + message
LOOP
"#;

/// A server in this process, with its bots in a folder.
struct House {
    folder: TemporaryFolder,
    server: Server,
    http: Client,
}

impl House {
    async fn with(bots: &[(&str, &[(&str, &str)])]) -> House {
        House::open(TemporaryFolder::new("house").unwrap(), bots).await
    }

    async fn parrot() -> House {
        House::with(&[("parrot", &[("start", PARROT)])]).await
    }

    async fn open(folder: TemporaryFolder, bots: &[(&str, &[(&str, &str)])]) -> House {
        House::open_as(folder, bots, true).await
    }

    async fn open_as(
        folder: TemporaryFolder,
        bots: &[(&str, &[(&str, &str)])],
        watch: bool,
    ) -> House {
        let bot = |(name, scripts): &(&str, &[(&str, &str)])| {
            bots::write(folder.path(), name, scripts).unwrap()
        };
        let folders: Vec<PathBuf> = bots.iter().map(bot).collect();
        let listen = ([127, 0, 0, 1], 0).into();
        let config = Config {
            folders,
            watch,
            admin_token: Some(ADMIN_TOKEN.into()),
            manual: Some(|| vec![("index.html".into(), b"the manual".to_vec())]),
            ..Config::embedded(listen, folder.path().join("data"))
        };
        let server = Server::start(&config).await.unwrap();
        let http = Client::builder().timeout(LIMIT).build().unwrap();
        House { folder, server, http }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A person who has been greeted.
    async fn person(&self, bot: &str) -> ChatClient {
        let mut client = ChatClient::new(self.server.address, bot);
        client.connect().await.unwrap();
        assert_eq!(client.next_text(LIMIT).await.unwrap(), "hello");
        client
    }

    /// A conversation over REST.
    async fn talk(&self, bot: &str) -> Talk<'_> {
        let path = format!("/api/bots/{bot}/conversations");
        let answer = self.http.post(self.url(&path)).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_string();
        Talk { house: self, id: text("conversation"), key: text("key") }
    }
}

/// A conversation over REST.
struct Talk<'a> {
    house: &'a House,
    id: String,
    key: String,
}

impl Talk<'_> {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.house.url(&format!("/api/conversations/{}/{path}", self.id));
        self.house.http.request(method, url).bearer_auth(&self.key)
    }

    async fn say(&self, body: &Value) -> Response {
        self.request(Method::POST, "messages").json(body).send().await.unwrap()
    }

    async fn items(&self, since: i64) -> Vec<Value> {
        let path = format!("items?since={since}&limit=500");
        let answer = self.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        body["items"].as_array().unwrap().clone()
    }

    /// Waits until the bot has said so many texts.
    async fn texts(&self, count: usize) -> Vec<String> {
        let deadline = tokio::time::Instant::now() + LIMIT;
        loop {
            let items = self.items(0).await;
            let texts: Vec<String> = items
                .iter()
                .filter(|item| item["by"] == "bot" && item["kind"] == "text")
                .map(|item| item["text"].as_str().unwrap().to_string())
                .collect();
            if texts.len() >= count || tokio::time::Instant::now() > deadline {
                return texts;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Checks a refusal: its status, its code, and that it is problem details.
async fn expect_problem(answer: Response, status: u16, code: &str) {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], json!(code), "{body}");
    assert_eq!(body["status"], json!(status));
}
