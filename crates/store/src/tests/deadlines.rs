use std::time::Duration as Span;

use sea_orm::{ConnectionTrait, DbBackend, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait};
use tokio::time::timeout;

use super::database::{TestDatabase, on_sqlite_file};
use super::*;
use crate::StoreError;

/// Far more than a call may take, for a slow machine.
const PATIENCE: Span = Span::from_secs(60);

#[tokio::test]
async fn a_lock_that_somebody_holds_is_not_waited_for_for_ever() {
    on_each_database(async |db| {
        let other = db.second_instance().await;
        let is_sqlite = other.connection().get_database_backend() == DbBackend::Sqlite;
        let options = TransactionOptions {
            sqlite_transaction_mode: is_sqlite.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let holder = other.connection().begin_with_options(options).await.unwrap();
        holder
            .execute_unprepared("UPDATE tenants SET display_name = 'Held'")
            .await
            .unwrap();
        let waited = timeout(PATIENCE, db.store.withdraw_approval(CONTOSO, &ada(), at(1))).await;
        assert!(matches!(waited, Ok(Err(StoreError::Unavailable(_)))), "{waited:?}");
        holder.rollback().await.unwrap();
        assert!(db.store.withdraw_approval(CONTOSO, &ada(), at(2)).await.unwrap());
    })
    .await;
}

/// Where there is a server, which PostgreSQL is.
async fn on_the_server(test: impl AsyncFn(&TestDatabase)) {
    on_each_database(async |db| {
        if db.store.connection().get_database_backend() == DbBackend::Postgres {
            test(db).await;
        }
    })
    .await;
}

/// PostgreSQL's limits, which end before ours, are off: only ours is left.
async fn lift_limits_of_the_server(session: &crate::Session) {
    let limits = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0";
    session.execute_unprepared(limits).await.unwrap();
}

#[tokio::test]
async fn a_lock_is_given_up_also_where_the_server_would_wait() {
    on_the_server(async |db| {
        let update = "UPDATE tenants SET display_name = 'Held'";
        let (_turn, holder) = db.store.begin().await.unwrap();
        holder.execute_unprepared(update).await.unwrap();
        let (_turn, waiting) = db.store.begin().await.unwrap();
        lift_limits_of_the_server(&waiting).await;
        let waited = timeout(PATIENCE, waiting.execute_unprepared(update)).await;
        assert!(matches!(waited, Ok(Err(_))), "{waited:?}");
    })
    .await;
}

#[tokio::test]
async fn a_lock_is_given_up_by_the_server_and_the_connection_goes_on() {
    on_the_server(async |db| {
        let update = "UPDATE tenants SET display_name = 'Held'";
        let (_turn, holder) = db.store.begin().await.unwrap();
        holder.execute_unprepared(update).await.unwrap();
        let (_turn, waiting) = db.store.begin().await.unwrap();
        let waited = waiting.execute_unprepared(update).await.unwrap_err().to_string();
        assert!(waited.contains("lock timeout"), "{waited}");
        waiting.execute_unprepared("ROLLBACK").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_import_gives_a_silent_connection_up_as_a_usual_call_does() {
    on_the_server(async |db| {
        let (_turn, tx) = db.store.begin_batch().await.unwrap();
        lift_limits_of_the_server(&tx).await;
        // Longer than a call, shorter than a job.
        let slept = timeout(PATIENCE, tx.execute_unprepared("SELECT pg_sleep(30)")).await;
        assert!(matches!(slept, Ok(Err(_))), "{slept:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_may_end_where_there_is_no_runtime() {
    let end_two = async |db: &TestDatabase| {
        let (_turn, open) = db.store.begin().await.unwrap();
        let idle = db.store.session().await.unwrap();
        let ended = std::thread::spawn(move || drop((open, idle))).join();
        assert!(ended.is_ok(), "it panicked");
        assert!(db.store.find_tenant(CONTOSO).await.unwrap().is_some());
    };
    on_sqlite_file(async |db, _| end_two(db).await).await;
    on_the_server(end_two).await;
}

#[tokio::test]
async fn a_statement_without_end_is_given_up_also_by_the_server() {
    on_the_server(async |db| {
        let session = db.store.session().await.unwrap();
        let slept = timeout(PATIENCE, session.execute_unprepared("SELECT pg_sleep(600)")).await;
        assert!(matches!(slept, Ok(Err(_))), "{slept:?}");
        drop(session);
        let sleeping = "SELECT 1 AS one FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'";
        let sleeping = Statement::from_string(DbBackend::Postgres, sleeping);
        let session = db.store.session().await.unwrap();
        assert!(session.query_one_raw(sleeping).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_takes_nobodys_place() {
    on_each_database(async |db| {
        // More than there are connections.
        for n in 0..20 {
            let (_turn, tx) = db.store.begin().await.unwrap();
            let deletion = tx.execute_unprepared("DELETE FROM tenants");
            // Dropped before its answer, or before its question.
            timeout(Span::from_micros(n * 20), deletion).await.ok();
        }
        assert!(db.store.find_tenant(CONTOSO).await.unwrap().is_some(), "rolled back");
        assert!(db.store.withdraw_approval(CONTOSO, &ada(), at(2)).await.unwrap());
    })
    .await;
}
