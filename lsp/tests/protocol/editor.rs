//! An editor that talks with a server on another thread.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use basilect_lsp::{Connection, Message, Product};
use lsp_server::{Notification, Request, RequestId};
use serde_json::{Value, json};

/// How long an answer may take before a test says that there is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor.
pub struct Editor {
    /// The channels to the server.
    pub connection: Connection,
    server: std::thread::JoinHandle<()>,
    requests: i32,
    /// What is wrong, by address: the newest word of it.
    pub diagnostics: BTreeMap<String, Vec<Value>>,
    /// The version that this is about.
    pub versions: BTreeMap<String, i64>,
    /// Everything else that the server said by itself: methods and parameters.
    pub heard: Vec<(String, Value)>,
}

impl Editor {
    /// An editor that can do what most can, in these folders.
    pub fn start(folders: &[&Path]) -> Editor {
        let capabilities = json!({
            "textDocument": { "completion": { "completionItem": { "snippetSupport": false } } },
        });
        Editor::with(folders, capabilities).0
    }

    /// An editor with these capabilities; it also gives the server's.
    pub fn with(folders: &[&Path], capabilities: Value) -> (Editor, Value) {
        let (server, connection) = Connection::memory();
        let serve = move || basilect_lsp::serve(&server, Product::default()).unwrap();
        let server = std::thread::spawn(serve);
        let mut editor = Editor {
            connection,
            server,
            requests: 0,
            diagnostics: BTreeMap::new(),
            versions: BTreeMap::new(),
            heard: Vec::new(),
        };
        let folder = |path: &&Path| json!({ "uri": uri_of(path), "name": "folder" });
        let folders: Vec<Value> = folders.iter().map(folder).collect();
        let params = json!({ "capabilities": capabilities, "workspaceFolders": folders });
        let answer = editor.ask("initialize", params).unwrap();
        editor.tell("initialized", json!({}));
        (editor, answer["capabilities"].clone())
    }

    /// Tells the server something.
    pub fn tell(&self, method: &str, params: Value) {
        let message = Notification { method: method.into(), params };
        self.connection.sender.send(message.into()).unwrap();
    }

    /// Sends a request without waiting.
    pub fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request { id: id.clone(), method: method.into(), params };
        self.connection.sender.send(request.into()).unwrap();
        id
    }

    /// The answer to a request, or why there is none.
    pub fn answer(&mut self, id: &RequestId) -> Result<Value, (i32, String)> {
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).expect("the server answers") {
                Message::Response(response) if response.id == *id => {
                    return match response.error {
                        Some(error) => Err((error.code, error.message)),
                        None => Ok(response.result.unwrap_or(Value::Null)),
                    };
                }
                Message::Response(other) => panic!("an answer to nothing: {other:?}"),
                other => self.hear(other),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => {
                let uri = n.params["uri"].as_str().unwrap().to_string();
                let found = n.params["diagnostics"].as_array().cloned().unwrap();
                if let Some(version) = n.params["version"].as_i64() {
                    self.versions.insert(uri.clone(), version);
                }
                self.diagnostics.insert(uri, found);
            }
            Message::Notification(n) => self.heard.push((n.method, n.params)),
            Message::Request(request) => self.heard.push((request.method, request.params)),
            Message::Response(_) => {}
        }
    }

    /// Asks and waits.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    /// Opens a text.
    pub fn open(&self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "basilect", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a text.
    pub fn change(&self, uri: &str, version: i32, changes: Value) {
        let id = json!({ "uri": uri, "version": version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": id, "contentChanges": changes }),
        );
    }

    /// What is wrong in a file once the server has nothing left to do for it.
    pub fn wrong(&mut self, uri: &str) -> Vec<Value> {
        self.diagnostics.remove(uri);
        while !self.diagnostics.contains_key(uri) {
            let message = self.connection.receiver.recv_timeout(PATIENCE);
            self.hear(message.expect("the server says what is wrong"));
        }
        self.diagnostics[uri].clone()
    }

    /// Waits until the server has said what is wrong in this version of a file.
    pub fn settled(&mut self, uri: &str, version: i32) {
        while self.versions.get(uri) != Some(&i64::from(version)) {
            self.wrong(uri);
        }
    }

    /// Asks about a place.
    pub fn at(&mut self, method: &str, uri: &str, place: Value) -> Value {
        let params = json!({ "textDocument": { "uri": uri }, "position": place });
        self.ask(method, params).unwrap()
    }

    /// Asks about a whole document.
    pub fn about(&mut self, method: &str, uri: &str) -> Value {
        self.ask(method, json!({ "textDocument": { "uri": uri } })).unwrap()
    }

    /// Says goodbye.
    pub fn leave(mut self) {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        self.server.join().unwrap();
    }
}

/// The address of a path.
pub fn uri_of(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().to_string()
}
