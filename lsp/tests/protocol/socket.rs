//! The server behind a WebSocket.

use basilect_lsp::Product;
use basilect_lsp::socket::{Doorkeeper, listen};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

#[test]
fn editors_come_over_a_socket_and_strangers_do_not() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (told, address) = tokio::sync::oneshot::channel();
        let ready = move |address| told.send(address).unwrap();
        let local = "127.0.0.1:0".parse().unwrap();
        tokio::spawn(async move {
            let served = listen(local, Doorkeeper::default(), Product::default(), ready).await;
            assert!(served.is_ok());
        });
        let url = format!("ws://{}/", address.await.unwrap());
        let (mut socket, _) = connect_async(&url).await.unwrap();
        let hello = json!({
            "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} }
        });
        socket.send(Message::text("this is no message")).await.unwrap();
        socket.send(Message::text(hello.to_string())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        let answer: Value = serde_json::from_str(answer.to_text().unwrap()).unwrap();
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(1)));
        assert_eq!(answer["result"]["capabilities"]["hoverProvider"], true);
        socket.close(None).await.unwrap();
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        let refused = connect_async(request).await.unwrap_err();
        assert!(refused.to_string().contains("403"), "{refused}");
    });
}
