//! Accepting through faults, with the tries that a channel makes, loses and repeats nothing.

use super::*;
use crate::ports::store_contract::{new, said};
use crate::store::Sqlite;

async fn faulty(before_per_mille: u64, after_per_mille: u64) -> (Arc<dyn Store>, Faulty) {
    let inner: Arc<dyn Store> = Arc::new(Sqlite::memory().await.expect("opened"));
    inner.open(&new("c")).await.expect("opened");
    let faults = Faults {
        seed: 7,
        before_per_mille,
        after_per_mille,
        late_per_mille: 100,
        delay: Duration::from_millis(1),
    };
    (inner.clone(), Faulty::new(inner, faults))
}

#[tokio::test]
async fn tries_after_lost_answers_add_nothing() {
    let (inner, faulty) = faulty(200, 200).await;
    let mut failures = 0;
    for n in 0..200 {
        let message = said("c", &format!("m{n}"), Some("x"));
        while faulty.accept(&message).await.is_err() {
            failures += 1;
        }
    }
    assert!((50..200).contains(&failures), "{failures} failures");
    let log = inner.items("c", 0, 1_000).await.expect("log");
    assert!(log.iter().map(|item| item.seq).eq(1..=200));
    assert!(faulty.draws() > 600);
}

#[tokio::test]
async fn a_store_that_is_away_does_nothing() {
    let (inner, faulty) = faulty(1_000, 0).await;
    assert!(faulty.accept(&said("c", "m", Some("x"))).await.is_err());
    assert!(faulty.begin().await.is_err());
    assert!(faulty.ping().await.is_err());
    assert!(inner.items("c", 0, 10).await.expect("log").is_empty());
}
