//! Asking models from scripts.

use basilect_stdlib::words::models::{Call, Llm};
use basilect_stdlib::{Data, TrapCode};

use super::not_configured;
use crate::conversation::event::Told;
use crate::conversation::{Live, Served, Step, Turn};
use crate::error::Result;
use crate::llm::prompt;
use crate::ports::models::Message;

impl Turn<'_> {
    pub(super) async fn serve_models(&mut self, call: Call) -> Result<Served> {
        match call {
            Call::Llm(ask) => self.llm(ask).await,
            Call::Rewrite(rewrite) => {
                let mut text = rewrite.text;
                if let Some(context) = &rewrite.context {
                    text.push_str(&format!("\n\n{}", shown(context)));
                }
                self.instruct(&rewriting(rewrite.tone.as_deref()), &text).await
            }
            Call::ImproveText(improve) => {
                self.instruct(&rewriting(improve.tone.as_deref()), &improve.text).await
            }
            Call::UseModel(model) => {
                self.state.model = Some(model.model);
                Ok(Served::nothing())
            }
            other => Ok(not_configured(other.words())),
        }
    }

    async fn llm(&mut self, ask: Llm) -> Result<Served> {
        let mut question = shown(&ask.prompt);
        if let Some(context) = &ask.context {
            question.push_str(&format!("\n\n{}", shown(context)));
        }
        let system = prompt::system(&self.bot, &self.state);
        let model = ask.model.or(self.state.model.clone());
        self.ask_once(system, question, model).await
    }

    async fn instruct(&mut self, instruction: &str, text: &str) -> Result<Served> {
        let system = Message::System { content: instruction.to_string() };
        self.ask_once(system, text.to_string(), self.state.model.clone()).await
    }

    /// One question, one text. What the bot said so far is shown while the model thinks; a crash
    /// meanwhile asks again.
    async fn ask_once(
        &mut self,
        system: Message,
        question: String,
        model: Option<String>,
    ) -> Result<Served> {
        if !self.services().models.configured(&self.bot.settings) {
            let message = self.services().models.absent().to_string();
            return Ok(Served::fault(TrapCode::NotConfigured, message));
        }
        self.checkpoint().await?;
        self.hub.show(&Live::Typing(true));
        let mut request = self.bot.settings.chat_request(model.as_deref());
        request.messages = vec![system, Message::User { content: question }];
        let answer = self.services().models.chat(&self.bot.settings, &request, &mut |_| {}).await;
        Ok(match answer {
            Ok(answer) => {
                self.record(Step::Model {
                    model: answer.model,
                    messages: request.messages.len(),
                    prompt: Told::all(&request.messages),
                    text: answer.text.clone(),
                    tools: Vec::new(),
                    usage: answer.usage,
                });
                Served::value(value_of(&answer.text))
            }
            Err(error) => Served::fault(TrapCode::Unavailable, error.to_string()),
        })
    }
}

fn rewriting(tone: Option<&str>) -> String {
    let tone = tone.map(|tone| format!(" Use a {tone} tone.")).unwrap_or_default();
    format!("Rewrite the text of the person so that it reads well.{tone} Answer only the new text.")
}

fn shown(data: &Data) -> String {
    match data {
        Data::List(_) | Data::Map(_) => super::data::json_text(data),
        other => basilect_stdlib::pure::text::display_data(other),
    }
}

/// An answer that is one JSON object or list becomes that value; scripts ask for it so and read
/// its fields. Anything else stays text.
fn value_of(text: &str) -> Data {
    let body = text.trim().trim_start_matches("```json").trim_start_matches("```");
    let body = body.trim_end_matches("```").trim();
    if body.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<serde_json::Value>(body)
    {
        return basilect_stdlib::pure::json::from_json(&value);
    }
    Data::text(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_answers_become_values() {
        let answer = value_of("```json\n{\"name\": \"Ann\"}\n```");
        assert_eq!(answer.get("name"), Some(&Data::text("Ann")));
        assert_eq!(value_of(" plain {text} "), Data::text("plain {text}"));
    }
}
