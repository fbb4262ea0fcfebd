//! Models behind an OpenAI-compatible `chat/completions` endpoint, streamed as server-sent events.
//!
//! Format: OpenAI API reference, "Chat Completions" and "Streaming"; also spoken by llama.cpp's
//! server, vLLM, Ollama and most gateways.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ports::models::{
    ChatAnswer, ChatModel, ChatRequest, Message, ModelError, Sink, ToolCall,
};

/// How long the server may take for the first byte, and between two pieces.
const PATIENCE: Duration = Duration::from_secs(120);
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// A model server.
pub struct OpenAi {
    client: reqwest::Client,
    endpoint: String,
    key: Option<String>,
}

impl OpenAi {
    /// The server at `url` (with or without the path `/v1/chat/completions`), with the bearer key
    /// `key`. The address comes from the owner's settings, so it may be local.
    pub fn new(
        client: reqwest::Client,
        url: &str,
        path: Option<&str>,
        key: Option<String>,
    ) -> Self {
        let endpoint = endpoint(url, path.unwrap_or("/v1/chat/completions"));
        OpenAi { client, endpoint, key }
    }
}

/// The address of the endpoint: scripts' settings hold the bare server, the `/v1` root, or all.
fn endpoint(url: &str, path: &str) -> String {
    let url = url.trim_end_matches('/');
    if url.ends_with("/chat/completions") {
        url.to_string()
    } else if url.ends_with("/v1") {
        format!("{url}/chat/completions")
    } else {
        format!("{url}{path}")
    }
}

#[async_trait]
impl ChatModel for OpenAi {
    async fn chat(&self, request: &ChatRequest, sink: Sink<'_>) -> Result<ChatAnswer, ModelError> {
        let mut call = self.client.post(&self.endpoint).json(&body(request));
        if let Some(key) = &self.key {
            call = call.bearer_auth(key);
        }
        let response = patient(call.send()).await?.map_err(away)?;
        let status = response.status();
        if !status.is_success() {
            let text = patient(response.text()).await?.unwrap_or_default();
            return Err(refusal(status.as_u16(), &text));
        }
        read_stream(response, sink).await
    }
}

/// Waits for at most [`PATIENCE`].
async fn patient<T>(work: impl Future<Output = T>) -> Result<T, ModelError> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .map_err(|_| ModelError::Unavailable("no answer within two minutes".into()))
}

fn away(error: reqwest::Error) -> ModelError {
    ModelError::Unavailable(error.without_url().to_string())
}

/// Overload and failures of the server may pass; everything else is our request's fault.
fn refusal(status: u16, text: &str) -> ModelError {
    let message = serde_json::from_str::<Value>(text)
        .ok()
        .and_then(|v| v.pointer("/error/message").and_then(Value::as_str).map(str::to_string))
        .unwrap_or_else(|| text.chars().take(300).collect());
    match status {
        408 | 429 | 500..=599 => ModelError::Unavailable(format!("{status}: {message}")),
        _ => ModelError::Refused { status, message },
    }
}

fn body(request: &ChatRequest) -> Value {
    let mut body = json!({
        "model": request.model,
        "messages": request.messages.iter().map(message).collect::<Vec<_>>(),
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !request.tools.is_empty() {
        body["tools"] = json!(request.tools);
    }
    if let Some(temperature) = request.temperature {
        body["temperature"] = json!(temperature);
    }
    if let Some(max_tokens) = request.max_tokens {
        body["max_tokens"] = json!(max_tokens);
    }
    body
}

fn message(message: &Message) -> Value {
    match message {
        Message::Assistant { content, tool_calls } if !tool_calls.is_empty() => json!({
            "role": "assistant",
            "content": content,
            "tool_calls": tool_calls.iter().map(|call| json!({
                "id": call.id,
                "type": "function",
                "function": { "name": call.name, "arguments": call.arguments },
            })).collect::<Vec<_>>(),
        }),
        other => json!(other),
    }
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default, alias = "message")]
    delta: Delta,
}

#[derive(Deserialize, Default)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<CallDelta>>,
}

#[derive(Deserialize)]
struct CallDelta {
    #[serde(default)]
    index: usize,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    function: Option<FunctionDelta>,
}

#[derive(Deserialize)]
struct FunctionDelta {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

/// An answer that is being put together.
#[derive(Default)]
struct Assembly {
    answer: ChatAnswer,
    calls: BTreeMap<usize, ToolCall>,
    bytes: usize,
}

impl Assembly {
    fn take(&mut self, chunk: Chunk, sink: Sink<'_>) -> Result<(), ModelError> {
        if let Some(error) = chunk.error {
            return Err(ModelError::Unavailable(error.to_string()));
        }
        if let Some(model) = chunk.model {
            self.answer.model = model;
        }
        if let Some(usage) = chunk.usage {
            self.answer.usage = Some((usage.prompt_tokens, usage.completion_tokens));
        }
        for choice in chunk.choices.into_iter().take(1) {
            if let Some(text) = choice.delta.content.filter(|text| !text.is_empty()) {
                self.answer.text.push_str(&text);
                sink(&text);
            }
            choice.delta.tool_calls.into_iter().flatten().for_each(|call| self.take_call(call));
        }
        Ok(())
    }

    fn take_call(&mut self, delta: CallDelta) {
        let call = self.calls.entry(delta.index).or_insert_with(|| ToolCall {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        });
        if let Some(id) = delta.id {
            call.id = id;
        }
        if let Some(function) = delta.function {
            call.name.push_str(&function.name.unwrap_or_default());
            call.arguments.push_str(&function.arguments.unwrap_or_default());
        }
    }

    fn finish(mut self) -> ChatAnswer {
        self.answer.tool_calls = self.calls.into_values().filter(|c| !c.name.is_empty()).collect();
        for (index, call) in self.answer.tool_calls.iter_mut().enumerate() {
            if call.id.is_empty() {
                call.id = format!("call_{index}");
            }
        }
        self.answer
    }
}

async fn read_stream(
    response: reqwest::Response,
    sink: Sink<'_>,
) -> Result<ChatAnswer, ModelError> {
    let mut stream = response.bytes_stream();
    let (mut assembly, mut rest) = (Assembly::default(), Vec::new());
    while let Some(piece) = patient(stream.next()).await? {
        let piece = piece.map_err(away)?;
        assembly.bytes += piece.len();
        if assembly.bytes > ANSWER_BYTES_MAX {
            return Err(ModelError::Unavailable("the answer is too long".into()));
        }
        rest.extend_from_slice(&piece);
        while let Some(end) = rest.iter().position(|&b| b == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            take_line(&line, &mut assembly, sink)?;
        }
    }
    take_line(&rest, &mut assembly, sink)?;
    Ok(assembly.finish())
}

/// One line of the event stream; a server that does not stream sends one JSON object instead.
fn take_line(line: &[u8], assembly: &mut Assembly, sink: Sink<'_>) -> Result<(), ModelError> {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    let data = line.strip_prefix("data:").map(str::trim).unwrap_or(line);
    if !data.starts_with('{') {
        return Ok(());
    }
    let chunk = serde_json::from_str::<Chunk>(data)
        .map_err(|error| ModelError::Unavailable(format!("unreadable answer: {error}")))?;
    assembly.take(chunk, sink)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assemble(lines: &[&str]) -> (ChatAnswer, Vec<String>) {
        let (mut assembly, mut pieces) = (Assembly::default(), Vec::new());
        for line in lines {
            let mut sink = |piece: &str| pieces.push(piece.to_string());
            take_line(line.as_bytes(), &mut assembly, &mut sink).expect("a good line");
        }
        (assembly.finish(), pieces)
    }

    #[test]
    fn pieces_make_a_text() {
        let (answer, pieces) = assemble(&[
            r#"data: {"model":"m","choices":[{"delta":{"role":"assistant","content":"Hel"}}]}"#,
            r#"data: {"choices":[{"delta":{"content":"lo"}}]}"#,
            r#"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
            "data: [DONE]",
        ]);
        assert_eq!((answer.text.as_str(), answer.usage), ("Hello", Some((3, 2))));
        assert_eq!(pieces, ["Hel", "lo"]);
    }

    fn call(fields: &str) -> String {
        let delta = format!("{{\"tool_calls\":[{{{fields}}}]}}");
        format!("data: {{\"choices\":[{{\"delta\":{delta}}}]}}")
    }

    #[test]
    fn split_tool_calls_are_joined() {
        let (answer, _) = assemble(&[
            &call(r#""index":0,"id":"a","function":{"name":"add","arguments":"{\"n\""}"#),
            &call(r#""index":0,"function":{"arguments":":1}"}"#),
        ]);
        assert_eq!(answer.tool_calls[0].arguments, r#"{"n":1}"#);
    }

    #[test]
    fn addresses_are_completed() {
        for url in ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/chat/completions"]
        {
            assert_eq!(endpoint(url, "/v1/chat/completions"), "http://h:1/v1/chat/completions");
        }
    }
}
