//! Stalled connections to PostgreSQL: a failover, or a firewall that dropped them, doesn't close them visibly.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolConnectionMetadata;
use sea_orm::sqlx::{self, Connection as _, PgConnection};
use tokio::time::timeout;

/// How long a connection that lay idle may take to show that it still answers.
pub(super) const TEST_LIMIT: Duration = Duration::from_secs(1);
/// A connection that lay idle for this long is tested before it is used.
const TEST_AFTER: Duration = Duration::from_secs(10);

/// The settings of every connection to PostgreSQL. Their limits end before the store's own, so that a statement that is merely
/// slow is refused on a connection that goes on. The others let the server find out that a gateway went away, and give its locks up.
///
/// They are set once connected: poolers refuse them among the parameters of the connection's start.
pub(super) const CONNECTION_SETTINGS: &str = "
    SET lock_timeout = '3s';
    SET statement_timeout = '4s';
    SET idle_in_transaction_session_timeout = '10s';
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 3;
    SET tcp_user_timeout = '20s'";

/// Since when connections may be silent: the last time that one of them was.
#[derive(Clone, Debug, Default)]
pub(super) struct SilenceWatch(Arc<Mutex<Option<Instant>>>);

impl SilenceWatch {
    /// A connection didn't answer, or broke off: those that lay idle meanwhile are tested before they are used.
    pub(super) fn suspect(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_suspect(&self, idle_for: Duration) -> bool {
        let suspected = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        suspected.is_some_and(|at| at.elapsed() <= idle_for)
    }

    /// Tests a connection that lay idle too long to be trusted. An error has it closed, and the pool make another.
    pub(super) async fn test(&self, connection: &mut PgConnection, idle: PoolConnectionMetadata) -> Result<bool, sqlx::Error> {
        if idle.idle_for < TEST_AFTER && !self.is_suspect(idle.idle_for) {
            return Ok(true);
        }
        let answer = timeout(TEST_LIMIT, connection.ping()).await;
        answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))?;
        Ok(true)
    }
}
