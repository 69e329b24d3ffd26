//! The database schema of the LMS Gateway, up and down, for SQLite and PostgreSQL.
//!
//! Published migrations are never edited. They name tables and columns themselves, so that a later change of the
//! entities can't change what an old migration does.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod m20261123_000001_create_tables;
mod m20261124_000001_watch_keysets_and_audit;
mod m20261124_000002_create_problem_reports;
mod m20261124_000004_index_deployments_by_issuer;
mod m20261124_000007_count_report_deliveries;
mod m20261126_000001_confirm_deployments;
mod m20261130_000001_save_keysets;
mod m20261130_000002_probe_writes;
mod m20261130_000003_create_contests;
mod m20261130_000005_count_launches;
mod m20261201_000101_create_scores;
mod m20261201_000201_create_tool_keysets;
mod m20261201_000202_create_lms_services;
mod m20261201_000301_add_app_deployments;
mod m20261201_000302_create_used_assertions;
mod m20261201_000303_create_deep_linking;
mod m20261201_000401_join_contest_values;
mod sql;

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
pub use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

/// Any number that nothing else in the database takes a lock by.
const ADVISORY_LOCK: i64 = 0x6c74_6967_6174_6577;

/// Brings a database to the newest schema, all or nothing. Instances that start at once do so one after the other. It may take as
/// long as a large table needs: what bounds statements elsewhere doesn't count here, and the caller sets a deadline.
///
/// # Errors
/// The error of the database.
pub async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let sqlite_transaction_mode = (!postgres).then_some(SqliteTransactionMode::Immediate);
    let tx = db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode,
            ..TransactionOptions::default()
        })
        .await?;
    if postgres {
        tx.execute_unprepared(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        )
        .await?;
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
            .await?;
    }
    Migrator::up(&tx, None).await?;
    tx.commit().await
}

/// The migrations in their order; [`migrate`] runs them.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_tables::Migration),
            Box::new(m20261124_000001_watch_keysets_and_audit::Migration),
            Box::new(m20261124_000002_create_problem_reports::Migration),
            Box::new(m20261124_000004_index_deployments_by_issuer::Migration),
            Box::new(m20261124_000007_count_report_deliveries::Migration),
            Box::new(m20261126_000001_confirm_deployments::Migration),
            Box::new(m20261130_000001_save_keysets::Migration),
            Box::new(m20261130_000002_probe_writes::Migration),
            Box::new(m20261130_000003_create_contests::Migration),
            Box::new(m20261130_000005_count_launches::Migration),
            Box::new(m20261201_000201_create_tool_keysets::Migration),
            Box::new(m20261201_000202_create_lms_services::Migration),
            Box::new(m20261201_000301_add_app_deployments::Migration),
            Box::new(m20261201_000302_create_used_assertions::Migration),
            Box::new(m20261201_000303_create_deep_linking::Migration),
            Box::new(m20261201_000101_create_scores::Migration),
            Box::new(m20261201_000401_join_contest_values::Migration),
        ]
    }
}
