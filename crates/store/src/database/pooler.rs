//! Detects poolers that give each transaction any free server connection, and don't track prepared statements.
//!
//! sqlx names the statements that it prepares by numbers, from `sqlx_s_1` for each connection. Behind such a pooler two connections
//! share server connections, and one runs statements that the other prepared: wrong rows, without an error.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbBackend;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, Executor as _};
use tokio::time::timeout;

use crate::Store;

/// The time limit of the whole probe.
const PROBE_LIMIT: Duration = Duration::from_secs(10);
/// How long the second connection may wait while the first is in a transaction: a pooler may have no more than one server.
const WAIT_LIMIT: Duration = Duration::from_secs(1);
/// How often the two connections begin anew. Each time they could get each other's server.
const ROUNDS: usize = 3;

/// The database is behind a pooler through which answers can't be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is reached by a pooler that mixes up prepared statements; use its session mode, or PgBouncer 1.21 or newer with \
     max_prepared_statements above 0"
)]
pub struct MixedStatementsError;

/// The findings of the probes.
#[derive(Clone, Debug, Default)]
pub(super) struct Pooler(Arc<Mutex<Findings>>);

#[derive(Debug, Default)]
struct Findings {
    /// The last one found that statements are mixed up.
    mixes: bool,
    /// When one found that last.
    mixed_at: Option<Instant>,
}

impl Pooler {
    pub(super) fn verify(&self) -> Result<(), MixedStatementsError> {
        if self.findings().mixes {
            return Err(MixedStatementsError);
        }
        Ok(())
    }

    /// True if a connection of that age was open when statements were mixed up: it may name some that belong to others now.
    pub(super) fn mixed_within(&self, age: Duration) -> bool {
        self.findings().mixed_at.is_some_and(|at| at.elapsed() <= age)
    }

    fn note(&self, mixes: bool) {
        let mut findings = self.findings();
        findings.mixes = mixes;
        if mixes {
            findings.mixed_at = Some(Instant::now());
        }
    }

    fn findings(&self) -> MutexGuard<'_, Findings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Finds out whether a pooler mixes up the prepared statements of two connections. While it does, every call of the store fails.
    /// On SQLite there is none. Where two connections can't be had at the moment, what was found before stands.
    ///
    /// # Errors
    /// [`MixedStatementsError`].
    pub async fn probe_pooler(&self) -> Result<(), MixedStatementsError> {
        if self.db.backend() == DbBackend::Postgres {
            let options = self.db.pool.get_postgres_connection_pool().connect_options();
            match timeout(PROBE_LIMIT, mixes_statements(&options)).await {
                Ok(Ok(mixes)) => self.db.pooler.note(mixes),
                Ok(Err(error)) => tracing::debug!(%error, "the pooler could not be probed"),
                Err(_) => tracing::debug!("the pooler could not be probed in time"),
            }
        }
        self.db.pooler.verify()
    }
}

/// Two new connections prepare different statements under sqlx's first name, and run them again on whatever servers they get.
async fn mixes_statements(options: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let options = options.clone().statement_cache_capacity(10);
    let (mut one, mut other) = (options.connect().await?, options.connect().await?);
    let mixed = match ask_in_turn(&mut one, &mut other).await {
        Ok(right) => !right,
        Err(error) if is_of_statements(&error) => true,
        Err(error) => return Err(error),
    };
    if !mixed {
        one.close().await?;
        other.close().await?;
    }
    Ok(mixed)
}

/// True if both get the right answers, each time: first each for itself, then in transactions at the same time, which end in either
/// order, so that a pooler swaps their servers.
async fn ask_in_turn(one: &mut PgConnection, other: &mut PgConnection) -> Result<bool, sqlx::Error> {
    const ONE: &str = "SELECT 'one'";
    const OTHER: &str = "SELECT 'other'";
    let mut right = ask(one, ONE).await? == "one";
    // In session mode, the only server may be the first connection's for good: then nobody else uses its statements.
    let Ok(answer) = timeout(WAIT_LIMIT, ask(other, OTHER)).await else {
        return Ok(right);
    };
    right &= answer? == "other";
    for round in 0..ROUNDS {
        one.execute("BEGIN").await?;
        let Ok(begun) = timeout(WAIT_LIMIT, other.execute("BEGIN")).await else {
            break;
        };
        begun?;
        right &= ask(one, ONE).await? == "one";
        right &= ask(other, OTHER).await? == "other";
        for of_one in [round % 2 == 0, round % 2 != 0] {
            let connection = if of_one { &mut *one } else { &mut *other };
            connection.execute("COMMIT").await?;
        }
    }
    Ok(right)
}

async fn ask(connection: &mut PgConnection, question: &'static str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(question).fetch_one(connection).await
}

/// A prepared statement isn't there, or is there already.
fn is_of_statements(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| ["26000", "42P05"].contains(&&*code))
}
