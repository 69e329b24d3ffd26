//! Saves and finds domain values on SQLite and PostgreSQL.
//!
//! Rows never leave this crate. Every query for data of a tenant names the tenant: data of another
//! one is not found. Look-ups answer `Result<Option<T>, StoreError>`, operations that can be refused return their own enum.
//!
//! Texts with a NUL character, which PostgreSQL can't hold, are never stored; a look-up by such a text finds nothing.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod app_deployments;
mod audit;
mod claims;
mod contests;
mod database;
mod deep_linking;
mod deployments;
mod entities;
mod keysets;
mod launch_cache;
mod launch_counts;
mod launch_list;
mod launch_writer;
mod launches;
mod lms_people;
mod lms_services;
mod pagination;
mod platforms;
mod problem_reports;
mod registration_failures;
mod registration_list;
mod registrations;
mod report_deliveries;
mod report_filing;
mod report_list;
mod rows;
mod scores;
mod service_calls;
mod signing_keys;
mod tenants;
mod tool_keysets;
mod used_assertions;
mod write_probe;

#[cfg(test)]
mod tests;

pub use audit::{AuditCursor, AuditQuery};
pub use claims::{Claim, ClaimHolder, Release, ReleaseError};
pub use contests::{ContestCursor, ContestError, ContestPosition, PendingProof, ProofError, Withdrawal};
pub use database::MixedStatementsError;
pub use deployments::AcceptError;
pub use keysets::StoredKeyset;
pub use launch_list::{LaunchCursor, LaunchQuery};
pub use launches::{RecordedLaunch, RefusalQuotas};
pub use lms_people::LmsPerson;
pub use lms_services::NamedService;
pub use pagination::{Cursor, Page};
pub use platforms::{Difference, IssuerPlatform, LaunchTarget, NearMiss};
pub use problem_reports::ReportUpdate;
pub use registration_list::{RegistrationCursor, RegistrationOrder, RegistrationPosition, RegistrationQuery, RegistrationSort};
pub use registrations::{Import, InsertError, RegistrationLimits};
pub use report_deliveries::{Channel, Delivery, DeliveryCounts, NewDelivery, ReportDelivery};
pub use report_filing::{Filed, Filing, FilingError, IdempotencyKey};
pub use report_list::{ReportCursor, ReportQuery};
pub use scores::{NewWaitingScore, ScoreIntake, ScoreKey, ScoreTimes, WaitingScore};
pub use service_calls::{ServiceCallCursor, ServiceCallPosition, ServiceCallQuery};
pub use signing_keys::StoredKey;
pub use tenants::{TenantDeletion, TenantInsertion};
pub use tool_keysets::StoredToolKeyset;
pub use write_probe::WriteError;

use std::sync::Arc;

use database::{Database, Session};
use launch_cache::LaunchCache;
use launch_writer::LaunchWriter;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult, QuerySelect, Select, SqlErr, Statement, Value,
};
use tokio::sync::Mutex;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// `sqlite://path?mode=rwc`, `sqlite::memory:` or `postgres://…`
    pub url: String,
    /// The most connections to hold; a database in memory has one whatever is asked.
    pub max_connections: u32,
}

/// Why the store couldn't answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else's change got in first; asking again may succeed.
    #[error("another change got in first")]
    Conflict,
    /// The query has more rows than this store reads: [`Store::with_row_limit`].
    #[error("these are more rows than may be read at once")]
    TooManyRows,
    /// Nothing that the database answers can be trusted.
    #[error("the database can't be used")]
    Untrusted(#[from] MixedStatementsError),
    /// The database can't be reached, is busy, or holds something unreadable.
    #[error("the database can't be used")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Conflict,
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}

/// The database behind the gateway. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    db: Database,
    /// SQLite has one writer at a time. Writers that wait inside SQLite poll, and some starve; here they queue.
    writer: Option<Arc<Mutex<()>>>,
    quotas: RefusalQuotas,
    registration_limits: RegistrationLimits,
    row_limit: Option<usize>,
    launch_cache: LaunchCache,
    launch_writer: LaunchWriter,
}

impl Store {
    /// Connects. The schema is brought up by `migrations::migrate` on [`Store::connection`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database can't be reached.
    pub async fn connect(options: &ConnectOptions) -> Result<Self, StoreError> {
        let db = Database::connect(options).await?;
        let writer = (db.backend() == DbBackend::Sqlite).then(Arc::default);
        Ok(Self {
            db,
            writer,
            quotas: RefusalQuotas::default(),
            registration_limits: RegistrationLimits::default(),
            row_limit: None,
            launch_cache: LaunchCache::new(),
            launch_writer: LaunchWriter::default(),
        })
    }

    /// The same store with other quotas for refused launches.
    #[must_use]
    pub fn with_quotas(self, quotas: RefusalQuotas) -> Self {
        Self { quotas, ..self }
    }

    /// The same store with other limits for the registrations of a tenant.
    #[must_use]
    pub fn with_registration_limits(self, registration_limits: RegistrationLimits) -> Self {
        Self {
            registration_limits,
            ..self
        }
    }

    /// The same store, which answers [`StoreError::TooManyRows`] where registrations with their deployments, or the deployments of one,
    /// are more rows than that. It reads no more of them than it takes to know.
    #[must_use]
    pub fn with_row_limit(self, rows: usize) -> Self {
        Self {
            row_limit: Some(rows),
            ..self
        }
    }

    /// All rows of the query, beside others that were read already.
    async fn read_rows<E, T>(&self, db: &Session, query: Select<E>, others: usize) -> Result<Vec<T>, StoreError>
    where
        E: EntityTrait,
        T: FromQueryResult + Send,
    {
        let limit = self.row_limit.map(|limit| limit.saturating_sub(others));
        let query = query.limit(limit.map(|limit| limit as u64 + 1));
        let rows = query.into_model().all(db).await?;
        match limit {
            Some(limit) if rows.len() > limit => Err(StoreError::TooManyRows),
            _ => Ok(rows),
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.session().await?.ping().await
    }
}

/// A statement in SQL that both databases understand, with `$1`, `$2` … for its values.
fn sql(db: &impl ConnectionTrait, text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}

/// The same with row locks: `lock` is appended on PostgreSQL; on SQLite the writing transaction is alone anyway.
fn locking_sql(db: &impl ConnectionTrait, text: &str, lock: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    match db.get_database_backend() {
        DbBackend::Postgres => sql(db, &format!("{text} {lock}"), values),
        _ => sql(db, text, values),
    }
}

/// The first row that a statement answers with. The statement is read to its end: sqlx stops one of which a single row is asked as
/// soon as it has it, and a write that SQLite stops so commits without its automatic checkpoint, or fails to commit unnoticed.
async fn query_first(db: &impl ConnectionTrait, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
    Ok(db.query_all_raw(statement).await?.into_iter().next())
}

/// True if the databases can hold the text.
fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
