//! A connection of either database's pool.

use sea_orm::sea_query::Values;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Database, Executor as _, IntoArguments, Postgres, SqlSafeStr, Sqlite};
use sea_orm::{DatabaseConnection, DbBackend, ExecResult, QueryResult, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::silence::TEST_LIMIT;

pub(super) enum Connection {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

/// The same for either database.
macro_rules! on {
    ($connection:expr, |$each:ident| $done:expr) => {
        match $connection {
            Connection::Postgres($each) => $done,
            Connection::Sqlite($each) => $done,
        }
    };
}

impl Connection {
    pub(super) async fn acquire(db: &DatabaseConnection) -> Result<Self, sqlx::Error> {
        Ok(match sea_orm::ConnectionTrait::get_database_backend(db) {
            DbBackend::Postgres => Self::Postgres(db.get_postgres_connection_pool().acquire().await?),
            _ => Self::Sqlite(db.get_sqlite_connection_pool().acquire().await?),
        })
    }

    pub(super) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, sqlx::Error> {
        on!(self, |each| Ok(query(statement).execute(&mut **each).await?.into()))
    }

    pub(super) async fn execute_text(&mut self, sql: impl SqlSafeStr) -> Result<ExecResult, sqlx::Error> {
        let sql = sql.into_sql_str();
        on!(self, |each| Ok(each.execute(sql).await?.into()))
    }

    /// Reads to the end: SQLite's journal is never checkpointed beside a statement that is left in between.
    pub(super) async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        on!(self, |each| {
            let rows = query(statement).fetch_all(&mut **each).await?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
    }

    pub(super) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        on!(self, |each| each.ping().await)
    }

    /// Closes the connection where an answer is outstanding; else rolls back what is open and gives it back to the pool, if the
    /// server still answers. A connection of SQLite is never silent, and one in memory is the database itself: it is given back.
    /// Without a runtime, which both take, it is closed: the process comes to its end.
    pub(super) fn end(self, answering: bool, open: bool) {
        let Ok(runtime) = Handle::try_current() else {
            return on!(self, |each| drop(each.detach()));
        };
        match self {
            Self::Postgres(connection) if answering => drop(connection.detach()),
            Self::Postgres(mut connection) => {
                runtime.spawn(async move {
                    if open && !matches!(timeout(TEST_LIMIT, connection.execute("ROLLBACK")).await, Ok(Ok(_))) {
                        drop(connection.detach());
                        return;
                    }
                    // The same as dropping, but within a limit.
                    timeout(TEST_LIMIT, connection.return_to_pool()).await.ok();
                });
            }
            Self::Sqlite(mut connection) if open => {
                runtime.spawn(async move { connection.execute("ROLLBACK").await.ok() });
            }
            Self::Sqlite(connection) => drop(connection),
        }
    }
}

fn query<DB: Database>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}
