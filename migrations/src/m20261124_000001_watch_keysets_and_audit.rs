use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, UP_POSTGRES).await,
            _ => run(manager, UP_SQLITE).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, DOWN_POSTGRES).await?,
            _ => run(manager, DOWN_SQLITE).await?,
        }
        run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
    // One row for each address that live registrations take keys from: when somebody last looked, or was about to.
    "CREATE TABLE keysets (
        url text NOT NULL PRIMARY KEY,
        checked_at bigint NOT NULL
    )",
    "CREATE INDEX keysets_by_time ON keysets (checked_at)",
    "INSERT INTO keysets (url, checked_at) SELECT DISTINCT keyset_url, 0 FROM registrations WHERE deleted_at IS NULL",
    // Which registration a deployment belongs to: many LMSs number theirs from 1.
    "ALTER TABLE audit_events ADD COLUMN registration_id {uuid}",
    "CREATE INDEX audit_events_by_registration ON audit_events (tenant_id, registration_id, at, id)",
    "CREATE INDEX audit_events_by_subject ON audit_events (tenant_id, subject_kind, subject_id, at, id)",
    "CREATE INDEX audit_events_by_actor ON audit_events (tenant_id, by_id, at, id)",
];

/// The trail is only added to.
const UP_SQLITE: &[&str] = &[
    "UPDATE audit_events SET registration_id = unhex(replace(subject_id, '-', '')) WHERE subject_kind = 'registration'",
    "CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END",
    "CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END",
];

const UP_POSTGRES: &[&str] = &[
    "UPDATE audit_events SET registration_id = subject_id::uuid WHERE subject_kind = 'registration'",
    "CREATE FUNCTION refuse_change_of_audit_events() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END $$",
    "CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_events()",
];

const DOWN_SQLITE: &[&str] = &[
    "DROP TRIGGER audit_events_are_not_deleted",
    "DROP TRIGGER audit_events_are_not_changed",
];

const DOWN_POSTGRES: &[&str] = &[
    "DROP TRIGGER audit_events_are_not_changed ON audit_events",
    "DROP FUNCTION refuse_change_of_audit_events",
];

const DOWN: &[&str] = &[
    "DROP INDEX audit_events_by_actor",
    "DROP INDEX audit_events_by_subject",
    "DROP INDEX audit_events_by_registration",
    "ALTER TABLE audit_events DROP COLUMN registration_id",
    "DROP TABLE keysets",
];
