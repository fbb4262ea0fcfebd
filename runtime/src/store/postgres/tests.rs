//! The contract on PostgreSQL, in a database of its own.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, query};

use super::*;
use crate::ports::store::{Store, TurnCommit};
use crate::ports::store_contract::{new, said, store_contract, turn};

/// The server to test on. Without one the test fails, unless services are waived.
fn server() -> Option<String> {
    match std::env::var("BASILECT_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url),
        _ if std::env::var("BASILECT_TEST_SERVICES").as_deref() == Ok("none") => None,
        _ => panic!(
            "BASILECT_TEST_POSTGRES must hold the URL of a PostgreSQL server on which databases \
             may be made; BASILECT_TEST_SERVICES=none leaves this test out"
        ),
    }
}

/// A fresh database on the server, and its URL.
async fn database(server: &str, name: &str) -> String {
    let options = PgConnectOptions::from_str(server).expect("a URL");
    let mut connection = options.connect().await.expect("the server answers");
    let mut random = [0u8; 4];
    getrandom::fill(&mut random).expect("random bytes");
    let name = format!("basilect_{name}_{:08x}", u32::from_le_bytes(random));
    query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await
        .expect("made");
    connection.close().await.expect("closed");
    PgConnectOptions::from_str(server).expect("a URL").database(&name).to_url_lossy().to_string()
}

async fn drop_database(server: &str, url: &str) {
    let name = url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a name");
    let options = PgConnectOptions::from_str(server).expect("a URL");
    let mut connection = options.connect().await.expect("the server answers");
    query(AssertSqlSafe(format!("drop database {name} with (force)")))
        .execute(&mut connection)
        .await
        .expect("dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract() {
    let Some(server) = server() else { return };
    let url = database(&server, "contract").await;
    store_contract(Arc::new(Postgres::open(&url, 8).await.expect("opened"))).await;
    drop_database(&server, &url).await;
}

/// Two servers on one database: one of them commits each version, and both see all messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_never_both_commit() {
    let Some(server) = server() else { return };
    let url = database(&server, "servers").await;
    let (one, other) = tokio::join!(Postgres::open(&url, 4), Postgres::open(&url, 4));
    let servers = [one.expect("opened"), other.expect("opened")];
    servers[0].open(&new("c")).await.expect("opened");
    for version in 0..50 {
        let (one, other) =
            (said("c", &format!("a{version}"), Some("x")), said("c", "b", Some("x")));
        let (one, other) = tokio::join!(servers[0].accept(&one), servers[1].accept(&other));
        one.expect("accepted");
        other.expect("accepted");
        let commit = || TurnCommit { ..turn("c", version) };
        let (one, other) = tokio::join!(servers[0].commit(commit()), servers[1].commit(commit()));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }
    assert_eq!(servers[1].items("c", 0, 1_000).await.expect("log").len(), 51);
    for store in &servers {
        store.close().await;
    }
    drop_database(&server, &url).await;
}

#[tokio::test]
async fn every_migration_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
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
