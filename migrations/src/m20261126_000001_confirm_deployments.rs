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
    "CREATE INDEX deployments_confirmed ON deployments (issuer, deployment_id) WHERE confirmed_at IS NOT NULL",
    "CREATE INDEX platforms_by_tenant ON platforms (issuer, tenant_id)",
];

const DOWN: &[&str] = &[
    "DROP INDEX platforms_by_tenant",
    "DROP INDEX deployments_confirmed",
    "ALTER TABLE deployments DROP COLUMN confirmed_at",
];
