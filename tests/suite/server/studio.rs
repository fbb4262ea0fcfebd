//! The studio: who may write, drafts and their files, the language server, talking with a draft.

use futures_util::{SinkExt, StreamExt};
use reqwest::header::{COOKIE, ETAG, IF_MATCH, IF_NONE_MATCH, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::{House, LIMIT, PARROT, expect_problem};
use basilect_tests::process::ADMIN_TOKEN;

/// Somebody who has signed in, in a browser at a page of the server.
pub(super) struct Author<'a> {
    pub(super) house: &'a House,
    cookie: String,
}

impl House {
    fn origin(&self) -> String {
        format!("http://{}", self.server.address)
    }

    async fn sign_in(&self, token: &str, origin: Option<&str>) -> Response {
        let request = self.http.post(self.url("/api/studio/session"));
        let request = request.json(&json!({ "token": token }));
        let request = match origin {
            Some(origin) => request.header(ORIGIN, origin),
            None => request,
        };
        request.send().await.unwrap()
    }

    pub(super) async fn author(&self) -> Author<'_> {
        let answer = self.sign_in(ADMIN_TOKEN, Some(&self.origin())).await;
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_string();
        Author { house: self, cookie }
    }
}

impl Author<'_> {
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.house.http.request(method, self.house.url(path));
        request.header(COOKIE, &self.cookie).header(ORIGIN, self.house.origin())
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub(super) async fn json(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.send(method, path, body).await;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// Opens the draft of the parrot.
    pub(super) async fn draft(&self) {
        self.json(Method::POST, "/api/studio/bots/parrot", json!({})).await;
    }

    pub(super) async fn read(&self, path: &str) -> (String, String) {
        let answer = self.get(&format!("/api/studio/bots/parrot/files/{path}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        let hash = answer.headers()[ETAG].to_str().unwrap().to_string();
        (answer.text().await.unwrap(), hash)
    }

    pub(super) async fn put(&self, path: &str, text: &str, hash: Option<&str>) -> Response {
        let place = format!("/api/studio/bots/parrot/files/{path}");
        let request = self.request(Method::PUT, &place).body(text.to_string());
        let request = match hash {
            Some(hash) => request.header(IF_MATCH, hash),
            None => request.header(IF_NONE_MATCH, "*"),
        };
        request.send().await.unwrap()
    }

    /// The first line of the answer to a request whose path no client has put in order.
    async fn raw_put(&self, path: &str) -> String {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let address = self.house.server.address;
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "PUT /api/studio/bots/parrot/files/{path} HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\n\
             origin: http://{address}\r\nif-none-match: *\r\ncontent-length: 1\r\n\r\nx",
            self.cookie
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await.unwrap();
        line
    }

    /// Writes a script over what is there.
    pub(super) async fn rewrite(&self, path: &str, text: &str) {
        let (_, hash) = self.read(path).await;
        assert_eq!(self.put(path, text, Some(&hash)).await.status(), 200);
    }
}

pub(super) const START: &str = "parrot.gbdialog/start.bas";

/// Every route of the studio but signing in, with its method.
const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/studio/bots"),
    ("POST", "/api/studio/bots"),
    ("GET", "/api/studio/templates"),
    ("GET", "/api/studio/templates/welcome"),
    ("GET", "/api/studio/bots/parrot"),
    ("POST", "/api/studio/bots/parrot"),
    ("DELETE", "/api/studio/bots/parrot"),
    ("GET", "/api/studio/bots/parrot/files"),
    ("GET", "/api/studio/bots/parrot/files/parrot.gbdialog/start.bas"),
    ("PUT", "/api/studio/bots/parrot/files/parrot.gbdialog/start.bas"),
    ("DELETE", "/api/studio/bots/parrot/files/parrot.gbdialog/start.bas"),
    ("POST", "/api/studio/bots/parrot/rename"),
    ("GET", "/api/studio/bots/parrot/search?q=hello"),
    ("POST", "/api/studio/bots/parrot/build"),
    ("POST", "/api/studio/bots/parrot/tests"),
    ("POST", "/api/studio/bots/parrot/record"),
    ("POST", "/api/studio/bots/parrot/plan"),
    ("POST", "/api/studio/bots/parrot/deploy"),
    ("GET", "/api/studio/bots/parrot/versions"),
    ("POST", "/api/studio/bots/parrot/folder"),
    ("GET", "/api/studio/bots/parrot/conversations?of=live"),
    ("GET", "/api/studio/bots/parrot/conversations/x?of=live"),
    ("GET", "/api/studio/bots/parrot/conversations/x/variables?of=live"),
    ("GET", "/studio/parrot/chat"),
    ("GET", "/studio/parrot/theme/x.css"),
    ("GET", "/api/studio/faces/parrot"),
    ("GET", "/api/studio/conversations/x/items"),
    ("GET", "/api/studio/conversations/x/events"),
    ("POST", "/api/studio/conversations/x/messages"),
    ("POST", "/api/studio/conversations/x/files"),
    ("GET", "/api/studio/conversations/x/files/y"),
    ("GET", "/ws/studio/parrot"),
    ("GET", "/ws/studio/parrot/chat"),
];

#[tokio::test]
async fn every_route_needs_a_session() {
    let house = House::parrot().await;
    for (method, path) in ROUTES {
        let method: Method = method.parse().unwrap();
        for cookie in ["", "basilect-studio=", "basilect-studio=guessed"] {
            let request = house.http.request(method.clone(), house.url(path));
            let request = request.header(COOKIE, cookie).header(ORIGIN, house.origin());
            expect_problem(request.send().await.unwrap(), 401, "not_signed_in").await;
        }
    }
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing() {
    let house = House::parrot().await;
    let author = house.author().await;
    for (method, path) in ROUTES {
        let socket = path.starts_with("/ws/");
        if *method == "GET" && !socket {
            continue;
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1"] {
            let method: Method = method.parse().unwrap();
            let request = house.http.request(method, house.url(path));
            let request = request.header(COOKIE, &author.cookie).header(ORIGIN, origin);
            let request = if socket { request.header("upgrade", "websocket") } else { request };
            expect_problem(request.send().await.unwrap(), 403, "cross_origin").await;
        }
    }
    let site = author.request(Method::POST, "/api/studio/bots/parrot");
    let site = site.header("sec-fetch-site", "cross-site").send().await.unwrap();
    expect_problem(site, 403, "cross_origin").await;
}

#[tokio::test]
async fn signing_in_needs_the_token_and_is_slow_to_guess() {
    let house = House::parrot().await;
    let answer = house.sign_in(ADMIN_TOKEN, None).await;
    expect_problem(answer, 403, "cross_origin").await;
    expect_problem(house.sign_in("wrong", Some(&house.origin())).await, 401, "wrong_token").await;
    let answer = house.sign_in(ADMIN_TOKEN, Some(&house.origin())).await;
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains(ADMIN_TOKEN), "{cookie}");
    let mut refused = 0;
    for _ in 0..20 {
        let answer = house.sign_in("guess", Some(&house.origin())).await;
        refused += u32::from(answer.status() == 429);
    }
    assert!(refused >= 8, "{refused} of 20 guesses were too many");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::parrot().await;
    let author = house.author().await;
    let signed_in = async || {
        let body: Value = author.get("/api/studio/session").await.json().await.unwrap();
        body["signed_in"] == true
    };
    assert!(signed_in().await);
    assert_eq!(author.send(Method::DELETE, "/api/studio/session", json!({})).await.status(), 204);
    assert!(!signed_in().await);
    expect_problem(author.get("/api/studio/bots").await, 401, "not_signed_in").await;
}

#[tokio::test]
async fn a_draft_is_a_copy_that_leaves_the_bot_alone() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    let (text, hash) = author.read(START).await;
    assert_eq!(text, PARROT);
    let changed = PARROT.replace("you said", "beep");
    let answer = author.put(START, &changed, Some(&hash)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(house.answer("one").await, "you said one", "the bot in service is as it was");
    assert_eq!(author.read(START).await.0, changed);
    author.draft().await;
    assert_eq!(author.read(START).await.0, changed, "opening a draft again keeps it");
    let place = "/api/studio/bots/parrot";
    assert_eq!(author.send(Method::DELETE, place, json!({})).await.status(), 204);
    author.draft().await;
    assert_eq!(author.read(START).await.0, PARROT, "a new draft begins with the bot");
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_seen() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    let (_, seen) = author.read(START).await;
    assert_eq!(author.put(START, "TALK \"a\"", Some(&seen)).await.status(), 200);
    expect_problem(author.put(START, "TALK \"b\"", Some(&seen)).await, 412, "changed").await;
    expect_problem(author.put(START, "TALK \"b\"", None).await, 412, "changed").await;
    let place = format!("/api/studio/bots/parrot/files/{START}");
    let blind = author.request(Method::PUT, &place).body("x").send().await.unwrap();
    expect_problem(blind, 428, "no_condition").await;
    let stale = author.request(Method::DELETE, &place).header(IF_MATCH, &seen);
    expect_problem(stale.send().await.unwrap(), 412, "changed").await;
    assert_eq!(author.read(START).await.0, "TALK \"a\"");
    let (_, hash) = author.read(START).await;
    let gone = author.request(Method::DELETE, &place).header(IF_MATCH, &hash);
    assert_eq!(gone.send().await.unwrap().status(), 204);
    expect_problem(author.get(&place).await, 404, "not_found").await;
}

#[tokio::test]
async fn files_cannot_leave_the_draft() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    for path in [
        "a%2f..%2f..%2fx.bas",
        "%2fetc%2fx.txt",
        "a%5cx.bas",
        ".hidden/x.bas",
        "x.sh",
        "x.bas%00",
        "parrot.gbdialog",
    ] {
        let answer = author.put(path, "x", None).await;
        expect_problem(answer, 422, "bad_path").await;
    }
    for path in ["../x.bas", "parrot.gbdialog/../../../x.bas", "%2e%2e/x.bas"] {
        let status = author.raw_put(path).await;
        assert!(
            status.starts_with("HTTP/1.1 422") || status.starts_with("HTTP/1.1 404"),
            "{status}"
        );
    }
    let rename = |from: &str, to: &str| json!({ "from": from, "to": to });
    for (from, to) in [(START, "../x.bas"), ("../../lock", "x.txt"), (START, "x.png")] {
        let answer = author.send(Method::POST, "/api/studio/bots/parrot/rename", rename(from, to));
        expect_problem(answer.await, 422, "bad_path").await;
    }
    let data = house.folder.path().join("data");
    let outside = data.join("outside.txt");
    std::fs::write(&outside, "secret").unwrap();
    let draft = data.join("drafts/parrot.gbai");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, draft.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(&data, draft.join("linked")).unwrap();
        for path in ["link.txt", "linked/outside.txt"] {
            let place = format!("/api/studio/bots/parrot/files/{path}");
            expect_problem(author.get(&place).await, 422, "bad_path").await;
            expect_problem(author.put(path, "x", None).await, 422, "bad_path").await;
        }
        let found = author.json(Method::GET, "/api/studio/bots/parrot/files", json!({})).await;
        assert_eq!(found["files"].as_array().unwrap().len(), 1, "{found}");
        let found = author.get("/api/studio/bots/parrot/search?q=secret").await;
        let found: Value = found.json().await.unwrap();
        assert_eq!(found["matches"], json!([]));
    }
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "secret");
    for bot in ["..", "%2e%2e", "a%2fb", ".x"] {
        let answer = author.get(&format!("/api/studio/bots/{bot}/files")).await;
        assert!(answer.status().is_client_error(), "{bot}: {}", answer.status());
    }
}

#[tokio::test]
async fn a_bot_without_sources_says_so() {
    let house = House::parrot().await;
    let author = house.author().await;
    let mut package = basilect_tests::bots::compile("robot", &[("start", PARROT)]).unwrap();
    let deploy = async |package: &basilect_compiler::package::Package| {
        let request = house.http.post(house.url("/api/admin/bots/robot")).bearer_auth(ADMIN_TOKEN);
        let answer = request.body(package.to_bytes().unwrap()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    package.files.clear();
    deploy(&package).await;
    let answer = author.send(Method::POST, "/api/studio/bots/robot", json!({})).await;
    expect_problem(answer, 422, "no_sources").await;
    deploy(&basilect_tests::bots::compile("robot", &[("start", PARROT)]).unwrap()).await;
    let opened = author.json(Method::POST, "/api/studio/bots/robot", json!({})).await;
    assert_eq!(opened["draft"]["from"], "package");
    let unknown = author.send(Method::POST, "/api/studio/bots/nobody", json!({})).await;
    expect_problem(unknown, 404, "not_found").await;
}

#[tokio::test]
async fn a_draft_is_bounded() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    let fits = "x".repeat(2 << 20);
    assert_eq!(author.put("fits.txt", &fits, None).await.status(), 200);
    let large = "x".repeat((2 << 20) + 1);
    expect_problem(author.put("large.txt", &large, None).await, 413, "too_large").await;
    let larger = "x".repeat(3 << 20);
    assert_eq!(author.put("larger.txt", &larger, None).await.status(), 413);
    let place = "/api/studio/bots/parrot/files/bytes.bas";
    let request = author.request(Method::PUT, place).header(IF_NONE_MATCH, "*");
    let answer = request.body(vec![0xffu8, 0xfe, 0x00]).send().await.unwrap();
    expect_problem(answer, 422, "not_utf8").await;
    let deep = format!("{}x.txt", "a/".repeat(20));
    expect_problem(author.put(&deep, "x", None).await, 422, "bad_path").await;
    let words = "q".repeat(500);
    let found = author.get(&format!("/api/studio/bots/parrot/search?q={words}")).await;
    expect_problem(found, 422, "bad_search").await;
}

#[tokio::test]
async fn a_new_bot_begins_with_a_template_whose_tests_pass() {
    let house = House::parrot().await;
    let author = house.author().await;
    let place = "/api/studio/bots";
    let all = author.json(Method::GET, "/api/studio/templates", json!({})).await;
    for template in all["templates"].as_array().unwrap() {
        let template = template["name"].as_str().unwrap();
        let name = format!("my-{template}");
        let new = json!({ "name": name, "template": template });
        author.json(Method::POST, place, new.clone()).await;
        expect_problem(author.send(Method::POST, place, new).await, 409, "exists").await;
        let tests = author.json(Method::POST, &format!("{place}/{name}/tests"), json!({})).await;
        assert_eq!(tests["errors"], json!([]), "{template}");
        let outcomes = tests["tests"].as_array().unwrap();
        assert!(!outcomes.is_empty(), "{template} has a test");
        assert!(outcomes.iter().all(|one| one["verdict"] == "passed"), "{template}: {tests}");
    }
    for (name, template, code) in [
        ("Bad Name", "empty", "bad_name"),
        ("api", "empty", "bad_name"),
        ("x", "y", "bad_template"),
    ] {
        let new = json!({ "name": name, "template": template });
        expect_problem(author.send(Method::POST, place, new).await, 422, code).await;
    }
    let taken = json!({ "name": "parrot", "template": "empty" });
    expect_problem(author.send(Method::POST, place, taken).await, 409, "exists").await;
}

#[tokio::test]
async fn a_draft_is_talked_with_by_its_author_only() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    author.rewrite(START, &PARROT.replace("hello", "draft here")).await;
    let built = author.json(Method::POST, "/api/studio/bots/parrot/build", json!({})).await;
    assert!(built["version"].is_string() && built["errors"] == json!([]), "{built}");
    let mut socket = author.socket("/ws/studio/parrot/chat").await;
    let text = loop {
        let frame = socket.next_json().await;
        if frame["kind"] == "text" {
            break frame["text"].as_str().unwrap().to_string();
        }
    };
    assert_eq!(text, "draft here");
    assert_eq!(
        house.person("parrot").await.next_text(std::time::Duration::from_millis(1)).await.ok(),
        None
    );
    let listed: Value = house.get("/api/bots").await.json().await.unwrap();
    assert_eq!(listed["bots"].as_array().unwrap().len(), 1);
    author.rewrite(START, "TALK \"open").await;
    let built = author.json(Method::POST, "/api/studio/bots/parrot/build", json!({})).await;
    assert_eq!((&built["version"], &built["errors"][0]["line"]), (&Value::Null, &json!(1)));
}

/// A socket of somebody who has signed in.
pub(super) struct Line {
    socket: tokio_tungstenite::WebSocketStream<
        tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>,
    >,
}

impl Author<'_> {
    pub(super) async fn socket(&self, path: &str) -> Line {
        let address = format!("ws://{}{path}", self.house.server.address);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        request.headers_mut().insert("origin", self.house.origin().parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Line { socket }
    }
}

impl Line {
    pub(super) async fn send(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(super) async fn next_json(&mut self) -> Value {
        loop {
            let came = tokio::time::timeout(LIMIT, self.socket.next()).await.unwrap();
            if let Message::Text(text) = came.unwrap().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    async fn answer(&mut self, id: u32) -> Value {
        loop {
            let message = self.next_json().await;
            if message["id"] == json!(id) {
                return message["result"].clone();
            }
        }
    }
}

#[tokio::test]
async fn the_language_server_sees_the_draft_and_nothing_else() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    author.rewrite(START, "CALL \"other\"\nTLAK \"x\"\n").await;
    assert_eq!(author.put("parrot.gbdialog/other.bas", "TALK 1\n", None).await.status(), 200);
    let secret = house.folder.path().join("elsewhere.gbai");
    std::fs::create_dir_all(&secret).unwrap();
    std::fs::write(secret.join("secret.bas"), "SUB secret_name()\nEND SUB\n").unwrap();
    let elsewhere = format!("file://{}", secret.display());
    let mut line = author.socket("/ws/studio/parrot").await;
    let folders = json!([{ "uri": elsewhere, "name": "elsewhere" }]);
    let params = json!({ "capabilities": {}, "rootUri": elsewhere, "workspaceFolders": folders });
    line.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params })).await;
    assert!(line.answer(1).await["capabilities"]["hoverProvider"].is_boolean());
    line.send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} })).await;
    let told = loop {
        let message = line.next_json().await;
        if message["method"] == "textDocument/publishDiagnostics" {
            break message["params"].clone();
        }
    };
    assert_eq!(told["uri"], format!("file:///bot/{START}"));
    assert_eq!(told["diagnostics"][0]["range"]["start"]["line"], 1);
    let added = json!({ "event": { "added": folders, "removed": [] } });
    let more = json!({ "jsonrpc": "2.0", "method": "workspace/didChangeWorkspaceFolders",
        "params": added });
    line.send(more).await;
    let ask = json!({ "jsonrpc": "2.0", "id": 2, "method": "workspace/symbol",
        "params": { "query": "secret" } });
    line.send(ask).await;
    let found = line.answer(2).await;
    assert!(!found.to_string().contains("secret_name"), "{found}");
}
