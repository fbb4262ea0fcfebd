//! One connection: reads what the person says, shows what happens.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use basilect_runtime::conversation::SAY_BYTES_MAX;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::cursor::{Cursor, Frame};
use crate::App;
use crate::errors::Problem;
use crate::rates::{Bucket, SAYING};
use crate::routes::files::FILE_BYTES_MAX;
use crate::routes::{accept, describe};

/// A connection on which nothing happens is asked for a sign of life this often, and given up
/// when none has come by the next time.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long a missing item is waited for before the log is read.
const GAP: Duration = Duration::from_millis(500);
/// How long a client may leave unread what is sent to it.
const UNREAD: Duration = Duration::from_secs(30);
/// A message that has no room yet is tried again at least this often.
const AGAIN_MS: u64 = 100;

/// How often the store is asked to take a message before it is given back.
const FAILURES_MAX: u32 = 50;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum FromClient {
    Say(crate::routes::Message),
    Typing,
    Ping,
}

struct Session<'a> {
    app: &'a App,
    id: &'a str,
    socket: WebSocket,
    cursor: Cursor,
    bucket: Bucket,
    held: Option<Held>,
    alive: bool,
}

/// A message that came too fast: until it is accepted nothing more is read from the socket, so
/// that messages keep their order and none is turned away.
struct Held {
    message: crate::routes::Message,
    until: Instant,
    failures: u32,
}

/// The connection is over.
struct Over;

/// Serves one connection until it ends.
pub async fn run(app: &App, bot: &str, id: &str, key: &str, since: i64, socket: WebSocket) {
    let Ok(cursor) = Cursor::attach(app.conversations(), id, since).await else { return };
    let bucket = Bucket::full(SAYING);
    let mut session = Session { app, id, socket, cursor, bucket, held: None, alive: true };
    if session.welcome(bot, key).await.is_ok() {
        session.talk().await;
    }
    drop(session);
    app.conversations().detached(id);
}

impl Session<'_> {
    async fn welcome(&mut self, bot: &str, key: &str) -> Result<(), Over> {
        let conversations = self.app.conversations();
        let bot = conversations.services().bots.current(bot);
        let last = conversations.load(self.id).await.map(|c| c.last_seq).unwrap_or(0);
        let welcome = json!({
            "type": "welcome",
            "conversation": self.id,
            "key": key,
            "seq": last,
            "bot": bot.map(|bot| describe(self.app, &bot)),
            "limits": { "text_bytes": SAY_BYTES_MAX, "file_bytes": FILE_BYTES_MAX },
        });
        self.send(&welcome).await?;
        self.catch_up().await
    }

    async fn talk(&mut self) {
        let mut draining = self.app.draining();
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        heartbeat.tick().await;
        loop {
            let gap = self.cursor.gap();
            let held = self.held.as_ref().map(|held| held.until);
            let step = tokio::select! {
                message = self.socket.recv(), if held.is_none() => self.received(message).await,
                () = due(held) => self.say_again().await,
                live = self.cursor.next() => match live {
                    Some(live) => match self.cursor.show(live).await {
                        Ok(frames) => self.send_frames(frames).await,
                        Err(_) => Err(Over),
                    },
                    None => Err(Over),
                },
                () = tokio::time::sleep(GAP), if gap => self.catch_up().await,
                _ = heartbeat.tick() => self.heartbeat().await,
                () = drained(&mut draining) => self.going_away().await,
            };
            if step.is_err() {
                return;
            }
        }
    }

    async fn received(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), Over> {
        self.alive = true;
        match message {
            Some(Ok(Message::Text(text))) => self.heard(&text).await,
            Some(Ok(Message::Binary(_))) => self.refuse("", &bad("frames are JSON text")).await,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Err(error)) => self.unreadable(&error).await,
            Some(Ok(Message::Close(_))) | None => Err(Over),
        }
    }

    /// A frame that is too long, or is none: says so if the line still carries it.
    async fn unreadable(&mut self, error: &axum::Error) -> Result<(), Over> {
        let reason: String = error.to_string().chars().filter(char::is_ascii).take(120).collect();
        let close = CloseFrame { code: 1002, reason: reason.into() };
        self.transmit(Message::Close(Some(close))).await.and(Err(Over))
    }

    async fn heard(&mut self, text: &str) -> Result<(), Over> {
        match serde_json::from_str::<FromClient>(text) {
            Ok(FromClient::Say(message)) => self.say(message, 0).await,
            Ok(FromClient::Ping) => self.send(&json!({ "type": "pong" })).await,
            Ok(FromClient::Typing) => Ok(()),
            Err(error) => {
                let id = id_of(text);
                self.refuse(&id, &bad(&format!("this cannot be read: {error}"))).await
            }
        }
    }

    /// `failures` is how often the store could not take this message.
    async fn say(&mut self, message: crate::routes::Message, failures: u32) -> Result<(), Over> {
        if let Err(wait) = self.bucket.take(SAYING) {
            return self.hold(message, wait, failures);
        }
        match accept(self.app, self.id, message.clone()).await {
            Ok(seq) => {
                let ack = json!({ "type": "ack", "id": message.id, "seq": seq });
                self.send(&ack).await
            }
            Err(problem) => match problem.retry_after_ms {
                Some(wait) if problem.code == "too_many" => self.hold(message, wait, failures),
                Some(wait) if failures < FAILURES_MAX => self.hold(message, wait, failures + 1),
                _ => self.refuse(&message.id, &problem).await,
            },
        }
    }

    fn hold(
        &mut self,
        message: crate::routes::Message,
        wait_ms: u64,
        failures: u32,
    ) -> Result<(), Over> {
        let until = Instant::now() + Duration::from_millis(wait_ms.min(AGAIN_MS));
        self.held = Some(Held { message, until, failures });
        // A client that is not listened to cannot give a sign of life.
        self.alive = true;
        Ok(())
    }

    async fn say_again(&mut self) -> Result<(), Over> {
        match self.held.take() {
            Some(held) => self.say(held.message, held.failures).await,
            None => Ok(()),
        }
    }

    async fn refuse(&mut self, id: &str, problem: &Problem) -> Result<(), Over> {
        let code = match problem.code {
            "internal" | "unavailable" | "conflict" => "busy",
            code => code,
        };
        let refused = json!({
            "type": "refused",
            "id": id,
            "code": code,
            "message": problem.detail,
            "retry_after_ms": problem.retry_after_ms,
            "trace": problem.trace,
        });
        self.send(&refused).await
    }

    async fn catch_up(&mut self) -> Result<(), Over> {
        let frames = self.cursor.catch_up().await.map_err(|_| Over)?;
        self.send_frames(frames).await
    }

    async fn heartbeat(&mut self) -> Result<(), Over> {
        if !std::mem::replace(&mut self.alive, false) {
            return Err(Over);
        }
        self.transmit(Message::Ping(Default::default())).await
    }

    /// The server stops: the client connects again, to this server or another, and misses nothing.
    async fn going_away(&mut self) -> Result<(), Over> {
        let close = CloseFrame { code: 1012, reason: "the server restarts".into() };
        // Whether the client still hears it makes no difference.
        let _ = self.transmit(Message::Close(Some(close))).await;
        Err(Over)
    }

    async fn send_frames(&mut self, frames: Vec<Frame>) -> Result<(), Over> {
        for (_, frame) in frames {
            self.transmit(Message::Text(Utf8Bytes::from(&*frame))).await?;
        }
        Ok(())
    }

    async fn send(&mut self, value: &Value) -> Result<(), Over> {
        self.transmit(Message::text(value.to_string())).await
    }

    /// Sends; a client that does not read for too long is given up, and comes back with its cursor
    /// if it is still there.
    async fn transmit(&mut self, message: Message) -> Result<(), Over> {
        match tokio::time::timeout(UNREAD, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over),
        }
    }
}

/// Returns at that time; without one, never.
async fn due(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Returns when the server is about to stop.
async fn drained(draining: &mut tokio::sync::watch::Receiver<bool>) {
    // The guard of the value must not live as long as what follows.
    drop(draining.wait_for(|draining| *draining).await);
}

fn bad(message: &str) -> Problem {
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "bad_message", message)
}

/// The id of a message that could not be read, if it has one.
fn id_of(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    value["id"].as_str().unwrap_or_default().chars().take(128).collect()
}
