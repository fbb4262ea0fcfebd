//! The contract on SQLite, and what only a file can do.

use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::ports::store::{NewItem, Query, Rows, Store, TurnCommit};
use crate::ports::store_contract::{new, said, store_contract, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    store_contract(Arc::new(Sqlite::memory().await.expect("opened"))).await;
}

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    let folder = Folder::new().expect("a folder");
    let path = folder.0.join("deeper").join("store.db");
    let store = Sqlite::open(&path).await.expect("opened");
    store.open(&new("c")).await.expect("opened");
    store.accept(&said("c", "m", Some("hello"))).await.expect("accepted");
    store.close().await;
    let again = Sqlite::open(&path).await.expect("opened again");
    assert_eq!(again.items("c", 0, 5).await.expect("log").len(), 1);
    assert!(!path.with_extension("db-wal").metadata().is_ok_and(|wal| wal.len() > 0));
}

#[tokio::test]
async fn a_temporary_store_goes_with_its_handle() {
    let store = Sqlite::memory().await.expect("opened");
    let path = store._folder.as_ref().map(|folder| folder.0.clone()).expect("a folder");
    assert!(path.join("store.db").exists());
    drop(store);
    assert!(!path.exists());
}

/// One job that the database refuses does not take the others with it.
#[tokio::test]
async fn a_failing_statement_spoils_only_its_own_operation() {
    let store = Sqlite::memory().await.expect("opened");
    for id in ["a", "b"] {
        store.open(&new(id)).await.expect("opened");
    }
    // While a transaction holds the writer, all that follows queues up for one group.
    let held = store.begin().await.expect("begun");
    let twice = |seq| NewItem { seq: Some(seq), body: "x".into() };
    let broken = TurnCommit { items: vec![twice(7), twice(7)], ..turn("a", 0) };
    let (one, two) = (said("b", "m1", Some("1")), said("b", "m2", Some("2")));
    let (first, broken, last, ()) =
        tokio::join!(store.accept(&one), store.commit(broken), store.accept(&two), async {
            tokio::task::yield_now().await;
            held.rollback().await;
        });
    assert!(matches!(broken, Err(StoreError::Unavailable(_))), "{broken:?}");
    assert_eq!(first.expect("accepted").seq, Some(1));
    assert_eq!(last.expect("accepted").seq, Some(2));
    let untouched = store.conversation("a").await.expect("read").expect("is there");
    assert_eq!((untouched.version, untouched.last_seq), (0, 0));
}

#[tokio::test]
async fn every_migration_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    files.sort();
    let embedded: Vec<String> = migrations::ALL
        .iter()
        .map(|(number, subject, _)| format!("{number:04}_{subject}.sql"))
        .collect();
    assert_eq!(files, embedded);
}

#[tokio::test]
async fn a_temporary_store_is_open_at_once() {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        let store = Sqlite::memory().await.expect("opened");
        best = best.min(begun.elapsed().as_secs_f64());
        drop(store);
    }
    assert!(best < 0.1, "it took {best} s");
}

/// A search by key does not read the table.
#[tokio::test]
async fn a_search_by_key_uses_the_index() {
    let store = Sqlite::memory().await.expect("opened");
    let mut reader = store.reader().await.expect("a reader");
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {}", dialect::TO_READ.key)))
            .fetch_all(&mut *reader)
            .await
            .expect("a plan");
    let steps: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
    assert!(steps.iter().any(|step| step.contains("tbl=? AND key=?")), "{steps:?}");
    assert!(steps.iter().any(|step| step.contains("bot_rows_odd")), "{steps:?}");
}

/// The text of a prefilter and its value are two things, whatever the value says.
#[tokio::test]
async fn prefilters_take_only_what_can_fit() {
    use basilect_stdlib::Data;
    use basilect_stdlib::pure::condition::{Filter, Op};
    let store = Sqlite::memory().await.expect("opened");
    let mut unit = store.unit().await.expect("begun");
    for n in 0..100 {
        let row =
            [("n", Data::Int(n)), ("even", Data::text(if n % 2 == 0 { "yes!" } else { "no!" }))];
        let row = row.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        unit.insert("b", "numbers", row).await.expect("inserted");
    }
    for (column, value, expected) in
        [("even", Data::text("yes!"), 50), ("n", Data::Int(7), 1), ("N", Data::Int(7), 1)]
    {
        let filter = Filter::Compare { column: column.into(), op: Op::Eq, value };
        let query = Query { table: "numbers".into(), filter: Some(filter), ..Query::default() };
        assert_eq!(unit.find("b", &query).await.expect("found").len(), expected, "{column}");
    }
}
