use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::sql::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Counts launches by registration and day, in the statement that records them. Triggers do it, so that the counts stay right while
/// instances of an older version write beside.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, UP_POSTGRES).await?,
            _ => run(manager, UP_SQLITE).await?,
        }
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, DOWN_POSTGRES).await,
            _ => run(manager, DOWN_SQLITE).await,
        }
    }
}

/// `day`: days since 1970, in UTC.
const UP_SQLITE: &[&str] = &[
    "CREATE TABLE launch_counts (
        day bigint NOT NULL,
        tenant_id blob NOT NULL,
        registration_id blob NOT NULL,
        accepted bigint NOT NULL,
        refused bigint NOT NULL,
        PRIMARY KEY (day, tenant_id, registration_id)
    ) WITHOUT ROWID",
    "CREATE TRIGGER launches_are_counted AFTER INSERT ON launches
        WHEN NEW.tenant_id IS NOT NULL AND NEW.registration_id IS NOT NULL
        BEGIN
            INSERT INTO launch_counts (day, tenant_id, registration_id, accepted, refused)
            VALUES (NEW.at / 86400000000, NEW.tenant_id, NEW.registration_id, NEW.outcome = 'accepted', NEW.outcome = 'refused')
            ON CONFLICT (day, tenant_id, registration_id) DO UPDATE
                SET accepted = accepted + excluded.accepted, refused = refused + excluded.refused;
        END",
];

/// The rows are changed over and over, so their pages are left half empty: a new version of a row then stays on its page. They are
/// taken in the order of their key, so that two instances don't wait for each other.
const UP_POSTGRES: &[&str] = &[
    "CREATE TABLE launch_counts (
        day bigint NOT NULL,
        tenant_id uuid NOT NULL,
        registration_id uuid NOT NULL,
        accepted bigint NOT NULL,
        refused bigint NOT NULL,
        PRIMARY KEY (day, tenant_id, registration_id)
    ) WITH (fillfactor = 50)",
    "CREATE FUNCTION count_launches() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO launch_counts (day, tenant_id, registration_id, accepted, refused)
            SELECT at / 86400000000, tenant_id, registration_id,
                COUNT(*) FILTER (WHERE outcome = 'accepted'), COUNT(*) FILTER (WHERE outcome = 'refused')
            FROM recorded WHERE tenant_id IS NOT NULL AND registration_id IS NOT NULL
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            ON CONFLICT (day, tenant_id, registration_id) DO UPDATE
                SET accepted = launch_counts.accepted + excluded.accepted, refused = launch_counts.refused + excluded.refused;
            RETURN NULL;
        END $$",
    "CREATE TRIGGER launches_are_counted AFTER INSERT ON launches
        REFERENCING NEW TABLE AS recorded FOR EACH STATEMENT EXECUTE FUNCTION count_launches()",
];

/// The launches that are there.
const UP: &[&str] = &[
    "INSERT INTO launch_counts (day, tenant_id, registration_id, accepted, refused)
    SELECT at / 86400000000, tenant_id, registration_id,
        SUM(CASE outcome WHEN 'accepted' THEN 1 ELSE 0 END), SUM(CASE outcome WHEN 'refused' THEN 1 ELSE 0 END)
    FROM launches WHERE tenant_id IS NOT NULL AND registration_id IS NOT NULL
    GROUP BY at / 86400000000, tenant_id, registration_id",
];

const DOWN_SQLITE: &[&str] = &["DROP TRIGGER launches_are_counted", "DROP TABLE launch_counts"];

const DOWN_POSTGRES: &[&str] = &[
    "DROP TRIGGER launches_are_counted ON launches",
    "DROP FUNCTION count_launches",
    "DROP TABLE launch_counts",
];
