//! Language models: a real one behind `BASILECT_TEST_LLM_URL`, and the wire of tool calls.
//!
//! A small real model answers but cannot be relied upon to call a tool, so the calls are tested
//! against a server in this file that speaks the same protocol and asks for exactly one tool: what
//! it is told, and what the bot does with its wish, is the subject.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use basilect_runtime::llm::Endpoint;
use basilect_server::{Config, Server};
use basilect_tests::bots;
use basilect_tests::chat::{Came, ChatClient};
use basilect_tests::process::TemporaryFolder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LIMIT: Duration = Duration::from_secs(60);

const CLERK: &str = r#"REM A clerk whose model may add things to an order.
BEGIN SYSTEM PROMPT
You are a friendly clerk. Answer in one short sentence.
END SYSTEM PROMPT
SET CONTEXT "shop" AS "The shop sells apples and pears."
ADD TOOL "add-to-order"
TALK "hello"
"#;

const ADD: &str = r#"PARAM product AS STRING LIKE "apple" DESCRIPTION "What to add"
DESCRIPTION "Adds a product to the order of the person."
HEAR sure AS BOOLEAN WITH "Shall I add ${product}?"
IF sure THEN
    SET SESSION "last", product
    RETURN #{ added: product, by: "clerk" }
END IF
RETURN "not added"
"#;

const ASKER: &str = r#"TALK "ready"
HEAR topic
answer = LLM "Say one word about " + topic
TALK "the model says: " + answer
"#;

async fn serve(endpoint: Endpoint, scripts: &[(&str, &str)]) -> (TemporaryFolder, Server) {
    let folder = TemporaryFolder::new("models").unwrap();
    let bot = bots::write(folder.path(), "clerk", scripts).unwrap();
    let config = Config {
        folders: vec![bot],
        model: Some(endpoint),
        watch: false,
        ..Config::embedded(([127, 0, 0, 1], 0).into(), folder.path().join("data"))
    };
    let server = Server::start(&config).await.unwrap();
    (folder, server)
}

/// The real model; the tests say clearly when there is none.
fn real_model() -> Option<Endpoint> {
    let Ok(url) = std::env::var("BASILECT_TEST_LLM_URL") else {
        let none = std::env::var("BASILECT_TEST_SERVICES").is_ok_and(|value| value == "none");
        assert!(none, "BASILECT_TEST_LLM_URL is not set; run the tests with `cargo xtask test`");
        return None;
    };
    let model = std::env::var("BASILECT_TEST_MODEL").unwrap_or_else(|_| "default".into());
    Some(Endpoint { url, path: None, model, key: None })
}

async fn greeted(server: &Server, greeting: &str) -> ChatClient {
    let mut client = ChatClient::new(server.address, "clerk");
    client.connect().await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), greeting);
    client
}

/// Whether the person reads this item; the others move buttons or end a script.
fn is_said(item: &Value) -> bool {
    item["kind"] == "text" || item["kind"] == "error"
}

/// The next text of the bot, and the pieces that came before it.
async fn streamed(client: &mut ChatClient) -> (String, String) {
    let mut pieces = String::new();
    let wait = async {
        loop {
            match client.next().await {
                Came::Other(frame) if frame["type"] == "part" => {
                    pieces.push_str(frame["text"].as_str().unwrap_or_default());
                }
                Came::Item(item) if item["by"] == "bot" && is_said(&item) => {
                    return item["text"].as_str().unwrap_or_default().to_string();
                }
                Came::Cut => panic!("the line was cut"),
                _ => {}
            }
        }
    };
    let text = tokio::time::timeout(LIMIT, wait).await.expect("an answer in time");
    (text, pieces)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_model_answers_in_pieces() {
    let Some(endpoint) = real_model() else { return };
    let (_folder, server) = serve(endpoint, &[("start", CLERK), ("add-to-order", ADD)]).await;
    let mut client = greeted(&server, "hello").await;
    client.say("1", "Which fruit do you sell?").await.unwrap();
    let (text, pieces) = streamed(&mut client).await;
    assert!(!text.trim().is_empty(), "an empty answer");
    assert_eq!(text, pieces, "the final text is the sum of its pieces");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_asks_a_real_model() {
    let Some(endpoint) = real_model() else { return };
    let (_folder, server) = serve(endpoint, &[("start", ASKER)]).await;
    let mut client = greeted(&server, "ready").await;
    client.say("1", "apples").await.unwrap();
    let text = client.next_text(LIMIT).await.unwrap();
    let answer = text.strip_prefix("the model says: ").expect("the script went on");
    assert!(!answer.trim().is_empty(), "an empty answer");
    server.stop().await;
}

/// Answers one tool call, then tells what the tool answered.
struct Wire {
    requests: Arc<Mutex<Vec<Value>>>,
    endpoint: Endpoint,
}

impl Wire {
    async fn open() -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Value>>> = Arc::default();
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, seen.clone()));
            }
        });
        let endpoint = Endpoint { url, path: None, model: "wire".into(), key: Some("k".into()) };
        Wire { requests, endpoint }
    }
    fn request(&self, index: usize) -> Value {
        self.requests.lock().unwrap()[index].clone()
    }
}

async fn answer(mut stream: TcpStream, seen: Arc<Mutex<Vec<Value>>>) {
    let request = read_request(&mut stream).await;
    let tool = request["messages"].as_array().unwrap().iter().find(|m| m["role"] == "tool");
    let deltas = match tool {
        None => vec![json!({ "tool_calls": [{ "index": 0, "id": "c1", "function":
            { "name": "add-to-order", "arguments": "{\"product\": \"apple\"}" } }] })],
        Some(tool) => vec![
            json!({ "content": "Done: " }),
            json!({ "content": tool["content"].as_str().unwrap() }),
        ],
    };
    seen.lock().unwrap().push(request);
    let mut body = String::new();
    for delta in deltas {
        body += &format!("data: {}\n\n", json!({ "choices": [{ "delta": delta }] }));
    }
    body += "data: [DONE]\n\n";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
}

async fn read_request(stream: &mut TcpStream) -> Value {
    let mut bytes = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
        if let Ok(value) = serde_json::from_str(body) {
            return value;
        }
        assert!(read > 0, "the request ended early");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_talks_and_hears_before_it_answers_the_model() {
    let wire = Wire::open().await;
    let scripts = [("start", CLERK), ("add-to-order", ADD)];
    let (_folder, server) = serve(wire.endpoint.clone(), &scripts).await;
    let mut client = greeted(&server, "hello").await;
    client.say("1", "I want an apple").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "Shall I add apple?");
    client.say("2", "yes").await.unwrap();
    let (text, _) = streamed(&mut client).await;
    assert!(text.starts_with("Done: ") && text.contains("apple"), "{text}");
    let first = wire.request(0);
    assert_eq!(first["tools"][0]["function"]["name"], "add-to-order");
    assert_eq!(first["tools"][0]["function"]["parameters"]["required"], json!(["product"]));
    let system = first["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("friendly clerk") && system.contains("apples and pears"), "{system}");
    let last = first["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last, json!({ "role": "user", "content": "I want an apple" }));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_away_is_told_to_the_person() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let endpoint = Endpoint { url, path: None, model: "m".into(), key: None };
    let (_folder, server) = serve(endpoint, &[("start", CLERK), ("add-to-order", ADD)]).await;
    let mut client = greeted(&server, "hello").await;
    client.say("1", "anybody there?").await.unwrap();
    let (text, _) = streamed(&mut client).await;
    assert!(text.contains("cannot reach my language model"), "{text}");
    client.say("2", "and now?").await.unwrap();
    let (text, _) = streamed(&mut client).await;
    assert!(text.contains("cannot reach"), "{text}");
    server.stop().await;
}
