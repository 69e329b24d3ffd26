//! Statements that both databases understand.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs statements in which `{uuid}`, `{bytes}` and `{binary_order}` stand for what each database calls them. Everything
/// else, partial indexes included, is written alike in both.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let (uuid, bytes, binary_order) = match manager.get_database_backend() {
        DbBackend::Postgres => ("uuid", "bytea", "COLLATE \"C\""),
        _ => ("blob", "blob", "COLLATE BINARY"),
    };
    for statement in statements {
        let sql = statement
            .replace("{uuid}", uuid)
            .replace("{bytes}", bytes)
            .replace("{binary_order}", binary_order);
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
