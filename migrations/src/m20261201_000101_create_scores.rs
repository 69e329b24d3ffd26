use sea_orm_migration::prelude::*;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The people whom apps send scores for, and the scores.
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
    // The name of a person for apps is a hash; lms_id is the LMS's own id, sealed.
    "CREATE TABLE lms_people (
        subject text NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        lms_id {bytes} NOT NULL,
        seen_at bigint NOT NULL
    )",
    "CREATE INDEX lms_people_by_seen_at ON lms_people (seen_at)",
    // One row for a person and a line item: the newest score that the LMS took, and the one that waits, if any does. body is the score,
    // sealed; repeated says that the LMS may have it already.
    "CREATE TABLE scores (
        line_item_id text NOT NULL,
        subject text NOT NULL,
        service_id text NOT NULL REFERENCES lms_services (id),
        delivered_timestamp bigint,
        changed_at bigint NOT NULL,
        waiting_id {uuid},
        body {bytes},
        waiting_timestamp bigint,
        waiting_since bigint,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at bigint,
        repeated boolean NOT NULL DEFAULT FALSE,
        PRIMARY KEY (line_item_id, subject)
    )",
    "CREATE UNIQUE INDEX scores_waiting ON scores (waiting_id) WHERE waiting_id IS NOT NULL",
    "CREATE INDEX scores_due ON scores (next_attempt_at) WHERE waiting_id IS NOT NULL",
    "CREATE INDEX scores_by_service ON scores (service_id) WHERE waiting_id IS NOT NULL",
    "CREATE INDEX scores_by_changed_at ON scores (changed_at) WHERE waiting_id IS NULL",
    "CREATE TABLE service_calls (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        registration_id {uuid} NOT NULL,
        app_id text NOT NULL,
        service text NOT NULL,
        outcome text NOT NULL,
        upstream_status integer,
        code text NOT NULL,
        at bigint NOT NULL
    )",
    "CREATE INDEX service_calls_by_tenant ON service_calls (tenant_id, at)",
    "CREATE INDEX service_calls_by_registration ON service_calls (registration_id, at)",
    "CREATE INDEX service_calls_by_at ON service_calls (at)",
];

const DOWN: &[&str] = &["DROP TABLE service_calls", "DROP TABLE scores", "DROP TABLE lms_people"];
