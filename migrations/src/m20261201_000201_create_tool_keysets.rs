use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Keysets for what the gateway signs towards LMSs: one for each tenant, and one for each app whose client ID schools share. Their keys are
/// in `signing_keys`. Tenants and apps that have registrations get theirs here; those registrations were added with another address.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        let (random, hex, now) = match manager.get_database_backend() {
            DbBackend::Postgres => (
                "substr(encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'), 1, 32)",
                "replace(tenant_id::text, '-', '')",
                "(extract(epoch FROM now()) * 1000000)::bigint",
            ),
            _ => (
                "lower(hex(randomblob(16)))",
                "lower(hex(tenant_id))",
                "CAST(strftime('%s', 'now') AS integer) * 1000000",
            ),
        };
        for (owner, shared) in [
            (format!("'tenant:' || {hex}"), "IS NOT NULL"),
            ("'app:' || app_id".to_owned(), "IS NULL"),
        ] {
            let statement = format!(
                "INSERT INTO tool_keysets (id, owner, created_at)
                 SELECT {random}, owner, {now} FROM (
                     SELECT DISTINCT {owner} AS owner FROM (
                         SELECT r.tenant_id AS tenant_id, r.app_id AS app_id FROM registrations r
                         JOIN platforms p ON p.issuer = r.issuer AND p.client_id = r.client_id
                         WHERE r.deleted_at IS NULL AND p.tenant_id {shared}
                     ) AS live
                 ) AS owners"
            );
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
    "CREATE TABLE tool_keysets (
        id text NOT NULL PRIMARY KEY,
        owner text NOT NULL UNIQUE,
        created_at bigint NOT NULL
    )",
    "CREATE INDEX signing_keys_by_purpose ON signing_keys (purpose)",
    // Instances of the version before, which may run beside this one, don't know the column: what they add is outdated.
    "ALTER TABLE registrations ADD COLUMN keyset_outdated boolean NOT NULL DEFAULT TRUE",
];

const DOWN: &[&str] = &[
    "ALTER TABLE registrations DROP COLUMN keyset_outdated",
    "DELETE FROM signing_keys WHERE purpose LIKE 'tool:%'",
    "DROP INDEX signing_keys_by_purpose",
    "DROP TABLE tool_keysets",
];
