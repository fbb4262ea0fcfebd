//! Conversations that are no single question: edits, cancelled requests, files on the disk, what
//! both sides agree on.

use std::fs;

use serde_json::{Value, json};

use super::editor::{Editor, uri_of};

const URI: &str = "file:///nowhere/start.bas";

#[test]
fn mistakes_come_and_go_while_a_script_is_written() {
    let mut editor = Editor::start(&[]);
    editor.open(URI, "IF x THEN\n  TALK \"hello\"\n");
    let found = editor.wrong(URI);
    assert!(found.iter().any(|d| d["severity"] == 1 && d["source"] == "basilect"), "{found:?}");
    editor.change(URI, 2, json!([{ "text": "TALK \"hello\"\n" }]));
    assert!(editor.wrong(URI).iter().all(|d| d["severity"] != 1));
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    assert!(editor.wrong(URI).is_empty());
    editor.leave();
}

#[test]
fn changes_count_in_what_both_sides_agreed_on() {
    for (said, wanted, column) in
        [(json!(["utf-8", "utf-16"]), "utf-8", 12), (json!([]), "utf-16", 9)]
    {
        let capabilities = json!({ "general": { "positionEncodings": said } });
        let (mut editor, server) = Editor::with(&[], capabilities);
        assert_eq!(server["positionEncoding"], wanted);
        editor.open(URI, "TALK \"😀é\" + x\n");
        // Behind the accent: the quote is replaced by a letter and itself.
        let place = json!({ "line": 0, "character": column });
        let range = json!({ "start": place, "end": place });
        editor.change(URI, 2, json!([{ "range": range, "text": "z" }]));
        let edits = formatted(&mut editor);
        assert_eq!(edits, json!([]), "nothing to do: the text is right");
        let tokens = editor.about("textDocument/semanticTokens/full", URI);
        let length = if wanted == "utf-8" { 9 } else { 6 };
        assert_eq!(tokens["data"][7], json!(length), "{tokens}");
        editor.leave();
    }
}

fn formatted(editor: &mut Editor) -> Value {
    let options = json!({ "tabSize": 8, "insertSpaces": false });
    let params = json!({ "textDocument": { "uri": URI }, "options": options });
    editor.ask("textDocument/formatting", params).unwrap()
}

#[test]
fn old_changes_and_changes_of_closed_files_are_passed_over() {
    let mut editor = Editor::start(&[]);
    editor.open(URI, "a = 1\n");
    editor.change(URI, 7, json!([{ "text": "b = 1\nTALK b\n" }]));
    editor.change(URI, 3, json!([{ "text": "IF\n" }]));
    editor.change("file:///nowhere/other.bas", 3, json!([{ "text": "IF\n" }]));
    let hover = editor.at("textDocument/hover", URI, json!({ "line": 1, "character": 5 }));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("variable `b`"), "{hover}");
    editor.leave();
}

#[test]
fn requests_are_cancelled_before_they_begin() {
    let (server, connection) = basilect_lsp::Connection::memory();
    let say = |message: lsp_server::Message| connection.sender.send(message).unwrap();
    let request = |id: i32, method: &str, params| {
        let (id, method) = (id.into(), method.to_string());
        lsp_server::Message::from(lsp_server::Request { id, method, params })
    };
    let notification = |method: &str, params| {
        lsp_server::Message::from(lsp_server::Notification { method: method.into(), params })
    };
    // All of it lies there before the server looks for the first time.
    say(request(1, "initialize", json!({ "capabilities": {} })));
    say(notification("initialized", json!({})));
    let symbols = json!({ "textDocument": { "uri": URI } });
    say(request(2, "textDocument/documentSymbol", symbols.clone()));
    say(request(3, "textDocument/documentSymbol", symbols));
    say(notification("$/cancelRequest", json!({ "id": 3 })));
    say(notification("$/cancelRequest", json!({ "id": 99 })));
    say(request(4, "shutdown", Value::Null));
    say(request(5, "textDocument/hover", json!({})));
    say(notification("exit", Value::Null));
    basilect_lsp::serve(&server, Default::default()).unwrap();
    let mut answers: Vec<(String, Option<i32>)> = Vec::new();
    while let Ok(lsp_server::Message::Response(response)) = connection.receiver.try_recv() {
        answers.push((response.id.to_string(), response.error.map(|error| error.code)));
    }
    answers.sort();
    let codes: Vec<Option<i32>> = answers.into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, [None, None, Some(-32800), None, Some(-32600)]);
}

#[test]
fn what_is_not_offered_or_not_readable_is_refused() {
    let mut editor = Editor::start(&[]);
    let refused = editor.ask("textDocument/moniker", json!({})).unwrap_err();
    assert_eq!(refused.0, -32601);
    let refused = editor.ask("textDocument/hover", json!({ "position": 3 })).unwrap_err();
    assert_eq!(refused.0, -32602);
    editor.tell("textDocument/didOpen", json!({ "textDocument": 3 }));
    editor.tell("textDocument/didChange", json!([]));
    assert_eq!(editor.about("textDocument/foldingRange", URI), Value::Null, "it goes on");
    editor.leave();
}

#[test]
fn files_of_the_disk_and_of_the_editor_make_one_bot() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = folder.path().join("shop.gbai/shop.gbdialog");
    fs::create_dir_all(&scripts).unwrap();
    let (start, pay) = (scripts.join("start.bas"), scripts.join("pay.bas"));
    fs::write(&start, "CALL \"pay\"\n").unwrap();
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let (mut editor, _) = Editor::with(&[folder.path()], capabilities);
    let uri = uri_of(&start);
    let warnings = |found: &[Value]| found.iter().filter(|d| d["severity"] == 2).count();
    assert_eq!(warnings(&editor.wrong(&uri)), 1, "nobody has opened it");
    // A script that is only in the editor counts, and the other file is looked at again.
    editor.open(&uri_of(&pay), "TALK 1\n");
    assert_eq!(warnings(&editor.wrong(&uri)), 0);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri_of(&pay) } }));
    assert_eq!(warnings(&editor.wrong(&uri)), 1, "it is not on the disk");
    fs::write(&pay, "TALK 1\n").unwrap();
    let touched = |kind: u32| json!({ "changes": [{ "uri": uri_of(&pay), "type": kind }] });
    editor.tell("workspace/didChangeWatchedFiles", touched(1));
    assert_eq!(warnings(&editor.wrong(&uri)), 0);
    fs::remove_file(&pay).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", touched(3));
    assert_eq!(warnings(&editor.wrong(&uri)), 1);
    editor.leave();
}

#[test]
fn folders_come_and_go_and_progress_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for bot in ["one", "two"] {
        let scripts = folder.path().join(format!("{bot}.gbai"));
        fs::create_dir_all(&scripts).unwrap();
        for script in 0..30 {
            fs::write(scripts.join(format!("s{script}.bas")), "IF\n").unwrap();
        }
    }
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let (mut editor, _) = Editor::with(&[&folder.path().join("one.gbai")], capabilities);
    let last = uri_of(&folder.path().join("one.gbai/s9.bas"));
    assert_eq!(editor.wrong(&last).len(), 1);
    editor.about("textDocument/foldingRange", &last);
    while !editor.heard.iter().any(|(_, params)| params["value"]["kind"] == "end") {
        editor.about("textDocument/foldingRange", &last);
    }
    let kinds: Vec<&str> =
        editor.heard.iter().filter_map(|(_, params)| params["value"]["kind"].as_str()).collect();
    assert_eq!(kinds, ["begin", "report", "end"]);
    let change =
        |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let named = |bot: &str| json!([{ "uri": uri_of(&folder.path().join(bot)), "name": bot }]);
    let event = change(named("two.gbai"), named("one.gbai"));
    editor.tell("workspace/didChangeWorkspaceFolders", event);
    assert!(editor.wrong(&last).is_empty());
    assert_eq!(editor.wrong(&uri_of(&folder.path().join("two.gbai/s9.bas"))).len(), 1);
    editor.leave();
}

#[test]
fn what_is_wrong_in_a_bot_is_what_building_it_says() {
    use basilect_compiler::source::Provider;
    struct Folder(std::path::PathBuf);
    impl Provider for Folder {
        fn list(&self) -> Vec<String> {
            let scripts = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<String> =
                scripts.map(|name| name.to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }
        fn read(&self, path: &str) -> Result<Vec<u8>, String> {
            fs::read(self.0.join(path)).map_err(|error| error.to_string())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let bot = folder.path().join("shop.gbai");
    fs::create_dir_all(&bot).unwrap();
    let tables = "TABLE orders\n  id integer key\n  total number\nEND TABLE\n";
    for (name, text) in [
        ("config.csv", "name,value\nparam-city,Paris\n"),
        ("start.bas", "TALK city\nCALL \"pay\", 1\nCALL \"pai\"\nADD TOOL \"nothing\"\nx = y\n"),
        ("pay.bas", "TALK \"a\"\nGOTO nowhere\n"),
        ("tables.bas", tables),
        ("zebra.bas", tables),
        ("Start.vbs", "TALK 1\n"),
        ("odd.bas", "UPDATE \"orders\" SET total = total - 1 WHERE id = 3\nIF a THEN\n"),
    ] {
        fs::write(bot.join(name), text).unwrap();
    }
    let built = basilect_compiler::package::build(&Folder(bot.clone()), "shop");
    let mut wanted: Vec<String> = built
        .diagnostics
        .iter()
        .map(|(file, d)| format!("{} {} {}", file.path, file.position(d.span.start).0, d.code))
        .collect();
    wanted.sort();
    let (mut editor, _) = Editor::with(&[&bot], json!({ "window": { "workDoneProgress": true } }));
    let any = uri_of(&bot.join("start.bas"));
    while !editor.heard.iter().any(|(_, params)| params["value"]["kind"] == "end") {
        editor.about("textDocument/foldingRange", &any);
    }
    let mut told = Vec::new();
    for (uri, found) in &editor.diagnostics {
        let name = uri.rsplit('/').next().unwrap();
        let line = |d: &Value| d["range"]["start"]["line"].as_u64().unwrap() + 1;
        let shown = |d: &Value| format!("{name} {} {}", line(d), d["code"].as_str().unwrap());
        told.extend(found.iter().map(shown));
    }
    told.sort();
    assert_eq!(told, wanted);
    assert!(wanted.len() > 6, "{wanted:?}");
    editor.leave();
}
