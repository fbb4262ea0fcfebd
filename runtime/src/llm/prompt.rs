//! What is said to a model: a pure function of the bot, the state and the log.

use serde_json::Value;

use crate::bots::Bot;
use crate::conversation::state::State;
use crate::ports::models::Message;
use crate::ports::store::Item;

/// How far back in the log the history is looked for.
pub const HISTORY_ITEMS: i64 = 120;
/// The longest piece of history that is repeated to the model, in bytes.
const PIECE_BYTES_MAX: usize = 4_000;

/// The system message: persona, then what SET CONTEXT gave.
pub fn system(bot: &Bot, state: &State) -> Message {
    let persona = state.system_prompt.as_deref().or_else(|| bot.settings.system_prompt());
    let mut content = persona.map_or_else(|| default_persona(bot), str::to_string);
    for (name, text) in &state.contexts {
        content.push_str("\n\n");
        if !name.is_empty() {
            content.push_str(&format!("# {name}\n"));
        }
        content.push_str(text);
    }
    Message::System { content }
}

fn default_persona(bot: &Bot) -> String {
    format!(
        "You are {}, a helpful assistant. {} Answer briefly, in the language of the person.",
        bot.settings.title(&bot.name),
        bot.settings.text("bot-description").unwrap_or_default(),
    )
}

/// The last `limit` things said before `now`, oldest first, without the message `now` itself.
pub fn history(log: &[Item], limit: usize, now: &str) -> Vec<Message> {
    let mut said: Vec<Message> = log.iter().filter_map(message).collect();
    if said.last() == Some(&Message::User { content: now.to_string() }) {
        said.pop();
    }
    let start = said.len().saturating_sub(limit);
    merged(said.split_off(start))
}

fn message(item: &Item) -> Option<Message> {
    let value: Value = serde_json::from_str(&item.body).ok()?;
    let text = value.get("text")?.as_str()?;
    let content = shortened(text);
    match (value.get("by")?.as_str()?, value.get("kind")?.as_str()?) {
        ("person", "text") => Some(Message::User { content }),
        ("bot", "text") => Some(Message::Assistant { content, tool_calls: Vec::new() }),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    let end = text.char_indices().map(|(i, _)| i).find(|&i| i >= PIECE_BYTES_MAX);
    end.and_then(|end| text.get(..end)).unwrap_or(text).to_string()
}

/// Neighbours of the same speaker become one message: some models insist on taking turns.
fn merged(messages: Vec<Message>) -> Vec<Message> {
    let mut out: Vec<Message> = Vec::new();
    for message in messages {
        match (out.last_mut(), message) {
            (Some(Message::User { content }), Message::User { content: more })
            | (
                Some(Message::Assistant { content, .. }),
                Message::Assistant { content: more, .. },
            ) => {
                content.push('\n');
                content.push_str(&more);
            }
            (_, message) => out.push(message),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(seq: i64, by: &str, text: &str) -> Item {
        let body = serde_json::json!({ "by": by, "kind": "text", "text": text }).to_string();
        Item { seq, at: 0, body }
    }

    #[test]
    fn speakers_take_turns_and_the_last_message_is_left_out() {
        let log = [
            item(1, "bot", "Welcome!"),
            item(2, "bot", "How can I help?"),
            item(3, "person", "hello"),
        ];
        let history = history(&log, 10, "hello");
        let welcome = "Welcome!\nHow can I help?".to_string();
        let expected = Message::Assistant { content: welcome, tool_calls: Vec::new() };
        assert_eq!(history, [expected]);
    }
}
