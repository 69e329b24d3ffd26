use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The assertions by which apps got access tokens, until they expire: none is used twice, on whatever instance.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE used_assertions"]).await
    }
}

const UP: &[&str] = &[
    "CREATE TABLE used_assertions (id {bytes} NOT NULL PRIMARY KEY, expires_at bigint NOT NULL)",
    "CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at)",
];
