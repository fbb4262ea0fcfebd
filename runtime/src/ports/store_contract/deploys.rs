//! Deploys: packages, declared tables and schedules, and the rows that come with a package.

use basilect_stdlib::Data;

use super::rows::{column, query, row, shape};
use super::{new, schedule, turn};
use crate::ports::store::{
    DEPLOYMENTS_MAX, Deploy, Deployment, Millis, Row, Schedule, Store, StoreError, TurnCommit,
};

pub(super) async fn deploys(on: &dyn Store) {
    let missing = Deploy { bot: "shop".into(), hash: "nowhere".into(), ..Deploy::default() };
    let refused = on.deploy(&missing).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
    packages(on).await;
    schedules(on).await;
    imports(on).await;
    new_shapes(on).await;
}

/// A deploy of the shop.
fn deploy() -> Deploy {
    let (bot, hash, origin) = ("shop".into(), "s1".into(), "studio".into());
    Deploy { bot, hash, origin, at: 5, ..Deploy::default() }
}

async fn packages(on: &dyn Store) {
    for hash in ["s1", "s2", "held", "unused"] {
        on.put_package(hash, hash.as_bytes(), 1).await.expect("put");
    }
    on.deploy(&Deploy { hash: "s2".into(), at: 4, ..deploy() }).await.expect("deployed");
    on.deploy(&deploy()).await.expect("deployed");
    let known = on.deployments("shop").await.expect("deployments");
    let one = |hash: &str, at| Deployment { hash: hash.into(), at, origin: "studio".into() };
    assert_eq!(known, [one("s1", 5), one("s2", 4)], "the newest first");
    assert_eq!(on.deployments("nobody").await.expect("none"), []);
    on.deploy(&Deploy { origin: String::new(), ..deploy() }).await.expect("deployed");
    assert_eq!(on.deployments("shop").await.expect("deployments"), known, "nobody asked for it");
    let bots = on.bots().await.expect("bots");
    assert!(bots.contains(&("shop".to_string(), "s1".to_string())), "{bots:?}");
    on.open(&new("held")).await.expect("opened");
    let held = TurnCommit { program: "held".into(), ..turn("held", 0) };
    on.commit(held).await.expect("committed");
    assert_eq!(on.drop_unused_packages().await.expect("dropped"), 1);
    for (hash, there) in [("s1", true), ("held", true), ("s2", true), ("unused", false)] {
        assert_eq!(on.package(hash).await.expect("read").is_some(), there, "{hash}");
    }
    // Only so many deployments are remembered; a package that only an older one needs goes.
    for at in 10..10 + Millis::from(DEPLOYMENTS_MAX) {
        on.deploy(&Deploy { at, ..deploy() }).await.expect("deployed");
    }
    let known = on.deployments("shop").await.expect("deployments");
    assert_eq!(known.len(), DEPLOYMENTS_MAX as usize);
    assert_eq!(known.last().map(|one| one.at), Some(10));
    assert_eq!(on.drop_unused_packages().await.expect("dropped"), 1);
    assert_eq!(on.package("s2").await.expect("read"), None);
}

async fn schedules(on: &dyn Store) {
    let declared = |id: &str, next_at| Schedule {
        bot: "shop".into(),
        declared: true,
        ..schedule(id, next_at)
    };
    let with = |schedules| Deploy { schedules, ..deploy() };
    on.deploy(&with(vec![declared("a", 10), declared("b", 20)])).await.expect("deployed");
    let own = Schedule { bot: "shop".into(), ..schedule("own", 5) };
    on.open(&new("s-own")).await.expect("opened");
    let set = TurnCommit { schedules: vec![own.clone()], ..turn("s-own", 0) };
    on.commit(set).await.expect("set");
    let other_rule = Schedule { rule: "0 8 * * *".into(), ..declared("b", 99) };
    let next = vec![declared("a", 1_000), other_rule.clone()];
    on.deploy(&with(next)).await.expect("deployed");
    let all = on.schedules("shop").await.expect("schedules");
    assert_eq!(
        all,
        [own.clone(), declared("a", 10), other_rule],
        "a rule that stays keeps its time"
    );
    on.deploy(&with(vec![])).await.expect("deployed");
    assert_eq!(on.schedules("shop").await.expect("schedules"), [own]);
}

fn catalogue(hash: &str, rows: Vec<Row>) -> Deploy {
    Deploy { imports: vec![("Products".into(), hash.into(), rows)], ..deploy() }
}

async fn prices(on: &dyn Store) -> Vec<(Data, Data)> {
    let all = on.find("shop", &query("products")).await.expect("found");
    all.into_iter().map(|row| (row["id"].clone(), row["price"].clone())).collect()
}

async fn imports(on: &dyn Store) {
    let priced = |price| row(&[("price", Data::Int(price))]);
    on.deploy(&catalogue("f1", vec![priced(10), priced(20)])).await.expect("deployed");
    let int = |id, price| (Data::Int(id), Data::Int(price));
    assert_eq!(prices(on).await, [int(1, 10), int(2, 20)]);
    on.open(&new("importing")).await.expect("opened");
    let mut script = on.begin().await.expect("begun");
    script.insert("shop", "products", priced(99)).await.expect("inserted");
    let second = row(&[("id", Data::Int(2)), ("price", Data::Int(22))]);
    script.save("shop", "products", second).await.expect("saved");
    script.commit(turn("importing", 0)).await.expect("committed");
    // The same file again changes nothing.
    on.deploy(&catalogue("f1", vec![priced(7)])).await.expect("deployed");
    assert_eq!(prices(on).await, [int(1, 10), int(2, 22), int(3, 99)]);
    // A new file replaces the rows of the old one and leaves those that scripts have written.
    let file = vec![priced(11), priced(21), priced(31)];
    on.deploy(&catalogue("f2", file)).await.expect("deployed");
    let mut now = prices(on).await;
    now.sort_by_key(|(_, price)| format!("{price:?}"));
    let mut all: Vec<Data> = now.into_iter().map(|(_, price)| price).collect();
    all.sort_by_key(|price| format!("{price:?}"));
    let expected: Vec<Data> = [11, 21, 22, 31, 99].map(Data::Int).to_vec();
    assert_eq!(all, expected);
    // The file is no longer in the package.
    on.deploy(&deploy()).await.expect("deployed");
    let left: Vec<Data> = prices(on).await.into_iter().map(|(_, price)| price).collect();
    assert_eq!(left, [Data::Int(22), Data::Int(99)]);
}

/// Tables whose declaration changes keep their rows, under the new key.
async fn new_shapes(on: &dyn Store) {
    let columns = vec![column("code", "text"), column("mail", "text")];
    let mut first = shape("Clients", "id", columns);
    let with = |shape: &crate::ports::store::TableShape| Deploy {
        tables: vec![shape.clone()],
        ..deploy()
    };
    on.deploy(&with(&first)).await.expect("deployed");
    first.name = "clients".into();
    assert_eq!(on.tables("shop").await.expect("tables"), std::slice::from_ref(&first));
    on.open(&new("shapes")).await.expect("opened");
    let mut script = on.begin().await.expect("begun");
    for (code, mail) in [("A", "a@x"), ("B", "b@x")] {
        let client = row(&[("code", Data::text(code)), ("mail", Data::text(mail))]);
        script.insert("shop", "clients", client).await.expect("inserted");
    }
    script.commit(turn("shapes", 0)).await.expect("committed");
    first.key = "code".into();
    first.unique = vec![vec!["mail".into()]];
    on.deploy(&with(&first)).await.expect("deployed");
    let mut script = on.begin().await.expect("begun");
    let same = row(&[("code", Data::text("A")), ("mail", Data::text("new@x"))]);
    let saved = script.save("shop", "clients", same).await.expect("saved");
    assert_eq!(saved["id"], Data::Int(1));
    let taken = row(&[("code", Data::text("C")), ("mail", Data::text("b@x"))]);
    let refused = script.insert("shop", "clients", taken).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    script.commit(turn("shapes", 1)).await.expect("committed");
    // Rows that the new shape cannot hold make the whole deploy fail.
    let mut script = on.begin().await.expect("begun");
    let extra = row(&[("code", Data::text("C")), ("mail", Data::text("c@x"))]);
    script.insert("shop", "clients", extra).await.expect("inserted");
    script.update("shop", &query("clients"), row(&[("id", Data::Int(7))])).await.expect("changed");
    script.commit(turn("shapes", 2)).await.expect("committed");
    let back = shape("clients", "id", first.columns.clone());
    let refused = on.deploy(&with(&back)).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    assert_eq!(on.tables("shop").await.expect("tables"), [first]);
    on.deploy(&deploy()).await.expect("deployed");
    assert!(on.tables("shop").await.expect("tables").is_empty());
    assert_eq!(on.find("shop", &query("clients")).await.expect("found").len(), 3);
}
