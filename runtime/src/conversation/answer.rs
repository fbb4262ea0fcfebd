//! What a message gets when no HEAR waits: a tool, a model's answer, or the start script again.

use basilect_stdlib::Data;
use indexmap::IndexMap;

use super::drive::tool_named;
use super::event::Step;
use super::event::Told;
use super::hub::Live;
use super::items;
use super::state::{Frame, ModelFrame};
use super::turn::Turn;
use crate::bots::script_key;
use crate::error::{Error, Result};
use crate::llm::prompt;
use crate::ports::models::{ChatAnswer, ChatRequest, Message, ModelError, ToolCall};

/// How often a model may be asked within one answer (each round may call tools).
const ROUNDS_MAX: u32 = 8;

impl Turn<'_> {
    /// A message to which no question was asked.
    pub(super) async fn say_to_idle(&mut self, text: &str) -> Result<()> {
        if let Some(tool) = self.suggested_tool(text) {
            return self.run_script_of_event(&tool, IndexMap::new());
        }
        if !self.state.started {
            return self.first_message(text).await;
        }
        if self.model_configured() {
            return self.begin_answer(text).await;
        }
        self.answer_without_model(text)
    }

    /// On channels without an opening, the first message starts the start script; when that asks
    /// nothing, the message is answered too.
    async fn first_message(&mut self, text: &str) -> Result<()> {
        self.state.started = true;
        let start = self.bot.script("start").map(str::to_string);
        match start {
            Some(script) if self.bot.suspends(&script) => {
                self.push_script(&script, IndexMap::new())
            }
            Some(script) => {
                if self.model_configured() {
                    self.begin_answer(text).await?;
                }
                self.push_script(&script, IndexMap::new())
            }
            None if self.model_configured() => self.begin_answer(text).await,
            None => self.answer_without_model(text),
        }
    }

    fn model_configured(&self) -> bool {
        let driven = self.driver().and_then(|driver| driver.has_model());
        driven.unwrap_or_else(|| self.services().models.configured(&self.bot.settings))
    }

    /// Scripts and menus work without a model; anything else is told to the person honestly.
    fn answer_without_model(&mut self, text: &str) -> Result<()> {
        if let Some(tool) = tool_named(&self.bot, text) {
            return self.run_script_of_event(&tool, IndexMap::new());
        }
        let start = self.bot.script("start").map(str::to_string);
        match start.filter(|script| self.bot.suspends(script)) {
            Some(script) => self.push_script(&script, IndexMap::new()),
            None => {
                self.explain_missing_model();
                Ok(())
            }
        }
    }

    fn explain_missing_model(&mut self) {
        self.push_item(items::text(
            "I can only follow my menus here, because this bot has no language model. \
             Its owner can set `llm-url` and `llm-model` in the bot's `config.csv`.",
        ));
        self.state.suggestions_changed |= !self.state.suggestions.is_empty();
    }

    async fn begin_answer(&mut self, text: &str) -> Result<()> {
        let since = (self.row.last_seq - prompt::HISTORY_ITEMS).max(0);
        let log = self.services().store.items(&self.row.id, since, 200).await?;
        let mut messages = vec![prompt::system(&self.bot, &self.state)];
        messages.extend(prompt::history(&log, self.bot.settings.history_limit(), text));
        messages.push(Message::User { content: text.to_string() });
        let frame = ModelFrame { messages, ..ModelFrame::default() };
        self.state.frames.push(Frame::Model(frame));
        Ok(())
    }

    /// The next tool call of the model's answer, or the next question to the model.
    pub(super) async fn model_step(&mut self) -> Result<()> {
        self.again = false;
        let Some(Frame::Model(frame)) = self.state.frames.last() else {
            return Err(Error::Bug("no model is answering".into()));
        };
        match frame.calls.first().cloned() {
            Some(call) => self.call_tool(&call),
            None if frame.rounds >= ROUNDS_MAX => {
                self.state.frames.pop();
                self.tell_error("I could not finish this answer.");
                Ok(())
            }
            None => self.ask_model().await,
        }
    }

    /// A model may run the tools that the bot gave it, and nothing else.
    fn call_tool(&mut self, call: &ToolCall) -> Result<()> {
        let wanted = script_key(&call.name);
        let offered = self.state.tools.iter().any(|tool| script_key(tool) == wanted);
        let Some(script) = self.bot.script(&call.name).map(str::to_string).filter(|_| offered)
        else {
            self.tool_answered(format!("There is no tool {}.", call.name));
            return Ok(());
        };
        match arguments(&call.arguments) {
            Ok(inputs) => self.push_script(&script, inputs),
            Err(problem) => {
                self.tool_answered(problem);
                Ok(())
            }
        }
    }

    /// A tool's answer goes back to the model.
    pub(super) fn tool_answered(&mut self, content: String) {
        if let Some(Frame::Model(frame)) = self.state.frames.last_mut()
            && !frame.calls.is_empty()
        {
            let call = frame.calls.remove(0);
            frame.messages.push(Message::Tool { tool_call_id: call.id, content });
        }
    }

    async fn ask_model(&mut self) -> Result<()> {
        if self.transaction.is_some() {
            // The store has one writer: rows are committed before anything else is written.
            self.checkpoint().await?;
        }
        let seq = match self.state.stream_seq {
            Some(seq) => seq,
            None => self.services().store.reserve_seq(&self.row.id).await?,
        };
        self.state.stream_seq = Some(seq);
        self.row.last_seq = self.row.last_seq.max(seq);
        let reserved = self.state.stream_seq.take();
        self.show_suggestions();
        self.state.stream_seq = reserved;
        self.checkpoint().await?;
        self.hub.show(&Live::Typing(true));
        let request = self.request();
        let answer = self.stream(&request, seq).await;
        match answer {
            Ok(answer) => self.take_answer(&request, answer),
            Err(error) => self.model_failed(&error),
        }
        Ok(())
    }

    fn request(&self) -> ChatRequest {
        let Some(Frame::Model(frame)) = self.state.frames.last() else {
            return ChatRequest::default();
        };
        let mut request = self.bot.settings.chat_request(self.state.model.as_deref());
        request.messages = frame.messages.clone();
        request.tools = self.state.tools.iter().filter_map(|t| self.bot.tool_schema(t)).collect();
        request
    }

    /// Asks the model; pieces of its text are shown as they come.
    async fn stream(
        &mut self,
        request: &ChatRequest,
        seq: i64,
    ) -> std::result::Result<ChatAnswer, ModelError> {
        let (hub, mut index) = (self.hub, 0);
        let mut sink = |piece: &str| {
            hub.show(&Live::Part { seq, index, text: piece.into() });
            index += 1;
        };
        if let Some(driver) = self.driver()
            && let Some(answer) = driver.chat(request).await
        {
            return answer;
        }
        self.services().models.chat(&self.bot.settings, request, &mut sink).await
    }

    fn take_answer(&mut self, request: &ChatRequest, answer: ChatAnswer) {
        self.record(Step::Model {
            model: answer.model.clone(),
            messages: request.messages.len(),
            prompt: Told::all(&request.messages),
            text: answer.text.clone(),
            tools: answer.tool_calls.iter().map(|call| call.name.clone()).collect(),
            usage: answer.usage,
        });
        if !answer.text.trim().is_empty() {
            self.push_item(items::text(&answer.text));
        }
        if answer.tool_calls.is_empty() {
            self.state.frames.pop();
        } else if let Some(Frame::Model(frame)) = self.state.frames.last_mut() {
            frame.rounds += 1;
            frame.messages.push(Message::Assistant {
                content: answer.text,
                tool_calls: answer.tool_calls.clone(),
            });
            frame.calls = answer.tool_calls;
        }
    }

    fn model_failed(&mut self, error: &ModelError) {
        tracing::warn!(bot = %self.bot.name, trace = %self.trace, %error, "the model failed");
        self.state.frames.pop();
        self.tell_error("I cannot reach my language model right now. Please try again.");
    }
}

/// A model's arguments as inputs of a script.
fn arguments(json: &str) -> std::result::Result<IndexMap<String, Data>, String> {
    let json = if json.trim().is_empty() { "{}" } else { json };
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|e| format!("The arguments are not JSON: {e}"))?;
    match basilect_stdlib::pure::json::from_json(&value) {
        Data::Map(map) => Ok(map.into_iter().map(|(k, v)| (k.to_lowercase(), v)).collect()),
        _ => Err("The arguments must be a JSON object.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::arguments;
    use basilect_stdlib::Data;

    #[test]
    fn arguments_are_lower_case_inputs() {
        let inputs = arguments(r#"{"Product": "apple", "n": 2}"#).expect("an object");
        assert_eq!(inputs.get("product"), Some(&Data::text("apple")));
        assert_eq!(inputs.get("n"), Some(&Data::Int(2)));
        assert!(arguments("[1]").is_err() && arguments("{").is_err());
        assert!(arguments("").expect("none").is_empty());
    }
}
