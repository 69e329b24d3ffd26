use domain::{DeploymentState, Failure, FailureReason, HealthState};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Select, Statement};

use super::*;
use crate::{RegistrationQuery, registration_failures, registration_list};

const DAY: i64 = 86_400;

fn query(health: Option<HealthState>) -> RegistrationQuery {
    RegistrationQuery {
        health,
        limit: 50,
        ..RegistrationQuery::default()
    }
}

/// The failure of a registration at that time. The view, the list and its filter must say the same.
async fn failure(store: &Store, registration: &Registration, now: OffsetDateTime) -> Option<Failure> {
    let found = store.find_registration(CONTOSO, registration.id, now).await.unwrap().unwrap();
    let listed = store.list_registrations(CONTOSO, &query(None), now).await.unwrap().value;
    assert!(listed.contains(&found));
    let is_bad = found.failure.is_some() || found.health.state == HealthState::Bad;
    for state in [HealthState::Good, HealthState::Bad, HealthState::Unknown] {
        let listed = store
            .list_registrations(CONTOSO, &query(Some(state)), now)
            .await
            .unwrap()
            .value;
        let expected = state == if is_bad { HealthState::Bad } else { found.health.state };
        assert_eq!(listed.contains(&found), expected, "{state:?}: {found:?}");
    }
    found.failure
}

fn failed(reason: FailureReason, since: OffsetDateTime) -> Option<Failure> {
    Some(Failure {
        reason,
        since: Some(since),
    })
}

#[tokio::test]
async fn a_registration_whose_deployments_are_all_rejected_fails() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let reject = async |deployment, second| {
            let rejected = store
                .remove_deployment(CONTOSO, registration.id, deployment, false, &ada(), at(second))
                .await;
            assert!(rejected.unwrap());
        };
        let failure = async || failure(store, &registration, at(100)).await;
        assert_eq!(failure().await, None);
        reject("1", 10).await;
        assert_eq!(failure().await, failed(FailureReason::DeploymentsRejected, at(10)));
        // A bad keyset is a reason of its own.
        let keyset = &registration.lms.platform.keyset_url;
        store.set_health(keyset, HealthState::Good, None, at(11)).await.unwrap();
        assert_eq!(failure().await, failed(FailureReason::DeploymentsRejected, at(10)));
        store
            .set_health(keyset, HealthState::Bad, Some("unreachable"), at(12))
            .await
            .unwrap();
        assert_eq!(failure().await, failed(FailureReason::DeploymentsRejected, at(10)));
        // One that waits may be accepted.
        let waiting = store.note_deployment(CONTOSO, registration.id, "2", at(20)).await.unwrap();
        assert_eq!(waiting, Some(DeploymentState::Waiting));
        assert_eq!(failure().await, None);
        reject("2", 30).await;
        assert_eq!(failure().await, failed(FailureReason::DeploymentsRejected, at(30)));
        store
            .accept_deployment(CONTOSO, registration.id, "1", &ada(), at(40))
            .await
            .unwrap();
        assert_eq!(failure().await, None);
        // A registration without deployments waits for its first.
        for (deployment, second) in [("1", 50), ("2", 51)] {
            let forgotten = store
                .remove_deployment(CONTOSO, registration.id, deployment, true, &ada(), at(second))
                .await;
            assert!(forgotten.unwrap());
        }
        assert_eq!(failure().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_registration_fails_whose_launches_of_a_week_were_all_refused() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let other = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let refuse = async |second| {
            store
                .record_refusal(&refused(Some(&registration), false, at(second)))
                .await
                .unwrap();
        };
        let accept = async |state, second| {
            let recorded = store.record_launch(&accepted(&registration, "1", state, at(second))).await;
            assert_eq!(recorded.unwrap(), RecordedLaunch::Recorded);
        };
        let failure = async |second| failure(store, &registration, at(second)).await;
        for second in 10..14 {
            refuse(second).await;
            assert_eq!(failure(100).await, None);
        }
        refuse(14).await;
        assert_eq!(failure(100).await, failed(FailureReason::LaunchesRefused, at(10)));
        assert_eq!(super::registration_failures::failure(store, &other, at(100)).await, None);
        // A refusal a week back doesn't count.
        assert_eq!(failure(10 + 7 * DAY).await, failed(FailureReason::LaunchesRefused, at(10)));
        assert_eq!(failure(11 + 7 * DAY).await, None);
        // One launch that goes through is enough for a week.
        accept(1, 200).await;
        assert_eq!(failure(300).await, None);
        for second in 0..5 {
            refuse(6 * DAY + second).await;
        }
        assert_eq!(failure(7 * DAY).await, None);
        assert_eq!(failure(8 * DAY).await, failed(FailureReason::LaunchesRefused, at(6 * DAY)));
        accept(2, 8 * DAY).await;
        assert_eq!(failure(8 * DAY + 1).await, None);
    })
    .await;
}

/// How a database goes about a query.
async fn plan<E: EntityTrait>(db: &impl ConnectionTrait, select: &Select<E>) -> Vec<String> {
    let backend = db.get_database_backend();
    let statement = select.build(backend);
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN", "QUERY PLAN"),
    };
    let explain = Statement {
        sql: format!("{explain} {}", statement.sql),
        ..statement
    };
    let steps = db.query_all_raw(explain).await.unwrap();
    steps.iter().map(|step| step.try_get("", column).unwrap()).collect()
}

#[tokio::test]
async fn failures_are_found_by_indexes_however_many_launches_there_are() {
    on_each_database(async |db| {
        // Many launches of one registration, few of another: what is meant for the one must do for the other.
        let registration = add(&db.store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let busy = add(&db.store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        let connection = db.store.connection();
        let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)";
        let launches = format!(
            "{numbers} INSERT INTO launches (reference, at, tenant_id, registration_id, outcome, class, checks)
             SELECT CAST(n AS text), $1 + n, $2, CASE WHEN n > 19995 THEN $3 ELSE $4 END, 'refused', 'signed_attributed', '[]'
             FROM numbers"
        );
        let values = [
            crate::rows::to_micros(at(0)).into(),
            CONTOSO.0.into(),
            registration.id.0.into(),
            busy.id.0.into(),
        ];
        connection
            .execute_raw(crate::sql(connection, &launches, values))
            .await
            .unwrap();
        connection.execute_unprepared("ANALYZE launches").await.unwrap();
        let view = registration_failures::select([registration.id.0], at(1));
        let list = registration_list::select(CONTOSO, &query(Some(HealthState::Bad)), at(1));
        for select in [plan(connection, &view).await, plan(connection, &list).await] {
            let of_launches: Vec<_> = select.iter().filter(|step| step.contains("launches")).collect();
            assert!(!of_launches.is_empty(), "{select:?}");
            let by_index =
                |step: &&String| step.contains("launches_by_registration") || step.contains("registrations_by_last_launch");
            assert!(of_launches.iter().all(by_index), "{select:?}");
            let walks = |step: &String| step.starts_with("SCAN") || step.contains("Seq Scan on launches");
            assert!(!select.iter().any(walks), "{select:?}");
        }
        let failure = failure(&db.store, &registration, at(1)).await;
        assert!(matches!(
            failure,
            Some(Failure {
                reason: FailureReason::LaunchesRefused,
                ..
            })
        ));
    })
    .await;
}
