//! HEAR: asking, checking the answer, asking again.

use basilect_stdlib::pure::{Env, validate};
use basilect_stdlib::{Data, Fault, TrapCode};

use super::event::FileRef;
use super::items;
use super::state::{Frame, Question, Suggestion, Waiting};
use super::turn::Turn;
use crate::error::Result;

/// Answers that may be refused before HEAR gives up (takes its default, or fails).
pub const REFUSALS_MAX: u32 = 3;

impl Turn<'_> {
    /// Asks a question: the prompt, then what kind of answer is waited for.
    pub(crate) fn ask(&mut self, question: Question, prompt: Option<String>) -> Waiting {
        if let Some(prompt) = prompt {
            self.say_text(&prompt);
        }
        let options = options(&question);
        if !question.kind.is_empty() || !options.is_empty() {
            self.push_item(items::wait(&question, &options));
        }
        Waiting::Answer(question)
    }

    /// An answer has come.
    pub(super) async fn hear(
        &mut self,
        question: Question,
        text: &str,
        files: &[FileRef],
    ) -> Result<()> {
        if self.suggested_tool(text).is_some() && !chosen(&question, text) {
            let tool = self.suggested_tool(text).unwrap_or_default();
            return self.run_script_of_event(&tool, Default::default());
        }
        match self.accept(&question, text, files) {
            Ok(value) => self.answered(value),
            Err(again) => self.refuse(question, &again),
        }
    }

    /// The usable value of an answer, or the sentence with which to ask again.
    fn accept(
        &self,
        question: &Question,
        text: &str,
        files: &[FileRef],
    ) -> std::result::Result<Data, String> {
        if let Some(file) = files.first()
            && takes_files(&question.kind)
        {
            return Ok(file.to_data());
        }
        if text.trim().is_empty()
            && let Some(default) = &question.default
        {
            return Ok(default.clone());
        }
        validate::accept(&question.kind, &question.choices, question.free_text, text, &self.env())
    }

    /// The time and zone of this turn, for what is computed outside of the machine.
    pub(crate) fn env(&self) -> Env {
        Env::new(self.now(), self.bot.settings.zone(), 0)
    }

    fn refuse(&mut self, mut question: Question, again: &str) -> Result<()> {
        question.refused += 1;
        if question.refused <= REFUSALS_MAX {
            self.say_text(again);
            self.state.waiting = self.ask(question, None);
            return Ok(());
        }
        match question.default {
            Some(default) => self.answered(default),
            None => self.give_up(&question.kind),
        }
    }

    fn give_up(&mut self, kind: &str) -> Result<()> {
        self.state.waiting = Waiting::Nothing;
        if let Some(Frame::Form(_)) = self.state.frames.last() {
            self.state.frames.pop();
            self.say_text("Let us leave it at that.");
            return Ok(());
        }
        let kind = if kind.is_empty() { "usable" } else { kind };
        let message = format!("no {} answer after {REFUSALS_MAX} tries", kind.to_lowercase());
        self.answer_machine(Err(Fault::new(TrapCode::BadAnswer, message)))
    }

    fn answered(&mut self, value: Data) -> Result<()> {
        self.state.waiting = Waiting::Nothing;
        match self.state.frames.last() {
            Some(Frame::Form(_)) => self.form_answered(value),
            _ => self.answer_machine(Ok(value)),
        }
    }
}

/// The buttons of a menu.
fn options(question: &Question) -> Vec<Suggestion> {
    let label = |choice: &Data| basilect_stdlib::pure::text::display_data(choice);
    let button = |choice| {
        let text = label(choice);
        Suggestion { say: text.clone(), text, tool: None }
    };
    question.choices.iter().map(button).collect()
}

fn chosen(question: &Question, text: &str) -> bool {
    options(question).iter().any(|option| option.say.eq_ignore_ascii_case(text.trim()))
}

fn takes_files(kind: &str) -> bool {
    matches!(
        kind,
        "" | "FILE"
            | "IMAGE"
            | "PHOTO"
            | "PICTURE"
            | "AUDIO"
            | "VOICE"
            | "SOUND"
            | "VIDEO"
            | "DOCUMENT"
            | "DOC"
            | "PDF"
            | "ANY"
    )
}
