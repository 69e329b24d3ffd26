use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        execute(manager, "ALTER TABLE contests ADD COLUMN lms text NOT NULL DEFAULT ''").await?;
        execute(manager, join(manager.get_database_backend())).await?;
        for column in COLUMNS {
            execute(manager, &format!("ALTER TABLE contests DROP COLUMN {column}")).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in &COLUMNS {
            let kind = if column.starts_with("access_token") {
                "text"
            } else {
                "text NOT NULL DEFAULT ''"
            };
            execute(manager, &format!("ALTER TABLE contests ADD COLUMN {column} {kind}")).await?;
        }
        execute(manager, split(manager.get_database_backend())).await?;
        execute(manager, "ALTER TABLE contests DROP COLUMN lms").await
    }
}

/// The values of the LMS, which are one JSON object from now on.
const COLUMNS: [&str; 6] = [
    "issuer",
    "client_id",
    "authentication_url",
    "keyset_url",
    "access_token_url",
    "access_token_audience",
];

fn join(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "UPDATE contests SET lms = json_build_object(
                'platform', json_build_object('issuer', issuer, 'clientId', client_id,
                    'authenticationUrl', authentication_url, 'keysetUrl', keyset_url),
                'accessTokenUrl', access_token_url, 'accessTokenAudience', access_token_audience)::text"
        }
        _ => {
            "UPDATE contests SET lms = json_object(
                'platform', json_object('issuer', issuer, 'clientId', client_id,
                    'authenticationUrl', authentication_url, 'keysetUrl', keyset_url),
                'accessTokenUrl', access_token_url, 'accessTokenAudience', access_token_audience)"
        }
    }
}

fn split(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "UPDATE contests SET issuer = lms::json #>> '{platform,issuer}', client_id = lms::json #>> '{platform,clientId}',
                authentication_url = lms::json #>> '{platform,authenticationUrl}',
                keyset_url = lms::json #>> '{platform,keysetUrl}', access_token_url = lms::json ->> 'accessTokenUrl',
                access_token_audience = lms::json ->> 'accessTokenAudience'"
        }
        _ => {
            "UPDATE contests SET issuer = lms ->> '$.platform.issuer', client_id = lms ->> '$.platform.clientId',
                authentication_url = lms ->> '$.platform.authenticationUrl', keyset_url = lms ->> '$.platform.keysetUrl',
                access_token_url = lms ->> '$.accessTokenUrl', access_token_audience = lms ->> '$.accessTokenAudience'"
        }
    }
}

async fn execute(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statement).await?;
    Ok(())
}
