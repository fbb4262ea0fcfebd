//! Items of the log as JSON.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Say;
use super::state::{Question, Suggestion};

/// The protocol frame of a stored item: its JSON with type, place and time before it.
pub fn frame(seq: i64, at: i64, body: &str) -> Arc<str> {
    let rest = body.strip_prefix('{').unwrap_or("}");
    format!(r#"{{"type":"item","seq":{seq},"at":{at},{rest}"#).into()
}

/// What the person said.
pub(super) fn person(say: &Say) -> String {
    let files: Vec<_> = say
        .files
        .iter()
        .map(|f| json!({ "file": f.file, "name": f.name, "size": f.size, "mime": f.mime }))
        .collect();
    let mut item = json!({ "by": "person", "kind": "text", "text": say.text, "id": say.id });
    if !files.is_empty() {
        item["files"] = Value::Array(files);
    }
    item.to_string()
}

/// Whether the item is what the person said in the message with this identifier.
pub(super) fn is_message(body: &str, id: &str) -> bool {
    let item: Value = serde_json::from_str(body).unwrap_or_default();
    item["by"] == "person" && item["id"] == id
}

/// What the bot said.
pub(crate) fn text(text: &str) -> String {
    json!({ "by": "bot", "kind": "text", "text": text }).to_string()
}

/// A line of PRINT where there is no log to print to.
pub(crate) fn printed(text: &str) -> String {
    json!({ "by": "bot", "kind": "text", "text": text, "print": true }).to_string()
}

/// Lines that are shown as they stand. Where the last one is open, the answer follows it.
pub(crate) fn verbatim(text: &str, open: bool) -> String {
    let mut item = json!({ "by": "bot", "kind": "text", "text": text, "print": true });
    if open {
        item["open"] = Value::Bool(true);
    }
    item.to_string()
}

/// A file that the bot sends.
pub(crate) fn media(kind: &str, url: &str, name: &str, caption: Option<&str>) -> String {
    json!({ "by": "bot", "kind": kind, "url": url, "name": name, "caption": caption }).to_string()
}

/// The buttons on offer.
pub(super) fn suggestions(options: &[Suggestion]) -> String {
    json!({ "by": "bot", "kind": "suggestions", "options": options }).to_string()
}

/// The bot waits for an answer of a certain kind.
pub(super) fn wait(question: &Question, options: &[Suggestion]) -> String {
    let expects = match question.kind.as_str() {
        "" if !question.choices.is_empty() => "menu".to_string(),
        "" => "text".to_string(),
        kind => kind.to_lowercase(),
    };
    json!({ "by": "bot", "kind": "wait", "expects": expects, "options": options }).to_string()
}

/// Something failed.
pub(super) fn error(text: &str, trace: &str) -> String {
    json!({ "by": "bot", "kind": "error", "text": text, "trace": trace }).to_string()
}

/// The script has ended.
pub(super) fn end() -> String {
    json!({ "by": "bot", "kind": "end" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_the_item_with_its_place() {
        let frame = frame(7, 99, &text("a \"b\""));
        let value: Value = serde_json::from_str(&frame).expect("valid JSON");
        assert_eq!(value["seq"], 7);
        assert_eq!(value["text"], "a \"b\"");
    }
}
