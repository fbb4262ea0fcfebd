//! A language server behind two channels of texts, for whoever has a socket: each text is one
//! message of the protocol.

use crossbeam_channel::Sender;
use lsp_server::{Connection, Message};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::product::Product;
use crate::server::serve;

/// What the editor says. The server ends when this is dropped.
#[derive(Debug)]
pub struct ToServer {
    messages: Sender<Message>,
}

impl ToServer {
    /// Hands over a message; false when the server has ended. A text that is no message is passed
    /// over.
    pub fn send(&self, text: &str) -> bool {
        match serde_json::from_str::<Message>(text) {
            Ok(message) => self.messages.send(message).is_ok(),
            Err(_) => true,
        }
    }
}

/// Starts a server on threads of its own; what it says comes out of the receiver.
pub fn start(product: Product) -> (ToServer, UnboundedReceiver<String>) {
    let (messages, receiver) = crossbeam_channel::unbounded();
    let (sender, from_server) = crossbeam_channel::unbounded::<Message>();
    let (out, texts) = unbounded_channel();
    std::thread::spawn(move || serve(&Connection { sender, receiver }, product));
    std::thread::spawn(move || {
        from_server.into_iter().all(|message| out.send(written(&message)).is_ok())
    });
    (ToServer { messages }, texts)
}

/// A message as it goes over the wire.
fn written(message: &Message) -> String {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.insert("jsonrpc".into(), "2.0".into());
    }
    value.to_string()
}
