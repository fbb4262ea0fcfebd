//! Typing at random: whatever is written, the server goes on, and what it has kept from text to
//! text is what it would find out about the last one alone.
//!
//! `BASILECT_LSP_EDITS` gives another number of edits.

use std::path::Path;

use serde_json::{Value, json};

use super::editor::{Editor, uri_of};

/// Pieces that are put in: right, half, and wrong.
const PIECES: &[&str] = &[
    "TALK \"olá ${name}\"\n",
    "x = 1\n",
    "IF x > 1 THEN\n",
    "END IF\n",
    "SUB add(a, b)\n",
    "END SUB\n",
    "FOR i = 1 TO 3\n",
    "NEXT i\n",
    "\"",
    "${",
    "}",
    "(",
    ")",
    "CALL add(1, 2)\n",
    "name",
    "😀",
    "é",
    "FIND \"orders\" WHERE total > 5\n",
    "TABLE orders\n",
    "  total number\n",
    "END TABLE\n",
    "'",
    "HEAR age AS INTEGER\n",
    "GOTO done\n",
    "done:\n",
    "\r\n",
    "\n",
    " ",
    ".",
    ",",
    "PARAM p AS STRING\n",
    "row.total",
    "BEGIN TALK\n",
    "END TALK\n",
    "10 PRINT A\n",
    "OPTION CLASSIC\n",
    "WITH r\n",
    "  .f = 2\n",
    "END WITH\n",
    "DEF FNa(x) = x * 2\n",
    "y = FNa(3)\n",
    "CALL \"other\"\n",
    "[1, 2",
    "{ a: 1 }",
    "DIM q(3)\n",
    "q(1) = 2\n",
    "ON ERROR RESUME NEXT\n",
    "TRY\n",
    "CATCH e\n",
    "END TRY\n",
];

/// A stream of numbers that is the same in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// A place between two letters, and the position of it in UTF-16.
fn place(text: &str, chance: &mut Chance) -> (usize, Value) {
    let mut at = chance.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // Between `\r` and `\n` there is no place.
    if text[..at].ends_with('\r') && text[at..].starts_with('\n') {
        at -= 1;
    }
    (at, position(text, at))
}

fn position(text: &str, at: usize) -> Value {
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": text[start..at].encode_utf16().count() })
}

/// One edit at random: what the editor sends, and the text after it.
fn edit(text: &mut String, chance: &mut Chance) -> Value {
    let (from, start) = place(text, chance);
    let (mut to, mut end) = (from, start.clone());
    if chance.below(3) == 0 {
        let (other, place) = place(text, chance);
        if other >= from && other - from < 120 {
            (to, end) = (other, place);
        }
    }
    let piece = if text.len() > 1_000 { "" } else { PIECES[chance.below(PIECES.len())] };
    let piece = if text.len() > 1_000 && to == from { "\n" } else { piece };
    text.replace_range(from..to, piece);
    json!({ "range": { "start": start, "end": end }, "text": piece })
}

/// Everything that is compared.
fn answers(editor: &mut Editor, uri: &str) -> Vec<Value> {
    let mut found = vec![
        editor.about("textDocument/documentSymbol", uri),
        editor.about("textDocument/foldingRange", uri),
        editor.about("textDocument/semanticTokens/full", uri)["data"].clone(),
    ];
    // The diagnostics of a text are told after all that was asked before.
    found.push(json!(editor.diagnostics.get(uri)));
    found
}

/// Waits until what is wrong in this version has been told.
fn settle(editor: &mut Editor, uri: &str, version: i32) {
    editor.change(
        uri,
        version,
        json!([{ "range": { "start": { "line": 0, "character": 0 },
        "end": { "line": 0, "character": 0 } }, "text": "" }]),
    );
    editor.settled(uri, version);
}

fn fresh(folder: &Path, uri: &str, text: &str) -> Vec<Value> {
    let mut editor = Editor::start(&[folder]);
    editor.open(uri, text);
    settle(&mut editor, uri, 2);
    let found = answers(&mut editor, uri);
    editor.leave();
    found
}

/// Questions whose answers only have to come.
fn poke(editor: &mut Editor, uri: &str, text: &str, chance: &mut Chance) {
    let (_, place) = place(text, chance);
    const METHODS: &[&str] = &[
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/signatureHelp",
        "textDocument/documentHighlight",
        "textDocument/prepareCallHierarchy",
        "textDocument/implementation",
    ];
    editor.at(METHODS[chance.below(METHODS.len())], uri, place.clone());
    let id = json!({ "uri": uri });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": place });
    let more = [
        ("textDocument/inlayHint", json!({ "textDocument": id, "range": range })),
        (
            "textDocument/codeAction",
            json!({ "textDocument": id, "range": range,
            "context": { "diagnostics": [] } }),
        ),
        (
            "textDocument/references",
            json!({ "textDocument": id, "position": place,
            "context": { "includeDeclaration": true } }),
        ),
        ("textDocument/selectionRange", json!({ "textDocument": id, "positions": [place] })),
        ("textDocument/documentLink", json!({ "textDocument": id })),
        ("textDocument/codeLens", json!({ "textDocument": id })),
        (
            "textDocument/onTypeFormatting",
            json!({ "textDocument": id, "position": place,
            "ch": "\n", "options": { "tabSize": 4, "insertSpaces": true } }),
        ),
    ];
    let (method, params) = &more[chance.below(more.len())];
    editor.ask(method, params.clone()).unwrap();
    let rename = json!({ "textDocument": id, "position": place, "newName": "renamed" });
    // A refusal is an answer.
    let _ = editor.ask("textDocument/rename", rename);
}

#[test]
fn what_is_kept_is_what_a_fresh_look_finds() {
    let edits = std::env::var("BASILECT_LSP_EDITS").ok().and_then(|n| n.parse().ok());
    let edits: usize = edits.unwrap_or(5_000);
    let folder = tempfile::tempdir().unwrap();
    let bot = folder.path().join("odd.gbai");
    std::fs::create_dir_all(&bot).unwrap();
    std::fs::write(bot.join("tables.bas"), "TABLE orders\n  total number\nEND TABLE\n").unwrap();
    std::fs::write(bot.join("config.csv"), "name,value\nparam-name,Ada\n").unwrap();
    let uri = uri_of(&bot.join("start.bas"));
    let mut editor = Editor::start(&[&bot]);
    let mut text = String::from("TALK \"hello\"\n");
    editor.open(&uri, &text);
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    for number in 0..edits {
        let version = number as i32 * 2 + 2;
        let change = edit(&mut text, &mut chance);
        editor.change(&uri, version, json!([change]));
        if number % 20 == 0 {
            poke(&mut editor, &uri, &text, &mut chance);
        }
        if number % 100 == 99 {
            settle(&mut editor, &uri, version + 1);
            let kept = answers(&mut editor, &uri);
            let wanted = fresh(&bot, &uri, &text);
            for (kept, wanted) in kept.iter().zip(&wanted) {
                assert_eq!(kept, wanted, "after edit {number} of:\n{text}");
            }
        }
        if number % 1_000 == 999 {
            text = String::from("TALK \"hello\"\n");
            editor.change(&uri, version + 1, json!([{ "text": text }]));
        }
    }
    editor.leave();
}
