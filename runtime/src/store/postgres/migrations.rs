//! The tables of the store, in the versions that they went through.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number, subject and statements of each.
pub(super) const ALL: [(i64, &str, &str); 3] = [
    (1, "conversations", include_str!("../../../../migrations/postgres/0001_conversations.sql")),
    (2, "rows", include_str!("../../../../migrations/postgres/0002_rows.sql")),
    (3, "deployments", include_str!("../../../../migrations/postgres/0003_deployments.sql")),
];

/// What brings a database up to date.
pub(super) fn migrator() -> Migrator {
    let migration = |(number, subject, text): (i64, &'static str, &'static str)| {
        Migration::new(number, subject.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(ALL.map(migration).to_vec())
}
