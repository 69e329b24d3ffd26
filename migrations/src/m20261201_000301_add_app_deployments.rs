use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The deployment of its app that a registration is: the same through replacements. Of live registrations, none has another one's.
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
    // Null in what instances of the version before add, which may run beside this one: then it is the registration's id.
    "ALTER TABLE registrations ADD COLUMN app_deployment_id {uuid}",
    "UPDATE registrations SET app_deployment_id = id",
    "CREATE UNIQUE INDEX registrations_live_by_app_deployment ON registrations (app_deployment_id) WHERE deleted_at IS NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX registrations_live_by_app_deployment",
    "ALTER TABLE registrations DROP COLUMN app_deployment_id",
];
