use std::time::Duration as Span;

use sea_orm::{ConnectionTrait, DbBackend, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait};
use tokio::time::timeout;

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

#[tokio::test]
async fn a_statement_without_end_is_given_up_also_by_the_server() {
    on_each_database(async |db| {
        if db.store.connection().get_database_backend() == DbBackend::Sqlite {
            return;
        }
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
