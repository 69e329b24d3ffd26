use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// For logins without a client ID: what was confirmed by a launch goes before what was only entered.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
    "ALTER TABLE deployments ADD COLUMN confirmed_at bigint",
    "CREATE INDEX deployments_confirmed ON deployments (registration_id) WHERE confirmed_at IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX deployments_confirmed",
    "ALTER TABLE deployments DROP COLUMN confirmed_at",
];
