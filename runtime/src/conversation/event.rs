//! What comes into a conversation, and what a turn records.

use basilect_stdlib::Data;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::ports::models::Message;

/// An accepted message or event: the body of an inbox row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// The conversation was opened: the start script may greet.
    Start,
    /// The person says something.
    Say {
        /// The text.
        text: String,
        /// Files that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// A script is to run directly: a tool button, a schedule, a webhook.
    Run {
        /// The script.
        script: String,
        /// Values for its inputs.
        #[serde(default)]
        inputs: IndexMap<String, Data>,
    },
    /// The time that the script waited for has come.
    Timer {
        /// The time.
        at: i64,
    },
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileRef {
    /// Its identifier within the conversation.
    pub file: String,
    /// Its name at the sender's.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// MIME type as guessed from the name.
    pub mime: String,
    /// Key in the blobs port.
    pub key: String,
}

impl FileRef {
    /// The file as a script sees it.
    pub fn to_data(&self) -> Data {
        Data::map([
            ("name", Data::text(&*self.name)),
            ("size", Data::Int(self.size as i64)),
            ("type", Data::text(&*self.mime)),
            ("path", Data::text(&*self.key)),
        ])
    }
}

/// A message of a prompt, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// `system`, `user`, `assistant`, `tool`.
    pub role: String,
    /// What it says; of a long one the beginning.
    pub text: String,
}

/// Bytes of one message of a prompt that the journal keeps.
const TOLD_BYTES_MAX: usize = 4 << 10;
/// Messages of a prompt that the journal keeps: the first, and the last before the answer.
const TOLD_MAX: usize = 12;

impl Told {
    /// A prompt as the journal keeps it: bounded, so that a journal stays much smaller than what
    /// went to the model.
    pub fn all(messages: &[Message]) -> Vec<Told> {
        let left_out = messages.len().saturating_sub(TOLD_MAX);
        let kept = messages.iter().enumerate();
        let kept = kept.filter(|(place, _)| *place == 0 || *place > left_out);
        kept.map(|(_, message)| Told::of(message)).collect()
    }

    fn of(message: &Message) -> Told {
        let (role, text) = match message {
            Message::System { content } => ("system", content.clone()),
            Message::User { content } => ("user", content.clone()),
            Message::Assistant { content, tool_calls } => {
                let calls =
                    tool_calls.iter().map(|call| format!("{} {}", call.name, call.arguments));
                let said = std::iter::once(content.clone()).chain(calls).collect::<Vec<_>>();
                ("assistant", said.join("\n"))
            }
            Message::Tool { content, .. } => ("tool", content.clone()),
        };
        let end = (0..=TOLD_BYTES_MAX.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let cut = text.get(..end.unwrap_or(0)).unwrap_or_default();
        let more = if cut.len() < text.len() { "…" } else { "" };
        Told { role: role.into(), text: format!("{cut}{more}") }
    }
}

/// One step of a turn as the journal keeps it: enough to run the same programs again without any
/// service and see whether they do the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
pub enum Step {
    /// An event was taken from the inbox.
    Event {
        /// The event.
        event: Event,
        /// The time that the machine was told.
        now: i64,
    },
    /// A script began.
    Begin {
        /// Its name.
        script: String,
        /// Content hash of the package.
        program: String,
        /// Values for its inputs.
        inputs: IndexMap<String, Data>,
        /// Time zone.
        zone: String,
        /// Seed of its random numbers.
        seed: u64,
        /// The time that the machine was told.
        now: i64,
    },
    /// The machine stopped for a keyword and got this answer.
    Call {
        /// The keyword.
        words: String,
        /// Its arguments.
        args: Vec<Data>,
        /// The answer, or the error.
        answer: Result<Data, basilect_stdlib::Fault>,
        /// The time that the machine was told with the answer.
        now: i64,
        /// Whether the effect may have happened twice because of a crash.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        repeated: bool,
    },
    /// A script ended with this value.
    Done {
        /// The value.
        value: Data,
    },
    /// A script was stopped by an error.
    Failed {
        /// The error with its place.
        message: String,
        /// The script's file.
        script: String,
        /// The line.
        line: u32,
        /// What kind of error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<basilect_stdlib::TrapCode>,
    },
    /// A model answered.
    Model {
        /// Which.
        model: String,
        /// Messages in the prompt.
        messages: usize,
        /// The prompt: who speaks, and what; long ones are cut.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prompt: Vec<Told>,
        /// Its text.
        text: String,
        /// The tools that it called.
        tools: Vec<String>,
        /// Tokens of prompt and answer.
        usage: Option<(u64, u64)>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_prompt_the_beginning_and_the_end_are_kept() {
        let said = |text: String| Message::User { content: text };
        let mut messages = vec![Message::System { content: "é".repeat(TOLD_BYTES_MAX) }];
        messages.extend((0..100).map(|number| said(number.to_string())));
        let kept = Told::all(&messages);
        assert_eq!(kept.len(), TOLD_MAX);
        assert_eq!((kept[0].role.as_str(), kept[1].text.as_str()), ("system", "89"));
        assert_eq!(kept[TOLD_MAX - 1].text, "99");
        assert!(kept[0].text.len() <= TOLD_BYTES_MAX + 3 && kept[0].text.ends_with('…'));
    }

    #[test]
    fn a_journal_of_an_earlier_release_is_read() {
        let old =
            r#"{"step":"model","model":"m","messages":2,"text":"hi","tools":[],"usage":null}"#;
        let step: Step = serde_json::from_str(old).expect("readable");
        assert!(matches!(step, Step::Model { prompt, .. } if prompt.is_empty()));
    }
}
