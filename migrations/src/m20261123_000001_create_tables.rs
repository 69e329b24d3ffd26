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
    "CREATE TABLE tenants (
        id {uuid} NOT NULL PRIMARY KEY,
        display_name text NOT NULL,
        state text NOT NULL CHECK (state IN ('registered', 'pending')),
        registered_at bigint NOT NULL,
        registered_by_id text NOT NULL,
        registered_by_name text NOT NULL,
        registered_by_kind text NOT NULL CHECK (registered_by_kind IN ('user', 'app'))
    )",
    // One row as long as a live registration has this issuer and client ID; it is also what concurrent changes of these
    // registrations are serialised by. tenant_id is NULL where many schools share the client ID.
    "CREATE TABLE platforms (
        issuer text NOT NULL,
        client_id text NOT NULL,
        family text NOT NULL,
        tenant_id {uuid},
        authentication_url text NOT NULL,
        keyset_url text NOT NULL,
        access_token_url text,
        PRIMARY KEY (issuer, client_id)
    )",
    // last_launch_at is 0 before the first launch, so that it can be sorted and paged by.
    "CREATE TABLE registrations (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        name text NOT NULL,
        name_lower text {binary_order} NOT NULL,
        search_text text NOT NULL,
        app_id text NOT NULL,
        family text NOT NULL,
        issuer text NOT NULL,
        client_id text NOT NULL,
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
        last_launch_at bigint NOT NULL DEFAULT 0,
        health_state text NOT NULL DEFAULT 'unknown' CHECK (health_state IN ('good', 'bad', 'unknown')),
        health_since bigint,
        health_detail text,
        deleted_at bigint
    )",
    "CREATE INDEX registrations_by_name ON registrations (tenant_id, name_lower, id) WHERE deleted_at IS NULL",
    "CREATE INDEX registrations_by_creation ON registrations (tenant_id, created_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX registrations_by_last_launch ON registrations (tenant_id, last_launch_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX registrations_by_client ON registrations (issuer, client_id)",
    "CREATE INDEX registrations_by_keyset ON registrations (keyset_url) WHERE deleted_at IS NULL",
    "CREATE TABLE deployments (
        registration_id {uuid} NOT NULL REFERENCES registrations (id),
        issuer text NOT NULL,
        client_id text NOT NULL,
        deployment_id text {binary_order} NOT NULL,
        state text NOT NULL CHECK (state IN ('accepted', 'waiting', 'rejected')),
        first_seen_at bigint NOT NULL,
        PRIMARY KEY (registration_id, deployment_id)
    )",
    "CREATE UNIQUE INDEX deployments_accepted_once ON deployments (issuer, client_id, deployment_id) WHERE state = 'accepted'",
    "CREATE INDEX deployments_by_client ON deployments (issuer, client_id, deployment_id)",
    // Accepted and refused launches in one table: the row of an accepted one is the replay guard (state_id) too.
    "CREATE TABLE launches (
        reference text NOT NULL PRIMARY KEY,
        at bigint NOT NULL,
        tenant_id {uuid},
        registration_id {uuid},
        outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused')),
        class text NOT NULL CHECK (class IN
            ('accepted', 'signed_attributed', 'signed_unattributed', 'unsigned_attributed', 'unsigned_unattributed')),
        code text,
        message_type text,
        issuer text,
        client_id text,
        state_id {bytes},
        checks text NOT NULL
    )",
    "CREATE UNIQUE INDEX launches_state_once ON launches (state_id) WHERE state_id IS NOT NULL",
    "CREATE INDEX launches_by_tenant ON launches (tenant_id, at, reference)",
    "CREATE INDEX launches_by_registration ON launches (registration_id, at, reference)",
    "CREATE INDEX launches_refused ON launches (class, tenant_id, at, reference) WHERE outcome = 'refused'",
    "CREATE INDEX launches_refused_by_tenant ON launches (tenant_id, at, reference) WHERE outcome = 'refused'",
    "CREATE INDEX launches_by_time ON launches (at)",
    "CREATE TABLE audit_events (
        id {uuid} NOT NULL PRIMARY KEY,
        at bigint NOT NULL,
        tenant_id {uuid} NOT NULL,
        by_id text NOT NULL,
        by_name text NOT NULL,
        by_kind text NOT NULL CHECK (by_kind IN ('user', 'app')),
        action text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text NOT NULL
    )",
    "CREATE INDEX audit_events_by_tenant ON audit_events (tenant_id, at, id)",
    "CREATE TABLE signing_keys (
        kid text NOT NULL PRIMARY KEY,
        purpose text NOT NULL,
        sealed_private_key {bytes} NOT NULL,
        public_jwk text NOT NULL,
        created_at bigint NOT NULL,
        retired_at bigint
    )",
    "CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (purpose) WHERE retired_at IS NULL",
];

const DOWN: &[&str] = &[
    "DROP TABLE signing_keys",
    "DROP TABLE audit_events",
    "DROP TABLE launches",
    "DROP TABLE deployments",
    "DROP TABLE registrations",
    "DROP TABLE platforms",
    "DROP TABLE tenants",
];
