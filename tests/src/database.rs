//! A PostgreSQL database of one test alone.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query};

/// The variable that names the server: a URL of a database from which others can be made.
pub const VARIABLE: &str = "BASILECT_TEST_POSTGRES";

/// Makes an empty database and gives its URL; `None` when there is no server to test with.
///
/// It is left behind: the server of a test run is thrown away as a whole.
pub async fn fresh(name: &str) -> anyhow::Result<Option<String>> {
    let Ok(server) = std::env::var(VARIABLE) else { return Ok(None) };
    let name = format!("drill_{name}_{}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.context("the test database")?;
    for statement in ["drop database if exists", "create database"] {
        query(AssertSqlSafe(format!("{statement} {name}"))).execute(&mut connection).await?;
    }
    connection.close().await?;
    let (before, _) = server.rsplit_once('/').context("a URL with a database")?;
    Ok(Some(format!("{before}/{name}")))
}
