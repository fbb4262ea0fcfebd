//! The suspended program and all that belongs to it: what is written down at every HEAR.

use basilect_stdlib::Data;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ports::models::{Message, ToolCall};

/// A conversation between two turns, or in the middle of one at a checkpoint.
///
/// It is stored as MessagePack with field names, so that a later release may add fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Turns so far.
    pub turn: i64,
    /// Steps committed within the turn that is under way.
    pub step: i64,
    /// The inbox row that the turn under way is about; set only by a checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_progress: Option<i64>,
    /// Whether the start script has begun once.
    pub started: bool,
    /// What is running, innermost last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
    /// What the innermost frame waits for.
    pub waiting: Waiting,
    /// SET SESSION and `SET "session.k"`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub session: IndexMap<String, Data>,
    /// SET CONTEXT, by name; the unnamed one is `""`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub contexts: IndexMap<String, String>,
    /// BEGIN SYSTEM PROMPT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// SET ANSWER MODE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_mode: Option<String>,
    /// USE MODEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// ADD TOOL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// ADD SUGGESTION.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    /// Whether the suggestions have changed since they were last shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suggestions_changed: bool,
    /// ADD SWITCHER.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub switchers: Vec<Suggestion>,
    /// USE KB.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub knowledge: Vec<String>,
    /// SET HEADER.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// The place in the log that is reserved for the answer being streamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_seq: Option<i64>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it shows.
    pub text: String,
    /// What pressing it says.
    pub say: String,
    /// The script that pressing it runs.
    #[serde(default)]
    pub tool: Option<String>,
}

/// Something that runs within a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Frame {
    /// A script: the machine's snapshot.
    Script(ScriptFrame),
    /// A model's answer that is under way.
    Model(ModelFrame),
    /// A script's PARAMs are being asked from the person before it runs.
    Form(FormFrame),
}

/// A running script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScriptFrame {
    /// Its name.
    pub script: String,
    /// The machine, stopped.
    #[serde(with = "serde_bytes")]
    pub machine: Vec<u8>,
    /// What it said, when a model called it: part of the tool's answer.
    #[serde(default)]
    pub said: String,
    /// The question that it waits with, kept here while something else runs above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
}

/// A model's answer under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFrame {
    /// The prompt so far, with tool calls and their results.
    pub messages: Vec<Message>,
    /// Tool calls that have not been answered, next first.
    pub calls: Vec<ToolCall>,
    /// How often the model was asked in this answer.
    pub rounds: u32,
}

/// The asking of PARAMs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormFrame {
    /// The script that will run.
    pub script: String,
    /// What is known.
    pub inputs: IndexMap<String, Data>,
    /// The PARAM being asked; its type and choices come from the manifest.
    pub asking: String,
}

/// What the innermost frame waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Waiting {
    /// Nothing: no frame, or a turn under way.
    #[default]
    Nothing,
    /// The person's answer.
    Answer(Question),
    /// A time, in milliseconds since 1970.
    Until(i64),
}

/// A question that waits for an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The kind of answer in upper case: `EMAIL`, `INTEGER`, `MENU` …; empty for any text.
    #[serde(default)]
    pub kind: String,
    /// The answers to choose from.
    #[serde(default)]
    pub choices: Vec<Data>,
    /// Whether any text is welcome besides the choices.
    #[serde(default)]
    pub free_text: bool,
    /// What is taken when no usable answer comes.
    #[serde(default)]
    pub default: Option<Data>,
    /// Refused answers so far.
    #[serde(default)]
    pub refused: u32,
}

impl State {
    /// Reads a stored state; an empty one is a conversation before its first turn.
    pub fn from_bytes(bytes: &[u8]) -> Result<State> {
        if bytes.is_empty() {
            return Ok(State::default());
        }
        rmp_serde::from_slice(bytes).map_err(|e| Error::Bug(format!("unreadable state: {e}")))
    }
    /// Writes the state.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        rmp_serde::to_vec_named(self).map_err(|e| Error::Bug(format!("unwritable state: {e}")))
    }
    /// Whether nothing runs: the next message starts anew.
    pub fn idle(&self) -> bool {
        self.frames.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_being_written() {
        let mut state = State { turn: 3, started: true, ..State::default() };
        state.session.insert("cart".into(), Data::List(vec![Data::Int(1), Data::Num(0.5)]));
        state.frames.push(Frame::Script(ScriptFrame {
            script: "start".into(),
            machine: vec![0, 255, 7],
            ..ScriptFrame::default()
        }));
        state.waiting = Waiting::Answer(Question { kind: "EMAIL".into(), ..Question::default() });
        let bytes = state.to_bytes().expect("writable");
        assert_eq!(State::from_bytes(&bytes).expect("readable"), state);
    }

    #[test]
    fn an_unknown_field_is_no_error() {
        #[derive(Serialize)]
        struct Later {
            turn: i64,
            later: bool,
        }
        let bytes = rmp_serde::to_vec_named(&Later { turn: 9, later: true }).expect("writable");
        assert_eq!(State::from_bytes(&bytes).expect("readable").turn, 9);
    }

    #[test]
    fn a_small_state_is_small() {
        let state = State { turn: 1, started: true, ..State::default() };
        assert!(state.to_bytes().expect("writable").len() < 100);
    }
}
