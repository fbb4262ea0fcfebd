//! The language server of an open page: it sees the draft, and nothing else of this computer.
//!
//! The page names files `file:///bot/PATH`; on the way in such an address becomes the file of the
//! draft, on the way out the draft's files become such addresses. Any other address is turned to
//! one where nothing is, so that a page cannot look at other folders, nor learn where drafts lie.

use std::path::Path;

use axum::extract::ws::{Message, WebSocket};
use basilect_compiler::source::{SourceFile, Span};
use basilect_lsp::link;
use basilect_lsp::product::{Product, Setting};
use basilect_runtime::bots::{catalogue, configuration};
use basilect_runtime::transcript;
use serde_json::{Value, json};

/// How pages name the folder of the draft.
pub const ROOT: &str = "file:///bot";
/// Where an address of no draft leads.
const NOWHERE: &str = "file:///nowhere";

/// What the language server cannot know from the compiler.
pub fn product() -> Product {
    let setting = |setting: &catalogue::Setting| Setting {
        names: setting.names.iter().map(|name| (*name).to_string()).collect(),
        what: setting.what.to_string(),
        default: setting.default.to_string(),
        wanted: setting.form.as_ref().map(|form| form.wanted.to_string()),
    };
    Product {
        settings: catalogue::SETTINGS.iter().map(setting).collect(),
        check_settings: |path, text| {
            let found = configuration::check(path, text.as_bytes());
            found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
        },
        check_transcript: unreadable_line,
    }
}

/// The first line of a transcript that cannot be read.
fn unreadable_line(text: &str) -> Vec<(Span, String)> {
    let Err(wrong) = transcript::parse(Path::new("test.chat"), text) else { return Vec::new() };
    let line = u32::try_from(wrong.line).unwrap_or(u32::MAX);
    let message = format!("{}\ndocs/transcripts.md lists the lines of a test", wrong.why);
    vec![(SourceFile::new("test.chat", text).line(line), message)]
}

/// Serves one page until it goes away.
pub async fn serve(mut socket: WebSocket, folder: &Path) {
    let Some(addresses) = Addresses::of(folder) else { return };
    let (server, mut texts) = link::start(product());
    loop {
        tokio::select! {
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => {
                    let Some(text) = addresses.inward(&text) else { continue };
                    if !server.send(&text) {
                        return;
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            said = texts.recv() => {
                let Some(text) = said else { return };
                let Some(text) = addresses.outward(&text) else { continue };
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// How addresses are translated.
struct Addresses {
    /// The address of the draft's folder, without a `/` at its end.
    folder: String,
}

impl Addresses {
    fn of(folder: &Path) -> Option<Addresses> {
        let folder = folder.canonicalize().ok()?;
        let address = basilect_lsp::workspace::places::uri_of(&folder)?;
        Some(Addresses { folder: address.as_str().trim_end_matches('/').to_string() })
    }

    /// A message of the page for the server; `None` when it must not get there.
    fn inward(&self, text: &str) -> Option<String> {
        let mut message: Value = serde_json::from_str(text).ok()?;
        if message["method"] == "workspace/didChangeWorkspaceFolders" {
            return None;
        }
        translate(&mut message, &|address| {
            Some(match below(address, ROOT) {
                Some(rest) => format!("{}{rest}", self.folder),
                None if address.starts_with("file:") => NOWHERE.to_string(),
                None => return None,
            })
        });
        if message["method"] == "initialize" {
            let params = &mut message["params"];
            params["rootUri"] = json!(self.folder);
            params["rootPath"] = Value::Null;
            params["workspaceFolders"] = json!([{ "uri": self.folder, "name": "bot" }]);
        }
        Some(message.to_string())
    }

    /// A message of the server for the page.
    fn outward(&self, text: &str) -> Option<String> {
        let mut message: Value = serde_json::from_str(text).ok()?;
        translate(&mut message, &|address| {
            below(address, &self.folder).map(|rest| format!("{ROOT}{rest}"))
        });
        Some(message.to_string())
    }
}

/// What follows the address of a folder, when a file of it or the folder itself is meant. Steps
/// upwards are none of its files.
fn below<'a>(address: &'a str, folder: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(folder)?;
    let upwards = rest.split('/').any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == ".." || part.contains("%2f") || part.contains("%5c") || part.contains('\\')
    });
    ((rest.is_empty() || rest.starts_with('/')) && !upwards).then_some(rest)
}

/// Changes every address in a message, in values and in the names of fields.
fn translate(value: &mut Value, to: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(new) = to(text) {
                *text = new;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| translate(one, to)),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (name, mut value) in old {
                // The text of a document is not looked at: it may hold anything.
                if name != "text" && name != "newText" {
                    translate(&mut value, to);
                }
                fields.insert(to(&name).unwrap_or(name), value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        Addresses { folder: "file:///data/drafts/shop.gbai".into() }
    }

    #[test]
    fn a_page_sees_its_draft_and_nothing_else() {
        let inward = |uri: &str| {
            let text = json!({ "method": "x", "params": { "uri": uri } }).to_string();
            let text = addresses().inward(&text).expect("passes");
            let message: Value = serde_json::from_str(&text).expect("a message");
            message["params"]["uri"].as_str().expect("an address").to_string()
        };
        assert_eq!(inward("file:///bot/a%20b.bas"), "file:///data/drafts/shop.gbai/a%20b.bas");
        for uri in [
            "file:///etc/passwd",
            "file:///bots/x.bas",
            "file:///bot/../../other.gbai/a.bas",
            "file:///bot/%2e%2E/other.gbai/a.bas",
            "file:///bot/a%2f..%2fb.bas",
            "file://host/bot/a.bas",
        ] {
            assert_eq!(inward(uri), NOWHERE, "{uri}");
        }
    }

    #[test]
    fn the_server_looks_at_the_draft_whatever_the_page_asks_for() {
        let text = json!({ "method": "initialize", "params": {
            "rootUri": "file:///", "workspaceFolders": [{ "uri": "file:///", "name": "all" }],
        }});
        let text = addresses().inward(&text.to_string()).expect("passes");
        let message: Value = serde_json::from_str(&text).expect("a message");
        let folder = "file:///data/drafts/shop.gbai";
        assert_eq!(message["params"]["workspaceFolders"][0]["uri"], folder);
        let more = r#"{"method":"workspace/didChangeWorkspaceFolders","params":{}}"#;
        assert_eq!(addresses().inward(more), None);
    }

    #[test]
    fn answers_name_files_as_the_page_does() {
        let text = json!({ "result": { "changes": {
            "file:///data/drafts/shop.gbai/a.bas": [{ "newText": "file:///data/drafts/shop.gbai" }],
        }}});
        let text = addresses().outward(&text.to_string()).expect("passes");
        let message: Value = serde_json::from_str(&text).expect("a message");
        let change = &message["result"]["changes"]["file:///bot/a.bas"][0];
        assert_eq!(change["newText"], "file:///data/drafts/shop.gbai");
    }
}
