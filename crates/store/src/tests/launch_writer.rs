//! Records are written together, and each on its own account.

use futures_util::future::join_all;
use sea_orm::ConnectionTrait as _;

use super::*;
use crate::{LaunchQuery, StoreError};

fn numbered(registration: &Registration, number: u32) -> AcceptedLaunch {
    let mut launch = accepted(registration, "1", 0, at(i64::from(number)));
    launch.state_id[..4].copy_from_slice(&number.to_be_bytes());
    launch
}

/// Of a hundred at once, some are refused for each of the reasons, and the others aren't affected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_record_does_not_fail_its_neighbours() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let stolen = Registration {
            tenant_id: FABRIKAM,
            ..registration.clone()
        };
        let earlier = numbered(&registration, 1_000);
        assert_eq!(store.record_launch(&earlier).await.unwrap(), RecordedLaunch::Recorded);
        let launches = (0..100_u32).map(|number| match number % 5 {
            0 => (RecordedLaunch::RegistrationGone, numbered(&stolen, number)),
            1 => (
                RecordedLaunch::RegistrationGone,
                AcceptedLaunch {
                    deployment_id: "\u{0}2'\"".to_owned(),
                    ..numbered(&registration, number)
                },
            ),
            2 => (RecordedLaunch::Replayed, numbered(&registration, 1_000)),
            _ => (
                RecordedLaunch::Recorded,
                AcceptedLaunch {
                    checks: "[\"\u{0}\\u0000 'é' \\\"]".to_owned(),
                    ..numbered(&registration, number)
                },
            ),
        });
        let answers = launches.map(|(expected, launch)| {
            let store = store.clone();
            tokio::spawn(async move { (expected, store.record_launch(&launch).await.unwrap()) })
        });
        for answer in join_all(answers).await {
            let (expected, recorded) = answer.unwrap();
            assert_eq!(recorded, expected);
        }
        let all = LaunchQuery {
            limit: 200,
            ..LaunchQuery::default()
        };
        assert_eq!(store.list_launches(CONTOSO, &all).await.unwrap().value.len(), 41);
        assert_eq!(store.list_launches(FABRIKAM, &all).await.unwrap().value.len(), 0);
    })
    .await;
}

/// The text of a record comes back as it went in.
#[tokio::test]
async fn a_record_is_kept_to_the_letter() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let checks = "{\"a\": \"\\u00e9\\\"'é\u{1F393}\u{2028}\\\\\", \"b\": [1e2, null]}\n";
        let launch = AcceptedLaunch {
            checks: checks.to_owned(),
            ..numbered(&registration, 1)
        };
        store.record_launch(&launch).await.unwrap();
        let refusal = RefusedLaunch {
            checks: checks.to_owned(),
            issuer: Some("null".to_owned()),
            client_id: None,
            ..refused(Some(&registration), true, at(1))
        };
        store.record_refusal(&refusal).await.unwrap();
        let found = store.find_launch(CONTOSO, &launch.reference).await.unwrap().unwrap();
        assert_eq!(found.checks, checks);
        let found = store.find_launch(CONTOSO, &refusal.reference).await.unwrap().unwrap();
        assert_eq!(
            (found.checks.as_str(), found.issuer.as_deref(), found.client_id),
            (checks, Some("null"), None)
        );
    })
    .await;
}

/// A caller that waits no longer doesn't take the others' records along.
#[tokio::test]
async fn a_browser_that_goes_away_does_not_stop_the_others() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let mut tasks: Vec<_> = (0..20_u32)
            .map(|number| {
                let (store, launch) = (store.clone(), numbered(&registration, number));
                tokio::spawn(async move { store.record_launch(&launch).await })
            })
            .collect();
        tokio::task::yield_now().await;
        let others = tasks.split_off(10);
        for gone in &tasks {
            gone.abort();
        }
        for answer in join_all(others).await {
            assert_eq!(answer.unwrap().unwrap(), RecordedLaunch::Recorded);
        }
    })
    .await;
}

/// A thread that ends, as at a shutdown, passes the writing on.
#[tokio::test]
async fn a_thread_that_ends_passes_the_writing_on() {
    on_each_database(async |db| {
        let store = db.store.clone();
        let registration = add(&store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let started = {
            let (store, launch) = (store.clone(), numbered(&registration, 1));
            async move { store.record_launch(&launch).await }
        };
        let ending = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.spawn(started);
            // It begins to write, and its thread doesn't get to the end of that.
            runtime.block_on(tokio::task::yield_now());
        });
        ending.join().unwrap();
        assert_eq!(
            store.record_launch(&numbered(&registration, 2)).await.unwrap(),
            RecordedLaunch::Recorded
        );
    })
    .await;
}

/// The error of the database reaches each of those who waited for the statement.
#[tokio::test]
async fn all_that_wait_learn_that_the_database_fails() {
    on_each_database(async |db| {
        let store = &db.store;
        let registration = add(store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        store
            .connection()
            .execute_unprepared("ALTER TABLE launches RENAME TO launches_away")
            .await
            .unwrap();
        let answers = join_all((0..3).map(|number| {
            let launch = numbered(&registration, number);
            async move { store.record_launch(&launch).await }
        }))
        .await;
        for answer in answers {
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        }
        store
            .connection()
            .execute_unprepared("ALTER TABLE launches_away RENAME TO launches")
            .await
            .unwrap();
        assert_eq!(
            store.record_launch(&numbered(&registration, 9)).await.unwrap(),
            RecordedLaunch::Recorded
        );
        let after = store
            .find_registration(CONTOSO, registration.id, at(0))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(after.last_launch_at, Some(at(9)), "those that failed were not noted");
    })
    .await;
}
