//! Conversations: their log, journal and inbox, what turns leave, schedules and deliveries.

use imbl::{OrdMap, Vector};

use super::{World, most};
use crate::ports::store::{
    Accepted, Committed, Conversation, Delivery, Inbound, InboxRow, Item, JournalEntry,
    MemoryWrite, Millis, NewConversation, OutboxRow, Schedule, Scope, StoreError, StoreResult,
    TurnCommit,
};
use crate::store::names;

/// A conversation with all that belongs to it.
#[derive(Clone)]
pub(super) struct Talk {
    pub head: Conversation,
    /// The log, by place.
    pub items: OrdMap<i64, Item>,
    pub journal: Vector<JournalEntry>,
    /// Messages that no turn has dealt with.
    pub inbox: OrdMap<i64, InboxRow>,
    /// Every message there was, by the channel's identifier.
    known: OrdMap<String, (i64, Option<i64>)>,
    /// Deliveries, by turn and index.
    sent: OrdMap<(i64, i64), i64>,
}

/// A delivery and when it is tried.
#[derive(Clone)]
pub(super) struct Letter {
    row: OutboxRow,
    retry_at: Millis,
    done: bool,
}

const UNKNOWN: StoreError = StoreError::NotFound("the conversation");

impl Talk {
    fn new(new: &NewConversation) -> Talk {
        let head = Conversation {
            id: new.id.clone(),
            key_hash: new.key_hash.clone(),
            bot: new.bot.clone(),
            program: new.program.clone(),
            person: new.person.clone(),
            channel: new.channel.clone(),
            version: 0,
            state: Vec::new(),
            last_seq: 0,
            wake_at: None,
            created_at: new.at,
            updated_at: new.at,
        };
        let (items, inbox, known, sent) = Default::default();
        Talk { head, items, journal: Vector::new(), inbox, known, sent }
    }

    /// The next place in the log.
    fn place(&mut self) -> i64 {
        self.head.last_seq += 1;
        self.head.last_seq
    }

    fn show(&mut self, seq: i64, at: Millis, body: String) -> StoreResult<()> {
        match self.items.insert(seq, Item { seq, at, body }) {
            None => Ok(()),
            Some(_) => Err(StoreError::Unavailable(format!("the log has an item {seq}"))),
        }
    }
}

impl World {
    fn talk(&mut self, id: &str) -> StoreResult<&mut Talk> {
        names::check("the name of a conversation", id)?;
        self.talks.get_mut(id).ok_or(UNKNOWN)
    }

    pub(super) fn open(&mut self, new: &NewConversation) -> StoreResult<bool> {
        names::of_conversation(new)?;
        if self.talks.contains_key(&new.id) {
            return Ok(false);
        }
        self.talks.insert(new.id.clone(), Talk::new(new));
        Ok(true)
    }

    pub(super) fn reserve(&mut self, id: &str) -> StoreResult<i64> {
        Ok(self.talk(id)?.place())
    }

    pub(super) fn accept(&mut self, message: &Inbound) -> StoreResult<Accepted> {
        names::of_message(message)?;
        let id = self.last_inbox + 1;
        let talk = self.talk(&message.conversation)?;
        if let Some((inbox, seq)) = talk.known.get(&message.native_id) {
            return Ok(Accepted { inbox: *inbox, seq: *seq, duplicate: true });
        }
        let seq = message.item.is_some().then(|| talk.place());
        if let (Some(seq), Some(item)) = (seq, &message.item) {
            talk.show(seq, message.at, item.clone())?;
        }
        talk.head.updated_at = message.at;
        talk.known.insert(message.native_id.clone(), (id, seq));
        let row = InboxRow {
            id,
            conversation: message.conversation.clone(),
            native_id: message.native_id.clone(),
            body: message.body.clone(),
            seq,
            at: message.at,
        };
        talk.inbox.insert(id, row);
        self.waiting.insert(id, message.conversation.clone());
        self.last_inbox = id;
        Ok(Accepted { inbox: id, seq, duplicate: false })
    }

    pub(super) fn commit(&mut self, turn: TurnCommit) -> StoreResult<Committed> {
        names::of_turn(&turn)?;
        let talk = self.talk(&turn.conversation)?;
        if talk.head.version != turn.version {
            return Err(StoreError::Conflict);
        }
        talk.head.version += 1;
        talk.head.state = turn.state;
        talk.head.program = turn.program;
        talk.head.wake_at = turn.wake_at;
        talk.head.updated_at = turn.at;
        let mut seqs = Vec::with_capacity(turn.items.len());
        for item in turn.items {
            let seq = item.seq.unwrap_or_else(|| talk.place());
            talk.show(seq, turn.at, item.body)?;
            seqs.push(seq);
        }
        talk.journal.extend(turn.journal);
        let committed = Committed { version: talk.head.version, seqs };
        let bot = talk.head.bot.clone();
        if let Some(inbox) = turn.done
            && talk.inbox.remove(&inbox).is_some()
        {
            self.waiting.remove(&inbox);
        }
        turn.memory.into_iter().for_each(|write| self.remember(write));
        for schedule in turn.schedules {
            self.schedules.insert((schedule.bot.clone(), schedule.id.clone()), schedule);
        }
        for id in turn.unschedule {
            self.schedules.remove(&(bot.clone(), id));
        }
        for delivery in turn.deliveries {
            self.deliver(&turn.conversation, turn.turn, turn.at, delivery)?;
        }
        Ok(committed)
    }

    fn remember(&mut self, write: MemoryWrite) {
        let of = (write.scope == Scope::User, write.owner, write.key);
        match write.value {
            Some(value) => self.remembered.insert(of, (value, write.expires_at)),
            None => self.remembered.remove(&of),
        };
    }

    /// A delivery that is there already was committed before a crash: it stays one.
    fn deliver(
        &mut self,
        conversation: &str,
        turn: i64,
        at: Millis,
        mut delivery: Delivery,
    ) -> StoreResult<()> {
        let id = self.last_outbox + 1;
        let talk = self.talk(conversation)?;
        if talk.sent.contains_key(&(turn, delivery.index)) {
            return Ok(());
        }
        talk.sent.insert((turn, delivery.index), id);
        delivery.channel = names::without_nul(&delivery.channel);
        delivery.address = names::without_nul(&delivery.address);
        let conversation = conversation.to_string();
        let row = OutboxRow { id, conversation, turn, delivery, attempts: 0 };
        self.outbox.insert(id, Letter { row, retry_at: at, done: false });
        self.last_outbox = id;
        Ok(())
    }

    pub(super) fn claim(&mut self, now: Millis, retry_at: Millis, limit: usize) -> Vec<OutboxRow> {
        let due = |letter: &Letter| !letter.done && letter.retry_at <= now;
        let ids: Vec<i64> =
            self.outbox.iter().filter(|(_, letter)| due(letter)).map(|(id, _)| *id).collect();
        let claim = |id: i64| {
            let letter = self.outbox.get_mut(&id)?;
            let claimed = letter.row.clone();
            letter.retry_at = retry_at;
            letter.row.attempts += 1;
            Some(claimed)
        };
        ids.into_iter().take(limit).filter_map(claim).collect()
    }

    pub(super) fn delivered(&mut self, id: i64) -> StoreResult<()> {
        let letter = self.outbox.get_mut(&id).ok_or(StoreError::NotFound("the delivery"))?;
        letter.done = true;
        Ok(())
    }

    pub(super) fn fire(
        &mut self,
        schedule: &Schedule,
        next: Option<Millis>,
        conversation: &NewConversation,
        message: &Inbound,
    ) -> StoreResult<bool> {
        names::of_conversation(conversation)?;
        if message.conversation != conversation.id {
            return Err(StoreError::Invalid(
                "a schedule speaks to the conversation it opens".into(),
            ));
        }
        let of = (schedule.bot.clone(), schedule.id.clone());
        match self.schedules.get_mut(&of).filter(|known| known.next_at == schedule.next_at) {
            None => return Ok(false),
            Some(known) => known.next_at = next.unwrap_or(known.next_at),
        }
        if next.is_none() {
            self.schedules.remove(&of);
        }
        self.open(conversation)?;
        self.accept(message)?;
        Ok(true)
    }

    /// The schedules that `wanted` takes, the next one first.
    pub(super) fn schedules_by_time(
        &self,
        limit: u32,
        wanted: impl Fn(&Schedule) -> bool,
    ) -> Vec<Schedule> {
        let mut found: Vec<Schedule> =
            self.schedules.values().filter(|schedule| wanted(schedule)).cloned().collect();
        // The map holds them by bot and identifier, and this sort keeps equals in order.
        found.sort_by_key(|schedule| schedule.next_at);
        found.truncate(most(limit));
        found
    }

    /// Conversations that wait for a time, and the time.
    pub(super) fn timers(&self) -> Vec<(String, Millis)> {
        let wake = |talk: &Talk| Some((talk.head.id.clone(), talk.head.wake_at?));
        self.talks.values().filter_map(wake).collect()
    }

    /// Forgets what is over; how many conversations went.
    pub(super) fn expire(&mut self, before: Millis, now: Millis) -> u64 {
        let stays =
            |(_, (_, expires)): &(_, (_, Option<Millis>))| expires.is_none_or(|at| at > now);
        self.remembered = std::mem::take(&mut self.remembered).into_iter().filter(stays).collect();
        let outbox = &self.outbox;
        let open = |letter: &i64| outbox.get(letter).is_some_and(|letter| !letter.done);
        let over = |talk: &Talk| {
            talk.head.updated_at < before
                && talk.head.wake_at.is_none()
                && talk.inbox.is_empty()
                && !talk.sent.values().any(open)
        };
        let old: Vec<Talk> = self.talks.values().filter(|talk| over(talk)).cloned().collect();
        for talk in &old {
            self.talks.remove(&talk.head.id);
            for letter in talk.sent.values() {
                self.outbox.remove(letter);
            }
        }
        old.len() as u64
    }
}
