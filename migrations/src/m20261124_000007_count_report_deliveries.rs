use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// For the metrics: how much of the outbox waits, and how much was given up.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX problem_report_deliveries_by_state ON problem_report_deliveries (state)";
        manager.get_connection().execute_unprepared(index).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "DROP INDEX problem_report_deliveries_by_state";
        manager.get_connection().execute_unprepared(index).await.map(drop)
    }
}
