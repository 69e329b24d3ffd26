use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The keys of LMSs as they were seen last: a gateway that starts while an LMS's keyset can't be fetched goes on with them.
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
    "ALTER TABLE keysets ADD COLUMN keys text",
    "ALTER TABLE keysets ADD COLUMN seen_at bigint",
];

const DOWN: &[&str] = &[
    "ALTER TABLE keysets DROP COLUMN seen_at",
    "ALTER TABLE keysets DROP COLUMN keys",
];
