//! The tables of the store, in the versions that they went through.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqliteConnection};

/// Number, subject and statements of each.
pub(super) const ALL: [(i64, &str, &str); 3] = [
    (1, "conversations", include_str!("../../../../migrations/sqlite/0001_conversations.sql")),
    (2, "rows", include_str!("../../../../migrations/sqlite/0002_rows.sql")),
    (3, "deployments", include_str!("../../../../migrations/sqlite/0003_deployments.sql")),
];

/// Makes the tables of a new database in one step, without a note of their versions.
pub(super) async fn all_at_once(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let statements = ALL.map(|(_, _, text)| text).concat();
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN;\n{statements}\nCOMMIT;")))
        .execute(connection)
        .await?;
    Ok(())
}

/// What brings a database up to date.
pub(super) fn migrator() -> Migrator {
    let migration = |(number, subject, text): (i64, &'static str, &'static str)| {
        Migration::new(number, subject.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(ALL.map(migration).to_vec())
}
