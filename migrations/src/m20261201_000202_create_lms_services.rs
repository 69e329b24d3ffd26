use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The services of LMSs that launches named, and the addresses that apps know them by.
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
    // They outlive the registration whose launch named them, as app_deployment_id does. url_hash is of kind and url, which may be too long
    // for an index.
    "CREATE TABLE lms_services (
        id text NOT NULL PRIMARY KEY,
        app_deployment_id {uuid} NOT NULL,
        kind text NOT NULL CHECK (kind IN ('memberships', 'line_items')),
        url text NOT NULL,
        url_hash {bytes} NOT NULL,
        tenant_id {uuid} NOT NULL,
        app_id text NOT NULL,
        issuer text NOT NULL,
        scopes text NOT NULL,
        context_id text,
        created_at bigint NOT NULL
    )",
    "CREATE UNIQUE INDEX lms_services_once ON lms_services (app_deployment_id, url_hash)",
    "CREATE TABLE lms_line_items (
        id text NOT NULL PRIMARY KEY,
        service_id text NOT NULL REFERENCES lms_services (id),
        url text NOT NULL,
        url_hash {bytes} NOT NULL,
        created_at bigint NOT NULL
    )",
    "CREATE UNIQUE INDEX lms_line_items_once ON lms_line_items (service_id, url_hash)",
];

const DOWN: &[&str] = &["DROP TABLE lms_line_items", "DROP TABLE lms_services"];
