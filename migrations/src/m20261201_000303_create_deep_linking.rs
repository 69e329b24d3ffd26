use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Deep linking requests that apps may answer, sealed, and the nonces of the answers.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["DROP TABLE deep_linking_nonces", "DROP TABLE deep_linking_requests"],
        )
        .await
    }
}

const UP: &[&str] = &[
    "CREATE TABLE deep_linking_requests (id {bytes} NOT NULL PRIMARY KEY, sealed {bytes} NOT NULL, expires_at bigint NOT NULL)",
    "CREATE INDEX deep_linking_requests_by_expiry ON deep_linking_requests (expires_at)",
    "CREATE TABLE deep_linking_nonces (id {bytes} NOT NULL PRIMARY KEY, answer {bytes} NOT NULL, expires_at bigint NOT NULL)",
    "CREATE INDEX deep_linking_nonces_by_expiry ON deep_linking_nonces (expires_at)",
];
