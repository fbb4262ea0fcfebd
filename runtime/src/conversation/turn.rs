//! A turn: one event in, one commit out, with checkpoints where the outside is waited for.

use std::sync::Arc;

use basilect_stdlib::Data;
use basilect_vm::Machine;

use super::driver::Driver;
use super::event::{Event, Step};
use super::hub::{Hub, Live};
use super::places::Place;
use super::slice::Slice;
use super::state::{Frame, State, Waiting};
use super::{Conversations, items};
use crate::Services;
use crate::bots::Bot;
use crate::crash;
use crate::error::{Error, Result};
use crate::ports::store::{
    Conversation, Delivery, JournalEntry, MemoryWrite, NewItem, Schedule, TurnCommit,
    TurnTransaction,
};

/// A turn under way.
pub struct Turn<'a> {
    pub(crate) conversations: &'a Conversations,
    pub(crate) hub: &'a Hub,
    pub(crate) bot: Arc<Bot>,
    pub(crate) row: Conversation,
    pub(crate) state: State,
    /// The machine of the innermost script, while it runs.
    pub(crate) machine: Option<Machine>,
    /// Whether the machine's pending keyword has to be served again after a crash.
    pub(crate) again: bool,
    pub(crate) out: Effects,
    /// What is left until others get their chance.
    pub(super) slice: Slice,
    /// The place among the turns that compute for long.
    pub(super) place: Option<Place>,
    pub(crate) transaction: Option<Box<dyn TurnTransaction>>,
    pub(crate) trace: String,
    pub(crate) inbox: i64,
}

/// What a turn did since its last commit.
#[derive(Default)]
pub(crate) struct Effects {
    pub items: Vec<NewItem>,
    pub steps: Vec<Step>,
    pub memory: Vec<MemoryWrite>,
    pub schedules: Vec<Schedule>,
    /// Ids of the bot's schedules in the store, once they have been looked up.
    pub stored_schedules: Option<Vec<String>>,
    pub unschedule: Vec<String>,
    pub deliveries: Vec<Delivery>,
    /// Bytes and messages said in the whole turn: bounded by the limits.
    pub said_bytes: usize,
    pub said: usize,
}

/// What a turn leaves.
pub struct TurnEnd {
    /// The conversation as committed.
    pub conversation: Conversation,
}

impl<'a> Turn<'a> {
    pub(super) fn new(
        conversations: &'a Conversations,
        hub: &'a Hub,
        bot: Arc<Bot>,
        row: Conversation,
        state: State,
        inbox: i64,
    ) -> Turn<'a> {
        let trace = conversations.inner.services.clock.secret()[..12].to_string();
        Turn {
            conversations,
            hub,
            bot,
            row,
            state,
            machine: None,
            again: false,
            out: Effects::default(),
            slice: Slice::first(&conversations.inner.services.limits),
            place: None,
            transaction: None,
            trace,
            inbox,
        }
    }

    pub(crate) fn services(&self) -> &'a Services {
        &self.conversations.inner.services
    }

    pub(crate) fn now(&self) -> i64 {
        let driven = self.driver().and_then(Driver::now);
        driven.unwrap_or_else(|| self.services().clock.now_ms())
    }

    /// Whoever drives this conversation.
    pub(crate) fn driver(&self) -> Option<&'a dyn Driver> {
        self.conversations.inner.driver.as_deref()
    }

    /// Adds a step to the journal.
    pub(crate) fn record(&mut self, step: Step) {
        if let Some(driver) = self.driver() {
            driver.recorded(&step);
        }
        self.out.steps.push(step);
    }

    /// What is committed when this turn breaks down.
    pub(super) fn failure(&self) -> Failure<'a> {
        Failure {
            conversations: self.conversations,
            hub: self.hub,
            bot: self.bot.clone(),
            row: self.row.clone(),
            inbox: self.inbox,
        }
    }

    /// Deals with the event, or goes on where a crash interrupted it.
    pub(super) async fn run(mut self, event: Event, resumed: bool) -> Result<TurnEnd> {
        if resumed {
            self.again = true;
        } else {
            self.state.turn += 1;
            self.state.step = 0;
            self.record(Step::Event { event: event.clone(), now: self.now() });
            self.begin(event).await?;
        }
        self.drive().await?;
        self.show_suggestions();
        self.fill_reserved_place();
        self.commit(true).await?;
        Ok(TurnEnd { conversation: self.row })
    }

    /// Sets the conversation going; [`Turn::drive`] then runs it.
    async fn begin(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Start => self.start(),
            Event::Run { script, inputs } => self.run_script_of_event(&script, inputs),
            Event::Timer { at } => self.timer(at),
            Event::Say { text, files } => match self.state.waiting.clone() {
                Waiting::Answer(question) => self.hear(question, &text, &files).await,
                Waiting::Nothing | Waiting::Until(_) => self.say_to_idle(&text).await,
            },
        }
    }

    fn start(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.state.started, true) {
            return Ok(());
        }
        match self.bot.script("start").map(str::to_string) {
            Some(script) => self.push_script(&script, Default::default()),
            None => {
                self.welcome();
                Ok(())
            }
        }
    }

    /// A bot without a start script says its welcome message.
    fn welcome(&mut self) {
        let message = self.bot.settings.text("welcome-message");
        if let Some(message) = message.map(str::to_string) {
            self.push_item(items::text(&message));
        }
    }

    fn timer(&mut self, at: i64) -> Result<()> {
        if self.state.waiting == Waiting::Until(at) {
            self.state.waiting = Waiting::Nothing;
            self.row.wake_at = None;
            self.answer_machine(Ok(Data::Null))?;
        }
        Ok(())
    }

    /// Adds an item to the log, in the place reserved by a stream if there is one.
    pub(crate) fn push_item(&mut self, body: String) {
        if let Some(driver) = self.driver() {
            driver.said(&body);
        }
        let seq = self.state.stream_seq.take();
        self.out.items.push(NewItem { seq, body });
    }

    /// A place that was reserved for a stream which brought nothing must not stay a gap: the
    /// buttons are shown there once more.
    fn fill_reserved_place(&mut self) {
        if self.state.stream_seq.is_some() {
            self.push_item(items::suggestions(&self.state.suggestions.clone()));
        }
    }

    /// The transaction in which the script writes rows.
    pub(crate) async fn rows(&mut self) -> Result<&mut Box<dyn TurnTransaction>> {
        if self.transaction.is_none() {
            self.transaction = Some(self.services().store.begin().await?);
        }
        self.transaction.as_mut().ok_or_else(|| Error::Bug("no transaction".into()))
    }

    /// Writes down all that happened so far, so that the person sees it and a crash resumes here.
    pub(crate) async fn checkpoint(&mut self) -> Result<()> {
        self.commit(false).await
    }

    async fn commit(&mut self, done: bool) -> Result<()> {
        // After a commit the outside is waited for, or the turn is over.
        self.place = None;
        self.state.in_progress = (!done).then_some(self.inbox);
        self.park_machine()?;
        let commit = self.take_commit(done)?;
        let (state, program, at) = (commit.state.clone(), commit.program.clone(), commit.at);
        let bodies: Vec<String> = commit.items.iter().map(|item| item.body.clone()).collect();
        crash::point("before-commit");
        let committed = match self.transaction.take() {
            Some(transaction) => transaction.commit(commit).await?,
            None => self.services().store.commit(commit).await?,
        };
        crash::point(if done { "after-commit" } else { "after-checkpoint" });
        self.row.version = committed.version;
        self.row.state = state;
        self.row.program = program;
        self.row.updated_at = at;
        for (seq, body) in committed.seqs.iter().zip(&bodies) {
            self.row.last_seq = self.row.last_seq.max(*seq);
            self.hub.show(&Live::Item(*seq, items::frame(*seq, at, body)));
        }
        crash::point("after-show");
        self.state.step += 1;
        Ok(())
    }

    /// Puts the running machine's snapshot into its frame; the machine goes on in memory.
    fn park_machine(&mut self) -> Result<()> {
        let Some(machine) = &self.machine else { return Ok(()) };
        match self.state.frames.last_mut() {
            Some(Frame::Script(frame)) => {
                frame.machine = machine.snapshot();
                Ok(())
            }
            _ => Err(Error::Bug("a machine without its frame".into())),
        }
    }

    fn take_commit(&mut self, done: bool) -> Result<TurnCommit> {
        let at = self.now();
        let out = std::mem::take(&mut self.out);
        (self.out.said, self.out.said_bytes) = (out.said, out.said_bytes);
        self.row.wake_at = match self.state.waiting {
            Waiting::Until(at) => Some(at),
            _ => None,
        };
        Ok(TurnCommit {
            conversation: self.row.id.clone(),
            version: self.row.version,
            done: done.then_some(self.inbox),
            state: self.state.to_bytes()?,
            program: self.bot.hash.clone(),
            wake_at: self.row.wake_at,
            items: out.items,
            journal: journal(self.state.turn, self.state.step, at, &out.steps)?,
            memory: out.memory,
            schedules: out.schedules,
            unschedule: out.unschedule,
            turn: self.state.turn,
            deliveries: out.deliveries,
            at,
        })
    }
}

/// The steps since the last commit as one row of the journal.
fn journal(turn: i64, step: i64, at: i64, steps: &[Step]) -> Result<Vec<JournalEntry>> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let body = serde_json::to_string(steps).map_err(|e| Error::Bug(e.to_string()))?;
    Ok(vec![JournalEntry { turn, step, at, body }])
}

/// What is needed to close a turn that broke down.
pub(super) struct Failure<'a> {
    conversations: &'a Conversations,
    hub: &'a Hub,
    bot: Arc<Bot>,
    row: Conversation,
    inbox: i64,
}

impl Failure<'_> {
    /// Marks the message as dealt with, ends what ran, and tells the person.
    pub(super) async fn commit(self, why: &str) -> Result<TurnEnd> {
        // The turn may have committed checkpoints: go on from what the store holds.
        let stored = self.conversations.inner.services.store.conversation(&self.row.id).await?;
        let row = stored.ok_or(Error::NotFound("the conversation"))?;
        let mut state = State::from_bytes(&row.state)?;
        state.frames.clear();
        state.waiting = Waiting::Nothing;
        let mut turn = Turn::new(self.conversations, self.hub, self.bot, row, state, self.inbox);
        tracing::error!(conversation = %turn.row.id, trace = %turn.trace, why, "a turn broke down");
        let trace = turn.trace.clone();
        turn.push_item(items::error("Something went wrong. Please try again.", &trace));
        turn.commit(true).await?;
        Ok(TurnEnd { conversation: turn.row })
    }
}
