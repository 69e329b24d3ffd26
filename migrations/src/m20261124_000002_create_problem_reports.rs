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

/// Times are microseconds since 1970 in UTC.
const UP: &[&str] = &[
    // signed_reference is set where the report came without sign-in: by its unique index a reference counts once.
    "CREATE TABLE problem_reports (
        id {uuid} NOT NULL PRIMARY KEY,
        number text NOT NULL,
        tenant_id {uuid} NOT NULL,
        category text NOT NULL CHECK (category IN ('launch', 'registration', 'sign_in', 'other')),
        summary text NOT NULL,
        description text NOT NULL,
        contact_email text,
        launch_reference text,
        signed_reference text,
        attach_diagnostics boolean NOT NULL,
        diagnostics text,
        browser text,
        portal_version text,
        search_text text NOT NULL,
        created_at bigint NOT NULL,
        created_by_id text,
        created_by_name text,
        created_by_kind text CHECK (created_by_kind IN ('user', 'app')),
        updated_at bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'in_progress', 'resolved')),
        comments integer NOT NULL DEFAULT 0
    )",
    "CREATE UNIQUE INDEX problem_reports_number ON problem_reports (number)",
    "CREATE UNIQUE INDEX problem_reports_reference_once ON problem_reports (signed_reference) WHERE signed_reference IS NOT NULL",
    "CREATE INDEX problem_reports_by_tenant ON problem_reports (tenant_id, created_at, id)",
    "CREATE INDEX problem_reports_by_reporter ON problem_reports (tenant_id, created_by_id, created_at, id)",
    "CREATE INDEX problem_reports_by_time ON problem_reports (created_at, id)",
    "CREATE INDEX problem_reports_by_change ON problem_reports (updated_at)",
    "CREATE TABLE problem_report_comments (
        id {uuid} NOT NULL PRIMARY KEY,
        report_id {uuid} NOT NULL REFERENCES problem_reports (id) ON DELETE CASCADE,
        at bigint NOT NULL,
        by_id text NOT NULL,
        by_name text NOT NULL,
        by_kind text NOT NULL CHECK (by_kind IN ('user', 'app')),
        by_support boolean NOT NULL,
        text text NOT NULL
    )",
    "CREATE INDEX problem_report_comments_by_report ON problem_report_comments (report_id, at, id)",
    "CREATE TABLE problem_report_states (
        id {uuid} NOT NULL PRIMARY KEY,
        report_id {uuid} NOT NULL REFERENCES problem_reports (id) ON DELETE CASCADE,
        at bigint NOT NULL,
        by_id text NOT NULL,
        by_name text NOT NULL,
        by_kind text NOT NULL CHECK (by_kind IN ('user', 'app')),
        state text NOT NULL CHECK (state IN ('open', 'in_progress', 'resolved'))
    )",
    "CREATE INDEX problem_report_states_by_report ON problem_report_states (report_id, at, id)",
    // The outbox: a row for each event and channel, written with the event, gone once it arrived.
    "CREATE TABLE problem_report_deliveries (
        id {uuid} NOT NULL PRIMARY KEY,
        report_id {uuid} NOT NULL REFERENCES problem_reports (id) ON DELETE CASCADE,
        event text NOT NULL,
        channel text NOT NULL CHECK (channel IN ('webhook', 'email')),
        payload text NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        created_at bigint NOT NULL,
        next_attempt_at bigint NOT NULL
    )",
    "CREATE INDEX problem_report_deliveries_due ON problem_report_deliveries (next_attempt_at, id) WHERE state = 'waiting'",
    "CREATE INDEX problem_report_deliveries_by_report ON problem_report_deliveries (report_id)",
    "CREATE TABLE problem_report_keys (
        tenant_id {uuid} NOT NULL,
        caller text NOT NULL,
        idempotency_key text NOT NULL,
        body_hash {bytes} NOT NULL,
        report_id {uuid} NOT NULL REFERENCES problem_reports (id) ON DELETE CASCADE,
        created_at bigint NOT NULL,
        PRIMARY KEY (tenant_id, caller, idempotency_key)
    )",
    "CREATE INDEX problem_report_keys_by_time ON problem_report_keys (created_at)",
    "CREATE INDEX problem_report_keys_by_report ON problem_report_keys (report_id)",
    // How many reports a tenant sent on a day (days since 1970, UTC), apart for those without sign-in.
    "CREATE TABLE problem_report_quotas (
        tenant_id {uuid} NOT NULL,
        day bigint NOT NULL,
        signed_in boolean NOT NULL,
        used integer NOT NULL,
        PRIMARY KEY (tenant_id, day, signed_in)
    )",
];

const DOWN: &[&str] = &[
    "DROP TABLE problem_report_quotas",
    "DROP TABLE problem_report_keys",
    "DROP TABLE problem_report_deliveries",
    "DROP TABLE problem_report_states",
    "DROP TABLE problem_report_comments",
    "DROP TABLE problem_reports",
];
