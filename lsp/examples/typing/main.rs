//! How long an editor waits while somebody types: a script of 2,000 lines in a bot of 100 scripts,
//! over the protocol. `cargo xtask bench lsp` runs it optimised.
//!
//! What is typed is always the same: some lines, letter by letter, with a completion after each
//! letter, a hover after each word and the diagnostics waited for. The server runs on a thread of
//! this process, so the memory is that of both.
//!
//! With the command of a language server for Python as its argument, the same is done with that:
//! a program of as many lines and files, which does the same as far as Python can.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints its figures")]

mod peer;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use basilect_lsp::{Connection, Message, Product};
use lsp_server::{Notification, Request, Response};
use serde_json::{Value, json};

use peer::Peer;

/// Lines of the script that is edited.
const LINES: usize = 2_000;
/// Scripts of the bot.
const SCRIPTS: usize = 100;

/// A language in which is typed.
struct Language {
    /// Its name in the protocol.
    id: &'static str,
    /// How a script begins.
    head: &'static str,
    /// What follows, again and again, with numbers for `@`.
    chapter: &'static str,
    /// What is typed, in the middle of the script, below the line that begins so.
    typed: &'static [&'static str],
    below: &'static str,
}

const BASIC: Language = Language {
    id: "basilect",
    head: "total = 0\nquantity = 1\n",
    chapter: CHAPTER,
    below: "SUB order_40",
    typed: &[
        "    total = total + price.amount * quantity",
        "    IF total > 100 THEN TALK \"A lot: ${total}\"",
        "    HEAR address AS EMAIL WITH \"Where to?\"",
        "    rows = FIND \"orders\" WHERE total > 5 ORDER BY total",
        "    FOR EACH row IN rows",
        "        TALK row.customer & \": \" & FORMAT(row.total, \"0.00\")",
        "    NEXT row",
        "    CALL \"script-7\"",
    ],
};

/// Less is typed in it: every letter takes about a second.
const PYTHON: Language = Language {
    id: "python",
    head: "import orders\n\ntotal = 0\nquantity = 1\n",
    chapter: PYTHON_CHAPTER,
    below: "def order_40",
    typed: &[
        "    total = total_0 + customer.amount * quantity",
        "    if total > 100: print(f\"A lot: {total}\")",
    ],
};

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

/// The same in Python.
const PYTHON_CHAPTER: &str = r#"# Chapter @: an order with a loop, a question and a table.
def order_@(customer: orders.Customer) -> float:
    cart: list[orders.Line] = []
    while True:
        print(f"What would you like, {customer.name}?")
        choice_@ = input("Tea, Coffee, That is all")
        if choice_@ == "That is all":
            break
        quantity = int(input(f"How many cups of {choice_@.lower()}?"))
        if quantity > 12 and not customer.trusted:
            print("That is a lot: " + str(quantity) + " cups.")
        else:
            cart.append(orders.Line(drink=choice_@, quantity=quantity, chapter=@))
    sum_@ = 0.0
    for line in cart:
        price = orders.first(lambda row: row.customer == line.drink)
        sum_@ = sum_@ + (price.total or 2.50) * line.quantity
    orders.save(orders.Order(customer=customer.name, total=sum_@))
    return sum_@


"#;

/// The table of the program in Python.
const PYTHON_TABLE: &str = r#"from dataclasses import dataclass
from typing import Callable


@dataclass(order=True)
class Order:
    customer: str
    total: float


@dataclass
class Line:
    drink: str
    quantity: int
    chapter: int


@dataclass
class Customer:
    name: str
    trusted: bool
    amount: float


def find(wanted: Callable[[Order], bool]) -> list[Order]:
    return []


def first(wanted: Callable[[Order], bool]) -> Order:
    return find(wanted)[0]


def save(order: Order) -> None:
    pass
"#;

impl Language {
    fn script(&self, lines: usize) -> String {
        let chapters = lines / self.chapter.lines().count();
        let mut text = String::from(self.head);
        (0..chapters).for_each(|n| text.push_str(&self.chapter.replace('@', &n.to_string())));
        text
    }
}

/// The client's side.
struct Client {
    connection: Connection,
    requests: i32,
    /// The last version that diagnostics came for, and when.
    told: (i64, Instant),
    /// Whether the server tells colours.
    colours: bool,
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
            Message::Request(request) => {
                // Settings that it asks for are as they usually are.
                let items = request.params["items"].as_array().map_or(0, Vec::len);
                let answer = Response::new_ok(request.id, vec![Value::Null; items]);
                self.connection.sender.send(answer.into()).unwrap();
                None
            }
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

/// A folder with the bot, and the script in it that is edited.
fn bot(root: &Path) -> PathBuf {
    let scripts = root.join("shop.gbdialog");
    std::fs::create_dir_all(&scripts).unwrap();
    let tables = "TABLE orders\n    id integer key\n    customer string(80)\n    total number\n";
    std::fs::write(scripts.join("tables.bas"), format!("{tables}END TABLE\n")).unwrap();
    for number in 0..SCRIPTS - 2 {
        std::fs::write(scripts.join(format!("script-{number}.bas")), BASIC.script(60)).unwrap();
    }
    scripts.join("start.bas")
}

/// The same for Python.
fn program(root: &Path) -> PathBuf {
    std::fs::create_dir_all(root).unwrap();
    std::fs::write(root.join("orders.py"), PYTHON_TABLE).unwrap();
    for number in 0..SCRIPTS - 2 {
        std::fs::write(root.join(format!("script_{number}.py")), PYTHON.script(60)).unwrap();
    }
    root.join("start.py")
}

fn main() {
    // Folders whose names begin with a dot are not looked at everywhere.
    let folder = tempfile::Builder::new().prefix("typing").tempdir().unwrap();
    let root = folder.path().join("shop.gbai");
    let (server, connection) = Connection::memory();
    std::thread::spawn(move || basilect_lsp::serve(&server, Product::default()).unwrap());
    measure("Basilect", &BASIC, connection, (&root, &bot(&root)), std::process::id());
    if let Some(command) = std::env::args().nth(1) {
        let root = folder.path().join("python");
        let (connection, peer) = Peer::start(&command);
        measure(&command, &PYTHON, connection, (&root, &program(&root)), peer.process());
    }
}

/// Opens the script and types in it.
fn measure(
    name: &str,
    language: &Language,
    connection: Connection,
    (root, path): (&Path, &Path),
    process: u32,
) {
    let text = language.script(LINES);
    std::fs::write(path, &text).unwrap();
    let told = (0, Instant::now());
    let mut client = Client { connection, requests: 0, told, colours: false };
    let started = Instant::now();
    let folders = json!([{ "uri": uri(root), "name": "shop" }]);
    let capabilities = json!({
        "textDocument": { "publishDiagnostics": { "versionSupport": true } },
        "workspace": { "workspaceFolders": true, "configuration": true },
    });
    let params = json!({
        "processId": std::process::id(), "rootUri": uri(root),
        "capabilities": capabilities, "workspaceFolders": folders,
    });
    let can = client.ask("initialize", params).0;
    client.colours = can["capabilities"]["semanticTokensProvider"].is_object();
    client.tell("initialized", json!({}));
    let document =
        json!({ "uri": uri(path), "languageId": language.id, "version": 1, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let opened = client.told(1) - started;
    let measured = typing(&mut client, language, &uri(path), &text);
    println!(
        "{name}: {} lines beside {SCRIPTS} files: opened, with its diagnostics, in {opened:.1?}",
        text.lines().count()
    );
    for (what, mut times) in measured.into_iter().filter(|(_, times)| !times.is_empty()) {
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!("{what}: {:.1?} (p50), {:.1?} (p99), {} times", at(0.5), at(0.99), times.len());
    }
    println!("memory: {} MB", memory(process) >> 10);
}

/// Types; how long each kind of answer took.
fn typing(
    client: &mut Client,
    language: &Language,
    uri: &str,
    text: &str,
) -> Vec<(&'static str, Vec<Duration>)> {
    let line = text.lines().position(|line| line.starts_with(language.below)).unwrap() + 1;
    let (mut version, mut times) = (1, [Vec::new(), Vec::new(), Vec::new(), Vec::new()]);
    let id = json!({ "uri": uri });
    for typed in language.typed {
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
            if client.colours {
                let params = json!({ "textDocument": id });
                times[3].push(client.ask("textDocument/semanticTokens/full", params).1);
            }
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

/// The memory of a process in KB, from `/proc`; 0 where there is none.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
