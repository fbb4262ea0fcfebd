//! A conversation between an editor and the server, over the protocol.

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

const URI: &str = "file:///bots/shop/start.bas";

/// An editor that talks with a server on another thread.
struct Editor {
    connection: Connection,
    server: std::thread::JoinHandle<()>,
    requests: i32,
}

impl Editor {
    fn start() -> Editor {
        let (server, connection) = Connection::memory();
        let server = std::thread::spawn(move || super::serve(&server).expect("served"));
        let mut editor = Editor { connection, server, requests: 0 };
        let answer = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(answer["capabilities"]["hoverProvider"], true);
        editor.tell("initialized", json!({}));
        editor
    }
    fn tell(&self, method: &str, params: Value) {
        let message = Notification { method: method.into(), params };
        self.connection.sender.send(message.into()).expect("the server listens");
    }
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request { id: id.clone(), method: method.into(), params };
        self.connection.sender.send(request.into()).expect("the server listens");
        match self.connection.receiver.recv().expect("the server answers") {
            Message::Response(response) if response.id == id => {
                assert!(response.error.is_none(), "{:?}", response.error);
                response.result.unwrap_or(Value::Null)
            }
            other => panic!("an answer to {method} was expected: {other:?}"),
        }
    }
    /// Opens a document; what is wrong in it.
    fn open(&self, text: &str) -> Vec<Value> {
        let document = json!({ "uri": URI, "languageId": "basilect", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.diagnostics()
    }
    fn diagnostics(&self) -> Vec<Value> {
        match self.connection.receiver.recv().expect("the server speaks") {
            Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => {
                n.params["diagnostics"].as_array().cloned().expect("a list")
            }
            other => panic!("diagnostics were expected: {other:?}"),
        }
    }
    fn at(&mut self, method: &str, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        self.ask(method, json!({ "textDocument": { "uri": URI }, "position": position }))
    }
    fn leave(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.join().expect("the server ends");
    }
}

#[test]
fn mistakes_come_and_go_while_a_script_is_written() {
    let editor = Editor::start();
    let found = editor.open("IF x THEN\n  TALK \"hello\"\n");
    assert!(found.iter().any(|d| d["severity"] == 1 && d["source"] == "basilect"), "{found:?}");
    let change = json!([{ "text": "TALK \"hello\"\n" }]);
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": URI, "version": 2 }, "contentChanges": change }),
    );
    assert!(editor.diagnostics().iter().all(|d| d["severity"] != 1));
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    assert!(editor.diagnostics().is_empty());
    editor.leave();
}

#[test]
fn the_word_under_the_pointer_is_explained() {
    let mut editor = Editor::start();
    editor.open("total = 1\nADD SUGGESTION \"a\" AS \"A\"\n");
    let hover = editor.at("textDocument/hover", 1, 6);
    assert!(hover["contents"]["value"].as_str().expect("text").contains("ADD SUGGESTION"));
    assert_eq!(hover["range"]["start"]["character"], 0);
    assert_eq!(hover["range"]["end"]["character"], 14);
    assert_eq!(editor.at("textDocument/hover", 0, 2), Value::Null);
    editor.leave();
}

#[test]
fn words_and_names_complete_what_is_typed() {
    let mut editor = Editor::start();
    editor.open("total = 1\nADD SUG\nTALK to\nTALK \"to\n");
    let labels = |items: &Value| -> Vec<String> {
        let items = items.as_array().expect("a list").iter();
        items.map(|item| item["label"].as_str().unwrap_or_default().to_string()).collect()
    };
    let items = editor.at("textDocument/completion", 1, 7);
    assert!(labels(&items).contains(&"ADD SUGGESTION".into()), "{items}");
    assert_eq!(items[0]["textEdit"]["range"]["start"]["character"], 0);
    let items = editor.at("textDocument/completion", 2, 7);
    assert!(labels(&items).contains(&"total".into()), "{items}");
    assert!(labels(&editor.at("textDocument/completion", 3, 8)).is_empty());
    editor.leave();
}

#[test]
fn the_outline_names_procedures_and_parameters() {
    let mut editor = Editor::start();
    editor.open("PARAM city AS STRING\nSUB greet(who)\n  TALK who\nEND SUB\nagain:\ngreet(city)\n");
    let outline =
        editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    let names: Vec<_> = outline.as_array().expect("a list").iter().map(|s| &s["name"]).collect();
    assert_eq!(names, ["city", "greet", "again"]);
    editor.leave();
}

#[test]
fn a_document_is_formatted_as_a_whole() {
    let mut editor = Editor::start();
    let ask = |editor: &mut Editor| {
        let options = json!({ "tabSize": 8, "insertSpaces": false });
        let params = json!({ "textDocument": { "uri": URI }, "options": options });
        editor.ask("textDocument/formatting", params)
    };
    editor.open("if x then\ntalk \"😀\"\nendif");
    let edits = ask(&mut editor);
    assert_eq!(edits[0]["newText"], "IF x THEN\n    TALK \"😀\"\nEND IF\n");
    let range = json!({
        "start": { "line": 0, "character": 0 }, "end": { "line": 2, "character": 5 }
    });
    assert_eq!((edits.as_array().expect("a list").len(), &edits[0]["range"]), (1, &range));
    editor.open("TALK 1\n");
    assert_eq!(ask(&mut editor), json!([]));
    editor.open("IF x THEN\n");
    assert_eq!(ask(&mut editor), Value::Null);
    editor.leave();
}

#[test]
fn fixes_are_offered_where_they_belong() {
    let mut editor = Editor::start();
    editor.open("😀 = 1\r\nFOR i = 1 TO 3\r\n    TLAK i\r\nNEXT j\r\n");
    let ask = |editor: &mut Editor, line: u32, only: Value| {
        let place = json!({ "line": line, "character": 5 });
        let params = json!({
            "textDocument": { "uri": URI },
            "range": { "start": place, "end": place },
            "context": { "diagnostics": [], "only": only },
        });
        editor.ask("textDocument/codeAction", params)
    };
    let fixes = ask(&mut editor, 2, json!(["quickfix"]));
    assert_eq!(fixes.as_array().expect("a list").len(), 1, "{fixes}");
    assert_eq!(
        (&fixes[0]["title"], &fixes[0]["isPreferred"]),
        (&json!("Write `TALK`"), &json!(true))
    );
    let edit = &fixes[0]["edit"]["changes"][URI][0];
    let range = json!({
        "start": { "line": 2, "character": 4 }, "end": { "line": 2, "character": 8 }
    });
    assert_eq!((&edit["newText"], &edit["range"]), (&json!("TALK"), &range));
    assert_eq!(ask(&mut editor, 1, json!(["quickfix"])), json!([]));
    let all = ask(&mut editor, 0, json!(["source"]));
    let text = all[0]["edit"]["changes"][URI][0]["newText"].as_str().expect("a text");
    assert!(text.ends_with("    TALK i\r\nNEXT i\r\n"), "{text:?}");
    assert_eq!(ask(&mut editor, 2, json!(["refactor"])), json!([]));
    editor.leave();
}

#[test]
fn unknown_requests_are_refused_and_do_no_harm() {
    let mut editor = Editor::start();
    editor.requests += 1;
    let id = RequestId::from(editor.requests);
    let request = Request { id, method: "textDocument/rename".into(), params: json!({}) };
    editor.connection.sender.send(request.into()).expect("the server listens");
    let Ok(Message::Response(response)) = editor.connection.receiver.recv() else {
        panic!("an answer was expected")
    };
    assert_eq!(response.error.expect("an error").code, -32601);
    editor.leave();
}
