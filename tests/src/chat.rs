//! A client of the chat protocol that behaves as the page does: it keeps its place in the log,
//! sends what is not acknowledged again under the same id, and connects again when the line is cut.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One person talking to one bot.
pub struct ChatClient {
    address: SocketAddr,
    bot: String,
    socket: Option<Socket>,
    /// The conversation and its key, once opened.
    pub identity: Option<(String, String)>,
    /// The last place shown.
    pub seq: i64,
    /// Every item shown, in the order shown.
    pub items: Vec<Value>,
    /// Messages acknowledged: id and place.
    pub acks: Vec<(String, i64)>,
    /// Messages sent and not acknowledged.
    pub unacknowledged: VecDeque<(String, String)>,
}

/// What came next.
#[derive(Debug, PartialEq)]
pub enum Came {
    /// An item of the log.
    Item(Value),
    /// An acknowledgement of the message with this id.
    Ack(String),
    /// Another frame.
    Other(Value),
    /// The line is cut.
    Cut,
}

impl ChatClient {
    /// A client that is not connected yet.
    pub fn new(address: SocketAddr, bot: &str) -> ChatClient {
        ChatClient {
            address,
            bot: bot.to_string(),
            socket: None,
            identity: None,
            seq: 0,
            items: Vec::new(),
            acks: Vec::new(),
            unacknowledged: VecDeque::new(),
        }
    }

    /// Connects once; resumes the conversation if there is one.
    pub async fn connect(&mut self) -> anyhow::Result<()> {
        let query = match &self.identity {
            Some((id, key)) => format!("?conversation={id}&key={key}&since={}", self.seq),
            None => String::new(),
        };
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{}/ws/{}{query}", self.address, self.bot);
        let (socket, _) = client_async(url, MaybeTlsStream::Plain(stream)).await?;
        self.socket = Some(socket);
        match tokio::time::timeout(Duration::from_secs(20), self.next()).await? {
            Came::Other(welcome) if welcome["type"] == "welcome" => {
                let text = |name: &str| welcome[name].as_str().map(str::to_string);
                self.identity = text("conversation").zip(text("key"));
            }
            other => bail!("instead of a welcome came {other:?}"),
        }
        for (id, text) in self.unacknowledged.clone() {
            self.send(&id, &text).await?;
        }
        Ok(())
    }

    /// Connects again and again until it works.
    pub async fn reconnect(&mut self, limit: Duration) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            match self.connect().await {
                Ok(()) => return Ok(()),
                Err(error) if tokio::time::Instant::now() > deadline => {
                    return Err(error.context("the server did not come back"));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Says something; it stays in `unacknowledged` until its `ack` comes.
    pub async fn say(&mut self, id: &str, text: &str) -> anyhow::Result<()> {
        self.unacknowledged.push_back((id.to_string(), text.to_string()));
        self.send(id, text).await
    }

    async fn send(&mut self, id: &str, text: &str) -> anyhow::Result<()> {
        let frame = json!({ "type": "say", "id": id, "text": text }).to_string();
        let socket = self.socket.as_mut().context("not connected")?;
        Ok(socket.send(Message::text(frame)).await?)
    }

    /// Sends a frame that need not be one.
    pub async fn send_raw(&mut self, frame: &str) -> anyhow::Result<()> {
        let socket = self.socket.as_mut().context("not connected")?;
        Ok(socket.send(Message::text(frame)).await?)
    }

    /// The next frame. Items that were shown before are passed over, as the page does.
    pub async fn next(&mut self) -> Came {
        loop {
            let Some(socket) = self.socket.as_mut() else { return Came::Cut };
            let text = match socket.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.socket = None;
                    return Came::Cut;
                }
                Some(Ok(_)) => continue,
            };
            let Ok(frame) = serde_json::from_str::<Value>(&text) else { continue };
            match frame["type"].as_str() {
                Some("item") => {
                    let seq = frame["seq"].as_i64().unwrap_or(0);
                    if seq > self.seq {
                        self.seq = seq;
                        self.items.push(frame.clone());
                        return Came::Item(frame);
                    }
                }
                Some("ack") => {
                    let id = frame["id"].as_str().unwrap_or_default().to_string();
                    self.unacknowledged.retain(|(waiting, _)| *waiting != id);
                    self.acks.push((id.clone(), frame["seq"].as_i64().unwrap_or(0)));
                    return Came::Ack(id);
                }
                _ => return Came::Other(frame),
            }
        }
    }

    /// Waits for the next text of the bot.
    pub async fn next_text(&mut self, limit: Duration) -> anyhow::Result<String> {
        let wait = async {
            loop {
                match self.next().await {
                    Came::Item(item) if item["by"] == "bot" && item["kind"] == "text" => {
                        return Ok(item["text"].as_str().unwrap_or_default().to_string());
                    }
                    Came::Cut => bail!("the line was cut"),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(limit, wait).await.context("no text in time")?
    }

    /// Cuts the line without a word.
    pub fn cut(&mut self) {
        self.socket = None;
    }
}
