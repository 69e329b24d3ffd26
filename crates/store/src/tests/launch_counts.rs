use domain::DailyLaunches;
use sea_orm::{ConnectionTrait as _, DbBackend};
use time::macros::date;

use super::*;

#[tokio::test]
async fn days_are_counted_in_utc() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let other = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        // at(0) is 08:00 on 2026-11-23; 16 hours later it is the next day.
        for (state, hours) in [(1, -9), (2, 0), (3, 15), (4, 16)] {
            store
                .record_launch(&accepted(&registration, "1", state, at(hours * 3600)))
                .await
                .unwrap();
        }
        store.record_launch(&accepted(&other, "1", 5, at(0))).await.unwrap();
        store
            .record_refusal(&refused(Some(&registration), false, at(0)))
            .await
            .unwrap();
        let counts = async |tenant, registration| {
            let days = store
                .daily_launches(tenant, registration, 3, date!(2026 - 11 - 24))
                .await
                .unwrap();
            days.into_iter()
                .map(|day| (day.date.day(), day.accepted, day.refused))
                .collect::<Vec<_>>()
        };
        assert_eq!(counts(CONTOSO, None).await, [(22, 1, 0), (23, 3, 1), (24, 1, 0)]);
        assert_eq!(
            counts(CONTOSO, Some(registration.id)).await,
            [(22, 1, 0), (23, 2, 1), (24, 1, 0)]
        );
        assert_eq!(counts(FABRIKAM, None).await, [(22, 0, 0), (23, 0, 0), (24, 0, 0)]);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_recorded_is_not_counted() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        assert_eq!(launch(store, &registration, "1", 1).await, RecordedLaunch::Recorded);
        assert_eq!(launch(store, &registration, "1", 1).await, RecordedLaunch::Replayed);
        assert_eq!(launch(store, &registration, "2", 2).await, RecordedLaunch::RegistrationGone);
        store.record_refusal(&refused(None, false, at(0))).await.unwrap();
        assert_eq!(today(store).await, (1, 0));
        assert_eq!(rows(store).await, 1);
    })
    .await;
}

#[tokio::test]
async fn counts_go_with_their_records() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        launch(store, &registration, "1", 1).await;
        let purge = async |days| {
            let before = at(0) + Duration::days(days);
            while store.purge_launches(before).await.unwrap() > 0 {}
        };
        purge(0).await;
        assert_eq!(today(store).await, (1, 0), "the day isn't over");
        purge(1).await;
        assert_eq!((today(store).await, rows(store).await), ((0, 0), 0));
    })
    .await;
}

#[tokio::test]
async fn a_recount_goes_by_the_records() {
    on_each_database(async |db| {
        let store = &db.store;
        assert_eq!(store.recount_launches().await.unwrap(), 0, "there is nothing");
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let other = add(store, CONTOSO, &moodle("c-2", &["1"])).await.unwrap();
        for (state, days) in [(1, -2), (2, 0), (3, 0)] {
            let day = at(0) + Duration::days(days);
            store.record_launch(&accepted(&registration, "1", state, day)).await.unwrap();
        }
        store.record_refusal(&refused(Some(&other), true, at(0))).await.unwrap();
        let counted = days(store).await;
        assert_eq!(counted.iter().map(|day| (day.accepted, day.refused)).collect::<Vec<_>>(), [(1, 0), (0, 0), (2, 1)]);
        assert_eq!(store.recount_launches().await.unwrap(), 0, "they are right");

        let db = store.connection();
        for (change, changed_days) in [
            ("UPDATE launch_counts SET accepted = accepted + 5", 2),
            ("DELETE FROM launch_counts WHERE refused = 1", 1),
            ("INSERT INTO launch_counts SELECT day - 1, tenant_id, registration_id, 1, 1 FROM launch_counts WHERE accepted = 2", 1),
        ] {
            db.execute_unprepared(change).await.unwrap();
            assert_ne!(days(store).await, counted, "{change}");
            assert_eq!(store.recount_launches().await.unwrap(), changed_days, "{change}");
            assert_eq!(days(store).await, counted, "{change}");
        }
    })
    .await;
}

/// The counts of any number of days are looked up by their key: neither other tenants' nor other days' rows are read.
#[tokio::test]
async fn counts_are_looked_up_by_their_key() {
    on_each_database(async |db| {
        let connection = db.store.connection();
        if connection.get_database_backend() != DbBackend::Sqlite {
            return;
        }
        for of_registration in [false, true] {
            let plan = format!(
                "EXPLAIN QUERY PLAN {}",
                crate::launch_counts::counts_of(1..=30, of_registration)
            );
            let id = || Uuid::from_u128(1).into();
            let values = [id()].into_iter().chain(of_registration.then(id));
            let steps = connection.query_all_raw(crate::sql(connection, &plan, values)).await.unwrap();
            let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
            let key = if of_registration {
                "PRIMARY KEY (day=? AND tenant_id=? AND registration_id=?)"
            } else {
                "PRIMARY KEY (day=? AND tenant_id=?)"
            };
            assert!(steps.iter().any(|step| step.contains(key)), "{steps:?}");
        }
    })
    .await;
}

async fn days(store: &Store) -> Vec<DailyLaunches> {
    store.daily_launches(CONTOSO, None, 3, date!(2026 - 11 - 23)).await.unwrap()
}

/// How many were accepted and refused.
async fn today(store: &Store) -> (u64, u64) {
    let days = store.daily_launches(CONTOSO, None, 1, date!(2026 - 11 - 23)).await.unwrap();
    (days[0].accepted, days[0].refused)
}

async fn rows(store: &Store) -> i64 {
    let connection = store.connection();
    let count = crate::sql(connection, "SELECT COUNT(*) AS count FROM launch_counts", []);
    let row = connection.query_one_raw(count).await.unwrap().unwrap();
    row.try_get("", "count").unwrap()
}
