//! Pages, themes and health.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::House;

/// Asks for a path exactly as it is written: clients tidy it up before they send it.
fn raw_get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leaves_its_folder() {
    let house = House::parrot().await;
    std::fs::write(house.folder.path().join("secret.txt"), "the secret").unwrap();
    for path in [
        "/parrot/theme/../../secret.txt",
        "/parrot/theme/..%2f..%2fsecret.txt",
        "/parrot/theme/%2e%2e/%2e%2e/secret.txt",
        "/parrot/theme//etc/passwd",
        "/parrot/theme/../parrot.gbdialog/start.bas",
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets/%00",
        "/../../etc/passwd",
        "/parrot.gbai/parrot.gbdialog/start.bas",
        "/api/conversations/../../data/basilect.db/items",
    ] {
        let answer = tokio::task::block_in_place(|| raw_get(house.server.address, path));
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "404"].contains(&status), "{path}: {answer}");
        assert!(!answer.contains("the secret") && !answer.contains("HEAR message"), "{path}");
    }
}

#[tokio::test]
async fn pages_say_what_they_may_load() {
    let house = House::parrot().await;
    for path in ["/", "/parrot"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_string();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'self'"), "{policy}");
        let scripts = policy.split(';').find(|part| part.contains("script-src"));
        assert!(!scripts.unwrap_or_default().contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
    assert_eq!(house.get("/no-such-bot").await.status(), 404);
}

#[tokio::test]
async fn a_running_server_is_healthy_and_ready() {
    let house = House::parrot().await;
    assert_eq!(house.get("/healthz").await.status(), 200);
    assert_eq!(house.get("/readyz").await.status(), 200);
    let bots: serde_json::Value = house.get("/api/bots").await.json().await.unwrap();
    assert_eq!(bots["bots"][0]["name"], "parrot");
}
