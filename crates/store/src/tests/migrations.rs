use ::migrations::{MigrationTrait, Migrator, MigratorTrait, async_trait, migrate};
use domain::{AuditScope, ContestId, KeysetOwner, ReportScope, Subject};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait};

use super::*;
use crate::{AuditQuery, IssuerPlatform, LaunchQuery, ReportQuery};

/// In a transaction, as the gateway does it: of a file's connections another one may believe that what was just dropped is there.
async fn all_down(db: &DatabaseConnection) {
    let tx = db.begin().await.unwrap();
    Migrator::down(&tx, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn up<M: MigratorTrait>(db: &DatabaseConnection, steps: Option<u32>) {
    let tx = db.begin().await.unwrap();
    M::up(&tx, steps).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn migrations_go_down_and_up_again_with_data() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        launch(store, &registration, "1", 1).await;
        store.record_refusal(&refused(None, true, at(2))).await.unwrap();
        migrate(store.connection()).await.unwrap();
        assert!(
            store
                .find_registration(CONTOSO, registration.id, at(0))
                .await
                .unwrap()
                .is_some(),
            "up again changes nothing"
        );

        all_down(store.connection()).await;
        assert!(store.find_tenant(CONTOSO).await.is_err(), "no tables");
        migrate(store.connection()).await.unwrap();
        assert_eq!(store.find_tenant(CONTOSO).await.unwrap(), None);
        store.insert_tenant(&tenant(CONTOSO)).await.unwrap();
        add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn instances_that_start_at_once_migrate_once() {
    on_each_database(async |db| {
        all_down(db.store.connection()).await;
        let (first, second) = (db.second_instance().await, db.second_instance().await);
        let (one, other) = tokio::join!(migrate(first.connection()), migrate(second.connection()));
        one.and(other).unwrap();
        first.insert_tenant(&tenant(CONTOSO)).await.unwrap();
    })
    .await;
}

/// Rows as the first version wrote them. `{1}` is a UUID, `[1]` are bytes.
const FIRST_ROWS: &[&str] = &[
    "INSERT INTO tenants (id, display_name, state, registered_at, registered_by_id, registered_by_name, registered_by_kind)
     VALUES ({1}, 'Contoso University', 'registered', 1, 'oid-ada', 'Ada', 'user')",
    "INSERT INTO platforms (issuer, client_id, family, tenant_id, authentication_url, keyset_url)
     VALUES ('https://moodle.contoso.edu', 'c-1', 'moodle', {1}, 'https://moodle.contoso.edu/auth', 'https://moodle.contoso.edu/keys')",
    "INSERT INTO registrations (id, tenant_id, name, name_lower, search_text, app_id, family, issuer, client_id, authentication_url,
         keyset_url, allow_anonymous, accept_any_deployment, created_at, created_by_id, created_by_name, created_by_kind)
     VALUES ({16}, {1}, 'Moodle', 'moodle', 'moodle', 'launch-inspector', 'moodle', 'https://moodle.contoso.edu', 'c-1',
         'https://moodle.contoso.edu/auth', 'https://moodle.contoso.edu/keys', FALSE, FALSE, 2, 'oid-ada', 'Ada', 'user')",
    "INSERT INTO registrations (id, tenant_id, name, name_lower, search_text, app_id, family, issuer, client_id, authentication_url,
         keyset_url, allow_anonymous, accept_any_deployment, created_at, created_by_id, created_by_name, created_by_kind, deleted_at)
     VALUES ({17}, {1}, 'Old', 'old', 'old', 'launch-inspector', 'moodle', 'https://moodle.contoso.edu', 'c-0',
         'https://moodle.contoso.edu/auth', 'https://moodle.contoso.edu/old-keys', FALSE, FALSE, 2, 'app', 'App', 'app', 3)",
    "INSERT INTO deployments (registration_id, issuer, client_id, deployment_id, state, first_seen_at)
     VALUES ({16}, 'https://moodle.contoso.edu', 'c-1', '1', 'accepted', 2),
         ({16}, 'https://moodle.contoso.edu', 'c-1', '2', 'waiting', 3)",
    "INSERT INTO launches (reference, at, tenant_id, registration_id, outcome, class, code, state_id, checks)
     VALUES ('0000-0000-0001', 4, {1}, {16}, 'accepted', 'accepted', NULL, [7], '[]'),
         ('0000-0000-0002', 5, {1}, {16}, 'refused', 'signed_attributed', 'launch_invalid.nonce', NULL, '[]'),
         ('0000-0000-0003', 6, NULL, NULL, 'refused', 'unsigned_unattributed', 'registration_not_found.unknown', NULL, '[]')",
    "INSERT INTO audit_events (id, at, tenant_id, by_id, by_name, by_kind, action, subject_kind, subject_id)
     VALUES ({32}, 1, {1}, 'oid-ada', 'Ada', 'user', 'tenant.registered', 'tenant', '00000000-0000-0000-0000-000000000001'),
         ({33}, 2, {1}, 'oid-ada', 'Ada', 'user', 'registration.created', 'registration', '00000000-0000-0000-0000-000000000010'),
         ({34}, 3, {1}, 'app', 'App', 'app', 'registration.deleted', 'registration', '00000000-0000-0000-0000-000000000011'),
         ({35}, 4, {1}, 'oid-ada', 'Ada', 'user', 'deployment.accepted', 'deployment', '1')",
    "INSERT INTO signing_keys (kid, purpose, sealed_private_key, public_jwk, created_at) VALUES ('kid', 'launch', [9], '{}', 1)",
];

/// Rows as the first version with problem reports wrote them.
const REPORT_ROWS: &[&str] = &[
    "INSERT INTO problem_reports (id, number, tenant_id, category, summary, description, attach_diagnostics, search_text, created_at,
         created_by_id, created_by_name, created_by_kind, updated_at, state, comments)
     VALUES ({48}, '1234-5678', {1}, 'launch', 'It fails', 'Always', FALSE, 'it fails', 7, 'oid-ada', 'Ada', 'user', 9, 'in_progress', 1)",
    "INSERT INTO problem_report_comments (id, report_id, at, by_id, by_name, by_kind, by_support, text)
     VALUES ({49}, {48}, 8, 'oid-ada', 'Ada', 'user', FALSE, 'Still so')",
    "INSERT INTO problem_report_states (id, report_id, at, by_id, by_name, by_kind, state)
     VALUES ({50}, {48}, 9, 'oid-ada', 'Ada', 'user', 'in_progress')",
    "INSERT INTO problem_report_deliveries (id, report_id, event, channel, payload, state, created_at, next_attempt_at)
     VALUES ({51}, {48}, 'report.created', 'webhook', '{}', 'waiting', 7, 7)",
    "INSERT INTO problem_report_keys (tenant_id, caller, idempotency_key, body_hash, report_id, created_at)
     VALUES ({1}, 'oid-ada', 'key', [8], {48}, 7)",
    "INSERT INTO problem_report_quotas (tenant_id, day, signed_in, used) VALUES ({1}, 20000, TRUE, 1)",
];

/// Rows as the first version with contests wrote them.
const CONTEST_ROWS: &[&str] = &[
    "INSERT INTO contests (id, tenant_id, code_hash, name, app_id, family, issuer, client_id, deployment_ids, authentication_url,
         keyset_url, access_token_url, allow_anonymous, accept_any_deployment, created_at, created_by_id, created_by_name,
         created_by_kind, expires_at)
     VALUES ({52}, {1}, [10], 'Contested', 'launch-inspector', 'moodle', 'https://\"moodle\".contoso.edu', 'c-3', '[\"1\"]',
         'https://moodle.contoso.edu/auth', 'https://moodle.contoso.edu/keys', 'https://moodle.contoso.edu/token', FALSE, TRUE, 9,
         'oid-ada', 'Ada', 'user', 10)",
];

/// The rows written by a version of the gateway whose newest migration was this one.
fn rows_of(migration: &str) -> &'static [&'static str] {
    match migration {
        "m20261123_000001_create_tables" => FIRST_ROWS,
        "m20261124_000002_create_problem_reports" => REPORT_ROWS,
        "m20261130_000003_create_contests" => CONTEST_ROWS,
        _ => &[],
    }
}

async fn fill(store: &Store, migration: &str) {
    let db = store.connection();
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    for rows in rows_of(migration) {
        let mut statement = (*rows).to_owned();
        for n in 1..64_u128 {
            let hex = Uuid::from_u128(n).simple().to_string();
            let (uuid, bytes) = if is_postgres {
                (format!("'{hex}'::uuid"), format!("'\\x{hex}'::bytea"))
            } else {
                (format!("x'{hex}'"), format!("x'{hex}'"))
            };
            statement = statement
                .replace(&format!("{{{n}}}"), &uuid)
                .replace(&format!("[{n}]"), &bytes);
        }
        db.execute_unprepared(&statement).await.unwrap();
    }
}

/// Everything that [`FIRST_ROWS`] tell is there, and what later migrations made of it.
async fn assert_kept(store: &Store) {
    let registration = RegistrationId(Uuid::from_u128(16));
    assert_eq!(
        store.find_tenant(CONTOSO).await.unwrap().unwrap().display_name,
        "Contoso University"
    );
    let found = store.find_registration(CONTOSO, registration, at(0)).await.unwrap().unwrap();
    assert_eq!(
        (
            found.name.as_str(),
            found.deployment_ids.as_slice(),
            found.waiting_deployments
        ),
        ("Moodle", &["1".to_owned()][..], 1)
    );
    let keyset = found.tool_keyset.clone().unwrap();
    assert!(
        keyset.outdated && keyset.id.len() == 32,
        "its LMS was given another one: {keyset:?}"
    );
    let owner = store.find_tool_keyset(&keyset.id).await.unwrap().unwrap().owner;
    assert_eq!(owner, KeysetOwner::Tenant(CONTOSO));
    assert!(store.was_deleted("https://moodle.contoso.edu", "c-0").await.unwrap());
    let platform = store.find_platform_by_issuer("https://moodle.contoso.edu", Some("1")).await;
    assert!(matches!(platform.unwrap(), IssuerPlatform::Only(_)));

    let all = LaunchQuery {
        limit: 10,
        ..LaunchQuery::default()
    };
    assert_eq!(store.list_launches(CONTOSO, &all).await.unwrap().value.len(), 2);
    let mut replay = accepted(&found, "1", 0, at(1));
    replay.state_id = Uuid::from_u128(7).into_bytes();
    assert_eq!(store.record_launch(&replay).await.unwrap(), RecordedLaunch::Replayed);

    let events = async |registration| {
        let query = AuditQuery {
            registration,
            limit: 10,
            ..AuditQuery::default()
        };
        store
            .list_audit_events(AuditScope::Tenant(CONTOSO), &query)
            .await
            .unwrap()
            .value
    };
    assert_eq!(events(None).await.len(), 4);
    let of_registration = events(Some(registration)).await;
    assert_eq!(of_registration.len(), 1);
    assert_eq!(of_registration[0].subject, Subject::Registration(registration));

    let due = store.claim_keysets(at(0), at(0), 10).await.unwrap();
    let due: Vec<_> = due.iter().map(url::Url::as_str).collect();
    assert_eq!(
        due,
        ["https://moodle.contoso.edu/keys"],
        "those of deleted registrations aren't watched"
    );
    assert_eq!(store.signing_keys("launch").await.unwrap().len(), 1);
}

async fn assert_reports_kept(store: &Store) {
    let scope = ReportScope::Tenant(CONTOSO);
    let query = ReportQuery {
        limit: 10,
        ..ReportQuery::default()
    };
    let reports = store.list_reports(&scope, &query).await.unwrap().value;
    assert_eq!(reports.len(), 1);
    let report = store.find_report(&scope, reports[0].id).await.unwrap().unwrap();
    assert_eq!((report.comments.len(), report.history.len()), (1, 1));
    assert_eq!(store.list_report_deliveries(reports[0].id).await.unwrap().len(), 1);
}

async fn assert_contests_kept(store: &Store) {
    let id = ContestId(Uuid::from_u128(52));
    let contest = store.find_contest(CONTOSO, id).await.unwrap().unwrap();
    let lms = contest.new.lms;
    let platform = [lms.platform.issuer.as_str(), lms.platform.client_id.as_str()];
    assert_eq!(platform, [r#"https://"moodle".contoso.edu"#, "c-3"]);
    assert_eq!(lms.platform.authentication_url.as_str(), "https://moodle.contoso.edu/auth");
    assert_eq!(lms.platform.keyset_url.as_str(), "https://moodle.contoso.edu/keys");
    assert_eq!(lms.access_token_url.unwrap().as_str(), "https://moodle.contoso.edu/token");
    assert_eq!(
        (lms.access_token_audience, contest.new.deployment_ids),
        (None, vec!["1".to_owned()])
    );
}

#[tokio::test]
async fn every_published_migration_runs_up_on_a_database_with_data() {
    on_each_database(async |db| {
        let (store, connection) = (&db.store, db.store.connection());
        let published = Migrator::migrations();
        for newest in 1..=published.len() {
            all_down(connection).await;
            let before = &published[..newest];
            for migration in before {
                up::<Migrator>(connection, Some(1)).await;
                fill(store, migration.name()).await;
            }
            migrate(connection).await.unwrap();
            assert_kept(store).await;
            if before.iter().any(|migration| rows_of(migration.name()) == REPORT_ROWS) {
                assert_reports_kept(store).await;
            }
            if before.iter().any(|migration| rows_of(migration.name()) == CONTEST_ROWS) {
                assert_contests_kept(store).await;
            }
        }
    })
    .await;
}

/// A version of the gateway that lacked what another branch had numbered before its own newest migration.
struct OfAnotherBranch;

const OF_ANOTHER_BRANCH: [&str; 3] = [
    "m20261123_000001_create_tables",
    "m20261124_000001_watch_keysets_and_audit",
    "m20261124_000004_index_deployments_by_issuer",
];

#[async_trait::async_trait]
impl MigratorTrait for OfAnotherBranch {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = Migrator::migrations();
        all.retain(|migration| OF_ANOTHER_BRANCH.contains(&migration.name()));
        all
    }
}

#[tokio::test]
async fn a_migration_numbered_before_one_that_ran_already_runs_too() {
    on_each_database(async |db| {
        let (store, connection) = (&db.store, db.store.connection());
        all_down(connection).await;
        up::<OfAnotherBranch>(connection, Some(1)).await;
        fill(store, OfAnotherBranch::migrations()[0].name()).await;
        up::<OfAnotherBranch>(connection, None).await;
        assert!(
            store
                .find_report(&ReportScope::Everything, domain::ReportId(Uuid::nil()))
                .await
                .is_err(),
            "no such table"
        );

        migrate(connection).await.unwrap();
        assert_kept(store).await;
        fill(store, "m20261124_000002_create_problem_reports").await;
        assert_reports_kept(store).await;
        assert!(Migrator::get_pending_migrations(connection).await.unwrap().is_empty());
    })
    .await;
}
