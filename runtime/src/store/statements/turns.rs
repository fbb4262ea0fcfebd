//! Operations of conversations. Each decides with its first statement whether it is refused, so
//! that a refused one has written nothing.

use sqlx::{query, query_as, query_scalar};

use super::batch::{Batch, Bound};
use super::group::{Answer, Firing, Operation};
use super::{Connection, dialect, memory, names, schedules};
use crate::crash;
use crate::ports::store::{
    Accepted, Committed, Delivery, Inbound, Item, JournalEntry, Millis, NewConversation, Schedule,
    Scope, StoreError, StoreResult, TurnCommit,
};

/// Runs one operation.
pub(crate) async fn apply(on: &mut Connection, operation: &Operation) -> StoreResult<Answer> {
    match operation {
        Operation::Accept(message) => accept(on, message).await.map(Answer::Accepted),
        Operation::Commit(turn) => commit(on, turn).await.map(Answer::Committed),
        Operation::Open(new) => open(on, new).await.map(Answer::Flag),
        Operation::Reserve(id) => reserve(on, id).await.map(Answer::Number),
        Operation::Fire(firing) => fire(on, firing).await.map(Answer::Flag),
        Operation::Delivered(id, why) => {
            delivered(on, *id, why.as_deref()).await.map(|()| Answer::Done)
        }
        Operation::Close => Ok(Answer::Done),
    }
}

const UNKNOWN: StoreError = StoreError::NotFound("the conversation");

async fn open(on: &mut Connection, new: &NewConversation) -> StoreResult<bool> {
    names::of_conversation(new)?;
    let done = query(
        "insert into conversations \
         (id, key_hash, bot, program, person, channel, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (id) do nothing",
    )
    .bind(&new.id)
    .bind(&new.key_hash)
    .bind(&new.bot)
    .bind(&new.program)
    .bind(&new.person)
    .bind(&new.channel)
    .bind(new.at)
    .execute(on)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn reserve(on: &mut Connection, id: &str) -> StoreResult<i64> {
    names::check("the name of a conversation", id)?;
    query_scalar(
        "update conversations set last_seq = last_seq + 1 where id = $1 returning last_seq",
    )
    .bind(id)
    .fetch_optional(on)
    .await?
    .ok_or(UNKNOWN)
}

async fn accept(on: &mut Connection, message: &Inbound) -> StoreResult<Accepted> {
    names::of_message(message)?;
    match dialect::accept(on, message).await? {
        Some((inbox, seq)) => Ok(Accepted { inbox, seq, duplicate: false }),
        None => accepted_before(on, message).await,
    }
}

async fn accepted_before(on: &mut Connection, message: &Inbound) -> StoreResult<Accepted> {
    let known: Option<(i64, Option<i64>)> =
        query_as("select id, seq from inbox where conversation = $1 and native_id = $2")
            .bind(&message.conversation)
            .bind(&message.native_id)
            .fetch_optional(on)
            .await?;
    let (inbox, seq) = known.ok_or(UNKNOWN)?;
    Ok(Accepted { inbox, seq, duplicate: true })
}

/// Commits a turn, within a transaction of its own or of many.
pub(crate) async fn commit(on: &mut Connection, turn: &TurnCommit) -> StoreResult<Committed> {
    names::of_turn(turn)?;
    let fresh = turn.items.iter().filter(|item| item.seq.is_none()).count();
    let fresh = i64::try_from(fresh).unwrap_or(i64::MAX);
    let (bot, version, last) = advance(on, turn, fresh).await?;
    crash::point("store-half-turn");
    let items = numbered(turn, last - fresh);
    record(turn, version, &items).run(on).await?;
    memory::remember(on, &turn.memory).await?;
    schedules::set(on, &turn.schedules).await?;
    for id in &turn.unschedule {
        unschedule(on, &bot, id).await?;
    }
    for delivery in &turn.deliveries {
        deliver(on, turn, delivery).await?;
    }
    Ok(Committed { version, seqs: items.into_iter().map(|item| item.seq).collect() })
}

/// Moves the conversation on, if it is still where the turn found it.
async fn advance(
    on: &mut Connection,
    turn: &TurnCommit,
    places: i64,
) -> StoreResult<(String, i64, i64)> {
    let moved = query_as(
        "update conversations set version = version + 1, state = $3, program = $4, wake_at = $5, \
         last_seq = last_seq + $6, updated_at = $7 \
         where id = $1 and version = $2 returning bot, version, last_seq",
    )
    .bind(&turn.conversation)
    .bind(turn.version)
    .bind(turn.state.as_slice())
    .bind(&turn.program)
    .bind(turn.wake_at)
    .bind(places)
    .bind(turn.at)
    .fetch_optional(&mut *on)
    .await?;
    match moved {
        Some(moved) => Ok(moved),
        None if exists(on, &turn.conversation).await? => Err(StoreError::Conflict),
        None => Err(UNKNOWN),
    }
}

async fn exists(on: &mut Connection, id: &str) -> StoreResult<bool> {
    let found: Option<i64> = query_scalar("select version from conversations where id = $1")
        .bind(id)
        .fetch_optional(on)
        .await?;
    Ok(found.is_some())
}

/// The new items with their places: the reserved one, or the next after `last`.
fn numbered(turn: &TurnCommit, mut last: i64) -> Vec<Item> {
    let place = |item: &crate::ports::store::NewItem| {
        let seq = item.seq.unwrap_or_else(|| {
            last += 1;
            last
        });
        Item { seq, at: turn.at, body: item.body.clone() }
    };
    turn.items.iter().map(place).collect()
}

/// What a turn leaves in the log, the journal and the inbox.
fn record<'a>(turn: &'a TurnCommit, version: i64, items: &'a [Item]) -> Batch<'a> {
    let mut batch = Batch::default();
    let id = Bound::Text(&turn.conversation);
    let item = |item: &'a Item| {
        [id, Bound::Number(item.seq), Bound::Number(item.at), Bound::Text(&item.body)]
    };
    let head = "insert into items (conversation, seq, at, body) values";
    batch.insert(head, items.iter().map(item), "");
    let step = |(n, step): (i64, &'a JournalEntry)| {
        let [turn, step_n, at] = [step.turn, step.step, step.at].map(Bound::Number);
        [id, Bound::Number(version), Bound::Number(n), turn, step_n, at, Bound::Text(&step.body)]
    };
    batch.insert(
        "insert into journal (conversation, version, n, turn, step, at, body) values",
        (0..).zip(&turn.journal).map(step),
        "",
    );
    if let Some(inbox) = turn.done {
        let is = [("id", Bound::Number(inbox)), ("conversation", id)];
        batch.change("update inbox set done = 1 where", is);
    }
    batch
}

/// How a scope is written in the database.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Bot => "bot",
        Scope::User => "user",
    }
}

async fn unschedule(on: &mut Connection, bot: &str, id: &str) -> StoreResult<()> {
    query("delete from schedules where bot = $1 and id = $2")
        .bind(bot)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// A delivery that is there already was committed before a crash: it stays one.
async fn deliver(on: &mut Connection, turn: &TurnCommit, delivery: &Delivery) -> StoreResult<()> {
    query(
        "insert into outbox (conversation, turn, n, channel, address, body, retry_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (conversation, turn, n) do nothing",
    )
    .bind(&turn.conversation)
    .bind(turn.turn)
    .bind(delivery.index)
    .bind(names::without_nul(&delivery.channel))
    .bind(names::without_nul(&delivery.address))
    .bind(&delivery.body)
    .bind(turn.at)
    .execute(on)
    .await?;
    Ok(())
}

async fn delivered(on: &mut Connection, id: i64, failure: Option<&str>) -> StoreResult<()> {
    let done = query("update outbox set done = 1, failure = $2 where id = $1")
        .bind(id)
        .bind(failure.map(names::without_nul))
        .execute(on)
        .await?;
    match done.rows_affected() {
        0 => Err(StoreError::NotFound("the delivery")),
        _ => Ok(()),
    }
}

async fn fire(on: &mut Connection, firing: &Firing) -> StoreResult<bool> {
    names::of_conversation(&firing.conversation)?;
    names::of_message(&firing.message)?;
    if firing.message.conversation != firing.conversation.id {
        return Err(StoreError::Invalid("a schedule speaks to the conversation it opens".into()));
    }
    if !move_on(on, &firing.schedule, firing.next).await? {
        return Ok(false);
    }
    open(on, &firing.conversation).await?;
    accept(on, &firing.message).await?;
    Ok(true)
}

/// Moves a schedule on from its time; false when someone else did.
async fn move_on(
    on: &mut Connection,
    schedule: &Schedule,
    next: Option<Millis>,
) -> StoreResult<bool> {
    let statement = match next {
        Some(_) => "update schedules set next_at = $4 where bot = $1 and id = $2 and next_at = $3",
        None => "delete from schedules where bot = $1 and id = $2 and next_at = $3",
    };
    let mut moved = query(statement).bind(&schedule.bot).bind(&schedule.id).bind(schedule.next_at);
    if next.is_some() {
        moved = moved.bind(next);
    }
    Ok(moved.execute(on).await?.rows_affected() == 1)
}
