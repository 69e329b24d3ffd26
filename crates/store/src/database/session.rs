//! One connection for one call of the store, until its deadline.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};

use super::connection::Connection;
use super::silence::SilenceWatch;
use super::{CALL_LIMIT, JOB_LIMIT};
use crate::{Store, StoreError};

/// A connection for one call. Dropped, it goes back to the pool and what wasn't committed is rolled back; it is closed where an
/// answer is outstanding.
pub(crate) struct Session {
    backend: DbBackend,
    deadline: Instant,
    /// The time limit of a single statement.
    statement_limit: Duration,
    silence: SilenceWatch,
    held: Mutex<Held>,
}

struct Held {
    /// Taken out when the session ends.
    connection: Option<Connection>,
    /// A statement was sent whose answer isn't complete.
    answering: bool,
    /// A transaction was begun.
    open: bool,
}

/// The writer's turn on SQLite, until this is dropped.
pub(crate) type Turn = Option<OwnedMutexGuard<()>>;

impl Store {
    /// A session that reads, or that writes on PostgreSQL only.
    pub(crate) async fn session(&self) -> Result<Session, StoreError> {
        self.session_until(Instant::now() + CALL_LIMIT, &self.db.pool).await
    }

    /// A session that writes statements which each stand for themselves.
    pub(crate) async fn writing_session(&self) -> Result<(Turn, Session), StoreError> {
        let deadline = Instant::now() + CALL_LIMIT;
        let turn = self.turn_to_write(deadline).await?;
        Ok((turn, self.session_until(deadline, self.db.writers()).await?))
    }

    /// Begins a transaction that writes. On SQLite it takes the write lock at once: one that reads first and then wants
    /// to write is refused when somebody else wrote in between.
    pub(crate) async fn begin(&self) -> Result<(Turn, Session), StoreError> {
        let (turn, tx) = self.writing_session().await?;
        tx.begin(if turn.is_some() { "BEGIN IMMEDIATE" } else { "BEGIN" }).await?;
        Ok((turn, tx))
    }

    /// The same for many short statements: a batch of an import. One that isn't answered is given up as in a usual call.
    pub(crate) async fn begin_batch(&self) -> Result<(Turn, Session), StoreError> {
        let (turn, mut tx) = self.begin().await?;
        tx.deadline = Instant::now() + JOB_LIMIT;
        Ok((turn, tx))
    }

    /// The same for statements that work through many rows: a batch of a purge.
    pub(crate) async fn begin_job(&self) -> Result<(Turn, Session), StoreError> {
        let (turn, mut tx) = self.begin().await?;
        tx.become_job().await?;
        Ok((turn, tx))
    }

    /// Begins a transaction that reads many rows, all as they are at one moment.
    pub(crate) async fn begin_snapshot(&self) -> Result<Session, StoreError> {
        let mut tx = self.session().await?;
        tx.begin(match tx.backend {
            DbBackend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            _ => "BEGIN",
        })
        .await?;
        tx.become_job().await?;
        Ok(tx)
    }

    /// Waits for the turn to write. On PostgreSQL it is always everybody's turn.
    async fn turn_to_write(&self, deadline: Instant) -> Result<Turn, StoreError> {
        let Some(writer) = &self.writer else { return Ok(None) };
        match timeout_at(deadline, Arc::clone(writer).lock_owned()).await {
            Ok(turn) => Ok(Some(turn)),
            Err(_) => Err(query_error(overdue()).into()),
        }
    }

    async fn session_until(&self, deadline: Instant, pool: &DatabaseConnection) -> Result<Session, StoreError> {
        self.db.pooler.verify()?;
        let acquired = timeout_at(deadline, Connection::acquire(pool)).await;
        let connection = acquired.unwrap_or_else(|_| Err(overdue())).map_err(query_error)?;
        Ok(Session {
            backend: self.db.backend(),
            deadline,
            statement_limit: CALL_LIMIT,
            silence: self.db.silence.clone(),
            held: Mutex::new(Held {
                connection: Some(connection),
                answering: false,
                open: false,
            }),
        })
    }
}

/// Waits for an answer of the connection within the deadline, and notes whether it came.
macro_rules! answer {
    ($session:expr, $held:expr, |$connection:ident| $asked:expr) => {{
        let Held {
            connection, answering, ..
        } = &mut *$held;
        let $connection = connection.as_mut().ok_or_else(|| query_error(sqlx::Error::PoolClosed))?;
        *answering = true;
        let deadline = $session.deadline.min(Instant::now() + $session.statement_limit);
        let answer = timeout_at(deadline, $asked).await.unwrap_or_else(|_| Err(overdue()));
        *answering = !is_complete(&answer);
        if *answering {
            $session.silence.suspect();
        }
        answer
    }};
}

impl Session {
    /// Asks for a sign of life.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let mut held = self.held.lock().await;
        let answer = answer!(self, held, |connection| connection.ping());
        Ok(answer.map_err(query_error)?)
    }

    async fn begin(&self, statement: &'static str) -> Result<(), DbErr> {
        let mut held = self.held.lock().await;
        held.open = true;
        answer!(self, held, |connection| connection.execute_text(statement)).map_err(query_error)?;
        Ok(())
    }

    /// Gives the rest of the transaction the time of a job. Locks are waited for no longer than in a usual call.
    async fn become_job(&mut self) -> Result<(), DbErr> {
        if self.backend == DbBackend::Postgres {
            let limit = format!("SET LOCAL statement_timeout = {}", JOB_LIMIT.as_millis());
            self.execute_unprepared(&limit).await?;
        }
        self.deadline = Instant::now() + JOB_LIMIT;
        self.statement_limit = JOB_LIMIT;
        Ok(())
    }

    /// Makes the transaction's work last.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.end("COMMIT").await
    }

    /// Undoes the transaction's work.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.end("ROLLBACK").await
    }

    async fn end(self, statement: &'static str) -> Result<(), DbErr> {
        let mut held = self.held.lock().await;
        answer!(self, held, |connection| connection.execute_text(statement)).map_err(query_error)?;
        held.open = false;
        Ok(())
    }

    /// Marks a point in the transaction to which [`Self::rollback_to_savepoint`] returns.
    pub(crate) async fn savepoint(&self) -> Result<(), DbErr> {
        self.execute_unprepared("SAVEPOINT item").await.map(drop)
    }

    /// Undoes what was done since the last savepoint.
    pub(crate) async fn rollback_to_savepoint(&self) -> Result<(), DbErr> {
        self.execute_unprepared("ROLLBACK TO SAVEPOINT item").await?;
        self.release_savepoint().await
    }

    /// Keeps what was done since the last savepoint, as part of the transaction.
    pub(crate) async fn release_savepoint(&self) -> Result<(), DbErr> {
        self.execute_unprepared("RELEASE SAVEPOINT item").await.map(drop)
    }
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.held.lock().await;
        answer!(self, held, |connection| connection.execute(statement)).map_err(query_error)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut held = self.held.lock().await;
        let sql = sqlx::AssertSqlSafe(sql);
        answer!(self, held, |connection| connection.execute_text(sql)).map_err(query_error)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.held.lock().await;
        answer!(self, held, |connection| connection.fetch_all(statement)).map_err(query_error)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let held = self.held.get_mut();
        if let Some(connection) = held.connection.take() {
            connection.end(held.answering, held.open);
        }
    }
}

/// True if the answer came to its end: as rows, or as a refusal by the database.
fn is_complete<T>(answer: &Result<T, sqlx::Error>) -> bool {
    matches!(answer, Ok(_) | Err(sqlx::Error::Database(_)))
}

fn overdue() -> sqlx::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer within the deadline").into()
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
