//! What every store must do, as a test that runs on each of them.
//!
//! It begins on an empty store. Each part uses names of its own; parts that look at all
//! conversations or all schedules leave nothing behind that the next would see.

use std::sync::Arc;

use basilect_stdlib::Data;
use tokio::task::JoinSet;

use super::store::{
    Accepted, Committed, Delivery, Inbound, JournalEntry, Listed, MemoryWrite, NewConversation,
    NewItem, Schedule, Scope, Store, StoreError, TurnCommit,
};

mod deploys;
mod rows;
mod time;

/// Runs the whole contract.
pub(crate) async fn store_contract(store: Arc<dyn Store>) {
    let on = store.as_ref();
    on.ping().await.expect("the store answers");
    packages(on).await;
    conversations(on).await;
    messages(on).await;
    turns(on).await;
    lists(on).await;
    memory(on).await;
    names_that_no_database_holds(on).await;
    crowded_conversation(store.clone()).await;
    racing_turns(store.clone()).await;
    groups_under_load(store.clone()).await;
    time::time(store.clone()).await;
    time::outbox(store.clone()).await;
    time::expiry(on).await;
    rows::rows(store.clone()).await;
    deploys::deploys(on).await;
    on.close().await;
    let refused = on.accept(&said("c-after", "m", Some("x"))).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    on.close().await;
}

/// A conversation to open.
pub(crate) fn new(id: &str) -> NewConversation {
    NewConversation {
        id: id.into(),
        key_hash: format!("key of {id}"),
        bot: "bakery".into(),
        program: "p1".into(),
        person: "anna".into(),
        channel: "web".into(),
        at: 1_000,
    }
}

/// A message that came in.
pub(crate) fn said(conversation: &str, native_id: &str, item: Option<&str>) -> Inbound {
    Inbound {
        conversation: conversation.into(),
        native_id: native_id.into(),
        body: format!("{{\"say\":\"{native_id}\"}}"),
        item: item.map(str::to_string),
        at: 2_000,
    }
}

/// A turn that does nothing but move the conversation on.
pub(crate) fn turn(conversation: &str, version: i64) -> TurnCommit {
    TurnCommit {
        conversation: conversation.into(),
        version,
        state: format!("state after {version}").into_bytes(),
        program: "p1".into(),
        turn: version + 1,
        at: 3_000,
        ..TurnCommit::default()
    }
}

fn text(body: &str) -> NewItem {
    NewItem { seq: None, body: body.into() }
}

async fn packages(on: &dyn Store) {
    assert_eq!(on.package("none").await.expect("asked"), None);
    on.put_package("p1", b"first", 1).await.expect("put");
    on.put_package("p1", b"first", 2).await.expect("put again");
    assert_eq!(on.package("p1").await.expect("read"), Some(b"first".to_vec()));
}

async fn conversations(on: &dyn Store) {
    assert_eq!(on.conversation("c1").await.expect("asked"), None);
    assert!(on.open(&new("c1")).await.expect("opened"));
    let again = NewConversation { bot: "other".into(), ..new("c1") };
    assert!(!on.open(&again).await.expect("was open"));
    let stored = on.conversation("c1").await.expect("read").expect("is there");
    assert_eq!((stored.bot.as_str(), stored.person.as_str()), ("bakery", "anna"));
    assert_eq!((stored.key_hash.as_str(), stored.channel.as_str()), ("key of c1", "web"));
    assert_eq!((stored.version, stored.last_seq, stored.wake_at), (0, 0, None));
    assert_eq!((stored.created_at, stored.updated_at), (1_000, 1_000));
    assert!(stored.state.is_empty());
}

async fn messages(on: &dyn Store) {
    on.open(&new("c2")).await.expect("opened");
    let first = on.accept(&said("c2", "m1", Some("{\"n\":1}"))).await.expect("accepted");
    assert_eq!(first, Accepted { inbox: first.inbox, seq: Some(1), duplicate: false });
    let quiet = on.accept(&said("c2", "m2", None)).await.expect("accepted");
    assert_eq!((quiet.seq, quiet.duplicate), (None, false));
    assert!(quiet.inbox > first.inbox);
    for _ in 0..3 {
        let again = on.accept(&said("c2", "m1", Some("{\"n\":9}"))).await.expect("known");
        assert_eq!(again, Accepted { duplicate: true, ..first });
    }
    let third = on.accept(&said("c2", "m3", Some("{\"n\":3}"))).await.expect("accepted");
    assert_eq!(third.seq, Some(2), "a repeated message takes no place");
    let waiting = on.waiting("c2", 10).await.expect("waiting");
    let ids: Vec<&str> = waiting.iter().map(|row| row.native_id.as_str()).collect();
    assert_eq!(ids, ["m1", "m2", "m3"]);
    assert_eq!((waiting[0].seq, waiting[0].at), (Some(1), 2_000));
    assert_eq!(waiting[0].body, "{\"say\":\"m1\"}");
    assert_eq!(on.waiting("c2", 1).await.expect("one").len(), 1);
    let all = on.conversations_waiting(10).await.expect("all");
    assert_eq!(all, ["c2"]);
    let lost = on.accept(&said("nowhere", "m1", None)).await;
    assert!(matches!(lost, Err(StoreError::NotFound(_))), "{lost:?}");
    log(on).await;
    for (version, row) in (0..).zip(waiting) {
        let done = TurnCommit { done: Some(row.id), ..turn("c2", version) };
        on.commit(done).await.expect("dealt with");
    }
    assert!(on.conversations_waiting(10).await.expect("none").is_empty());
    let late = on.accept(&said("c2", "m1", Some("x"))).await.expect("still known");
    assert!(late.duplicate, "a message that was dealt with is known");
}

async fn log(on: &dyn Store) {
    let log = on.items("c2", 0, 10).await.expect("log");
    let bodies: Vec<(i64, &str)> = log.iter().map(|i| (i.seq, i.body.as_str())).collect();
    assert_eq!(bodies, [(1, "{\"n\":1}"), (2, "{\"n\":3}")]);
    assert_eq!(on.items("c2", 1, 10).await.expect("later").len(), 1);
    assert_eq!(on.items("c2", 0, 1).await.expect("one").len(), 1);
}

async fn turns(on: &dyn Store) {
    on.open(&new("c3")).await.expect("opened");
    let message = on.accept(&said("c3", "m1", Some("hello"))).await.expect("accepted");
    let reserved = on.reserve_seq("c3").await.expect("reserved");
    assert_eq!(reserved, 2);
    let step = |step| JournalEntry { turn: 1, step, at: 5, body: format!("step {step}") };
    let streamed = NewItem { seq: Some(reserved), body: "streamed".into() };
    let first = TurnCommit {
        items: vec![text("before"), streamed, text("after")],
        journal: vec![step(0), step(1)],
        wake_at: Some(9_000),
        program: "p2".into(),
        ..turn("c3", 0)
    };
    let committed = on.commit(first.clone()).await.expect("committed");
    assert_eq!(committed, Committed { version: 1, seqs: vec![3, 2, 4] });
    assert_eq!(on.waiting("c3", 5).await.expect("still").len(), 1, "a checkpoint ends nothing");
    let stale = on.commit(first).await;
    assert!(matches!(stale, Err(StoreError::Conflict)), "{stale:?}");
    let last = TurnCommit {
        done: Some(message.inbox),
        journal: vec![step(1)],
        items: vec![text("end")],
        ..turn("c3", 1)
    };
    let committed = on.commit(last).await.expect("committed");
    assert_eq!(committed, Committed { version: 2, seqs: vec![5] });
    after_the_turns(on).await;
    let lost = on.commit(turn("nowhere", 0)).await;
    assert!(matches!(lost, Err(StoreError::NotFound(_))), "{lost:?}");
    assert!(matches!(on.reserve_seq("nowhere").await, Err(StoreError::NotFound(_))));
}

async fn after_the_turns(on: &dyn Store) {
    let stored = on.conversation("c3").await.expect("read").expect("is there");
    assert_eq!((stored.version, stored.last_seq, stored.wake_at), (2, 5, None));
    assert_eq!((stored.program.as_str(), stored.updated_at), ("p1", 3_000));
    assert_eq!(stored.state, b"state after 1");
    let log = on.items("c3", 0, 10).await.expect("log");
    let bodies: Vec<&str> = log.iter().map(|item| item.body.as_str()).collect();
    assert_eq!(bodies, ["hello", "streamed", "before", "after", "end"]);
    let journal = on.journal("c3").await.expect("journal");
    let steps: Vec<&str> = journal.iter().map(|step| step.body.as_str()).collect();
    assert_eq!(steps, ["step 0", "step 1", "step 1"], "a step may come again after a crash");
    assert!(on.waiting("c3", 5).await.expect("none").is_empty());
}

async fn lists(on: &dyn Store) {
    for (name, bot) in [("l1", "florist"), ("l2", "florist"), ("l3", "florist"), ("l4", "other")] {
        on.open(&NewConversation { bot: bot.into(), ..new(name) }).await.expect("opened");
    }
    on.commit(turn("l1", 0)).await.expect("committed");
    let names = |listed: Vec<Listed>| listed.into_iter().map(|one| one.id).collect::<Vec<_>>();
    let florist = Some("florist");
    let first = on.list(florist, None, 2).await.expect("listed");
    assert_eq!(names(first.clone()), ["l1", "l3"], "what changed last comes first");
    let last = first.last().map(|last| (last.updated_at, last.id.clone()));
    assert_eq!(names(on.list(florist, last, 2).await.expect("listed")), ["l2"]);
    assert!(on.list(Some("nobody"), None, 9).await.expect("listed").is_empty());
    let all = names(on.list(None, None, 1_000).await.expect("listed"));
    assert!(["l1", "l2", "l3", "l4"].iter().all(|name| all.iter().any(|id| id == name)), "{all:?}");
}

async fn memory(on: &dyn Store) {
    on.open(&new("c4")).await.expect("opened");
    let write = |scope, owner: &str, value, expires_at| MemoryWrite {
        scope,
        owner: owner.into(),
        key: "k".into(),
        value,
        expires_at,
    };
    let value = Data::map([("since", Data::Date(19_000)), ("n", Data::Num(1.5))]);
    let writes = vec![
        write(Scope::Bot, "bakery", Some(value.clone()), None),
        write(Scope::User, "anna", Some(Data::text("x")), Some(50)),
        write(Scope::User, "ben", Some(Data::Null), None),
    ];
    on.commit(TurnCommit { memory: writes, ..turn("c4", 0) }).await.expect("remembered");
    assert_eq!(on.memory(Scope::Bot, "bakery", "k").await.expect("read"), Some(value));
    assert_eq!(on.memory(Scope::Bot, "anna", "k").await.expect("read"), None);
    assert_eq!(on.memory(Scope::User, "ben", "k").await.expect("read"), Some(Data::Null));
    let at = async |now| on.memory_at(Scope::User, "anna", "k", now).await.expect("read");
    assert_eq!((at(49).await, at(50).await), (Some(Data::text("x")), None));
    on.expire(0, 50).await.expect("expired");
    assert_eq!(on.memory(Scope::User, "anna", "k").await.expect("read"), None);
    let forget = vec![write(Scope::Bot, "bakery", None, None)];
    on.commit(TurnCommit { memory: forget, ..turn("c4", 1) }).await.expect("forgotten");
    assert_eq!(on.memory(Scope::Bot, "bakery", "k").await.expect("read"), None);
}

/// What one database could not hold is refused by all, and leaves the others of its group alone.
async fn names_that_no_database_holds(on: &dyn Store) {
    on.open(&new("c5")).await.expect("opened");
    let long = "x".repeat(5_000);
    for bad in ["a\0b", long.as_str()] {
        let refused = on.accept(&said("c5", bad, Some("x"))).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        let write = MemoryWrite {
            scope: Scope::Bot,
            owner: "bakery".into(),
            key: bad.into(),
            value: Some(Data::Int(1)),
            expires_at: None,
        };
        let commit = TurnCommit { memory: vec![write], ..turn("c5", 0) };
        let refused = on.commit(commit).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
    let stored = on.conversation("c5").await.expect("read").expect("is there");
    assert_eq!((stored.version, stored.last_seq), (0, 0));
}

/// A hundred messages at once to one conversation get a hundred places, without a gap.
async fn crowded_conversation(store: Arc<dyn Store>) {
    store.open(&new("c6")).await.expect("opened");
    let mut tasks = JoinSet::new();
    for n in 0..100 {
        let store = store.clone();
        tasks.spawn(async move {
            // Each message comes twice, as channels do.
            let message = said("c6", &format!("m{}", n % 50), Some("x"));
            store.accept(&message).await.expect("accepted")
        });
    }
    let accepted = tasks.join_all().await;
    assert_eq!(accepted.iter().filter(|one| one.duplicate).count(), 50);
    let mut fresh: Vec<Accepted> = accepted.into_iter().filter(|one| !one.duplicate).collect();
    fresh.sort_by_key(|one| one.inbox);
    let seqs: Vec<i64> = fresh.iter().filter_map(|one| one.seq).collect();
    assert_eq!(seqs, (1..=50).collect::<Vec<i64>>(), "places follow the order of the inbox");
    let waiting = store.waiting("c6", 1_000).await.expect("waiting");
    assert!(waiting.iter().map(|row| row.seq).eq((1..=50).map(Some)));
}

/// Turns that began with one version: exactly one of them wins, and nothing of the others stays.
async fn racing_turns(store: Arc<dyn Store>) {
    store.open(&new("c7")).await.expect("opened");
    for version in 0..5 {
        let mut tasks = JoinSet::new();
        for n in 0..20 {
            let store = store.clone();
            tasks.spawn(async move {
                let items = vec![text(&format!("by {n}"))];
                store.commit(TurnCommit { items, ..turn("c7", version) }).await
            });
        }
        let results = tasks.join_all().await;
        let won = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(won, 1, "one turn of each version");
        let lost = |r: &&Result<_, _>| matches!(r, Err(StoreError::Conflict));
        assert_eq!(results.iter().filter(lost).count(), 19);
    }
    assert_eq!(store.items("c7", 0, 100).await.expect("log").len(), 5);
}

/// Many conversations at once, with transactions of turns between them: all of it is there in the
/// end, in order.
async fn groups_under_load(store: Arc<dyn Store>) {
    const TURNS: i64 = 20;
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        tasks.spawn(busy_conversation(store.clone(), format!("busy{n}"), TURNS, n % 4 == 0));
    }
    tasks.join_all().await;
    for n in 0..40 {
        let id = format!("busy{n}");
        let log = store.items(&id, 0, 1_000).await.expect("log");
        let expected: Vec<String> =
            (0..TURNS).flat_map(|t| [format!("ask {t}"), format!("answer {t}")]).collect();
        assert!(log.iter().map(|item| &item.body).eq(&expected), "{id}: {log:?}");
        assert!(log.iter().map(|item| item.seq).eq(1..=TURNS * 2));
    }
    let query = super::store::Query { table: "busy".into(), ..Default::default() };
    let rows = store.find("bakery", &query).await.expect("rows");
    assert_eq!(rows.len(), 10 * TURNS as usize);
}

async fn busy_conversation(store: Arc<dyn Store>, id: String, turns: i64, writes: bool) {
    store.open(&new(&id)).await.expect("opened");
    for version in 0..turns {
        let ask = said(&id, &format!("m{version}"), Some(&format!("ask {version}")));
        let message = store.accept(&ask).await.expect("accepted");
        let commit = TurnCommit {
            done: Some(message.inbox),
            items: vec![text(&format!("answer {version}"))],
            ..turn(&id, version)
        };
        let committed = match writes {
            false => store.commit(commit).await,
            true => {
                let mut transaction = store.begin().await.expect("begun");
                let row = [("by".to_string(), Data::text(id.as_str()))].into_iter().collect();
                transaction.insert("bakery", "busy", row).await.expect("inserted");
                transaction.commit(commit).await
            }
        };
        assert_eq!(committed.expect("committed").version, version + 1);
    }
}

/// A schedule of the bakery.
pub(crate) fn schedule(id: &str, next_at: i64) -> Schedule {
    Schedule {
        id: id.into(),
        bot: "bakery".into(),
        script: "daily".into(),
        rule: "0 9 * * *".into(),
        zone: "America/Sao_Paulo".into(),
        args: Data::map([("day", Data::Date(19_000))]),
        next_at,
        declared: false,
    }
}

/// A message to somebody else.
pub(crate) fn delivery(index: i64, address: &str) -> Delivery {
    Delivery { index, channel: "mail".into(), address: address.into(), body: "{}".into() }
}
