use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// For logins without a client ID: the deployment tells which of an issuer's clients is meant.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX deployments_by_issuer ON deployments (issuer, deployment_id)";
        manager.get_connection().execute_unprepared(index).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "DROP INDEX deployments_by_issuer";
        manager.get_connection().execute_unprepared(index).await.map(drop)
    }
}
