//! The connections to the database. Only a [`Session`] has access to them, and a session has a deadline.
//!
//! sea-orm returns a connection to the pool whatever the result of its statement, and the pool then pings it without a deadline: a
//! stalled connection keeps its slot in the pool until the kernel closes it. So a session takes its connection from the pool itself.
//! A connection without an answer is closed, which frees its slot at once.

mod connection;
mod file;
mod pooler;
mod session;
mod silence;

use std::time::Duration;

pub use pooler::MixedStatementsError;
use pooler::Pooler;
use sea_orm::sqlx::Executor as _;
use sea_orm::{DatabaseConnection, DbBackend, DbErr};
pub(crate) use session::Session;
use silence::{CONNECTION_SETTINGS, SilenceWatch};

use crate::{ConnectOptions, Store};

/// The time limit of a call of the store, with its wait for a connection, for its turn to write and for locks.
const CALL_LIMIT: Duration = Duration::from_secs(5);
/// The same of a call that works through many rows: a batch of a purge or of an import, an export. A statement of an import, which is
/// short, has the limit of a call.
const JOB_LIMIT: Duration = Duration::from_secs(60);
/// How long SQLite waits for another process that writes: the call then learns why within its own limit.
const SQLITE_BUSY_LIMIT: Duration = Duration::from_secs(4);

/// Up to how many bytes SQLite keeps of its journal once everything in it is in the database. It is twice what the automatic
/// checkpoint lets it grow to, so that only what a long reader made it grow beyond that is given back.
pub(crate) const JOURNAL_SIZE_LIMIT: u32 = 8 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Database {
    pool: DatabaseConnection,
    /// The one connection that writes on SQLite: each commit by another one makes a connection read its pages again.
    writer: Option<DatabaseConnection>,
    silence: SilenceWatch,
    pooler: Pooler,
}

impl Database {
    pub(crate) async fn connect(options: &ConnectOptions) -> Result<Self, DbErr> {
        let (silence, pooler) = (SilenceWatch::default(), Pooler::default());
        let mut settings = sea_orm::ConnectOptions::new(&options.url);
        settings
            .max_connections(options.max_connections.max(1))
            .acquire_timeout(CALL_LIMIT)
            .test_before_acquire(false)
            .sqlx_logging(false);
        let is_sqlite = options.url.starts_with("sqlite:");
        let in_memory = options.url.contains(":memory:") || options.url.contains("mode=memory");
        if is_sqlite {
            file::create_private(&options.url);
            // WAL with synchronous = NORMAL: what was committed survives the end of the process at any moment. A power
            // failure may lose the last commits, never the consistency.
            settings.map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "NORMAL")
                    .pragma("foreign_keys", "ON")
                    .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT.to_string())
                    .busy_timeout(SQLITE_BUSY_LIMIT)
            });
            if in_memory {
                // Every connection would have a database of its own, which ends with the connection.
                settings
                    .max_connections(1)
                    .min_connections(1)
                    .idle_timeout(None::<Duration>)
                    .max_lifetime(None::<Duration>);
            }
        } else {
            let (watch, pooler) = (silence.clone(), pooler.clone());
            settings
                .map_sqlx_postgres_pool_opts(|pool| {
                    pool.after_connect(|connection, _| {
                        Box::pin(async move { connection.execute(CONNECTION_SETTINGS).await.map(drop) })
                    })
                })
                .map_sqlx_postgres_before_acquire(move |connection, idle| {
                    let watch = watch.clone();
                    let usable = !pooler.mixed_within(idle.age);
                    Box::pin(async move { Ok(usable && watch.test(connection, idle).await?) })
                });
        }
        let pool = sea_orm::Database::connect(settings.clone()).await?;
        let writer = if is_sqlite && !in_memory {
            settings.max_connections(1);
            Some(sea_orm::Database::connect(settings).await?)
        } else {
            None
        };
        Ok(Self {
            pool,
            writer,
            silence,
            pooler,
        })
    }

    /// The pool of the connections that write.
    fn writers(&self) -> &DatabaseConnection {
        self.writer.as_ref().unwrap_or(&self.pool)
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }
}

impl Store {
    /// The connections, for migrations. Queries that run here have no deadline but the server's.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.db.pool
    }
}
