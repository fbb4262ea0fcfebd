//! How long an editor waits while somebody types: a script of 2,000 lines in a bot of 100 scripts,
//! over the protocol. `cargo xtask bench lsp` runs it optimised.
//!
//! What is typed is always the same: some lines, letter by letter, with a completion after each
//! letter, a hover after each word and the diagnostics waited for. The server runs on a thread of
//! this process, so the memory is that of both.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints its figures")]

use std::path::Path;
use std::time::{Duration, Instant};

use basilect_lsp::{Connection, Message, Product};
use lsp_server::{Notification, Request};
use serde_json::{Value, json};

/// Lines of the script that is edited.
const LINES: usize = 2_000;
/// Scripts of the bot.
const SCRIPTS: usize = 100;
/// What is typed, in the middle of the script.
const TYPED: &[&str] = &[
    "    total = total + price.amount * quantity",
    "    IF total > 100 THEN TALK \"A lot: ${total}\"",
    "    HEAR address AS EMAIL WITH \"Where to?\"",
    "    rows = FIND \"orders\" WHERE total > 5 ORDER BY total",
    "    FOR EACH row IN rows",
    "        TALK row.customer & \": \" & FORMAT(row.total, \"0.00\")",
    "    NEXT row",
    "    CALL \"script-7\"",
];

/// One chapter of a script as people write them.
const CHAPTER: &str = r#"' Chapter @: an order with a loop, a question and a table.
SUB order_@(customer)
    cart = []
    DO WHILE TRUE
        TALK "What would you like, ${customer.name}?"
        HEAR choice_@ AS "Tea", "Coffee", "That is all"
        IF choice_@ = "That is all" THEN EXIT DO
        HEAR quantity AS INTEGER WITH "How many cups of ${LCASE(choice_@)}?"
        IF quantity > 12 AND NOT customer.trusted THEN
            TALK "That is a lot: " + quantity + " cups."
        ELSE
            cart.PUSH({ "drink": choice_@, "quantity": quantity, "chapter": @ })
        END IF
    LOOP
    sum_@ = 0
    FOR EACH line IN cart
        price = FIND "orders" WHERE customer = line.drink FIRST
        sum_@ = sum_@ + (price.total OR 2.50) * line.quantity
    NEXT line
    SAVE "orders", { "customer": customer.name, "total": sum_@ }
END SUB

"#;

fn script(lines: usize) -> String {
    let chapters = lines / CHAPTER.lines().count();
    let mut text = String::from("total = 0\nquantity = 1\n");
    (0..chapters).for_each(|n| text.push_str(&CHAPTER.replace('@', &n.to_string())));
    text
}

/// The client's side.
struct Client {
    connection: Connection,
    requests: i32,
    /// The last version that diagnostics came for, and when.
    told: (i64, Instant),
}

impl Client {
    fn tell(&self, method: &str, params: Value) {
        let message = Notification { method: method.into(), params };
        self.connection.sender.send(message.into()).unwrap();
    }

    fn take(&mut self) -> Option<Value> {
        match self.connection.receiver.recv().unwrap() {
            Message::Response(response) => Some(response.result.unwrap_or_default()),
            Message::Notification(n) => {
                if let Some(version) = n.params["version"].as_i64() {
                    self.told = (version, Instant::now());
                }
                None
            }
            Message::Request(_) => None,
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> (Value, Duration) {
        let started = Instant::now();
        self.requests += 1;
        let (id, method) = (self.requests.into(), method.to_string());
        self.connection.sender.send(Request { id, method, params }.into()).unwrap();
        loop {
            if let Some(answer) = self.take() {
                return (answer, started.elapsed());
            }
        }
    }

    /// When the diagnostics of this version came.
    fn told(&mut self, version: i64) -> Instant {
        while self.told.0 < version {
            self.take();
        }
        self.told.1
    }
}

fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().to_string()
}

/// The bot on the disk; the path of the script that is edited.
fn bot(root: &Path) -> std::path::PathBuf {
    let scripts = root.join("shop.gbdialog");
    std::fs::create_dir_all(&scripts).unwrap();
    let tables = "TABLE orders\n    id integer key\n    customer string(80)\n    total number\n";
    std::fs::write(scripts.join("tables.bas"), format!("{tables}END TABLE\n")).unwrap();
    for number in 0..SCRIPTS - 2 {
        std::fs::write(scripts.join(format!("script-{number}.bas")), script(60)).unwrap();
    }
    let path = scripts.join("start.bas");
    std::fs::write(&path, script(LINES)).unwrap();
    path
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("shop.gbai");
    let path = bot(&root);
    let (server, connection) = Connection::memory();
    std::thread::spawn(move || basilect_lsp::serve(&server, Product::default()).unwrap());
    let mut client = Client { connection, requests: 0, told: (0, Instant::now()) };
    let (started, text) = (Instant::now(), script(LINES));
    let folders = json!([{ "uri": uri(&root), "name": "shop" }]);
    client.ask("initialize", json!({ "capabilities": {}, "workspaceFolders": folders }));
    client.tell("initialized", json!({}));
    let document =
        json!({ "uri": uri(&path), "languageId": "basilect", "version": 1, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let opened = client.told(1) - started;
    let measured = typing(&mut client, &uri(&path), &text);
    println!(
        "{} lines in a bot of {SCRIPTS} scripts: opened, with its diagnostics, in {opened:.1?}",
        text.lines().count()
    );
    for (what, mut times) in measured {
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!("{what}: {:.1?} (p50), {:.1?} (p99), {} times", at(0.5), at(0.99), times.len());
    }
    println!("memory: {} MB", memory() >> 10);
}

/// Types; how long each kind of answer took.
fn typing(client: &mut Client, uri: &str, text: &str) -> Vec<(&'static str, Vec<Duration>)> {
    let line = text.lines().position(|line| line.starts_with("SUB order_40")).unwrap() + 1;
    let (mut version, mut times) = (1, [Vec::new(), Vec::new(), Vec::new(), Vec::new()]);
    let id = json!({ "uri": uri });
    for typed in TYPED {
        let mut column = 0;
        for letter in typed.chars().chain(['\n']) {
            version += 1;
            let place = json!({ "line": line, "character": column });
            let range = json!({ "start": place, "end": place });
            let edited = Instant::now();
            client.tell(
                "textDocument/didChange",
                json!({
                    "textDocument": { "uri": uri, "version": version },
                    "contentChanges": [{ "range": range, "text": letter.to_string() }],
                }),
            );
            column += 1;
            let at = json!({ "line": line, "character": column });
            let params = json!({ "textDocument": id, "position": at });
            times[0].push(client.ask("textDocument/completion", params.clone()).1);
            if letter == ' ' {
                times[1].push(client.ask("textDocument/hover", params).1);
            }
            times[2].push(client.told(version) - edited);
            times[3].push(client.ask("textDocument/semanticTokens/full", params_of(&id)).1);
        }
    }
    let [completion, hover, diagnostics, tokens] = times;
    vec![
        ("completion", completion),
        ("hover", hover),
        ("diagnostics after an edit", diagnostics),
        ("colours of the whole script", tokens),
    ]
}

fn params_of(id: &Value) -> Value {
    json!({ "textDocument": id })
}

/// The memory of this process in KB, from `/proc`; 0 where there is none.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
