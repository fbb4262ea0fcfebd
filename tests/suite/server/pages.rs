//! Pages, themes and health.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::{House, expect_problem};

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
async fn every_refusal_is_problem_details() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    for (path, status, code) in [
        ("/api/nothing", 404, "not_found"),
        ("/api/bots/nobody", 404, "not_found"),
        ("/assets/none.js", 404, "not_found"),
        ("/parrot/theme/none.css", 404, "not_found"),
        ("/ws/parrot", 400, "bad_message"),
    ] {
        expect_problem(house.get(path).await, status, code).await;
    }
    let wrong = house.http.delete(house.url("/api/bots")).send().await.unwrap();
    assert_eq!(wrong.headers()["allow"], "GET,HEAD");
    expect_problem(wrong, 405, "method_not_allowed").await;
    for (kind, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "{\"text\":\"no id\"}", 422),
        ("text/plain", "hello", 415),
    ] {
        let request = talk.request(reqwest::Method::POST, "messages").header("content-type", kind);
        expect_problem(request.body(body).send().await.unwrap(), status, "bad_message").await;
    }
    let large = talk.request(reqwest::Method::POST, "messages");
    let large = large.header("content-type", "application/json").body(vec![b' '; 65 << 10]);
    expect_problem(large.send().await.unwrap(), 413, "too_large").await;
}

#[tokio::test]
async fn http_2_is_spoken_without_asking() {
    let house = House::parrot().await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let answer = client.get(house.url("/api/bots/parrot")).send().await.unwrap();
    assert_eq!((answer.version(), answer.status().as_u16()), (reqwest::Version::HTTP_2, 200));
    assert_eq!(client.head(house.url("/")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_chat_page_comes_in_its_dress() {
    let folder = basilect_tests::process::TemporaryFolder::new("dress").unwrap();
    let bot = folder.path().join("parrot.gbai");
    std::fs::create_dir_all(bot.join("parrot.gbot")).unwrap();
    std::fs::create_dir_all(bot.join("parrot.gbtheme")).unwrap();
    let title = "name,value\nbot-name,</title><script>alert(1)</script>\n";
    std::fs::write(bot.join("parrot.gbot/config.csv"), title).unwrap();
    std::fs::write(bot.join("parrot.gbtheme/green.css"), ":root { --primary: green; }").unwrap();
    let house = House::open(folder, &[("parrot", &[("start", super::PARROT)])]).await;
    let answer = house.get("/parrot").await;
    let tag = answer.headers()["etag"].clone();
    let page = answer.text().await.unwrap();
    assert!(page.contains(r#"href="/parrot/theme/green.css""#), "{page}");
    assert!(page.contains("<title>&lt;/title&gt;&lt;script&gt;") && !page.contains("alert(1)</s"));
    let again = house.http.get(house.url("/parrot")).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn a_bot_that_is_not_listed_can_still_be_visited() {
    let folder = basilect_tests::process::TemporaryFolder::new("unlisted").unwrap();
    let bot = folder.path().join("parrot.gbai/parrot.gbot");
    std::fs::create_dir_all(&bot).unwrap();
    std::fs::write(bot.join("config.csv"), "name,value\npublic,false\n").unwrap();
    let house = House::open(folder, &[("parrot", &[("start", super::PARROT)])]).await;
    let bots: serde_json::Value = house.get("/api/bots").await.json().await.unwrap();
    assert_eq!(bots["bots"], serde_json::json!([]));
    let bot: serde_json::Value = house.get("/api/bots/parrot").await.json().await.unwrap();
    assert_eq!(bot["name"], "parrot");
}

#[tokio::test]
async fn a_start_at_a_taken_address_leaves_no_trace() {
    let house = House::parrot().await;
    let data = house.folder.path().join("second");
    let config = basilect_server::Config::embedded(house.server.address, &data);
    let Err(error) = basilect_server::Server::start(&config).await else {
        panic!("two servers on one address");
    };
    assert!(error.to_string().contains(&house.server.address.to_string()), "{error}");
    assert!(!data.exists(), "the token that is shown once must not be used up");
}

#[tokio::test]
async fn a_running_server_is_healthy_and_ready() {
    let house = House::parrot().await;
    assert_eq!(house.get("/healthz").await.status(), 200);
    assert_eq!(house.get("/readyz").await.status(), 200);
    let bots: serde_json::Value = house.get("/api/bots").await.json().await.unwrap();
    assert_eq!(bots["bots"][0]["name"], "parrot");
}

#[tokio::test]
async fn the_manual_lies_beside_the_bots() {
    let house = House::parrot().await;
    // The client follows the way from `/manual` to the folder.
    for path in ["/manual", "/manual/", "/manual/index.html"] {
        let page = house.get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(page.text().await.unwrap(), "the manual", "{path}");
    }
    assert_eq!(house.get("/manual/nothing.html").await.status(), 404);
}
