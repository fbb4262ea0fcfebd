//! Schedules, timers, deliveries, and what goes when its time is over.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{delivery, new, said, schedule, turn};
use crate::ports::store::{Scope, Store, StoreError, TurnCommit};

pub(super) async fn time(store: Arc<dyn Store>) {
    let on = store.as_ref();
    assert_eq!(on.next_due().await.expect("asked"), None);
    schedules(on).await;
    firing(store.clone()).await;
    timers(on).await;
}

async fn schedules(on: &dyn Store) {
    on.open(&new("t1")).await.expect("opened");
    let set = vec![schedule("late", 900), schedule("soon", 100), schedule("gone", 50)];
    on.commit(TurnCommit { schedules: set, ..turn("t1", 0) }).await.expect("set");
    let cancel = vec!["gone".to_string(), "never set".to_string()];
    on.commit(TurnCommit { unschedule: cancel, ..turn("t1", 1) }).await.expect("cancelled");
    assert_eq!(on.next_due().await.expect("asked"), Some(100));
    assert!(on.due_schedules(99, 10).await.expect("asked").is_empty());
    assert_eq!(on.due_schedules(100, 10).await.expect("asked"), [schedule("soon", 100)]);
    let both = on.due_schedules(1_000, 10).await.expect("asked");
    assert_eq!(both, [schedule("soon", 100), schedule("late", 900)]);
    assert_eq!(on.due_schedules(1_000, 1).await.expect("asked").len(), 1);
    assert_eq!(on.schedules("bakery").await.expect("asked"), both);
    assert!(on.schedules("other").await.expect("asked").is_empty());
    let moved = vec![schedule("late", 800)];
    on.commit(TurnCommit { schedules: moved, ..turn("t1", 2) }).await.expect("moved");
    assert_eq!(on.schedules("bakery").await.expect("asked")[1].next_at, 800);
}

/// Twenty servers see one schedule due: one of them opens its conversation.
async fn firing(store: Arc<dyn Store>) {
    for (due, next) in [(100, Some(200)), (200, Some(300)), (300, None)] {
        let mut tasks = JoinSet::new();
        for server in 0..20 {
            let store = store.clone();
            let id = format!("fired at {due} by {server}");
            tasks.spawn(async move {
                let message = said(&id, "start", None);
                let fired = store.fire(&schedule("soon", due), next, &new(&id), &message).await;
                (id, fired.expect("answered"))
            });
        }
        let results = tasks.join_all().await;
        let won: Vec<&String> = results.iter().filter(|r| r.1).map(|r| &r.0).collect();
        assert_eq!(won.len(), 1, "one firing at {due}");
        for (id, fired) in &results {
            let opened = store.conversation(id).await.expect("asked").is_some();
            assert_eq!(opened, *fired, "{id}");
        }
        let waiting = store.waiting(won[0], 5).await.expect("waiting");
        assert_eq!(waiting.len(), 1);
        let done = TurnCommit { done: Some(waiting[0].id), ..turn(won[0], 0) };
        store.commit(done).await.expect("dealt with");
    }
    let left = store.schedules("bakery").await.expect("asked");
    assert_eq!(left, [schedule("late", 800)]);
    let cancel = TurnCommit { unschedule: vec!["late".into()], ..turn("t1", 3) };
    store.commit(cancel).await.expect("cancelled");
    assert_eq!(store.next_due().await.expect("asked"), None);
}

async fn timers(on: &dyn Store) {
    for (id, at) in [("t2", 70), ("t3", 60), ("t4", 500)] {
        on.open(&new(id)).await.expect("opened");
        on.commit(TurnCommit { wake_at: Some(at), ..turn(id, 0) }).await.expect("waits");
    }
    assert_eq!(on.next_due().await.expect("asked"), Some(60));
    let due = on.due_timers(70, 10).await.expect("asked");
    assert_eq!(due, [("t3".to_string(), 60), ("t2".to_string(), 70)]);
    assert_eq!(on.due_timers(70, 1).await.expect("asked").len(), 1);
    for id in ["t2", "t3", "t4"] {
        on.commit(turn(id, 1)).await.expect("woken");
    }
    assert!(on.due_timers(i64::MAX, 10).await.expect("asked").is_empty());
    assert_eq!(on.next_due().await.expect("asked"), None);
}

pub(super) async fn outbox(store: Arc<dyn Store>) {
    let on = store.as_ref();
    on.open(&new("o1")).await.expect("opened");
    let deliveries: Vec<_> = (0..3).map(|n| delivery(n, &format!("to {n}\0"))).collect();
    let first = TurnCommit { deliveries: deliveries.clone(), turn: 1, ..turn("o1", 0) };
    on.commit(first).await.expect("committed");
    // The same turn commits again after a crash: its deliveries stay three.
    let again = TurnCommit { deliveries, turn: 1, ..turn("o1", 1) };
    on.commit(again).await.expect("committed");
    assert!(on.claim_deliveries(2_999, 9_000, 10).await.expect("too early").is_empty());
    let claimed = claim_by_many(store.clone()).await;
    assert_eq!(claimed.len(), 3, "each delivery is claimed once");
    assert!(on.claim_deliveries(8_999, 9_000, 10).await.expect("hidden").is_empty());
    on.delivered(claimed[0], None).await.expect("delivered");
    on.delivered(claimed[1], Some("no such\0 address")).await.expect("given up");
    let again = on.claim_deliveries(9_000, 10_000, 10).await.expect("again");
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id, again[0].attempts), (claimed[2], 1));
    assert_eq!((again[0].conversation.as_str(), again[0].turn), ("o1", 1));
    assert!(again[0].delivery.address.starts_with("to "));
    assert!(!again[0].delivery.address.contains('\0'));
    on.delivered(claimed[2], None).await.expect("delivered");
    assert!(on.claim_deliveries(i64::MAX, 0, 10).await.expect("none").is_empty());
    assert!(matches!(on.delivered(i64::MAX, None).await, Err(StoreError::NotFound(_))));
}

async fn claim_by_many(store: Arc<dyn Store>) -> Vec<i64> {
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let store = store.clone();
        tasks.spawn(async move { store.claim_deliveries(3_000, 9_000, 2).await.expect("asked") });
    }
    let mut claimed: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert!(claimed.iter().all(|row| row.attempts == 0));
    claimed.sort_by_key(|row| row.id);
    claimed.iter().map(|row| row.id).collect()
}

/// Conversations that nobody has touched for long go, unless they have something to do.
pub(super) async fn expiry(on: &dyn Store) {
    let old = |id: &str| TurnCommit { at: 10, ..turn(id, 0) };
    for id in ["old", "old that wakes", "old with a message", "old with a delivery", "young"] {
        on.open(&new(id)).await.expect("opened");
    }
    on.commit(old("old")).await.expect("committed");
    let wakes = TurnCommit { wake_at: Some(99), ..old("old that wakes") };
    on.commit(wakes).await.expect("committed");
    let mut message = said("old with a message", "m", None);
    message.at = 10;
    let waiting = on.accept(&message).await.expect("accepted");
    let sends = TurnCommit { deliveries: vec![delivery(0, "x")], ..old("old with a delivery") };
    on.commit(sends).await.expect("committed");
    assert_eq!(on.expire(500, 0).await.expect("expired"), 1);
    assert_eq!(on.conversation("old").await.expect("asked"), None);
    for id in ["old that wakes", "old with a message", "old with a delivery", "young"] {
        assert!(on.conversation(id).await.expect("asked").is_some(), "{id}");
    }
    let done = TurnCommit { done: Some(waiting.inbox), ..old("old with a message") };
    on.commit(done).await.expect("committed");
    on.commit(TurnCommit { version: 1, ..old("old that wakes") }).await.expect("woken");
    let sent = on.claim_deliveries(20, 30, 5).await.expect("claimed");
    on.delivered(sent[0].id, None).await.expect("delivered");
    assert_eq!(on.expire(500, 0).await.expect("expired"), 3);
    assert!(on.items("old with a message", 0, 5).await.expect("asked").is_empty());
    assert!(on.memory(Scope::Bot, "bakery", "none").await.expect("asked").is_none());
}
