//! A conversation in the terminal.
//!
//! With a person at the terminal there are colours, numbered choices and line editing. Without
//! one, each line of standard input is a message, and what the bot says is all that is printed.

mod person;
mod screen;

use basilect_runtime::conversation::state::{State, Waiting};
use basilect_runtime::conversation::{Attachment, Event, Say};
use basilect_runtime::local::Local;

pub use person::Person;
pub use screen::Screen;

use crate::Exit;

/// A conversation and both its ends.
pub struct Chat<'a> {
    local: &'a Local,
    id: String,
    live: Attachment,
    screen: Screen,
    person: Person,
    /// Whether the end of the script is the end of the conversation.
    once: bool,
    said: u32,
}

impl<'a> Chat<'a> {
    /// Opens a conversation, on whose screen nothing is shown yet. With `once` it ends with its
    /// script; otherwise it goes on until the input ends.
    pub async fn open(
        local: &'a Local,
        screen: Screen,
        person: Person,
        once: bool,
    ) -> anyhow::Result<Chat<'a>> {
        let opened = local.conversations.open_silently(&local.bot, "terminal", None).await?;
        let (id, said) = (opened.conversation, 0);
        let live = local.conversations.attach(&id);
        Ok(Chat { local, id, live, screen, person, once, said })
    }

    /// Begins with this event and goes on to the end.
    pub async fn run(mut self, begin: Event) -> anyhow::Result<Exit> {
        self.local.conversations.post(&self.id, "start", &begin, None).await?;
        loop {
            self.show_turn().await?;
            let state = self.local.state(&self.id).await?;
            if let Waiting::Until(at) = state.waiting {
                self.wait_until(at).await?;
            } else if let Some(exit) = self.finished(&state) {
                return Ok(exit);
            } else if let Some(exit) = self.hear(&state).await? {
                return Ok(exit);
            }
        }
    }

    /// Shows what happens until nothing more does.
    async fn show_turn(&mut self) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                biased;
                Some(live) = self.live.next() => self.screen.live(&live)?,
                () = self.local.conversations.settle() => break,
            }
            if self.live.lagged() {
                self.catch_up().await?;
            }
        }
        self.catch_up().await?;
        Ok(self.screen.flush()?)
    }

    /// Shows what the live connection lost.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        const PAGE: u32 = 500;
        loop {
            let items = self.local.conversations.items(&self.id, self.screen.seq(), PAGE).await?;
            for item in &items {
                self.screen.item(item.seq, &item.body)?;
            }
            if items.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    async fn wait_until(&mut self, at: i64) -> anyhow::Result<()> {
        self.local.conversations.services().clock.sleep_until(at).await;
        Ok(self.local.conversations.post_timer(&self.id, at).await?)
    }

    fn finished(&self, state: &State) -> Option<Exit> {
        let over = state.idle() && (self.once || (self.screen.failed() && !self.screen.people()));
        over.then_some(if self.screen.failed() { Exit::Broken } else { Exit::Success })
    }

    /// Hears one message; at the end of the input, how the command ends.
    async fn hear(&mut self, state: &State) -> anyhow::Result<Option<Exit>> {
        let Some(text) = self.person.next(&mut self.screen)? else {
            return Ok(Some(self.input_ended(state)));
        };
        let (text, tool) = self.screen.chosen(&text, numbers_are_answers(state));
        self.said += 1;
        let say = Say { id: self.said.to_string(), text, tool, ..Say::default() };
        if let Err(error) = self.local.conversations.say(&self.id, say).await {
            self.screen.complain(&error.to_string())?;
        }
        Ok(None)
    }

    fn input_ended(&self, state: &State) -> Exit {
        if state.idle() || self.screen.people() {
            return Exit::Success;
        }
        eprintln!("the input ended while the script waits for an answer");
        Exit::Findings
    }
}

/// Whether a number typed now is an answer, and not the number of a choice.
fn numbers_are_answers(state: &State) -> bool {
    let Waiting::Answer(question) = &state.waiting else { return false };
    !matches!(question.kind.as_str(), "" | "MENU" | "BOOLEAN") || !question.choices.is_empty()
}
