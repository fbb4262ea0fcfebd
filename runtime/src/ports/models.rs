//! Language models: a conversation goes in, a streamed answer or tool calls come out.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// One message of the prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Message {
    /// What the model is told to be and to know.
    System {
        /// The text.
        content: String,
    },
    /// What the person said.
    User {
        /// The text.
        content: String,
    },
    /// What the model said, and the tools that it called.
    Assistant {
        /// The text; may be empty beside tool calls.
        content: String,
        /// The calls.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// The call that this answers.
        tool_call_id: String,
        /// The result as text or JSON.
        content: String,
    },
}

/// A model's wish to run a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The model's identifier of this call.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// JSON object of arguments, as the model wrote it.
    pub arguments: String,
}

/// What is asked of a model.
#[derive(Clone, Debug, Default)]
pub struct ChatRequest {
    /// The model's name at its provider.
    pub model: String,
    /// The prompt.
    pub messages: Vec<Message>,
    /// Callable tools, in OpenAI's function form.
    pub tools: Vec<serde_json::Value>,
    /// 0 (always the same) to 2 (wild); the provider's default when absent.
    pub temperature: Option<f64>,
    /// At most so many tokens in the answer.
    pub max_tokens: Option<u32>,
}

/// What a model answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatAnswer {
    /// The text.
    pub text: String,
    /// Tools that it wants called first.
    pub tool_calls: Vec<ToolCall>,
    /// Tokens of the prompt and of the answer, when the provider says so.
    pub usage: Option<(u64, u64)>,
    /// The model that really answered.
    pub model: String,
}

/// Why a model did not answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ModelError {
    /// No model is configured.
    #[error("no language model is configured: set llm-url and llm-model in the bot's config.csv")]
    NotConfigured,
    /// A test asks a model, and nothing was prepared.
    #[error("a test reaches no language model: write what it answers in a line `model …` before")]
    NotPrepared,
    /// The provider refused the request; trying again does not help.
    #[error("the model's server refused the request ({status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// It could not be reached, was overloaded, or did not answer in time.
    #[error("the model's server does not answer: {0}")]
    Unavailable(String),
}

/// Receives the pieces of an answer as they come.
pub type Sink<'a> = &'a mut (dyn FnMut(&str) + Send);

/// A model.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Asks the model and passes the pieces of its text to `sink` as they come.
    async fn chat(&self, request: &ChatRequest, sink: Sink<'_>) -> Result<ChatAnswer, ModelError>;
}
