//! Answers of the server as lines that a person can check.

use serde_json::{Value, json};

use super::fixtures::Stage;

/// The answer to a request of a fixture.
pub fn answer(stage: &mut Stage, request: &str) -> String {
    let (word, argument) = request.split_once(' ').unwrap_or((request, ""));
    match word {
        "definition" | "implementation" => places(stage, &format!("textDocument/{word}")),
        "references" => references(stage),
        "highlight" => highlights(stage),
        "hover" => hover(stage),
        "prepareRename" => prepare(stage),
        "rename" => rename(stage, argument),
        "move" => moved(stage, argument),
        "symbols" => symbols(stage),
        "search" => search(stage, argument),
        "incoming" | "outgoing" => calls(stage, word),
        "links" => links(stage),
        "completion" => completion(stage, argument),
        "resolve" => resolve(stage, argument),
        "signature" => signature(stage),
        "tokens" => tokens(stage),
        "folding" => folding(stage),
        "selection" => selection(stage),
        "hints" => hints(stage),
        "lens" => lens(stage),
        "colors" => colors(stage),
        "diagnostics" => diagnostics(stage),
        "actions" => actions(stage),
        "action" => action(stage, argument),
        "format" | "formatRange" | "newline" => format(stage, word),
        other => panic!("{other} is no request of a fixture"),
    }
}

fn at(stage: &mut Stage, method: &str, more: Value) -> Result<Value, (i32, String)> {
    let here = stage.here();
    let mut params = json!({ "textDocument": { "uri": here.uri } });
    if let Some(pointer) = &here.pointer {
        params["position"] = pointer.clone();
    }
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    stage.editor.ask(method, params)
}

/// `path:line:column text`, counted from 1.
fn place(stage: &Stage, uri: &str, range: &Value) -> String {
    let text = stage.text(uri);
    let (from, to) = (byte(&text, &range["start"]), byte(&text, &range["end"]));
    let named = text.get(from..to).unwrap_or("").replace('\n', "⏎");
    format!("{}:{} {named}", stage.inside(uri), point(&range["start"])).trim_end().to_string()
}

fn point(position: &Value) -> String {
    let number = |key: &str| position[key].as_u64().unwrap() + 1;
    format!("{}:{}", number("line"), number("character"))
}

fn byte(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().unwrap() as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = position["character"].as_u64().unwrap() as usize;
    let rest = &text[start.min(text.len())..];
    for (at, letter) in rest.char_indices() {
        if units == 0 || letter == '\n' {
            return start + at;
        }
        units = units.saturating_sub(letter.len_utf16());
    }
    text.len()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn places(stage: &mut Stage, method: &str) -> String {
    let found = list(&at(stage, method, json!({})).unwrap());
    lines(found.iter().map(|l| place(stage, l["uri"].as_str().unwrap(), &l["range"])))
}

fn references(stage: &mut Stage) -> String {
    let context = json!({ "context": { "includeDeclaration": true } });
    let found = list(&at(stage, "textDocument/references", context).unwrap());
    lines(found.iter().map(|l| place(stage, l["uri"].as_str().unwrap(), &l["range"])))
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.map(|line| line + "\n").collect()
}

fn highlights(stage: &mut Stage) -> String {
    let found = list(&at(stage, "textDocument/documentHighlight", json!({})).unwrap());
    lines(found.iter().map(|h| {
        let how = if h["kind"] == 3 { "written" } else { "read" };
        format!("{} {how}", point(&h["range"]["start"]))
    }))
}

fn hover(stage: &mut Stage) -> String {
    let answer = at(stage, "textDocument/hover", json!({})).unwrap();
    let Some(text) = answer["contents"]["value"].as_str() else { return "nothing".into() };
    let shown: Vec<&str> = text.lines().take(8).collect();
    let uri = stage.here().uri.clone();
    format!("{}\n{}", place(stage, &uri, &answer["range"]), shown.join("\n"))
}

fn prepare(stage: &mut Stage) -> String {
    match at(stage, "textDocument/prepareRename", json!({})) {
        Ok(Value::Null) => "nothing".into(),
        Ok(answer) => answer["placeholder"].as_str().unwrap().to_string(),
        Err((_, why)) => format!("refused: {why}"),
    }
}

fn rename(stage: &mut Stage, new: &str) -> String {
    match at(stage, "textDocument/rename", json!({ "newName": new })) {
        Ok(edit) => changed(stage, &edit),
        Err((_, why)) => format!("refused: {why}"),
    }
}

/// What changes when a file or a folder gets another name: `move OLD NEW`.
fn moved(stage: &mut Stage, names: &str) -> String {
    let (old, new) = names.split_once(' ').unwrap();
    let here = stage.here();
    let root = here.uri.strip_suffix(stage.inside(&here.uri).as_str()).unwrap().to_string();
    let file = json!({ "oldUri": format!("{root}{old}"), "newUri": format!("{root}{new}") });
    let params = json!({ "files": [file] });
    let edit = stage.editor.ask("workspace/willRenameFiles", params).unwrap();
    if edit.is_null() { "nothing".into() } else { changed(stage, &edit) }
}

/// The files that an edit changes, with their new texts.
fn changed(stage: &Stage, edit: &Value) -> String {
    let mut out = String::new();
    for file in &stage.files {
        let edits = list(&edit["changes"][&file.uri]);
        if !edits.is_empty() {
            let text = applied(&file.text, &edits);
            out.push_str(&format!("[{}]\n{text}", stage.inside(&file.uri)));
        }
    }
    out
}

fn applied(text: &str, edits: &[Value]) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().unwrap();
            (byte(text, &range["start"]), byte(text, &range["end"]), new)
        })
        .collect();
    edits.sort();
    let mut text = text.to_string();
    for (from, to, new) in edits.into_iter().rev() {
        text.replace_range(from..to, new);
    }
    text
}

fn symbols(stage: &mut Stage) -> String {
    let mut out = String::new();
    let found = at(stage, "textDocument/documentSymbol", json!({})).unwrap();
    outline(&found, 0, &mut out);
    out
}

fn outline(found: &Value, depth: usize, out: &mut String) {
    for symbol in list(found) {
        let text = |key: &str| symbol[key].as_str().unwrap_or("").to_string();
        let (name, detail) = (text("name"), text("detail"));
        out.push_str(&format!("{}{name} ({detail})\n", "  ".repeat(depth)));
        outline(&symbol["children"], depth + 1, out);
    }
}

fn search(stage: &mut Stage, query: &str) -> String {
    let found = stage.editor.ask("workspace/symbol", json!({ "query": query })).unwrap();
    lines(list(&found).iter().map(|s| {
        let uri = s["location"]["uri"].as_str().unwrap();
        format!("{} {}", s["name"].as_str().unwrap(), stage.inside(uri))
    }))
}

fn calls(stage: &mut Stage, direction: &str) -> String {
    let item = at(stage, "textDocument/prepareCallHierarchy", json!({})).unwrap()[0].clone();
    let (method, end) = match direction {
        "incoming" => ("callHierarchy/incomingCalls", "from"),
        _ => ("callHierarchy/outgoingCalls", "to"),
    };
    let found = list(&stage.editor.ask(method, json!({ "item": item })).unwrap());
    let calls = found.iter().map(|call| {
        let points: Vec<String> =
            list(&call["fromRanges"]).iter().map(|range| point(&range["start"])).collect();
        let inside = stage.inside(call[end]["uri"].as_str().unwrap());
        format!("{} {inside} at {}", call[end]["name"].as_str().unwrap(), points.join(", "))
    });
    format!("[{}]\n{}", item["name"].as_str().unwrap(), lines(calls))
}

fn links(stage: &mut Stage) -> String {
    let found = list(&at(stage, "textDocument/documentLink", json!({})).unwrap());
    let uri = stage.here().uri.clone();
    lines(found.iter().map(|link| {
        let target = stage.inside(link["target"].as_str().unwrap());
        format!("{} -> {target}", place(stage, &uri, &link["range"]))
    }))
}

/// The labels that begin with the argument, or the first ones.
fn completion(stage: &mut Stage, wanted: &str) -> String {
    let found = at(stage, "textDocument/completion", json!({})).unwrap();
    let mut items = list(&found["items"]);
    items.sort_by_key(|item| item["sortText"].as_str().unwrap_or("9").to_string());
    let fits = |item: &&Value| {
        let label = item["label"].as_str().unwrap().to_lowercase();
        wanted.split_whitespace().all(|w| w != "top") && label.starts_with(&wanted.to_lowercase())
            || wanted == "top"
    };
    let shown = items.iter().filter(fits).take(8).map(|item| {
        let detail = item["detail"].as_str().unwrap_or("");
        format!("{} | {detail}", item["label"].as_str().unwrap()).trim_end().to_string()
    });
    lines(shown)
}

fn resolve(stage: &mut Stage, label: &str) -> String {
    let found = at(stage, "textDocument/completion", json!({})).unwrap();
    let item = list(&found["items"]).into_iter().find(|item| item["label"] == label).unwrap();
    assert!(item["documentation"].is_null(), "the text comes when it is asked for");
    let item = stage.editor.ask("completionItem/resolve", item).unwrap();
    let text = item["documentation"]["value"].as_str().unwrap();
    text.lines().take(3).map(|line| format!("{line}\n")).collect()
}

fn signature(stage: &mut Stage) -> String {
    let found = at(stage, "textDocument/signatureHelp", json!({})).unwrap();
    let all = list(&found["signatures"]);
    let place = found["activeSignature"].as_u64().unwrap_or(0) as usize;
    let Some(first) = all.get(place) else {
        return "nothing".into();
    };
    let several = match all.len() {
        1 => String::new(),
        count => format!("{} of {count}: ", place + 1),
    };
    let active = found["activeParameter"].as_u64().map(|n| n as usize);
    let parameter = active.map(|n| first["parameters"][n]["label"].as_str().unwrap().to_string());
    let label = first["label"].as_str().unwrap();
    format!("{several}{label} | {}", parameter.unwrap_or_default())
}

fn tokens(stage: &mut Stage) -> String {
    const TYPES: [&str; 10] = [
        "comment",
        "string",
        "number",
        "keyword",
        "function",
        "variable",
        "parameter",
        "property",
        "struct",
        "macro",
    ];
    let found = at(stage, "textDocument/semanticTokens/full", json!({})).unwrap();
    let data: Vec<u64> = list(&found["data"]).iter().map(|n| n.as_u64().unwrap()).collect();
    let text = stage.here().text.clone();
    let (mut line, mut column, mut out) = (0, 0, String::new());
    for token in data.chunks(5) {
        let new_line = token[0] > 0;
        line += token[0];
        column = if new_line { token[1] } else { column + token[1] };
        let from = byte(&text, &json!({ "line": line, "character": column }));
        let to = byte(&text, &json!({ "line": line, "character": column + token[2] }));
        let marks = ["", "+", "*", "", ""];
        let mark = marks.get(token[4] as usize).unwrap_or(&"");
        let end = if new_line && !out.is_empty() { "\n" } else { "" };
        out.push_str(&format!("{end}{}{mark}:{} ", TYPES[token[3] as usize], &text[from..to]));
    }
    lines(out.lines().map(|line| line.trim_end().to_string()))
}

fn folding(stage: &mut Stage) -> String {
    let found = list(&at(stage, "textDocument/foldingRange", json!({})).unwrap());
    lines(found.iter().map(|fold| {
        let line = |key: &str| fold[key].as_u64().unwrap() + 1;
        let kind = fold["kind"].as_str().unwrap_or("");
        format!("{}-{} {kind}", line("startLine"), line("endLine")).trim_end().to_string()
    }))
}

fn selection(stage: &mut Stage) -> String {
    let pointer = stage.here().pointer.clone();
    let answer = at(stage, "textDocument/selectionRange", json!({ "positions": [pointer] }));
    let mut range = answer.unwrap()[0].clone();
    let (text, mut out) = (stage.here().text.clone(), String::new());
    while !range.is_null() {
        let (from, to) = (&range["range"]["start"], &range["range"]["end"]);
        let piece = text[byte(&text, from)..byte(&text, to)].replace('\n', "⏎");
        out.push_str(&format!("{piece}\n"));
        range = range["parent"].clone();
    }
    out
}

fn hints(stage: &mut Stage) -> String {
    let whole = json!({ "start": { "line": 0, "character": 0 },
        "end": { "line": 9_999, "character": 0 } });
    let found = list(&at(stage, "textDocument/inlayHint", json!({ "range": whole })).unwrap());
    lines(
        found.iter().map(|hint| {
            format!("{} {}", point(&hint["position"]), hint["label"].as_str().unwrap())
        }),
    )
}

fn lens(stage: &mut Stage) -> String {
    let found = list(&at(stage, "textDocument/codeLens", json!({})).unwrap());
    lines(found.iter().map(|lens| {
        let command = &lens["command"];
        let arguments = list(&command["arguments"]);
        let shown: Vec<String> = arguments
            .iter()
            .map(|a| stage.inside(a.as_str().unwrap()).rsplit('/').next().unwrap().to_string())
            .collect();
        let word = |key: &str| command[key].as_str().unwrap().to_string();
        format!("{} | {} {}", word("title"), word("command"), shown.join(" "))
    }))
}

fn colors(stage: &mut Stage) -> String {
    let found = list(&at(stage, "textDocument/documentColor", json!({})).unwrap());
    let uri = stage.here().uri.clone();
    let mut out = String::new();
    for color in &found {
        let place = place(stage, &uri, &color["range"]);
        let params = json!({ "color": color["color"], "range": color["range"] });
        let same = at(stage, "textDocument/colorPresentation", params).unwrap();
        out.push_str(&format!("{place} = {}\n", same[0]["label"].as_str().unwrap()));
    }
    out
}

fn diagnostics(stage: &mut Stage) -> String {
    let uri = stage.here().uri.clone();
    let id = json!({ "uri": uri, "version": 9 });
    let text = stage.here().text.clone();
    let change = json!({ "textDocument": id, "contentChanges": [{ "text": text }] });
    if stage.here().pointer.is_none() && stage.here().selection.is_none() {
        stage.editor.open(&uri, &text);
    }
    stage.editor.tell("textDocument/didChange", change);
    stage.editor.settled(&uri, 9);
    let found = stage.editor.diagnostics[&uri].clone();
    lines(found.iter().map(|d| {
        let severity =
            ["", "error", "warning", "info", "hint"][d["severity"].as_u64().unwrap() as usize];
        let tag = match d["tags"][0].as_u64() {
            Some(1) => " unnecessary",
            Some(2) => " deprecated",
            _ => "",
        };
        let message = d["message"].as_str().unwrap().lines().next().unwrap();
        let mut out = format!("{} {severity}{tag}: {message}", point(&d["range"]["start"]));
        for related in list(&d["relatedInformation"]) {
            let place = point(&related["location"]["range"]["start"]);
            out.push_str(&format!(" ({place} {})", related["message"].as_str().unwrap()));
        }
        out
    }))
}

fn all_actions(stage: &mut Stage) -> Vec<Value> {
    let here = stage.here();
    let point = here.pointer.clone().map(|p| json!({ "start": p, "end": p }));
    let range = here.selection.clone().or(point).unwrap();
    let context = json!({ "range": range, "context": { "diagnostics": [] } });
    list(&at(stage, "textDocument/codeAction", context).unwrap())
}

fn actions(stage: &mut Stage) -> String {
    let found = all_actions(stage);
    lines(found.iter().map(|action| {
        let word = |key: &str| action[key].as_str().unwrap().to_string();
        format!("{}: {}", word("kind"), word("title"))
    }))
}

fn action(stage: &mut Stage, title: &str) -> String {
    let found = all_actions(stage);
    let wanted = found.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    match wanted {
        Some(action) => changed(stage, &action["edit"]),
        None => "not offered".into(),
    }
}

fn format(stage: &mut Stage, word: &str) -> String {
    let options = json!({ "tabSize": 8, "insertSpaces": false });
    let more = json!({ "options": options, "ch": "\n", "range": stage.here().selection });
    let method = match word {
        "format" => "textDocument/formatting",
        "formatRange" => "textDocument/rangeFormatting",
        _ => "textDocument/onTypeFormatting",
    };
    match at(stage, method, more).unwrap() {
        Value::Null => "refused".into(),
        edits => applied(&stage.here().text, &list(&edits)).replace(' ', "·"),
    }
}
