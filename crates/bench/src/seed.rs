//! Rows in great numbers, written by SQL: other schools' registrations, and launches of the past.

use anyhow::Result;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend};

/// Rows of one statement at the most.
const STEP: u64 = 200_000;

/// The rows that fill up a database. Everything belongs to the tenant that is measured: its lists are the long ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) registrations: u64,
    pub(crate) launches: u64,
}

/// Fills up a database from `from` to `to`; nobody else uses it meanwhile.
pub(crate) async fn fill(url: &str, from: Size, to: Size) -> Result<()> {
    let db = Database::connect(url).await?;
    for (first, last) in steps(from.registrations, to.registrations) {
        insert_registrations(&db, first, last).await?;
    }
    for (first, last) in steps(from.launches, to.launches) {
        insert_launches(&db, first, last).await?;
    }
    // PostgreSQL does this by itself after a while. SQLite doesn't, and with its statistics it would plan each statement anew for each
    // value, which costs more than the statement.
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("ANALYZE").await?;
    }
    db.close().await?;
    Ok(())
}

fn steps(from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
    (from..to)
        .step_by(STEP as usize)
        .map(move |first| (first, to.min(first + STEP) - 1))
}

async fn insert_registrations(db: &DatabaseConnection, first: u64, last: u64) -> Result<()> {
    let numbers = numbers(db, first, last);
    let (id, _) = random(db);
    let issuer = "'https://lms-' || i || '.example'";
    let urls = format!("{issuer} || '/auth', {issuer} || '/certs'");
    let statements = [
        format!(
            "INSERT INTO registrations (id, tenant_id, name, name_lower, search_text, app_id, family, issuer, client_id,
                 authentication_url, keyset_url, allow_anonymous, accept_any_deployment, created_at,
                 created_by_id, created_by_name, created_by_kind)
             SELECT {id}, t.id, 'LMS ' || i, 'lms ' || i, 'lms ' || i, 'launch-inspector', 'moodle', {issuer}, 'client-' || i,
                 {urls}, false, false, 1700000000000000 + i, 'seed', 'seed', 'app' FROM {numbers} CROSS JOIN tenants t"
        ),
        format!(
            "INSERT INTO platforms (issuer, client_id, family, tenant_id, authentication_url, keyset_url)
             SELECT {issuer}, 'client-' || i, 'moodle', t.id, {urls} FROM {numbers} CROSS JOIN tenants t"
        ),
        format!(
            "INSERT INTO deployments (registration_id, issuer, client_id, deployment_id, state, first_seen_at)
             SELECT r.id, r.issuer, r.client_id, '1', 'accepted', r.created_at
             FROM {numbers} JOIN registrations r ON r.issuer = {issuer} AND r.client_id = 'client-' || i"
        ),
    ];
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Of the last ninety days, most of them of the registration that is measured.
async fn insert_launches(db: &DatabaseConnection, first: u64, last: u64) -> Result<()> {
    let numbers = numbers(db, first, last);
    let (state, reference) = random(db);
    let state = match db.get_database_backend() {
        DbBackend::Postgres => "uuid_send(gen_random_uuid())",
        _ => state,
    };
    let now = "(SELECT MAX(created_at) FROM registrations)";
    let checks = r#"{"v":1,"list":1,"checks":[[".algorithm","RS256"],[".issuer","https://lms.example.edu",true]]}"#;
    let statement = format!(
        "INSERT INTO launches
             (reference, at, tenant_id, registration_id, outcome, class, message_type, issuer, client_id, state_id, checks)
         SELECT {reference}, {now} - (i % 7776000) * 1000000 - 1000000, r.tenant_id, r.id, 'accepted', 'accepted',
             'LtiResourceLinkRequest', r.issuer, r.client_id, {state}, '{checks}'
         FROM {numbers} CROSS JOIN (SELECT * FROM registrations WHERE created_by_id <> 'seed' LIMIT 1) r"
    );
    db.execute_unprepared(&statement).await?;
    Ok(())
}

/// A table of the numbers from `first` to `last`, in the column `i`.
fn numbers(db: &DatabaseConnection, first: u64, last: u64) -> String {
    match db.get_database_backend() {
        DbBackend::Postgres => format!("generate_series({first}::bigint, {last}::bigint) AS n (i)"),
        _ => format!(
            "(WITH RECURSIVE n (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) AS n"
        ),
    }
}

/// Values for one column each: a random id, and a reference that no other number has, in no order.
fn random(db: &DatabaseConnection) -> (&'static str, String) {
    let (id, group, number) = match db.get_database_backend() {
        DbBackend::Postgres => (
            "gen_random_uuid()",
            "upper(substr(md5(i::text), 1, 4))",
            "lpad(i::text, 8, '0')",
        ),
        _ => ("randomblob(16)", "hex(randomblob(2))", "printf('%08d', i)"),
    };
    (
        id,
        format!("{group} || '-' || substr({number}, 1, 4) || '-' || substr({number}, 5, 4)"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_cover_every_row_once() {
        assert_eq!(steps(10, 10).count(), 0);
        assert_eq!(steps(0, 1).collect::<Vec<_>>(), [(0, 0)]);
        let all: Vec<_> = steps(10, 500_000).collect();
        assert_eq!(all, [(10, 200_009), (200_010, 400_009), (400_010, 499_999)]);
    }
}
