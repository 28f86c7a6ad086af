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
        other => sqlx::Error::Migrate(Box::new(other)).into(),
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
            assert_eq!(guards, 106);
        }
    }

    /// Every state with the moves that lead to it, as the second version wrote them down.
    const LIVES: [(&str, &[&str]); 9] = [
        ("drafted", &[]),
        ("discarded", &["discarded"]),
        ("intent", &["intent"]),
        ("applied", &["intent", "applied"]),
        ("refused", &["intent", "refused"]),
        ("not_sent", &["intent", "not_sent"]),
        ("unknown", &["intent", "unknown"]),
        ("settled_applied", &["intent", "unknown", "settled_applied"]),
        ("settled_not_applied", &["intent", "unknown", "settled_not_applied"]),
    ];

    async fn run_all(pool: &SqlitePool, statements: String) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(pool).await.unwrap();
    }

    /// One operation in each state: loads of the cards 0 to 8, with every fact.
    async fn write_lives(pool: &SqlitePool) {
        for (number, (_, moves)) in LIVES.into_iter().enumerate() {
            run_all(
                pool,
                format!(
                    "INSERT INTO operations VALUES ('r{number}', 'load', 'u1', '{number}', 125000, 'GTQ', 'note', 'WEB', '{{}}', 5, 'ana', 'drafted', 0)"
                ),
            )
            .await;
            let mut from = "drafted";
            for (sequence, to) in (1..).zip(moves) {
                run_all(
                    pool,
                    format!(
                        "INSERT INTO operation_moves VALUES ('r{number}', {sequence}, '{from}', '{to}', {sequence}, 'ana', NULL, '7303', 400, 'm-1'); \
                         UPDATE operations SET state = '{to}', moves = {sequence} WHERE reference = 'r{number}'"
                    ),
                )
                .await;
                from = to;
            }
        }
    }

    type WholeRow = (String, String, Option<String>, Option<String>, Option<i64>, Option<String>, String, i64);

    async fn operations(pool: &SqlitePool) -> Vec<WholeRow> {
        let columns = "SELECT reference, kind, cardholder_id, card_id, amount, currency || note || channel || context || drafted_by, state, moves \
                       FROM operations ORDER BY reference";
        sqlx::query_as(columns).fetch_all(pool).await.unwrap()
    }

    #[tokio::test]
    async fn operations_in_every_state_come_over_from_the_second_version_whole_and_guarded() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        MIGRATOR.run_to(2, &pool).await.unwrap();
        write_lives(&pool).await;
        let before = operations(&pool).await;
        let moves = "SELECT reference, sequence, from_state, to_state, at, operator, gateway_code, http_status, movement_id FROM operation_moves \
                     ORDER BY reference, sequence";
        type Move = (String, i64, String, String, i64, String, Option<String>, Option<i64>, Option<String>);
        let moves_before: Vec<Move> = sqlx::query_as(moves).fetch_all(&pool).await.unwrap();
        assert_eq!(before.iter().map(|row| &*row.6).collect::<Vec<_>>(), LIVES.map(|(state, _)| state));

        run(&pool).await.unwrap();

        assert_eq!(operations(&pool).await, before);
        assert_eq!(sqlx::query_as::<_, Move>(moves).fetch_all(&pool).await.unwrap(), moves_before);
        let bases: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT DISTINCT to_state, basis FROM operation_moves WHERE basis IS NOT NULL ORDER BY to_state")
                .fetch_all(&pool)
                .await
                .unwrap();
        let word = |text: &str| text.to_owned();
        assert_eq!(bases, [(word("settled_applied"), Some(word("evidence"))), (word("settled_not_applied"), Some(word("person")))]);
        let broken: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(&pool).await.unwrap();
        assert_eq!(broken, 0);
        for statement in [
            "UPDATE operations SET amount = 1",
            "DELETE FROM operation_moves",
            "DELETE FROM operations",
            "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) VALUES ('nobody', 1, 'drafted', 'intent', 1, 'ana')",
        ] {
            assert!(sqlx::raw_sql(statement).execute(&pool).await.is_err(), "{statement}");
        }
        // What had no outcome before still blocks what is alike.
        run_all(
            &pool,
            "INSERT INTO operations (reference, kind, card_id, amount, currency, drafted_at, drafted_by, state, moves) \
             VALUES ('r9', 'adjustment_load', '6', 125000, 'GTQ', 5, 'ana', 'drafted', 0); \
             INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) VALUES ('r9', 1, 'drafted', 'intent', 1, 'ana')"
                .to_owned(),
        )
        .await;
        let refused =
            sqlx::raw_sql("UPDATE operations SET state = 'intent', moves = 1 WHERE reference = 'r9'").execute(&pool).await.unwrap_err();
        assert!(refused.to_string().contains("look-alike"), "{refused}");
    }

    #[tokio::test]
    async fn inserts_and_what_they_say_of_each_other_come_over_from_the_sixth_version_whole_and_guarded() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        MIGRATOR.run_to(6, &pool).await.unwrap();
        run_all(
            &pool,
            "INSERT INTO cardholders (id, first_name, last_name, username, source, seen_at, sort_key) VALUES ('u1', '', '', '', 'gateway', 1, ''); \
             INSERT INTO cards (id, cardholder_id, state, seen_at) VALUES ('7', 'u1', 'ACTIVE', 1)"
                .to_owned(),
        )
        .await;
        // Two reprints, each of which voids the one before; and a run that was given up.
        for (run, replaces) in [(1, "NULL, NULL"), (2, "'S1', 'roto'"), (3, "'S2', 'otra vez'"), (4, "'S3', 'nunca'")] {
            run_all(
                &pool,
                format!(
                    "INSERT INTO print_runs (number, state, layout, language, begun_at, operator) VALUES ({run}, 'draft', 'a4', 'es', 1, 'ana'); \
                     INSERT INTO inserts (serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why) \
                     VALUES ('S{run}', {run}, 1, 'u1', '7', '4417', 'drafted', {replaces})"
                ),
            )
            .await;
            if run == 4 {
                run_all(&pool, "UPDATE inserts SET state = 'discarded' WHERE serial = 'S4'".to_owned()).await;
                continue;
            }
            run_all(
                &pool,
                format!(
                    "UPDATE inserts SET state = 'voided', voided_by = 'S{run}' WHERE serial = 'S{}'; \
                     UPDATE inserts SET state = 'printed' WHERE serial = 'S{run}'",
                    run - 1
                ),
            )
            .await;
        }
        type Row = (String, i64, i64, String, Option<String>, Option<String>, String, Option<String>, Option<String>, Option<String>);
        let rows = "SELECT serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why, voided_by \
                    FROM inserts ORDER BY serial";
        let before: Vec<Row> = sqlx::query_as(rows).fetch_all(&pool).await.unwrap();
        assert_eq!(before.iter().map(|row| &*row.6).collect::<Vec<_>>(), ["voided", "voided", "printed", "discarded"]);

        run(&pool).await.unwrap();

        assert_eq!(sqlx::query_as::<_, Row>(rows).fetch_all(&pool).await.unwrap(), before);
        let broken: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(&pool).await.unwrap();
        assert_eq!(broken, 0);
        for statement in [
            "DELETE FROM inserts",
            "UPDATE inserts SET state = 'printed' WHERE serial = 'S2'",
            "UPDATE inserts SET state = 'voided', voided_by = 'S9' WHERE serial = 'S3'",
            "UPDATE inserts SET state = 'voided', voided_why = ' ' WHERE serial = 'S3'",
        ] {
            assert!(sqlx::raw_sql(statement).execute(&pool).await.is_err(), "{statement}");
        }
        run_all(&pool, "UPDATE inserts SET state = 'voided', voided_why = 'Perdida' WHERE serial = 'S3'".to_owned()).await;
    }

    #[tokio::test]
    async fn inserts_of_the_seventh_version_can_be_packed_and_the_voided_ones_not() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        MIGRATOR.run_to(7, &pool).await.unwrap();
        run_all(
            &pool,
            "INSERT INTO cardholders (id, first_name, last_name, username, source, seen_at, sort_key) VALUES ('u1', '', '', '', 'gateway', 1, ''); \
             INSERT INTO cards (id, cardholder_id, last_four, state, seen_at) VALUES ('7', 'u1', '4417', 'INACTIVE', 1); \
             INSERT INTO print_runs (number, state, layout, language, begun_at, operator) VALUES (1, 'draft', 'a4', 'es', 1, 'ana'); \
             INSERT INTO inserts (serial, run_number, position, cardholder_id, card_id, last_four, state) \
             VALUES ('0001-001', 1, 1, 'u1', '7', '4417', 'drafted'), ('0001-002', 1, 2, 'u1', NULL, NULL, 'drafted'); \
             UPDATE inserts SET state = 'printed'; \
             UPDATE print_runs SET state = 'finished', ended_at = 2, sent_to = 'file', sent_to_name = 'x.pdf'; \
             UPDATE inserts SET state = 'voided', voided_why = 'perdido' WHERE serial = '0001-002'"
                .to_owned(),
        )
        .await;

        run(&pool).await.unwrap();

        let pack = |serial: &str| {
            format!(
                "INSERT INTO packings (number, serial, run_number, card_id, last_four, basis, day, at, operator) \
                 SELECT 1, serial, run_number, '7', '4417', 'printed', '2026-11-24', 3, 'ana' FROM inserts WHERE serial = '{serial}'"
            )
        };
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(pack("0001-002"))).execute(&pool).await.unwrap_err();
        assert!(refused.to_string().contains("its own plastic"), "{refused}");
        run_all(&pool, pack("0001-001")).await;
        let broken: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(&pool).await.unwrap();
        assert_eq!(broken, 0);
    }

    #[tokio::test]
    async fn the_eighth_version_leaves_the_runs_as_they_were_and_keeps_every_version_of_a_template() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        MIGRATOR.run_to(7, &pool).await.unwrap();
        run_all(
            &pool,
            "INSERT INTO print_runs (number, state, layout, language, begun_at, operator) VALUES (1, 'draft', 'a4-8-up', 'es', 1, 'ana')"
                .to_owned(),
        )
        .await;
        run(&pool).await.unwrap();
        let runs: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT number, state, layout FROM print_runs").fetch_all(&pool).await.unwrap();
        assert_eq!(runs, [(1, "draft".to_owned(), "a4-8-up".to_owned())]);
        run_all(
            &pool,
            "INSERT INTO template_versions VALUES ('t1', 1, 'Nuestra', '{}', 0, 1, 'ana'); \
             INSERT INTO template_versions VALUES ('t1', 2, 'Nuestra', '{}', 1, 2, 'ana')"
                .to_owned(),
        )
        .await;
        for statement in [
            "UPDATE template_versions SET content = 'x'",
            "DELETE FROM template_versions",
            "INSERT INTO template_versions VALUES ('t1', 3, 'Nuestra', '{}', 0, 3, 'ana')",
            "INSERT INTO template_versions VALUES ('t2', 2, 'Otra', '{}', 0, 3, 'ana')",
            "INSERT INTO template_versions VALUES ('t2', 1, 'Otra', '{}', 1, 3, 'ana')",
            "INSERT INTO template_versions VALUES ('t2', 1, ' ', '{}', 0, 3, 'ana')",
            "INSERT OR REPLACE INTO template_versions VALUES ('t1', 2, 'Otra', '{}', 0, 3, 'ana')",
        ] {
            assert!(sqlx::raw_sql(statement).execute(&pool).await.is_err(), "{statement}");
        }
    }

    #[tokio::test]
    async fn runs_and_drafts_come_over_from_the_seventh_version_and_what_they_leave_is_guarded() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        MIGRATOR.run_to(7, &pool).await.unwrap();
        run_all(
            &pool,
            "INSERT INTO cardholders (id, first_name, last_name, username, source, seen_at, sort_key) VALUES ('u1', '', '', '', 'gateway', 1, ''); \
             INSERT INTO cards (id, cardholder_id, state, seen_at) VALUES ('7', 'u1', 'INACTIVE', 1)"
                .to_owned(),
        )
        .await;
        for number in 1..=3 {
            run_all(
                &pool,
                format!(
                    "INSERT INTO print_runs (number, state, layout, language, begun_at, operator) VALUES ({number}, 'draft', 'a4-8-up', 'es', 1, 'ana'); \
                     INSERT INTO inserts (serial, run_number, position, cardholder_id, card_id, state) VALUES ('S{number}', {number}, 1, 'u1', '7', 'drafted')"
                ),
            )
            .await;
        }
        run_all(
            &pool,
            "UPDATE inserts SET state = 'printed' WHERE serial = 'S1'; \
             UPDATE print_runs SET state = 'finished', ended_at = 2, sent_to = 'file', sent_to_name = 'a.pdf' WHERE number = 1; \
             UPDATE inserts SET state = 'discarded' WHERE serial = 'S2'; \
             UPDATE print_runs SET state = 'discarded', ended_at = 3 WHERE number = 2"
                .to_owned(),
        )
        .await;
        type Row = (i64, String, Option<i64>, Option<String>, Option<String>);
        let rows = "SELECT number, state, ended_at, sent_to, sent_to_name FROM print_runs ORDER BY number";
        let before: Vec<Row> = sqlx::query_as(rows).fetch_all(&pool).await.unwrap();

        run(&pool).await.unwrap();

        assert_eq!(sqlx::query_as::<_, Row>(rows).fetch_all(&pool).await.unwrap(), before);
        let pages: Vec<Option<i64>> = sqlx::query_scalar("SELECT pages FROM print_runs").fetch_all(&pool).await.unwrap();
        assert_eq!(pages, [None; 3], "nobody had counted them");
        // The draft goes on as it was, and has steps from now on; what has ended does not.
        let step = "INSERT INTO print_run_steps (run_number, sequence, at, step, place) VALUES";
        let reprint = "INSERT INTO page_reprints VALUES";
        run_all(&pool, format!("{step} (3, 1, 4, 'writing', '/x/.cardesk-0003.part'); {step} (1, 1, 4, 'writing', 'x')")).await;
        run_all(&pool, format!("{reprint} (1, 1, 5, 'ana', '1', 'atasco', 'printer', 'hp')")).await;
        for statement in [
            format!("{step} (2, 1, 4, 'writing', 'x')"),
            format!("{step} (3, 3, 4, 'printing', 'x')"),
            format!("{step} (3, 2, 4, 'saving', 'x')"),
            format!("{step} (9, 1, 4, 'writing', 'x')"),
            "UPDATE print_run_steps SET place = 'y'".to_owned(),
            "DELETE FROM print_run_steps".to_owned(),
            "INSERT INTO print_run_requests VALUES (1, '{}', 'file', '/x')".to_owned(),
            "INSERT INTO print_run_requests VALUES (3, '', 'file', '/x')".to_owned(),
            format!("{reprint} (3, 1, 5, 'ana', '1', 'atasco', 'printer', 'hp')"),
            format!("{reprint} (1, 3, 5, 'ana', '1', 'atasco', 'printer', 'hp')"),
            format!("{reprint} (1, 2, 5, 'ana', '1', ' ', 'printer', 'hp')"),
            "UPDATE page_reprints SET pages = '1-2'".to_owned(),
            "DELETE FROM page_reprints".to_owned(),
            "UPDATE print_runs SET pages = 4 WHERE number = 1".to_owned(),
        ] {
            assert!(sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&pool).await.is_err(), "{statement}");
        }
        run_all(&pool, "INSERT INTO print_run_requests VALUES (3, '{}', 'file', '/x')".to_owned()).await;
        for statement in ["UPDATE print_run_requests SET request = '[]'", "DELETE FROM print_run_requests"] {
            assert!(sqlx::raw_sql(statement).execute(&pool).await.is_err(), "{statement}");
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
