use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

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
    // Codes are stored as SHA-256. The columns from confirmation_hash on are of a verified launch that waits to be confirmed.
    "CREATE TABLE contests (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        code_hash {bytes} NOT NULL,
        name text NOT NULL,
        app_id text NOT NULL,
        family text NOT NULL,
        issuer text NOT NULL,
        client_id text NOT NULL,
        deployment_ids text NOT NULL,
        authentication_url text NOT NULL,
        keyset_url text NOT NULL,
        access_token_url text,
        access_token_audience text,
        allow_anonymous boolean NOT NULL,
        accept_any_deployment boolean NOT NULL,
        created_at bigint NOT NULL,
        created_by_id text NOT NULL,
        created_by_name text NOT NULL,
        created_by_kind text NOT NULL CHECK (created_by_kind IN ('user', 'app')),
        expires_at bigint NOT NULL,
        proven_at bigint,
        registration_id {uuid},
        confirmation_hash {bytes},
        confirmation_deployment_id text,
        confirmation_expires_at bigint
    )",
    "CREATE UNIQUE INDEX contests_code_once ON contests (code_hash)",
    "CREATE UNIQUE INDEX contests_confirmation_once ON contests (confirmation_hash) WHERE confirmation_hash IS NOT NULL",
    "CREATE INDEX contests_by_tenant ON contests (tenant_id, created_at, id)",
    "CREATE INDEX contests_by_expiry ON contests (expires_at)",
    "ALTER TABLE registrations ADD COLUMN claimed_at bigint",
];

const DOWN: &[&str] = &["ALTER TABLE registrations DROP COLUMN claimed_at", "DROP TABLE contests"];
