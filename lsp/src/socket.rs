//! Editors that come over a WebSocket: one server each, a message of the protocol in each text.
//!
//! A web page of a stranger may ask a browser to connect to this computer. So a browser, which
//! always names where its page came from, is let in only from pages of this computer or of an
//! origin that was named at the start; and the name under which it asks must be of this computer,
//! so that a name of the stranger's that leads here does not count.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::link;
use crate::product::Product;
use crate::server::Failure;

/// How many editors are served at once.
const EDITORS: usize = 32;
/// Bytes of one message.
const MESSAGE_BYTES: usize = 16 << 20;

/// Who may come.
#[derive(Clone, Debug, Default)]
pub struct Doorkeeper {
    /// Origins of web pages that may connect beside those of this computer: `https://host:port`.
    pub origins: Vec<String>,
    /// Whether other computers may connect under any name.
    pub remote: bool,
}

impl Doorkeeper {
    /// Why a request is turned away; `None` lets it in.
    fn refuses(&self, headers: &HeaderMap) -> Option<&'static str> {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let host = header("host").unwrap_or("");
        if !self.remote && !is_local(host) {
            return Some("only this computer may connect");
        }
        let origin = header("origin")?;
        let page = origin.split_once("://").map_or("", |(_, host)| host);
        let named = self.origins.iter().any(|allowed| allowed.trim_end_matches('/') == origin);
        (!named && !is_local(page)).then_some("pages of this origin may not connect")
    }
}

/// Whether a host, perhaps with a port, is this computer.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Serves editors until the process ends; `ready` hears the address once it is open.
pub async fn listen(
    address: SocketAddr,
    door: Doorkeeper,
    product: Product,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await?;
    ready(listener.local_addr()?);
    let (door, places) = (Arc::new(door), Arc::new(Semaphore::new(EDITORS)));
    loop {
        // A connection that broke before it was taken concerns nobody else.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (door, product) = (Arc::clone(&door), product.clone());
        tokio::spawn(async move {
            // An editor that breaks off ends its own server only.
            let _ = editor(stream, &door, product).await;
            drop(place);
        });
    }
}

/// Serves one editor.
async fn editor(stream: TcpStream, door: &Doorkeeper, product: Product) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    #[expect(clippy::result_large_err, reason = "the interface of the handshake")]
    let check = |request: &Request, response: Response| match door.refuses(request.headers()) {
        None => Ok(response),
        Some(why) => {
            let mut refused = ErrorResponse::new(Some(why.to_string()));
            *refused.status_mut() = StatusCode::FORBIDDEN;
            Err(refused)
        }
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(MESSAGE_BYTES));
    let socket =
        tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(config)).await?;
    let (mut out, mut incoming) = socket.split();
    let (to_server, mut texts) = link::start(product);
    let writing = tokio::spawn(async move {
        while let Some(text) = texts.recv().await {
            if out.send(Frame::text(text)).await.is_err() {
                return;
            }
        }
        let _ = out.close().await;
    });
    while let Some(Ok(frame)) = incoming.next().await {
        let over = match &frame {
            Frame::Text(text) => !to_server.send(text),
            Frame::Close(_) => true,
            _ => false,
        };
        if over {
            break;
        }
    }
    drop(to_server);
    writing.await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(door: &Doorkeeper, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("host", host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().expect("a header"));
        }
        door.refuses(&headers).is_some()
    }

    #[test]
    fn strangers_stay_outside() {
        let door = Doorkeeper { origins: vec!["https://studio.example".into()], remote: false };
        for (host, origin, out) in [
            ("127.0.0.1:7000", None, false),
            ("[::1]:7000", Some("http://localhost:3000"), false),
            ("localhost:7000", Some("https://studio.example"), false),
            ("localhost:7000", Some("https://evil.example"), true),
            ("localhost:7000", Some("http://localhost.evil.example"), true),
            ("localhost:7000", Some("null"), true),
            ("evil.example:7000", None, true),
        ] {
            assert_eq!(refused(&door, host, origin), out, "{host} {origin:?}");
        }
        let open = Doorkeeper { remote: true, ..Doorkeeper::default() };
        assert!(!refused(&open, "build.example:7000", None));
        assert!(refused(&open, "build.example:7000", Some("https://evil.example")));
    }
}
