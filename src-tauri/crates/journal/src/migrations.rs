//! The schema's versions: forward only, embedded in the program.
//!
//! Owns the decision whether a file may be touched at all: not if it is another program's, nor if a newer Cardesk wrote it.

use std::path::Path;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqlitePool;

use crate::error::JournalError;

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Brings the schema up to this program's version.
pub(crate) async fn run(pool: &SqlitePool) -> Result<(), JournalError> {
    MIGRATOR.run(pool).await.map_err(of_migration)
}

/// Looks whether the file may be touched, and changes nothing in it.
pub(crate) async fn refuse_foreign_files(pool: &SqlitePool, path: &Path) -> Result<(), JournalError> {
    let (tables, ours): (i64, i64) =
        sqlx::query_as("SELECT count(*), count(CASE WHEN name = '_sqlx_migrations' THEN 1 END) FROM sqlite_master WHERE type = 'table'")
            .fetch_one(pool)
            .await?;
    if tables == 0 {
        return Ok(());
    }
    if ours == 0 {
        return Err(JournalError::NotAJournal(path.to_owned()));
    }
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(pool).await?;
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    if found > known { Err(JournalError::Newer { found, known }) } else { Ok(()) }
}

fn of_migration(error: MigrateError) -> JournalError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        // A migration of ours with another content: the file was not written by any released Cardesk.
        MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) => JournalError::Damaged,
        other => JournalError::Database(sqlx::Error::Migrate(Box::new(other))),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqlitePoolOptions;

    use super::*;

    #[tokio::test]
    async fn a_file_left_between_two_versions_is_brought_forward() {
        for version in MIGRATOR.iter().map(|migration| migration.version) {
            let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
            MIGRATOR.run_to(version, &pool).await.unwrap();
            refuse_foreign_files(&pool, Path::new("journal.db")).await.unwrap();
            run(&pool).await.unwrap();
            let guards: i64 =
                sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetch_one(&pool).await.unwrap();
            assert_eq!(guards, 19);
        }
    }

    #[tokio::test]
    async fn a_migration_that_is_not_ours_is_damage() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        run(&pool).await.unwrap();
        sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").execute(&pool).await.unwrap();
        assert!(matches!(run(&pool).await, Err(JournalError::Damaged)));
    }
}
